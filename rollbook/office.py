"""An office: a folder with its settings, calendar, rule pack and ledger, opened together.

The folder holds ``office.toml`` and ``calendar.toml``, which a clerk may edit in any text editor,
and the folders named in :class:`Folders`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

import tomlkit
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rollbook.importers.contract import Profile
from rollbook.ledger.connection import Ledger
from rollbook.package import write_whole
from rollbook.policy import PolicyPack, load_pack
from rollbook.problems import OfficeError
from rollbook.school_calendar import SchoolCalendar, SchoolYear, Span

SETTINGS_FILE = "office.toml"
CALENDAR_FILE = "calendar.toml"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class School(_Section):
    """What stands in the letterhead."""

    address: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    district_name: str = ""
    campus_number: str = ""


class Contact(_Section):
    """Whom a family is asked to call."""

    name: str = ""
    phone: str = ""
    email: str = ""
    hours: str = ""


class Signatory(_Section):
    """Who signs letters and documents."""

    name: str = ""
    title: str = ""


class LetterSettings(_Section):
    """How letters are approved, and when one is held back (RULES 0.4, local policy)."""

    approval: Literal["review", "automatic"] = "review"
    reply_school_days: int = Field(default=10, ge=1)
    fewest_possible: int | None = Field(default=None, ge=0)
    hold_flags: tuple[str, ...] = (
        "bereavement",
        "medical-plan",
        "looked-after",
        "safeguarding",
        "no-letters",
    )


class ExportSettings(_Section):
    """What the office has settled about its exports."""

    day_first: bool | None = None
    encoding: str = ""
    campus: str = ""
    official_period: str = "P2"


class VerificationSettings(_Section):
    """Facts about the school that verification documents state."""

    hours_per_week: str = ""
    course_weeks: int | None = None
    operating_basis: str = ""
    correspondence: str = ""
    full_time: str = ""
    summer_ends_on_first_school_day: bool = False


class WatchSettings(_Section):
    """How patient the watcher is."""

    settle_seconds: float = Field(default=2.0, ge=0)
    every_seconds: float = Field(default=10.0, gt=0)


class FolderSettings(_Section):
    """Where the folders of the office are; relative names lie in the office folder."""

    drop: str = "drop"
    received: str = "received"
    posted: str = "posted"
    refused: str = "refused"
    letters: str = "letters"
    documents: str = "documents"
    reports: str = "reports"
    workbooks: str = "workbooks"
    snapshots: str = "snapshots"
    receipts: str = "receipts"
    templates: str = "templates"


class Settings(_Section):
    """The whole of ``office.toml``."""

    name: str
    jurisdiction: str
    clerk: str = ""
    clerk_title: str = ""
    school: School = School()
    contact: Contact = Contact()
    signatory: Signatory = Signatory()
    letters: LetterSettings = LetterSettings()
    exports: ExportSettings = ExportSettings()
    verification: VerificationSettings = VerificationSettings()
    watch: WatchSettings = WatchSettings()
    folders: FolderSettings = FolderSettings()
    codes: dict[str, str] = {}
    campus: dict[str, str] = {}
    workbook: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders of an office, as paths."""

    root: Path
    drop: Path
    received: Path
    posted: Path
    refused: Path
    letters: Path
    documents: Path
    reports: Path
    workbooks: Path
    snapshots: Path
    receipts: Path
    templates: Path

    @classmethod
    def of(cls, root: Path, settings: FolderSettings) -> "Folders":
        """Return the folders under ``root`` as the settings name them."""
        return cls(root, **{name: root / place for name, place in settings.model_dump().items()})

    def make(self) -> None:
        """Make the folders that are not there yet.

        Not a drop folder outside the office: a share that is not connected now must not be
        replaced by an empty folder of its name.
        """
        for name in FolderSettings.model_fields:
            folder: Path = getattr(self, name)
            if name != "drop" or folder.is_relative_to(self.root):
                folder.mkdir(parents=True, exist_ok=True)


@dataclass(frozen=True)
class Office:
    """A bundle of what the duties of the office need. It has no behaviour of its own."""

    settings: Settings
    folders: Folders
    calendar: SchoolCalendar
    policy: PolicyPack
    ledger: Ledger

    @property
    def profile(self) -> Profile:
        """What importers are told about this office's exports."""
        exports = self.settings.exports
        day_first = exports.day_first
        if day_first is None:
            day_first = not self.policy.locale.endswith("US")
        return Profile(day_first=day_first, encoding=exports.encoding, campus=exports.campus)


