"""Sending letters by e-mail: looked at like letters that print, then one message a guardian.

Whatever instant the program ends at, the log says where each letter stands::

    approved ──► printed by e-mail, “sending” ──► mailed, “sent”
        ▲             (entered before)          (entered when the server has taken it)
        └── “put off” · “refused” · “not sent”

A letter found between the two has gone or has not: nobody knows. It is shown to the clerk and not
sent again unless named. What is put off stays approved, and is judged anew before the next try.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rollbook.documents.pdf import letters_to_pdf
from rollbook.ledger import Connection
from rollbook.ledger import letters as book
from rollbook.ledger.deliveries import Delivery, save_deliveries
from rollbook.ledger.letters import Event, Letter, State
from rollbook.letters.emails import Attached, email_to, new_message_id
from rollbook.letters.last_look import Tell, last_look, tell_nobody
from rollbook.letters.life import enter, named_letters, refuse_unless_allowed, take
from rollbook.letters.mail_files import Made, MakePdfs, make_files, own_folder, tidy
from rollbook.letters.mail_server import Answer, MailError, MailServer, Result
from rollbook.letters.printing import one_printing, place_of
from rollbook.letters.ways import (
    EMAIL,
    NOT_SENT,
    PUT_OFF,
    REFUSED,
    SENDING,
    SENT,
    UNKNOWN,
    Way,
    Ways,
)
from rollbook.office import Office
from rollbook.problems import NotAllowed, counted
from rollbook.standing import Standing, read_standing

HELD = "held"
MOST_IN_A_ROW = 3  # so many messages not taken one after the other: the matter is not the letters

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one letter: a state of a delivery or “held”, and why."""

    serial: str
    state: str
    address: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Sending:
    """What one run did with each letter, where the files are, and why it stopped early if so."""

    outcomes: Sequence[Outcome] = ()
    folder: Path | None = None
    stopped: str = ""
    notes: Sequence[tuple[str, str]] = ()

    def serials(self, state: str) -> list[str]:
        """Return the letters that came out so."""
        return [one.serial for one in self.outcomes if one.state == state]


def ways_of(office: Office, serials: Sequence[str] = ()) -> list[tuple[Letter, Way]]:
    """Return the way of each approved letter, or of those named; nothing is entered."""
    standing = read_standing(office)
    with office.ledger.read() as connection:
        ways = Ways.read(office, standing, connection)
        if serials:
            found = named_letters(connection, serials)
        else:
            found = book.letters(connection, states=(State.APPROVED,))
    return [(one, ways.of(one, named=bool(serials))) for one in found]


def send_letters(
    office: Office,
    clock: Clock,
    serials: Sequence[str] = (),
    *,
    tell: Tell = tell_nobody,
    wait: Callable[[float], None] = time.sleep,
    make_pdfs: MakePdfs = letters_to_pdf,
) -> Sending:
    """Send the approved letters whose way is e-mail, or the letters named.

    A named letter is sent whatever became of it before, if its rule may go by e-mail. Raises
    ``NotAllowed`` when no mail server is set or a named letter must not go, ``MailError`` when the
    server cannot be used; nothing is sent then.
    """
    email = office.settings.email
    if not email.host:
        raise NotAllowed(
            "office.toml names no mail server. Fill in host and sender under [email], and the "
            "letters that may go by e-mail. Until then they go by post: rollbook letters print"
        )
    with one_printing(office):
        tidy(office)
        at = clock()
        standing = read_standing(office)
        to_send = _to_send(office, standing, at, serials)
        addresses = {letter.serial: address for letter, address in to_send}
        looked = last_look(office, standing, [letter for letter, _ in to_send], at, tell)
        outcomes = [Outcome(one.serial, HELD, addresses[one.serial], why)
                    for one, why in looked.held]  # fmt: skip
        if not looked.ready:
            return Sending(outcomes, notes=looked.notes)
        password = email.find_password(office.folders.root)
        with MailServer(email, password, office.folders.root) as server:  # before any work is done
            folder = own_folder(office, at)
            try:
                made, unmade = make_files(office, folder, looked.ready, addresses, make_pdfs, tell)
                if not made and len(unmade) >= MOST_IN_A_ROW:  # it is not the letters
                    raise NotAllowed(f"{next(iter(unmade.values()))} Nothing was sent.")
                outcomes += _note_unmade(office, clock(), unmade, addresses)
                stopped = _send_all(office, clock, server, made, outcomes, wait)
            finally:
                tidy(office)
        return Sending(outcomes, folder if folder.exists() else None, stopped, looked.notes)


