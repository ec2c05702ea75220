"""Lists of absences, change forms and notes taken back in any order: the figures balance."""

from datetime import date
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rollbook.importers import extract
from rollbook.importers.upload import Upload
from rollbook.office import Office
from rollbook.posting.undo import undo
from rollbook.problems import RefusedFile
from rollbook.register import Enrolment, Student
from rollbook.reports.balancing.counting import FIGURES, SecondCount
from rollbook.standing import read_standing
from tests.dropping import absences
from tests.offices import NOW, post_extract, roster, small_office
from tests.test_undo import as_it_stands

DAYS = tuple(f"2026-11-{day:02}" for day in range(2, 7))
PEOPLE = {"000123": "001", "000124": "041", "000125": "001"}
CODES = "UEAT"
FIRST_DAY = date(2026, 8, 12)

who, day, code = (st.sampled_from(one) for one in (sorted(PEOPLE), DAYS, CODES))
lists = st.lists(st.tuples(who, day, st.sampled_from(("02", "03")), code), min_size=1, max_size=6)
forms = st.lists(st.tuples(who, day, st.sampled_from((*CODES, "")), code), min_size=1, max_size=3)
notes = st.lists(st.tuples(who, day, day), min_size=1, max_size=2)
FILE = st.one_of(
    lists.map(lambda rows: ("absences.txt", _absences(rows))),
    forms.map(lambda rows: ("form.csv", _form(rows))),
    notes.map(lambda rows: ("notes.csv", _notes(rows))),
)


def _absences(rows: list[tuple[str, str, str, str]]) -> str:
    one_each = {(student, on, period): symbol for student, on, period, symbol in rows}
    return absences(*((*place, symbol, PEOPLE[place[0]]) for place, symbol in one_each.items()))


def _form(rows: list[tuple[str, str, str, str]]) -> str:
    heads = "Student ID,Date,Session,Was,Code,Reason,Evidence,Approved by"
    lines = [f"{who},{on},2,{was},{to},said so,a pass,D. Ode" for who, on, was, to in rows]
    return "\n".join([heads, *lines, ""])


def _notes(rows: list[tuple[str, str, str]]) -> str:
    heads = "Student ID,First day,Last day,Kind of note,Written by,Received,Code"
    lines = [f"{who},{min(a, b)},{max(a, b)},Parent's note,mum,{DAYS[-1]},E" for who, a, b in rows]
    return "\n".join([heads, *lines, ""])


def post_file(office: Office, name: str, content: str, number: int) -> int | None:
    """Post a file as the watcher does; return its posting, None where it is refused."""
    path = office.folders.root / f"{number} {name}"
    path.write_bytes(content.encode())
    try:
        extracted = extract(Upload(path), office.profile)
        return post_extract(office, extracted, path.name, accept_drift=True).id
    except RefusedFile:
        return None


def district(root: Path) -> Office:
    """A district in Texas with students at two campuses, on roll since August."""
    office = small_office(root, "us-tx")
    people = [Student(name, campus=campus) for name, campus in PEOPLE.items()]
    stays = [Enrolment(one.student_id, FIRST_DAY, campus=one.campus) for one in people]
    post_extract(office, roster(people, enrolments=stays), "roster")
    return office


def assert_counted_twice_alike(office: Office) -> None:
    """The quick figures are those of a second count, mark by mark."""
    standing = read_standing(office)
    table = standing.tally()
    with office.ledger.read() as connection:
        second = SecondCount(standing, connection, standing.year_start, standing.as_of)
        for student in PEOPLE:
            figures = {name: int(table.loc[student, name]) for name in FIGURES}
            assert figures == second.of(student).figures


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(FILE, min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_what_is_taken_back_in_any_order_leaves_figures_that_balance(
    files: list[tuple[str, str]], chance: Random
) -> None:
    with TemporaryDirectory() as folder:
        office = district(Path(folder) / "office")
        nothing = as_it_stands(office)
        numbers = [post_file(office, *file, number) for number, file in enumerate(files)]
        postings = [one for one in numbers if one]
        chance.shuffle(postings)
        for posting in postings:
            undo(office, posting, NOW, "wrong")
            assert_counted_twice_alike(office)
        assert as_it_stands(office) == nothing
        office.ledger.close()
