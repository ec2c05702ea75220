"""The message that carries letters: its words, its headers, what is attached."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from typing import Any

import pytest

from rollbook.letters.emails import Attached, email_to, new_message_id
from rollbook.office import Settings
from tests.offices import NOW

ONE = [Attached("L-2026-00012", b"%PDF-1.7 one")]
BASE: dict[str, Any] = {
    "name": "Peña & Ash School",
    "jurisdiction": "us-tx",
    "contact": {"name": "Rosa Dellmere", "phone": "940-555-0101", "hours": "8 to 4"},
    "email": {"host": "mail.example", "sender": "attendance@school.example"},
}


def settings(**email: Any) -> Settings:
    return Settings.model_validate(BASE | {"email": BASE["email"] | email})


def received(office: Settings, **more: Any) -> EmailMessage:
    """Return a message as it is read on the other side of the wire."""
    values = {"guardian": "Ana Sofía Ñuñez", "address": "ana@family.example", "language": "en",
              "attached": ONE, "message_id": new_message_id(office.email), "at": NOW}  # fmt: skip
    content = email_to(office, **(values | more)).as_bytes(policy=SMTP)
    assert all(len(line) <= 998 for line in content.split(b"\r\n"))
    assert content.isascii()
    message = message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body
    return str(body.get_content())


def test_the_headers_are_those_of_a_message_no_machine_answers() -> None:
    message = received(settings(reply_to="office@school.example", sender_name="Attendance"))
    assert str(message["From"]) == "Attendance <attendance@school.example>"
    assert str(message["To"]) == "Ana Sofía Ñuñez <ana@family.example>"
    assert str(message["Reply-To"]) == "office@school.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == NOW
    assert str(message["Message-ID"]).endswith("@school.example>")


def test_each_message_has_a_name_of_its_own_on_one_line() -> None:
    office = settings(sender="attendance.office@unified-school-district.example.org")
    names = {new_message_id(office.email) for _ in range(50)}
    assert len(names) == 50
    assert all(len(f"Message-ID: {name}") < 100 for name in names)
    raw = email_to(office, guardian="A", address="a@b.example", language="en", attached=ONE,
                   message_id=min(names), at=NOW).as_bytes(policy=SMTP)  # fmt: skip
    assert f"Message-ID: {min(names)}\r\n".encode() in raw


@pytest.mark.parametrize(
    ("language", "words", "subject"),
    [
        ("en", "Dear Ana Sofía Ñuñez,", "About attendance at Peña & Ash School"),
        ("es", "Estimado(a) Ana Sofía Ñuñez:", "Sobre la asistencia en Peña & Ash School"),
        ("vi", "Dear Ana Sofía Ñuñez,", "About attendance at Peña & Ash School"),
    ],
)
def test_the_words_are_in_the_language_of_the_letter(
    language: str, words: str, subject: str
) -> None:
    message = received(settings(), language=language)
    assert text_of(message).startswith(words)
    assert "Rosa Dellmere, 940-555-0101 (8 to 4)" in text_of(message)
    assert message["Subject"] == subject


def test_several_letters_are_said_and_attached() -> None:
    message = received(settings(), attached=[*ONE, Attached("L-2026-00013", b"%PDF-1.7 two")])
    assert "Letters about school attendance are attached" in text_of(message)
    assert [(part.get_filename(), part.get_content()) for part in message.iter_attachments()] == [
        ("L-2026-00012.pdf", b"%PDF-1.7 one"),
        ("L-2026-00013.pdf", b"%PDF-1.7 two"),
    ]


def test_the_offices_own_words_are_used_and_may_name_no_field_of_a_student() -> None:
    office = settings(subject={"en": "From {school}"}, body={"en": "Hello {guardian}. {serials} {"})
    message = received(office)
    assert message["Subject"] == "From Peña & Ash School"
    assert text_of(message).startswith("Hello Ana Sofía Ñuñez. L-2026-00012 {")
    assert text_of(received(office, language="es")).startswith("Estimado(a)")


@pytest.mark.parametrize(
    "name",
    [
        "Ana\r\nBcc: all@elsewhere.example",
        "Ana\nSubject: other\n\nbody",
        'Ana "<x@y.example>", B <c@d.example>',
        "Ana\u2028Bcc: x@y.example",
        "شكران =?utf-8?q?Bcc=3A?= 🎓 " + "long " * 60,
    ],
)
def test_no_name_adds_a_header_or_a_recipient(name: str) -> None:
    message = received(settings(), guardian=name)
    [to] = message["To"].addresses
    assert to.addr_spec == "ana@family.example"
    assert message["Bcc"] is None
    assert message.get_all("Subject") == ["About attendance at Peña & Ash School"]


def test_without_a_telephone_nobody_is_asked_to_call() -> None:
    office = Settings.model_validate(BASE | {"contact": {}})
    assert "call" not in text_of(received(office))
