"""Lists of staff: who signs for a campus, whom its families call, whose form is whose."""

from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from rollbook.cli import app
from rollbook.ledger import letters as letter_book
from rollbook.ledger import postings as book
from rollbook.ledger import releases
from rollbook.letters.lacking import settings_lacking
from rollbook.office import save_settings
from rollbook.office.staff import NO_STAFF, Staff
from rollbook.posting.undo import undo
from rollbook.problems import NotAllowed
from rollbook.register import StaffMember
from rollbook.standing import read_standing
from tests.dropping import STUDENTS, absences, drop, office_folder, opened, run_once

ANA, BO = "000123", "000124"
HEADS = "Campus,Name,Job title,Homeroom,E-mail,Telephone,Hours,Signs letters,Answers families"
DELIA = "001,Delia Wainhurst,Principal,,,555-0181,,yes,"
TOBIAS = "001,Tobias Ferrant,Attendance clerk,,tf@oak.example,,7:30 to 4,,yes"
MARTA = "041,Marta Ode,Principal,9B,mo@oak.example,555-0182,,yes,yes"
DISTRICT = ",Horace Quill,Director,,,555-0100,,yes,yes"
DAYS = ("2026-10-05", "2026-10-06", "2026-10-07", "2026-10-08")


@pytest.fixture
def district(tmp_path: Path) -> Path:
    """A district in Texas: Ana is of campus 001, Bo of campus 041; Lena Roe signs for all."""
    root = office_folder(tmp_path / "a district", "us-tx")
    own = {"signatory": {"name": "Lena Roe", "title": "Director"}, "contact": {"name": "Pat Sy"}}
    save_settings(root, own | {"school": {"phone": "555-0199"}})
    drop(root, "students.csv", STUDENTS)
    run_once(root)
    return root


def listed(root: Path, *rows: str, name: str = "staff.csv") -> list[str]:
    """Drop a list of staff; return what is said about it."""
    drop(root, name, "\n".join([HEADS, *rows, ""]))
    [told] = run_once(root)[1]["files"]
    return [one["message"] for one in told["problems"]]


def signing(root: Path) -> list[str]:
    """Who signs for campus 001, for 041, and for another."""
    office = opened(root)
    staff = read_standing(office).staff
    office.ledger.close()
    found = [staff.signatory(campus) for campus in ("001", "041", "555")]
    return [one.name if one else "" for one in found]


def undo_newest(root: Path) -> str:
    office = opened(root)
    with office.ledger.read() as connection:
        newest = book.postings(connection)[-1].id
    done = undo(office, newest, datetime(2026, 11, 20, 9), "the wrong list")
    office.ledger.close()
    return done.sentence


def test_letters_are_signed_by_who_signs_for_the_students_campus(district: Path) -> None:
    [said] = listed(district, DELIA, TOBIAS, MARTA)
    assert "3 members of staff" in said and "Marta Ode signs for 041" in said
    drop(district, "absences.txt", absences(*[(ANA, day, "02") for day in DAYS]))
    run_once(district)
    rows = [(BO, day, "02", "U", "041") for day in DAYS]
    drop(district, "absences 2.txt", absences(*rows))
    run_once(district)
    with opened(district).ledger.read() as connection:
        found = {one.student_id: one.fields for one in letter_book.letters(connection)}
    names = ("signatory_name", "signatory_title", "contact_name", "contact_phone", "contact_hours")
    assert [found[ANA][name] for name in names] == [
        *("Delia Wainhurst", "Principal", "Tobias Ferrant", "555-0199", "7:30 to 4")
    ]
    assert [found[BO][name] for name in names] == [
        *("Marta Ode", "Principal", "Marta Ode", "555-0182", "")
    ]


def test_a_list_takes_the_place_of_the_earlier_one_of_its_campuses(district: Path) -> None:
    assert signing(district) == ["", "", ""]
    listed(district, DELIA, MARTA, DISTRICT)
    assert signing(district) == ["Delia Wainhurst", "Marta Ode", "Horace Quill"]
    listed(district, MARTA.replace("Marta Ode", "Ira Bell"), name="of 041.csv")
    assert signing(district) == ["Delia Wainhurst", "Ira Bell", "Horace Quill"]
    assert "1 member of staff taken off; of each campus the newest list left" in undo_newest(
        district
    )
    assert signing(district) == ["Delia Wainhurst", "Marta Ode", "Horace Quill"]
    undo_newest_but(district, 1)
    assert signing(district) == ["", "", ""]


def undo_newest_but(root: Path, back: int) -> None:
    office = opened(root)
    with office.ledger.read() as connection:
        lists = [one.id for one in book.postings(connection) if one.importer == "staff-list"]
    undo(office, lists[-1 - back], datetime(2026, 11, 20, 9), "the wrong list")
    with pytest.raises(NotAllowed, match="taken back before"):
        undo(office, lists[-1 - back], datetime(2026, 11, 20, 9), "once more")
    office.ledger.close()


