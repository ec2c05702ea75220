"""The documents report: the release log, and which documents wait to be picked up."""

from datetime import date

from rollbook.ledger import releases
from rollbook.ledger.releases import Released
from rollbook.office import Office
from rollbook.reports.asked import Asked
from rollbook.reports.table import Column, Table

NAME = "documents"
SAYS = "every verification document released, to whom, on what grounds, and where it stands"

COLUMNS = (
    Column("Serial"),
    Column("Student ID"),
    Column("Document"),
    Column("For"),
    Column("Released to"),
    Column("Issued", number_format="yyyy-mm-dd"),
    Column("Good until", number_format="yyyy-mm-dd"),
    Column("State"),
    Column("Grounds", in_files_only=True),
    Column("Consent", in_files_only=True),
    Column("By", in_files_only=True),
)


def build(asked: Asked) -> Table:
    """Return the release log, newest first."""
    return documents_table(asked.office, asked.standing.as_of)


def documents_table(office: Office, day: date, *, only_waiting: bool = False) -> Table:
    """Return the release log as it stands on a day, newest first, or what waits to be picked up."""
    with office.ledger.read() as connection:
        found = releases.released(connection)
    kept = [one for one in reversed(found) if one.is_waiting(day) or not only_waiting]
    title = "Documents waiting to be picked up" if only_waiting else "Release log"
    rows = [_row(one, day) for one in kept]
    return Table("Documents", f"{title}, as of {day:%d %b %Y}", COLUMNS, rows)


def _row(one: Released, day: date) -> tuple[str | date | None, ...]:
    document = one.document
    return (
        document.serial,
        document.student_id,
        document.kind,
        document.purpose,
        document.released_to,
        document.issued,
        document.expires or "",
        one.state(day),
        one.steps[0].note if one.steps else "",
        document.consent,
        document.by,
    )
