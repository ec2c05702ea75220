"""A tracker with every feature: updated twice, given students and 500 letters, put back."""

import shutil
import subprocess
import warnings
import zipfile
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from rollbook import workbooks
from rollbook.register import Student
from rollbook.workbooks.cells import Value
from rollbook.workbooks.mapping import Whom, WorkbookMap
from rollbook.workbooks.people import Listed
from rollbook.workbooks.receipt import Receipt
from tests.workbooks.features import (
    DAYS,
    FIRST_ROW,
    LAST_ROW,
    LETTERS,
    LOG_LAST,
    STUDENTS,
    make_rich,
)
from tests.workbooks.sound import check_sound

NEW = (("000125", "Abbott", "Ölaf", "7B"), ("111111", "Quist", "Ó", "8A"))
MANY = 500
KINDS = {
    "range.xlsx": {"as_table": False},
    "table.xlsx": {"as_table": True},
    "range.xlsm": {"as_table": False, "since_1904": True},
    "table.xlsm": {"as_table": True},
}


def mapping_of(path: Path) -> WorkbookMap:
    found = workbooks.adopt(path)
    return WorkbookMap.from_dict(found.to_dict() | {"whom": Whom(add=True).to_dict()})


def figures(absent: int) -> dict[str, dict[str, Value]]:
    ids = [identity for identity, *_ in (*STUDENTS, *NEW)]
    return {
        identity: {
            "possible": 120,
            "attended": 120 - absent - number,
            "absent": absent + number,
            "rate": Fraction(120 - absent - number, 120),
            "flag": "act & <call>" if number % 2 else "",
            "last_letter": date(2026, 11, 20) if number % 2 else None,
        }
        for number, identity in enumerate(ids)
    }


def people() -> dict[str, Listed]:
    old = [(identity, *name.split(", "), form) for identity, name, form in STUDENTS]
    return {
        identity: Listed(
            Student(student_id=identity, family_name=family, given_name=given, form=form)
        )
        for identity, family, given, form in (*old, *NEW)
    }


def letters(first: int, count: int) -> list[dict[str, Value]]:
    return [
        {
            "date": date(2026, 11, 20),
            "student_id": STUDENTS[number % len(STUDENTS)][0],
            "student_name": STUDENTS[number % len(STUDENTS)][1],
            "letter": "Level 2",
            "guardian": "Mr & Mrs Núñez",
            "serial": f"RB-{number}",
            "state": "prepared",
            "by": "Rollbook",
        }
        for number in range(first, first + count)
    ]


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def shown(path: Path) -> dict[tuple[str, str], object]:
    """Every cell openpyxl sees, with its cached value."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path, data_only=True, keep_vba=path.suffix == ".xlsm")
    return {
        (sheet.title, cell.coordinate): _to_15_digits(cell.value)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def _to_15_digits(value: object) -> object:
    """LibreOffice writes no more digits down than Excel shows."""
    return float(f"{value:.14g}") if isinstance(value, float) else value


class Office:
    """One workbook and what was done to it, step by step; after each it is looked at."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.snapshots = path.parent / "snapshots"
        self.mapping = mapping_of(path)
        self.original = path.read_bytes()
        self.receipts: list[Receipt] = []

    def update(self, absent: int, log: list[dict[str, Value]], with_new: bool) -> Receipt:
        before = parts(self.path)
        receipt = workbooks.update(
            self.path,
            self.mapping,
            figures(absent),
            log,
            self.snapshots,
            people() if with_new else {},
        )
        self.receipts.append(receipt)
        self._check(before, receipt)
        return receipt

    def _check(self, before: Mapping[str, bytes], receipt: Receipt) -> None:
        after = parts(self.path)
        assert list(after) == list(before)
        changed = {name for name in before if before[name] != after[name]}
        assert changed == set(receipt.parts_changed)
        check_sound(self.path)
        assert receipt.unchanged_proof()


@pytest.fixture(scope="module", params=KINDS)
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Office:
    folder = tmp_path_factory.mktemp("Attendance Office")
    made = Office(make_rich(folder / f"Tracking & more {request.param}", **KINDS[request.param]))
    check_sound(made.path)
    made.update(5, letters(4, 2), with_new=False)
    made.update(6, letters(4, 3), with_new=False)
    made.update(6, letters(4, 3), with_new=True)
    made.update(7, letters(4, MANY), with_new=True)
    return made


