"""Logging what was done about a student, and taking an entry back, as `rollbook log` does."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from rollbook.ledger import care
from rollbook.ledger import postings as book
from rollbook.office import Office
from rollbook.problems import NotAllowed
from rollbook.register import ACTIONS, Action
from rollbook.rules import penalty_notice
from rollbook.standing import Standing
from rollbook.verification.words import read_day

PENALTY_NOTICE = "penalty-notice"
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
    "gb-eng": frozenset({"attendance-recovery", "report", "conference"}),
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
    _refuse_odd_days(action, now.date())
    with office.ledger.write() as connection:
        action = care.save_action(connection, action)
        warning = _about_notice(office, action, care.actions(connection, student_id))
        book.owe_again(connection)
    return f"Logged: {action.kind.replace('-', ' ')}, about {student.name}.{warning}"


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


def _refuse_odd_days(action: Action, today: date) -> None:
    if action.day > today:
        raise NotAllowed(
            f"{action.day} is still to come. Log what was done, on the day it was done. Nothing "
            "was logged."
        )
    for word, day in (("received", action.received), ("over", action.until)):
        if day and day < action.day:
            raise NotAllowed(
                f"It cannot be {word} on {day}, before the day it was done, {action.day}. Nothing "
                "was logged."
            )


def _about_notice(office: Office, action: Action, log: list[Action]) -> str:
    """Say which notice a penalty notice is, and when the framework allows no more of them."""
    pack = office.policy
    if action.kind != PENALTY_NOTICE or not pack.has_value("penalty.first", action.day):
        return ""
    notice = penalty_notice(
        pack,
        log,
        student_id=action.student_id,
        guardian=action.guardian,
        issued=action.day,
        received=action.received,
    )
    if notice.may_issue:
        return f" It is notice number {notice.number} within three years."
    return (
        f" The framework allows no notice number {notice.number} within three years. Consider "
        "another measure, and take this back if it was logged by mistake."
    )
