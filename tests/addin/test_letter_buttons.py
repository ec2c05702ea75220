"""The buttons of the group Letters, pressed on real offices with the payloads of the add-in."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from addin.buttons import Button, do
from addin.custom_scripts import (
    approve_letters,
    letters_due,
    mark_mailed,
    prepare_letters,
    review_letters,
    void_letters,
)
from addin.desk import Desk, close_desk, open_desk
from addin.jobs import Job, Phase
from rollbook.cli.serve import OfficeHands
from rollbook.importers.contract import Coverage
from rollbook.ledger import care
from rollbook.ledger.letters import State
from rollbook.letters import print_letters
from rollbook.office import Office
from rollbook.register import Enrolment, Guardian, HoldBack, Student
from tests.addin.books import Rows, book_of, written
from tests.letters.families import FIRST_DAY, LUIS, ROSA, SEPTEMBER, log, school, steps
from tests.offices import NOW, marks, post_extract, roster

MODULES = (
    letters_due,
    prepare_letters,
    review_letters,
    approve_letters,
    mark_mailed,
    void_letters,
)
BUTTONS = {one.id: one for one in (Button.of("Letters", module) for module in MODULES)}

ANA = Student("000123", "García", "Ana", grade="9")
BO = Student("000124", "Ng", "Bo", grade="9")
CY = Student("000125", "=cmd|' /C calc'!A0", "Cy", grade="9")
ADA = Guardian("000124", "Ada Ng", "mother", "7 Oak Ave", "Waco", "TX", "76701")
LIV = Guardian("000125", "Liv Å", "mother", "9 Elm St", "Waco", "TX", "76701")

TRACKER: Rows = [
    ["Attendance tracker", "", ""],
    ["Student ID", "Name", "Flag"],
    ["000123", "García, Ana", ""],
    ["000124", "Ng, Bo", ""],
    ["000125", "Cy", ""],
]


def post_absences(office: Office, days: Mapping[str, Sequence[str]], name: str) -> None:
    """Post a file of absences: who is not in it was there."""
    rows = [(one, day, "P2", "U") for one, missed in days.items() for day in missed]
    parts = tuple(f"P{number}" for number in range(1, 8))
    covered = Coverage("", FIRST_DAY, date(2026, 11, 20), parts)
    post_extract(office, marks(rows, negative=True, coverage=(covered,)), name)


def open_school(root: Path, jurisdiction: str = "us-tx", **settings: object) -> Desk:
    """Three students with what calls for a letter; Ana has two guardians."""
    office = school(root, jurisdiction, **settings)
    everyone = (ANA, BO, CY)
    stretches = [Enrolment(one.student_id, FIRST_DAY) for one in everyone]
    post_extract(office, roster(everyone, [ROSA, LUIS, ADA, LIV], stretches), "roster")
    post_absences(office, {one.student_id: SEPTEMBER for one in everyone}, "absences")
    office.ledger.close()
    return open_desk(office.folders.root, OfficeHands())


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = open_school(tmp_path, clerk="Office clerk")
    desk.now = lambda: NOW
    yield desk
    close_desk()


_numbers = iter(range(1, 1_000_000))


def press(
    desk: Desk,
    button: str,
    rows: Sequence[str] = (),
    answers: Mapping[str, str] | None = None,
    *,
    sheet: Rows = TRACKER,
    by: str = "Kim",
    book: Any = None,
) -> Job:
    selection = rows[0] if rows else "A1"
    book = book or book_of({"Tracker": sheet}, selection)
    sent = {"job": f"t{next(_numbers)}", "view": {"rows": list(rows)}, "answers": answers or {}}
    return do(BUTTONS[button], book, desk, by, sent)


def yes(desk: Desk, button: str, rows: Sequence[str], **more: Any) -> Job:
    """Press, and say yes to the question."""
    asked = press(desk, button, rows, **more)
    assert asked.phase is Phase.ASKING, asked.told
    return press(desk, button, rows, {"confirmed": "yes"}, **more)


def sentence(job: Job) -> str:
    assert job.told
    return job.told.sentence


def states(desk: Desk) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for letter in log(desk.office):
        found.setdefault(letter.student_id, []).append(letter.state.value)
    return found


def print_all(desk: Desk) -> None:
    print_letters(desk.office, NOW)


def hold_for_care(desk: Desk, student: Student) -> None:
    with desk.office.ledger.write() as connection:
        noted = HoldBack(student.student_id, "bereavement", date(2026, 11, 1), None)
        care.save_hold_back(connection, noted, NOW.isoformat())


def test_the_list_of_due_letters_is_written_with_the_reasons(desk: Desk) -> None:
    hold_for_care(desk, BO)
    book = book_of({"Tracker": TRACKER})
    job = press(desk, "letters_due", book=book)
    assert sentence(job) == (
        "4 letters due, listed on the sheet “Letters due”: 3 ready to prepare, 1 held."
    )
    assert job.told and job.told.link == "/letters"
    cells = written(book)
    rows = [
        [cells[1, f"{column}{row}"] for column in "ABDF"] for row in range(4, 8)
    ]  # fmt: skip
    assert rows == [
        ["'000125", "'=cmd|' /C calc'!A0, Cy", "Liv Å", "ready"],
        ["'000123", "García, Ana", "Rosa García", "ready"],
        ["'000123", "García, Ana", "Luis O’Neil", "ready"],
        ["'000124", "Ng, Bo", "Ada Ng", "held"],
    ]
    assert "a bereavement is noted" in cells[1, "G7"]
    assert states(desk) == {}


def test_a_letter_a_guardian_is_prepared_for_the_selected_students_only(desk: Desk) -> None:
    job = press(desk, "prepare_letters", ["A3:C3"])
    assert (job.phase, sentence(job)) == (Phase.DONE, "2 letters prepared.")
    assert states(desk) == {"000123": ["prepared", "prepared"]}
    assert {letter.guardian["name"] for letter in log(desk.office)} == {
        "Rosa García",
        "Luis O’Neil",
    }
    assert {letter.by for letter in log(desk.office)} == {"Kim"}


def test_rows_a_filter_hides_are_not_prepared(desk: Desk) -> None:
    press(desk, "prepare_letters", ["A3:C3", "A5:C5"])  # row 4 is hidden
    assert set(states(desk)) == {"000123", "000125"}


def test_held_letters_are_counted_and_say_why(desk: Desk) -> None:
    hold_for_care(desk, BO)
    job = press(desk, "prepare_letters", ["A3:C5"])
    assert sentence(job) == "3 letters prepared, 1 held: see why."
    assert job.told
    [why] = [one for one in job.told.problems if one.startswith("Held")]
    assert why.startswith("Held: Bo Ng (000124): a bereavement is noted")
    assert set(states(desk)) == {"000123", "000125"}


def test_without_a_selection_everybody_is_meant_only_when_the_clerk_says_so(desk: Desk) -> None:
    empty: Rows = [["Notes"], ["call the bus company"]]
    asked = press(desk, "prepare_letters", ["A2"], sheet=empty)
    assert asked.phase is Phase.ASKING
    assert sentence(asked) == (
        "No students are selected. Prepare all 4 letters due in the whole school?"
    )
    assert states(desk) == {}
    done = press(desk, "prepare_letters", ["A2"], {"confirmed": "yes"}, sheet=empty)
    assert sentence(done) == "4 letters prepared."


def test_a_row_of_nobody_prepares_nothing_for_anybody(desk: Desk) -> None:
    sheet = [*TRACKER, ["999999", "Nobody", ""]]
    job = press(desk, "prepare_letters", ["A3:C6"], sheet=sheet)
    assert job.phase is Phase.FAILED
    assert "Row 6" in sentence(job) and "Nothing was done" in sentence(job)
    assert states(desk) == {}


def test_preparing_tells_each_letter_and_stops_between_two(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = []
    step = Job.step

    def watched(job: Job, says: str, done: int = 0, of: int = 0) -> None:
        step(job, says, done, of)
        said.append((says, done, of))
        if done == 1:  # the clerk presses Stop while the second letter is made
            job.cancel()

    monkeypatch.setattr(Job, "step", watched)
    job = press(desk, "prepare_letters", ["A3:C5"])
    monkeypatch.undo()
    assert ("Preparing letter 1 of 4", 0, 4) in said
    assert job.phase is Phase.CANCELLED
    assert sentence(job) == (
        "Stopped. 2 letters are prepared and stay so; the others are still due."
    )
    assert len(log(desk.office)) == 2
    rest = press(desk, "prepare_letters", ["A3:C5"])
    assert sentence(rest) == "2 letters prepared."


def test_two_clerks_who_press_at_once_prepare_nothing_twice(desk: Desk) -> None:
    both = threading.Barrier(2)
    jobs: list[Job] = []

    def clerk(name: str) -> None:
        both.wait()
        jobs.append(press(desk, "prepare_letters", ["A3:C5"], by=name))

    threads = [threading.Thread(target=clerk, args=(name,)) for name in ("Kim", "Lou")]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert {one.phase for one in jobs} == {Phase.DONE}, [sentence(one) for one in jobs]
    assert states(desk) == {
        "000123": ["prepared", "prepared"],
        "000124": ["prepared"],
        "000125": ["prepared"],
    }


def test_letters_of_others_are_not_withdrawn_while_some_are_prepared(desk: Desk) -> None:
    press(desk, "prepare_letters", ["A3:C4"])
    post_absences(desk.office, {"000123": SEPTEMBER, "000125": SEPTEMBER}, "Bo was there")
    press(desk, "prepare_letters", ["A5:C5"])
    assert states(desk)["000124"] == ["prepared"]
    job = press(desk, "prepare_letters", ["A4:C4"])
    assert states(desk)["000124"] == ["void"]
    assert job.told
    assert any("L-2026-00003 is void, withdrawn" in one for one in job.told.problems)


def test_approving_asks_how_many_and_for_whom_first(desk: Desk) -> None:
    press(desk, "prepare_letters", ["A3:C5"])
    asked = press(desk, "approve_letters", ["A3:C4"])
    assert sentence(asked) == "Approve 3 letters?"
    assert asked.told
    [question] = asked.told.asks
    assert (question.kind, question.label) == ("confirm", "Approve 3 letters")
    assert question.says == "About Ana García, Bo Ng."
    assert states(desk)["000123"] == ["prepared", "prepared"]
    done = press(desk, "approve_letters", ["A3:C4"], {"confirmed": "yes"}, by="Kim")
    assert sentence(done) == "3 letters approved."
    assert states(desk)["000124"] == ["approved"] and states(desk)["000125"] == ["prepared"]
    assert steps(desk.office, "L-2026-00001")[-1].by == "Kim"


def test_a_yes_counts_only_for_the_letters_that_were_asked_about(desk: Desk) -> None:
    press(desk, "prepare_letters", ["A3:C3"])
    press(desk, "approve_letters", ["A3:C4"])
    press(desk, "prepare_letters", ["A4:C4"], by="Lou")
    again = press(desk, "approve_letters", ["A3:C4"], {"confirmed": "yes"})
    assert again.phase is Phase.ASKING and sentence(again) == "Approve 3 letters?"
    assert states(desk)["000123"] == ["prepared", "prepared"]
    assert press(desk, "approve_letters", ["A3:C4"], {"confirmed": "yes"}).phase is Phase.DONE


def test_a_family_with_more_than_one_letter_is_named_in_the_question(tmp_path: Path) -> None:
    office = school(tmp_path)
    twin = Student("000130", "García", "Eva", grade="9")
    people = [ROSA, Guardian(**{**_as_values(ROSA), "student_id": "000130"})]
    stretches = [Enrolment(one.student_id, FIRST_DAY) for one in (ANA, twin)]
    post_extract(office, roster([ANA, twin], people, stretches), "roster")
    post_absences(office, {"000123": SEPTEMBER, "000130": SEPTEMBER}, "absences")
    office.ledger.close()
    desk = open_desk(office.folders.root, OfficeHands())
    sheet = [*TRACKER[:3], ["000130", "García, Eva", ""]]
    press(desk, "prepare_letters", ["A3:C4"], sheet=sheet)
    asked = press(desk, "approve_letters", ["A3:C4"], sheet=sheet)
    assert sentence(asked) == "Approve 2 letters? 1 family gets more than one."
    close_desk()


def _as_values(guardian: Guardian) -> dict[str, Any]:
    return {name: getattr(guardian, name) for name in Guardian.__dataclass_fields__}


def test_what_came_up_since_stops_a_letter_and_a_held_one_is_never_approved(desk: Desk) -> None:
    press(desk, "prepare_letters", ["A3:C5"])
    hold_for_care(desk, BO)
    done = yes(desk, "approve_letters", ["A3:C5"])
    assert sentence(done) == "3 letters approved, 1 stopped: see why."
    assert done.told
    assert done.told.problems[0].startswith("L-2026-00004, Bo Ng: held, not approved: a bereav")
    again = press(desk, "approve_letters", ["A3:C5"])
    assert sentence(again) == (
        "None of the selected letters waits for approval: 3 approved, 1 held."
    )
    assert states(desk)["000124"] == ["held"]


def test_rows_of_a_letter_log_mean_their_letters(desk: Desk) -> None:
    press(desk, "prepare_letters", ["A3:C5"])
    sheet: Rows = [
        ["Serial", "Student ID", "State"],
        ["L-2026-00002", "000123", "prepared"],
        ["L-2026-00003", "000123", "prepared"],
        ["L-2026-00004", "000124", "prepared"],
    ]
    yes(desk, "approve_letters", ["A3:C3"], sheet=sheet)
    assert states(desk)["000123"] == ["prepared", "approved"]
    unknown = [*sheet, ["L-2026-00099", "000124", ""]]
    job = press(desk, "approve_letters", ["A4:C5"], sheet=unknown)
    assert sentence(job) == "There is no letter “L-2026-00099” in the log. Nothing was done."


def test_a_reference_of_the_clerks_own_is_no_serial(desk: Desk) -> None:
    sheet: Rows = [["Student ID", "Ref"], ["000123", "case 7"]]
    assert sentence(press(desk, "prepare_letters", ["A2:B2"], sheet=sheet)) == "2 letters prepared."
    assert sentence(press(desk, "approve_letters", ["A2"], sheet=sheet)) == "Approve 2 letters?"


def test_two_clerks_who_approve_at_once_enter_one_step(desk: Desk) -> None:
    press(desk, "prepare_letters", ["A3:C5"])
    for name in ("Kim", "Lou"):
        press(desk, "approve_letters", ["A3:C5"], by=name)
    both, jobs = threading.Barrier(2), []

    def clerk(name: str) -> None:
        both.wait()
        jobs.append(press(desk, "approve_letters", ["A3:C5"], {"confirmed": "yes"}, by=name))

    threads = [threading.Thread(target=clerk, args=(name,)) for name in ("Kim", "Lou")]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert [one.phase for one in jobs].count(Phase.DONE) >= 1
    for letter in log(desk.office):
        life = [event.state for event in steps(desk.office, letter.serial)]
        assert life == [State.PREPARED, State.APPROVED]


def test_only_printed_letters_are_noted_as_mailed(desk: Desk) -> None:
    press(desk, "prepare_letters", ["A3:C5"])
    none = press(desk, "mark_mailed", ["A3:C5"])
    assert sentence(none) == ("None of the selected letters is printed and not mailed: 4 prepared.")
    yes(desk, "approve_letters", ["A3:C4"])
    print_all(desk)
    asked = press(desk, "mark_mailed", ["A3:C5"])
    assert sentence(asked) == (
        "Note 3 letters as mailed today? Not printed, and left as they are: 1 prepared."
    )
    done = press(desk, "mark_mailed", ["A3:C5"], {"confirmed": "yes"})
    assert sentence(done) == "3 letters noted as mailed."
    assert states(desk) == {
        "000123": ["mailed", "mailed"],
        "000124": ["mailed"],
        "000125": ["prepared"],
    }
    assert sentence(press(desk, "mark_mailed", ["A3:C4"])).endswith("not mailed: 3 mailed.")


def test_voiding_asks_for_the_reason_and_whether_to_prepare_again(desk: Desk) -> None:
    press(desk, "prepare_letters", ["A3:C5"])
    asked = press(desk, "void_letters", ["A3:C3"])
    assert asked.told and [one.name for one in asked.told.asks] == ["reason", "again"]
    assert sentence(asked) == "Void 2 letters (2 prepared)?"
    blank = press(desk, "void_letters", ["A3:C3"], {"reason": "  ", "again": "no"})
    assert blank.phase is Phase.ASKING
    done = press(desk, "void_letters", ["A3:C3"], {"reason": "wrong family", "again": "no"})
    assert sentence(done) == (
        "2 letters void now. They are not prepared again from the same absences."
    )
    assert states(desk) == {
        "000123": ["void", "void"],
        "000124": ["prepared"],
        "000125": ["prepared"],
    }
    last = steps(desk.office, "L-2026-00002")[-1]
    assert (last.note, last.by, last.again) == ("wrong family", "Kim", False)
    again = press(desk, "prepare_letters", ["A3:C3"])
    assert sentence(again) == "No letter is due that is not prepared already."


def test_a_letter_voided_to_be_written_anew_is_due_again(desk: Desk) -> None:
    press(desk, "prepare_letters", ["A4:C4"])
    press(desk, "void_letters", ["A4:C4"])
    press(desk, "void_letters", ["A4:C4"], {"reason": "new address", "again": "yes"})
    assert sentence(press(desk, "prepare_letters", ["A4:C4"])) == "1 letter prepared."
    assert states(desk)["000124"] == ["void", "prepared"]


def test_a_mailed_letter_is_voided_only_by_its_own_row(desk: Desk) -> None:
    press(desk, "prepare_letters", ["A4:C4"])
    yes(desk, "approve_letters", ["A4:C4"])
    print_all(desk)
    yes(desk, "mark_mailed", ["A4:C4"])
    none = press(desk, "void_letters", ["A4:C4"])
    assert sentence(none) == ("The selected rows have no letter that can be voided here: 1 mailed.")
    sheet: Rows = [["Serial", "State"], ["L-2026-00001", "mailed"]]
    asked = press(desk, "void_letters", ["A2"], sheet=sheet)
    assert sentence(asked) == (
        "Void 1 letter (1 mailed)? 1 letter in the post cannot be called back."
    )


def test_review_leads_to_the_page(desk: Desk) -> None:
    press(desk, "prepare_letters", ["A3:C5"])
    job = press(desk, "review_letters")
    assert sentence(job) == "Letters that wait: 4 prepared."
    assert job.told and job.told.link == "/letters"


@pytest.mark.parametrize("jurisdiction", ["gb-eng", "us-ca"])
def test_each_jurisdiction_prepares_approves_and_voids(tmp_path: Path, jurisdiction: str) -> None:
    office = school(tmp_path, jurisdiction)
    post_extract(office, roster([ANA], [ROSA, LUIS], [Enrolment("000123", FIRST_DAY)]), "roster")
    english = jurisdiction == "gb-eng"
    days = [date(2026, 9, 7 + 7 * week + day) for week in range(3) for day in range(5)]
    rows = [
        ("000123", day.isoformat(), part, "O" if english else "U")
        for day in days
        for part in (("AM", "PM") if english else ("P2",))
    ]
    post_extract(office, marks(rows), "register")
    office.ledger.close()
    desk = open_desk(office.folders.root, OfficeHands())
    desk.now = lambda: NOW
    prepared = press(desk, "prepare_letters", ["A3"])
    assert prepared.phase is Phase.DONE, prepared.told
    made = [letter for letter in log(desk.office) if letter.state is State.PREPARED]
    assert {letter.guardian["name"] for letter in made} == {"Rosa García", "Luis O’Neil"}
    yes(desk, "approve_letters", ["A3"])
    assert {letter.state for letter in log(desk.office)} <= {State.APPROVED, State.VOID}
    press(desk, "void_letters", ["A3"])
    press(desk, "void_letters", ["A3"], {"reason": "a mistake", "again": "no"})
    assert {letter.state for letter in log(desk.office)} == {State.VOID}
    close_desk()


def test_only_held_letters_are_left_and_nobody_is_selected(desk: Desk) -> None:
    for student in (ANA, BO, CY):
        hold_for_care(desk, student)
    job = press(desk, "prepare_letters", ["A2"], sheet=[["Notes"], ["x"]])
    assert job.phase is Phase.DONE
    assert sentence(job).endswith("none can be prepared now: press “Letters due” to see why.")


def test_a_question_about_mailing_says_which_letter_must_not_be_mailed(desk: Desk) -> None:
    press(desk, "prepare_letters", ["A3:C5"])
    yes(desk, "approve_letters", ["A3:C5"])
    print_all(desk)
    everyone = {"000123": SEPTEMBER, "000124": SEPTEMBER[1:], "000125": SEPTEMBER}
    post_absences(desk.office, everyone, "a note came in for Bo")
    asked = press(desk, "mark_mailed", ["A3:C5"])
    assert asked.told
    assert asked.told.problems == [
        "L-2026-00004: Marks of Sep 8, 2026 were corrected since: do not mail it. Void it, and "
        "let it be prepared again."
    ]
