"""The words that clerks write above the columns of their trackers and logs."""

import re

STUDENT_ID = (
    "student id", "student number", "student no", "local id", "local student id",
    "student local id", "pupil id", "pupil no", "pupil number", "learner id", "admission no",
    "admission number", "adm no", "adm number", "adno", "admno", "perm id", "permanent id",
    "perm no", "perm number", "perm", "student perm id", "sis id", "sis no", "sis number",
    "stu id", "stud id", "stu no", "stud no", "stu number", "studentid",
    "id no", "id number", "id", "upn", "ssid", "state id", "student state id",
    "state student id", "tsds id", "tsds unique id", "unique id", "unique pupil number",
    "statewide student identifier", "statewide student id", "state student identifier",
)  # fmt: skip
"""The office's own number first: where a list has it and a state's number, it is the one used."""

STATE_ID = STUDENT_ID[STUDENT_ID.index("upn") :]
"""Headings under which a state's number stands and not the office's own."""

STUDENT_NAME = (
    "student name", "pupil name", "name of student", "name of pupil", "learner name", "full name",
    "student full name", "pupil full name", "name", "names", "student", "students", "pupil",
    "pupils", "learner", "child", "child name", "last name first name", "surname forename",
    "last first", "name last first", "student name last first",
)  # fmt: skip

PERSON: dict[str, tuple[str, ...]] = {
    "student_name": STUDENT_NAME,
    "last_name": (
        "last name", "surname", "family name", "last", "student last name", "pupil surname",
        "legal surname", "lastname", "student last", "legal last name",
    ),
    "first_name": (
        "first name", "forename", "given name", "first", "student first name", "pupil forename",
        "legal forename", "firstname", "student first", "first names", "forenames", "given names",
        "legal first name",
    ),
    "group": (
        "form", "form group", "class", "class name", "reg group", "reg", "reg form",
        "registration group", "registration form", "tutor group", "tutor grp", "tg", "grade",
        "grade level", "gr", "grd", "grade lvl", "year", "year group", "yr", "yr group", "nc year",
        "ncy", "yg",
    ),
    "campus": (
        "campus", "campus name", "school", "school name", "site", "building", "school site",
        "campus code", "school code",
    ),
    "left": (
        "left", "leaving date", "date left", "date of leaving", "leave date", "leaver", "leavers",
        "left date", "left on", "withdrawn", "withdrawal date", "date withdrawn", "withdraw date",
        "wd date", "w d date", "exit date", "date of exit", "exited", "off roll",
        "date off roll", "off roll date", "enrolment status", "roll status",
    ),
}  # fmt: skip
"""Who a row of the tracker is about. ``group``: the form or class comes before grade or year."""

