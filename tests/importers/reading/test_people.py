"""Who gets letters is read with care from rosters that repeat themselves."""

from pathlib import Path

from rollbook.importers import extract
from rollbook.importers.contract import Profile
from rollbook.importers.upload import Upload
from rollbook.register import Guardian

HEADERS = (
    "Campus ID,Student ID,Last Name,First Name,Entry Date,Track,"
    "Guardian Name,Guardian Address,No Mail,Court Order\n"
)


def guardians(folder: Path, *rows: str) -> list[Guardian]:
    path = folder / "roster.csv"
    path.write_text(HEADERS + "".join(f"001,004233,Ng,Q,{row}\n" for row in rows), "utf-8")
    return list(extract(Upload(path), Profile()).guardians)


def test_guardian_repeated_for_each_enrolment_is_one(tmp_path: Path) -> None:
    found = guardians(
        tmp_path,
        "08/12/2026,01,Lu Ng,1 Elm St,0,0",
        "10/05/2026,02,Lu Ng,1 Elm St,0,0",
    )
    assert [(one.name, one.order) for one in found] == [("Lu Ng", 1)]


def test_court_order_counts_for_every_entry_of_the_adult(tmp_path: Path) -> None:
    found = guardians(
        tmp_path,
        "08/12/2026,01,Lu Ng,1 Elm St,0,0",
        '08/12/2026,01,"NG, LU",9 Oak St,0,1',
        "08/12/2026,01,Mo Ng,1 Elm St,0,0",
    )
    assert [(one.name, one.court_order) for one in found] == [
        ("Lu Ng", True),
        ("LU NG", True),
        ("Mo Ng", False),
    ]


def test_one_entry_without_letters_is_enough(tmp_path: Path) -> None:
    found = guardians(
        tmp_path,
        "08/12/2026,01,Lu Ng,1 Elm St,0,0",
        "10/05/2026,01,Lu Ng,1 Elm St,1,0",
    )
    assert [(one.name, one.gets_letters) for one in found] == [("Lu Ng", False)]
