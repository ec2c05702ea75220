"""Open the pane: Rollbook beside the sheet."""

from addin.buttons import Press
from addin.jobs import Told

LABEL = "Rollbook pane"
SAYS = (
    "Shows Rollbook beside the sheet: search for a student, log a contact, ask for a document, and "
    "see how far long work is."
)
ICON = "pane"
READS = "nothing"


def press(at: Press) -> Told:
    """Say that the pane is there: the ribbon has opened it."""
    return Told("The pane is open.", "/today", "Today")
