"""Lates: who comes late, how often and when."""

from addin.buttons import Press
from addin.jobs import Told
from addin.report_desk import write_report
from rollbook.reports import lates

LABEL = "Lates"
SAYS = (
    "Writes a new sheet with everybody who came late this school year: how often, how many "
    "minutes, this week, and in which week most."
)
ICON = "late"
READS = "nothing"


def press(at: Press) -> Told:
    """Write who came late."""
    return write_report(at, lates, "Lates")
