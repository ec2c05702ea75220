"""A workbook made for each of the practice schools, and what stands in it."""

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from typer.testing import CliRunner

from rollbook import practice
from rollbook.cli import app
from rollbook.documents import conversion
from rollbook.ledger import postings
from rollbook.office import make_office, open_office, save_settings
from rollbook.problems import NotAllowed, WorkbookError
from rollbook.standing import Standing, read_standing
from rollbook.workbooks.book import Book
from rollbook.workbooks.starting import STEMS, Wanted, start, template_of
from rollbook.workbooks.starting_tables import fill_name, fill_table
from tests.workbooks.calculated import recalculated
from tests.workbooks.sound import check_sound

STATES = ("us-tx", "us-ca", "gb-eng")
NOW = datetime(2026, 11, 20, 9, 0).astimezone()
TRACKER = "tracker.xlsx"


@dataclass(frozen=True)
class Made:
    """A practice office with all kinds of workbook in it, and its register."""

    state: str
    root: Path
    standing: Standing
    calculated: Mapping[str, Path]

    def book(self, kind: str) -> Workbook:
        """The workbook with the values that LibreOffice worked out."""
        return openpyxl.load_workbook(self.calculated[kind], data_only=True)

    def rows(self, kind: str, table: str) -> list[dict[str, object]]:
        """The rows of one Table, by the headings."""
        for sheet in self.book(kind):
            if table in sheet.tables:
                head, *rows = [
                    [cell.value for cell in row] for row in sheet[sheet.tables[table].ref]
                ]
                return [dict(zip(head, row, strict=True)) for row in rows]
        raise KeyError(table)


def run(root: Path, *words: str) -> str:
    result = CliRunner().invoke(app, [*words, "--office", str(root)])
    assert result.exit_code == 0, result.output or result.exception
    return result.output


@pytest.fixture(scope="module")
def all_made(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Made]:
    """Make three offices and their workbooks; LibreOffice is asked once, for all of them."""
    folder = tmp_path_factory.mktemp("starting")
    offices: dict[str, Path] = {}
    to_calculate: list[Path] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(conversion, "_PLACES", ())  # letters as Word files: a PDF takes seconds
        for state in STATES:
            offices[state] = root = folder / state
            school = practice.make_school(state, students=80)
            make_office(root, state, school.name, practice.calendar_toml(school))
            save_settings(root, school.office_settings() | {"watch": {"settle_seconds": 0}})
            practice.write_exports(school, root / "drop")
            practice.write_requests(school, root / "drop")
            run(root, "once")
            for kind in STEMS:
                name = folder / f"{state}.{kind}.xlsx"
                run(root, "workbook", "new", kind, "--to", str(name))
                to_calculate.append(name)
    calculated = recalculated(to_calculate, folder / "calculated")
    by_name = {path.name: path for path in calculated}
    return {
        state: Made(
            state,
            root,
            read_standing(open_office(root)),
            {kind: by_name[f"{state}.{kind}.xlsx"] for kind in STEMS},
        )
        for state, root in offices.items()
    }


@pytest.fixture(params=STATES)
def made(request: pytest.FixtureRequest, all_made: Mapping[str, Made]) -> Iterator[Made]:
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed")
    yield all_made[request.param]


def on_roll(standing: Standing) -> list[str]:
    return [one for one in standing.students if standing.is_enrolled(one)]


def test_everybody_on_roll_is_in_the_tracker_with_the_registers_figures(made: Made) -> None:
    rows = made.rows("tracker", "Tracker")
    number, possible = list(rows[0])[0], list(rows[0])[4]
    assert sorted(str(row[number]) for row in rows) == sorted(on_roll(made.standing))
    for row in rows:
        counted = made.standing.attendance(str(row[number]))
        assert row["Name"] == made.standing.students[str(row[number])].sort_name
        assert (row[possible], row["Attended"]) == (counted.possible, counted.attended)
        if counted.rate is not None:
            assert row["Attendance %"] == pytest.approx(float(counted.rate))


