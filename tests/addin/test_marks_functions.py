"""The worksheet functions on a sheet's own marks, called as Excel's client calls them."""

import inspect
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import xlwings
from hypothesis import given, settings
from hypothesis import strategies as st

from addin import custom_functions
from addin.answers import Cell
from addin.desk import Desk, close_desk, desk, open_desk
from addin.server import build_app
from rollbook.attendance import Attendance, Recorded, attendance_of, tally
from rollbook.importers.grid import extract
from rollbook.importers.upload import Upload
from rollbook.office import Office, ServeSettings, save_settings
from rollbook.register import Session, Student, register_frame
from rollbook.rules import assess
from rollbook.standing import read_standing
from tests.addin.calling import Idle, run_aside
from tests.offices import marks as posted_marks
from tests.offices import post_extract, roster, small_office

PACKS = ("gb-eng", "us-tx", "us-ca")
NOW = datetime(2026, 12, 4, 9, 0, tzinfo=UTC)
SEPTEMBER = [date(2026, 9, 7) + timedelta(days=number) for number in range(5)]


class Alone:
    """The functions themselves, without the threads the server runs some of them in."""

    def __getattr__(self, name: str) -> Any:
        return inspect.unwrap(getattr(custom_functions, name))


functions = Alone()


@pytest.fixture(scope="module", autouse=True)
def _leave() -> Iterator[None]:
    yield
    close_desk()


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return an office in each place; nothing is posted to them."""
    roots = {name: tmp_path_factory.mktemp(name) for name in PACKS}
    for name, root in roots.items():
        small_office(root, name).ledger.close()
    return roots


@pytest.fixture
def england(offices: dict[str, Path]) -> Desk:
    return seat(offices["gb-eng"])


@pytest.fixture
def texas(offices: dict[str, Path]) -> Desk:
    return seat(offices["us-tx"])


@pytest.fixture
def california(offices: dict[str, Path]) -> Desk:
    return seat(offices["us-ca"])


@pytest.fixture(scope="module", params=PACKS)
def somewhere(request: pytest.FixtureRequest, offices: dict[str, Path]) -> Path:
    return offices[request.param]


def seat(root: Path, lists: str = "all marks") -> Desk:
    """Open an office at the desk on a fixed day; say what its lists hold."""
    found = open_desk(root, Idle())
    found.now = lambda: NOW
    if found.office.settings.exports.lists != lists:
        save_settings(root, {"exports": {"lists": lists}})
    return found


def serial(day: date) -> int:
    return (day - date(1899, 12, 30)).days


def reason(cell: Cell) -> str:
    """Return what an error cell says; nothing but an error has a reason."""
    assert isinstance(cell, dict) and cell["type"] == "Error", cell
    return str(cell["reason"])


# Over HTTP, with what the client sends ---------------------------------------------------------


class Excel:
    """Calls a function as xlwings' client script does."""

    def __init__(self, app: Any, root: Path) -> None:
        self.app, self.root = app, root

    def __call__(self, name: str, *args: Any) -> Any:
        """Return what the cells show; an argument left out is sent as null."""
        open_desk(self.root, Idle()).now = lambda: NOW
        body = {
            "client": "Office.js",
            "func_name": name,
            "args": [*args],
            "caller_address": "[Tracker.xlsx]Sheet1!H5",
            "session_id": "b0c1",
            "culture_info_name": "en-GB",
            "date_format": "dd/mm/yyyy",
            "version": xlwings.__version__,
            "runtime": "1.4",
        }
        answer = self.ask("POST", "/xlwings/custom-functions-call", body)
        assert answer.status_code == 200, answer.text
        return answer.json()["result"]

    def ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """Ask the server for something."""

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
                return await client.request(method, path, json=body)

        return run_aside(asked())


ADDRESS = "https://localhost:8443"


@pytest.fixture(scope="module")
def excel(tmp_path_factory: pytest.TempPathFactory) -> Excel:
    root = tmp_path_factory.mktemp("office with a space")
    small_office(root, "gb-eng").ledger.close()
    return Excel(build_app(ServeSettings(), root, Idle()), root)


HEADS = [
    [serial(day) for day in SEPTEMBER for _ in "ab"],
    ["AM", "PM"] * 5,
]
WEEK = [
    ["/", "\\"] * 5,  # there all week
    ["/", "\\", "N", "o", "U 35", "\\", "L 12", " \\ ", "I", "I"],
    ["/", "\\", "X", "X", "V.", "V", "", "", "/", "-"],
    ["/", "\\", "?", "\\", "/", "\\", "/", "\\", "/", "\\"],
]


