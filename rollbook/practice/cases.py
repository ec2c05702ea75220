"""Students made on purpose: for each rule some who cross it and some who only just do not.

A recipe says, for the school days so far, which marks one student has. All other sessions of that
student are attended, so nothing but the recipe decides. The numbers of the rules are repeated here
on purpose: a case must not move when a rule pack is changed by mistake.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rollbook.practice.people import Oddity
from rollbook.practice.places import Level
from rollbook.school_calendar import monday_of

WHOLE_DAY = ""


@dataclass(frozen=True, slots=True)
class Stroke:
    """One mark of a recipe: the school day counted from 0, the part (or the whole day), the code.

    A ``symbol`` of ``""`` says the student was there after all.
    """

    day: int
    symbol: str
    part: str = WHOLE_DAY
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """The marks of one made student, and what the next week's exports change.

    ``first_school_day`` starts the student later, to make a share come out exactly.
    ``then_fires`` says whether the rule is crossed after the next week's exports, where it matters.
    """

    marks: Sequence[Stroke]
    first_school_day: int = 0
    corrections: Sequence[Stroke] = ()
    next_week: Sequence[Stroke] = ()
    then_fires: bool | None = None


@dataclass(frozen=True, slots=True)
class SchoolDays:
    """The school days up to now, those of the present term, and those of next week.

    ``term_days`` is how many school days the present term has from its first to its last.
    """

    days: Sequence[date]
    term_start: int
    term_days: int
    next_week: Sequence[date]

    @property
    def count(self) -> int:
        """How many school days there have been."""
        return len(self.days)

    def spread(self, count: int, start: int = 0, end: int | None = None) -> list[int]:
        """Return ``count`` school days evenly apart, from ``start`` up to before ``end``."""
        span = (self.count if end is None else end) - start
        if not 0 <= count <= span:
            raise DoesNotFit
        return [start + (2 * place + 1) * span // (2 * count) for place in range(count)]

    def within_last(self, calendar_days: int) -> int:
        """Return the first school day of the last so many calendar days."""
        since = self.days[-1] - timedelta(days=calendar_days - 1)
        return next(place for place, day in enumerate(self.days) if day >= since)

    def weeks(self) -> list[list[int]]:
        """Return the school days by school week."""
        weeks: dict[date, list[int]] = {}
        for place, day in enumerate(self.days):
            weeks.setdefault(monday_of(day), []).append(place)
        return list(weeks.values())


class DoesNotFit(Exception):
    """The school year is too young for this case."""


def _tens(days: SchoolDays) -> int:
    """Return the school day to start on so that the number of days is a multiple of ten."""
    if days.count < 10:
        raise DoesNotFit
    return days.count % 10


@dataclass(frozen=True, slots=True)
class Recipe:
    """One made student: the rule, whether it is crossed, why, and the marks."""

    trigger: str
    fires: bool
    why: str
    plan: Callable[[SchoolDays], Plan]
    levels: frozenset[Level] = frozenset(Level)
    oddity: Oddity = Oddity.NONE
    language: str = ""
    two_character_codes: bool = False
    age: int | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A made student of a practice school, and what must be found about them.

    ``then_fires`` is about the time after the next week's exports; ``None`` when not decided.
    """

    trigger: str
    fires: bool
    student_id: str
    why: str
    then_fires: bool | None = None


OLDER = frozenset({Level.MIDDLE, Level.HIGH})
HIGH = frozenset({Level.HIGH})
YOUNGER = frozenset({Level.ELEMENTARY})


# --- England: sessions, two a school day ---------------------------------------------------------


