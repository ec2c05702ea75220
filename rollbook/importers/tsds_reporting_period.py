"""Texas: TSDS PEIMS basic reporting period attendance, as XML, JSON, or a list.

A record a student, campus, track, reporting period and grade. Fields go by what they are called at
the end, whatever they are nested in: as the state's data elements write them
(``TX-UNIQUE-STUDENT-ID``, ``NUMBER-DAYS-TAUGHT``, ``TOTAL-DAYS-ABSENT`` …) and as the Ed-Fi based
tables do (``StudentUniqueId``, ``NumberDaysTaught``, ``TotalDaysAbsent`` …). The data elements are
established; the names of the XML elements around them are not, and are matched the same way.
"""

from fractions import Fraction

from rollbook.importers.contract import Extract, Figures, Profile
from rollbook.importers.reading.figures import (
    ABOUT,
    SummaryShape,
    held_row,
    number_of,
    read_figures,
    summary,
)
from rollbook.importers.reading.headers import Table, Words, find_tables, with_rows
from rollbook.importers.reading.marks import is_id, why_no_id
from rollbook.importers.reading.records import Record, records
from rollbook.importers.upload import Upload
from rollbook.problems import Place, Problem

NAME = "tsds-reporting-period"
TITLE = "TSDS PEIMS basic reporting period attendance"
HEADERS = ("TX-UNIQUE-STUDENT-ID", "NUMBER-DAYS-TAUGHT", "TOTAL-DAYS-ABSENT")

KINDS = ("BasicReportingPeriodAttendanceExtension", "BasicReportingPeriodAttendance")


def _names(*names: str) -> tuple[str, ...]:
    return tuple(f"{prefix}{name}" for name in names for prefix in ("", "TX-"))


COUNTS: Words = {
    "possible": _names("NumberDaysTaught", "DaysTaught"),
    "absent": _names("TotalDaysAbsent", "DaysAbsent"),
    "attended ineligible": _names("TotalIneligibleDaysPresent", "TotIneligDaysPresent",
                                  "IneligibleDaysPresent"),
    "attended eligible": _names("TotalEligibleDaysPresent", "TotEligDaysPresent",
                                "EligibleDaysPresent"),
    "attended remote synchronous": _names("RSTotalEligibleDaysPresent"),
    "attended remote asynchronous": _names("RATotalEligibleDaysPresent"),
}  # fmt: skip
WORDS: Words = {
    **ABOUT,
    "student_id": ("Local ID", "Local Student ID", "Student ID"),
    "state_id": _names("StudentUniqueId", "StudentUniqueStateId", "UniqueStudentId", "Unique ID",
                       "TSDS Unique ID", "TSDS ID"),
    "campus": _names("CampusIdOfEnrollment", "SchoolId", "StateOrganizationId", "CampusId",
                     "Campus"),
    "period": _names("ReportingPeriod", "ReportingPeriodDescriptor", "ReportingPeriodIndicator",
                     "ReportingPeriodIndicatorCode"),
    "form": _names("GradeLevel", "GradeLevelDescriptor", "Grade"),
    **COUNTS,
}  # fmt: skip
SHAPE = SummaryShape(NAME, "days", WORDS, counted=COUNTS)
NEEDED = ("student_id|state_id", "possible", "absent", "attended eligible")


def identify(upload: Upload) -> bool:
    """Say whether the file is XML or JSON of reporting periods, or a list with their fields."""
    if upload.kind == "xml":
        return KINDS[1] in upload.text and "AttendanceEventCategory" not in upload.text
    if upload.kind == "json":
        return '"numberDaysTaught"' in upload.text and '"totalDaysAbsent"' in upload.text
    return bool(_tables(upload))


def extract(upload: Upload, profile: Profile) -> Extract:
    """Read every record as one student's days of one reporting period."""
    if upload.kind in ("xml", "json"):
        read = [_read(record) for record in records(upload, KINDS)]
        found = [one for one in read if isinstance(one, Figures)]
        return summary(NAME, found, [one for one in read if isinstance(one, Problem)])
    return read_figures(with_rows(upload, _tables(upload)), profile, SHAPE)


def _tables(upload: Upload) -> list[Table]:
    return find_tables(upload, WORDS, NEEDED)


def _read(record: Record) -> Figures | Problem:
    place, cell = Place(row=record.row), record.field
    state_id = cell(*WORDS["state_id"])
    if not is_id(state_id):
        return held_row(place, record.row, why_no_id(state_id))
    counts: dict[str, Fraction] = {}
    for name, names in COUNTS.items():
        text = cell(*names)
        value = number_of(text)
        if text and value is None:
            what = f"has “{text}” as {names[0]}, which is not a number"
            return held_row(place, record.row, what)
        if value is not None:
            counts[name] = value
    return Figures(
        "",
        counts,
        "days",
        period=cell(*WORDS["period"]).rpartition("#")[2],
        state_id=state_id,
        form=cell(*WORDS["form"]).rpartition("#")[2],
        campus=cell(*WORDS["campus"]),
        row=record.row,
    )
