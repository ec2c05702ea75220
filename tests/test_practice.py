import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from rollbook.attendance import Recorded, tally
from rollbook.importers import extract, identify
from rollbook.importers.contract import Extract, Profile, Recording
from rollbook.importers.upload import Upload
from rollbook.office import Settings, read_calendar
from rollbook.policy import Terms, load_pack
from rollbook.practice import (
    PracticeSchool,
    calendar_toml,
    make_school,
    write_corrections,
    write_exports,
    write_mark_list,
    write_requests,
    write_tracking_workbook,
)
from rollbook.practice.names import TRYING_NAMES
from rollbook.practice.people import Oddity, unique_pupil_number
from rollbook.practice.texas import absence_line
from rollbook.register import Enrolment
from rollbook.rules import assess
from rollbook.workbooks import adopt

JURISDICTIONS = ("us-tx", "us-ca", "gb-eng")
STUDENTS = 160

Line = tuple[str, date, str, str, str]


@cache
def school_in(jurisdiction: str) -> PracticeSchool:
    return make_school(jurisdiction, STUDENTS)


@pytest.fixture(params=JURISDICTIONS)
def school(request: pytest.FixtureRequest) -> PracticeSchool:
    return school_in(request.param)


def findings(school: PracticeSchool) -> set[tuple[str, str]]:
    """Which student has crossed which rule, by the rules themselves."""
    parts = {campus.number: ("P2",) if campus.level == "elementary" else tuple(school.sheet.parts)
             for campus in school.locality.campuses}  # fmt: skip
    negative = school.jurisdiction == "us-tx"
    recorded = [
        Recorded(campus, school.year.first, school.through, parts[campus], negative)
        for campus in school.campuses
    ]
    found = assess(
        load_pack(school.jurisdiction),
        school.calendar,
        school.marks,
        school.students,
        school.enrolments,
        recorded,
        as_of=school.through,
    )
    return {(finding.student_id, finding.trigger) for finding in found}


def asks_for_more(terms: Terms) -> bool:
    """Say whether marks alone cannot meet the rule: it asks for letters or actions."""
    return bool(getattr(terms, "after", ()) or getattr(terms, "action", ""))


def read(school: PracticeSchool, path: Path) -> Extract:
    upload = Upload(path)
    assert identify(upload)
    return extract(upload, Profile(day_first=school.jurisdiction == "gb-eng"))


def lines(marks: pd.DataFrame) -> list[Line]:
    return list(
        zip(
            marks["student_id"].astype(str),
            (stamp.date() for stamp in marks["date"]),
            marks["part"].astype(str),
            marks["symbol"].astype(str),
            marks["comment"].astype(str),
            strict=True,
        )
    )


def lines_of(school: PracticeSchool, extracts: Iterable[Extract]) -> list[Line]:
    """The marks of some exports, under the school's own ids and without days of closure."""
    own_id = {student.state_id: student.student_id for student in school.students}
    return sorted(
        (own_id.get(student_id, student_id), day, part, symbol, comment)
        for one in extracts
        for student_id, day, part, symbol, comment in lines(one.marks)
        if symbol != "#"
    )


# --- The same school for the same seed ------------------------------------------------------------


def test_the_same_seed_gives_the_same_school(school: PracticeSchool) -> None:
    again = make_school(school.jurisdiction, STUDENTS)
    assert again.students == school.students
    assert again.guardians == school.guardians
    assert again.enrolments == school.enrolments
    assert again.cases == school.cases
    pd.testing.assert_frame_equal(again.marks, school.marks)


