import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner

from rollbook.cli import app
from rollbook.importers.calendar_files import CalendarFile, Kind, read_calendar_file
from rollbook.importers.calendar_files.entries import kind_of
from rollbook.office import calendar_as_toml, guessed_calendar, make_office, read_calendar
from rollbook.office.adopting import adopt_calendar, propose_calendar
from rollbook.office.calendar_checks import worth_a_look
from rollbook.office.calendars import judge_calendar
from rollbook.practice.calendars import CALENDARS
from rollbook.problems import OfficeError, RefusedFile
from rollbook.school_calendar import SchoolCalendar, SchoolYear, Span, Track

WHOLE = """\
checked = true

[[year]]
name = "2026-27"
first = 2026-08-12
last = 2027-06-02
extra_days = [2026-10-17]
early_days = [
    2026-10-16,
    2026-12-18,
]

[[year.term]]
name = "Fall"
first = 2026-08-12
last = 2026-12-18

[[year.term]]
name = "Spring"
first = 2027-01-04
last = 2027-06-02

[[year.closure]]
name = "Winter"
first = 2026-12-21
last = 2027-01-01

[[year.closure]]
first = 2026-09-07

[[year.month]]
first = 2026-08-10
last = 2026-09-04

[[year.six_weeks]]
first = 2026-08-12
last = 2026-09-25

[[year.track]]
name = "B"

[[year.track.closure]]
name = "B is off"
first = 2026-10-12
last = 2026-10-16

[[year.bell]]
name = "Regular"
band = "1-3"
minutes = 290
days = 170
"""


def test_everything_a_calendar_may_hold_is_read_and_written_again() -> None:
    calendar, problems = judge_calendar(WHOLE, "calendar.toml")
    assert problems == []
    assert calendar is not None and not calendar.guessed
    (year,) = calendar.years
    assert [span.name for span in year.closures] == ["Winter", "Closed"]
    assert (year.months[0].name, year.six_weeks[0].name) == ("Month 1", "Six weeks 1")
    assert year.early_days == (date(2026, 10, 16), date(2026, 12, 18))
    assert year.tracks[0].closures[0].name == "B is off"
    assert (year.bells[0].band, year.bells[0].minutes) == ("1-3", 290)
    again, _ = judge_calendar(calendar_as_toml(calendar), "calendar.toml")
    assert again == calendar


@pytest.mark.parametrize("jurisdiction", CALENDARS)
def test_the_practice_calendars_can_be_and_deserve_no_second_look(jurisdiction: str) -> None:
    calendar = CALENDARS[jurisdiction]
    again, problems = judge_calendar(calendar_as_toml(calendar), "calendar.toml")
    assert problems == []
    assert again == calendar
    assert worth_a_look(calendar) == []


