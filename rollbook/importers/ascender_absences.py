"""ASCENDER (Texas): absences in fixed columns, the "External Gradebook Absences" layout.

One line an absence; who has no line was there. Since 2018-19 a line has 82 characters and ends in
``T``; before, the track had one digit and every later field stood one place further left. Code
``P`` takes back an absence posted in error and is passed on as it is.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from rollbook.importers.contract import Coverage, Extract, Profile, Recording
from rollbook.importers.reading.dates import read_date
from rollbook.importers.reading.marks import MOST_OF_A_KIND, is_id, listed
from rollbook.importers.upload import Upload
from rollbook.problems import Place, Problem, RefusedFile, hold, note, refuse
from rollbook.register import PARTS, register_frame

NAME = "ascender-absences"
TITLE = "ASCENDER absences (fixed width)"
HEADERS = ()  # the file has none

_LINE = re.compile(r"D[0-9A-Z]{3}(?:19|20)\d{6}\d{1,2}[0-9A-Z ]{12,15}", re.IGNORECASE)
_DATA = "D"


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the fields stand, first and last place counted from 0 as Python slices do."""

    name: str
    width: int
    fields: Mapping[str, slice]

    def read(self, line: str) -> dict[str, str]:
        """Return the fields of one line without blanks around them."""
        return {field: line[place].strip() for field, place in self.fields.items()}


NEW = Layout(
    "82 characters, since 2018-19",
    82,
    {
        "campus": slice(1, 4),
        "date": slice(4, 12),
        "student_id": slice(20, 26),
        "period": slice(26, 28),
        "code": slice(28, 29),
        "comment": slice(32, 81),
    },
)
OLD = Layout(
    "80 characters, before 2018-19",
    80,
    {
        "campus": slice(1, 4),
        "date": slice(4, 12),
        "student_id": slice(19, 25),
        "period": slice(25, 27),
        "code": slice(27, 28),
        "comment": slice(31, 80),
    },
)


@dataclass(frozen=True, slots=True)
class _Absence:
    row: int
    campus: str
    day: date
    part: str
    student_id: str
    code: str
    comment: str


def identify(upload: Upload) -> bool:
    """Say whether the first line that is not blank is laid out as an absence."""
    return upload.kind == "text" and bool(_LINE.match(upload.start.lstrip()))


def extract(upload: Upload, profile: Profile) -> Extract:
    """Read every line as one absence; without its final ``T`` in one line nothing is read."""
    lines = [(row, line) for row, line in enumerate(upload.lines, 1) if line.strip()]
    data = [(row, line) for row, line in lines if line.startswith(_DATA)]
    layout = _layout(upload, data)
    absences: list[_Absence] = []
    held: list[Problem] = []
    for row, line in data:
        read = _read(row, layout.read(line))
        if isinstance(read, Problem):
            held.append(read)
        else:
            absences.append(read)
    if len(held) > len(absences):
        raise RefusedFile([_shifted(upload, held), *held[:20]])
    return Extract(
        NAME,
        _frame(absences),
        coverage=_coverage(absences),
        recording=Recording.NEGATIVE,
        problems=[
            *listed(held[:MOST_OF_A_KIND], len(held), "unreadable fields", upload.name),
            *_other_lines(len(lines) - len(data)),
        ],
    )


def _layout(upload: Upload, data: Sequence[tuple[int, str]]) -> Layout:
    """Find the layout by its width, and refuse a file that is neither wholly.

    A line of the new layout that lost its ``T`` is as short as an old one. Then the code stands
    where it should in the new layout only, and the file is refused, not read one place off.
    """
    new = [len(line) >= NEW.width and line[NEW.width - 1] == "T" for _row, line in data]
    if all(new):
        return NEW
    looks_old = all(
        len(line) <= OLD.width and line[25:27].strip().isdecimal() and line[27:28].isalpha()
        for _row, line in data
    )
    if looks_old:
        return OLD
    row = data[new.index(False)][0]
    raise RefusedFile(
        [
            refuse(
                "input-record-error",
                f"Row {row} of “{upload.name}” does not have the “T” that ends every absence at "
                "position 82. ASCENDER's rule is that nothing of such a file is taken, and nothing "
                "was posted. Export the absences again.",
                place=Place(row=row, column="82"),
            )
        ]
    )


def _read(row: int, fields: Mapping[str, str]) -> _Absence | Problem:
    day = read_date(fields["date"], day_first=False)
    period = fields["period"]
    part = f"P{int(period)}" if period.isdecimal() else ""
    wrong = (
        ("student_id", "no readable student id", not is_id(fields["student_id"])),
        ("date", "no date that exists", day is None),
        ("period", "no period from 00 to 12", part not in PARTS),
        ("code", "no absence code", not fields["code"]),
    )
    for field, what, is_wrong in wrong:
        if is_wrong:
            shown = f" (it has “{fields[field]}”)" if fields[field] else ""
            return hold(
                f"unreadable-{field.replace('_', '-')}",
                f"Row {row} has {what}{shown}. It was not posted. Correct it in ASCENDER and "
                "export again.",
                value=fields[field],
                place=Place(row=row, column=field.replace("_", " ")),
            )
    assert day is not None
    student_id, code, comment = fields["student_id"], fields["code"], fields["comment"]
    return _Absence(row, fields["campus"], day, part, student_id, code, comment)


def _frame(absences: Sequence[_Absence]) -> pd.DataFrame:
    return register_frame(
        {
            "student_id": [absence.student_id for absence in absences],
            "date": [absence.day for absence in absences],
            "part": [absence.part for absence in absences],
            "symbol": [absence.code for absence in absences],
            "comment": [absence.comment for absence in absences],
            "row": [absence.row for absence in absences],
        }
    )


def _coverage(absences: Sequence[_Absence]) -> list[Coverage]:
    """Each campus from its first to its last date, for the periods that occur there."""
    coverage = []
    for campus in sorted({absence.campus for absence in absences}):
        here = [absence for absence in absences if absence.campus == campus]
        parts = {absence.part for absence in here}
        days = [absence.day for absence in here]
        seen = tuple(part for part in PARTS if part in parts)
        coverage.append(Coverage(campus, min(days), max(days), seen))
    return coverage


def _shifted(upload: Upload, held: Sequence[Problem]) -> Problem:
    return refuse(
        "shifted-columns",
        f"More than half of the rows of “{upload.name}” cannot be read as absences (the first is "
        f"row {held[0].place.row}). The fields seem to stand in other places than ASCENDER's "
        "layout says. Nothing was posted. Export the absences again.",
    )


def _other_lines(count: int) -> list[Problem]:
    if not count:
        return []
    lines = "1 line does" if count == 1 else f"{count} lines do"
    return [note("other-lines", f"{lines} not begin with D, so it is no absence and was left out.")]
