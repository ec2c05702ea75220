"""The balance report: does everything add up, and if not, whose mark is it.

Every figure is counted a second time, mark by mark from the ledger, and must agree with the quick
count; campuses must add up to the district; enrolments must not contradict each other; and a
register export can be laid beside the ledger, mark by mark.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import pandas as pd

from rollbook.ledger import Connection
from rollbook.register import Student
from rollbook.reports.asked import Asked
from rollbook.reports.balancing import people
from rollbook.reports.balancing.counting import FIGURES, SecondCount, Session, StudentCount
from rollbook.reports.balancing.export import compare_export
from rollbook.reports.balancing.line import Line, Outcome, at_most
from rollbook.reports.table import Column, Table
from rollbook.standing import Standing

NAME = "balance"
SAYS = "whether everything adds up; with --against FILE, whether an export agrees mark by mark"

TOTALS = "Campus totals"
SECOND = "Second count"
OUTSIDE = "Marks outside enrolment"
UNKNOWN = "Unknown codes"
OFF_TRACK = "Marks on days off"

COLUMNS = (
    Column("Check"),
    Column("Outcome"),
    Column("What it means"),
    Column("Campus"),
    Column("Student ID"),
    Column("Student"),
    Column("Date", number_format="yyyy-mm-dd"),
    Column("Part"),
    Column("Ledger"),
    Column("Other"),
)


def build(asked: Asked) -> Table:
    """Return every check: each difference named first, then what balances, said in a line."""
    standing = asked.standing
    with asked.office.ledger.read() as connection:
        lines = list(_counted(asked, connection))
        lines += _enrolments(standing)
        if asked.against:
            found = compare_export(asked.office, standing, connection, asked.against)
            lines += at_most(found)
    lines.sort(key=lambda line: line.outcome is not Outcome.DIFFERS)
    wrong = len({line.check for line in lines if line.outcome is Outcome.DIFFERS})
    result = "everything balances"
    if wrong:
        result = "1 check does not balance" if wrong == 1 else f"{wrong} checks do not balance"
    title = f"Balance as of {standing.as_of:%d %b %Y}: {result}"
    return Table("Balance", title, COLUMNS, [_row(line) for line in lines])


def balanced(table: Table) -> bool:
    """Say whether nothing in a balance report differs."""
    return all(row[1] != Outcome.DIFFERS.value for row in table.rows)


def _row(line: Line) -> tuple[str | date, ...]:
    return (
        line.check,
        line.outcome.value,
        line.says,
        line.campus,
        line.student_id,
        line.student,
        line.day or "",
        line.part,
        line.ledger,
        line.other,
    )


# Counting again ----------------------------------------------------------------------------------


def _counted(asked: Asked, connection: Connection) -> Iterator[Line]:
    standing = asked.standing
    first = asked.first or standing.year_start
    table = standing.tally(first, standing.as_of)
    second = SecondCount(standing, connection, first, standing.as_of)
    counts = {student_id: second.of(student_id) for student_id in standing.students}
    yield from _totals(standing, table, counts)
    yield from at_most(_second_count(standing, table, counts))
    yield from at_most(_strays(standing, counts))
    yield from at_most(_unknown(standing, counts))
    if standing.calendar.tracks:
        yield from at_most(_off_track(standing, counts))


def _totals(
    standing: Standing, table: pd.DataFrame, counts: Mapping[str, StudentCount]
) -> Iterator[Line]:
    """Add up the quick count by campus, and compare the sum with the district counted by hand."""
    campuses = [standing.students[name].campus if name in standing.students else ""
                for name in table.index]  # fmt: skip
    added: Counter[str] = Counter()
    for campus, figures in table.groupby(campuses)[list(FIGURES)].sum().iterrows():
        said = {name: int(figures[name]) for name in FIGURES}
        added.update(said)
        yield Line(TOTALS, _membership(said), _membership_says(said), str(campus),
                   ledger=_days_said(said["possible"], standing))  # fmt: skip
    district: Counter[str] = Counter()
    for count in counts.values():
        district.update(count.figures)
    agree = all(added[name] == district[name] for name in FIGURES)
    yield Line(
        TOTALS,
        Outcome.BALANCES if agree else Outcome.DIFFERS,
        "The campuses add up to the district, counted a second time."
        if agree
        else "The campuses do not add up to the district. The students are named under Second "
        "count: do not use the figures, and send this report to whoever looks after Rollbook.",
        "all",
        ledger=_unlike(added, district) or _days_said(added["possible"], standing),
        other=_unlike(district, added) or _days_said(district["possible"], standing),
    )


def _membership(said: Mapping[str, int]) -> Outcome:
    there = said["present"] + said["approved"]
    away = said["authorised"] + said["unauthorised"]
    return Outcome.BALANCES if said["possible"] == there + away else Outcome.DIFFERS


def _membership_says(said: Mapping[str, int]) -> str:
    there = said["present"] + said["approved"]
    away = said["authorised"] + said["unauthorised"]
    missing = f"; {said['missing']:,} more have no mark" if said["missing"] else ""
    return f"{said['possible']:,} possible = {there:,} attended + {away:,} absent{missing}."


def _days_said(count: int, standing: Standing) -> str:
    return f"{count:,} {standing.pack.unit}"


def _unlike(figures: Mapping[str, int], others: Mapping[str, int]) -> str:
    """Say the figures that are not those of the others; nothing when they are all alike."""
    return ", ".join(
        f"{name} {figures[name]:,}" for name in FIGURES if figures[name] != others[name]
    )


def _second_count(
    standing: Standing, table: pd.DataFrame, counts: Mapping[str, StudentCount]
) -> Iterator[Line]:
    """Compare the quick count of every student with the second one."""
    different = 0
    quick_counts = table.to_dict("index")
    for student_id, count in counts.items():
        quick = {name: int(quick_counts[student_id][name]) for name in FIGURES}
        if _unlike(quick, count.figures):
            different += 1
            student = standing.students[student_id]
            yield _line(
                SECOND,
                student,
                "The two counts differ. Do not use the figures of this student, and send this "
                "line to whoever looks after Rollbook.",
                ledger=_unlike(quick, count.figures),
                other=_unlike(count.figures, quick),
            )
    if not different:
        yield Line(
            SECOND,
            Outcome.BALANCES,
            f"{len(counts):,} students counted a second time, mark by mark: the figures agree.",
        )


def _strays(standing: Standing, counts: Mapping[str, StudentCount]) -> Iterator[Line]:
    found = [(name, one) for name, count in counts.items() for one in count.outside]
    for student_id, (session, symbol) in found:
        says = (
            "The mark is on a day the student was not enrolled, so it counts nothing. Correct the "
            "enrolment or the mark in the student system."
        )
        yield _mark_line(OUTSIDE, standing.students[student_id], session, symbol, says)
    if not found:
        yield Line(OUTSIDE, Outcome.BALANCES, "Every mark is inside an enrolment.")


def _unknown(standing: Standing, counts: Mapping[str, StudentCount]) -> Iterator[Line]:
    found = [(name, one) for name, count in counts.items() for one in count.unknown]
    for student_id, (session, symbol) in found:
        says = standing.pack.why_no_code(symbol, session[0])
        yield _mark_line(UNKNOWN, standing.students[student_id], session, symbol, says)
    if not found:
        yield Line(UNKNOWN, Outcome.BALANCES, "Every mark has a code of its day.")


def _off_track(standing: Standing, counts: Mapping[str, StudentCount]) -> Iterator[Line]:
    found = [(name, one) for name, count in counts.items() for one in count.off_track]
    for student_id, (session, symbol) in found:
        says = (
            "The student's track has this day off, so the mark counts nothing. Correct the track, "
            "the mark, or the track's days in calendar.toml."
        )
        yield _mark_line(OFF_TRACK, standing.students[student_id], session, symbol, says)
    if not found:
        yield Line(OFF_TRACK, Outcome.BALANCES, "No mark is on a day off of the student's track.")


def _mark_line(check: str, student: Student, session: Session, symbol: str, says: str) -> Line:
    day, part = session
    return _line(check, student, says, day=day, part=part, ledger=symbol or "blank")


def _line(
    check: str,
    student: Student,
    says: str,
    *,
    day: date | None = None,
    part: str = "",
    ledger: str = "",
    other: str = "",
) -> Line:
    return Line(check, Outcome.DIFFERS, says, student.campus, student.student_id,
                student.sort_name, day, part, ledger, other)  # fmt: skip


# Enrolments --------------------------------------------------------------------------------------


def _enrolments(standing: Standing) -> Iterator[Line]:
    yield from _or_fine(people.DUPLICATES, people.duplicates(standing),
                        "No child is enrolled under two ids.")  # fmt: skip
    yield from _or_fine(people.OVERLAPS, people.overlaps(standing),
                        "Nobody is enrolled twice on the same day.")  # fmt: skip
    yield from _or_fine(people.MOVES, people.moves(standing),
                        "Every entry follows the withdrawal before it.")  # fmt: skip
    if standing.pack.outside_membership:
        yield from _or_fine(people.ADA_CODES, people.ada_codes(standing),
                            "Every enrolment has an ADA eligibility code.")  # fmt: skip
    if standing.calendar.tracks:
        yield from _or_fine(people.TRACKS, people.tracks(standing),
                            "The calendar knows every track.")  # fmt: skip
    for day in people.snapshot_days(standing):
        yield from at_most(people.snapshot(standing, day))


def _or_fine(check: str, found: Iterator[Line], fine: str) -> Sequence[Line]:
    lines = list(at_most(found))
    return lines or [Line(check, Outcome.BALANCES, fine)]
