"""The figures of a letter that a clerk asks for: how many days were missed, and how many fewer now.

They are worked out from the register and never asked. A letter not printed yet whose figures have
changed since is withdrawn, so they can be worked out again as of its own day.
"""

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from rollbook.attendance import Attendance, attendance_of
from rollbook.ledger.letters import Letter
from rollbook.letters.templates import kept_template
from rollbook.letters.wording import (
    locale_of,
    say_days,
    say_long_date,
    say_number,
    say_percent,
    say_window,
    words_of,
)
from rollbook.office import Office
from rollbook.policy import PolicyPack, RequestedLetter
from rollbook.problems import NotAllowed, TemplateError
from rollbook.school_calendar import Span
from rollbook.standing import Standing

STRETCH = "letters.improvement-days"
"""The pack's value that says how many school days each of two compared stretches has."""


@dataclass(frozen=True, slots=True)
class Improvement:
    """What a student missed in two stretches of as many school days, one after the other."""

    length: int
    before: Span
    now: Span
    missed_before: Fraction
    missed_now: Fraction


def figures_of(
    standing: Standing, asked: RequestedLetter, student_id: str, language: str
) -> dict[str, object]:
    """Return the figures of one letter, worded in ``language``.

    Raises ``NotAllowed`` when there is no improvement to thank for, or none that is certain.
    """
    pack = standing.pack
    locale = locale_of(pack, language)
    words = words_of(locale)
    of_year = _attendance(standing, student_id, standing.year_start, standing.as_of)
    missed = _days(pack, of_year.absent)
    figures: dict[str, object] = {
        "period_from": say_long_date(standing.year_start, locale),
        "period_to": say_long_date(standing.as_of, locale),
        "days_missed": say_days(missed, words),
        "days_missed_number": say_number(missed),
        "days_unexcused": say_days(_days(pack, of_year.unauthorised), words),
        "attendance_percent": say_percent(of_year.rate, locale),
        "late_count": str(of_year.late),
    }
    if not asked.improvement:
        return figures
    found = improvement_of(standing, student_id)
    return figures | {
        "days_before": say_days(found.missed_before, words),
        "days_now": say_days(found.missed_now, words),
        "days_better": say_days(found.missed_before - found.missed_now, words),
        "stretch": say_window(f"{found.length} school days", words),
        "before_from": say_long_date(found.before.first, locale),
        "before_to": say_long_date(found.before.last, locale),
        "now_from": say_long_date(found.now.first, locale),
        "now_to": say_long_date(found.now.last, locale),
    }


def improvement_of(standing: Standing, student_id: str) -> Improvement:
    """Compare the newest two stretches of school days of this year.

    Raises ``NotAllowed`` when there are not enough days, the student was not on roll throughout,
    or fewer days were missed only if what is not marked was no absence.
    """
    before, now, length = _stretches(standing, student_id)
    stretches = standing.enrolments_of(student_id)
    if stretches and not any(one.holds(before.first) and one.holds(now.last) for one in stretches):
        raise NotAllowed(
            f"{student_id} was not on roll from {before.first} to {now.last}, so the two stretches "
            "cannot be compared. Nothing was written."
        )
    then = _attendance(standing, student_id, before.first, before.last)
    lately = _attendance(standing, student_id, now.first, now.last)
    missed_before, missed_now = (_days(standing.pack, one.absent) for one in (then, lately))
    figures = (
        f"missed {say_number(missed_before)} of the {length} school days from {before.first} to "
        f"{before.last} and {say_number(missed_now)} of those from {now.first} to {now.last}"
    )
    if missed_now >= missed_before:
        raise NotAllowed(
            f"There is no improvement to thank for: {student_id} {figures}. Nothing was written."
        )
    if not then.possible or not lately.possible or lately.absent + lately.missing >= then.absent:
        raise NotAllowed(
            f"{student_id} {figures}, but {lately.missing + then.missing} "
            f"{standing.pack.unit} have no mark, so the improvement is not certain. Drop the full "
            "register first. Nothing was written."
        )
    return Improvement(length, before, now, missed_before, missed_now)


def _stretches(standing: Standing, student_id: str) -> tuple[Span, Span, int]:
    length = standing.pack.value(STRETCH, standing.as_of).number
    stretches = standing.enrolments_of(student_id)
    track = stretches[-1].track if stretches else ""
    days = standing.calendar.school_days_between(standing.year_start, standing.as_of, track)
    if len(days) < 2 * length:
        raise NotAllowed(
            f"The register goes up to {standing.as_of}, {len(days)} school days into the year. To "
            f"compare two stretches of {length} school days, {2 * length} are needed. "
            "Nothing was written."
        )
    earlier, later = days[-2 * length : -length], days[-length:]
    return Span("before", earlier[0], earlier[-1]), Span("now", later[0], later[-1]), length


def _attendance(standing: Standing, student_id: str, first: date, last: date) -> Attendance:
    """Count one student's attendance; nobody else's marks are gone through."""
    own = replace(
        standing,
        students={student_id: standing.students[student_id]},
        enrolments=standing.enrolments_of(student_id),
        marks=standing.marks[standing.marks["student_id"] == student_id],
    )
    return attendance_of(own.tally(first, last), student_id)


def _days(pack: PolicyPack, count: int) -> Fraction:
    return Fraction(count, 2 if pack.unit == "sessions" else 1)


def figures_changed(office: Office, standing: Standing, letter: Letter) -> str:
    """Say which figure of a letter the register does not bear out any more; nothing when all stand.

    Only what its template tells is looked at, with the marks of now up to the letter's own day.
    """
    asked = next((one for one in office.policy.requested if one.id == letter.trigger), None)
    if asked is None:
        return ""  # the pack asks for no such letter any more: nothing says how it was counted
    then = standing.at(letter.as_of, {letter.student_id})
    anew = f"write it anew: rollbook letters write {letter.trigger} --student {letter.student_id}"
    try:
        shown = kept_template(office, letter.template_digest).fields
        now = figures_of(then, asked, letter.student_id, letter.language)
    except NotAllowed as error:
        return f"{str(error).removesuffix(' Nothing was written.')}"
    except TemplateError:
        return ""  # the pre-flight says that its template is gone, and holds it
    for name, value in now.items():
        was = letter.fields.get(name, "")
        if name in shown and was != value:
            return f"{name} was “{was}” and is “{value}” by the register now; {anew}"
    return ""