def test_the_same_seed_gives_the_same_bytes(school: PracticeSchool, tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
        write_exports(school, folder)
        write_corrections(school, folder)
        write_requests(school, folder)
        write_tracking_workbook(school, folder / "Tracking.xlsx")
    first, second = ({path.name: path.read_bytes() for path in one.iterdir()} for one in folders)
    assert first == second


def test_another_seed_gives_other_people(school: PracticeSchool) -> None:
    other = make_school(school.jurisdiction, STUDENTS, seed=8)
    assert [one.name for one in other.students] != [one.name for one in school.students]
    assert not other.marks.equals(school.marks)


def test_nothing_depends_on_today(school: PracticeSchool) -> None:
    assert school.through == date(2026, 11, 13)
    assert school.marks["date"].max() == pd.Timestamp(2026, 11, 13)


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_a_school_can_be_made_on_its_first_day(jurisdiction: str) -> None:
    first = school_in(jurisdiction).year.first
    school = make_school(jurisdiction, 80, through=first)
    assert school.sheet.days == (first,)


@pytest.mark.parametrize(
    ("jurisdiction", "students", "through", "says"),
    [
        ("us-ny", 600, None, "no practice school for “us-ny”"),
        ("us-tx", 79, None, "80 students or more"),
        ("us-tx", 600, date(2026, 8, 11), "2026-08-11 is not in the school year"),
        ("us-tx", 600, date(2027, 5, 28), "2027-05-28 is not in the school year"),
    ],
)
def test_an_impossible_school_is_refused(
    jurisdiction: str, students: int, through: date | None, says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        make_school(jurisdiction, students, through=through)


# --- The people ----------------------------------------------------------------------------------


def test_only_one_full_name_is_there_twice(school: PracticeSchool) -> None:
    names = Counter((one.given_name, one.family_name) for one in school.students)
    assert [name for name, count in names.items() if count > 1] == [("Jordan", "Ellerwick")]
    assert names["Jordan", "Ellerwick"] == 2


def test_names_never_run_out() -> None:
    school = make_school("us-ca", 20_000)
    names = Counter((one.given_name, one.family_name) for one in school.students)
    assert max(names.values()) == 2
    assert len(names) == 20_000 - 1


def test_every_trying_name_is_there(school: PracticeSchool) -> None:
    names = {(one.given_name, one.family_name) for one in school.students}
    assert {(name.given, name.family) for _, name in TRYING_NAMES} <= names


@pytest.mark.parametrize(
    "letters", ["&", "<", "'", "’", "-", "ö", "Ł", "ע", "ا", "乔", "ひ", "小", "맹"]
)
def test_trying_letters_are_in_the_names(letters: str) -> None:
    text = " ".join(f"{name.given} {name.family}" for _, name in TRYING_NAMES)
    assert letters in text


def test_a_surname_can_be_one_letter(school: PracticeSchool) -> None:
    assert {"O", "E"} <= {one.family_name for one in school.students}


def test_ids_are_six_digits_with_leading_zeros(school: PracticeSchool) -> None:
    ids = [one.student_id for one in school.students]
    assert len(set(ids)) == len(ids)
    assert all(len(one) == 6 and one.isdigit() and one.startswith("0") for one in ids)
    assert len({one.state_id for one in school.students}) == len(ids)


@pytest.mark.parametrize("jurisdiction", ["us-tx", "us-ca"])
def test_three_families_in_ten_speak_spanish(jurisdiction: str) -> None:
    students = make_school(jurisdiction).students
    spanish = sum(one.language == "es" for one in students)
    assert Fraction(25, 100) < Fraction(spanish, len(students)) < Fraction(35, 100)


def test_every_oddity_is_there(school: PracticeSchool) -> None:
    assert set(school.oddities.values()) == set(Oddity) - {Oddity.NONE}


def test_oddities_show_in_families_and_enrolments(school: PracticeSchool) -> None:
    def guardians(student_id: str) -> list[tuple[bool, bool, bool, bool]]:
        return [
            (one.lives_with, one.gets_letters, one.court_order, bool(one.street))
            for one in school.guardians
            if one.student_id == student_id
        ]

    at_home, no_address = (True, True, False, True), (True, True, False, False)
    expected = {
        Oddity.TWO_HOUSEHOLDS: [at_home, (False, True, False, True)],
        Oddity.COURT_ORDER: [at_home, (False, True, True, True)],
        Oddity.NO_CONTACT_ALLOWED: [(True, True, True, True)],
        Oddity.NO_LETTERS: [at_home, (False, False, False, True)],
        Oddity.NO_ADDRESS: [no_address],
    }
    flags = {Oddity.MEDICAL_PLAN: {"medical-plan"}, Oddity.LOOKED_AFTER: {"looked-after"}}
    students = {one.student_id: one for one in school.students}
    for student_id, oddity in school.oddities.items():
        if oddity in expected:
            assert guardians(student_id) == expected[oddity]
        assert students[student_id].flags == flags.get(oddity, set())
        spans = [one for one in school.enrolments if one.student_id == student_id]
        assert len(spans) == (2 if oddity is Oddity.GAP else 1)
        ended = [one.withdrawal_date is not None for one in spans]
        assert any(ended) == (oddity in (Oddity.GAP, Oddity.LEAVER))
        if oddity is Oddity.LATE_STARTER:
            assert spans[0].entry_date > school.year.first


def test_nobody_has_a_mark_while_not_on_roll(school: PracticeSchool) -> None:
    spans: dict[str, list[Enrolment]] = {}
    for one in school.enrolments:
        spans.setdefault(one.student_id, []).append(one)
    days = {(student_id, day) for student_id, day, *_ in lines(school.marks)}
    for student_id, day in days:
        assert any(one.holds(day) for one in spans[student_id])


def test_all_marks_stand_on_school_days(school: PracticeSchool) -> None:
    days = {stamp.date() for stamp in school.marks["date"].unique()}
    assert all(school.calendar.is_school_day(day) for day in days)


def test_every_code_is_in_the_rule_pack(school: PracticeSchool) -> None:
    known = load_pack(school.jurisdiction).codes_on(school.through)
    assert set(school.marks["symbol"].cat.categories) <= set(known)


def test_nobody_can_be_called_or_written_to(school: PracticeSchool) -> None:
    for one in school.guardians:
        assert one.email.endswith("@example.org")
        free = "01632 960" if school.jurisdiction == "gb-eng" else "-555-01"
        assert free in one.phone


def test_a_unique_pupil_number_has_its_check_letter() -> None:
    # 2·8 + 3·0 + 4·1 + 5·2 + 6·0 + 7·0 + 8·0 + 9·0 + 10·1 + 11·0 + 12·0 + 13·1 = 53 = 2·23 + 7
    assert unique_pupil_number(801, 2000, 1, 1) == "H801200001001"


# --- The marks -----------------------------------------------------------------------------------


def test_most_students_attend_nearly_always(school: PracticeSchool) -> None:
    negative = school.jurisdiction == "us-tx"
    table = tally(
        school.marks,
        load_pack(school.jurisdiction),
        school.calendar,
        students=school.students,
        enrolments=school.enrolments,
        recorded=[
            Recorded(campus, school.year.first, school.through, negative=negative)
            for campus in school.campuses
        ],
    )
    attended = table["present"] + table["approved"]
    good = (attended * 100 >= table["possible"] * 94).sum()
    assert 0.6 < good / len(table) < 0.95
    assert 0.92 < attended.sum() / table["possible"].sum() < 0.98


def test_a_whole_year_in_england_has_380_sessions(tmp_path: Path) -> None:
    school = make_school("gb-eng", 80, through=date(2027, 7, 16))
    sessions = school.marks.groupby("student_id", observed=True).size()
    assert sessions.max() == 380
    path = write_mark_list(school, tmp_path / "marks.csv")
    read_back = read(school, path)
    assert sorted(lines(read_back.marks)) == sorted(lines(school.marks))


# --- The made students: judged by the rules themselves --------------------------------------------


def test_every_rule_has_a_student_who_crosses_it_and_one_who_just_does_not(
    school: PracticeSchool,
) -> None:
    """A rule that asks for letters or actions is crossed by nobody before there are any."""
    made = {(case.trigger, case.fires) for case in school.cases}
    triggers = load_pack(school.jurisdiction).triggers
    later = {one.id for one in triggers if any(asks_for_more(terms) for terms in one.terms)}
    crossed = {(trigger.id, True) for trigger in triggers if trigger.id not in later}
    assert made == crossed | {(trigger.id, False) for trigger in triggers}


@pytest.mark.parametrize(
    ("seed", "through"),
    [
        (7, date(2026, 9, 30)),
        (7, date(2026, 11, 13)),
        (8, date(2026, 11, 13)),
        (7, date(2026, 12, 18)),
        (7, date(2027, 3, 12)),
        (7, date(2027, 5, 26)),
    ],
)
@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_made_students_cross_the_rules_as_said(jurisdiction: str, seed: int, through: date) -> None:
    school = make_school(jurisdiction, 80, seed, through)
    found = findings(school)
    wrong = [
        case for case in school.cases if ((case.student_id, case.trigger) in found) != case.fires
    ]
    assert not wrong


def test_next_week_changes_what_it_should(school: PracticeSchool) -> None:
    found = findings(school.a_week_later())
    decided = [case for case in school.cases if case.then_fires is not None]
    assert {case.fires for case in decided}
    for case in decided:
        assert ((case.student_id, case.trigger) in found) == case.then_fires, case.why


def test_ten_sessions_in_eleven_weeks_stay_below_the_threshold_next_week() -> None:
    school = school_in("gb-eng")
    [case] = [case for case in school.cases if case.why == "ten sessions in eleven school weeks"]
    later = school.a_week_later()
    unauthorised = [
        line for line in lines(later.marks) if line[0] == case.student_id and line[3] == "O"
    ]
    assert len(unauthorised) == 10
    assert (case.student_id, "eng-pn") not in findings(later)


# --- The exports, read back by the importers ------------------------------------------------------


def test_exports_give_back_the_marks_exactly(school: PracticeSchool, tmp_path: Path) -> None:
    extracts = [read(school, path) for path in write_exports(school, tmp_path)]
    assert not [problem for one in extracts for problem in one.problems]
    assert lines_of(school, extracts) == sorted(lines(school.marks))


def test_exports_give_back_the_people_exactly(school: PracticeSchool, tmp_path: Path) -> None:
    rosters = [read(school, path) for path in write_exports(school, tmp_path)]
    rosters = [one for one in rosters if one.is_roster]
    assert {one.student_id: one for roster in rosters for one in roster.students} == {
        one.student_id: one for one in school.students
    }
    assert {one for roster in rosters for one in roster.guardians} == set(school.guardians)
    assert {one for roster in rosters for one in roster.enrolments} == set(school.enrolments)


def test_exports_speak_for_every_day_so_far(school: PracticeSchool, tmp_path: Path) -> None:
    extracts = [read(school, path) for path in write_exports(school, tmp_path)]
    coverage = [one for extracted in extracts for one in extracted.coverage]
    for campus in school.campuses:
        own = [one for one in coverage if one.campus == campus]
        assert min(one.first for one in own) == school.year.first
        assert max(one.last for one in own) == school.through


def test_rosters_come_before_marks(school: PracticeSchool, tmp_path: Path) -> None:
    extracts = [read(school, path) for path in write_exports(school, tmp_path)]
    names = [path.name for path in write_exports(school, tmp_path)]
    assert names == sorted(names)
    has_marks = [len(one.marks) > 0 for one in extracts]
    assert has_marks == sorted(has_marks)


def test_corrections_give_back_the_changed_marks(school: PracticeSchool, tmp_path: Path) -> None:
    later = school.a_week_later()
    extracts = [read(school, path) for path in write_corrections(school, tmp_path)]
    got = lines_of(school, extracts)
    taken_back = (
        {line[:3] for line in got if line[3] == "P"} if school.jurisdiction == "us-tx" else set()
    )
    cleared = {(one.student_id, one.day, one.part) for one in later.corrections if one.now == ""}
    assert not taken_back - cleared
    marks = [line for line in got if line[:3] not in taken_back]
    spoken = {line[:3] for line in marks}
    everything = sorted(lines(later.marks))
    assert marks == [line for line in everything if line[:3] in spoken]
    for one in later.corrections:
        place = (one.student_id, one.day, one.part)
        assert one.day <= school.through
        assert place in spoken or place in cleared
    new_days = {line[1] for line in got} - set(school.sheet.days)
    assert new_days == set(later.sheet.days) - set(school.sheet.days)


def test_corrections_leave_all_other_past_marks_alone(school: PracticeSchool) -> None:
    later = school.a_week_later()
    past = [line[:4] for line in lines(later.marks) if line[1] <= school.through]
    before = {line[:3]: line[3] for line in lines(school.marks)}
    for one in later.corrections:
        place = (one.student_id, one.day, one.part)
        assert before.pop(place, "") == one.was
        if one.now or one.part == "DAY":  # a blank day is a mark, a blank period is none
            before[place] = one.now
    assert sorted(past) == sorted((*place, symbol) for place, symbol in before.items())


@pytest.mark.parametrize(
    ("jurisdiction", "changes"),
    [
        ("us-tx", {("U", "A"), ("U", "")}),
        ("us-ca", {("U", "I"), ("A", "")}),
        ("gb-eng", {("N", "I"), ("N", "/")}),
    ],
)
def test_corrections_hold_notes_and_one_cleared(
    jurisdiction: str, changes: set[tuple[str, str]]
) -> None:
    corrections = school_in(jurisdiction).a_week_later().corrections
    assert changes <= {(one.was, one.now) for one in corrections}


def test_an_absence_line_has_its_fields_where_the_layout_says() -> None:
    line = absence_line("001", "20261113", "004100", "2", "U", "x" * 60)
    assert len(line) == 82
    assert (line[0], line[1:4], line[4:12], line[20:26]) == ("D", "001", "20261113", "004100")
    assert (line[26:28], line[28], line[32:81], line[81]) == ("02", "U", "x" * 49, "T")


def test_texas_absences_are_sparse_and_california_days_are_not(tmp_path: Path) -> None:
    texas, california = school_in("us-tx"), school_in("us-ca")
    [absences] = [
        one for path in write_exports(texas, tmp_path) if len((one := read(texas, path)).marks)
    ]
    assert absences.recording is Recording.NEGATIVE
    days = california.marks[california.marks["part"] == "DAY"]
    on_roll = int((california.sheet.cells[:, :, 0] > 0).sum())
    assert len(days) == on_roll


# --- Requests, workbook, office -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("jurisdiction", "documents"),
    [
        ("gb-eng", {"enrolment": 3}),
        ("us-ca", {"enrolment": 3, "social-security": 1}),
        ("us-tx", {"enrolment": 3, "social-security": 1, "voe": 2}),
    ],
)
def test_documents_are_asked_for(
    jurisdiction: str, documents: dict[str, int], tmp_path: Path
) -> None:
    school = school_in(jurisdiction)
    requests = read(school, write_requests(school, tmp_path)).requests
    assert Counter(one.document for one in requests) == documents
    assert {one.student_id for one in requests} <= {one.student_id for one in school.students}


def test_one_texas_voe_is_for_a_student_below_90_percent(tmp_path: Path) -> None:
    school = school_in("us-tx")
    requests = read(school, write_requests(school, tmp_path)).requests
    eligible, not_eligible = [one for one in requests if one.document == "voe"]
    below = {student_id for student_id, trigger in findings(school) if trigger == "tx-90"}
    assert eligible.details["Credit in all"] == "yes"
    assert not_eligible.details["Credit in all"] == "no"
    assert not_eligible.student_id in below
    assert eligible.student_id not in {case.student_id for case in school.cases}


def test_the_tracking_workbook_can_be_adopted(school: PracticeSchool, tmp_path: Path) -> None:
    mapping = adopt(write_tracking_workbook(school, tmp_path / "Tracking 2026-27.xlsx"))
    assert mapping.tracker is not None and mapping.log is not None
    assert mapping.tracker.header_row == 6
    assert mapping.log.table == "LetterLog"
    figures = {"possible", "attended", "absent", "unauthorised", "late", "rate", "flag"}
    assert figures <= set(mapping.tracker.columns)


def test_the_tracking_workbook_is_rich(school: PracticeSchool, tmp_path: Path) -> None:
    book = load_workbook(write_tracking_workbook(school, tmp_path / "Tracking.xlsx"))
    tracker, summary, log = book["Tracker"], book["Summary"], book["Letter log"]
    assert len(summary._charts) == 1  # type: ignore[attr-defined]
    assert len(list(tracker.conditional_formatting)) == 3
    assert len(tracker.data_validations.dataValidation) == 3
    assert sum(cell.comment is not None for row in tracker.iter_rows() for cell in row) == 3
    assert tracker.freeze_panes == "D7"
    assert list(log.tables) == ["LetterLog"]
    assert set(book.defined_names) == {"AttendancePercent", "StudentIds"}
    formulas = [cell.coordinate for cell in tracker["M"] if cell.data_type == "f"]
    assert len(formulas) == tracker.max_row - 6


def test_the_tracking_workbook_keeps_ids_as_text(school: PracticeSchool, tmp_path: Path) -> None:
    book = load_workbook(write_tracking_workbook(school, tmp_path / "Tracking.xlsx"))
    ids = [cell.value for cell in book["Tracker"]["B"][6:]]
    assert set(ids) <= {one.student_id for one in school.students}
    assert len(ids) < len(school.students)  # nobody has entered the newest students yet
    blank = [row for row in range(7, 7 + len(ids)) if book["Tracker"].cell(row, 5).value is None]
    assert 0 < len(blank) < len(ids) // 2


def test_the_calendar_is_read_back_by_the_office(school: PracticeSchool, tmp_path: Path) -> None:
    path = tmp_path / "calendar.toml"
    path.write_text(calendar_toml(school), encoding="utf-8")
    assert read_calendar(path) == school.calendar


def test_each_calendar_has_two_school_years(school: PracticeSchool) -> None:
    assert [year.name for year in school.calendar.years] == ["2025-26", "2026-27"]
    days = {"us-tx": 180, "us-ca": 180, "gb-eng": 190}
    assert len(school.year.school_days()) == days[school.jurisdiction]


def test_the_office_accepts_the_settings(school: PracticeSchool) -> None:
    settings = Settings.model_validate(school.office_settings())
    assert settings.jurisdiction == school.jurisdiction
    assert settings.signatory.name and settings.contact.phone


def test_a_list_of_marks_has_the_four_columns(school: PracticeSchool, tmp_path: Path) -> None:
    path = write_mark_list(school, tmp_path / "marks.csv")
    with open(path, encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[0] == ["student_id", "date", "session", "code"]
    assert [tuple(row) for row in rows[1:]] == [
        (line[0], line[1].isoformat(), line[2], line[3]) for line in lines(school.marks)
    ]


def test_nothing_unfinished_is_left_behind(school: PracticeSchool, tmp_path: Path) -> None:
    written = [*write_exports(school, tmp_path), *write_corrections(school, tmp_path)]
    assert sorted(tmp_path.iterdir()) == sorted(written)


def test_a_week_later_is_still_the_same_people(school: PracticeSchool) -> None:
    later = school.a_week_later()
    assert replace(later, sheet=school.sheet, through=school.through, plans=school.plans,
                   corrections=()) == school  # fmt: skip
