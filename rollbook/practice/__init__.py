"""The practice office: an invented school to show, to learn and to test Rollbook with.

:func:`make_school` makes the people and their marks, always the same for the same seed. The others
write what an office has of such a school: the drops of its student information system and those of
the week after, a list of documents asked for, and the clerk's own tracking workbook.
"""

from rollbook.practice.exports import write_corrections, write_exports, write_mark_list
from rollbook.practice.requests import write_requests
from rollbook.practice.school import PracticeSchool, calendar_toml, make_school
from rollbook.practice.tracker import write_tracking_workbook

__all__ = [
    "PracticeSchool",
    "calendar_toml",
    "make_school",
    "write_corrections",
    "write_exports",
    "write_mark_list",
    "write_requests",
    "write_tracking_workbook",
]
