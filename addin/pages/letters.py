"""The page of letters: read them, see why, approve, print, note the mailing, void; and files.

What a clerk does here is a press as on the ribbon (``addin.buttons.do``), so that it is told,
followed, stopped and refused in the same way. Then the browser is sent on to the list, which
tells how it ended: going back or reloading never does anything twice.
"""

import secrets
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from addin.buttons import Button, Press, do
from addin.desk import desk
from addin.jobs import Cancelled, Phase, Told, job_of
from addin.letter_desk import (
    by_email,
    corrected_now,
    families,
    keep_logs,
    letter_log,
    say_day,
    say_language,
    stopped_sentences,
    title_of,
    why_of,
)
from addin.pages.showing import NO_STORE, show
from addin.sign_in import Clerk, Visitor
from rollbook.documents import converter, lines_of, to_pdf
from rollbook.ledger import letters as book
from rollbook.ledger import releases
from rollbook.ledger.letters import NEXT, Letter, State
from rollbook.letters import (
    OUT,
    approve_letters,
    as_printed,
    joined_file,
    print_letters,
    release_letters,
    step,
)
from rollbook.letters import hold as hold_letters
from rollbook.letters.lacking import settings_lacking
from rollbook.office import Office
from rollbook.problems import NotAllowed, RollbookError, counted

router = APIRouter()

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"
WAITING = "waiting"
TABS: tuple[tuple[str, str, tuple[State, ...]], ...] = (
    (WAITING, "Waiting", (State.PREPARED, State.HELD, State.APPROVED, State.PRINTED)),
    ("prepared", "Prepared", (State.PREPARED,)),
    ("held", "Held", (State.HELD,)),
    ("approved", "Approved", (State.APPROVED,)),
    ("printed", "Printed", (State.PRINTED,)),
    ("mailed", "Mailed", (State.MAILED,)),
    ("returned", "Returned", (State.RETURNED,)),
    ("void", "Void", (State.VOID,)),
    ("all", "All", tuple(State)),
)
PAST = frozenset({"mailed", "returned", "void", "all"})
"""The tabs that tell what was: the newest letter comes first."""

SHOWN_AT_MOST = 500
STATE_LOOKS = {State.HELD: "act", State.RETURNED: "act", State.PREPARED: "watch"}

Serials = Annotated[list[str], Form(default_factory=list)]
Word = Annotated[str, Form()]
_one_conversion = threading.Lock()


# --- the list ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A letter as a row of the list."""

    letter: Letter
    title: str
    language: str
    why: str
    look: str
    since: str
    corrected: str = ""


@router.get("/letters")
def letters_page(
    request: Request, clerk: Clerk, state: str = WAITING, job: str = "", student: str = ""
) -> Response:
    """Show the letters of one tab, what can be done with them, and how the last press ended."""
    office = desk().office_of(clerk.name)
    log = [one for one in letter_log(office) if student in ("", one.student_id)]
    key = state if state in {key for key, *_ in TABS} else WAITING
    states = next(states for name, _, states in TABS if name == key)
    shown = [one for one in log if one.state in states]
    corrected = corrected_now(office, desk().standing, log, shown)
    of = len(shown)
    if of > SHOWN_AT_MOST:
        shown = shown[-SHOWN_AT_MOST:]
    if key in PAST:
        shown.reverse()
    tabs = [
        {"key": name, "label": label, "count": sum(one.state in those for one in log)}
        for name, label, those in TABS
    ]
    emailed = by_email(office, desk().standing, shown)
    ready = {
        name: [one for one in shown if one.state is name and one not in emailed] for name in _STEPS
    }
    last = job_of(job, clerk.name)
    if last and last.phase is Phase.RUNNING:
        ready = {}  # nothing else is begun until the printing has ended
    context = {
        "tabs": tabs,
        "tab": key,
        "student": student,
        "lines": [_line(office, one, corrected.get(one.serial, "")) for one in shown],
        "of": of,
        "steps": [
            _step_shown(to, found, log) for to, found in ready.items() if found
        ],
        "emailed": emailed,
        "batches": _batches(office, shown) if key == "printed" else [],
        "job": last,
    }  # fmt: skip
    return show(request, clerk, "pages/letters.html", context)


def _line(office: Office, letter: Letter, corrected: str = "") -> Line:
    return Line(
        letter,
        title_of(office, letter),
        say_language(office, letter.language),
        why_of(office, letter),
        STATE_LOOKS.get(letter.state, ""),
        say_day(office, date.fromisoformat(letter.at[:10])),
        corrected,
    )


_STEPS: dict[State, tuple[str, str]] = {
    State.PREPARED: ("approve", "Approve {}"),
    State.APPROVED: ("print", "Print {}"),
    State.PRINTED: ("mailed", "Mark {} as mailed"),
}
"""What is done with all letters in a state at once: where it is sent to, and how it is called."""


