"""The ADA table of Texas: rows A to G of SAT2300 by six weeks, campus and track, and the year."""

from collections.abc import Sequence
from fractions import Fraction

from rollbook.accounting.texas import (
    AdaCodes,
    AdaRows,
    ada_by_minimum_days,
    ada_rows,
    gross_total,
    refined_total,
    year_ada,
)
from rollbook.policy import Sure
from rollbook.problems import NotAllowed
from rollbook.reports.asked import Asked
from rollbook.reports.cells import NOT_HERE, number, percentage, so_far
from rollbook.reports.table import Column, Table, Value
from rollbook.school_calendar import Span

_DAYS, _ADA = "0.0", "0.000"
GROSS_ADA = Sure.GENERAL.marked("Gross ADA")
_COLUMNS = (
    Column("Six weeks"),
    Column("Campus"),
    Column("Track"),
    Column("A Days taught", is_number=True),
    Column("B Days membership", is_number=True, number_format=_DAYS),
    Column("C Days absent", is_number=True, number_format=_DAYS),
    Column("D Days present", is_number=True, number_format=_DAYS),
    Column("E Ineligible days present", is_number=True, number_format=_DAYS),
    Column("F Eligible days present", is_number=True, number_format=_DAYS),
    Column("G Refined ADA", is_number=True, number_format=_ADA),
    Column(GROSS_ADA, is_number=True, number_format=_ADA),
    Column("FSP days %", is_number=True, number_format=_DAYS),
    Column("No mark", is_number=True, number_format=_DAYS),
    Column("No ADA code", is_number=True),
)
_ALL = "All"
_HALF_DAYS, _INELIGIBLE = "ada.half-day-codes", "ada.ineligible-codes"


def counts_as_texas(asked: Asked) -> bool:
    """Say whether the rule pack counts ADA as Texas does; a district's own pack does too."""
    return asked.standing.pack.has_value(_HALF_DAYS, asked.standing.as_of)


def texas_table(asked: Asked) -> Table:
    """Return the table. Raises ``NotAllowed`` when the calendar names no six weeks."""
    periods = six_weeks(asked)
    rows = _rows(asked, periods)
    lines: list[Sequence[Value]] = []
    for period in periods:
        own = [row for row in rows if row.period == period.name]
        name = so_far(asked, period)
        lines += [_line(name, row) for row in own]
        lines.append(_total(name, own))
    lines += _year(rows, periods)
    title = (
        f"Average daily attendance as of {asked.standing.as_of:%d %b %Y}; "
        f"tracks are added, never pooled; {codes_as_used(asked)}"
    )
    return Table("ADA", title, _COLUMNS, lines)


def texas_grades_table(asked: Asked) -> Table:
    """Return the rows by grade. Raises ``NotAllowed`` when the calendar names no six weeks."""
    periods = six_weeks(asked)
    names = {period.name: so_far(asked, period) for period in periods}
    lines = []
    for row in _rows(asked, periods, by_grade=True):
        period, campus, track, *figures = _line(names[row.period], row)
        lines.append((period, campus, track, row.grade, *figures))
    title = (
        f"Average daily attendance by grade as of {asked.standing.as_of:%d %b %Y}; "
        f"{codes_as_used(asked)}"
    )
    return Table("ADA by grade", title, (*_COLUMNS[:3], Column("Grade"), *_COLUMNS[3:]), lines)


def six_weeks(asked: Asked) -> list[Span]:
    """Return the six weeks begun so far. Raises ``NotAllowed`` when the calendar names none."""
    periods = [one for one in asked.year.six_weeks if one.first <= asked.standing.as_of]
    if not periods:
        raise NotAllowed(
            "The calendar names no six weeks so far, and ADA is reported by six weeks. Add each to "
            "calendar.toml under [[year.six_weeks]] with name, first and last."
        )
    return periods


