"""The clerk's own tracking workbook, as it stood five weeks ago: lived in, and not ours.

It has what such workbooks have: titles and notes above the table, columns of the clerk's own,
colours by hand and by rule, drop-downs, comments, a letter log, and a summary with a chart.
Rollbook must be able to adopt and fill it without losing any of that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from random import Random

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.comments import Comment
from openpyxl.formatting.rule import DataBar, FormatObject, Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from rollbook.attendance import NO_DATA, Attendance, Recorded, attendance_of, tally
from rollbook.policy import load_pack
from rollbook.practice.files import save_workbook
from rollbook.practice.school import PracticeSchool
from rollbook.register import Student

_INK, _GREY, _ACCENT = "1D2733", "5B6672", "1F5FA8"
_WATCH, _ACT, _URGENT, _PALE = "FFF4CE", "FDE2D9", "F6C6C6", "E8EEF6"
_LINE = Side(style="thin", color="C9D1DA")
_BOX = Border(bottom=_LINE)
_HEADER_ROW = 6
_WEEKS_OLD = 5
_ACTIONS = ("Phone call", "Meeting", "Home visit", "Wait for note", "Passed on")
_NOTES = (
    "Spoke to grandmother, back on Monday",
    "Bus changed, late most mornings",
    "Please ring before writing",
    "Hospital appointments on Thursdays",
    "Sister in the primary school, same pattern",
    "Note promised, not seen yet",
)


@dataclass(frozen=True, slots=True)
class _Words:
    """What the columns are called where the school is, and the class a student is listed by."""

    student_id: str
    group: str
    unauthorised: str
    possible: str
    late: str
    letters: Sequence[str]
    paper: str
    date_format: str


_WORDS = {
    "gb-eng": _Words(
        "Admission No", "Form", "Unauthorised", "Possible", "Lates",
        ("Level 1", "Level 2"), Worksheet.PAPERSIZE_A4, "dd/mm/yyyy",
    ),
    "us-tx": _Words(
        "Student ID", "Grade", "Unexcused", "Days enrolled", "Tardies",
        ("3 in 4 weeks", "90 % rule"), Worksheet.PAPERSIZE_LETTER, "mm/dd/yyyy",
    ),
    "us-ca": _Words(
        "Student ID", "Grade", "Unexcused", "Days enrolled", "Tardies",
        ("First truancy", "Chronic absence"), Worksheet.PAPERSIZE_LETTER, "mm/dd/yyyy",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Row:
    """One student of the tracker with the figures as they were."""

    student: Student
    group: str
    figures: Attendance
    last_letter: date | None


def write_tracking_workbook(school: PracticeSchool, path: Path) -> Path:
    """Write the workbook the clerk keeps by hand, with figures five weeks old."""
    words = _WORDS[school.jurisdiction]
    as_of = school.through - timedelta(weeks=_WEEKS_OLD)
    rows = _rows(school, as_of)
    book = Workbook()
    tracker = book.worksheets[0]
    tracker.title = "Tracker"
    _fill_tracker(tracker, school, words, rows, as_of)
    summary = book.create_sheet("Summary")
    _fill_summary(summary, words, rows)
    _fill_log(book.create_sheet("Letter log"), school, words, rows)
    _fill_lists(book.create_sheet("Lists"))
    last = _HEADER_ROW + len(rows)
    for name, column in (("AttendancePercent", "J"), ("StudentIds", "B")):
        reference = f"Tracker!${column}${_HEADER_ROW + 1}:${column}${last}"
        book.defined_names[name] = DefinedName(name, attr_text=reference)
    book.properties.creator = str(school.locality.office["clerk"])
    book.properties.title = f"Attendance tracking, {school.name}"
    return save_workbook(book, path)


def _rows(school: PracticeSchool, as_of: date) -> list[_Row]:
    """Return those on roll five weeks ago; nobody has entered the newcomers yet."""
    negative = school.jurisdiction == "us-tx"
    recorded = [
        Recorded(campus, school.year.first, as_of, negative=negative) for campus in school.campuses
    ]
    table = tally(
        school.marks,
        load_pack(school.jurisdiction),
        school.calendar,
        students=school.students,
        enrolments=school.enrolments,
        recorded=recorded,
        last=as_of,
    )
    on_roll = {one.student_id for one in school.enrolments if one.entry_date <= as_of}
    random = Random(f"tracker {school.seed}")
    lately = school.calendar.school_days_between(as_of - timedelta(days=25), as_of)
    rows = []
    for student in school.students:
        if student.student_id not in on_roll:
            continue
        figures = attendance_of(table, student.student_id)
        low = figures.rate is not None and figures.rate < Fraction(93, 100)
        letter = random.choice(lately) if low else None
        typed = figures if low or random.random() < 0.85 else NO_DATA
        rows.append(_Row(student, student.form or student.grade, typed, letter))
    return sorted(rows, key=lambda row: (len(row.group), row.group, row.student.sort_name))


# --- The tracker ---------------------------------------------------------------------------------


def _fill_tracker(
    page: Worksheet, school: PracticeSchool, words: _Words, rows: Sequence[_Row], as_of: date
) -> None:
    _title(page, f"Attendance tracking {school.year.name} – {school.name}", "A1:P1")
    _note(page, 2, f"Figures typed in on {as_of:%d %B %Y}. Ask {school.locality.office['clerk']}.")
    _note(page, 3, "Yellow: below 95 %. Orange: below 90 %. Names in blue: please ring first.")
    _note(page, 4, "Please do not delete rows: the summary counts them.")
    headers = (
        "Seen", words.student_id, "Name", words.group, words.possible, "Attended", "Absent",
        words.unauthorised, words.late, "Attendance %", "Flag", "Last letter", "Short of 95 %",
        "Action", "Meeting", "Notes",
    )  # fmt: skip
    for column, header in enumerate(headers, 1):
        _header(page.cell(_HEADER_ROW, column), header)
    random = Random(f"notes {school.seed}")
    for number, row in enumerate(rows, _HEADER_ROW + 1):
        _student_row(page, number, row, words, random)
    last = _HEADER_ROW + len(rows)
    _rules(page, last)
    _drop_downs(page, last)
    _comments(page, rows, str(school.locality.office["clerk"]))
    widths = (6, 14, 34, 8, 11, 11, 9, 14, 9, 13, 14, 13, 14, 15, 13, 44)
    for column, width in enumerate(widths, 1):
        page.column_dimensions[get_column_letter(column)].width = width
    page.row_dimensions[1].height = 26
    page.row_dimensions[_HEADER_ROW].height = 32
    page.freeze_panes = f"D{_HEADER_ROW + 1}"
    page.auto_filter.ref = f"A{_HEADER_ROW}:P{last}"
    _print_setup(page, words, f"A1:P{last}")


def _student_row(page: Worksheet, number: int, row: _Row, words: _Words, random: Random) -> None:
    figures = row.figures
    known = figures.rate is not None
    percent = float(figures.rate) if figures.rate is not None else None
    values = (
        "✓" if random.random() < 0.25 else None,
        row.student.student_id,
        row.student.sort_name,
        row.group,
        figures.possible if known else None,
        figures.attended if known else None,
        figures.absent if known else None,
        figures.unauthorised if known else None,
        figures.late if known else None,
        percent,
        _old_flag(figures),
        row.last_letter,
        f'=IF(E{number}="","",MAX(0,ROUNDUP(E{number}*0.95-F{number},0)))',
        random.choice(_ACTIONS) if row.last_letter else None,
        row.last_letter + timedelta(days=7) if row.last_letter and random.random() < 0.4 else None,
        random.choice(_NOTES) if row.last_letter or random.random() < 0.04 else None,
    )
    for column, value in enumerate(values, 1):
        cell = page.cell(number, column)
        cell.value = value
        cell.border = _BOX
    page.cell(number, 2).number_format = "@"
    page.cell(number, 4).number_format = "@"
    page.cell(number, 10).number_format = "0.0%"
    for column in (12, 15):
        page.cell(number, column).number_format = words.date_format
    for column in (1, 4, 12, 15):
        page.cell(number, column).alignment = Alignment(horizontal="center")
    page.cell(number, 16).alignment = Alignment(wrap_text=True, vertical="top")
    if random.random() < 0.03:
        page.cell(number, 3).font = _font(color=_ACCENT, bold=True)
    if row.last_letter and random.random() < 0.3:
        page.cell(number, 16).fill = PatternFill("solid", fgColor="FFFF99")


def _old_flag(figures: Attendance) -> str | None:
    """Return what the clerk typed: her own words, not Rollbook's."""
    if figures.rate is None or figures.rate >= Fraction(95, 100):
        return None
    return "below 90" if figures.rate < Fraction(9, 10) else "watch"


