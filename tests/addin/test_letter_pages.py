"""The pages of letters: what they show and do, and which files they give."""

import re
import time
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from addin.desk import Desk, close_desk, desk
from addin.jobs import Job
from rollbook.documents import converter, text_of
from rollbook.importers.contract import Coverage
from rollbook.ledger import care
from rollbook.ledger.letters import State
from rollbook.letters import draft, print_letters
from rollbook.office import Office
from rollbook.register import Enrolment, Guardian, HoldBack, Student
from rollbook.standing import read_standing
from rollbook.verification.issue import Asked, issue
from tests.addin.servers import HERE, Browser, app_here, browser
from tests.letters.families import FIRST_DAY, LUIS, ROSA, SEPTEMBER, log, school, steps
from tests.offices import NOW, marks, post_extract, roster

ANA = Student("000123", "García", "Ana", birth_date=date(2012, 3, 2), grade="9")
BO = Student("000124", "<script>alert(1)</script>", "Bo", grade="9")
ADA = Guardian("000124", "Ada Ng", "mother", "7 Oak Ave", "Waco", "TX", "76701")

PATIENCE = 60.0


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Browser]:
    """A school in Texas with three letters prepared: two about Ana, one about Bo."""
    office = school(tmp_path / "with spaces")
    stretches = [Enrolment(one.student_id, FIRST_DAY) for one in (ANA, BO)]
    post_extract(office, roster([ANA, BO], [ROSA, LUIS, ADA], stretches), "roster")
    rows = [(one.student_id, day, "P2", "U") for one in (ANA, BO) for day in SEPTEMBER]
    parts = tuple(f"P{number}" for number in range(1, 8))
    covered = Coverage("", FIRST_DAY, date(2026, 11, 20), parts)
    post_extract(office, marks(rows, negative=True, coverage=(covered,)), "absences")
    draft(office, read_standing(office), NOW)
    root = office.folders.root
    office.ledger.close()
    yield browser(app_here(root))
    close_desk()


def here() -> Desk:
    found = desk()
    found.now = lambda: NOW
    return found


def office() -> Office:
    return here().office


def states() -> list[str]:
    return [letter.state.value for letter in log(office())]


def serial_of(guardian: str) -> str:
    return next(one.serial for one in log(office()) if one.guardian["name"] == guardian)


def send(ask: Browser, action: str, *serials: str, **fields: str) -> httpx.Response:
    """Send a form as the page does; follow to the list."""
    data: Mapping[str, Any] = {"serial": list(serials), **fields}
    sent = ask.post(f"/letters/{action}", data=data, headers={"origin": HERE})
    assert sent.status_code == 303, sent.text
    return ask.get(sent.headers["location"])


def hold_for_care(student: Student) -> None:
    with office().ledger.write() as connection:
        noted = HoldBack(student.student_id, "bereavement", date(2026, 11, 1), None)
        care.save_hold_back(connection, noted, NOW.isoformat())


def test_the_list_shows_each_letter_with_its_reason_and_names_as_text(ask: Browser) -> None:
    page = ask.get("/letters").text
    assert "Unexcused on 3 days in 4 weeks" in page
    assert "3 marks from Sep 8, 2026 to Sep 15, 2026." in page
    assert "Luis O’Neil" in page and "English" in page
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page
    assert "Approve 3 prepared letters" in page
    assert ask.get("/letters").headers["cache-control"] == "no-store"


def test_a_tab_shows_one_state(ask: Browser) -> None:
    send(ask, "void", serial_of("Ada Ng"), reason="wrong family", again="no")
    assert "Ada Ng" not in ask.get("/letters").text
    void = ask.get("/letters?state=void").text
    assert "Ada Ng" in void and "wrong family" in void and "Rosa" not in void
    assert "Ada Ng" not in ask.get("/letters?state=all&student=000123").text
    assert ask.get("/letters?state=../../etc").status_code == 200


def test_approving_by_ticks_changes_the_ticked_only(ask: Browser) -> None:
    told = send(ask, "approve", "L-2026-00002").text
    assert "1 letter approved." in told
    assert states() == ["prepared", "approved", "prepared"]
    assert "No letter is ticked" in send(ask, "approve").text


def test_reloading_the_list_does_nothing_twice(ask: Browser) -> None:
    data = {"serial": ["L-2026-00001"]}
    sent = ask.post("/letters/approve", data=data, headers={"origin": HERE})
    for _ in range(2):
        assert "1 letter approved." in ask.get(sent.headers["location"]).text
    life = [event.state for event in steps(office(), "L-2026-00001")]
    assert life == [State.PREPARED, State.APPROVED]
    again = send(ask, "approve", "L-2026-00001").text
    assert "cannot become approved" in again and "Nothing was changed" in again


