"""A student's place at the school: which stretch of enrolment counts, and how it is said."""

from collections.abc import Sequence
from datetime import date

from rollbook.register import Enrolment, Guardian
from rollbook.school_calendar import ONE_DAY
from rollbook.verification.words import listed, locale_of, plain, say_day

_PARENTS = frozenset(
    "parent mother father mom mum dad stepmother stepfather stepparent guardian".split()
)


def latest(enrolments: Sequence[Enrolment], day: date) -> Enrolment:
    """Return the stretch that holds ``day``; else the last begun before it; else the first."""
    ordered = sorted(enrolments, key=lambda stretch: stretch.entry_date)
    begun = [stretch for stretch in ordered if stretch.entry_date <= day]
    return next((stretch for stretch in begun if stretch.holds(day)), (begun or ordered[:1])[-1])


def said_of_place(last: Enrolment, day: date, jurisdiction: str) -> str:
    """Return the status as a sentence goes on: is enrolled, was withdrawn."""
    status = status_of(last, day, jurisdiction)
    return f"{'was' if status.startswith('withdrawn') else 'is'} {status}"


def status_of(last: Enrolment, day: date, jurisdiction: str) -> str:
    """Return the status in the words of the place: currently enrolled, on roll, withdrawn on …"""
    locale = locale_of(jurisdiction)
    english = jurisdiction == "gb-eng"
    if last.entry_date > day:
        return f"due to start on {say_day(last.entry_date, locale)}"
    if last.withdrawal_date is None or day < last.withdrawal_date:
        return "on roll" if english else "currently enrolled"
    if english:  # England counts to the last day on roll, Texas from the first day off it
        return f"no longer on roll; the last day was {say_day(_last_day(last), locale)}"
    return f"withdrawn on {say_day(last.withdrawal_date, locale)}"


def day_left(last: Enrolment, day: date, jurisdiction: str) -> date | None:
    """Return the day of leaving as the place counts it; None for one who is still there."""
    if last.withdrawal_date is None or last.withdrawal_date > day:
        return None
    return _last_day(last) if jurisdiction == "gb-eng" else last.withdrawal_date


def _last_day(stretch: Enrolment) -> date:
    return (stretch.withdrawal_date or stretch.entry_date) - ONE_DAY


def parents_on_record(guardians: Sequence[Guardian]) -> str:
    """Return the parents as the school has them; of no parent, the adults it has. May be empty."""
    ordered = sorted(guardians, key=lambda one: one.order)
    parents = [one for one in ordered if _PARENTS & set(plain(one.relation).split())]
    names = tuple(dict.fromkeys(one.name for one in parents or ordered if one.name))
    return listed(names) if names else ""


def address_on_record(guardians: Sequence[Guardian]) -> str:
    """Return where the student lives as the school has it, in one line; empty if not known.

    It is the address of an adult the student lives with. One whose contact a court limits gives
    none, and neither do two adults with different addresses: the office has to say which.
    """
    living = [one for one in guardians if one.lives_with and not one.court_order and one.street]
    found = {_address(one) for one in living}
    return found.pop() if len(found) == 1 else ""


def _address(guardian: Guardian) -> str:
    place = " ".join(part for part in (guardian.region, guardian.postcode) if part)
    lines = (*guardian.street.splitlines(), guardian.city, place)
    return ", ".join(line.strip() for line in lines if line.strip())
