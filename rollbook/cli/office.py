"""`rollbook init`, `status` and `doctor`: the office itself."""

import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from rollbook.cli.app import HERE, JsonOption, OfficeOption, opened
from rollbook.cli.sending import mail_checks
from rollbook.cli.serve import addin_checks
from rollbook.cli.show import complain, say, show_json, show_rows
from rollbook.cli.waiting import asked_about
from rollbook.documents import converter
from rollbook.ledger import letters as letter_book
from rollbook.ledger import postings as book
from rollbook.ledger import sheet_entries
from rollbook.ledger.connection import sqlite_version
from rollbook.ledger.letters import State
from rollbook.ledger.place import network_file_system
from rollbook.letters.lacking import letters_without_template, settings_lacking
from rollbook.office import Office, make_office
from rollbook.posting.open_questions import UNKNOWN_CODE, files_asked_about, period_not_said
from rollbook.posting.slips import SLIP, unlike_files
from rollbook.problems import counted
from rollbook.workbooks.keeping import waiting_workbooks
from watcher.folder import listing

ROOM_NEEDED = 1 << 30

_WHICH_PERIOD = (
    "Nobody has said which period decides the day; P2 does until then: rollbook import settle"
)
_UNKNOWN_CODES = "Held rows have codes that nobody has explained: rollbook import settle"


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    app.command("init")(init)
    app.command("status")(status)
    app.command("doctor")(doctor)


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The new office folder.")],
    jurisdiction: Annotated[str, typer.Option(help="us-tx, us-ca or gb-eng.")],
    name: Annotated[str, typer.Option(help="The school's or district's name.")],
) -> None:
    """Make a new office: its settings, calendar and folders."""
    make_office(folder, jurisdiction, name)
    say(f"The office is made: {folder}")
    say(f"1. Fill in {folder / 'office.toml'} (letterhead, contact, who signs).")
    say(f"2. Check {folder / 'calendar.toml'} (terms and closures), then set checked = true.")
    say(f"3. Drop the roster and the first export into {folder / 'drop'} and run:")
    say(f'   rollbook once --office "{folder}"')


def status(office: OfficeOption = HERE, json: JsonOption = False) -> None:
    """What came in, what is held, what is owed, and how many letters stand where."""
    with opened(office) as opened_office:
        facts = _facts(opened_office)
    if json:
        show_json(facts)
        return
    say(f"{facts['office']} ({facts['jurisdiction']})")
    show_rows("", ("", "count"), list(facts["counts"].items()))
    for sentence in facts["to_do"]:
        say(f"→ {sentence}")


def _facts(office: Office) -> dict[str, Any]:
    with office.ledger.read() as connection:
        postings = book.postings(connection)
        held = book.held_rows(connection)
        owed = book.owed(connection)
        letters = letter_book.letters(connection)
        conflicts = len(sheet_entries.open_conflicts(connection))
        asks_period = period_not_said(office, connection)
    states = {state: sum(one.state is state for one in letters) for state in State}
    waiting = len(listing(office.folders.drop))
    unlike = len(unlike_files(office.folders.refused))
    asked = len(files_asked_about(office))
    counts = {
        "files posted": len(postings),
        "files waiting in the drop folder": waiting,
        "files refused": _refused(office) - unlike - asked,
        "files that wait for an answer": asked,
        "files that wait for a yes": unlike,
        "rows held": len(held),
        **{f"letters {state.value}": number for state, number in states.items() if number},
    }
    return {
        "office": office.settings.name,
        "jurisdiction": office.policy.title,
        "last_posting": postings[-1].at if postings else None,
        "counts": counts,
        "owed": [
            {"work": row["work"], "tries": row["tries"], "reason": row["last_reason"]}
            for row in owed
        ],
        "to_do": [
            *_to_do(office, waiting, len(held), states, owed, conflicts),
            *_of_files(office, counts["files refused"], asked),
            *([_UNKNOWN_CODES] if any(row["slug"] == UNKNOWN_CODE for row in held) else []),
            *([_WHICH_PERIOD] if asks_period else []),
        ],
    }


