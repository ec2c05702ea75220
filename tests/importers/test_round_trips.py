"""Every list is read the same however its file is written: delimiter, encoding, workbook, name.

The samples of all importers of lists are written anew in each way, and must give what they gave.
"""

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from rollbook.importers import extract, identify
from rollbook.importers.contract import Extract, Profile
from rollbook.importers.upload import Upload
from rollbook.problems import RefusedFile
from rollbook.register import FRAME_COLUMNS
from tests.importers.test_samples import CASES, expected_of

LISTS = {
    "arbor_marks", "bromcom_marks", "clever_attendance", "dfe_summary", "focus_attendance",
    "infinite_campus_attendance", "mark_list", "oneroster_users", "powerschool_attendance",
    "q_attendance", "sims_analysis", "skyward_absences", "summary_list", "synergy_attendance",
    "tsds_reporting_period", "veracross_events",
}  # fmt: skip

ABOUT_TEXT = {"what_must_stay_text", "rows_that_cannot_be_read"}
"""Samples of what only a text file can have: ``="007"``, line ends in cells, rows cut short."""

Rows = Sequence[Sequence[str]]


def lists() -> list[Path]:
    found = [path for path in CASES if path.parent.name in LISTS and path.stem not in ABOUT_TEXT]
    readable = [path for path in found if "refused" not in expected_of(path)]
    return [path for path in readable if path.suffix in (".csv", ".txt", ".tsv")]


def delimited(delimiter: str, line_end: str = "\n", encoding: str = "utf-8") -> Callable[..., None]:
    def write(path: Path, rows: Rows) -> None:
        stream = io.StringIO(newline="")
        csv.writer(stream, delimiter=delimiter, lineterminator=line_end).writerows(rows)
        path.write_bytes(stream.getvalue().rstrip(line_end).encode(encoding))

    return write


def quoted(path: Path, rows: Rows) -> None:
    with open(path, "w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, quoting=csv.QUOTE_ALL).writerows(rows)


def below_a_title(path: Path, rows: Rows) -> None:
    title = [["Oak & Ash School"], ["Printed on 16 November 2026"], []]
    delimited(",")(path, [*title, *rows])


def with_blank_rows(path: Path, rows: Rows) -> None:
    delimited(",")(path, [each for row in rows for each in (row, [""] * len(row))])


def workbook(path: Path, rows: Rows) -> None:
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    book.save(path)


def beside_an_empty_column(path: Path, rows: Rows) -> None:
    workbook(path, [["", *row] for row in rows])


WAYS: dict[str, tuple[str, Callable[..., None]]] = {
    "commas": ("Copy of list (3).csv", delimited(",")),
    "semicolons, CRLF, BOM": ("list.csv", delimited(";", "\r\n", "utf-8-sig")),
    "tabs, CR, UTF-16": ("list.txt", delimited("\t", "\r", "utf-16")),
    "carets": ("list.txt", delimited("^")),
    "bars, UTF-16 without a mark": ("list.txt", delimited("|", "\r\n", "utf-16-le")),
    "every cell quoted": ("list.csv", quoted),
    "below a title": ("list.csv", below_a_title),
    "blank rows between": ("list.csv", with_blank_rows),
    "workbook": ("list.xlsx", workbook),
    "workbook named .xlsm, from column B": ("list.xlsm", beside_an_empty_column),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("path", lists(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_list_written_another_way_gives_the_same(path: Path, way: str, tmp_path: Path) -> None:
    profile = Profile(**expected_of(path).get("profile", {}))
    name, write = WAYS[way]
    write(tmp_path / name, list(Upload(path).rows()))
    assert said(read(tmp_path / name, profile)) == said(read(path, profile))


def test_names_outside_unicode_files_are_read_in_the_encoding_of_the_office(tmp_path: Path) -> None:
    headers = ["SIS Number", "Student Name", "Abs Date", "Reason Code"]
    rows = [headers, ["905521", "Żak, Łucja", "11/02/2026", "U"]]
    delimited(",", encoding="cp1250")(tmp_path / "list.csv", rows)
    found = read(tmp_path / "list.csv", Profile(encoding="cp1250"))
    assert found.students[0].sort_name == "Żak, Łucja"


def read(path: Path, profile: Profile) -> Extract:
    upload = Upload(path)
    return extract(upload, profile, identify(upload))


def said(found: Extract) -> dict[str, Any]:
    """What an extract says, without the numbers of rows, which a title moves."""
    columns = [name for name in FRAME_COLUMNS if name != "row"]
    return {
        "importer": found.importer,
        "marks": [tuple(map(str, row)) for row in found.marks[columns].itertuples(index=False)],
        "students": list(found.students),
        "figures": [(one.student_id, one.state_id, dict(one.counts)) for one in found.figures],
        "coverage": list(found.coverage),
        "recording": found.recording,
        "problems": [(one.slug, one.value) for one in found.problems],
    }


def test_refused_ways_are_refused_in_every_way(tmp_path: Path) -> None:
    for name, write in WAYS.values():
        write(tmp_path / name, [["studentid", "att_date", "attendance_codeid"], ["1", "x", "2"]])
        with pytest.raises(RefusedFile, match="internal numbers"):
            read(tmp_path / name, Profile())
