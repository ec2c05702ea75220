"""E-mails that came back: by hand, and from the reports of a mail server."""

from pathlib import Path

import pytest

from rollbook.ledger.deliveries import deliveries
from rollbook.ledger.letters import State
from rollbook.letters import step
from rollbook.letters.bounces import bounces_in, note_bounced, note_reports, reports_in
from rollbook.letters.ways import Tried, way_of
from rollbook.office import Office
from rollbook.problems import NotAllowed
from tests.letters.families import log, steps
from tests.letters.mail import Post, mail_server
from tests.letters.test_sending import LUIS, ROSA_AT, in_doubt, office_with, send, states
from tests.offices import NOW

REPORT = """\
From: MAILER-DAEMON@mail.example
To: attendance@school.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="PART"

--PART
Content-Type: text/plain; charset=utf-8

Your message could not be delivered.

--PART
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; rosa@family.example
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such
 mailbox here

--PART
Content-Type: {kind}

Message-ID: {message_id}
Subject: About attendance

--PART--
"""


def report(message_id: str, action: str = "failed", kind: str = "text/rfc822-headers") -> bytes:
    return REPORT.format(message_id=message_id, action=action, kind=kind).encode()


def message_of(office: Office, serial: str) -> str:
    with office.ledger.read() as connection:
        return deliveries(connection, [serial])[-1].message_id


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An office that has sent Rosa a letter by e-mail."""
    with mail_server(Post()) as port:
        office = office_with(tmp_path, [ROSA_AT], port)
        send(office)
    return office


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822"])
def test_a_report_returns_the_letter_for_the_post(
    office: Office, tmp_path: Path, kind: str
) -> None:
    [letter] = log(office)
    (tmp_path / "1.eml").write_bytes(report(message_of(office, letter.serial), kind=kind))
    done = note_reports(office, reports_in(tmp_path), NOW)
    assert [one.serial for one in done.letters] == [letter.serial]
    assert done.unmatched == []
    last = steps(office, letter.serial)[-1]
    assert (last.state, last.method) == (State.RETURNED, "e-mail")
    assert last.note == "its e-mail came back: 550 5.1.1 no such mailbox here"
    with office.ledger.read() as connection:
        way = way_of(office, letter, ROSA_AT, Tried.read(connection))
    assert way.method == "post"
    step(office, [letter.serial], State.PRINTED, NOW)  # it may be printed for the post


def test_a_report_read_twice_changes_nothing_more(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "1.EML"
    path.write_bytes(report(message_of(office, log(office)[0].serial)))
    note_reports(office, reports_in(tmp_path), NOW)
    step(office, [log(office)[0].serial], State.PRINTED, NOW)
    step(office, [log(office)[0].serial], State.MAILED, NOW)
    again = note_reports(office, [path], NOW)
    assert again.letters == []
    assert states(office) == [State.MAILED]


def test_a_report_that_comes_late_leaves_a_letter_in_the_post_alone(
    office: Office, tmp_path: Path
) -> None:
    [letter] = log(office)
    message_id = message_of(office, letter.serial)
    step(office, [letter.serial], State.RETURNED, NOW, "the family said so")
    step(office, [letter.serial], State.PRINTED, NOW)
    step(office, [letter.serial], State.MAILED, NOW)
    (tmp_path / "1.eml").write_bytes(report(message_id))
    note_reports(office, reports_in(tmp_path), NOW)
    assert states(office) == [State.MAILED]
    with office.ledger.read() as connection:
        assert deliveries(connection)[-1].state == "bounced"


def test_what_is_no_report_of_ours_is_named_and_changes_nothing(
    office: Office, tmp_path: Path
) -> None:
    message_id = message_of(office, log(office)[0].serial)
    (tmp_path / "late.eml").write_bytes(report(message_id, action="delayed"))
    (tmp_path / "other.eml").write_bytes(report("<other@elsewhere.example>"))
    (tmp_path / "words.eml").write_bytes(b"Subject: hello\r\n\r\nNo e-mail came back.\r\n")
    (tmp_path / "broken.eml").write_bytes(b"\xff\x00\xfe" * 50)
    (tmp_path / "notes.txt").write_bytes(report(message_id))
    done = note_reports(office, reports_in(tmp_path), NOW)
    assert done.letters == []
    assert done.unmatched == [
        "broken.eml: it does not report an e-mail that came back",
        "late.eml: it does not report an e-mail that came back",
        "other.eml: it is about no e-mail of Rollbook",
        "words.eml: it does not report an e-mail that came back",
    ]
    assert states(office) == [State.MAILED]


def test_a_report_without_the_headers_is_known_by_what_it_answers() -> None:
    bare = report("<x@y>").split(b"--PART\nContent-Type: text/rfc822")[0] + b"--PART--\n"
    answering = b"In-Reply-To: <rollbook.1@school.example>\n" + bare
    [bounce] = bounces_in(answering)
    assert bounce.message_id == "<rollbook.1@school.example>"
    assert bounce.address == "rosa@family.example"
    assert list(bounces_in(bare)) == []


@pytest.mark.parametrize("which", ["L-2026-00001", "l-2026-00001", "Rosa@Family.Example"])
def test_a_clerk_notes_it_by_serial_or_address(office: Office, which: str) -> None:
    done = note_bounced(office, [which], NOW, "the mailbox is full")
    assert [one.state for one in done.letters] == [State.RETURNED]
    assert steps(office, "L-2026-00001")[-1].note.endswith("the mailbox is full")
    assert note_bounced(office, [which], NOW).letters == []


def test_who_got_no_e_mail_cannot_have_one_come_back(office: Office) -> None:
    with pytest.raises(NotAllowed, match="No e-mail of Rollbook went to luis@family.example"):
        note_bounced(office, [ROSA_AT.email, LUIS.email], NOW)
    with pytest.raises(NotAllowed, match="L-2026-00077 did not go by e-mail"):
        note_bounced(office, ["L-2026-00077"], NOW)
    assert states(office) == [State.MAILED]


def test_a_letter_in_doubt_that_comes_back_had_gone(tmp_path: Path) -> None:
    with mail_server(Post(at_the_end=lambda number: None)) as port:
        office = office_with(tmp_path, [ROSA_AT], port)
        send(office)
    [serial] = in_doubt(office)
    note_bounced(office, [serial], NOW)
    assert [one.state for one in steps(office, serial)][-3:] == [
        State.PRINTED,
        State.MAILED,
        State.RETURNED,
    ]
    assert in_doubt(office) == []
