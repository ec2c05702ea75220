"""The ribbon's buttons in a real browser: what they send, what they write, and what they say."""

import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser

from addin.buttons import RIBBON
from addin.manifest import check_manifest
from tests.excel_host.conftest import Excel, Server

TRACKER = [
    ["Attendance tracker", "", ""],
    ["Student ID", "Name", "Flag"],
    ["000123", "García, Ana", ""],
    ["000124", "Ng, Bo", ""],
    ["000125", "Cy", ""],
]


@pytest.fixture
def tracker(excel: Excel) -> Excel:
    excel.open({"Tracker": TRACKER}, path="C:\\Users\\kim\\Tracker.xlsx")
    return excel


def seen(excel: Excel, button: str = "approve_letters") -> dict[str, Any]:
    """What a button tells the server that the clerk sees."""
    sent = excel.sent(button, lambda: excel.press(button))
    view: dict[str, Any] = sent["args"][0]["view"]
    return view


# --- The ribbon ----------------------------------------------------------------------------------


def test_every_button_of_the_ribbon_is_associated(excel: Excel) -> None:
    assert excel.ask("actions") == [name for names in RIBBON.values() for name in names]


def test_a_button_shows_the_pane(tracker: Excel) -> None:
    before = tracker.page.evaluate("excelHost.paneShown")
    tracker.press("letters_due")
    assert tracker.page.evaluate("excelHost.paneShown") == before + 1


def test_the_manifest_that_the_server_gives_is_fit(server: Server) -> None:
    found = httpx.get(f"{server.address}/manifest.xml")
    assert check_manifest(found.text) == []
    assert f"https://localhost:{server.port}/taskpane.html" in found.text


def test_the_pictures_of_the_ribbon_are_served_and_may_be_kept(server: Server) -> None:
    """Excel shows no picture that it may not keep."""
    with httpx.Client(base_url=server.address) as client:
        manifest = client.get("/manifest.xml").text
        for path in sorted(set(re.findall(r"/static/images/icons/[\w-]+\.png", manifest))):
            found = client.get(path)
            assert (found.status_code, found.headers["content-type"]) == (200, "image/png"), path
            assert "max-age" in found.headers["cache-control"]


# --- What is sent --------------------------------------------------------------------------------


def test_the_selected_rows_and_the_place_of_the_book_are_sent(tracker: Excel) -> None:
    tracker.select("A3:B4")
    assert seen(tracker) == {
        "rows": ["A3:B4"],
        "formulas": [],
        "path": "C:\\Users\\kim\\Tracker.xlsx",
    }


def test_rows_a_filter_hides_are_not_sent(tracker: Excel) -> None:
    tracker.select("A3:B5")
    tracker.filter_rows_hidden([4])
    assert seen(tracker)["rows"] == ["A3:B3", "A5:B5"]


def test_several_areas_are_sent(tracker: Excel) -> None:
    tracker.select("A3:A3,A5:A5")
    assert seen(tracker)["rows"] == ["A3", "A5"]


def test_one_cell_is_one_row(tracker: Excel) -> None:
    tracker.select("B4")
    assert seen(tracker)["rows"] == ["B4"]


def test_whole_rows_reach_as_far_as_the_list(tracker: Excel) -> None:
    tracker.select("4:1048576")
    assert seen(tracker)["rows"] == ["4:5"]


def test_whole_columns_are_refused_by_name(tracker: Excel) -> None:
    tracker.select("A:A")
    job = tracker.press("approve_letters")
    assert job["phase"] == "failed"
    assert job["sentence"].startswith("Whole columns are selected.")


def test_a_selection_that_a_filter_hides_altogether_stops_at_once(tracker: Excel) -> None:
    tracker.select("A3:B4")
    tracker.filter_rows_hidden([3, 4])
    job = tracker.press("approve_letters")
    assert job["phase"] == "failed"
    assert job["sentence"].startswith("A filter hides all of the selected rows.")


def test_formulas_and_what_they_fill_are_sent(tracker: Excel) -> None:
    tracker.type("E3", "=ROLLBOOK.PRESENT(B3:B5)")
    tracker.type("D3", "=1")
    tracker.select("A3")
    assert sorted(seen(tracker)["formulas"]) == ["D3", "E3", "E3:E5"]


def test_only_the_sheet_in_front_is_sent(excel: Excel) -> None:
    excel.open({"Notes": [["private"]], "Tracker": TRACKER}, active=1)
    excel.select("A3")
    sent = excel.sent("approve_letters", lambda: excel.press("approve_letters"))
    assert [one["values"] != [[]] for one in sent["sheets"]] == [False, True]


def test_a_sheet_with_a_comma_in_its_name_is_sent(excel: Excel) -> None:
    excel.open({"Notes": [["private"]], "Grade 9, 10": TRACKER}, active=1)
    excel.select("A3")
    sent = excel.sent("approve_letters", lambda: excel.press("approve_letters"))
    assert [one["values"] != [[]] for one in sent["sheets"]] == [False, True]


def test_a_button_that_reads_nothing_is_sent_no_values(tracker: Excel) -> None:
    sent = tracker.sent("letters_due", lambda: tracker.press("letters_due"))
    assert sent["sheets"][0]["values"] == [[]]


# --- What is written -----------------------------------------------------------------------------