def test_rate_is_the_exact_share_and_only_the_unreadable_row_is_an_error(excel: Excel) -> None:
    [whole, some, activity, odd] = excel("rate", WEEK, HEADS, None)
    assert whole == [1]
    assert some == [0.5]  # / \ \ L \ of 10
    assert activity == [1]  # / \ V V / of 5: X is not possible, a blank and - are not recorded
    assert odd[0]["basicValue"] == "#VALUE!"
    assert odd[0]["reason"] == "Column 3 has “?”, which is no code of this office."


def test_counts_over_http(excel: Excel) -> None:
    rows = WEEK[:3]
    assert excel("possible", rows, HEADS, None) == [[10], [10], [5]]
    assert excel("present", rows, HEADS, None) == [[10], [5], [5]]
    assert excel("absences", rows, None, HEADS, None) == [[0], [5], [0]]
    assert excel("absences", rows, "unauthorised", HEADS, None) == [[0], [3], [0]]  # N O U
    assert excel("absences", rows, "Excused", HEADS, None) == [[0], [2], [0]]  # I I
    assert excel("absences", rows, "missing", HEADS, None) == [[0], [0], [3]]
    assert excel("absences", rows, "approved", HEADS, None) == [[0], [0], [2]]
    assert excel("lates", rows, HEADS, None) == [[0], [2], [0]]  # U and L
    assert excel("minutes_late", rows, HEADS, None) == [[0], [47], [0]]


def test_streaks_over_http(excel: Excel) -> None:
    rows = WEEK[:3]
    assert excel("streak", rows, None, HEADS, None, None) == [[0], [3], [0]]  # N O U
    assert excel("streak", rows, "authorised", HEADS, None, None) == [[0], [2], [0]]
    assert excel("streak", rows, "all", HEADS, "now", None) == [[0], [2], [0]]
    assert excel("streak", rows, "all", HEADS, "never", None)[0][0]["reason"] == (
        "“never” is no run of absences. Write longest or now."
    )


def test_window_gives_the_count_and_real_dates(excel: Excel) -> None:
    found = excel("most_in_window", WEEK[:2], HEADS, "10 school weeks", "unauthorised", None)
    assert found[0] == [0, "", ""]
    count, first, last = found[1]
    assert count == 3
    assert first == {"type": "FormattedNumber", "basicValue": 46273, "numberFormat": "dd/mm/yyyy"}
    assert last["basicValue"] == serial(date(2026, 9, 9))


def test_flags_over_http(excel: Excel) -> None:
    found = excel("flag", WEEK[:3], HEADS, None, None)
    assert found[0] == [""]
    assert "eng-l2" in found[1][0].split(", ")
    assert found[2] == [""]


def test_pattern_over_http(excel: Excel) -> None:
    open_desk(excel.root, Idle())
    days = desk().office.calendar.school_days_between(date(2026, 9, 7), date(2026, 12, 4))
    heads = [serial(day) for day in days for _ in "ab"]
    row = [mark for day in days for mark in ("II" if day.weekday() == 0 else "/\\")]
    there = ["/", "\\"] * len(days)
    [[said], [nothing]] = excel("pattern", [row, there], [heads], None)
    assert said == "12 of 12 days missed were Mondays (chance would give 2 or 3)"
    assert nothing == ""


def test_what_marks_mean_over_http(excel: Excel) -> None:
    [[n, late, blank, odd]] = excel("code", [["n", "L 12", "", "§"]], None)
    assert n == "N: Reason not yet established — unauthorised absence"
    assert late == "L: Late, before the register closed, 12 minutes — present, late"
    assert blank == ""
    assert "“§”" in odd["reason"]


def test_one_cell_and_one_row_come_without_their_brackets(excel: Excel) -> None:
    assert excel("rate", [["/"]], None, None) == [[1]]
    assert excel("rate", [["/", "\\", "N", "N"]], None, None) == [[0.5]]
    assert excel("rate", [["/"], ["N"]], None, None) == [[1], [0]]


def test_dates_arrive_as_formatted_numbers(excel: Excel) -> None:
    heads = [
        {"type": "FormattedNumber", "basicValue": serial(day), "numberFormat": "dd/mm/yyyy"}
        for day in SEPTEMBER[:2]
    ]
    assert excel("rate", [["/", "N"]], [heads], None) == [[0.5]]
    until = {"type": "FormattedNumber", "basicValue": serial(SEPTEMBER[0]), "numberFormat": "d"}
    assert excel("rate", [["/", "N"]], [heads], [[until]]) == [[1]]


def test_an_error_in_a_cell_spoils_its_own_row_only(excel: Excel) -> None:
    error = {"type": "Error", "basicValue": "#REF!", "errorType": "Ref"}
    [good, bad] = excel("rate", [["/", "\\"], ["/", error]], None, None)
    assert good == [1]
    assert bad[0]["reason"] == "Column 2 has “#REF!”, which is no code of this office."