FIGURES: dict[str, tuple[str, ...]] = {
    "possible": (
        "possible", "sessions possible", "possible sessions", "total sessions", "sessions",
        "days possible", "possible days", "days enrolled", "enrolled days", "membership",
        "days in membership", "days membership", "membership days", "days offered",
        "total possible", "poss", "poss sessions", "sessions poss", "poss sess", "possible marks",
        "total days enrolled", "total enrolled days", "days enr", "enr days", "enrl days",
        "days enrl", "total possible sessions", "instructional days", "total membership",
        "total days possible", "total possible days",
    ),
    "attended": (
        "attended", "present", "sessions attended", "days attended", "sessions present",
        "days present", "total present", "attendances", "present days", "total attended",
        "total days present", "total days attended", "total sessions attended", "days pres",
        "pres", "total attendances", "total p", "totals p", "present marks",
    ),
    "absent": (
        "absent", "absences", "absence", "days absent", "sessions absent", "sessions missed",
        "days missed", "total absences", "total absent", "absent days", "absent sessions",
        "total abs", "abs", "days abs", "abs days", "missed sessions", "missed days",
        "total days absent", "total sessions missed", "total days missed", "full day absences",
        "ytd absences", "absences ytd", "ytd abs", "abs ytd", "tot abs", "total a", "totals a",
        "absences total", "total absence", "absence days", "absence sessions",
    ),
    "authorised": (
        "authorised", "authorised absences", "authorised absence", "auth", "auth absences",
        "auth abs", "excused", "excused absences", "days excused", "excused days",
        "absences authorised", "absences excused", "absent authorised", "absent excused",
        "excused absence", "excused abs", "abs excused", "exc abs", "exc absences", "exc",
        "total excused", "total authorised", "total excused absences", "absences exc",
        "absences auth", "absence authorised", "absence excused", "authorised sessions",
        "sessions authorised", "absences ex", "total authorised absences",
        "total authorised absence", "authorised abs",
    ),
    "unauthorised": (
        "unauthorised", "unauthorised absences", "unauthorised absence", "unauth",
        "unauth absences", "unauth abs", "unexcused", "unexcused absences", "days unexcused",
        "unexcused days", "absences unauthorised", "absences unexcused", "absent unauthorised",
        "absent unexcused", "unexcused absence", "unexcused abs", "abs unexcused", "unex abs",
        "unex", "unx", "unexc", "unexc abs", "unexc absences", "total unexcused",
        "total unauthorised", "total unexcused absences", "absences unx", "absences unex",
        "absences unexc", "absences unauth", "absence unauthorised", "absence unexcused",
        "unauthorised sessions", "sessions unauthorised", "absences ua",
        "total unauthorised absences", "total unauthorised absence", "unauthorised abs", "ua",
    ),
    "late": (
        "late", "lates", "times late", "total lates", "late marks", "days late", "tardy",
        "tardies", "times tardy", "total tardies", "tardys", "total late", "total tardy",
        "days tardy", "tardy count", "late count", "tdy", "late arrivals", "total t", "totals t",
        "tardies total", "lates total",
    ),
    "rate": (
        "attendance percent", "percent attendance", "attendance percentage", "attendance rate",
        "percentage attendance", "percent present", "present percent", "att percent",
        "percent att", "ada percent", "rate of attendance", "percent attended",
        "attended percent", "ytd attendance percent", "ytd percent", "percent ytd",
        "attendance ytd percent", "attendance percent ytd", "overall attendance percent",
        "percent overall attendance", "percent ada", "attend percent",
        "percent attend", "attendance percent to date", "att rate", "percentage present",
        "present percentage", "present rate", "percentage p", "percent p", "percent days present",
        "percent of attendance", "percentage of attendance", "percent days attended",
        "overall attendance percentage", "ytd attendance", "attd percent", "percent attd",
        "percentage attended", "attendance rate percent", "ytd attendance rate",
    ),
    "flag": (
        "flag", "flags", "attendance flag", "alert", "trigger", "alerts", "triggers", "flagged",
        "attendance flags", "attendance alert",
    ),
    "last_letter": (
        "last letter", "last letter sent", "last letter date", "date of last letter",
        "date last letter", "latest letter", "most recent letter", "last letter on",
        "date last letter sent", "last notice", "last notice date",
    ),
    "next_letter": (
        "next letter", "next letter due", "letter due", "next step", "next action",
        "next due", "action due", "next steps", "next notice", "notice due", "next letter step",
    ),
}  # fmt: skip

