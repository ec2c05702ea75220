"""A dropped file is opened as what it is, or refused with a sentence saying what it looks like."""

import zipfile
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from rollbook.importers.upload import Upload
from rollbook.problems import RefusedFile
from tests.importers.test_samples import SAMPLES

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
ENCRYPTED = OLE + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 600


def dropped(folder: Path, name: str, content: bytes) -> Upload:
    path = folder / name
    path.write_bytes(content)
    return Upload(path)


@pytest.mark.parametrize(
    ("name", "content", "slug", "words"),
    [
        ("nothing.csv", b"", "empty", "is empty"),
        ("blanks.csv", b"\xef\xbb\xbf \r\n\r\n", "empty", "is empty"),
        ("register.pdf", b"%PDF-1.7\n\x00\x01", "wrong-kind", "is a PDF"),
        ("register.csv", b"%PDF-1.7\n\x00\x01", "wrong-kind", "is a PDF"),
        ("scan.xlsx", b"\x89PNG\r\n\x1a\n\x00\x00", "wrong-kind", "is a picture"),
        ("scan.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF", "wrong-kind", "is a picture"),
        ("old.xls", OLE, "old-format", "in an old format"),
        ("locked.xlsx", ENCRYPTED, "password", "protected by a password"),
        ("page.xls", b"<html><table><tr><td>1</td></tr></table></html>", "wrong-kind", "web page"),
        ("setup.csv", b"MZ\x90\x00\x03", "wrong-kind", "a program"),
        ("cut.xlsx", b"PK\x03\x04\x14\x00", "damaged", "damaged"),
        ("noise.csv", bytes(range(256)) * 8, "not-text", "nor readable text"),
        ("cp1252.csv", b"id,name\n1,\x81\x8d\n", "not-text", "nor readable text"),
    ],
)
def test_what_is_no_register_is_refused_saying_what_it_is(
    tmp_path: Path, name: str, content: bytes, slug: str, words: str
) -> None:
    with pytest.raises(RefusedFile, match=words) as refused:
        _ = dropped(tmp_path, name, content).head
    assert refused.value.problems[0].slug == slug


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("word/document.xml", "Word document"),
        ("xl/workbook.bin", "xlsb"),
        ("content.xml", "OpenDocument"),
        ("register.csv", "ZIP archive"),
    ],
)
def test_other_packages_are_refused_by_what_is_inside(
    tmp_path: Path, part: str, words: str
) -> None:
    with zipfile.ZipFile(tmp_path / "register.xlsx", "w") as archive:
        archive.writestr(part, "x")
    with pytest.raises(RefusedFile, match=words):
        _ = Upload(tmp_path / "register.xlsx").kind