def test_the_wizard_explains_every_function_and_argument(excel: Excel) -> None:
    meta = excel.ask("GET", "/xlwings/custom-functions-meta.json").json()
    by_name = {one["name"]: one for one in meta["functions"]}
    ours = {
        "RATE": "marks sessions? as_of?",
        "POSSIBLE": "marks sessions? as_of?",
        "PRESENT": "marks sessions? as_of?",
        "ABSENCES": "marks category? sessions? as_of?",
        "LATES": "marks sessions? as_of?",
        "MINUTES_LATE": "marks sessions? as_of?",
        "STREAK": "marks category? sessions? which? as_of?",
        "FLAG": "marks sessions? as_of? born_or_year?",
        "WINDOW": "marks sessions window category? as_of?",
        "PATTERN": "marks sessions as_of?",
        "CODE": "symbols day?",
    }
    for name, arguments in ours.items():
        found = by_name[name]
        said = [f"{one['name']}{'?' if one.get('optional') else ''}" for one in found["parameters"]]
        assert " ".join(said) == arguments
        texts = [found["description"], *(one["description"] for one in found["parameters"])]
        assert all(text and "Positional argument" not in text for text in texts)
        assert all(len(text) <= 255 for text in texts), name


def test_no_function_takes_the_name_of_the_page_it_runs_in(excel: Excel) -> None:
    code = excel.ask("GET", "/xlwings/custom-functions-code.js").text
    assert "async function rate()" in code
    for taken in ("window", "document", "location", "top", "undefined", "base"):
        assert code.count(f"async function {taken}(") == (taken == "base")


# How marks and headings are read ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "symbol"),
    [
        ("/", "/"), ("n", "N"), (" N ", "N"), ("N.", "N"), ("\u00a0i", "I"), ("c1", "C1"),
        ("l", "L"), ("L12", "L"), ("L 12", "L"), ("L (12)", "L"), ("l 12 min", "L"), ("U-35", "U"),
        ("–", "-"), ("Y2", "Y2"), ("#", "#"),
    ],
)  # fmt: skip
def test_marks_are_understood_as_clerks_type_them(england: Desk, typed: str, symbol: str) -> None:
    [[meaning]] = functions.code(typed)
    assert meaning.startswith(f"{symbol}: ")


@pytest.mark.parametrize("typed", ["N 12", "C3", "Z9", "L 6000", "NN", 1, True, "A", "//"])
def test_what_is_no_code_is_not_guessed(england: Desk, typed: Any) -> None:
    assert "no code of this office" in reason(functions.rate([["/", typed]])[0][0])


def test_the_office_s_own_codes_are_understood(tmp_path: Path) -> None:
    close_desk()
    small_office(tmp_path, "us-tx").ledger.close()
    save_settings(tmp_path, {"codes": {"1": "P", "/": "P", "abs": "U", "tdy": "T"}})
    open_desk(tmp_path, Idle()).now = lambda: NOW
    assert functions.rate([[1, "1", 1.0, "/"], ["ABS", "P", "P", "P"]])[0] == [1]
    assert functions.minutes_late([["tdy 15", "P"]]) == [[15]]
    assert functions.code("tdy") == [["tdy (as T): Tardy — present, late"]]
    assert "TRUE" in reason(functions.rate([[True, 1]])[0][0])


def test_a_code_is_judged_on_its_day(england: Desk) -> None:
    assert "has not been used since" in reason(functions.code("H", serial(date(2026, 9, 7)))[0][0])
    assert functions.code("H", "12 March 2024")[0][0].startswith("H: ")
    said = reason(functions.rate([["/", "H"]], heads_of(SEPTEMBER[:2]))[0][0])
    assert said.startswith("Column 2 has “H”. Code H has not been used since")


def heads_of(days: list[date]) -> list[int]:
    return [serial(day) for day in days]


@pytest.mark.parametrize(
    "heads",
    [
        ["07/09/2026 AM", "07/09/2026 PM", "08/09/2026 AM", "08/09/2026 PM"],
        ["Mon 7 Sep AM", "Mon 7 Sep PM", "Tue 8 Sep AM", "Tue 8 Sep PM"],
        ["2026-09-07", "2026-09-07", "2026-09-08", "2026-09-08"],
        [[46272, "", 46273, ""], ["AM", "PM", "am", "pm"]],
        [["7 Sep", "7 Sep", "8 Sep", "8 Sep"], ["Mon", "", "Tue", ""], ["AM", "PM", "AM", "PM"]],
        [46272, 46272, 46273, 46273.0],
        [["Mon", "", "Tue", ""], [46272, 46272, 46273, 46273]],
        [46272, "", 46273, ""],
    ],
)
def test_headings_are_read_as_offices_write_them(england: Desk, heads: Any) -> None:
    found = functions.most_in_window([["/", "N", "N", "\\"]], heads, 28)
    assert found == [[2, date(2026, 9, 7), date(2026, 9, 8)]]


