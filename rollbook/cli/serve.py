"""`rollbook serve`: the add-in, its pages and the watched folder in one process."""

import asyncio
import logging
import signal
import socket
import threading
import traceback
import webbrowser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.util import find_spec
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from addin.desk import Done, Filed, Tell, close_desk
from addin.jobs import stop_jobs
from addin.tokens import add_clerk, read_clerks, remove_clerk
from rollbook.cli.app import HERE, OfficeOption
from rollbook.cli.rounds import WORK_WORDS, sentences, tell, watch_until_stopped
from rollbook.cli.show import complain, console, say
from rollbook.office import Office, ServeSettings, open_office, read_settings
from rollbook.problems import ConverterMissing, OfficeError, counted, where_in_code, why_not_now
from watcher import rounds
from watcher.intake import Outcome, Result
from watcher.rounds import Progress, Round

if TYPE_CHECKING:
    from addin.guard import App
    from addin.https import Files

SEE_LETTERS = "Letters → Letters due"  # where the ribbon has what `rollbook letters due` prints
LOG_FILE = "serve.log"
LOG_BYTES = 1_000_000
LAST_ANSWERS_SECONDS = 10
EXTRA = ("xlwings_server", "cryptography")
LICENCES = {
    "": "xlwings Server's is not set. Schools and public bodies may use it under PolyForm "
    "Noncommercial: XLWINGS_LICENSE_KEY=noncommercial; else set the key you bought",
    "noncommercial": "noncommercial use (PolyForm Noncommercial)",
}


def register(app: typer.Typer) -> None:
    """Add the command of this room."""
    app.command("serve")(serve)


def serve(
    office: OfficeOption = HERE,
    host: Annotated[
        str | None, typer.Option(help="Which address of this computer; 127.0.0.1: only itself.")
    ] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Which port; 8443.")] = None,
    setup_https: Annotated[
        bool, typer.Option("--setup-https", help="Make this computer's certificate, and end.")
    ] = False,
    manifest: Annotated[
        Path | None, typer.Option(help="Write the manifest that Excel reads to a file, and end.")
    ] = None,
    add: Annotated[
        str | None, typer.Option("--add-clerk", metavar="NAME", help="Give a clerk a new token.")
    ] = None,
    remove: Annotated[
        str | None, typer.Option("--remove-clerk", metavar="NAME", help="End a clerk's token.")
    ] = None,
    no_https: Annotated[
        bool,
        typer.Option("--no-https", help="Plain HTTP behind a reverse proxy on this computer."),
    ] = False,
    open_browser: Annotated[
        bool, typer.Option("--open", help="Open today's page in the browser.")
    ] = False,
) -> None:
    """Rollbook in Excel: run the add-in's server and watch the drop folder until Ctrl-C."""
    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = read_settings(office).serve.model_copy(update=given)
    if add is not None:
        _add_clerk(office, add, settings)
    elif remove is not None:
        remove_clerk(office, remove)
        say(f"{remove} cannot sign in any more.")
    elif setup_https:
        _setup_https(office, settings)
    elif manifest is not None:
        _write_manifest(office, settings, manifest)
    else:
        _serve(office, settings, is_https=not no_https, open_browser=open_browser)


def look_on(root: Path) -> None:
    """Show a practice office's pages and watch its folder; only watch where pages cannot be shown.

    Pages need the add-in's part and word of its licence, which are the office's own affair.
    """
    settings = read_settings(root).serve
    if all(find_spec(name) for name in EXTRA):
        from addin.server import license_key

        if license_key(settings):
            return _serve(root, settings, is_https=False, open_browser=False)
        say(
            "Its pages for browser and Excel: set XLWINGS_LICENSE_KEY as addin/README.md says, then"
        )
        say(f'   rollbook serve --no-https --office "{root}"')
    office = open_office(root)
    try:
        watch_until_stopped(office)
    finally:
        office.ledger.close()
    return None


def _add_clerk(office: Path, name: str, settings: ServeSettings) -> None:
    token = add_clerk(office, name)
    say(f"The token of {name}, shown this once:\n")
    _to_copy(token)
    say("")
    say("Give it to nobody else. It is asked for once in Excel and in each browser.")
    if settings.sign_in != "token":
        say('It counts once sign_in = "token" stands under [serve] in office.toml.')


def _setup_https(office: Path, settings: ServeSettings) -> None:
    with _extra_needed():
        from addin import https
    files = https.set_up(settings, office, datetime.now(UTC))
    assert files.authority is not None
    say(f"The certificate is made: {files.certificate}")
    say(f"It is good for {', '.join(https.names_of(settings))}, and for {https.GOOD_DAYS} days.")
    by_hand = https.trust(files.authority)
    if not by_hand:
        say("This computer trusts it. Start Excel and browsers again if they are open.")
    else:
        complain("This computer does not trust it yet. Type this command:")
        _to_copy(by_hand)
    if settings.address:
        say(f"Other computers must trust it too: give them {files.authority}")
    say("Next, write the manifest for Excel: rollbook serve --manifest rollbook.xml")


