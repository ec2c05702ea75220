"""The merge fields of a letter: a closed list, and how each is worded in the family's language.

Everything is text when it reaches the template. Numbers were decided before; here they are only
said. Dates, lists and decimals follow the language (Babel, CLDR).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal

from rollbook.attendance import percent
from rollbook.office import Office
from rollbook.policy import PolicyPack
from rollbook.register import PARTS, Category, Guardian, Mark, Session, Student
from rollbook.rules import Finding

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
    "late_count": "how often the student was late",
    "dates_short": "the dates that count, in one sentence",
    "threshold": "the number of the rule",
    "rule_period": "the window of the rule, as “10 school weeks”",
    "absences": "list: date, part, meaning, minutes, counted",
    "classes": "list: name, offered, attended, minimum (in days); equal classes share a line",
    "penalty_first": "a first penalty notice if paid early",
    "penalty_full": "a first penalty notice in full",
    "penalty_first_days": "days for the early payment",
    "penalty_full_days": "days for the full payment",
    "school_name": "the school, or the district where no campus is named",
    "school_address": "the school's address",
    "school_phone": "the school's telephone",
    "school_email": "the school's e-mail",
    "school_website": "the school's website",
    "contact_name": "whom to call",
    "contact_phone": "that person's telephone",
    "contact_email": "that person's e-mail",
    "contact_hours": "when that person can be reached",
    "signatory_name": "who signs",
    "signatory_title": "the signatory's title",
    "serial": "the letter's number",
    "reference": "the law or policy, with (check) where we have not read the law itself",
    "language": "the letter's language, as “en” or “es”",
}

HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Words:
    """The few words we put into fields ourselves, in one language."""

    day: str
    days: str
    parts: Mapping[str, str]
    period: str
    periods: str
    categories: Mapping[Category, str]
    tardy: str
    yes: str
    minutes: str
    windows: Mapping[str, str]
    nobody_named: str
    number_not_given: str


ENGLISH = Words(
    day="day",
    days="days",
    parts={"AM": "morning", "PM": "afternoon", "DAY": "all day"},
    period="period",
    periods="periods",
    categories={
        Category.AUTHORISED: "excused absence",
        Category.UNAUTHORISED: "unexcused absence",
    },
    tardy="late",
    yes="yes",
    minutes="min",
    windows={},
    nobody_named="the attendance office",
    number_not_given="the school’s telephone number",
)
SPANISH = Words(
    day="día",
    days="días",
    parts={"AM": "mañana", "PM": "tarde", "DAY": "todo el día"},
    period="período",
    periods="períodos",
    categories={
        Category.AUTHORISED: "ausencia justificada",
        Category.UNAUTHORISED: "ausencia injustificada",
    },
    tardy="llegada tarde",
    yes="sí",
    minutes="min",
    windows={
        "days": "días",
        "weeks": "semanas",
        "months": "meses",
        "school year": "año escolar",
        "one school year": "un año escolar",
        "school weeks": "semanas escolares",
        "semester or school year": "semestre o año escolar",
    },
    nobody_named="la oficina de asistencia",
    number_not_given="el teléfono de la escuela",
)


def words_of(language: str) -> Words:
    """Return the words of a language; a language we have no words for reads English."""
    return SPANISH if language == "es" else ENGLISH


def locale_of(pack: PolicyPack, language: str) -> str:
    """Return the locale in which dates and numbers are written."""
    territory = pack.locale.replace("-", "_").partition("_")[2]
    return f"{language}_{territory}" if language in ("en", "es") else pack.locale.replace("-", "_")


def letter_fields(
    office: Office,
    findings: Sequence[Finding],
    student: Student,
    guardian: Guardian,
    *,
    language: str,
    serial: str,
    letter_date: date,
) -> dict[str, object]:
    """Return every field of one letter, worded in ``language``.

    ``findings`` are what the letter is about: one, or one for each class of the same rule.
    """
    finding, evidence = findings[0], evidence_of(findings)
    locale = locale_of(office.policy, language)
    words = words_of(language)
    unit = 2 if office.policy.unit == "sessions" else 1
    missed = Fraction(finding.attendance.absent, unit)
    unexcused = Fraction(finding.attendance.unauthorised, unit)
    return {
        **_people(student, guardian, locale, letter_date),
        **_school(office, student, words),
        **_penalty(office.policy, finding.as_of, locale),
        "classes": _classes(findings, words, locale),
        "reply_by": _long(_reply_by(office, letter_date), locale),
        "period_from": _long(finding.first, locale),
        "period_to": _long(finding.last, locale),
        "days_missed": say_days(missed, words),
        "days_missed_number": say_number(missed),
        "days_unexcused": say_days(unexcused, words),
        "unexcused_count": str(_unexcused_count(finding)),
        "unresolved_count": str(sum(one.unresolved for one in findings)),
        "attendance_percent": say_percent(finding.attendance.rate, locale),
        "late_count": str(finding.attendance.late),
        "dates_short": say_dates([mark.session.day for mark in evidence], locale),
        "threshold": _threshold(finding.threshold, words, locale),
        "rule_period": _window_words(finding.period, words),
        "absences": _rows(office.policy, evidence, words, locale),
        "serial": serial,
        "reference": "; ".join(finding.citations),
        "language": language,
    }


def _people(
    student: Student, guardian: Guardian, locale: str, letter_date: date
) -> dict[str, object]:
    return {
        "student_name": student.name,
        "student_first_name": student.known_as or student.given_name or student.name,
        "student_id": student.student_id,
        "grade": student.grade,
        "form": student.form,
        "guardian_name": guardian.name,
        "address_lines": address_lines(guardian, locale),
        "letter_date": _long(letter_date, locale),
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


def _school(office: Office, student: Student, words: Words) -> dict[str, object]:
    """Return the letterhead and whom to call. What office.toml lacks is worded, never a gap."""
    settings = office.settings
    name = settings.campus.get(student.campus, "") or settings.name
    return {
        "school_name": name,
        "school_address": settings.school.address,
        "school_phone": settings.school.phone,
        "school_email": settings.school.email,
        "school_website": settings.school.website,
        "contact_name": settings.contact.name or words.nobody_named,
        "contact_phone": settings.contact.phone or settings.school.phone or words.number_not_given,
        "contact_email": settings.contact.email or settings.school.email,
        "contact_hours": settings.contact.hours,
        "signatory_name": settings.signatory.name or _capital(words.nobody_named),
        "signatory_title": settings.signatory.title,
    }


def _penalty(pack: PolicyPack, day: date, locale: str) -> dict[str, object]:
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


def evidence_of(findings: Sequence[Finding]) -> tuple[Mark, ...]:
    """Return the marks that findings rest on together, in order, each once."""
    marks = {mark.session: mark for finding in findings for mark in finding.evidence}
    return tuple(marks[session] for session in sorted(marks, key=_place))


def _place(session: Session) -> tuple[date, int]:
    return session.day, PARTS.index(session.part)


def _unexcused_count(finding: Finding) -> int:
    """Return what a rule that counts has counted; a rule about a share counts something else."""
    return finding.attendance.unauthorised if finding.denominator is not None else finding.numerator


def _classes(findings: Sequence[Finding], words: Words, locale: str) -> list[dict[str, str]]:
    """Return a line for each class; classes with the same figures share one."""
    lines: dict[tuple[int, int, int], list[str]] = defaultdict(list)
    for one in findings:
        if one.part:
            figures = (one.denominator or 0, one.numerator, one.minimum or 0)
            lines[figures].append(one.part)
    return [
        {
            "name": _capital(say_parts(parts, words, locale)),
            "offered": str(offered),
            "attended": str(attended),
            "minimum": str(minimum),
        }
        for (offered, attended, minimum), parts in lines.items()
    ]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _reply_by(office: Office, letter_date: date) -> date:
    """Return the day by which an answer is asked for: so many school days on."""
    count = office.settings.letters.reply_school_days
    day = office.calendar.school_day_after(letter_date, count)
    if day is None or day > letter_date + timedelta(days=60):
        return letter_date + timedelta(days=14)  # past the end of the calendar, or over summer
    return day


def _rows(
    pack: PolicyPack, evidence: Sequence[Mark], words: Words, locale: str
) -> list[dict[str, str]]:
    """Return the lines of the list of dates.

    An English session is a line of its own; the periods of one day that say the same are one line,
    because seven lines for each day away would hide how many days there were.
    """

    def same_line(mark: Mark) -> tuple[date, str, str, str]:
        part = mark.session.part
        minutes = f"{mark.minutes_late} {words.minutes}" if mark.minutes_late else ""
        of_day = "" if part == "DAY" or _is_period(part) else part
        return mark.session.day, of_day, _meaning(pack, mark, words), minutes

    lines: dict[tuple[date, str, str, str], list[str]] = defaultdict(list)
    for mark in evidence:
        lines[same_line(mark)].append(mark.session.part)
    return [
        {
            "date": format_skeleton("yMMMEd", day, locale=locale),
            "part": say_parts(parts, words, locale),
            "meaning": meaning,
            "minutes": minutes,
            "counted": words.yes,
        }
        for (day, _, meaning, minutes), parts in lines.items()
    ]


def _meaning(pack: PolicyPack, mark: Mark, words: Words) -> str:
    """Say what a mark means. In the US only its kind: the reason of a confidential absence must
    never stand on a letter (California EC 46010.1)."""
    code = pack.code(mark.symbol, mark.session.day)
    if code is None:
        return mark.symbol
    if not pack.locale.endswith("US"):
        return code.meaning
    return words.categories.get(code.category, words.tardy if code.late else code.meaning)


def say_parts(parts: Sequence[str], words: Words, locale: str) -> str:
    """Say parts of one day in words: “morning”, “all day”, “periods 1–3 and 5”."""
    if "DAY" in parts:
        return words.parts["DAY"]
    named = [words.parts.get(part, part) for part in parts if not _is_period(part)]
    numbers = sorted(int(part.removeprefix("P")) for part in parts if _is_period(part))
    if numbers:
        name = words.periods if len(numbers) > 1 else words.period
        named.append(f"{name} {format_list(_runs(numbers), locale=locale)}")
    return str(format_list(named, locale=locale))


def _is_period(part: str) -> bool:
    return part[:1] == "P" and part[1:].isdecimal()


def _runs(numbers: Sequence[int]) -> list[str]:
    """Return whole numbers with neighbours drawn together: 1, 2, 3, 5 → “1–3”, “5”."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]


