"""Held rows come back in a workbook the clerk mended: posted once, or held once more."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from rollbook.cli import app
from rollbook.ledger import postings as book
from rollbook.posting.undo import Undone, undo
from tests.dropping import (
    MONDAY,
    PUPILS,
    TUESDAY,
    drop,
    marks,
    office_folder,
    opened,
    register,
    run_once,
    slip,
)
from tests.offices import NOW

ANA, BO, STRANGER = "000123", "000124", "000999"
HELD_ROWS = (
    (ANA, MONDAY, "AM", "/"),
    (STRANGER, MONDAY, "AM", "O"),  # row 3: an id mistyped
    (ANA, TUESDAY, "AM", "Q?"),  # row 4: no code
)

Mend = Callable[[Any], None]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An office in which two rows of a file are held."""
    root = office_folder(tmp_path / "office")
    drop(root, "pupils.csv", PUPILS)
    drop(root, "week.csv", marks(*HELD_ROWS))
    run_once(root)
    return root


def posted(root: Path, name: str) -> Path:
    [path] = (root / "posted").rglob(name)
    return path


def mended(root: Path, mend: Mend, of: str = "week held.xlsx", name: str = "mended.xlsx") -> None:
    """Open the workbook of held rows, change it as a clerk would, and drop it.

    Its name within makes it a file of its own: two saved in the same second have the same bytes.
    """
    workbook = load_workbook(posted(root, of))
    mend(workbook.active)
    workbook.properties.title = name
    workbook.save(root / "drop" / name)


def held(root: Path) -> list[tuple[str, str]]:
    with opened(root).ledger.read() as connection:
        return [(row["slug"], row["student_id"]) for row in book.held_rows(connection)]


def put(cell: str, value: str) -> Mend:
    def change(sheet: Any) -> None:
        sheet[cell] = value

    return change


def nothing(sheet: Any) -> None:
    """Drop it as it is."""


def test_the_held_rows_lie_beside_the_slip_as_a_workbook(root: Path) -> None:
    sheet = load_workbook(posted(root, "week held.xlsx")).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    assert rows[0][:4] == ["Student ID", "Date", "Session", "Code"]
    assert [(row[0], row[2], row[3], row[8]) for row in rows[1:]] == [
        (STRANGER, "AM", "O", 3), (ANA, "AM", "Q?", 4)]  # fmt: skip
    assert "“week held.xlsx”" in slip(posted(root, "week.csv"), ".held.txt")[-1]


def test_a_mended_row_is_posted_and_the_other_held_again(root: Path) -> None:
    mended(root, put("A4", BO))
    _, told = run_once(root)
    [outcome] = told["files"]
    assert (outcome["importer"], outcome["new"], outcome["held"]) == ("mended-rows", 1, 1)
    assert (BO, MONDAY, "AM", "O") in register(opened(root))
    assert held(root) == [("unknown-code", ANA)]
    assert posted(root, "mended held.xlsx").is_file()


def test_dropped_again_unmended_every_row_is_held_once(root: Path) -> None:
    before = held(root)
    for name in ("as it was.xlsx", "and again.xlsx"):
        mended(root, nothing, name=name)
        _, told = run_once(root)
        assert told["files"][0]["result"] == "posted"
    assert sorted(held(root)) == sorted(before)
    assert len(register(opened(root))) == 1


def test_a_mended_row_dropped_twice_is_posted_once(root: Path) -> None:
    mended(root, put("A4", BO))
    run_once(root)
    mended(root, put("A4", BO), name="once more.xlsx")
    _, told = run_once(root)
    [outcome] = told["files"]
    assert (outcome["result"], outcome["new"]) == ("posted", 0)
    assert [one for one in register(opened(root)) if one[0] == BO] == [(BO, MONDAY, "AM", "O")]
    assert held(root) == [("unknown-code", ANA)]


def test_the_first_workbook_mends_what_a_later_one_holds_again(root: Path) -> None:
    mended(root, put("A4", BO))
    run_once(root)  # row 5 is held again, by this posting now
    mended(root, put("D5", "N"), name="the rest.xlsx")  # in a copy of the first workbook
    run_once(root)
    assert (ANA, TUESDAY, "AM", "N") in register(opened(root))
    assert held(root) == []


def test_a_row_that_released_itself_is_not_posted_a_second_time(root: Path) -> None:
    drop(root, "newcomers.csv", PUPILS + f"{STRANGER},Hale,Cy,9\n")
    run_once(root)
    assert (STRANGER, MONDAY, "AM", "O") in register(opened(root))
    mended(root, put("A4", BO))
    _, told = run_once(root)
    notes = [one["message"] for one in told["files"][0]["problems"]]
    assert any("Row 4 waits no longer" in one for one in notes)
    assert not [one for one in register(opened(root)) if one[0] == BO]


def test_a_mended_row_does_not_release_itself_later(root: Path) -> None:
    mended(root, put("A4", BO))
    run_once(root)
    drop(root, "newcomers.csv", PUPILS + f"{STRANGER},Hale,Cy,9\n")
    run_once(root)
    assert not [one for one in register(opened(root)) if one[0] == STRANGER]


def test_a_row_that_cannot_be_read_stays_held_as_it_was(root: Path) -> None:
    mended(root, put("B4", "soon"))
    run_once(root)
    assert sorted(held(root)) == [("unknown-code", ANA), ("unknown-student", STRANGER)]