def test_dates_are_read_in_the_office_s_order(texas: Desk) -> None:
    heads = ["09/07/2026", "09/08/2026"]
    found = functions.most_in_window([["U", "P"]], heads, 28)
    assert found == [[1, date(2026, 9, 7), date(2026, 9, 7)]]
    said = reason(functions.rate([["P", "P"]], ["07/09/2026", "28/09/2026"])[0][0])
    assert said.startswith("The sessions write their dates day first")


@pytest.mark.parametrize(
    ("marks", "heads", "says"),
    [
        (["/"] * 3, [46272, 46273], "The marks have 3 columns and the sessions 2."),
        (["/", "/"], [46272, "Total"], "Column 2 of the sessions has “Total”, which is no date."),
        (["/"] * 3, [46272, "", 46273], "Column 2 of the sessions has nothing, which is no date."),
        (["/", "/"], [46272, 12], "Column 2 of the sessions has “12”, which is no date."),
        (["/", "/"], ["7 Sep", "30 Feb"], "Column 2 of the sessions has “30 Feb”"),
        (["/"] * 3, [46272] * 3, "Columns 1 and 2 of the sessions are the same session"),
        (["/", "/"], [[46272, 46272], ["AM", "XX"]], "Column 2 of the sessions has “XX” beside"),
        (["/", "/"], ["7 Sep AM", "7 Sep P3"], "Column 2 of the sessions is P3, but England"),
        (["/", "/"], [46270, 46271], "None of the sessions is on a school day"),
        (["/", "/"], [[46272], [46273]], "The sessions stand under each other."),
    ],
)
def test_sessions_that_cannot_be_read_are_said_in_every_row(
    england: Desk, marks: list[str], heads: Any, says: str
) -> None:
    found = functions.rate([marks, marks], heads)
    assert [says in reason(cell) for [cell] in found] == [True, True]


def test_the_official_period_must_be_among_the_sessions(texas: Desk) -> None:
    said = reason(functions.rate([["P", "P"]], ["7 Sep P1", "7 Sep P3"])[0][0])
    assert said.startswith("The day counts by its official period, P2")


def test_days_without_school_are_not_possible(england: Desk) -> None:
    # A Sunday, the Monday of half term with a word in it, and the Monday after.
    heads = [serial(date(2026, 10, 25)), serial(date(2026, 10, 26)), serial(date(2026, 11, 2))]
    assert functions.possible([["/", "HOLIDAY", "/"]], heads) == [[1]]


def test_nothing_counts_after_the_day_looked_at(england: Desk) -> None:
    heads = heads_of(SEPTEMBER)
    row = ["/", "N", "I", "?", ""]
    assert functions.rate([row[:3]], heads[:3], serial(SEPTEMBER[1])) == [[0.5]]
    assert functions.rate([row], heads, "8 September 2026") == [[0.5]]
    assert "is no date" in reason(functions.rate([row], heads, "soon")[0][0])
    without = reason(functions.rate([row], None, "8 September 2026")[0][0])
    assert without.startswith("Which marks are of the days up to 08 September 2026 is not known")


def test_columns_after_the_last_mark_are_not_missing(england: Desk) -> None:
    heads = heads_of(SEPTEMBER)
    marks = [["/", "", "/", "", ""], ["", "", "", "", ""]]
    assert functions.absences(marks, "missing", heads) == [[1], [3]]


def test_a_row_without_anything_possible_has_no_rate(england: Desk) -> None:
    found = functions.rate([["X", "X"], ["", ""], ["/", "/"]])
    assert [cell["basicValue"] for [cell] in found[:2]] == ["#N/A", "#N/A"]
    assert reason(found[0][0]).startswith("No session was possible")
    assert found[2] == [1]
    assert functions.possible([["X", "X"]]) == [[0]]


def test_a_blank_is_attended_where_lists_hold_absences_only(
    offices: dict[str, Path],
) -> None:
    seat(offices["us-tx"], "absences")
    row = ["", "U", "", "", "A"]
    assert functions.rate([row]) == [[0.6]]
    assert functions.rate([row], heads_of(SEPTEMBER)) == [[0.6]]
    assert functions.streak([["U", "", "U"]]) == [[1]]
    # The desk's day is 4 December: what is still to come was not attended.
    coming = [date(2026, 12, 3), date(2026, 12, 4), date(2026, 12, 7), date(2026, 12, 8)]
    assert functions.possible([["U", "", "", ""]], heads_of(coming)) == [[2]]


