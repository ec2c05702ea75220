"""Refresh: the workbook in front of the clerk is brought up to date now, through Excel."""

from addin.buttons import Press
from addin.jobs import Told
from addin.tracking_desk import refresh

LABEL = "Refresh"
SAYS = (
    "Brings this adopted workbook up to date now: the students' figures and the letter log. Your "
    "own columns, formulas and formats stay as they are."
)
ICON = "refresh"
READS = "tracked"


def press(at: Press) -> Told:
    """Refresh the open workbook."""
    return refresh(at)
