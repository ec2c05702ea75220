"""The groups report: figures of the school, its campuses, grades, forms and flags, pooled."""

from collections.abc import Sequence

from rollbook.accounting.groups import (
    GroupRate,
    group_rate,
    groups_of,
    starters_and_leavers,
    student_figures,
)
from rollbook.policy import RateTerms, Trigger
from rollbook.reports.asked import Asked
from rollbook.reports.attendance import absence_words
from rollbook.reports.cells import percentage
from rollbook.reports.table import Column, Table, Value

NAME = "groups"
SAYS = "figures of the school, each campus, grade, form and flag, pooled; who is over a threshold"


def build(asked: Asked) -> Table:
    """Return the report as it is asked for, from the start of the school year or ``first`` on."""
    standing = asked.standing
    first = asked.first or standing.year_start
    triggers = absence_triggers(asked)
    over = over_each(asked, triggers)
    figures = student_figures(standing.tally(first, standing.as_of))
    starters, leavers = (
        {one.student_id for one in moved}
        for moved in starters_and_leavers(standing.enrolments, first, standing.as_of)
    )
    rows = []
    for (kind, name), members in groups_of(standing.students.values()).items():
        rate = group_rate(kind, name, members, figures, over)
        moved = (len(starters.intersection(members)), len(leavers.intersection(members)))
        rows.append(_row(rate, [trigger.id for trigger in triggers], moved))
    unit = standing.pack.unit
    columns = (
        Column("Group"),
        Column("Name"),
        Column("Students counted", is_number=True),
        Column("Came", is_number=True),
        Column("Left", is_number=True),
        Column(f"Possible {unit}", is_number=True),
        Column("Attended", is_number=True),
        *(Column(title, is_number=True) for title in absence_words(asked.standing)),
        Column(f"Attendance % of {unit}", is_number=True, number_format="0.0"),
        *(
            column
            for title in titles_of(asked, triggers)
            for column in (
                Column(title, is_number=True),
                Column(f"{title}, % of students", is_number=True, number_format="0.0"),
            )
        ),
    )
    title = (
        f"Groups from {first:%d %b %Y} to {standing.as_of:%d %b %Y}; {unit} pooled, leavers "
        "included; thresholds over the school year so far"
    )
    return Table("Groups", title, columns, rows)


def absence_triggers(asked: Asked) -> list[Trigger]:
    """Return the triggers in force that are a share of absence: persistent, severe, chronic."""
    found = []
    for trigger in asked.standing.pack.triggers:
        terms = trigger.on(asked.standing.as_of)
        if isinstance(terms, RateTerms) and terms.measure != "attendance":
            found.append(trigger)
    return found


def titles_of(asked: Asked, triggers: Sequence[Trigger]) -> list[str]:
    """Return the titles of triggers, those that must be checked marked so."""
    terms = [trigger.on(asked.standing.as_of) for trigger in triggers]
    return [
        one.sure.marked(trigger.title) if one else trigger.title
        for trigger, one in zip(triggers, terms, strict=True)
    ]


def over_each(asked: Asked, triggers: Sequence[Trigger]) -> dict[str, set[str]]:
    """Return the students over each of these triggers, just as the findings have them."""
    over: dict[str, set[str]] = {trigger.id: set() for trigger in triggers}
    for finding in asked.standing.findings():
        if finding.trigger in over:
            over[finding.trigger].add(finding.student_id)
    return over


def _row(rate: GroupRate, triggers: Sequence[str], moved: tuple[int, int]) -> Sequence[Value]:
    figures = rate.attendance
    shares: list[Value] = []
    for trigger in triggers:
        shares += [rate.crossed[trigger], percentage(rate.share(trigger))]
    return (
        rate.kind,
        rate.name,
        rate.counted,
        *moved,
        figures.possible,
        figures.attended,
        figures.authorised,
        figures.unauthorised,
        percentage(figures.rate),
        *shares,
    )
