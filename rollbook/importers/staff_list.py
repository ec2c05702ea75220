"""A list of staff: who signs the letters of a campus, who answers families, whose form is whose."""

import re
from collections.abc import Iterator

from rollbook.importers.contract import Extract, Profile
from rollbook.importers.reading.headers import FORM, NAMES, Table, Words, all_tables, find_tables
from rollbook.importers.reading.mark_words import CAMPUS
from rollbook.importers.reading.roster_checks import is_footer
from rollbook.importers.upload import Row, Upload
from rollbook.problems import Problem, hold
from rollbook.register import StaffMember

NAME = "staff-list"
TITLE = "List of staff"
GENERAL = True
HEADERS = ("Name", "Job title", "Campus")

WORDS: Words = {
    "family_name": (*NAMES["family_name"], "Staff Last Name", "Staff Surname"),
    "given_name": (*NAMES["given_name"], "Staff First Name", "Staff Forename"),
    "name": ("Staff Name", "Name", "Full Name", "Staff Member", "Teacher", "Teacher Name",
             "Employee Name"),
    "title": ("Job Title", "Position", "Role", "Staff Role", "Post", "Post Title", "Title"),
    "campus": CAMPUS,
    "forms": ("Forms", *FORM, "Form Or Homeroom", "Homerooms", "Tutor Groups", "Tutor Of"),
    "email": ("E-mail", "Email Address", "Work Email", "Teacher Email", "Staff Email"),
    "phone": ("Telephone", "Phone", "Work Phone", "Extension", "Phone Number"),
    "hours": ("Hours", "Office Hours", "Can Be Reached"),
    "signs": ("Signs Letters", "Signs", "Signatory"),
    "answers": ("Answers Families", "Answers", "Attendance Contact", "Whom To Call"),
    "staff_id": ("Staff ID", "Staff Number", "Staff Code", "Employee ID", "Employee Number",
                 "Teacher ID", "Teacher Number"),
    "student": ("Student ID", "Student Number", "Pupil ID", "Admission No", "Admission Number",
                "Adno", "UPN", "Perm ID", "Student Name", "Pupil Name", "Relationship"),
}  # fmt: skip
NEEDED = ("name|family_name", "title", "signs|answers|staff_id|email|campus")

_YES = frozenset(("y", "yes", "x", "1", "true", "✓", "✔"))
_NO = frozenset(("", "n", "no", "0", "false", "-"))
_BETWEEN = re.compile(r"\s*(?:[;,/&\n]|\band\b)\s*")


def identify(upload: Upload) -> bool:
    """Say whether a sheet lists people with their posts, and says nothing of students."""
    return bool(find_tables(upload, WORDS, NEEDED, never="student"))


def extract(upload: Upload, profile: Profile) -> Extract:
    """Read every row as one member of staff; one without a name is left out where it is empty."""
    staff: dict[int, StaffMember] = {}
    problems: list[Problem] = []
    for table in all_tables(upload, WORDS, NEEDED, never="student"):
        for number, row in table.rows():
            if is_footer(table, row) or not _filled(table, row):
                continue
            wrong = next(_wrong(table, number, row), None)
            if wrong:
                problems.append(wrong)
            else:
                staff[number] = _member(table, row, profile)
    return Extract(NAME, staff=staff, problems=problems)


def _filled(table: Table, row: Row) -> bool:
    """Say whether somebody is named or described; campus and form alone are a template's."""
    fields = ("family_name", "given_name", "name", "title", "email", "phone", "staff_id")
    return any(table.cell(row, field) for field in fields)


def _wrong(table: Table, number: int, row: Row) -> Iterator[Problem]:
    if not _name(table, row):
        field = "name" if "name" in table else "family_name"
        yield _held(table, number, field, "names nobody")
    for field in ("signs", "answers"):
        said = table.cell(row, field)
        if said.casefold() not in _YES | _NO:
            what = f"says “{said}” in column “{table.header(field)}”; write yes, or leave it empty"
            yield _held(table, number, field, what)


def _held(table: Table, number: int, field: str, what: str) -> Problem:
    return hold(
        "staff-unreadable",
        f"Row {number} {what}. This person was not entered. Put the row right and drop the whole "
        "list again.",
        place=table.place(number, field),
    )


def _member(table: Table, row: Row, profile: Profile) -> StaffMember:
    def cell(field: str) -> str:
        return table.cell(row, field)

    return StaffMember(
        name=_name(table, row),
        title=cell("title"),
        campus=cell("campus") or profile.campus,
        forms=tuple(filter(None, _BETWEEN.split(cell("forms")))),
        email=cell("email"),
        phone=cell("phone"),
        hours=cell("hours"),
        signs=cell("signs").casefold() in _YES,
        answers=cell("answers").casefold() in _YES,
    )


def _name(table: Table, row: Row) -> str:
    """Return a name, given name first: “Wainhurst, Delia” is turned round."""
    family, given = table.cell(row, "family_name"), table.cell(row, "given_name")
    if not family:
        family, _, given = (part.strip() for part in table.cell(row, "name").partition(","))
    return " ".join(f"{given} {family}".split())
