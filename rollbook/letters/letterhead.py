"""What every letter says, whatever it is about: to whom, from whom, and by when to answer.

It begins with the closed list of merge fields. Everything is text when it reaches the template; a
field that a letter has no use for is empty.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from babel.numbers import format_currency

from rollbook.documents import LISTS
from rollbook.letters.settled import settled
from rollbook.letters.wording import Words, capital, say_long_date
from rollbook.office import Office
from rollbook.office.staff import Staff, people_of
from rollbook.policy import PolicyPack
from rollbook.register import Guardian, Student

FIELDS: Mapping[str, str] = {
    "student_name": "the student's name, given name first",
    "student_first_name": "the name the student is called by",
    "student_id": "the student's number at the school",
    "grade": "grade or year group",
    "form": "form, homeroom or tutor group",
    "guardian_name": "the adult the letter is to",
    "address_lines": "list: the lines of the address",
    "letter_date": "the day the letter was prepared",
    "reply_by": "the day by which the family is asked to answer",
    "period_from": "first day the counts are about",
    "period_to": "last day the counts are about",
    "days_missed": "days missed for any reason, as “9 days” or “4½ days”",
    "days_missed_number": "the same as a bare number, “9” or “4½”",
    "days_unexcused": "days missed without a valid reason, as “3 days”",
    "unexcused_count": "unexcused days or parts of days; in England, unauthorised sessions",
    "unresolved_count": "how many of the marks counted have no reason yet (code N)",
    "attendance_percent": "attendance as a percentage with one decimal",
    "days_or_parts": "what the rule counted, as “3 days or parts of days”",
    "days_counted": "the days with a mark that counts, as “10 days”",
    "late_count": "how often the student was late",
    "late_times": "how often, of the marks that count, the student was late, as “6 times”",
    "late_minutes": "how late in all, as “47 minutes”; empty where the register does not say",
    "late_after_close": "how many of these arrivals came after the register closed",
    "dates_short": "the dates that count, in one sentence; of many, the first",
    "threshold": "the number of the rule",
    "rule_period": "the window of the rule, as “10 school weeks”",
    "absences": "list: date, part, meaning, minutes, counted",
    "classes": "list: name, offered, attended, minimum, missed, left; equal classes share a line",
    "report_number": "which report of truancy this is, as “second”",
    "improvement_from": "first day of the period of a notice to improve",
    "improvement_until": "last day of that period",
    "improvement_goal": "what will be enough: the words noted with the notice to improve",
    "support_given": "list: meetings, plans and visits on record, as “meeting on 12 October 2026”",
    "withdrawn_serial": "number of the letter that this one withdraws",
    "withdrawn_date": "the day that letter was prepared",
    "withdrawn_title": "what that letter was about, as “days missed without an excuse”",
    "withdrawn_why": "why it is withdrawn, one sentence",
    "meeting_date": "the day of a meeting, as given when the letter was asked for",
    "meeting_time": "the time of that meeting",
    "meeting_place": "where that meeting is",
    "meeting_who": "who will be there",
    "course": "the class or course the letter is about",
    "course_grade": "the grade in that course so far",
    "decision": "what was decided, one sentence",
    "conditions": "what the student still has to do, in whole sentences",
    "appeal_by": "the day by which an appeal must be asked for",
    "board_name": "the review board or department a student is referred to",
    "board_address": "its address, in one line",
    "reason_given": "the reason, one whole sentence for the family to read",
    "leave_from": "first day of a leave of absence that was asked for",
    "leave_to": "last day of that leave",
    "days_before": "days missed in the earlier of two equal stretches, as “9 days”",
    "days_now": "days missed in the later stretch, as “3 days”",
    "days_better": "how many days fewer that is, as “6 days”",
    "stretch": "how long each stretch is, as “20 school days”",
    "before_from": "first day of the earlier stretch",
    "before_to": "last day of the earlier stretch",
    "now_from": "first day of the later stretch",
    "now_to": "last day of the later stretch",
    "penalty_first": "a first penalty notice if paid early",
    "penalty_full": "a first penalty notice in full",
    "penalty_first_days": "days for the early payment",
    "penalty_full_days": "days for the full payment",
    "school_name": "the school, or the district where no campus is named",
    "school_address": "the school's address",
    "school_phone": "the school's telephone",
    "school_email": "the school's e-mail",
    "school_website": "the school's website",
    "register_times": "when the register is open, as office.toml says it",
    "contact_name": "whom to call",
    "contact_phone": "that person's telephone",
    "contact_email": "that person's e-mail",
    "contact_hours": "when that person can be reached",
    "signatory_name": "who signs",
    "signatory_title": "the signatory's title",
    "tutor_name": "the form tutor or homeroom teacher, where a list of staff names one",
    "serial": "the letter's number",
    "barcode": "the letter's number as a bar code, in a line of its own or beside other words",
    "reference": "the law or policy, with (check) where we have not read the law itself",
    "language": "the letter's language, as “en” or “es”",
}


def nothing_said() -> dict[str, object]:
    """Return every field empty, for a template may name any of them."""
    return {name: [] if name in LISTS else "" for name in FIELDS}


def people(
    student: Student, guardian: Guardian, locale: str, letter_date: date
) -> dict[str, object]:
    """Return whom the letter is about and whom it goes to."""
    return {
        "student_name": student.name,
        "student_first_name": student.known_as or student.given_name or student.name,
        "student_id": student.student_id,
        "grade": student.grade,
        "form": student.form,
        "guardian_name": guardian.name,
        "address_lines": address_lines(guardian, locale),
        "letter_date": say_long_date(letter_date, locale),
    }


def address_lines(guardian: Guardian, locale: str) -> list[str]:
    """Return the lines of an address as the country's post writes them."""
    street = [line.strip() for line in guardian.street.splitlines() if line.strip()]
    if locale.endswith("US"):
        place = ", ".join(part for part in (guardian.city, guardian.region) if part)
        return [*street, " ".join(part for part in (place, guardian.postcode) if part)]
    return [
        *street,
        *(part for part in (guardian.city, guardian.region, guardian.postcode) if part),
    ]


