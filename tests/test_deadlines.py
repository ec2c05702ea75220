"""What is due by when: counted on the school calendar, struck off when done."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from rollbook.attendance import NO_DATA
from rollbook.ledger import care
from rollbook.office import Office
from rollbook.policy import PolicyPack, Sure, load_pack
from rollbook.register import Action, Enrolment, HoldBack, Mark, Session, Student
from rollbook.reports import Asked, report_named
from rollbook.reports.deadlines import Due, deadlines_of, due_now, open_marks_of
from rollbook.rules import Finding, Sent
from rollbook.school_calendar import SchoolCalendar, SchoolYear, Span
from rollbook.standing import read_standing
from tests.offices import marks, post_extract, roster, small_office

REFERENCES = """
[references]
own = { text = "The law of the tests" }
"""

DEADLINE = """
[[deadlines]]
id = "{id}"
title = "{title}"
{words}
from = 2024-08-19
reference = "own"
sure = "{sure}"
"""

CALENDAR = SchoolCalendar(
    (
        SchoolYear(
            "2026-27",
            date(2026, 8, 12),
            date(2026, 12, 18),
            closures=(Span("Thanksgiving", date(2026, 11, 23), date(2026, 11, 27)),),
        ),
    )
)


def deadline(name: str, words: str, title: str = "Do it", sure: str = "V") -> str:
    return DEADLINE.format(id=name, title=title, words=words, sure=sure)


def pack_of(folder: Path, base: str, *deadlines: str) -> PolicyPack:
    """A district's pack that adds deadlines; those its state has are left out."""
    text = f'extends = "{base}"\n' + REFERENCES + "".join(deadlines)
    (folder / "own.toml").write_text(text, encoding="utf-8")
    pack = load_pack("own", folder)
    return replace(pack, deadlines=tuple(one for one in pack.deadlines if one.id[:2] == "t-"))


REFER = deadline(
    "t-refer",
    """\
trigger = "tx-tru10"
counted_from = "crossed"
size = 10
unit = "school days"
met_by = ["referral"]""",
    "Refer to truancy court",
)
OPEN_MARKS = """
[[triggers]]
id = "t-open"
title = "Reason not known"
kind = "open_marks"
[[triggers.terms]]
from = 2024-08-19
reference = "own"
sure = "V2"
codes = ["N"]
size = 5
"""
RESOLVE = OPEN_MARKS + deadline(
    "t-n5",
    """\
trigger = "t-open"
counted_from = "mark"
size = 5
unit = "school days\"""",
    "Enter the reason",
    "V2",
)


def payment(days: int) -> str:
    return deadline(
        f"t-pay{days}",
        f"""\
action = "penalty-notice"
counted_from = "received"
size = {days}
unit = "days"
beginning_with = true
met_by = ["other"]""",
        f"Payment within {days} days",
    )


def finding(trigger: str, crossed_on: str, evidence: Sequence[Mark] = ()) -> Finding:
    day = date.fromisoformat(crossed_on)
    return Finding(
        student_id="7",
        trigger=trigger,
        title="Ten unexcused",
        as_of=day,
        crossed_on=day,
        holds=True,
        numerator=10,
        denominator=None,
        threshold="10 days",
        test="",
        period="",
        first=day,
        last=day,
        evidence=tuple(evidence),
        attendance=NO_DATA,
        citations=("law",),
        sure=Sure.READ,
    )


def refer(tmp_path: Path, as_of: str, *actions: Action, care: str = "") -> list[Due]:
    pack = pack_of(tmp_path, "us-tx", REFER)
    backs = {"7": [HoldBack("7", care, date(2026, 9, 1))]} if care else {}
    return deadlines_of(
        pack,
        CALENDAR,
        [finding("tx-tru10", "2026-11-12")],
        (),
        actions,
        date.fromisoformat(as_of),
        hold_backs=backs,
    )


def test_a_referral_is_due_ten_school_days_after_the_tenth_absence(tmp_path: Path) -> None:
    """TX-20: no school in the week of Thanksgiving."""
    [due] = refer(tmp_path, "2026-11-20")
    assert (due.due, due.days_left) == (date(2026, 12, 3), 4)
    assert (due.says, due.citation) == ("Refer to truancy court", "The law of the tests")
    assert due.when == "in 4 school days"


