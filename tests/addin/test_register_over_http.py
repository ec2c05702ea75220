"""Buttons of Register and Reports over HTTP: as the ribbon calls them, through the whole server."""

from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import xlwings.server

from addin import custom_functions
from addin.desk import close_desk
from tests.addin.books import Rows, payload
from tests.addin.servers import Browser, app_here, browser
from tests.dropping import MONDAY, PUPILS, drop, marks, office_folder, opened, register
from watcher.rounds import once

OCTOBER: Rows = [
    ["Student ID", "Name", "2026-11-02 AM"],
    ["000123", "O'Neil, Ana", "/"],
    ["000124", "Ng, Bo", "L"],
]

_presses = count(1)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = office_folder(tmp_path_factory.mktemp("served") / "the office", clerk="Rosa Dellmere")
    drop(root, "pupils.csv", PUPILS)
    office = opened(root)
    once(office)
    office.ledger.close()
    return root


@pytest.fixture(scope="module")
def ask(root: Path) -> Iterator[Browser]:
    yield browser(app_here(root))
    close_desk()


def press(
    ask: Browser, button: str, answers: Mapping[str, str] | None = None
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Press a button; return how its job ended and what is to be written into the book."""
    job = f"http-{next(_presses)}"
    book = payload({"October": OCTOBER}, name="9B Tracker.xlsx")
    book["args"] = [{"job": job, "view": {"rows": [], "formulas": [], "path": ""},
                     "answers": answers or {}}]  # fmt: skip
    pressed = ask.post(f"/xlwings/custom-scripts-call/{button}", json=book)
    assert pressed.status_code == 200, pressed.text
    ended = ask.get(f"/jobs/{job}")
    assert ended.status_code == 200, ended.text
    return ended.json(), pressed.json()["actions"]


def test_a_sheet_is_asked_about_posted_shown_and_taken_back(ask: Browser, root: Path) -> None:
    asked, actions = press(ask, "post_sheet")
    assert asked["phase"] == "asking" and actions == []
    assert asked["asks"][0]["label"] == "Post 2 students × 1 session"

    posted, _ = press(ask, "post_sheet", {"confirmed": "yes"})
    assert posted["phase"] == "done", posted
    assert [row[::3] for row in register(opened(root))] == [("000123", "/"), ("000124", "L")]

    changed, actions = press(ask, "what_changed")
    assert "2 marks of 2 students (2 new" in changed["sentence"]
    [table] = [one for one in actions if one["func"] == "setValues" and len(one["values"]) == 3]
    assert [row[:7] for row in table["values"][1:]] == [
        ["'000124", "Ng, Bo", "", MONDAY, "AM", "", "L"],
        ["'000123", "O'Neil, Ana", "", MONDAY, "AM", "", "/"],
    ]

    asked, _ = press(ask, "undo_posting")
    number = asked["asks"][0]["choices"][0][0]
    answers = {"posting": number, "reason": "the wrong week", "confirmed": "yes"}
    undone, _ = press(ask, "undo_posting", answers)
    assert undone["sentence"].startswith(f"Posting {number} (“9B Tracker – October ")
    assert register(opened(root)) == []


def test_importing_over_http_says_what_came_in(ask: Browser, root: Path) -> None:
    drop(root, "Monday.csv", marks(("000123", MONDAY, "AM", "L")))
    done, actions = press(ask, "import_now")
    assert (done["phase"], done["link"], actions) == ("done", "/today", [])
    assert done["sentence"].startswith("1 file posted: Monday.csv.")
    told, actions = press(ask, "lates")
    assert told["sentence"].endswith("See the sheet “Lates”.")
    assert [one["args"] for one in actions if one["func"] == "addSheet"] == [[1, "Lates"]]


def test_the_help_page_has_every_button_and_every_function(ask: Browser) -> None:
    page = ask.get("/help")
    assert page.status_code == 200, page.text
    for label in ("Post this sheet", "Undo a posting", "Approve", "VOE", "Daily summary"):
        assert f"{label}</dt>" in page.text
    about = xlwings.server.custom_functions_meta(custom_functions)  # type: ignore[no-untyped-call]
    functions = about["functions"]
    assert functions
    for one in functions:
        assert f'id="function-{one["name"]}"' in page.text
        assert f"=ROLLBOOK.{one['name']}(" in page.text
        assert len(one["description"]) > 20
        for argument in one["parameters"]:
            assert not argument["description"].startswith("Positional argument")
