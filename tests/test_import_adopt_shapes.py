"""Adopting a format of any shape: what is asked, what is written, and that it reads the same."""

import json
import shutil
import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from typer.testing import CliRunner

from rollbook import importers
from rollbook.attendance import SECOND_PERIOD
from rollbook.cli import app
from rollbook.cli.importing_answers import format_of
from rollbook.cli.importing_asked import Custom
from rollbook.cli.importing_questions import questions
from rollbook.importers.contract import Extract, Profile, Recording
from rollbook.importers.reading.looking import look
from rollbook.importers.upload import Upload
from rollbook.office import open_office
from rollbook.policy import load_pack
from rollbook.problems import RefusedFile, RollbookError
from tests.dropping import office_folder

PERIODS = (
    "Kid,When,P1,P2,P3,Remark\n"
    "000123,2026-11-03,P,ill,,\n"
    "000124,2026-11-03,P,P,P,came late\n"
    "000123,2026-11-04,ill,ill,ill,\n"
    "Total,,3,3,2,\n"
    "Printed on 05/11/2026\n"
)
GRID = (
    "Oak Hall register\n\n"
    "Nr.,Kid,13/11/2026,16/11/2026,17/11/2026\n"
    "000123,Ng Bo,here,ill,\n"
    "000124,Oneil Ana,,here,here\n"
    "Total,,1,2,1\n"
)
STRINGS = (
    "Nr.,Week of,Marks\n000123,2026-11-02,//\\\\II////\n000124,2026-11-02,  //////LL\n"
    "Printed on 05/11/2026,,\n"
)
SUMMARY = (
    "Nr.,Kid,Poss,Absences,Lates\n000123,Ng,100,4,1\n000124,Oneil,98,2.5,0\nTotal,,198,6.5,1\n"
)


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    at = tmp_path_factory.mktemp("offices")
    return {name: office_folder(at / name, name) for name in ("gb-eng", "us-tx")}


@pytest.fixture
def office(offices: dict[str, Path]) -> Path:
    return _without_importers(offices["gb-eng"])


@pytest.fixture
def texas(offices: dict[str, Path]) -> Path:
    return _without_importers(offices["us-tx"])


def _without_importers(office: Path) -> Path:
    shutil.rmtree(office / "importers", ignore_errors=True)
    return office


def _adopt(
    office: Path, file: Path, *answers: str, more: str = "--yes"
) -> tuple[int, dict[str, Any]]:
    words = ["import", "adopt", str(file), more, "--json", "--office", str(office)]
    for answer in answers:
        words += ["--set", answer]
    result = CliRunner().invoke(app, words)
    if isinstance(result.exception, RollbookError):
        raise result.exception
    return result.exit_code, json.loads(result.stdout)


def _read(office: Path, file: Path) -> Extract:
    opened = open_office(office)
    try:
        return importers.extract(Upload(file), opened.profile)
    finally:
        opened.ledger.close()


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def _open(said: dict[str, Any]) -> set[str]:
    return {one["key"] for one in said["questions"] if one["answer"] is None}


def _marks(read: Extract) -> set[tuple[str, str, str, str]]:
    frame = read.marks
    columns = (frame["student_id"], frame["date"].dt.strftime("%d"), frame["part"], frame["symbol"])
    return set(zip(*(map(str, column) for column in columns), strict=True))


def test_columns_of_periods_are_read_cell_by_cell(texas: Path, tmp_path: Path) -> None:
    file = _written(tmp_path / "periods.csv", PERIODS)
    status, said = _adopt(texas, file, "student_id=Kid", "comment=Remark")
    assert status == 2
    assert _open(said) == {"recorded", "blank", "code.ill"}
    answers = ("student_id=Kid", "comment=Remark", "recorded=all", "blank=nothing", "code.ill=I")
    assert _adopt(texas, file, *answers)[0] == 0
    read = _read(texas, file)
    assert ("000123", "03", "P2", "I") in _marks(read)
    assert len(read.marks) == 8
    assert not [one for one in read.problems if one.severity.value == "hold"]


def test_a_blank_that_is_present_is_posted(texas: Path, tmp_path: Path) -> None:
    file = _written(tmp_path / "periods.csv", PERIODS)
    answers = ("student_id=Kid", "recorded=all", "blank=present", "code.ill=I")
    assert _adopt(texas, file, *answers)[0] == 0
    assert ("000123", "03", "P3", "") in _marks(_read(texas, file))


def test_a_file_without_the_offices_official_period_is_asked_about(
    texas: Path, tmp_path: Path
) -> None:
    file = _written(tmp_path / "periods.csv", PERIODS.replace("P1,P2,P3", "P4,P5,P6"))
    answers = ("student_id=Kid", "recorded=all", "blank=nothing", "code.ill=I", "comment=Remark")
    assert _open(_adopt(texas, file, *answers)[1]) == {"official"}
    assert _adopt(texas, file, *answers, "official=P5")[0] == 0
    assert {part for _who, _day, part, _code in _marks(_read(texas, file))} == {"P4", "DAY", "P6"}


