"""Signing in: tokens, sessions of the browser, links that sign in once."""

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from pathlib import Path

import httpx
import pytest

from addin.https import set_up
from addin.sign_in import (
    COOKIE,
    FREE_TRIES,
    SESSION_SECONDS,
    SLOWEST_SECONDS,
    TICKET_SECONDS,
    NotSignedIn,
    SignIn,
    local,
    pause_after,
)
from addin.tokens import TOKENS_FILE, add_clerk, read_clerks, remove_clerk
from rollbook.office import ServeSettings
from rollbook.problems import NotAllowed, OfficeError
from tests.addin.books import payload
from tests.addin.servers import Served, serving
from tests.dropping import office_folder

ROSA = "Rosa Dellmere"
RATE = {
    "func_name": "rate",
    "args": [[["/"]], None, None],
    "caller_address": "T.xlsx[S]S!A1",
    "content_language": "en-GB",
    "version": "0",
    "client": "Office.js",
    "runtime": "1.4",
}
ON = ServeSettings(sign_in="token")


@pytest.fixture
def time() -> list[float]:
    return [1000.0]


@pytest.fixture
def desk(tmp_path: Path, time: list[float]) -> SignIn:
    return SignIn(ON, tmp_path, clock=lambda: time[0])


# --- tokens -------------------------------------------------------------------------------------


def test_a_token_lets_in_the_clerk_it_was_made_for(desk: SignIn) -> None:
    rosa, bo = add_clerk(desk.root, ROSA), add_clerk(desk.root, "Bo  Ng")
    assert desk.clerk_of(rosa) == ROSA
    assert desk.clerk_of(f" {bo}\n") == "Bo Ng"  # as it is pasted


@pytest.mark.parametrize("token", ["", "x", "test-token", "é", "\udcff", "a" * 100_000])
def test_anything_else_lets_nobody_in(desk: SignIn, token: str) -> None:
    add_clerk(desk.root, ROSA)
    with pytest.raises(NotSignedIn):
        desk.clerk_of(token)


def test_the_token_itself_is_kept_nowhere(desk: SignIn) -> None:
    token = add_clerk(desk.root, ROSA)
    text = (desk.root / TOKENS_FILE).read_text(encoding="utf-8")
    assert token not in text and ROSA in text
    with pytest.raises(NotSignedIn):  # nor does what is kept let anybody in
        desk.clerk_of(read_clerks(desk.root)[ROSA])


def test_a_new_token_ends_the_earlier_one(desk: SignIn) -> None:
    earlier = add_clerk(desk.root, ROSA)
    add_clerk(desk.root, ROSA)
    with pytest.raises(NotSignedIn):
        desk.clerk_of(earlier)
    assert list(read_clerks(desk.root)) == [ROSA]


def test_removing_a_clerk_ends_token_session_and_link_at_once(desk: SignIn) -> None:
    token = add_clerk(desk.root, ROSA)
    cookie, ticket = desk.open_session(ROSA), desk.ticket(ROSA)
    assert desk.session(cookie) == ROSA
    remove_clerk(desk.root, ROSA)
    assert desk.session(cookie) == ""
    with pytest.raises(NotSignedIn):
        desk.clerk_of(token)
    with pytest.raises(NotSignedIn):
        desk.redeem(ticket)


def test_removing_somebody_unknown_says_who_has_a_token(desk: SignIn) -> None:
    add_clerk(desk.root, ROSA)
    with pytest.raises(NotAllowed, match=f"Tokens have: {ROSA}"):
        remove_clerk(desk.root, "Roza")


def test_a_file_of_tokens_changed_by_hand_lets_nobody_in_and_says_so(desk: SignIn) -> None:
    (desk.root / TOKENS_FILE).write_text('[[clerk]]\nname = "Eve"\ntoken = "plain"\n')
    with pytest.raises(OfficeError, match="changed by hand"):
        desk.clerk_of("plain")


# --- sessions and links -------------------------------------------------------------------------


def test_a_session_ends_after_a_working_day(desk: SignIn, time: list[float]) -> None:
    add_clerk(desk.root, ROSA)
    cookie = desk.open_session(ROSA)
    time[0] += SESSION_SECONDS
    assert desk.session(cookie) == ROSA
    time[0] += 1
    assert desk.session(cookie) == ""


