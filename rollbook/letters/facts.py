"""The facts of a letter that a clerk asks for: read strictly, worded in the family's language.

Names stand in every language as they are given. A sentence does not: for a family that reads
another language it has to be given in that one too, as ``decision:es``.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time

from babel import Locale

from rollbook.importers.reading.person_numbers import number_of_a_person
from rollbook.letters.wording import locale_of, say_long_date, say_time
from rollbook.policy import Kind, PolicyPack, Question, RequestedLetter
from rollbook.problems import NotAllowed
from rollbook.school_calendar import SchoolCalendar

LONGEST = {Kind.NAME: 120, Kind.SENTENCE: 600}
"""So many signs fit where the letter shows them."""

MONTHS_AWAY = 12
"""A day further away than that is a slip of the pen."""

IN_THE_POST = 5
"""So many days a letter may take until it is approved, printed and delivered (local policy)."""

EXAMPLES = {Kind.DATE: "2027-01-15", Kind.TIME: "14:30", Kind.NAME: '"…"', Kind.SENTENCE: '"…"'}

_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*([ap])?\.?m?\.?", re.IGNORECASE)

Given = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one letter as they were read: days, times and words by field."""

    days: Mapping[str, date]
    times: Mapping[str, time]
    words: Mapping[str, str]  # of a sentence in another language by “decision:es”

    def worded(self, pack: PolicyPack, language: str) -> dict[str, object]:
        """Return the facts as a letter in ``language`` says them."""
        locale = locale_of(pack, language)
        names = {name.partition(":")[0] for name in self.words}
        return {
            **{name: say_long_date(day, locale) for name, day in self.days.items()},
            **{name: say_time(moment, locale) for name, moment in self.times.items()},
            **{
                name: self.words.get(f"{name}:{language}", self.words.get(name, ""))
                for name in names
            },
        }

    def notes(self, calendar: SchoolCalendar, on: date) -> Iterator[str]:
        """Say what a clerk should look at again before the letter goes."""
        meeting = self.days.get("meeting_date")
        why = calendar.why_not_school_day(meeting) if meeting else ""
        if why:
            yield f"the meeting on {meeting} is on no school day ({why})"
        if meeting and (meeting - on).days < IN_THE_POST:
            yield f"the meeting is on {meeting} already: by post the letter may come too late"


def read_facts(
    pack: PolicyPack, asked: RequestedLetter, given: Given, languages: Collection[str], on: date
) -> Facts:
    """Read the facts given for a letter in these languages on a day.

    Raises ``NotAllowed`` with the exact words to type when one is missing, unknown or cannot be.
    """
    given = {name.strip(): " ".join(text.split()) for name, text in given.items()}
    _refuse_unknown(asked, given)
    _refuse_missing(pack, asked, given, languages)
    days: dict[str, date] = {}
    times: dict[str, time] = {}
    words: dict[str, str] = {}
    for one in asked.questions:
        if not given.get(one.field):
            continue
        if one.kind is Kind.DATE:
            days[one.field] = _day(one, given[one.field], on)
        elif one.kind is Kind.TIME:
            times[one.field] = _time(one, given[one.field])
        else:
            for name in _spellings(one, given):
                words[name] = _words(one, name, given[name])
    if "leave_from" in days and "leave_to" in days and days["leave_to"] < days["leave_from"]:
        raise NotAllowed(
            f"The leave ends on {days['leave_to']}, before it begins on {days['leave_from']}. "
            "Correct leave_from or leave_to. Nothing was written."
        )
    return Facts(days, times, words)


def how_to_say(question: Question, language: str = "") -> str:
    """Return the words with which a fact is given on the command line."""
    name = f"{question.field}:{language}" if language else question.field
    return f"--fact {name}={EXAMPLES[question.kind]}"


def say_language(code: str) -> str:
    """Return a language's English name; the code where there is none."""
    return str(Locale.parse("en").languages.get(code, code))


def _spellings(question: Question, given: Given) -> list[str]:
    """Return the names under which a fact is given: its own, and one for a further language."""
    return [
        name
        for name, text in given.items()
        if text and (name == question.field or name.startswith(f"{question.field}:"))
    ]


def _refuse_unknown(asked: RequestedLetter, given: Given) -> None:
    kinds = {one.field: one.kind for one in asked.questions}
    for name in given:
        field, colon, language = name.partition(":")
        if field not in kinds:
            known = ", ".join(kinds) or "no facts: its figures come from the register"
            raise NotAllowed(
                f"The letter {asked.id} does not ask for “{name}”. It asks for: {known}. "
                "Nothing was written."
            )
        if colon and (kinds[field] is not Kind.SENTENCE or not re.fullmatch("[a-z]{2}", language)):
            raise NotAllowed(
                f"“{name}” cannot be given in a language of its own; give “{field}” once. "
                "Nothing was written."
            )


def _refuse_missing(
    pack: PolicyPack, asked: RequestedLetter, given: Given, languages: Collection[str]
) -> None:
    lines = [
        f"  {one.text}  {how_to_say(one)}"
        for one in asked.questions
        if one.field in asked.asks and not given.get(one.field)
    ]
    others = sorted(set(languages) - {pack.language})
    lines += [
        f"  A letter is in {say_language(language)}; say it in that language too: "
        f"{how_to_say(one, language)}"
        for language in others
        for one in asked.questions
        if one.kind is Kind.SENTENCE
        and (one.field in asked.asks or given.get(one.field))
        and not given.get(f"{one.field}:{language}")
    ]
    if lines:
        raise NotAllowed(
            "\n".join([f"The letter {asked.id} needs more. Add:", *lines, "Nothing was written."])
        )


def _day(question: Question, text: str, on: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise NotAllowed(
            f"“{text}” is no date. Write {question.field} as {EXAMPLES[Kind.DATE]}. "
            "Nothing was written."
        ) from error
    if question.ahead and day < on:
        raise NotAllowed(
            f"{question.field} is {day}, and that day is past. Correct it. Nothing was written."
        )
    if abs(day - on).days > MONTHS_AWAY * 31:
        raise NotAllowed(
            f"{question.field} is {day}, more than {MONTHS_AWAY} months away. Correct it. "
            "Nothing was written."
        )
    return day


def _time(question: Question, text: str) -> time:
    found = _TIME.fullmatch(text)
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
    half = (found[3] or "").lower() if found else ""
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    elif half or (found and found[2] is None):
        hour = 99  # “15 pm”, or a bare number that is no time of day
    if hour > 23 or minute > 59:
        raise NotAllowed(
            f"“{text}” is no time of day. Write {question.field} as {EXAMPLES[Kind.TIME]} or "
            "2:30 pm. Nothing was written."
        )
    return time(hour, minute)


def _words(question: Question, name: str, text: str) -> str:
    longest = LONGEST[question.kind]
    if len(text) > longest:
        raise NotAllowed(
            f"{name} has {len(text)} signs, and the letter has room for {longest}. Shorten it. "
            "Nothing was written."
        )
    if number_of_a_person(text):
        raise NotAllowed(
            f"{name} holds what looks like a Social Security number or another number of a person. "
            "No letter may say one; take it out. Nothing was written."
        )
    if question.kind is Kind.SENTENCE and text[-1] not in ".!?”\"'’":
        text += "."
    return text
