"""Exactly one importer reads a file; a stranger's failure is named and never takes others down."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from rollbook import importers
from rollbook.importers.contract import Extract, Importer, Profile
from rollbook.importers.upload import Upload
from rollbook.problems import RefusedFile, hold
from tests.dropping import absences

README = Path(importers.__file__).with_name("README.md")


def importer(
    name: str,
    identify: Callable[[Upload], bool] = lambda upload: True,
    extract: Callable[[Upload, Profile], Extract] = lambda upload, profile: Extract("x"),
) -> Importer:
    made: Any = SimpleNamespace(
        NAME=name, TITLE=name.title(), HEADERS=("Id",), identify=identify, extract=extract
    )
    return cast(Importer, made)


def fails(*_given: object) -> Any:
    raise KeyError("Ana Vázquez")


@pytest.fixture
def upload(tmp_path: Path) -> Upload:
    path = tmp_path / "register.csv"
    path.write_text("Id,Shoe size\n1,7\n", "utf-8")
    return Upload(path)


def test_every_module_of_the_folder_with_the_fixed_names_is_an_importer() -> None:
    assert [one.NAME for one in importers.all_importers()] == [
        "aeries-att",
        "aeries-con",
        "aeries-stu",
        "arbor-marks",
        "ascender-absences",
        "ascender-roster",
        "bromcom-marks",
        "calpads-stas",
        "clever-attendance",
        "contact-list",
        "change-form",
        "ctf-marks",
        "dfe-summary",
        "edfi-attendance",
        "excuse-notes",
        "focus-attendance",
        "register-grid",
        "infinite-campus-attendance",
        "mark-list",
        "mended-rows",
        "oneroster-users",
        "powerschool-attendance",
        "pupil-list",
        "q-attendance",
        "request-list",
        "sims-analysis",
        "skyward-absences",
        "staff-list",
        "student-list",
        "summary-list",
        "synergy-attendance",
        "tsds-reporting-period",
        "veracross-events",
    ]


def test_every_importer_is_in_the_readme() -> None:
    text = README.read_text("utf-8")
    missing = [one.NAME for one in importers.all_importers() if f"`{one.NAME}`" not in text]
    assert missing == []


def test_two_importers_are_refused_naming_both(upload: Upload) -> None:
    with pytest.raises(RefusedFile, match="“First” and “Second”"):
        importers.identify(upload, [importer("first"), importer("second")])


def test_importer_failing_to_identify_leaves_the_others_their_turn(upload: Upload) -> None:
    good = importer("good")
    assert importers.identify(upload, [importer("bad", identify=fails), good]) is good


def test_importer_failing_to_identify_is_named_when_nobody_knows_the_file(upload: Upload) -> None:
    with pytest.raises(RefusedFile, match="These importers failed on it: Bad"):
        importers.identify(upload, [importer("bad", identify=fails)])


def test_importer_failing_to_read_is_named_without_the_childrens_data(upload: Upload) -> None:
    with pytest.raises(
        RefusedFile, match="importer “Bad” .KeyError in test_identify.py"
    ) as refused:
        importers.extract(upload, Profile(), importer("bad", extract=fails))
    assert "Vázquez" not in str(refused.value)


def test_locked_file_is_not_the_importers_fault(upload: Upload) -> None:
    def locked(upload: Upload, profile: Profile) -> Extract:
        raise PermissionError(13, "in use")

    with pytest.raises(PermissionError):
        importers.extract(upload, Profile(), importer("good", extract=locked))


def test_problems_carry_the_name_of_the_file(upload: Upload) -> None:
    found = Extract("x", problems=[hold("slug", "Row 2 has no id.")])
    extracted = importers.extract(
        upload, Profile(), importer("good", extract=lambda upload, profile: found)
    )
    assert str(extracted.problems[0]) == "register.csv: Row 2 has no id."


def test_encoding_of_the_profile_is_used(tmp_path: Path) -> None:
    path = tmp_path / "marks.csv"
    path.write_bytes("ID,Name,Date,Code\n1,Niedźwiecki,2026-09-01,/\n".encode("cp1250"))
    extracted = importers.extract(Upload(path), Profile(encoding="cp1250"))
    assert extracted.students[0].family_name == "Niedźwiecki"


def test_an_unknown_file_shows_its_headers_and_not_its_children(tmp_path: Path) -> None:
    path = tmp_path / "clubs.csv"
    path.write_text("Pupil;Club\nAna Vázquez;Chess;Tue 3\nBo Reyes;Judo;Wed 4\n", "utf-8")
    with pytest.raises(RefusedFile) as refused:
        importers.identify(Upload(path))
    assert "Its headers are: Pupil, Club." in str(refused.value)
    assert "Reyes" not in str(refused.value)


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        ("Student ID,Date,Code", "mark-list"),
        ("Student ID,Last Name,First Name,Grade", "student-list"),
        ("Student ID,Document,Purpose", "request-list"),
    ],
)
def test_headers_a_refused_file_is_told_to_use_are_known(
    tmp_path: Path, headers: str, name: str
) -> None:
    (tmp_path / "list.csv").write_text(f"{headers}\n7,2026-11-02,/,9\n", encoding="utf-8")
    assert importers.identify(Upload(tmp_path / "list.csv")).NAME == name


@pytest.mark.parametrize(
    "title", ["Focus Academy", "Oak & Ash School: SIS numbers", "Skyward Bound"]
)
def test_a_name_that_only_sounds_like_a_system_makes_no_list_of_events(
    tmp_path: Path, title: str
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"{title}\nStudent ID,Date,Code\n7,2026-11-02,U\n", encoding="utf-8")
    assert importers.identify(Upload(path)).NAME == "mark-list"


def test_the_headers_that_are_compared_are_never_a_row_of_a_child(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    header = "Student ID,Name," + ",".join(f"{day} Nov 2026" for day in range(2, 7))
    path.write_text(f"Register\n{header}\n000123,Gorsebank Silas,I,L,G,V,N\n", "utf-8")
    assert importers.extract(Upload(path), Profile()).columns == ("Student ID", "Name")


def test_a_file_without_headers_has_none_to_be_compared(tmp_path: Path) -> None:
    path = tmp_path / "absences.txt"
    path.write_text(absences(("000123", "2026-11-02", "02")), "utf-8")
    assert importers.extract(Upload(path), Profile()).columns == ()


@pytest.mark.parametrize("headers", ["20/11/2026 AM,20/11/2026 PM", "AM 20/11/2026,PM 20/11/2026"])
def test_a_grid_with_date_and_session_in_one_header_is_no_roster(
    tmp_path: Path, headers: str
) -> None:
    path = tmp_path / "today.csv"
    path.write_text(f"Adno,Surname,Forename,Reg,{headers}\n7,Ng,Bo,7B,/,O\n", encoding="utf-8")
    assert importers.identify(Upload(path)).NAME == "register-grid"
