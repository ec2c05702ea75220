"""Why a letter must wait (RULES 0.4), in words a clerk can act on.

Each reason says what is the matter and, where it is not plain, how the letter is released.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rollbook.ledger.letters import Letter, State
from rollbook.letters.fields import evidence_of
from rollbook.letters.settled import settled
from rollbook.office import Office
from rollbook.policy import RateTerms, SequenceTerms
from rollbook.register import Enrolment, Guardian, Student
from rollbook.rules import Finding, penalty_notice
from rollbook.standing import Standing

REASON_WORDS: Mapping[str, str] = {
    "bereavement": "a bereavement is noted",
    "medical-plan": "a medical plan is noted",
    "looked-after": "the student is looked after",
    "safeguarding": "there is an open safeguarding matter",
    "no-letters": "the student is marked “no letters”",
    "part-time-timetable": "a part-time timetable is noted",
    "pregnancy": "a pregnancy is noted",
    "foster-care": "the student is in foster care",
    "homelessness": "the student is homeless",
    "serious-illness": "a serious illness is noted",
    "principal-earner": "the student earns the family's living",
}

ALSO_HELD: Mapping[str, str] = {"foster-care": "looked-after", "serious-illness": "medical-plan"}
"""Reasons noted for referrals that mean what a reason for letters means."""

REFERRAL = "referral"
NOT_REFERRED = "referral.not-for"
"""The pack's value that names the reasons for care that forbid a referral to court."""

UNRESOLVED = "letters.unresolved-codes"
ABOUT_A_NOTICE = "evidence.used-by-penalty-notice"
"""The pack's value that names the rules whose letters speak of a penalty notice."""

PART_TIME_CODE = "C2"

MOST_MISSING = (
    5  # local policy: with more than 1 in 5 marks missing a rate is no ground for a letter
)


@dataclass(frozen=True)
class Desk:
    """Where letters are judged: the office, the register as it stands, the day, the letter log."""

    office: Office
    standing: Standing
    on: date
    letters: Sequence[Letter] = ()  # those that stand


def holds_letters(office: Office, reason: str, on: date) -> bool:
    """Say whether a reason for care holds letters in this office; some stop referrals alone."""
    reasons: Sequence[str] | None = office.settings.letters.hold_flags
    pack, name = office.policy, "letters.hold-back"
    if reasons is None:
        reasons = pack.value(name, on).words if pack.has_value(name, on) else ()
    return reason in reasons or ALSO_HELD.get(reason) in reasons


def why_held(
    desk: Desk,
    findings: Sequence[Finding],
    student: Student,
    guardian: Guardian,
    prepared: Letter | None = None,
) -> list[str]:
    """Return why a letter must not go now; nothing when it may.

    ``prepared`` is the letter itself where it is in the log already.
    """
    finding = findings[0]
    return [
        *_care_reasons(desk, student),
        *_no_referral(desk, finding, student),
        *_left(desk, student),
        *person_reasons(desk.standing, student, guardian),
        *_figure_reasons(desk, finding),
        *_open_marks(desk, findings),
        *_part_time(desk, findings),
        *_no_third_notice(desk, finding, guardian),
        *_step_before(desk, finding, guardian, prepared),
    ]


def why_withdrawal_held(desk: Desk, student: Student, guardian: Guardian) -> list[str]:
    """Return why a letter that takes back another must not go now.

    It puts right what the school wrote; so it goes even where the student has left, or has few
    sessions so far.
    """
    return [*_care_reasons(desk, student), *person_reasons(desk.standing, student, guardian)]


def why_requested_held(
    desk: Desk, asked_id: str, student: Student, guardian: Guardian
) -> list[str]:
    """Return why a letter that a clerk asked for must not go now.

    It rests on no count of marks; so the figures of a rule cannot hold it.
    """
    return [
        *_care_reasons(desk, student),
        *_left(desk, student),
        *_rests_on_nothing(desk, asked_id, student),
        *person_reasons(desk.standing, student, guardian),
    ]


def _rests_on_nothing(desk: Desk, asked_id: str, student: Student) -> list[str]:
    """Say that no rule of which the letter speaks was crossed by the student this school year."""
    asked = next(
        (one for one in desk.office.policy.requested_on(desk.on) if one.id == asked_id), None
    )
    if asked is None or not asked.rests_on:
        return []
    year = desk.office.calendar.year_of(desk.standing.as_of)
    told = any(
        one.student_id == student.student_id and one.trigger in asked.rests_on
        for one in desk.letters
        if year is None or one.school_year == year.name
    )
    crossed = told or any(
        one.student_id == student.student_id and one.trigger in asked.rests_on
        for one in desk.standing.findings()
    )
    if crossed:
        return []
    titles = " or ".join(
        f"{name} ({desk.office.policy.letter_title(name)})" for name in asked.rests_on
    )
    return [
        f"neither the register nor the letter log shows {titles} for this student this school "
        "year; make sure that it is the right student"
    ]


