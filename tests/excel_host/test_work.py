"""Every button pressed once, work from sheet to ledger and back, and clerks who sign in."""

from datetime import date

import pytest
from playwright.sync_api import Browser

from addin.buttons import RIBBON
from addin.tokens import add_clerk
from tests.excel_host.conftest import (
    Excel,
    Server,
    opened,
)
from tests.excel_host.test_ribbon import TRACKER

MARKS = [["Student ID", "Date", "Period", "Code"], ["000123", date(2026, 10, 6), "P2", "U"]]


# Refresh is for workbooks that are adopted: see below.
PRESSED = [name for names in RIBBON.values() for name in names if name != "refresh_workbook"]


@pytest.mark.parametrize("button", PRESSED)
def test_every_button_does_its_work_or_asks(excel: Excel, button: str) -> None:
    excel.open({"Tracker": TRACKER, "Marks": MARKS}, active=int(button == "post_sheet"))
    excel.select("A3")
    job = excel.press(button)
    assert job["button"] == button
    assert job["phase"] in ("done", "asking"), job["sentence"]
    assert job["sentence"] or job["asks"]
    assert "fault of its own" not in job["sentence"]


def test_a_sheet_of_marks_is_posted_and_then_taken_back(excel: Excel) -> None:
    excel.open({"Marks": MARKS})
    asked = excel.press("post_sheet")
    assert asked["phase"] == "asking", asked["sentence"]
    posted = excel.answer(confirmed="yes")
    assert posted["phase"] == "done", posted["sentence"]
    assert excel.press("what_changed")["phase"] == "done"
    assert excel.ask("sheets")[-1] != "Marks"


def test_an_adopted_workbook_is_refreshed_through_excel(excel: Excel) -> None:
    rows = [["Student ID", "Name", "Days absent", "Flag"], ["000124", "Ng, Bo", 0, ""]]
    excel.open({"Tracker": rows}, name="Kept.xlsx", formats={"Tracker": {"A2:A2": "@"}})
    asked = excel.press("adopt_workbook")
    assert asked["phase"] == "asking", asked["sentence"]
    adopted = excel.answer(confirmed="yes")
    assert adopted["phase"] == "done", adopted["sentence"]
    refreshed = excel.press("refresh_workbook")
    assert refreshed["phase"] == "done", refreshed["sentence"]
    assert excel.cell("C2") == 3
    assert excel.cell("D2") != ""
    assert [excel.cell("A2"), excel.cell("B2")] == ["000124", "Ng, Bo"]


def test_a_question_that_is_not_about_the_sheet_outlasts_a_change_of_it(excel: Excel) -> None:
    excel.open({"Notes": [["x"]]})
    assert excel.press("undo_posting")["phase"] == "asking"
    excel.type("A1", "y")
    again = excel.answer(nothing="said")
    assert again["phase"] == "asking", again["sentence"]


# --- Signing in ----------------------------------------------------------------------------------


def test_without_a_token_a_button_asks_to_sign_in(browser: Browser, guarded: Server) -> None:
    with opened(browser, guarded) as excel:
        excel.open({"Tracker": TRACKER})
        job = excel.press("letters_due")
        assert job["sign_in"] is True
        assert job["sentence"] == "Sign in first, then press the button again."
        excel.type("C3", "=ROLLBOOK.PRESENT(A3:B3)")
        assert excel.cell("C3") == "#VALUE!"


def test_a_wrong_token_does_not_let_anybody_in(browser: Browser, guarded: Server) -> None:
    with opened(browser, guarded) as excel:
        excel.open({"Tracker": TRACKER})
        excel.page.evaluate("rollbook.signIn('not-a-token')")
        assert excel.press("letters_due")["sign_in"] is True


def test_with_a_token_buttons_and_functions_work(browser: Browser, guarded: Server) -> None:
    token = add_clerk(guarded.root, "Kim Ashford")
    with opened(browser, guarded) as excel:
        excel.open({"Tracker": TRACKER})
        excel.page.evaluate("(token) => rollbook.signIn(token)", token)
        assert excel.press("letters_due")["phase"] == "done"
        excel.ask("activate", "Tracker")
        excel.type("D3", "P")
        excel.type("E3", "=ROLLBOOK.PRESENT(D3:D3)")
        assert excel.cell("E3") == 1
        excel.page.evaluate("rollbook.signOut()")
        assert excel.press("letters_due")["sign_in"] is True
