"""Lists of absences, forms and notes of the same days, posted and taken back in any order."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rollbook import importers
from rollbook.importers.upload import Upload
from rollbook.ledger import marks as ledger_marks
from rollbook.ledger import people, taking_back
from rollbook.ledger import postings as book
from rollbook.ledger.postings import Posting
from rollbook.office import Office
from rollbook.posting import post
from rollbook.posting.undo import undo
from rollbook.problems import RefusedFile
from rollbook.register import Student
from tests.dropping import HEADERS, absences, office_folder, opened
from tests.offices import NOW, post_extract, roster
from tests.test_undo import WHY, as_it_stands

CAMPUS = {"000123": "001", "000124": "041", "000125": "001"}
DAYS = ("2026-11-02", "2026-11-03", "2026-11-04")
NAMES = {"001": "North High", "041": "041"}

Absence = tuple[str, str, str, str]  # student id, ISO date, part, symbol
Files = Sequence[tuple[str, str]]  # name, content


@st.composite
def files(draw: st.DrawFn) -> tuple[str, str]:
    """A file of one of the kinds that speak of absences, of some days of some students."""
    sessions = st.tuples(
        st.sampled_from([*CAMPUS, "000999"]), st.sampled_from(DAYS), st.sampled_from(["P2", "P3"])
    )
    chosen = sorted({*draw(st.lists(sessions, min_size=1, max_size=5))})
    rows = [(*one, draw(st.sampled_from("UEQ"))) for one in chosen]
    kind = draw(st.sampled_from(["ascender", "list", "campuses", "form", "notes"]))
    return f"{kind}.csv", _content(kind, rows)


def _content(kind: str, rows: Sequence[Absence]) -> str:
    if kind == "ascender":
        return absences(
            *((who, day, f"0{part[1:]}", code, CAMPUS.get(who, "001"))
              for who, day, part, code in rows)
        )  # fmt: skip
    if kind == "list":
        lines = [HEADERS, *(",".join(row) for row in rows)]
    elif kind == "campuses":
        lines = [f"Campus,{HEADERS}"]
        lines += [f"{NAMES[CAMPUS.get(row[0], '001')]},{','.join(row)}" for row in rows]
    elif kind == "form":
        lines = ["Student ID,Date,Session,Was,Code,Reason"]
        lines += [f"{who},{day},{part},,{code},came late" for who, day, part, code in rows]
        lines += [f"{who},{day},{part},U,P,was there" for who, day, part, _ in rows]
    else:
        lines = ["Student ID,First day,Last day,Kind of note,Received,Code"]
        lines += [f"{who},{day},2026-11-04,doctor,2026-11-10,E" for who, day, *_ in rows]
    return "\n".join([*lines, ""])


def district(root: Path) -> Office:
    """A district of two campuses, whose plain lists hold absences only."""
    exports = {"lists": "absences", "campus_names": {"North High": "001"}}
    office = opened(office_folder(root, "us-tx", exports=exports))
    students = [Student(one, "Quarl", "Ana", campus=campus) for one, campus in CAMPUS.items()]
    post_extract(office, roster(students), "roster")
    return office


def posted(office: Office, folder: Path, number: int, name: str, content: str) -> Posting | None:
    """Post a file as it would be read from a folder; None when it is refused."""
    path = folder / f"{number} {name}"
    path.write_text(content, encoding="utf-8")
    try:
        extract = importers.extract(Upload(path), office.profile)
        return post(office, extract, digest=path.name, file=path.name, at=NOW, accept_drift=True)
    except RefusedFile:
        return None


def untold_changes(office: Office) -> list[tuple[str, date, str, int]]:
    """Return the marks that took the place of another one without a line in the trail."""
    with office.ledger.read() as connection:
        ids = people.student_ids(connection)
        log = taking_back.log_of(connection, ids)
        texts = ledger_marks.symbol_texts(connection)
        told = {
            (one["student_id"], one["day"], one["part"], one["posting"], one["was"], one["is"])
            for one in book.amendments(connection)
        }
    stood: dict[int, int] = {}
    untold = []
    for place, symbol, posting in zip(
        log.place.tolist(), log.symbol.tolist(), log.posting.tolist(), strict=True
    ):
        key, day, part = ledger_marks.session_of(place)
        was = stood.get(place, 0)
        line = (ids[key], day, part, posting, texts.get(was), texts.get(symbol))
        if was and line not in told:
            untold.append((ids[key], day, part, posting))
        stood[place] = symbol
    return untold


QUICK = settings(
    max_examples=7, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@QUICK
@given(given_files=st.lists(files(), min_size=2, max_size=4), data=st.data())
def test_in_whatever_order_they_are_taken_back_nothing_is_left_and_the_trail_is_whole(
    tmp_path_factory: pytest.TempPathFactory, given_files: Files, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("absences")
    office = district(folder / "office")
    stands = [as_it_stands(office)]
    numbers = []
    for number, (name, content) in enumerate(given_files):
        done = posted(office, folder, number, name, content)
        if done:
            numbers.append(done.id)
            stands.append(as_it_stands(office))
    assert untold_changes(office) == []
    one_by_one = data.draw(st.booleans())
    order = numbers[::-1] if one_by_one else data.draw(st.permutations(numbers))
    for number in order:
        undo(office, number, NOW, WHY)
        stands.pop()
        assert not one_by_one or as_it_stands(office) == stands[-1]
    assert as_it_stands(office) == stands[0]
    assert untold_changes(office) == []
    office.ledger.close()
