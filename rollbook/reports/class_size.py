"""The class size report: average enrolment of each K-3 class and site (California)."""

import re
from collections.abc import Collection, Sequence
from datetime import date, timedelta

from rollbook.accounting.class_size import ClassSize, class_sizes, site_average
from rollbook.accounting.grades import GradeSpan, grade_span
from rollbook.policy import DatedValue
from rollbook.problems import NotAllowed
from rollbook.reports.asked import Asked
from rollbook.reports.cells import NOT_HERE, number
from rollbook.reports.table import Column, Table, Value

NAME = "class-size"
SAYS = "average enrolment of each K-3 class and site on the last day of each school month"

_LIMIT, _GRADES, _AWAY = "class-size.k-3-average", "class-size.grades", "independent-study.codes"


def build(asked: Asked) -> Table:
    """Return the report. Raises ``NotAllowed`` without a limit, school months or classes."""
    standing = asked.standing
    pack, day = standing.pack, standing.as_of
    if not pack.has_value(_LIMIT, day):
        raise NotAllowed(f"The rules of {pack.title} limit no class averages.")
    days = _last_days(asked)
    classes = class_sizes(
        standing.students,
        standing.enrolments,
        days,
        grade_span(str(pack.value(_GRADES, day).value)),
        _away(asked, days),
    )
    if not classes:
        raise NotAllowed(
            "No pupil of these grades has a class. The student list must name the class or "
            "homeroom of each pupil."
        )
    limit = pack.value(_LIMIT, day)
    most = _most_of_a_class(asked)
    rows: list[Sequence[Value]] = []
    for site in dict.fromkeys(one.site for one in classes):
        own = [one for one in classes if one.site == site]
        rows += [_class_row(one, _over(one, most)) for one in own]
        average = site_average(own)
        verdict = "" if average is None else "yes" if average <= limit.number else "NO"
        rows.append((site, "Site", *(NOT_HERE for _ in days), number(average, 2), verdict, ""))
    columns = (
        Column("Site"),
        Column("Class"),
        *(Column(f"{last:%d %b}", is_number=True) for last in days),
        Column("Average", is_number=True, number_format="0.00"),
        Column(f"At or below {limit.number}"),
        Column("One class"),
    )
    title = f"Class enrolment on the last day of each school month; {limit.citation}"
    return Table("Class size", title, columns, rows)


def _class_row(one: ClassSize, over: str) -> Sequence[Value]:
    return (one.site, one.form, *one.counts, number(one.average, 2), "", over)


def _most_of_a_class(asked: Asked) -> list[tuple[GradeSpan, DatedValue]]:
    """Return the most pupils one class may have before a penalty, by grades."""
    pack, day = asked.standing.pack, asked.standing.as_of
    found = []
    for name in pack.values:
        grades = re.fullmatch(r"class-size\.(.+)-class", name)
        if grades and pack.has_value(name, day):
            found.append((grade_span(grades[1]), pack.value(name, day)))
    return found


def _over(one: ClassSize, most: Sequence[tuple[GradeSpan, DatedValue]]) -> str:
    """Say that one class is larger than the law lets it be; nothing when it is not."""
    limits = [limit for span, limit in most if any(grade in span for grade in one.grades)]
    passed = [limit for limit in limits if one.average is not None and one.average > limit.number]
    if not passed:
        return ""
    return f"Above {passed[0].number}: a penalty may follow ({passed[0].citation})."


def _last_days(asked: Asked) -> list[date]:
    """Return the last teaching day of every school month that has ended."""
    standing = asked.standing
    ended = [month for month in asked.year.months if month.last <= standing.as_of]
    taught = [standing.calendar.school_days_between(one.first, one.last) for one in ended]
    days = [school_days[-1] for school_days in taught if school_days]
    if not days:
        raise NotAllowed(
            "No school month has ended yet. School months stand in calendar.toml under "
            "[[year.month]] with name, first and last."
        )
    return days


def _away(asked: Asked, days: Sequence[date]) -> dict[date, Collection[str]]:
    """Return who was in full-day independent study on each of the days, by the marks."""
    standing = asked.standing
    codes = standing.pack.spellings(standing.pack.value(_AWAY, standing.as_of).words)
    marks = standing.marks
    study = marks[marks["symbol"].isin(codes) & (marks["part"] == "DAY")]
    found: dict[date, Collection[str]] = {}
    for day in days:
        there = study[(study["date"] >= str(day)) & (study["date"] < str(day + timedelta(1)))]
        found[day] = {str(student_id) for student_id in there["student_id"]}
    return found
