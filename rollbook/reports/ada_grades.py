"""Rows A to G by grade, as SAT2300 prints them for each campus and track (Texas)."""

from rollbook.problems import NotAllowed
from rollbook.reports.asked import Asked
from rollbook.reports.funding.texas import counts_as_texas, texas_grades_table
from rollbook.reports.table import Table

NAME = "ada-grades"
SAYS = "SAT2300 rows A to G by grade, for every six weeks, campus and track (Texas)"


def build(asked: Asked) -> Table:
    """Return the report. Raises ``NotAllowed`` outside Texas, or without six weeks."""
    if not counts_as_texas(asked):
        raise NotAllowed(
            f"The rules of {asked.standing.pack.title} know no rows A to G. For its figures use: "
            "rollbook report ada, or rollbook report groups."
        )
    return texas_grades_table(asked)
