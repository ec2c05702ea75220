"""Reports asked for at the desk: built from the standing, written on a sheet of their own."""

from types import ModuleType

from addin.buttons import Press
from addin.jobs import Told
from addin.sheet import write_table
from rollbook.problems import NotAllowed
from rollbook.reports import Asked, Table
from rollbook.standing import read_standing

TODAY = "/today"


def write_report(at: Press, report: ModuleType, sheet: str) -> Told:
    """Write a report for today, or the last day recorded, and say what it is and where.

    Raises ``NotAllowed`` when nothing was recorded yet.
    """
    at.tell("Working the report out")
    standing, today = at.desk.standing, at.desk.now().date()
    if standing.as_of > today:  # a planned closure is marked ahead
        standing = read_standing(at.office, today)
    if not len(standing.marks) and not standing.recorded:
        raise NotAllowed("No register is posted yet, so there is nothing to report.")
    table: Table = report.build(Asked(at.office, standing))
    if not table.rows:
        return Told(
            f"{table.title}. There is nothing to list, so no sheet was made.", TODAY, "Today"
        )
    name = write_table(at, table, sheet)
    return Told(f"{table.title}. See the sheet “{name}”.", TODAY, "Today")
