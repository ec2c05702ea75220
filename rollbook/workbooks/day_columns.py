"""The tracker's columns of days: which there are, and which day each of them is.

A heading may be a real date, a text (“Mon 7 Sep”, “9/7”), the result of a formula, or the number of
a day under the name of a month. Which of two numbers is the month is never guessed: the headings
themselves must tell, by their order.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from rollbook.school_calendar import SchoolCalendar
from rollbook.workbooks.book import Book
from rollbook.workbooks.cells import Area, Cell, column_letters, column_number, day_of
from rollbook.workbooks.headings import plain
from rollbook.workbooks.mapping import Block, Days
from rollbook.workbooks.places import MOST_HEADING_ROWS, ROWS_SEARCHED, Place
from rollbook.workbooks.sheet import Sheet

FEWEST_DAYS = 5

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LONGEST_GAP = timedelta(days=24)  # between two columns of days: the longest holidays
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})\b")
_TWO_NUMBERS = re.compile(r"(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}|\d{2}))?$")
_YEAR = re.compile(r"\b(20\d\d)\b")
_HALF_DAYS = frozenset({"am", "pm", "a", "p", "a m", "p m"})


@dataclass(frozen=True, slots=True)
class _Heading:
    """What a heading says of its day; 0 and ``None`` for what it does not say.

    ``either`` are two numbers of which one is the day and one the month.
    """

    day: int
    month: int = 0
    year: int = 0
    weekday: int | None = None
    either: tuple[int, int] = (0, 0)


def find(book: Book, block: Block) -> Days | None:
    """Return the columns of days beside a list's other columns, ``None`` when it has none."""
    return search(book, block)[0]


def search(book: Book, block: Block) -> tuple[Days | None, str]:
    """Return the columns of days, or a sentence saying why those there are left alone."""
    sheet = book.sheet(block.sheet)
    table = book.table(block.table) if block.table else None
    taken = {column_number(column.letter) for column in block.columns.values()}
    first = max(block.header_row - block.heading_rows, 1)
    for row in range(first, block.header_row + 2):
        headings = _headings(book, sheet, row, taken, table.area if table else None)
        stretch = _longest(headings)
        if len(stretch) < FEWEST_DAYS:
            continue
        ends = column_letters(min(stretch)), column_letters(max(stretch))
        if _has_halves(book, sheet, row, stretch):
            return None, (
                f"Columns {ends[0]} to {ends[1]} have two columns for each day (morning and "
                "afternoon). They are left alone."
            )
        if all(heading.month or heading.either[0] for heading in stretch.values()):
            if _order(list(stretch.values())) is None:
                return None, (
                    f"Columns {ends[0]} to {ends[1]} seem to be days, but it cannot be told which "
                    "number is the month. They are left alone. Write the days as dates in Excel "
                    "and adopt the workbook again to have them filled."
                )
            return Days("dates", row, *ends), ""
        month, year = _month_cells(book, sheet, row)
        if not month and not _month_of(sheet.name):
            return None, (
                f"Columns {ends[0]} to {ends[1]} seem to be the days of a month, but no cell above "
                "them names one month. They are left alone."
            )
        return Days("days of a month", row, *ends, month=month, year=year), ""
    return None, _not_calculated(book, sheet, block, taken)


def is_row_of_dates(book: Book, sheet: Sheet, row: int) -> bool:
    """Say whether a row holds dates and nothing else: it belongs to the headings above it."""
    cells = [cell for _, cell in sheet.cells(row) if cell.content(book.shared) not in (None, "")]
    read = [_read(book, cell) for cell in cells]
    return len(read) >= FEWEST_DAYS and all(
        heading is not None and (heading.month or heading.either[0]) for heading in read
    )


