"""The reconciliation: our ADA against a file of totals from the state's or vendor's reports.

The file is a table with the columns of `rollbook report ada`, by those names or the state's, as
many of them as it has: SAT2300 typed into a sheet, a PEIMS extract, or our own report as it was
handed in, to see what later corrections have changed.
"""

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction

from rollbook.accounting.texas import Difference, differences
from rollbook.attendance import to_places
from rollbook.importers.reading.headers import Words, find_tables
from rollbook.importers.upload import Upload
from rollbook.problems import NotAllowed
from rollbook.reports import ada
from rollbook.reports.asked import Asked
from rollbook.reports.funding.texas import GROSS_ADA
from rollbook.reports.table import Column, Table, Value

NAME = "reconcile"
SAYS = "with --against FILE, where a file of ADA totals differs from ours by more than is allowed"

_STATE_NAMES: Words = {
    "Six weeks": ("Reporting Period", "REPORTING-PERIOD", "Six Weeks Period"),
    "Campus": ("Campus ID", "CAMPUS-ID-OF-ENROLLMENT"),
    "Track": ("Instructional Track", "INSTRUCTIONAL-TRACK"),
    "A Days taught": ("Days Taught", "NUMBER-DAYS-TAUGHT"),
    "B Days membership": ("Days Membership", "Total Days Membership"),
    "C Days absent": ("Days Absent", "TOTAL-DAYS-ABSENT"),
    "D Days present": ("Days Present",),
    "E Ineligible days present": ("Ineligible Days Present", "TOTAL-INELIGIBLE-DAYS-PRESENT"),
    "F Eligible days present": ("Eligible Days Present", "TOTAL-ELIGIBLE-DAYS-PRESENT"),
    "G Refined ADA": ("Refined ADA",),
    GROSS_ADA: ("Gross ADA",),
    "School": ("School Code",),
    "Days of attendance": ("Attendance", "Days Attendance"),
}
_COLUMNS = (
    Column("Where"),
    Column("Figure"),
    Column("Ours", is_number=True),
    Column("In the file", is_number=True),
    Column("What it means"),
)

_ALIKE = ("A Days taught", "Days taught")  # the same for every grade: not added
_STATE_CAMPUS = 8  # digits of a campus with county and district, when its first zero was lost

Figures = Mapping[tuple[str, ...], Mapping[str, Fraction]]


def build(asked: Asked) -> Table:
    """Return every figure that differs. Raises ``NotAllowed`` without a file that can be read."""
    if asked.against is None:
        raise NotAllowed("Say with what to compare: rollbook report reconcile --against FILE.")
    if not asked.against.is_file():
        raise NotAllowed(f"There is no file “{asked.against}” to compare with.")
    table = ada.build(asked)
    ours, names = _of_table(table)
    theirs = _of_file(Upload(asked.against, asked.office.profile.encoding), table)
    tolerance = _tolerance(asked)
    rows: list[Sequence[Value]] = []
    agreed = 0
    for place, figures in theirs.items():
        where = names.get(place, ", ".join(filter(None, place)))
        if place not in ours:
            rows.append((where, "", None, None, "The file has it and we have no such row."))
            continue
        known = {name: ours[place][name] for name in figures if name in ours[place]}
        found = differences(known, figures, tolerance)
        agreed += len(figures) - len(found)
        rows += [(where, *_shown(one)) for one in found]
    periods = {place[0] for place in theirs}
    rows += [
        (names[place], "", None, None, "We have it and the file has no such row.")
        for place in ours
        if place not in theirs and place[0] in periods and "all" not in place
    ]
    title = (
        f"{asked.against.name} against our ADA as of {asked.standing.as_of:%d %b %Y}: "
        f"{agreed} figures agree within {to_places(tolerance, 1)}, {len(rows)} lines to look at"
    )
    return Table("Reconcile", title, _COLUMNS, rows)


def _shown(one: Difference) -> Sequence[Value]:
    ours = None if one.ours is None else float(one.ours)
    theirs = None if one.theirs is None else float(one.theirs)
    if one.ours is None or one.theirs is None:
        return (one.what, ours, theirs, "Only one of the two has this figure.")
    apart = to_places(abs(one.ours - one.theirs), 3)
    return (
        one.what,
        ours,
        theirs,
        f"{apart} apart: compare the marks with rollbook report balance.",
    )


def _tolerance(asked: Asked) -> Fraction:
    """Return how far apart figures may be and still agree; not at all where the pack is silent."""
    pack, day = asked.standing.pack, asked.standing.as_of
    if not pack.has_value("ada.tolerance", day):
        return Fraction(0)
    return pack.value("ada.tolerance", day).share


def _of_table(table: Table) -> tuple[Figures, Mapping[tuple[str, ...], str]]:
    """Return our figures by place, and how each place is called."""
    found: dict[tuple[str, ...], dict[str, Fraction]] = {}
    names: dict[tuple[str, ...], str] = {}
    for row in table.rows:
        cells = list(zip(table.columns, row, strict=True))
        words = [str(value or "") for column, value in cells if not column.is_number]
        place = _place(words)
        names[place] = ", ".join(filter(None, words))
        found[place] = {
            column.title: Fraction(str(value))
            for column, value in cells
            if column.is_number and isinstance(value, int | float)
        }
    return found, names


def _of_file(upload: Upload, table: Table) -> Figures:
    """Return the file's figures by place; several rows of one place are added (grades)."""
    places = [column.title for column in table.columns if not column.is_number]
    numbers = [column.title for column in table.columns if column.is_number]
    words = {title: (title, *_STATE_NAMES.get(title, ())) for title in (*places, *numbers)}
    tables = find_tables(upload, words, places)
    if not tables:
        raise NotAllowed(
            f"“{upload.name}” has no table with the columns {', '.join(places)}. Name them so in "
            "its first row, and the figures as `rollbook report ada` does."
        )
    found: dict[tuple[str, ...], dict[str, Fraction]] = {}
    for one in tables:
        for number, row in one.rows():
            figures = found.setdefault(_place([one.cell(row, title) for title in places]), {})
            for title in numbers:
                text = one.cell(row, title).replace(",", "")
                if not text:
                    continue
                figure = _figure(text, f"{upload.name}, row {number}, {title}")
                before = Fraction(0) if title in _ALIKE else figures.get(title, Fraction(0))
                figures[title] = before + figure
    return found


def _figure(text: str, where: str) -> Fraction:
    try:
        return Fraction(text)
    except ValueError as error:
        raise NotAllowed(f"{where}: “{text}” is no number. Correct it and try again.") from error


def _place(words: Sequence[str]) -> tuple[str, ...]:
    """Return a place as it is compared: period, campus and track or grades, in their plain form.

    `1st six weeks (so far)` is 1 and `Annual (check): 3 of 8 months so far` is annual; campus
    999901041 is 41, as the state's nine digits end in the campus; track 01 is 1.
    """
    period, *others = (word.strip().casefold() for word in words)
    named = re.match(r"0*(\d+)(st|nd|rd|th)?\b", period)
    name = re.sub(r"\((so far|check)\)$", "", period.split(":")[0].strip()).strip()
    plain = named[1] if named else name
    return (plain, *(_without_zeros(word) for word in others))


def _without_zeros(word: str) -> str:
    if not word.isdigit():
        return word
    return (word[-3:] if len(word) >= _STATE_CAMPUS else word).lstrip("0")
