"""What is missing to cross, and when it would be crossed: told by the rules themselves."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rollbook.attendance import Recorded
from rollbook.policy import PolicyPack, load_pack
from rollbook.register import Action, Enrolment, Student, join_registers, register_frame
from rollbook.rules import Explanation, History, Sent, assess, explain
from rollbook.school_calendar import SchoolCalendar, SchoolYear, Span

ENGLAND, TEXAS, CALIFORNIA = load_pack("gb-eng"), load_pack("us-tx"), load_pack("us-ca")
FALL = Span("Fall", date(2026, 8, 31), date(2026, 12, 18))
SPRING = Span("Spring", date(2027, 1, 4), date(2027, 5, 28))
CLOSED = (Span("Half term", date(2026, 10, 26), date(2026, 10, 30)),
          Span("Winter", date(2026, 12, 19), date(2027, 1, 3)))  # fmt: skip
CALENDAR = SchoolCalendar(
    (SchoolYear("2026-27", FALL.first, SPRING.last, terms=(FALL, SPRING), closures=CLOSED),)
)
DAYS = CALENDAR.school_days
ME = "007"
ADULT = [Student(ME, grade="12", birth_date=date(2007, 1, 1))]
TEEN = [Student(ME, grade="10", birth_date=date(2011, 1, 1))]

Rows = Sequence[tuple[date, str, str]]


def frame(rows: Rows) -> Any:
    return register_frame(
        {
            "student_id": [ME] * len(rows),
            "date": [day for day, _, _ in rows],
            "part": [part for _, part, _ in rows],
            "symbol": [symbol for _, _, symbol in rows],
        }
    )


def sessions(symbols: str) -> Rows:
    """England: a code a day from the first day on, both sessions; a dot is present."""
    return [
        (day, part, {".": "/" if part == "AM" else "\\"}.get(symbol, symbol))
        for day, symbol in zip(DAYS, symbols, strict=False)
        for part in ("AM", "PM")
    ]


def days(symbols: str, part: str = "P2") -> Rows:
    """A code a day in one part; a dot is present."""
    said = zip(DAYS, symbols, strict=False)
    return [(day, part, "" if symbol == "." else symbol) for day, symbol in said]


def why(
    pack: PolicyPack, rows: Rows, trigger: str, as_of: date, students: Any = TEEN, **more: Any
) -> Explanation:
    return explain(
        pack, CALENDAR, frame(rows), students, student_id=ME, trigger_id=trigger, as_of=as_of,
        **more,
    )[0]  # fmt: skip


@pytest.mark.parametrize(
    ("pack", "rows", "trigger", "needed", "day"),
    [
        # 9 of 10 sessions in 10 weeks: one more, the next morning
        (ENGLAND, [*sessions("OOOO"), (DAYS[4], "AM", "O"), (DAYS[4], "PM", "\\")], "eng-pn",
         1, DAYS[5]),
        # 0 of 20: with three more 3 of 23 are missed, on the second day
        (ENGLAND, sessions("." * 10), "eng-pa", 3, DAYS[11]),
        # 8 days in a row: two more
        (ENGLAND, sessions("OOOOOOOO"), "eng-la10", 2, DAYS[9]),
        # a row broken today begins anew
        (ENGLAND, sessions("OOOOOOOO."), "eng-la10", 10, DAYS[18]),
        # illness goes on as illness: 20 of 30 sessions
        (ENGLAND, sessions("IIIIIIIIII"), "eng-sick15", 10, DAYS[14]),
        # two unexcused days of three
        (TEXAS, days("U..U."), "tx-tru3", 1, DAYS[5]),
        (CALIFORNIA, days("U.U..", "DAY"), "ca-truant", 1, DAYS[5]),
        # 0 of 18: 2 of 20 is exactly 10 %
        (CALIFORNIA, days("." * 18, "DAY"), "ca-chron", 2, DAYS[19]),
        # Texas asks for more than 10 %: 2 of 20 is not
        (TEXAS, days("." * 18), "tx-chron", 3, DAYS[20]),
        # five unexcused days of more than five
    ],
)  # fmt: skip
def test_what_is_missing_and_when_it_would_be_met(
    pack: PolicyPack, rows: Rows, trigger: str, needed: int, day: date
) -> None:
    explanation = why(pack, rows, trigger, max(row[0] for row in rows))
    assert not explanation.crossed
    assert (explanation.still_needed, explanation.would_cross) == (needed, day)
    assert str(day) in explanation.sentence


def test_days_off_are_no_days_missed() -> None:
    last = date(2026, 10, 23)  # the Friday before half term
    rows = [(last - timedelta(days=number), "P2", "U") for number in (0, 1)]
    explanation = why(TEXAS, rows, "tx-tru3", last)
    assert explanation.would_cross == date(2026, 11, 2)


def test_once_it_is_met_nothing_is_missing() -> None:
    explanation = why(TEXAS, days("UUU"), "tx-tru3", DAYS[4])
    assert explanation.crossed
    assert (explanation.still_needed, explanation.would_cross) == (0, None)


def test_at_the_end_of_the_year_it_is_never_met() -> None:
    rows = [(SPRING.last, "P2", "U")]
    explanation = why(TEXAS, rows, "tx-tru3", SPRING.last)
    assert (explanation.still_needed, explanation.would_cross) == (2, None)


def test_days_of_the_old_semester_do_not_count_in_the_new_one() -> None:
    rows = [(DAYS[place], "P2", "U") for place in range(5)]
    explanation = why(TEXAS, rows, "tx-19plus", FALL.last, ADULT)
    spring = CALENDAR.school_days_between(SPRING.first, SPRING.last)
    assert (explanation.still_needed, explanation.would_cross) == (1, spring[5])


def test_whoever_grows_out_of_a_rule_first_does_not_cross_it() -> None:
    nearly = [Student(ME, birth_date=DAYS[7].replace(year=2007))]
    rows = days("U.U")
    assert why(TEXAS, rows, "tx-tru3", DAYS[2], nearly).would_cross == DAYS[3]
    assert why(TEXAS, rows, "tx-tru10", DAYS[2], nearly).would_cross is None


def test_a_class_says_when_it_would_fall_below() -> None:
    recorded = [Recorded("", DAYS[0], DAYS[19], ("P2", "P3"), negative=True)]
    explanation = why(TEXAS, [(DAYS[0], "P3", "A")], "tx-90", DAYS[19], recorded=recorded)
    # 19 of 20; 2 missed more make 19 of 22, below 90 %
    assert (explanation.still_needed, explanation.would_cross) == (2, DAYS[21])


def test_a_warning_about_the_whole_semester_counts_the_days_to_come() -> None:
    recorded = [Recorded("", DAYS[0], DAYS[19], ("P2", "P3"), negative=True)]
    explanation = why(TEXAS, [(DAYS[0], "P3", "A")], "tx-90w", DAYS[19], recorded=recorded)
    fall = len(CALENDAR.school_days_between(FALL.first, FALL.last))
    assert explanation.denominator == fall
    assert explanation.numerator == fall - 1
    most = fall // 20  # 5 %
    assert explanation.still_needed == most
    assert explanation.would_cross == DAYS[19 + most]


def test_a_step_after_letters_says_what_is_missing() -> None:
    first = Sent(ME, "ca-truant", "a parent", DAYS[3], DAYS[2], DAYS[3])
    waiting = Sent(ME, "ca-tru2", "a parent", DAYS[5], DAYS[4])
    events = days("UUU.U", "DAY")
    second = why(CALIFORNIA, events, "ca-tru3", DAYS[6], history=History([first, waiting]))
    assert (second.still_needed, second.would_cross) == (2, None)
    assert "1 more report must be mailed first. 1 is prepared but not mailed." in second.missing
    mailed = History([first, Sent(ME, "ca-tru2", "a parent", DAYS[5], DAYS[4], DAYS[7])])
    second = why(CALIFORNIA, events, "ca-tru3", DAYS[6], history=mailed)
    assert "1 more report must be mailed first. 1 was mailed after this day." in second.missing
    mailed = History([first, Sent(ME, "ca-tru2", "a parent", DAYS[5], DAYS[4], DAYS[5])])
    third = why(CALIFORNIA, events, "ca-tru3", DAYS[6], history=mailed)
    assert (third.still_needed, third.would_cross) == (1, DAYS[7])
    habit = why(CALIFORNIA, events, "ca-habit", DAYS[6], history=mailed)
    assert (habit.still_needed, habit.would_cross) == (2, None)
    assert "No conference is on record" in habit.missing


def test_an_open_mark_says_how_long_it_may_stay_open() -> None:
    rows = [(DAYS[0], "AM", "N"), (DAYS[0], "PM", "\\")]
    explanation = why(ENGLAND, rows, "eng-n5", DAYS[3])
    assert (explanation.still_needed, explanation.would_cross) == (3, DAYS[6])
    assert "2 school days left" in explanation.sentence
    assert why(ENGLAND, rows, "eng-n5", DAYS[6]).crossed


def test_a_plan_that_is_not_on_record_is_missing() -> None:
    rows = sessions("OOOOO")
    without = why(ENGLAND, rows, "eng-nti", DAYS[6])
    assert not without.crossed and without.would_cross is None
    assert "No plan is on record this school year." in without.missing
    plan = History((), [Action(ME, DAYS[5], "plan")])
    done = why(ENGLAND, rows, "eng-nti", DAYS[6], history=plan)
    assert done.finding and done.finding.crossed_on == DAYS[5]


# --- the day told is the day on which it is found -------------------------------------------------

strips = st.text(alphabet="....OIN", min_size=1, max_size=60)


@settings(deadline=None, max_examples=60, derandomize=True)
@given(strips)
def test_absences_that_go_on_cross_on_the_day_that_was_told(strip: str) -> None:
    rows = sessions(strip)
    as_of = rows[-1][0]
    for one in explain(ENGLAND, CALENDAR, frame(rows), student_id=ME, as_of=as_of):
        if one.would_cross is None or one.trigger in ("eng-sick15", "eng-late", "eng-n5"):
            continue
        coming = CALENDAR.school_days_between(as_of + timedelta(days=1), one.would_cross)
        more = [(day, part, "O") for day in coming for part in ("AM", "PM")]
        marks = join_registers([frame(rows), frame(more)])
        on_the_day = assess(ENGLAND, CALENDAR, marks, as_of=one.would_cross)
        before = assess(ENGLAND, CALENDAR, marks, as_of=one.would_cross - timedelta(days=1))
        assert one.trigger in {found.trigger for found in on_the_day}
        assert one.trigger not in {found.trigger for found in before}


# --- some students alone --------------------------------------------------------------------------


@settings(deadline=None, max_examples=40, derandomize=True)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 3), st.integers(0, 25), st.integers(1, 4), st.sampled_from("UIT.")
        ),
        max_size=60,
    )
)
@pytest.mark.parametrize("pack", [TEXAS, CALIFORNIA], ids=lambda pack: pack.id)
def test_some_students_alone_are_assessed_as_with_all_others(
    pack: PolicyPack, rows: Sequence[tuple[int, int, int, str]]
) -> None:
    marks = {(who, DAYS[day], f"P{part}"): symbol for who, day, part, symbol in rows}
    register = register_frame(
        {
            "student_id": [f"{who}" for who, _, _ in marks],
            "date": [day for _, day, _ in marks],
            "part": [part for _, _, part in marks],
            "symbol": ["" if symbol == "." else symbol for symbol in marks.values()],
        }
    )
    students = [Student(f"{who}", grade="10") for who in range(4)]
    enrolments = [Enrolment("2", DAYS[3])]
    everyone = assess(pack, CALENDAR, register, students, enrolments, as_of=DAYS[30])
    for only in (["1"], ["0", "2", "3"], []):
        alone = assess(pack, CALENDAR, register, students, enrolments, as_of=DAYS[30], only=only)
        assert alone == [one for one in everyone if one.student_id in only]
    with patch("rollbook.rules.assessing.BATCH", 2):  # as a large district is: part by part
        parts = assess(pack, CALENDAR, register, students, enrolments, as_of=DAYS[30])
    assert parts == everyone
