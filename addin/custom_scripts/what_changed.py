"""What changed: the marks the newest posting wrote, one by one, on a sheet of their own."""

from addin.buttons import Press
from addin.jobs import Told
from addin.posting_desk import what_changed
from addin.sheet import write_table

LABEL = "What changed"
SAYS = (
    "Writes a new sheet with every mark the newest posting entered, changed or took away: student, "
    "day, what it was and is, the file, when and by whom."
)
ICON = "changes"
READS = "nothing"


def press(at: Press) -> Told:
    """Write the changes on a new sheet."""
    at.tell("Looking what changed")
    table, more = what_changed(at.office)
    sheet = write_table(at, table, "Changes")
    left_out = (
        f" {more:,} more rows are not on the sheet; for all of them: rollbook changes --to FILE.csv"
        if more
        else ""
    )
    return Told(f"{table.title}. See the sheet “{sheet}”.{left_out}")
