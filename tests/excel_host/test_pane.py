"""The task pane beside the sheet, as a clerk sees and works it, at 320 px."""

from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from addin.tokens import add_clerk
from tests.excel_host.conftest import ADA, BO, Excel, Server, office_of, opened, serve
from tests.excel_host.test_ribbon import TRACKER

MANY = [f"{number:06}" for number in range(200, 260)]
TOLD = "section[aria-label='What the button did']"


@pytest.fixture
def tracker(excel: Excel) -> Excel:
    excel.open({"Tracker": TRACKER})
    return excel


def is_within(page: Page) -> bool:
    """Whether nothing is wider than the pane, so that nobody has to scroll sideways."""
    fits: bool = page.evaluate(
        "document.scrollingElement.scrollWidth <= document.documentElement.clientWidth"
    )
    return fits


def test_the_pane_says_how_a_button_ended_and_leads_on(tracker: Excel) -> None:
    job = tracker.press("letters_due")
    told = tracker.page.locator(TOLD)
    expect(told).to_contain_text("Letters due")
    expect(told).to_contain_text(job["sentence"])
    expect(told.get_by_role("link", name=job["link_says"])).to_be_visible()
    assert is_within(tracker.page)


def test_a_question_is_a_form_whose_button_says_what_happens(tracker: Excel) -> None:
    tracker.select("A3:A4")
    tracker.press("prepare_letters")
    asked = tracker.press("approve_letters")
    told = tracker.page.locator(TOLD)
    button = told.get_by_role("button", name=asked["asks"][0]["label"])
    expect(button).to_be_focused()
    assert is_within(tracker.page)
    tracker.page.keyboard.press("Enter")
    expect(told).to_contain_text("Done:")
    expect(told).to_contain_text("approved")


def test_a_question_with_fields_takes_what_is_typed(tracker: Excel) -> None:
    tracker.select("A3")
    asked = tracker.press("enrolment_letter")
    assert asked["phase"] == "asking"
    told = tracker.page.locator(TOLD)
    for one in asked["asks"]:
        expect(told.get_by_text(one["label"], exact=False).first).to_be_visible()
    assert is_within(tracker.page)


def test_a_second_press_is_told_without_losing_the_first(tracker: Excel) -> None:
    tracker.page.route("**/custom-scripts-call/letters_due", lambda route: route.fulfill(json={}))
    told = tracker.page.evaluate(
        """async () => {
            const first = rollbook.press("letters_due");
            await rollbook.press("what_changed");
            const notice = document.getElementById("rb-job").textContent;
            await first;
            return notice;
        }"""
    )
    tracker.page.unroute("**/custom-scripts-call/letters_due")
    assert "“Letters due” is still at work." in told


def test_a_student_is_found_by_name_and_shown(tracker: Excel) -> None:
    page = tracker.page
    page.reload()
    page.get_by_role("searchbox").fill("garc")
    page.get_by_role("link", name="García").first.click()
    expect(page.get_by_role("heading", name="García").first).to_be_visible()
    assert is_within(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("searchbox")).to_be_visible()


def test_the_pane_follows_excels_dark_theme(browser: Browser, tracker: Excel) -> None:
    with opened(browser, tracker.server) as excel:
        excel.page.add_init_script("globalThis.excelBackground = '#0A0A0A'")
        excel.page.reload()
        expect(excel.page.locator("html[data-theme='dark']")).to_be_attached()


# --- Long work, and a server that is gone --------------------------------------------------------


def test_long_work_is_followed_and_stopped_until_the_server_is_gone(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    students = [replace(BO, student_id=one) for one in MANY]
    guardians = [replace(ADA, student_id=one) for one in MANY]
    root = office_of(tmp_path_factory.mktemp("busy"), students, guardians)
    with serve(root) as server, opened(browser, server) as excel:
        excel.open({"Tracker": [["Student ID"], *([one] for one in MANY)]})
        excel.select(f"A2:A{len(MANY) + 1}")
        told = excel.page.locator(TOLD)

        excel.page.evaluate("void excelHost.press('prepare_letters')")
        told.get_by_role("button", name="Cancel").click()  # before the work has begun
        expect(told).to_contain_text("Stopped", timeout=20_000)

        heard = excel.page.evaluate(
            """async () => {
                const heard = [];
                rollbook.onJob((job) => heard.push(job));
                await rollbook.press("prepare_letters");
                return heard;
            }"""
        )
        assert any(one["of"] > 1 for one in heard if one["phase"] == "running")
        assert heard[-1]["phase"] == "done"

        server.stop()
        gone = excel.press("letters_due")
        assert gone["phase"] == "failed"
        expect(told).to_contain_text(
            f"Rollbook is not running on localhost:{server.port}. Start it there (rollbook serve), "
            "then press the button again."
        )
        excel.type("D3", "=ROLLBOOK.PRESENT(C3:C3)")
        cell = excel.ask("cell", "D3", None)
        assert cell["value"] == "#VALUE!"
        assert cell["error"].startswith(f"Rollbook is not running on localhost:{server.port}.")


# --- Signing in ----------------------------------------------------------------------------------


def test_a_wrong_token_brings_the_form_back_and_a_right_one_lets_in(
    browser: Browser, guarded: Server
) -> None:
    with opened(browser, guarded) as excel:
        page = excel.page
        field = page.get_by_label("Your token")
        expect(field).to_be_visible()
        field.fill("not-a-token")
        page.get_by_role("button", name="Sign in").click()
        refused = page.get_by_role("alert").filter(has_text="This token is not known here")
        expect(refused).to_be_visible()
        expect(field).to_be_visible()
        field.fill(add_clerk(guarded.root, "Rosa Dellmere"))
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("searchbox")).to_be_visible()
        expect(page.get_by_text("Rosa Dellmere")).to_be_visible()
        excel.open({"Tracker": TRACKER})
        assert excel.press("letters_due")["phase"] == "done"
        page.get_by_role("button", name="Sign out").click()
        expect(field).to_be_visible()
