from datetime import date
from pathlib import Path

import pytest

from rollbook.office import (
    guessed_calendar,
    make_office,
    open_office,
    read_calendar,
    save_settings,
    save_workbook_map,
)
from rollbook.policy import SHIPPED
from rollbook.problems import OfficeError, PolicyError


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("jurisdiction", SHIPPED)
def test_a_new_office_opens(tmp_path: Path, jurisdiction: str) -> None:
    root = tmp_path / "our office"
    make_office(root, jurisdiction, 'St "Mary" & Sons – Ñandú')
    office = open_office(root)
    assert office.settings.name == 'St "Mary" & Sons – Ñandú'
    assert office.calendar.guessed
    assert office.profile.day_first is (jurisdiction == "gb-eng")
    assert (root / "drop").is_dir()


def test_an_office_is_never_made_twice(tmp_path: Path) -> None:
    make_office(tmp_path, "us-tx", "A")
    with pytest.raises(OfficeError, match="already"):
        make_office(tmp_path, "us-tx", "B")
    assert open_office(tmp_path).settings.name == "A"


def test_an_unknown_jurisdiction_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="fr-idf"):
        make_office(tmp_path / "new", "fr-idf", "A")
    assert not (tmp_path / "new").exists()


def test_a_folder_without_an_office_is_named(tmp_path: Path) -> None:
    with pytest.raises(OfficeError, match="no office in.*rollbook init"):
        open_office(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('approval = "review"', 'approval = "never"', "letters.approval”: write one of 'review'"),
        ("# fewest_possible = 20", 'fewest_possible = "few"', "write a whole number"),
        ("# fewest_possible = 20", "fewest_possible = 1.5", "write a whole number"),
        ('name = "A"', 'name = "A"\nwatch = 3', "line 3, “watch”: this is the heading"),
        ('approval = "review"', 'aproval = "review"', "no such setting"),
        ("# reply_school_days = 10", "reply_school_days = 0", r"line \d+, .*write 1 or more"),
        (
            '# without = ["tx-warn0"]',
            'without = ["tx-wran0"]',
            "no rule “tx-wran0”",
        ),
        ("[contact] ", "[contact ", r"line \d+: this cannot be read: a heading in square"),
        ('name = "A"', "name = A", "line 2: this cannot be read: after the equals sign"),
        ('name = "A"', "", "needed"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    make_office(tmp_path, "us-tx", "A")
    rewrite(tmp_path / "office.toml", old, new)
    with pytest.raises(OfficeError, match=said):
        open_office(tmp_path)


CALENDAR = """
[[year]]
name = "2026-27"
first = 2026-09-01
last = 2027-07-16
[[year.closure]]
name = "Half term"
first = 2026-10-26
last = 2026-10-30
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("last = 2027-07-16", "last = 2026-07-16", "ends before it begins"),
        ("last = 2026-10-30", "last = 2026-10-20", "“Half term” ends before"),
        ("first = 2026-09-01\n", "", "first"),
        ("first = 2026-09-01", 'first = "1 Sept"', "1 Sept"),
        ("2026-10-30", "2026-10-32", "cannot be read"),
        ("[[year]]", "[[jahr]]", "must stand in double brackets"),
        (CALENDAR, "", "no school year"),
    ],
)
def test_an_impossible_calendar_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = tmp_path / "calendar.toml"
    path.write_text(CALENDAR.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(OfficeError, match=said):
        read_calendar(path)


def test_overlapping_years_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "calendar.toml"
    path.write_text(CALENDAR + CALENDAR.replace("2026-27", "again"), encoding="utf-8")
    with pytest.raises(OfficeError, match="before 2026-27 ends"):
        read_calendar(path)


def test_a_closure_takes_its_days_out(tmp_path: Path) -> None:
    path = tmp_path / "calendar.toml"
    path.write_text(CALENDAR, encoding="utf-8")
    calendar = read_calendar(path)
    assert not calendar.is_school_day(date(2026, 10, 28))
    assert calendar.why_not_school_day(date(2026, 10, 28)) == "Half term"
    assert calendar.is_school_day(date(2026, 11, 2))


@pytest.mark.parametrize("jurisdiction", SHIPPED)
@pytest.mark.parametrize("month", [1, 6, 7, 12])
def test_the_guessed_calendar_holds_today(tmp_path: Path, jurisdiction: str, month: int) -> None:
    path = tmp_path / "calendar.toml"
    today = date(2026, month, 15)
    path.write_text(guessed_calendar(jurisdiction, today), encoding="utf-8")
    calendar = read_calendar(path)
    assert len(calendar.years) == 3
    assert calendar.years[0].first < today < calendar.years[-1].last


def test_the_clerks_own_comments_stay_when_settings_are_written(tmp_path: Path) -> None:
    make_office(tmp_path, "us-tx", "A")
    rewrite(tmp_path / "office.toml", "[contact]", "# ask Rosa first\n[contact]")
    save_settings(tmp_path, {"contact": {"name": "Rosa"}, "clerk": "Rosa"})
    save_workbook_map(tmp_path, {"file": "a.xlsx", "tracker": {"sheet": "One"}})
    save_workbook_map(tmp_path, {"file": "b.xlsx", "tracker": {"sheet": "Two"}})
    save_workbook_map(tmp_path, {"file": "a.xlsx", "tracker": {"sheet": "Three"}})
    assert "# ask Rosa first" in (tmp_path / "office.toml").read_text(encoding="utf-8")
    settings = open_office(tmp_path).settings
    assert settings.contact.name == settings.clerk == "Rosa"
    sheets = {book["file"]: book["tracker"]["sheet"] for book in settings.workbook}
    assert sheets == {"a.xlsx": "Three", "b.xlsx": "Two"}
