"""Whether the enrolments agree with themselves: nobody twice, nobody between two campuses.

What is looked at are the enrolments of the school year, up to the day of the report.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations

from rollbook.register import Enrolment, Student
from rollbook.reports.balancing.line import Line, Outcome, said
from rollbook.school_calendar import ONE_DAY
from rollbook.standing import Standing

DUPLICATES = "Same child twice"
OVERLAPS = "Enrolments overlap"
MOVES = "Entry and withdrawal"
ADA_CODES = "ADA code"
TRACKS = "Track"
SNAPSHOT = "Snapshot"

FRIDAYS = "snapshot.fridays"

_FRIDAY, _OCTOBER = 4, 10


def duplicates(standing: Standing) -> Iterator[Line]:
    """Name children of one name and birth date who are enrolled under two ids on the same day."""
    alike: dict[tuple[str, str, date], list[Student]] = defaultdict(list)
    for student in standing.students.values():
        if student.birth_date and student.family_name:
            names = student.family_name.casefold(), student.given_name.casefold()
            alike[*names, student.birth_date].append(student)
    for group in alike.values():
        by_id = sorted(group, key=lambda student: student.student_id)
        for one, other in combinations(by_id, 2):
            for mine in _stretches(standing, one):
                for theirs in _stretches(standing, other):
                    shared = _shared(standing, mine, theirs)
                    if shared:
                        yield _twice(one, other, mine, theirs, shared)


def _twice(
    one: Student, other: Student, mine: Enrolment, theirs: Enrolment, shared: tuple[date, date]
) -> Line:
    birth = said(one.birth_date) if one.birth_date else ""
    return Line(
        DUPLICATES,
        Outcome.DIFFERS,
        f"Born {birth} and of the same name as {other.student_id}, and both are enrolled from "
        f"{said(shared[0])} to {said(shared[1])}. If it is one child, end one of the enrolments.",
        campus=mine.campus or one.campus,
        student_id=one.student_id,
        student=one.sort_name,
        day=shared[0],
        ledger=f"{one.student_id} at {_campus(mine, one)}",
        other=f"{other.student_id} at {_campus(theirs, other)}",
    )


def overlaps(standing: Standing) -> Iterator[Line]:
    """Name students who are enrolled twice on the same day."""
    for student in standing.students.values():
        for one, other in combinations(standing.enrolments_of(student.student_id), 2):
            shared = _shared(standing, one, other)
            if shared:
                yield _line(
                    OVERLAPS,
                    Outcome.DIFFERS,
                    student,
                    f"Two enrolments hold from {said(shared[0])} to {said(shared[1])}. Correct "
                    "the withdrawal of one or the entry of the other in the student system.",
                    day=shared[0],
                    ledger=_said_of(one, student),
                    other=_said_of(other, student),
                )


def moves(standing: Standing) -> Iterator[Line]:
    """Name withdrawals before the entry, and days lost between two campuses."""
    for student in standing.students.values():
        own = sorted(standing.enrolments_of(student.student_id), key=lambda one: one.entry_date)
        for one in own:
            if one.withdrawal_date and one.withdrawal_date < one.entry_date:
                yield _line(
                    MOVES,
                    Outcome.DIFFERS,
                    student,
                    "The withdrawal is before the entry. Correct one of the two dates in the "
                    "student system.",
                    day=one.withdrawal_date,
                    ledger=_said_of(one, student),
                )
        for before, after in zip(own, own[1:], strict=False):
            yield from _between(standing, student, before, after)


def _between(
    standing: Standing, student: Student, before: Enrolment, after: Enrolment
) -> Iterator[Line]:
    left = before.withdrawal_date
    if left is None or before.campus == after.campus or after.entry_date < standing.year_start:
        return
    lost = standing.calendar.school_days_between(left, after.entry_date - ONE_DAY, after.track)
    if lost:
        yield _line(
            MOVES,
            Outcome.LOOK,
            student,
            f"Left one campus and entered another with {len(lost)} school "
            f"{'day' if len(lost) == 1 else 'days'} between. Was the child elsewhere, or is a "
            "date wrong?",
            day=left,
            ledger=_said_of(before, student),
            other=_said_of(after, student),
        )


def ada_codes(standing: Standing) -> Iterator[Line]:
    """Name students without an ADA eligibility code, where the jurisdiction has such codes."""
    if not standing.pack.outside_membership:
        return
    for student in standing.students.values():
        for one in standing.enrolments_of(student.student_id):
            if not one.ada_code and _touches(standing, one):
                yield _line(
                    ADA_CODES,
                    Outcome.DIFFERS,
                    student,
                    "The enrolment has no ADA eligibility code. Enter it in the student system.",
                    day=one.entry_date,
                    ledger=_said_of(one, student),
                )


def tracks(standing: Standing) -> Iterator[Line]:
    """Name the tracks of enrolments that the calendar does not know, if it knows any."""
    known = standing.calendar.tracks
    if not known:
        return
    for student in standing.students.values():
        for one in standing.enrolments_of(student.student_id):
            if one.track and one.track not in known and _touches(standing, one):
                yield _line(
                    TRACKS,
                    Outcome.DIFFERS,
                    student,
                    f"The calendar has no track “{one.track}”, so the days of everybody else were "
                    "counted. Add the track to calendar.toml, or correct the enrolment.",
                    day=one.entry_date,
                    ledger=one.track,
                    other=", ".join(sorted(known)),
                )


# The snapshot ------------------------------------------------------------------------------------


def snapshot_days(standing: Standing) -> list[date]:
    """Return the snapshot Fridays of October of the school year, up to the day of the report."""
    year = standing.calendar.year_of(standing.as_of)
    if year is None:
        return []
    october = [date(year.first.year, _OCTOBER, day) for day in range(1, 32)]
    fridays = [day for day in october if day.weekday() == _FRIDAY]
    which = {"first": fridays[0], "last": fridays[-1]}
    found = {
        which[word]
        for friday in fridays
        if standing.pack.has_value(FRIDAYS, friday)
        for word in standing.pack.value(FRIDAYS, friday).words
        if word in which
    }
    return sorted(day for day in found if day <= standing.as_of)


def _snapshot_day(standing: Standing, day: date) -> str:
    """Say a snapshot day, and that it must be checked where the pack's word for it must."""
    fridays = standing.pack.value(FRIDAYS, day)
    return fridays.sure.marked(said(day))