@pytest.mark.parametrize(
    ("as_of", "when"),
    [
        ("2026-11-12", "in 10 school days"),
        ("2026-12-02", "in 1 school day"),
        ("2026-12-03", "due today"),
        ("2026-12-04", "overdue by 1 school day"),
        ("2026-12-08", "overdue by 3 school days"),
    ],
)
def test_time_left_is_counted_in_school_days(tmp_path: Path, as_of: str, when: str) -> None:
    [due] = refer(tmp_path, as_of)
    assert due.when == when
    assert due.is_overdue is when.startswith("overdue")


def test_an_action_that_meets_it_strikes_it_off_and_no_other(tmp_path: Path) -> None:
    done = Action("7", date(2026, 11, 13), "referral")
    assert refer(tmp_path, "2026-11-20", done) == []
    for other in (
        replace(done, student_id="8"),
        replace(done, kind="call"),
        replace(done, day=date(2026, 11, 11)),
    ):
        assert len(refer(tmp_path, "2026-11-20", other)) == 1


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        ("homelessness", "Offer counseling; no referral because of homelessness"),
        ("serious-illness", "Offer counseling; no referral because of serious illness"),
        ("bereavement", "Refer to truancy court"),
    ],
)
def test_who_may_not_be_referred_is_offered_counseling(
    tmp_path: Path, reason: str, says: str
) -> None:
    [due] = refer(tmp_path, "2026-11-20", care=reason)
    assert due.says == says


def test_past_the_end_of_the_calendar_is_said(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, "us-tx", REFER)
    [due] = deadlines_of(
        pack, CALENDAR, [finding("tx-tru10", "2026-12-10")], (), (), date(2026, 12, 18)
    )
    assert (due.due, due.days_left, due.is_overdue) == (None, None, False)
    assert "end of the calendar" in due.when


def test_a_code_n_is_due_on_the_fifth_school_day_after_it(tmp_path: Path) -> None:
    """ENG-31, with both sessions of a day as one thing to do."""
    pack = pack_of(tmp_path, "gb-eng", RESOLVE)
    open_marks = [Mark(Session(date(2026, 11, 2), part), "N") for part in ("AM", "PM")]
    open_marks.append(Mark(Session(date(2026, 11, 10), "AM"), "N"))
    found = deadlines_of(
        pack,
        SchoolCalendar((SchoolYear("y", date(2026, 9, 1), date(2027, 7, 1)),)),
        (),
        (),
        (),
        date(2026, 11, 10),
        open_marks={"t-open": [("7", mark) for mark in open_marks]},
    )
    assert [(one.due, one.is_overdue) for one in found] == [
        (date(2026, 11, 9), True),
        (date(2026, 11, 17), False),
    ]
    assert found[0].because == "code N on 02 Nov 2026 (AM, PM)"
    assert found[0].citation.endswith("(check)")


def test_payment_days_begin_with_the_day_of_receipt(tmp_path: Path) -> None:
    """ENG-23: received on 2 October, so 22 October is day 21 and 29 October day 28."""
    pack = pack_of(tmp_path, "gb-eng", payment(21), payment(28))
    notice = Action(
        "7", date(2026, 9, 21), "penalty-notice", guardian="Ada O'Neil", received=date(2026, 10, 2)
    )
    found = deadlines_of(pack, CALENDAR, (), (), [notice], date(2026, 10, 5))
    assert [one.due for one in found] == [date(2026, 10, 22), date(2026, 10, 29)]
    assert {one.guardian for one in found} == {"Ada O'Neil"}
    paid = Action("7", date(2026, 10, 9), "other", guardian="Bo O'Neil", note="paid")
    assert len(deadlines_of(pack, CALENDAR, (), (), [notice, paid], date(2026, 10, 12))) == 2
    paid = replace(paid, guardian="Ada O'Neil")
    assert deadlines_of(pack, CALENDAR, (), (), [notice, paid], date(2026, 10, 12)) == []


def test_a_second_notice_to_the_same_guardian_has_no_lower_amount() -> None:
    pack = load_pack("gb-eng")
    first = Action("7", date(2025, 11, 3), "penalty-notice", "Ada O'Neil")
    other = Action("7", date(2025, 11, 3), "penalty-notice", "Bo O'Neil")
    second = Action(
        "7", date(2026, 9, 21), "penalty-notice", "Ada O'Neil", received=date(2026, 9, 24)
    )
    as_of = date(2026, 10, 5)

    def found(*actions: Action) -> list[str]:
        dues = deadlines_of(pack, CALENDAR, (), (), actions, as_of)
        return [one.deadline for one in dues if one.runs_from == second.received]

    assert found(other, second) == ["eng-pn-first", "eng-pn-full"]
    assert found(first, second) == ["eng-pn-full"]