def test_a_held_letter_is_approved_only_by_who_has_read_why(ask: Browser) -> None:
    hold_for_care(BO)
    held = serial_of("Ada Ng")
    told = send(ask, "approve", *[one.serial for one in log(office())]).text
    assert "2 letters approved, 1 stopped: see why." in told
    assert "a bereavement is noted" in ask.get("/letters?state=held").text
    assert "a bereavement is noted" in ask.get(f"/letters/{held}").text
    assert "is held. Open it" in send(ask, "approve", held).text
    assert "Tick that you have read" in send(ask, "approve-held", held).text
    assert states().count("held") == 1
    assert "1 letter approved." in send(ask, "approve-held", held, seen="yes").text
    assert steps(office(), held)[-1].note == "as it is: read, and it may go"


def test_holding_and_voiding_need_a_reason(ask: Browser) -> None:
    for action in ("hold", "void"):
        assert "Say why; it stays in the log." in send(ask, action, "L-2026-00001", reason=" ").text
    assert states() == ["prepared"] * 3
    send(ask, "hold", "L-2026-00001", reason="ask the tutor first")
    assert states()[0] == "held"
    send(ask, "void", "L-2026-00001", reason="the tutor says no", again="yes")
    last = steps(office(), "L-2026-00001")[-1]
    assert (last.state, last.note, last.again) == (State.VOID, "the tutor says no", True)


def test_one_letter_shows_its_words_marks_and_steps(ask: Browser) -> None:
    page = ask.get(f"/letters/{serial_of('Rosa García')}").text
    assert "Ana García missed school without an excuse on 3 days or parts of days" in page
    assert "12 Elm St" in page and "Sep 10, 2026" in page and "unexcused" in page.lower()
    assert 'action="/letters/void"' in page and 'action="/letters/approve"' in page
    missing = ask.get("/letters/L-2026-99999")
    assert missing.status_code == 400 and missing.text == "There is no such letter in the log."


def test_letters_are_read_one_after_another(ask: Browser) -> None:
    first, second, _ = [one.serial for one in log(office())]
    page = ask.get(f"/letters/{first}").text
    assert f'href="/letters/{second}" rel="next"' in page and "Approve and read the next" in page
    data = {"serial": [first], "reading": first}
    sent = ask.post("/letters/approve", data=data, headers={"origin": HERE})
    assert sent.headers["location"].startswith(f"/letters/{second}?job=")
    assert "1 letter approved." in ask.get(sent.headers["location"]).text
    assert states() == ["approved", "prepared", "prepared"]