def _care_reasons(desk: Desk, student: Student) -> list[str]:
    """Return the reasons for care that hold letters, from the roster and from the office's own."""
    on_roster = [
        f"{REASON_WORDS.get(flag, flag)} on the roster; when that is over, correct it in the SIS "
        "and drop the roster"
        for flag in sorted(student.flags)
        if holds_letters(desk.office, flag, desk.on)
    ]
    noted = [
        f"{REASON_WORDS.get(one.reason, one.reason)}, since {one.first}"
        f"{f' until {one.last}' if one.last else ''}; when that is over: "
        f"rollbook holdback end {student.student_id} {one.reason}"
        for one in desk.standing.hold_backs.get(student.student_id, ())
        if one.holds(desk.on) and holds_letters(desk.office, one.reason, desk.on)
    ]
    return [*on_roster, *noted]


def _no_referral(desk: Desk, finding: Finding, student: Student) -> list[str]:
    """Say that a letter speaks of a court to which the student may not be referred."""
    pack = desk.office.policy
    speaks_of_it = any(
        REFERRAL in deadline.met_by and deadline.trigger == finding.trigger
        for deadline in pack.deadlines
    )
    if not speaks_of_it or not pack.has_value(NOT_REFERRED, desk.on):
        return []
    noted = desk.standing.hold_backs.get(student.student_id, ())
    reasons = {*student.flags, *(one.reason for one in noted if one.holds(desk.on))}
    return [
        f"{REASON_WORDS.get(reason, reason)}: no referral to court, of which this letter speaks; "
        "offer counseling and write to them yourself. When that is over: "
        f"rollbook holdback end {student.student_id} {reason}"
        for reason in pack.value(NOT_REFERRED, desk.on).words
        if reason in reasons and not holds_letters(desk.office, reason, desk.on)
    ]


def _no_third_notice(desk: Desk, finding: Finding, guardian: Guardian) -> list[str]:
    """Say that a letter speaks of a penalty notice, and that the guardian may get no further one.

    A notice issued on the day itself counts: the one spoken of would come after it.
    """
    pack = desk.office.policy
    if not pack.has_value(ABOUT_A_NOTICE, desk.on):
        return []
    if finding.trigger not in pack.value(ABOUT_A_NOTICE, desk.on).words:
        return []
    following = penalty_notice(
        pack,
        desk.standing.actions,
        student_id=finding.student_id,
        guardian=guardian.name,
        issued=desk.on + timedelta(days=1),
    )
    if following.may_issue:
        return []
    days = " and ".join(day.isoformat() for day in following.earlier)
    return [
        f"{guardian.name} has had {len(following.earlier)} penalty notices within three years "
        f"({days}), and the framework allows no further one: consider another measure"
    ]


def person_reasons(standing: Standing, student: Student, guardian: Guardian) -> list[str]:
    """Return what is missing of the student's name and of the guardian's address."""
    unnamed = [] if student.name else ["the student's name is not known; drop the roster"]
    return [*unnamed, *_address_reasons(standing, student, guardian)]


def _left(desk: Desk, student: Student) -> list[str]:
    """Say that the student has left: by the last day recorded, or since."""
    stretches = desk.standing.enrolments_of(student.student_id)
    if desk.standing.is_enrolled(student.student_id) and not _gone(stretches, desk.on):
        return []
    days = [one.withdrawal_date for one in stretches if one.withdrawal_date]
    return [f"the student has left (not on roll since {max(days)})" if days else
            "the student has left"]  # fmt: skip


def _gone(stretches: Sequence[Enrolment], day: date) -> bool:
    """Say whether every stretch of membership was over by ``day``."""
    return bool(stretches) and all(
        one.withdrawal_date is not None and one.withdrawal_date <= day for one in stretches
    )


def _why_none(guardian: Guardian) -> str:
    """Name a guardian on record and the mark that keeps letters away."""
    mark = "court order" if guardian.court_order else "marked in the contacts to get no letters"
    return f"{guardian.name or 'one without a name'} ({mark})"


def _address_reasons(standing: Standing, student: Student, guardian: Guardian) -> list[str]:
    if guardian.court_order or not guardian.gets_letters:
        order = " (court order)" if guardian.court_order else ""
        return [f"{guardian.name} may not have letters{order}"]
    if not guardian.name:
        known = standing.guardians.get(student.student_id, ())
        if not known:
            return ["no guardian is on record"]
        return [f"no guardian may have letters: {', '.join(map(_why_none, known))}"]
    missing = [
        word
        for word, value in (
            ("street", guardian.street),
            ("city", guardian.city),
            ("postcode", guardian.postcode),
        )
        if not value.strip()
    ]
    if len(missing) == 3:
        return [f"{guardian.name} has no address, or it is withheld; write to them yourself"]
    return [f"the address of {guardian.name} has no {' and no '.join(missing)}"] if missing else []


