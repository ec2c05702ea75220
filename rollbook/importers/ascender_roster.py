"""ASCENDER (Texas): a roster as CSV, with guardians and enrolments.

The vendor publishes no one layout for it, so the columns are found by their headers, in any order:
a row a student, a guardian or a stretch of enrolment. The student's id is the *local* id, which
the absences carry too; a "Student ID" of nine digits beside it may be a Social Security number and
is not read.
"""

from rollbook.importers.contract import Extract, Profile
from rollbook.importers.reading.guardians import Reading
from rollbook.importers.reading.headers import Words
from rollbook.importers.reading.people import PERSON, joined, read_roster
from rollbook.importers.reading.rosters import roster_tables, rosters
from rollbook.importers.upload import Upload

NAME = "ascender-roster"
TITLE = "ASCENDER roster (students and guardians)"
HEADERS = ("Campus ID", "Student ID", "Last Name", "First Name", "Entry Date")

WORDS: Words = {
    **PERSON,
    "student_id": ("Local ID", "Student Local ID", "Local Student ID", "Student ID",
                   "Student Number", "Student No"),
    "state_id": ("TSDS Unique ID", "TSDS ID", "Texas Unique ID", "TX Unique Student ID",
                 "TX Unique ID", "State Unique ID", "Student Unique ID", "Unique ID", "State ID"),
    "campus": ("Campus ID", "Campus", "Campus Number", "Campus ID of Enrollment"),
    "code": ("Absence Code", "Attendance Code", "Document"),
}  # fmt: skip
NEEDED = ("campus", "student_id", "family_name", "given_name", "entry_date|ada_code|state_id")

LANGUAGES = {
    "01": "es", "1": "es", "98": "en", "02": "vi", "2": "vi", "03": "lo", "3": "lo", "04": "km",
    "4": "km", "06": "ko", "6": "ko", "07": "ja", "7": "ja", "3E": "id", "3F": "it",
}  # fmt: skip
"""PEIMS table C092, home language, as far as it is established."""


def identify(upload: Upload) -> bool:
    """Say whether a sheet has a campus, local ids, names, and a Texan fact about enrolment."""
    return bool(roster_tables(upload, WORDS, NEEDED))


def extract(upload: Upload, profile: Profile) -> Extract:
    """Read students, guardians and enrolments; rows that cannot be read are held."""
    tables = rosters(upload, WORDS, NEEDED)
    return joined([read_roster(NAME, Reading(table, profile, LANGUAGES)) for table in tables])
