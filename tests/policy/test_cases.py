"""Case tables of a district: a strip of marks in, findings out, failures in plain words."""

from datetime import date
from importlib import resources
from pathlib import Path

import pytest

from rollbook.policy import SHIPPED, load_pack
from rollbook.problems import OfficeError, PolicyError
from rollbook.register import Session
from rollbook.reports.case_files import PackCase, read_cases
from rollbook.reports.pack_cases import run_cases
from rollbook.school_calendar import SchoolCalendar, SchoolYear

ENGLAND, TEXAS = load_pack("gb-eng"), load_pack("us-tx")
YEAR = '[[year]]\nname = "2026-27"\nfirst = 2026-09-01\nlast = 2027-07-16\n'
HALF_TERM = '[[year.closure]]\nname = "Half term"\nfirst = 2026-10-26\nlast = 2026-10-30\n'


def case_of(tmp_path: Path, text: str, pack: str = "gb-eng", head: str = YEAR) -> PackCase:
    path = tmp_path / "our cases.toml"
    path.write_text(f'{head}[[case]]\nsays = "It"\n{text}', encoding="utf-8")
    [case] = read_cases(path, load_pack(pack))
    return case


def shipped_cases() -> list[tuple[str, PackCase]]:
    folder = Path(str(resources.files("rollbook") / "policies" / "cases"))
    return [
        (name, case)
        for name in SHIPPED
        for case in read_cases(folder / f"{name}.toml", load_pack(name))
    ]


@pytest.mark.parametrize(
    ("name", "case"), shipped_cases(), ids=lambda one: one if isinstance(one, str) else one.says
)
def test_the_example_cases_come_out_as_they_say(name: str, case: PackCase) -> None:
    [outcome] = run_cases([case], load_pack(name))
    assert outcome.failures == []


def test_an_english_strip_runs_morning_and_afternoon_over_closures(tmp_path: Path) -> None:
    case = case_of(
        tmp_path,
        'from = 2026-10-23\nmarks = "O . | U(12) N"\nfinds = []\n',
        head=YEAR + HALF_TERM,
    )
    assert case.as_of == date(2026, 11, 2)
    assert case.marks[Session(date(2026, 10, 23), "AM")] == ("O", 0)
    assert case.marks[Session(date(2026, 10, 23), "PM")] == ("\\", 0)
    assert case.marks[Session(date(2026, 11, 2), "AM")] == ("U", 12)
    assert case.marks[Session(date(2026, 11, 2), "PM")] == ("N", 0)
    assert Session(date(2026, 10, 26), "AM") not in case.marks


def test_everyone_not_named_is_there_from_enrolment_to_the_day(tmp_path: Path) -> None:
    case = case_of(
        tmp_path, "enrolled = 2026-11-02\nas_of = 2026-11-06\nmarks = 'I*2'\nfinds = []\n"
    )
    assert len(case.marks) == 10
    [outcome] = run_cases([case], ENGLAND)
    assert "eng-pa" in outcome.found


def test_an_american_strip_has_a_word_a_day_and_a_table_names_periods(tmp_path: Path) -> None:
    strip = case_of(tmp_path, 'from = 2026-09-04\nmarks = "U T(45)"\nfinds = []\n', "us-tx")
    assert strip.marks == {
        Session(date(2026, 9, 4), "DAY"): ("U", 0),
        Session(date(2026, 9, 7), "DAY"): ("T", 45),
    }
    table = case_of(
        tmp_path,
        'from = 2026-09-01\nmarks = { "2026-09-03" = "P1=U P2=U", P3 = "A ." }\nfinds = []\n',
        "us-tx",
    )
    assert table.marks == {
        Session(date(2026, 9, 3), "P1"): ("U", 0),
        Session(date(2026, 9, 3), "P2"): ("U", 0),
        Session(date(2026, 9, 1), "P3"): ("A", 0),
    }


def test_what_the_office_has_done_belongs_to_a_case(tmp_path: Path) -> None:
    case = case_of(
        tmp_path,
        "as_of = 2026-10-30\n"
        'letters = [{ trigger = "tx-tru3", mailed = 2026-10-05, until = 2026-10-01 }]\n'
        'actions = [{ kind = "conference", day = 2026-10-12 }]\nfinds = []\n',
        "us-tx",
    )
    [letter], [action] = case.history.letters, case.history.actions
    assert (letter.trigger, letter.mailed, letter.until) == (
        "tx-tru3",
        date(2026, 10, 5),
        date(2026, 10, 1),
    )
    assert (action.kind, action.day) == ("conference", date(2026, 10, 12))