IMPOSSIBLE = [
    ("first = 2026-08-12\nlast = 2027-06-02", "first = 2027-06-02\nlast = 2026-08-12", 6,
     "“2026-27” ends before it begins"),
    ("last = 2027-06-02\nextra", "last = 2027-09-30\nextra", 6, "more than 13 months"),
    ("last = 2027-06-02\nextra", 'last = "2 June 2027"\nextra', 6, "without quotation marks"),
    ("last = 2027-06-02\nextra", "last = 2027-06-02T08:00:00\nextra", 6, "has a time of day"),
    ("last = 2027-06-02\nextra", "extra", 3, "does not say when it ends"),
    ('name = "2026-27"\n', "", 3, "has no name"),
    ("first = 2027-01-04", "first = 2026-12-18", 20, "before “Fall” ends on 18 Dec 2026"),
    ("last = 2027-06-02\n\n[[year.clo", "last = 2027-06-03\n\n[[year.clo", 21,
     "The term “Spring” (4 Jan 2027 to 3 Jun 2027) is not inside 2026-27"),
    ("last = 2027-01-01", "last = 2026-12-01", 26, "“Winter” ends before it begins"),
    ("first = 2026-09-07", "first = 2026-08-11", 29, "The closure “Closed” (11 Aug 2026)"),
    ("first = 2026-09-07", 'first = 2026-09-07\nuntil = "2026-09-08"', 30, "“until” is nothing"),
    ("[[year.closure]]\nfirst", "[[year.closures]]\nfirst", 28, "Did you mean “closure”?"),
    ("[[year.closure]]\nfirst = 2026-09-07", "[[year.month]]\nfirst = 2026-09-04\n"
     "last = 2026-09-30", 29, "belongs to one month only"),
    ("first = 2026-08-10\nlast = 2026-09-04", "first = 2027-05-10\nlast = 2027-06-04", 33,
     "after 2026-27"),
    ("first = 2026-08-10\nlast = 2026-09-04", "first = 2026-12-21\nlast = 2027-01-01", 31,
     "has no school day"),
    ("first = 2026-08-12\nlast = 2026-09-25", "first = 2026-08-11\nlast = 2026-09-25", 36,
     "The six weeks “Six weeks 1”"),
    ("    2026-12-18,", "    2026-12-25,", 8, "The early day 25 Dec 2026 is no school day"),
    ("[2026-10-17]", "[2027-07-17]", 7, "is not inside 2026-27"),
    ("[2026-10-17]", '["17 October"]', 7, "no date as a calendar has them"),
    ("[2026-10-17]", "2026-10-17", 7, "in square brackets"),
    ("[[year.bell]]", '[[year.track]]\nname = "B"\n[[year.bell]]', 47, "two tracks “B”"),
    ("minutes = 290", 'minutes = "290"', 50, "minutes must be a whole number"),
    ("days = 170", "days = 300", 51, "runs on 300 days"),
    ('band = "1-3"\n', "", 47, "needs its grades"),
    ("checked = true", "checked = 1", 1, "either true or false"),
    ("[[year.bell]]", "checked = false\n[[year.bell]]", 47, "must stand at the top"),
    ("[[year.track]]\n", "[year.track]\n", 39, "[[year.track]]"),
    ("checked = true", "checked = true\nschool = 1", 2, "“school” is nothing a calendar has"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "said"), IMPOSSIBLE)
def test_what_cannot_be_is_refused_with_its_line(old: str, new: str, line: int, said: str) -> None:
    assert WHOLE.count(old) == 1
    calendar, problems = judge_calendar(WHOLE.replace(old, new), "calendar.toml")
    assert calendar is None
    assert said in problems[0].message
    assert problems[0].place.row == line


def test_a_year_without_a_school_day_is_refused() -> None:
    text = '[[year]]\nname = "x"\nfirst = 2026-09-05\nlast = 2026-09-06\n'  # a weekend
    calendar, (problem,) = judge_calendar(text, "calendar.toml")
    assert calendar is None
    assert (problem.place.row, "has no school day" in problem.message) == (1, True)


def test_a_track_without_a_school_day_is_refused() -> None:
    text = WHOLE.replace("extra_days = [2026-10-17]\n", "").replace(
        "first = 2026-10-12\nlast = 2026-10-16", "first = 2026-08-12\nlast = 2027-06-02"
    )
    _, (problem,) = judge_calendar(text, "calendar.toml")
    assert "The track “B” of 2026-27 has no school day" in problem.message
    assert problem.place.row == text.split("\n").index("[[year.track]]") + 1


def test_all_slips_are_said_at_once_and_the_first_three_when_an_office_opens(
    tmp_path: Path,
) -> None:
    text = WHOLE
    for number, day in enumerate(("08-09", "08-10", "08-11", "06-30")):
        text += f'[[year.closure]]\nname = "C{number}"\nfirst = 2026-{day}\n'
    path = tmp_path / "calendar.toml"
    path.write_text(text, encoding="utf-8")
    assert len(judge_calendar(text, path.name)[1]) == 4
    with pytest.raises(OfficeError, match="line 54.*And 1 more: rollbook calendar check"):
        read_calendar(path)


def test_a_calendar_saved_by_windows_is_read(tmp_path: Path) -> None:
    path = tmp_path / "calendar.toml"
    path.write_bytes(b"\xef\xbb\xbf" + WHOLE.replace("\n", "\r\n").encode("utf-8"))
    assert len(read_calendar(path).school_days) > 180
    path.write_bytes(WHOLE.replace("Winter", "Fête").encode("cp1252"))
    with pytest.raises(OfficeError, match="UTF-8"):
        read_calendar(path)