def _rules(page: Worksheet, last: int) -> None:
    first = _HEADER_ROW + 1
    percent, names = f"J{first}:J{last}", f"B{first}:D{last}"
    rules = (
        (percent, _shade(_ACT, f'AND(J{first}<>"",J{first}<0.9)')),
        (percent, _shade(_WATCH, f'AND(J{first}<>"",J{first}<0.95)')),
        (names, _shade(_URGENT, f'$N{first}="Meeting"')),
        (f"H{first}:H{last}", Rule("dataBar", dataBar=_bars("E08E79"))),
    )
    for priority, (cells, rule) in enumerate(rules, 1):
        rule.priority = priority
        page.conditional_formatting.add(cells, rule)


def _shade(colour: str, formula: str) -> Rule:
    """Return a rule that shades the cells its formula holds for."""
    fill = PatternFill("solid", bgColor=colour, fgColor=colour)
    return Rule("expression", formula=[formula], dxf=DifferentialStyle(fill=fill))


def _bars(colour: str) -> DataBar:
    return DataBar(cfvo=[FormatObject("num", 0), FormatObject("max")], color=colour)


def _drop_downs(page: Worksheet, last: int) -> None:
    first = _HEADER_ROW + 1
    actions = DataValidation(
        "list", formula1=f"Lists!$A$2:$A${1 + len(_ACTIONS)}", allow_blank=True
    )
    actions.errorTitle, actions.error = "Action", "Please choose an action from the list."
    seen = DataValidation("list", formula1='"✓"', allow_blank=True)
    meeting = DataValidation("date", operator="greaterThan", formula1="46000", allow_blank=True)
    meeting.promptTitle, meeting.prompt = "Meeting", "The day of the meeting."
    for rule, column in ((actions, "N"), (seen, "A"), (meeting, "O")):
        rule.add(f"{column}{first}:{column}{last}")
        page.add_data_validation(rule)


