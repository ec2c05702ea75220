"""Help: every button and every worksheet function, on one page."""

from addin.buttons import Press
from addin.jobs import Told

LABEL = "Help"
SAYS = (
    "Opens a page in the browser with every button and what it does, and every worksheet function "
    "with what it takes and answers."
)
ICON = "help"
READS = "nothing"


def press(at: Press) -> Told:
    """Give the link of the page."""
    return Told("Every button and every worksheet function is explained on the help page.",
                "/help", "Open the help page")  # fmt: skip
