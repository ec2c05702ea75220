"""No roster takes away what protects a child unless it has a column for it: every roster, in turn.

Each is posted over an office that holds everything that protects, with the columns for it and
without them.
"""

from collections.abc import Sequence
from pathlib import Path

import pytest

from rollbook.importers import extract
from rollbook.importers.contract import Extract, Profile
from rollbook.importers.upload import Upload
from rollbook.ledger import people
from rollbook.office import Office
from rollbook.register import CARE, COURT_ORDER, GETS_LETTERS, Guardian, Student
from tests.offices import post_extract, roster, small_office

ALL_CARE = frozenset(CARE)
CARE_COLUMNS = "Looked After,Safeguarding,Medical Plan,Bereavement,No Letters"
NOTHING = ",,,,"
ROSTERS = {
    "student-list": ("Student ID,Last Name,First Name,Grade", "000123,O'Neil,Ana,7"),
    "pupil-list": ("Admission No,UPN,Surname,Forename,Reg Group", "000123,,O'Neil,Ana,7A"),
    "ascender-roster": (
        "Campus ID,Student ID,Last Name,First Name,Entry Date",
        "001,000123,O'Neil,Ana,08/12/2026",
    ),
    "aeries-stu": ("STU.ID,STU.LN,STU.FN,STU.GR", "000123,O'Neil,Ana,7"),
}
ONEROSTER = ("sourcedId,role,givenName,familyName", "000123,student,Ana,O'Neil")
CONTACTS = {
    "student-list": (
        "Student ID,Last Name,First Name,Grade,Guardian Name,Guardian City",
        "000123,O'Neil,Ana,7,Lee Ng,Alba",
    ),
    "aeries-con": ("STU.ID,CON.NM,CON.AD,CON.RL", "000123,Lee Ng,1 Elm St,Parent"),
}
TELLING = {
    "student-list": ("Guardian Court Order,Guardian Receives Letters", "No,Yes"),
    "aeries-con": ("CON.CD,CON.AN", "P,Y"),
}


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = small_office(tmp_path / "office")
    child = Student("000123", "O'Neil", "Ana", flags=ALL_CARE)
    adult = Guardian("000123", "Lee Ng", court_order=True, gets_letters=False)
    post_extract(office, roster([child], [adult]), "everything")
    return office


def read(folder: Path, headers: str, *rows: str) -> Extract:
    path = folder / "list.csv"
    path.write_text("\n".join((headers, *rows)) + "\n", "utf-8")
    return extract(Upload(path), Profile())


def flags(office: Office) -> frozenset[str]:
    with office.ledger.read() as connection:
        return people.students(connection)["000123"].flags


def adults(office: Office) -> Sequence[Guardian]:
    with office.ledger.read() as connection:
        return people.guardians(connection)["000123"]


@pytest.mark.parametrize("name", [*ROSTERS, "oneroster-users"])
def test_a_roster_without_columns_of_care_leaves_it(
    office: Office, tmp_path: Path, name: str
) -> None:
    headers, row = ROSTERS.get(name, ONEROSTER)
    found = read(tmp_path, headers, row)
    assert found.importer == name
    assert not found.tells
    post_extract(office, found, "list")
    assert flags(office) == ALL_CARE


@pytest.mark.parametrize("name", ROSTERS)
def test_a_roster_takes_away_only_what_it_has_a_column_for(
    office: Office, tmp_path: Path, name: str
) -> None:
    headers, row = ROSTERS[name]
    post_extract(office, read(tmp_path, f"{headers},Medical Plan", f"{row},"), "one column")
    assert flags(office) == ALL_CARE - {"medical-plan"}
    post_extract(office, read(tmp_path, f"{headers},{CARE_COLUMNS}", f"{row},{NOTHING}"), "all")
    assert flags(office) == frozenset()


def test_what_a_roster_without_columns_of_care_could_not_say_is_added_later(
    office: Office, tmp_path: Path
) -> None:
    post_extract(office, read(tmp_path, "Student ID,Name,Grade", "9,Ng Q,7"), "plain")
    post_extract(office, read(tmp_path, "Student ID,Name,Grade,Bereavement", "9,Ng Q,7,Y"), "care")
    with office.ledger.read() as connection:
        assert people.students(connection)["9"].flags == {"bereavement"}


@pytest.mark.parametrize("name", CONTACTS)
def test_contacts_without_columns_for_it_leave_court_orders_and_who_gets_letters(
    office: Office, tmp_path: Path, name: str
) -> None:
    headers, row = CONTACTS[name]
    found = read(tmp_path, headers, row)
    assert found.importer == name
    assert not found.tells & {COURT_ORDER, GETS_LETTERS}
    post_extract(office, found, "contacts")
    assert [(one.court_order, one.gets_letters) for one in adults(office)] == [(True, False)]


@pytest.mark.parametrize("name", CONTACTS)
def test_contacts_with_columns_for_it_say_who_may_have_letters(
    office: Office, tmp_path: Path, name: str
) -> None:
    pairs = zip(CONTACTS[name], TELLING[name], strict=True)
    headers, row = (",".join(both) for both in pairs)
    found = read(tmp_path, headers, row)
    assert {COURT_ORDER, GETS_LETTERS} <= found.tells
    post_extract(office, found, "contacts")
    assert [(one.court_order, one.gets_letters) for one in adults(office)] == [(False, True)]


def test_a_column_for_one_contact_of_two_is_no_place_for_both(tmp_path: Path) -> None:
    headers = "Student ID,Last Name,First Name,Grade,Contact 1 Name,Contact 2 Name"
    found = read(tmp_path, f"{headers},Contact 1 Court Order", "1,O'Neil,Ana,7,Lee Ng,Bo Ng,")
    assert not found.tells
    both = f"{headers},Contact 1 Court Order,Contact 2 Court Order"
    assert read(tmp_path, both, "1,O'Neil,Ana,7,Lee Ng,Bo Ng,,").tells == {COURT_ORDER}