def _step_shown(waiting: State, found: Sequence[Letter], log: Sequence[Letter]) -> dict[str, Any]:
    action, words = _STEPS[waiting]
    label = words.format(counted(len(found), f"{waiting.value} letter"))
    several = families(found, log) if waiting is State.PREPARED else ""
    return {
        "action": action,
        "label": label,
        "words": words,
        "state": waiting.value,
        "asks": f"{label}? {several}".strip(),
        "serials": [one.serial for one in found],
    }


def _batches(office: Office, shown: Sequence[Letter]) -> list[dict[str, str]]:
    """Return the joined files the printed letters stand in, newest first."""
    found: dict[str, int] = {}
    for letter in shown:
        joined = joined_file(office, letter)
        if joined is not None and joined.is_file():
            found[joined.parent.name] = found.get(joined.parent.name, 0) + 1
    return [
        {"name": name, "says": counted(found[name], "letter")}
        for name in sorted(found, reverse=True)
    ]


# --- what is done --------------------------------------------------------------------------------


@router.post("/letters/approve")
def approve(clerk: Clerk, serial: Serials, reading: Word = "") -> Response:
    """Approve prepared letters; from the page of one, go on to the next that is to be read."""
    work = _button("Approve letters", partial(_approve, serials=serial))
    job = do(work, None, desk(), clerk.name, {"job": secrets.token_hex(16)})
    following = _following(_prepared(), reading) if reading else ""
    if following and job.phase is Phase.DONE:
        return RedirectResponse(f"/letters/{following}?job={job.id}", status_code=303)
    return _to_list("approved" if job.phase is Phase.DONE else WAITING, job.id)


@router.post("/letters/approve-held")
def approve_held(clerk: Clerk, serial: Serials, seen: Word = "") -> Response:
    """Approve a letter although it is held: only by somebody who says to have read why."""
    return _done(
        clerk, "Approve held letter", partial(_approve_held, serials=serial, seen=seen), "approved"
    )


@router.post("/letters/mailed")
def mailed(clerk: Clerk, serial: Serials) -> Response:
    """Note printed letters as mailed."""
    return _done(clerk, "Note as mailed", partial(_mail, serials=serial), "mailed")


@router.post("/letters/returned")
def returned(clerk: Clerk, serial: Serials, reason: Word = "") -> Response:
    """Note that mailed letters came back."""
    return _done(
        clerk,
        "Note as returned",
        partial(_with_reason, serials=serial, to=State.RETURNED, reason=reason),
        "returned",
    )


@router.post("/letters/hold")
def hold(clerk: Clerk, serial: Serials, reason: Word = "") -> Response:
    """Hold letters that are not printed yet, for a reason of the clerk's own."""
    return _done(
        clerk,
        "Hold letters",
        partial(_hold, serials=serial, reason=reason),
        "held",
    )


@router.post("/letters/release")
def release(clerk: Clerk, serial: Serials, note: Word = "") -> Response:
    """Take the hold off letters when what held them is over."""
    return _done(clerk, "Release letters", partial(_release, serials=serial, note=note), "prepared")


@router.post("/letters/void")
def void(clerk: Clerk, serial: Serials, reason: Word = "", again: Word = "no") -> Response:
    """Void letters that must not go."""
    work = partial(_with_reason, serials=serial, to=State.VOID, reason=reason, again=again == "yes")
    return _done(clerk, "Void letters", work, "void")


@router.post("/letters/print")
def print_approved(clerk: Clerk, serial: Serials) -> Response:
    """Begin to print approved letters; the list then shows how far it is."""
    button = _button("Print approved letters", partial(_print, serials=serial))
    job = secrets.token_hex(16)
    sent = {"job": job}
    here = desk()
    threading.Thread(target=do, args=(button, None, here, clerk.name, sent), daemon=True).start()
    return _to_list("approved", job)


def _done(clerk: Visitor, label: str, work: Callable[[Press], Told], tab: str) -> Response:
    job = do(_button(label, work), None, desk(), clerk.name, {"job": secrets.token_hex(16)})
    return _to_list(tab if job.phase is Phase.DONE else WAITING, job.id)


def _button(label: str, work: Callable[[Press], Told]) -> Button:
    return Button("letters", "Letters", label, "", "", "nothing", work)


def _to_list(tab: str, job: str) -> Response:
    return RedirectResponse(_list_of(tab, job), status_code=303)


def _list_of(tab: str, job: str) -> str:
    return f"/letters?{urlencode({'state': tab, 'job': job})}"


def _prepared() -> list[Letter]:
    with desk().office.ledger.read() as connection:
        return book.letters(connection, states=[State.PREPARED])