def open_office(root: Path) -> Office:
    """Open the office in ``root``.

    Raises ``OfficeError`` (not an office, or a setting that cannot be used), ``PolicyError`` or
    ``LedgerError``.
    """
    root = root.absolute()  # so that every path that is said can be opened from anywhere
    settings = read_settings(root)
    folders = Folders.of(root, settings.folders)
    folders.make()
    return Office(
        settings=settings,
        folders=folders,
        calendar=read_calendar(root / CALENDAR_FILE),
        policy=load_pack(settings.jurisdiction, root, settings.codes),
        ledger=Ledger.open(root / "rollbook.db"),
    )


def read_settings(root: Path) -> Settings:
    """Read ``office.toml`` of the office in ``root``."""
    path = root / SETTINGS_FILE
    if not path.is_file():
        raise OfficeError(
            f"There is no office in “{root}” (no {SETTINGS_FILE} there). Name the office folder "
            "with --office, or make one with: rollbook init"
        )
    try:
        return Settings.model_validate(_read_toml(path))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        raise OfficeError(f"{SETTINGS_FILE}, “{place}”: {_said(first)}.") from error


def _said(error: Any) -> str:
    if error["type"] == "extra_forbidden":
        return "there is no such setting; check the spelling"
    if error["type"] == "missing":
        return "this setting is needed"
    return f"{error['msg'].lower()} (met: {error['input']!r})"


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OfficeError(f"“{path.name}” cannot be read: {error}. Mend that line.") from error


def read_calendar(path: Path) -> SchoolCalendar:
    """Read ``calendar.toml``; an impossible calendar is an ``OfficeError`` that says which."""
    if not path.is_file():
        raise OfficeError(f"The school calendar “{path.name}” is missing from the office folder.")
    data = _read_toml(path)
    years = tuple(_year(year) for year in _tables(data, "year"))
    if not years:
        raise OfficeError(f"“{path.name}” holds no school year. Add one under [[year]].")
    for earlier, later in zip(years, years[1:], strict=False):
        if later.first <= earlier.last:
            raise OfficeError(
                f"“{path.name}”: {later.name} begins on {later.first}, before {earlier.name} "
                f"ends on {earlier.last}."
            )
    return SchoolCalendar(years, guessed=not data.get("checked", False))