def test_the_summary_says_what_the_register_says(made: Made) -> None:
    counted = [made.standing.attendance(one) for one in on_roll(made.standing)]
    sheet = made.book("tracker")["Summary"]
    possible = sum(one.possible for one in counted)
    assert sheet["A5"].value == len(counted)
    assert sheet["C5"].value == pytest.approx(sum(one.attended for one in counted) / possible)
    flagged = {one.student_id for one in made.standing.findings()}
    assert sheet["E5"].value == len(flagged.intersection(on_roll(made.standing)))
    for row in made.rows("tracker", "Levels"):
        below = Fraction(str(row["Below"]))
        assert row["On roll"] == sum(one.rate is not None and one.rate < below for one in counted)


def test_each_year_has_the_registers_figures(made: Made) -> None:
    rows = made.rows("tracker", "Groups")
    heading = list(rows[0])[0]
    students = [made.standing.students[one] for one in on_roll(made.standing)]
    sizes = Counter(one.grade for one in students)
    assert {row[heading]: row["On roll"] for row in rows} == sizes
    for row in rows:
        counted = [
            made.standing.attendance(one.student_id)
            for one in students
            if one.grade == row[heading]
        ]
        possible = sum(one.possible for one in counted)
        attended = sum(one.attended for one in counted)
        assert row["Attendance %"] == pytest.approx(attended / possible)


def test_each_month_counts_the_letters_of_the_log(made: Made) -> None:
    log = [row for row in made.rows("tracker", "LetterLog") if row["Serial"]]
    months = Counter(
        row["Date"].date().replace(day=1)  # type: ignore[attr-defined]
        for row in log
        if row["Status"] != "void"
    )
    counted = {
        row["Month"].date(): row["Letters"]  # type: ignore[attr-defined]
        for row in made.rows("tracker", "Months")
    }
    assert min(counted) == made.standing.year_start.replace(day=1)
    assert log and sum(months.values()) == made.book("tracker")["Summary"]["H5"].value
    assert {month: number for month, number in counted.items() if number} == {
        month: number for month, number in months.items() if month in counted
    }


def test_excel_has_nothing_to_repair_in_any_of_them(made: Made) -> None:
    for kind in STEMS:
        check_sound(made.root.parent / f"{made.state}.{kind}.xlsx")


def test_the_meeting_talks_about_whom_something_is_new(made: Made) -> None:
    rows = made.rows("meeting-pack", "ToDiscuss")
    since = made.book("meeting-pack")["Agenda"]["C5"].value.date()
    number = list(rows[0])[0]
    new = {one.student_id for one in made.standing.findings() if one.crossed_on >= since}
    letters = {one.student_id for one in made.standing.letters if one.prepared >= since}
    assert {row[number] for row in rows} >= new.intersection(on_roll(made.standing))
    assert {row[number] for row in rows} <= new | letters
    page = made.book("meeting-pack").worksheets[2]
    assert (page["A1"].value, page["B4"].value) == (rows[0]["Name"], rows[0][number])


def test_requests_without_a_document_are_listed_with_the_reason(made: Made) -> None:
    with open_office(made.root).ledger.read() as connection:
        waiting = [one for one in postings.requests(connection) if one["outcome"]]
    listed = [row["Notes"] for row in made.rows("request-list", "Requests") if row["Document"]]
    reasons = {str(one["outcome"]) for one in waiting}
    assert set(listed) <= reasons
    assert len(listed) < len(waiting)  # some have their document


def test_a_new_tracker_is_kept_up_to_date_and_nothing_is_written_twice(made: Made) -> None:
    path = made.root.parent / f"{made.state}.tracker.xlsx"
    before = path.read_bytes()
    said = run(made.root, "workbook", "update", str(path))
    assert path.read_bytes() == before, said
    assert "add = true" in (made.root / "office.toml").read_text(encoding="utf-8")