def dates_of(
    book: Book, place: Place, days: Days, calendar: SchoolCalendar | None = None
) -> Mapping[int, date]:
    """Return the day of each column of days: number of the column → date.

    Read anew each time, since a clerk chooses another month or puts in a column. A column whose
    day cannot be told for certain is left out. A year that is not written is that of the last
    school year of the ``calendar``. Day numbers without a cell for their month are of the month the
    sheet is named after.
    """
    sheet, row = place.sheet, _row_now(book, place, days)
    taken = set(place.columns.values())
    area = place.table.area if place.table else None
    stretch = _longest(_headings(book, sheet, row, taken, area))
    weekdays = _weekdays_near(book, sheet, row)
    if days.headings == "days of a month":
        month, year = _month_now(book, sheet, row, days)
        dated = {column: _Heading(each.day, month, year) for column, each in stretch.items()}
    else:
        dated = _in_order(stretch)
    found = {}
    for column, heading in dated.items():
        weekday = heading.weekday if heading.weekday is not None else weekdays.get(column)
        day = _date(heading, calendar)
        if day and weekday in (None, day.weekday()):
            found[column] = day
    twice = {day for day in found.values() if list(found.values()).count(day) > 1}
    return {column: day for column, day in found.items() if day not in twice}


# ---- the headings ----------------------------------------------------------------------------


def _headings(
    book: Book, sheet: Sheet, row: int, taken: set[int], area: Area | None
) -> dict[int, _Heading]:
    """Return what the cells of a row say of days, without the columns that mean something else."""
    return {
        column: heading
        for column, cell in sheet.cells(row)
        if column not in taken
        and (area is None or area.left <= column <= area.right)
        and (heading := _read(book, cell)) is not None
    }


def _read(book: Book, cell: Cell) -> _Heading | None:
    content = cell.content(book.shared)
    if isinstance(content, float):
        if content > 366 and (book.styles.is_date(cell.style)):
            day = day_of(content, book.since_1904)
            return _Heading(day.day, day.month, day.year) if day else None
        return _Heading(int(content)) if content in range(1, 32) else None
    return _read_text(content) if isinstance(content, str) else None


def _read_text(text: str) -> _Heading | None:
    """Read “Mon 7 Sep 2026”, “7-Sep”, “Sep 7”, “9/7/26”, “2026-09-07”, “Mon 7” or “7”."""
    words = re.findall(r"\d{4}-\d{1,2}-\d{1,2}|\d[\d/.-]*\d|\d|[^\W\d_]+", text.casefold())
    weekday: int | None = None
    month = year = 0
    numbers: list[str] = []
    for word in words:
        if word[0].isdigit():
            numbers.append(word)
        elif (named := _named(word, _WEEKDAYS)) is not None and weekday is None:
            weekday = named
        elif (named := _named(word, _MONTHS)) is not None and not month:
            month = named + 1
        elif word not in ("st", "nd", "rd", "th", "of"):
            return None
    if not numbers:
        return None
    if found := _ISO.fullmatch(numbers[0]):
        return _Heading(int(found[3]), int(found[2]), int(found[1]), weekday)
    if found := _TWO_NUMBERS.fullmatch(numbers[0]):
        pair = int(found[1]), int(found[2])
        if len(numbers) > 1 or month or not all(1 <= each <= 31 for each in pair):
            return None
        return _Heading(0, 0, _full(found[3]), weekday, pair)
    if len(numbers) > 2 or not numbers[0].isdigit() or not 1 <= int(numbers[0]) <= 31:
        return None
    if len(numbers) == 2:
        if not numbers[1].isdigit() or not month:
            return None
        year = _full(numbers[1])
    return _Heading(int(numbers[0]), month, year, weekday)


def _named(word: str, names: Sequence[str]) -> int | None:
    """Return which of the names a word is, or the beginning of; of three letters at least."""
    if word == "sept":
        word = "sep"
    if len(word) < 3:
        return None
    return next((number for number, name in enumerate(names) if name.startswith(word)), None)


def _full(digits: str | None) -> int:
    if not digits:
        return 0
    return int(digits) + 2000 if len(digits) == 2 else int(digits)


def _longest(headings: Mapping[int, _Heading]) -> dict[int, _Heading]:
    """Return the columns from the first day to the last: the longest run of one kind, in order.

    Other columns may stand between them, such as totals of a week.
    """
    best: dict[int, _Heading] = {}
    run: dict[int, _Heading] = {}
    for column, heading in sorted(headings.items()):
        before = run[max(run)] if run else None
        if before and (not _follows(before, heading) or column - max(run) > 4):
            run = {}
        run[column] = heading
        if len(run) > len(best):
            best = dict(run)
    return best


