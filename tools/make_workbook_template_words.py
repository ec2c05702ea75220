"""The words of the workbook templates, state by state: what a column is called, and on what paper.

They are the words that clerks there write, so that Rollbook finds the columns of its own workbooks
as it finds those of any other.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Words:
    """What things are called where an office is."""

    jurisdiction: str
    student_id: str
    student: str
    group: str
    groups_by: str  # what the summary goes by: the year, or the grade
    campus: str
    possible: str
    excused: str
    unexcused: str
    late: str
    left: str
    guardian: str
    unit: str
    year_begins: date
    paper: int  # Excel's number: 1 is Letter, 9 is A4
    day: str  # how a date is shown
    documents: tuple[str, ...]
    sessions: tuple[str, ...]
    actions: tuple[str, ...]
    group_by_beginning: bool = False  # 7A belongs to year 7


_CONTACTS = ("Called", "No answer", "Left message", "Texted", "E-mailed", "Met", "Home visit")

WORDS = {
    "us-tx": Words(
        "us-tx", "Student ID", "student", "Grade", "Grade", "Campus", "Days enrolled", "Excused",
        "Unexcused", "Tardies", "Withdrawn", "Parent or guardian", "days", date(2026, 8, 1), 1,
        "mm/dd/yyyy",
        ("enrollment", "voe", "social-security", "ssi", "replacement-card", "tanf-h1086", "travel"),
        ("Day", "1", "2", "3", "4", "5", "6", "7", "8"),
        (*_CONTACTS, "Conference", "Referral", "Other"),
    ),
    "us-ca": Words(
        "us-ca", "Student ID", "student", "Grade", "Grade", "Campus", "Days enrolled",
        "Excused", "Unexcused", "Tardies", "Withdrawn", "Parent or guardian", "days",
        date(2026, 8, 1), 1, "mm/dd/yyyy",
        ("enrollment", "social-security", "ssi", "replacement-card", "travel"),
        ("Day", "1", "2", "3", "4", "5", "6", "7", "8"),
        (*_CONTACTS, "Conference", "SARB referral", "Other"),
    ),
    "gb-eng": Words(
        "gb-eng", "Admission No", "pupil", "Form", "Year", "School", "Possible", "Authorised",
        "Unauthorised", "Lates", "Left", "Parent or carer", "sessions", date(2026, 9, 1), 9,
        "dd/mm/yyyy",
        ("enrolment", "child-benefit", "travel"),
        ("AM", "PM"),
        (*_CONTACTS, "Support plan", "Referral", "Other"),
        group_by_beginning=True,
    ),
}  # fmt: skip
"""By jurisdiction. The kinds of action are those the contact log understands."""

JURISDICTIONS = tuple(WORDS)
