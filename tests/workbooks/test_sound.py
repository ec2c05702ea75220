"""The look for what Excel would repair finds each kind of damage in a workbook that is sound."""

import zipfile
from pathlib import Path

import pytest

from tests.workbooks.features import make_rich
from tests.workbooks.office_books import change_part
from tests.workbooks.sound import faults

SHEET = "xl/worksheets/sheet1.xml"
LOG = "xl/worksheets/sheet2.xml"
BOOK = "xl/workbook.xml"
TABLE = "xl/tables/table1.xml"
DAMAGE = {
    "a row twice": (SHEET, b'<row r="7"', b'<row r="6"', "follows row"),
    "cells out of order": (SHEET, b'<c r="C7"', b'<c r="A7"', "out of order"),
    "a cell in another row": (SHEET, b'<c r="C7"', b'<c r="C8"', "stands in row 7"),
    "a format too many": (SHEET, b'<c r="L6" s="', b'<c r="L6" s="9', "has the format"),
    "a text too many": (LOG, b't="s"><v>', b't="s"><v>9', "has the text"),
    "an address that is none": (SHEET, b'sqref="H6:H11"', b'sqref="H11:H6"', "covers H11:H6"),
    "elements out of order": (LOG, b"<sheetData>", b"<extLst/><sheetData>", "after extLst"),
    "an element of no kind": (LOG, b"<sheetData>", b"<rows/><sheetData>", "has an element rows"),
    "a count that is wrong": (LOG, b'<dataValidations count="1"', b'<dataValidations count="2"',
                              "counts 2"),
    "a Table wider than its columns": (TABLE, b'ref="A3:J6"', b'ref="A3:K6"', "10 columns"),
    "a heading that is another": (TABLE, b'name="Letter"', b'name="Brief"', "the column is"),
    "two columns of one name": (TABLE, b'name="Letter"', b'name="Date"', "two columns"),
    "a filter that ends elsewhere": (TABLE, b'<autoFilter ref="A3:J6"', b'<autoFilter ref="A3:J5"',
                                     "its filter"),
    "a name twice": (BOOK, b'name="Moving"', b'name="Threshold"', "defined twice"),
    "a name of no sheet": (BOOK, b'localSheetId="1"', b'localSheetId="40"', "not there"),
    "a relationship to nowhere": ("xl/worksheets/_rels/sheet2.xml.rels", b"table1.xml",
                                  b"table7.xml", "which is not there"),
    "a relationship that is missing": (BOOK, b'r:id="rIdPivot"', b'r:id="rId99"', "asks for"),
    "a part without a type": ("[Content_Types].xml", b"/xl/persons/person.xml",
                              b"/xl/persons/person9.xml", "has no content type"),
    "a prefix not declared": (SHEET, b'mc:Ignorable="x14ac"',
        b'mc:Ignorable="x14ac xr9"',
        "not declared"),
    "a part that is no XML": (TABLE, b"</table>", b"", "is no XML"),
    "a dimension too small": (SHEET, b'<dimension ref="', b'<dimension ref="B2:C3" x="', "leaves"),
    "a lost reference": (SHEET, b"<f>F6+G6-E6</f>", b"<f>F6+#REF!</f>", "has the formula"),
}  # fmt: skip


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_rich(tmp_path_factory.mktemp("sound") / "rich.xlsm")


def test_the_workbook_with_every_feature_is_sound(rich: Path) -> None:
    assert faults(rich) == []


@pytest.mark.parametrize("what", DAMAGE)
def test_damage_is_named(what: str, rich: Path, tmp_path: Path) -> None:
    part, old, new, said = DAMAGE[what]
    path = tmp_path / rich.name
    path.write_bytes(rich.read_bytes())
    change_part(path, part, old, new)
    assert any(said in fault for fault in faults(path)), faults(path)


def test_a_formula_that_the_calculation_chain_lacks_is_named(rich: Path, tmp_path: Path) -> None:
    path = tmp_path / "chain.xlsx"
    with zipfile.ZipFile(rich) as archive, zipfile.ZipFile(path, "w") as copy:
        for name in archive.namelist():
            xml = archive.read(name)
            if name == "[Content_Types].xml":
                xml = xml.replace(b"</Types>", b'<Override PartName="/xl/calcChain.xml" '
                                  b'ContentType="application/xml"/></Types>')  # fmt: skip
            if name == "xl/_rels/workbook.xml.rels":
                xml = xml.replace(b"</Relationships>", b'<Relationship Id="rIdChain" '
                                  b'Type="x/calcChain" Target="calcChain.xml"/></Relationships>')  # fmt: skip  # noqa: E501
            copy.writestr(name, xml)
        copy.writestr("xl/calcChain.xml", '<calcChain><c r="I6" i="1"/><c r="B6"/></calcChain>')
    assert faults(path) == ["the calculation chain names B6 of sheet 1: no formula"]
