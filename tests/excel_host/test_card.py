"""A student's card in the pane, worked by mouse and by keyboard, and tables of the pages."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.excel_host.conftest import Excel, Server

# Everything that can have the focus and is seen, by its place in the document.
REACHABLE = """() => [...document.querySelectorAll("a[href], button, input, select, summary")]
  .filter((one) => one.checkVisibility() && !one.disabled && one.type !== "hidden")
  .filter((one) => one.type !== "radio" || one === document.querySelector("input[type=radio]"))
  .length"""
IS_REACHED = """(at) => document.querySelectorAll("*")[at]
  .matches("a, button, input, select, summary")"""
AT = """() => [...document.querySelectorAll("*")].indexOf(document.activeElement)"""


@pytest.fixture
def card(excel: Excel) -> Page:
    """The pane with a card found and opened by keyboard alone."""
    page = excel.page
    page.reload()
    page.get_by_role("searchbox").focus()
    page.keyboard.type("garc")
    expect(page.locator("#rb-hits a").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#card h1")).to_be_focused()
    return page


def is_within(page: Page) -> bool:
    fits: bool = page.evaluate(
        "document.scrollingElement.scrollWidth <= document.documentElement.clientWidth"
    )
    return fits


def test_a_contact_is_logged_in_two_clicks_and_taken_back(card: Page) -> None:
    save = card.get_by_role("button", name="Save")
    expect(save).to_be_hidden()
    card.get_by_text("Called: no answer").click()
    save.click()
    entry = card.locator("#card .entries li", has_text="No answer")
    expect(entry).to_be_visible()
    expect(card.get_by_role("status").first).to_contain_text("Logged: call")
    expect(card.locator("#log")).to_be_focused()
    entry.get_by_role("button", name="Take back").click()
    expect(entry).to_have_count(0)


def test_escape_goes_back_step_by_step(card: Page) -> None:
    card.get_by_role("link", name="Enrollment letter").click()
    expect(card.locator("#request h1")).to_be_focused()
    card.keyboard.press("Escape")
    expect(card.locator("#card h1")).to_be_focused()
    card.keyboard.press("Escape")
    expect(card.get_by_role("searchbox")).to_be_focused()


def test_the_tab_key_reaches_everything_once(card: Page) -> None:
    wanted = card.evaluate(REACHABLE)
    visited = []
    for _ in range(wanted + 5):
        card.keyboard.press("Tab")
        at = card.evaluate(AT)
        if at in visited:
            break
        visited.append(at)
    places = [one for one in visited if card.evaluate(IS_REACHED, one)]
    assert len(places) == wanted


@pytest.mark.parametrize("width", [320, 480])
def test_nothing_is_wider_than_the_pane(card: Page, width: int) -> None:
    card.set_viewport_size({"width": width, "height": 800})
    assert is_within(card)
    card.get_by_text("Something else").click()
    card.get_by_text("Another day, or dates").click()
    assert is_within(card)


@pytest.fixture
def desk_page(browser: Browser, server: Server) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.goto(f"{server.address}/today/postings")
    yield page
    context.close()
    assert faults == []


def test_a_table_sorts_and_filters(desk_page: Page) -> None:
    first = desk_page.locator("#list tbody tr td:first-child")
    shown = [int(one) for one in first.all_inner_texts()]
    assert len(shown) > 1
    heading = desk_page.get_by_role("button", name="Posting", exact=True)
    heading.click()
    assert [int(one) for one in first.all_inner_texts()] == sorted(shown)
    heading.click()
    assert [int(one) for one in first.all_inner_texts()] == sorted(shown, reverse=True)
    desk_page.get_by_label("Filter").fill("no such file at all")
    expect(desk_page.locator("#list tbody tr:visible")).to_have_count(0)
    expect(desk_page.locator("#list-count")).to_have_text(f"0 of {len(shown)} rows")


@pytest.mark.parametrize("width", [320, 480, 1440])
@pytest.mark.parametrize("path", ["/today", "/problems", "/students?q=a", "/today/postings"])
def test_pages_fit_every_width(desk_page: Page, path: str, width: int) -> None:
    desk_page.set_viewport_size({"width": width, "height": 900})
    desk_page.goto(desk_page.url.partition("/today")[0] + path)
    assert is_within(desk_page)


def test_students_are_found_as_one_types(desk_page: Page) -> None:
    desk_page.goto(desk_page.url.partition("/today")[0] + "/students")
    desk_page.get_by_role("searchbox").fill("garc")
    link = desk_page.locator("#hits a").first
    expect(link).to_be_visible()
    link.click()
    expect(desk_page.locator("#card h1")).to_be_visible()
