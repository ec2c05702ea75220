from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rollbook.attendance import Recorded
from rollbook.policy import PolicyPack, Sure, load_pack
from rollbook.problems import PolicyError
from rollbook.register import Action, Enrolment, Session, Student, empty_register, register_frame
from rollbook.rules import (
    Explanation,
    Finding,
    History,
    Sent,
    assess,
    explain,
    letters_due,
    why_no_letter,
)
from rollbook.school_calendar import SchoolCalendar, SchoolYear, Span, monday_of

ENGLAND, TEXAS, CALIFORNIA = load_pack("gb-eng"), load_pack("us-tx"), load_pack("us-ca")

CALENDAR = SchoolCalendar(
    (
        SchoolYear("2025-26", date(2025, 9, 1), date(2026, 7, 10)),
        SchoolYear(
            "2026-27",
            date(2026, 8, 31),
            date(2027, 7, 9),
            terms=(
                Span("Fall", date(2026, 8, 31), date(2026, 12, 18)),
                Span("Spring", date(2027, 1, 4), date(2027, 7, 9)),
            ),
            closures=(
                Span("Half term", date(2026, 10, 26), date(2026, 10, 30)),
                Span("Winter", date(2026, 12, 19), date(2027, 1, 3)),
            ),
        ),
    )
)
YEAR = CALENDAR.years[1]
DAYS = CALENDAR.school_days_between(YEAR.first, YEAR.last)

Rows = Sequence[tuple[Any, ...]]


def frame(rows: Rows, student: str = "007") -> pd.DataFrame:
    """A register of one student from rows of day, part, symbol and minutes late."""
    return register_frame(
        {
            "student_id": [student] * len(rows),
            "date": [row[0] for row in rows],
            "part": [row[1] for row in rows],
            "symbol": [row[2] for row in rows],
            "minutes_late": [row[3] if len(row) > 3 else 0 for row in rows],
        }
    )


def of(findings: Sequence[Finding], trigger: str) -> Finding:
    return next(one for one in findings if one.trigger == trigger)


def why(pack: PolicyPack, rows: Rows, trigger: str, as_of: date, **more: Any) -> Explanation:
    return explain(
        pack, CALENDAR, frame(rows), student_id="007", trigger_id=trigger, as_of=as_of, **more
    )[0]


# --- windows against a naive count ----------------------------------------------------------------


def months_after(day: date, months: int) -> date:
    stamp = pd.Timestamp(day) + pd.DateOffset(months=months)
    return stamp.date()


def school_week(day: date) -> int:
    return CALENDAR.school_weeks.index(monday_of(day))


def in_one_window(trigger: str, first: date, last: date) -> bool:
    """Say whether two days can lie in one window, as the rule puts it in words."""
    if trigger == "tx-tru3":
        return (last - first).days < 28 and first >= YEAR.first
    if trigger == "tx-tru10":
        return last < months_after(first, 6) and first >= YEAR.first
    if trigger == "eng-pn":
        return school_week(last) - school_week(first) < 10
    return first >= YEAR.first


def first_crossing(trigger: str, units: Sequence[date], need: int) -> date | None:
    for place, day in enumerate(units):
        before = [one for one in units[: place + 1] if in_one_window(trigger, one, day)]
        if len(before) >= need and day >= YEAR.first:
            return day
    return None


ALL_DAYS = CALENDAR.school_days
spread = st.lists(st.integers(0, len(ALL_DAYS) - 1), max_size=40)


@settings(deadline=None)
@given(spread, st.lists(st.sampled_from(["P1", "P2", "P6"]), min_size=40, max_size=40))
@pytest.mark.parametrize(("trigger", "need"), [("tx-tru3", 3), ("tx-tru10", 10)])
def test_texas_windows_agree_with_a_naive_count(
    trigger: str, need: int, places: list[int], parts: list[str]
) -> None:
    missed = {(ALL_DAYS[place], part) for place, part in zip(places, parts, strict=False)}
    rows = [(day, part, "U") for day, part in sorted(missed)]
    findings = assess(TEXAS, CALENDAR, frame(rows), as_of=YEAR.last)
    crossed = {one.trigger: one.crossed_on for one in findings}
    days = sorted({day for day, _ in missed})
    assert crossed.get(trigger) == first_crossing(trigger, days, need)


