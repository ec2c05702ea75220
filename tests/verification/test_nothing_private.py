"""No document and no log holds a number of a person, a reason, or another child.

What an office knows of a student is planted wherever it could come from: the roster's further
facts, flags, comments of marks, notes of the log, reasons for care, and the words of the request.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from rollbook.documents import text_of
from rollbook.ledger import care, schema
from rollbook.office import Office, open_office, save_settings
from rollbook.register import (
    SSA_PAGES_KEPT,
    Action,
    Enrolment,
    Guardian,
    HoldBack,
    Student,
)
from rollbook.standing import read_standing
from rollbook.verification import ENROLMENT_EXTRAS, KINDS
from rollbook.verification.issue import Answer, Asked, issue
from tests.offices import NOW, marks, post_extract, roster, small_office

SECRETS = (
    "123-45-6789",
    "QQ123456C",
    "asylum",
    "autism",
    "suspended",
    "asthma",
    "foster care",
    "Zebedee",
)
"""A Social Security number, a National Insurance number, reasons of five kinds, another child."""

ZEBEDEE = Student("009999", "Quist", "Zebedee", birth_date=date(2012, 5, 5), grade="9")
ANA = Student(
    "004123",
    "O'Neil & Peña",
    "Ana",
    state_id="7001234567",
    birth_date=date(2010, 3, 14),
    grade="11",
    flags=frozenset({"medical-plan", "safeguarding", "looked-after", "foster-care"}),
    facts={
        "expected_graduation": "2027-05-28",
        "ssn": SECRETS[0],
        "national_insurance": SECRETS[1],
        "immigration_status": SECRETS[2],
        "disability": SECRETS[3],
        "discipline": SECRETS[4],
        "health": SECRETS[5],
        "placement": SECRETS[6],
        "siblings": "Zebedee Quist",
        "school_type": SECRETS[4],  # a column that some export heads like a fact of ours
        "home_address": SECRETS[2],
        "page_2_correct": "no",
        "page_2_differs": SECRETS[3],
        "condition": SECRETS[5],
        "semester": SECRETS[5],
        "leave": SECRETS[5],
        "purpose": SECRETS[5],
        "course_weeks": SECRETS[0],
        "statement": SECRETS[2],
    },
)
SAID = {
    "credit_in_all": "yes",
    "requirement_met": "no",
    "days_possible": "47",
    "days_absent": "12",
    "course_weeks": "36",
    "expected_graduation": "2027-05-28",
    "non_advanced": "yes",
    "course_ends": "2027-06-25",
    "travel_from": "2026-12-17",
    "travel_to": "2026-12-18",
    "leave_granted": "yes",
}
EXTRAS = frozenset(ENROLMENT_EXTRAS)
PLACES = [(kind.slug, place) for kind in KINDS.values() for place in kind.jurisdictions]


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Office]]:
    found = {place: _office(tmp_path_factory.mktemp(place), place) for _, place in PLACES}
    yield found
    for office in found.values():
        office.ledger.close()


@pytest.fixture(autouse=True)
def _word_files_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rollbook.verification.issue.converter", lambda: None)


def _office(root: Path, jurisdiction: str) -> Office:
    small_office(root, jurisdiction).ledger.close()
    facts = {"hours_per_week": "35", "operating_basis": "yearly", "correspondence": "no"}
    save_settings(root, {"verification": facts})
    office = open_office(root)
    home = Guardian("004123", "Rosa Peña", "Mother", "12 Mill Lane", "Marlbeck")
    other = Guardian("009999", "Rosa Peña", "Mother", "12 Mill Lane", "Marlbeck")
    stretches = [Enrolment(one, date(2026, 9, 1)) for one in ("004123", "009999")]
    post_extract(office, roster([ANA, ZEBEDEE], [home, other], stretches), "roster")
    part, symbol = ("AM", "I") if jurisdiction == "gb-eng" else ("P2", "U")
    week = marks([("004123", f"2026-11-{day:02d}", part, symbol) for day in (2, 6)], negative=True)
    told = "asthma; suspended; autism; asylum"
    frame = week.marks.assign(comment=pd.Series([told] * 2).astype("category"))
    post_extract(office, replace(week, marks=frame), "week")
    with office.ledger.write() as connection:
        said = "; ".join(SECRETS)
        care.save_action(connection, Action("004123", date(2026, 9, 14), SSA_PAGES_KEPT, note=said))
        care.save_action(connection, Action("004123", date(2026, 9, 15), "call", note=said))
        care.save_hold_back(
            connection, HoldBack("004123", "bereavement", date(2026, 9, 1), note=said), "2026-09-01"
        )
    return office


def _ask(office: Office, kind: str, **change: object) -> Answer:
    asked = Asked(kind, "004123", "Benefits", "parent", extras=EXTRAS, said=SAID)
    return issue(office, read_standing(office), replace(asked, **change), NOW)  # type: ignore[arg-type]


def _log(office: Office) -> str:
    """All that the release log and the log of its steps hold."""
    with office.ledger.read() as connection:
        tables = (schema.verification, schema.release_event)
        rows = [row for table in tables for row in connection.execute(sa.select(table))]
    return repr(rows)


def _told(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret.casefold() in text.casefold()]


@pytest.mark.parametrize(("kind", "place"), PLACES)
def test_what_the_office_knows_beside_stands_in_no_document_and_no_log(
    offices: dict[str, Office], kind: str, place: str
) -> None:
    answer = _ask(offices[place], kind)
    assert answer.issued, answer.sentence
    assert _told(text_of(answer.files[0].read_bytes())) == []
    assert _told(_log(offices[place])) == []
    assert _told(str(answer.as_json() | {"files": []})) == []


@pytest.mark.parametrize(("kind", "place"), PLACES)
def test_a_request_whose_words_tell_one_is_refused_and_not_logged(
    offices: dict[str, Office], kind: str, place: str
) -> None:
    before = _log(offices[place])
    standing = read_standing(offices[place])
    for secret in [*SECRETS[:-1], "Zebedee Quist", "zebedee  QUIST"]:
        asked = Asked(kind, "004123", f"Benefits ({secret})", "parent", said=SAID)
        answer = issue(offices[place], standing, asked, NOW)
        assert not answer.issued
        assert "Take" in answer.sentence or "without that word" in answer.sentence
    assert _log(offices[place]) == before


@pytest.mark.parametrize(
    "change",
    [
        {"requested_by": "claim 123-45-6789"},
        {"released_to": "Office, ref QQ 12 34 56 C"},
        {"consent": "signed by mother 2026-11-10, asthma"},
        {"said": SAID | {"home_address": "12 Mill Lane 123 45 6789"}},
        {"said": SAID | {"page_2_correct": "no", "page_2_differs": "the disability box"}},
        {"said": SAID | {"column_of_a_list": "123-45-6789"}},
    ],
)
@pytest.mark.parametrize("kind", ["social-security", "replacement-card"])
def test_numbers_and_reasons_are_refused_wherever_a_clerk_may_type(
    offices: dict[str, Office], kind: str, change: dict[str, object]
) -> None:
    before = _log(offices["us-tx"])
    answer = _ask(offices["us-tx"], kind, **change)
    assert not answer.issued and _told(answer.sentence) in ([], ["asthma"])
    assert _log(offices["us-tx"]) == before


def test_an_address_of_the_contact_list_that_holds_a_number_stops_the_document(
    tmp_path: Path,
) -> None:
    office = _office(tmp_path, "us-tx")
    home = Guardian("004123", "Rosa Peña", "Mother", "12 Mill Lane (123-45-6789)", "Marlbeck")
    post_extract(office, roster([ANA], [home], [Enrolment("004123", date(2026, 9, 1))]), "roster 2")
    answer = _ask(office, "replacement-card")
    assert not answer.issued and "“Home address”" in answer.sentence
    assert _told(_log(office)) == []
