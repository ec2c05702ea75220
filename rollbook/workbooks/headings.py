"""The words that clerks write above the columns of their trackers and letter logs."""

import re

STUDENT_ID = (
    "student id", "student number", "student no", "local id", "local student id",
    "student local id", "pupil id", "pupil no", "pupil number", "learner id", "admission no",
    "admission number", "adm no", "adno", "perm id", "permanent id", "perm no", "perm",
    "student perm id", "sis id", "stu id", "id no", "id number", "id", "upn", "ssid", "state id",
    "student state id", "state student id", "tsds id", "tsds unique id", "unique id",
)  # fmt: skip
"""The office's own number first: where a list has it and a state's number, it is the one used."""

STATE_ID = STUDENT_ID[STUDENT_ID.index("upn") :]
"""Headings under which a state's number stands and not the office's own."""

FIGURES: dict[str, tuple[str, ...]] = {
    "possible": (
        "possible", "sessions possible", "possible sessions", "total sessions", "sessions",
        "days possible", "possible days", "days enrolled", "enrolled days", "membership",
        "days in membership", "days membership", "membership days", "days offered",
    ),
    "attended": (
        "attended", "present", "sessions attended", "days attended", "sessions present",
        "days present", "total present", "attendances",
    ),
    "absent": (
        "absent", "absences", "absence", "days absent", "sessions absent", "sessions missed",
        "days missed", "total absences", "total absent", "absent days", "absent sessions",
    ),
    "authorised": (
        "authorised", "authorised absences", "authorised absence", "auth", "auth absences",
        "auth abs", "excused", "excused absences", "days excused", "excused days",
    ),
    "unauthorised": (
        "unauthorised", "unauthorised absences", "unauthorised absence", "unauth",
        "unauth absences", "unauth abs", "unexcused", "unexcused absences", "days unexcused",
        "unexcused days",
    ),
    "late": (
        "late", "lates", "times late", "total lates", "late marks", "days late", "tardy",
        "tardies", "times tardy", "total tardies",
    ),
    "rate": (
        "attendance percent", "percent attendance", "attendance percentage", "attendance rate",
        "percentage attendance", "percent present", "present percent", "att percent",
        "percent att", "ada percent", "rate of attendance",
    ),
    "flag": ("flag", "flags", "attendance flag", "alert", "trigger"),
    "last_letter": (
        "last letter", "last letter sent", "last letter date", "date of last letter",
        "date last letter", "latest letter",
    ),
    "next_letter": (
        "next letter", "next letter due", "letter due", "next step", "next action",
        "next due", "action due",
    ),
}  # fmt: skip

LOG: dict[str, tuple[str, ...]] = {
    "date": (
        "date", "date sent", "sent date", "letter date", "date of letter", "sent on", "sent",
        "date mailed", "date posted", "mailed", "posted",
    ),
    "student_id": STUDENT_ID,
    "student_name": (
        "student", "student name", "pupil", "pupil name", "learner", "name", "full name",
        "name of student", "name of pupil",
    ),
    "letter": (
        "letter", "letter type", "type of letter", "letter sent", "letter level", "letter name",
        "template", "level",
    ),
    "guardian": (
        "guardian", "parent", "parent guardian", "guardian parent", "parent carer",
        "parents carers", "parents", "carer", "sent to", "addressed to", "addressee", "recipient",
    ),
    "serial": (
        "serial", "serial no", "serial number", "reference", "ref", "our ref", "letter ref",
        "letter no", "letter number", "reference no", "ref no",
    ),
    "state": ("state", "status", "letter status", "letter state"),
    "by": (
        "by", "sent by", "prepared by", "logged by", "entered by", "done by", "clerk", "staff",
        "staff initials", "initials",
    ),
}  # fmt: skip


def plain(heading: str) -> str:
    """Return a heading without what clerks write one way or another: case, dots, signs, z or s."""
    words = heading.casefold().replace("%", " percent ").replace("#", " no ")
    words = re.sub(r"[^\w]+", " ", words.replace("_", " "))
    words = re.sub(r"authoriz", "authoris", words)
    words = re.sub(r"^\s*(?:no|number|count|total number) of ", "", words)
    return " ".join(words.split())


def tracker_word(heading: str) -> str:
    """Return Rollbook's word for a tracker's column, ``""`` when it is the clerk's own."""
    name = plain(heading)
    if name in STUDENT_ID:
        return "student_id"
    return next((key for key, words in FIGURES.items() if name in words), "")


def log_word(heading: str) -> str:
    """Return Rollbook's word for a letter log's column, ``""`` when it is the clerk's own."""
    name = plain(heading)
    return next((key for key, words in LOG.items() if name in words), "")
