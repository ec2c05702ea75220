"""Aeries (California): the ``STU`` table, one row a student.

Contacts come in an export of their own (``CON``). The leave date ``LD`` is the last day the
student attended, so membership ends the day after.
"""

from rollbook.importers.contract import Extract, Profile
from rollbook.importers.reading.guardians import Reading
from rollbook.importers.reading.headers import Words, all_tables, find_tables
from rollbook.importers.reading.people import PERSON, joined, read_roster
from rollbook.importers.upload import Upload

NAME = "aeries-stu"
TITLE = "Aeries students (STU)"
HEADERS = ("STU.ID", "STU.LN", "STU.FN")

WORDS: Words = {
    **PERSON,
    "student_id": ("STU.ID",),
    "state_id": ("STU.CID", "STU.SSID", "STU.STI", "SSID", "State Student ID"),
    "family_name": ("STU.LN",),
    "given_name": ("STU.FN",),
    "known_as": ("STU.NN", "STU.FNA"),
    "birth_date": ("STU.BD",),
    "grade": ("STU.GR",),
    "form": ("STU.TN", *PERSON["form"]),  # the homeroom teacher's number stands for the class
    "campus": ("STU.SC",),
    "language": ("STU.CL", "STU.HL"),
    "home_language": ("STU.HL",),
    "entry_date": ("STU.ED",),
    "withdrawal_date": (),
    "last_day": ("STU.LD",),
    "track": ("STU.TR",),
    "attendance": ("ATT.DT", "ATT.DY(DT)", "ATT.AL", "CON.NM", "CON.LN"),
}
NEEDED = ("student_id", "family_name", "given_name")

LANGUAGES = {
    "00": "en", "0": "en", "01": "es", "1": "es", "02": "vi", "2": "vi", "03": "zh", "3": "zh",
    "04": "ko", "4": "ko", "05": "tl", "5": "tl", "06": "pt", "6": "pt", "07": "zh", "7": "zh",
    "08": "ja", "8": "ja", "09": "km", "9": "km", "10": "lo", "11": "ar", "12": "hy", "13": "my",
}  # fmt: skip
"""California's codes of primary languages."""


def identify(upload: Upload) -> bool:
    """Say whether a sheet has the STU columns for id and names, and is no other Aeries table."""
    return bool(find_tables(upload, WORDS, NEEDED, never="attendance"))


def extract(upload: Upload, profile: Profile) -> Extract:
    """Read students and enrolments; the address of a student is not taken for a guardian's."""
    tables = all_tables(upload, WORDS, NEEDED, never="attendance")
    return joined([read_roster(NAME, Reading(table, profile, LANGUAGES), {}) for table in tables])
