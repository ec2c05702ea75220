"""The chronic absence report: its rate at each school, and as the Dashboard counts it."""

from collections.abc import Sequence

from rollbook.accounting.chronic import ChronicRate, DashboardRules, chronic_rates
from rollbook.accounting.grades import grade_span
from rollbook.policy import RateTerms, Trigger
from rollbook.problems import NotAllowed
from rollbook.reports.asked import Asked
from rollbook.reports.cells import percentage
from rollbook.reports.funding.california import counts_as_california
from rollbook.reports.groups import absence_triggers
from rollbook.reports.table import Column, Table, Value
from rollbook.school_calendar import Span

NAME = "chronic"
SAYS = "how many students of each school are chronically absent, and the Dashboard's rate"

_COLUMNS = (
    Column("School"),
    Column("What"),
    Column("Test"),
    Column("Students", is_number=True),
    Column("Chronically absent", is_number=True),
    Column("% of students", is_number=True, number_format="0.0"),
)
_GROUP = "chronic.dashboard-group"
_DASHBOARD = (
    Column("Dashboard: students", is_number=True),
    Column("Dashboard: absent", is_number=True),
    Column("Dashboard: % of students", is_number=True, number_format="0.0"),
)


def build(asked: Asked) -> Table:
    """Return the report. Raises ``NotAllowed`` where absence is counted in sessions."""
    standing = asked.standing
    if standing.pack.method == "sessions":
        raise NotAllowed(
            f"{standing.pack.title} counts persistent and severe absence in sessions. Use: "
            "rollbook report groups."
        )
    year = asked.year
    days = asked.membership(
        [Span(year.name, year.first, year.last)], weekends=not counts_as_california(asked)
    )
    dashboard = _dashboard(asked)
    rows: list[Sequence[Value]] = []
    for trigger in absence_triggers(asked):
        terms = trigger.on(standing.as_of)
        if isinstance(terms, RateTerms) and terms.measure == "absence":
            rates = chronic_rates(days, terms, dashboard)
            rows += [_row(rate, trigger, terms, dashboard) for rate in rates]
    shown = ""
    if dashboard:
        smallest = standing.pack.value(_GROUP, standing.as_of)
        shown = smallest.sure.marked(f"; the Dashboard shows groups of {smallest.number}")
    title = (
        f"Chronic absence of the school year up to {standing.as_of:%d %b %Y}, own days at each "
        f"school{shown}"
    )
    columns = (*_COLUMNS, *(_DASHBOARD if dashboard else ()), Column("Reference"))
    return Table("Chronic absence", title, columns, rows)


def _row(
    rate: ChronicRate, trigger: Trigger, terms: RateTerms, dashboard: DashboardRules | None
) -> Sequence[Value]:
    as_shown: Sequence[Value] = ()
    if dashboard:
        share = rate.dashboard_share(dashboard.smallest_group)
        as_shown = (rate.dashboard_counted, rate.dashboard_chronic, percentage(share))
    return (
        rate.school,
        trigger.title,
        terms.test_text,
        rate.counted,
        rate.chronic,
        percentage(rate.share),
        *as_shown,
        terms.citation,
    )


def _dashboard(asked: Asked) -> DashboardRules | None:
    """Return whom the Dashboard counts. None where the rule pack has none."""
    pack, day = asked.standing.pack, asked.standing.as_of
    if not pack.has_value("chronic.dashboard-days", day):
        return None
    return DashboardRules(
        grades=grade_span(str(pack.value("chronic.dashboard-grades", day).value)),
        least_days=pack.value("chronic.dashboard-days", day).number,
        smallest_group=pack.value(_GROUP, day).number,
    )