def _comments(page: Worksheet, rows: Sequence[_Row], clerk: str) -> None:
    texts = (
        "Mum works nights: ring after 2.",
        "Same name as another student. Check the number before you write.",
        "Letter came back in September. New address asked for.",
    )
    wanted = [number for number, row in enumerate(rows) if row.last_letter][: len(texts)]
    for text, number in zip(texts, wanted, strict=False):
        comment = Comment(f"{clerk}:\n{text}", clerk, height=80, width=220)
        page.cell(_HEADER_ROW + 1 + number, 3).comment = comment


# --- The other sheets ----------------------------------------------------------------------------


def _fill_summary(page: Worksheet, words: _Words, rows: Sequence[_Row]) -> None:
    _title(page, "Where we stand", "A1:E1")
    last = _HEADER_ROW + len(rows)
    percent, groups = f"Tracker!$J${_HEADER_ROW + 1}:$J${last}", sorted(_years(rows), key=_by_year)
    ids = f"Tracker!$B${_HEADER_ROW + 1}:$B${last}"
    lines = (
        ("Students listed", f"=COUNTA({ids})"),
        ("With figures", "=COUNT(AttendancePercent)"),
        ("Mean attendance", f"=AVERAGE({percent})"),
        ("Below 95 %", f'=COUNTIF({percent},"<0.95")'),
        ("Below 90 %", f'=COUNTIF({percent},"<0.9")'),
        ("Letters logged", "=COUNTA(LetterLog[Date])"),
    )
    for number, (label, formula) in enumerate(lines, 3):
        page.cell(number, 1, label)
        page.cell(number, 2, formula).font = _font(bold=True)
    page["B5"].number_format = "0.0%"
    start = 11
    for column, header in enumerate(
        ("Year" if words.group == "Form" else words.group, "Below 90 %"), 1
    ):
        _header(page.cell(start, column), header)
    own = f"Tracker!$D${_HEADER_ROW + 1}:$D${last}"
    for number, group in enumerate(groups, start + 1):
        page.cell(number, 1).value = group
        pattern = f"{group}*" if words.group == "Form" else group
        page.cell(number, 2, f'=COUNTIFS({own},"{pattern}",{percent},"<0.9")')
    chart = BarChart()
    chart.type = "bar"
    chart.title = "Students below 90 %"
    chart.legend = None
    chart.gapWidth = 60
    chart.width, chart.height = 15, 9
    values = Reference(page, min_col=2, min_row=start + 1, max_row=start + len(groups))
    chart.add_data(values)
    chart.set_categories(Reference(page, min_col=1, min_row=start + 1, max_row=start + len(groups)))
    chart.series[0].graphicalProperties.solidFill = _ACCENT
    chart.dataLabels = DataLabelList(showVal=True)
    for flag in ("showSerName", "showCatName", "showLegendKey", "showPercent"):
        setattr(chart.dataLabels, flag, False)
    chart.x_axis.scaling.orientation = "maxMin"
    chart.x_axis.delete = False
    chart.y_axis.delete = True
    chart.y_axis.majorGridlines = None
    page.add_chart(chart, "D3")
    page.column_dimensions["A"].width = 20
    page.column_dimensions["B"].width = 14
    _print_setup(page, words, "")