def test_a_notice_whose_receipt_nobody_noted_is_listed_last(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, "gb-eng", payment(21))
    notices = [
        Action("6", date(2026, 9, 21), "penalty-notice"),
        Action("7", date(2026, 9, 21), "penalty-notice", received=date(2026, 9, 24)),
    ]
    found = deadlines_of(pack, CALENDAR, (), (), notices, date(2026, 10, 5))
    assert [one.student_id for one in found] == ["7", "6"]
    assert "enter the day it was received" in found[1].when


@pytest.mark.parametrize(
    ("as_of", "when"),
    [
        ("2026-10-22", ["due today"]),
        ("2026-10-23", ["passed 1 school day ago"]),
        ("2026-11-05", ["passed 10 school days ago"]),
        ("2026-11-06", []),
    ],
)
def test_a_day_nothing_can_meet_is_never_overdue_and_leaves_the_list(
    tmp_path: Path, as_of: str, when: list[str]
) -> None:
    text = payment(21).replace('met_by = ["other"]\n', "")
    pack = pack_of(tmp_path, "gb-eng", text)
    notice = Action("7", date(2026, 9, 21), "penalty-notice", received=date(2026, 10, 2))
    found = deadlines_of(pack, CALENDAR, (), (), [notice], date.fromisoformat(as_of))
    assert [one.when for one in found] == when
    assert not any(one.is_overdue for one in found)


@pytest.mark.parametrize(
    ("size", "unit", "beginning", "due"),
    [
        (6, "weeks", "false", "2026-10-09"),
        (1, "months", "false", "2026-09-28"),
        (6, "months", "false", "2027-02-28"),  # there is no 31 February
        (6, "months", "true", "2027-02-28"),
        (3, "school days", "true", "2026-09-01"),
        (3, "school days", "false", "2026-09-02"),
    ],
)
def test_every_unit_is_counted(
    tmp_path: Path, size: int, unit: str, beginning: str, due: str
) -> None:
    day = date(2026, 8, 31 if unit == "months" and size == 6 else 28)
    text = deadline(
        "t-any",
        f'action = "contract"\ncounted_from = "action"\nsize = {size}\nunit = "{unit}"\n'
        f"beginning_with = {beginning}",
    )
    pack = pack_of(tmp_path, "gb-eng", text)
    [found] = deadlines_of(pack, CALENDAR, (), (), [Action("7", day, "contract")], date(2026, 9, 1))
    assert found.due == date.fromisoformat(due)


def test_an_agreed_day_goes_before_the_usual_one(tmp_path: Path) -> None:
    text = deadline(
        "t-review", 'action = "contract"\ncounted_from = "action"\nsize = 6\nunit = "weeks"'
    )
    agreed = Action("7", date(2026, 9, 1), "contract", until=date(2026, 9, 30))
    pack = pack_of(tmp_path, "gb-eng", text)
    [found] = deadlines_of(pack, CALENDAR, (), (), [agreed], date(2026, 9, 1))
    assert found.due == date(2026, 9, 30)


def test_a_letter_counts_from_the_day_it_was_mailed(tmp_path: Path) -> None:
    text = deadline(
        "t-reply", 'trigger = "eng-l2"\ncounted_from = "mailed"\nsize = 10\nunit = "days"'
    )
    pack = pack_of(tmp_path, "gb-eng", text)
    prepared = Sent("7", "eng-l2", "Ada", date(2026, 9, 1), date(2026, 9, 1))
    letters = [prepared, replace(prepared, student_id="8", mailed=date(2026, 9, 4))]
    [found] = deadlines_of(pack, CALENDAR, (), letters, (), date(2026, 9, 8))
    assert (found.student_id, found.due) == ("8", date(2026, 9, 14))


