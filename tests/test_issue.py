"""Issuing verification documents through the real office, templates and ledger."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from rollbook.documents import converter, text_of
from rollbook.importers.contract import DocumentRequest, Extract
from rollbook.ledger import postings as book
from rollbook.ledger import releases as log
from rollbook.office import Office, open_office, save_settings
from rollbook.register import Enrolment, Guardian, Student
from rollbook.standing import read_standing
from rollbook.verification.issue import Answer, Asked, answer_requests, issue
from tests.offices import NOW, marks, post_extract, roster, small_office

ANA = Student(
    "004123",
    "O'Neil & Peña",
    "Ana <María>",
    birth_date=date(2009, 12, 1),
    grade="11",
    facts={"expected_graduation": "2027-05-28"},
)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    small_office(tmp_path, "us-tx").ledger.close()
    settings = {
        "school": {"address": "400 Wheelwright Trail", "phone": "940-555-0100"},
        "signatory": {"name": "Horace Quarlstead", "title": "Principal"},
        "verification": {
            "hours_per_week": "35",
            "course_weeks": 36,
            "operating_basis": "yearly",
            "correspondence": "no",
            "full_time": "yes",
        },
    }
    save_settings(tmp_path, settings)
    office = open_office(tmp_path)
    stretch = Enrolment("004123", date(2026, 9, 1))
    post_extract(office, roster([ANA], [Guardian("004123", "Rosa Peña")], [stretch]), "roster")
    week = [("004123", f"2026-11-{day:02d}", "P2", "U") for day in (2, 6)]
    post_extract(office, marks(week, negative=True), "week 1")
    return office


def ask(office: Office, document: str, **more: object) -> Answer:
    asked = Asked(document, "004123", "Medicaid", "parent")
    return issue(office, read_standing(office), replace(asked, **more), NOW)  # type: ignore[arg-type]


def released(office: Office) -> list[log.Verification]:
    with office.ledger.read() as connection:
        return log.verifications(connection)


def test_an_enrolment_letter_is_written_and_its_release_logged(office: Office) -> None:
    answer = ask(office, "enrollment")
    assert answer.issued, answer.sentence
    text = text_of(answer.files[0].read_bytes())
    assert "Ana <María> O'Neil & Peña" in text and answer.serial in text
    [entry] = released(office)
    assert (entry.serial, entry.purpose, entry.released_to) == (
        "V-2026-00001",
        "Medicaid",
        "parent",
    )
    assert (office.folders.root / entry.file) == answer.files[0]


@pytest.mark.parametrize(
    ("to", "addressed", "inside"),
    [
        ("parent", "Parent or guardian of Ana", "released to the parent or guardian of Ana"),
        ("student", "Ana <María> O'Neil & Peña\n", "released to Ana <María> O'Neil & Peña"),
        ("transfer school", "Transfer school", "released to transfer school"),
    ],
)
def test_a_letter_says_to_whom_it_is_where_only_a_word_was_given(
    office: Office, to: str, addressed: str, inside: str
) -> None:
    text = text_of(ask(office, "enrollment", requested_by=to).files[0].read_bytes())
    assert addressed in text and inside in text
    [entry] = released(office)
    assert entry.released_to == to


def test_england_has_its_own_enrolment_letter_and_names_no_law_we_have_not_read(
    tmp_path: Path,
) -> None:
    office = small_office(tmp_path)
    stretch = Enrolment("004123", date(2026, 9, 1))
    post_extract(office, roster([ANA], [Guardian("004123", "Rosa Peña")], [stretch]), "roster")
    answer = ask(office, "enrolment", requested_by="parent")
    assert answer.issued, answer.sentence
    text = text_of(answer.files[0].read_bytes())
    assert "Confirmation of enrolment" in text and "nrollment" not in text
    assert "(check)" not in text and "(check)" in str(answer.decision)
    assert "Reference:" not in text


def test_a_form_left_by_a_release_that_broke_off_goes_to_nobody_else(office: Office) -> None:
    left = office.folders.documents / "V-2026-00001.form.pdf"
    left.write_bytes(b"%PDF of another child")
    answer = ask(office, "enrollment")
    assert answer.serial == "V-2026-00001"
    assert left not in answer.files and not left.exists()


def test_attendance_stands_in_the_letter_only_when_asked_for(office: Office) -> None:
    plain = text_of(ask(office, "enrolment").files[0].read_bytes())
    with_figures = ask(office, "enrolment", extras=frozenset({"attendance"}))
    assert "3 of 5 possible days" not in plain
    assert "3 of 5 possible days" in text_of(with_figures.files[0].read_bytes())


def test_a_third_party_needs_a_signed_consent(office: Office) -> None:
    refused = ask(office, "enrolment", requested_by="landlord")
    assert not refused.issued and "consent" in refused.sentence
    assert released(office) == []
    signed = "signed by Rosa Peña, 2026-11-10"
    assert ask(office, "enrolment", requested_by="landlord", consent=signed).issued


def test_a_voe_runs_30_days_and_is_denied_below_90_percent_without_credit(office: Office) -> None:
    answer = ask(office, "voe", requested_by="student", said={"credit_in_all": "yes"})
    assert answer.issued, answer.sentence
    assert answer.expires == date(2026, 12, 20)
    figures = {"credit_in_all": "no", "committee_approved": "no", "diploma": "no"}
    figures |= {"days_offered": "85", "days_attended": "74"}
    denied = ask(office, "voe", requested_by="student", said=figures)
    assert denied.decision and denied.decision.reason == "below_90_no_credit"


def test_a_voe_is_not_issued_on_the_official_period_alone(office: Office) -> None:
    days = [date(2026, 9, 1) + timedelta(days=count) for count in range(40)]
    absent = [("004123", day.isoformat(), "P5", "U") for day in days if day.weekday() < 5]
    post_extract(office, marks(absent, negative=True), "autumn")
    asked = Asked("voe", "004123", "License", "student")
    answer = issue(office, read_standing(office), asked, datetime(2027, 2, 1, tzinfo=UTC))
    assert not answer.issued and answer.decision
    assert "class_days" in [want.slug for want in answer.decision.missing]
    counted = {"days_offered": "75", "days_attended": "68"}
    with_figures = replace(asked, said=counted)
    answer = issue(office, read_standing(office), with_figures, datetime(2027, 2, 1, tzinfo=UTC))
    assert answer.decision and answer.decision.reason == "attended_90_in_each"


def test_at_18_a_parents_consent_does_not_release_a_letter(office: Office) -> None:
    of_age = datetime(2027, 12, 2, 9, 0, tzinfo=UTC)
    asked = Asked("enrolment", "004123", "Lease", "landlord")
    refused = replace(asked, consent="signed by parent 2027-12-01")
    answer = issue(office, read_standing(office), refused, of_age)
    assert not answer.issued
    assert '--consent "signed by student 2027-12-02"' in answer.sentence
    assert released(office) == []


def test_a_social_security_letter_states_hours_and_weeks(office: Office) -> None:
    answer = ask(office, "social-security")
    assert answer.issued, answer.sentence
    text = text_of(answer.files[0].read_bytes())
    assert "35" in text and "36" in text and "May 28, 2027" in text


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"student_id": "9"}, "No student"),
        ({"purpose": " "}, "what the document is for"),
        ({"document": "passport"}, "not a document"),
        ({"purpose": "for 123-45-6789"}, "Social Security number"),
    ],
)
def test_what_cannot_be_issued_says_why_and_logs_nothing(
    office: Office, more: dict[str, str], said: str
) -> None:
    answer = ask(office, **({"document": "enrolment"} | more))  # type: ignore[arg-type]
    assert not answer.issued
    assert said in answer.sentence
    assert released(office) == []


def test_a_template_that_loses_a_value_issues_nothing(office: Office) -> None:
    shipped = Path(__file__).parents[1] / "letter_templates" / "enrolment.en.docx"
    own = office.folders.templates / "enrolment.en.docx"
    own.write_bytes(shipped.read_bytes())
    own.write_bytes(own.read_bytes()[:-200])  # damaged
    with pytest.raises(Exception, match=r"enrolment\.en\.docx"):
        ask(office, "enrolment")
    assert released(office) == []


def test_a_dropped_list_is_answered_once(office: Office) -> None:
    wanted = [
        DocumentRequest("004123", "enrolment", "Lease", "parent", row=2),
        DocumentRequest(
            "004123", "voe", "License", "student", row=3, details={"Credit in all": "yes"}
        ),
        DocumentRequest("999999", "voe", "License", "student", row=4),
    ]
    post_extract(office, Extract("request-list", requests=wanted), "requests")
    answers = answer_requests(office, read_standing(office), NOW)
    assert [answer.issued for answer in answers] == [True, True, False]
    assert answer_requests(office, read_standing(office), NOW) == []
    with office.ledger.read() as connection:
        outcomes = [row["outcome"] for row in book.requests(connection)]
    assert outcomes[:2] == ["V-2026-00001", "V-2026-00002"] and "999999" in outcomes[2]


def test_a_request_answered_before_a_crash_is_not_answered_twice(office: Office) -> None:
    first = ask(office, "enrolment", key="request 7")
    again = ask(office, "enrolment", key="request 7")
    assert again.serial == first.serial
    assert len(released(office)) == 1


@pytest.mark.skipif(converter() is None, reason="LibreOffice is not installed")
def test_a_pdf_comes_with_the_word_file(office: Office) -> None:
    files = ask(office, "enrolment").files
    assert [path.suffix for path in files] == [".docx", ".pdf"]
    assert files[1].read_bytes().startswith(b"%PDF")
