"""Making a new office, and writing into ``office.toml`` without disturbing the clerk's lines."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import tomlkit

from rollbook.office.calendar_text import guessed_calendar
from rollbook.office.calendars import CALENDAR_FILE
from rollbook.office.opening import open_office
from rollbook.office.settings import SETTINGS_FILE
from rollbook.package import write_whole
from rollbook.policy import load_pack
from rollbook.problems import OfficeError


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
logo = ""             # a PNG or JPEG picture in this folder, such as logo.png
district_name = ""
campus_number = ""    # Texas: county-district-campus number
register_times = ""   # England: when the register is open, such as 8.45 to 9.15, for letters

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
# reply_school_days = 10        # within how many school days an answer is asked for
# again_after_school_days = 20  # how long before a second letter of the same kind
# fewest_possible = 20          # fewer sessions or days so far: no letter about a rate
# hold_flags = ["bereavement", "medical-plan", "looked-after", "safeguarding", "no-letters"]
# hold_unresolved = "deciding"  # marks without a reason yet hold a letter only if they decide
# without = ["tx-warn0"]        # rules whose students are listed, and sent no letter

[email]               # letters by e-mail; without a host all go by post
host = ""             # your mail server, such as "smtp.office365.com"
sender = ""           # whom they are from: "attendance@school.example"
# reply_to = ""       # where answers go, if elsewhere
# security = "tls"    # "starttls" (port 587) when not said; "tls" is port 465
# port = 587
# user = ""           # the password goes into a file of its own, or ROLLBOOK_SMTP_PASSWORD
# password_file = "mail-password.txt"
# per_minute = 30     # how many messages the server takes in a minute
# authority = ""      # a file with the certificate that vouches for your district's own server
# Your own words, with {{school}} {{guardian}} {{contact}} {{phone}} {{hours}} {{serials}}:
# subject = {{ en = "About attendance at {{school}}" }}
# body = {{ en = "Dear {{guardian}}, a letter about attendance is attached." }}
# The letters that may go by e-mail. A legal notice belongs in the post, as evidence.
# letters = {_friendly(jurisdiction)}

[exports]
# day_first = true    # 03/04/2026 is 3 April; asked once when a list does not tell
lists = "all marks"      # "absences" when your plain lists hold absences only
# official_period = "P2" # Texas: the period that decides the day; P2 until you say which
# campus_periods = {{ "041" = "P5" }} # a campus with another official period

[verification]
hours_per_week = ""   # hours a student is scheduled for, e.g. "35"
# course_weeks = 36   # weeks of the course of study
operating_basis = ""  # yearly, semester or semester re-enrollment
correspondence = "no"
full_time = "yes"     # full-time by the school's own standard
# school_type = "public high school"  # as letters to Social Security say it
# last_days_last_all_summer = 5  # Texas: a VOE of the last days of school holds until it opens
# [verification.forms]     # the state's own PDF forms, filled beside our page
# voe = "forms/voe.pdf"    # what goes into its boxes: rollbook verify form voe

[serve]               # Rollbook in Excel: rollbook serve
# license_key = "noncommercial"  # xlwings Server's; see addin/README.md
# port = 8443
# For other computers too (the first two go together):
# host = "0.0.0.0"
# address = "attendance.example.org:8443"  # the name they reach this computer by
# sign_in = "token"   # by: rollbook serve --add-clerk NAME; or "entraid", with the next three
# tenant = ""
# client_id = ""
# roles = ["Attendance.Clerk"]  # the app role of your clerks in Microsoft Entra ID
# certificate = ""    # the district's own, and its key
# key = ""

[snapshots]           # copies of your workbooks as they were before each write
# all_days = 14       # all of them for so many days
# daily_days = 90     # then the last of each day
# weekly_days = 400   # then the last of each week
# fewest = 10         # never fewer than this
# megabytes = 500     # and not more than this, of one workbook

[codes]               # your own symbols: "yours" = "the pack's"
# "Q" = "U"

[campus]              # campus number = its name
"""


_FRIENDLY = {
    "gb-eng": ("eng-l1", "eng-late", "eng-improvement"),
    "us-tx": ("improvement",),
    "us-ca": ("ca-chron", "ca-exc", "improvement"),
}  # letters that help or thank, and have to state no law


def _friendly(jurisdiction: str) -> str:
    """Return an example of letters that may go by e-mail, as a list in TOML."""
    names = ", ".join(f'"{name}"' for name in _FRIENDLY.get(jurisdiction, ()))
    return f"[{names}]"


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


def forget_workbook_map(root: Path, name: str) -> None:
    """Take an adopted workbook out of ``office.toml``; the clerk's own lines and comments stay."""
    path = root / SETTINGS_FILE
    document = tomlkit.parse(path.read_text(encoding="utf-8-sig"))
    tables = document["workbook"]
    at = [entry["file"] for entry in tables].index(name)
    del tables[at]
    if not tables:
        del document["workbook"]
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