def _following(letters: Sequence[Letter], serial: str) -> str:
    """Return the serial of the letter after one; empty when it is the last."""
    return next((one.serial for one in letters if one.serial > serial), "")


def _some(serials: Sequence[str]) -> list[str]:
    if not serials:
        raise NotAllowed("No letter is ticked. Tick the letters you mean. Nothing was done.")
    return list(dict.fromkeys(serials))


def _approve(at: Press, serials: Sequence[str]) -> Told:
    held = {one.serial for one in letter_log(at.office) if one.state is State.HELD}
    for serial in _some(serials):
        if serial in held:
            raise NotAllowed(
                f"{serial} is held. Open it, and read why before you approve it. Nothing was done."
            )
    approved, stopped = approve_letters(at.office, _some(serials), at.desk.now())
    logs = keep_logs(at)
    kept = f", {len(stopped):,} stopped: see why" if stopped else ""
    sentence = f"{counted(len(approved), 'letter')} approved{kept}.{logs.said}"
    return Told(sentence, problems=[*stopped_sentences(stopped), *logs.waiting])


def _approve_held(at: Press, serials: Sequence[str], seen: str) -> Told:
    if seen != "yes":
        raise NotAllowed("Tick that you have read why it is held. Nothing was done.")
    approved, stopped = approve_letters(
        at.office, _some(serials), at.desk.now(), "read, and it may go", as_is=True
    )
    logs = keep_logs(at)
    sentence = f"{counted(len(approved), 'letter')} approved.{logs.said}"
    return Told(sentence, problems=[*stopped_sentences(stopped), *logs.waiting])


def _mail(at: Press, serials: Sequence[str]) -> Told:
    changed = step(at.office, _some(serials), State.MAILED, at.desk.now())
    logs = keep_logs(at)
    return Told(
        f"{counted(len(changed), 'letter')} noted as mailed.{logs.said}", problems=logs.waiting
    )


def _hold(at: Press, serials: Sequence[str], reason: str) -> Told:
    held = hold_letters(at.office, _some(serials), reason, at.desk.now())
    logs = keep_logs(at)
    return Told(f"{counted(len(held), 'letter')} held now.{logs.said}", problems=logs.waiting)


def _release(at: Press, serials: Sequence[str], note: str) -> Told:
    released, stopped = release_letters(at.office, _some(serials), at.desk.now(), note.strip())
    logs = keep_logs(at)
    kept = [f"{one.serial} is {one.state.value} still: {one.note}" for one in stopped]
    said = f"{counted(len(released), 'letter')} released{', see why' if kept else ''}.{logs.said}"
    return Told(said, problems=[*kept, *logs.waiting])


def _with_reason(
    at: Press, serials: Sequence[str], to: State, reason: str, again: bool = False
) -> Told:
    if not reason.strip():
        raise NotAllowed("Say why; it stays in the log. Nothing was done.")
    changed = step(at.office, _some(serials), to, at.desk.now(), reason.strip(), again)
    logs = keep_logs(at)
    return Told(
        f"{counted(len(changed), 'letter')} {to.value} now.{logs.said}", problems=logs.waiting
    )


def _print(at: Press, serials: Sequence[str]) -> Told:
    named = _some(serials)

    def tell(what: str, done: int, of: int) -> None:
        at.tell(f"{what} {done:,} of {of:,}", done, of)

    at.tell("Looking at the letters once more", 0, len(named))
    try:
        batch = print_letters(at.office, at.desk.now(), named, tell, again=False)
    except Cancelled:
        at.job.says = "No letter was printed; they stay approved."
        raise
    told = [f"{letter.serial} is {letter.state.value}: {why}" for letter, why in batch.held]
    lacking = settings_lacking(at.office)
    if lacking:
        told.append(f"Look before you post them: office.toml lacks {', '.join(lacking)}.")
    logs = keep_logs(at)
    told += logs.waiting
    if batch.joined is None:
        why = "see why" if told else "they were printed already. Look under Printed for the file"
        return Told(f"No letter was printed: {why}.", problems=told)
    kept = f", {len(batch.held):,} not: see why" if batch.held else ""
    sentence = (
        f"{counted(len(batch.printed), 'letter')} in one file{kept}. "
        f"Print it, then note the mailing.{logs.said}"
    )
    return Told(sentence, f"/letters/batch/{batch.joined.parent.name}", "Open the file", told)


@router.get("/letters/job/{job}")
def job_part(request: Request, clerk: Clerk, job: str) -> Response:
    """Show how far the printing is, as a part of the page; when it has ended, the list anew."""
    found = job_of(job, clerk.name)
    answer = show(request, clerk, "pages/letters_job.html", {"job": found})
    if found is None or found.phase is not Phase.RUNNING:
        tab = "printed" if found and found.phase is Phase.DONE else "approved"
        answer.headers["HX-Redirect"] = _list_of(tab, job)
    return answer