def test_a_change_form_has_the_marks_of_the_day_and_can_be_dropped(made: Made) -> None:
    student = made.standing.students[on_roll(made.standing)[0]]
    day = made.standing.as_of
    form = made.root.parent / f"form {made.state}.xlsx"
    run(
        made.root, "workbook", "new", "change-form", "--to", str(form),
        "--student", student.student_id, "--date", str(day),
    )  # fmt: skip
    sheet = openpyxl.load_workbook(form)["Change form"]
    assert [sheet[f"C{row}"].value for row in (4, 5)] == [student.sort_name, student.student_id]
    parts = {"us-tx": ["2"], "us-ca": ["Day"], "gb-eng": ["AM", "PM"]}[made.state]
    assert [sheet[f"C{row}"].value for row in range(18, 18 + len(parts))] == parts
    assert sheet["B18"].value.date() == day
    code = {"us-tx": "A", "us-ca": "A", "gb-eng": "I"}[made.state]
    for row in range(18, 18 + len(parts)):  # as Excel works it out
        sheet[f"A{row}"] = student.student_id
    sheet["E18"], sheet["F18"] = code, "note seen"
    sheet.parent.save(form)
    office = shutil.copytree(made.root, made.root.parent / f"with form {made.state}")
    shutil.copy(form, office / "drop")
    said = run(office, "once")
    now = read_standing(open_office(office))
    assert now.attendance(student.student_id) != made.standing.attendance(student.student_id), said
    for other in on_roll(made.standing)[1:]:
        assert now.attendance(other) == made.standing.attendance(other)


def test_a_file_that_is_there_is_never_written_over(tmp_path: Path, made: Made) -> None:
    office = open_office(made.root)
    there = tmp_path / "there.xlsx"
    there.write_bytes(b"the clerk's")
    with pytest.raises(NotAllowed, match="is there already"):
        start(office, made.standing, Wanted("held-rows"), NOW, there)
    assert there.read_bytes() == b"the clerk's"
    first = start(office, made.standing, Wanted("held-rows"), NOW).path
    second = start(office, made.standing, Wanted("held-rows"), NOW).path
    assert (first.name, second.name) == (
        "Held rows 2026-11-20.xlsx",
        "Held rows 2026-11-20 (2).xlsx",
    )


def test_what_is_not_known_is_said(made: Made) -> None:
    office = open_office(made.root)
    for wanted, says in (
        (Wanted("timetable"), "Name one of: tracker"),
        (Wanted("change-form", "no such id"), "No student has the id"),
        (Wanted("change-form", day=date(2026, 11, 2)), "--student"),
    ):
        with pytest.raises(NotAllowed, match=says):
            start(office, made.standing, wanted, NOW)


def test_rows_go_below_what_is_there_and_never_into_columns_that_are_not(tmp_path: Path) -> None:
    path = template_of("held-rows", "us-tx")
    book = Book(tmp_path / "held.xlsx", path.read_bytes())
    fill_table(book, "HeldRows", [{"Student ID": "000007", "Date": date(2026, 11, 2)}])
    fill_table(book.settled(), "HeldRows", [])
    book = book.settled()
    fill_table(book, "HeldRows", [{"Student ID": "000008"}, {"Student ID": "000009", "Row": 3}])
    (tmp_path / "held.xlsx").write_bytes(book.changed()[0].to_bytes())
    sheet = openpyxl.load_workbook(tmp_path / "held.xlsx")["Held rows"]
    assert [sheet[f"A{row}"].value for row in (5, 6, 7)] == ["000007", "000008", "000009"]
    assert sheet["B5"].value.date() == date(2026, 11, 2)
    assert sheet.tables["HeldRows"].ref == "A4:K7"
    check_sound(tmp_path / "held.xlsx")
    with pytest.raises(WorkbookError, match="no column “Shoe size”"):
        fill_table(book, "HeldRows", [{"Shoe size": 9}])
    with pytest.raises(WorkbookError, match="no Table “Shoes”"):
        fill_table(book, "Shoes", [{}])
    with pytest.raises(WorkbookError, match="no cell of the name “Shoe”"):
        fill_name(book, "Shoe", 9)
