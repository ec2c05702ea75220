"""A general list of students, for systems that have no importer of their own.

One row a student (or a row a guardian): an id, a name, and a grade, a birth date or an entry date.
Contacts stand side by side (``Contact 1 …``) or one a row. A system's own roster, which says more,
goes before it.
"""

from rollbook.importers.contract import Extract, Profile
from rollbook.importers.reading.guardians import Reading
from rollbook.importers.reading.headers import Words
from rollbook.importers.reading.people import PERSON, joined, read_roster
from rollbook.importers.reading.rosters import roster_tables, rosters
from rollbook.importers.upload import Upload

NAME = "student-list"
TITLE = "General list of students"
HEADERS = ("Student ID", "Last Name", "First Name", "Grade")
GENERAL = True
ASKS_ORDER = True

WORDS: Words = {
    **PERSON,
    "code": ("Mark", "Code", "Attendance Code", "Attendance Mark", "Absence Code", "Document"),
}
NEEDED = ("student_id", "family_name|name", "grade|form|birth_date|entry_date")


def identify(upload: Upload) -> bool:
    """Say whether a sheet lists students by id and name, and is neither register nor request."""
    return bool(roster_tables(upload, WORDS, NEEDED))


def extract(upload: Upload, profile: Profile) -> Extract:
    """Read students, guardians and enrolments; rows that cannot be read are held."""
    tables = rosters(upload, WORDS, NEEDED)
    return joined([read_roster(NAME, Reading(table, profile)) for table in tables])
