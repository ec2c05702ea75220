"""The one reader of summaries: a row a student with totals, and no marks.

A summary says nothing of a day, so no mark is made of it. Who is not in it was not in the
selection it was made for: neither present nor absent.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from rollbook.importers.contract import Extract, Figures, Profile
from rollbook.importers.reading.dates import read_date
from rollbook.importers.reading.headers import FORM, STUDENT_ID, Table, Words, key
from rollbook.importers.reading.mark_words import CAMPUS, STUDENT
from rollbook.importers.reading.marks import MOST_OF_A_KIND, clean_id, is_id, listed, why_no_id
from rollbook.importers.reading.roster_checks import is_footer
from rollbook.importers.upload import Row
from rollbook.problems import Place, Problem, hold, note

POSSIBLE = ("Possible", "Possible Sessions", "Sessions Possible", "TermlySessionsPossible",
            "Total Sessions", "Possible Marks", "Possible Days", "Days Possible", "Total Days",
            "Days Enrolled", "Days Enrolled to Date", "Days Membership", "Days in Membership",
            "Membership", "Expected Attendance Days", "Number Days Taught",
            "NumberDaysTaught")  # fmt: skip
ABOUT: Words = {
    **STUDENT,
    "student_id": (*STUDENT_ID, "User ID", "OSIS", "OSIS ID Number"),
    "state_id": ("UPN", "SSID", "TSDS Unique ID", "TX Unique Student ID", "TX-UNIQUE-STUDENT-ID",
                 "State ID", "Unique ID", "Student Unique ID"),
    "form": (*FORM, "Class Label", "YearReg", "Group"),
    "campus": (*CAMPUS, "Estab", "School Name"),
    "period": ("Reporting Period", "Term", "Academic Year", "School Year", "Period Name",
               "Date Range", "Month", "Six Weeks"),
    "first": ("Start Date", "Data Start", "From", "From Date"),
    "last": ("End Date", "Data End", "To", "To Date"),
}  # fmt: skip
"""Whom and which stretch a row of totals is about."""

COUNTED: Words = {
    "possible": POSSIBLE,
    "attended": ("Attended", "Present", "Days Present", "Present Days", "Days Attended",
                 "Sessions Attended", "Sessions Present", "Attendances", "Total Present",
                 "Days Attendance"),
    "approved": ("AEA", "Approved Educational Activity", "Educational Activity",
                 "Approved Activity"),
    "absent": ("Absent", "Days Absent", "Absent Days", "Absences", "Total Absences", "Total Absent",
               "Sessions Missed", "Sessions Absent", "Absence"),
    "authorised": ("Authorised", "Authorised Absences", "Authorised Absence", "Auth Absences",
                   "Sessions Authorised", "TermlySessionsAuthorised", "Excused", "Days Excused",
                   "Absences Excused", "Excused Absences", "Excused Absent"),
    "unauthorised": ("Unauthorised", "Unauthorised Absences", "Unauthorised Absence",
                     "Unauth Absences", "Sessions Unauthorised", "TermlySessionsUnauthorised",
                     "Unexcused", "Days Unexcused", "Absences Unexcused", "Unexcused Absences"),
    "late": ("Late", "Lates", "Tardies", "Tardy", "Days Tardy", "Late Before Reg", "Tardy Count"),
    "missing": ("Missing Marks", "Missing", "Total Missing Marks"),
    "percent attended": ("Perc Attended", "PercAttended", "Percentage Attendance",
                         "Attendance Percentage", "Percent Attended", "Percent Present",
                         "Attendance Rate"),
}  # fmt: skip
"""What summaries count, by the headers it is known by; the keys are those of ``Figures.counts``."""

SUMMARY: Words = {**ABOUT, **COUNTED}

_OF_A_HUNDRED = {"attendance": "attended", "attend": "attended", "att": "attended"}
"""What further words mean beside a %, as :func:`key` compares them."""

_NUMBER = re.compile(r"\d{1,9}(?:[.,]\d{1,6})?")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d{1,6})?")


@dataclass(frozen=True)
class SummaryShape:
    """How one system writes a summary: its words, what it is recognised by, and its unit.

    ``counted`` are the fields that are numbers; ``more`` returns further columns that are, by what
    they count.
    """

    name: str
    unit: str
    words: Words
    counted: Words = field(default_factory=lambda: COUNTED)
    more: Callable[[Table], Mapping[str, int]] = lambda table: {}


def counted_columns(table: Table, counted: Words = COUNTED) -> dict[str, int]:
    """Return the columns of numbers by what they count; ``Present %`` is not ``Present``."""
    keys = [key(header) for header in table.headers]
    plain = ["" if "%" in header else key(header) for header in table.headers]
    found: dict[str, int] = {}
    for what, names in counted.items():
        place = next((plain.index(key(name)) for name in names if key(name) in plain), None)
        if place is not None:
            found[what] = place
    known = {key(name): what for what, names in counted.items() for name in names} | _OF_A_HUNDRED
    for place, header in enumerate(table.headers):
        what = known.get(keys[place], "") if "%" in header else ""
        if what:
            found.setdefault(what if what.startswith("percent") else f"percent {what}", place)
    return found


def read_figures(tables: Iterable[Table], profile: Profile, shape: SummaryShape) -> Extract:
    """Read every row as one student's totals; rows that cannot be read are held."""
    found: list[Figures] = []
    held: list[Problem] = []
    left_out = 0
    for table in tables:
        counted = {**counted_columns(table, shape.counted), **shape.more(table)}
        unit = _unit(table, shape.unit)
        for number, row in table.rows():
            if is_footer(table, row) or _is_total(table, row):
                left_out += 1
                continue
            read = _read(table, number, row, counted, unit, profile)
            if isinstance(read, Problem):
                held.append(read)
            else:
                found.append(read)
    return summary(shape.name, found, held, left_out)


