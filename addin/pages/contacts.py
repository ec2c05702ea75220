"""Logging what was done about a student, and taking an entry back, as `rollbook log` does."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from rollbook.ledger import care
from rollbook.ledger import postings as book
from rollbook.letters import PENALTY_NOTICE, log_action, notice_sentence
from rollbook.office import Office
from rollbook.problems import NotAllowed
from rollbook.register import ACTIONS, SSA_NOTIFIED, SSA_PAGES_KEPT, Action
from rollbook.standing import Standing
from rollbook.verification.words import read_day

STRUCK = "Logged by mistake, taken back in the pane"


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact that takes one click: its name in the form, its words, and what is logged."""

    name: str
    says: str
    kind: str
    note: str = ""


CONTACTS = (
    Contact("spoke", "Called: spoke", "call", "Spoke"),
    Contact("no-answer", "Called: no answer", "call", "No answer"),
    Contact("voicemail", "Message left", "call", "Left a message"),
    Contact("message", "Text sent", "message"),
    Contact("email", "Email sent", "email"),
    Contact("meeting", "Meeting", "meeting"),
    Contact("home-visit", "Home visit", "home-visit"),
)
_NOT_THERE: Mapping[str, frozenset[str]] = {
    "gb-eng": frozenset(
        {"attendance-recovery", "report", "conference", SSA_PAGES_KEPT, SSA_NOTIFIED}
    ),
    "us-tx": frozenset({PENALTY_NOTICE, "notice-to-improve", "return", "report"}),
    "us-ca": frozenset({PENALTY_NOTICE, "notice-to-improve", "return"}),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What the clerk filled in."""

    contact: str
    guardian: str = ""
    note: str = ""
    day: str = ""
    received: str = ""
    until: str = ""


def contacts_in(jurisdiction: str) -> tuple[list[Contact], list[str]]:
    """Return the contacts of one click, and the other actions that can be logged there."""
    first = list(CONTACTS)
    quick = {one.kind for one in first}
    unknown = _NOT_THERE.get(jurisdiction, frozenset())
    return first, [one for one in ACTIONS if one not in quick and one not in unknown]


def log_contact(
    office: Office, standing: Standing, student_id: str, said: Said, now: datetime
) -> str:
    """Enter what was done and say so. Raises ``NotAllowed`` and enters nothing otherwise."""
    student = standing.students.get(student_id)
    if student is None:
        raise NotAllowed(standing.no_student(student_id))
    kind, note = _kind(office, said)
    guardians = {one.name for one in standing.guardians.get(student_id, ())}
    if said.guardian and said.guardian not in guardians:
        raise NotAllowed(
            f"“{said.guardian}” is no guardian of {student.name}. Nothing was logged. For anybody "
            "else write the name in the note."
        )
    action = Action(
        student_id,
        _day(said.day, "day") or now.date(),
        kind,
        said.guardian,
        note,
        _day(said.received, "day it was received"),
        _day(said.until, "day it is over"),
        office.settings.clerk,
        now.isoformat(timespec="seconds"),
    )
    with office.ledger.write() as connection:
        logged = log_action(office, connection, action, now.date())
    about = notice_sentence(
        logged, "take it back below.", "“Reached the family on”", "“With or to”"
    )
    return f"Logged: {kind.replace('-', ' ')}, about {student.name}. {about}".strip()


def take_back(office: Office, student_id: str, number: int, now: datetime) -> str:
    """Strike an entry off the log; the trail keeps it. Raises ``NotAllowed`` when there is none."""
    with office.ledger.write() as connection:
        mine = {one.number for one in care.actions(connection, student_id)}
        struck = None
        if number in mine:
            at = now.isoformat(timespec="seconds")
            struck = care.strike_action(connection, number, STRUCK, office.settings.clerk, at)
        if struck is None:
            raise NotAllowed("This entry was taken back already, or is about another student.")
        book.owe_again(connection)
    return f"Taken back: {struck.kind.replace('-', ' ')}. The trail keeps it."


def _kind(office: Office, said: Said) -> tuple[str, str]:
    first, others = contacts_in(office.policy.jurisdiction)
    chosen = next((one for one in first if one.name == said.contact), None)
    if chosen:
        parts = [one for one in (chosen.note, said.note.strip()) if one]
        return chosen.kind, ". ".join(parts)
    if said.contact in others:
        return said.contact, said.note.strip()
    raise NotAllowed("Choose what was done, then press Save. Nothing was logged.")


def _day(text: str, what: str) -> date | None:
    if not text.strip():
        return None
    found = read_day(text)
    if found is None:
        raise NotAllowed(f"“{text}” is no {what}. Choose a day. Nothing was logged.")
    return found
