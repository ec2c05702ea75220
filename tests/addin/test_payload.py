"""What was sent with a press or a call is looked at first: what is not ours gets a sentence."""

import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest

from addin.buttons import Press, View
from addin.desk import close_desk
from addin.jobs import Job
from addin.payload import LAST_ROW, MOST_SELECTED, NOT_OURS
from addin.sheet import NobodySelected, grid_of, selected_rows
from tests.addin.books import Rows, book_of, payload
from tests.addin.servers import Browser, app_here, browser
from tests.dropping import office_folder

PRESS = "/xlwings/custom-scripts-call/why_flagged"
CALL = "/xlwings/custom-functions-call"
SHEET: Rows = [["Student ID"], ["000123"], ["000124"], ["000125"]]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    yield browser(app_here(office_folder(tmp_path_factory.mktemp("sent") / "office")))
    close_desk()


def pressed(**changed: Any) -> dict[str, Any]:
    """What the ribbon sends, with parts of it changed."""
    sent = {"job": "sent-1", "view": {"rows": ["A2"]}, "answers": {}}
    return {**payload({"S": SHEET}), "args": [sent]} | changed


def called(**changed: Any) -> dict[str, Any]:
    """What the page that runs the functions sends, with parts of it changed."""
    whole = {
        "client": "Office.js",
        "version": "0",
        "func_name": "rate",
        "args": [[["/"]], None, None],
        "caller_address": "[T.xlsx]S!A1",
        "runtime": "1.4",
    }
    return whole | changed


def viewed(**view: Any) -> dict[str, Any]:
    return pressed(args=[{"job": "sent-2", "view": view}])


def without(whole: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in whole.items() if key != name}


def test_what_our_pages_send_is_taken(ask: Browser) -> None:
    assert ask.post(PRESS, json=pressed()).status_code == 200
    assert ask.post(CALL, json=called()).json() == {"result": [[1.0]]}


NO_ARGS: list[Any] = [None, "x", [], [1], [[]], [None], [{}, {}]]
NO_ANSWERS: list[Any] = [[1], "yes", {"a": []}, None]
NO_VIEWS: list[Any] = [[1], "A1", 7]
NO_ROWS: list[Any] = [5, "A1", [5], ["x y"], [""], ["A0"], ["A2:A1"], ["S!"], ["Other!A2:A3"]]
NO_FORMULAS: list[Any] = [7, [None], ["'S'!"]]
BEYOND_EXCEL = ["A1:ZZZ99999999", "1:300000000", "A1:A1048577", "A1:XFE2"]
NO_BOOKS: list[Any] = ["x", {}, {"name": "T", "active_sheet_index": 9}]
NO_SHEETS: list[Any] = [[], {}, [1], [{"name": "S"}], [{"name": "S", "values": 5}]]
ODD_PRESSES: list[Any] = [
    *([1], 5, None, "x", {}),
    *(without(pressed(), name) for name in ("client", "version", "book", "names", "sheets")),
    *(pressed(args=odd) for odd in NO_ARGS),
    *(pressed(args=[{"job": "odd", "answers": odd}]) for odd in NO_ANSWERS),
    *(pressed(args=[{"job": "odd", "view": odd}]) for odd in NO_VIEWS),
    *(pressed(args=[{"job": odd}]) for odd in (7, "x" * 5_000)),
    *(viewed(rows=odd) for odd in NO_ROWS),
    *(viewed(rows=[odd]) for odd in BEYOND_EXCEL),
    *(viewed(formulas=odd) for odd in NO_FORMULAS),
    *(viewed(merged=7), viewed(path=["x"])),
    *(pressed(book=odd) for odd in NO_BOOKS),
    *(pressed(sheets=odd) for odd in NO_SHEETS),
    pressed(sheets=[{"name": "S", "values": [["a", "b"], ["a"]]}]),
    pressed(sheets=[{"name": "S", "values": [[""]], "tables": 5}]),
    pressed(client="Excel", version="0"),
]


