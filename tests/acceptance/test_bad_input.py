"""Whatever is dropped ends in one plain sentence, is kept, and holds nothing else up."""

import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.dropping import (
    HEADERS,
    MONDAY,
    PUPILS,
    TUESDAY,
    archive,
    drop,
    everything,
    marks,
    office_folder,
    opened,
    register,
    slip,
    start_once,
    workbook,
)
from watcher.intake import Result
from watcher.rounds import once

OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 1_000
ENCRYPTED = OLD_EXCEL + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 1_000
SOUND = [("000123", MONDAY, "AM", "/"), ("000124", MONDAY, "AM", "N")]
BOOK = workbook([HEADERS.split(","), *SOUND])
SHIFTED = "\n".join([HEADERS, *(f"9C,000123,2026-11-{day:02},AM" for day in range(2, 7)), ""])


def pretending(size: int, pretended: int) -> bytes:
    """A workbook whose sheet unpacks to ``size`` and says ``pretended``."""
    content = archive({"xl/workbook.xml": b"x", "xl/worksheets/sheet1.xml": b" " * size})
    return content.replace(struct.pack("<I", size), struct.pack("<I", pretended))


def stray_cell() -> bytes:
    row = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    sheet = f'<worksheet><sheetData><row r="1"><c r="A1"/></row>{row}</sheetData></worksheet>'
    return archive({"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": sheet.encode()})