def test_a_sheet_of_absences_alone_is_not_taken_for_a_register(
    offices: dict[str, Path],
) -> None:
    row = ["", "U", "", "", "A"]
    for place in ("us-tx", "us-ca"):
        seat(offices[place])
        for function in (functions.rate, functions.possible, functions.streak, functions.flag):
            assert reason(function([row])[0][0]).startswith("More blanks than marks of presence")
        assert functions.absences([row]) == [[2]]
        one = "P"  # somebody's mark of presence says nothing of another's blanks
        unclear, clear, few, none = functions.rate(
            [row, [one, one, one, "", ""], ["", one, "", "", "U"], [""] * 5]
        )
        assert clear == [1]
        for cell in (unclear, few):
            assert reason(cell[0]).startswith("More blanks than marks of presence")
        assert none[0]["basicValue"] == "#N/A"
        assert functions.flag([["U", *[""] * 19], [one] * 20])[1] == [""]
        assert reason(functions.flag([["U", *[""] * 19], [one] * 20])[0][0])
        assert functions.rate([[one, "U", "", ""], [one, one, "", ""]]) == [[0.5], [1]]  # to come
        assert functions.rate([["U", "A"]]) == [[0]]
        assert functions.rate([["", ""]])[0][0]["basicValue"] == "#N/A"
    seat(offices["gb-eng"])
    assert functions.rate([["", "O"]]) == [[0]]  # in England a blank is no mark


def test_nobody_at_the_desk_is_said_in_every_row() -> None:
    close_desk()
    assert [reason(cell)[:18] for [cell] in functions.rate([["/"], ["/"]])] == [
        "No office is open."
    ] * 2


# Exact at the edges, by hand --------------------------------------------------------------------


def year_of(count: int) -> list[date]:
    return list(desk().office.calendar.school_days_between(date(2026, 9, 1), date(2027, 7, 16)))[
        :count
    ]


def test_england_s_rates_are_exact_at_the_edge(england: Desk) -> None:
    heads = heads_of([day for day in year_of(20) for _ in "ab"])
    rows = [["I"] * absent + ["/"] * (40 - absent) for absent in (2, 3, 4, 5)]
    found = functions.flag(rows, heads)
    # 95 % is not below 95 %; 10 % absent is persistent absence, and 90 % is not below 90 %.
    assert found == [[""], ["eng-l1"], ["eng-l1, eng-pa"], ["eng-l1, eng-l2, eng-pa"]]
    assert functions.flag(rows) == found


def test_ten_unauthorised_sessions_in_ten_school_weeks(england: Desk) -> None:
    heads = heads_of([day for day in year_of(60) for _ in "ab"])
    nine, ten = (["O"] * count + ["/"] * (120 - count) for count in (9, 10))
    flags = [text.split(", ") for [text] in functions.flag([nine, ten], heads)]
    assert ["eng-pn" in row for row in flags] == [False, True]
    days = heads_of([day for day in year_of(60) for _ in "ab"])
    assert functions.most_in_window([ten], days, "10 school weeks", "unauthorised") == [
        [10, date(2026, 9, 1), date(2026, 9, 7)]
    ]


def test_ages_and_years_decide_whom_a_rule_is_about(england: Desk) -> None:
    heads = heads_of([day for day in year_of(60) for _ in "ab"])
    row = ["O"] * 10 + ["/"] * 110
    beside = [["Year 9"], [13], ["12/05/2013"], [serial(date(2009, 5, 1))], ["what"], [""]]
    found = functions.flag([row] * 6, heads, None, beside)
    concerned = ["eng-pn" in cell for [cell] in found[:4]]
    assert concerned == [True, False, True, False]
    assert reason(found[4][0]) == "“what” is neither a birth date nor a grade or year."
    assert "eng-pn" in found[5][0]
    assert "and the column of birth dates or years 1" in reason(
        functions.flag([row, row], heads, None, [["9"]])[0][0]
    )


def test_three_unexcused_days_in_four_weeks_in_texas(texas: Desk) -> None:
    days = year_of(30)
    row = ["U", "U", *["P"] * 17, "U", *["P"] * 10]
    inside = days[19] - days[0]
    assert inside == timedelta(days=27)  # the 28th day of the window that opens on the first
    late = ["U", "U", *["P"] * 18, "U", *["P"] * 9]
    flags = [text.split(", ") for [text] in functions.flag([row, late], heads_of(days))]
    assert ["tx-tru3" in one for one in flags] == [True, False]
    assert [row[0] for row in functions.most_in_window([row, late], heads_of(days), 28)] == [3, 2]


def test_a_tardy_of_more_than_30_minutes_is_a_truancy_event_in_california(
    california: Desk,
) -> None:
    days = year_of(20)
    thirty, more = (["U", "U", f"T {minutes}", *["P"] * 17] for minutes in (30, 31))
    flags = [text.split(", ") for [text] in functions.flag([thirty, more], heads_of(days))]
    assert ["ca-truant" in one for one in flags] == [False, True]


