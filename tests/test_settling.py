"""What an office settles once about its exports: asked, never guessed, and kept in office.toml."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from typer.testing import CliRunner

from rollbook.cli import app
from rollbook.importers.contract import Coverage
from rollbook.ledger import postings
from rollbook.office import SETTINGS_FILE, save_settings
from rollbook.problems import OfficeError, RefusedFile
from rollbook.register import Enrolment, Student
from rollbook.standing import read_standing
from tests.dropping import (
    MONDAY,
    PUPILS,
    STUDENTS,
    TUESDAY,
    drop,
    everything,
    marks,
    office_folder,
    opened,
    register,
    slip,
)
from tests.offices import marks as extract_of
from tests.offices import post_extract, roster
from watcher import rounds
from watcher.rounds import once

ANA, BO = "000123", "000124"
UNTELLING = "Student ID,Date,Session,Code\n000123,03/11/2026,AM,O\n000124,03/11/2026,AM,/\n"
TELLING = UNTELLING.replace("000124,03/11", "000124,13/11")


def run(root: Path, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, [*words, "--office", str(root)])
    return done.exit_code, done.output


def round_of(root: Path) -> list[tuple[str, str]]:
    """Do a round; return what became of each file."""
    office = opened(root)
    done = once(office)
    office.ledger.close()
    return [(one.file, str(one.result)) for one in done.outcomes]


def marks_in(root: Path) -> list[tuple[str, str, str, str]]:
    office = opened(root)
    found = register(office)
    office.ledger.close()
    return found


@pytest.fixture
def school(tmp_path: Path) -> Path:
    """An office in England with two pupils; nobody has said how its exports write dates."""
    root = office_folder(tmp_path / "an office")
    drop(root, "pupils.csv", PUPILS)
    round_of(root)
    return root


def test_dates_that_do_not_tell_wait_until_somebody_says_once(school: Path) -> None:
    drop(school, "week.csv", UNTELLING)
    assert round_of(school) == [("week.csv", "refused")]
    said = " ".join(slip(school / "refused" / "week.csv"))
    assert "may be 3 November 2026 or 11 March 2026" in said
    assert "rollbook import settle --set day_first=yes (3 November 2026)" in said
    assert marks_in(school) == []
    status, told = run(school, "import", "settle", "--json")
    [question] = json.loads(told)
    assert (status, question["key"], question["choices"]) == (1, "day_first", ["yes", "no"])
    assert run(school, "import", "settle", "--set", "day_first=yes")[0] == 0
    assert not [name for name in everything(school) if name.startswith("refused")]
    assert round_of(school) == [("week.csv", "posted")]
    assert {day for _, day, _, _ in marks_in(school)} == {"2026-11-03"}
    drop(school, "next week.csv", UNTELLING.replace("03/11", "04/11"))
    assert round_of(school) == [("next week.csv", "posted")]  # it is asked once only


def test_letters_that_read_two_ways_wait_until_somebody_says_once(school: Path) -> None:
    pupils = PUPILS.replace("Ana", "Begoña")
    (school / "drop" / "pupils.csv").write_bytes(pupils.encode("cp850"))
    assert round_of(school) == [("pupils.csv", "refused")]
    said = " ".join(slip(school / "refused" / "pupils.csv"))
    assert "encoding=cp1252 (“Bego¤a”) or encoding=cp850 (“Begoña”)" in said
    status, told = run(school, "import", "settle", "--json")
    [question] = json.loads(told)
    assert (status, question["key"], question["choices"]) == (1, "encoding", ["cp1252", "cp850"])
    assert run(school, "import", "settle", "--set", "encoding=cp850")[0] == 0
    assert round_of(school) == [("pupils.csv", "posted")]
    assert read_standing(opened(school)).students[ANA].given_name == "Begoña"


def test_an_answer_leaves_files_alone_that_wait_for_another(school: Path) -> None:
    drop(school, "week.csv", UNTELLING)
    round_of(school)
    assert run(school, "import", "settle", "--set", "encoding=cp850")[0] == 0
    assert (school / "refused" / "week.csv").exists()
    assert run(school, "import", "settle", "--set", "day_first=yes")[0] == 0
    assert not (school / "refused" / "week.csv").exists()


def test_letters_are_not_asked_about_once_windows_is_said_to_be_right(school: Path) -> None:
    assert run(school, "import", "settle", "--set", "encoding=cp1252")[0] == 0
    (school / "drop" / "pupils.csv").write_bytes(PUPILS.replace("Ana", "Bego¤a").encode("cp1252"))
    assert round_of(school) == [("pupils.csv", "posted")]


def test_a_file_of_letters_cut_on_the_way_is_refused_with_the_line(school: Path) -> None:
    pupils = PUPILS.replace("Ana", "Begoña Íñigo Zoë").encode()
    (school / "drop" / "pupils.csv").write_bytes(pupils.replace("ë".encode(), b"\xc3"))
    assert round_of(school) == [("pupils.csv", "refused")]
    said = " ".join(slip(school / "refused" / "pupils.csv"))
    assert "has letters in line 2 that were cut or changed on the way" in said


def test_dates_of_which_one_tells_are_not_asked_about(school: Path) -> None:
    drop(school, "week.csv", TELLING)
    assert round_of(school) == [("week.csv", "posted")]
    assert run(school, "import", "settle") == (0, "Nothing has to be settled.\n")


def test_the_dates_over_a_grid_are_asked_about_too(school: Path) -> None:
    drop(school, "grid.csv", "Student ID,03/11/2026,04/11/2026\n000123,/,O\n000124,/,/\n")
    assert round_of(school) == [("grid.csv", "refused")]
    assert "date-order-asked" in slip(school / "refused" / "grid.csv")[-1]


def test_an_unknown_code_is_held_until_it_is_said_what_it_means(school: Path) -> None:
    rows = f"{ANA},{MONDAY},AM,gone\n{BO},{MONDAY},AM,/\n"
    drop(school, "week.csv", f"Student ID,Date,Session,Code\n{rows}")
    round_of(school)
    assert [student for student, *_ in marks_in(school)] == [BO]
    status, told = run(school, "import", "settle")
    assert status == 1 and "“gone” stands in 1 held row of “week.csv”" in told
    assert run(school, "import", "settle", "--set", "code.gone=O")[0] == 0
    round_of(school)
    assert [student for student, *_ in marks_in(school)] == [ANA, BO]
    office = opened(school)
    assert office.policy.codes_on(date(2026, 11, 2))["gone"].category.value == "unauthorised"


def test_what_the_clerk_wrote_into_the_settings_stays(school: Path) -> None:
    path = school / SETTINGS_FILE
    lines = path.read_text("utf-8").replace("[exports]", "[exports]  # as our MIS does it")
    path.write_bytes(lines.replace("\n", "\r\n").encode("utf-8-sig"))
    answers = ("--set", "day_first=no", "--set", "campus.North High=001")
    assert run(school, "import", "settle", *answers)[0] == 0
    content = path.read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n")
    assert b"[exports]  # as our MIS does it" in content
    exports = opened(school).settings.exports
    assert (exports.day_first, exports.campus_names) == (False, {"North High": "001"})


def test_a_round_that_was_opened_before_the_answer_reads_by_the_answer(school: Path) -> None:
    drop(school, "week.csv", UNTELLING)
    round_of(school)
    early = opened(school)
    at_the_desk = replace(early, settings=early.settings.model_copy(update={"clerk": "Kim"}))
    assert run(school, "import", "settle", "--set", "day_first=yes")[0] == 0
    [outcome] = once(at_the_desk).outcomes
    early.ledger.close()
    assert outcome.posting is not None and outcome.posting.by == "Kim"


def test_nothing_is_settled_while_a_round_is_at_work(
    school: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(school, "week.csv", UNTELLING)
    round_of(school)
    before = everything(school), (school / SETTINGS_FILE).read_bytes()
    monkeypatch.setattr(rounds, "LOCK_SECONDS", 0)
    words = ["import", "settle", "--set", "day_first=yes", "--office", str(school)]
    with FileLock(school / ".rollbook.lock"):
        done = CliRunner().invoke(app, words)
    assert "Another Rollbook is at work" in str(done.exception)
    assert (everything(school), (school / SETTINGS_FILE).read_bytes()) == before
    assert CliRunner().invoke(app, words).exit_code == 0


def test_other_refused_files_stay_where_they_are_when_an_answer_is_given(school: Path) -> None:
    drop(school, "week.csv", UNTELLING)
    drop(school, "a.pdf", "%PDF-1.7\n\x00")
    round_of(school)
    assert run(school, "import", "settle", "--set", "day_first=yes")[0] == 0
    left = [name for name in everything(school) if name.startswith(("refused", "received"))]
    assert left == ["received/week.csv", "refused/a.pdf", "refused/a.pdf.why.txt"]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("day_first=perhaps", "none of yes, no"),
        ("code.gone=ZZ", "none of"),
        ("code.N=O", "is a code of the law of England"),
        ("shoes=9", "nothing that is settled here"),
        ("encoding=klingon", "no encoding “klingon”"),
        ("encoding=undefined", "no encoding “undefined”"),
        ("encoding=utf_7\0", "no encoding"),
        ("code.=O", "names nothing"),
        ("campus.=001", "names nothing"),
        ("official_period=AM", "none of P0"),
        ("official_period@041=AM", "none of P0"),
        ("official_period@=P2", "names nothing"),
        ("day_first", "Write it as key=value"),
    ],
)
def test_an_answer_that_cannot_be_one_changes_nothing(school: Path, answer: str, says: str) -> None:
    before = (school / SETTINGS_FILE).read_bytes()
    done = CliRunner().invoke(app, ["import", "settle", "--set", answer, "--office", str(school)])
    assert done.exit_code and says in str(done.exception)
    assert (school / SETTINGS_FILE).read_bytes() == before


def test_a_check_lists_what_a_file_asks_before_it_is_dropped(school: Path) -> None:
    file = school / "a week.csv"
    file.write_text(UNTELLING, "utf-8")
    status, told = run(school, "import", "check", str(file))
    assert status == 0 and "may be 3 November 2026 or 11 March 2026. Does the day" in told
    assert '--set "day_first=yes|no"' in told
    file.write_text(TELLING.replace("AM,O", "AM,gone"), "utf-8")
    [asked] = json.loads(run(school, "import", "check", str(file), "--json")[1])["asked"]
    assert asked["key"] == "code.gone" and "in 1 row of “a week.csv”" in asked["question"]


def test_a_code_that_is_an_at_sign_is_no_campus(school: Path) -> None:
    assert run(school, "import", "settle", "--set", "code.@=O")[0] == 0
    assert opened(school).settings.codes == {"@": "O"}


# Campuses ----------------------------------------------------------------------------------------


def district(tmp_path: Path, **exports: Any) -> Path:
    """A district in Texas: Ana is of campus 001, Bo of campus 041."""
    root = office_folder(tmp_path / "a district", "us-tx", exports=exports)
    drop(root, "students.csv", STUDENTS)
    round_of(root)
    return root


def absences_at(campus: str) -> Any:
    span = Coverage(campus, date(2026, 11, 2), date(2026, 11, 6), ("P2",))
    return extract_of([(ANA, MONDAY, "P2", "U")], negative=True, coverage=(span,))


def test_absences_of_a_campus_the_roster_does_not_know_are_refused(tmp_path: Path) -> None:
    root = district(tmp_path)
    office = opened(root)
    with pytest.raises(RefusedFile) as caught:
        post_extract(office, absences_at("North High"), "absences")
    [problem] = caught.value.problems
    assert problem.slug == "unknown-campus"
    assert "it has 001, 041" in problem.message
    assert '--set "campus.North High=001"' in problem.message
    office.ledger.close()
    assert run(root, "import", "settle", "--set", "campus.North High=7")[0] != 0
    assert run(root, "import", "settle", "--set", "campus.North High=001")[0] == 0
    assert post_extract(opened(root), absences_at("NORTH HIGH"), "absences").new == 1


def test_a_plain_list_of_absences_is_silent_of_its_own_campuses_only(tmp_path: Path) -> None:
    root = district(tmp_path, lists="absences", campus_names={"North High": "001"})
    headers = "Campus,Student ID,Date,Session,Code"
    drop(root, "both.csv", f"{headers}\nNorth High,{ANA},{MONDAY},P2,U\n041,{BO},{MONDAY},P2,U\n")
    round_of(root)
    drop(root, "north.csv", f"{headers}\nNorth High,{ANA},{MONDAY},P2,E\n")
    round_of(root)
    assert [(who, code) for who, _, _, code in marks_in(root)] == [(ANA, "E"), (BO, "U")]
    drop(root, "none.csv", f"{headers}\n041,{BO},{TUESDAY},P2,U\n")
    round_of(root)
    assert len(marks_in(root)) == 3
    drop(root, "of another.csv", f"{headers}\nSouth High,{ANA},{MONDAY},P2,U\n")
    assert round_of(root) == [("of another.csv", "refused")]


def notes_of(root: Path, name: str, content: str) -> list[str]:
    """Drop a file and do a round; return what its posting has to tell."""
    drop(root, name, content)
    office = opened(root)
    [outcome] = once(office).outcomes
    office.ledger.close()
    assert outcome.posting is not None, outcome.problems
    return [one["message"] for one in outcome.posting.problems]


def test_a_list_of_all_marks_about_a_campus_nobody_belongs_to_is_posted_and_tells(
    tmp_path: Path,
) -> None:
    root = district(tmp_path)
    span = Coverage("North High", date(2026, 11, 2), date(2026, 11, 2), ("P2",))
    week = extract_of([(ANA, MONDAY, "P2", "U")], coverage=(span,))
    office = opened(root)
    [told] = post_extract(office, week, "week").problems
    assert "“North High”, and the roster has no such campus: it has 001, 041" in told["message"]
    assert register(office) == [(ANA, MONDAY, "P2", "U")]
    office.ledger.close()
    assert run(root, "import", "settle", "--set", "campus.North High=001")[0] == 0
    assert post_extract(opened(root), week, "the same of another name").problems == []


def test_a_campus_that_is_new_on_the_roster_is_told(tmp_path: Path) -> None:
    root = district(tmp_path)
    renamed = STUDENTS.replace("\n001,", "\nNorth High,")
    [told] = notes_of(root, "renamed.csv", renamed)
    assert "“North High” is new on the roster, with 1 student; so far it had 001, 041." in told
    assert "1 of them were of “001” so far." in told and '"North High" = "001"' in told
    save_settings(root, {"exports": {"campus_names": {"North High": "001"}}})  # as it says
    assert notes_of(root, "renamed.csv", renamed) == []
    office = opened(root)
    assert post_extract(office, absences_at("001"), "absences").new == 1
    with pytest.raises(
        RefusedFile, match="“South High”, and the roster has no such campus: it has 001, 041"
    ):
        post_extract(office, absences_at("South High"), "others")
    office.ledger.close()


def test_the_first_roster_has_no_new_campus(tmp_path: Path) -> None:
    root = office_folder(tmp_path / "office", "us-tx")
    assert notes_of(root, "students.csv", STUDENTS) == []


def test_which_period_decides_the_day_is_asked_until_it_is_said(tmp_path: Path) -> None:
    root = district(tmp_path)
    assert run(root, "import", "settle") == (0, "Nothing has to be settled.\n")
    office = opened(root)
    post_extract(office, absences_at("001"), "absences")
    office.ledger.close()
    status, told = run(root, "import", "settle", "--json")
    [question] = json.loads(told)
    assert (status, question["key"]) == (1, "official_period")
    assert "which period decides the day" in run(root, "status")[1]
    assert run(root, "import", "settle", "--set", "official_period=P5")[0] == 0
    assert "which period decides" not in run(root, "status")[1]
    assert opened(root).settings.exports.official_period == "P5"


def test_a_campus_can_have_an_official_period_of_its_own(tmp_path: Path) -> None:
    root = district(tmp_path)
    rows = [(who, MONDAY, part, symbol) for who in (ANA, BO) for part, symbol in MISSED_THE_SECOND]
    office = opened(root)
    post_extract(office, extract_of(rows), "day")
    office.ledger.close()
    [question] = json.loads(run(root, "import", "settle", "--json")[1])
    assert "A campus with another has its own: official_period@041=P5" in question["question"]
    for answer in ("official_period=P2", "official_period@041=P5"):
        assert run(root, "import", "settle", "--set", answer)[0] == 0
    settled = opened(root).settings.exports
    assert (settled.official_period, settled.campus_periods) == ("P2", {"041": "P5"})
    figures = read_standing(opened(root))
    assert [figures.attendance(who).unauthorised for who in (ANA, BO)] == [1, 0]
    told = json.loads(run(root, "report", "balance", "--json")[1])
    assert {row["Outcome"] for row in told["rows"] if row["Check"] == "Second count"} == {
        "balances"
    }
    assert "not the official period (P5)" in run(root, "findings", "--why", BO, "--every-mark")[1]


MISSED_THE_SECOND = (("P1", ""), ("P2", "U"), ("P5", ""))


def test_the_example_of_a_campus_own_period_may_be_taken_as_it_stands(tmp_path: Path) -> None:
    root = office_folder(tmp_path / "an office", "us-tx")
    path = root / SETTINGS_FILE
    text = path.read_text("utf-8").replace("# campus_periods", "campus_periods")
    path.write_text(text, "utf-8")
    assert run(root, "import", "settle", "--set", "official_period=P3")[0] == 0
    assert run(root, "import", "settle", "--set", "official_period@099=P4")[0] == 0
    exports = opened(root).settings.exports
    assert exports.official_period == "P3"
    assert exports.campus_periods == {"041": "P5", "099": "P4"}


def test_an_answer_in_a_section_of_its_own_stands_apart_from_the_next(tmp_path: Path) -> None:
    root = district(tmp_path)
    assert run(root, "import", "settle", "--set", "campus.North High=001")[0] == 0
    text = (root / SETTINGS_FILE).read_text("utf-8")
    assert '[exports.campus_names]\n"North High" = "001"\n\n[' in text


def test_a_name_the_office_gives_a_campus_is_known(tmp_path: Path) -> None:
    root = district(tmp_path)
    save_settings(root, {"campus": {"001": "Elm Street"}})
    assert post_extract(opened(root), absences_at("Elm Street"), "absences").new == 1


def test_a_code_can_mean_two_things_at_two_campuses(tmp_path: Path) -> None:
    codes = {"001": {"X": "U"}, "041": {"X": "E"}}
    root = district(tmp_path, campus_codes=codes)
    rows = [(ANA, MONDAY, "P2", "X"), (BO, MONDAY, "P2", "X"), (BO, TUESDAY, "P2", "U")]
    post_extract(opened(root), extract_of(rows), "marks")
    assert [(student, code) for student, _, _, code in marks_in(root)] == [
        (ANA, "U"), (BO, "E"), (BO, "U")]  # fmt: skip


def test_a_student_who_moved_has_the_codes_of_the_campus_of_the_day(tmp_path: Path) -> None:
    root = district(tmp_path, campus_codes={"001": {"X": "U"}, "041": {"X": "E"}})
    office = opened(root)
    stretches = [
        Enrolment(ANA, date(2026, 8, 12), date(2026, 11, 3), campus="041"),
        Enrolment(ANA, date(2026, 11, 3), campus="001"),
    ]
    post_extract(office, roster([Student(ANA, "O'Neil", "Ana", campus="001")], (), stretches), "r")
    post_extract(office, extract_of([(ANA, MONDAY, "P2", "X"), (ANA, TUESDAY, "P2", "X")]), "m")
    assert [code for *_, code in register(office)] == ["E", "U"]


@pytest.mark.parametrize(
    ("codes", "says"),
    [({"X": "ZZ"}, "there is no code “ZZ”"), ({"X": "U", "U": "E"}, "is itself read as “E”")],
)
def test_codes_of_a_campus_that_lead_nowhere_are_told_when_the_office_is_opened(
    tmp_path: Path, codes: dict[str, str], says: str
) -> None:
    root = office_folder(tmp_path / "office", "us-tx", exports={"campus_codes": {"001": codes}})
    with pytest.raises(OfficeError, match=says):
        opened(root)


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        (["code.X@001=U", "code.U@001=E"], "is itself read as “E”"),
        (["code.X@North=U"], "“North” is none of 001, 041"),
        (["campus.001=041"], "is itself a campus of the roster"),
    ],
)
def test_answers_with_which_the_office_would_read_wrong_or_not_open_change_nothing(
    tmp_path: Path, answers: list[str], says: str
) -> None:
    root = district(tmp_path)
    before = (root / SETTINGS_FILE).read_bytes()
    sets = [word for answer in answers for word in ("--set", answer)]
    done = CliRunner().invoke(app, ["import", "settle", *sets, "--office", str(root)])
    assert done.exit_code and says in str(done.exception)
    assert (root / SETTINGS_FILE).read_bytes() == before
    opened(root)


def test_an_official_period_that_is_none_is_told_when_the_office_is_opened(tmp_path: Path) -> None:
    root = office_folder(tmp_path / "office", "us-tx", exports={"official_period": "2nd"})
    with pytest.raises(OfficeError, match="exports.official_period”: write one of P0, P1"):
        opened(root)


def test_the_status_says_which_files_wait_for_an_answer_and_which_have_slips(school: Path) -> None:
    drop(school, "untelling.csv", UNTELLING)
    drop(school, "unknown export.txt", "Kid,When,What\n1,2,3\n")
    drop(school, "known code missing.csv", TELLING.replace(",/\n", ",?!\n"))
    round_of(school)
    status, said = run(school, "status", "--json")
    facts = json.loads(said)
    assert status == 0
    assert facts["counts"]["files that wait for an answer"] == 1
    assert facts["counts"]["files refused"] == 1  # an export may be a text, as the slips are
    to_do = "\n".join(facts["to_do"])
    assert "1 file waits for an answer: rollbook import settle" in to_do
    assert "1 file not posted: see the .why.txt files in" in to_do
    assert "Held rows have codes that nobody has explained: rollbook import settle" in to_do
    assert "1 file waits for an answer: rollbook import settle" in run(school, "waiting")[1]


def test_a_code_is_asked_with_what_codes_mean_and_how_a_campus_may_differ(tmp_path: Path) -> None:
    root = district(tmp_path)
    office = opened(root)
    post_extract(office, extract_of([(ANA, MONDAY, "P2", "X")]), "day")
    office.ledger.close()
    questions = {one["key"]: one for one in json.loads(run(root, "import", "settle", "--json")[1])}
    asked = questions["code.X"]
    assert asked["meanings"]["U"] == "Absent, unexcused"
    assert asked["choices"] == [*asked["meanings"]]
    assert "Where a campus means another by it: code.X@041=…" in asked["question"]
    told = run(root, "import", "settle")[1]
    assert told.count("Absent, unexcused") == 1
    assert run(root, "import", "settle", "--set", "code.X@001=U")[0] == 0
    assert opened(root).settings.exports.campus_codes == {"001": {"X": "U"}}


WEEKS = [f"2026-11-{day:02}" for day in (2, 3, 4, 5, 6, 9, 10, 11, 12, 13)]
AWAY = [(ANA, day, part, "O") for day in WEEKS for part in ("AM", "PM")]
ONLY_ABSENCES = "says that somebody was there, but lists here are taken to hold every mark"


def told_by_list(root: Path, *rows: tuple[str, str, str, str]) -> str:
    drop(root, "list.csv", marks(*rows))
    assert round_of(root) == [("list.csv", "posted")]
    with opened(root).ledger.read() as connection:
        posting = postings.postings(connection)[-1]
    return " ".join(one["message"] for one in posting.problems)


def test_a_list_of_absences_taken_for_every_mark_is_told(school: Path) -> None:
    said = told_by_list(school, *AWAY)
    assert f"None of the 20 rows of “list.csv” {ONLY_ABSENCES}" in said
    assert "rollbook import settle --set lists=absences" in said


@pytest.mark.parametrize(
    "rows",
    [
        [*AWAY, (BO, MONDAY, "AM", "/")],  # somebody was there
        AWAY[:4],  # a handful of rows is a correction
        [*AWAY, (BO, MONDAY, "AM", "here?")],  # nobody knows what it means
    ],
)
def test_a_list_that_may_well_hold_every_mark_is_not_doubted(
    school: Path, rows: list[tuple[str, str, str, str]]
) -> None:
    assert ONLY_ABSENCES not in told_by_list(school, *rows)


def test_a_list_is_not_doubted_once_lists_hold_absences(school: Path) -> None:
    assert run(school, "import", "settle", "--set", "lists=absences")[0] == 0
    assert ONLY_ABSENCES not in told_by_list(school, *AWAY)


def test_a_slip_says_to_drop_the_file_again_only_where_that_is_needed(school: Path) -> None:
    drop(school, "untelling.csv", UNTELLING)
    drop(school, "strangers.csv", marks(("999888", MONDAY, "AM", "O")))
    drop(school, "unknown.csv", "Kid,When,What\n1,2,3\n")
    round_of(school)
    again = "When it is put right, drop the file again."
    by_itself = "When that is answered, the file is read again by itself; leave it where it is."
    slips = {name: slip(school / "refused" / f"{name}.csv") for name in ("untelling", "strangers")}
    assert (by_itself in slips["untelling"], again in slips["untelling"]) == (True, False)
    assert again not in slips["strangers"]  # it is posted by itself when the roster has come
    assert again in slip(school / "refused" / "unknown.csv")


ONE_CAMPUS = "Student ID,Campus,Date,Period,Code\n000123,{},11/16/2026,2,U\n"


def test_a_plain_list_of_absences_speaks_for_the_campuses_it_names_only(tmp_path: Path) -> None:
    root = district(tmp_path, lists="absences", official_period="P2", day_first=False)
    drop(root, "all.csv", ONE_CAMPUS.format("001") + "000124,041,11/16/2026,2,U\n")
    round_of(root)
    both = marks_in(root)
    assert [who for who, *_ in both] == [ANA, BO]
    drop(root, "one campus.csv", ONE_CAMPUS.format("001").replace(",U", ",A"))
    round_of(root)
    assert [(who, code) for who, _, _, code in marks_in(root)] == [(ANA, "A"), (BO, "U")]
    drop(root, "by name.csv", ONE_CAMPUS.format("North High"))
    assert round_of(root) == [("by name.csv", "refused")]
    [question] = json.loads(run(root, "import", "settle", "--json")[1])
    assert question["key"] == "campus.North High"


def test_a_plain_list_may_name_its_school_where_the_roster_has_no_campuses(tmp_path: Path) -> None:
    exports = {"lists": "absences", "official_period": "P2", "day_first": False}
    root = office_folder(tmp_path / "one school", "us-tx", exports=exports)
    drop(
        root,
        "students.csv",
        "Student ID,Last Name,First Name,Grade\n000123,O,Ana,9\n000124,N,Bo,9\n",
    )
    round_of(root)
    drop(root, "week.csv", ONE_CAMPUS.format("Oak High"))
    assert round_of(root) == [("week.csv", "posted")]
    figures = read_standing(opened(root))
    assert [figures.attendance(who).possible for who in (ANA, BO)] == [1, 1]