def test_a_closed_session_is_closed(desk: SignIn) -> None:
    add_clerk(desk.root, ROSA)
    cookie = desk.open_session(ROSA)
    desk.close_session(cookie)
    assert desk.session(cookie) == ""


def test_a_link_signs_in_once(desk: SignIn) -> None:
    add_clerk(desk.root, ROSA)
    ticket = desk.ticket(ROSA)
    assert desk.redeem(ticket) == ROSA
    with pytest.raises(NotSignedIn, match="was used"):
        desk.redeem(ticket)


def test_a_link_is_good_for_a_minute(desk: SignIn, time: list[float]) -> None:
    add_clerk(desk.root, ROSA)
    ticket = desk.ticket(ROSA)
    time[0] += TICKET_SECONDS + 1
    with pytest.raises(NotSignedIn):
        desk.redeem(ticket)


def test_a_link_is_no_session_and_a_session_no_link(desk: SignIn) -> None:
    add_clerk(desk.root, ROSA)
    assert desk.session(desk.ticket(ROSA)) == ""
    with pytest.raises(NotSignedIn):
        desk.redeem(desk.open_session(ROSA))


def test_many_mistakes_wait_longer_and_never_too_long(desk: SignIn, time: list[float]) -> None:
    pauses = [desk.failed() for _ in range(200)]
    assert pauses[:FREE_TRIES] == [0.0] * FREE_TRIES
    assert pauses == sorted(pauses)
    assert 0 < pauses[FREE_TRIES] < pauses[-1] == SLOWEST_SECONDS == pause_after(10**6)
    time[0] += 3600
    assert desk.failed() == 0.0


@pytest.mark.parametrize(
    ("then", "goes"),
    [
        ("/letters", "/letters"),
        ("/letters?state=held", "/letters?state=held"),
        ("https://evil.example", "/today"),
        ("//evil.example", "/today"),
        ("/\\evil.example", "/today"),
        ("/\tevil", "/today"),
        ("javascript:alert(1)", "/today"),
        ("", "/today"),
    ],
)
def test_signing_in_leads_to_our_own_pages_only(then: str, goes: str) -> None:
    assert local(then) == goes


# --- over HTTPS, as clerks use it ---------------------------------------------------------------


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = office_folder(
        tmp_path_factory.mktemp("signed in") / "office", serve={"sign_in": "token"}
    )
    set_up(ServeSettings(), root, datetime.now(UTC))
    with serving(root) as running:
        yield running


@pytest.fixture
def web(served: Served) -> Iterator[httpx.Client]:
    with served.client() as client:
        yield client


@pytest.fixture(scope="module")
def token(served: Served) -> str:
    return add_clerk(served.root, ROSA)


def test_pages_send_to_the_sign_in_and_back(web: httpx.Client, token: str) -> None:
    asked = web.get("/sign-in/who?x=1", headers={"accept": "text/html"})
    assert (asked.status_code, asked.headers["location"]) == (
        303,
        "/sign-in?then=/sign-in/who%3Fx%3D1",
    )
    form = web.get(asked.headers["location"])
    assert 'value="/sign-in/who?x=1"' in form.text and 'type="password"' in form.text
    done = web.post("/sign-in", data={"token": token, "then": "/sign-in/who"})
    assert (done.status_code, done.headers["location"]) == (303, "/sign-in/who")
    assert web.get("/sign-in/who").json() == {"name": ROSA}


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    web: httpx.Client, token: str
) -> None:
    done = web.post("/sign-in", data={"token": token})
    cookie = SimpleCookie(done.headers["set-cookie"])[COOKIE]
    assert cookie["httponly"] and cookie["secure"]
    assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("strict", "/", "")
    assert cookie["max-age"] == str(SESSION_SECONDS)
    assert token not in cookie.value


def test_parts_of_pages_and_data_say_that_nobody_is_signed_in(web: httpx.Client) -> None:
    for headers in ({}, {"accept": "text/html", "hx-request": "true"}, {"accept": "*/*"}):
        found = web.get("/sign-in/who", headers=headers)
        assert (found.status_code, found.text) == (401, "Please sign in.")
    assert web.post("/sign-in/ticket", headers={"accept": "text/html"}).status_code == 401