LOG: dict[str, tuple[str, ...]] = {
    "date": (
        "date", "date sent", "sent date", "letter date", "date of letter", "sent on", "sent",
        "date mailed", "date posted", "mailed", "posted", "letter sent on", "date letter sent",
        "mail date",
    ),
    "student_id": STUDENT_ID,
    "student_name": STUDENT_NAME,
    "letter": (
        "letter", "letter type", "type of letter", "letter sent", "letter name", "template",
        "notice", "notice type", "type of notice", "document",
    ),
    "level": ("level", "letter level", "stage", "letter stage", "tier", "notice level"),
    "method": (
        "method", "how sent", "delivery", "delivery method", "sent via", "via", "method of sending",
        "how delivered", "sent how", "delivered by", "method of delivery", "post or email",
    ),
    "guardian": (
        "guardian", "parent", "parent guardian", "guardian parent", "parent carer",
        "parents carers", "parents", "carer", "sent to", "addressed to", "addressee", "recipient",
        "parent name", "guardian name", "to",
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
    "note": (
        "note", "notes", "comment", "comments", "outcome", "remark", "remarks", "result",
        "response", "reply", "parent response",
    ),
}  # fmt: skip

CONTACTS: dict[str, tuple[str, ...]] = {
    "date": (
        "date", "date of contact", "contact date", "contact on", "date called", "call date",
        "date of call", "when", "date of conversation", "date contacted", "date time",
    ),
    "student_id": STUDENT_ID,
    "student_name": STUDENT_NAME,
    "action": (
        "action", "actions", "contact", "contact type", "type of contact", "type", "action taken",
        "actions taken", "how", "contact method", "method", "method of contact", "intervention",
        "kind of contact", "call type", "what",
    ),
    "guardian": (
        "guardian", "parent", "parent guardian", "guardian parent", "parent carer", "parents",
        "parents carers", "carer", "spoke to", "spoke with", "contact name", "person contacted",
        "who", "contacted", "with", "contact with", "parent name", "guardian name", "talked to",
    ),
    "note": (
        "note", "notes", "comment", "comments", "outcome", "detail", "details", "summary",
        "result", "response", "conversation", "discussion", "remark", "remarks",
        "notes from call", "call notes", "contact notes", "what was said",
    ),
    "by": (
        "by", "called by", "made by", "contacted by", "logged by", "entered by", "done by",
        "clerk", "staff", "staff initials", "initials", "staff member", "contact by",
    ),
    "until": (
        "until", "follow up", "follow up date", "follow up by", "follow up on", "next contact",
        "due", "due date", "due by", "review date", "review", "call back", "callback",
        "call back date",
    ),
}  # fmt: skip

_SAYS_NOTHING = frozenset(
    "attendance details detail figures summary total totals ytd year to date student students "
    "pupil pupils info information data counts running so far current overall this school "
    "the for and of days sessions record tracker register sheet list report rollbook".split()
)
"""Words of a heading over several columns that leave the meaning of those below as it is."""

_PERIOD = re.compile(
    r"\b(?:autumn|spring|summer|fall|winter|term|semester|sem|quarter|trimester|half|week|wk|month"
    r"|january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|q[1-4]|s[12]|t[1-6]|ht ?[1-6]|mp ?[1-9]"
    r"|six weeks|last|previous|prior|old|target|goal|am|pm|period|20\d\d)\b"
)


def plain(heading: str) -> str:
    """Return a heading without what clerks write one way or another: case, dots, signs, z or s."""
    words = heading.casefold().replace("%", " percent ").replace("#", " no ")
    words = re.sub(r"[^\w]+", " ", words.replace("_", " "))
    words = words.replace("authoriz", "authoris").replace("enrollment", "enrolment")
    words = re.sub(r"^\s*(?:no|number|count|total number) of ", "", words)
    return " ".join(words.split())


def tracker_word(heading: str) -> str:
    """Return Rollbook's word for a tracker's column, ``""`` when it is the clerk's own."""
    name = plain(heading)
    if name in STUDENT_ID:
        return "student_id"
    return _word(name, FIGURES) or _word(name, PERSON)


def log_word(heading: str) -> str:
    """Return Rollbook's word for a letter log's column, ``""`` when it is the clerk's own."""
    return _word(plain(heading), LOG)


def contacts_word(heading: str) -> str:
    """Return Rollbook's word for a contact log's column, ``""`` when it is the clerk's own."""
    return _word(plain(heading), CONTACTS)


def is_state_id(heading: str) -> bool:
    """Say whether a heading names a state's number of a student, as UPN, SSID or TSDS id."""
    return plain(heading) in STATE_ID


def says_nothing(heading: str) -> bool:
    """Say whether a heading over several columns leaves the meaning of those below as it is."""
    return all(word in _SAYS_NOTHING for word in plain(heading).split())


def names_a_period(heading: str) -> bool:
    """Say whether a heading limits what is below it: to a term, a month, last year, a target."""
    return _PERIOD.search(plain(heading)) is not None


def _word(name: str, words: dict[str, tuple[str, ...]]) -> str:
    return next((key for key, headings in words.items() if name in headings), "")