def test_an_earlier_list_dropped_again_counts_again(district: Path) -> None:
    listed(district, DELIA)
    listed(district, DELIA.replace("Delia", "Ada"))
    assert signing(district)[0] == "Ada Wainhurst"
    listed(district, DELIA, name="once more.csv")
    assert signing(district)[0] == "Delia Wainhurst"


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (DELIA.replace("Delia", "Ada"), "signs the letters of campus 001, as is Delia Wainhurst"),
        (MARTA.replace("041", "555"), "the roster has no such campus: it has 001, 041"),
        ("001,,Principal,,,,,yes,", "names nobody"),
        (TOBIAS.replace("yes", "perhaps"), "says “perhaps” in column “Answers families”"),
    ],
)
def test_who_cannot_be_entered_is_held_and_the_others_are(
    district: Path, row: str, says: str
) -> None:
    assert any(says in one for one in listed(district, DELIA, row))
    assert signing(district)[0] == "Delia Wainhurst"
    office = opened(district)
    with office.ledger.read() as connection:
        assert [one["slug"] for one in book.held_rows(connection)] == ["staff-unreadable"]


def test_a_campus_is_known_by_the_name_the_office_gives_it(district: Path) -> None:
    save_settings(district, {"campus": {"041": "Elm Street"}})
    listed(district, MARTA.replace("041", "Elm Street"))
    assert signing(district)[1] == "Marta Ode"


def test_what_letters_lack_is_not_asked_of_the_office_where_the_list_says_it(
    tmp_path: Path,
) -> None:
    root = office_folder(tmp_path / "an office", "us-tx")
    drop(root, "students.csv", STUDENTS)
    run_once(root)
    asked = ["contact.name", "contact.phone", "signatory.name"]
    assert settings_lacking(opened(root)) == ["school.address", *asked]
    listed(root, DELIA, TOBIAS.replace(",,7:30", ",555-0180,7:30"))
    assert settings_lacking(opened(root)) == ["school.address", *asked]  # nobody for 041
    listed(root, MARTA, name="of 041.csv")
    assert settings_lacking(opened(root)) == ["school.address"]


def test_a_form_has_the_tutor_of_its_campus() -> None:
    def tutor(name: str, campus: str, *forms: str) -> StaffMember:
        return StaffMember(name, campus=campus, forms=forms)

    staff = Staff(
        [tutor("A", "001", "9B", "9C"), tutor("B", "041", "9b"), tutor("C", "", "9D"),
         tutor("D", "", "9E"), tutor("E", "", "9E")]
    )  # fmt: skip

    def found(campus: str, form: str) -> str:
        one = staff.tutor(campus, form)
        return one.name if one else ""

    assert [found("001", "9B"), found("041", "9B"), found("001", "9D")] == ["A", "B", "C"]
    assert [found("041", "9E"), found("041", ""), found("041", "9C")] == ["", "", ""]


def test_a_school_of_one_campus_needs_no_campus_on_its_roster() -> None:
    one, other = (StaffMember(name, campus=name, signs=True) for name in ("001", "041"))
    assert Staff([one]).signatory("") is one
    assert Staff([one, other]).signatory("") is None
    assert NO_STAFF.signatory("001") is None


def test_the_template_starts_with_the_staff_on_record_and_can_be_dropped(district: Path) -> None:
    path = district / "list.xlsx"
    words = ["workbook", "new", "staff-list", "--to", str(path), "--office", str(district)]
    listed(district, DELIA)
    made = CliRunner().invoke(app, words)
    assert made.exit_code == 0, made.output
    workbook = load_workbook(path)
    sheet = workbook.worksheets[0]
    assert [cell.value for cell in sheet[5]][:3] == ["001", "Delia Wainhurst", "Principal"]
    sheet["B5"] = "Ada Roe"
    workbook.save(path)
    drop(district, "list.xlsx", path.read_bytes())
    run_once(district)
    assert signing(district)[0] == "Ada Roe"


def test_the_tutors_of_missing_registers_are_named(tmp_path: Path) -> None:
    root = office_folder(tmp_path / "a school")
    pupils = "Admission No,Legal Surname,Legal Forename,Year Group,Reg\n"
    drop(root, "pupils.csv", pupils + "1,Ng,Bo,9,9B\n2,Roe,Ana,9,9C\n")
    drop(root, "staff.csv", f"{HEADS}\n,Marta Ode,Tutor,9B,mo@oak.example,,,,\n")
    drop(root, "day.csv", "Student ID,Date,Session,Code\n2,2026-11-02,AM,/\n")
    run_once(root)
    words = ["report", "missing-registers", "--json", "--office", str(root)]
    told = CliRunner().invoke(app, words).output
    assert '"Tutor": "Marta Ode"' in told and '"E-mail": "mo@oak.example"' in told


def test_documents_are_signed_by_who_signs_for_the_students_campus(district: Path) -> None:
    listed(district, MARTA)
    save_settings(district, {"school": {"address": "1 Elm St", "phone": "555-0199"}})
    words = ["verify", "enrolment", "--student", BO, "--purpose", "Medicaid"]
    words += ["--requested-by", "parent", "--office", str(district)]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    with opened(district).ledger.read() as connection:
        [release] = releases.released(connection)
    fields = release.document.fields
    assert (fields["signatory_name"], fields["contact_name"]) == ("Marta Ode", "Marta Ode")
