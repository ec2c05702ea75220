"""Ed-Fi: student school attendance events, as XML interchange or as JSON of the API.

Names are those of the Ed-Fi data standard (``StudentSchoolAttendanceEvent``: ``StudentUniqueId``,
``SchoolId``, ``EventDate``, ``AttendanceEventCategory`` or its descriptor, the reason and
``EventDuration``). The code is the last word of the descriptor (``Excused Absence``); *In
Attendance* and *Present* are the blank code. Only exceptions are sent in practice, so who has no
event was there, unless most events say *present*.

An event of a section is of a class, and Ed-Fi does not say in which period it met; one shorter
than a day is not the day. Neither can be a mark of the day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rollbook.importers.contract import Extract, Profile
from rollbook.importers.reading.dates import read_date
from rollbook.importers.reading.figures import number_of
from rollbook.importers.reading.headers import key
from rollbook.importers.reading.mark_lists import silence_of
from rollbook.importers.reading.mark_words import PRESENT
from rollbook.importers.reading.marks import MOST_OF_A_KIND, coverage_of, is_id, listed, why_no_id
from rollbook.importers.reading.records import Record, records
from rollbook.importers.upload import Upload
from rollbook.problems import Place, Problem, hold, note
from rollbook.register import register_frame

NAME = "edfi-attendance"
TITLE = "Ed-Fi attendance events (XML or JSON)"
HEADERS = ()  # XML or JSON

SCHOOL, SECTION = "StudentSchoolAttendanceEvent", "StudentSectionAttendanceEvent"
_CATEGORY = ("AttendanceEventCategoryDescriptor", "AttendanceEventCategory")


@dataclass(frozen=True, slots=True)
class _Event:
    row: int
    student_id: str
    day: date
    symbol: str
    reason: str
    campus: str


def identify(upload: Upload) -> bool:
    """Say whether the file is Ed-Fi's XML of attendance, or JSON with its category of an event."""
    if upload.kind == "xml":
        is_attendance = upload.root_name.startswith("InterchangeStudentAttendance")
        return is_attendance and "AttendanceEvent" in upload.text
    return upload.kind == "json" and '"attendanceEventCategory' in upload.text


def extract(upload: Upload, profile: Profile) -> Extract:
    """Read every event of a school day; events that cannot be a mark of the day are held."""
    found = records(upload, (SCHOOL, SECTION))
    whole = [record for record in found if not _is_of_a_class(record)]
    if not whole:
        raise upload.refused(
            "classes-only",
            "has events of classes (sections) only, and Ed-Fi does not say of which period they "
            "are. Export the events of the school day (StudentSchoolAttendanceEvent) instead.",
        )
    read = [_read(record) for record in whole]
    events = [one for one in read if isinstance(one, _Event)]
    held = [one for one in read if isinstance(one, Problem)]
    marks = register_frame(
        {
            "student_id": [event.student_id for event in events],
            "date": [event.day for event in events],
            "part": ["DAY"] * len(events),
            "symbol": [event.symbol for event in events],
            "comment": [event.reason for event in events],
            "row": [event.row for event in events],
        }
    )
    campuses = sorted({event.campus for event in events})
    coverage = [
        span
        for campus in campuses
        for span in coverage_of(
            marks[[event.campus == campus for event in events]], campus or profile.campus
        )
    ]
    return Extract(
        NAME,
        marks,
        coverage=coverage,
        recording=silence_of(marks),
        problems=[
            *listed(held[:MOST_OF_A_KIND], len(held), "something unreadable", upload.name),
            *_classes(len(found) - len(whole)),
        ],
    )


def _is_of_a_class(record: Record) -> bool:
    return record.kind == SECTION or "sectionreference" in record.fields


def _read(record: Record) -> _Event | Problem:
    student_id = record.field("StudentUniqueId", "StudentUniqueStateId")
    written = record.field("EventDate")
    category = record.field(*_CATEGORY).rpartition("#")[2].rpartition("/")[2].strip()
    duration = record.field("EventDuration")
    day = read_date(written, day_first=False)
    if not is_id(student_id):
        return _held(record, "no-student-id", why_no_id(student_id), student_id)
    if day is None:
        return _held(record, "unreadable-date", f"has “{written}” as its date", written)
    if not category:
        return _held(record, "no-code", "has no category of the event", "")
    if duration and (number_of(duration) or 0) < 1:
        what = f"is of {duration} of a day, which a mark of the whole day cannot say"
        return _held(record, "part-of-a-day", what, duration)
    symbol = "" if key(category) in PRESENT else category
    reason = record.field("AttendanceEventReason")
    return _Event(record.row, student_id, day, symbol, reason, record.field("SchoolId"))


def _held(record: Record, slug: str, what: str, value: str) -> Problem:
    return hold(
        slug,
        f"The event in row {record.row} {what}. It was not posted. Correct it in the system it "
        "comes from and export again.",
        value=value,
        place=Place(row=record.row),
    )


def _classes(count: int) -> Sequence[Problem]:
    if not count:
        return []
    events = "1 event is" if count == 1 else f"{count:,} events are"
    return [
        note(
            "of-classes",
            f"{events} of a class (section). Ed-Fi does not say of which period that is, so "
            "nothing was posted for it.",
        )
    ]
