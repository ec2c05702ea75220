"""Workbooks as clerks keep them, made for the tests, rich in what other libraries lose."""

import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import xlsxwriter

from rollbook.office import save_workbook_map
from rollbook.package import Package
from rollbook.workbooks import adopt
from tests.dropping import MONDAY, PUPILS, TUESDAY, drop, marks, office_folder, opened
from watcher.rounds import once

STUDENTS = (
    ("000123", "Núñez, Ana", "7B"),
    ("000124", "O’Neil, Tom & Jo", "7B"),
    ("004711", "Ng, X", "8A"),
    ("123456", "Smith-Okafor, Amara", "9C"),
)
LOG_HEADINGS = ("Date", "Student ID", "Student", "Letter", "Sent to", "Reference", "Status", "By")
IDS = ("000123", "000124")  # of the small office's students
FIRST_ROW = 9  # of the students; the headings are in row 8, from column B

_OLD_LETTERS = (
    (date(2026, 10, 2), "000123", "Núñez, Ana", "Level 1", "Mr Núñez", "RB-1", "mailed", "office"),
    (date(2026, 10, 9), "004711", "Ng, X", "Level 1", "Mrs Ng", "RB-2", "printed", "office"),
    (date(2026, 10, 9), "123456", "Smith-Okafor", "Level 1", "A Okafor", "RB-3", "rang mother", ""),
)


def make_tracker(path: Path, *, since_1904: bool = False) -> Path:
    """A tracker with headings in row 8 from column B, a log Table, and all XlsxWriter can draw."""
    book = xlsxwriter.Workbook(path, {"date_1904": since_1904})
    formats = {
        "percent": book.add_format({"num_format": "0.0%", "bg_color": "#eef4fb"}),
        "date": book.add_format({"num_format": "dd/mm/yyyy"}),
        "note": book.add_format({"italic": True, "font_color": "#1f5fa8"}),
        "yellow": book.add_format({"bg_color": "#ffff00"}),
        "title": book.add_format({"bold": True, "font_size": 16}),
    }
    _tracker_sheet(book, formats)
    _log_sheet(book, formats)
    _summary_sheet(book)
    book.define_name("Threshold", "=0.9")
    book.close()
    _inject(path)
    return path


def _tracker_sheet(book: xlsxwriter.Workbook, formats: dict) -> None:
    sheet = book.add_worksheet("Tracker")
    sheet.merge_range("B2:H3", "Attendance tracker — “Year 7 & up” <2026-27>", formats["title"])
    sheet.write("B5", "Colours mean: yellow = rang home")
    headings = (
        "Student ID", "Name", "Form", "Possible", "Attended", "Absent", "Unauthorised",
        "Attendance %", "Check", "Flag", "Last letter", "Notes", "Trend",
    )  # fmt: skip
    for column, heading in enumerate(headings, start=1):
        sheet.write(7, column, heading)
    for number, (student, name, form) in enumerate(STUDENTS):
        row = 8 + number
        sheet.write_string(row, 1, student)
        sheet.write(row, 2, name, formats["yellow"] if number == 1 else None)
        sheet.write(row, 3, form)
        sheet.write_row(row, 4, [100, 90, 10, 2])
        sheet.write_number(row, 8, 0.9, formats["percent"])
        sheet.write_formula(row, 9, f"=F{row + 1}+G{row + 1}-E{row + 1}", None, 0)
        if number != 2:
            sheet.write(row, 10, "watch")
        sheet.write_blank(row, 11, None, formats["date"])
        sheet.write_rich_string(row, 12, "rang ", formats["note"], "twice", " on Monday")
        sheet.add_sparkline(row, 13, {"range": f"Tracker!E{row + 1}:G{row + 1}"})
    sheet.conditional_format("I9:I12", {"type": "data_bar", "data_bar_2010": True})
    sheet.conditional_format("K9:K12", {"type": "text", "criteria": "containing", "value": "act"})
    sheet.data_validation("M9:M12", {"validate": "list", "source": ["rang home", "visited"]})
    sheet.write_comment("C9", "Speaks Spanish at home")
    sheet.insert_textbox("P2", "Ask Jo before changing this sheet")
    sheet.insert_button("P8", {"caption": "Sort"})
    sheet.insert_checkbox("P12", True)
    sheet.freeze_panes(8, 3)
    sheet.autofilter("B8:N12")
    sheet.set_header("&LAttendance &RPage &P")
    sheet.print_area("B1:N40")
    sheet.protect("", {"format_cells": True, "autofilter": True})


