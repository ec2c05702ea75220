"""Dates as exports write them: ISO, day first, month first, with names of months and weekdays."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "mo mon monday",
            "tu tue tues tuesday",
            "we wed wednesday",
            "th thu thur thurs thursday",
            "fr fri friday",
            "sa sat saturday",
            "su sun sunday",
        )
    )
    for name in names.split()
}

_MONTH = f"(?P<word>{'|'.join(sorted(MONTHS, key=len, reverse=True))})"
_TIME = r"(?:[T\s]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[ap]m|Z)?)?"
_ISO = re.compile(
    rf"(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}}){_TIME}", re.I
)
_PACKED = re.compile(r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})")
_NUMBERS = re.compile(
    rf"(?P<a>\d{{1,2}})(?P<s>[-/.])(?P<b>\d{{1,2}})(?P=s)(?P<year>\d{{4}}|\d{{2}}){_TIME}", re.I
)  # noqa: E501
_DAY_WORD = re.compile(
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[-\s/.]*{_MONTH}\.?(?:[-\s/.,]+(?P<year>\d{{4}}|\d{{2}}))?",
    re.I,
)
_WORD_DAY = re.compile(
    rf"{_MONTH}\.?[-\s]*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:[-\s,]+(?P<year>\d{{4}}))?", re.I
)
_LONGEST_HEADER = 60  # letters; more are a text, and the patterns below would take long over it
_PART_AFTER = re.compile(
    r"(?s)(?P<date>.*\d.*?)[\s,;:()/-]+(?P<part>am|pm|a\.m\.|p\.m\.|p\d{1,2}|period\s*\d{1,2}|morning|afternoon)\)?",
    re.I,
)  # noqa: E501
_PART_BEFORE = re.compile(r"(?s)(?P<part>am|pm|morning|afternoon)[\s,;:()-]+(?P<date>.*\d.*)", re.I)
_SERIAL = re.compile(r"\d{5}")
_DAY_ZERO = date(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 36_526, 54_788
_TO_1904 = 1_462  # days from one beginning to the other
_WEEKDAY = re.compile(r"(?P<weekday>[a-z]{2,9})\.?[,\s]+(?=\S*\d)", re.I)


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """The parts of something written as a date, possibly one that does not exist.

    ``year`` is 0 when none is written. ``order_matters`` is true for 03/04/2026, where day and
    month are told apart only by custom; ``day`` is then the first number.
    """

    year: int
    month: int
    day: int
    order_matters: bool = False
    weekday: int | None = None

    def on_calendar(self, day_first: bool, year: int = 0) -> date | None:
        """Return the day, or None when there is no such day."""
        day, month = self.day, self.month
        if self.order_matters and not day_first:
            day, month = month, day
        try:
            found = date(self.year or year, month, day)
        except ValueError:
            return None
        return found if self.weekday in (None, found.weekday()) else None


@lru_cache(maxsize=1 << 12)  # every importer looks at the same headers
def date_and_part(text: str) -> tuple[WrittenDate, str] | None:
    """Return a date and the words beside it for a part of its day, as headers of grids have them.

    The words are empty where none are written; None when ``text`` is no date.
    """
    text = " ".join(text.split())
    if len(text) > _LONGEST_HEADER:
        return None
    if alone := written_date(text):
        return alone, ""
    split = _PART_AFTER.fullmatch(text) or _PART_BEFORE.fullmatch(text)
    written = written_date(split["date"].strip(" ,;:(-")) if split else None
    return (written, split["part"]) if written and split else None


@lru_cache(maxsize=1 << 15)  # a file repeats its few days many times
def written_date(text: str) -> WrittenDate | None:
    """Return the parts of ``text`` if it has the shape of a date, whether or not it exists."""
    text = text.strip()
    weekday = None
    if (named := _WEEKDAY.match(text)) and named["weekday"].casefold() in WEEKDAYS:
        weekday = WEEKDAYS[named["weekday"].casefold()]
        text = text[named.end() :]
    if found := _ISO.fullmatch(text) or _PACKED.fullmatch(text):
        return WrittenDate(
            int(found["year"]), int(found["month"]), int(found["day"]), False, weekday
        )
    if found := _NUMBERS.fullmatch(text):
        year = _full_year(found["year"])
        return WrittenDate(year, int(found["b"]), int(found["a"]), True, weekday)
    if found := _DAY_WORD.fullmatch(text) or _WORD_DAY.fullmatch(text):
        year, month = _full_year(found["year"] or "0"), MONTHS[found["word"].casefold()]
        return WrittenDate(year, month, int(found["day"]), False, weekday)
    return None


def read_date(text: str, day_first: bool) -> date | None:
    """Return the day ``text`` names, or None when it is no date or one that does not exist."""
    written = written_date(text)
    return written.on_calendar(day_first) if written else None


def serial_date(text: str, *, since_1904: bool = False) -> date | None:
    """Return the day a workbook's serial number is, from 2000 to 2049; None for other text.

    46328 is 2 November 2026, where a cell has lost its date format. It may as well be an id, so
    only a whole column or row of such numbers is to be read so. A workbook that counts its days
    ``since_1904`` has the number 44866 for the same day.
    """
    if not _SERIAL.fullmatch(text):
        return None
    number = int(text) + (_TO_1904 if since_1904 else 0)
    return _DAY_ZERO + timedelta(days=number) if _FIRST_SERIAL <= number <= _LAST_SERIAL else None


def misread_order(values: Iterable[str], day_first: bool) -> str:
    """Return a date that shows the file to be written the other way round; ``""`` when none does.

    03/04/2026 cannot be told from its digits: then the office's custom holds. But a file whose
    only telling dates (04/28/2026) contradict the custom must not be read by it, because all its
    untelling dates would silently become other days.
    """
    contradiction, untelling = "", False
    for value in values:
        written = written_date(value)
        if written is None or not written.order_matters or written.day == written.month:
            continue
        as_set, turned = written.on_calendar(day_first), written.on_calendar(not day_first)
        if as_set and not turned:
            return ""
        if turned and not as_set:
            contradiction = contradiction or value
        untelling = untelling or bool(as_set and turned)
    return contradiction if untelling else ""


ASKED_ORDER = "date-order-asked"


def untelling_order(values: Iterable[str]) -> str:
    """Return a date that can be read both ways, of dates of which none tells which; else ``""``."""
    first = ""
    for value in values:
        written = written_date(value)
        if written is None or not written.order_matters or written.day == written.month:
            continue
        both = written.on_calendar(day_first=True), written.on_calendar(day_first=False)
        if not all(both):
            return ""
        first = first or value
    return first


def asked_order(value: str) -> str:
    """Return what is asked of such a date, going on from the name of the file."""
    written = written_date(value)
    days = [written.on_calendar(order) for order in (True, False)] if written else []
    of_day, of_month = (f"{day.day} {day:%B %Y}" for day in days if day)
    return (
        f"writes dates such as “{value}”, which may be {of_day} or {of_month}, and none of them "
        "tells. Nothing was posted. Say once which it is, for all such files: rollbook import "
        f"settle --set day_first=yes ({of_day}) or --set day_first=no ({of_month})."
    )


def _full_year(text: str) -> int:
    year = int(text)
    return year if len(text) != 2 else (2000 if year < 70 else 1900) + year
