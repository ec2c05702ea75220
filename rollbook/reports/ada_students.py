"""Each student's days of membership in each reporting period: what the ADA is added up from."""

from fractions import Fraction

from rollbook.accounting.membership import membership_days
from rollbook.problems import NotAllowed
from rollbook.reports.asked import Asked
from rollbook.reports.cells import number, percentage, so_far
from rollbook.reports.funding.california import school_months
from rollbook.reports.funding.texas import ada_codes, codes_as_used, six_weeks
from rollbook.reports.table import Column, Table

NAME = "ada-students"
SAYS = "days of membership, present and absent by student, campus, track and six weeks or month"

_DAYS = "0.0"
_WHO = ("Period", "Campus", "Track", "Student ID", "Student", "Grade", "ADA code")
_HOW_MUCH = ("Days membership", "Days absent", "Days present")


def build(asked: Asked) -> Table:
    """Return the report. Raises ``NotAllowed`` where there is no ADA."""
    standing = asked.standing
    pack, day = standing.pack, standing.as_of
    title = f"Days of membership as of {day:%d %b %Y}"
    weight = {code: Fraction(1) for code in {one.ada_code for one in standing.enrolments} | {""}}
    if pack.has_value("ada.p2-until", day):
        periods, weekends, kind = school_months(asked), False, "Attendance % of days"
    elif pack.has_value("ada.half-day-codes", day):
        periods, weekends, kind = six_weeks(asked), True, "FSP days %"
        codes = ada_codes(asked)
        weight = {code: codes.weight(code) for code in weight}
        title = f"{title}; {codes_as_used(asked)}"
    else:
        raise NotAllowed(
            f"The rules of {pack.title} know no average daily attendance. Each pupil's sessions: "
            "rollbook report attendance."
        )
    names = {period.name: so_far(asked, period) for period in periods}
    rows = [
        (
            names[one.period],
            one.campus,
            one.track,
            one.student_id,
            standing.students[one.student_id].sort_name,
            one.grade,
            one.ada_code,
            number(one.membership * weight[one.ada_code], 1),
            number(one.absent * weight[one.ada_code], 1),
            number(one.present * weight[one.ada_code], 1),
            percentage(Fraction(one.present, one.membership) if one.membership else None),
            number(one.unmarked * weight[one.ada_code], 1),
        )
        for one in membership_days(
            asked.reading(),
            standing.students,
            standing.enrolments,
            periods,
            outside=pack.outside_membership,
            weekends=weekends,
        )
        if one.student_id in standing.students
    ]
    columns = (
        *map(Column, _WHO),
        *(Column(title, is_number=True, number_format=_DAYS) for title in _HOW_MUCH),
        Column(kind, is_number=True, number_format=_DAYS),
        Column("No mark", is_number=True, number_format=_DAYS),
    )
    return Table("ADA by student", title, columns, rows)
