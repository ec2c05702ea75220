"""The importers an office wrote for itself: ``importers/NAME.toml``, one format a file."""

import re
from pathlib import Path
from typing import Annotated, Literal

import tomlkit
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rollbook.importers.reading.written import FIELDS, NEEDED, WrittenImporter
from rollbook.office.settings import what_is_wrong
from rollbook.office.toml import office_source, read_toml
from rollbook.policy.lines import Source
from rollbook.problems import NotAllowed, OfficeError

IMPORTERS = "importers"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class OwnFormat(_Strict):
    """What one such file says. What is left out is read by the office's custom."""

    title: str
    shape: Literal["list", "periods", "grid", "strings", "summary"]
    recorded: Literal["absences", "all"] = "all"
    blank: Literal["present", "nothing"] | None = None
    dates: Literal["day first", "month first"] | None = None
    each: Literal["session", "day"] = "session"
    unit: Literal["days", "sessions"] | None = None
    session: Literal["DAY", "AM", "PM"] = "DAY"
    official_period: str = ""
    header_rows: Literal[1, 2] = 1
    encoding: str = ""
    campus: str = ""
    columns: dict[str, Annotated[str, Field(min_length=1)]]
    parts: dict[str, str] = Field(default_factory=dict)
    codes: dict[str, str] = Field(default_factory=dict)

    def importer(self, name: str) -> WrittenImporter:
        """Return the importer that reads such files."""
        by_silence = "present" if self.recorded == "absences" else "nothing"
        return WrittenImporter(
            NAME=f"own-{name}",
            TITLE=self.title,
            columns=self.columns,
            shape=self.shape,
            events=self.recorded == "absences",
            blank_is_present=(self.blank or by_silence) == "present",
            day_first=None if self.dates is None else self.dates == "day first",
            encoding=self.encoding,
            campus=self.campus,
            each=self.each,
            unit=self.unit or "",
            session=self.session,
            official_period=self.official_period,
            header_rows=self.header_rows,
            parts=self.parts,
            codes=self.codes,
        )


_HEAD = (
    "How Rollbook reads this export. Written by “rollbook import adopt”; it may be corrected here.",
    "Delete the file, and adopt an export again, to be asked again.",
)
_SAYS = {
    "title": "What the office calls the export.",
    "shape": "list: a row a mark. periods: a row a day, a column a period. grid: a column a day. "
    "strings: a string of marks. summary: totals.",
    "recorded": "absences: who is not in it was there. all: who is not in it was not recorded.",
    "blank": "What a blank says: present, or nothing (not recorded).",
    "dates": "How 03/04/2026 is read. Left out: by the office's custom.",
    "each": "What a character of a string of marks stands for: session (AM, PM) or day.",
    "unit": "What the totals count.",
    "session": "The session its marks are of, where the file does not say it.",
    "official_period": "The marks of this period are taken for the day.",
    "header_rows": "2: the headers stand in two rows, one over the other.",
    "columns": "The header of each column, as the export has it.",
    "parts": "The part of the day that a header or a word stands for.",
    "codes": "The export's codes, and the office's codes they are; nothing: not recorded.",
}


def own_importers(root: Path) -> tuple[WrittenImporter, ...]:
    """Return the importers in an office's folder. Raises ``OfficeError`` naming the line."""
    return tuple(read_own(path) for path in sorted((root / IMPORTERS).glob("*.toml")))


def read_own(path: Path) -> WrittenImporter:
    """Read one importer; what it must not say is refused with its line."""
    source = office_source(path)
    try:
        said = OwnFormat.model_validate(read_toml(source))
    except ValidationError as error:
        raise OfficeError(what_is_wrong(source, error.errors()[0])) from error
    _refuse_wrong_columns(said, source)
    if said.encoding:
        _refuse_unknown_encoding(said.encoding, f"{source.name}, line {source.line(('encoding',))}")
    return said.importer(path.stem)


def _refuse_wrong_columns(said: OwnFormat, source: Source) -> None:
    """Refuse columns that such a file cannot have, one that is missing, and one named twice."""
    columns = said.columns
    stray = next((name for name in columns if name not in FIELDS[said.shape]), "")
    if stray:
        raise OfficeError(
            f"{source.name}, line {source.line(('columns', stray))}: a {said.shape} has no column "
            f"“{stray}”. It can have: {', '.join(FIELDS[said.shape])}."
        )
    lacks = [name for name in NEEDED[said.shape] if name not in columns]
    if lacks or (said.shape == "periods" and not said.parts):
        what = ", ".join(lacks) or "[parts], the headers of its periods"
        line = source.line(("columns",))
        raise OfficeError(f"{source.name}, line {line}: {what} must be named too.")
    doubled = next((one for one in columns if list(columns.values()).count(columns[one]) > 1), "")
    if doubled:
        raise OfficeError(
            f"{source.name}, line {source.line(('columns', doubled))}: the column "
            f"“{columns[doubled]}” is named for two things; a column is one of them."
        )


def write_own(root: Path, name: str, said: OwnFormat) -> Path:
    """Write an importer into the office's folder and return where; one of its name is kept."""
    if not _NAME.fullmatch(name):
        raise NotAllowed(f"“{name}” cannot be a name: use small letters, digits and hyphens.")
    path = root / IMPORTERS / f"{name}.toml"
    path.parent.mkdir(exist_ok=True)
    content = tomlkit.dumps(_commented(said))
    try:
        with open(path, "x", encoding="utf-8", newline="\n") as file:
            file.write(content)
    except FileExistsError as error:
        raise NotAllowed(
            f"There is an importer “{name}” already ({path}). Choose another with --set save_as=…, "
            "or delete that file first."
        ) from error
    return path


def _commented(said: OwnFormat) -> tomlkit.TOMLDocument:
    """Return the file with a line above each answer that says what it is."""
    document = tomlkit.document()
    for line in _HEAD:
        document.add(tomlkit.comment(line))
    document.add(tomlkit.nl())
    for name, value in said.model_dump(exclude_none=True, exclude_defaults=True).items():
        if isinstance(value, dict):
            document.add(tomlkit.nl())
        if name in _SAYS:
            document.add(tomlkit.comment(_SAYS[name]))
        document.add(name, value)
    return document


def _refuse_unknown_encoding(encoding: str, place: str) -> None:
    try:
        "".encode(encoding)
    except LookupError as error:
        raise OfficeError(f"{place}: there is no encoding “{encoding}”.") from error