def _sessions(days: SchoolDays, count: int, symbol: str, start: int = 0) -> list[Stroke]:
    """Return ``count`` sessions as whole days evenly apart, and one more morning if odd."""
    places = days.spread(count // 2 + count % 2, start)
    strokes = [Stroke(place, symbol) for place in places]
    if count % 2:
        strokes[-1] = Stroke(places[-1], symbol, "AM")
    return strokes


def _england_share(part: int, of: int, more: int, symbol: str) -> Callable[[SchoolDays], Plan]:
    """Miss the smallest number of sessions that is at least ``part`` in ``of``, and ``more``."""

    def plan(days: SchoolDays) -> Plan:
        least = -(-2 * days.count * part // of)
        return Plan(_sessions(days, least + more, symbol))

    return plan


def _england_more_than(part: int, of: int, symbol: str) -> Callable[[SchoolDays], Plan]:
    def plan(days: SchoolDays) -> Plan:
        return Plan(_sessions(days, 2 * days.count * part // of + 1, symbol))

    return plan


def _exactly_95(days: SchoolDays) -> Plan:
    start = _tens(days)
    return Plan(_sessions(days, (days.count - start) // 10, "I", start), start)


def _exactly_90_without_transport(days: SchoolDays) -> Plan:
    no_bus = days.count % 5
    missed = (days.count - no_bus) * 2 // 10
    return Plan(
        [
            *(Stroke(place, "Y1") for place in range(no_bus)),
            *_sessions(days, missed, "I", no_bus),
        ]
    )


def _half_days_only(days: SchoolDays) -> Plan:
    return Plan([Stroke(place, "C2", "PM") for place in range(days.count)])


def _just_under_half(days: SchoolDays) -> Plan:
    return Plan([Stroke(place, "I", "AM") for place in range(days.count - 1)])


def _week_of_holiday(days: SchoolDays) -> Plan:
    week = next((week for week in reversed(days.weeks()[:-1]) if len(week) == 5), None)
    if week is None:
        raise DoesNotFit
    return Plan([Stroke(place, "G") for place in week])


def _mixed_unauthorised(days: SchoolDays) -> Plan:
    start = days.weeks()[-10:][0][0]
    places = days.spread(6, start, days.count - 2)
    return Plan(
        [
            Stroke(places[0], "U", "AM"),
            Stroke(places[1], "O"),
            Stroke(places[2], "G"),
            Stroke(places[3], "U", "AM"),
            Stroke(places[4], "N", "PM"),
            Stroke(places[5], "O", "AM"),
            Stroke(days.count - 1, "N"),
        ]
    )


def _two_become_illness(days: SchoolDays) -> Plan:
    start = days.weeks()[-10:][0][0]
    places = days.spread(4, start, days.count - 1)
    last = days.count - 1
    return Plan(
        [*(Stroke(place, "O") for place in places), Stroke(last, "N")],
        corrections=[Stroke(last, "I")],
        then_fires=False,
    )


def _nine_sessions(days: SchoolDays) -> Plan:
    start = days.weeks()[-10:][0][0]
    return Plan(_sessions(days, 9, "O", start))


def _tenth_next_week(days: SchoolDays) -> Plan:
    if not days.next_week:
        raise DoesNotFit
    weeks = days.weeks()[-9:]
    if len(weeks) < 9:
        raise DoesNotFit
    marks = [Stroke(week[0], "U", "AM") for week in weeks]
    return Plan(marks, next_week=[Stroke(0, "O", "AM")], then_fires=True)


def _ten_in_eleven_weeks(days: SchoolDays) -> Plan:
    weeks = days.weeks()[-11:]
    marks = [Stroke(week[0], "O", "AM") for week in weeks]
    if len(weeks) == 11:
        return Plan([*marks[:5], *marks[6:]])
    if len(weeks) == 10 and days.next_week:
        return Plan([*marks[:5], *marks[6:]], next_week=[Stroke(0, "O", "AM")])
    raise DoesNotFit


def _nothing_yet(days: SchoolDays) -> Plan:
    return Plan(
        [Stroke(days.count - 1, "N", "AM")],
        corrections=[Stroke(days.count - 1, "", "AM")],
    )


def _days_in_a_row(count: int, symbol: str) -> Callable[[SchoolDays], Plan]:
    """Miss the last ``count`` school days but one, so that the row has an end."""

    def plan(days: SchoolDays) -> Plan:
        first = days.count - 1 - count
        if first < 0:
            raise DoesNotFit
        return Plan([Stroke(place, symbol) for place in range(first, days.count - 1)])

    return plan


def _sessions_of(count: int, symbol: str) -> Callable[[SchoolDays], Plan]:
    return lambda days: Plan(_sessions(days, count, symbol))


def _days_ago(count: int, symbol: str) -> Callable[[SchoolDays], Plan]:
    """Have one mark ``count`` school days before the last one."""

    def plan(days: SchoolDays) -> Plan:
        if count >= days.count:
            raise DoesNotFit
        return Plan([Stroke(days.count - 1 - count, symbol, "PM")])

    return plan


def _late_within(weeks: int, count: int) -> Callable[[SchoolDays], Plan]:
    """Be late ``count`` mornings in the last so many school weeks, now and then after closing."""

    def plan(days: SchoolDays) -> Plan:
        places = days.spread(count, days.weeks()[-weeks:][0][0])
        return Plan([Stroke(place, "LLU"[turn % 3], "AM") for turn, place in enumerate(places)])

    return plan


_ENGLAND = (
    Recipe("eng-l1", True, "just below 95 %", _england_more_than(5, 100, "I")),
    Recipe(
        "eng-l1", True, "just below 95 %, two households",
        _england_more_than(5, 100, "M"), oddity=Oddity.TWO_HOUSEHOLDS,
    ),
    Recipe("eng-l1", False, "attendance is exactly 95 %", _exactly_95),
    Recipe("eng-l2", True, "just below 90 %", _england_more_than(10, 100, "I")),
    Recipe(
        "eng-l2", True, "just below 90 %, no address",
        _england_more_than(10, 100, "I"), oddity=Oddity.NO_ADDRESS,
    ),
    Recipe(
        "eng-l2", True, "just below 90 %, medical plan",
        _england_more_than(12, 100, "I"), oddity=Oddity.MEDICAL_PLAN,
    ),
    Recipe(
        "eng-l2", True, "just below 90 %, court order against the only contact",
        _england_more_than(10, 100, "O"), oddity=Oddity.NO_CONTACT_ALLOWED,
    ),
    Recipe(
        "eng-l2", False, "attendance is exactly 90 %",
        _exactly_90_without_transport, two_character_codes=True,
    ),
    Recipe(
        "eng-pa", True, "absent exactly 10 %",
        _exactly_90_without_transport, two_character_codes=True,
    ),
    Recipe("eng-pa", False, "one session short of 10 %", _england_share(10, 100, -1, "I")),
    Recipe(
        "eng-sa", True, "absent exactly half, on a part-time timetable",
        _half_days_only, two_character_codes=True,
    ),
    Recipe("eng-sa", False, "one session short of half", _just_under_half),
    Recipe("eng-pn", True, "ten sessions of holiday in one week", _week_of_holiday),
    Recipe(
        "eng-pn", True, "ten sessions of U, O, G and N, three of them unresolved",
        _mixed_unauthorised, oddity=Oddity.TWO_HOUSEHOLDS,
    ),
    Recipe(
        "eng-pn", True, "ten sessions, one parent under a court order",
        _week_of_holiday, oddity=Oddity.COURT_ORDER,
    ),
    Recipe("eng-pn", True, "ten sessions until two turn out to be illness", _two_become_illness),
    Recipe("eng-pn", False, "nine sessions", _nine_sessions),
    Recipe("eng-pn", False, "nine sessions, the tenth comes next week", _tenth_next_week),
    Recipe("eng-pn", False, "ten sessions in eleven school weeks", _ten_in_eleven_weeks),
    Recipe("eng-l1", False, "one session without a reason, cleared next week", _nothing_yet),
    Recipe("eng-la10", True, "ten school days in a row without a reason", _days_in_a_row(10, "O")),
    Recipe("eng-la10", False, "nine school days in a row", _days_in_a_row(9, "O")),
    Recipe("eng-cme", True, "twenty school days in a row", _days_in_a_row(20, "G")),
    Recipe("eng-cme", False, "nineteen school days in a row", _days_in_a_row(19, "G")),
    Recipe("eng-sick15", True, "thirty sessions of illness", _sessions_of(30, "I")),
    Recipe("eng-sick15", False, "29 sessions of illness", _sessions_of(29, "I")),
    Recipe("eng-n5", True, "no reason for more than five school days", _days_ago(6, "N")),
    Recipe("eng-n5", False, "no reason for exactly five school days", _days_ago(5, "N")),
    Recipe("eng-late", True, "late five mornings in six school weeks", _late_within(6, 5)),
    Recipe("eng-late", False, "late four mornings in six school weeks", _late_within(6, 4)),
    Recipe("eng-nti", False, "ten sessions, but no support is on record", _week_of_holiday),
    Recipe("eng-day1", True, "no reason today", _days_ago(0, "N")),
    Recipe("eng-day1", False, "no reason yesterday", _days_ago(1, "N")),
)  # fmt: skip


# --- Texas: days by the official period, and unexcused days or parts of days ----------------------


def _days_of(places: Sequence[int], symbol: str) -> list[Stroke]:
    return [Stroke(place, symbol) for place in places]


def _three_in_four_weeks(days: SchoolDays) -> Plan:
    one, two, three = days.spread(3, days.within_last(27))
    return Plan([Stroke(one, "U"), Stroke(two, "U", "P6"), Stroke(three, "U")])


def _three_until_a_note_comes(days: SchoolDays) -> Plan:
    one, two, three = days.spread(3, days.within_last(27))
    return Plan(
        _days_of([one, two, three], "U"),
        corrections=[Stroke(three, "A", comment="NOTE FROM DOCTOR")],
        then_fires=False,
    )


def _two_days_many_periods(days: SchoolDays) -> Plan:
    one, two = days.spread(2, days.within_last(27))
    return Plan(
        [Stroke(one, "U", "P3"), Stroke(one, "U", "P4"), Stroke(two, "U", "P5"),
         Stroke(two, "U", "P6")]
    )  # fmt: skip


def _days_1_and_29(days: SchoolDays) -> Plan:
    places = {day: place for place, day in enumerate(days.days)}
    fortnight = timedelta(days=14)
    for day in reversed(days.days):
        three = [places.get(day - 2 * fortnight), places.get(day - fortnight), places[day]]
        if None not in three:
            return Plan([Stroke(place, "U") for place in three if place is not None])
    raise DoesNotFit


def _unexcused_days(count: int, part_of_day: bool = True) -> Callable[[SchoolDays], Plan]:
    def plan(days: SchoolDays) -> Plan:
        places = days.spread(count, max(days.count - 80, 0))
        parts = ["P5" if part_of_day and number % 3 == 1 else "" for number in range(count)]
        return Plan([Stroke(place, "U", part) for place, part in zip(places, parts, strict=True)])

    return plan


def _class_missed(period: str, share: int) -> Callable[[SchoolDays], Plan]:
    """Miss one class on just more than ``share`` per cent of the days of the term."""

    def plan(days: SchoolDays) -> Plan:
        offered = days.count - days.term_start
        missed = offered * share // 100 + 1
        return Plan(
            [
                Stroke(place, "A", period, "STANDING APPOINTMENT")
                for place in days.spread(missed, days.term_start)
            ]
        )

    return plan


def _of_the_whole_semester(period: str, more: int) -> Callable[[SchoolDays], Plan]:
    """Miss one class on 5 per cent of all days of the semester, and ``more``."""

    def plan(days: SchoolDays) -> Plan:
        missed = days.term_days * 5 // 100 + more
        return Plan([Stroke(place, "A", period) for place in days.spread(missed, days.term_start)])

    return plan


def _class_just_kept(days: SchoolDays) -> Plan:
    offered = days.count - days.term_start
    return Plan([Stroke(place, "A", "P4") for place in days.spread(offered // 10, days.term_start)])


def _day_share_more(symbol: str) -> Callable[[SchoolDays], Plan]:
    def plan(days: SchoolDays) -> Plan:
        return Plan(_days_of(days.spread(days.count // 10 + 1), symbol))

    return plan


def _day_share_exactly(symbol: str) -> Callable[[SchoolDays], Plan]:
    def plan(days: SchoolDays) -> Plan:
        start = _tens(days)
        return Plan(_days_of(days.spread((days.count - start) // 10, start), symbol), start)

    return plan


def _day_share_short(symbol: str) -> Callable[[SchoolDays], Plan]:
    def plan(days: SchoolDays) -> Plan:
        return Plan(_days_of(days.spread((days.count - 1) // 10), symbol))

    return plan


def _unexcused_this_term(count: int) -> Callable[[SchoolDays], Plan]:
    return lambda days: Plan(_days_of(days.spread(count, days.term_start), "U"))


def _on_roll_for(count: int) -> Callable[[SchoolDays], Plan]:
    """Start so late that the last day is the ``count``-th school day on roll."""

    def plan(days: SchoolDays) -> Plan:
        if count >= days.count:
            raise DoesNotFit
        return Plan([], first_school_day=days.count - count)

    return plan


def _posted_by_mistake(days: SchoolDays) -> Plan:
    last = days.count - 1
    return Plan([Stroke(last, "U")], corrections=[Stroke(last, "", comment="WAS IN THE LIBRARY")])


_TEXAS = (
    Recipe("tx-tru3", True, "three days or parts in four weeks", _three_in_four_weeks, OLDER),
    Recipe(
        "tx-tru3", True, "three days or parts, the family speaks Spanish",
        _three_in_four_weeks, OLDER, language="es",
    ),
    Recipe(
        "tx-tru3", True, "three days or parts, no address",
        _three_in_four_weeks, OLDER, Oddity.NO_ADDRESS,
    ),
    Recipe(
        "tx-tru3", True, "three days or parts, two households, Spanish",
        _three_in_four_weeks, OLDER, Oddity.TWO_HOUSEHOLDS, "es",
    ),
    Recipe(
        "tx-tru3", True, "three days until a doctor's note clears one",
        _three_until_a_note_comes, OLDER,
    ),
    Recipe("tx-tru3", False, "four periods on only two days", _two_days_many_periods, OLDER),
    Recipe("tx-tru3", False, "the first and third day are days 1 and 29", _days_1_and_29),
    Recipe("tx-tru3", False, "one day, posted by mistake", _posted_by_mistake),
    Recipe("tx-tru10", True, "ten days or parts", _unexcused_days(10), OLDER, age=13),
    Recipe(
        "tx-tru10", True, "ten days or parts, one parent under a court order",
        _unexcused_days(10), OLDER, Oddity.COURT_ORDER, "es", age=13,
    ),
    Recipe("tx-tru10", False, "nine days or parts", _unexcused_days(9), OLDER, age=13),
    Recipe(
        "tx-tru10", False, "ten days, but too young for the truancy court",
        _unexcused_days(10, part_of_day=False), YOUNGER,
    ),
    Recipe(
        "tx-par10", True, "ten days, under 12",
        _unexcused_days(10, part_of_day=False), YOUNGER,
    ),
    Recipe(
        "tx-par10", False, "nine days, under 12",
        _unexcused_days(9, part_of_day=False), YOUNGER,
    ),
    Recipe("tx-90", True, "one class just below 90 %", _class_missed("P4", 10), HIGH),
    Recipe(
        "tx-90", True, "one class below 75 %, the family speaks Spanish",
        _class_missed("P5", 25), HIGH, language="es",
    ),
    Recipe(
        "tx-90", True, "one class below 75 %, medical plan",
        _class_missed("P6", 25), HIGH, Oddity.MEDICAL_PLAN,
    ),
    Recipe("tx-90", False, "one class with as many absences as allowed", _class_just_kept, HIGH),
    Recipe(
        "tx-90w", True, "just more than 5 % of all days of a class missed",
        _of_the_whole_semester("P3", 1), HIGH,
    ),
    Recipe(
        "tx-90w", False, "5 % of all days of a class missed, no more",
        _of_the_whole_semester("P3", 0), HIGH,
    ),
    Recipe("tx-chron", True, "absent more than 10 %", _day_share_more("A")),
    Recipe("tx-chron", True, "absent more than 10 % by suspension", _day_share_more("O"), OLDER),
    Recipe("tx-chron", False, "absent exactly 10 %", _day_share_exactly("A")),
    Recipe("tx-warn0", True, "on roll for twenty school days", _on_roll_for(20)),
    Recipe("tx-warn0", False, "on roll for 21 school days", _on_roll_for(21)),
    Recipe(
        "tx-19w", True, "19 years old, three unexcused days this semester",
        _unexcused_this_term(3), HIGH, age=19,
    ),
    Recipe(
        "tx-19w", False, "19 years old, two unexcused days this semester",
        _unexcused_this_term(2), HIGH, age=19,
    ),
    Recipe(
        "tx-19plus", True, "19 years old, six unexcused days this semester",
        _unexcused_this_term(6), HIGH, age=19,
    ),
    Recipe(
        "tx-19plus", False, "19 years old, exactly five unexcused days",
        _unexcused_this_term(5), HIGH, age=19,
    ),
)  # fmt: skip


# --- California: truancy events, and days absent for any reason -----------------------------------


def _full_days(count: int, symbol: str) -> Callable[[SchoolDays], Plan]:
    return lambda days: Plan(_days_of(days.spread(count), symbol))


def _two_days_and_a_tardy(symbol: str, comment: str) -> Callable[[SchoolDays], Plan]:
    def plan(days: SchoolDays) -> Plan:
        one, two, three = days.spread(3)
        return Plan([Stroke(one, "U"), Stroke(two, "U"), Stroke(three, symbol, "P1", comment)])

    return plan


def _three_cut_periods(days: SchoolDays) -> Plan:
    parts = ("P3", "P5", "P7")
    return Plan([Stroke(day, "C", part) for day, part in zip(days.spread(3), parts, strict=True)])


def _truant_until_a_note_comes(days: SchoolDays) -> Plan:
    one, two = days.spread(2, 0, days.count - 1)
    last = days.count - 1
    return Plan(
        _days_of([one, two, last], "U"),
        corrections=[Stroke(last, "I", comment="Doctor's note received")],
        then_fires=False,
    )


def _unverified_until_seen(days: SchoolDays) -> Plan:
    last = days.count - 1
    return Plan([Stroke(last, "A")], corrections=[Stroke(last, "", comment="Was on a field trip")])


_CALIFORNIA = (
    Recipe("ca-truant", True, "three full days", _full_days(3, "U")),
    Recipe(
        "ca-truant", True, "three full days, the family speaks Spanish",
        _full_days(3, "U"), language="es",
    ),
    Recipe(
        "ca-truant", True, "two full days and a tardy of 31 minutes",
        _two_days_and_a_tardy("W", "arrived 31 minutes late"), OLDER,
    ),
    Recipe("ca-truant", True, "three cut periods", _three_cut_periods, OLDER),
    Recipe(
        "ca-truant", True, "three full days, two households, Spanish",
        _full_days(3, "U"), oddity=Oddity.TWO_HOUSEHOLDS, language="es",
    ),
    Recipe(
        "ca-truant", True, "three full days, the only contact is restricted",
        _full_days(4, "U"), oddity=Oddity.NO_CONTACT_ALLOWED,
    ),
    Recipe(
        "ca-truant", True, "three full days until a doctor's note clears one",
        _truant_until_a_note_comes,
    ),
    Recipe(
        "ca-truant", False, "two full days and a tardy of 30 minutes",
        _two_days_and_a_tardy("T", "arrived 30 minutes late"), OLDER,
    ),
    Recipe("ca-truant", False, "two full days", _full_days(2, "U")),
    Recipe("ca-truant", False, "three days of illness", _full_days(3, "I")),
    Recipe("ca-truant", False, "one unverified day, cleared next week", _unverified_until_seen),
    Recipe("ca-chron", True, "absent exactly 10 %", _day_share_exactly("I")),
    Recipe(
        "ca-chron", True, "absent more than 10 %, no address",
        _day_share_more("I"), oddity=Oddity.NO_ADDRESS,
    ),
    Recipe(
        "ca-chron", True, "absent more than 10 %, medical plan, Spanish",
        _day_share_more("M"), oddity=Oddity.MEDICAL_PLAN, language="es",
    ),
    Recipe(
        "ca-chron", True, "absent more than 10 %, one parent restricted",
        _day_share_more("E"), oddity=Oddity.COURT_ORDER,
    ),
    Recipe("ca-chron", False, "one day short of 10 %", _day_share_short("I")),
    Recipe("ca-exc", True, "ten days of illness", _full_days(10, "I")),
    Recipe("ca-exc", False, "nine days of illness", _full_days(9, "I")),
    Recipe("ca-tru2", False, "four days, but no report has been made", _full_days(4, "U")),
    Recipe("ca-tru3", False, "five days, but no report has been made", _full_days(5, "U")),
    Recipe("ca-habit", False, "six days, but no report has been made", _full_days(6, "U")),
    Recipe("ca-chrtru", False, "unexcused for 10 %, but no notice sent", _day_share_more("U")),
)  # fmt: skip

RECIPES: Mapping[str, Sequence[Recipe]] = {
    "us-tx": _TEXAS,
    "us-ca": _CALIFORNIA,
    "gb-eng": _ENGLAND,
}
