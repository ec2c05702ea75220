"""Missing registers: which forms have no marks where others have them."""

from addin.buttons import Press
from addin.jobs import Told
from addin.report_desk import write_report
from rollbook.reports import missing_registers

LABEL = "Missing registers"
SAYS = (
    "Writes a new sheet with the registers of today, or the last day recorded, that were not taken "
    "or are not complete, by session and form."
)
ICON = "missing"
READS = "nothing"


def press(at: Press) -> Told:
    """Write the registers that are missing."""
    return write_report(at, missing_registers, "Missing registers")