def _follows(before: _Heading, after: _Heading) -> bool:
    if bool(before.month or before.either[0]) != bool(after.month or after.either[0]):
        return False
    if before.month and after.month:
        return (before.month, before.day) != (after.month, after.day) or not before.year
    return bool(before.either[0]) == bool(after.either[0]) and (
        bool(before.either[0]) or before.day < after.day
    )


def _has_halves(book: Book, sheet: Sheet, row: int, stretch: Mapping[int, _Heading]) -> bool:
    halves = [
        column
        for column, cell in sheet.cells(row + 1)
        if min(stretch) <= column <= max(stretch) + 1
        and isinstance(text := cell.content(book.shared), str)
        and plain(text) in _HALF_DAYS
    ]
    return len(halves) > len(stretch)


def _order(headings: Sequence[_Heading]) -> str | None:
    """Return whether the day (``"d"``) or the month (``"m"``) is written first; else ``None``.

    Columns of days go forward, a day or a holiday at a time: read the wrong way round they jump
    by months. When both ways could be, nothing is taken.
    """
    if not any(heading.either[0] for heading in headings):
        return "d"
    fitting = [order for order in ("d", "m") if _goes_forward(_read_so(headings, order))]
    return fitting[0] if len(fitting) == 1 else None


def _read_so(headings: Sequence[_Heading], order: str) -> list[_Heading]:
    read = []
    for heading in headings:
        if heading.either[0]:
            day, month = heading.either if order == "d" else heading.either[::-1]
            heading = _Heading(day, month, heading.year, heading.weekday)
        read.append(heading)
    return read


def _goes_forward(headings: Sequence[_Heading]) -> bool:
    days = [_date(heading, None, 2000 if heading.month >= 7 else 2001) for heading in headings]
    known = [day for day in days if day]
    return len(known) == len(days) and all(
        timedelta(0) < after - before <= _LONGEST_GAP for before, after in pairwise(known)
    )


def _in_order(stretch: Mapping[int, _Heading]) -> dict[int, _Heading]:
    order = _order(list(stretch.values()))
    if order is None:
        return {}
    return dict(zip(stretch, _read_so(list(stretch.values()), order), strict=True))


def _date(
    heading: _Heading, calendar: SchoolCalendar | None, year: int | None = None
) -> date | None:
    """Return the date of a heading; the year of the school year when it names none."""
    years = [heading.year or year or 0]
    if not years[0] and calendar and calendar.years:
        last = calendar.years[-1]
        years = list(range(last.first.year, last.last.year + 1))
        return next(
            (day for day in _in_years(heading, years) if last.first <= day <= last.last), None
        )
    return next(_in_years(heading, years), None)


def _in_years(heading: _Heading, years: Sequence[int]) -> Iterator[date]:
    for year in years:
        with suppress(ValueError):  # no such day
            yield date(year, heading.month, heading.day)


# ---- month and year, weekdays ----------------------------------------------------------------


def _month_cells(book: Book, sheet: Sheet, row: int) -> tuple[str, str]:
    """Return the cells that name the month and the year above day numbers, ``""`` for neither.

    A cell that holds nothing else is preferred to a title. When two months are named, none is.
    """
    exact: list[str] = []
    titles: list[str] = []
    years: list[str] = []
    for number in sheet.numbers(1, row):
        for column, cell in sheet.cells(number):
            content = cell.content(book.shared)
            place = f"{column_letters(column)}{number}"
            if isinstance(content, float):
                if book.styles.is_date(cell.style) and day_of(content, book.since_1904):
                    exact += [place] if number < row and content > 366 else []
                elif content in range(2000, 2100):
                    years.append(place)
            elif isinstance(content, str) and _month_of(content):
                only = re.fullmatch(r"[^\W\d_]+[\s.,'’-]*(?:\d{2}|\d{4})?", content.strip())
                (exact if only else titles).append(place)
            elif isinstance(content, str) and re.fullmatch(r"20\d\d", content.strip()):
                years.append(place)
    months = exact or titles
    if len(months) != 1:
        return "", ""
    if _year_of(book, sheet, months[0]):
        return months[0], months[0]
    return months[0], years[0] if len(years) == 1 else ""