def _figure_reasons(desk: Desk, finding: Finding) -> list[str]:
    """Return why the student's figures are too thin for a letter about a rate."""
    if finding.denominator is None:
        return []  # a count of dated marks is true however little else is recorded
    possible, missing = finding.attendance.possible, finding.attendance.missing
    unit = desk.office.policy.unit
    if missing * MOST_MISSING > possible + missing:
        return [
            f"{missing} of {possible + missing} {unit} have no mark; drop the full register. If "
            'your list holds absences only, set lists = "absences" under [exports] in office.toml'
        ]
    fewest = settled(desk.office, "letters.minimum-possible", desk.on)
    if possible < fewest:
        return [f"only {possible} {unit} were possible so far (fewer than {fewest})"]
    return []


def _open_marks(desk: Desk, findings: Sequence[Finding]) -> list[str]:
    """Say that a letter rests on marks whose reason nobody knows yet (RULES 0.4).

    Any such mark holds it, for a family must not be written to about a day that may be excused
    tomorrow; in an office that says so, only where the threshold is not crossed without them.
    """
    unresolved = _unresolved(desk, findings)
    if not unresolved:
        return []
    if desk.office.settings.letters.hold_unresolved == "deciding" and not any(
        _open_marks_decide(desk, finding) for finding in findings
    ):
        return []
    codes = ", ".join(dict.fromkeys(unresolved))
    marks, number = len(evidence_of(findings)), len(unresolved)
    have, reasons = ("has", "reason") if number == 1 else ("have", "reasons")
    return [
        f"{number} of the {marks} marks {have} no reason yet (code {codes}); "
        f"find the {reasons} first"
    ]


def _unresolved(desk: Desk, findings: Sequence[Finding]) -> list[str]:
    """Return the pack's code of each mark of evidence whose reason is not known yet."""
    pack = desk.office.policy
    if not pack.has_value(UNRESOLVED, desk.on):
        return []
    open_codes = pack.value(UNRESOLVED, desk.on).words
    return [code for code in _codes(desk, findings) if code in open_codes]


def _open_marks_decide(desk: Desk, finding: Finding) -> bool:
    """Say whether a threshold is crossed only with the marks whose reason is not known."""
    terms = desk.office.policy.trigger(finding.trigger).on(finding.as_of)
    if not isinstance(terms, RateTerms):
        return finding.unresolved_decides
    absent = finding.attendance.absent
    if terms.measure == "unauthorised":
        absent = finding.attendance.unauthorised
    without = absent - len(_unresolved(desk, [finding]))
    return not terms.crosses(finding.attendance.possible, without)


def _part_time(desk: Desk, findings: Sequence[Finding]) -> list[str]:
    """Say that a part-time timetable is among the absences: that is no absence of the family's."""
    if PART_TIME_CODE in _codes(desk, findings):
        return ["a part-time timetable (C2) is among the absences; write to them yourself"]
    return []


def _codes(desk: Desk, findings: Sequence[Finding]) -> list[str]:
    """Return the pack's code of each mark of evidence, however the office spells it."""
    pack = desk.office.policy
    codes = [pack.code(mark.symbol, mark.session.day) for mark in evidence_of(findings)]
    return [code.symbol for code in codes if code]


def _step_before(
    desk: Desk, finding: Finding, guardian: Guardian, prepared: Letter | None
) -> list[str]:
    """Return why the letter must wait for an earlier one: one not mailed, or mailed lately."""
    told = [
        letter
        for letter in desk.letters
        if letter.student_id == finding.student_id
        and letter.guardian["name"] == guardian.name
        and (prepared is None or letter.serial < prepared.serial)
    ]
    before = _after(desk.office, finding)
    waiting = [one.serial for one in told if one.trigger in before and not one.mailed]
    if waiting:
        return [
            f"the letter before it, {' and '.join(waiting)}, has not been mailed yet; when it "
            f"has: rollbook letters mailed {' '.join(waiting)}"
        ]
    came_back = [
        one.serial for one in told if one.trigger in before and one.state is State.RETURNED
    ]
    if came_back:
        return [
            f"the letter before it, {' and '.join(came_back)}, came back, so that it told nobody "
            "anything; write it anew, or post it again, first"
        ]
    same = [one for one in told if one.trigger == finding.trigger]
    return _too_soon(desk, [one for one in same if one.state is not State.RETURNED])


def _after(office: Office, finding: Finding) -> tuple[str, ...]:
    """Return the rules whose letters must have gone before this one."""
    terms = office.policy.trigger(finding.trigger).on(finding.as_of)
    return terms.after if isinstance(terms, RateTerms | SequenceTerms) else ()


def _too_soon(desk: Desk, same: Sequence[Letter]) -> list[str]:
    """Say that a letter of the same level went out lately."""
    if not same:
        return []
    last = max(same, key=lambda one: one.mailed or one.prepared)
    day = last.mailed or last.prepared
    count = settled(desk.office, "letters.again-after", desk.on)
    calendar = desk.office.calendar
    if len(calendar.school_days_between(day + timedelta(days=1), desk.on)) >= count:
        return []
    free = calendar.school_day_after(day, count)
    when = f"it may go from {free} on" if free else f"it may go after {count} school days"
    return [
        f"{last.serial} of the same kind is of {day}; {when} "
        "(again_after_school_days in office.toml)"
    ]