@settings(deadline=None)
@given(spread, st.lists(st.sampled_from(["G", "N", "O", "U", "I", "/"]), min_size=40, max_size=40))
def test_ten_school_weeks_agree_with_a_naive_count(places: list[int], symbols: list[str]) -> None:
    marks = {}
    for number, symbol in zip(places, symbols, strict=False):
        marks[ALL_DAYS[number], "AM"] = symbol
        marks[ALL_DAYS[number], "PM"] = symbol
    rows = [(day, part, symbol) for (day, part), symbol in sorted(marks.items())]
    findings = assess(ENGLAND, CALENDAR, frame(rows), as_of=YEAR.last)
    crossed = {one.trigger: one.crossed_on for one in findings}
    units = [day for day, _, symbol in rows if symbol in "GNOU"]
    assert crossed.get("eng-pn") == first_crossing("eng-pn", units, 10)


event = st.sampled_from(
    [("DAY", "U", 0), ("P1", "C", 0), ("P1", "T", 30), ("P2", "T", 31), ("P1", "L", 90),
     ("P1", "A", 0), ("P3", "W", 0), ("DAY", "I", 0)]
)  # fmt: skip
TRUANCY = {("DAY", "U", 0), ("P1", "C", 0), ("P2", "T", 31), ("P3", "W", 0)}


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(ALL_DAYS), event, max_size=12))
def test_californian_truancy_agrees_with_a_naive_count(events: Mapping[date, Any]) -> None:
    rows = [(day, *events[day]) for day in sorted(events)]
    findings = assess(CALIFORNIA, CALENDAR, frame(rows), as_of=YEAR.last)
    crossed = {one.trigger: one.crossed_on for one in findings}
    days = [day for day in sorted(events) if events[day] in TRUANCY]
    assert crossed.get("ca-truant") == first_crossing("ca-truant", days, 3)


symbols_of_a_week = st.lists(st.sampled_from(r"/ \ I O D L -".split()), min_size=60, max_size=60)


@settings(deadline=None, max_examples=50)
@given(symbols_of_a_week)
def test_a_rate_is_crossed_since_the_day_it_last_began_to_hold(symbols: list[str]) -> None:
    rows = [
        (DAYS[number // 2], "AM" if number % 2 == 0 else "PM", symbol)
        for number, symbol in enumerate(symbols)
    ]
    found = assess(ENGLAND, CALENDAR, frame(rows), as_of=DAYS[29])
    held_since = None
    for place in range(30):
        until = [symbol for _, _, symbol in rows[: 2 * place + 2]]
        possible = sum(until.count(symbol) for symbol in ("/", "\\", "I", "O", "L"))
        absent = until.count("I") + until.count("O")
        held = possible > 0 and Fraction(absent, possible) >= Fraction(1, 10)
        held_since = (held_since or DAYS[place]) if held else None
    crossed = {one.trigger: one.crossed_on for one in found}
    assert crossed.get("eng-pa") == held_since


@settings(deadline=None, max_examples=25)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["01", "02", "03"]),
            st.sampled_from(DAYS[:40]),
            st.sampled_from(["DAY", "P1", "P2", "P3"]),
            st.sampled_from(["A", "U", "T", "S", "C", ""]),
        ),
        max_size=120,
        unique_by=lambda row: row[:3],
    )
)
def test_a_school_is_assessed_as_its_students_are_one_by_one(rows: list[Any]) -> None:
    students = [Student("01", grade="10"), Student("02", grade="3"), Student("03", grade="12")]
    enrolments = [Enrolment("02", DAYS[3], DAYS[30])]
    recorded = [Recorded("", DAYS[0], DAYS[39], ("P1", "P2", "P3"), negative=True)]

    def found(chosen: list[Student]) -> list[Finding]:
        ids = {student.student_id for student in chosen}
        mine = [row for row in rows if row[0] in ids]
        marks = register_frame(
            {
                name: [row[place] for row in mine]
                for place, name in enumerate(("student_id", "date", "part", "symbol"))
            }
        )
        own = [one for one in enrolments if one.student_id in ids]
        return assess(TEXAS, CALENDAR, marks, chosen, own, recorded, as_of=DAYS[39])

    together = found(students)
    assert together == [one for student in students for one in found([student])]


