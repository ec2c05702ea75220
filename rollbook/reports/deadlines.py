"""The deadlines report: what has to be done by when, on the school calendar, overdue first."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from rollbook.policy import Deadline, PolicyPack
from rollbook.register import Action, HoldBack, Mark
from rollbook.reports.asked import Asked
from rollbook.reports.open_marks import OpenMarks, open_marks_of
from rollbook.reports.table import Column, Table
from rollbook.rules import Finding, Sent, penalty_notice
from rollbook.school_calendar import ONE_DAY, SchoolCalendar
from rollbook.standing import Standing

NAME = "deadlines"
SAYS = "what has to be done by when, overdue first"

PASSED_SHOWN = 10  # a fortnight, so that a holiday does not hide that nobody paid

PENALTY_NOTICE = "penalty-notice"
LOWER_AMOUNT = "eng-pn-first"
"""The deadline until which the lower amount of a penalty notice may be paid."""

REFERRAL = "referral"
NOT_REFERRED = "referral.not-for"

COLUMNS = (
    Column("Due", number_format="yyyy-mm-dd"),
    Column("When"),
    Column("Student ID"),
    Column("Student"),
    Column("Grade", in_files_only=True),
    Column("What"),
    Column("Because of"),
    Column("Guardian", in_files_only=True),
    Column("Reference"),
)


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to be done about one student by one day.

    ``runs_from`` is the day it is counted from, None while it is not known (a notice whose day of
    receipt nobody noted). ``due`` is None then, and also where the calendar ends before the day.
    ``days_left`` are school days: 0 is today, below 0 is past. ``says`` is what to do, and
    ``because`` what it runs from. ``is_task`` says that the office has something to do by then;
    otherwise it is a day to know of, such as the last one to pay.
    """

    student_id: str
    deadline: str
    says: str
    because: str
    runs_from: date | None
    due: date | None
    days_left: int | None
    citation: str
    trigger: str = ""
    guardian: str = ""
    is_task: bool = True

    @property
    def has_passed(self) -> bool:
        """Say whether the day is over."""
        return self.days_left is not None and self.days_left < 0

    @property
    def is_overdue(self) -> bool:
        """Say whether something that must be done was not done in time."""
        return self.has_passed and self.is_task

    @property
    def when(self) -> str:
        """Say in a few words how much time is left."""
        if self.runs_from is None:
            return "no day to count from yet: enter the day it was received"
        if self.days_left is None:
            return "after the end of the calendar: add the next school year to it"
        if self.days_left == 0:
            return "due today"
        if self.days_left < 0:
            days = _school_days(-self.days_left)
            return f"overdue by {days}" if self.is_task else f"passed {days} ago"
        return f"in {_school_days(self.days_left)}"

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return {
            "student_id": self.student_id,
            "deadline": self.deadline,
            "trigger": self.trigger,
            "says": self.says,
            "because": self.because,
            "guardian": self.guardian,
            "runs_from": self.runs_from.isoformat() if self.runs_from else None,
            "due": self.due.isoformat() if self.due else None,
            "days_left": self.days_left,
            "overdue": self.is_overdue,
            "is_task": self.is_task,
            "when": self.when,
            "citation": self.citation,
        }


def build(asked: Asked) -> Table:
    """Return the report as it is asked for: what is due from the first day on, or all of it."""
    standing = asked.standing
    found = [one for one in due_now(standing) if within(one, asked.first, None)]
    return deadlines_table(standing, found)


def due_now(standing: Standing) -> list[Due]:
    """Return everything that is due about the students of an office, overdue first."""
    found = deadlines_of(
        standing.pack,
        standing.calendar,
        [one for one in standing.findings() if standing.is_enrolled(one.student_id)],
        standing.history.letters,
        standing.actions,
        standing.as_of,
        hold_backs=standing.hold_backs,
        open_marks=open_marks_of(standing),
    )
    return [one for one in found if one.student_id in standing.students]


