"""The merge fields of a letter: a closed list, and where the value of each comes from.

Everything is text when it reaches the template: :mod:`rollbook.letters.wording` says it in the
family's language. A field that a letter has no use for is empty.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

from babel.dates import format_skeleton
from babel.numbers import format_currency

from rollbook.documents import LISTS
from rollbook.ledger.letters import Letter
from rollbook.letters.settled import settled
from rollbook.letters.wording import (
    Words,
    capital,
    is_period,
    locale_of,
    say_dates,
    say_days,
    say_days_or_parts,
    say_long_date,
    say_minutes,
    say_number,
    say_ordinal,
    say_parts,
    say_percent,
    say_threshold,
    say_times,
    say_window,
    words_of,
)
from rollbook.office import Office
from rollbook.policy import ClassTerms, CountTerms, PolicyPack, SequenceTerms
from rollbook.register import PARTS, Action, Category, Code, Guardian, Mark, Session, Student
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
    "serial": "the letter's number",
    "reference": "the law or policy, with (check) where we have not read the law itself",
    "language": "the letter's language, as “en” or “es”",
}

NOTICE_TO_IMPROVE = "notice-to-improve"
"""The kind of action with which an office notes the terms of a notice to improve."""


def letter_fields(
    office: Office,
    findings: Sequence[Finding],
    student: Student,
    guardian: Guardian,
    *,
    language: str,
    serial: str,
    letter_date: date,
    actions: Sequence[Action] = (),
) -> dict[str, object]:
    """Return every field of one letter, worded in ``language``.

    ``findings`` are what the letter is about: one, or one for each class of the same rule.
    ``actions`` are what the office did about the student, oldest first.
    """
    finding, evidence = findings[0], evidence_of(findings)
    locale = locale_of(office.policy, language)
    words = words_of(locale)
    unit = 2 if office.policy.unit == "sessions" else 1
    missed = Fraction(finding.attendance.absent, unit)
    unexcused = Fraction(finding.attendance.unauthorised, unit)
    counted = _counted(office.policy, finding)
    return {
        **_nothing_said(),
        **_people(student, guardian, locale, letter_date),
        **_school(office, student, words),
        **_penalty(office.policy, finding.as_of, locale),
        **_late(office.policy, evidence, words),
        **_improvement(actions, words, locale),
        "classes": _classes(office.policy, findings, words, locale),
        "report_number": _report_number(office.policy, finding, words),
        "reply_by": say_long_date(_reply_by(office, letter_date), locale),
        "period_from": say_long_date(finding.first, locale),
        "period_to": say_long_date(finding.last, locale),
        "days_missed": say_days(missed, words),
        "days_missed_number": say_number(missed),
        "days_unexcused": say_days(unexcused, words),
        "unexcused_count": str(counted),
        "days_or_parts": say_days_or_parts(counted, words),
        "days_counted": say_days(Fraction(_days_counted(office.policy, finding)), words),
        "unresolved_count": str(sum(one.unresolved for one in findings)),
        "attendance_percent": say_percent(finding.attendance.rate, locale),
        "late_count": str(finding.attendance.late),
        "dates_short": say_dates([mark.session.day for mark in evidence], words, locale),
        "threshold": say_threshold(finding.threshold, words, locale),
        "rule_period": say_window(finding.period, words),
        "absences": _rows(office.policy, evidence, words, locale),
        "serial": serial,
        "reference": "; ".join(finding.citations).replace("(check)", words.check),
        "language": language,
    }


def withdrawal_template(pack: PolicyPack) -> str:
    """Return the template of the letter that withdraws another: paper and words differ."""
    return "withdrawal" if pack.locale.endswith("US") else "eng-withdrawal"


def withdrawal_fields(
    office: Office,
    withdrawn: Letter,
    corrected: Sequence[date],
    student: Student,
    guardian: Guardian,
    *,
    language: str,
    serial: str,
    letter_date: date,
) -> dict[str, object]:
    """Return every field of a letter that withdraws ``withdrawn``, worded in ``language``.

    ``corrected`` are the days whose marks changed after that letter was prepared; it may be empty.
    """
    locale = locale_of(office.policy, language)
    words = words_of(locale)
    days = say_dates(corrected, words, locale)
    return {
        **_nothing_said(),
        **_people(student, guardian, locale, letter_date),
        **_school(office, student, words),
        "reply_by": say_long_date(_reply_by(office, letter_date), locale),
        "withdrawn_serial": withdrawn.serial,
        "withdrawn_date": say_long_date(date.fromisoformat(withdrawn.prepared_at[:10]), locale),
        "withdrawn_title": words.about.get(withdrawn.template, words.about_attendance),
        "withdrawn_why": words.corrected.format(days=days) if corrected else words.looked_again,
        "serial": serial,
        "language": language,
    }


def _nothing_said() -> dict[str, object]:
    """Return every field empty, for a template may name any of them."""
    return {name: [] if name in LISTS else "" for name in FIELDS}


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
        "register_times": settings.school.register_times,
        "contact_name": settings.contact.name or words.nobody_named,
        "contact_phone": settings.contact.phone or settings.school.phone or words.number_not_given,
        "contact_email": settings.contact.email or settings.school.email,
        "contact_hours": settings.contact.hours,
        "signatory_name": settings.signatory.name or capital(words.nobody_named),
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


def _counted(pack: PolicyPack, finding: Finding) -> int:
    """Return what a rule that counts has counted.

    A rule about a share, or one that counts reports, counts something else: then it is the
    unexcused days or unauthorised sessions on which the finding rests, or those of the year.
    """
    if finding.denominator is not None:
        return finding.attendance.unauthorised
    if not isinstance(pack.trigger(finding.trigger).on(finding.as_of), SequenceTerms):
        return finding.numerator
    if not finding.evidence:
        return finding.attendance.unauthorised
    sessions = {mark.session for mark in finding.evidence}
    return len(sessions) if pack.unit == "sessions" else len({one.day for one in sessions})


def _days_counted(pack: PolicyPack, finding: Finding) -> int:
    """Return the days a rule has counted; of one that counts sessions, the days they are on."""
    terms = pack.trigger(finding.trigger).on(finding.as_of)
    if isinstance(terms, CountTerms) and terms.unit == "days":
        return finding.numerator
    return len({mark.session.day for mark in finding.evidence})


def _report_number(pack: PolicyPack, finding: Finding, words: Words) -> str:
    """Say which report a further event leads to: the one after those made."""
    terms = pack.trigger(finding.trigger).on(finding.as_of)
    if not isinstance(terms, SequenceTerms) or not terms.events:
        return ""
    return say_ordinal(terms.reports + 1, words)


def _late(pack: PolicyPack, evidence: Sequence[Mark], words: Words) -> dict[str, object]:
    """Return how often and how long the student was late, of the marks that count."""
    codes = [(pack.code(mark.symbol, mark.session.day), mark) for mark in evidence]
    late = [(code, mark) for code, mark in codes if code and code.late]
    after_close = [code for code, _ in late if code.category is Category.UNAUTHORISED]
    return {
        "late_times": say_times(len(late), words),
        "late_minutes": say_minutes(sum(mark.minutes_late for _, mark in late), words),
        "late_after_close": str(len(after_close)),
    }


def _improvement(actions: Sequence[Action], words: Words, locale: str) -> dict[str, object]:
    """Return what the newest notice to improve says, and the support that is on record.

    Notes are the office's own and are never printed; the one exception is the note of the notice
    to improve, which is where the office writes what will be enough.
    """
    support = [
        f"{words.support[one.kind]} {words.on} {say_long_date(one.day, locale)}"
        for one in actions
        if one.kind in words.support
    ]
    notices = [one for one in actions if one.kind == NOTICE_TO_IMPROVE]
    if not notices:
        return {"support_given": support}
    notice = sorted(notices, key=lambda one: one.day)[-1]  # of one day, the last entered
    return {
        "support_given": support,
        "improvement_from": say_long_date(notice.day, locale),
        "improvement_until": say_long_date(notice.until, locale) if notice.until else "",
        "improvement_goal": notice.note,
    }


def facts_lacking(used: Collection[str], student_id: str, actions: Sequence[Action]) -> list[str]:
    """Say which facts a template needs and the office has not noted; the letter is held for them.

    ``used`` are the fields of the template, ``actions`` what the office did about the student.
    """
    found = _improvement(actions, words_of(""), "en_GB")
    log = f"rollbook log add {student_id}"
    notice = f'{log} notice-to-improve --until DAY --note "what will be enough"'
    ask = {
        "improvement_until": f"the improvement period has no last day yet; enter: {notice}",
        "improvement_goal": f"nobody has noted what improvement will be enough; enter: {notice}",
        "support_given": "no support is on record this school year; enter a meeting, plan or "
        f"visit: {log} meeting --day DAY",
    }
    return [words for field, words in ask.items() if field in used and not found.get(field)]


def _classes(
    pack: PolicyPack, findings: Sequence[Finding], words: Words, locale: str
) -> list[dict[str, str]]:
    """Return a line for each class; classes with the same figures share one.

    What is needed is what credit needs, also in a letter that warns before that.
    """
    lines: dict[tuple[int, int, int], list[str]] = defaultdict(list)
    for one in findings:
        if one.part:
            offered = one.denominator or 0
            lines[offered, one.numerator, _needed(pack, one, offered)].append(one.part)
    return [
        {
            "name": capital(say_parts(parts, words, locale)),
            "offered": str(offered),
            "attended": str(attended),
            "minimum": str(minimum),
            "missed": str(offered - attended),
            "left": str(max(attended - minimum, 0)),
        }
        for (offered, attended, minimum), parts in lines.items()
    ]


def _needed(pack: PolicyPack, finding: Finding, offered: int) -> int:
    """Return the days that must be attended for credit: of the rule that decides on credit."""
    for trigger in pack.triggers:
        terms = trigger.on(finding.as_of)
        if isinstance(terms, ClassTerms) and finding.trigger in trigger.supersedes:
            return terms.minimum_days(offered)
    return finding.minimum or 0


def _reply_by(office: Office, letter_date: date) -> date:
    """Return the day by which an answer is asked for: so many school days on."""
    count = settled(office, "letters.reply-days", letter_date)
    day = office.calendar.school_day_after(letter_date, count)
    if day is None or day > letter_date + timedelta(days=60):
        return letter_date + timedelta(days=14)  # past the end of the calendar, or over summer
    return day


def _rows(
    pack: PolicyPack, evidence: Sequence[Mark], words: Words, locale: str
) -> list[dict[str, str]]:
    """Return the lines of the list of dates.

    An English session is a line of its own; the periods of one day that say the same are one line,
    because seven lines for each day away would hide how many days there were. A day missed by a
    mark for all of it is one line, whatever its periods say. Who was late for the day was not away
    all day: such a line names no part.
    """

    whole_days = {
        mark.session.day
        for mark in evidence
        if mark.session.part == "DAY" and _is_absence(pack, mark)
    }

    def same_line(mark: Mark) -> tuple[date, str, str, str, bool]:
        part = mark.session.part
        minutes = f"{mark.minutes_late} {words.minutes}" if mark.minutes_late else ""
        of_day = "" if part == "DAY" or is_period(part) else part
        late_for_day = part == "DAY" and _is_late(pack, mark)
        return mark.session.day, of_day, _meaning(pack, mark, words), minutes, late_for_day

    lines: dict[tuple[date, str, str, str, bool], list[str]] = defaultdict(list)
    for mark in evidence:
        if mark.session.part == "DAY" or mark.session.day not in whole_days:
            lines[same_line(mark)].append(mark.session.part)
    return [
        {
            "date": format_skeleton("yMMMEd", day, locale=locale),
            "part": "" if late_for_day else say_parts(parts, words, locale),
            "meaning": meaning,
            "minutes": minutes,
            "counted": words.yes,
        }
        for (day, _, meaning, minutes, late_for_day), parts in lines.items()
    ]


def _is_absence(pack: PolicyPack, mark: Mark) -> bool:
    code = pack.code(mark.symbol, mark.session.day)
    return code is not None and code.category in (Category.AUTHORISED, Category.UNAUTHORISED)


def _is_late(pack: PolicyPack, mark: Mark) -> bool:
    code = pack.code(mark.symbol, mark.session.day)
    return code is not None and code.late


def _meaning(pack: PolicyPack, mark: Mark, words: Words) -> str:
    """Say what a mark means. In the US only its kind: the reason of a confidential absence must
    never stand on a letter (California EC 46010.1)."""
    code = pack.code(mark.symbol, mark.session.day)
    if code is None:
        return mark.symbol
    if not pack.locale.endswith("US"):
        return code.meaning
    if code.late and code.category not in words.categories:
        return _late_words(code, words)
    return words.categories.get(code.category, code.meaning)


def _late_words(code: Code, words: Words) -> str:
    """Say that the student was late and, where the code means so many minutes, by how many."""
    minutes = re.search(r"more than (\d+) minutes", code.meaning)
    return words.tardy_over.format(minutes=minutes[1]) if minutes else words.tardy
