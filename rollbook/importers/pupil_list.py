"""England: a pupil list as the MIS prints it, with parental contacts where they are included.

The pupil's id is the admission number where the list has one, else the UPN. A leaving date is the
last day on roll. Contacts stand side by side (``Contact 1 …``) or one a row.
"""

from rollbook.importers.contract import Extract, Profile
from rollbook.importers.reading.guardians import Reading
from rollbook.importers.reading.headers import Words
from rollbook.importers.reading.people import PERSON, joined, read_roster
from rollbook.importers.reading.rosters import roster_tables, rosters
from rollbook.importers.upload import Upload

NAME = "pupil-list"
TITLE = "Pupil list (England)"
HEADERS = ("UPN", "Legal Surname", "Legal Forename", "Year Group")

WORDS: Words = {
    **PERSON,
    "student_id": ("Admission No", "Admission Number", "Adno", "Adm No", "Admission ID", "MIS ID"),
    "state_id": ("UPN", "Unique Pupil Number"),
    "code": ("Mark", "Code", "Attendance Code", "Attendance Mark", "Document"),
}
NEEDED = ("student_id|state_id", "family_name|name", "grade|form|birth_date")


def identify(upload: Upload) -> bool:
    """Say whether a sheet lists pupils by admission number or UPN, and is no register."""
    return bool(roster_tables(upload, WORDS, NEEDED))


def extract(upload: Upload, profile: Profile) -> Extract:
    """Read pupils, their contacts and when they were on roll; unreadable rows are held."""
    tables = rosters(upload, WORDS, NEEDED)
    return joined([read_roster(NAME, Reading(table, profile)) for table in tables])