# --- findings -------------------------------------------------------------------------------------


def unexcused(*days: date, part: str = "P3") -> Rows:
    return [(day, part, "U") for day in days]


def test_a_finding_shows_its_evidence_window_and_law() -> None:
    rows = unexcused(DAYS[0], DAYS[5], DAYS[6])
    finding = of(assess(TEXAS, CALENDAR, frame(rows), as_of=DAYS[8]), "tx-tru3")
    assert finding.sessions == {Session(DAYS[place], "P3") for place in (0, 5, 6)}
    assert (finding.first, finding.last) == (DAYS[0], DAYS[8])
    assert finding.crossed_on == DAYS[6] and finding.holds
    assert finding.citations == ("Texas Education Code 25.095(b)",)
    assert finding.threshold == "3 days" and finding.period == "4 weeks"
    assert finding.letter == "tx-tru3"


def test_a_fourth_day_in_the_same_window_is_evidence_too() -> None:
    rows = unexcused(DAYS[0], DAYS[5], DAYS[6], DAYS[9])
    finding = of(assess(TEXAS, CALENDAR, frame(rows), as_of=DAYS[40]), "tx-tru3")
    assert finding.numerator == 4 and len(finding.evidence) == 4
    assert finding.crossed_on == DAYS[6]


def test_a_window_that_has_passed_no_longer_holds() -> None:
    rows = unexcused(DAYS[0], DAYS[5], DAYS[6])
    finding = of(assess(TEXAS, CALENDAR, frame(rows), as_of=DAYS[60]), "tx-tru3")
    assert finding.crossed_on == DAYS[6] and not finding.holds


def test_a_law_read_only_in_summary_is_cited_with_a_check_mark() -> None:
    rows = [(day, "P2", "A") for day in DAYS[:3]]
    finding = of(assess(TEXAS, CALENDAR, frame(rows), as_of=DAYS[5]), "tx-chron")
    assert finding.citations[0].endswith("(check)") and finding.sure is Sure.SECONDARY


def test_evidence_a_letter_relies_on_makes_no_second_finding() -> None:
    rows = unexcused(DAYS[0], DAYS[5], DAYS[6])
    marks = frame(rows)
    first = of(assess(TEXAS, CALENDAR, marks, as_of=DAYS[8]), "tx-tru3")
    used = {("007", "tx-tru3"): first.sessions}
    again = assess(TEXAS, CALENDAR, marks, as_of=DAYS[8], used=used)
    assert "tx-tru3" not in {one.trigger for one in again}
    more = frame([*rows, *unexcused(DAYS[7], DAYS[8], DAYS[9])])
    later = of(assess(TEXAS, CALENDAR, more, as_of=DAYS[9], used=used), "tx-tru3")
    assert later.sessions == {Session(DAYS[place], "P3") for place in (7, 8, 9)}


def test_another_period_of_a_used_day_is_no_new_day() -> None:
    rows = [*unexcused(DAYS[0], DAYS[1], DAYS[2]), *unexcused(DAYS[0], DAYS[1], DAYS[2], part="P4")]
    used = {("007", "tx-tru3"): frozenset(Session(day, "P3") for day in DAYS[:3])}
    found = assess(TEXAS, CALENDAR, frame(rows), as_of=DAYS[8], used=used)
    assert "tx-tru3" not in {one.trigger for one in found}


