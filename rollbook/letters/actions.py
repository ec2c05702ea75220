"""Logging what the office did about a student, the same from wherever it is logged."""

from dataclasses import dataclass
from datetime import date

from rollbook.ledger import Connection, care
from rollbook.ledger import postings as book
from rollbook.office import Office
from rollbook.problems import NotAllowed
from rollbook.register import Action
from rollbook.rules import Notice, penalty_notice

PENALTY_NOTICE = "penalty-notice"


@dataclass(frozen=True, slots=True)
class Logged:
    """An action as it stands on the log, and what it is as a penalty notice (None for others)."""

    action: Action
    notice: Notice | None


def log_action(office: Office, connection: Connection, action: Action, today: date) -> Logged:
    """Enter an action and owe what follows from it: flags and letters may change.

    Raises ``NotAllowed``, and enters nothing, when its days cannot be right.
    """
    _refuse_odd_days(action, today)
    saved = care.save_action(connection, action)
    book.owe_again(connection)
    return Logged(saved, _notice(office, connection, saved))


def _refuse_odd_days(action: Action, today: date) -> None:
    if action.day > today:
        raise NotAllowed(
            f"{action.day} is still to come. Log what was done, on the day it was done. "
            "Nothing was changed."
        )
    for word, day in (("received", action.received), ("over", action.until)):
        if day and day < action.day:
            raise NotAllowed(
                f"It cannot be {word} on {day}, before the day it was done, {action.day}. "
                "Nothing was changed."
            )


def _notice(office: Office, connection: Connection, action: Action) -> Notice | None:
    """Return what a penalty notice is as the law counts it; None for any other action."""
    pack = office.policy
    if action.kind != PENALTY_NOTICE or not pack.has_value("penalty.first", action.day):
        return None
    return penalty_notice(
        pack,
        care.actions(connection, action.student_id),
        student_id=action.student_id,
        guardian=action.guardian,
        issued=action.day,
        received=action.received,
    )


def notice_sentence(logged: Logged, take_back: str, set_received: str, set_guardian: str) -> str:
    """Say which notice it is, what is to be paid until when, and what is wrong with a third.

    ``take_back`` says how a mistaken entry is taken back here; ``set_received`` and
    ``set_guardian`` name what is filled in for the two.
    """
    action, notice = logged.action, logged.notice
    if notice is None:
        return ""
    if not notice.may_issue:
        days = " and ".join(day.isoformat() for day in notice.earlier)
        return (
            f"The framework allows no notice number {notice.number} within three years (earlier "
            f"ones: {days}). Consider another measure. If it was logged by mistake: {take_back}"
        )
    to = f" to {action.guardian}" if action.guardian else ""
    lower = notice.first_amount != notice.full_amount
    said = f"It is notice number {notice.number}{to} in three years: "
    if notice.last_day is None:
        said += f"{notice.first_amount} GBP, later " if lower else ""
        said += f"{notice.full_amount} GBP. The last days to pay follow from the day it was "
        said += f"received ({set_received}), which is not noted yet."
    else:
        said += f"{notice.first_amount} GBP until {notice.first_day}, then " if lower else ""
        said += f"{notice.full_amount} GBP until {notice.last_day}."
    if not lower:
        said += " A second notice has no lower amount."
    if not action.guardian:
        said += f" No guardian is named ({set_guardian}), so it counts for each of them."
    return said