def test_a_school_day_in_no_term_deserves_a_second_look() -> None:
    term = Span("A", date(2026, 9, 1), date(2026, 9, 9))
    year = SchoolYear("2026-27", date(2026, 9, 1), date(2026, 9, 10), (term,))
    assert worth_a_look(SchoolCalendar((year,))) == [
        "2026-27 has 8 school days. Are its dates and closures complete?",
        "2026-27: the school day 10 Sep 2026 is in no term.",
    ]


# Counting days -----------------------------------------------------------------------------------

YEAR = SchoolYear(
    "2026-27",
    date(2026, 9, 1),
    date(2027, 7, 16),
    terms=(
        Span("Autumn", date(2026, 9, 1), date(2026, 12, 18)),
        Span("Spring", date(2027, 1, 4), date(2027, 3, 25)),
        Span("Summer", date(2027, 4, 12), date(2027, 7, 16)),
    ),
    closures=(
        Span("Half-term holiday", date(2026, 10, 26), date(2026, 10, 30)),
        Span("Christmas", date(2026, 12, 21), date(2027, 1, 1)),
        Span("Half Term", date(2027, 2, 15), date(2027, 2, 19)),
        Span("Easter", date(2027, 3, 26), date(2027, 4, 9)),
    ),
    tracks=(
        Track("B", (Span("B off", date(2026, 9, 7), date(2026, 9, 11)),), (date(2026, 10, 26),)),
    ),
)
CALENDAR = SchoolCalendar((YEAR,))


def test_half_terms_are_the_terms_divided_by_their_half_term_holiday() -> None:
    assert [(half.name, half.first, half.last) for half in YEAR.half_terms()] == [
        ("Autumn 1", date(2026, 9, 1), date(2026, 10, 25)),
        ("Autumn 2", date(2026, 10, 31), date(2026, 12, 18)),
        ("Spring 1", date(2027, 1, 4), date(2027, 2, 14)),
        ("Spring 2", date(2027, 2, 20), date(2027, 3, 25)),
        ("Summer", date(2027, 4, 12), date(2027, 7, 16)),
    ]
    assert CALENDAR.half_term_of(date(2026, 10, 28)) is None
    half = CALENDAR.half_term_of(date(2026, 11, 2))
    assert half is not None and half.name == "Autumn 2"


def test_a_track_has_its_own_days_off_and_its_own_days_more() -> None:
    first, last = date(2026, 9, 1), date(2026, 10, 31)
    ordinary = CALENDAR.school_days_between(first, last)
    own = CALENDAR.school_days_between(first, last, "B")
    assert set(ordinary) - set(own) == {date(2026, 9, day) for day in range(7, 12)}
    assert set(own) - set(ordinary) == {date(2026, 10, 26)}
    assert CALENDAR.days_taught(first, last, "B") == CALENDAR.days_taught(first, last) - 4
    assert CALENDAR.school_day_after(date(2026, 9, 4), 1, "B") == date(2026, 9, 14)
    assert CALENDAR.school_day_after(date(2026, 9, 4), 1) == date(2026, 9, 7)
    assert CALENDAR.is_school_day(date(2026, 10, 26), "B")
    assert not CALENDAR.is_school_day(date(2026, 10, 26))
    assert date(2026, 10, 26) in CALENDAR.anybodys_days


def test_a_track_nobody_named_has_the_days_of_everybody() -> None:
    assert CALENDAR.school_days_on("Z") == CALENDAR.school_days
    assert CALENDAR.is_school_day(date(2026, 9, 7), "Z")


def test_months_are_the_calendar_s_where_the_office_names_none() -> None:
    months = CALENDAR.months_of(YEAR)
    assert [months[0].name, months[-1].name, len(months)] == ["September 2026", "July 2027", 11]
    assert sum(CALENDAR.days_taught(one.first, one.last) for one in months) == len(
        CALENDAR.school_days
    )


@pytest.mark.parametrize("change", [date(2026, 10, 25), date(2027, 3, 28), date(2026, 11, 1)])
def test_no_day_is_lost_or_doubled_where_the_clocks_change(change: date) -> None:
    year = SchoolYear("", change - timedelta(days=20), change + timedelta(days=20))
    days = year.school_days()
    assert (
        len(days)
        == len(set(days))
        == sum((year.first + timedelta(days=step)).weekday() < 5 for step in range(41))
    )