def test_printing_is_stopped_before_anything_is_entered(
    ask: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    here()
    every = [one.serial for one in log(office())]
    send(ask, "approve", *every)
    step = Job.step

    def watched(job: Job, says: str, done: int = 0, of: int = 0) -> None:
        step(job, says, done, of)
        if done == 1:  # the clerk presses Stop while the second letter is made
            assert ask.post(f"/jobs/{job.id}/cancel", headers={"origin": HERE}).is_success

    monkeypatch.setattr(Job, "step", watched)
    told = printed(ask, *every)
    assert "Stopped. No letter was printed; they stay approved." in told
    assert states() == ["approved"] * 3


def printed(ask: Browser, *serials: str) -> str:
    """Print letters through the page, and return the page once it is done."""
    sent = ask.post("/letters/print", data={"serial": list(serials)}, headers={"origin": HERE})
    page, end = sent.headers["location"], time.monotonic() + PATIENCE
    while time.monotonic() < end:
        shown = ask.get(page).text
        if "/letters/job/" not in shown:
            return shown
        time.sleep(0.05)
    raise AssertionError("the printing did not end")


def test_approved_letters_are_printed_into_one_file_and_mailed(ask: Browser) -> None:
    here()
    every = [one.serial for one in log(office())]
    send(ask, "approve", *every)
    assert "Print 3 approved letters" in ask.get("/letters?state=approved").text
    told = printed(ask, *every)
    assert "3 letters in one file." in told
    link = re.search(r'href="(/letters/batch/[^"]+)"', told)
    assert link
    file = ask.get(link[1])
    assert file.headers["content-disposition"] == 'attachment; filename="letters-2026-11-20.docx"'
    assert file.headers["cache-control"] == "no-store"
    text = text_of(file.content)
    assert all(one in text for one in every)
    one = ask.get(f"/letters/file/{every[0]}")
    assert every[0] in text_of(one.content) and every[1] not in text_of(one.content)
    assert link[1] in ask.get("/letters?state=printed").text
    assert "3 letters noted as mailed." in send(ask, "mailed", *every).text
    send(ask, "returned", every[0], reason="moved away")
    assert states() == ["returned", "mailed", "mailed"]


def test_a_printed_letter_about_a_corrected_mark_is_not_to_be_mailed(ask: Browser) -> None:
    send(ask, "approve", "L-2026-00001")
    print_letters(office(), NOW)
    assert "do not mail it" not in ask.get("/letters?state=printed").text
    [letter] = [one for one in log(office()) if one.state is State.PRINTED]
    student = letter.student_id
    rows = [(one, day, "P2", "U") for one in ("000123", "000124") for day in SEPTEMBER]
    rows = [row for row in rows if row[:2] != (student, SEPTEMBER[0])]
    covered = Coverage("", FIRST_DAY, date(2026, 11, 20), tuple(f"P{n}" for n in range(1, 8)))
    post_extract(office(), marks(rows, negative=True, coverage=(covered,)), "a note came in")
    said = "Marks of Sep 8, 2026 were corrected since: do not mail it."
    assert said in ask.get("/letters?state=printed").text
    assert said in ask.get("/letters/L-2026-00001").text


def test_two_who_print_at_once_print_each_letter_once(ask: Browser) -> None:
    here()
    every = [one.serial for one in log(office())]
    send(ask, "approve", *every)
    data = {"serial": every}
    sent = [ask.post("/letters/print", data=data, headers={"origin": HERE}) for _ in range(2)]
    end = time.monotonic() + PATIENCE
    pages = [one.headers["location"] for one in sent]
    while any("/letters/job/" in ask.get(page).text for page in pages):
        assert time.monotonic() < end
        time.sleep(0.05)
    for serial in every:
        life = [event.state for event in steps(office(), serial)]
        assert life == [State.PREPARED, State.APPROVED, State.PRINTED]


def test_a_page_sent_again_later_does_not_print_the_letters_again(ask: Browser) -> None:
    here()
    every = [one.serial for one in log(office())]
    send(ask, "approve", *every)
    assert "3 letters in one file." in printed(ask, *every)
    assert "they were printed already" in printed(ask, *every)
    for serial in every:
        assert [event.state for event in steps(office(), serial)].count(State.PRINTED) == 1
    assert len(list(office().folders.letters.glob("*/letters-*.docx"))) == 1


@pytest.mark.skipif(converter() is None, reason="LibreOffice is not installed")
def test_a_preview_is_made_as_asked_and_not_kept(ask: Browser) -> None:
    root = office().folders.root
    before = sorted(path for path in root.rglob("*") if path.is_file())
    found = ask.get("/letters/L-2026-00001/preview")
    assert found.headers["content-type"] == "application/pdf"
    assert found.content.startswith(b"%PDF-")
    assert found.headers["content-disposition"] == 'inline; filename="L-2026-00001.pdf"'
    assert sorted(path for path in root.rglob("*") if path.is_file()) == before
    assert states() == ["prepared"] * 3


@pytest.mark.parametrize(
    "path",
    [
        "/letters/file/..%2F..%2Foffice.toml",
        "/letters/file/office.toml",
        "/letters/file/L-2026-00001",
        "/letters/batch/%2e%2e",
        "/letters/batch/..%5C..%5Coffice.toml",
        "/letters/batch/.used-templates",
        "/documents/file/..%2Foffice.toml",
        "/documents/file/L-2026-00001",
        "/documents/file/V-2026-00001.docx",
    ],
)
def test_only_files_the_ledger_names_are_given(ask: Browser, path: str) -> None:
    issued = issue(
        office(), here().standing, Asked("enrolment", "000123", "Medicaid", "parent"), NOW
    )
    assert issued.issued, issued.sentence
    found = ask.get(path)
    assert found.status_code in (400, 404)
    assert "jurisdiction" not in found.text and not found.content.startswith(b"PK")


def test_a_document_is_downloaded_by_its_serial(ask: Browser) -> None:
    asked = Asked("enrolment", "000123", "Medicaid", "parent")
    answer = issue(office(), here().standing, asked, NOW)
    word = ask.get(f"/documents/file/{answer.serial}?word=true")
    assert answer.serial in text_of(word.content)
    assert word.headers["content-disposition"] == f'attachment; filename="{answer.serial}.docx"'
    shown = ask.get(f"/documents/file/{answer.serial}")
    ending = "pdf" if len(answer.files) > 1 else "docx"
    assert shown.headers["content-disposition"].endswith(f'"{answer.serial}.{ending}"')


def test_a_file_that_was_moved_is_said_in_a_sentence(ask: Browser) -> None:
    every = [one.serial for one in log(office())]
    send(ask, "approve", *every)
    batch = print_letters(office(), NOW)
    assert batch.joined
    batch.joined.unlink()
    found = ask.get(f"/letters/batch/{batch.joined.parent.name}")
    assert found.status_code == 400 and "is not where it was put" in found.text


def test_a_form_of_another_site_does_nothing(ask: Browser) -> None:
    data = {"serial": ["L-2026-00001"]}
    sent = ask.post("/letters/approve", data=data, headers={"origin": "https://evil.example"})
    assert sent.status_code in (400, 403)
    assert states() == ["prepared"] * 3