def _to_copy(text: str) -> None:
    """Print what is to be copied on one line, however narrow the terminal is."""
    console.print(f"   {text}", markup=False, soft_wrap=True)


def _write_manifest(office: Path, settings: ServeSettings, file: Path) -> None:
    app = _app(office, settings, is_https=True)
    from addin.server import manifest_of

    try:
        file.write_text(asyncio.run(manifest_of(app, settings)), encoding="utf-8")
    except OSError as error:
        raise OfficeError(f"“{file}” cannot be written: {why_not_now(error)}.") from error
    finally:
        close_desk()
    say(f"The manifest is written: {file}")
    say("Put it into Excel as addin/README.md says, then start: rollbook serve")


def _app(office: Path, settings: ServeSettings, *, is_https: bool) -> "App":
    with _extra_needed():
        from addin.server import build_app

        return build_app(settings, office.absolute(), OfficeHands(), is_https=is_https)


@contextmanager
def _extra_needed() -> Iterator[None]:
    """Say what to install when a part of the add-in's extra is missing."""
    try:
        yield
    except ImportError as error:
        missing = (error.name or "").partition(".")[0]
        if not missing or find_spec(missing) is not None:
            raise
        raise ConverterMissing(
            f"Rollbook's part for Excel is not installed ({missing} is missing). Install it with: "
            "uv sync --extra addin. Everything else works without it."
        ) from error


def _serve(office: Path, settings: ServeSettings, *, is_https: bool, open_browser: bool) -> None:
    with _extra_needed():
        from addin import https
        from addin.server import address, check_safe
    check_safe(settings, is_https=is_https)
    files = https.files_of(settings, office) if is_https else None
    if files:
        _check(files)
    with _listen(settings.host, settings.port) as listener:
        _log_to(office / LOG_FILE)
        app = _app(office, settings, is_https=is_https)
        url = f"{'https' if is_https else 'http'}://{address(settings)}"
        _greet(office, url)
        if open_browser:
            webbrowser.open(f"{url}/today")
        _run(office, app, files, listener)
    say("Stopped. Files dropped from now on wait until Rollbook is started again.")


def _run(office: Path, app: "App", files: "Files | None", listener: socket.socket) -> None:
    """Answer and watch until Ctrl-C, or until the computer shuts down."""
    import uvicorn

    stop = threading.Event()

    class Server(uvicorn.Server):
        """Stops our own work as soon as it is told to stop, not when the last answer is out."""

        def handle_exit(self, sig: int, frame: Any) -> None:
            stop.set()
            stop_jobs()
            super().handle_exit(sig, frame)

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())  # uvicorn passes on what it was stopped by
    try:
        server = Server(_config(app, files))
        with _watching(office, stop):
            server.run(sockets=[listener])
    finally:
        close_desk()
    if not server.started:
        raise OfficeError(f"The server could not start. See {office / LOG_FILE}.")


def _check(files: "Files") -> None:
    from addin import https

    now = datetime.now(UTC)
    https.check_files(files, now)
    until = https.valid_until(files.certificate)
    if https.is_soon_over(until, now):
        complain(f"The certificate is good until {until:%d %B %Y}: renew it soon.")


def _config(app: "App", files: "Files | None") -> Any:
    import uvicorn

    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,  # paths and queries hold students' ids
        proxy_headers=False,
        server_header=False,
        ws="none",
        lifespan="on",
        ssl_certfile=files.certificate if files else None,
        ssl_keyfile=files.key if files else None,
        timeout_graceful_shutdown=LAST_ANSWERS_SECONDS,
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host.strip("[]"), port), family=family, backlog=1024)
    except OSError as error:
        why = str(error.strerror or error).partition(" (while")[0]
        raise OfficeError(
            f"Rollbook cannot listen at {host}, port {port}: {why.lower()}. If Rollbook runs here "
            "already, use that one; else choose another port, as in: rollbook serve --port 8444"
        ) from error


def _greet(office: Path, url: str) -> None:
    say(f"Rollbook is at {url}/today. Stop it with Ctrl-C.")
    say(f"The manifest for Excel is at {url}/manifest.xml, or write it to a file with --manifest.")
    say(f"Faults are noted in {office / LOG_FILE}.")


@contextmanager
def _watching(office: Path, stop: threading.Event) -> Iterator[None]:
    """Watch the drop folder meanwhile, in a thread with a ledger of its own."""
    watched = open_office(office)
    say(f"Watching {watched.folders.drop}. Drop exports there.")
    thread = threading.Thread(target=_watch, args=(watched, stop), name="watcher")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _watch(office: Office, stop: threading.Event) -> None:
    try:
        rounds.watch(office, stop, lambda done: tell(office, done))
    except Exception as fault:  # a thread ends without a word
        logging.getLogger(__name__).exception("the watch ended")
        complain(
            f"The drop folder is not watched any more: Rollbook has a fault ({where_in_code(fault)}"
            "). Start Rollbook again, and tell whoever looks after it this line."
        )


