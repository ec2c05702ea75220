"""The daily summary: each session of a day, or the day, for the school and its groups."""

from collections.abc import Iterator, Mapping, Sequence

from rollbook.accounting.england import WHOLE_DAY, OneSession, one_session, parts_taken
from rollbook.accounting.groups import groups_of
from rollbook.reports.asked import Asked, no_school
from rollbook.reports.cells import percentage
from rollbook.reports.groups import absence_triggers, over_each, titles_of
from rollbook.reports.open_marks import open_codes
from rollbook.reports.table import Column, Table, Value

NAME = "daily"
SAYS = "one day: possible, attended, absent, late, not explained, not taken, by session and group"


def build(asked: Asked) -> Table:
    """Return the report for the day asked for, or the last day recorded."""
    standing = asked.standing
    reading = asked.reading()
    by_session = standing.pack.method == "sessions"
    parts = parts_taken(reading, standing.as_of) if by_session else [WHOLE_DAY]
    triggers = absence_triggers(asked)
    over = over_each(asked, triggers)
    over_numbers = [{reading.number[one] for one in over[trigger.id]} for trigger in triggers]
    members = {
        group: {reading.number[one] for one in ids}
        for group, ids in groups_of(standing.students.values()).items()
        if group[0] != "Flag"
    }
    unexplained = open_codes(standing.pack, standing.as_of)
    rows: list[Sequence[Value]] = []
    for part in parts:
        session = one_session(reading, standing.as_of, part, unexplained)
        rows += _rows(part or "DAY", session, members, over_numbers)
    unit = "session" if by_session else "day"
    columns = (
        Column("Session"),
        Column("Group"),
        Column("Name"),
        *(
            Column(title, is_number=True)
            for title in (
                "On roll", "Possible", "Attended", "Absent", "Late", "Reason not yet known",
                "Not possible", "Not taken",
            )
        ),
        Column(f"{unit} %", is_number=True, number_format="0.0"),
        *(Column(f"{title}: absent", is_number=True) for title in titles_of(asked, triggers)),
    )  # fmt: skip
    title = f"Daily summary of {standing.as_of:%A %d %b %Y}"
    closed = no_school(standing, standing.as_of)
    if closed:
        return Table("Daily summary", f"{title}: {closed}", columns, [])
    return Table("Daily summary", title, columns, rows)


def _rows(
    part: str,
    session: OneSession,
    members: Mapping[tuple[str, str], set[int]],
    over: Sequence[set[int]],
) -> Iterator[Sequence[Value]]:
    absent = session.absentees()
    for (kind, name), numbers in members.items():
        summary = session.summary(numbers)
        if not summary.on_roll:
            continue
        yield (
            part,
            kind,
            name,
            summary.on_roll,
            summary.possible,
            summary.attended,
            summary.absent,
            summary.late,
            summary.unexplained,
            summary.not_possible,
            summary.not_taken,
            percentage(summary.rate),
            *(len(absent & numbers & there) for there in over),
        )
