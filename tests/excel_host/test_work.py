"""Every button pressed once, long work stopped, and clerks who have to sign in."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from addin.buttons import RIBBON
from addin.tokens import add_clerk
from tests.excel_host.conftest import (
    ADA,
    BO,
    Excel,
    Server,
    office_of,
    office_of_three,
    opened,
    serve,
)
from tests.excel_host.test_ribbon import TRACKER

MANY = [f"{number:06}" for number in range(200, 260)]
MARKS = [["Student ID", "Date", "Period", "Code"], ["000123", date(2026, 10, 6), "P2", "U"]]


@pytest.mark.parametrize("button", [name for names in RIBBON.values() for name in names])
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


# --- Long work -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def busy_office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    students = [replace(BO, student_id=one) for one in MANY]
    guardians = [replace(ADA, student_id=one) for one in MANY]
    return office_of(tmp_path_factory.mktemp("busy"), students, guardians)


def test_long_work_can_be_stopped_and_says_how_far_it_is(
    browser: Browser, busy_office: Path
) -> None:
    server = serve(busy_office)
    with opened(browser, server) as excel:
        excel.open({"Tracker": [["Student ID"], *([one] for one in MANY)]})
        excel.select(f"A2:A{len(MANY) + 1}")
        stopped = excel.page.evaluate(
            """async () => {
                const stopping = setInterval(() => rollbook.cancel(), 20);
                const job = await rollbook.press("prepare_letters");
                clearInterval(stopping);
                return job;
            }"""
        )
        heard = excel.page.evaluate(
            """async () => {
                const heard = [];
                rollbook.onJob((job) => heard.push(job));
                await rollbook.press("prepare_letters");
                return heard;
            }"""
        )
        server.stop()
    assert stopped["phase"] == "cancelled"
    assert stopped["sentence"].startswith("Stopped.")
    assert any(one["of"] > 1 for one in heard if one["phase"] == "running")
    assert heard[-1]["phase"] == "done"


# --- Signing in ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root = office_of_three(tmp_path_factory.mktemp("guarded"), serve={"sign_in": "token"})
    running = serve(root)
    yield running
    running.stop()


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
