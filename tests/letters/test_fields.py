from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from rollbook.letters.fields import address_lines
from rollbook.letters.wording import (
    ENGLISH,
    SPANISH,
    Words,
    say_dates,
    say_days,
    say_parts,
    say_percent,
)
from tests.letters.families import LUIS, ROSA, SEPTEMBER, absences, draft, enrol, register, school


@pytest.mark.parametrize(
    ("parts", "words", "locale", "said"),
    [
        (["AM"], ENGLISH, "en_GB", "morning"),
        (["DAY"], SPANISH, "es_US", "todo el día"),
        (["P5"], ENGLISH, "en_US", "period 5"),
        (["P0"], ENGLISH, "en_US", "period 0"),
        (["P1", "P2", "P3", "P5"], ENGLISH, "en_US", "periods 1–3 and 5"),
        (["P1", "P3", "P12"], ENGLISH, "en_US", "periods 1, 3, and 12"),
        (["P1", "P2", "P7"], SPANISH, "es_US", "períodos 1–2 y 7"),
        (["DAY", "P1", "P2"], ENGLISH, "en_US", "all day"),
    ],
)
def test_parts_of_a_day(parts: list[str], words: Words, locale: str, said: str) -> None:
    assert say_parts(parts, words, locale) == said


@pytest.mark.parametrize(
    ("number", "words", "said"),
    [
        (Fraction(0), ENGLISH, "0 days"),
        (Fraction(1, 2), ENGLISH, "½ day"),
        (Fraction(1), SPANISH, "1 día"),
        (Fraction(9, 2), ENGLISH, "4½ days"),
        (Fraction(12), SPANISH, "12 días"),
    ],
)
def test_days_are_said_as_people_say_them(number: Fraction, words: Words, said: str) -> None:
    assert say_days(number, words) == said


@pytest.mark.parametrize(
    ("rate", "locale", "said"),
    [
        (Fraction(12, 13), "en_US", "92.3%"),
        (Fraction(12, 13), "en_GB", "92.3 %"),
        (Fraction(1), "en_US", "100.0%"),
        (Fraction(1999, 2000), "en_GB", "100.0 %"),  # rounded only when it is said
        (None, "en_US", ""),
    ],
)
def test_attendance_is_said_with_one_decimal(rate: Fraction, locale: str, said: str) -> None:
    assert say_percent(rate, locale) == said


def test_the_year_stands_only_where_it_changes_and_each_day_once() -> None:
    days = [date(2027, 1, 5), date(2026, 12, 3), date(2026, 12, 3), date(2026, 11, 30)]
    assert say_dates(days, "en_US") == "Nov 30, Dec 3, 2026, and Jan 5, 2027"
    assert say_dates(days[1:3], "en_GB") == "3 Dec 2026"


def test_an_address_is_written_as_the_countrys_post_writes_it() -> None:
    assert address_lines(ROSA, "es_US") == ["12 Elm St", "Waco, TX 76701"]
    british = replace(ROSA, street="Flat 2\n5 Mill Ln", city="Leeds", region="", postcode="LS1 1AA")
    assert address_lines(british, "en_GB") == ["Flat 2", "5 Mill Ln", "Leeds", "LS1 1AA"]
    assert address_lines(replace(LUIS, region=""), "en_US")[-1] == "Waco 76701"


def test_the_periods_of_one_day_that_say_the_same_are_one_line(tmp_path: Path) -> None:
    office = school(tmp_path)
    enrol(office)
    absences(office, SEPTEMBER, ["P1", "P2", "P3", "P6"])
    [letter] = draft(office, "tx-tru3")
    lines = [(row["date"], row["part"], row["meaning"]) for row in letter.fields["absences"]]
    assert lines == [
        ("Tue, Sep 8, 2026", "periods 1–3 and 6", "unexcused absence"),
        ("Thu, Sep 10, 2026", "periods 1–3 and 6", "unexcused absence"),
        ("Tue, Sep 15, 2026", "periods 1–3 and 6", "unexcused absence"),
    ]
    assert letter.fields["classes"] == []


def test_each_english_session_is_a_line_with_its_code_in_words(tmp_path: Path) -> None:
    office = school(tmp_path, "gb-eng")
    enrol(office)
    register(office, 4, {0: "I", 1: "I", 2: "O"})
    [letter] = draft(office)
    assert [row["part"] for row in letter.fields["absences"]] == ["morning", "afternoon", "morning"]
    assert [row["date"] for row in letter.fields["absences"]][:1] == ["Mon, 7 Sept 2026"]
    assert letter.fields["days_missed"] == "1½ days"
    assert letter.fields["days_unexcused"] == "½ day"
    assert (
        letter.fields["unexcused_count"] == "1"
    )  # not the sessions attended, which the rule takes
    assert (letter.fields["attendance_percent"], letter.fields["threshold"]) == ("92.5 %", "95 %")


def test_a_letter_about_classes_says_the_days_of_each_and_equal_ones_together(
    tmp_path: Path,
) -> None:
    office = school(tmp_path)
    enrol(office)
    days = [f"2026-09-{day:02}" for day in (8, 9, 10, 11, 14, 15)]
    rows = [(day, part) for day in days for part in ("P2", "P3", "P4")] + [("2026-09-16", "P4")]
    absences(office, rows, symbol="E", last="2026-10-09")
    [letter] = draft(office)
    needed = {"offered": "29", "minimum": "27", "left": "0"}
    assert letter.fields["classes"] == [
        {"name": "Periods 2–3", "attended": "23", "missed": "6"} | needed,
        {"name": "Period 4", "attended": "22", "missed": "7"} | needed,
    ]
    assert letter.fields["threshold"] == "90%"
    assert [row["part"] for row in letter.fields["absences"]] == ["periods 2–4"] * 6 + ["period 4"]


@pytest.mark.parametrize(
    ("settings", "answer_by"),
    [({}, "December 4, 2026"), ({"reply_school_days": 5}, "November 27, 2026")],
)
def test_an_answer_is_asked_for_in_school_days(
    tmp_path: Path, settings: dict[str, object], answer_by: str
) -> None:
    office = school(tmp_path, letters=settings)
    enrol(office)
    absences(office, SEPTEMBER)
    [letter] = draft(office)
    assert letter.fields["reply_by"] == answer_by