def test_a_grid_is_read_by_its_own_headers(office: Path, tmp_path: Path) -> None:
    file = _written(tmp_path / "grid.csv", GRID)
    status, said = _adopt(office, file, "student_id=Nr.", "name=Kid")
    assert _open(said) == {"blank", "session", "code.here", "code.ill"}
    answers = ("student_id=Nr.", "name=Kid", "blank=nothing", "code.here=/", "code.ill=I")
    answers = (*answers, "session=AM")
    status, said = _adopt(office, file, *answers)
    assert (status, said["read"]["marks"]) == (0, 4)
    assert {code["code"]: code["times"] for code in said["codes"]} == {
        "here": 3, "ill": 1, "(blank)": 2
    }  # fmt: skip
    read = _read(office, file)
    assert ("000123", "16", "AM", "I") in _marks(read)
    assert read.recording == Recording.POSITIVE


def test_a_grid_with_the_usual_headers_can_be_given_its_own_codes(
    office: Path, tmp_path: Path
) -> None:
    file = _written(tmp_path / "grid.csv", GRID.replace("Nr.", "Pupil ID").replace(",,", ",here,"))
    assert _read(office, file).importer == "register-grid"
    answers = ("name=Kid", "blank=present", "session=AM", "code.=/", "code.here=/", "code.ill=I")
    assert _adopt(office, file, *answers)[0] == 0
    assert _read(office, file).importer == "own-grid"
    assert ("000123", "17", "AM", "/") in _marks(_read(office, file))


def test_strings_of_marks_keep_the_blanks_they_begin_with(office: Path, tmp_path: Path) -> None:
    file = _written(tmp_path / "strings.csv", STRINGS)
    assert _open(_adopt(office, file, "student_id=Nr.")[1]) == {"each", "blank"}
    assert _adopt(office, file, "student_id=Nr.", "each=session", "blank=nothing")[0] == 0
    read = _read(office, file)
    assert len(read.marks) == 18
    assert ("000123", "04", "AM", "I") in _marks(read)
    assert ("000124", "06", "PM", "L") in _marks(read)
    assert ("000124", "02", "AM", "L") not in _marks(read)


def test_a_summary_is_read_as_totals(office: Path, tmp_path: Path) -> None:
    file = _written(tmp_path / "totals.csv", SUMMARY)
    answers = ("shape=summary", "student_id=Nr.", "possible=Poss", "name=Kid", "unit=sessions")
    assert _adopt(office, file, *answers)[0] == 0
    read = _read(office, file)
    assert not len(read.marks)
    assert [(one.student_id, int(one.counts["possible"])) for one in read.figures] == [
        ("000123", 100), ("000124", 98)
    ]  # fmt: skip


def test_headers_in_two_rows_are_read_as_one(office: Path, tmp_path: Path) -> None:
    text = "Oak Hall\nPupil,,When,Mark\nNr.,Name,,\n000123,Ng Bo,2026-11-03,ill\n"
    file = _written(tmp_path / "two.csv", text + "000124,Oneil Ana,2026-11-04,ill\n")
    answers = ("student_id=Pupil Nr.", "date=When", "code=Mark", "recorded=absences", "code.ill=I")
    answers = (*answers, "session=AM")
    assert _adopt(office, file, *answers)[0] == 0
    assert len(_read(office, file).marks) == 2


def test_a_workbook_with_serial_dates_and_merged_titles(office: Path, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["Oak Hall"],
        [],
        ["Kid", "When", "What"],
        [123, 46329, "ill"],
        [124, 46330, "ill"],
    ):
        sheet.append(row)
    sheet.merge_cells("A1:C1")
    file = tmp_path / "serials.xlsx"
    book.save(file)
    answers = ("student_id=Kid", "date=When", "code=What", "recorded=all", "code.ill=I")
    answers = (*answers, "session=AM")
    assert _adopt(office, file, *answers)[0] == 0
    assert _marks(_read(office, file)) == {("123", "03", "AM", "I"), ("124", "04", "AM", "I")}


def test_a_known_code_can_be_given_another_meaning(office: Path, tmp_path: Path) -> None:
    text = "Kid,When,What\n000123,2026-11-03,P\n000124,2026-11-03,P\nPrinted on 5/11/2026,,\n"
    file = _written(tmp_path / "list.csv", text)
    answers = ("student_id=Kid", "date=When", "code=What", "recorded=all", "session=AM")
    _, said = _adopt(office, file, *answers, more="--look")
    assert [(one["code"], one["times"], one["taken_for"]) for one in said["codes"]] == [
        ("P", 2, "P")
    ]
    assert _adopt(office, file, *answers, "code.P=/")[0] == 0
    assert {code for *_rest, code in _marks(_read(office, file))} == {"/"}


def test_a_footer_does_not_hide_the_ids_of_a_short_list(office: Path, tmp_path: Path) -> None:
    text = (
        "Kid,Room,When,What\n000123,101,2026-11-03,I\n000124,102,2026-11-03,I\nPrinted today,,,\n"
    )
    _, said = _adopt(office, _written(tmp_path / "list.csv", text))
    asked = {one["key"]: one["choices"] for one in said["questions"] if one["answer"] is None}
    assert asked["student_id"] == ["Kid", "Room"]


