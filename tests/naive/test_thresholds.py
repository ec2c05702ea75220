"""Thresholds agree with a count by hand, whatever the numbers of the rule are."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from random import Random

from rollbook.policy import (
    ClassTerms,
    ConsecutiveTerms,
    CountTerms,
    OpenMarkTerms,
    PolicyPack,
    RateTerms,
    Reference,
    RosterTerms,
    SequenceTerms,
    Sure,
    Terms,
    Trigger,
    load_pack,
)
from rollbook.rules import NOTHING_DONE, Finding, History, Sent, assess
from tests.naive import thresholds
from tests.naive.counting import of_period
from tests.naive.school import DAY, School, assert_same, schools
from tests.naive.thresholds import Crossed

PACKS = {name: load_pack(name) for name in ("gb-eng", "us-tx", "us-ca")}
DATED = {"first": date(2000, 1, 1), "reference": Reference("r", "A rule"), "sure": Sure.LOCAL}
PERIODS = [("P1", "P2", "P3"), ("DAY",)]
UNAUTHORISED = ("G", "N", "O", "U")
COMPARATORS = ("<", "<=", ">", ">=")
SEMESTER = ("9", "10", "11", "12")


def found_by(
    school: School, rng: Random, terms: Terms, history: History = NOTHING_DONE
) -> list[Finding]:
    """What Rollbook finds with one rule of these terms and no other."""
    pack: PolicyPack = PACKS[school.jurisdiction]
    rule = Trigger("rule", "The rule", type(terms).kind, (terms,))
    return assess(
        replace(pack, triggers=(rule,)),
        school.calendar,
        school.frame(rng),
        school.students,
        school.enrolments,
        school.recorded,
        as_of=school.as_of,
        history=history,
    )


def by_student(
    findings: list[Finding], counts: Callable[[Finding], tuple[int, ...]] = lambda _: ()
) -> Mapping[str, Crossed]:
    return {one.student_id: Crossed(one.crossed_on, one.holds, counts(one)) for one in findings}


def compared(finding: Finding) -> tuple[int, ...]:
    assert finding.denominator is not None
    return finding.numerator, finding.denominator


def by_hand(school: School, count: Callable[..., object]) -> Mapping[str, object]:
    """The answer for each student of whom there is one."""
    answers = {pupil.student_id: count(pupil) for pupil in school.pupils}
    return {name: answer for name, answer in answers.items() if answer}


def count_terms(rng: Random, window: str, **more: object) -> CountTerms:
    sizes = {"days": rng.choice([7, 28, 45]), "months": rng.choice([1, 2, 6])}
    size = sizes.get(window, rng.choice([1, 3, 10]) if window == "school-weeks" else 1)
    terms = {
        "unit": "days",
        "threshold": rng.choice([1, 2, 3, 5, 10, 12]),
        "window": window,
        "comparator": rng.choice([">=", ">"]),
        "size": size,
        **DATED,
        **more,
    }
    return CountTerms(**terms)  # type: ignore[arg-type]


@schools(jurisdiction="gb-eng", negative=True, likes=UNAUTHORISED)
def test_sessions_in_a_window_of_any_kind(school: School, rng: Random) -> None:
    window = rng.choice(["school-weeks", "school-weeks", "days", "months", "term", "school-year"])
    codes = rng.choice([UNAUTHORISED, ("I",), ("O", "U")])
    one_year = rng.random() < 0.4
    terms = count_terms(rng, window, unit="sessions", codes=codes, within_year=one_year)

    def count(pupil: thresholds.Pupil) -> Crossed | None:
        units = thresholds.coded_sessions(school, pupil, codes)
        units = thresholds.within_year(school, units) if one_year else units
        return thresholds.reached(school, units, window, terms.size, terms.least)

    assert_same(school, by_student(found_by(school, rng, terms)), by_hand(school, count), terms)


@schools(jurisdiction="us-tx", parts=PERIODS, negative=True, likes=("U", "T"))
def test_texas_days_without_excuse_in_a_window(school: School, rng: Random) -> None:
    window = rng.choice(["days", "days", "months", "term", "school-year"])
    minutes = rng.choice([None, 0, 29, 30])
    terms = count_terms(rng, window, minutes_over=minutes, within_year=True)

    def count(pupil: thresholds.Pupil) -> Crossed | None:
        days = thresholds.within_year(school, thresholds.truant_days(school, pupil, minutes))
        return thresholds.reached(school, days, window, terms.size, terms.least)

    assert_same(school, by_student(found_by(school, rng, terms)), by_hand(school, count), terms)


@schools(jurisdiction="us-ca", parts=PERIODS, negative=True, likes=("U", "C", "W", "T"))
def test_californian_truancy_events(school: School, rng: Random) -> None:
    window = rng.choice(["school-year", "school-year", "days"])
    minutes = rng.choice([None, 0, 30, 30, 29])
    terms = count_terms(rng, window, minutes_over=minutes, within_year=True, once=True)

    def count(pupil: thresholds.Pupil) -> Crossed | None:
        days = thresholds.within_year(school, thresholds.truant_days(school, pupil, minutes))
        return thresholds.reached(school, days, window, terms.size, terms.least)

    assert_same(school, by_student(found_by(school, rng, terms)), by_hand(school, count), terms)


def rate_terms(rng: Random) -> RateTerms:
    return RateTerms(
        measure=rng.choice(["attendance", "absence", "unauthorised"]),
        comparator=rng.choice(COMPARATORS),
        threshold=Fraction(rng.choice([5, 10, 25, 50, 75, 90, 95]), 100),
        period=rng.choice(["school-year", "term"]),
        **DATED,  # type: ignore[arg-type]
    )


def rates_agree(school: School, rng: Random) -> None:
    terms = rate_terms(rng)
    first, _ = of_period(school, terms.period)

    def count(pupil: thresholds.Pupil) -> Crossed | None:
        return thresholds.rate_crossed(
            school,
            pupil,
            measure=terms.measure,
            comparator=terms.comparator,
            threshold=terms.threshold,
            first=first,
        )

    found = by_student(found_by(school, rng, terms), compared)
    assert_same(school, found, by_hand(school, count), terms)


@schools(jurisdiction="gb-eng", years=1)
def test_english_rates(school: School, rng: Random) -> None:
    rates_agree(school, rng)


@schools(jurisdiction="us-tx", years=1, parts=PERIODS)
def test_texas_rates(school: School, rng: Random) -> None:
    rates_agree(school, rng)


@schools(jurisdiction="us-ca", years=1, parts=[("DAY",)])
def test_californian_rates(school: School, rng: Random) -> None:
    rates_agree(school, rng)


@schools(jurisdiction="us-tx", years=1, parts=[("P1", "P2", "P3")], likes=("U", "C", "A"))
def test_texas_classes(school: School, rng: Random) -> None:
    method = rng.choice(["excluded", "attended"])
    terms = ClassTerms(
        threshold=Fraction(9, 10),
        committee_below=Fraction(3, 4),
        semester_grades=SEMESTER,
        leave_out=("C",),
        leave_out_method=method,
        **DATED,  # type: ignore[arg-type]
    )
    found = {
        (one.student_id, one.part): (one.band, *compared(one))
        for one in found_by(school, rng, terms)
    }
    for part in school.parts:
        hand = {
            pupil.student_id: thresholds.class_band(school, pupil, part, SEMESTER, method)
            for pupil in school.pupils
        }
        ours = {name: found.get((name, part)) for name in hand}
        theirs = {name: answer if answer[0] else None for name, answer in hand.items()}
        assert_same(school, ours, theirs, f"{part} {terms}")


@schools(jurisdiction="gb-eng", years=1, likes=UNAUTHORISED)
def test_days_in_a_row(school: School, rng: Random) -> None:
    codes = rng.choice([UNAUTHORISED, ("I",), ("G", "O")])
    least = rng.choice([1, 2, 3, 5, 10])
    terms = ConsecutiveTerms(threshold=least, codes=codes, within_year=True, **DATED)  # type: ignore[arg-type]

    def count(pupil: thresholds.Pupil) -> date | None:
        return thresholds.row_reached(school, pupil, codes, least, school.year.first)

    found = {one.student_id: one.crossed_on for one in found_by(school, rng, terms)}
    assert_same(school, found, by_hand(school, count), terms)


@schools(jurisdiction="gb-eng", negative=True, likes=("N",))
def test_marks_whose_reason_is_open(school: School, rng: Random) -> None:
    size = rng.choice([0, 1, 5, 5, 10])
    terms = OpenMarkTerms(codes=("N",), size=size, **DATED)  # type: ignore[arg-type]

    def count(pupil: thresholds.Pupil) -> list[tuple[date, str]]:
        return thresholds.open_marks(school, pupil, ("N",), size)

    found = {
        one.student_id: [(mark.session.day, mark.session.part) for mark in one.evidence]
        for one in found_by(school, rng, terms)
    }
    assert_same(school, found, by_hand(school, count), terms)


@schools(jurisdiction="us-tx", years=1, parts=[("DAY",)], negative=True)
def test_a_notice_to_everyone(school: School, rng: Random) -> None:
    size = rng.choice([1, 5, 10, 20, 30])
    terms = RosterTerms(size=size, **DATED)  # type: ignore[arg-type]

    def count(pupil: thresholds.Pupil) -> bool:
        return thresholds.is_due_at_start(school, pupil, size)

    found = {one.student_id: True for one in found_by(school, rng, terms)}
    assert_same(school, found, by_hand(school, count), terms)


@schools(jurisdiction="us-ca", parts=PERIODS, negative=True, likes=("U", "C", "W", "T"))
def test_a_step_after_reports(school: School, rng: Random) -> None:
    """A second report follows the first, and a third the second, after further days."""
    minutes = rng.choice([None, 0, 30])
    reports, events = rng.choice([1, 1, 2, 3]), rng.choice([0, 1, 1, 3])
    terms = SequenceTerms(
        after=("first",),
        reports=reports,
        events=events,
        minutes_over=minutes,
        **DATED,  # type: ignore[arg-type]
    )
    sent = {
        pupil.student_id: [
            (until + rng.randint(0, 4) * DAY, until)
            for until in sorted(rng.sample(school.days, rng.randint(0, 3)))
        ]
        for pupil in school.pupils
    }
    letters = [
        Sent(name, "first", "Ana", prepared=until, until=until, mailed=mailed)
        for name, each in sent.items()
        for mailed, until in each
        if mailed <= school.as_of
    ]

    def count(pupil: thresholds.Pupil) -> date | None:
        return thresholds.step_reached(
            school,
            pupil,
            sent[pupil.student_id],
            reports=reports,
            events=events,
            minutes_over=minutes,
        )

    findings = found_by(school, rng, terms, History(letters))
    found = {one.student_id: one.crossed_on for one in findings}
    assert_same(school, found, by_hand(school, count), f"{terms} {sent}")


@schools(jurisdiction="us-ca", years=1, parts=[("DAY",)], likes=("I", "M"))
def test_days_of_some_codes_in_a_year(school: School, rng: Random) -> None:
    """Days of illness, as for a letter about many excused absences."""
    codes = rng.choice([("I",), ("I", "M", "E"), ("U", "C")])
    terms = count_terms(rng, "school-year", codes=codes, within_year=True)

    def count(pupil: thresholds.Pupil) -> Crossed | None:
        days = thresholds.coded_sessions(school, pupil, codes)
        return thresholds.reached(school, days, "school-year", 1, terms.least)

    assert_same(school, by_student(found_by(school, rng, terms)), by_hand(school, count), terms)
