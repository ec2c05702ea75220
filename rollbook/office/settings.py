"""``office.toml``: what an office says about itself, and what is allowed to be said."""

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from rollbook.office.mail_settings import EmailSettings
from rollbook.office.toml import office_source, read_toml
from rollbook.policy.lines import Source
from rollbook.problems import OfficeError
from rollbook.register import PARTS

SETTINGS_FILE = "office.toml"
PERIODS = tuple(part for part in PARTS if part.startswith("P") and part != "PM")


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class School(_Section):
    """What stands in the letterhead, and when the register is open (``8.45 to 9.15``).

    ``logo`` is a PNG or JPEG picture in the office's folder or in that of its templates.
    """

    address: str = ""
    logo: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    district_name: str = ""
    campus_number: str = ""
    register_times: str = ""


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
    """How letters are approved, and when one is held back (RULES 0.4, local policy).

    What is not said here is as the rule pack has it. ``hold_unresolved`` says whether any mark
    without a reason yet holds a letter that rests on it, or only one that decides. ``without``
    names rules whose students this office only lists, and writes no letter to. Letters are printed
    in ``order``, and with ``pdf`` as PDF files too. ``merge_fields`` says what the office's own
    names mean in templates made for Word's mail merge: ``Child = "student_name"``.
    """

    approval: Literal["review", "automatic"] = "review"
    reply_school_days: int | None = Field(default=None, ge=1)
    fewest_possible: int | None = Field(default=None, ge=0)
    again_after_school_days: int | None = Field(default=None, ge=0)
    hold_flags: tuple[str, ...] | None = None
    hold_unresolved: Literal["any", "deciding"] = "any"
    without: tuple[str, ...] = ()
    order: Literal["postcode", "campus", "class", "name", "serial"] = "postcode"
    pdf: bool = False
    merge_fields: dict[str, str] = Field(default_factory=dict)


class ExportSettings(_Section):
    """What the office has settled about its exports.

    ``campus_names`` are further names that exports give a campus: the name, and the campus of the
    roster. ``campus_codes`` are codes that mean something else at one campus: the campus, then the
    code in the export and the code it is. ``campus_periods`` are the official periods of campuses
    whose own is not ``official_period``.
    """

    day_first: bool | None = None
    encoding: str = ""
    campus: str = ""
    official_period: str = "P2"
    campus_periods: dict[str, str] = Field(default_factory=dict)
    lists: Literal["all marks", "absences"] = "all marks"
    campus_names: dict[str, str] = Field(default_factory=dict)
    campus_codes: dict[str, dict[str, str]] = Field(default_factory=dict)

    @field_validator("official_period")
    @classmethod
    def _a_period(cls, period: str) -> str:
        if period not in PERIODS:
            raise ValueError(f"write one of {', '.join(PERIODS)}, in quotation marks")
        return period

    @field_validator("campus_periods")
    @classmethod
    def _periods(cls, periods: dict[str, str]) -> dict[str, str]:
        for period in periods.values():
            cls._a_period(period)
        return periods


class VerificationSettings(_Section):
    """Facts about the school that verification documents state.

    ``directory_information`` says that the district has designated what an enrolment letter holds
    as directory information and given notice of it (34 CFR 99.37); a family that has opted out has
    the flag ``no-directory`` on the roster.
    """

    hours_per_week: str = ""
    course_weeks: int | None = None
    operating_basis: str = ""
    correspondence: str = ""
    full_time: str = ""
    school_type: str = ""
    summer_ends_on_first_school_day: bool = False
    last_days_last_all_summer: int = Field(default=0, ge=0)
    forms: dict[str, str | dict[str, str]] = Field(default_factory=dict)
    directory_information: bool = False


class WatchSettings(_Section):
    """How patient the watcher is."""

    settle_seconds: float = Field(default=2.0, ge=0)
    every_seconds: float = Field(default=10.0, gt=0)


