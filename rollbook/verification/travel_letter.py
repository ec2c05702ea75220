"""The letter for a journey (England): a pupil's place and, if asked, the leave that was granted.

Embassies and border officers ask for it. It says nothing of nationality or of any visa.
"""

from dataclasses import dataclass
from datetime import date

from rollbook.register import Enrolment
from rollbook.school_calendar import SchoolCalendar, SchoolYear
from rollbook.verification.consent import Consent
from rollbook.verification.decision import (
    ENROLLED_MISSING,
    Decision,
    Fact,
    Missing,
    Value,
    birth_date_missing,
    birth_fact,
    present,
    undecided,
    year_missing,
    year_rows,
)
from rollbook.verification.roll import latest, said_of_place, status_of
from rollbook.verification.words import locale_of, say_day, say_grade

_ENGLAND = "gb-eng"


@dataclass(frozen=True, slots=True)
class TravelFacts:
    """What the school states. The days of the journey are given only when leave is asked about."""

    birth_date: date | None
    enrolments: tuple[Enrolment, ...]
    grade: str = ""
    school_year: SchoolYear | None = None
    first: date | None = None
    last: date | None = None
    leave_granted: bool | None = None


def travel_letter(
    facts: TravelFacts, day: date, calendar: SchoolCalendar, consent: Consent
) -> Decision:
    """Decide the letter. Of leave it speaks only where it was granted or no school is missed."""
    references = (consent.citation,)
    missing = birth_date_missing(facts.birth_date, day) + year_missing(facts.school_year)
    if not facts.enrolments:
        missing.append(ENROLLED_MISSING)
    missed = _missed(facts, calendar)
    missing += _journey_missing(facts, calendar, missed)
    if missing:
        return undecided("travel", day, missing, references)
    place = latest(facts.enrolments, day)
    if not place.holds(day):
        return Decision(
            "travel",
            False,
            "not_on_roll",
            f"The letter cannot be given: the pupil {said_of_place(place, day, _ENGLAND)}. Ask for "
            "the enrolment letter, which says so.",
            day,
            references=references,
        )
    told = _told(facts, missed)
    return Decision(
        kind="travel",
        eligible=True,
        reason="no_leave" if facts.first and not told else "leave" if told else "on_roll",
        sentence=_sentence(facts, missed),
        issued=day,
        statement=said_of_place(place, day, _ENGLAND),
        facts=_facts(facts, place, day, told),
        notes=_notes(told, calendar),
        references=references,
    )


def _missed(facts: TravelFacts, calendar: SchoolCalendar) -> int:
    if facts.first is None or facts.last is None or facts.last < facts.first:
        return 0
    return len(calendar.school_days_between(facts.first, facts.last))


def _journey_missing(facts: TravelFacts, calendar: SchoolCalendar, missed: int) -> list[Missing]:
    first, last = facts.first, facts.last
    if first is None and last is None:
        return []
    if first is None or last is None or last < first:
        return [
            Missing("journey", "Supply the first and the last day of the journey, in that order.")
        ]
    if first < calendar.years[0].first or last > calendar.years[-1].last:
        return [
            Missing(
                "school_year",
                "Add the school years of the journey to the school calendar: it is not known on "
                "which of its days school is open.",
            )
        ]
    if missed and facts.leave_granted is None:
        return [
            Missing(
                "leave_granted",
                f"Say whether leave is granted: school is open on {_days(missed)} of the journey.",
            )
        ]
    return []


def _told(facts: TravelFacts, missed: int) -> str:
    """Return what the letter says of the journey; empty where it says nothing."""
    if facts.first is None or facts.last is None:
        return ""
    if not missed:
        return "Not needed: school is closed on all of these days"
    return f"Granted for {_days(missed)}" if facts.leave_granted else ""


def _sentence(facts: TravelFacts, missed: int) -> str:
    if facts.first is None:
        return "The letter can be given: the pupil is on roll. It says nothing of leave."
    if not missed:
        return "The letter can be given: school is closed on all days of the journey."
    if facts.leave_granted:
        return f"The letter can be given, with the leave granted for {_days(missed)}."
    return (
        f"The letter can be given without the journey: school is open on {_days(missed)} of it and "
        "no leave is granted. It says only that the pupil is on roll."
    )


def _notes(told: str, calendar: SchoolCalendar) -> tuple[str, ...]:
    if told and calendar.guessed:
        return ("The school days of the journey rest on the guessed school calendar: check them.",)
    return ()


def _days(count: int) -> str:
    return "1 school day" if count == 1 else f"{count} school days"


def _facts(facts: TravelFacts, place: Enrolment, day: date, told: str) -> tuple[Fact, ...]:
    journey = None
    if told and facts.first and facts.last:
        first, last = (say_day(one, locale_of(_ENGLAND)) for one in (facts.first, facts.last))
        journey = first if first == last else f"{first} to {last}"
    rows: list[tuple[str, str, Value | None]] = [
        ("grade", "Year group", say_grade(facts.grade) or None),
        ("entry_date", "On roll since", place.entry_date),
        ("status", "Status", status_of(place, day, _ENGLAND)),
        *year_rows(facts.school_year),
        ("journey", "Days of the journey", journey),
        ("leave", "Leave of absence", told or None),
    ]
    return birth_fact(facts.birth_date) + present(rows)