def _refused(office: Office) -> int:
    """Count the files in the folder of what was refused; exports may be .txt, as their slips."""
    return sum(not file.name.endswith(SLIP) for file in office.folders.refused.iterdir())


def _of_files(office: Office, refused: int, asked: int) -> Iterator[str]:
    if asked:
        yield asked_about(asked)
    if refused:
        slips = office.folders.refused
        yield f"{counted(refused, 'file')} not posted: see the {SLIP} files in {slips}"


def _to_do(
    office: Office,
    waiting: int,
    held: int,
    states: dict[State, int],
    owed: Sequence[object],
    conflicts: int,
) -> Iterator[str]:
    if waiting or owed:
        yield "Work is waiting: rollbook once"
    unlike = len(unlike_files(office.folders.refused))
    if unlike:
        yield f"{counted(unlike, 'file')} unlike the last of its kind: rollbook waiting"
    yield from dict.fromkeys(one.why for one in waiting_workbooks(office))
    if conflicts:
        lines = counted(conflicts, "line")
        yield f"{lines} of workbooks' logs against the ledger: rollbook workbook conflicts"
    if held:
        yield f"{counted(held, 'row')} held: see the .held.txt files in {office.folders.posted}"
    if states[State.PREPARED] or states[State.HELD]:
        yield "Letters wait for a look: rollbook letters list, then rollbook letters approve --all"
    if states[State.APPROVED]:
        yield "Letters are approved: rollbook letters print"
        if office.settings.email.host:
            yield "Those that may go by e-mail: rollbook letters send"
    if states[State.PRINTED]:
        yield "Letters are printed; when posted: rollbook letters mailed --all"
    if lacking := settings_lacking(office):
        yield f"Letters lack {', '.join(lacking)}: fill in office.toml"
    if office.calendar.guessed:
        yield "The school calendar is a guess: check calendar.toml and set checked = true"


def doctor(
    office: OfficeOption = HERE,
    json: JsonOption = False,
    connect: Annotated[bool, typer.Option("--try", help="Ask the mail server too.")] = False,
) -> None:
    """Check the office: disk, shares, LibreOffice, letterhead, calendar, e-mail, what Excel needs.

    With --try the mail server is asked whether it takes letters; nothing is sent.
    """
    with opened(office) as opened_office:
        checks = [*_checks(opened_office), *mail_checks(opened_office, connect=connect)]
    if json:
        show_json(
            {"checks": [{"check": name, "fine": fine, "says": says} for name, fine, says in checks]}
        )
    else:
        rows = [(name, "fine" if fine else "look", says) for name, fine, says in checks]
        show_rows("", ("check", "", "says"), rows)
    if not all(fine for _, fine, _ in checks):
        raise typer.Exit(1)


def _checks(office: Office) -> Iterator[tuple[str, bool, str]]:
    yield "Python and SQLite", True, f"Python {sys.version.split()[0]}, SQLite {sqlite_version()}"
    share = network_file_system(office.folders.drop)
    yield (
        "drop folder",
        True,
        f"on a share ({share}): looked through by time" if share else "on this computer",
    )
    free = shutil.disk_usage(office.folders.root).free
    yield "free space", free > ROOM_NEEDED, f"{free / (1 << 30):.1f} GB"
    program = converter()
    without = "not installed: documents are made as Word files only"
    yield "LibreOffice", program is not None, str(program) if program else without
    missing = [*settings_lacking(office), *(() if office.settings.clerk else ("clerk",))]
    empty = f"still empty: {', '.join(missing)}"
    yield "office.toml", not missing, empty if missing else "filled in"
    guess = "a guess: check terms and closures, then set checked = true"
    guessed = office.calendar.guessed
    yield "calendar.toml", not guessed, guess if guessed else "checked"
    lacking = letters_without_template(office.policy, office.folders.templates)
    yield "letter templates", not lacking, str(lacking[0]) if lacking else "one for each letter"
    yield from addin_checks(office)
    if program is None:
        complain("Without LibreOffice everything works but PDF. It is free: libreoffice.org")