def test_the_leap_day_is_a_school_day_like_any_other() -> None:
    calendar = SchoolCalendar((SchoolYear("", date(2028, 2, 28), date(2028, 3, 1)),))
    assert list(calendar.school_days) == [date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1)]
    assert calendar.school_day_after(date(2028, 2, 28), 1) == date(2028, 2, 29)


def test_the_week_over_new_year_is_one_school_week() -> None:
    # 28 December 2026 to 3 January 2027 is week 53 of 2026: one week, whatever the years say.
    calendar = SchoolCalendar((SchoolYear("", date(2026, 12, 28), date(2027, 1, 5)),))
    assert list(calendar.school_weeks) == [date(2026, 12, 28), date(2027, 1, 4)]
    assert date(2026, 12, 28).isocalendar().week == 53


# Taking a calendar over --------------------------------------------------------------------------

LIST = """\
Oak & Ash School,,,
Starts,Ends,Event,Type
01/09/2027,,Autumn term begins,
25/10/2027,29/10/2027,Half term,
17/12/2027,,Autumn term ends,
06/01/2028,,Spring term begins,
31/03/2028,,Spring term ends,
17/04/2028,,Summer term begins,
21/07/2028,,Summer term ends,
29/02/2028,,INSET day,Staff only
20/03/2028,,Science fair,
* Dates may change,,,
"""


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.replace("\n", "\r\n").encode(encoding))
    return path


