"""A real browser, the real server, and a stand-in for Excel between them.

Chromium loads the pane as Excel would. Where the pane asks for Microsoft's ``office.js`` it is
given ``host.js``, in which a workbook lives; everything else comes from ``rollbook serve``.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from shutil import which
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, Playwright, Route, sync_playwright

from rollbook.importers.contract import Coverage
from rollbook.ledger import postings
from rollbook.office import Office
from rollbook.register import Enrolment, Guardian, Student
from tests.letters.families import FIRST_DAY, LUIS, ROSA, SEPTEMBER, school
from tests.offices import NOW, marks, post_extract, roster

HOST = Path(__file__).with_name("host.js")
ROLLBOOK = Path(sys.executable).with_name("rollbook")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SECONDS = 20
DAY_ZERO = date(1899, 12, 30)

Rows = Sequence[Sequence[Any]]

BORN = date(2012, 2, 3)
ANA = Student("000123", "García", "Ana", grade="9", birth_date=BORN)
BO = Student("000124", "Ng", "Bo", grade="9", birth_date=BORN)
CY = Student("000125", "=cmd|' /C calc'!A0", "Cy", grade="9", birth_date=BORN)
ADA = Guardian("000124", "Ada Ng", "mother", "7 Oak Ave", "Waco", "TX", "76701")
LIV = Guardian("000125", "Liv Å", "mother", "9 Elm St", "Waco", "TX", "76701")


@dataclass
class Server:
    """A running ``rollbook serve``."""

    root: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


@contextmanager
def serve(root: Path) -> Iterator[Server]:
    """Start ``rollbook serve`` on a free port, and stop it in the end, whatever went wrong."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(ROLLBOOK), "serve", "--no-https", "--port", str(port), "--office", str(root)]
    environment = {**os.environ, "XLWINGS_LICENSE_KEY": "noncommercial"}
    with (root / "printed.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
    server = Server(root, port, process)
    try:
        _wait(server)
        yield server
    finally:
        server.stop()


def _wait(server: Server) -> None:
    """Wait until the server answers: the port listens from early on, but nobody is behind it."""
    for _ in range(SECONDS * 10):
        if server.process.poll() is not None:
            break
        try:
            httpx.get(f"{server.address}/sign-in/how", timeout=5)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError((server.root / "printed.log").read_text(encoding="utf-8"))


class Excel:
    """Excel as a clerk uses it: a workbook, the ribbon's buttons, and the pane."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page = page
        self.server = server
        self.faults: list[str] = []
        page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        page.route("**/office-js/*/dist/office.js", self._give_host)
        page.goto(f"{server.address}/taskpane.html")
        self.wait_for("() => globalThis.rollbook?.press && globalThis.xlwings")

    @staticmethod
    def _give_host(route: Route) -> None:
        route.fulfill(path=HOST, content_type="text/javascript")

    def begin(self) -> None:
        """Put away what an earlier test left."""
        self.faults.clear()
        self.open({"Sheet1": []})

    def wait_for(self, script: str, arg: Any = None) -> None:
        self.page.wait_for_function(script, arg=arg, timeout=SECONDS * 1000)

    def ask(self, name: str, *given: Any) -> Any:
        """Call a function of the stand-in, ``excelHost``."""
        return self.page.evaluate(f"(given) => excelHost.{name}(...given)", list(given))

    def open(self, sheets: Mapping[str, Rows], **more: Any) -> None:
        """Open a workbook; days become Excel's numbers, with a number format."""
        formats: dict[str, dict[str, str]] = more.pop("formats", {})
        plain = {
            title: [
                [_put(one, formats.setdefault(title, {}), at) for at, one in _places(row, cells)]
                for row, cells in enumerate(rows, 1)
            ]
            for title, rows in sheets.items()
        }
        self.ask("open", {"sheets": plain, "formats": formats, **more})

    def select(self, areas: str) -> None:
        self.ask("select", areas)

    def filter_rows_hidden(self, rows: Sequence[int]) -> None:
        self.ask("hideRows", list(rows))

    def type(self, address: str, text: str) -> None:
        """Type into a cell, and wait until everything is calculated."""
        self.ask("type", address, text)

    def cell(self, address: str, sheet: str | None = None) -> Any:
        return self.ask("cell", address, sheet)["value"]

    def values(self, sheet: str | None = None) -> list[list[Any]]:
        found: list[list[Any]] = self.ask("values", sheet)
        return found

    def press(self, button: str) -> dict[str, Any]:
        """Press a button of the ribbon and wait for its end; return the job as the pane has it."""
        job: dict[str, Any] = self.ask("press", button)
        return job

    def answer(self, **answers: str) -> dict[str, Any]:
        """Answer what a button asked, as the pane does."""
        job: dict[str, Any] = self.page.evaluate("(given) => rollbook.answer(given)", answers)
        return job

    def sent(self, button: str, work: Callable[[], Any]) -> dict[str, Any]:
        """Return what the ribbon sends to the server when ``work`` presses a button."""
        with self.page.expect_request(f"**/custom-scripts-call/{button}") as found:
            work()
        sent: dict[str, Any] = json.loads(found.value.post_data or "{}")
        return sent

    def screenshot(self, path: Path) -> None:
        self.page.screenshot(path=path, full_page=True)


def _places(row: int, cells: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    from openpyxl.utils import get_column_letter

    return ((f"{get_column_letter(column)}{row}", one) for column, one in enumerate(cells, 1))


def _put(one: Any, formats: dict[str, str], at: str) -> Any:
    if isinstance(one, date):
        formats[at] = "dd/mm/yyyy"
        return (one - DAY_ZERO).days
    return one


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    chromium = playwright.chromium.launch(executable_path=which("chromium"), args=list(QUIET))
    yield chromium
    chromium.close()


def office_of_three(root: Path, **settings: object) -> Path:
    """Make an office in Texas with three students, each of whom a letter is due about."""
    return office_of(root, [ANA, BO, CY], [ROSA, LUIS, ADA, LIV], **settings)


def office_of(
    root: Path, students: Sequence[Student], guardians: Sequence[Guardian], **settings: object
) -> Path:
    office = school(root, "us-tx", **settings)
    stretches = [Enrolment(one.student_id, FIRST_DAY) for one in students]
    post_extract(office, roster(students, guardians, stretches), "roster")
    rows = [(one.student_id, day, "P2", "U") for one in students for day in SEPTEMBER]
    covered = Coverage("", FIRST_DAY, date(2026, 11, 20), tuple(f"P{n}" for n in range(1, 8)))
    post_extract(office, marks(rows, negative=True, coverage=(covered,)), "absences")
    leave_undone(office)
    office.ledger.close()
    return office.folders.root


def leave_undone(office: Office) -> None:
    """Strike off what is owed after posting, so that the watcher leaves the letters to the test."""
    with office.ledger.write() as connection:
        for row in postings.owed(connection):
            postings.strike_off(connection, row["work"], row["id"], NOW.isoformat())


@pytest.fixture(scope="session")
def quiet_pane(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator["Excel"]:
    """Excel for tests that change nothing in the office; one for all of them."""
    root = office_of_three(tmp_path_factory.mktemp("quiet"), clerk="Kim Ashford")
    with serve(root) as running, opened(browser, running) as excel:
        yield excel


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server at which clerks sign in with a token."""
    root = office_of_three(tmp_path_factory.mktemp("guarded"), serve={"sign_in": "token"})
    with serve(root) as running:
        yield running


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return office_of_three(tmp_path_factory.mktemp("an excel"), clerk="Kim Ashford")


@pytest.fixture(scope="module")
def server(office: Path) -> Iterator[Server]:
    with serve(office) as running:
        yield running


@pytest.fixture(scope="module")
def pane(browser: Browser, server: Server) -> Iterator[Excel]:
    """Excel with the pane open, as narrow as Excel's; one for all tests of a module."""
    with opened(browser, server) as excel:
        yield excel


@pytest.fixture
def excel(pane: Excel) -> Iterator[Excel]:
    """The module's Excel with an empty workbook; what its scripts threw fails the test."""
    pane.begin()
    yield pane
    assert pane.faults == []


@contextmanager
def opened(browser: Browser, server: Server) -> Iterator[Excel]:
    """Excel with a pane of its own, for a test that may not share one."""
    context = browser.new_context(viewport={"width": 320, "height": 800})
    try:
        yield Excel(context.new_page(), server)
    finally:
        context.close()
