"""The patterns report: who misses the same days again and again, and what chance would give."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from rollbook.patterns import Pattern, patterns_of
from rollbook.register import Mark
from rollbook.reports.asked import Asked, reading_of
from rollbook.reports.cells import percentage
from rollbook.reports.table import Column, Table
from rollbook.standing import Standing

NAME = "patterns"
SAYS = "the same days missed again and again, and how often chance would have it"

MOST_DAYS = 5  # as many as fit a column; all of them are in the JSON of `rollbook patterns`
RAREST = 1_000_000  # beyond that the number says no more

COLUMNS = (
    Column("Student ID"),
    Column("Student"),
    Column("Grade", in_files_only=True),
    Column("Form"),
    Column("Pattern"),
    Column("Count", is_number=True, in_files_only=True),
    Column("Of", is_number=True, in_files_only=True),
    Column("Share %", is_number=True, number_format="0.0"),
    Column("By chance %", is_number=True, number_format="0.0"),
    Column("Chance: once in", is_number=True, number_format="#,##0"),
    Column("Longer ones left out", is_number=True, in_files_only=True),
    Column("Codes"),
    Column("With"),
    Column("Newest day", number_format="yyyy-mm-dd"),
    Column("Days", in_files_only=True),
)


def build(asked: Asked) -> Table:
    """Return the report as it is asked for, for the school year so far or from a day on."""
    standing = asked.standing
    first = asked.first or standing.year_start
    reading = reading_of(standing, first)
    guardians = [one for some in standing.guardians.values() for one in some]
    return patterns_table(standing, patterns_of(reading, standing.pack, guardians), first)


def patterns_table(standing: Standing, patterns: Sequence[Pattern], first: date) -> Table:
    """Return the patterns of students on roll as a table.

    Students come in the order of their rarest pattern by chance, each with all of theirs.
    """
    rarest: dict[str, int] = {}
    for one in patterns:
        rarest[one.student_id] = max(one.one_in, rarest.get(one.student_id, 0))
    ordered = sorted(
        patterns, key=lambda one: (-rarest[one.student_id], one.student_id, -one.one_in)
    )
    rows = [
        (
            one.student_id,
            standing.students[one.student_id].sort_name,
            standing.students[one.student_id].grade,
            standing.students[one.student_id].form,
            one.sentence,
            one.count,
            one.of,
            percentage(one.share),
            percentage(one.chance),
            min(one.one_in, RAREST),
            one.left_out,
            codes_of(one.evidence),
            "; ".join(standing.students[sibling].sort_name for sibling in one.siblings),
            max(mark.session.day for mark in one.evidence),
            days_of(one.evidence),
        )
        for one in ordered
        if one.student_id in standing.students and standing.is_enrolled(one.student_id)
    ]
    unsure = " The school calendar is not checked yet." if standing.calendar.guessed else ""
    title = (
        f"Patterns of absence from {first:%d %b %Y} to {standing.as_of:%d %b %Y}: "
        f"a reason to ask, not a proof.{unsure}"
    )
    return Table("Patterns", title, COLUMNS, rows)


def codes_of(evidence: Sequence[Mark]) -> str:
    """Say how often each code is among some marks, the commonest first: ``I 8, M 1``."""
    counts = Counter(mark.symbol for mark in evidence)
    return ", ".join(f"{symbol} {number}" for symbol, number in counts.most_common())


def days_of(evidence: Sequence[Mark]) -> str:
    """List the days of some marks, the newest ones if there are many."""
    days = sorted({mark.session.day for mark in evidence})
    shown = ", ".join(f"{day:%a %d %b}" for day in days[-MOST_DAYS:])
    return f"… {shown}" if len(days) > MOST_DAYS else shown
