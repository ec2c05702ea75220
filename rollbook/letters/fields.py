"""The merge fields of a letter that a rule asks for: where the value of each comes from.

The closed list of them, and what every letter says, is in :mod:`rollbook.letters.letterhead`;
:mod:`rollbook.letters.wording` says it in the family's language.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from fractions import Fraction

from babel.dates import format_skeleton

from rollbook.ledger.letters import Letter
from rollbook.letters.letterhead import (
    FIELDS,
    address_lines,
    nothing_said,
    penalty,
    people,
    reply_by,
    school,
)
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
from rollbook.office.staff import NO_STAFF, Staff
from rollbook.policy import ClassTerms, CountTerms, PolicyPack, SequenceTerms
from rollbook.register import PARTS, Action, Category, Code, Guardian, Mark, Session, Student
from rollbook.rules import Finding

__all__ = [
    "FIELDS",
    "NOTICE_TO_IMPROVE",
    "address_lines",
    "evidence_of",
    "facts_lacking",
    "letter_fields",
    "withdrawal_fields",
    "withdrawal_template",
]

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
    staff: Staff = NO_STAFF,
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
        **nothing_said(),
        **people(student, guardian, locale, letter_date),
        **school(office, staff, student, words),
        **penalty(office.policy, finding.as_of, locale),
        **_late(office.policy, evidence, words),
        **_improvement(actions, words, locale),
        "classes": _classes(office.policy, findings, words, locale),
        "report_number": _report_number(office.policy, finding, words),
        "reply_by": say_long_date(reply_by(office, letter_date), locale),
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
        "barcode": serial,
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
    staff: Staff = NO_STAFF,
) -> dict[str, object]:
    """Return every field of a letter that withdraws ``withdrawn``, worded in ``language``.

    ``corrected`` are the days whose marks changed after that letter was prepared; it may be empty.
    """
    locale = locale_of(office.policy, language)
    words = words_of(locale)
    days = say_dates(corrected, words, locale)
    return {
        **nothing_said(),
        **people(student, guardian, locale, letter_date),
        **school(office, staff, student, words),
        "reply_by": say_long_date(reply_by(office, letter_date), locale),
        "withdrawn_serial": withdrawn.serial,
        "withdrawn_date": say_long_date(date.fromisoformat(withdrawn.prepared_at[:10]), locale),
        "withdrawn_title": words.about.get(withdrawn.template, words.about_attendance),
        "withdrawn_why": words.corrected.format(days=days) if corrected else words.looked_again,
        "serial": serial,
        "barcode": serial,
        "language": language,
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