def snapshot(standing: Standing, day: date) -> Iterator[Line]:
    """Compare the enrolment of campuses and grades on a snapshot day with the district's."""
    here = {
        student_id: stretches
        for student_id in standing.students
        if (stretches := [one for one in standing.enrolments_of(student_id) if one.holds(day)])
    }
    by_campus: Counter[str] = Counter()
    for student_id, stretches in here.items():
        student = standing.students[student_id]
        by_campus.update({one.campus or student.campus for one in stretches})
        if not student.grade:
            yield _line(
                SNAPSHOT,
                Outcome.DIFFERS,
                student,
                f"Enrolled on {said(day)} without a grade. Enter it in the student system.",
                day=day,
            )
    total = sum(by_campus.values())
    outcome = Outcome.BALANCES if total == len(here) else Outcome.DIFFERS
    for campus, count in sorted(by_campus.items()):
        yield Line(SNAPSHOT, Outcome.BALANCES, f"Enrolled on {said(day)}.", campus, day=day,
                   ledger=f"{count:,}")  # fmt: skip
    yield Line(
        SNAPSHOT,
        outcome,
        f"Enrolled in the district on {_snapshot_day(standing, day)}; the campuses add up to "
        f"{total:,}."
        + ("" if outcome is Outcome.BALANCES else " Students at two campuses are named above."),
        day=day,
        ledger=f"{len(here):,}",
        other=f"{total:,}",
    )


# -------------------------------------------------------------------------------------------------


def _stretches(standing: Standing, student: Student) -> Sequence[Enrolment]:
    found = standing.enrolments_of(student.student_id)
    return found or [Enrolment(student.student_id, standing.year_start, campus=student.campus)]


def _shared(standing: Standing, one: Enrolment, other: Enrolment) -> tuple[date, date] | None:
    """Return the first and last day of the school year so far on which both enrolments hold."""
    first = max(one.entry_date, other.entry_date, standing.year_start)
    ends = [end - ONE_DAY for end in (one.withdrawal_date, other.withdrawal_date) if end]
    last = min([standing.as_of, *ends])
    return (first, last) if first <= last else None


def _touches(standing: Standing, one: Enrolment) -> bool:
    return _shared(standing, one, one) is not None


def _campus(one: Enrolment, student: Student) -> str:
    campus = one.campus or student.campus
    return f"campus {campus}" if campus else "this school"


def _said_of(one: Enrolment, student: Student) -> str:
    until = f" until {said(one.withdrawal_date)}" if one.withdrawal_date else ""
    return f"{_campus(one, student)} from {said(one.entry_date)}{until}"


def _line(
    check: str,
    outcome: Outcome,
    student: Student,
    says: str,
    *,
    day: date | None = None,
    ledger: str = "",
    other: str = "",
) -> Line:
    return Line(
        check,
        outcome,
        says,
        campus=student.campus,
        student_id=student.student_id,
        student=student.sort_name,
        day=day,
        ledger=ledger,
        other=other,
    )