def _month_of(text: str) -> int:
    """Return the month a text names, 0 when it names none or several."""
    found = set()
    for word in re.findall(r"[^\W\d_]+", text):
        named = _named(word.casefold(), _MONTHS)
        if named is not None and word[0].isupper() and (word.isupper() or word[1:].islower()):
            found.add(named + 1)
    return found.pop() if len(found) == 1 else 0


def _month_now(book: Book, sheet: Sheet, row: int, days: Days) -> tuple[int, int]:
    """Return month and year as they stand today, 0 for what is not told."""
    month_cell, year_cell = days.month, days.year
    if not month_cell:
        found = _YEAR.search(sheet.name)
        return _month_of(sheet.name), int(found[1]) if found else 0
    if row != days.row:  # moved with its headings
        month_cell, year_cell = _month_cells(book, sheet, row)
    content, cell = _content(book, sheet, month_cell)
    month = 0
    if isinstance(content, str):
        month = _month_of(content)
    elif isinstance(content, float) and cell and book.styles.is_date(cell.style):
        day = day_of(content, book.since_1904)
        month = day.month if day else 0
    return month, _year_of(book, sheet, year_cell) if year_cell else 0


def _year_of(book: Book, sheet: Sheet, reference: str) -> int:
    content, cell = _content(book, sheet, reference)
    if isinstance(content, float):
        if cell and book.styles.is_date(cell.style):
            day = day_of(content, book.since_1904)
            return day.year if day else 0
        return int(content) if content in range(2000, 2100) else 0
    found: list[str] = _YEAR.findall(content) if isinstance(content, str) else []
    return int(found[0]) if len(set(found)) == 1 else 0


def _content(
    book: Book, sheet: Sheet, reference: str
) -> tuple[str | float | bool | None, Cell | None]:
    if not reference:
        return None, None
    area = Area.of(reference)
    cell = sheet.cell(area.top, area.left)
    return (cell.content(book.shared) if cell else None), cell


def _row_now(book: Book, place: Place, days: Days) -> int:
    """Return the row the headings of days stand in today: it moves with the other headings."""
    taken = set(place.columns.values())
    area = place.table.area if place.table else None
    near = range(max(place.header_row - MOST_HEADING_ROWS, 1), place.header_row + 2)
    for row in sorted(near, key=lambda one: one != days.row):  # where it was, first
        run = _longest(_headings(book, place.sheet, row, taken, area))
        are_dates = any(heading.month or heading.either[0] for heading in run.values())
        if len(run) >= FEWEST_DAYS and are_dates == (days.headings == "dates"):
            return row
    return days.row


def _weekdays_near(book: Book, sheet: Sheet, row: int) -> dict[int, int]:
    """Return the weekdays written right below or above headings of days: column → 0 for Monday."""
    for number in (row + 1, row - 1):
        found = {}
        for column, cell in sheet.cells(number):
            content = cell.content(book.shared)
            if isinstance(content, str) and content.strip().isalpha():
                weekday = _named(content.strip().casefold(), _WEEKDAYS)
                if weekday is not None:
                    found[column] = weekday
        if len(found) >= FEWEST_DAYS:
            return found
    return {}


def _not_calculated(book: Book, sheet: Sheet, block: Block, taken: set[int]) -> str:
    """Return a sentence when headings are formulas whose results were never kept."""
    for row in range(max(block.header_row - block.heading_rows, 1), block.header_row + 2):
        empty = [
            column
            for column, cell in sheet.cells(row)
            if column not in taken and cell.has_formula and cell.content(book.shared) is None
        ]
        if len(empty) >= FEWEST_DAYS and row <= ROWS_SEARCHED:
            letters = f"{column_letters(min(empty))} to {column_letters(max(empty))}"
            return (
                f"The headings of columns {letters} are formulas whose results are not in the "
                "file. Open and save it in Excel, and adopt it again, to have Rollbook see them."
            )
    return ""