def test_a_case_that_comes_out_otherwise_says_what_and_why(tmp_path: Path) -> None:
    case = case_of(
        tmp_path,
        'from = 2026-11-02\nmarks = "O*9 I"\nfinds = ["eng-pn"]\nfinds_not = ["eng-pa"]\n'
        'sends = ["eng-pn"]\nsends_not = ["eng-l2"]\n',
    )
    [outcome] = run_cases([case], ENGLAND)
    missed, unwanted, no_letter, letter = outcome.failures
    assert missed.startswith("eng-pn was expected and not found. Why: 9 sessions from")
    assert "National framework for penalty notices" in missed
    assert unwanted.startswith("eng-pa was found and not expected. Why: 10 of")
    assert no_letter == "a letter of eng-pn was expected and none is due."
    assert letter == "a letter of eng-l2 is due and none was expected."


def test_the_calendar_may_be_the_offices_or_a_file_beside_the_cases(tmp_path: Path) -> None:
    path = tmp_path / "cases.toml"
    cases = '[[case]]\nsays = "It"\nfrom = 2026-10-30\nmarks = "O O O"\nfinds = []\n'
    calendar = SchoolCalendar((SchoolYear("2026-27", date(2026, 9, 1), date(2027, 7, 16)),))
    path.write_text('calendar = "office"\n' + cases, encoding="utf-8")
    assert read_cases(path, ENGLAND, calendar)[0].as_of == date(2026, 11, 2)
    with pytest.raises(PolicyError, match="line 1: it needs an office's calendar"):
        read_cases(path, ENGLAND)
    path.write_text('calendar = "days.toml"\n' + cases, encoding="utf-8")
    with pytest.raises(OfficeError, match="“days.toml” is missing"):
        read_cases(path, ENGLAND)
    (tmp_path / "days.toml").write_text(YEAR, encoding="utf-8")
    assert read_cases(path, ENGLAND)[0].as_of == date(2026, 11, 2)


NOT_UNDERSTOOD = {
    'marks = "O J"\nfinds = []\n': "line 7, case “It”: Code J has not been used since 2024-08-19",
    'marks = "O((3"\nfinds = []\n': "line 7, case “It”: “O((3” is not understood; write O, O*5",
    'marks = "O*999"\nfinds = []\n': "the strip goes on after the last school day of the calendar",
    "marks = 3\nfinds = []\n": "“marks” must be a strip of marks in quotation marks, or a table",
    'marks = { noon = "O" }\nfinds = []\n': "“noon” is no day and no part of the day",
    'marks = { "2026-09-05" = "O O" }\nfinds = []\n': "2026-09-05 is no school day: a Saturday",
    'marks = { "2026-09-04" = "O" }\nfinds = []\n': "2026-09-04 needs 2 of them: AM and PM",
    'marks = "O"\n': "it expects nothing; add “finds” or “finds_not”",
    'marks = "O"\nfind = ["eng-pn"]\nfinds = []\n': "line 8, case “It”: “find” is not known here",
    'marks = "O"\nfinds = ["eng-pm"]\n': "line 8, case “It”: “finds” has “eng-pm”; it must be one",
    "finds = []\n": "“as_of” is missing; add the day on which the rules are asked",
    'marks = "O*9"\nas_of = 2026-09-01\nfinds = []\n': "the marks go on until 2026-09-07, after",
    'marks = "O"\nletters = [{ mailed = 2026-09-01 }]\nfinds = []\n': "“trigger” is missing",
}


@pytest.mark.parametrize(("text", "sentence"), NOT_UNDERSTOOD.items())
def test_what_is_not_understood_is_said_with_its_line(
    tmp_path: Path, text: str, sentence: str
) -> None:
    with pytest.raises(PolicyError) as refused:
        case_of(tmp_path, text)
    assert "“our cases.toml”, line " in str(refused.value)
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("head", "sentence"),
    [
        ("", "give it a calendar"),
        (YEAR.replace("2027-07-16", "2025-07-16"), "“our cases.toml”, line 4: “2026-27” ends"),
        ('calendar = "office"\n' + YEAR, "give it a calendar"),
    ],
)
def test_a_case_file_needs_one_calendar_that_can_be(
    tmp_path: Path, head: str, sentence: str
) -> None:
    with pytest.raises(PolicyError, match=sentence):
        case_of(tmp_path, 'marks = "O"\nfinds = []\n', head=head)


def test_a_case_file_without_cases_says_so(tmp_path: Path) -> None:
    (tmp_path / "none.toml").write_text(YEAR, encoding="utf-8")
    with pytest.raises(PolicyError, match="it holds no cases"):
        read_cases(tmp_path / "none.toml", TEXAS)
    with pytest.raises(PolicyError, match="There is no case file"):
        read_cases(tmp_path / "never.toml", TEXAS)
