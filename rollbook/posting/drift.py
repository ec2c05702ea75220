"""Drift: how an export differs from the last one of its kind, in sentences for the clerk.

Vendors change their exports without notice, and a clerk may choose the wrong campus or too few
weeks. Such a file waits until somebody has seen the differences and says yes. The thresholds are
local policy.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

from rollbook.office import Office
from rollbook.posting.looks import Look, is_correction, is_list_of_absences
from rollbook.problems import Problem, counted, refuse
from rollbook.register import Category

DRIFTED = "drifted"

FEWER_ROWS = Fraction(4, 10)  # 40 % fewer rows (a day) than the last export
FEWEST_MISSING = 20  # rows, so that small files do not wait
FEWEST_UNKNOWN = 3  # rows with codes nobody knows; fewer are rather mistyped
CAMPUS_ROWS_A_DAY = 5  # a campus with fewer may just have had no absence
DAY_ROWS = 20  # a day on which an export with so many rows a day has none is missing
JUMP = Fraction(15, 100)  # of the marks, in one category
JUMP_ROWS = 50
MOST_NAMED = 8

_WORDS = {
    Category.PRESENT: "present",
    Category.APPROVED: "present at an approved activity",
    Category.AUTHORISED: "authorised or excused absences",
    Category.UNAUTHORISED: "unauthorised or unexcused absences",
    Category.NOT_POSSIBLE: "not possible",
    Category.MISSING: "missing",
}


def differences(office: Office, now: Look, before: Look) -> list[Problem]:
    """Return in what an export differs from the last one of its kind, a problem each."""
    said = (
        *_columns(now, before),
        *_codes(office, now, before),
        *(() if is_correction(now) else _selection(office, now, before)),
    )
    return [refuse(DRIFTED, sentence) for sentence in said]


def _selection(office: Office, now: Look, before: Look) -> Iterator[str]:
    yield from _rows(now, before)
    yield from _campuses(now, before)
    yield from _days(office, now, before)
    yield from _percentages(office, now, before)


def waits(found: Sequence[Problem], file: str, last: str) -> list[Problem]:
    """Return the problems of a file that waits for a yes, with what to do."""
    first = refuse(
        DRIFTED,
        f"“{file}” differs from the last export of the same kind (“{last}”). Nothing of it is "
        "posted yet; it waits for you to look.",
        value=str(len(found)),
    )
    then = refuse(
        DRIFTED,
        "If this is right, say so once, and the file is posted and is the measure for the next "
        f'one: rollbook once --accept "{file}". If not, export it again and drop that.',
    )
    return [first, *found, then]


def _columns(now: Look, before: Look) -> Iterator[str]:
    """Columns are compared whatever their order and capitals."""
    if not (now.columns and before.columns):
        return
    new = _not_among(now.columns, before.columns)
    gone = _not_among(before.columns, now.columns)
    if new:
        yield f"New {_plural(new, 'column')}: {_named(new)}."
    if gone:
        yield f"{_plural(gone, 'Column')} no longer there: {_named(gone)}."


def _not_among(some: Sequence[str], others: Sequence[str]) -> list[str]:
    known = {other.casefold() for other in others}
    return [one for one in some if one.casefold() not in known]


def _codes(office: Office, now: Look, before: Look) -> Iterator[str]:
    new = {code: rows for code, rows in now.codes.items() if code not in before.codes}
    unknown = {code: rows for code, rows in new.items() if not _category(office, code, now)}
    rows = sum(unknown.values())
    if rows >= FEWEST_UNKNOWN:
        names = [code or "blank" for code in unknown]
        yield (
            f"{_plural(names, 'Code')} that the last export did not have and the office does not "
            f"know: {_named(names)}, in {counted(rows, 'row')}; these rows would be held."
        )


def _rows(now: Look, before: Look) -> Iterator[str]:
    missing = before.rows_a_day - now.rows_a_day
    if missing >= FEWEST_MISSING and missing > before.rows_a_day * FEWER_ROWS:
        a_day = " a day" if before.days else ""
        share = round(100 * missing / before.rows_a_day)
        yield (
            f"{share} % fewer rows: {_round(now.rows_a_day)}{a_day}, and "
            f"{_round(before.rows_a_day)}{a_day} last time."
        )


def _campuses(now: Look, before: Look) -> Iterator[str]:
    days = max(len(before.days), 1)
    large = [one for one, rows in before.campuses.items() if rows >= CAMPUS_ROWS_A_DAY * days]
    gone = [campus for campus in large if campus not in now.campuses]
    if gone:
        word, them = ("Campus", "it") if len(gone) == 1 else ("Campuses", "them")
        yield f"{word} without a row: {_named(gone)}. The last export had {them}."


def _days(office: Office, now: Look, before: Look) -> Iterator[str]:
    """School days in the midst of the file without a row, where one has many."""
    if now.rows_a_day < DAY_ROWS or len(now.days) < 2:
        return
    first, last = now.dates[0], now.dates[-1]
    had = {*now.dates}
    school = [day for day in office.calendar.anybodys_days if first < day < last]
    earlier = {*before.dates}
    covered = earlier and (min(earlier), max(earlier))
    missing = [
        day
        for day in school
        if day not in had
        and not (covered and covered[0] <= day <= covered[1] and day not in earlier)
    ]
    if missing:
        yield f"{_plural(missing, 'School day')} without a row: {_named(_dates(missing))}."


def _percentages(office: Office, now: Look, before: Look) -> Iterator[str]:
    if is_list_of_absences(now) != is_list_of_absences(before):
        yield "Its silence means something else: one names absences only, the other every mark."
        return
    if is_list_of_absences(now):
        jumped = now.rows_a_day - before.rows_a_day
        if jumped >= JUMP_ROWS and now.rows_a_day > 2 * before.rows_a_day:
            yield (
                f"More than twice the absences: {_round(now.rows_a_day)} a day, and "
                f"{_round(before.rows_a_day)} a day last time."
            )
        return
    here, there = _shares(office, now), _shares(office, before)
    for category, words in _WORDS.items():
        is_now, was = here.get(category, Fraction(0)), there.get(category, Fraction(0))
        if here and there and abs(is_now - was) >= JUMP:
            percent, earlier = round(100 * is_now), round(100 * was)
            yield f"{percent} % of the marks say {words}; last time {earlier} %."


def _shares(office: Office, look: Look) -> Mapping[Category, Fraction]:
    """Return the share of each category in the marks; nothing where there are few marks."""
    found: dict[Category, int] = {}
    for code, rows in look.codes.items():
        category = _category(office, code, look)
        if category:
            found[category] = found.get(category, 0) + rows
    whole = sum(found.values())
    if whole < JUMP_ROWS:
        return {}
    return {category: Fraction(rows, whole) for category, rows in found.items()}


def _category(office: Office, symbol: str, look: Look) -> Category | None:
    day = look.dates[-1] if look.days else None
    if day is None:
        return None
    codes = office.policy.codes_on(day)
    code = codes.get(symbol) or codes.get(symbol.upper())  # the office's own codes among them
    return code.category if code else None


def _round(number: Fraction) -> str:
    return f"{round(number):,}"


def _dates(days: Sequence[date]) -> list[str]:
    return [f"{day.day} {day:%B %Y}" for day in days]


def _plural(some: Sequence[object], word: str) -> str:
    return word if len(some) == 1 else f"{word}s"


def _named(names: Sequence[str]) -> str:
    shown = ", ".join(f"“{name}”" for name in names[:MOST_NAMED])
    more = len(names) - MOST_NAMED
    return f"{shown} and {more} more" if more > 0 else shown