def deadlines_of(
    pack: PolicyPack,
    calendar: SchoolCalendar,
    findings: Iterable[Finding],
    letters: Iterable[Sent],
    actions: Sequence[Action],
    as_of: date,
    *,
    hold_backs: Mapping[str, Sequence[HoldBack]] | None = None,
    open_marks: OpenMarks | None = None,
) -> list[Due]:
    """Return what is due under the deadlines of a pack and not yet done, overdue first.

    A deadline is the one in force on the day it runs from. It is struck off by an action of a kind
    that meets it, on or after that day; one about a mark when the mark is corrected. What nothing
    can strike off is a day to know of, and leaves the list :data:`PASSED_SHOWN` school days after
    it. Where a reason for care forbids the referral that would meet a deadline, it asks for
    counseling instead.
    """
    starts = _Starts(tuple(findings), tuple(letters), actions, open_marks or {})
    found = []
    for deadline in pack.deadlines:
        for start in starts.of(deadline):
            if start.day and (start.day > as_of or not deadline.holds(start.day)):
                continue
            if _is_met(deadline, start, actions) or _has_no_lower(pack, deadline, start, actions):
                continue
            due = _due_day(deadline, start, calendar)
            care = _no_referral(pack, deadline, (hold_backs or {}).get(start.student_id, ()), as_of)
            found.append(
                Due(
                    student_id=start.student_id,
                    deadline=deadline.id,
                    says=f"Offer counseling; no referral because of {care}" if care
                    else deadline.title,
                    because=start.because,
                    runs_from=start.day,
                    due=due,
                    days_left=_days_left(calendar, as_of, due),
                    citation=deadline.citation,
                    trigger=deadline.trigger,
                    guardian=start.guardian,
                    is_task=bool(deadline.met_by) or deadline.counted_from == "mark",
                )
            )  # fmt: skip
    open_still = [one for one in found if one.is_task or (one.days_left or 0) >= -PASSED_SHOWN]
    return sorted(
        open_still,
        key=lambda one: (not one.is_overdue, one.due or date.max, one.student_id, one.deadline),
    )


@dataclass(frozen=True, slots=True)
class _Start:
    """One day a deadline runs from, and what happened on it."""

    student_id: str
    day: date | None
    because: str
    guardian: str = ""
    until: date | None = None
    action: Action | None = None


@dataclass(frozen=True, slots=True)
class _Starts:
    """Everything a deadline can run from."""

    findings: Sequence[Finding]
    letters: Sequence[Sent]
    actions: Sequence[Action]
    open_marks: OpenMarks

    def of(self, deadline: Deadline) -> Iterator[_Start]:
        """Return the days a deadline runs from."""
        if deadline.counted_from == "crossed":
            yield from self._crossed(deadline.trigger)
        elif deadline.counted_from == "mark":
            yield from self._marks(deadline.trigger)
        elif deadline.counted_from in ("printed", "mailed"):
            yield from self._letters(deadline)
        else:
            yield from self._actions(deadline)

    def _crossed(self, trigger: str) -> Iterator[_Start]:
        for finding in self.findings:
            if finding.trigger == trigger:
                part = f", class {finding.part}" if finding.part else ""
                because = f"{finding.title}{part}: reached on {_day(finding.crossed_on)}"
                yield _Start(finding.student_id, finding.crossed_on, because)

    def _marks(self, trigger: str) -> Iterator[_Start]:
        """Return one start a student and day, however many of its sessions are open."""
        marks = self.open_marks.get(trigger)
        if marks is None:
            marks = [
                (finding.student_id, mark)
                for finding in self.findings
                if finding.trigger == trigger
                for mark in finding.evidence
            ]
        days: dict[tuple[str, date], list[Mark]] = {}
        for student_id, mark in marks:
            days.setdefault((student_id, mark.session.day), []).append(mark)
        for (student_id, day), found in days.items():
            symbols = ", ".join(dict.fromkeys(mark.symbol for mark in found))
            parts = ", ".join(mark.session.part for mark in found)
            yield _Start(student_id, day, f"code {symbols} on {_day(day)} ({parts})")

    def _letters(self, deadline: Deadline) -> Iterator[_Start]:
        """Letters run from the day they went out, or were made if that is what is asked for."""
        for letter in self.letters:
            made = letter.prepared if deadline.counted_from == "printed" else None
            day = letter.mailed or made
            if letter.trigger == deadline.trigger and day:
                because = f"letter of {_day(day)}"
                yield _Start(letter.student_id, day, because, letter.guardian)

    def _actions(self, deadline: Deadline) -> Iterator[_Start]:
        for action in self.actions:
            if action.kind != deadline.action:
                continue
            words = action.kind.replace("-", " ")
            if deadline.counted_from == "received":
                day = action.received
                because = f"{words} of {_day(action.day)}, "
                because += f"received on {_day(day)}" if day else "day of receipt not noted"
            else:
                day, because = action.day, f"{words} of {_day(action.day)}"
            until = action.until if deadline.counted_from == "action" else None
            yield _Start(action.student_id, day, because, action.guardian, until, action)


