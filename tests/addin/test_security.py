"""What the server lets in, what it refuses, and what it says when something of ours breaks."""

import json
import logging
import re
import sys
from collections.abc import AsyncIterator, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from addin import server
from addin.desk import close_desk
from addin.guard import LONGEST_BODY, SCRIPT_CALL, App, Guard
from rollbook.problems import NotAllowed, OfficeError
from tests.addin.books import payload
from tests.addin.servers import HERE, Browser, app_here, browser
from tests.dropping import office_folder

CALL = "/xlwings/custom-functions-call"
PACKAGE = Path(find_spec("xlwings_server").origin).parent  # type: ignore[union-attr, arg-type]
SECRET = "Ana O'Neil 000123"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    yield app_here(office_folder(tmp_path_factory.mktemp("guarded") / "office"))
    close_desk()


@pytest.fixture
def ask(app: App) -> Browser:
    return browser(app)


def guard(app: App) -> Guard:
    assert isinstance(app, Guard)
    return app


def call(name: str, *args: object) -> dict[str, object]:
    return {"func_name": name, "args": args, "caller_address": "T.xlsx[S]S!A1",
            "version": "0", "client": "Office.js"}  # fmt: skip


# --- who may call from where -----------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["localhost:8443", "127.0.0.1:8443", "[::1]:8443", "LOCALHOST:8443"]
)
def test_the_server_answers_to_its_own_names(ask: Browser, host: str) -> None:
    assert ask.get("/sign-in/how", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example:8443", "localhost:8444", "localhost", "localhost.evil.example:8443", ""]
)
def test_a_name_that_was_made_to_point_here_is_refused(ask: Browser, host: str) -> None:
    found = ask.get("/sign-in/how", headers={"host": host})
    assert found.status_code == 421
    assert found.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "https://localhost:3000"},
        {"origin": "http://localhost:8443"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "cross-site", "origin": HERE},
    ],
)
def test_another_site_can_change_nothing(
    ask: Browser, method: str, headers: dict[str, str]
) -> None:
    assert ask.request(method, "/sign-in/ticket", headers=headers).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": HERE},
        {"origin": "https://127.0.0.1:8443", "sec-fetch-site": "same-origin"},
        {"origin": "null", "sec-fetch-site": "same-origin"},
    ],
)
def test_our_own_pages_may(ask: Browser, headers: dict[str, str]) -> None:
    assert ask.post("/sign-in/ticket", headers=headers).status_code == 200


def test_another_site_reads_nothing_but_may_link_to_a_page(ask: Browser) -> None:
    elsewhere = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}
    assert ask.get("/sign-in/who", headers=elsewhere).status_code == 403
    linked = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert ask.get("/sign-in/who", headers=linked).status_code == 200


def test_only_what_has_no_data_is_open_to_excel_on_the_web(ask: Browser) -> None:
    excel = {"origin": "https://excel.officeapps.live.com", "sec-fetch-site": "cross-site"}
    for path in ("/xlwings/custom-functions-meta.json", "/xlwings/custom-functions-code.js"):
        found = ask.get(path, headers=excel)
        assert (found.status_code, found.headers["access-control-allow-origin"]) == (200, "*")
    for path in ("/sign-in/how", "/taskpane.html", "/static/js/auth.js", CALL):
        assert "access-control-allow-origin" not in ask.get(path, headers=excel).headers


def test_a_preflight_of_another_site_is_not_answered(ask: Browser) -> None:
    asked = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    found = ask.options(CALL, headers=asked)
    assert "access-control-allow-origin" not in found.headers


