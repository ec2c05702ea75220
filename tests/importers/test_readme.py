"""What the README of the importers tells an office to write is read as it says."""

import re
from datetime import date
from pathlib import Path

import pytest

from rollbook import importers
from rollbook.importers.calendar_files.entries import Kind, kind_of
from rollbook.importers.contract import Profile
from rollbook.importers.upload import Upload
from rollbook.office.calendars import judge_calendar

README = (Path(__file__).parents[2] / "rollbook/importers/README.md").read_text(encoding="utf-8")
YEAR = '[[year]]\nname = "2026-27"\nfirst = 2026-08-31\nlast = 2027-06-30\n'


def example(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def test_the_student_list_shown_brings_a_student_with_a_contact(tmp_path: Path) -> None:
    (tmp_path / "students.csv").write_text(example(""), encoding="utf-8")
    found = importers.extract(Upload(tmp_path / "students.csv"), Profile())
    assert found.importer == "student-list"
    assert [one.student_id for one in found.students] == ["004233"]
    assert [one.city for one in found.guardians] == ["Pecan Hollow"]


def test_the_track_shown_has_days_of_its_own() -> None:
    calendar, problems = judge_calendar(YEAR + example("toml"), "calendar.toml")
    assert calendar and not problems
    [track] = calendar.years[0].tracks
    assert (track.name, track.extra_days) == ("B", (date(2026, 10, 31),))
    assert date(2026, 11, 9) not in calendar.years[0].school_days("B")


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_a_calendar_is_named_and_understood(kind: Kind) -> None:
    assert f"`{kind.value}`" in README
    assert kind_of("", kind.value, date(2026, 11, 2), date(2026, 12, 4)) is kind