# --- files ---------------------------------------------------------------------------------------


@router.get("/letters/file/{serial}")
def letter_file(clerk: Clerk, serial: str) -> Response:
    """Download a printed letter, as it lies in the office's folder."""
    letter = _letter(serial)
    if not letter.file:
        raise NotAllowed(f"{letter.serial} has not been printed, so it has no file yet.")
    return _download(desk().office.folders.root / letter.file)


@router.get("/letters/batch/{name}")
def batch_file(clerk: Clerk, name: str) -> Response:
    """Download the joined file of one printing, by the name of its folder."""
    office = desk().office
    joined = (joined_file(office, one) for one in letter_log(office))
    found = next((path for path in joined if path and path.parent.name == name), None)
    if found is None:
        raise NotAllowed("The letter log knows of no such printing.")
    return _download(found)


@router.get("/documents/file/{serial}")
def document_file(clerk: Clerk, serial: str, word: bool = False) -> Response:
    """Download an issued document: the PDF where there is one, else or if asked the Word file."""
    office = desk().office
    with office.ledger.read() as connection:
        issued = releases.verifications(connection, serial=serial)
    if not issued:
        raise NotAllowed("The release log knows of no such document.")
    found = issued[0]
    path = office.folders.root / found.file
    printed = path.with_suffix(".pdf")
    return _download(printed if printed.is_file() and not word else path)


def _download(path: Path) -> Response:
    """Send a file that the ledger names; its name in the headers is the ledger's, not the URL's."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise NotAllowed(f"“{path.name}” is not where it was put: it was moved or deleted.") from (
            error
        )
    return _sent(content, path.name, "attachment")


def _sent(content: bytes, name: str, how: str) -> Response:
    headers = NO_STORE | {"Content-Disposition": f'{how}; filename="{name}"'}
    return Response(content, media_type=PDF if name.endswith(".pdf") else WORD, headers=headers)


def _letter(serial: str) -> Letter:
    with desk().office.ledger.read() as connection:
        found = book.letters(connection, serials=[serial])
    if not found:
        raise NotAllowed("There is no such letter in the log.")
    return found[0]


# --- one letter ----------------------------------------------------------------------------------


@router.get("/letters/{serial}/preview")
def preview(clerk: Clerk, serial: str) -> Response:
    """Show a letter as it prints: a PDF where LibreOffice is there, else the Word file."""
    content = as_printed(desk().office, _letter(serial))
    if converter() is None:
        return _sent(content, f"{serial}.docx", "attachment")
    with _one_conversion, tempfile.TemporaryDirectory(prefix="rollbook-preview-") as folder:
        path = Path(folder) / f"{serial}.docx"
        path.write_bytes(content)
        [pdf] = to_pdf([path], Path(folder))
        return _sent(pdf.read_bytes(), f"{serial}.pdf", "inline")


@router.get("/letters/{serial}")
def letter_page(request: Request, clerk: Clerk, serial: str, job: str = "") -> Response:
    """Show one letter: what it says, the marks it relies on, its steps, and what can be done."""
    office, letter = desk().office, _letter(serial)
    log = letter_log(office) if letter.state in OUT else []
    corrected = corrected_now(office, desk().standing, log, [letter])
    with office.ledger.read() as connection:
        steps = book.events(connection, serial)
        alike = book.letters(connection, states=[letter.state])
    next_states = {state.value for state in NEXT[letter.state]}
    words, unreadable = _words(office, letter)
    context = {
        "line": _line(office, letter, corrected.get(serial, "")),
        "letter": letter,
        "can": next_states,
        "words": words,
        "unreadable": unreadable,
        "marks": [_mark(office, *mark) for mark in letter.evidence],
        "events": [
            (_minute(one.at, office), one.state.value, one.by, one.note) for one in reversed(steps)
        ],
        "following": _following(alike, serial),
        "job": job_of(job, clerk.name),
        "as_pdf": converter() is not None,
    }  # fmt: skip
    return show(request, clerk, "pages/letters_one.html", context)


def _words(office: Office, letter: Letter) -> tuple[list[str], str]:
    """Return what a letter says, line by line; or why it cannot be shown."""
    try:
        return lines_of(as_printed(office, letter)), ""
    except RollbookError as error:
        return [], str(error)


def _mark(office: Office, iso: str, part: str, symbol: str) -> tuple[str, str, str, str]:
    day = date.fromisoformat(iso)
    code = office.policy.code(symbol, day)
    return say_day(office, day), part, symbol, code.meaning if code else ""


def _minute(stamp: str, office: Office) -> str:
    return f"{say_day(office, date.fromisoformat(stamp[:10]))}, {stamp[11:16]}"