def workbook(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    book.save(path)
    return path


def spans(found: CalendarFile, kind: str) -> list[tuple[str, str, str]]:
    return [(span.name, f"{span.first}", f"{span.last}") for span in getattr(found.years[0], kind)]


@pytest.mark.parametrize(
    "text",
    [LIST, LIST.replace(",", ";"), LIST.replace(",", "\t")],
    ids=["commas", "semicolons", "tabs"],
)
def test_a_list_of_terms_and_closures_is_read(tmp_path: Path, text: str) -> None:
    found = read_calendar_file(written(tmp_path / "term dates.csv", text, "cp1252"), True)
    assert [(year.name, year.first, year.last) for year in found.years] == [
        ("2027-28", date(2027, 9, 1), date(2028, 7, 21))
    ]
    assert spans(found, "terms") == [
        ("Autumn term", "2027-09-01", "2027-12-17"),
        ("Spring term", "2028-01-06", "2028-03-31"),
        ("Summer term", "2028-04-17", "2028-07-21"),
    ]
    assert spans(found, "closures") == [
        ("Half term", "2027-10-25", "2027-10-29"),
        ("Between Autumn term and Spring term", "2027-12-18", "2028-01-05"),
        ("INSET day", "2028-02-29", "2028-02-29"),
        ("Between Spring term and Summer term", "2028-04-01", "2028-04-16"),
    ]
    assert [(one.row, one.name) for one in found.unclear] == [(11, "Science fair")]
    assert [problem.place.row for problem in found.problems] == [12]
    assert len(found.notes) == 2


def test_a_workbook_with_real_dates_and_kinds_is_read(tmp_path: Path) -> None:
    rows = [
        ("First", "Last", "What", "Kind"),
        (date(2026, 8, 12), date(2027, 5, 27), "Whole year", "School year"),
        (datetime(2026, 8, 12), datetime(2026, 12, 18), "Fall", "Semester"),
        (date(2027, 1, 6), date(2027, 5, 27), "Spring", "Semester"),
        (date(2026, 12, 21), date(2027, 1, 5), "Winter", "Holiday"),
        (date(2026, 8, 12), date(2026, 9, 25), "1st", "Six weeks"),
        (date(2026, 9, 25), None, "Homecoming", "Early release"),
        (date(2026, 10, 17), None, "For the storm", "Extra school day"),
        (date(2026, 8, 10), None, "Back to work", "Staff development"),
    ]
    found = read_calendar_file(workbook(tmp_path / "board calendar.xlsx", rows), False)
    (year,) = found.years
    assert [one.name for one in year.terms] == ["Fall", "Spring"]
    assert spans(found, "six_weeks") == [("1st", "2026-08-12", "2026-09-25")]
    assert (year.early_days, year.extra_days) == ((date(2026, 9, 25),), (date(2026, 10, 17),))
    assert [one.row for one in found.left_out] == [9]
    assert found.rows["year", 0, "term", 1] == 4


def test_a_column_of_school_days_is_the_calendar(tmp_path: Path) -> None:
    days = [day for day in YEAR.school_days() if day != date(2026, 11, 11)] + [date(2026, 9, 12)]
    text = "\n".join(["Date", *(day.isoformat() for day in days)])
    found = read_calendar_file(written(tmp_path / "days.csv", text), True)
    assert found.years[0].school_days() == sorted(days)
    bare = written(tmp_path / "bare.csv", text.partition("\n")[2])
    assert read_calendar_file(bare, True).years == found.years


def test_a_column_of_yes_and_no_says_which_days_are_school_days(tmp_path: Path) -> None:
    lines = ["Date,School Day,Notes"]
    day = date(2026, 9, 1)
    while day <= date(2026, 12, 18):
        held = day.weekday() < 5 and day != date(2026, 11, 26)
        note = "Thanksgiving" if day == date(2026, 11, 26) else ""
        lines.append(f"{day},{'Y' if held else 'N'},{note}")
        day += timedelta(days=1)
    found = read_calendar_file(written(tmp_path / "days.csv", "\n".join(lines)), False)
    assert spans(found, "closures") == [("Thanksgiving", "2026-11-26", "2026-11-26")]
    assert len(found.years[0].school_days()) == 78


def test_a_span_in_one_cell_is_read_with_the_year_of_its_end(tmp_path: Path) -> None:
    text = """\
Date,Event
"12 August 2026",First day of school
"21 December - 4 January 2027",Winter break
"2 June 2027",Last day of school
"""
    found = read_calendar_file(written(tmp_path / "list.csv", text), False)
    assert spans(found, "closures") == [("Winter break", "2026-12-21", "2027-01-04")]


ICS = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Oak and Ash//EN
X-WR-TIMEZONE:America/Los_Angeles
BEGIN:VEVENT
UID:1
SUMMARY:First day of school
DTSTART;VALUE=DATE:20260812
END:VEVENT
BEGIN:VEVENT
UID:2
SUMMARY:Last day of school
DTSTART;VALUE=DATE:20270602
DTEND;VALUE=DATE:20270603
END:VEVENT
BEGIN:VEVENT
UID:3
SUMMARY:Thanksgiving\\, no sch
 ool
DTSTART;VALUE=DATE:20261123
DTEND;VALUE=DATE:20261128
END:VEVENT
BEGIN:VEVENT
UID:4
SUMMARY:Minimum day
DTSTART;TZID=America/Los_Angeles:20260916T123000
DTEND;TZID=America/Los_Angeles:20260916T133000
RRULE:FREQ=WEEKLY;BYDAY=WE;UNTIL=20261208T000000Z
EXDATE;TZID=America/Los_Angeles:20261021T123000
END:VEVENT
BEGIN:VEVENT
UID:5
SUMMARY:Staff development day
DTSTART:20261012T060000Z
DTEND:20261012T063000Z
END:VEVENT
BEGIN:VEVENT
UID:6
SUMMARY:Founders' recess
STATUS:CANCELLED
DTSTART;VALUE=DATE:20270301
END:VEVENT
BEGIN:VEVENT
UID:7
SUMMARY:Closed for the day
CATEGORIES:Holiday
DTSTART;VALUE=DATE:20270215
DURATION:P1D
END:VEVENT
BEGIN:VEVENT
UID:8
SUMMARY:Band practice
DTSTART;VALUE=DATE:20270216
END:VEVENT
END:VCALENDAR
"""


def test_an_ics_file_is_read_by_its_whole_days_zones_and_repetitions(tmp_path: Path) -> None:
    found = read_calendar_file(written(tmp_path / "school calendar.ics", ICS), False)
    (year,) = found.years
    assert (year.first, year.last) == (date(2026, 8, 12), date(2027, 6, 2))
    assert spans(found, "closures") == [
        ("Staff development day", "2026-10-11", "2026-10-11"),  # 23:00 of the 11th in California
        ("Thanksgiving, no school", "2026-11-23", "2026-11-27"),
        ("Closed for the day", "2027-02-15", "2027-02-15"),
    ]
    assert [f"{day:%m-%d}" for day in year.early_days] == [
        "09-16", "09-23", "09-30", "10-07", "10-14", "10-28", "11-04", "11-11", "11-18", "12-02",
    ]  # fmt: skip
    assert [(one.row, one.name) for one in found.unclear] == [(50, "Band practice")]


def test_an_event_without_a_readable_date_is_named_with_its_line(tmp_path: Path) -> None:
    text = ICS.replace("DTSTART;VALUE=DATE:20270215", "DTSTART;VALUE=DATE:2027021")
    found = read_calendar_file(written(tmp_path / "calendar.ics", text), False)
    (problem,) = found.problems
    assert (problem.place.row, "Closed for the day" in problem.message) == (43, True)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("Date,Event\n2026-09-07,Labor Day\n", "does not say when a school year begins"),
        ("Student ID,Code\n007,A\n", "no list of dates"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\n", "does not say when a school year begins"),
        ("", "is empty"),
        ("Start,Event\n08/12/2026,First day of school\n06/13/2027,Last day of school\n"
         "02/03/2027,Recess\n", "month first"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_calendar_is_refused(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(RefusedFile, match=said):
        read_calendar_file(written(tmp_path / "file.csv", content), True)


@pytest.mark.parametrize(
    ("name", "days", "kind"),
    [
        ("Labor Day (observed)", 1, Kind.CLOSURE),
        ("Parent conferences - no school", 1, Kind.CLOSURE),
        ("Teacher workday / student holiday", 1, Kind.CLOSURE),
        ("Half term", 5, Kind.CLOSURE),
        ("Autumn half term 1", 50, None),
        ("Half term starts", 1, None),
        ("Winter Break begins", 1, None),
        ("Holiday concert", 1, None),
        ("Bad weather makeup day", 1, None),
        ("Parents’ evening", 1, None),
        ("Term 3", 40, Kind.TERM),
        ("Term 3", 1, None),
        ("End of first semester", 1, Kind.TERM_END),
        ("First day of autumn term", 1, Kind.TERM_START),
        ("Last Day for Students", 1, Kind.LAST_DAY),
        ("2nd Six Weeks", 40, Kind.SIX_WEEKS),
        ("School month 4", 25, Kind.MONTH),
        ("Minimum Day", 1, Kind.EARLY),
    ],
)
def test_a_line_is_what_its_words_say_for_sure(name: str, days: int, kind: Kind | None) -> None:
    first = date(2026, 10, 26)
    assert kind_of(name, "", first, first + timedelta(days=days - 1)) is kind


def test_the_office_s_own_word_for_the_kind_comes_first() -> None:
    day = date(2026, 10, 26)
    assert kind_of("Founders' concert", "Holiday", day, day) is Kind.CLOSURE
    assert kind_of("Labor Day", "All staff", day, day) is Kind.CLOSURE


def office(root: Path, calendar: str) -> Path:
    make_office(root, "gb-eng", "Oak & Ash School", calendar)
    return root


def test_a_list_that_cannot_be_is_refused_with_its_row(tmp_path: Path) -> None:
    root = office(tmp_path / "office", WHOLE)
    text = LIST.replace("06/01/2028,,Spring", "01/12/2027,,Spring").replace(
        "17/12/2027,,Autumn term ends", "17/11/2027,16/12/2027,Autumn term"
    )
    with pytest.raises(RefusedFile) as refusal:
        propose_calendar(written(tmp_path / "terms.csv", text), root, True)
    (problem,) = refusal.value.problems
    assert "before “Autumn term” ends" in problem.message
    assert problem.place.row == 6
    bad = LIST.replace("29/02/2028", "29/02/2027")
    with pytest.raises(RefusedFile, match="row 10: .*not a date that exists"):
        propose_calendar(written(tmp_path / "terms.csv", bad), root, True)


def test_adopting_keeps_other_years_and_the_calendar_there_was(tmp_path: Path) -> None:
    root = office(tmp_path / "office", WHOLE)
    proposal = propose_calendar(written(tmp_path / "terms.csv", LIST), root, True)
    assert list(proposal.kept) == ["The school year 2026-27."]
    assert (root / "calendar.toml").read_text(encoding="utf-8") == WHOLE
    today = date(2027, 6, 30)
    first = adopt_calendar(proposal, root, today)
    second = adopt_calendar(proposal, root, today)
    assert first is not None and second is not None
    assert (first.name, second.name) == (
        "calendar.before-2027-06-30.toml",
        "calendar.before-2027-06-30-2.toml",
    )
    assert first.read_text(encoding="utf-8") == WHOLE
    calendar = read_calendar(root / "calendar.toml")
    assert [year.name for year in calendar.years] == ["2026-27", "2027-28"]
    assert calendar == proposal.calendar
    assert not calendar.guessed


def test_months_tracks_and_bells_stay_when_the_file_says_nothing_of_them(tmp_path: Path) -> None:
    root = office(tmp_path / "office", WHOLE)
    text = "Date,Event\n2026-08-12,First day of school\n2027-06-02,Last day of school\n"
    proposal = propose_calendar(written(tmp_path / "new.csv", text), root, False)
    (year,) = proposal.calendar.years
    assert (len(year.months), len(year.six_weeks), len(year.tracks), len(year.bells)) == (
        1,
        1,
        1,
        1,
    )
    assert len(proposal.kept) == 4
    late = text.replace("2026-08-12", "2026-08-17")
    with pytest.raises(RefusedFile, match="does not go together.*six weeks"):
        propose_calendar(written(tmp_path / "new.csv", late), root, False)


def test_years_that_were_only_guessed_are_not_confirmed_by_another_file(tmp_path: Path) -> None:
    root = office(tmp_path / "office", guessed_calendar("gb-eng", date(2027, 10, 1)))
    proposal = propose_calendar(written(tmp_path / "terms.csv", LIST), root, True)
    assert [year.name for year in proposal.calendar.years] == ["2027-28"]
    assert len(proposal.lost) == 2


def test_a_toml_calendar_is_taken_as_it_is_and_counts_as_checked(tmp_path: Path) -> None:
    root = office(tmp_path / "office", WHOLE)
    text = WHOLE.replace("checked = true", "# ours\nchecked = false")
    proposal = propose_calendar(written(tmp_path / "new.toml", text), root, True)
    adopt_calendar(proposal, root, date(2026, 9, 1))
    assert not read_calendar(root / "calendar.toml").guessed
    assert "# ours" in (root / "calendar.toml").read_text(encoding="utf-8")


# At the command line -----------------------------------------------------------------------------


def run(*words: str | Path) -> tuple[int, str]:
    done = CliRunner().invoke(app, [str(word) for word in words])
    return done.exit_code, done.stdout


def test_nothing_is_written_until_someone_says_yes(tmp_path: Path) -> None:
    root = office(tmp_path / "our office", WHOLE)
    file = written(tmp_path / "term dates.csv", LIST)
    status, said = run("calendar", "adopt", file, "--office", root)
    assert status == 0
    assert "Nothing was written" in said and "Science fair" in said
    assert (root / "calendar.toml").read_text(encoding="utf-8") == WHOLE
    status, said = run("calendar", "adopt", file, "--office", root, "--yes")
    assert (status, "The old one is calendar.before-" in said) == (0, True)
    assert len(read_calendar(root / "calendar.toml").years) == 2


def test_the_calendar_is_shown_with_its_days(tmp_path: Path) -> None:
    root = office(tmp_path, WHOLE)
    status, said = run("calendar", "show", "--office", root, "--json")
    (year,) = json.loads(said)["years"]
    assert status == 0
    assert year["school_days"] == sum(year["calendar_months"].values())
    assert year["months"][0] | {"name": ""} == {
        "name": "",
        "first": "2026-08-10",
        "last": "2026-09-04",
        "school_days": 18,
    }
    assert year["tracks"] == [{"name": "B", "school_days": year["school_days"] - 5}]
    assert "six weeks" in run("calendar", "show", "--office", root)[1]


def test_a_calendar_that_cannot_be_is_said_line_by_line(tmp_path: Path) -> None:
    root = office(tmp_path, WHOLE)
    assert run("calendar", "check", "--office", root)[0] == 0
    broken = WHOLE.replace("2026-09-07", "2026-08-07")
    (root / "calendar.toml").write_text(broken, encoding="utf-8")
    status, said = run("calendar", "check", "--office", root, "--json")
    (problem,) = json.loads(said)["problems"]
    assert (status, problem["line"]) == (1, 29)
