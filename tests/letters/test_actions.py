"""`rollbook log …` and `rollbook holdback …` as scripts and clerks use them."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rollbook.office import open_office
from rollbook.register import ACTIONS, HOLD_BACKS
from rollbook.standing import read_standing
from tests.letters.families import ANA, LUIS, ROSA, enrol, school
from tests.letters.test_commands import data, run

RECENT = "2026-11-02"


@pytest.fixture
def office(tmp_path: Path) -> Path:
    office = school(tmp_path, clerk="A. Clerk")
    enrol(office, ANA, (ROSA, LUIS))
    office.ledger.close()
    return office.folders.root


def refused(office: Path, *words: str) -> str:
    """Return the sentence with which a command is refused; nothing is written by it."""
    status, _, complaint = run(office, *words, room="")
    assert status == 1
    assert data(office, "log", "list", room="")["actions"] == []
    assert data(office, "holdback", "list", room="")["hold_backs"] == []
    return " ".join(complaint.split())


def logged(office: Path, *words: str) -> Any:
    return data(office, "log", "add", *words, room="")


def test_what_was_done_is_logged_with_who_entered_it(office: Path) -> None:
    notice = ("000123", "penalty-notice", "--day", RECENT, "--guardian", "rosa garcía")
    said = logged(office, *notice, "--received", "2026-11-04", "--note", "first")
    [found] = data(office, "log", "list", room="")["actions"]
    assert found == said["action"]
    assert (found["day"], found["guardian"], found["received"]) == (
        RECENT,
        "Rosa García",
        "2026-11-04",
    )
    assert (found["by"], found["note"]) == ("A. Clerk", "first")
    assert data(office, "log", "list", "--student", "000123", room="")["actions"] == [found]


def test_a_penalty_notice_is_said_with_its_number_amounts_and_last_days(tmp_path: Path) -> None:
    opened = school(tmp_path, "gb-eng")
    enrol(opened, ANA, (ROSA, LUIS))
    opened.ledger.close()
    office = opened.folders.root

    def add(day: str, guardian: str, *words: str) -> str:
        notice = ("000123", "penalty-notice", "--day", day, "--guardian", guardian)
        status, out, complaint = run(office, "log", "add", *notice, *words, room="")
        assert (status, complaint) == (0, "")
        return " ".join(out.split())

    first = add("2025-09-22", ROSA.name, "--received", "2025-09-24")
    assert (
        "It is notice number 1 to Rosa García in three years: 80 GBP until 2025-10-14, then 160 "
        "GBP until 2025-10-21."
    ) in first
    assert "notice number 1 to Luis O’Neil" in add("2025-09-22", LUIS.name)
    second = add("2026-02-02", ROSA.name, "--received", "2026-02-03")
    assert "number 2 to Rosa García in three years: 160 GBP until 2026-03-02." in second
    assert "A second notice has no lower amount." in second
    third = add("2026-06-08", ROSA.name)
    assert third.startswith("Logged: penalty-notice on 2026-06-08")
    assert (
        "The framework allows no notice number 3 within three years (earlier ones: 2025-09-22 and "
        "2026-02-02). Consider another measure."
    ) in third
    assert len(data(office, "log", "list", room="")["actions"]) == 4


def test_the_log_is_read_with_the_register(office: Path) -> None:
    logged(office, "000123", "conference", "--day", RECENT)
    opened = open_office(office)
    now, before = read_standing(opened), read_standing(opened, date(2026, 11, 1))
    opened.ledger.close()
    assert [one.kind for one in now.history.actions] == ["conference"]
    assert before.history.actions == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("000999", "call"), "No student has the id “000999”"),
        (("000123", "phone"), f"“phone” is no kind of action. Choose one of: {ACTIONS[0]}, "),
        (("000123",), "Say which kind of action. Choose one of: "),
        (("000123", "call", "--day", "2099-01-01"), "2099-01-01 is still to come"),
        (("000123", "call", "--day", "2.11.2026"), "“2.11.2026” is not a date"),
        (
            ("000123", "penalty-notice", "--day", RECENT, "--received", "2026-11-01"),
            "It cannot be received on 2026-11-01, before the day it was done, 2026-11-02.",
        ),
        (
            ("000123", "call", "--guardian", "Ana Ng"),
            "“Ana Ng” is no guardian of Ana García; the roster names Rosa García, Luis O’Neil.",
        ),
    ],
)
def test_what_cannot_be_logged_is_said_in_a_sentence(
    office: Path, words: tuple[str, ...], sentence: str
) -> None:
    assert sentence in refused(office, "log", "add", *words)


def test_a_reason_for_care_is_noted_listed_and_ended(office: Path) -> None:
    noting = ("holdback", "add", "000123", "bereavement", "--from", RECENT, "--note", "in May")
    noted = data(office, *noting, room="")["hold_back"]
    assert (noted["first"], noted["last"], noted["by"]) == (RECENT, None, "A. Clerk")
    ended = data(office, "holdback", "end", "000123", "bereavement", "--day", "2026-11-10", room="")
    assert ended["ended"]["free_from"] == "2026-11-10"
    [found] = data(office, "holdback", "list", room="")["hold_backs"]
    assert (found["reason"], found["last"], found["note"]) == (
        "bereavement",
        "2026-11-09",
        "in May",
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("add", "000999", "bereavement"), "No student has the id “000999”"),
        (
            ("add", "000123", "sad"),
            f"“sad” is no reason for care. Choose one of: {HOLD_BACKS[0]}, ",
        ),
        (
            ("add", "000123", "bereavement", "--from", RECENT, "--until", "2026-11-01"),
            "It cannot end on 2026-11-01, before it begins on 2026-11-02.",
        ),
        (("end", "000123", "bereavement"), "No “bereavement” is noted in Rollbook for Ana García"),
    ],
)
def test_what_cannot_be_noted_is_said_in_a_sentence(
    office: Path, words: tuple[str, ...], sentence: str
) -> None:
    assert sentence in refused(office, "holdback", *words)


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("bereavement", "Letters about the student are held meanwhile."),
        ("foster-care", "Letters about the student are held meanwhile."),
        ("pregnancy", "It counts for referrals; letters go on."),
    ],
)
def test_a_clerk_is_told_what_a_reason_for_care_does(office: Path, reason: str, said: str) -> None:
    _, out, _ = run(office, "holdback", "add", "000123", reason, room="")
    assert said in " ".join(out.split())


def test_an_entry_made_by_mistake_is_struck_off_and_the_trail_keeps_it(office: Path) -> None:
    logged(office, "000123", "conference", "--day", RECENT)
    [entry] = data(office, "log", "list", room="")["actions"]
    words = ("log", "strike", str(entry["number"]), "--reason", "it was another student")
    assert data(office, *words, room="")["struck"]["kind"] == "conference"
    assert data(office, "log", "list", room="")["actions"] == []
    opened = open_office(office)
    assert read_standing(opened).history.actions == []
    opened.ledger.close()
    status, _, complaint = run(office, *words, room="")
    assert status == 1 and "rollbook log list" in complaint