def test_the_first_notice_of_truancy_is_sent_once_a_school_year() -> None:
    rows = unexcused(*DAYS[:9], part="P1")
    used = {("007", "ca-truant"): frozenset(Session(day, "P1") for day in DAYS[:3])}
    found = assess(CALIFORNIA, CALENDAR, frame(rows), as_of=DAYS[9], used=used)
    assert "ca-truant" not in {one.trigger for one in found}
    last_year = {("007", "ca-truant"): frozenset({Session(ALL_DAYS[0], "P1")})}
    found = assess(CALIFORNIA, CALENDAR, frame(rows), as_of=DAYS[9], used=last_year)
    assert "ca-truant" in {one.trigger for one in found}


def test_only_the_highest_level_sends_a_letter() -> None:
    rows = [(day, part, "I") for day in DAYS[:2] for part in ("AM", "PM")]
    found = assess(ENGLAND, CALENDAR, frame(rows), as_of=DAYS[3])
    assert [one.trigger for one in found] == ["eng-l1", "eng-l2", "eng-pa", "eng-sa"]
    assert [one.letter for one in letters_due(found)] == ["eng-l2"]
    assert "only the highest level is sent" in why_no_letter(found[0], found)
    assert why_no_letter(found[1], found) == ""
    assert "sends no letter" in why_no_letter(found[2], found)


def test_marks_with_no_reason_yet_are_counted_and_shown_apart() -> None:
    rows = [
        (day, part, "N" if day == DAYS[0] else "O") for day in DAYS[:5] for part in ("AM", "PM")
    ]
    finding = of(assess(ENGLAND, CALENDAR, frame(rows), as_of=DAYS[5]), "eng-pn")
    assert (finding.numerator, finding.unresolved, finding.unresolved_decides) == (10, 2, True)


def test_a_code_the_office_spells_its_own_way_counts_as_what_it_means() -> None:
    pack = load_pack("gb-eng", codes={"%": "O"})
    rows = [(day, part, "%") for day in DAYS[:5] for part in ("AM", "PM")]
    assert of(assess(pack, CALENDAR, frame(rows), as_of=DAYS[5]), "eng-pn").numerator == 10


def test_before_any_school_year_nothing_is_found() -> None:
    rows = unexcused(*DAYS[:5])
    assert assess(TEXAS, CALENDAR, frame(rows), as_of=date(2024, 1, 1)) == []


def test_in_the_summer_the_year_that_ended_is_assessed() -> None:
    rows = [(day, part, "I") for day in DAYS[:5] for part in ("AM", "PM")]
    summer = YEAR.last + timedelta(days=20)
    assert of(assess(ENGLAND, CALENDAR, frame(rows), as_of=summer), "eng-pa").first == YEAR.first


def test_an_empty_register_finds_nothing() -> None:
    for pack in (ENGLAND, TEXAS, CALIFORNIA):
        found = assess(pack, CALENDAR, empty_register(), [Student("007")], as_of=DAYS[30])
        assert found == []


def test_an_all_day_mark_at_a_school_of_periods_is_no_class() -> None:
    recorded = [Recorded("", DAYS[0], DAYS[19], ("P1", "P2"), negative=True)]
    marks = frame([(DAYS[0], "DAY", "A")])
    found = assess(TEXAS, CALENDAR, marks, [Student("007")], (), recorded, as_of=DAYS[19])
    assert "tx-90" not in {one.trigger for one in found}


def test_a_finding_can_be_kept_as_json() -> None:
    rows = unexcused(DAYS[0], DAYS[5], DAYS[6])
    kept = of(assess(TEXAS, CALENDAR, frame(rows), as_of=DAYS[8]), "tx-tru3").as_json()
    assert kept["evidence"][0] == [DAYS[0].isoformat(), "P3", "U"]
    assert kept["crossed_on"] == DAYS[6].isoformat() and kept["sure"] == "V"


