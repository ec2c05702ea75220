"""Letters by e-mail, through a real mail server on this computer."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rollbook.documents import Rendered, converter
from rollbook.documents.pdf import PdfLetter, letters_to_pdf
from rollbook.importers.contract import Coverage
from rollbook.ledger import chain
from rollbook.ledger.deliveries import Delivery, deliveries
from rollbook.ledger.letters import State
from rollbook.letters import step
from rollbook.letters.mail_files import UNFINISHED, MakePdfs
from rollbook.letters.mail_server import MailError
from rollbook.letters.sending import Sending, send_letters
from rollbook.letters.ways import unclear
from rollbook.office import Office, open_office, save_settings
from rollbook.problems import NotAllowed, OfficeError
from rollbook.register import Student
from tests.letters.families import (
    ANA,
    FIRST_DAY,
    ROSA,
    SEPTEMBER,
    absences,
    draft,
    enrol,
    log,
    school,
    steps,
)
from tests.letters.mail import PASSWORD, USER, Post, authenticator, certificate, mail_server
from tests.offices import NOW, marks, post_extract

pytestmark = pytest.mark.skipif(converter() is None, reason="letters are sent as PDF")

BEN = Student("000124", "García", "Ben", grade="7")
ROSA_AT = replace(ROSA, email="rosa@family.example")
LUIS = replace(ROSA, name="Luis & José “Pepe”\r\nBcc: all@x.example", relation="father", order=2,
               email="luis@family.example")  # fmt: skip

EMAIL: dict[str, Any] = {
    "host": "127.0.0.1",
    "security": "none",
    "sender": "attendance@school.example",
    "letters": ["tx-tru3"],
}


class Clock:
    """A clock that goes on by a second whenever it is looked at."""

    def __init__(self, start: datetime = NOW) -> None:
        self._ticks = itertools.count()
        self.start = start

    def __call__(self) -> datetime:
        return self.start + timedelta(seconds=next(self._ticks))


def office_with(root: Path, guardians: Sequence[Any], port: int = 1, **more: object) -> Office:
    office = school(root, email=EMAIL | {"port": port} | more)
    enrol(office, ANA, guardians)
    absences(office, SEPTEMBER)
    step(office, [one.serial for one in draft(office)], State.APPROVED, NOW)
    return office


def absences_of(office: Office, *students: Student) -> None:
    rows = [(one.student_id, day, "P2", "U") for one in students for day in SEPTEMBER]
    covered = Coverage("", FIRST_DAY, NOW.date(), ("P2",))
    post_extract(office, marks(rows, negative=True, coverage=(covered,)), "both")


def reopened(office: Office, **settings: object) -> Office:
    office.ledger.close()
    save_settings(office.folders.root, {"email": settings})
    return open_office(office.folders.root)


def blank_pdfs(letters: Iterable[tuple[str, Rendered]], folder: Path) -> Iterator[PdfLetter]:
    """Stand in for LibreOffice where a test is about the mail; it takes seconds a call."""
    for serial, _ in letters:
        path = folder / f"{serial}.pdf"
        path.write_bytes(b"%PDF-1.7 blank")
        yield PdfLetter(serial, path, 1)


def send(
    office: Office,
    *serials: str,
    at: datetime = NOW,
    make_pdfs: MakePdfs = blank_pdfs,
    wait: Callable[[float], None] = lambda seconds: None,
) -> Sending:
    return send_letters(office, Clock(at), serials, wait=wait, make_pdfs=make_pdfs)


def tries(office: Office, serial: str) -> list[Delivery]:
    with office.ledger.read() as connection:
        return deliveries(connection, [serial])


def states(office: Office) -> list[State]:
    return [one.state for one in log(office)]


def in_doubt(office: Office) -> list[str]:
    with office.ledger.read() as connection:
        return [letter.serial for letter, _ in unclear(connection)]


@contextmanager
def sent_to(tmp_path: Path, post: Post, guardians: Sequence[Any]) -> Iterator[Office]:
    with mail_server(post) as port:
        yield office_with(tmp_path, guardians, port)


def test_a_letter_goes_as_a_pdf_to_its_guardian_and_the_log_says_so(tmp_path: Path) -> None:
    post = Post()
    with sent_to(tmp_path, post, [ROSA_AT]) as office:
        done = send(office, make_pdfs=letters_to_pdf)
    [letter] = log(office)
    assert done.serials("sent") == [letter.serial], done
    [message] = post.given
    assert post.recipients == [["rosa@family.example"]]
    [pdf] = message.iter_attachments()
    assert (pdf.get_filename(), pdf.get_content_type()) == (f"{letter.serial}.pdf",
                                                            "application/pdf")  # fmt: skip
    assert pdf.get_content().startswith(b"%PDF-")
    assert letter.state is State.MAILED
    assert [(one.state, one.method) for one in steps(office, letter.serial)][-2:] == [
        (State.PRINTED, "e-mail"),
        (State.MAILED, "e-mail"),
    ]
    begun, taken = tries(office, letter.serial)
    assert (begun.state, taken.state) == ("sending", "sent")
    assert begun.message_id == taken.message_id == message["Message-ID"]
    assert taken.address == "rosa@family.example"
    root = office.folders.root
    assert letter.file == f"letters/2026-11-20-e-mail/{letter.serial}.docx"
    assert sorted(path.name for path in (root / letter.file).parent.iterdir()) == [
        f"{letter.serial}.docx",
        f"{letter.serial}.pdf",
    ]
    with office.ledger.read() as connection:
        assert chain.examine(connection).whole


def test_the_message_says_nothing_of_the_student(tmp_path: Path) -> None:
    post = Post()
    with sent_to(tmp_path, post, [ROSA_AT]) as office:
        send(office)
    [message] = post.given
    body = message.get_body(("plain",))
    assert body
    text = body.get_content()
    said = f"{text} {message['Subject']} {message['From']} {message['To']}"
    for word in ("Ana", "000123", "unexcused", "absen", "September"):
        assert word not in said
    assert "Rosa Dellmere, 01632 960101" in text
    assert message["Subject"] == "About attendance at Oak & Ash School"
    assert message["Auto-Submitted"] == "auto-generated"
    assert str(message["To"]) == "Rosa García <rosa@family.example>"


def test_two_letters_to_one_guardian_are_one_message(tmp_path: Path) -> None:
    post = Post()
    with mail_server(post) as port:
        office = school(tmp_path, email=EMAIL | {"port": port})
        enrol(office, ANA, [ROSA_AT])
        enrol(office, BEN, [replace(ROSA_AT, student_id=BEN.student_id)])
        absences_of(office, ANA, BEN)
        step(office, [one.serial for one in draft(office)], State.APPROVED, NOW)
        send(office)
    [message] = post.given
    names = [part.get_filename() for part in message.iter_attachments()]
    assert names == [f"{one.serial}.pdf" for one in log(office)]
    assert len(names) == 2
    assert states(office) == [State.MAILED, State.MAILED]


def test_a_name_cannot_add_a_line_to_the_message(tmp_path: Path) -> None:
    post = Post()
    with sent_to(tmp_path, post, [LUIS]) as office:
        [letter] = log(office)
        send(office)
    [message] = post.given
    assert post.recipients == [["luis@family.example"]]
    assert message["Bcc"] is None
    [to] = message["To"].addresses
    assert to.addr_spec == "luis@family.example"
    assert to.display_name == "Luis & José “Pepe” Bcc: all@x.example"


def test_who_has_no_address_and_whose_rule_is_not_named_stays_for_the_post(
    tmp_path: Path,
) -> None:
    post = Post()
    with sent_to(tmp_path, post, [ROSA]) as office:
        done = send(office)
        assert (done.outcomes, done.folder, post.given) == ((), None, []) or done.outcomes == []
        with pytest.raises(NotAllowed, match="Rosa García has no e-mail address"):
            send(office, log(office)[0].serial)
        office = reopened(office, letters=["tx-90w"])
        with pytest.raises(NotAllowed, match="tx-tru3 is not among the letters"):
            send(office, log(office)[0].serial)
    assert states(office) == [State.APPROVED]


def test_a_letter_put_off_is_tried_later_and_then_goes_by_post(tmp_path: Path) -> None:
    post = Post(answers={"rosa@family.example": "451 4.2.1 the mailbox is busy"})
    with sent_to(tmp_path, post, [ROSA_AT]) as office:
        assert send(office).serials("put off") == ["L-2026-00001"]
        assert states(office) == [State.APPROVED]
        assert send(office, at=NOW + timedelta(minutes=5)).outcomes == []  # too soon
        at = NOW
        for pause in (timedelta(minutes=20), timedelta(hours=2), timedelta(hours=5)):
            at += pause
            assert send(office, at=at).serials("put off")
        assert send(office, at=at + timedelta(hours=12)).outcomes == []
        assert send(office, at=at + timedelta(days=2)).serials("put off")
        assert send(office, at=at + timedelta(days=9)).outcomes == []  # by post from now on
        assert len(tries(office, "L-2026-00001")) == 10
        assert not list(office.folders.letters.glob("*/NOT FINISHED*"))


def test_a_letter_refused_goes_by_post_and_so_does_the_next_to_that_address(
    tmp_path: Path,
) -> None:
    post = Post(answers={"rosa@family.example": "550 5.1.1 no such mailbox"})
    with sent_to(tmp_path, post, [ROSA_AT]) as office:
        assert send(office).serials("refused") == ["L-2026-00001"]
        [letter] = log(office)
        assert letter.state is State.APPROVED
        assert "no such mailbox" in letter.note
        assert send(office).outcomes == []
        enrol(office, BEN, [replace(ROSA_AT, student_id=BEN.student_id)])
        absences_of(office, ANA, BEN)
        [other] = draft(office)
        step(office, [other.serial], State.APPROVED, NOW)
        with_address = send(office)
    assert with_address.outcomes == []
    assert post.given == []


def test_a_letter_named_is_sent_although_it_was_refused(tmp_path: Path) -> None:
    post = Post(at_the_end=lambda number: "554 no" if number == 1 else "250 OK")
    with sent_to(tmp_path, post, [ROSA_AT]) as office:
        assert send(office).serials("refused")
        assert send(office, "L-2026-00001").serials("sent")
    assert states(office) == [State.MAILED]


def test_a_message_without_an_answer_is_in_doubt_and_not_sent_again_unless_named(
    tmp_path: Path,
) -> None:
    post = Post(at_the_end=lambda number: None if number == 1 else "250 OK")
    with sent_to(tmp_path, post, [ROSA_AT]) as office:
        assert send(office).serials("unknown") == ["L-2026-00001"]
        assert states(office) == [State.PRINTED]
        assert in_doubt(office) == ["L-2026-00001"]
        assert send(office).outcomes == []
        assert len(post.given) == 1
        assert send(office, "L-2026-00001").serials("sent")
    assert in_doubt(office) == []
    assert states(office) == [State.MAILED]
    assert len(post.given) == 2


def test_a_server_that_takes_no_sender_stops_the_run_and_blames_no_letter(tmp_path: Path) -> None:
    post = Post(from_answer="553 5.7.1 sender not allowed")
    with sent_to(tmp_path, post, [ROSA_AT, replace(LUIS, name="Luis")]) as office:
        done = send(office)
    assert "takes nothing from attendance@school.example" in done.stopped
    assert [one.state for one in done.outcomes] == ["not sent"]
    assert states(office) == [State.APPROVED, State.APPROVED]
    with mail_server(Post()) as port:
        office = reopened(office, port=port)
        assert len(send(office).serials("sent")) == 2


def test_an_unreachable_server_changes_nothing(tmp_path: Path) -> None:
    with mail_server(Post()) as port:
        office = office_with(tmp_path, [ROSA_AT], port)
    with pytest.raises(MailError, match="nothing answers there"):
        send(office)
    assert states(office) == [State.APPROVED]
    assert tries(office, "L-2026-00001") == []
    assert not list(office.folders.letters.glob("*e-mail*"))


def test_the_connection_is_secured_and_the_password_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, trusted = certificate(tmp_path)
    post = Post()
    secured = {"tls_context": context, "require_starttls": True, "auth_required": True,
               "authenticator": authenticator}  # fmt: skip
    with mail_server(post, **secured) as port:
        office = office_with(tmp_path, [ROSA_AT], port, security="starttls", user=USER)
        with pytest.raises(OfficeError, match="there is none"):
            send(office)
        monkeypatch.setenv("ROLLBOOK_SMTP_PASSWORD", PASSWORD)
        with pytest.raises(MailError, match="cannot be trusted: self-signed certificate"):
            send(office)
        office = reopened(office, authority=str(trusted))
        monkeypatch.setenv("ROLLBOOK_SMTP_PASSWORD", "contraseña")
        with pytest.raises(MailError, match="without them"):
            send(office)
        monkeypatch.setenv("ROLLBOOK_SMTP_PASSWORD", "wrong")
        with pytest.raises(MailError, match="does not take the user or the password"):
            send(office)
        monkeypatch.delenv("ROLLBOOK_SMTP_PASSWORD")
        (office.folders.root / "mail-password.txt").write_text(f"{PASSWORD}\r\n", encoding="utf-8")
        office = reopened(office, password_file="mail-password.txt")
        assert states(office) == [State.APPROVED]
        assert send(office).serials("sent")


def test_a_connection_may_be_secured_from_the_first_word(tmp_path: Path) -> None:
    context, trusted = certificate(tmp_path)
    post = Post()
    with mail_server(post, ssl_context=context) as port:
        office = office_with(tmp_path, [ROSA_AT], port, security="tls", authority="gone.pem")
        with pytest.raises(MailError, match="gone.pem” is not there"):
            send(office)
        assert send(reopened(office, authority=str(trusted))).serials("sent")
    assert len(post.given) == 1


def test_a_server_without_a_secure_connection_is_given_nothing(tmp_path: Path) -> None:
    post = Post()
    with mail_server(post) as port:
        office = office_with(tmp_path, [ROSA_AT], port, security="starttls")
        with pytest.raises(MailError, match="STARTTLS"):
            send(office)
    assert post.given == []


def test_messages_are_spread_over_the_minute(tmp_path: Path) -> None:
    post = Post()
    waits: list[float] = []
    with mail_server(post) as port:
        office = office_with(tmp_path, [ROSA_AT, replace(LUIS, name="Luis")], port, per_minute=20)
        send(office, wait=waits.append)
    assert waits == [3.0]
    assert len(post.given) == 2


def test_a_letter_voided_while_others_are_sent_does_not_go(tmp_path: Path) -> None:
    post = Post()
    with mail_server(post) as port:
        office = office_with(tmp_path, [ROSA_AT, replace(LUIS, name="Luis")], port)
        _, second = log(office)

        def void_the_second(_: float) -> None:
            step(office, [second.serial], State.VOID, NOW, "a mistake")

        done = send(office, wait=void_the_second)
    assert [(one.state, one.why) for one in done.outcomes][-1] == (
        "not sent",
        "it became void while the letters were made",
    )
    assert len(post.given) == 1
    assert tries(office, second.serial) == []
    assert not list(office.folders.letters.glob(f"*/{second.serial}.*"))


def test_a_server_that_hung_up_meanwhile_is_asked_again_and_no_letter_suffers(
    tmp_path: Path,
) -> None:
    post = Post()
    with mail_server(post) as port:
        office = office_with(tmp_path, [ROSA_AT, replace(LUIS, name="Luis")], port)

        def slowly(letters: Iterable[tuple[str, Rendered]], folder: Path) -> Iterator[PdfLetter]:
            yield from blank_pdfs(letters, folder)
            post.hang_up()

        done = send(office, make_pdfs=slowly, wait=lambda _: post.hang_up())
    assert len(done.serials("sent")) == 2
    assert done.stopped == ""


def test_a_letter_of_which_no_pdf_can_be_made_goes_by_post_and_the_others_go(
    tmp_path: Path,
) -> None:
    post = Post()
    with mail_server(post) as port:
        office = office_with(tmp_path, [ROSA_AT, replace(LUIS, name="Luis")], port)

        def all_but_the_first(
            letters: Iterable[tuple[str, Rendered]], folder: Path
        ) -> Iterator[PdfLetter]:
            first, *others = letters
            yield PdfLetter(first[0], None, reason="no PDF could be made of it")
            yield from blank_pdfs(others, folder)

        done = send(office, make_pdfs=all_but_the_first)
        first, second = (one.serial for one in log(office))
        assert (done.serials("refused"), done.serials("sent")) == ([first], [second])
        assert send(office).outcomes == []
    assert states(office) == [State.APPROVED, State.MAILED]
    [noted] = tries(office, first)
    assert "no PDF" in noted.reason


def test_messages_that_are_refused_one_after_the_other_stop_the_run(tmp_path: Path) -> None:
    family = [
        replace(ROSA, name=f"Guardian {name}", order=order, email=f"{name}@family.example")
        for order, name in enumerate("abcd", 1)
    ]
    post = Post(at_the_end=lambda number: "554 5.7.1 we take nothing from your address")
    with mail_server(post) as port:
        office = office_with(tmp_path, family, port)
        done = send(office)
    assert len(done.serials("refused")) == 3
    assert "did not take 3 messages one after the other" in done.stopped
    assert len(post.given) == 3
    assert [len(tries(office, one.serial)) for one in log(office)] == [2, 2, 2, 0]


def test_a_converter_that_makes_nothing_is_blamed_and_no_letter(tmp_path: Path) -> None:
    family = [
        replace(ROSA, name=f"Guardian {name}", order=order, email=f"{name}@family.example")
        for order, name in enumerate("abc", 1)
    ]

    def nothing(letters: Iterable[tuple[str, Rendered]], folder: Path) -> Iterator[PdfLetter]:
        for serial, _ in letters:
            yield PdfLetter(serial, None, reason="LibreOffice does not work.")

    with mail_server(Post()) as port:
        office = office_with(tmp_path, family, port)
        with pytest.raises(NotAllowed, match="LibreOffice does not work. Nothing was sent"):
            send(office, make_pdfs=nothing)
        assert len(send(office).serials("sent")) == 3
    assert not list(office.folders.letters.glob(f"*/{UNFINISHED}"))


def test_what_a_clerk_put_beside_the_letters_of_a_broken_sending_stays(tmp_path: Path) -> None:
    with mail_server(Post()) as port:
        office = office_with(tmp_path, [ROSA], port)
        [letter] = log(office)
        folder = office.folders.letters / "2026-11-20-e-mail"
        folder.mkdir()
        for name in (UNFINISHED, f"{letter.serial}.docx", f".{letter.serial}.pdf.3f.tmp",
                     "my notes.docx", "envelope list.xlsx"):  # fmt: skip
            (folder / name).write_bytes(b"x")
        send(office)
    assert sorted(one.name for one in folder.iterdir()) == ["envelope list.xlsx", "my notes.docx"]