def summary(
    name: str, found: Sequence[Figures], held: Sequence[Problem], left_out: int = 0
) -> Extract:
    """Return a summary's extract, with the note that it changes nothing in the register."""
    lines = "1 line was" if left_out == 1 else f"{left_out:,} lines were"
    totals = [note("left-out", f"{lines} left out: totals, or words around the list.")]
    return Extract(
        name,
        figures=found,
        problems=[
            _what_it_is(len({(one.student_id or one.state_id or one.name) for one in found})),
            *(totals if left_out else []),
            *listed(held[:MOST_OF_A_KIND], len(held), "something unreadable", ""),
        ],
    )


def number_of(text: str) -> Fraction | None:
    """Return a total exactly: ``1,234``, ``12.5``, ``12,5``, ``95.3%``; None when it is none."""
    plain = text.strip().rstrip("%").strip()
    if _THOUSANDS.fullmatch(plain):
        return Fraction(plain.replace(",", ""))
    return Fraction(plain.replace(",", ".")) if _NUMBER.fullmatch(plain) else None


def _read(
    table: Table,
    number: int,
    row: Row,
    counted: Mapping[str, int],
    unit: str,
    profile: Profile,
) -> Figures | Problem:
    student_id = clean_id(table.cell(row, "student_id"))
    state_id = clean_id(table.cell(row, "state_id"))
    if not is_id(student_id) and not is_id(state_id):
        return held_row(
            table.place(number, "student_id"), number, why_no_id(student_id or state_id)
        )
    counts: dict[str, Fraction] = {}
    for name, place in counted.items():
        text = row[place] if place < len(row) else ""
        value = number_of(text)
        if text and value is None:
            header = table.headers[place]
            what = f"has “{text}” in column “{header}”, which is not a number"
            return held_row(table.place(number), number, what)
        if value is not None:
            counts[name] = value
    family, given = table.cell(row, "family_name"), table.cell(row, "given_name")
    return Figures(
        student_id,
        counts,
        unit,
        period=table.cell(row, "period"),
        first=read_date(table.cell(row, "first"), profile.day_first),
        last=read_date(table.cell(row, "last"), profile.day_first),
        state_id=state_id,
        name=", ".join(filter(None, (family, given))) or table.cell(row, "name"),
        form=table.cell(row, "form"),
        campus=table.cell(row, "campus") or profile.campus,
        row=number,
    )


def held_row(place: Place, number: int, what: str) -> Problem:
    """Return the problem of a row of totals that cannot be read."""
    return hold(
        "unreadable-figures",
        f"Row {number} {what}. Its figures were not read. Correct the row and drop the file again.",
        place=place,
    )


def _is_total(table: Table, row: Row) -> bool:
    first = next(filter(None, row), "").casefold()
    return first.startswith(("total", "average", "mean", "grand total"))


def _unit(table: Table, unit: str) -> str:
    """Return the unit the headers name, else the one this kind of summary has."""
    headers = " ".join(table.headers).casefold()
    if unit:
        return unit
    return "sessions" if "session" in headers else "days"


def _what_it_is(students: int) -> Problem:
    who = "1 student" if students == 1 else f"{students:,} students"
    return note(
        "summary",
        f"This is a summary of {who}: it has totals, not marks, so nothing in the register was "
        "changed. Who is not in it was not selected for it, and that says nothing about them.",
    )