@pytest.mark.parametrize("headers", [{}, {"Authorization": "x"}, {"Authorization": "test-token"}])
def test_functions_and_buttons_need_a_token(web: httpx.Client, headers: dict[str, str]) -> None:
    for path, body in (
        ("/xlwings/custom-functions-call", RATE),
        ("/xlwings/custom-scripts-call/open_pane", payload({"S": [["x"]]}) | {"args": [{}]}),
    ):
        found = web.post(path, json=body, headers=headers)
        assert found.status_code == 401, path
        assert "not known here" in found.text


def test_a_cookie_alone_runs_no_button(web: httpx.Client, token: str) -> None:
    """What a browser sends by itself must not be enough to change something from Excel."""
    web.post("/sign-in", data={"token": token})
    body = payload({"S": [["x"]]}) | {"args": [{"job": "j1"}]}
    assert web.post("/xlwings/custom-scripts-call/open_pane", json=body).status_code == 401


def test_the_pane_is_let_in_by_its_token(web: httpx.Client, token: str) -> None:
    for sent in (token, f"Bearer {token}"):
        headers = {"Authorization": sent, "Auth-Provider": "custom"}
        assert web.get("/sign-in/who", headers=headers).json() == {"name": ROSA}
    headers = {"Authorization": token}
    found = web.post("/xlwings/custom-functions-call", json=RATE, headers=headers)
    assert found.status_code == 200, found.text


def test_a_page_opened_from_the_pane_is_signed_in(web: httpx.Client, token: str) -> None:
    asked = web.post("/sign-in/ticket?then=/sign-in/who", headers={"Authorization": token})
    link = asked.json()["link"]
    opened = web.get(link)
    assert opened.status_code == 200
    assert 'content="0; url=/sign-in/who"' in opened.text
    assert web.get("/sign-in/who").json() == {"name": ROSA}
    web.cookies.clear()
    again = web.get(link)
    assert again.status_code == 401 and "Open the page from Excel once more" in again.text
    assert COOKIE not in web.cookies


def test_a_link_that_only_is_looked_at_is_not_used_up(web: httpx.Client, token: str) -> None:
    link = web.post("/sign-in/ticket", headers={"Authorization": token}).json()["link"]
    web.head(link)
    assert web.get(link).status_code == 200


def test_signing_out_ends_the_session_on_the_server_too(web: httpx.Client, token: str) -> None:
    web.post("/sign-in", data={"token": token})
    kept = web.cookies[COOKIE]
    assert web.get("/sign-out").status_code == 405  # another site could have it asked for
    elsewhere = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
    assert web.post("/sign-out", headers=elsewhere).status_code == 403
    assert web.get("/sign-in/who").json() == {"name": ROSA}
    assert web.post("/sign-out").status_code == 303
    assert COOKIE not in web.cookies
    web.cookies.set(COOKIE, kept)
    assert web.get("/sign-in/who").status_code == 401


def test_a_wrong_token_is_told_so_in_the_form(web: httpx.Client) -> None:
    found = web.post("/sign-in", data={"token": '"><script>', "then": '/"><b>'})
    assert found.status_code == 401
    assert "This token is not known here" in found.text and 'role="alert"' in found.text
    assert "<script>" not in found.text and "<b>" not in found.text
    assert "set-cookie" not in found.headers


@pytest.mark.parametrize("path", [b"/static/../lifespan.py", b"/static/js/../../server.py"])
def test_dots_that_no_client_has_resolved_lead_nowhere(served: Served, path: bytes) -> None:
    asked = b"GET %s HTTP/1.1\r\nHost: localhost:%d\r\nConnection: close\r\n\r\n"
    authority = str(served.root / "https" / "authority.crt")
    trusting = ssl.create_default_context(cafile=authority)
    with (
        socket.create_connection(("127.0.0.1", served.port)) as line,
        trusting.wrap_socket(line, server_hostname="localhost") as safe,
    ):
        safe.sendall(asked % (path, served.port))
        answer = b"".join(iter(lambda: safe.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 404") and b"There is no such page." in answer


def test_how_people_sign_in_is_told_to_everybody(web: httpx.Client) -> None:
    assert web.get("/sign-in/how").json() == {"how": "token"}
