"""E-mails that came back: noted by hand, or read from the mail server's own reports (RFC 3464).

A letter whose e-mail came back told nobody anything. It is *returned*, like one that the post
brings back, and its way is the post from then on; so is that of every later letter to the address,
until the roster has another.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, message_from_string
from email.message import Message
from email.policy import default
from pathlib import Path

from rollbook.ledger import Connection
from rollbook.ledger import letters as book
from rollbook.ledger.deliveries import Delivery, save_deliveries
from rollbook.ledger.letters import Letter, State
from rollbook.letters.life import take
from rollbook.letters.ways import BOUNCED, EMAIL, SENDING, SENT, UNKNOWN, Tried, by_email
from rollbook.office import Office, is_address
from rollbook.problems import NotAllowed, why_not_now

BY_HAND = "noted by hand"
_LARGEST = 25 * 1024 * 1024  # bytes; a report of a mail server is a few thousand
_MAY_BOUNCE = (SENT, SENDING, UNKNOWN)


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a mail server reports: which message could not be delivered to whom, and why."""

    message_id: str
    address: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Bounced:
    """What became of reports: the letters returned now, and what could not be matched, and why."""

    letters: Sequence[Letter] = ()
    unmatched: Sequence[str] = ()


def note_bounced(
    office: Office, which: Sequence[str], at: datetime, reason: str = BY_HAND
) -> Bounced:
    """Note that e-mails came back: of these serials, or the last ones to these addresses.

    Raises ``NotAllowed`` for a serial or address to which no e-mail went; nothing changes then.
    """
    with office.ledger.write() as connection:
        tried = Tried.read(connection)
        found: list[Delivery] = []
        for one in which:
            steps = _of_address(tried, one) if "@" in one else tried.of_letter(one.upper())
            sent = [step for step in steps if step.state in _MAY_BOUNCE]
            if not sent:
                raise NotAllowed(
                    f"No e-mail of Rollbook went to {one}. Nothing was changed."
                    if "@" in one
                    else f"Letter {one} did not go by e-mail. Nothing was changed."
                )
            found += _of_message(tried, sent[-1].message_id)
        return Bounced(_enter(office, connection, tried, found, reason, at))


def note_reports(office: Office, paths: Iterable[Path], at: datetime) -> Bounced:
    """Read a mail server's reports from ``.eml`` files and note what came back.

    A report may be read again: a letter that is returned already stays as it is. Files that are no
    report, or not of a message of ours, are named with the reason.
    """
    letters: list[Letter] = []
    unmatched: list[str] = []
    for path in paths:
        try:
            content = path.read_bytes()[:_LARGEST]
        except OSError as error:
            unmatched.append(f"{path.name}: it cannot be read, {why_not_now(error)}")
            continue
        bounces = list(bounces_in(content))
        if not bounces:
            unmatched.append(f"{path.name}: it does not report an e-mail that came back")
        for bounce in bounces:
            with office.ledger.write() as connection:
                tried = Tried.read(connection)
                found = _of_message(tried, bounce.message_id)
                if not found:
                    unmatched.append(f"{path.name}: it is about no e-mail of Rollbook")
                letters += _enter(office, connection, tried, found, bounce.reason, at)
    return Bounced(letters, unmatched)


def reports_in(folder: Path) -> list[Path]:
    """Return the ``.eml`` files of a folder."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() == ".eml")


def bounces_in(content: bytes) -> Iterator[Bounce]:
    """Give what a report says of each message that will not be delivered.

    A report that a message is only late says nothing here: the server goes on trying.
    """
    report = message_from_bytes(content, policy=default)
    message_id = _message_reported(report)
    if not message_id:
        return
    for part in report.walk():
        if part.get_content_type() == "message/delivery-status":
            failed = [fields for fields in _messages_in(part) if _failed(fields)]
            if failed:
                yield Bounce(message_id, _recipient(failed[0]), _reason(failed[0]))
                return


def _message_reported(report: Message) -> str:
    """Return the name of the message that a report is about."""
    for part in report.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822" and part is not report:
            for inner in _messages_in(part):
                return _text(inner.get("Message-ID"))
        if kind == "text/rfc822-headers":
            content = part.get_payload(decode=True)
            text = content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
            return _text(message_from_string(text).get("Message-ID"))
    return _text(report.get("In-Reply-To")) or _text(report.get("References")).partition(" ")[0]


def _messages_in(part: Message) -> Iterator[Message]:
    inside = part.get_payload()
    if isinstance(inside, list):
        yield from (one for one in inside if isinstance(one, Message))


def _failed(fields: Message) -> bool:
    return _text(fields.get("Action")).lower() == "failed"


def _recipient(fields: Message) -> str:
    said = _text(fields.get("Original-Recipient")) or _text(fields.get("Final-Recipient"))
    address = said.rpartition(";")[2].strip()
    return address if is_address(address) else ""


def _reason(fields: Message) -> str:
    diagnostic = _text(fields.get("Diagnostic-Code")).partition(";")[2].strip()
    return (diagnostic or f"status {_text(fields.get('Status'))}")[:300]


def _text(value: object) -> str:
    return " ".join(str(value).split()) if value else ""


def _of_address(tried: Tried, address: str) -> list[Delivery]:
    wanted = address.strip().casefold()
    return [one for one in tried.attempts if one.address.casefold() == wanted]


def _of_message(tried: Tried, message_id: str) -> list[Delivery]:
    """Return the last step of each letter that a message carried."""
    steps = [one for one in tried.attempts if one.message_id == message_id]
    by_serial = {one.serial: one for one in steps if one.state in _MAY_BOUNCE}
    return list(by_serial.values())


def _enter(
    office: Office,
    connection: Connection,
    tried: Tried,
    sent: Sequence[Delivery],
    reason: str,
    at: datetime,
) -> list[Letter]:
    """Enter that e-mails came back, unless that is known, and return the letters returned."""
    stamp, clerk = at.isoformat(timespec="seconds"), office.settings.clerk
    new = [one for one in sent if not _known(tried, one)]
    back = [
        Delivery(one.serial, EMAIL, one.address, BOUNCED, reason, one.message_id, stamp, clerk)
        for one in new
    ]
    save_deliveries(connection, back)
    serials = [one.serial for one in new]
    letters = book.letters(connection, serials=serials) if serials else []
    for letter in letters:
        if not by_email(connection, letter):  # printed since, or void
            continue
        if letter.state is State.PRINTED:  # nobody knew whether it had gone; it had
            take(office, connection, [letter], State.MAILED, at, method=EMAIL)
        note = f"its e-mail came back: {reason}"
        take(office, connection, [letter], State.RETURNED, at, note, method=EMAIL)
    return book.letters(connection, serials=serials) if serials else []


def _known(tried: Tried, one: Delivery) -> bool:
    return any(
        step.state == BOUNCED and step.message_id == one.message_id
        for step in tried.of_letter(one.serial)
    )
