"""Daily summary: one day of the school and its groups, on a sheet."""

from addin.buttons import Press
from addin.jobs import Told
from addin.report_desk import write_report
from rollbook.reports import daily

LABEL = "Daily summary"
SAYS = (
    "Writes a new sheet with today, or the last day recorded: possible, attended, absent, late, "
    "not explained and not taken, by session and group."
)
ICON = "daily"
READS = "nothing"


def press(at: Press) -> Told:
    """Write the summary of the day."""
    return write_report(at, daily, "Daily summary")
