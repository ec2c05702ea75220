"""``office.toml``: what an office says about itself, and what is allowed to be said."""

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rollbook.office.toml import read_toml
from rollbook.problems import OfficeError

SETTINGS_FILE = "office.toml"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class School(_Section):
    """What stands in the letterhead, and when the register is open (``8.45 to 9.15``)."""

    address: str = ""
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

    What is not said here is as the rule pack has it. ``without`` names rules whose students this
    office only lists, and writes no letter to.
    """

    approval: Literal["review", "automatic"] = "review"
    reply_school_days: int | None = Field(default=None, ge=1)
    fewest_possible: int | None = Field(default=None, ge=0)
    again_after_school_days: int | None = Field(default=None, ge=0)
    hold_flags: tuple[str, ...] | None = None
    without: tuple[str, ...] = ()


class ExportSettings(_Section):
    """What the office has settled about its exports."""

    day_first: bool | None = None
    encoding: str = ""
    campus: str = ""
    official_period: str = "P2"
    lists: Literal["all marks", "absences"] = "all marks"


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
    try:
        return Settings.model_validate(read_toml(path))
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
