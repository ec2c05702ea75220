"""Import now: what lies in the drop folder is posted at once, and what follows is done."""

from addin.buttons import Press
from addin.jobs import Told
from addin.posting_desk import told_of_round

LABEL = "Import now"
SAYS = (
    "Posts what lies in the drop folder now, and brings flags, letters and workbooks up to date. "
    "Says what came in, what is held and what still waits."
)
ICON = "import"
READS = "nothing"


def press(at: Press) -> Told:
    """Do a round."""
    return told_of_round(at.desk.hands.round(at.office, at.tell))