def _years(rows: Sequence[_Row]) -> set[str]:
    return {row.student.grade for row in rows}


def _by_year(grade: str) -> tuple[int, str]:
    return (int(grade) if grade.isdigit() else -1, grade)


def _fill_log(page: Worksheet, school: PracticeSchool, words: _Words, rows: Sequence[_Row]) -> None:
    """The letters of the autumn so far; some were never ticked off as sent."""
    _title(page, "Letter log", "A1:I1")
    _note(page, 2, "One line for every letter that leaves the office.")
    headers = (
        "Date", words.student_id, "Student", "Letter", "Sent to", "Reference", "Status", "By",
        "Reply",
    )  # fmt: skip
    start = 4
    for column, header in enumerate(headers, 1):
        _header(page.cell(start, column), header)
    first_guardian = {one.student_id: one.name for one in reversed(school.guardians)}
    logged = sorted(
        (row for row in rows if row.last_letter), key=lambda row: (row.last_letter, row.group)
    )[:24]
    random = Random(f"log {school.seed}")
    clerk = "".join(word[0] for word in str(school.locality.office["clerk"]).split())
    for number, row in enumerate(logged, 1):
        done = number < len(logged) * 2 // 3
        values = (
            row.last_letter,
            row.student.student_id,
            row.student.name,
            words.letters[row.figures.rate is not None and row.figures.rate < Fraction(9, 10)],
            first_guardian[row.student.student_id],
            f"{clerk}-{number:03d}",
            "returned" if number % 9 == 0 else "mailed" if done else "printed",
            clerk,
            random.choice(("called back", "meeting made", None)) if done else None,
        )
        for column, value in enumerate(values, 1):
            cell = page.cell(start + number, column)
            cell.value = value
        page.cell(start + number, 1).number_format = words.date_format
        page.cell(start + number, 1).alignment = Alignment(horizontal="center")
        page.cell(start + number, 2).number_format = "@"
    end = start + max(len(logged), 1)
    table = Table(displayName="LetterLog", ref=f"A{start}:I{end}")
    table.tableStyleInfo = TableStyleInfo("TableStyleLight9", showRowStripes=True)
    page.add_table(table)
    for letter, width in zip("ABCDEFGHI", (12, 14, 32, 18, 30, 12, 11, 7, 18), strict=True):
        page.column_dimensions[letter].width = width
    page.freeze_panes = f"A{start + 1}"
    _print_setup(page, words, "")


def _fill_lists(page: Worksheet) -> None:
    page["A1"] = "Action"
    page["A1"].font = _font(bold=True)
    for number, action in enumerate(_ACTIONS, 2):
        page.cell(number, 1, action)
    page.column_dimensions["A"].width = 20


def _font(size: int = 11, *, bold: bool = False, italic: bool = False, color: str = _INK) -> Font:
    return Font(name="Calibri", size=size, bold=bold, italic=italic, color=color)


def _title(page: Worksheet, text: str, merged: str) -> None:
    page["A1"] = text
    page["A1"].font = _font(bold=True, size=16, color=_INK)
    page["A1"].alignment = Alignment(vertical="center")
    page.merge_cells(merged)


def _note(page: Worksheet, row: int, text: str) -> None:
    page.cell(row, 1, text).font = _font(italic=True, color=_GREY)


def _header(cell: Cell | MergedCell, text: str) -> None:
    cell.value = text
    cell.font = _font(bold=True, color=_INK)
    cell.fill = PatternFill("solid", fgColor=_PALE)
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    cell.border = Border(bottom=Side(style="medium", color=_ACCENT))


def _print_setup(page: Worksheet, words: _Words, area: str) -> None:
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = int(words.paper)
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.page_margins.left = page.page_margins.right = 0.5
    footer = page.oddFooter
    if footer is not None and footer.left is not None and footer.right is not None:
        footer.left.text, footer.right.text = "Confidential", "Page &P of &N"
    if area:
        page.print_title_rows = f"{_HEADER_ROW}:{_HEADER_ROW}"
        page.print_area = area