# --- which letters go -----------------------------------------------------------------------------


def _to_send(
    office: Office, standing: Standing, at: datetime, serials: Sequence[str]
) -> list[tuple[Letter, str]]:
    """Return the letters whose way is e-mail now, without words, and the address of each."""
    with office.ledger.read() as connection:
        ways = Ways.read(office, standing, connection)
        if not serials:
            approved = book.letters(connection, states=(State.APPROVED,), words=False)
            with_ways = [(one, ways.of(one)) for one in approved]
            return [(one, way.address) for one, way in with_ways if way.may_go(at)]
        letters = named_letters(connection, serials, words=False)
    refuse_unless_allowed(letters, State.PRINTED)
    found = [(one, ways.of(one, named=True)) for one in letters]
    for letter, way in found:
        if way.method != EMAIL:
            why = way.why or f"{letter.trigger} is not among the letters under [email]"
            raise NotAllowed(f"{letter.serial} cannot go by e-mail: {why}. Nothing was sent.")
    return [(letter, way.address) for letter, way in found]


def _note_unmade(
    office: Office, at: datetime, unmade: Mapping[str, str], addresses: Mapping[str, str]
) -> list[Outcome]:
    """Enter the letters of which no PDF could be made: from now on they go by post."""
    stamp, clerk = at.isoformat(timespec="seconds"), office.settings.clerk
    with office.ledger.write() as connection:
        save_deliveries(
            connection,
            [
                Delivery(serial, EMAIL, addresses[serial], REFUSED, why, "", stamp, clerk)
                for serial, why in unmade.items()
            ],
        )
    return [Outcome(serial, REFUSED, addresses[serial], why) for serial, why in unmade.items()]


# --- one message after another --------------------------------------------------------------------


def _send_all(
    office: Office,
    clock: Clock,
    server: MailServer,
    made: Sequence[Made],
    outcomes: list[Outcome],
    wait: Callable[[float], None],
) -> str:
    """Send one message a guardian; return why it stopped early, or nothing."""
    in_a_row = 0
    for number, letters in enumerate(_by_guardian(made)):
        if number:
            wait(60 / office.settings.email.per_minute)
        try:
            server.connect()
        except MailError as error:
            return str(error)
        answer, told = _send(office, clock, server, letters)
        outcomes += told
        if answer.result is Result.STOP:
            return (
                f"The mail server takes nothing from {office.settings.email.sender}: "
                f"{answer.said}. Look at [email] in office.toml, or ask whoever runs it."
            )
        in_a_row = 0 if answer.result is Result.TAKEN else in_a_row + 1
        if in_a_row == MOST_IN_A_ROW:
            return (
                f"The mail server did not take {counted(in_a_row, 'message')} one after the other; "
                f"the last time: {answer.said}. The others were not tried. Ask whoever runs it."
            )
    return ""


def _by_guardian(made: Sequence[Made]) -> Iterator[list[Made]]:
    """Put together what goes to the same person at the same address."""
    together: dict[tuple[str, str], list[Made]] = defaultdict(list)
    for one in made:
        key = str(one.letter.guardian["name"]).casefold(), one.address.casefold()
        together[key].append(one)
    yield from together.values()


