"""Enrolment letter: a document for the one student of the selected row."""

from addin.buttons import Press
from addin.jobs import Told
from addin.requests_desk import press_for

LABEL = "Enrolment letter"
SAYS = (
    "Makes an enrolment letter for the student of the selected row: what for, who asks, who gets "
    "it, and the consent where one is needed."
)
ICON = "enrolment_letter"
READS = "sheet"


def press(at: Press) -> Told:
    """Ask what has to be known, then issue the document."""
    return press_for(at, "enrolment")
