"""`rollbook letters send` and `bounced`: letters by e-mail, and what came back."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from rollbook.cli.app import HERE, JsonOption, OfficeOption, opened
from rollbook.cli.letters import (
    SerialsArgument,
    as_serial,
    letter_as_json,
    letters,
    letters_are,
    now,
    tell_workbooks,
)
from rollbook.cli.show import complain, progress, say, show_json, show_rows, telling
from rollbook.ledger.deliveries import Delivery
from rollbook.ledger.letters import Letter, State
from rollbook.letters.bounces import BY_HAND, Bounced, note_bounced, note_reports, reports_in
from rollbook.letters.mail_server import MailServer
from rollbook.letters.sending import HELD, Sending, send_letters, ways_of
from rollbook.letters.ways import (
    EMAIL,
    NOT_SENT,
    POST,
    PUT_OFF,
    REFUSED,
    SENT,
    UNKNOWN,
    Way,
    unclear,
)
from rollbook.office import Office
from rollbook.problems import RollbookError, counted
from watcher.rounds import update_logs

TOLD = {
    HELD: "is held",
    PUT_OFF: "was put off by the mail server and is tried again later",
    REFUSED: "cannot go by e-mail and goes by post",
    NOT_SENT: "was not sent",
    UNKNOWN: "may have gone or not: the mail server took it and gave no answer",
}
"""What is said of a letter that was not sent, by what became of it."""


# --- send -----------------------------------------------------------------------------------------


@letters.command()
def send(
    serials: SerialsArgument = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show which way each letter goes, and why.")
    ] = False,
    office: OfficeOption = HERE,
    json: JsonOption = False,
) -> None:
    """E-mail the approved letters that may go by e-mail, as PDF; all others are printed."""
    named = list(dict.fromkeys(map(as_serial, serials or ())))
    with opened(office) as opened_office:
        if dry_run:
            _show_ways(opened_office, named, json)
            return
        with progress() as bar:
            done = send_letters(opened_office, now, named, tell=telling(bar))
        followed = update_logs(opened_office)
        doubtful = _unclear(opened_office)
        left = [] if named else [one for one, way in ways_of(opened_office) if way.method == POST]
    if json:
        show_json(_as_json(done, doubtful, left))
    else:
        _tell(done, doubtful, left)
        tell_workbooks(followed)
    if done.stopped or len(done.serials(SENT)) < len(done.outcomes):
        raise typer.Exit(1)


def _show_ways(office: Office, named: Sequence[str], json: bool) -> None:
    found = ways_of(office, named)
    doubtful = _unclear(office)
    if json:
        show_json({"letters": [_way_as_json(one, way) for one, way in found],
                   "unclear": [one.serial for one, _ in doubtful]})  # fmt: skip
        return
    if found:
        show_rows(
            "How the approved letters go",
            ("serial", "id", "letter", "to", "way", "address or why not"),
            [
                (one.serial, one.student_id, one.trigger, one.guardian["name"], way.method,
                 _where(way))
                for one, way in found
            ],
        )  # fmt: skip
    else:
        say("No letter is approved. Read them: rollbook letters list --state prepared")
    _tell_unclear(doubtful)


def _where(way: Way) -> str:
    if way.method == EMAIL and way.not_before:
        return f"{way.address}, put off: not before {way.not_before:%Y-%m-%d %H:%M}"
    return way.why or way.address


def _way_as_json(letter: Letter, way: Way) -> dict[str, object]:
    return {
        "serial": letter.serial,
        "way": way.method,
        "address": way.address,
        "why": way.why,
        "not_before": way.not_before.isoformat() if way.not_before else None,
    }


def _as_json(
    done: Sending, doubtful: Sequence[tuple[Letter, Delivery]], left: Sequence[Letter]
) -> dict[str, object]:
    return {
        "letters": done.outcomes,
        "folder": str(done.folder) if done.folder else None,
        "stopped": done.stopped,
        "unclear": [one.serial for one, _ in doubtful],
        "by_post": [one.serial for one in left],
    }


def _tell(
    done: Sending, doubtful: Sequence[tuple[Letter, Delivery]], left: Sequence[Letter]
) -> None:
    for serial, note in done.notes:
        say(f"{serial}: {note}")
    for one in done.outcomes:
        if one.state in TOLD and one.state != UNKNOWN:
            complain(f"{one.serial} {TOLD[one.state]}: {one.why}")
    sent = done.serials(SENT)
    if sent:
        say(f"{letters_are(len(sent))} sent by e-mail. A copy of each: {done.folder}")
        say("What comes back: rollbook letters bounced SERIAL, or the folder with the reports")
    elif not done.outcomes:
        say(
            "No letter is to go by e-mail now. Which way each goes: rollbook letters send --dry-run"
        )
    if done.stopped:
        complain(done.stopped)
    _tell_unclear(doubtful)
    if left:
        say(f"{counted(len(left), 'approved letter')} for the post: rollbook letters print")


def _tell_unclear(doubtful: Sequence[tuple[Letter, Delivery]]) -> None:
    """Name the letters that may have gone or not, and what a clerk can do about each."""
    for letter, last in doubtful:
        complain(
            f"{letter.serial} to {last.address}, {last.at[:16].replace('T', ' ')}: nobody knows "
            "whether it went. Look in the sent mail of the mailbox, or ask the family. If it went: "
            f"rollbook letters mailed {letter.serial}   If not: rollbook letters send "
            f"{letter.serial}   By post: rollbook letters print {letter.serial}"
        )


def _unclear(office: Office) -> list[tuple[Letter, Delivery]]:
    with office.ledger.read() as connection:
        return unclear(connection)


def mail_checks(office: Office, *, connect: bool) -> Iterator[tuple[str, bool, str]]:
    """Check what `rollbook doctor` says of e-mail; with ``connect`` the mail server is asked."""
    email = office.settings.email
    if not email.host:
        yield "e-mail", True, "not set up: all letters go by post"
        return
    try:
        password = email.find_password(office.folders.root)
        if connect:
            with MailServer(email, password, office.folders.root):
                pass
    except RollbookError as error:
        yield "e-mail", False, str(error)
        return
    server = f"{email.host}, port {email.server_port}, from {email.sender}"
    answered = "it answers" if connect else "ask it with: rollbook doctor --try"
    yield "e-mail", True, f"{server}; {answered}"
    none = "none: name the letters that may, under [email] in office.toml"
    legal = _state_law(office)
    says = ", ".join(email.letters) or none
    if legal:
        says += f"; {', '.join(legal)} must state the law: by post there is evidence of it"
    yield "letters by e-mail", bool(email.letters), says
    doubtful = len(_unclear(office))
    if doubtful:
        why = "nobody knows whether they went: rollbook letters send --dry-run"
        yield "e-mails in doubt", False, f"{counted(doubtful, 'letter')}; {why}"


def _state_law(office: Office) -> list[str]:
    """Return the rules whose letters go by e-mail and have to say something by law."""
    by_email = [one for one in office.policy.triggers if one.id in office.settings.email.letters]
    today = now().date()
    return [
        one.id
        for one in by_email
        if any(
            one.letter in statement.letters and not statement.never
            for statement in office.policy.must_say(one.letter, today)
        )
    ]


# --- bounced --------------------------------------------------------------------------------------


@letters.command()
def bounced(
    which: Annotated[
        list[str],
        typer.Argument(
            metavar="WHICH…",
            help="Serials, e-mail addresses, .eml files, or a folder of .eml files.",
        ),
    ],
    reason: Annotated[str, typer.Option(help="Why it came back.")] = BY_HAND,
    office: OfficeOption = HERE,
    json: JsonOption = False,
) -> None:
    """Note e-mails that came back: by serial or address, or from the mail server's reports."""
    reports, named = _parted(which)
    with opened(office) as opened_office:
        at = now()
        found = [
            note_bounced(opened_office, named, at, reason),
            note_reports(opened_office, reports, at),
        ]
        followed = update_logs(opened_office)
    done = Bounced(
        [letter for one in found for letter in one.letters],
        [sentence for one in found for sentence in one.unmatched],
    )
    if json:
        show_json({"letters": [letter_as_json(letter) for letter in done.letters],
                   "unmatched": done.unmatched})  # fmt: skip
        return
    for sentence in done.unmatched:
        complain(sentence)
    returned = [one for one in done.letters if one.state is State.RETURNED]
    say(f"{letters_are(len(returned))} returned now." if returned else "Nothing new came back.")
    tell_workbooks(followed)
    if returned:
        say("Correct the addresses in the SIS. Print these letters for the post, with:")
        say(f"  rollbook letters print {' '.join(one.serial for one in returned)}")


def _parted(which: Iterable[str]) -> tuple[list[Path], list[str]]:
    """Part reports in files from serials and addresses."""
    reports: list[Path] = []
    named: list[str] = []
    for one in which:
        path = Path(one)
        if path.is_dir():
            reports += reports_in(path)
        elif path.suffix.lower() == ".eml":
            reports.append(path)
        else:
            named.append(one if "@" in one else as_serial(one))
    return reports, named