class SnapshotSettings(_Section):
    """How long the copies of a workbook are kept that are taken before each write into it.

    Every copy of the last ``all_days``, then the newest of each day until ``daily_days``, then the
    newest of each week until ``weekly_days``; with ``megabytes``, no more than these for each
    workbook. The newest ``fewest``, those of today and the very first are always kept.
    """

    all_days: int = Field(default=14, ge=0)
    daily_days: int = Field(default=90, ge=0)
    weekly_days: int = Field(default=400, ge=0)
    fewest: int = Field(default=10, ge=1)
    megabytes: int | None = Field(default=None, ge=1)


class ServeSettings(_Section):
    """How Excel and browsers reach Rollbook, and who may (``rollbook serve``).

    ``address`` is the name others reach this computer by (``attendance.example.org``, with a port
    if it is not 443); empty while only this computer uses Rollbook. ``certificate`` and ``key``
    are the district's own; empty for those of ``--setup-https``. ``tenant``, ``client_id`` and
    ``roles`` are those of Microsoft Entra ID; students are in a school's tenant too, so a role is
    asked for.
    """

    host: str = "127.0.0.1"
    port: int = Field(default=8443, ge=1, le=65535)
    address: str = ""
    sign_in: Literal["none", "token", "entraid"] = "none"
    tenant: str = ""
    client_id: str = ""
    roles: tuple[str, ...] = ()
    certificate: str = ""
    key: str = ""
    license_key: str = ""


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
    email: EmailSettings = EmailSettings()
    exports: ExportSettings = ExportSettings()
    verification: VerificationSettings = VerificationSettings()
    watch: WatchSettings = WatchSettings()
    snapshots: SnapshotSettings = SnapshotSettings()
    serve: ServeSettings = ServeSettings()
    folders: FolderSettings = FolderSettings()
    codes: dict[str, str] = {}
    campus: dict[str, str] = {}
    workbook: tuple[dict[str, Any], ...] = ()

    @property
    def lacking(self) -> list[str]:
        """The settings a letter needs and that are still empty."""
        needed = {
            "school.address": self.school.address,
            "contact.name": self.contact.name,
            "contact.phone": self.contact.phone or self.school.phone,
            "signatory.name": self.signatory.name,
        }
        return [name for name, value in needed.items() if not value.strip()]


def read_settings(root: Path) -> Settings:
    """Read ``office.toml`` of the office in ``root``."""
    path = root / SETTINGS_FILE
    if not path.is_file():
        raise OfficeError(
            f"There is no office in “{root}” (no {SETTINGS_FILE} there). Name the office folder "
            "with --office, or make one with: rollbook init"
        )
    source = office_source(path)
    try:
        return Settings.model_validate(read_toml(source))
    except ValidationError as error:
        raise OfficeError(what_is_wrong(source, error.errors()[0])) from error


_EXPECTED = (  # how pydantic's names of what is wrong begin, and what the clerk is to write
    ("extra_forbidden", "there is no such setting; check the spelling"),
    ("missing", "this setting is needed"),
    ("string", 'write a text in "quotation marks"'),
    ("int", "write a whole number, without quotation marks"),
    ("float", "write a number, without quotation marks"),
    ("bool", "write true or false, without quotation marks"),
    ("tuple", 'write a list in square brackets, as in ["one", "two"]'),
    ("dict", "this is the heading of a section; write it in square brackets on a line of its own"),
    ("model", "this is the heading of a section; write it in square brackets on a line of its own"),
    ("literal", "write one of {expected}"),
    ("greater_than_equal", "write {ge} or more"),
    ("greater_than", "write more than {gt:g}"),
    ("less_than_equal", "write {le} or less"),
    ("value_error", "{error}"),
)


def what_is_wrong(source: Source, error: Any) -> str:
    """Say which setting cannot be used, on which line, and what to write instead."""
    steps = error["loc"]
    line = source.line(steps)
    place = f"{source.name}, line {line}" if line else source.name
    setting = ".".join(str(step) for step in steps)
    words = next((say for kind, say in _EXPECTED if error["type"].startswith(kind)), error["msg"])
    return f"{place}, “{setting}”: {words.format(**error.get('ctx', {}))}."
