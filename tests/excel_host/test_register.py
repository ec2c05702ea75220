"""A sheet is posted, looked at and taken back in a browser, as a clerk does it in Excel's pane."""

from datetime import date
from pathlib import Path

from rollbook.ledger import marks as ledger_marks
from rollbook.office import open_office
from tests.excel_host.conftest import Excel, Rows

MONDAY, TUESDAY = date(2026, 9, 28), date(2026, 9, 29)

WEEK: Rows = [
    ["Marks of Ms Dellmere's lessons"],
    ["Student ID", "Name", MONDAY, TUESDAY],
    ["", "", "P3", "P3"],
    ["000123", "García, Ana", "U", "E"],
    [124, "Ng, Bo", "U", ""],
    ["000125", "=cmd|' /C calc'!A0", "", "U"],
]


def marks_in(office: Path, part: str) -> set[tuple[str, str, str]]:
    found = open_office(office)
    with found.ledger.read() as connection:
        frame = ledger_marks.current_register(connection)
    found.ledger.close()
    here = frame[frame["part"] == part]
    return {
        (str(row.student_id), f"{row.date:%Y-%m-%d}", str(row.symbol)) for row in here.itertuples()
    }


def test_a_sheet_is_posted_looked_at_and_taken_back(excel: Excel, office: Path) -> None:
    excel.open({"Lessons": WEEK}, name="Lessons.xlsx", formats={"Lessons": {"A4:A4": "@"}})

    asked = excel.press("post_sheet")
    assert asked["asks"][0]["label"] == "Post 3 students × 2 sessions", asked
    posted = excel.answer(confirmed="yes")
    assert posted["phase"] == "done", posted["sentence"]
    assert marks_in(office, "P3") == {
        ("000123", "2026-09-28", "U"), ("000123", "2026-09-29", "E"),
        ("000124", "2026-09-28", "U"), ("000125", "2026-09-29", "U"),
    }  # fmt: skip

    changed = excel.press("what_changed")
    assert changed["phase"] == "done", changed["sentence"]
    assert excel.ask("sheets") == ["Lessons", "Changes"]
    head, *rows = excel.values("Changes")[2:]
    assert head[:7] == ["Student ID", "Student", "Form", "Date", "Part", "Was", "Is"]
    assert [[row[0], row[4], row[6]] for row in rows] == [
        ["000125", "P3", "U"], ["000123", "P3", "U"], ["000123", "P3", "E"], ["000124", "P3", "U"],
    ]  # fmt: skip
    assert rows[0][1] == "=cmd|' /C calc'!A0, Cy"

    which = excel.press("undo_posting")
    assert which["phase"] == "asking"
    number = which["asks"][0]["choices"][0][0]
    excel.page.select_option("[name=posting]", number)
    excel.page.fill("[name=reason]", "last year's lessons")
    excel.page.click("text=Go on")
    excel.page.click(f"text=Take posting {number} back")
    excel.page.wait_for_selector("text=is taken back: 4 marks put back")
    assert marks_in(office, "P3") == set()