def _is_met(deadline: Deadline, start: _Start, actions: Sequence[Action]) -> bool:
    return any(
        action.kind in deadline.met_by
        and action.student_id == start.student_id
        and action is not start.action
        and (start.day is None or action.day >= start.day)
        and (not action.guardian or not start.guardian or action.guardian == start.guardian)
        for action in actions
    )


def _has_no_lower(
    pack: PolicyPack, deadline: Deadline, start: _Start, actions: Sequence[Action]
) -> bool:
    """Say whether a penalty notice is one for which no lower amount may be paid: not the first."""
    notice = start.action
    if deadline.id != LOWER_AMOUNT or notice is None or notice.kind != PENALTY_NOTICE:
        return False
    counted = penalty_notice(
        pack, actions, student_id=notice.student_id, guardian=notice.guardian, issued=notice.day
    )
    return counted.number > 1


def _due_day(deadline: Deadline, start: _Start, calendar: SchoolCalendar) -> date | None:
    """Return the day it is due, or the day that was agreed; None past the end of the calendar."""
    if start.until:
        return start.until
    if start.day is None:
        return None
    before = start.day - ONE_DAY if deadline.beginning_with else start.day
    if deadline.unit == "school days":
        return calendar.school_day_after(before, deadline.size)
    if deadline.unit == "months":
        return _months_after(before, deadline.size)
    return before + timedelta(days=deadline.size * (7 if deadline.unit == "weeks" else 1))


def _months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or that month's last day if it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    following = date(first.year + (first.month == 12), first.month % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - ONE_DAY)


def _no_referral(
    pack: PolicyPack, deadline: Deadline, hold_backs: Sequence[HoldBack], as_of: date
) -> str:
    """Name the reason for care that forbids the referral a deadline asks for; else nothing."""
    if REFERRAL not in deadline.met_by or not pack.has_value(NOT_REFERRED, as_of):
        return ""
    reasons = pack.value(NOT_REFERRED, as_of).words
    found = [one.reason for one in hold_backs if one.holds(as_of) and one.reason in reasons]
    return found[0].replace("-", " ") if found else ""


def _days_left(calendar: SchoolCalendar, as_of: date, due: date | None) -> int | None:
    """Count the school days from ``as_of`` to the day it is due; 0 only on the day itself."""
    if due is None:
        return None
    if due < as_of:
        return min(-1, -len(calendar.school_days_between(due + ONE_DAY, as_of)))
    left = len(calendar.school_days_between(as_of + ONE_DAY, due))
    return max(left, int(due > as_of))


def within(due: Due, first: date | None, last: date | None) -> bool:
    """Say whether it is due between two days; what has no day yet is within any."""
    if due.due is None:
        return True
    return (first is None or first <= due.due) and (last is None or due.due <= last)


def deadlines_table(standing: Standing, found: Sequence[Due]) -> Table:
    """Return what is due as a table, overdue first."""
    rows = [
        (
            one.due,
            one.when,
            one.student_id,
            standing.students[one.student_id].sort_name,
            standing.students[one.student_id].grade,
            one.says,
            one.because,
            one.guardian,
            one.citation,
        )
        for one in found
    ]
    late = sum(one.is_overdue for one in found)
    title = f"Deadlines as of {_day(standing.as_of)}: {len(found)} open, {late} overdue"
    if standing.calendar.guessed:
        title += ". The school calendar is not checked yet"
    return Table("Deadlines", title, COLUMNS, rows)


def _day(day: date) -> str:
    return f"{day:%d %b %Y}"


def _school_days(number: int) -> str:
    return f"{number} school day{'' if number == 1 else 's'}"
