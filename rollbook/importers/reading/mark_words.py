"""The words that lists of marks have over their columns, whatever system wrote them.

One table for all importers of lists: an importer names its own headers first and falls back on
these. ``rollbook/importers/README.md`` says for which systems the headers are established.
"""

from rollbook.importers.reading.headers import NAMES, STUDENT_ID, Words

DATE = (
    "Date",
    "Attendance Date",
    "Absence Date",
    "Abs Date",
    "Att Date",
    "Session Date",
    "Mark Date",
    "Event Date",
    "Register Date",
    "School Date",
    "Calendar Date",
)
PART = (
    "Session",
    "Session Name",
    "Part",
    "Part of Day",
    "AM/PM",
    "Period",
    "Period Number",
    "Period Name",
    "Bell Period",
    "Per",
    "Time of Day",
    "Registration",
)
CODE = (
    "Code",
    "Mark",
    "Attendance Code",
    "Attendance Mark",
    "Att Code",
    "Mark Code",
    "Attendance Status",
    "Attendance Status Code",
    "Status",
    "Absence Code",
    "Daily Status",
    "Attendance",
    "Symbol",
)
MINUTES_LATE = ("Minutes Late", "Mins Late", "Late Minutes", "Minutes")
COMMENT = ("Comment", "Comments", "Remarks", "Remark", "Note", "Notes", "Reason")
CAMPUS = ("School", "School ID", "School Code", "Campus", "Campus ID", "Site", "Building", "Entity")

STUDENT: Words = {"student_id": STUDENT_ID, **NAMES}
MARK: Words = {
    **STUDENT,
    "date": DATE,
    "part": PART,
    "code": CODE,
    "minutes_late": MINUTES_LATE,
    "comment": COMMENT,
}
EVENT: Words = {**MARK, "campus": CAMPUS}
"""A list of absences: its silence speaks for the campuses it names, so they are read."""

PRESENT = frozenset(("", "p", "present", "inattendance", "here"))
"""Codes and words that US systems write for *present*, as :func:`headers.key` compares them."""
