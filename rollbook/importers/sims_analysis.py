"""SIMS (England): the attendance analysis, as CommandReporter writes it to XML, CSV or a workbook.

XML: ``report source="PupilAnalysisByAMPMProcess"``, a ``Header`` a week, a ``Group`` a form, and
for each pupil percentages of the AM and the PM marks; established from a parser in use. It has
names and forms and no id. The columns of the same report as CSV or ``.xlsx`` are not published:
they are recognised by ``AEA`` (approved educational activity) beside authorised and unauthorised
absences, by synonyms. All of it is a summary; SIMS' register grids are read by ``register-grid``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from lxml import etree

from rollbook.importers.contract import Extract, Figures, Profile
from rollbook.importers.reading.dates import read_date
from rollbook.importers.reading.figures import (
    SUMMARY,
    SummaryShape,
    held_row,
    number_of,
    read_figures,
    summary,
)
from rollbook.importers.reading.headers import Table, find_tables, with_rows
from rollbook.importers.upload import Upload
from rollbook.problems import Place, Problem

NAME = "sims-analysis"
TITLE = "SIMS attendance analysis (England)"
HEADERS = ("Name", "AEA", "Authorised Absences", "Unauthorised Absences")

SOURCE = "PupilAnalysisByAMPMProcess"
COUNTS = {
    "possible": "Possible",
    "attended": "Present",
    "approved": "AEA",
    "authorised": "AuthorisedAbsences",
    "unauthorised": "UnauthorisedAbsences",
    "percent attended": "PercAttended",
    "missing": "MissingMarks",
}
_PARTS = {"AM": "PupilAMMarks", "PM": "PupilPMMarks"}
SHAPE = SummaryShape(NAME, "percent", SUMMARY)
NEEDED = ("student_id|state_id|name|family_name", "approved", "authorised", "unauthorised")


def identify(upload: Upload) -> bool:
    """Say whether the file is SIMS' analysis in XML, or a table with its columns."""
    if upload.kind == "xml":
        return upload.root_name == "report" and SOURCE in upload.start
    return bool(_tables(upload))


def extract(upload: Upload, profile: Profile) -> Extract:
    """Read each pupil's percentages of each week."""
    if upload.kind == "xml":
        read = list(_of_xml(upload.xml))
        found = [one for one in read if isinstance(one, Figures)]
        return summary(NAME, found, [one for one in read if isinstance(one, Problem)])
    read_tables = read_figures(with_rows(upload, _tables(upload)), profile, SHAPE)
    unit = "percent" if _of_a_hundred(read_tables.figures) else "sessions"
    return replace(read_tables, figures=[replace(one, unit=unit) for one in read_tables.figures])


def _of_a_hundred(figures: Sequence[Figures]) -> bool:
    """Say whether everybody's possible marks are 100, as in the XML: then all are percentages."""
    return {one.counts.get("possible", Fraction(100)) for one in figures} <= {Fraction(100)}


def _tables(upload: Upload) -> list[Table]:
    return find_tables(upload, SUMMARY, NEEDED)


def _of_xml(root: etree._Element) -> Iterator[Figures | Problem]:
    for week in root.iter("{*}Header"):
        first, last = (read_date(_text(week, name), day_first=True) for name in ("Start", "End"))
        for group in week.iter("{*}Group"):
            form = _text(group, "GroupName")
            for pupil in group.iter("{*}PupilInformation"):
                name = _text(pupil, "FullName")
                line: object = pupil.sourceline
                row = line if isinstance(line, int) else 0
                counts = _counts(pupil)
                if not name or not counts:
                    what = "has no name" if not name else "has no figures that are numbers"
                    yield held_row(Place(row=row), row, what)
                    continue
                yield Figures(
                    "", counts, "percent", first=first, last=last, name=name, form=form, row=row
                )


def _counts(pupil: etree._Element) -> dict[str, Fraction]:
    counts: dict[str, Fraction] = {}
    for part, element in _PARTS.items():
        for marks in pupil.iter(f"{{*}}{element}"):
            for name, field in COUNTS.items():
                value = number_of(_text(marks, field))
                if value is not None:
                    counts[f"{part} {name}"] = value
    return counts


def _text(element: etree._Element, name: str) -> str:
    found = next(element.iter(f"{{*}}{name}"), None)
    return (found.text or "").strip() if found is not None else ""
