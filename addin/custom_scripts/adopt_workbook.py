"""Adopt this workbook: Rollbook finds what is where in it, and asks before it keeps that."""

from addin.buttons import Press
from addin.jobs import Told
from addin.tracking_desk import adopt_this

LABEL = "Adopt this workbook"
SAYS = (
    "Finds the tracker and the letter log in this workbook by their headings, shows what was found "
    "and asks. From then on Rollbook keeps these columns up to date."
)
ICON = "adopt"
READS = "book"


def press(at: Press) -> Told:
    """Adopt the open workbook."""
    return adopt_this(at)
