"""What becomes of a document after its release: grounds, pick-up, reissue, void; all in the log."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from rollbook.ledger import chain, releases
from rollbook.ledger.releases import Released
from rollbook.office import Office, open_office, save_settings
from rollbook.problems import NotAllowed
from rollbook.register import Enrolment, Guardian, Student
from rollbook.reports.documents import documents_table
from rollbook.standing import read_standing
from rollbook.verification.after_release import hand_over, make_void, reissue
from rollbook.verification.issue import Answer, Asked, issue
from tests.offices import NOW, post_extract, roster, small_office

ANA = Student("004123", "Peña", "Ana", birth_date=date(2009, 12, 1), grade="11")
PRIVATE = Student(
    "004124",
    "Otxoa",
    "Iker",
    birth_date=date(2009, 12, 1),
    grade="11",
    flags=frozenset({"no-directory"}),
)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    small_office(tmp_path, "us-tx").ledger.close()
    save_settings(tmp_path, {"signatory": {"name": "Horace Quarlstead", "title": "Principal"}})
    office = open_office(tmp_path)
    stretches = [Enrolment(one.student_id, date(2026, 9, 1)) for one in (ANA, PRIVATE)]
    guardians = [Guardian(one.student_id, "Rosa Peña") for one in (ANA, PRIVATE)]
    post_extract(office, roster([ANA, PRIVATE], guardians, stretches), "roster")
    return office


def ask(office: Office, document: str = "enrolment", at: datetime = NOW, **more: object) -> Answer:
    asked = Asked(document, "004123", "Medicaid", "parent")
    return issue(office, read_standing(office), replace(asked, **more), at)  # type: ignore[arg-type]


def voe(office: Office, at: datetime = NOW) -> Answer:
    return ask(office, "voe", at, requested_by="student", said={"credit_in_all": "yes"})


def log(office: Office) -> dict[str, Released]:
    with office.ledger.read() as connection:
        assert chain.examine(connection).whole
        return {one.document.serial: one for one in releases.released(connection)}


def states(office: Office, day: date) -> dict[str, str]:
    return {serial: one.state(day) for serial, one in log(office).items()}


def test_the_log_notes_on_what_grounds_a_document_was_released(office: Office) -> None:
    answer = ask(office)
    (step,) = log(office)[answer.serial].steps
    assert (step.step, step.note) == (
        "issued", "us-parent-of-minor: 34 CFR 99.10, 99.31(a)(12)"
    )  # fmt: skip


def test_a_document_waits_until_somebody_takes_it(office: Office) -> None:
    serial = ask(office).serial
    assert states(office, NOW.date()) == {serial: "waiting for pick-up"}
    hand_over(office, serial, "Rosa Peña", NOW)
    assert states(office, NOW.date()) == {serial: "handed over"}
    assert log(office)[serial].steps[-1].note == "Rosa Peña"
    assert documents_table(office, NOW.date(), only_waiting=True).rows == []
    assert [row[7] for row in documents_table(office, NOW.date()).rows] == ["handed over"]


def test_who_took_it_has_to_be_said(office: Office) -> None:
    serial = ask(office).serial
    with pytest.raises(NotAllowed, match="Say who took it"):
        hand_over(office, serial, " ", NOW)
    with pytest.raises(NotAllowed, match="There is no document V-2020-00001"):
        hand_over(office, "V-2020-00001", "Rosa Peña", NOW)


def test_an_expired_document_is_given_to_nobody_and_can_be_made_anew(office: Office) -> None:
    serial = voe(office).serial
    last = log(office)[serial].document.expires
    assert last is not None
    on_the_last_day, after = NOW.replace(month=12, day=20), NOW.replace(month=12, day=21)
    assert last == on_the_last_day.date()
    assert states(office, last) == {serial: "waiting for pick-up"}
    assert states(office, last + timedelta(days=1)) == {serial: "expired"}
    with pytest.raises(NotAllowed, match=f"reissue {serial}"):
        hand_over(office, serial, "Ana Peña", after)
    assert log(office)[serial].last == "issued"
    hand_over(office, serial, "Ana Peña", on_the_last_day)

    standing = read_standing(office)
    anew = reissue(office, standing, serial, after, {"credit_in_all": "yes"})
    assert anew.issued, anew.sentence
    assert anew.expires == date(2027, 1, 20)
    assert states(office, after.date()) == {
        serial: "reissued", anew.serial: "waiting for pick-up"
    }  # fmt: skip
    assert log(office)[serial].steps[-1].note == f"as {anew.serial}"
    document = log(office)[anew.serial].document
    assert (document.purpose, document.requested_by) == ("Medicaid", "student")


def test_what_was_made_anew_is_not_made_anew_again(office: Office) -> None:
    serial = ask(office).serial
    standing = read_standing(office)
    reissue(office, standing, serial, NOW)
    with pytest.raises(NotAllowed, match=f"{serial} is reissued already"):
        reissue(office, standing, serial, NOW)
    with pytest.raises(NotAllowed, match="do not give it to anybody"):
        hand_over(office, serial, "Rosa Peña", NOW)


def test_a_reissue_stopped_between_its_two_steps_is_finished_by_asking_again(
    office: Office,
) -> None:
    serial = ask(office).serial
    stopped = ask(office, key=f"reissue of {serial}")
    again = reissue(office, read_standing(office), serial, NOW)
    assert again.serial == stopped.serial
    assert states(office, NOW.date()) == {
        serial: "reissued", stopped.serial: "waiting for pick-up"
    }  # fmt: skip


def test_a_reissue_that_is_not_decided_leaves_the_old_one(office: Office) -> None:
    serial = voe(office).serial
    answer = reissue(office, read_standing(office), serial, NOW)
    assert not answer.issued and "credit" in answer.sentence
    assert states(office, NOW.date()) == {serial: "waiting for pick-up"}


def test_a_void_document_stays_in_the_log_with_the_reason(office: Office) -> None:
    serial = ask(office).serial
    with pytest.raises(NotAllowed, match="Say why"):
        make_void(office, serial, "", NOW)
    make_void(office, serial, "wrong student", NOW)
    assert states(office, NOW.date()) == {serial: "void"}
    with pytest.raises(NotAllowed, match="is void already"):
        make_void(office, serial, "again", NOW)
    with pytest.raises(NotAllowed, match="Ask for a new document"):
        reissue(office, read_standing(office), serial, NOW)


def test_directory_information_goes_out_only_where_the_district_has_designated_it(
    office: Office,
) -> None:
    assert not ask(office, requested_by="landlord").issued
    office.ledger.close()
    save_settings(office.folders.root, {"verification": {"directory_information": True}})
    designated = open_office(office.folders.root)
    answer = ask(designated, requested_by="landlord")
    assert answer.issued, answer.sentence
    assert log(designated)[answer.serial].steps[0].note.startswith("us-directory: ")
    opted_out = ask(designated, requested_by="landlord", student_id=PRIVATE.student_id)
    assert not opted_out.issued and "has opted out" in opted_out.sentence
    figures = frozenset({"attendance"})
    assert not ask(designated, requested_by="landlord", extras=figures).issued
    assert not ask(designated, "voe", requested_by="landlord").issued
