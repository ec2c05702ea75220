"""Rollbook's own list of held rows, mended by the clerk and dropped again.

It lies beside the slip of the file whose rows were held (`… held.xlsx`). The column “Held no.”
names the row that each row mends; a row without a number there is held, since nobody could say
whether it was posted already.
"""

from collections import Counter
from dataclasses import replace

from rollbook.importers.contract import Extract, Profile, Recording
from rollbook.importers.reading.columns import read_sheet
from rollbook.importers.reading.headers import Table, Words, with_rows
from rollbook.importers.reading.mark_lists import ListShape, lists_in, read_lists
from rollbook.importers.reading.mark_words import MARK
from rollbook.importers.upload import Upload
from rollbook.problems import Problem, hold

NAME = "mended-rows"
TITLE = "Rollbook's list of held rows, mended"
HEADERS = ("Student ID", "Date", "Session", "Code", "Why it is held", "Held no.")

NO_NUMBER, DOUBLED_NUMBER = "no-held-number", "doubled-held-number"
NUMBER, WHY = "Held no.", "Why it is held"
WORDS: Words = {**MARK, "held_no": (NUMBER,), "why": (WHY,)}
SHAPE = ListShape(NAME, WORDS, needed=("student_id", "date", "held_no", "why"), may_be_wrong=True)


def identify(upload: Upload) -> bool:
    """Say whether a sheet has the columns of Rollbook's own list of held rows."""
    return bool(lists_in(upload, SHAPE))


def extract(upload: Upload, profile: Profile) -> Extract:
    """Read every row as one mark that mends the held row it names."""
    read = read_lists(upload, profile, SHAPE)
    mends: dict[int, int] = {}
    nameless: list[Problem] = []
    for table in with_rows(upload, lists_in(upload, SHAPE)):
        numbered, without = _numbers(table)
        mends |= numbered
        nameless += without
    times = Counter(mends.values())
    nameless += [_doubled(row, number) for row, number in mends.items() if times[number] > 1]
    mends = {row: number for row, number in mends.items() if times[number] == 1}
    frame = read.marks
    return replace(
        read,
        marks=frame[frame["row"].isin(list(mends))],
        coverage=(),  # what the export covered is on record with it
        recording=Recording.POSITIVE,
        problems=[*read.problems, *nameless],
        mends=mends,
    )


def _doubled(row: int, number: int) -> Problem:
    return hold(
        DOUBLED_NUMBER,
        f"Row {row} has the number {number} in column “{NUMBER}”, and so has another row, so it "
        "cannot be told which of them mends it. Leave one of them.",
        value=str(number),
    )


def _numbers(table: Table) -> tuple[dict[int, int], list[Problem]]:
    """Return the held row that each row of a table mends, and a problem for each that says none."""
    sheet = read_sheet(table)
    texts = sheet.column("held_no")
    numbered: dict[int, int] = {}
    without: list[Problem] = []
    for place, row in enumerate(sheet.row.tolist()):
        text = texts.at(place)
        if text.isdecimal():
            numbered[row] = int(text)
        else:
            without.append(
                hold(
                    NO_NUMBER,
                    f"Row {row} has no number in column “{NUMBER}”, so it cannot be told which "
                    "held row it mends. Put the number back and drop the list again.",
                    place=table.place(row, "held_no"),
                )
            )
    return numbered, without
