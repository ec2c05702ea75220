from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from rollbook.workbooks.cells import Area, SharedStrings, cell_xml, column_letters, is_same
from rollbook.workbooks.sheet import NAMESPACE, Sheet

ROWS, COLUMNS = 8, 30
places = st.tuples(st.integers(1, ROWS), st.integers(1, COLUMNS))
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)


def sheet_of(cells: dict[tuple[int, int], str], empty_rows: set[int]) -> Sheet:
    """A sheet as Excel writes it: rows and cells in order, empty rows closed at once."""
    xml = b'<worksheet xmlns="%s"><dimension ref="A1"/><sheetData>' % NAMESPACE
    for row in sorted({row for row, _ in cells} | empty_rows | {1}):
        inner = b"".join(
            cell_xml(f"{column_letters(column)}{row}", 0, cells[row, column], False)
            for column in range(1, COLUMNS + 1)
            if (row, column) in cells
        )
        xml += (
            b'<row r="%d" spans="1:2">%s</row>' % (row, inner) if inner else b'<row r="%d"/>' % row
        )
    xml += b"</sheetData></worksheet>"
    return Sheet("Sheet1", "xl/worksheets/sheet1.xml", xml)


@given(
    st.dictionaries(places, texts),
    st.sets(st.integers(1, ROWS)),
    st.dictionaries(places, texts),
)
def test_changed_cells_hold_the_new_texts_and_all_others_the_old(
    old: dict[tuple[int, int], str], empty_rows: set[int], new: dict[tuple[int, int], str]
) -> None:
    sheet = sheet_of(old, empty_rows)
    for (row, column), text in new.items():
        xml = cell_xml(f"{column_letters(column)}{row}", 0, text, False)
        cell = sheet.cell(row, column)
        if cell:
            sheet.replace(cell, xml)
        else:
            sheet.insert(row, column, xml)
    changed = sheet.render()
    etree.fromstring(changed)  # it is well-formed, and read again it is in order and complete
    again = Sheet("Sheet1", "xl/worksheets/sheet1.xml", changed)
    found = {
        (row, column): cell.content(SharedStrings(b""))
        for row in again.numbers(1)
        for column, cell in again.cells(row)
    }
    assert found.keys() == old.keys() | new.keys()
    assert all(is_same(found[place], text, False) for place, text in (old | new).items())
    assert again.numbers(1) == sorted(again.numbers(1))
    for row in again.numbers(1):
        columns = [column for column, _ in again.cells(row)]
        assert columns == sorted(columns)


@given(st.integers(1, 16_384), st.integers(1, 1_048_576))
def test_addresses_are_read_as_they_are_written(column: int, row: int) -> None:
    area = Area(column, row, column, row)
    assert Area.of(str(area)) == area
