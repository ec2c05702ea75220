"""A general list of students, for systems that have no importer of their own.

One row a student (or a row a guardian): an id, a name, and a grade, a birth date or an entry date.
Contacts stand side by side (``Contact 1 …``) or one a row. A system's own roster, which says more,
goes before it.
"""

from rollbook.importers.contract import Extract, Profile
from rollbook.importers.reading.figures import POSSIBLE
from rollbook.importers.reading.guardians import Reading
from rollbook.importers.reading.headers import Words, all_tables, find_tables
from rollbook.importers.reading.people import PERSON, joined, read_roster
from rollbook.importers.upload import Upload

NAME = "student-list"
TITLE = "General list of students"
HEADERS = ("Student ID", "Last Name", "First Name", "Grade")
GENERAL = True

WORDS: Words = {
    **PERSON,
    "code": (
        "Mark",
        "Code",
        "Attendance Code",
        "Attendance Mark",
        "Absence Code",
        "Document",
        *POSSIBLE,
    ),
}
NEEDED = ("student_id", "family_name|name", "grade|form|birth_date|entry_date")


def identify(upload: Upload) -> bool:
    """Say whether a sheet lists students by id and name, and is neither register nor request."""
    return bool(find_tables(upload, WORDS, NEEDED, never="code"))


def extract(upload: Upload, profile: Profile) -> Extract:
    """Read students, guardians and enrolments; rows that cannot be read are held."""
    tables = all_tables(upload, WORDS, NEEDED, never="code")
    return joined([read_roster(NAME, Reading(table, profile)) for table in tables])