def test_an_update_with_figures_and_letters_changes_the_sheets_it_fills_only(
    office: Office,
) -> None:
    allowed = {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/styles.xml"}
    first, second, *_ = office.receipts
    assert {name for name in first.parts_changed if name not in allowed} <= {
        "xl/workbook.xml", "xl/worksheets/sheet3.xml", "xl/tables/table1.xml",
        "xl/tables/table2.xml", "xl/charts/chart2.xml",
    }  # fmt: skip
    assert len(first.rows_added) == 2
    assert len(second.rows_added) == 1


def test_students_get_rows_where_they_belong_and_everything_below_follows(office: Office) -> None:
    added = office.receipts[2].students_added
    assert [(each.row, each.student_id) for each in added] == [
        (FIRST_ROW + 2, "000125"),
        (FIRST_ROW + 5, "111111"),
    ]
    seen = shown(office.path)
    ids = [seen["Tracker", f"B{row}"] for row in range(FIRST_ROW, LAST_ROW + 3)]
    assert ids == sorted(identity for identity, *_ in (*STUDENTS, *NEW))


def test_five_hundred_letters_are_below_the_others_in_a_longer_table(office: Office) -> None:
    seen = shown(office.path)
    last = LOG_LAST + MANY
    assert seen["Letter log", f"F{last}"] == f"RB-{3 + MANY}"
    with zipfile.ZipFile(office.path) as archive:
        tables = [archive.read(name) for name in archive.namelist() if "/tables/" in name]
    assert any(f'ref="A3:J{last}"'.encode() in xml for xml in tables)
    assert [seen["Letter log", f"F{4 + row}"] for row in range(len(LETTERS))] == [
        "RB-1", "RB-2", "RB-3",
    ]  # fmt: skip


def test_what_the_clerk_wrote_is_where_it_was_or_moved_with_its_row(office: Office) -> None:
    before, after = shown_bytes(office), shown(office.path)
    moved = {
        row: row + sum(row + shift >= place for shift, place in enumerate(rows_put_in(office)))
        for row in range(1, 60)
    }
    kept = [
        (cell, value)
        for (sheet, cell), value in before.items()
        if sheet == "Tracker" and cell.rstrip("0123456789") in {"C", "D", "I", "M"}
    ]
    assert len(kept) > 3 * len(STUDENTS)
    for cell, value in kept:
        letters_of = cell.rstrip("0123456789")
        row = int(cell[len(letters_of) :])
        assert after["Tracker", f"{letters_of}{moved[row]}"] == value
    assert DAYS == len(
        [1 for sheet, cell in after if sheet == "Tracker" and cell.endswith("5")]
    ) - (len([1 for sheet, cell in before if sheet == "Tracker" and cell.endswith("5")]) - DAYS)


def rows_put_in(office: Office) -> list[int]:
    return [each.row for each in office.receipts[2].students_added]


def shown_bytes(office: Office) -> dict[tuple[str, str], object]:
    path = office.path.with_name(f"original{office.path.suffix}")
    path.write_bytes(office.original)
    return shown(path)


def test_nothing_new_is_nothing_written(office: Office) -> None:
    before = office.path.read_bytes()
    receipt = workbooks.update(
        office.path, office.mapping, figures(7), letters(4, MANY), office.snapshots, people()
    )
    assert not receipt.is_written
    assert office.path.read_bytes() == before


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_and_openpyxl_see_the_same(office: Office, tmp_path: Path) -> None:
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    to = ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "out")]
    subprocess.run(
        ["soffice", profile, "--headless", *to, str(office.path)], check=True, capture_output=True
    )
    theirs = shown(tmp_path / "out" / office.path.with_suffix(".xlsx").name)
    ours = shown(office.path)
    columns = {"B", "C", "D", "E", "F", "G", "H", "J", "K", "M"}
    wanted = {
        place: value
        for place, value in ours.items()
        if (place[0] == "Tracker" and place[1].rstrip("0123456789") in columns)
        or (place[0] == "Letter log" and place[1].rstrip("0123456789") in "ABCDEFGH")
    }
    assert len(wanted) > 8 * MANY
    assert {place: theirs.get(place) for place in wanted} == wanted


def test_restored_it_is_the_first_file_again(office: Office, tmp_path: Path) -> None:
    path = tmp_path / office.path.name
    shutil.copy(office.path, path)
    workbooks.update(path, office.mapping, figures(9), [], tmp_path / "s", people())
    assert path.read_bytes() != office.path.read_bytes()
    workbooks.restore(path, tmp_path / "s")
    assert path.read_bytes() == office.path.read_bytes()
    first = office.receipts[0].snapshot
    assert first is not None
    assert first.read_bytes() == office.original