def test_a_district_may_count_certified_illness_as_attended(tmp_path: Path) -> None:
    (tmp_path / "bluestem.toml").write_text(
        """
        extends = "us-tx"
        title = "Bluestem ISD"
        [references]
        board = { text = "Board policy FEC (LOCAL)" }
        [[triggers]]
        id = "tx-90"
        [[triggers.terms]]
        from = 2026-08-01
        reference = "board"
        sure = "POL"
        leave_out_method = "attended"
        """,
        encoding="utf-8",
    )
    pack = load_pack("bluestem", tmp_path)
    recorded = [Recorded("", DAYS[0], DAYS[69], ("P3",), negative=True)]
    rows = [(day, "P3", "C") for day in DAYS[:6]] + [(day, "P3", "A") for day in DAYS[6:12]]
    of_class = why(pack, rows, "tx-90", DAYS[69], recorded=recorded)
    assert (of_class.numerator, of_class.denominator) == (64, 70)
    shipped = why(TEXAS, rows, "tx-90", DAYS[69], recorded=recorded)
    assert (shipped.numerator, shipped.denominator) == (58, 64)


# --- why and why not ------------------------------------------------------------------------------


def test_an_explanation_shows_every_mark_of_the_window_and_counts_the_evidence() -> None:
    rows = [
        (DAYS[0], "P3", "U"),
        (DAYS[0], "P4", "U"),
        (DAYS[1], "P3", "T", 12),
        (DAYS[2], "P3", "A"),
        (DAYS[5], "P3", "U"),
        (DAYS[6], "P3", "U"),
    ]
    explanation = why(TEXAS, rows, "tx-tru3", DAYS[8])
    assert [mark.symbol for mark in explanation.marks] == ["U", "U", "T", "A", "U", "U"]
    assert [mark.counted for mark in explanation.marks] == [True, False, False, False, True, True]
    reasons = [mark.why for mark in explanation.marks]
    assert "a day counts once" in reasons[1]
    assert "late, which this rule does not count" == reasons[2]
    assert explanation.crossed and "met on" in explanation.sentence


def test_an_explanation_says_how_much_is_missing() -> None:
    explanation = why(TEXAS, unexcused(DAYS[0], DAYS[3]), "tx-tru3", DAYS[8])
    assert not explanation.crossed
    assert explanation.missing == "1 more would meet it."
    assert explanation.citations == ("Texas Education Code 25.095(b)",)


def test_an_explanation_of_a_rate_says_how_many_more_would_meet_it() -> None:
    rows = [
        (day, part, "/" if part == "AM" else "\\") for day in DAYS[:10] for part in ("AM", "PM")
    ]
    explanation = why(ENGLAND, rows, "eng-pa", DAYS[9])
    assert "0 of 20 sessions missed, 0.0 %" in explanation.sentence
    assert explanation.missing == "It would be met if the next 3 sessions were missed."
    assert len(explanation.marks) == 20 and not any(mark.counted for mark in explanation.marks)


def test_an_explanation_with_nothing_possible_gives_no_rate() -> None:
    explanation = why(ENGLAND, [(DAYS[0], "AM", "D")], "eng-pa", DAYS[3])
    assert "so there is no rate" in explanation.sentence
    assert "left out" in explanation.marks[0].why


def test_an_explanation_before_the_rule_says_when_it_began() -> None:
    early = SchoolCalendar((SchoolYear("2014-15", date(2014, 8, 25), date(2015, 6, 5)),))
    explanation = explain(
        TEXAS,
        early,
        empty_register(),
        student_id="007",
        trigger_id="tx-tru3",
        as_of=date(2015, 1, 5),
    )[0]
    assert "began on 2015-09-01" in explanation.sentence and not explanation.crossed


def test_an_explanation_says_whom_a_rule_is_not_about() -> None:
    adult = [Student("007", birth_date=date(2007, 1, 1))]
    explanation = why(TEXAS, unexcused(*DAYS[:3]), "tx-tru3", DAYS[5], students=adult)
    assert "ages 0 to 18, not 19" in explanation.sentence


