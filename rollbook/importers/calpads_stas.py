"""California: CALPADS Student Absence Summary (STAS), a line a student, school and year.

Fields are found by their places, because the file has no headers. Published by vendors: 13.01 to
13.10 (record type ``STAS``, …, SSID 13.07, local id 13.08, names), 13.16 Days Attended and 13.18
Days in In-School Suspension. General knowledge, to be checked: 13.11 to 13.15, 13.17, 13.19 to
13.21, and that ``^`` divides the fields. Not for ADA: the file counts whole days only.
"""

from collections.abc import Sequence
from fractions import Fraction

from rollbook.importers.contract import Extract, Figures, Profile
from rollbook.importers.reading.figures import held_row, number_of, summary
from rollbook.importers.reading.marks import is_id, why_no_id
from rollbook.importers.upload import Row, Upload
from rollbook.problems import Place, Problem, note

NAME = "calpads-stas"
TITLE = "CALPADS Student Absence Summary (STAS)"
HEADERS = ()  # the file has none

CAMPUS, YEAR, SSID, LOCAL_ID, GIVEN, FAMILY = 4, 5, 6, 7, 8, 9
COUNTS = {
    "possible": 14,
    "attended": 15,
    "suspended out of school": 16,
    "suspended in school": 17,  # part of the days attended
    "authorised": 18,
    "unauthorised": 19,
    "independent study incomplete": 20,
}
_ABSENT = ("suspended out of school", "authorised", "unauthorised", "independent study incomplete")
FIELDS = 21


def identify(upload: Upload) -> bool:
    """Say whether the first line that is not blank is a STAS record."""
    return upload.kind == "text" and upload.start.lstrip().upper().startswith("STAS^")


def extract(upload: Upload, profile: Profile) -> Extract:
    """Read every line as one student's days; lines that cannot be read are held."""
    read = [
        _read(number, tuple(cell.strip() for cell in line.split("^")))
        for number, line in enumerate(upload.lines, 1)
        if line.strip()
    ]
    found = [one for one in read if isinstance(one, Figures)]
    held = [one for one in read if isinstance(one, Problem)]
    extracted = summary(NAME, found, held)
    return Extract(NAME, figures=found, problems=[*extracted.problems, *_not_adding_up(found)])


def _read(number: int, cells: Row) -> Figures | Problem:
    place = Place(row=number)
    if cells[0].upper() != "STAS" or len(cells) < FIELDS:
        what = f"is no STAS record of {FIELDS} fields (it has {len(cells)})"
        return held_row(place, number, what)
    if not is_id(cells[LOCAL_ID]) and not is_id(cells[SSID]):
        return held_row(place, number, why_no_id(cells[LOCAL_ID]))
    counts: dict[str, Fraction] = {}
    for name, position in COUNTS.items():
        value = number_of(cells[position])
        if cells[position] and value is None:
            what = f"has “{cells[position]}” as field 13.{position + 1:02}, which is not a number"
            return held_row(place, number, what)
        if value is not None:
            counts[name] = value
    return Figures(
        cells[LOCAL_ID],
        counts,
        "days",
        period=cells[YEAR],
        state_id=cells[SSID],
        name=", ".join(filter(None, (cells[FAMILY], cells[GIVEN]))),
        campus=cells[CAMPUS],
        row=number,
    )


def _not_adding_up(found: Sequence[Figures]) -> list[Problem]:
    """Return a note where attended and absent days are not the expected ones (STAS0318)."""
    odd = [one.row for one in found if not _adds_up(one)]
    if not odd:
        return []
    rows = f"Row {odd[0]}" if len(odd) == 1 else f"{len(odd):,} rows (the first is row {odd[0]})"
    return [
        note(
            "stas0318",
            f"{rows}: the days attended and absent do not add up to the days expected. CALPADS "
            "may answer STAS0318. In-school suspension is part of the days attended (check).",
        )
    ]


def _adds_up(one: Figures) -> bool:
    if "possible" not in one.counts or "attended" not in one.counts:
        return True
    absent = sum((one.counts.get(name, Fraction(0)) for name in _ABSENT), Fraction(0))
    return one.counts["attended"] + absent == one.counts["possible"]
