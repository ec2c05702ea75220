"""Rows inserted as Excel inserts them: everything that refers to a sheet follows, nothing else."""

import re
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from rollbook.problems import WorkbookError
from rollbook.workbooks.book import Book
from rollbook.workbooks.cells import Area
from rollbook.workbooks.structure import grow_list, insert_all, insert_rows
from tests.workbooks.calculated import recalculated
from tests.workbooks.features import FIRST_ROW, HEADER_ROW, LAST_ROW, LOG_LAST, LOG_ROW, make_rich
from tests.workbooks.sound import check_sound

COUNT = 3
ABOVE_ALL, IN_THE_LIST, BELOW_IT = HEADER_ROW - 1, FIRST_ROW + 2, LAST_ROW + 1
LIST = Area(2, HEADER_ROW, 27, LAST_ROW)

LOG = Area(1, LOG_ROW, 10, LOG_LAST)


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_parts(path: Path, changes: dict[str, Callable[[bytes], bytes]]) -> Path:
    """Change some parts of a workbook, as raw bytes."""
    parts = parts_of(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            changed = changes[name](content) if name in changes else content
            assert changed != content or name not in changes, f"{name} was not changed"
            archive.writestr(name, changed)
    return path


def inserted(path: Path, sheet: str, above: int, count: int = COUNT, to: str = "after") -> Path:
    block = LOG if sheet == "Letter log" else None
    book = insert_rows(Book(path, path.read_bytes()), sheet, above, count, block)
    return saved(book, path.with_stem(f"{path.stem} {to}"))


def saved(book: Book, path: Path) -> Path:
    path.write_bytes(book.changed()[0].to_bytes())
    return path


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook with everything; it has one formula through several sheets, which is refused."""
    path = make_rich(tmp_path_factory.mktemp("rich") / "rich.xlsm")
    sheet, cache = "xl/worksheets/sheet1.xml", "xl/pivotCache/pivotCacheDefinition1.xml"
    source = b'ref="B5:H11" sheet="Tracker"'
    changes: dict[str, Callable[[bytes], bytes]] = {
        sheet: lambda xml: re.sub(rb'(<cellWatch [^>]*r=")H6', rb"\g<1>H9", xml),
        cache: lambda xml: xml.replace(b'ref="A1:B2" sheet="Jan"', source),
    }
    return with_parts(path, changes)


# ---- the naive model -------------------------------------------------------------------------

_REFERENCE = re.compile(r"((?:'[^']+'|[A-Za-z]\w*)!)?\$?([A-Z]{1,3})\$?(\d+)(?![\w(])")


def as_excel_has_it(formula: str, home: str, sheet: str, above: int, count: int) -> str:
    """Move single addresses by a plain rule, far from the code under test.

    The second corner of a range belongs to the sheet named before the first.
    """
    named = ""

    def moved(found: re.Match[str]) -> str:
        nonlocal named
        is_second = found.start() > 0 and formula[found.start() - 1] == ":"
        if not is_second:
            named = (found[1] or home + "!").strip("!").strip("'")
        row = int(found[3])
        if named != sheet or row < above:
            return found[0]
        return found[0][: -len(found[3])] + str(row + count)

    pieces = formula.split('"')  # texts are every second one
    if len(pieces) == 1 and "[" not in formula:
        return _REFERENCE.sub(moved, formula)
    return "" if len(pieces) > 1 else formula


def opened(path: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # what openpyxl does not keep
        return openpyxl.load_workbook(path)


def all_formulas(path: Path) -> Iterator[tuple[str, int, int, str]]:
    book = opened(path)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                value = getattr(cell.value, "text", cell.value)
                if isinstance(value, str) and value.startswith("="):
                    yield sheet.title, cell.row, cell.column, value


@pytest.mark.parametrize("above", [ABOVE_ALL, IN_THE_LIST, BELOW_IT])
@pytest.mark.parametrize("sheet", ["Tracker", "Letter log"])
def test_every_formula_follows(rich: Path, sheet: str, above: int) -> None:
    after = inserted(rich, sheet, above, to=f"{sheet} {above}")
    now = {(title, row, column): text for title, row, column, text in all_formulas(after)}
    known = 0
    for title, row, column, text in all_formulas(rich):
        row += COUNT * (title == sheet and row >= above)
        expected = as_excel_has_it(text, title, sheet, above, COUNT)
        assert (title, row, column) in now
        if expected:
            known += 1
            assert now[title, row, column] == expected
    assert known > 15


@pytest.mark.parametrize("above", [ABOVE_ALL, IN_THE_LIST, BELOW_IT, 31])
def test_every_cell_moves_with_its_look_and_its_note(rich: Path, above: int) -> None:
    after = inserted(rich, "Tracker", above, to=f"cells {above}")
    check_sound(after)
    before, now = (opened(path)["Tracker"] for path in (rich, after))
    for row in before.iter_rows():
        for cell in row:
            there = now.cell(cell.row + COUNT * (cell.row >= above), cell.column)
            assert there.style_id == cell.style_id
            assert (there.comment and there.comment.text) == (cell.comment and cell.comment.text)
            if cell.data_type != "f":
                assert there.value == cell.value
    for number, row in before.row_dimensions.items():
        there = now.row_dimensions[number + COUNT * (number >= above)]
        assert (there.height, there.hidden, there.outlineLevel) == (
            row.height, row.hidden, row.outlineLevel,
        )  # fmt: skip
    for number in range(above, above + COUNT):
        assert all(cell.value is None for cell in now[number])


EVERYWHERE = {
    # what, the part it is in, what it is before, above all, in the list, below it
    "print area": ("workbook.xml", "Tracker!$B$1:$O$40", "$B$1:$O$43", "$B$1:$O$43", "$B$1:$O$43"),
    "print titles": ("workbook.xml", "Tracker!$5:$5", "$8:$8", "$5:$5", "$5:$5"),
    "filter's name": ("workbook.xml", "Tracker!$B$5:$AA$11", "$B$8:$AA$14", "$B$5:$AA$14",
                      "$B$5:$AA$11"),
    "name": ("workbook.xml", "Tracker!$H$6:$H$11", "$H$9:$H$14", "$H$6:$H$14", "$H$6:$H$11"),
    "moving name": ("workbook.xml", "Tracker!$B$6,0,0,COUNTA(Tracker!$B:$B)",
                    "$B$9,0,0,COUNTA(Tracker!$B:$B)", "$B$6,0", "$B$6,0"),
    "filter": ("worksheets/sheet1.xml", '<autoFilter ref="B5:AA11"', '"B8:AA14"', '"B5:AA14"',
               '"B5:AA11"'),
    "format": ("worksheets/sheet1.xml", 'sqref="H6:H11"', '"H9:H14"', '"H6:H14"', '"H6:H11"'),
    "formula of a format": ("worksheets/sheet1.xml", "<formula>$H6&lt;Threshold", "$H9&lt;",
                            "$H6&lt;", "$H6&lt;"),
    "format of 2010": ("worksheets/sheet1.xml", "<xm:sqref>H6:H11", "H9:H14", "H6:H14", "H6:H11"),
    "check": ("worksheets/sheet1.xml", 'sqref="M6:M11"', '"M9:M14"', '"M6:M14"', '"M6:M11"'),
    "ignored": ("worksheets/sheet1.xml", 'ignoredError sqref="B6:B11"', '"B9:B14"', '"B6:B14"',
                '"B6:B11"'),
    "watch": ("worksheets/sheet1.xml", 'cellWatch r="H9"', '"H12"', '"H12"', '"H9"'),
    "range to edit": ("worksheets/sheet1.xml", 'sqref="B6:P60"', '"B9:P63"', '"B6:P63"',
                      '"B6:P63"'),
    "sparkline": ("worksheets/sheet1.xml", "<xm:f>Tracker!E7:G7</xm:f><xm:sqref>N7<",
                  "Tracker!E10:G10</xm:f><xm:sqref>N10", "Tracker!E7:G7</xm:f><xm:sqref>N7<",
                  "Tracker!E7:G7</xm:f><xm:sqref>N7<"),
    "break": ("worksheets/sheet1.xml", '<brk id="20"', 'id="23"', 'id="23"', 'id="23"'),
    "merged": ("worksheets/sheet1.xml", 'mergeCell ref="B2:H3"', '"B2:H3"', '"B2:H3"', '"B2:H3"'),
    "chart": ("charts/chart1.xml", "Tracker!$F$6:$F$11", "$F$9:$F$14", "$F$6:$F$14", "$F$6:$F$11"),
    "heading in a chart": ("charts/chart1.xml", "<c:f>Tracker!$F$5<", "$F$8<", "$F$5<", "$F$5<"),
    "new chart": ("charts/chartEx1.xml", "Tracker!$G$6:$G$11", "$G$9:$G$14", "$G$6:$G$14",
                  "$G$6:$G$11"),
    "pivot's source": ("pivotCache/pivotCacheDefinition1.xml", 'ref="B5:H11"', '"B8:H14"',
                       '"B5:H14"', '"B5:H11"'),
    "control": ("ctrlProps/ctrlProp1.xml", "Tracker!$AD$14", "$AD$17", "$AD$17", "$AD$17"),
    "thread": ("threadedComments/threadedComment1.xml", 'ref="C8"', '"C11"', '"C11"', '"C8"'),
    "sheet beside": ("worksheets/sheet2.xml", "<xm:f>Tracker!E6:G6<", "E9:G9<", "E6:G6<",
                     "E6:G6<"),
}  # fmt: skip


@pytest.mark.parametrize("what", EVERYWHERE)
def test_everything_that_refers_to_a_sheet_follows(rich: Path, what: str) -> None:
    part, before, *afters = EVERYWHERE[what]
    assert before in parts_of(rich)[f"xl/{part}"].decode()
    start = re.split(r'["$]|\w+\d', before)[0]
    for above, expected in zip((ABOVE_ALL, IN_THE_LIST, BELOW_IT), afters, strict=True):
        xml = insert_rows(Book(rich, rich.read_bytes()), "Tracker", above, COUNT).read(f"xl/{part}")
        assert expected in xml.decode(), above
        assert expected in before or before not in xml.decode()
        assert start in xml.decode()


# ---- what XlsxWriter does not write ----------------------------------------------------------

_SHARED = (
    '<row r="{0}"><c r="A{0}"><v>{0}</v></c><c r="B{0}"><f{1}</c>'
    '<c r="C{0}"><f>A{0}*2</f></c></row>'
)


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A list in rows 3 to 8 with a Table beside it, whose parts the tests change as bytes."""
    path = tmp_path / "plain.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("List")
    sheet.write_row("A2", ["Name", "Running", "Twice"])
    for row in range(3, 9):
        sheet.write_row(f"A{row}", [row, 0, 0])
        sheet.write_formula(f"C{row}", f"=A{row}*2", None, row * 2)
    rule = {"type": "formula", "criteria": "=$A3<>$A2", "format": book.add_format({"bold": True})}
    sheet.conditional_format("A3:C8", rule)
    sheet.data_validation("A3:A8", {"validate": "custom", "value": "=COUNTIF($A$3:$A$8,A3)=1"})
    sheet.data_validation("B3", {"validate": "list", "source": "=$A$4:$A$6"})
    sheet.insert_textbox("F2", "", {"textlink": "=$A$5"})
    sheet.insert_checkbox("F9", True)
    book.add_worksheet("Other").write_formula("A1", "=List!A5", None, 5)
    book.define_name("Above", "=List!A1048576")
    book.define_name("Fixed", "=List!$A$5")
    book.close()
    return path


def rule_of(path: Path) -> tuple[str, str]:
    rules = opened(path)["List"].conditional_formatting
    return str(rules[0].sqref) if len(rules) > 1 else str(next(iter(rules)).sqref), str(
        next(iter(rules)).rules[0].formula[0]
    )


@pytest.mark.parametrize(
    ("above", "area", "formula"),
    [(2, "A4:C9", "$A4<>$A3"), (3, "A4:C9", "$A4<>$A3"), (4, "A3:C9", "$A3<>$A2"),
     (6, "A3:C9", "$A3<>$A2"), (9, "A3:C8", "$A3<>$A2")],
)  # fmt: skip
def test_a_format_goes_on_to_compare_with_the_row_above(
    plain: Path, above: int, area: str, formula: str
) -> None:
    assert rule_of(inserted(plain, "List", above, 1)) == (area, formula)


def test_a_format_over_a_list_that_got_a_new_first_row_is_written_for_that_row(plain: Path) -> None:
    block = Area(1, 2, 3, 8)
    book = insert_rows(Book(plain, plain.read_bytes()), "List", 3, 2, block)
    grow_list(book, "List", Area(1, 2, 3, 10), 10, first=5)
    after = saved(book, plain.with_stem("grown"))
    assert rule_of(after) == ("A3:C10", "$A3<>$A2")
    checks = opened(after)["List"].data_validations.dataValidation
    shown = {(str(one.sqref), one.formula1) for one in checks}
    assert shown == {("A3:A10", "COUNTIF($A$3:$A$10,A3)=1"), ("B5", "$A$6:$A$8")}


def test_a_name_that_means_the_cell_above_stays(plain: Path) -> None:
    names = opened(inserted(plain, "List", 3)).defined_names
    assert (names["Above"].value, names["Fixed"].value) == ("List!A1048576", "List!$A$8")


def test_links_of_shapes_and_controls_follow_though_they_name_no_sheet(plain: Path) -> None:
    office = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    drawing = b'<legacyDrawing xmlns:r="%s" r:id="rId99"/></worksheet>' % office
    link = b'<Relationship Id="rId99" Type="%s/vmlDrawing" Target="../drawings/vmlDrawing9.vml"/>'
    old = (
        b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:'
        b'excel"><v:shape id="_x1"><x:ClientData ObjectType="Checkbox"><x:Anchor>1, 0, 6, 0, 2, 0, '
        b"7, 0</x:Anchor><x:FmlaLink>$A$5</x:FmlaLink></x:ClientData></v:shape></xml>"
    )
    end = b"</Relationships>"
    with_parts(
        plain,
        {
            "xl/worksheets/sheet1.xml": lambda xml: xml.replace(b"</worksheet>", drawing),
            "xl/worksheets/_rels/sheet1.xml.rels": lambda xml: xml.replace(
                end, link % office + end
            ),
        },
    )
    with zipfile.ZipFile(plain, "a") as archive:
        archive.writestr("xl/drawings/vmlDrawing9.vml", old)
    parts = parts_of(inserted(plain, "List", 4))
    assert b"<x:FmlaLink>$A$8<" in parts["xl/drawings/vmlDrawing9.vml"]
    assert b"1, 0, 9, 0, 2, 0, 10, 0" in parts["xl/drawings/vmlDrawing9.vml"]
    assert b'textlink="$A$8"' in parts["xl/drawings/drawing1.xml"]


def test_shared_formulas_become_each_cell_s_own(plain: Path) -> None:
    def shared(xml: bytes) -> bytes:
        first = b'<c r="C3"><f t="shared" ref="C3:C8" si="0">A3*2+SUM(A$3:A3)</f><v>9</v></c>'
        xml = re.sub(rb'<c r="C3">.*?</c>', first, xml)
        return re.sub(rb'<c r="(C[4-8])"><f>.*?</f>', rb'<c r="\1"><f t="shared" si="0"/>', xml)

    with_parts(plain, {"xl/worksheets/sheet1.xml": shared})
    sheet = opened(inserted(plain, "List", 5, 2))["List"]
    formulas = [sheet[f"C{row}"].value for row in range(3, 11)]
    assert formulas == [
        *(f"=A{row}*2+SUM(A$3:A{row})" for row in (3, 4)), None, None,
        *(f"=A{row}*2+SUM(A$3:A{row})" for row in range(7, 11)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("above", "area", "formula"),
    [(3, "A4:C9", "A5*2+$F$1"), (4, "A3:C9", "A4*2+$F$1"), (6, "A3:C9", "A4*2+$F$1")],
)
def test_a_calculated_column_goes_on_to_calculate_its_own_row(
    tmp_path: Path, above: int, area: str, formula: str
) -> None:
    path = tmp_path / "t.xlsx"
    book = xlsxwriter.Workbook(path)
    columns = [{"header": "A"}, {"header": "B", "formula": "=A4*2+$F$1"}, {"header": "C"}]
    sheet = book.add_worksheet("List")
    sheet.add_table("A3:C8", {"columns": columns})
    book.close()
    block = Area(1, 3, 3, 8)
    after = insert_rows(Book(path, path.read_bytes()), "List", above, 1, block)
    xml = after.read("xl/tables/table1.xml").decode()
    assert f'displayName="Table1" ref="{area}"' in xml
    assert f"<calculatedColumnFormula>{formula}<" in xml


def test_rows_at_several_places_at_once_are_those_one_after_the_other(rich: Path) -> None:
    book = Book(rich, rich.read_bytes())
    at_once = insert_all(book, "Tracker", {6: 2, 9: 1, 12: 3})
    one_by_one = book
    for above, count in ((12, 3), (9, 1), (6, 2)):
        one_by_one = insert_rows(one_by_one, "Tracker", above, count)
    assert at_once.inserted == one_by_one.inserted
    for name in at_once.package.names:
        assert at_once.read(name) == one_by_one.read(name), name


def test_what_would_be_torn_is_refused_with_the_reason(plain: Path, rich: Path) -> None:
    def why(path: Path, sheet: str, above: int, count: int = 1) -> str:
        with pytest.raises(WorkbookError) as told:
            insert_rows(Book(path, path.read_bytes()), sheet, above, count)
        return str(told.value)

    assert "one formula fills the cells L2:L3" in why(rich, "Tracker", 3)
    assert "the Table “LetterLog” stands on the same rows" in why(rich, "Letter log", 5)
    assert "a pivot table stands on the same rows" in why(rich, "Jan", 4)
    assert "adds up several sheets (B2)" in why(rich, "Feb", 2)
    assert "the sheet is full" in why(plain, "List", 3, 1_048_570)


# ---- LibreOffice as the judge ----------------------------------------------------------------

FORMULAS = (
    "=SUM(List!A$3:A$8)",
    "=List!A5+List!$A$8",
    "=SUM(List!A:A)",
    "=SUM(List!3:4)",
    "=VLOOKUP(6,List!$A$3:$C$8,3,FALSE)",
    "=MATCH(7,List!A5:A8,0)",
    "=SUMPRODUCT(List!A3:A8,List!C3:C8)",
    '=COUNTIF(List!$A$3:$A$8,">4")&" of A5"',
    "=AVERAGE(List!A3,List!A8)",
    "=MAX((List!A3:A5,List!A7:A8))",
    "=INDEX(List!A3:C8,1,3)",
    "=SUM(OFFSET(List!A5,0,0,1,3))",
    "=Fixed*2",
    "=LOG10(List!A8)",
)


def test_libreoffice_calculates_the_same_before_and_after(tmp_path: Path) -> None:
    path = tmp_path / "sums.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("List")
    for row in range(3, 9):
        sheet.write_number(f"A{row}", row)
        sheet.write_formula(f"B{row}", f"=SUM($A$3:A{row})+N(B{row - 1})")
        sheet.write_formula(f"C{row}", f"=A{row}*2+Fixed")
    sheet.write_array_formula("E3:E4", "{=A3:A4*2}")
    other = book.add_worksheet("Sums")
    for row, formula in enumerate(FORMULAS):
        other.write_formula(row, 0, formula)
    book.define_name("Fixed", "=List!$A$5")
    book.close()
    places = {above: inserted(path, "List", above, 2, f"at {above}") for above in (1, 3, 5, 8, 9)}
    (tmp_path / "lo").mkdir()
    was, *now = recalculated([path, *places.values()], tmp_path / "lo")
    before = openpyxl.load_workbook(was, data_only=True)
    for above, calculated in zip(places, now, strict=True):
        after = openpyxl.load_workbook(calculated, data_only=True)
        values = [[cell.value for (cell,) in one["Sums"]["A1:A14"]] for one in (before, after)]
        assert None not in values[0]
        for formula, one, other_value in zip(FORMULAS, *values, strict=True):
            assert one == other_value, (above, formula)
        for row in before["List"].iter_rows(min_row=3, max_row=8, max_col=5):
            for cell in row:
                there = after["List"].cell(cell.row + 2 * (cell.row >= above), cell.column)
                assert there.value == cell.value, (above, cell.coordinate)


def test_a_table_with_a_total_row_and_its_filter_grow_together(tmp_path: Path) -> None:
    path = tmp_path / "log.xlsx"
    book = xlsxwriter.Workbook(path)
    columns = [{"header": "Date", "total_string": "Total"}, {"header": "Reference"}]
    sheet = book.add_worksheet("Log")
    sheet.add_table("A3:B6", {"columns": columns, "total_row": True})
    sheet.write("B8", "notes below")
    book.close()
    block = Area(1, 3, 2, 5)
    longer = insert_rows(Book(path, path.read_bytes()), "Log", 6, 2, block)
    grow_list(longer, "Log", block, 7)
    after = saved(longer, path)
    check_sound(after)
    table = opened(after)["Log"].tables["Table1"]
    assert (table.ref, table.autoFilter.ref) == ("A3:B8", "A3:B7")
    assert opened(after)["Log"]["B10"].value == "notes below"
