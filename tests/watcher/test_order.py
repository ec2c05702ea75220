"""The order of a round: students, then their contacts, then their marks; nothing is lost."""

from pathlib import Path

import pytest

from rollbook.ledger import people
from rollbook.ledger import postings as book
from tests.dropping import drop, everything, office_folder, opened, register, slip
from watcher.intake import Result
from watcher.rounds import Round, once

CONTACTS = """\
STU.ID,CON.OR,CON.NM,CON.RL,CON.AD,CON.CY,CON.ST,CON.ZC,CON.CD,CON.AN
000501,1,Mai Lê,Mother,2 Bay St,Arroyo,CA,93998,,Y
000502,1,Bo Reyes,Father,3 Bay St,Arroyo,CA,93998,,Y
"""
STUDENTS = "STU.SC,STU.ID,STU.LN,STU.FN,STU.BD,STU.GR\n"
LAN = "001,000501,Lê,Lan,02/03/2012,9\n"
EVA = "001,000502,Reyes,Eva,12/31/2011,9\n"
MARKS = "Student ID,Date,Session,Code\n000501,2026-11-02,P2,U\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return office_folder(tmp_path / "office", "us-ca")


def round_of(root: Path, **files: str) -> Round:
    for name, content in files.items():
        drop(root, f"{name}.csv", content)
    return once(opened(root))


def guardians(root: Path) -> dict[str, list[str]]:
    with opened(root).ledger.read() as connection:
        found = people.guardians(connection)
    return {student_id: [one.name for one in some] for student_id, some in found.items()}


def held(root: Path) -> list[str]:
    with opened(root).ledger.read() as connection:
        return [row["slug"] for row in book.held_rows(connection)]


def test_students_come_before_contacts_and_marks_whatever_the_names_of_the_files(
    root: Path,
) -> None:
    done = round_of(root, ABS=MARKS, CON=CONTACTS, STU=STUDENTS + LAN + EVA)
    assert [one.file for one in done.outcomes] == ["STU.csv", "CON.csv", "ABS.csv"]
    assert {one.result for one in done.outcomes} == {Result.POSTED}
    assert [one.contacts for one in done.outcomes] == [0, 2, 0]
    assert guardians(root) == {"000501": ["Mai Lê"], "000502": ["Bo Reyes"]}
    assert register(opened(root)) == [("000501", "2026-11-02", "P2", "U")]


def test_contacts_of_nobody_known_wait_for_the_roster(root: Path) -> None:
    done = round_of(root, CON=CONTACTS)
    assert [problem.slug for one in done.outcomes for problem in one.problems] == ["nobody-known"]
    done = round_of(root, STU=STUDENTS + LAN + EVA)
    assert [one.file for one in done.outcomes] == ["STU.csv", "CON.csv"]
    assert guardians(root) == {"000501": ["Mai Lê"], "000502": ["Bo Reyes"]}
    assert not [name for name in everything(root) if name.startswith(("received", "refused"))]


def test_contacts_of_one_unknown_student_are_held_and_entered_when_she_is_known(
    root: Path,
) -> None:
    done = round_of(root, CON=CONTACTS, STU=STUDENTS + LAN)
    assert guardians(root) == {"000501": ["Mai Lê"]}
    assert held(root) == ["contact-of-unknown-student"]
    [posted] = [one for one in done.outcomes if one.file == "CON.csv"]
    assert "Bo Reyes is a contact of student “000502”" in slip(posted.filed, ".held.txt")[-1]
    done = round_of(root, STU=STUDENTS + LAN + EVA)
    assert done.released is not None and done.released.released == 1
    assert guardians(root) == {"000501": ["Mai Lê"], "000502": ["Bo Reyes"]}
    assert held(root) == []


def test_of_contacts_held_twice_the_newer_file_counts(root: Path) -> None:
    round_of(root, CON=CONTACTS, STU=STUDENTS + LAN)
    round_of(root, CON=CONTACTS.replace("Bo Reyes", "Ines Reyes"))
    assert held(root) == ["contact-of-unknown-student"]
    round_of(root, STU=STUDENTS + LAN + EVA)
    assert guardians(root)["000502"] == ["Ines Reyes"]


def test_a_letter_is_held_with_the_name_of_the_contact_marked_to_get_none(root: Path) -> None:
    days = "\n".join(f"000501,2026-11-{day:02d},DAY,U" for day in (2, 3, 4, 5, 6, 9))
    unwanted = CONTACTS.replace("93998,,Y", "93998,,N")
    absences = f"Student ID,Date,Session,Code\n{days}\n"
    done = round_of(root, ABS=absences, CON=unwanted, STU=STUDENTS + LAN + EVA)
    reasons = {reason for due in done.followed.held_letters for reason in due.reasons}
    assert "no guardian may have letters: Mai Lê (marked in the contacts to get no letters)" in (
        reasons
    )


def test_an_older_file_dropped_again_after_a_newer_one_is_posted_and_a_third_time_not(
    root: Path,
) -> None:
    newer = MARKS.replace(",U", ",E")
    round_of(root, STU=STUDENTS + LAN, ABS=MARKS)
    round_of(root, ABS=newer)
    results = []
    for _ in range(2):
        done = round_of(root, ABS=MARKS)
        results += [one.result for one in done.outcomes]
        assert register(opened(root)) == [("000501", "2026-11-02", "P2", "U")]
    assert results == [Result.POSTED, Result.DUPLICATE]