def test_a_deadline_holds_only_from_its_own_day_on(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, "us-tx", REFER)
    early = finding("tx-tru10", "2024-08-18")
    assert deadlines_of(pack, CALENDAR, [early], (), (), date(2026, 9, 1)) == []


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """One pupil with an N that is overdue and one that is not, one notice, one N since resolved."""
    office = small_office(tmp_path / "office")
    post_extract(office, roster([Student("000123", "O'Neil", "Ana")]), "roster")
    rows = [
        ("000123", "2026-11-02", "AM", "N"),
        ("000123", "2026-11-02", "PM", "/"),
        ("000123", "2026-11-03", "AM", "I"),
        ("000123", "2026-11-12", "PM", "N"),
    ]
    post_extract(office, marks(rows), "weeks")
    with office.ledger.write() as connection:
        care.save_action(
            connection,
            Action("000123", date(2026, 11, 5), "call", by="Rosa", at="2026-11-05T09:00:00"),
        )
    return office


def test_the_office_lists_its_own_open_marks(office: Office, tmp_path: Path) -> None:
    pack = pack_of(tmp_path, "gb-eng", RESOLVE)
    standing = replace(read_standing(office), pack=pack)
    found = due_now(standing)
    assert [(one.runs_from, one.due) for one in found] == [
        (date(2026, 11, 2), date(2026, 11, 9)),
        (date(2026, 11, 12), date(2026, 11, 19)),
    ]
    assert [one.is_overdue for one in found] == [True, False]
    before = replace(read_standing(office, date(2026, 11, 1)), pack=pack)
    assert open_marks_of(before)["t-open"] == []


def test_the_report_says_how_many_are_overdue(office: Office, tmp_path: Path) -> None:
    pack = pack_of(tmp_path, "gb-eng", RESOLVE)
    standing = replace(read_standing(office), pack=pack)
    table = report_named("deadlines").build(Asked(office, standing))
    assert table.title == "Deadlines as of 12 Nov 2026: 2 open, 1 overdue"
    assert [row[3] for row in table.rows] == ["O'Neil, Ana"] * 2
    later = report_named("deadlines").build(Asked(office, standing, date(2026, 11, 10)))
    assert [row[0] for row in later.rows] == [date(2026, 11, 19)]


def test_a_leaver_is_not_referred(office: Office, tmp_path: Path) -> None:
    """What the shipped packs find of those who left runs no deadline."""
    post_extract(
        office,
        roster(
            [Student("000123", "O'Neil", "Ana")],
            enrolments=[Enrolment("000123", date(2026, 9, 1), date(2026, 11, 10))],
        ),
        "roster 2",
    )
    words = 'trigger = "eng-pa"\ncounted_from = "crossed"\nsize = 1\nunit = "days"'
    pack = pack_of(tmp_path, "gb-eng", deadline("t-pa", words))
    left = replace(read_standing(office), pack=pack)
    assert left.findings() and due_now(left) == []
    before = replace(read_standing(office, date(2026, 11, 6)), pack=pack)
    assert [one.deadline for one in due_now(before)] == ["t-pa"]


def test_the_shipped_packs_give_the_worked_examples() -> None:
    """TX-20, ENG-31 and ENG-23 by the packs' own deadlines."""
    texas, england = load_pack("us-tx"), load_pack("gb-eng")
    plain = SchoolCalendar((SchoolYear("y", date(2026, 9, 1), date(2027, 7, 1)),))
    crossed = [finding("tx-tru10", "2026-11-12")]
    [due] = deadlines_of(texas, CALENDAR, crossed, (), (), date(2026, 11, 13))
    assert (due.deadline, due.due) == ("tx-ref10", date(2026, 12, 3))
    pregnant = {"7": [HoldBack("7", "pregnancy", date(2026, 9, 1))]}
    [due] = deadlines_of(texas, CALENDAR, crossed, (), (), date(2026, 11, 13), hold_backs=pregnant)
    assert due.says == "Offer counseling; no referral because of pregnancy"

    mark = Mark(Session(date(2026, 11, 2), "AM"), "N")
    [due] = deadlines_of(
        england, plain, (), (), (), date(2026, 11, 10), open_marks={"eng-n5": [("7", mark)]}
    )
    assert (due.due, due.is_overdue) == (date(2026, 11, 9), True)

    notice = Action("7", date(2026, 9, 21), "penalty-notice", received=date(2026, 10, 2))
    found = deadlines_of(england, plain, (), (), [notice], date(2026, 10, 5))
    assert [one.due for one in found] == [date(2026, 10, 22), date(2026, 10, 29)]