def test_the_official_period_decides_a_texan_day(texas: Desk) -> None:
    heads = [[46272, "", "", 46273, "", ""], ["P1", "P2", "P3"] * 2]
    assert functions.rate([["U", "P", "U", "P", "U", "P"]], heads) == [[0.5]]
    assert functions.absences([["U", "P", "U", "P", "U", "P"]], "unexcused", heads) == [[1]]
    assert functions.streak([["U", "P", "U", "P", "U", "P"]], None, heads) == [[1]]


def test_a_californian_day_is_missed_when_every_period_is(california: Desk) -> None:
    heads = [[46272, "", 46273, ""], ["P1", "P2"] * 2]
    rows = [["U", "P", "U", "U"], ["I", "I", "I", "U"]]
    assert functions.absences(rows, "all", heads) == [[1], [2]]
    assert functions.absences(rows, "unexcused", heads) == [[1], [1]]


def test_a_run_goes_over_weekends_and_over_what_was_not_possible(england: Desk) -> None:
    days = [date(2026, 10, 22), date(2026, 10, 23), date(2026, 11, 2), date(2026, 11, 3)]
    assert functions.streak([["I", "I", "I", "/"]], None, heads_of(days)) == [[3]]
    assert functions.streak([["I", "X", "", "I", "/", "I"]]) == [[2]]
    assert functions.streak([["I", "N", "I"], ["I", "/", "I"]], "authorised") == [[1], [1]]
    assert functions.streak([["I", "I", "/"], ["/", "I", ""]], None, None, "now") == [[0], [1]]


def test_windows_of_every_length(england: Desk) -> None:
    days = [date(2026, 9, 7), date(2026, 9, 14), date(2026, 10, 12), date(2026, 11, 9)]
    heads, row = heads_of(days), [["N", "N", "I", "O"]]
    spans = {
        "7 days": 1, "8 days": 2, "2 weeks": 2, "2 School Weeks": 2, "6 school-weeks": 3,
        "half-term": 3, "half term": 3, "3 months": 4, "term": 4, "school year": 4, 36: 3, "35": 2,
    }  # fmt: skip
    assert {said: functions.most_in_window(row, heads, said)[0][0] for said in spans} == spans
    assert functions.most_in_window(row, heads, "term", "unauthorised") == [
        [3, date(2026, 9, 7), date(2026, 11, 9)]
    ]
    assert "is no length of time" in reason(functions.most_in_window(row, heads, "soon")[0][0])
    assert functions.most_in_window(row, heads, "soon")[0][1:] == ["", ""]


def test_what_needs_days_asks_for_them(england: Desk) -> None:
    assert "Give the dates" in reason(functions.most_in_window([["N"]], None, 28)[0][0])
    assert "Give the dates" in reason(functions.pattern([["N"]], None)[0][0])


def test_another_kind_of_absence_is_named(england: Desk) -> None:
    assert reason(functions.absences([["/"]], "sick")[0][0]).startswith(
        "“sick” is no kind of absence. Write all,"
    )


def test_code_keeps_the_shape_of_the_range(england: Desk) -> None:
    found = functions.code([["/", None], ["", "I"], ["/", "I"]])
    assert [[cell[:1] for cell in row] for row in found] == [["/", ""], ["", "I"], ["/", "I"]]
    assert "is no date" in reason(functions.code([["/"]], "soon")[0][0])


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_runs_and_windows_are_those_counted_one_by_one(
    offices: dict[str, Path], data: st.DataObject
) -> None:
    calendar = seat(offices["gb-eng"]).office.calendar
    sessions, rows = data.draw(sheets("gb-eng"))
    heads = [[serial(one.day) for one in sessions], [one.part for one in sessions]]
    size = data.draw(st.integers(1, 40))
    symbols = [[meant(cell)[0] for cell in row] for row in rows]
    assert functions.streak(rows, None, heads) == [[longest_run(row)] for row in symbols]
    days = [
        [one.day for one, symbol in zip(sessions, row, strict=True) if symbol in ABSENT]
        for row in symbols
    ]
    found = functions.most_in_window(rows, heads, f"{size} days")
    assert [row[0] for row in found] == [
        max((sum(0 <= (day - first).days < size for day in one) for first in one), default=0)
        for one in days
    ]
    weeks = {
        day: number
        for number, monday in enumerate(calendar.school_weeks)
        for day in (monday + timedelta(days=place) for place in range(7))
    }
    found = functions.most_in_window(rows, heads, f"{size} school weeks")
    assert [row[0] for row in found] == [
        max((sum(0 <= weeks[day] - weeks[first] < size for day in one) for first in one), default=0)
        for one in days
    ]


