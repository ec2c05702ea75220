"""What clerks write in their logs, and what it means.

“Posted 20 Nov”, “RTS”, “rang mum, no answer”, “meeting booked for Thursday”. What is to come, or
was not done, means nothing done; and no word in a log is a step of law: a contract, a notice or a
referral is taken over only where the log names it as Rollbook does.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rollbook.importers.reading.contact_words import TO_COME, plain
from rollbook.ledger.letters import State
from rollbook.register import Guardian

_STEPS: Sequence[tuple[State, str]] = (
    (
        State.HELD,
        r"(hold|on hold|held( back)?|(do not|don.?t) (send|post|mail)|not (sent|posted|mailed))\b",
    ),
    (State.VOID, r"(void(ed)?|cancel(l)?ed|cancel|scrapped|torn up)\b"),
    (
        State.RETURNED,
        r"(returned( to sender)?|rts|came back|undeliver(ed|able)|not known at|gone away"
        r"|wrong address|bad address|returned mail)\b",
    ),
    (
        State.MAILED,
        r"(posted|mailed|sent( out)?|went( out)?|gone( out)?|in the post|in the mail"
        r"|dispatched)\b",
    ),
)
"""How a status begins that says a step; the first that fits counts."""

_BOOKED = re.compile(
    r"\b(meeting|conference|appointment|home visit)\b.*\b(booked|arranged|scheduled|set (up|for))\b"
    r"|\b(booked|arranged|scheduled|set up)\b.*\b(meeting|conference|appointment|home visit)\b"
)
_RELATIONS: Mapping[str, str] = {
    "mother": r"\b(mother|mum|mom|mam|madre|mamá)\b",
    "father": r"\b(father|dad|padre|papá)\b",
    "grandmother": r"\b(grandmother|grandma|gran|nan|abuela)\b",
    "grandfather": r"\b(grandfather|grandad|granddad|grandpa|abuelo)\b",
    "guardian": r"\b(guardian|carer|foster carer|foster parent)\b",
    "aunt": r"\b(aunt|auntie|tía)\b",
    "uncle": r"\b(uncle|tío)\b",
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMBERS = re.compile(r"\b(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{2}|\d{4}))?\b")
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_DAY_MONTH = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)? ({'|'.join(_MONTHS)})[a-z]*\.?(?: (\d{{4}}))?\b"
)
_MONTH_DAY = re.compile(
    rf"\b({'|'.join(_MONTHS)})[a-z]*\.? (\d{{1,2}})(?:st|nd|rd|th)?(?:,? (\d{{4}}))?\b"
)


@dataclass(frozen=True, slots=True)
class Written:
    """When and how a log is written: on which day it was saved, and days before months or not."""

    saved: date
    day_first: bool


def step_said(text: str) -> State | None:
    """Return the step of a letter a status says was taken, ``None`` for other words.

    >>> step_said("Posted 20 Nov")
    <State.MAILED: 'mailed'>
    """
    words = plain(text)
    if TO_COME.search(words):
        return None
    return next((step for step, start in _STEPS if re.match(start, words)), None)


def is_booked(text: str) -> bool:
    """Whether words say that a meeting or a visit was arranged, which is done though it is to come.

    >>> is_booked("meeting booked for Thursday"), is_booked("need to get a meeting booked")
    (True, False)
    """
    words = plain(text)
    waits = re.search(r"\b(will|need(s)? to|must|should|please|not|to be)\b|\?\s*$", words)
    return bool(_BOOKED.search(words)) and not waits


def guardian_said(text: str, guardians: Sequence[Guardian]) -> str:
    """Return the guardian that words name, by name or relation; ``""`` unless it is just one."""
    words = plain(text)
    named = [one for one in guardians if plain(one.name) and plain(one.name) in words]
    if not named:
        relations = {word for word, sign in _RELATIONS.items() if re.search(sign, words)}
        named = [
            one
            for one in guardians
            if any(re.search(_RELATIONS[word], plain(one.relation)) for word in relations)
        ]
    return named[0].name if len(named) == 1 else ""


def day_said(text: str, written: Written) -> date | None:
    """Return the day that words name, ``None`` when they name none.

    A day without a year is the last one of that name by the day the log was saved; one that is no
    day of the calendar is none.
    """
    words = plain(text)
    if re.search(r"\btoday\b", words):
        return written.saved
    if re.search(r"\byesterday\b", words):
        return written.saved - timedelta(days=1)
    if found := _ISO.search(words):
        return _day(int(found[3]), int(found[2]), found[1], written)
    if found := _DAY_MONTH.search(words):
        return _day(int(found[1]), _MONTHS.index(found[2]) + 1, found[3], written)
    if found := _MONTH_DAY.search(words):
        return _day(int(found[2]), _MONTHS.index(found[1]) + 1, found[3], written)
    if found := _NUMBERS.search(words):
        first, second = int(found[1]), int(found[2])
        day, month = (first, second) if written.day_first else (second, first)
        return _day(day, month, found[3], written)
    return None


def _day(day: int, month: int, year: str | None, written: Written) -> date | None:
    try:
        if year:
            return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
        this_year = date(written.saved.year, month, day)
        return this_year if this_year <= written.saved else date(this_year.year - 1, month, day)
    except ValueError:
        return None