def say_number(number: Fraction) -> str:
    """Say a number of days: whole, or with a half."""
    whole, rest = divmod(number, 1)
    if rest == HALF:
        return f"{whole}½" if whole else "½"
    return str(whole) if not rest else f"{float(number):g}"


def say_days(number: Fraction, words: Words) -> str:
    """Say “1 day”, “9 days”, “4½ days”."""
    return f"{say_number(number)} {words.day if number in (1, HALF) else words.days}"


def say_percent(rate: Fraction | None, locale: str) -> str:
    """Say a rate with one decimal, rounded half up from the exact ratio."""
    shown = percent(rate)
    if shown is None:
        return ""
    return _percent_sign(str(format_decimal(Decimal(shown), "0.0", locale)), locale)


def _percent_sign(number: str, locale: str) -> str:
    return f"{number}%" if locale == "en_US" else f"{number} %"


def _threshold(text: str, words: Words, locale: str) -> str:
    """Say the number of a rule: “95 %”, “90%”, “10 sesiones”."""
    number, _, what = text.partition(" ")
    return _percent_sign(number, locale) if what == "%" else _window_words(text, words)


def say_dates(days: Sequence[date], locale: str) -> str:
    """Say dates in one sentence, each once, the year only where it changes."""
    each = sorted(set(days))
    said = []
    for place, day in enumerate(each):
        last_of_year = place + 1 == len(each) or each[place + 1].year != day.year
        said.append(format_skeleton("yMMMd" if last_of_year else "MMMd", day, locale=locale))
    return format_list(said, locale=locale)


def _long(day: date, locale: str) -> str:
    return str(format_date(day, "long", locale=locale))


def _window_words(text: str, words: Words) -> str:
    """Say “4 weeks” in the family's language."""
    if text in words.windows:
        return words.windows[text]
    number, _, what = text.partition(" ")
    return f"{number} {words.windows[what]}" if what in words.windows else text
