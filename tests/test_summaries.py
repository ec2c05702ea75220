"""What posting does with a file that has totals and no marks."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from rollbook.importers.contract import Extract, Figures
from rollbook.ledger import marks as ledger_marks
from rollbook.ledger import postings as book
from rollbook.office import Office
from rollbook.problems import RefusedFile
from rollbook.register import Student
from tests.offices import marks, post_extract, roster, small_office

MONDAY = "2026-11-02"
ANA, BO = Student("000123", "O'Neil", "Ana"), Student("000124", "Ng", "Bo")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = small_office(tmp_path / "office")
    post_extract(office, roster([ANA, BO]), "roster")
    return office


def totals(*ids: tuple[str, str]) -> Extract:
    found = [Figures(own, {"absent": Fraction(3)}, "days", state_id=state) for own, state in ids]
    return Extract("test-summary", figures=found)


def test_a_summary_changes_nothing_in_the_register(office: Office) -> None:
    post_extract(office, marks([("000123", MONDAY, "AM", "N")]), "week 1")
    posting = post_extract(office, totals(("000124", "")), "summary")
    assert (posting.new, posting.amended, posting.held) == (0, 0, 0)
    with office.ledger.read() as connection:
        assert list(ledger_marks.current_register(connection)["symbol"]) == ["N"]
        assert book.coverage(connection, posting.id) == []


def test_a_summary_of_strangers_is_refused(office: Office) -> None:
    with pytest.raises(RefusedFile, match="nobody in this file is on the roster"):
        post_extract(office, totals(("9", ""), ("", "H999400115001")), "summary")


def test_a_summary_knows_students_by_the_id_of_the_state(office: Office) -> None:
    post_extract(office, roster([replace(ANA, state_id="H999400115001")]), "with UPN")
    assert post_extract(office, totals(("", "H999400115001"), ("", "H1")), "summary").id
