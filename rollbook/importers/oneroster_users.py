"""OneRoster 1.1 and 1.2: ``users.csv``, the students of a district.

Headers are those of the standard: sourcedId, status, enabledUser, orgSourcedIds, role, username,
userIds, givenName, familyName, middleName, identifier, email, sms, phone, agentSourcedIds, grades.
The student's id is ``identifier``, or ``sourcedId`` where that is blank. OneRoster has no
attendance, and no addresses: parents are not read, because contacts replace those on record and
letters would lose their addresses. It has no place for reasons for care either, and takes none
away. Other roles and users ``tobedeleted`` are left out.
"""

from dataclasses import replace

from rollbook.importers.contract import Extract, Profile
from rollbook.importers.reading.headers import Table, Words, all_tables, find_tables
from rollbook.importers.reading.marks import clean_id, is_id, why_no_id
from rollbook.importers.upload import Row, Upload
from rollbook.problems import Problem, hold, note
from rollbook.register import Student

NAME = "oneroster-users"
TITLE = "OneRoster students (users.csv)"
HEADERS = ("sourcedId", "role", "givenName", "familyName")

WORDS: Words = {
    "sourced_id": ("sourcedId",),
    "status": ("status",),
    "role": ("role", "roles"),
    "given_name": ("givenName",),
    "family_name": ("familyName",),
    "known_as": ("preferredFirstName", "preferredGivenName"),
    "identifier": ("identifier",),
    "grade": ("grades",),
    "campus": ("orgSourcedIds", "primaryOrgSourcedId"),
}
NEEDED = ("sourced_id", "given_name", "family_name", "role")


def identify(upload: Upload) -> bool:
    """Say whether a sheet has OneRoster's columns of users."""
    return bool(find_tables(upload, WORDS, NEEDED))


def extract(upload: Upload, profile: Profile) -> Extract:
    """Read every user who is a student; rows without an id are held."""
    students: dict[str, Student] = {}
    problems: list[Problem] = []
    others = 0
    for table in all_tables(upload, WORDS, NEEDED):
        for number, row in table.rows():
            if table.cell(row, "role").casefold() != "student" or _is_gone(table, row):
                others += 1
                continue
            student = _student(table, row, profile)
            if is_id(student.student_id):
                students.setdefault(student.student_id, student)
            else:
                problems.append(_no_id(table, number, student.student_id))
    return Extract(
        NAME,
        students=list(students.values()),
        problems=[*problems, *_left_out(others)],
        is_roster=True,
    )


def _is_gone(table: Table, row: Row) -> bool:
    return table.cell(row, "status").casefold() == "tobedeleted"


def _student(table: Table, row: Row, profile: Profile) -> Student:
    def cell(field: str) -> str:
        return table.cell(row, field)

    student = Student(
        clean_id(cell("identifier")) or clean_id(cell("sourced_id")),
        family_name=cell("family_name"),
        given_name=cell("given_name"),
        known_as=cell("known_as"),
        grade=cell("grade"),
        campus=cell("campus") or profile.campus,
    )
    several = "," in student.campus
    return replace(student, campus=profile.campus) if several else student


def _no_id(table: Table, number: int, student_id: str) -> Problem:
    return hold(
        "no-student-id",
        f"Row {number} {why_no_id(student_id)}. It was not posted. Correct the row and drop the "
        "file again.",
        value=student_id,
        place=table.place(number, "identifier"),
    )


def _left_out(others: int) -> list[Problem]:
    if not others:
        return []
    rows = "1 row is" if others == 1 else f"{others:,} rows are"
    return [
        note(
            "other-users",
            f"{rows} of staff, of parents or of users to be deleted, and nothing was posted for "
            "them. OneRoster has no addresses; drop a list of contacts for the letters.",
        )
    ]