class _WithoutData(logging.Formatter):
    """Writes where a fault was, and never its message, which may hold a student's name."""

    def formatException(  # noqa: N802 (logging's own name)
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        """Return the type of a fault and the lines of code it went through."""
        kind, _, trace = ei
        return "".join(traceback.format_tb(trace)) + (kind.__name__ if kind else "")


def _log_to(path: Path) -> None:
    handler = RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=2, encoding="utf-8")
    handler.setFormatter(_WithoutData("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.captureWarnings(True)
    logging.getLogger("watchdog").setLevel(logging.CRITICAL)  # it complains of being stopped


def addin_checks(office: Office) -> Iterator[tuple[str, bool, str]]:
    """Say for `rollbook doctor` what Rollbook in Excel still needs, once somebody began with it."""
    if any(find_spec(name) is None for name in EXTRA):
        yield "add-in", True, "not installed: everything but Rollbook in Excel works"
        return
    from addin import https
    from addin.server import license_key

    settings, root = office.settings.serve, office.folders.root
    key, files = license_key(settings), https.files_of(settings, root)
    if not files.certificate.is_file() and settings == ServeSettings():
        yield "add-in", True, "installed; to begin with it: rollbook serve --setup-https"
        return
    yield "add-in", True, "installed"
    yield "add-in's licence", bool(key), LICENCES.get(key, "a paid licence key is set")
    yield "add-in's certificate", *_certificate(files)
    if settings.sign_in == "token":
        clerks = ", ".join(read_clerks(root))
        nobody = "nobody has a token: rollbook serve --add-clerk NAME"
        yield "add-in's sign-in", bool(clerks), f"tokens: {clerks}" if clerks else nobody


def _certificate(files: "Files") -> tuple[bool, str]:
    from addin import https

    now = datetime.now(UTC)
    try:
        https.check_files(files, now)
        until = https.valid_until(files.certificate)
    except OfficeError as error:
        return False, str(error)
    says = f"good until {until:%d %B %Y}"
    if not https.is_soon_over(until, now):
        return True, says
    renew = "rollbook serve --setup-https" if files.authority else "the district's IT people"
    return False, f"{says}; renew it with: {renew}"


class OfficeHands:
    """The watched folder's work, done for a button of the add-in."""

    def round(self, office: Office, tell: Tell, accept: Sequence[str] = ()) -> Done:
        """Post what lies in the drop folder and do the follow-ups."""
        return done_of(office, rounds.once(office, accept=accept, progress=_Told(tell)))

    def keep_up(self, office: Office) -> Done:
        """Bring the logs in the adopted workbooks up to date after a letter took a step."""
        followed = rounds.update_logs(office)
        says = [receipt.line() for receipt in followed.receipts]
        return Done(says, list(followed.waiting))


def done_of(office: Office, done: Round) -> Done:
    """Return what a round did as the add-in shows it: the sentences `rollbook once` prints."""
    told = list(sentences(office, done, SEE_LETTERS))
    return Done(
        says=[one.text for one in told if not one.is_problem],
        problems=[one.text for one in told if one.is_problem],
        files=[_filed(outcome) for outcome in done.outcomes],
    )


_MOST_SAID = 20  # problems of one file


def _filed(outcome: Outcome) -> Filed:
    posting = outcome.posting
    if outcome.result is Result.REFUSED or posting is None:
        why = " ".join(problem.message for problem in outcome.problems[:_MOST_SAID])
        return Filed(outcome.file, False, why or "It was refused.")
    if outcome.result is Result.DUPLICATE:
        return Filed(outcome.file, True, "Posted before; nothing changed.", posting.id)
    parts = [counted(posting.students, "student")] if posting.students else []
    parts += [counted(posting.new, "new mark"), f"{posting.amended:,} amended"]
    parts += [f"{posting.held:,} held"] if posting.held else []
    return Filed(outcome.file, True, f"Posted: {', '.join(parts)}.", posting.id)


class _Told(Progress):
    """A round's progress as sentences: a step a file, then one for each kind of follow-up."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._done = self._of = 0
        tell("Looking at the drop folder", 0, 0)

    def files(self, count: int) -> None:
        self._of = count + len(WORK_WORDS)

    def file(self, name: str) -> None:
        self._step(f"Posting {name}")

    def work(self, name: str) -> None:
        self._step(WORK_WORDS.get(name, name).capitalize())

    def _step(self, says: str) -> None:
        self._tell(says, self._done, self._of)
        self._done += 1