REFUSED: dict[str, tuple[str | bytes, str]] = {
    "empty.csv": (b"", "“empty.csv” is empty. Export the register again."),
    "headers only.csv": (
        HEADERS,
        "“headers only.csv” has headers but no rows under them, so it says nothing of any day. "
        "Export it again; if nobody was absent, with the next day that somebody is.",
    ),
    "printed.pdf": (
        b"%PDF-1.7\n\x00\x01",
        "“printed.pdf” is a PDF. Export the register as .csv or .xlsx instead of printing it.",
    ),
    "scan.png": (
        b"\x89PNG\r\n\x1a\n\x00",
        "“scan.png” is a picture. Export the register as .csv or .xlsx.",
    ),
    "notes.docx": (
        archive({"word/document.xml": b"<w/>"}),
        "“notes.docx” is a Word document. Export the register as .csv or .xlsx.",
    ),
    "old.xls": (
        OLD_EXCEL,
        "“old.xls” is in an old format of Excel or Word (.xls, .doc). Open it in Excel, save it "
        "as .xlsx, and use that file.",
    ),
    "locked.xlsx": (
        ENCRYPTED,
        "“locked.xlsx” is protected by a password. Open it in Excel, take the password off (File, "
        "Info, Protect Workbook, Encrypt with Password, leave it blank), save it, and use that "
        "file.",
    ),
    "cut short.xlsx": (
        BOOK[: len(BOOK) // 2],
        "“cut short.xlsx” is damaged or was not copied completely. Export or copy it again.",
    ),
    "zipped.zip": (
        archive({"inner.zip": archive({"bomb.xml": b" " * 1_000_000})}),
        "“zipped.zip” is a ZIP archive, not a workbook. Unpack it and drop what is inside.",
    ),
    "huge.xlsx": (
        pretending(1_000_000, 1_200_000_000),
        "“huge.xlsx” would unpack to 1,200,000,001 bytes, which no register does. It was not "
        "opened. Ask where it came from.",
    ),
    "lying.xlsx": (
        pretending(3_000_000, 3_000),
        "“lying.xlsx” is damaged, or its parts are not of the size they say. It was not opened. "
        "Export it again, or open it in Excel and save it under a new name.",
    ),
    "stray.xlsx": (
        stray_cell(),
        "“stray.xlsx” has something written in cell XFD1048576, far outside the register. In "
        "Excel, copy the register alone to a new workbook, save that as .xlsx and drop it.",
    ),
    "shifted.csv": (
        SHIFTED,
        "Row 1, column Date: “shifted.csv” has no readable date in more than half of the rows of "
        "column “Date” (row 2 has “000123”). The columns seem to be shifted against their "
        "headers. Nothing was posted. Export it again.",
    ),
    "two kinds.csv": (
        "Campus ID,Student ID,UPN,Legal Surname,Legal Forename,Year Group,Entry Date\n"
        "001,000123,A123,O'Neil,Ana,9,2026-09-01\n",
        "“two kinds.csv” could be “ASCENDER roster (students and guardians)” and “Pupil list "
        "(England)”. Nothing was posted. Remove the columns that only one of them needs, or ask "
        "whoever set Rollbook up to make the importers tell it apart.",
    ),
    "menu.csv": (
        "Dish,Price\nSoup,2\n",
        "“menu.csv” is not an export Rollbook knows. Its headers are: Dish, Price. Check that the "
        "right export was dropped, or rename the headers and drop it again: a list of marks needs "
        "Student ID, Date and Code; a list of students needs Student ID, Last Name, First Name and "
        'Grade; or let Rollbook learn this export: rollbook import adopt "menu.csv".',
    ),
    "elsewhere.csv": (
        marks(("777", MONDAY, "AM", "/")),
        "Nobody in this file is on the roster (for example “777”). Drop the roster: "
        "this file is posted by itself then. If it is the file of another school, delete it.",
    ),
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = office_folder(tmp_path / "the clerk's office")
    drop(root, "pupils.csv", PUPILS)
    return root


def test_every_bad_file_is_kept_with_one_sentence_and_the_sound_ones_are_posted(root: Path) -> None:
    drop(root, "aaa.csv", marks(SOUND[0]))
    drop(root, "zzz.xlsx", workbook([HEADERS.split(","), SOUND[1]]))
    for name, (content, _) in REFUSED.items():
        drop(root, name, content)
    done = once(opened(root))
    assert done.failures == []
    assert register(opened(root)) == SOUND
    for name, (content, sentence) in REFUSED.items():
        kept = root / "refused" / name
        assert kept.read_bytes() == (content.encode() if isinstance(content, str) else content)
        assert slip(kept)[1] == sentence, name
    assert not list((root / "drop").iterdir())
    assert not list((root / "received").iterdir())
    # and again: nothing comes back
    assert once(opened(root)).outcomes == []


def test_the_program_says_the_same_and_ends_with_one(root: Path) -> None:
    drop(root, "printed.pdf", REFUSED["printed.pdf"][0])
    drop(root, "week 1.csv", marks(*SOUND))
    status, said = start_once(root)
    assert status == 1
    files = {one["file"]: one for one in said["files"]}
    assert files["printed.pdf"]["problems"][0]["message"] == REFUSED["printed.pdf"][1]
    assert files["week 1.csv"]["new"] == 2
    assert start_once(root)[0] == 0


HELD = {
    ("000123", TUESDAY, "AM", "Q9"): "Row 3: Code “Q9” is not in the code table of England. "
    "Correct the register, or add the code to the office's own codes. Or say once which code it "
    'is: rollbook import settle --set "code.Q9=…"',
    ("000999", TUESDAY, "AM", "/"): "Row 4: no student has the id “000999”. Drop the roster that "
    "has this student; the mark is posted then.",
    ("000124", "2029-11-05", "AM", "/"): "Row 5: 05 November 2029 is outside the school year, not "
    "a school day. Check the date; if school was held, put the day into calendar.toml.",
    ("000124", "2026-11-08", "AM", "/"): "Row 6: 08 November 2026 is a Sunday, not a school day. "
    "Check the date; if school was held, put the day into calendar.toml.",
    ("000124", "31/02/2026", "AM", "/"): "Row 7 has “31/02/2026” in column “Date”, which is not a "
    "date that exists. It was not posted. Correct the row and drop the file again.",
    ("000124", TUESDAY): "Row 8 ends before its code; it may have been cut off. It was not "
    "posted. Correct the row and drop the file again.",
    ("Printed by A. Clerk", TUESDAY, "AM", "/"): "Row 9 has “Printed by A. Clerk” where the "
    "student id should be. It was not posted. Correct the row and drop the file again.",
}  # fmt: skip


def test_rows_that_cannot_be_posted_are_held_with_a_sentence_each(root: Path) -> None:
    drop(root, "week 1.csv", marks(SOUND[0], *HELD, SOUND[1]))
    done = once(opened(root))
    [posted] = [outcome for outcome in done.outcomes if outcome.file == "week 1.csv"]
    assert (posted.posting.new, posted.posting.held) == (2, len(HELD))
    *held, to_mend = slip(posted.filed, ".held.txt")[2:]
    assert held == list(HELD.values())
    assert to_mend.startswith("To mend them here: put them right in “week 1 held.xlsx”")
    assert register(opened(root)) == SOUND


def test_a_file_taken_back_after_its_correction_is_posted(root: Path) -> None:
    drop(root, "week 1.csv", SHIFTED)
    once(opened(root))
    drop(root, "week 1.csv", marks(*SOUND))
    once(opened(root))
    assert register(opened(root)) == SOUND
    drop(root, "week 1.csv", SHIFTED.replace("AM", "PM"))
    [again] = once(opened(root)).outcomes
    assert again.filed.name == "week 1 (2).csv"
    assert "“week 1 (2).csv” has no readable date" in slip(again.filed)[1]


@pytest.mark.parametrize(
    "name",
    [
        "week 1 (3).csv",
        "Copy of week 1 - Final & “best”, 50 % #1.csv",
        "semaine été — 第一週.csv",
        "مدرسة.csv",
        "no ending",
        "two.dots..csv",
        "%TEMP%$(date);'.csv",
        "WEEK 1.CSV",
        "[red]week[end].csv",
        "con.csv",
        "-once.csv",
        "week\n1\t.csv",
        "x" * 250 + ".csv",
        "第" * 80 + ".csv",
    ],
)
def test_any_name_is_taken(root: Path, name: str) -> None:
    drop(root, name, marks(*SOUND))
    drop(root, name[:-5] + "2.pdf", REFUSED["printed.pdf"][0])
    done = once(opened(root))
    assert register(opened(root)) == SOUND
    assert sorted(outcome.result for outcome in done.outcomes) == ["posted", "posted", "refused"]
    assert all(outcome.filed.name.isprintable() for outcome in done.outcomes)
    assert len(everything(root)) == 4  # the three, and a slip


def test_a_name_of_bytes_that_are_no_unicode_is_made_legible(root: Path) -> None:
    folder = str(root / "drop").encode()
    try:
        Path((folder + b"/M\xfcller.csv").decode("utf-8", "surrogateescape")).write_text(
            marks(*SOUND), encoding="utf-8"
        )
    except OSError:
        pytest.skip("this disk has only Unicode names")
    status, said = start_once(root)
    assert (status, {one["file"] for one in said["files"]}) == (0, {"pupils.csv", "Müller.csv"})
    assert register(opened(root)) == SOUND


def test_the_same_bytes_under_another_name_are_posted_once(root: Path) -> None:
    drop(root, "week 1.csv", marks(*SOUND))
    drop(root, "week 1 (3).csv", marks(*SOUND))
    done = once(opened(root))
    assert [outcome.result for outcome in done.outcomes if outcome.file != "pupils.csv"] == [
        Result.POSTED,
        Result.DUPLICATE,
    ]
    assert register(opened(root)) == SOUND
    assert [name for name in everything(root) if "week" in name] == [
        f"posted/{done.outcomes[0].filed.parent.name}/{name}"
        for name in ("week 1 (3).csv", "week 1.csv")
    ]


ORDERS: list[Callable[[Path], list[tuple[str, str]]]] = [
    lambda root: [("a absences.csv", marks(*SOUND)), ("b pupils.csv", PUPILS)],
    lambda root: [("a pupils.csv", PUPILS), ("b absences.csv", marks(*SOUND))],
]


@pytest.mark.parametrize("order", ORDERS)
def test_a_register_waits_for_the_roster_of_the_same_round(
    tmp_path: Path, order: Callable[[Path], list[tuple[str, str]]]
) -> None:
    root = office_folder(tmp_path / "new")
    for name, content in order(root):
        drop(root, name, content.replace(f"000124,{MONDAY}", f"000777,{MONDAY}"))
    once(opened(root))
    assert register(opened(root)) == SOUND[:1]  # nobody is put on roll by a register


def test_a_register_refused_for_want_of_a_roster_is_posted_when_it_comes_later(root: Path) -> None:
    once(opened(root))
    late = marks(("000321", MONDAY, "AM", "/"))
    drop(root, "new class.csv", late)
    [outcome] = once(opened(root)).outcomes
    assert outcome.result is Result.REFUSED
    assert once(opened(root)).outcomes == []
    drop(root, "more pupils.csv", PUPILS + "000321,Zhou,Q,9\n")
    results = {outcome.file: outcome.result for outcome in once(opened(root)).outcomes}
    assert results == {"more pupils.csv": Result.POSTED, "new class.csv": Result.POSTED}
    assert register(opened(root)) == [("000321", MONDAY, "AM", "/")]
    assert not list((root / "refused").iterdir())
