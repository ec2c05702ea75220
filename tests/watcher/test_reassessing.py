"""After a posting only what can have changed is assessed again, and nothing is ever stale."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from rollbook.ledger import assessments, care
from rollbook.ledger import letters as letter_book
from rollbook.ledger.letters import State
from rollbook.letters import draft, step
from rollbook.office import Office, open_office, save_settings
from rollbook.register import Action, Enrolment, Guardian, Student
from rollbook.rules import Finding
from rollbook.standing import Standing, read_standing
from tests.offices import NOW, marks, post_extract, roster, small_office
from watcher.reassessing import brought_up_to_date, fingerprint, keep_findings

STUDENTS = [Student(f"{number:03}", f"Family{number}", "A", grade="9") for number in range(12)]
DAYS = [date(2026, 9, 7) + timedelta(days=day) for day in range(40) if day % 7 < 5]
PARTS = {"gb-eng": ("AM", "PM"), "us-tx": ("P1", "P2", "P3"), "us-ca": ("DAY",)}
CODES = {"gb-eng": "/OIUN", "us-tx": "PUET", "us-ca": "PUET"}


def school(root: Path, jurisdiction: str) -> Office:
    office = small_office(root / "office", jurisdiction)
    homes = [Guardian(one.student_id, "Rosa", "mother", "1 Elm", "X", "X", "1") for one in STUDENTS]
    stretches = [Enrolment(one.student_id, date(2026, 9, 1)) for one in STUDENTS]
    post_extract(office, roster(STUDENTS, homes, stretches), "roster")
    post_random(office, Random(1), STUDENTS, DAYS, "first")
    return office


def post_random(
    office: Office, chance: Random, students: Collection[Student], days: list[date], name: str
) -> None:
    """Post marks drawn at random: mostly present, some absent in every way."""
    jurisdiction = office.settings.jurisdiction
    codes, parts = CODES[jurisdiction], PARTS[jurisdiction]
    known = office.policy.codes_on(DAYS[0])
    usable = [code for code in codes if code in known]
    rows = [
        (student.student_id, day.isoformat(), part,
         usable[0] if chance.random() < 0.8 else chance.choice(usable[1:]))
        for student in students
        for day in days
        for part in parts
    ]  # fmt: skip
    post_extract(office, marks(rows), name, accept_drift=True)


def kept(office: Office) -> list[Finding]:
    with office.ledger.read() as connection:
        return assessments.kept_findings(connection)


def round_of(office: Office) -> Standing:
    """Do what a round does about flags."""
    standing = brought_up_to_date(office, read_standing(office))
    keep_findings(office, standing)
    return standing


def by_name(findings: Collection[Finding]) -> dict[tuple[str, str, str], Finding]:
    return {(one.student_id, one.trigger, one.part): one for one in findings}


def something_happens(office: Office, chance: Random, turn: int) -> None:
    """Change something at random: marks, letters, actions, the roster, or the day."""
    some = chance.sample(STUDENTS, 2)
    what = chance.randrange(6)
    if what <= 1:
        post_random(office, chance, some, chance.sample(DAYS, 5), f"correction {turn}")
    elif what == 2:
        prepared, _ = draft(office, read_standing(office), NOW)
        for state in (State.APPROVED, State.PRINTED, State.MAILED):
            step(office, [one.serial for one in prepared[:2]], state, NOW)
    elif what == 3:
        with office.ledger.write() as connection:
            kind = chance.choice(["conference", "penalty-notice", "call"])
            care.save_action(connection, Action(some[0].student_id, DAYS[9], kind))
    elif what == 4:
        older = replace(some[0], birth_date=date(2026 - chance.randrange(4, 21), 9, 1))
        post_extract(office, roster([older]), f"roster {turn}")
    else:
        day = DAYS[-1] + timedelta(days=turn)
        post_random(office, chance, some, [day], f"later {turn}") if day.weekday() < 5 else None


@pytest.mark.parametrize("jurisdiction", ["gb-eng", "us-tx", "us-ca"])
@pytest.mark.parametrize("seed", range(3))
def test_what_is_brought_up_to_date_is_what_everybody_assessed_gives(
    tmp_path: Path, jurisdiction: str, seed: int
) -> None:
    office = school(tmp_path, jurisdiction)
    round_of(office)
    chance = Random(seed)
    for turn in range(8):
        something_happens(office, chance, turn)
        found = round_of(office).findings()
        assert found == read_standing(office).findings()
        assert by_name(kept(office)) == by_name(found)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[frozenset[str] | None]:
    """Whom each assessment was asked about; None is everybody."""
    seen: list[frozenset[str] | None] = []
    real = Standing._assess

    def told(standing: Standing, used: Any, only: Collection[str] | None = None) -> list[Finding]:
        seen.append(None if only is None else frozenset(only))
        return real(standing, used, only)

    monkeypatch.setattr(Standing, "_assess", told)
    return seen


def test_only_students_with_newer_marks_letters_or_actions_are_assessed(
    tmp_path: Path, asked: list[frozenset[str] | None]
) -> None:
    office = school(tmp_path, "gb-eng")
    round_of(office)
    assert asked == [None]
    post_random(office, Random(7), STUDENTS[2:4], DAYS[:10], "correction")
    with office.ledger.write() as connection:
        care.save_action(connection, Action("009", DAYS[0], "call"))
    round_of(office)
    assert asked == [None, {"002", "003", "009"}]
    round_of(office)
    assert asked == [None, {"002", "003", "009"}]


@pytest.mark.parametrize("change", ["day", "roster", "rules", "part"])
def test_when_anything_else_changed_everybody_is_assessed(
    tmp_path: Path, asked: list[frozenset[str] | None], change: str
) -> None:
    office = school(tmp_path, "us-ca" if change == "part" else "gb-eng")
    round_of(office)
    if change == "day":
        post_random(office, Random(2), STUDENTS, [DAYS[-1] + timedelta(days=3)], "a day later")
    elif change == "roster":
        post_extract(office, roster([replace(STUDENTS[0], grade="10")]), "a new year group")
    elif change == "rules":
        save_settings(office.folders.root, {"codes": {"Q9": "O"}})
        office = open_office(office.folders.root)
    else:
        post_extract(office, marks([("000", DAYS[0].isoformat(), "P7", "U")]), "a period")
    round_of(office)
    assert asked == [None, None]


def test_a_finding_is_read_back_whole(tmp_path: Path) -> None:
    for jurisdiction in PARTS:
        office = school(tmp_path / jurisdiction, jurisdiction)
        found = read_standing(office).findings()
        assert found
        assert [assessments.finding_of(assessments.content_of(one)) for one in found] == found


def test_the_fingerprint_is_the_same_in_every_reading(tmp_path: Path) -> None:
    office = school(tmp_path, "us-tx")
    assert fingerprint(read_standing(office)) == fingerprint(
        read_standing(open_office(office.folders.root))
    )


def test_a_letter_voided_by_hand_is_seen(tmp_path: Path) -> None:
    office = school(tmp_path, "us-ca")
    draft(office, read_standing(office), NOW)
    round_of(office)
    with office.ledger.read() as connection:
        before = assessments.seen(connection)
        [first, *_] = letter_book.letters(connection)
    step(office, [first.serial], State.VOID, NOW, "told in person")
    with office.ledger.read() as connection:
        assert assessments.changed_since(connection, before) == {first.student_id}