def test_an_explanation_says_which_marks_are_of_another_age() -> None:
    birthday = DAYS[2]
    student = [Student("007", birth_date=birthday.replace(year=birthday.year - 19))]
    rows = unexcused(*DAYS[:4])
    young = why(TEXAS, rows, "tx-tru3", DAYS[5], students=student)
    assert [mark.counted for mark in young.marks] == [True, True, False, False]
    assert "at age 19, and the rule counts ages 0 to 18" in young.marks[2].why
    adult = why(TEXAS, rows, "tx-19plus", DAYS[5], students=student)
    assert [mark.counted for mark in adult.marks] == [False, False, True, True]
    assert "at age 18" in adult.marks[0].why and adult.still_needed == 4


def test_an_explanation_names_the_registers_that_were_not_taken() -> None:
    rows = [(DAYS[0], "AM", "O"), (DAYS[1], "AM", "O"), (DAYS[1], "PM", "-"), (DAYS[3], "AM", "O")]
    explanation = why(ENGLAND, rows, "eng-la10", DAYS[3])
    assert explanation.numerator == 3
    assert [mark.counted for mark in explanation.marks] == [True, True, False, True]
    assert f"No mark yet, which neither counts nor ends the row: {DAYS[0]} PM, {DAYS[1]} PM, " in (
        explanation.sentence
    )


def test_a_session_attended_ends_the_row() -> None:
    rows = [(DAYS[0], "AM", "O"), (DAYS[1], "AM", "O"), (DAYS[1], "PM", "L"), (DAYS[2], "AM", "O")]
    explanation = why(ENGLAND, rows, "eng-la10", DAYS[2])
    assert explanation.numerator == 1


def test_reports_on_the_log_stand_for_notices_and_the_one_that_is_missing_is_named() -> None:
    rows = [(day, "DAY", "U") for day in DAYS[:4]]
    reports = [Action("007", day, "report") for day in DAYS[1:4]]
    short = why(CALIFORNIA, rows, "ca-chrtru", DAYS[5], history=History((), reports))
    assert not short.crossed and short.missing.count("No letter") == 1
    assert "“Habitual truant”" in short.missing
    fourth = Action("007", DAYS[4], "report")
    met = why(CALIFORNIA, rows, "ca-chrtru", DAYS[5], history=History((), [*reports, fourth]))
    assert met.finding and met.finding.crossed_on == DAYS[4]


def test_any_late_arrival_is_an_event_after_a_report_and_is_said_so() -> None:
    sent = Sent("007", "ca-truant", "a parent", DAYS[1], DAYS[0], DAYS[1])
    rows = [(DAYS[3], "P1", "T")]
    explanation = why(CALIFORNIA, rows, "ca-tru2", DAYS[4], history=History([sent]))
    assert explanation.crossed and "an event since the last report" in explanation.marks[0].why


def test_an_explanation_says_which_marks_an_earlier_letter_relies_on() -> None:
    used = {("007", "tx-tru3"): frozenset(Session(day, "P3") for day in DAYS[:3])}
    explanation = why(TEXAS, unexcused(*DAYS[:3]), "tx-tru3", DAYS[5], used=used)
    assert {mark.why for mark in explanation.marks} == {"an earlier letter relies on it already"}


def test_all_rules_are_explained_when_none_is_asked_for() -> None:
    found = explain(TEXAS, CALENDAR, frame(unexcused(*DAYS[:3])), student_id="007", as_of=DAYS[5])
    assert [one.trigger for one in found] == [one.id for one in TEXAS.triggers]


def test_an_unknown_rule_is_named_with_those_there_are() -> None:
    with pytest.raises(PolicyError, match="It has: tx-tru3"):
        why(TEXAS, [], "tx-tru4", DAYS[5])


@settings(deadline=None, max_examples=30)
@given(spread)
def test_explain_and_assess_never_disagree(places: list[int]) -> None:
    days = sorted({DAYS[place % 60] for place in places})
    rows = unexcused(*days)
    found = {one.trigger: one for one in assess(TEXAS, CALENDAR, frame(rows), as_of=DAYS[70])}
    for one in explain(TEXAS, CALENDAR, frame(rows), student_id="007", as_of=DAYS[70]):
        assert one.finding == found.get(one.trigger)
        if one.finding:
            marks = [mark.mark for mark in one.marks if mark.counted]
            assert marks == list(one.finding.evidence)