def test_a_code_can_be_set_to_nothing(office: Path, tmp_path: Path) -> None:
    file = _written(
        tmp_path / "list.csv", "Kid,When,What\n000123,2026-11-03,n/a\n000124,2026-11-03,I\n"
    )
    answers = ("student_id=Kid", "date=When", "code=What", "recorded=all", "code.n/a=nothing")
    answers = (*answers, "session=PM")
    assert _adopt(office, file, *answers)[0] == 0
    assert len(_read(office, file).marks) == 1


def test_the_file_is_commented_and_the_columns_may_be_turned_about(
    office: Path, tmp_path: Path
) -> None:
    file = _written(tmp_path / "list.csv", "Kid,When,What\n000123,2026-11-03,I\n")
    answers = ("student_id=Kid", "date=When", "code=What", "recorded=absences", "session=PM")
    _adopt(office, file, *answers)
    text = (office / "importers" / "list.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text)["columns"] == {"student_id": "Kid", "date": "When", "code": "What"}
    assert "# absences: who is not in it was there." in text
    turned = _written(tmp_path / "b.csv", "What,New,Kid,When\nI,x,000123,2026-11-03\n")
    assert _read(office, turned).importer == "own-list"
    lacking = _written(tmp_path / "c.csv", "What,Kid,Day\nI,000123,2026-11-03\n")
    with pytest.raises(RefusedFile, match="nearest is “list”, which also needs “When”"):
        _read(office, lacking)


def test_what_would_not_be_recognised_again_is_not_written(office: Path, tmp_path: Path) -> None:
    file = _written(tmp_path / "list.csv", "Kid,When,What,what\n000123,2026-11-03,I,I\n")
    with pytest.raises(RollbookError, match="over two columns"):
        answers = ("student_id=Kid", "date=When", "code=What", "recorded=all", "session=AM")
        _adopt(office, file, *answers)
    assert not (office / "importers").exists()


# Random layouts ----------------------------------------------------------------------------------

_HEADERS = st.lists(
    st.sampled_from(["Kid", "Nr.", "Wann", "Zeichen", "Élève", "Jour", "Wer", "Was", "Qui"]),
    min_size=3, max_size=3, unique=True,
)  # fmt: skip
_FORMATS = st.sampled_from(
    [("%d/%m/%Y", "day"), ("%m/%d/%Y", "month"), ("%Y-%m-%d", "any"), ("%d %b %Y", "any"),
     ("%Y%m%d", "any"), ("%d.%m.%y", "day")]
)  # fmt: skip
_CODES = {"ill": "I", "there": "/", "gone": "O"}
_ROWS = st.lists(
    st.tuples(st.integers(0, 9_000), st.integers(0, 180), st.sampled_from(sorted(_CODES))),
    min_size=2, max_size=12, unique_by=lambda row: row[:2],
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    _HEADERS,
    _FORMATS,
    _ROWS,
    st.permutations(range(4)),
    st.sampled_from(",;\t^"),
    st.sampled_from(["", "Oak Hall\n\n", "Register\nPrinted by Ng\n"]),
    st.booleans(),
)
def test_a_list_laid_out_anyhow_is_read_as_the_general_list_of_the_same(
    tmp_path_factory: pytest.TempPathFactory, headers: list[str], dates: tuple[str, str],
    rows: list[tuple[int, int, str]], order: list[int], mark: str, above: str, footer: bool,
) -> None:  # fmt: skip
    folder = tmp_path_factory.getbasetemp()
    days = [date(2026, 9, 1) + timedelta(days=day) for _who, day, _code in rows]
    cells = [[*headers, "Form room"]]
    plain = ["Student ID,Date,Code"]
    for (who, _day, code), day in zip(rows, days, strict=True):
        cells.append([f"{who:06}", f"{day:{dates[0]}}", code, "north"])
        plain.append(f"{who:06},{day:%Y-%m-%d},{_CODES[code]}")
    lines = [mark.join(row[place] for place in order) for row in cells]
    text = above + "\n".join(lines) + ("\nPrinted on 05/11/2026" if footer else "") + "\n"
    upload = Upload(_written(folder / "anyhow.csv", text))
    given_answers = {"student_id": headers[0], "date": headers[1], "code": headers[2],
                     "shape": "list", "recorded": "all", "dates": dates[1]}  # fmt: skip
    given_answers |= {f"code.{code}": _CODES[code] for code in {row[2] for row in rows}}
    seen = look(upload)
    asked = questions(
        seen, "anyhow", given_answers, Custom(load_pack("gb-eng"), None, SECOND_PERIOD)
    )
    name, said = format_of(seen, asked)
    importer = said.importer(name)
    assert importer.identify(upload)
    read = importer.extract(upload, Profile())
    general = importers.extract(
        Upload(_written(folder / "plain.csv", "\n".join(plain) + "\n")), Profile()
    )
    columns = ["student_id", "date", "part", "symbol"]
    assert sorted(map(tuple, read.marks[columns].astype(str).to_numpy())) == sorted(
        map(tuple, general.marks[columns].astype(str).to_numpy())
    )
