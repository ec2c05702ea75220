"""What a report is asked with."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rollbook.office import Office
from rollbook.standing import Standing


@dataclass(frozen=True, eq=False)
class Asked:
    """The office, the register as it stands, and what the clerk said.

    ``first`` is the first day asked for (the report's own default when None); the last is
    ``standing.as_of``. ``against`` is a file to compare with.
    """

    office: Office
    standing: Standing
    first: date | None = None
    against: Path | None = None