ABSENT = ("U", "N", "I", "O")


def longest_run(symbols: list[str]) -> int:
    longest = run = 0
    for symbol in symbols:
        if symbol in ABSENT:
            run += 1
        elif symbol not in ("", "-", "X"):
            run = 0
        longest = max(longest, run)
    return longest


# The sheet and the ledger never disagree ---------------------------------------------------------

TYPED = {
    "gb-eng": ["/", "\\", "/", "\\", "", "-", "L 12", "u 35", "N", "i", "O", "X", "V", "B."],
    "us-tx": ["P", "p", "P.", "", "T 9", "A", "u", "C", "S", "E"],
    "us-ca": ["P", "p ", "", "T", "t 45", "W", "A", "U", "i", "X", "L 50"],
}
MEANT = {
    "L 12": ("L", 12),
    "u 35": ("U", 35),
    "T 9": ("T", 9),
    "t 45": ("T", 45),
    "L 50": ("L", 50),
}
LAYOUTS = {
    "gb-eng": [("AM", "PM"), ("AM", "PM"), ("DAY",)],
    "us-tx": [("DAY",), ("P1", "P2", "P3"), ("P2",)],
    "us-ca": [("DAY",), ("P1", "P2"), ("DAY", "P1", "P2")],
}


@st.composite
def sheets(draw: st.DrawFn, jurisdiction: str) -> tuple[list[Session], list[list[str]]]:
    """Draw some school days, the parts each has a column for, and a few rows of marks."""
    days = list(desk().office.calendar.school_days_between(date(2026, 9, 1), date(2026, 12, 4)))
    start = draw(st.integers(0, 30))
    length = draw(st.integers(1, 30))
    parts = draw(st.sampled_from(LAYOUTS[jurisdiction]))
    sessions = [Session(day, part) for day in days[start : start + length] for part in parts]
    ways = [st.sampled_from(TYPED[jurisdiction]), st.sampled_from(TYPED[jurisdiction][:4])]
    row = st.one_of(
        *(st.lists(way, min_size=len(sessions), max_size=len(sessions)) for way in ways)
    )
    present = [TYPED[jurisdiction][0]] * len(sessions)
    drawn = draw(st.lists(row, min_size=1, max_size=4))
    return sessions, [*(clear(one, jurisdiction) for one in drawn), present]


def clear(row: list[str], jurisdiction: str) -> list[str]:
    """Return a row whose blanks can be told: where they might be presence, presence is marked."""
    told = jurisdiction == "gb-eng" or desk().office.profile.absences_only
    if told or row.count("") <= sum(meant(cell)[0] == "P" for cell in row):
        return row
    return [cell or "P" for cell in row]


def meant(cell: str) -> tuple[str, int]:
    return MEANT.get(cell, (cell.strip().rstrip(".").upper(), 0))


def ledger_of(
    office: Office, sessions: list[Session], rows: list[list[str]]
) -> tuple[Any, list[Student], list[Recorded]]:
    """Return the marks one by one, as an importer makes them."""
    students = [Student(str(number)) for number in range(len(rows))]
    marks = [
        (str(number), session, *meant(cell))
        for number, row in enumerate(rows)
        for session, cell in zip(sessions, row, strict=True)
        if cell
    ]
    frame = register_frame(
        {
            "student_id": [one[0] for one in marks],
            "date": [one[1].day for one in marks],
            "part": [one[1].part for one in marks],
            "symbol": [one[2] for one in marks],
            "minutes_late": [one[3] for one in marks],
        }
    )
    days = [one[1].day for one in marks] or [sessions[-1].day]
    parts = tuple(dict.fromkeys(one.part for one in sessions))
    absences_only = office.profile.absences_only
    first, last = sessions[0].day, sessions[-1].day if absences_only else max(days)
    return frame, students, [Recorded("", first, last, parts, negative=absences_only)]


@pytest.mark.parametrize("lists", ["all marks", "absences"])
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_sheet_and_tally_agree(somewhere: Path, lists: str, data: st.DataObject) -> None:
    office = seat(somewhere, lists).office
    sessions, rows = data.draw(sheets(office.policy.jurisdiction))
    frame, students, recorded = ledger_of(office, sessions, rows)
    table = tally(frame, office.policy, office.calendar, students=students, recorded=recorded)
    expected = [attendance_of(table, one.student_id) for one in students]
    heads = [[serial(one.day) for one in sessions], [one.part for one in sessions]]
    assert shown(rows, heads) == [figures(one) for one in expected]
    total = [sum(meant(cell)[1] for cell in row) for row in rows]
    assert functions.minutes_late(rows, heads) == [[number] for number in total]