def _log_sheet(book: xlsxwriter.Workbook, formats: dict) -> None:
    log = book.add_worksheet("Letter log")
    log.write("A1", "Every letter that leaves the office")
    columns = [{"header": heading} for heading in LOG_HEADINGS]
    columns += [
        {"header": "Days ago", "formula": "=TODAY()-LetterLog[[#This Row],[Date]]"},
        {"header": "Meeting"},
    ]
    log.add_table(2, 0, 2 + len(_OLD_LETTERS), 9, {"name": "LetterLog", "columns": columns})
    for row, letter in enumerate(_OLD_LETTERS, start=3):
        log.write_datetime(row, 0, letter[0], formats["date"])
        log.write_row(row, 1, letter[1:])
        log.add_sparkline(row, 9, {"range": "Tracker!E9:G9"})
    log.conditional_format("I4:I6", {"type": "data_bar", "data_bar_2010": True})
    log.data_validation("G4:G6", {"validate": "list", "source": ["printed", "mailed", "void"]})
    log.conditional_format("A4:J6", {"type": "formula", "criteria": '=$G4="void"'})
    log.ignore_errors({"number_stored_as_text": "B4:B6"})


def _summary_sheet(book: xlsxwriter.Workbook) -> None:
    summary = book.add_worksheet("Summary")
    summary.write_formula("A1", "=SUM(Tracker!G9:G12)", None, 40)
    summary.write_formula("A2", "=COUNTA(LetterLog[Reference])", None, 3)
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Tracker!$G$9:$G$12", "categories": "=Tracker!$C$9:$C$12"})
    summary.insert_chart("C3", chart)


_EXTRA = {
    "xl/slicers/slicer1.xml": b"<slicers><slicer name='Form'/></slicers>",
    "xl/slicerCaches/slicerCache1.xml": b"<slicerCacheDefinition name='Slicer_Form'/>",
    "xl/pivotCache/pivotCacheDefinition1.xml": b"<pivotCacheDefinition/>",
    "xl/pivotTables/pivotTable1.xml": b"<pivotTableDefinition name='P'/>",
    "xl/threadedComments/threadedComment1.xml": b"<ThreadedComments/>",
    "xl/persons/person.xml": b"<personList/>",
    "xl/printerSettings/printerSettings1.bin": bytes(range(256)) * 4,
    "xl/vbaProject.bin": b"\xd0\xcf not a real project",
    "xl/model/item.data": b"data model",
    "xl/externalLinks/externalLink1.xml": b"<externalLink/>",
    "customXml/item1.xml": b"<school xmlns='urn:example'>kept</school>",
    "docProps/custom.xml": b"<Properties/>",
}


def _inject(path: Path) -> None:
    """Add parts XlsxWriter cannot make. Nothing points to them, so every reader opens the file."""
    with zipfile.ZipFile(path) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    types = parts["[Content_Types].xml"]
    defaults = b'<Default Extension="bin" ContentType="application/octet-stream"/>'
    defaults += b'<Default Extension="data" ContentType="application/octet-stream"/>'
    parts["[Content_Types].xml"] = types.replace(b"<Override", defaults + b"<Override", 1)
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b' fullCalcOnLoad="1"', b"")
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (parts | _EXTRA).items():
            archive.writestr(name, content)
    path.write_bytes(packed.getvalue())


def change_part(path: Path, part: str, old: bytes, new: bytes) -> Path:
    """Replace some bytes of one part of a workbook; the bytes must be there."""
    package = Package.read(path)
    if old not in package[part]:
        raise ValueError(f"{old!r} is not in {part}")
    package.put(part, package[part].replace(old, new))
    package.write(path)
    return path


def office_with_tracker(root: Path) -> Path:
    """Make an office in England whose small tracker is adopted; marks of two days are posted."""
    office_folder(root)
    tracker = openpyxl.Workbook()
    sheet = tracker.create_sheet("Tracker", 0)
    sheet.append(["Student ID", "Name", "Absent", "Notes"])
    sheet.append(["000123", "O'Neil, Ana", 0, "rang home"])
    sheet.append(["000124", "Ng, Bo", 0, None])
    tracker.save(root / "Tracker.xlsx")
    drop(root, "pupils.csv", PUPILS)
    days = [(student, day, "AM", "N") for student in IDS for day in (MONDAY, TUESDAY)]
    drop(root, "week 1.csv", marks(*days))
    once(opened(root))
    save_workbook_map(root, adopt(root / "Tracker.xlsx").to_dict())
    return root
