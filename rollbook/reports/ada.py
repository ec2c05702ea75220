"""Average daily attendance as the state asks for it: Texas by six weeks, California by P-1 and P-2.

What a jurisdiction counts is seen by the values of its rule pack, so that a district's own pack is
counted as the state it extends.
"""

from rollbook.problems import NotAllowed
from rollbook.reports.asked import Asked
from rollbook.reports.funding.california import california_table, counts_as_california
from rollbook.reports.funding.texas import counts_as_texas, texas_table
from rollbook.reports.table import Table

NAME = "ada"
SAYS = "average daily attendance: SAT2300 rows A to G (Texas), P-1, P-2 and annual (California)"


def build(asked: Asked) -> Table:
    """Return the report. Raises ``NotAllowed`` where there is no ADA, or no reporting periods."""
    if counts_as_california(asked):
        return california_table(asked)
    if counts_as_texas(asked):
        return texas_table(asked)
    raise NotAllowed(
        f"The rules of {asked.standing.pack.title} know no average daily attendance. For the "
        "percentages of the school and its groups use: rollbook report groups."
    )