def school(office: Office, staff: Staff, student: Student, words: Words) -> dict[str, object]:
    """Return the letterhead, whom to call and who signs; what nobody says is worded, no gap."""
    settings = office.settings
    name = settings.campus.get(student.campus, "") or settings.name
    people = people_of(settings, staff, student.campus)
    tutor = staff.tutor(student.campus, student.form)
    return {
        "school_name": name,
        "school_address": settings.school.address,
        "school_phone": settings.school.phone,
        "school_email": settings.school.email,
        "school_website": settings.school.website,
        "register_times": settings.school.register_times,
        **people,
        "contact_name": people["contact_name"] or words.nobody_named,
        "contact_phone": people["contact_phone"] or words.number_not_given,
        "signatory_name": people["signatory_name"] or capital(words.nobody_named),
        "tutor_name": tutor.name if tutor else "",
    }


def penalty(pack: PolicyPack, day: date, locale: str) -> dict[str, object]:
    """Return the amounts of a penalty notice; empty where the jurisdiction has none."""

    def said(name: str, is_money: bool) -> str:
        if not pack.has_value(name, day):
            return ""
        value = pack.value(name, day)
        if not is_money:
            return str(value.number)
        return format_currency(value.number, value.unit, "¤#,##0", locale, currency_digits=False)

    return {
        "penalty_first": said("penalty.first", True),
        "penalty_full": said("penalty.full", True),
        "penalty_first_days": said("penalty.first-days", False),
        "penalty_full_days": said("penalty.full-days", False),
    }


def reply_by(office: Office, letter_date: date) -> date:
    """Return the day by which an answer is asked for: so many school days on."""
    count = settled(office, "letters.reply-days", letter_date)
    day = office.calendar.school_day_after(letter_date, count)
    if day is None or day > letter_date + timedelta(days=60):
        return letter_date + timedelta(days=14)  # past the end of the calendar, or over summer
    return day
