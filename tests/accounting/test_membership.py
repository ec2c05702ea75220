"""Days of membership, first on the cases of the handbook, then against counting by hand."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from rollbook.accounting.membership import MembershipDays, membership_days
from rollbook.attendance import Recorded, read_register
from rollbook.policy import load_pack
from rollbook.register import Enrolment, Student, register_frame
from rollbook.school_calendar import SchoolCalendar, SchoolYear, Span, Track
from tests.accounting.schools import FIRST, weekdays

TEXAS = load_pack("us-tx")
DAYS = weekdays(10)
YEAR = SchoolYear(
    "2026-27", DAYS[0], DAYS[-1], tracks=(Track("B", (Span("Off", DAYS[3], DAYS[4]),)),)
)
CALENDAR = SchoolCalendar((YEAR,))
PERIODS = [Span("1", DAYS[0], DAYS[5] - timedelta(1)), Span("2", DAYS[5], DAYS[9])]
ANA = {"7": Student("7", grade="4", campus="041")}


def count(
    *enrolments: Enrolment,
    absent: Sequence[date] = (),
    recorded: tuple[date, date] = (DAYS[0], DAYS[-1]),
    calendar: SchoolCalendar = CALENDAR,
    weekends: bool = True,
) -> list[MembershipDays]:
    frame = register_frame(
        {
            "student_id": ["7" for _ in absent],
            "date": list(absent),
            "part": ["P2" for _ in absent],
            "symbol": ["U" for _ in absent],
        }
    )
    reading = read_register(
        frame,
        TEXAS,
        calendar,
        students=ANA.values(),
        enrolments=enrolments,
        recorded=[Recorded("", *recorded, ("P2",), negative=True)],
        first=DAYS[0],
        last=DAYS[-1],
    )
    return membership_days(
        reading, ANA, enrolments, PERIODS, outside=TEXAS.outside_membership, weekends=weekends
    )


def shown(days: Sequence[MembershipDays]) -> list[tuple[str, str, int, int]]:
    return [(one.campus, one.period, one.membership, one.absent) for one in days]


def test_the_withdrawal_date_is_not_in_membership() -> None:
    found = count(Enrolment("7", DAYS[1], DAYS[6]), absent=[DAYS[0], DAYS[2], DAYS[6]])
    assert shown(found) == [("041", "1", 4, 1), ("041", "2", 1, 0)]


def test_a_transfer_without_a_gap_loses_and_doubles_no_day() -> None:
    found = count(
        Enrolment("7", DAYS[0], DAYS[2], campus="041"), Enrolment("7", DAYS[2], campus="101")
    )
    assert shown(found) == [("041", "1", 2, 0), ("101", "1", 3, 0), ("101", "2", 5, 0)]


def test_the_days_of_a_gap_are_in_no_membership() -> None:
    found = count(Enrolment("7", DAYS[0], DAYS[2]), Enrolment("7", DAYS[7]), absent=[DAYS[4]])
    assert shown(found) == [("041", "1", 2, 0), ("041", "2", 3, 0)]


def test_a_day_two_campuses_claim_belongs_to_the_one_entered_last() -> None:
    found = count(
        Enrolment("7", DAYS[0], campus="041"), Enrolment("7", DAYS[3], DAYS[5], campus="101")
    )
    assert shown(found) == [("041", "1", 3, 0), ("041", "2", 5, 0), ("101", "1", 2, 0)]


def test_enrolled_and_not_in_membership_is_no_day() -> None:
    assert count(Enrolment("7", DAYS[0], ada_code="0")) == []
    assert count(Enrolment("7", DAYS[0], ada_code="9")) == []


def test_a_student_without_enrolment_is_there_throughout() -> None:
    assert shown(count()) == [("041", "1", 5, 0), ("041", "2", 5, 0)]


def test_a_track_has_its_own_days() -> None:
    found = count(Enrolment("7", DAYS[0], track="B"), absent=[DAYS[2], DAYS[3]])
    assert shown(found) == [("041", "1", 3, 1), ("041", "2", 5, 0)]


def test_a_day_nobody_recorded_is_unmarked_and_in_no_figure() -> None:
    first, second = count(Enrolment("7", DAYS[0]), recorded=(DAYS[0], DAYS[2]))
    assert (first.membership, first.unmarked) == (3, 2)
    assert (second.membership, second.unmarked) == (0, 5)


def test_school_on_a_saturday_counts_only_where_weekends_do() -> None:
    saturday = DAYS[4] + timedelta(1)
    year = SchoolYear("2026-27", DAYS[0], DAYS[-1], extra_days=(saturday,))
    calendar = SchoolCalendar((year,))
    for weekends, days in ((True, 6), (False, 5)):
        found = count(
            Enrolment("7", DAYS[0]), absent=[saturday], calendar=calendar, weekends=weekends
        )
        assert (found[0].membership, found[0].absent) == (days, days - 5)


def by_hand(
    enrolments: Sequence[Enrolment], absent: Mapping[str, set[date]]
) -> Counter[tuple[str, str, str, str, str]]:
    """Count day by day: which enrolment holds the day, and was the student there."""
    found: Counter[tuple[str, str, str, str, str]] = Counter()
    for student_id in {one.student_id for one in enrolments}:
        for period in PERIODS:
            for day in DAYS:
                holding = [
                    one
                    for one in enrolments
                    if one.student_id == student_id
                    and one.holds(day)
                    and one.ada_code not in ("0", "9")
                ]
                if day not in period or not holding:
                    continue
                one = max(holding, key=lambda one: one.entry_date)
                if not CALENDAR.is_school_day(day, one.track):
                    continue
                what = "absent" if day in absent[student_id] else "present"
                found[student_id, one.campus, one.track, period.name, what] += 1
    return found


@settings(max_examples=200, deadline=None)
@given(st.randoms(use_true_random=False))
def test_membership_is_what_one_counts_by_hand(random: Random) -> None:
    enrolments = []
    absent: dict[str, set[date]] = {}
    for student_id in ("7", "8", "9", "10"):
        for entry in sorted(random.sample(range(-2, 10), random.randint(1, 3))):
            left = entry + random.randint(1, 8) if random.random() < 0.7 else None
            enrolments.append(
                Enrolment(
                    student_id,
                    FIRST + timedelta(entry),
                    None if left is None else FIRST + timedelta(left),
                    campus=random.choice(["041", "101"]),
                    track=random.choice(["", "A", "B"]),
                    ada_code=random.choice(["0", "1", "2", "9"]),
                )
            )
        absent[student_id] = {day for day in DAYS if random.random() < 0.3}
    rows = [(student_id, day) for student_id, days in absent.items() for day in sorted(days)]
    reading = read_register(
        register_frame(
            {
                "student_id": [row[0] for row in rows],
                "date": [row[1] for row in rows],
                "part": "P2" if rows else [],
                "symbol": "U" if rows else [],
            }
        ),
        TEXAS,
        CALENDAR,
        enrolments=enrolments,
        recorded=[Recorded("", DAYS[0], DAYS[-1], ("P2",), negative=True)],
        first=DAYS[0],
        last=DAYS[-1],
    )
    found: Counter[tuple[str, str, str, str, str]] = Counter()
    for one in membership_days(reading, {}, enrolments, PERIODS, outside=TEXAS.outside_membership):
        key = (one.student_id, one.campus, one.track, one.period)
        found[*key, "present"] += one.present
        found[*key, "absent"] += one.absent
        assert one.unmarked == 0
    assert +found == by_hand(enrolments, absent)
