"""An office, opened: its settings, folders, calendar, rule pack and ledger in one bundle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from rollbook.attendance import OfficialPeriods
from rollbook.importers.contract import Importer, Profile
from rollbook.ledger.connection import Ledger
from rollbook.office.calendars import CALENDAR_FILE, read_calendar
from rollbook.office.own_importers import IMPORTERS, own_importers
from rollbook.office.settings import SETTINGS_FILE, FolderSettings, Settings, read_settings
from rollbook.policy import PolicyPack, load_pack
from rollbook.problems import OfficeError
from rollbook.school_calendar import SchoolCalendar


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
    own_importers: tuple[Importer, ...] = ()

    @property
    def official(self) -> OfficialPeriods:
        """Which period decides the day at each campus, where the jurisdiction counts so."""
        exports = self.settings.exports
        return OfficialPeriods(exports.official_period, exports.campus_periods)

    @property
    def profile(self) -> Profile:
        """What importers are told about this office's exports."""
        exports = self.settings.exports
        day_first = exports.day_first
        if day_first is None:
            day_first = not self.policy.locale.endswith("US")
        return Profile(
            day_first=day_first,
            encoding=exports.encoding,
            campus=exports.campus,
            absences_only=exports.lists == "absences",
            order_settled=exports.day_first is not None,
            own=self.own_importers,
        )


def files_stamp(root: Path) -> tuple[tuple[str, int, int], ...]:
    """Return what is another one when settings, calendar or a rule pack were saved in ``root``."""
    found = []
    for path in sorted([*root.glob("*.toml"), *(root / IMPORTERS).glob("*.toml")]):
        try:
            file = path.stat()
        except OSError:  # gone since it was listed, or held by whoever saves it
            continue
        found.append((path.name, file.st_mtime_ns, file.st_size))
    return tuple(found)


def open_office(root: Path) -> Office:
    """Open the office in ``root``.

    Raises ``OfficeError`` (not an office, or a setting that cannot be used), ``PolicyError`` or
    ``LedgerError``.
    """
    root = root.absolute()  # so that every path that is said can be opened from anywhere
    settings = read_settings(root)
    folders = Folders.of(root, settings.folders)
    folders.make()
    policy = load_pack(settings.jurisdiction, root, settings.codes)
    rules = [trigger.id for trigger in policy.triggers]
    letters = [*rules, *(one.id for one in policy.requested)]
    refuse_unknown_codes(settings.exports.campus_codes, policy)
    _refuse_unknown("letters.without", settings.letters.without, rules)
    _refuse_unknown("email.letters", settings.email.letters, letters)
    return Office(
        settings=settings,
        folders=folders,
        calendar=read_calendar(root / CALENDAR_FILE),
        policy=policy,
        own_importers=cast(tuple[Importer, ...], own_importers(root)),
        ledger=Ledger.open(root / "rollbook.db"),
    )


def refuse_unknown_codes(campus_codes: Mapping[str, Mapping[str, str]], policy: PolicyPack) -> None:
    """Raise ``OfficeError`` when a code of a campus leads to none, or on to another."""
    known = policy.code_table.keys() | policy.office_codes.keys()
    for campus, codes in campus_codes.items():
        for symbol, meant in codes.items():
            place = f"{SETTINGS_FILE}, “exports.campus_codes.{campus}”, “{symbol}”"
            if meant not in known:
                raise OfficeError(
                    f"{place}: there is no code “{meant}”. The codes are: "
                    f"{', '.join(sorted(known))}."
                )
            if codes.get(meant, meant) != meant:
                raise OfficeError(
                    f"{place}: “{meant}” is itself read as “{codes[meant]}” there, so it cannot be "
                    "told which is meant. Name the code itself."
                )


def _refuse_unknown(setting: str, names: Sequence[str], known: Sequence[str]) -> None:
    for name in names:
        if name not in known:
            raise OfficeError(
                f"{SETTINGS_FILE}, “{setting}”: there is no rule “{name}”. The rules are: "
                f"{', '.join(known)}."
            )
