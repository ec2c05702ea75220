"""Social Security letter: a document for the one student of the selected row."""

from addin.buttons import Press
from addin.jobs import Told
from addin.requests_desk import press_for

LABEL = "Social Security letter"
SAYS = (
    "Makes the Social Security full-time attendance letter for the student of the selected row, "
    "or says why it cannot be issued and what is missing."
)
ICON = "social_security_letter"
READS = "sheet"


def press(at: Press) -> Told:
    """Ask what has to be known, then issue the document."""
    return press_for(at, "social-security")
