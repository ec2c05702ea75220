"""What can go wrong, and how it is said.

Two kinds, never mixed. *Wrong data* is a value: a :class:`Problem` with a slug, a place and the
value that was met; work goes on and all problems are shown together. *A wrong world* (no office
here, a damaged rule pack, a workbook that is locked) is an exception:

    RollbookError                 we cannot go on
    ├── OfficeError               no office here, or its settings cannot be used
    ├── PolicyError               a rule pack that must not be used
    ├── LedgerError               the ledger cannot be opened or refuses the change
    ├── RefusedFile               this file cannot be posted; carries its Problems
    ├── TemplateError             a Word template that must not be used
    ├── WorkbookError             a workbook that cannot be changed without loss
    │   └── WorkbookBusy          open in Excel or locked: try again later
    ├── ConverterMissing          a program a feature needs (LibreOffice) is not installed
    └── NotAllowed                the step asked for is not possible in this state
"""

import errno
import re
import traceback
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path


class Severity(StrEnum):
    """What a problem stops: the whole file, one row, or nothing."""

    REFUSE = "refuse"
    HOLD = "hold"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a problem stands. Rows are numbered from 1 as Excel and text editors number them."""

    file: str = ""
    sheet: str = ""
    row: int = 0
    column: str = ""

    def __str__(self) -> str:
        words = [self.file] if self.file else []
        words += [f"sheet “{self.sheet}”"] if self.sheet else []
        words += [f"row {self.row}"] if self.row else []
        words += [f"column {self.column}"] if self.column else []
        return ", ".join(words)


_LONGEST_QUOTATION = 200
_QUOTATION = re.compile(rf"“([^“”]{{{_LONGEST_QUOTATION}}})[^“”]+”")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in the data: what, where, and what to do now, in one plain sentence.

    ``slug`` is stable and for programs (``unknown-student``); ``message`` is for a clerk and says
    what to do next; ``value`` is what was met, as text.
    """

    slug: str
    message: str
    severity: Severity = Severity.HOLD
    place: Place = field(default_factory=Place)
    value: str = ""

    def __post_init__(self) -> None:
        """Quote a cell that holds a whole letter by its beginning."""
        if len(self.message) > _LONGEST_QUOTATION:
            short = _QUOTATION.sub(r"“\1…”", self.message)
            object.__setattr__(self, "message", short)

    def in_file(self, file: str) -> "Problem":
        """Return the same problem with the file's name in its place."""
        return replace(self, place=replace(self.place, file=file))

    def __str__(self) -> str:
        place = str(self.place)
        return f"{place}: {self.message}" if place else self.message


class RollbookError(Exception):
    """We cannot go on. The message is a sentence for a clerk; ``exit_code`` is the command's."""

    exit_code = 2


class OfficeError(RollbookError):
    """There is no office here, or its settings cannot be used."""


class PolicyError(RollbookError):
    """A rule pack that must not be used: a number without a date or a reference, a wrong kind."""


class LedgerError(RollbookError):
    """The ledger cannot be opened, or refuses the change."""


class RefusedFile(RollbookError):
    """This file cannot be posted. ``problems`` say why; the first is the reason to show."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(str(self.problems[0]) if self.problems else "The file was refused.")


class TemplateError(RollbookError):
    """A Word template that must not be used: unknown field, unclosed tag, unsafe expression."""


class WorkbookError(RollbookError):
    """A workbook that cannot be changed without losing something of the clerk's."""


class WorkbookBusy(WorkbookError):
    """The workbook is open in Excel or locked. Nothing was written; try again later."""


class ConverterMissing(RollbookError):
    """A program a feature needs is not installed. The message says which, and what works."""


class NotAllowed(RollbookError):
    """The step asked for is not possible now; the message says why and what is."""

    exit_code = 1


def refuse(slug: str, message: str, *, value: str = "", place: Place | None = None) -> Problem:
    """Return a problem that stops the whole file."""
    return Problem(slug, message, Severity.REFUSE, place or Place(), value)


def hold(slug: str, message: str, *, value: str = "", place: Place | None = None) -> Problem:
    """Return a problem that holds one row back."""
    return Problem(slug, message, Severity.HOLD, place or Place(), value)


def note(slug: str, message: str, *, value: str = "", place: Place | None = None) -> Problem:
    """Return a problem that stops nothing but should be seen."""
    return Problem(slug, message, Severity.NOTE, place or Place(), value)


def counted(number: int, word: str) -> str:
    """Say “1 row”, “2,300 rows”, “2 families”."""
    if number == 1:
        return f"{number:,} {word}"
    is_ies = word.endswith("y") and not word.endswith(("ay", "ey", "oy", "uy"))
    return f"{number:,} {word[:-1]}ies" if is_ies else f"{number:,} {word}s"


def why_not_now(error: OSError) -> str:
    """Say in a clerk's words what the system says about a file."""
    if isinstance(error, PermissionError):
        return "another program holds it, or you may not change it"
    if isinstance(error, FileNotFoundError):
        return "it is not there"
    if error.errno == errno.ENOSPC:
        return "the disk is full"
    return (error.strerror or "the disk does not answer").lower()


def where_in_code(fault: Exception) -> str:
    """Say what failed and where in the code, and nothing of the data: it is about children."""
    last = traceback.extract_tb(fault.__traceback__)[-1]
    return f"{type(fault).__name__} in {Path(last.filename).name}, line {last.lineno}"
