"""Letters that follow letters, and evidence that is used up by what the office did."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from rollbook.ledger import care
from rollbook.ledger.letters import Letter
from rollbook.office import Office
from rollbook.register import Action, Enrolment
from rollbook.standing import read_standing
from tests.letters.families import (
    ANA,
    LUIS,
    OCTOBER,
    ROSA,
    SEPTEMBER,
    absences,
    draft,
    due,
    enrol,
    log,
    register,
    school,
)
from tests.letters.test_withdrawals import mail
from tests.offices import marks, post_extract, roster

WHOLE_DAY = ("DAY",)


@pytest.fixture
def california(tmp_path: Path) -> Office:
    """A family in whose first notice, about three whole days, is prepared."""
    office = school(tmp_path, "us-ca")
    enrol(office)
    absences(office, SEPTEMBER, WHOLE_DAY, last="2026-09-30")
    draft(office, "ca-truant")
    return office


def of(office: Office, trigger: str) -> Letter:
    """Return the one letter of a rule."""
    [letter] = [one for one in log(office) if one.trigger == trigger]
    return letter


def test_a_second_report_waits_until_the_first_is_in_the_post(california: Office) -> None:
    absences(california, [OCTOBER[0]], WHOLE_DAY)
    assert due(california, "ca-tru2") == []
    mail(california, [of(california, "ca-truant")])
    [second] = draft(california, "ca-tru2")
    assert [day for day, *_ in second.evidence] == [OCTOBER[0]]
    assert due(california, "ca-tru2") == []


def test_each_guardian_has_the_first_report_in_hand_before_the_second(tmp_path: Path) -> None:
    office = school(tmp_path, "us-ca")
    enrol(office, guardians=(ROSA, LUIS))
    absences(office, SEPTEMBER, WHOLE_DAY, last="2026-09-30")
    [to_rosa, to_luis] = draft(office, "ca-truant")
    mail(office, [to_rosa])
    absences(office, [OCTOBER[0]], WHOLE_DAY)
    assert [one.reasons for one in due(office, "ca-tru2")] == [
        (),
        (
            f"the letter before it, {to_luis.serial}, has not been mailed yet; when it has: "
            f"rollbook letters mailed {to_luis.serial}",
        ),
    ]


def test_a_second_report_falls_with_the_first(california: Office) -> None:
    mail(california, [of(california, "ca-truant")])
    absences(california, [OCTOBER[0]], WHOLE_DAY)
    mail(california, draft(california, "ca-tru2"))
    absences(california, SEPTEMBER[1:], WHOLE_DAY, symbol="E")
    first, second = of(california, "ca-truant"), of(california, "ca-tru2")
    assert {one.withdraws for one in draft(california, "withdrawal")} == {
        first.serial,
        second.serial,
    }


def test_a_second_report_stands_without_an_event_that_others_make_up_for(
    california: Office,
) -> None:
    mail(california, [of(california, "ca-truant")])
    absences(california, OCTOBER, WHOLE_DAY)
    mail(california, draft(california, "ca-tru2"))
    absences(california, OCTOBER[:1], WHOLE_DAY, symbol="E")
    assert [one for one in draft(california) if one.withdraws] == []


# --- penalties -----------------------------------------------------------------------------------


@pytest.fixture
def england(tmp_path: Path) -> Office:
    office = school(tmp_path, "gb-eng", letters={"again_after_school_days": 0})
    enrol(office, guardians=(ROSA, replace(LUIS, gets_letters=False)))
    return office


def penalty_notice(office: Office, day: date) -> None:
    with office.ledger.write() as connection:
        care.save_action(connection, Action(ANA.student_id, day, "penalty-notice", ROSA.name))


def test_what_a_penalty_notice_rested_on_counts_towards_no_other(england: Office) -> None:
    register(england, 4, dict.fromkeys(range(10), "O"))
    assert "eng-pn" in {one.trigger for one in read_standing(england).findings()}
    penalty_notice(england, date(2026, 9, 30))
    assert "eng-pn" not in {one.trigger for one in read_standing(england).findings()}
    assert due(england, "eng-pn") == []
    # nine sessions since the notice are not enough, ten are; all ten lie after it
    since = range(40, 49)
    register(england, 6, dict.fromkeys([*range(10), *since], "O"))
    assert due(england, "eng-pn") == []
    register(england, 6, dict.fromkeys([*range(10), *since, 50], "O"))
    [again] = due(england, "eng-pn")
    assert {mark.session.day for mark in again.evidence} <= {
        date(2026, 10, day) for day in range(5, 13)
    }


def test_used_sessions_are_said_to_be_used(england: Office) -> None:
    register(england, 4, dict.fromkeys(range(10), "O"))
    penalty_notice(england, date(2026, 9, 30))
    [why] = [one for one in read_standing(england).explain(ANA.student_id)
             if one.trigger == "eng-pn"]  # fmt: skip
    assert {judged.counted for judged in why.marks if judged.symbol == "O"} == {False}


def test_a_window_across_the_summer_uses_no_session_twice(england: Office) -> None:
    july = [(ANA.student_id, f"2026-07-{day:02}", "AM", "O") for day in range(1, 18)]
    july = [row for row in july if date.fromisoformat(row[1]).weekday() < 5]
    enrolled = [Enrolment(ANA.student_id, date(2025, 9, 1))]
    post_extract(england, roster([ANA], [ROSA], enrolled), "the year before")
    post_extract(england, marks(july), "July")
    [letter] = draft(england, "eng-pn")
    assert len(letter.evidence) == 13
    post_extract(england, marks([(ANA.student_id, "2026-09-07", "AM", "O")]), "September")
    [finding] = [one for one in read_standing(england).findings() if one.trigger == "eng-pn"]
    assert finding.numerator == 11
    assert due(england, "eng-pn") == []
