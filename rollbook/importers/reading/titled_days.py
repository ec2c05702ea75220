"""A register of one day whose columns are only AM and PM: its day stands in a title above them.

A title has other dates too: when it was printed, the week it lies in. So the day is read only where
one date is left that is not called anything of the kind, and where no other stands further down.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from rollbook.importers.reading.dates import (
    MONTHS,
    WEEKDAYS,
    WrittenDate,
    date_and_part,
    written_date,
)
from rollbook.importers.reading.grid_layout import Grid, HeadedColumn
from rollbook.importers.reading.headers import HEADER_ROWS, Words, columns_of, key
from rollbook.importers.reading.mark_words import EVENT
from rollbook.importers.reading.marks import clean_id, is_id
from rollbook.importers.upload import Row, Upload
from rollbook.problems import RefusedFile

_NO_DAY_OF_MARKS = re.compile(
    r"\b(print\w*|run|generated|created|export\w*|produced|download\w*|updated|saved|as of|as at|"
    r"weeks?|w/?[cbe]|commencing|beginning|ending|terms?|from|since|until|to|through|between|"
    r"born|dob|birth|\d{1,2}:\d{2})\b",
    re.I,
)
_MOST_WORDS = 5  # of a date: Monday, 2 November 2026 and a comma that stands alone
_LONGEST_TITLE = 300  # letters; more are a text, and no title
_NO_DAY = WrittenDate(0, 0, 0)
_DAY = re.compile(r"\d{1,2}(st|nd|rd|th)?", re.I)
_GROUPS = frozenset(("year", "yr", "grade", "class", "form", "group", "room", "period", "set"))


def titled_grid(
    sheet: str, rows: Sequence[Row], words: Words, parts: Mapping[str, str]
) -> Grid | None:
    """Return the grid under a row with an id and the headers of all ``parts``, and with no date.

    Its columns have the day of the title; none where the title does not tell it.
    """
    for number, row in enumerate(rows[:HEADER_ROWS]):
        places = columns_of(row, {header: (header,) for header in parts})
        fields = columns_of(row, words)
        if len(places) < len(parts) or "student_id" not in fields or _has_date(row):
            continue
        text, written = titled_day(rows[:number]) or ("", _NO_DAY)
        columns = [
            HeadedColumn(place, f"{text} {header}".strip(), written, parts[header])
            for header, place in sorted(places.items(), key=lambda one: one[1])
        ]
        return Grid(sheet, number, columns, fields, "")
    return None


def titled_day(above: Sequence[Row]) -> tuple[str, WrittenDate] | None:
    """Return the one date above the headers that marks can be of, with its text; None if unsure."""
    found = {written: text for row in above for text, written in _days_of_marks(row)}
    if len(found) != 1:
        return None
    [(written, text)] = found.items()
    return text, written


def refuse_unsure_day(upload: Upload, grid: Grid) -> None:
    """Refuse a register whose title does not tell its day, or that has another day further down."""
    if grid.columns[0].written == _NO_DAY:
        raise _refused(
            upload,
            "has no single date above its columns that is clearly the day of its marks. Dates of "
            "printing and of weeks do not count. Nothing was posted. Write the day alone into a "
            "row above the headers (for example “2 November 2026”), remove other dates there, and "
            "drop it again.",
        )
    day, who = grid.columns[0].written, grid.fields["student_id"]
    for number, row in enumerate(upload.rows(grid.sheet), 1):
        if number <= grid.header_row + 1 or (who < len(row) and is_id(clean_id(row[who]))):
            continue
        other = next((text for text, written in _days_of_marks(row) if written != day), "")
        if other:
            raise _refused(
                upload,
                f"has another date in row {number} (“{other}”), so it cannot be told of which day "
                "the marks below it are. Nothing was posted. Put each day into a file or a sheet "
                "of its own and drop it again.",
            )


def _refused(upload: Upload, what: str) -> RefusedFile:
    return upload.refused("no-day-in-title", what)


def _has_date(headers: Row) -> bool:
    return "date" in columns_of(headers, {"date": EVENT["date"]}) or any(
        map(date_and_part, headers)
    )


def _days_of_marks(row: Row) -> Iterator[tuple[str, WrittenDate]]:
    """Go through the dates of a row of a title, if none of its words makes them something else."""
    if not _NO_DAY_OF_MARKS.search(" ".join(row)):
        for cell in row:
            yield from _dates_in(cell)


def _dates_in(text: str) -> Iterator[tuple[str, WrittenDate]]:
    """Go through the dates with a year among the words of a text, the longest way to write each."""
    words = [word.strip(":;()[],") for word in text[:_LONGEST_TITLE].split()]
    place = 0
    while place < len(words):
        for end in range(min(len(words), place + _MOST_WORDS), place, -1):
            part = " ".join(filter(None, words[place:end]))
            written = written_date(part)
            if written and written.year:
                if not _is_of_several(words, place, end):
                    yield part, written
                place = end - 1
                break
        place += 1


def _is_of_several(words: Sequence[str], first: int, end: int) -> bool:
    """Say whether the words around a date may be days too: 2 - 6 November 2026, Year 9 Nov 2026."""
    if first and key(words[first - 1]) in _GROUPS:
        return True
    near = [*range(max(first - 2, 0), first), *range(end, min(end + 2, len(words)))]
    return any(_may_be_day(words, place) for place in near)


def _may_be_day(words: Sequence[str], place: int) -> bool:
    word = words[place]
    if place and key(words[place - 1]) in _GROUPS:
        return False
    return bool(_DAY.fullmatch(word)) or key(word) in MONTHS or key(word) in WEEKDAYS
