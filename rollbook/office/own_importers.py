"""The importers an office wrote for itself: ``importers/NAME.toml``, one format a file."""

import re
from pathlib import Path
from typing import Literal

import tomlkit
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rollbook.importers.reading.written import WrittenImporter
from rollbook.office.settings import what_is_wrong
from rollbook.office.toml import office_source, read_toml
from rollbook.problems import NotAllowed, OfficeError

IMPORTERS = "importers"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class OwnColumns(_Strict):
    """The header of each column, as the export has it."""

    student_id: str = Field(min_length=1)
    date: str = Field(min_length=1)
    code: str = Field(min_length=1)
    part: str | None = None
    minutes_late: str | None = None
    comment: str | None = None
    campus: str | None = None
    family_name: str | None = None
    given_name: str | None = None
    name: str | None = None


class OwnFormat(_Strict):
    """What one such file says. ``dates`` that are left out are read by the office's custom."""

    title: str
    shape: Literal["events", "days"]
    dates: Literal["day first", "month first"] | None = None
    encoding: str = ""
    campus: str = ""
    columns: OwnColumns
    codes: dict[str, str] = Field(default_factory=dict)


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
    columns = said.columns.model_dump(exclude_none=True)
    doubled = next((f for f in columns if list(columns.values()).count(columns[f]) > 1), "")
    if doubled:
        line = source.line(("columns", doubled))
        raise OfficeError(
            f"{source.name}, line {line}: the column “{columns[doubled]}” is named for two things; "
            "a column is one of them."
        )
    if said.encoding:
        _refuse_unknown_encoding(said.encoding, f"{source.name}, line {source.line(('encoding',))}")
    return WrittenImporter(
        NAME=f"own-{path.stem}",
        TITLE=said.title,
        columns=columns,
        events=said.shape == "events",
        day_first=None if said.dates is None else said.dates == "day first",
        encoding=said.encoding,
        campus=said.campus,
        codes=said.codes,
    )


def write_own(root: Path, name: str, said: OwnFormat) -> Path:
    """Write an importer into the office's folder and return where; one of its name is kept."""
    if not _NAME.fullmatch(name):
        raise NotAllowed(f"“{name}” cannot be a name: use small letters, digits and hyphens.")
    path = root / IMPORTERS / f"{name}.toml"
    path.parent.mkdir(exist_ok=True)
    content = tomlkit.dumps(said.model_dump(exclude_none=True, exclude_defaults=True))
    try:
        with open(path, "x", encoding="utf-8", newline="\n") as file:
            file.write(content)
    except FileExistsError as error:
        raise NotAllowed(
            f"There is an importer “{name}” already ({path}). Choose another with --set save_as=…, "
            "or delete that file first."
        ) from error
    return path


def _refuse_unknown_encoding(encoding: str, place: str) -> None:
    try:
        "".encode(encoding)
    except LookupError as error:
        raise OfficeError(f"{place}: there is no encoding “{encoding}”.") from error