def test_rows_that_could_not_be_read_at_first_are_mended_too(tmp_path: Path) -> None:
    root = office_folder(tmp_path / "office")
    drop(root, "pupils.csv", PUPILS)
    fine = [(ANA, f"2026-11-{day:02}", "AM", "/") for day in range(2, 7)]
    drop(root, "week.csv", marks(*fine, (BO, "soon", "AM", "O"), (BO, "later", "PM", "O")))
    run_once(root)
    assert [slug for slug, _ in held(root)] == ["unreadable-date", "unreadable-date"]

    def mend_the_first(sheet: Any) -> None:
        for column, value in zip("ABCD", (BO, MONDAY, "AM", "O"), strict=True):
            sheet[f"{column}4"] = value

    mended(root, mend_the_first)
    run_once(root)
    assert (BO, MONDAY, "AM", "O") in register(opened(root))
    assert [slug for slug, _ in held(root)] == ["unreadable-date"]


def test_files_of_one_name_and_two_kinds_have_a_workbook_each(root: Path) -> None:
    drop(root, "week.txt", marks((STRANGER, TUESDAY, "PM", "O"), (ANA, TUESDAY, "PM", "/")))
    run_once(root)
    assert posted(root, "week held.xlsx") != posted(root, "week.txt held.xlsx")


def test_a_row_without_its_number_is_held_and_not_posted(root: Path) -> None:
    mended(root, put("J4", ""))
    run_once(root)
    assert len(register(opened(root))) == 1
    assert ("unknown-student", STRANGER) in held(root)
    assert ("no-held-number", "") in held(root)


def test_taken_back_the_rows_wait_as_before(root: Path) -> None:
    before = held(root)
    mended(root, put("A4", BO))
    _, told = run_once(root)
    office = opened(root)
    undo(office, told["files"][0]["posting"], NOW, "the wrong student")
    assert sorted(held(root)) == sorted(before)
    assert not [one for one in register(office) if one[0] == BO]


def undone(root: Path, posting: int) -> Undone:
    office = opened(root)
    done = undo(office, posting, NOW, "the wrong file")
    office.ledger.close()
    return done


def test_mended_rows_of_a_file_taken_back_stay_and_are_named(root: Path) -> None:
    mended(root, put("A4", BO))
    _, told = run_once(root)
    [outcome] = told["files"]
    done = undone(root, 2)
    assert [one.id for one in done.mended_by] == [outcome["posting"]]
    [said] = done.problems()
    assert "“mended.xlsx” (posting 3) has held rows of this file, mended" in said
    assert register(opened(root)) == [(BO, MONDAY, "AM", "O")]
    done = undone(root, 3)
    assert (done.mended_by, done.held_again) == ([], 0)
    assert (register(opened(root)), held(root)) == ([], [])


def test_a_sheet_mended_again_after_its_file_was_taken_back_posts_nothing(root: Path) -> None:
    undone(root, 2)
    mended(root, put("A4", BO))
    _, told = run_once(root)
    [outcome] = told["files"]
    assert outcome["new"] == 0 and "its file was taken back" in outcome["problems"][0]["message"]
    assert (register(opened(root)), held(root)) == ([], [])


def test_two_rows_with_one_number_are_not_posted_and_both_stay_held(root: Path) -> None:
    before = held(root)
    mended(root, put("J5", "1"))
    _, told = run_once(root)
    [outcome] = told["files"]
    assert (outcome["new"], outcome["held"]) == (0, 0)
    assert [one["slug"] for one in outcome["problems"]] == ["doubled-held-number"] * 2
    assert "The row is held as before" in outcome["problems"][0]["message"]
    assert held(root) == before


def test_a_number_no_held_row_ever_had_posts_nothing(root: Path) -> None:
    before = held(root)
    mended(root, put("J4", "9999"))
    _, told = run_once(root)
    said = " ".join(one["message"] for one in told["files"][0]["problems"])
    assert "Row 4 has the number 9999 in column “Held no.”, and no held row ever had it" in said
    assert sorted(held(root)) == sorted(before)


def test_a_sheet_with_its_columns_turned_round_saved_with_semicolons_is_read(root: Path) -> None:
    rows = load_workbook(posted(root, "week held.xlsx")).active.iter_rows(values_only=True)
    saved = io.StringIO(newline="")
    csv.writer(saved, delimiter=";").writerows(row[::-1] for row in rows)
    drop(root, "week held.csv", saved.getvalue().replace(STRANGER, BO))
    _, told = run_once(root)
    [outcome] = told["files"]
    assert (outcome["importer"], outcome["new"], outcome["held"]) == ("mended-rows", 1, 1)


def test_the_list_of_all_held_rows_is_mended_and_dropped_like_the_one_beside_a_slip(
    root: Path,
) -> None:
    path = root / "drop" / "Held rows.xlsx"
    made = CliRunner().invoke(
        app, ["workbook", "new", "held-rows", "--to", str(path), "--office", str(root)]
    )
    assert made.exit_code == 0, made.output
    workbook = load_workbook(path)
    workbook["Held rows"]["A5"] = BO
    workbook.save(path)
    _, told = run_once(root)
    [outcome] = told["files"]
    assert (outcome["importer"], outcome["new"], outcome["held"]) == ("mended-rows", 1, 1)
    assert held(root) == [("unknown-code", ANA)]