def test_zip_bomb_is_not_opened(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "register.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "x")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 3_000_000)
    _pretend_size(tmp_path / "register.xlsx", 3_000_000, 1_200_000_000)
    with pytest.raises(RefusedFile, match="would unpack to") as refused:
        _ = Upload(tmp_path / "register.xlsx").kind
    assert refused.value.problems[0].slug == "too-large"


def _pretend_size(path: Path, size: int, pretended: int) -> None:
    content = path.read_bytes()
    path.write_bytes(content.replace(size.to_bytes(4, "little"), pretended.to_bytes(4, "little")))


def test_parts_that_lie_about_their_size_are_not_opened(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "register.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "x")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 3_000_000)
    _pretend_size(tmp_path / "register.xlsx", 3_000_000, 30_000)
    with pytest.raises(RefusedFile, match="not of the size they say") as refused:
        _ = Upload(tmp_path / "register.xlsx").kind
    assert refused.value.problems[0].slug == "damaged"


@pytest.mark.parametrize("stray", ["XFD1048576", "CV1000000"])
def test_a_stray_cell_does_not_ask_for_all_memory(tmp_path: Path, stray: str) -> None:
    book = Workbook()
    book.active.append(["Student ID", "Date", "Code"])
    book.active[stray] = "x"
    book.save(tmp_path / "register.xlsx")
    upload = Upload(tmp_path / "register.xlsx")
    with pytest.raises(RefusedFile, match=f"written in cell {stray}"):
        _ = upload.head


def test_a_formatted_cell_far_out_is_no_stray_cell(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["Student ID", "Date", "Code"])
    book.active["XFD1048576"].font = Font(bold=True)
    book.save(tmp_path / "register.xlsx")
    assert Upload(tmp_path / "register.xlsx").head["Sheet"] == (("Student ID", "Date", "Code"),)


ODS = "application/vnd.oasis.opendocument.spreadsheet"
CELL = "<table:table-cell {}>{}</table:table-cell>"


@pytest.mark.parametrize(
    ("row", "cell"), [("1048576", "30"), ("3000", "16384")], ids=["rows", "columns"]
)
def test_a_cell_repeated_over_a_whole_sheet_does_not_ask_for_all_memory(
    tmp_path: Path, row: str, cell: str
) -> None:
    mark = CELL.format(f'table:number-columns-repeated="{cell}"', "<text:p>x</text:p>")
    sheet = f'<table:table-row table:number-rows-repeated="{row}">{mark}</table:table-row>'
    with zipfile.ZipFile(tmp_path / "register.ods", "w") as archive:
        archive.writestr("mimetype", ODS)
        archive.writestr("content.xml", f"<table:table>{sheet}</table:table>")
    with pytest.raises(RefusedFile, match="more cells than a register can have"):
        _ = Upload(tmp_path / "register.ods").kind


def test_empty_cells_to_the_end_of_a_sheet_are_none(tmp_path: Path) -> None:
    blank = '<table:table-cell table:number-columns-repeated="16384"/>'
    sheet = f'<table:table-row table:number-rows-repeated="1048576">{blank}</table:table-row>'
    with zipfile.ZipFile(tmp_path / "register.ods", "w") as archive:
        archive.writestr("mimetype", ODS)
        archive.writestr("content.xml", f"<table:table>{sheet}</table:table>")
    assert Upload(tmp_path / "register.ods").kind == "workbook"


def test_truncated_workbook_is_refused(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["Student ID", "Date", "Code"])
    book.save(tmp_path / "whole.xlsx")
    content = (tmp_path / "whole.xlsx").read_bytes()
    with pytest.raises(RefusedFile, match="damaged or was not copied completely"):
        _ = dropped(tmp_path, "half.xlsx", content[: len(content) // 2]).head


def test_file_that_cannot_be_opened_now_is_not_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        _ = Upload(tmp_path / "gone.csv").head


TEXT = "id;name\n007;Zoë “Ann” Ó Dálaigh\n"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode("utf-8"), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("cp1252"), "cp1252"),
        (TEXT.encode("cp1252") + b"\x1a", "cp1252"),
    ],
)
def test_text_is_decoded_by_mark_then_strictly(
    tmp_path: Path, content: bytes, encoding: str
) -> None:
    upload = dropped(tmp_path, "register.csv", content)
    assert upload.encoding == encoding
    assert list(upload.rows()) == [("id", "name"), ("007", "Zoë “Ann” Ó Dálaigh")]


def test_encoding_of_the_office_comes_before_cp1252(tmp_path: Path) -> None:
    (tmp_path / "register.csv").write_bytes("id,name\n1,Niedźwiecki\n".encode("cp1250"))
    rows = list(Upload(tmp_path / "register.csv", "cp1250").rows())
    assert rows[1] == ("1", "Niedźwiecki")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "^", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_delimiter_and_line_ends_are_found(tmp_path: Path, delimiter: str, line_end: str) -> None:
    rows = [("id", "name", "code"), ("007", "Ng, Q; jr", "\\"), ("008", "#1 | ^", "N/A")]
    quoted = [[f'"{cell}"' if len(cell) > 4 else cell for cell in row] for row in rows]
    text = line_end.join(delimiter.join(row) for row in quoted)
    assert list(dropped(tmp_path, "a b.csv", text.encode()).rows()) == rows


def test_commas_in_names_do_not_make_a_semicolon_file_comma_separated(tmp_path: Path) -> None:
    text = "Register\nName;Reg;Mark\n" + "NG, Q;7A;/\n" * 20
    assert dropped(tmp_path, "register.csv", text.encode()).delimiter == ";"


def test_head_is_only_the_first_rows(tmp_path: Path) -> None:
    upload = dropped(tmp_path, "register.csv", b"a,b\n" * 500)
    assert len(upload.head[""]) == 60
    assert len(list(upload.rows())) == 500


def test_cells_of_a_workbook_are_text_as_a_clerk_reads_them(tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "Marks"
    book.active.append([])
    book.active.append([None, "004233", 104233, 0.5, date(2026, 9, 1), True, " N "])
    book.active.append([datetime(2026, 9, 1, 8, 31), 1.23456789012345e15])
    book.create_sheet("Codes").sheet_state = "hidden"
    book.save(tmp_path / "my register.xlsx")
    upload = Upload(tmp_path / "my register.xlsx")
    assert upload.sheets == ("Marks",)
    assert list(upload.rows("Marks")) == [
        ("",) * 7,
        ("", "004233", "104233", "0.5", "2026-09-01", "TRUE", " N "),
        ("2026-09-01 08:31:00", "1.23456789012345E+15", "", "", "", "", ""),
    ]


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE a [<!ENTITY b "c">]><CTfile>&b;</CTfile>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd"><CTfile/>',
    ],
)
def test_xml_with_definitions_is_not_opened(tmp_path: Path, text: str) -> None:
    upload = dropped(tmp_path, "pupils.xml", text.encode())
    assert upload.root_name == "CTfile"
    with pytest.raises(RefusedFile, match="was not opened"):
        _ = upload.xml


def test_a_damaged_old_workbook_prints_nothing_but_is_refused(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    old = (SAMPLES / "mark_list" / "workbook_before_2007.xls").read_bytes()
    for end in range(512, len(old), 97):
        path = tmp_path / "old.xls"
        path.write_bytes(old[:end])
        with suppress(RefusedFile):
            _ = Upload(path).head
    assert capfd.readouterr() == ("", "")
