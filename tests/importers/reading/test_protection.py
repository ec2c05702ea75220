"""Words in columns of protection and permission: the mistake that reaches a family is not made."""

from pathlib import Path

import pytest

from rollbook.importers import extract
from rollbook.importers.contract import Extract, Profile
from rollbook.importers.reading.guardians import permits, protects
from rollbook.importers.upload import Upload

PUPIL = "Admission No,Surname,Forename,Year Group,Contact 1 Name,Contact 1 Street"
STUDENT = "Campus ID,Student ID,Last Name,First Name,Entry Date,Guardian Name,Guardian Address"
CONTACT = "STU.ID,CON.NM,CON.AD,CON.LW"
ROWS = {
    PUPIL: "003001,Ng,Q,7,Lu Ng,1 Elm St",
    STUDENT: "001,004233,Ng,Q,08/12/2026,Lu Ng,1 Elm St",
    CONTACT: "000501,Lu Ng,1 Elm St,Y",
}


def read(folder: Path, headers: str, column: str, *said: str) -> Extract:
    path = folder / "roster.csv"
    rows = "".join(f'{ROWS[headers]},"{words}"\n' for words in said)
    path.write_text(f"{headers},{column}\n{rows}", "utf-8")
    return extract(Upload(path), Profile())


@pytest.mark.parametrize(
    "said",
    ["Yes", "y", "1", "X", "R", "Yes - no contact", "No contact per order 2025",
     "Prohibited Steps Order", "CP Plan 03/2026", "Foster (LA)", "pending"],
)  # fmt: skip
def test_any_words_in_a_column_of_protection_protect(said: str) -> None:
    assert protects(said)


@pytest.mark.parametrize("said", ["", " ", "No", "n", "0", "FALSE", "None", "-", "N/A", "nil"])
def test_a_plain_nothing_does_not(said: str) -> None:
    assert not protects(said)


@pytest.mark.parametrize("said", ["", "Yes", "Y", "1", "true"])
def test_a_blank_or_a_clear_yes_permits(said: str) -> None:
    assert permits(said)


@pytest.mark.parametrize("said", ["No", "None", "0", "ask the head first", "N/A", "father only"])
def test_anything_else_does_not_permit(said: str) -> None:
    assert not permits(said)


@pytest.mark.parametrize(
    ("headers", "column", "said"),
    [
        (PUPIL, "Contact 1 Court Order", "Yes - no contact"),
        (PUPIL, "Court Order", "R"),
        (PUPIL, "Contact 1 Court Order", "Prohibited Steps Order"),
        (PUPIL, "Contact 1 Restricted", "see file"),
        (STUDENT, "Court Order", "No contact per order 2025"),
        (STUDENT, "Guardian Court Order Flag", "R"),
        (CONTACT, "CON.CD", "R"),
        (CONTACT, "CON.CD", "No contact"),
        (CONTACT, "CON.CD", "Court order 2025"),
    ],
)
def test_court_order_in_words_bars_the_adult(
    headers: str, column: str, said: str, tmp_path: Path
) -> None:
    assert [one.court_order for one in read(tmp_path, headers, column, said).guardians] == [True]


@pytest.mark.parametrize(("headers", "column"), [(PUPIL, "Court Order"), (CONTACT, "CON.CD")])
@pytest.mark.parametrize("said", ["", "No", "N/A", "none"])
def test_no_court_order_bars_nobody(headers: str, column: str, said: str, tmp_path: Path) -> None:
    assert [one.court_order for one in read(tmp_path, headers, column, said).guardians] == [False]


def test_flag_set_beside_a_court_order_column_that_says_no_counts(tmp_path: Path) -> None:
    found = read(tmp_path, PUPIL, "Contact 1 Court Order,Contact 1 Restricted", 'No","R').guardians
    assert [one.court_order for one in found] == [True]


@pytest.mark.parametrize(
    ("column", "said", "flag"),
    [
        ("Safeguarding", "CP Plan 03/2026", "safeguarding"),
        ("Looked After", "Foster (LA)", "looked-after"),
        ("Bereavement", "Father, May", "bereavement"),
        ("Medical Plan", "IHP", "medical-plan"),
        ("No Letters", "ring first", "no-letters"),
    ],
)
def test_words_set_the_flag_of_the_student(
    column: str, said: str, flag: str, tmp_path: Path
) -> None:
    assert [one.flags for one in read(tmp_path, PUPIL, column, said).students] == [{flag}]


def test_one_row_of_several_sets_the_flag_of_the_student(tmp_path: Path) -> None:
    found = read(tmp_path, PUPIL, "Safeguarding", "", "CP Plan 03/2026", "").students
    assert [one.flags for one in found] == [{"safeguarding"}]


PERMISSION_COLUMNS = [
    (PUPIL, "Contact 1 Parental Responsibility"),
    (PUPIL, "Contact 1 Receives Letters"),
    (STUDENT, "Mail Tag"),
    (CONTACT, "CON.AN"),
]


@pytest.mark.parametrize(("headers", "column"), PERMISSION_COLUMNS)
@pytest.mark.parametrize(
    ("said", "letters", "noted"),
    [
        ("", True, []),
        ("Yes", True, []),
        ("No", False, []),
        ("None", False, []),
        ("Father only", False, ["Father only"]),
    ],
)
def test_only_a_blank_or_a_clear_yes_lets_letters_go(
    headers: str, column: str, said: str, letters: bool, noted: list[str], tmp_path: Path
) -> None:
    found = read(tmp_path, headers, column, said)
    assert [one.gets_letters for one in found.guardians] == [letters]
    assert [problem.value for problem in found.problems] == noted


def test_unclear_permission_is_noted_once_with_what_was_done(tmp_path: Path) -> None:
    found = read(tmp_path, PUPIL, "Receives Letters", "ask", "ask", "ask")
    assert [str(problem) for problem in found.problems] == [
        "roster.csv, row 2, column Receives Letters: Row 2 has “ask” in column “Receives Letters”, "
        "as 2 more rows have. It is neither a plain yes nor a plain no, so it was taken as no and "
        "lets no letters go. If these contacts are to get letters, write Yes there and drop the "
        "file again."
    ]