@pytest.mark.parametrize("lists", ["all marks", "absences"])
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_sheet_and_rules_agree(somewhere: Path, lists: str, data: st.DataObject) -> None:
    office = seat(somewhere, lists).office
    sessions, rows = data.draw(sheets(office.policy.jurisdiction))
    frame, students, recorded = ledger_of(office, sessions, rows)
    found = assess(
        office.policy, office.calendar, frame, students, (), recorded, as_of=recorded[0].last
    )
    to_all = {one.id for one in office.policy.triggers if one.kind == "everyone_at"}
    expected = []
    for student in students:
        crossed = [one.trigger for one in found if one.student_id == student.student_id]
        expected.append([", ".join(one for one in dict.fromkeys(crossed) if one not in to_all)])
    heads = [[serial(one.day) for one in sessions], [one.part for one in sessions]]
    assert functions.flag(rows, heads) == expected


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_with_and_without_sessions_the_figures_agree(somewhere: Path, data: st.DataObject) -> None:
    """Where every column is what the pack counts, the days make no difference to the figures."""
    office = seat(somewhere).office
    sessions, rows = data.draw(sheets(office.policy.jurisdiction))
    if office.policy.method != "sessions":
        sessions = [one for one in sessions if one.part == sessions[0].part]
        rows = [row[: len(sessions)] for row in rows]
        sessions = [Session(one.day, "DAY") for one in sessions]
    heads = [[serial(one.day) for one in sessions], [one.part for one in sessions]]
    assert shown(rows, None) == shown(rows, heads)
    assert functions.minutes_late(rows) == functions.minutes_late(rows, heads)
    assert functions.streak(rows) == functions.streak(rows, None, heads)


def shown(rows: list[list[str]], heads: Any) -> list[list[Any]]:
    """Return rate, possible, present, lates and each kind of absence of every row."""
    rates = functions.rate(rows, heads)
    counts = [
        functions.possible(rows, heads),
        functions.present(rows, heads),
        functions.lates(rows, heads),
        *(functions.absences(rows, kind, heads) for kind in KINDS_OF_ABSENCE),
    ]
    return [
        [None if isinstance(rate, dict) else rate, *(count[row][0] for count in counts)]
        for row, [rate] in enumerate(rates)
    ]


KINDS_OF_ABSENCE = ("all", "authorised", "unexcused", "missing", "approved")


def figures(one: Attendance) -> list[Any]:
    return [
        None if one.rate is None else float(one.rate),
        one.possible,
        one.attended,
        one.late,
        one.absent,
        one.authorised,
        one.unauthorised,
        one.missing,
        one.approved,
    ]


@pytest.mark.parametrize("lists", ["all marks", "absences"])
@pytest.mark.parametrize("jurisdiction", PACKS)
def test_a_sheet_says_what_the_ledger_says_once_it_is_posted(
    tmp_path: Path, jurisdiction: str, lists: str
) -> None:
    small_office(tmp_path / "office", jurisdiction).ledger.close()
    office = seat(tmp_path / "office", lists).office
    days = list(office.calendar.school_days_between(date(2026, 9, 7), date(2026, 10, 9)))
    parts = LAYOUTS[jurisdiction][0]
    sessions = [Session(day, part) for day in days for part in parts]
    typed = [cell for cell in TYPED[jurisdiction] if cell not in MEANT]
    rows = [
        [typed[(place * step + step) % len(typed)] for place in range(len(sessions))]
        for step in (1, 2, 3, 5)
    ]
    rows[0][-1] = rows[0][0] = "N" if jurisdiction == "gb-eng" else "U"
    rows = [clear(row, jurisdiction) for row in rows]
    if lists == "absences":
        file = [
            (f"A{number}", session.day.isoformat(), session.part, meant(cell)[0])
            for number, row in enumerate(rows)
            for session, cell in zip(sessions, row, strict=True)
            if cell
        ]
        students = [Student(f"A{number}") for number in range(len(rows))]
        post_extract(office, roster(students), "roster.csv")
        post_extract(office, posted_marks(file, negative=True), "list.csv")
    else:
        named = "{0.day:%Y-%m-%d}" if parts == ("DAY",) else "{0.day:%Y-%m-%d} {0.part}"
        lines = [["Student ID", *map(named.format, sessions)]]
        lines += [[f"A{number}", *row] for number, row in enumerate(rows)]
        cleaned = [[cell.strip().rstrip(".") for cell in line] for line in lines]
        path = tmp_path / "register.csv"
        path.write_text("\n".join(",".join(line) for line in cleaned), encoding="utf-8")
        post_extract(office, extract(Upload(path), office.profile), "register.csv")
    standing = read_standing(office)
    expected = [figures(standing.attendance(f"A{number}")) for number in range(len(rows))]
    heads = [[serial(one.day) for one in sessions], [one.part for one in sessions]]
    assert shown(rows, heads) == expected
