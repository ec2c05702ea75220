"""`rollbook serve`: what it needs, what it says, how it starts, works and ends."""

import contextlib
import io
import json
import os
import re
import signal
import socket
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree

from addin.desk import Tell, open_desk
from addin.https import set_up
from addin.jobs import Cancelled, start_job, stop_jobs
from addin.server import address, check_safe, hosts, is_loopback
from addin.tokens import read_clerks
from rollbook.cli import serve
from rollbook.cli.serve import OfficeHands
from rollbook.office import ServeSettings, save_settings
from rollbook.problems import OfficeError
from tests.addin.servers import PATIENCE, free_port, python, serving
from tests.dropping import MONDAY, PUPILS, drop, marks, office_folder, opened
from tests.test_cli import rollbook, run

ANA = ("000123", MONDAY, "AM", "/")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return office_folder(tmp_path / "clerk's office")


def soon(is_so: Callable[[], bool]) -> bool:
    """Wait until something is so that another process does."""
    end = time.monotonic() + PATIENCE
    while not is_so() and time.monotonic() < end:
        time.sleep(0.05)
    return is_so()


# --- at work ------------------------------------------------------------------------------------


def test_serve_answers_over_https_posts_what_is_dropped_and_stops_when_told(root: Path) -> None:
    set_up(ServeSettings(), root, datetime.now(UTC))
    with serving(root) as served:
        with served.client() as web:
            assert web.get("/sign-in/how").json() == {"how": "none"}
            assert web.get("/taskpane.html").status_code == 200
        drop(root, "pupils.csv", PUPILS)
        drop(root, "marks.csv", marks(ANA))
        assert soon(lambda: len(list((root / "posted").rglob("*.csv"))) == 2)
        status, out = served.stop()
    assert status == 0, out
    assert f"https://localhost:{served.port}" in out and "/today" in out and "/manifest.xml" in out
    assert re.search(r"marks\.csv +posted", out)
    assert out.rstrip().endswith("Files dropped from now on wait until Rollbook is started again.")
    assert (root / "serve.log").read_text(encoding="utf-8") == ""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for another process")
def test_behind_a_proxy_of_this_computer_it_speaks_plain_http_and_ends_on_ctrl_c(
    root: Path,
) -> None:
    save_settings(root, {"serve": {"address": "attendance.example.org", "sign_in": "token"}})
    with serving(root, "--no-https") as served, served.client() as web:
        assert web.get("/sign-in/how").json() == {"how": "token"}
        proxied = {"host": "attendance.example.org", "origin": "https://attendance.example.org"}
        assert web.get("/sign-in/how", headers=proxied).status_code == 200
        assert web.post("/sign-in", headers=proxied).status_code == 401
        hsts = web.get("/sign-in/how", headers=proxied).headers["strict-transport-security"]
        assert hsts.startswith("max-age=")
        status, out = served.stop(signal.SIGINT)
    assert status == 0, out