def test_where_a_call_says_it_was_forwarded_from_is_not_believed(app: App) -> None:
    seen: list[bytes] = []

    async def inner(scope, receive, send):  # type: ignore[no-untyped-def]
        seen.extend(name for name, _ in scope["headers"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    own = guard(app)
    lying = {"x-forwarded-for": "10.0.0.1", "x-forwarded-proto": "http", "forwarded": "for=10.1"}
    browser(Guard(inner, own.hosts, True, own.buttons, own.functions)).get("/", headers=lying)
    assert b"host" in seen and not [name for name in seen if b"forwarded" in name]


OPEN_TO_ALL = {"/sign-in", "/sign-in/how", "/sign-in/with/{made}", "/sign-out"}


def test_every_page_asks_who_is_there(app: App) -> None:
    """A page that forgets to ask would show children's data to whoever reaches the server."""
    from addin.routers import custom
    from addin.sign_in import visitor

    def asks(dependant: Dependant) -> bool:
        return dependant.call is visitor or any(asks(one) for one in dependant.dependencies)

    pages = [route for page in custom.PAGES for route in page.router.routes]
    assert all(isinstance(page, APIRoute) for page in pages)
    assert {page.path for page in pages if not asks(page.dependant)} == OPEN_TO_ALL


# --- paths ------------------------------------------------------------------------------------

OUTSIDE = [
    "/static/%2e%2e/lifespan.py",
    "/static/..%2flifespan.py",
    "/static/%2e%2e%2flifespan.py",
    "/static/js/%2e%2e/%2e%2e/lifespan.py",
    "/static/..%5clifespan.py",
    "/static/%5c%5cserver%5cshare%5cx",
    "/static//etc/passwd",
    "/static/%2fetc/passwd",
    "/static/C:/Windows/win.ini",
    "/static/.env",
    "/static/js/auth.js%00.png",
    "/static/%252e%252e/lifespan.py",
]


@pytest.mark.parametrize("path", OUTSIDE)
def test_no_path_leads_out_of_the_static_folder(ask: Browser, path: str) -> None:
    found = ask.get(path)
    assert (found.status_code, found.text) == (404, "There is no such page.")


def test_without_the_guard_a_path_would_lead_out(app: App) -> None:
    """xlwings Server joins paths without a look; the day it does, the guard may be shorter."""
    assert "lifespan" in browser(guard(app).app).get("/static/%2e%2e/lifespan.py").text


def test_raw_dots_are_refused_as_they_come_from_a_socket(app: App) -> None:
    """Clients resolve dots before they send; whoever attacks does not."""
    asked = guard(app)
    for path in ("/static/../lifespan.py", "/static/./../lifespan.py", "/today/../static/x"):
        found = asked.refuses(_asked(path))
        assert found is not None and found.status == 404


def _asked(path: str):  # type: ignore[no-untyped-def]
    from addin.guard import Asked

    return Asked("GET", path, path, {"host": "localhost:8443"})


def test_our_own_files_and_the_framework_s_are_served(ask: Browser) -> None:
    for path in ("/static/js/auth.js", "/static/css/core.css", "/static/images/favicon.png"):
        assert ask.get(path).status_code == 200, path
    vendored = next((PACKAGE / "static").glob("vendor/**/htmx.min.js"))
    found = ask.get(f"/{vendored.relative_to(PACKAGE).as_posix()}")
    assert found.status_code == 200 and "immutable" in found.headers["cache-control"]


# --- buttons, functions, sizes --------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["scripts", "__loader__", "addin", "no_such_button", "void_letters/x", "%2e%2e", ""]
)
def test_only_buttons_of_the_ribbon_are_run(ask: Browser, name: str) -> None:
    found = ask.post(f"/xlwings/custom-scripts-call/{name}", json=payload({"S": [["x"]]}))
    assert found.status_code == 404
    assert "There is no such" in found.text


@pytest.mark.parametrize("name", ["no_such_function", "__loader__", "addin", "marks", ""])
def test_only_functions_of_the_sheet_are_called(ask: Browser, name: str) -> None:
    found = ask.post(CALL, json=call(name))
    assert found.status_code == 404
    assert "no function of this name" in found.text


def test_a_function_s_name_is_not_taken_from_what_a_cell_says(ask: Browser, app: App) -> None:
    own = guard(app)
    known = sorted(own.functions)[0]
    body = json.dumps({"args": [[['"func_name": "scripts"']]], "func_name": known}).encode()
    assert own._refuses_function(body) is None


def test_more_than_a_workbook_is_not_taken(ask: Browser) -> None:
    found = ask.post(CALL, content=b"{}", headers={"content-length": str(LONGEST_BODY + 1)})
    assert found.status_code == 413
    assert "more than Rollbook takes" in found.text


def test_what_says_nothing_of_its_length_is_counted(app: App) -> None:
    own = guard(app)
    small = Guard(own.app, own.hosts, True, own.buttons, own.functions, longest_body=1000)

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 100

    found = browser(small).post(f"{SCRIPT_CALL}open_pane", content=pieces())
    assert found.status_code == 413


def test_a_length_that_is_none_is_refused(app: App) -> None:
    from addin.guard import Asked

    headers = {"host": "localhost:8443", "content-length": "-5"}
    found = guard(app).refuses(Asked("POST", "/sign-in", "/sign-in", headers))
    assert found is not None and found.status == 400


# --- faults -----------------------------------------------------------------------------------


@pytest.fixture
def broken(app: App) -> Iterator[str]:
    """A page with a fault of ours in it, as any page may have one."""
    from xlwings_server.main import app as inner

    async def page() -> None:
        raise KeyError(SECRET)

    inner.add_api_route("/broken", page)
    yield "/broken"
    inner.router.routes.pop()


def test_a_fault_shows_a_number_that_is_in_the_log_and_no_data(
    ask: Browser, broken: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        found = ask.get(broken)
    number = re.search(r"number ([0-9a-f]{8})", found.text)
    assert found.status_code == 500 and number
    assert "Ana" not in found.text and "KeyError" not in found.text
    assert [one for one in caplog.records if number[1] in one.getMessage()]
    assert not [one for one in caplog.records if "Ana" in one.getMessage()]
    assert found.headers["cache-control"] == "no-store"
    assert "content-security-policy" in found.headers


def test_what_goes_into_the_log_of_a_fault_is_code_and_no_data() -> None:
    from rollbook.cli.serve import _WithoutData

    try:
        raise KeyError(SECRET)
    except KeyError as fault:
        record = logging.LogRecord("x", 40, "", 0, "fault 1", (), (type(fault), fault, None))
        record.exc_info = (type(fault), fault, fault.__traceback__)
    text = _WithoutData("%(message)s").format(record)
    assert "Ana" not in text
    assert "KeyError" in text and "test_security.py" in text


def test_what_is_not_possible_is_said_in_its_own_sentence(ask: Browser, app: App) -> None:
    from xlwings_server.main import app as inner

    async def page() -> None:
        raise NotAllowed("The letter is mailed already. It can be taken back.")

    inner.add_api_route("/not-possible", page)
    found = ask.get("/not-possible")
    inner.router.routes.pop()
    assert (found.status_code, found.text) == (
        400,
        "The letter is mailed already. It can be taken back.",
    )


def test_what_cannot_be_read_is_not_sent_back(ask: Browser) -> None:
    for path, body in ((CALL, json.dumps([SECRET])), (CALL, SECRET), (f"{SCRIPT_CALL}voe", SECRET)):
        found = ask.post(path, content=body, headers={"content-type": "application/json"})
        assert found.status_code in (400, 422, 500)
        assert "Ana" not in found.text and "Rollbook" in found.text


def test_what_is_not_there_is_said_in_a_sentence(ask: Browser) -> None:
    assert ask.get("/no-such-page").text == "There is no such page."
    assert ask.get("/static/js/no-such-file.js").text == "There is no such page."


def test_nothing_but_ours_stands_for_what_is_ours() -> None:
    """Where a part of ours is missing, xlwings Server would take its own example instead."""
    with pytest.raises(OfficeError, match="stands in the way"):
        server._import_ours("json")
    assert sys.modules["auth.custom"].__file__ == str(server.FOLDER / "auth/custom/__init__.py")


# --- headers ----------------------------------------------------------------------------------


def test_every_page_says_what_a_browser_may_do_with_it(ask: Browser) -> None:
    for path in ("/sign-in/how", "/no-such-page"):
        headers = ask.get(path).headers
        policy = headers["content-security-policy"]
        assert "script-src 'self'; style-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-frame-options"] == "DENY"
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "server" not in headers


def test_the_pane_may_be_shown_by_excel_on_the_web_and_by_nobody_else(ask: Browser) -> None:
    headers = ask.get("/taskpane.html").headers
    framed_by = headers["content-security-policy"].partition("frame-ancestors ")[2].split()
    assert "https://*.officeapps.live.com" in framed_by
    assert all(one == "'self'" or one.startswith("https://*.") for one in framed_by)
    assert "x-frame-options" not in headers


def test_localhost_is_not_bound_to_https_for_other_programs(ask: Browser) -> None:
    assert "strict-transport-security" not in ask.get("/sign-in/how").headers


def test_no_page_needs_a_script_of_its_own_text(ask: Browser) -> None:
    page = ask.get("/taskpane.html").text
    inline = re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", page)
    assert inline == []
    assert not re.search(r"\son[a-z]+=", page)


def test_a_browser_that_asks_for_nothing_is_shown_today(ask: Browser) -> None:
    found = ask.get("/", headers={"accept": "text/html"})
    assert (found.status_code, found.headers["location"]) == (303, "/today")
