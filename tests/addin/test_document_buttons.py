"""The buttons of the group Documents: what they ask, what they issue, and why they do not."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from addin.buttons import Button, do
from addin.custom_scripts import enrolment_letter, social_security_letter, voe
from addin.desk import Desk, close_desk, open_desk
from addin.jobs import Job, Phase, Question
from addin.requests_desk import issue_now, questions_for
from rollbook.cli.serve import OfficeHands
from rollbook.documents import text_of
from rollbook.ledger import releases
from rollbook.ledger.releases import Verification
from rollbook.office import open_office, save_settings
from rollbook.problems import NotAllowed
from rollbook.register import Enrolment, Guardian, Student
from tests.addin.books import Rows, book_of
from tests.offices import NOW, marks, post_extract, roster, small_office

MODULES = (enrolment_letter, social_security_letter, voe)
BUTTONS = {one.id: one for one in (Button.of("Documents", module) for module in MODULES)}

ANA = Student("004123", "O'Neil & Peña", "Ana <María>", birth_date=date(2009, 12, 1), grade="11")
BO = Student("004124", "Ng", "Bo", birth_date=date(2008, 1, 5), grade="12")  # of age
CY = Student("004125", "Å", "=cmd|' /C calc'!A0", grade="9")  # no date of birth
GONE = Student("004126", "Lee", "Di", birth_date=date(2010, 3, 3), grade="10")

SHEET: Rows = [
    ["Student ID", "Name"],
    ["004123", "O'Neil, Ana"],
    ["004124", "Ng, Bo"],
    ["004125", "Å, Cy"],
    ["004126", "Lee, Di"],
]
PARENT = {"purpose": "Medicaid", "requested_by": "parent"}


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    def opened(jurisdiction: str = "us-tx", **settings: object) -> Desk:
        root = tmp_path / f"the office {jurisdiction}"
        small_office(root, jurisdiction).ledger.close()
        save_settings(root, settings)
        office = open_office(root)
        everyone = [ANA, BO, CY, GONE]
        stretches = [Enrolment(one.student_id, date(2026, 9, 1)) for one in everyone[:3]]
        stretches.append(Enrolment(GONE.student_id, date(2026, 9, 1), date(2026, 10, 1)))
        people = [Guardian(one.student_id, "Rosa Peña") for one in everyone]
        post_extract(office, roster(everyone, people, stretches), "roster")
        week = [("004123", f"2026-11-{day:02d}", "P2", "U") for day in (2, 6)]
        if jurisdiction != "gb-eng":
            post_extract(office, marks(week, negative=True), "week")
        office.ledger.close()
        desk = open_desk(root, OfficeHands())
        desk.now = lambda: NOW
        return desk

    yield opened
    close_desk()


@pytest.fixture
def texas(opened: Callable[..., Desk]) -> Desk:
    return opened()


_numbers = iter(range(1, 1_000_000))


def press(
    desk: Desk,
    button: str,
    rows: Sequence[str] = ("A2:B2",),
    answers: Mapping[str, str] | None = None,
    by: str = "Kim",
) -> Job:
    sent = {"job": f"d{next(_numbers)}", "view": {"rows": list(rows)}, "answers": answers or {}}
    return do(BUTTONS[button], book_of({"Tracker": SHEET}, rows[0]), desk, by, sent)


def asks(job: Job) -> list[str]:
    assert job.told
    return [one.name for one in job.told.asks]


def sentence(job: Job) -> str:
    assert job.told
    return job.told.sentence


def released(desk: Desk) -> list[Verification]:
    with desk.office.ledger.read() as connection:
        return releases.verifications(connection)


def questions(desk: Desk, kind: str, student: str, answers: Mapping[str, str]) -> list[Question]:
    return questions_for(desk.office, desk.standing, kind, student, answers, NOW.date())


def test_an_enrolment_letter_asks_what_for_and_for_whom_then_is_issued(texas: Desk) -> None:
    asked = press(texas, "enrolment_letter")
    assert asked.phase is Phase.ASKING
    assert sentence(asked) == (
        "Enrollment letter for Ana <María> O'Neil & Peña (004123). Nothing is issued yet: answer "
        "these first."
    )
    assert asked.told and asked.told.link == "pane:request/enrolment/004123"
    assert asks(asked)[:3] == ["purpose", "requested_by", "released_to"]
    assert released(texas) == []
    done = press(texas, "enrolment_letter", answers=PARENT)
    assert done.phase is Phase.DONE, done.told
    [entry] = released(texas)
    assert (entry.purpose, entry.requested_by, entry.by) == ("Medicaid", "parent", "Kim")
    assert done.told and done.told.link == f"/documents/file/{entry.serial}"
    text = text_of((texas.office.folders.root / entry.file).read_bytes())
    assert "Ana <María> O'Neil & Peña" in text and "possible days" not in text


def test_a_third_party_is_named_and_needs_a_signed_consent(texas: Desk) -> None:
    answers = {"purpose": "Lease", "requested_by": "third party"}
    asked = press(texas, "enrolment_letter", answers=answers)
    assert asks(asked)[:3] == ["released_to", "consent_by", "consent_day"]
    assert asked.told
    signer = asked.told.asks[1]
    assert "A third party needs a parent's consent" in signer.says
    assert [value for value, _ in signer.choices] == ["mother", "father", "guardian"]
    answers |= {"released_to": "Oak Lettings", "consent_by": "mother"}
    ahead = press(texas, "enrolment_letter", answers=answers | {"consent_day": "2026-12-24"})
    assert ahead.told
    [*_, day] = [one for one in ahead.told.asks if one.name == "consent_day"]
    assert day.says.startswith("That day lies ahead")
    assert released(texas) == []
    done = press(texas, "enrolment_letter", answers=answers | {"consent_day": "2026-11-10"})
    assert done.phase is Phase.DONE, done.told
    [entry] = released(texas)
    assert entry.consent == "signed by mother, 2026-11-10"
    assert entry.released_to == "Oak Lettings"


def test_at_18_only_the_student_can_sign(texas: Desk) -> None:
    [signer, _] = [
        one for one in questions(texas, "enrolment", "004124", PARENT) if "consent" in one.name
    ]
    assert [value for value, _ in signer.choices] == ["student"]
    as_parent = PARENT | {"consent_by": "mother", "consent_day": "2026-11-10"}
    assert questions(texas, "enrolment", "004124", as_parent)
    assert not questions(texas, "enrolment", "004124", as_parent | {"consent_by": "student"})


def test_an_enrolment_letter_says_attendance_only_when_it_was_asked_for(texas: Desk) -> None:
    press(texas, "enrolment_letter", answers=PARENT | {"include_attendance": "yes"})
    [entry] = released(texas)
    text = text_of((texas.office.folders.root / entry.file).read_bytes())
    assert "3 of 5 possible days" in text


def test_attendance_that_nobody_posted_is_left_out_or_waited_for(
    opened: Callable[..., Desk],
) -> None:
    england = opened("gb-eng")
    answers = PARENT | {"include_attendance": "yes"}
    [*found] = questions(england, "enrolment", "004123", answers)
    assert found[0].name == "include_attendance" and "post the register" in found[0].says
    assert not questions(england, "enrolment", "004123", PARENT)


def test_a_voe_asks_for_one_of_its_conditions(texas: Desk) -> None:
    asked = press(texas, "voe", answers=PARENT)
    assert asks(asked) == ["credit_in_all", "days_offered", "days_attended", "committee_approved"]
    still = press(texas, "voe", answers=PARENT | {"credit_in_all": "no", "days_offered": "many"})
    assert asks(still) == ["days_offered", "days_attended", "committee_approved"]
    assert still.told and still.told.asks[0].says.startswith("“many” cannot be used here.")
    done = press(texas, "voe", answers=PARENT | {"credit_in_all": "yes"})
    assert done.phase is Phase.DONE, done.told
    [entry] = released(texas)
    assert entry.expires == date(2026, 12, 20)
    assert done.told and any("official VOE form" in one for one in done.told.problems)


def test_a_voe_below_90_percent_says_what_is_lacking_and_issues_nothing(texas: Desk) -> None:
    figures = {"days_offered": "85", "days_attended": "74", "credit_in_all": "no"}
    figures |= PARENT | {"committee_approved": "no"}
    job = press(texas, "voe", answers=figures)
    assert job.phase is Phase.FAILED
    assert "74 of 85 days, 77 needed" in sentence(job)
    assert released(texas) == []


def test_a_social_security_letter_asks_for_what_the_office_has_not_settled(
    opened: Callable[..., Desk],
) -> None:
    bare = opened()
    asked = press(bare, "social_security_letter", answers=PARENT)
    wanted = ["hours_per_week", "course_weeks", "operating_basis"]
    page_3 = ["page_2_correct", "page_4_marked", "pages_kept"]
    assert asks(asked) == [*wanted, "expected_graduation", *page_3]
    close_desk()
    settled = {"hours_per_week": "35", "course_weeks": 36, "operating_basis": "yearly"}
    desk = opened("us-ca", verification=settled | {"correspondence": "no", "full_time": "yes"})
    asked = press(desk, "social_security_letter", answers=PARENT)
    assert asks(asked) == ["expected_graduation", *page_3]
    done = press(
        desk, "social_security_letter", answers=PARENT | {"expected_graduation": "2027-05-28"}
    )
    assert done.phase is Phase.DONE, done.told
    assert [one.kind for one in released(desk)] == ["social-security"]


def test_a_document_that_is_not_of_this_jurisdiction_says_so(opened: Callable[..., Desk]) -> None:
    england = opened("gb-eng")
    for button in ("voe", "social_security_letter"):
        job = press(england, button)
        assert job.phase is Phase.FAILED
        assert "does not exist in this jurisdiction. Ask for one of: enrolment, " in sentence(job)
    close_desk()
    california = opened("us-ca")
    assert "does not exist in this jurisdiction" in sentence(press(california, "voe"))


def test_england_issues_in_its_own_words(opened: Callable[..., Desk]) -> None:
    england = opened("gb-eng")
    asked = press(england, "enrolment_letter")
    assert sentence(asked).startswith("Enrolment letter for Ana")
    labels = [one.label for one in asked.told.asks] if asked.told else []
    assert "Say the pupil id?" in labels and "Say how many sessions were attended?" in labels
    choices = dict(asked.told.asks[1].choices) if asked.told else {}
    assert choices["student"] == "The pupil" and "subpoena" not in choices
    done = press(england, "enrolment_letter", answers=PARENT)
    assert done.phase is Phase.DONE, done.told
    assert len(released(england)) == 1


def test_what_no_answer_mends_is_said_before_anything_is_asked(texas: Desk) -> None:
    no_birth_date = press(texas, "enrolment_letter", ["A4:B4"])
    assert no_birth_date.phase is Phase.FAILED
    assert sentence(no_birth_date).endswith(
        "(004125) cannot be issued yet. Supply the date of birth."
    )
    gone = press(texas, "voe", ["A5"])
    assert gone.phase is Phase.FAILED and "is not enrolled" in sentence(gone)
    of_age = press(texas, "voe", ["A3"])
    assert "No VOE is needed" in sentence(of_age)


def test_a_document_is_about_one_student(texas: Desk) -> None:
    job = press(texas, "enrolment_letter", ["A2:B3"], PARENT)
    assert sentence(job).startswith("2 students are selected.")
    assert press(texas, "enrolment_letter", ["D40"], PARENT).phase is Phase.FAILED
    assert released(texas) == []


def test_a_social_security_number_in_the_request_is_not_logged(texas: Desk) -> None:
    job = press(texas, "enrolment_letter", answers=PARENT | {"purpose": "for 123-45-6789"})
    assert job.phase is Phase.ASKING and asks(job)[0] == "purpose"
    assert job.told and "Social Security number" in job.told.asks[0].says
    assert released(texas) == []


def test_a_request_sent_twice_is_answered_once(texas: Desk) -> None:
    told = [
        issue_now(texas.office, texas.standing, "enrolment", "004123", PARENT, NOW, key="form 7")
        for _ in range(2)
    ]
    assert told[0].link == told[1].link == "/documents/file/V-2026-00001"
    assert len(released(texas)) == 1


def test_a_request_sent_twice_at_once_is_answered_once(texas: Desk) -> None:
    office, standing, both, told = texas.office, texas.standing, threading.Barrier(2), []

    def send() -> None:
        both.wait()
        told.append(issue_now(office, standing, "enrolment", "004123", PARENT, NOW, key="form 8"))

    threads = [threading.Thread(target=send) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert [one.link for one in told] == ["/documents/file/V-2026-00001"] * 2
    assert len(released(texas)) == 1


def test_a_student_nobody_knows_is_no_fault(texas: Desk) -> None:
    with pytest.raises(NotAllowed, match="Did you mean 004123"):
        questions(texas, "enrolment", "4123", {})


def test_a_court_order_about_a_contact_asks_for_the_other_parents_signature(texas: Desk) -> None:
    barred = [Guardian("004123", "Rosa Peña"), Guardian("004123", "Al Peña", court_order=True)]
    stretch = Enrolment("004123", date(2026, 9, 1))
    extract = roster([replace(ANA)], barred, [stretch])
    post_extract(texas.office, extract, "roster 2")
    found = questions(texas, "enrolment", "004123", PARENT)
    assert found[0].name == "consent_by" and "court order" in found[0].says


@pytest.mark.parametrize(
    ("jurisdiction", "kind", "student", "wanted"),
    [
        ("us-tx", "ssi", "004123", ["hours_per_week"]),
        ("us-tx", "tanf-h1086", "004123", ["days_possible", "days_absent", "requirement_met"]),
        ("us-tx", "replacement-card", "004123", ["home_address"]),
        ("gb-eng", "child-benefit", "004123", ["hours_per_week", "non_advanced", "course_ends"]),
        ("gb-eng", "travel", "004123", []),
    ],
)
def test_every_further_document_asks_what_it_lacks_then_is_issued(
    opened: Callable[..., Desk], jurisdiction: str, kind: str, student: str, wanted: list[str]
) -> None:
    desk = opened(jurisdiction)
    found = questions(desk, kind, student, PARENT)
    assert [one.name for one in found if one.needed] == wanted
    given = {
        **PARENT,
        "hours_per_week": "16",
        "requirement_met": "no",
        "days_possible": "47",
        "days_absent": "12",
        "home_address": "12 Mill Lane",
        "non_advanced": "yes",
        "course_ends": "2027-06-25",
    }
    assert questions(desk, kind, student, given) == []
    assert issue_now(desk.office, desk.standing, kind, student, given, NOW).sentence.startswith(
        "Issued. "
    )


def test_a_journey_in_term_time_asks_whether_leave_is_granted(opened: Callable[..., Desk]) -> None:
    england = opened("gb-eng")
    optional = [one.name for one in questions(england, "travel", "004123", {"purpose": "Trip"})]
    assert optional[-2:] == ["travel_from", "travel_to"]
    journey = PARENT | {"travel_from": "2026-12-17", "travel_to": "2026-12-20"}
    [asked] = questions(england, "travel", "004123", journey)
    assert asked.name == "leave_granted"
    backwards = questions(england, "travel", "004123", journey | {"travel_to": "2026-12-01"})
    assert [one.name for one in backwards] == ["travel_from", "travel_to"]
