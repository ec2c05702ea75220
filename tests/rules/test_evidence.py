"""No evidence is used twice, and what one rule has used another may still rest on."""

from collections.abc import Sequence
from datetime import date

import pytest

from rollbook.policy import load_pack
from rollbook.register import Session, register_frame
from rollbook.rules import Finding, History, Sent, assess, explain
from rollbook.school_calendar import SchoolCalendar, SchoolYear

ENGLAND, CALIFORNIA = load_pack("gb-eng"), load_pack("us-ca")
CALENDAR = SchoolCalendar((SchoolYear("2026-27", date(2026, 8, 31), date(2027, 7, 9)),))
DAYS = CALENDAR.school_days
ME = "007"


def sessions(strip: str) -> list[tuple[date, str, str]]:
    """England: a code a day, both sessions."""
    return [
        (day, part, symbol)
        for day, symbol in zip(DAYS, strip, strict=False)
        for part in ("AM", "PM")
    ]


def found(
    rows: Sequence[tuple[date, str, str]],
    trigger: str,
    used: Sequence[Session] = (),
    **more: object,
) -> Finding | None:
    pack = ENGLAND if trigger.startswith("eng") else CALIFORNIA
    marks = register_frame(
        {
            "student_id": [ME] * len(rows),
            "date": [day for day, _, _ in rows],
            "part": [part for _, part, _ in rows],
            "symbol": [symbol for _, _, symbol in rows],
        }
    )
    findings = assess(
        pack,
        CALENDAR,
        marks,
        as_of=max(day for day, _, _ in rows),
        used={(ME, trigger): frozenset(used)} if used else None,
        **more,  # type: ignore[arg-type]
    )
    return next((one for one in findings if one.trigger == trigger), None)


def relied_on(finding: Finding | None) -> list[Session]:
    assert finding is not None
    return sorted(finding.sessions)


@pytest.mark.parametrize("more", [9, 10])
def test_days_in_a_row_are_used_once(more: int) -> None:
    used = relied_on(found(sessions("O" * 10), "eng-la10"))
    assert len(used) == 20
    again = found(sessions("O" * (10 + more)), "eng-la10", used)
    assert (again is not None) is (more == 10)
    if again:
        assert again.sessions.isdisjoint(used)
        assert again.first == DAYS[10]


def test_what_one_rule_has_used_another_may_rest_on() -> None:
    used = relied_on(found(sessions("O" * 20), "eng-la10"))
    rows = sessions("O" * 20)
    assert found(rows, "eng-cme") == found(rows, "eng-cme", ())
    assert found(rows, "eng-la10", used) is None


def test_a_penalty_never_rests_on_a_session_an_earlier_one_has_used() -> None:
    first = found(sessions("OOOOO"), "eng-pn")
    used = relied_on(first)
    assert found(sessions("OOOOOOOOO"), "eng-pn", used) is None
    second = found(sessions("OOOOOOOOOO"), "eng-pn", used)
    assert second is not None and second.sessions.isdisjoint(used)


def test_a_report_is_made_once_and_rests_on_events_since_the_one_before() -> None:
    rows = [(day, "DAY", "U") for day in DAYS[:5]]
    history = History([Sent(ME, "ca-truant", "a parent", DAYS[3], DAYS[2], DAYS[3])])
    second = found(rows, "ca-tru2", history=history)
    assert relied_on(second) == [Session(day, "DAY") for day in DAYS[3:5]]
    assert found(rows, "ca-tru2", relied_on(second), history=history) is None


def test_two_letters_about_the_same_thing_are_one_report() -> None:
    rows = [(day, "DAY", "U") for day in DAYS[:5]]
    both = [
        Sent(ME, "ca-truant", guardian, DAYS[3], DAYS[2], DAYS[3]) for guardian in ("one", "two")
    ]
    assert found(rows, "ca-tru3", history=History(both)) is None
    second = [Sent(ME, "ca-tru2", "two", DAYS[4], DAYS[3], DAYS[4])]
    third = found(rows, "ca-tru3", history=History(both + second))
    assert third is not None and third.numerator == 2
    assert relied_on(third) == [Session(DAYS[4], "DAY")]


def test_a_letter_that_is_not_mailed_is_no_report() -> None:
    rows = [(day, "DAY", "U") for day in DAYS[:5]]
    prepared = History([Sent(ME, "ca-truant", "a parent", DAYS[3], DAYS[2])])
    mailed_later = History([Sent(ME, "ca-truant", "a parent", DAYS[3], DAYS[2], DAYS[9])])
    assert found(rows, "ca-tru2", history=prepared) is None
    assert found(rows, "ca-tru2", history=mailed_later) is None


def test_a_row_says_which_days_an_earlier_return_relies_on() -> None:
    rows = sessions("O" * 10)
    used = {(ME, "eng-la10"): frozenset(relied_on(found(rows, "eng-la10")))}
    marks = register_frame(
        {
            "student_id": [ME] * len(rows),
            "date": [day for day, _, _ in rows],
            "part": [part for _, part, _ in rows],
            "symbol": [symbol for _, _, symbol in rows],
        }
    )
    explanation = explain(
        ENGLAND, CALENDAR, marks, student_id=ME, trigger_id="eng-la10", as_of=DAYS[9], used=used
    )[0]
    assert not explanation.crossed
    assert all("an earlier letter relies on it" in mark.why for mark in explanation.marks)
