"""What a table cannot say of its contents: its dates, its blanks and its codes."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from rollbook.cli.importing_asked import CODE, PART, Asked, Custom, choice
from rollbook.importers.reading.headers import key, part_of_day
from rollbook.importers.reading.looking import Seen, date_order
from rollbook.importers.reading.mark_strings import UNRECORDED
from rollbook.importers.reading.mark_words import PRESENT
from rollbook.importers.reading.written import NEEDED, NOTHING
from rollbook.register import PARTS

DATES = {"day": "day first", "month": "month first", "any": ""}
"""The orders a date is written in: the answers there can be, with their words."""
_RECORDED = {
    "absences": "it was there (only absences are listed)",
    "all": "nothing was recorded (all marks are listed)",
}
_BLANK = {"present": "present", NOTHING: "nothing was recorded"}
_EACH = {"session": "half a day (AM, then PM)", "day": "a day"}
_UNITS = {"days": "days", "sessions": "sessions"}


def of_contents(
    seen: Seen, shape: str, said: Mapping[str, str], given: Mapping[str, str], custom: Custom
) -> Iterator[Asked]:
    """Ask about what is in the columns, once it is known which is which."""
    if dates := _dates(seen, shape, said, given, custom.day_first):
        yield dates
    if shape == "summary":
        headers = " ".join(seen.headers).casefold()
        named = [unit for unit in _UNITS if unit.removesuffix("s") in headers]
        sure = named[0] if len(named) == 1 else None
        yield choice("unit", "What do the totals count?", given, _UNITS, sure)
        return
    if shape == "list" and said["part"]:
        yield from _part_words(seen, said, given)
    marks = codes_in(seen, shape, said)
    if shape in ("list", "periods"):
        there = sum(count for code, count in marks.items() if key(code) in PRESENT and code)
        sure = "all" if there * 2 > sum(marks.values()) else None
        asked = choice(
            "recorded", "What does it say of a student who has no row on a day?", given, _RECORDED,
            sure,
        )  # fmt: skip
        yield asked
    if shape == "strings":
        lengths = {len(cell) for cell in seen.raw(said["marks"], seen.rows)}
        sure = "day" if any(length % 2 for length in lengths) else None
        yield choice("each", "What does one character stand for?", given, _EACH, sure)
    blank = ""
    if marks[""] or "blank" in given:
        asked = choice("blank", "What does a blank say?", given, _BLANK, None)
        blank = asked.answer or ""
        yield asked
    yield from _session(seen, shape, said, given, custom)
    yield from _official(seen, shape, said, given, custom)
    yield from _codes(marks, blank == "present" and not custom.has_blank, given, custom.codes)


def codes_in(seen: Seen, shape: str, said: Mapping[str, str]) -> Counter[str]:
    """Return the codes of the students' rows, and how often each occurs; ``""`` for blanks."""
    rows = seen.of_students(said["student_id"], said["date"] if "date" in NEEDED[shape] else "")
    if shape == "list":
        return Counter(seen.cells(said["code"], rows))
    if shape == "periods":
        headers = [name.removeprefix(PART) for name in said if name.startswith(PART)]
        return Counter(cell for one in headers for cell in seen.cells(one, rows))
    if shape == "strings":
        characters = "".join(seen.raw(said["marks"], rows))
        return Counter("" if one in UNRECORDED else one for one in characters)
    if shape == "grid":
        places = [column.place for column in seen.dated]
        cells = [[row[p].strip() if p < len(row) else "" for row in rows] for p in places]
        return Counter(cell for column in cells if any(column) for cell in column)
    return Counter()


def _dates(
    seen: Seen,
    shape: str,
    said: Mapping[str, str],
    given: Mapping[str, str],
    day_first: bool | None,
) -> Asked | None:
    if shape == "grid":
        values = [column.header for column in seen.dated if column.written.order_matters]
        values = [found[0] for one in values if (found := re.search(r"\d[\d/.-]*", one))]
    else:
        columns = [said[one] for one in ("date", "first", "last") if said.get(one)]
        values = [value for one in columns for value in seen.values(one)]
    if not values:
        return None
    order = date_order(values)
    by_office = None if day_first is None else "day" if day_first else "month"
    sure = {"any": "any", "day first": "day", "month first": "month"}.get(order, by_office)
    text = f"In dates such as {values[0]}, does the day come first, or the month (day or month)?"
    could = {name: words for name, words in DATES.items() if words}
    return choice("dates", text, given, DATES, sure, could)


def _part_words(seen: Seen, said: Mapping[str, str], given: Mapping[str, str]) -> Iterator[Asked]:
    rows = seen.of_students(said["student_id"], said["date"])
    for word in sorted(set(seen.cells(said["part"], rows))):
        if not part_of_day(word) or PART + word in given:
            text = f"Which part of the day is “{word}”?" if word else "Which part is a blank one?"
            yield choice(PART + word, text, given, dict.fromkeys(PARTS, ""), None)


def _session(
    seen: Seen, shape: str, said: Mapping[str, str], given: Mapping[str, str], custom: Custom
) -> Iterator[Asked]:
    """Ask of which session the marks are, where each session counts and the file names none."""
    names_none = shape == "list" and not said["part"]
    names_none |= shape == "grid" and not all(column.part for column in seen.dated)
    if custom.pack.method == "sessions" and names_none:
        text = "The file names no session. Of which one are its marks?"
        yield choice("session", text, given, dict.fromkeys(custom.pack.parts, ""), None)


def _official(
    seen: Seen, shape: str, said: Mapping[str, str], given: Mapping[str, str], custom: Custom
) -> Iterator[Asked]:
    """Ask which period decides the day, where one must and the file lacks the office's."""
    if custom.pack.method != "official-period" or shape not in ("list", "periods"):
        return
    parts = {value for name, value in said.items() if name.startswith(PART)}
    if shape == "list" and said["part"]:
        words = set(seen.cells(said["part"], seen.of_students(said["student_id"], said["date"])))
        parts = {part_of_day(word) for word in words} - {""}
    periods = sorted((part for part in parts if part[1:].isdecimal()), key=PARTS.index)
    if len(periods) < 2 or custom.official.every & set(periods) or "DAY" in parts:
        return
    text = (
        f"The office's official period ({custom.official.usual}) is not in this file. Which "
        "period decides the day?"
    )
    yield choice("official", text, given, dict.fromkeys(periods, ""), None)


def _codes(
    marks: Mapping[str, int],
    asks_blank: bool,
    given: Mapping[str, str],
    codes: Mapping[str, str],
) -> Iterator[Asked]:
    could = {code: words for code, words in codes.items() if code}
    for code in sorted(marks):
        name = CODE + code
        if name not in given and (code in codes if code else not asks_blank):
            continue
        often = f"{marks[code]:,} times" if marks[code] > 1 else "once"
        text = f"The code “{code}” ({often}) is not among the office's codes. Which of them is it?"
        yield choice(name, text if code else "Which code is a blank?", given, codes, None, could)
