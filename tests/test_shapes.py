"""What a missing row means, from a dropped file to the figures: by the shape of its list.

In a list of events it means present, in a grid or a list of days not recorded, in a summary
nothing at all. Ana is in every file; Bo is in none.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from rollbook.attendance import Attendance
from rollbook.importers import extract, identify
from rollbook.importers.contract import Extract
from rollbook.importers.upload import Upload
from rollbook.office import Office
from rollbook.register import Student
from rollbook.standing import read_standing
from tests.offices import post_extract, roster, small_office

PEOPLE = [Student("0040121", "O'Neil", "Ana"), Student("0040122", "Ng", "Bo")]
EVENTS = {
    "powerschool": "Student_Number,Att_Date,Att_Code\n0040121,11/02/2026,U\n",
    "skyward": "Other ID,Date,Absence Type,Absence Reason\n0040121,11/02/2026,U,x\n",
    "synergy": "SIS Number,Abs Date,Reason Code\n0040121,11/02/2026,U\n",
    "campus": "studentNumber,date,code,status,excuse\n0040121,11/02/2026,U,A,U\n",
    "focus": "Student ID,School Date,Attendance Code\n0040121,11/02/2026,U\n",
    "q": "Aequitas Q\nStu ID,Date,Attd Code\n0040121,11/02/2026,U\n",
}
DAYS = {
    "grid": "Student ID,2026-11-02\n0040121,U\n",
    "list": "Student ID,Date,Code\n0040121,2026-11-02,U\n",
    "days": "Student ID,Date,Period 1,Period 2\n0040121,2026-11-02,U,U\n",
}

Post = Callable[[str], None]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = small_office(tmp_path / "office", "us-tx")
    post_extract(office, roster(PEOPLE), "roster")
    return office


@pytest.fixture
def post(office: Office, tmp_path: Path) -> Post:
    def post(text: str) -> None:
        (tmp_path / "dropped.csv").write_text(text, encoding="utf-8")
        post_extract(office, read(office, tmp_path / "dropped.csv"), text)

    return post


def read(office: Office, path: Path) -> Extract:
    return extract(Upload(path), office.profile, identify(Upload(path)))


def figures(office: Office) -> tuple[Attendance, Attendance]:
    standing = read_standing(office)
    return standing.attendance("0040121"), standing.attendance("0040122")


@pytest.mark.parametrize("system", EVENTS)
def test_who_is_missing_from_a_list_of_events_was_there(
    office: Office, post: Post, system: str
) -> None:
    post(EVENTS[system])
    ana, bo = figures(office)
    assert (ana.possible, ana.unauthorised, bo.possible, bo.present) == (1, 1, 1, 1)


@pytest.mark.parametrize("shape", DAYS)
def test_who_is_missing_from_a_grid_or_a_list_of_days_was_not_recorded(
    office: Office, post: Post, shape: str
) -> None:
    post(DAYS[shape])
    ana, bo = figures(office)
    assert (ana.unauthorised, bo.possible, bo.present, bo.missing) == (1, 0, 0, 1)


def test_a_summary_counts_nobody(office: Office, post: Post) -> None:
    post("Student ID,Days Enrolled,Days Absent\n0040121,60,12\n")
    ana, bo = figures(office)
    assert (ana.possible, ana.absent, bo.possible, bo.missing) == (0, 0, 0, 0)


def test_a_list_of_events_taken_again_takes_back_what_it_no_longer_names(
    office: Office, post: Post
) -> None:
    post(EVENTS["powerschool"] + "0040122,11/02/2026,U\n")
    post(EVENTS["powerschool"])
    ana, bo = figures(office)
    assert (ana.unauthorised, bo.unauthorised, bo.present) == (1, 0, 1)


@pytest.mark.parametrize(("period", "absent"), [("2", 1), ("02", 1), ("3(A)", 0)])
def test_periods_become_days_by_the_official_period(
    office: Office, post: Post, period: str, absent: int
) -> None:
    rows = ["Student_Number,Att_Date,Att_Code,Att_Mode_Code,Period"]
    rows += [f"0040121,11/02/2026,U,ATT_ModeMeeting,{period}"]
    rows += ["0040122,11/02/2026,U,ATT_ModeMeeting,2"]
    post("\n".join(rows))
    ana, bo = figures(office)
    assert (ana.possible, ana.unauthorised, bo.unauthorised) == (1, absent, 1)


def test_one_lesson_missed_on_a_quiet_day_is_no_day_lost(tmp_path: Path) -> None:
    office = small_office(tmp_path / "ca", "us-ca")
    post_extract(office, roster(PEOPLE), "roster")
    headers = "SIS Number,Abs Date,Period,Reason Code\n"
    days = {
        "11/02/2026": [("0040121", period) for period in "123"] + [("0040122", "1")],
        "11/03/2026": [("0040121", "3")],  # nobody missed any other
    }
    for day, missed in days.items():
        rows = "".join(f"{student},{day},{period},U\n" for student, period in missed)
        (tmp_path / "day.csv").write_text(headers + rows, encoding="utf-8")
        post_extract(office, read(office, tmp_path / "day.csv"), day)
    ana, bo = figures(office)
    assert (ana.possible, ana.unauthorised) == (2, 1)
    assert (bo.possible, bo.unauthorised) == (2, 0)
