"""An office: a folder with its settings, calendar, rule pack and ledger, opened together.

The folder holds ``office.toml`` and ``calendar.toml``, which a clerk may edit in any text editor,
and the folders named in :class:`Folders`.
"""

from rollbook.office.calendar_text import calendar_as_toml, guessed_calendar
from rollbook.office.calendars import CALENDAR_FILE, read_calendar
from rollbook.office.mail_settings import EmailSettings, is_address
from rollbook.office.making import (
    forget_workbook_map,
    make_office,
    save_settings,
    save_workbook_map,
)
from rollbook.office.opening import Folders, Office, files_stamp, open_office
from rollbook.office.settings import SETTINGS_FILE, ServeSettings, Settings, read_settings

__all__ = [
    "CALENDAR_FILE",
    "SETTINGS_FILE",
    "EmailSettings",
    "Folders",
    "Office",
    "ServeSettings",
    "Settings",
    "calendar_as_toml",
    "files_stamp",
    "guessed_calendar",
    "is_address",
    "make_office",
    "open_office",
    "read_calendar",
    "read_settings",
    "save_settings",
    "forget_workbook_map",
    "save_workbook_map",
]