def ada_codes(asked: Asked) -> AdaCodes:
    """Return what the rule pack says of the ADA eligibility codes."""
    pack, day = asked.standing.pack, asked.standing.as_of
    return AdaCodes(
        half_day=frozenset(pack.value(_HALF_DAYS, day).words),
        ineligible=frozenset(pack.value(_INELIGIBLE, day).words),
    )


def codes_as_used(asked: Asked) -> str:
    """Say which ADA codes weigh a day otherwise, and that they must be checked where they must."""
    pack, day = asked.standing.pack, asked.standing.as_of
    said = []
    for words, name in (
        ("half days", _HALF_DAYS),
        ("ineligible", _INELIGIBLE),
        ("no membership", "membership.outside"),
    ):
        if pack.has_value(name, day):
            value = pack.value(name, day)
            said.append(value.sure.marked(f"{words} {', '.join(value.words)}"))
    return f"ADA codes: {'; '.join(said)}"


def _rows(asked: Asked, periods: Sequence[Span], *, by_grade: bool = False) -> list[AdaRows]:
    standing, days = asked.standing, asked.membership(periods)
    return ada_rows(
        days, ada_codes(asked), standing.calendar, periods, standing.as_of, by_grade=by_grade
    )


def _line(period: str, row: AdaRows) -> Sequence[Value]:
    return (
        period,
        row.campus,
        row.track,
        row.days_taught,
        *(
            number(days, 1)
            for days in (
                row.membership,
                row.absent,
                row.present,
                row.ineligible_present,
                row.eligible_present,
            )
        ),
        number(row.refined, 3),
        number(row.gross, 3),
        percentage(row.rate),
        number(row.unmarked, 1),
        row.without_code,
    )


def _total(period: str, rows: Sequence[AdaRows]) -> Sequence[Value]:
    """Add campuses and tracks; days taught differ between tracks, so row A has no total."""
    sums = [
        sum((getattr(row, name) for row in rows), Fraction(0))
        for name in ("membership", "absent", "present", "ineligible_present", "eligible_present")
    ]
    membership, present = sums[0], sums[2]
    return (
        period,
        _ALL,
        "",
        NOT_HERE,
        *(number(days, 1) for days in sums),
        number(refined_total(rows), 3),
        number(gross_total(rows), 3),
        percentage(present / membership if membership else None),
        number(sum((row.unmarked for row in rows), Fraction(0)), 1),
        sum(row.without_code for row in rows),
    )


def _year(rows: Sequence[AdaRows], periods: Sequence[Span]) -> list[Sequence[Value]]:
    """Return the year's ADA both ways: the mean of the six weeks, and over all days taught."""
    mean = f"Mean of {len(periods)} six weeks"
    lines = []
    for campus, track in sorted({(row.campus, row.track) for row in rows}):
        own = [row for row in rows if (row.campus, row.track) == (campus, track)]
        lines.append(_ada_only(mean, campus, track, own, periods))
    lines.append(_ada_only(mean, _ALL, "", rows, periods))
    by_track = [
        ada_by_minimum_days(
            sum((row.eligible_present for row in own), Fraction(0)),
            sum({row.period: row.days_taught for row in own}.values()),
        )
        for own in (
            [row for row in rows if row.track == track] for track in {row.track for row in rows}
        )
    ]
    over_days = sum((ada for ada in by_track if ada is not None), Fraction(0))
    blank = (NOT_HERE,) * 5
    lines.append(
        (
            Sure.GENERAL.marked("Over all days taught"),
            _ALL,
            "",
            NOT_HERE,
            *blank,
            number(over_days, 3),
            *blank[:4],
        )
    )
    return lines


def _ada_only(
    name: str, campus: str, track: str, rows: Sequence[AdaRows], periods: Sequence[Span]
) -> Sequence[Value]:
    by_period = [[row for row in rows if row.period == period.name] for period in periods]
    refined = year_ada([refined_total(own) for own in by_period])
    gross = year_ada([gross_total(own) for own in by_period])
    blank = (NOT_HERE,) * 6
    return (name, campus, track, *blank, number(refined, 3), number(gross, 3), *blank[:3])
