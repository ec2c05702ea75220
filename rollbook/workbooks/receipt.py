"""The receipt of one update: what was changed, and the proof that nothing else was."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from rollbook.workbooks.book import Inserted, PartHash, Widened
from rollbook.workbooks.cells import Value, column_letters
from rollbook.workbooks.proof import prove

_ROWS_NAMED = 12  # in the one line; the receipt has them all


class CellChange(NamedTuple):
    """One cell that shows something else now. Values are as a person would type them.

    ``value`` is what ``now`` prints, for a workbook that Excel has to be handed it for. A tuple
    and no dataclass: an update makes some 50,000.
    """

    sheet: str
    cell: str
    was: str
    now: str
    value: Value = None


@dataclass(frozen=True, slots=True)
class RowAdded:
    """One row added to the letter log, with the serial it is for.

    ``values`` are those Rollbook put into it, by the number of the column.
    """

    sheet: str
    row: int
    serial: str
    values: Mapping[int, Value] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class StudentAdded:
    """One row added to the tracker, with the id of the student it is for.

    ``values`` are those Rollbook put into it at once, by the number of the column. ``is_below``
    says that it is below what was the last row of the list.
    """

    sheet: str
    row: int
    student_id: str
    values: Mapping[int, Value] = field(default_factory=dict, compare=False)
    is_below: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """Cells Rollbook had a value for and did not touch, and why."""

    sheet: str
    cells: str
    why: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What one update did to one workbook.

    ``snapshot`` is the copy of the file as it was before; ``None``, like an empty ``parts``, when
    there was nothing to change and nothing was written. ``not_found`` are the ids of students who
    are not in the tracker. ``students_added`` are the rows of students who were not in it, as they
    are numbered now; ``moved`` are the rows put in, one after the other, so that what stood below
    them moved down. ``through_excel`` says that the workbook was open and Excel was handed
    the changes: the file has them once it is saved there.
    """

    file: Path
    at: datetime
    snapshot: Path | None = None
    parts: tuple[PartHash, ...] = ()
    cells: tuple[CellChange, ...] = ()
    rows_added: tuple[RowAdded, ...] = ()
    left_alone: tuple[LeftAlone, ...] = ()
    not_found: tuple[str, ...] = ()
    through_excel: bool = False
    students_added: tuple[StudentAdded, ...] = ()
    moved: tuple[Inserted, ...] = ()
    widened: tuple[Widened, ...] = ()

    @property
    def is_written(self) -> bool:
        """Whether anything was written at all."""
        if self.through_excel:
            return bool(self.cells or self.rows_added or self.students_added)
        return self.snapshot is not None

    @property
    def parts_changed(self) -> tuple[str, ...]:
        """The names of the parts that are others now."""
        return tuple(part.name for part in self.parts if part.is_changed)

    def line(self) -> str:
        """Return one line for the clerk."""
        name = f"“{self.file.name}”"
        if not self.is_written:
            said = f"{name} was already up to date; nothing was written."
        else:
            said = f"{name}: {self._done()}; everything else is as it was."
        if self.not_found:
            said += f" {_count(len(self.not_found), 'student')} not in the tracker."
        if self.left_alone:
            where = "see the receipt" if self.is_written else "--verbose names them"
            said += f" {_count(len(self.left_alone), 'place')} left alone ({where})."
        return said

    def _done(self) -> str:
        done = [f"changed {_count(len(self.cells), 'cell')}"]
        done += [f"added {_columns_in_short(each)}" for each in self.widened]
        if self.students_added:
            rows = _in_short([added.row for added in self.students_added])
            done.append(f"added {_count(len(self.students_added), 'student')} ({rows})")
        if self.rows_added:
            done.append(f"added {_count(len(self.rows_added), 'row')} to the letter log")
        return " and ".join([", ".join(done[:-1]), done[-1]] if len(done) > 1 else done)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for a JSON file."""
        return {
            "file": str(self.file),
            "at": self.at.isoformat(timespec="seconds"),
            "written": self.is_written,
            "through": "Excel" if self.through_excel else "the file",
            "snapshot": str(self.snapshot) if self.snapshot else "",
            "parts_changed": list(self.parts_changed),
            "parts": [
                {"name": each.name, "before": each.before, "after": each.after}
                for each in self.parts
            ],
            "cells": [each[:4] for each in self.cells],
            "rows_added": [[each.sheet, each.row, each.serial] for each in self.rows_added],
            "students_added": [
                [each.sheet, each.row, each.student_id] for each in self.students_added
            ],
            "moved": [[each.sheet, each.above, each.count] for each in self.moved],
            "columns_added": [
                [each.sheet, column_letters(column), heading]
                for each in self.widened
                for column, heading in enumerate(each.headings, each.area.left)
            ],
            "left_alone": [[each.sheet, each.cells, each.why] for each in self.left_alone],
            "not_found": list(self.not_found),
        }

    def to_json(self) -> bytes:
        """Return the receipt as it is kept: each value on a line of its own, which is quick."""
        plain = json.dumps(self.to_dict(), ensure_ascii=False, separators=(",\n", ": "))
        return plain.encode("utf-8")

    def unchanged_proof(self) -> str:
        """Read the file and its snapshot again and return, in a sentence, that the receipt is true.

        Every part not listed as changed must be byte for byte the same, packed and unpacked, in
        the same order; in the changed ones nothing may differ but what is listed. Raises
        ``WorkbookError`` naming the first difference, also when somebody changed the file since.
        """
        if self.through_excel:
            return "It was written through Excel, which then saves the whole file in its own way."
        if self.snapshot is None:
            return "Nothing was written."
        return prove(self)


def _in_short(rows: list[int]) -> str:
    """Return “row 14” or “rows 14, 20, 88”; of a great many the first and how many more."""
    named = ", ".join(map(str, rows[:_ROWS_NAMED]))
    more = f" and {len(rows) - _ROWS_NAMED:,} more" if len(rows) > _ROWS_NAMED else ""
    return f"row{'' if len(rows) == 1 else 's'} {named}{more}"


def _columns_in_short(widened: Widened) -> str:
    """Return “3 columns (AJ to AL)”."""
    first, last = column_letters(widened.area.left), column_letters(widened.area.right)
    where = first if first == last else f"{first} to {last}"
    return f"{_count(len(widened.headings), 'column')} ({where})"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