@pytest.mark.parametrize("sent", ODD_PRESSES, ids=range(len(ODD_PRESSES)))
def test_a_press_that_is_not_ours_is_refused_with_a_sentence_and_no_fault(
    ask: Browser, sent: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        found = ask.post(PRESS, json=sent)
    assert (found.status_code, found.text) == (400, NOT_OURS)
    assert not [one for one in caplog.records if one.exc_info]


NO_ARGS_OF_A_CALL: list[Any] = [None, "abc", {}, [], [[["/"]]] * 9]
NO_RANGES: list[Any] = [[], [[1], [1, 2]], [1, [2]]]
NO_NAMES: list[Any] = [5, [], None]
ODD_CALLS: list[Any] = [
    *([1], 5, "x", {}),
    *(without(called(), name) for name in ("func_name", "args", "runtime", "client", "version")),
    *(called(args=odd) for odd in NO_ARGS_OF_A_CALL),
    *(called(args=[odd]) for odd in NO_RANGES),
    *(called(func_name=odd) for odd in NO_NAMES),
    *(called(caller_address=odd) for odd in (5, ["x"])),
    called(culture_info_name=7),
    {"padding": "x" * 5_000} | called(func_name="addin"),
]


@pytest.mark.parametrize("sent", ODD_CALLS, ids=range(len(ODD_CALLS)))
def test_a_call_that_is_not_ours_is_refused_with_a_sentence_and_no_fault(
    ask: Browser, sent: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        found = ask.post(CALL, json=sent)
    assert (found.status_code, found.text) == (400, NOT_OURS)
    assert not [one for one in caplog.records if one.exc_info]


@pytest.mark.parametrize("path", [PRESS, CALL])
@pytest.mark.parametrize("body", [b"", b"{x", b"null", b"\xff", b"[" * 100_000, b"bookData={x"])
def test_what_is_no_json_is_refused_with_a_sentence(ask: Browser, path: str, body: bytes) -> None:
    found = ask.post(path, content=body, headers={"content-type": "application/json"})
    assert found.status_code in (400, 422)
    assert re.fullmatch(r"Rollbook cannot read what .*\.", found.text)


def test_a_press_may_come_as_plain_text(ask: Browser) -> None:
    found = ask.post(PRESS, content=json.dumps(pressed(args=[{"job": "plain-1"}])))
    assert found.status_code == 200


def test_a_form_is_no_press(ask: Browser) -> None:
    found = ask.post(PRESS, data={"bookData": json.dumps(pressed())})
    assert (found.status_code, found.text) == (400, NOT_OURS)


def test_a_selection_of_very_many_pieces_says_so(ask: Browser) -> None:
    found = ask.post(PRESS, json=viewed(rows=["A1"] * (MOST_SELECTED + 1)))
    assert found.status_code == 400
    assert found.text.startswith("In 10,001 places rows are selected piece by piece")
    found = ask.post(PRESS, json=viewed(formulas=[f"A1:C{LAST_ROW}"] * 11))
    assert found.status_code == 400 and found.text.startswith("The formulas of this workbook fill")


# --- selected rows ----------------------------------------------------------------------------


def selected(*areas: str) -> list[int]:
    book = book_of({"S": SHEET})
    press = Press(book, None, "", Job("rows", "Rows", ""), View(rows=areas))  # type: ignore[arg-type]
    return selected_rows(press, grid_of(book.sheets.active))


def test_only_rows_in_use_are_selected_each_once_in_the_sheet_s_order() -> None:
    assert selected("C3:D4", "A2:A3", "$A$4") == [2, 3, 4]
    assert selected("1:300000000", "A3") == [1, 2, 3, 4]
    assert selected("A1:ZZZ99999999") == [1, 2, 3, 4]
    assert selected("3:1048576") == [3, 4]


@pytest.mark.parametrize("selection", [None, ""])
def test_with_a_picture_selected_it_says_to_select_rows(
    ask: Browser, selection: str | None
) -> None:
    sent = pressed(args=[{"job": f"picture-{selection}", "view": {"rows": []}}])
    sent["book"]["selection"] = selection
    assert ask.post(PRESS, json=sent).status_code == 200
    told = ask.get(f"/jobs/picture-{selection}").json()
    assert told["sentence"].startswith("Select the rows of the students you mean")


def test_rows_below_the_list_are_of_nobody() -> None:
    with pytest.raises(NobodySelected):
        selected("9:12")