def test_the_letters_due_come_on_a_sheet_of_their_own(tracker: Excel) -> None:
    job = tracker.press("letters_due")
    assert job["phase"] == "done"
    assert "due" in job["sentence"]
    assert tracker.ask("sheets") == ["Tracker", "Letters due"]
    assert tracker.ask("activeSheet") == "Letters due"
    assert tracker.ask("cell", "A3", "Letters due")["format"]["bold"] is True


def test_ids_and_formulas_in_names_are_written_as_text(tracker: Excel) -> None:
    tracker.press("letters_due")
    cells = [cell for row in tracker.values("Letters due") for cell in row]
    assert "000123" in cells
    assert "=cmd|' /C calc'!A0, Cy" in cells
    assert "#NAME?" not in cells


def test_a_sheet_changed_meanwhile_is_not_written_into(tracker: Excel) -> None:
    """Rows may have moved: what was meant for one student must not reach another."""
    tracker.page.route("**/custom-scripts-call/*", write_into_the_first_sheet(tracker))
    job = tracker.press("letters_due")
    tracker.page.unroute("**/custom-scripts-call/*")
    assert job["phase"] == "failed"
    assert "it was changed meanwhile" in job["sentence"]
    assert tracker.cell("C3") == ""


def test_a_workbook_whose_sheets_were_renamed_meanwhile_is_not_written_into(tracker: Excel) -> None:
    def rename(route: Any) -> None:
        answer = route.fetch()
        tracker.ask("rename", "Tracker", "Other")
        route.fulfill(response=answer)

    tracker.page.route("**/custom-scripts-call/*", rename)
    job = tracker.press("letters_due")
    tracker.page.unroute("**/custom-scripts-call/*")
    assert "its sheets were moved, added or renamed" in job["sentence"]
    assert tracker.ask("sheets") == ["Other"]


def write_into_the_first_sheet(excel: Excel, *, meanwhile: bool = True) -> Any:
    """Answer for the server that C3 is to be written, while the clerk types elsewhere."""

    def answer(route: Any) -> None:
        real = route.fetch()
        action = {
            "func": "setValues",
            "args": [],
            "values": [["written"]],
            "sheet_position": 0,
            "start_row": 2,
            "start_column": 2,
            "row_count": 1,
            "column_count": 1,
        }
        if meanwhile:
            excel.type("A9", "typed meanwhile")
        route.fulfill(response=real, json={"actions": [action]})

    return answer


def test_a_protected_sheet_is_named(tracker: Excel) -> None:
    tracker.ask("protect", "Tracker")
    tracker.page.route(
        "**/custom-scripts-call/*", write_into_the_first_sheet(tracker, meanwhile=False)
    )
    job = tracker.press("letters_due")
    tracker.page.unroute("**/custom-scripts-call/*")
    assert job["phase"] == "failed"
    assert "You can't perform the requested operation" in job["sentence"]
    assert job["sentence"].endswith("Is the sheet protected?")


# --- Questions, waiting, stopping ----------------------------------------------------------------


def asked_to_approve(tracker: Excel, rows: str) -> dict[str, Any]:
    """Prepare the letters of some rows and press Approve, which asks before it does anything."""
    tracker.select(rows)
    tracker.press("prepare_letters")
    asked = tracker.press("approve_letters")
    assert asked["phase"] == "asking", asked["sentence"]
    return asked


def test_an_answer_about_a_sheet_that_has_changed_does_nothing(tracker: Excel) -> None:
    asked_to_approve(tracker, "A3:A4")
    tracker.type("A3", "000125")
    job = tracker.answer(confirmed="yes")
    assert job["phase"] == "failed"
    assert job["sentence"].startswith("The sheet is not as it was when Rollbook asked.")


def test_a_question_is_answered_by_pressing_again(tracker: Excel) -> None:
    asked = asked_to_approve(tracker, "A3:A4")
    assert [one["kind"] for one in asked["asks"]] == ["confirm"]
    job = tracker.answer(confirmed="yes")
    assert job["phase"] == "done", job["sentence"]
    assert "approved" in job["sentence"]


def test_an_answer_is_about_the_rows_that_were_selected_when_it_asked(tracker: Excel) -> None:
    asked_to_approve(tracker, "A5")
    tracker.select("A3:A4")
    sent = tracker.sent("approve_letters", lambda: tracker.answer(confirmed="yes"))
    assert sent["args"][0]["view"]["rows"] == ["A5"]


def test_a_second_press_waits_for_the_first(tracker: Excel) -> None:
    second = tracker.page.evaluate(
        """async () => {
            const first = rollbook.press("letters_due");
            const second = await rollbook.press("what_changed");
            await first;
            return second.notice;
        }"""
    )
    assert second == ("“Letters due” is still at work. Wait for it or stop it, then press again.")


def test_a_cell_being_typed_in_is_asked_to_be_finished(tracker: Excel) -> None:
    tracker.page.evaluate("excelHost.typingIn = true")
    job = tracker.press("letters_due")
    tracker.page.evaluate("excelHost.typingIn = false")
    assert job["sentence"].startswith("A cell is being typed in. Press Enter")


def test_an_older_excel_has_the_buttons_too(browser: Browser, tracker: Excel) -> None:
    """Before ExcelApi 1.9 there is no asking for visible cells: the selection itself is sent."""
    tracker.ask("limitTo", "ExcelApi", 8)
    tracker.select("A3:B4")
    view = seen(tracker)
    tracker.ask("limitTo", "ExcelApi", 18)
    assert view["rows"] == ["A3:B4"]