def test_the_manifest_is_written_with_the_address_in_it(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "my add-in.xml"
    said = rollbook("serve", "--office", root, "--manifest", file)
    assert "then start: rollbook serve" in " ".join(said.split())
    manifest = etree.fromstring(file.read_bytes())
    assert "https://localhost:8443/taskpane.html" in etree.tostring(manifest).decode()


# --- what it needs ------------------------------------------------------------------------------


def refused(root: Path, *words: object) -> str:
    """What `rollbook serve` says when it cannot start."""
    status, _, complaints = run("serve", "--office", root, *words)
    assert status == 2, complaints
    return " ".join(complaints.split())


def test_without_a_certificate_it_says_how_to_make_one(root: Path) -> None:
    assert "rollbook serve --setup-https" in refused(root)


def test_without_a_licence_it_says_what_to_set(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XLWINGS_LICENSE_KEY")
    said = refused(root, "--no-https", "--port", free_port())
    assert "PolyForm Noncommercial" in said and "XLWINGS_LICENSE_KEY" in said


def test_a_licence_key_that_is_none_is_said_to_be_so(root: Path) -> None:
    code = "from rollbook.cli import main; main()"
    words = ("serve", "--office", str(root), "--no-https", "--port", str(free_port()))
    said = python(code, *words, XLWINGS_LICENSE_KEY="abc")
    assert said.returncode == 2
    assert "does not take the licence key" in " ".join(said.stderr.split())


def test_a_port_that_is_taken_is_named(root: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refused(root, "--no-https", "--port", port)
    assert f"port {port}" in said and "rollbook serve --port 8444" in said


@pytest.mark.parametrize(
    ("words", "settings", "said"),
    [
        (["--host", "0.0.0.0"], {}, "nobody would have to sign in"),
        (["--host", "192.0.2.7"], {}, "nobody would have to sign in"),
        ([], {"address": "attendance.example.org"}, "nobody would have to sign in"),
        (["--host", "0.0.0.0", "--no-https"], {"sign_in": "token"}, "over HTTPS only"),
        (["--host", "0.0.0.0"], {"sign_in": "token"}, 'address = "NAME:PORT"'),
        (
            [],
            {"sign_in": "entraid", "tenant": "t", "client_id": "c"},
            "tenant, client_id and roles",
        ),
        ([], {"sign_in": "open"}, "office.toml"),
    ],
)
def test_off_this_computer_it_does_not_start_unsafe(
    root: Path, words: list[str], settings: dict[str, str], said: str
) -> None:
    save_settings(root, {"serve": settings})
    assert said in refused(root, *words)


WITHOUT_EXTRA = """
import json, sys
for name in "xlwings xlwings_server fastapi starlette uvicorn httpx cryptography".split():
    sys.modules[name] = None
from rollbook.cli import main
for words in json.loads(sys.argv[1]):
    sys.argv = ["rollbook", *words]
    try:
        main()
    except SystemExit as end:
        print("status", end.code)
"""


def test_without_the_extra_serve_says_what_to_install_and_the_rest_works(root: Path) -> None:
    """A process in which nothing of the extra can be imported."""
    office = ["--office", str(root)]
    commands = [
        ["serve", *office],
        ["serve", *office, "--setup-https"],
        ["--help"],
        ["once", *office],
        ["serve", *office, "--add-clerk", "Bo Ng"],
    ]
    said = python(WITHOUT_EXTRA, json.dumps(commands))
    assert re.findall(r"status (\w+)", said.stdout) == ["2", "2", "0", "0", "0"], said.stderr
    assert said.stderr.count("uv sync --extra addin") == 2


def test_help_does_not_wait_for_what_only_serve_needs() -> None:
    heavy = "{'xlwings', 'xlwings_server', 'fastapi', 'uvicorn', 'httpx', 'cryptography'}"
    said = python(f"import sys, rollbook.cli; print({heavy} & set(sys.modules))")
    assert said.stdout.strip() == "set()", said.stdout


# --- names and settings -------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]", "127.1.2.3"])
def test_only_this_computer_reaches(host: str) -> None:
    assert is_loopback(host)
    check_safe(ServeSettings(host=host), is_https=False)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.5", "desk-7", "localhost.example.org"])
def test_others_reach(host: str) -> None:
    assert not is_loopback(host)
    with pytest.raises(OfficeError):
        check_safe(ServeSettings(host=host), is_https=True)


def test_the_address_is_what_others_use_or_localhost() -> None:
    assert address(ServeSettings()) == "localhost:8443"
    assert address(ServeSettings(host="10.0.0.5", port=9000)) == "10.0.0.5:9000"
    assert address(ServeSettings(host="2001:DB8::5")) == "[2001:db8::5]:8443"
    outside = ServeSettings(host="0.0.0.0", address="Attendance.Example.org:443")
    assert "attendance.example.org" in hosts(outside) and "localhost:8443" in hosts(outside)


# --- clerks -------------------------------------------------------------------------------------


def test_a_clerk_s_token_is_shown_once_and_ends_on_request(root: Path) -> None:
    said = rollbook("serve", "--office", root, "--add-clerk", "Rosa Dellmere")
    assert 'sign_in = "token"' in said
    assert list(read_clerks(root)) == ["Rosa Dellmere"]
    rollbook("serve", "--office", root, "--remove-clerk", "Rosa Dellmere")
    assert not read_clerks(root)
    rollbook("serve", "--office", root, "--remove-clerk", "Rosa Dellmere", status=1)


def test_a_command_to_copy_is_one_line_however_long_its_path_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")  # no system command can be run: it is said instead
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    root = office_folder(tmp_path / ("a long name " * 12).strip() / "office")
    lines = rollbook("serve", "--office", root, "--setup-https").splitlines()
    (command,) = [line for line in lines if line.endswith('authority.crt"')]
    assert str(root / "https" / "authority.crt") in command
    assert lines[-1].startswith("Next, write the manifest")


# --- faults ---------------------------------------------------------------------------------------


def test_a_watch_that_ends_by_a_fault_of_ours_says_so(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("Ana O'Neil")

    monkeypatch.setattr(serve.rounds, "watch", broken)
    office = opened(root)
    with contextlib.redirect_stderr(io.StringIO()) as said:
        serve._watch(office, threading.Event())
    assert "not watched any more" in said.getvalue() and "Ana" not in said.getvalue()
    office.ledger.close()


# --- hands --------------------------------------------------------------------------------------


def test_a_button_s_round_posts_tells_how_far_it_is_and_what_came_of_it(root: Path) -> None:
    office = opened(root)
    drop(root, "pupils.csv", PUPILS)
    drop(root, "marks.csv", marks(ANA, ("000124", MONDAY, "AM", "Q9")))
    drop(root, "holiday.txt", "no register at all")
    told: list[tuple[str, int, int]] = []
    done = OfficeHands().round(office, lambda *step: told.append(step))
    filed = {one.name: one for one in done.files}
    assert filed["marks.csv"].posted and filed["marks.csv"].posting
    assert filed["marks.csv"].says == "Posted: 1 new mark, 0 amended, 1 held."
    assert not filed["holiday.txt"].posted
    assert filed["holiday.txt"].says in " ".join(done.problems)
    assert any("1 row held back" in sentence for sentence in done.problems)
    assert told[0][0] == "Looking at the drop folder"
    assert "Posting marks.csv" in [says for says, _, _ in told]
    assert all(now < of for _, now, of in told[1:])
    office.ledger.close()


def test_a_file_dropped_twice_is_said_to_change_nothing(root: Path) -> None:
    office, hands = opened(root), OfficeHands()
    for _ in range(2):
        drop(root, "pupils.csv", PUPILS)
        done = hands.round(office, _silent)
    assert done.files[0].says == "Posted before; nothing changed."
    office.ledger.close()


def _silent(says: str, done: int, of: int) -> None:
    """Tell nobody."""


def test_a_round_that_was_stopped_leaves_the_rest_to_the_next(root: Path) -> None:
    office, hands = opened(root), OfficeHands()
    drop(root, "pupils.csv", PUPILS)
    drop(root, "marks.csv", marks(ANA))
    with pytest.raises(Cancelled):
        hands.round(office, _stopping_at("Posting marks.csv"))
    done = hands.round(office, _silent)
    assert [one.name for one in done.files if one.posted] == ["marks.csv"]
    assert not list((root / "received").iterdir())
    office.ledger.close()


def _stopping_at(sentence: str) -> Tell:
    def tell(says: str, done: int, of: int) -> None:
        if says == sentence:
            raise Cancelled

    return tell


def test_stopping_rollbook_stops_long_work_at_its_next_step(root: Path) -> None:
    open_desk(root, OfficeHands()).close()
    job = start_job("long-work-1", "Prepare letters", "")
    stop_jobs()
    with pytest.raises(Cancelled):
        job.step("letter 2 of 500")


# --- doctor -------------------------------------------------------------------------------------


def checks(root: Path) -> dict[str, tuple[bool, str]]:
    _, out, _ = run("doctor", "--office", root, "--json")
    return {one["check"]: (one["fine"], one["says"]) for one in json.loads(out)["checks"]}


def test_doctor_says_what_the_add_in_still_needs(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XLWINGS_LICENSE_KEY", raising=False)
    fine, says = checks(root)["add-in"]
    assert fine and "rollbook serve --setup-https" in says
    set_up(ServeSettings(), root, datetime.now(UTC))
    fine, says = checks(root)["add-in's licence"]
    assert not fine and "XLWINGS_LICENSE_KEY" in says and "PolyForm Noncommercial" in says
    save_settings(root, {"serve": {"license_key": "noncommercial"}})
    assert checks(root)["add-in's licence"] == (True, "noncommercial use (PolyForm Noncommercial)")
    assert checks(root)["add-in's certificate"][0]


def test_doctor_warns_a_month_before_the_certificate_is_over(root: Path) -> None:
    set_up(ServeSettings(), root, datetime.now(UTC) - timedelta(days=397 - 29))
    fine, says = checks(root)["add-in's certificate"]
    assert not fine and "renew it with: rollbook serve --setup-https" in says


def test_doctor_says_when_somebody_must_be_given_a_token(root: Path) -> None:
    set_up(ServeSettings(), root, datetime.now(UTC))
    save_settings(root, {"serve": {"sign_in": "token"}})
    fine, says = checks(root)["add-in's sign-in"]
    assert not fine and "--add-clerk" in says