def _year(data: dict[str, Any]) -> SchoolYear:
    name = str(data.get("name", "a year without a name"))
    try:
        year = SchoolYear(
            name=name,
            first=_day(data["first"]),
            last=_day(data["last"]),
            terms=tuple(_span(span) for span in _tables(data, "term")),
            closures=tuple(_span(span) for span in _tables(data, "closure")),
            extra_days=tuple(_day(day) for day in data.get("extra_days", ())),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise OfficeError(f"{CALENDAR_FILE}, {name}: {error} is missing or is no date.") from error
    for span in (Span(name, year.first, year.last), *year.terms, *year.closures):
        if span.last < span.first:
            raise OfficeError(f"{CALENDAR_FILE}, {name}: “{span.name}” ends before it begins.")
    return year


def _tables(data: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = data.get(name, [])
    if isinstance(found, list) and all(isinstance(table, dict) for table in found):
        return found
    raise OfficeError(
        f"{CALENDAR_FILE}: “{name}” must stand in double brackets, "
        f"as in [[{name if name == 'year' else 'year.' + name}]]."
    )


def _span(data: dict[str, Any]) -> Span:
    return Span(
        str(data.get("name", "")), _day(data["first"]), _day(data.get("last", data["first"]))
    )


def _day(value: object) -> date:
    if not isinstance(value, date):
        raise ValueError(f"“{value}”")
    return value


def make_office(root: Path, jurisdiction: str, name: str, calendar: str = "") -> None:
    """Make a new office in ``root``: its settings, calendar and folders.

    ``calendar`` is the text of ``calendar.toml``; without it a plausible one is written and marked
    as not checked. Raises ``OfficeError`` when there is an office already.
    """
    if (root / SETTINGS_FILE).exists():
        raise OfficeError(f"There is an office in “{root}” already. Nothing was changed.")
    load_pack(jurisdiction, root)
    root.mkdir(parents=True, exist_ok=True)
    text = calendar or guessed_calendar(jurisdiction, date.today())
    write_whole(root / CALENDAR_FILE, text.encode("utf-8"))
    write_whole(root / SETTINGS_FILE, _new_settings(jurisdiction, name).encode("utf-8"))
    open_office(root).ledger.close()


def _new_settings(jurisdiction: str, name: str) -> str:
    quoted = tomlkit.string(name).as_string()
    return f"""\
# The settings of this attendance office. Lines that begin with # are explanations.
name = {quoted}
jurisdiction = "{jurisdiction}"
clerk = ""            # your name, as it stands in the log
clerk_title = ""      # your title, for the amendment trail

[school]              # the letterhead
address = ""
phone = ""
email = ""
website = ""
district_name = ""
campus_number = ""    # Texas: county-district-campus number

[contact]             # whom a family is asked to call
name = ""
phone = ""
email = ""
hours = ""

[signatory]           # who signs
name = ""
title = ""

[letters]
approval = "review"   # "automatic" prints without a review
reply_school_days = 10

[exports]
# day_first = true    # 03/04/2026 is 3 April; follows the jurisdiction when not said
official_period = "P2"   # Texas: the period that decides the day

[verification]
hours_per_week = ""   # hours a student is scheduled for, e.g. "35"
# course_weeks = 36   # weeks of the course of study
operating_basis = ""  # yearly, semester or semester re-enrollment
correspondence = "no"
full_time = "yes"     # full-time by the school's own standard

[codes]               # your own symbols: "yours" = "the pack's"
# "Q" = "U"

[campus]              # campus number = its name
"""


def guessed_calendar(jurisdiction: str, today: date) -> str:
    """Return a calendar for last, this and next school year that still has to be checked."""
    first_year = today.year - 1 if today.month < 7 else today.year
    years = "".join(
        _guessed_year(jurisdiction, year) for year in range(first_year - 1, first_year + 2)
    )
    return (
        "# The school calendar. Rollbook guessed it: put in your own terms and closures, then set\n"
        "# checked = true. Every figure and every window is counted on these days.\n"
        f"checked = false\n{years}"
    )


def _guessed_year(jurisdiction: str, start: int) -> str:
    english = jurisdiction.startswith("gb")
    first = date(start, 9, 1) if english else date(start, 8, 1)
    last = date(start + 1, 7, 31) if english else date(start + 1, 6, 30)
    middle = date(start, 12, 31)
    terms: tuple[Span, ...]
    if english:
        terms = (
            Span("Autumn", first, middle),
            Span("Spring", middle + timedelta(days=1), date(start + 1, 4, 15)),
            Span("Summer", date(start + 1, 4, 16), last),
        )
    else:
        terms = (Span("Fall", first, middle), Span("Spring", middle + timedelta(days=1), last))
    lines = [
        "\n[[year]]",
        f'name = "{start}-{(start + 1) % 100:02d}"',
        f"first = {first}",
        f"last = {last}",
    ]
    for term in terms:
        lines += ["[[year.term]]", f'name = "{term.name}"']
        lines += [f"first = {term.first}", f"last = {term.last}"]
    winter = (date(start, 12, 24), date(start + 1, 1, 1))
    lines += ["[[year.closure]]", 'name = "Winter holiday"']
    lines += [f"first = {winter[0]}", f"last = {winter[1]}"]
    return "\n".join(lines) + "\n"


def save_settings(root: Path, values: Mapping[str, Any]) -> None:
    """Fill in settings in ``office.toml``; the lines and comments already there stay."""
    path = root / SETTINGS_FILE
    document = tomlkit.parse(path.read_text(encoding="utf-8-sig"))
    for name, value in values.items():
        if isinstance(value, Mapping) and name in document:
            for key, inner in value.items():
                document[name][key] = inner
        else:
            document[name] = value
    write_whole(path, tomlkit.dumps(document).encode("utf-8"))


def save_workbook_map(root: Path, mapping: dict[str, Any]) -> None:
    """Write an adopted workbook into ``office.toml``; the clerk's own lines and comments stay."""
    path = root / SETTINGS_FILE
    document = tomlkit.parse(path.read_text(encoding="utf-8-sig"))
    adopted = [entry for entry in document.get("workbook", []) if entry["file"] != mapping["file"]]
    tables = tomlkit.aot()
    for entry in [*adopted, mapping]:
        tables.append(tomlkit.item(entry))
    document["workbook"] = tables
    write_whole(path, tomlkit.dumps(document).encode("utf-8"))