def _send(
    office: Office, clock: Clock, server: MailServer, letters: Sequence[Made]
) -> tuple[Answer, list[Outcome]]:
    """Send one message: note the try, make it, note what became of it."""
    settings, first = office.settings, letters[0]
    message_id = new_message_id(settings.email)
    pdfs = {one.letter.serial: one.pdf.read_bytes() for one in letters}
    ready, left = _begin(office, clock(), letters, message_id)
    if not ready:
        return Answer(Result.TAKEN), left
    message = email_to(
        settings,
        guardian=str(first.letter.guardian["name"]),
        address=first.address,
        language=first.letter.language,
        attached=[Attached(one.letter.serial, pdfs[one.letter.serial]) for one in ready],
        message_id=message_id,
        at=clock(),
    )
    answer = server.send(message, settings.email.sender, first.address)
    return answer, [*left, *_end(office, clock(), ready, message_id, answer)]


def _begin(
    office: Office, at: datetime, letters: Sequence[Made], message_id: str
) -> tuple[list[Made], list[Outcome]]:
    """Enter that letters are being sent, but those that took another step in the meantime."""
    stamp, clerk = at.isoformat(timespec="seconds"), office.settings.clerk
    with office.ledger.write() as connection:
        serials = [one.letter.serial for one in letters]
        now = {one.serial: one.state for one in book.letters(connection, serials=serials)}
        ready = [one for one in letters if now[one.letter.serial] is one.letter.state]
        book.save_events(
            connection,
            [
                Event(
                    one.letter.serial,
                    State.PRINTED,
                    stamp,
                    clerk,
                    f"by e-mail to {one.address}",
                    file=place_of(office, one.file),
                    method=EMAIL,
                    digest=one.digest,
                )
                for one in ready
            ],
        )
        _log(office, connection, ready, SENDING, "", message_id, stamp)
    left = [
        Outcome(
            one.letter.serial,
            NOT_SENT,
            one.address,
            f"it became {now[one.letter.serial].value} while the letters were made",
        )
        for one in letters
        if one not in ready
    ]
    return ready, left


_STATES = {
    Result.TAKEN: SENT,
    Result.LATER: PUT_OFF,
    Result.NEVER: REFUSED,
    Result.STOP: NOT_SENT,
    Result.UNKNOWN: UNKNOWN,
}


def _end(
    office: Office, at: datetime, letters: Sequence[Made], message_id: str, answer: Answer
) -> list[Outcome]:
    """Enter what became of the letters of one message."""
    state = _STATES[answer.result]
    stamp = at.isoformat(timespec="seconds")
    with office.ledger.write() as connection:
        _log(office, connection, letters, state, answer.said, message_id, stamp)
        serials = [one.letter.serial for one in letters]
        now = [one for one in book.letters(connection, serials=serials)
               if one.state is State.PRINTED]  # fmt: skip
        if state == SENT:
            note = f"to {letters[0].address}"
            take(office, connection, now, State.MAILED, at, note, method=EMAIL)
        elif state != UNKNOWN:
            why = _why_back(state, answer.said)
            enter(office, connection, now, State.APPROVED, at, why, method=EMAIL)
    return [Outcome(one.letter.serial, state, one.address, answer.said) for one in letters]


def _why_back(state: str, said: str) -> str:
    if state == REFUSED:
        return f"the mail server refused it ({said}); it goes by post"
    if state == PUT_OFF:
        return f"the mail server put it off ({said}); it is tried again"
    return f"the mail server did not take it ({said})"


def _log(
    office: Office,
    connection: Connection,
    letters: Sequence[Made],
    state: str,
    reason: str,
    message_id: str,
    stamp: str,
) -> None:
    clerk = office.settings.clerk
    save_deliveries(
        connection,
        [
            Delivery(one.letter.serial, EMAIL, one.address, state, reason, message_id, stamp, clerk)
            for one in letters
        ],
    )
