"""What is where in the clerk's workbook, as the office keeps it under ``[[workbook]]``.

Columns are kept by the words of their heading; the letter says which of two with the same heading
is meant. A column the clerk moves is found again, a column she renames is asked about.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the words above it, and the letter it had when the workbook was adopted."""

    heading: str
    letter: str

    def to_dict(self) -> dict[str, str]:
        """Return plain values for ``office.toml``."""
        return {"heading": self.heading, "letter": self.letter}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Self:
        """Read what ``to_dict`` gave."""
        return cls(str(plain["heading"]), str(plain["letter"]))


@dataclass(frozen=True, slots=True)
class Block:
    """A list in a sheet: the sheet, the Table if it is one, the heading row and its columns.

    ``columns`` goes from Rollbook's word (``student_id``, ``possible``, ``serial``) to the column.
    """

    sheet: str
    header_row: int
    columns: Mapping[str, Column]
    table: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for ``office.toml``."""
        plain: dict[str, Any] = {"sheet": self.sheet, "header_row": self.header_row}
        if self.table:
            plain["table"] = self.table
        plain["columns"] = {key: column.to_dict() for key, column in self.columns.items()}
        return plain

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Self:
        """Read what ``to_dict`` gave."""
        columns = {str(key): Column.from_dict(each) for key, each in plain["columns"].items()}
        return cls(
            str(plain["sheet"]), int(plain["header_row"]), columns, str(plain.get("table", ""))
        )

    def describe(self) -> str:
        """Return one line for the clerk: where the list stands and which columns it has."""
        where = f"sheet “{self.sheet}”, headings in row {self.header_row}"
        names = ", ".join(f"{each.letter} “{each.heading}”" for each in self.columns.values())
        return f"{where}: {names}"


@dataclass(frozen=True, slots=True)
class WorkbookMap:
    """Where the tracker and the letter log stand in one workbook; either may be missing.

    ``hundred`` says that the clerk's percentages are numbers like 92.3 and not 0.923 shown as
    92.3 %. ``notes`` are sentences about what was found but is not used.
    """

    file: str
    tracker: Block | None = None
    log: Block | None = None
    hundred: bool = False
    notes: tuple[str, ...] = field(default=(), compare=False)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for ``office.toml``; ``notes`` are not kept."""
        plain: dict[str, Any] = {"file": self.file}
        if self.hundred:
            plain["hundred"] = True
        if self.tracker:
            plain["tracker"] = self.tracker.to_dict()
        if self.log:
            plain["log"] = self.log.to_dict()
        return plain

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Self:
        """Read what ``to_dict`` gave."""
        return cls(
            str(plain["file"]),
            Block.from_dict(plain["tracker"]) if "tracker" in plain else None,
            Block.from_dict(plain["log"]) if "log" in plain else None,
            bool(plain.get("hundred", False)),
        )

    def describe(self) -> list[str]:
        """Return what was found, a line each, for the clerk to check."""
        lines = [f"Tracker: {self.tracker.describe()}." if self.tracker else "No tracker."]
        lines.append(f"Letter log: {self.log.describe()}." if self.log else "No letter log.")
        return lines + list(self.notes)
