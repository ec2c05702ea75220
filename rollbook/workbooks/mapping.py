"""What is where in the clerk's workbook, as the office keeps it under ``[[workbook]]``.

Columns are kept by the words of their heading; the letter says which of two with the same heading
is meant. A column the clerk moves is found again, a column she renames is asked about.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self


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
    Headings may stand in several rows; ``header_row`` is the last of them and ``heading_rows`` says
    how many there are: the words of a column are then those above each other.
    """

    sheet: str
    header_row: int
    columns: Mapping[str, Column]
    table: str = ""
    heading_rows: int = 1

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for ``office.toml``."""
        plain: dict[str, Any] = {"sheet": self.sheet, "header_row": self.header_row}
        if self.heading_rows > 1:
            plain["heading_rows"] = self.heading_rows
        if self.table:
            plain["table"] = self.table
        plain["columns"] = {key: column.to_dict() for key, column in self.columns.items()}
        return plain

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Self:
        """Read what ``to_dict`` gave."""
        columns = {str(key): Column.from_dict(each) for key, each in plain["columns"].items()}
        return cls(
            str(plain["sheet"]),
            int(plain["header_row"]),
            columns,
            str(plain.get("table", "")),
            int(plain.get("heading_rows", 1)),
        )

    def describe(self) -> str:
        """Return one line for the clerk: where the list stands and which columns it has."""
        where = f"sheet “{self.sheet}”, headings in row {self.header_row}"
        names = ", ".join(f"{each.letter} “{each.heading}”" for each in self.columns.values())
        return f"{where}: {names}"


DayHeadings = Literal["dates", "days of a month"]


@dataclass(frozen=True, slots=True)
class Days:
    """The tracker's columns of days, from ``first`` to ``last`` (letters of columns).

    Their headings stand in row ``row`` and are read anew each time: the clerk may choose another
    month. ``headings`` says whether they are ``"dates"`` (real ones, texts, or results of
    formulas) or numbers, the ``"days of a month"`` whose name and year stand in the cells
    ``month`` and ``year`` (the same cell, or ``""`` for the year of the school calendar). With
    ``fill`` Rollbook writes the register's marks into those that are empty; never over what the
    clerk wrote.
    """

    headings: DayHeadings
    row: int
    first: str
    last: str
    month: str = ""
    year: str = ""
    fill: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for ``office.toml``; what is empty is left out."""
        return {name: value for name in self.__dataclass_fields__ if (value := getattr(self, name))}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Self:
        """Read what ``to_dict`` gave."""
        return cls(**{name: plain[name] for name in cls.__dataclass_fields__ if name in plain})


@dataclass(frozen=True, slots=True)
class Whom:
    """Which students belong in the tracker: who is on roll and not in it yet is added.

    Only those of the ``campuses`` and ``groups`` (forms or grades, as the tracker writes them);
    none named means all. ``add`` is false for a list of chosen students.
    """

    add: bool = False
    campuses: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()

    def describe(self) -> str:
        """Return a sentence for the clerk."""
        if not self.add:
            return "New students are named, not added."
        of = "; ".join([*self.campuses, *self.groups])
        return f"New students{f' of {of}' if of else ''} are added; leavers are marked."

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for ``office.toml``."""
        plain: dict[str, Any] = {"add": self.add}
        if self.campuses:
            plain["campuses"] = list(self.campuses)
        if self.groups:
            plain["groups"] = list(self.groups)
        return plain

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Self:
        """Read what ``to_dict`` gave."""
        return cls(
            bool(plain.get("add", False)),
            tuple(map(str, plain.get("campuses", ()))),
            tuple(map(str, plain.get("groups", ()))),
        )


@dataclass(frozen=True, slots=True)
class WorkbookMap:
    """Where the tracker and the logs stand in one workbook; any of them may be missing.

    ``log`` is the log of letters, ``contacts`` the clerk's log of calls and meetings, which is read
    and never written. ``hundred`` says that the clerk's percentages are numbers like 92.3 and not
    0.923 shown as 92.3 %. ``replaces`` names the columns whose formulas Rollbook may write over.
    ``notes`` are sentences about what was found but is not used.
    """

    file: str
    tracker: Block | None = None
    log: Block | None = None
    hundred: bool = False
    notes: tuple[str, ...] = field(default=(), compare=False)
    contacts: Block | None = None
    days: Days | None = None
    whom: Whom = Whom()
    replaces: tuple[str, ...] = ()

    @property
    def lists(self) -> tuple[Block, ...]:
        """The lists there are: the tracker and the logs."""
        return tuple(one for one in (self.tracker, self.log, self.contacts) if one)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for ``office.toml``; ``notes`` are not kept."""
        plain: dict[str, Any] = {"file": self.file}
        if self.hundred:
            plain["hundred"] = True
        if self.tracker:
            plain["tracker"] = self.tracker.to_dict()
        if self.log:
            plain["log"] = self.log.to_dict()
        if self.contacts:
            plain["contacts"] = self.contacts.to_dict()
        if self.days:
            plain["days"] = self.days.to_dict()
        if self.whom != Whom():
            plain["whom"] = self.whom.to_dict()
        if self.replaces:
            plain["replaces"] = list(self.replaces)
        return plain

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Self:
        """Read what ``to_dict`` gave."""
        return cls(
            str(plain["file"]),
            Block.from_dict(plain["tracker"]) if "tracker" in plain else None,
            Block.from_dict(plain["log"]) if "log" in plain else None,
            bool(plain.get("hundred", False)),
            contacts=Block.from_dict(plain["contacts"]) if "contacts" in plain else None,
            days=Days.from_dict(plain["days"]) if "days" in plain else None,
            whom=Whom.from_dict(plain.get("whom", {})),
            replaces=tuple(map(str, plain.get("replaces", ()))),
        )

    def describe(self) -> list[str]:
        """Return what was found, a line each, for the clerk to check."""
        lines = [f"Tracker: {self.tracker.describe()}." if self.tracker else "No tracker."]
        lines.append(f"Letter log: {self.log.describe()}." if self.log else "No letter log.")
        if self.contacts:
            lines.append(f"Contact log: {self.contacts.describe()}.")
        if self.tracker:
            lines.append(self.whom.describe())
        return lines + list(self.notes)
