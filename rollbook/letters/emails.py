"""The message that carries letters to a guardian: who it is from, what it says, what is attached.

An e-mail is read by whoever shares the mailbox and lies on servers for years. So the message says
that there is a letter about attendance and whom to call; all else is in the letter. The subject
and the text name no student.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from secrets import token_hex

from rollbook.office import EmailSettings, Settings


@dataclass(frozen=True, slots=True)
class Attached:
    """A letter as it is attached: its serial, and the PDF."""

    serial: str
    pdf: bytes


@dataclass(frozen=True, slots=True)
class _MessageWords:
    subject: str
    one: str
    several: str
    dear: str
    ask: str
    ask_hours: str
    astray: str


_WORDS: Mapping[str, _MessageWords] = {
    "en": _MessageWords(
        subject="About attendance at {school}",
        one="a letter about school attendance is attached to this message, as a PDF file.",
        several="letters about school attendance are attached to this message, as PDF files.",
        dear="Dear {guardian},",
        ask="If you have a question, please call {contact}, {phone}.",
        ask_hours="If you have a question, please call {contact}, {phone} ({hours}).",
        astray="If this message is not meant for you, please do not open what is attached. "
        "Delete the message, and tell us, so that it does not happen again.",
    ),
    "es": _MessageWords(
        subject="Sobre la asistencia en {school}",
        one="a este mensaje se adjunta una carta sobre la asistencia escolar, en un archivo PDF.",
        several="a este mensaje se adjuntan cartas sobre la asistencia escolar, en archivos PDF.",
        dear="Estimado(a) {guardian}:",
        ask="Si tiene alguna pregunta, llame a {contact}, {phone}.",
        ask_hours="Si tiene alguna pregunta, llame a {contact}, {phone} ({hours}).",
        astray="Si este mensaje no es para usted, no abra lo que se adjunta. "
        "Borre el mensaje y avísenos, para que no vuelva a suceder.",
    ),
}
"""Our own words; the Spanish ones need the review of a translator."""


def new_message_id(settings: EmailSettings) -> str:
    """Return a name for a message that no other has; by it a bounce is known."""
    return f"<rb.{token_hex(8)}@{settings.sender.rpartition('@')[2]}>"


def email_to(
    settings: Settings,
    *,
    guardian: str,
    address: str,
    language: str,
    attached: Sequence[Attached],
    message_id: str,
    at: datetime,
) -> EmailMessage:
    """Return the message to one guardian with the letters attached as ``serial.pdf``.

    Raises ``ValueError`` for an address that is none; the header classes of the standard library
    let no text end a line.
    """
    email = settings.email
    said = _said(settings, guardian, attached)
    message = EmailMessage()
    message["From"] = _person(email.sender_name or settings.name, email.sender)
    message["To"] = _person(guardian, address)
    if email.reply_to:
        message["Reply-To"] = _person("", email.reply_to)
    message["Subject"] = _one_line(_filled(_subject(email, language), said))
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    message["Content-Language"] = language if language in _WORDS else "en"
    message.set_content(_filled(_body(email, language, len(attached), said), said), cte="base64")
    for one in attached:
        message.add_attachment(
            one.pdf, maintype="application", subtype="pdf", filename=f"{one.serial}.pdf"
        )
    return message


def _said(settings: Settings, guardian: str, attached: Sequence[Attached]) -> dict[str, str]:
    contact = settings.contact
    return {
        "school": settings.name,
        "guardian": guardian,
        "contact": contact.name or settings.name,
        "phone": contact.phone or settings.school.phone,
        "hours": contact.hours,
        "serials": ", ".join(one.serial for one in attached),
    }


def _subject(email: EmailSettings, language: str) -> str:
    return email.subject.get(language) or _words(language).subject


def _body(email: EmailSettings, language: str, letters: int, said: Mapping[str, str]) -> str:
    own = email.body.get(language)
    if own:
        return own.strip() + "\n\n{school}\n{serials}\n"
    words = _words(language)
    ask = words.ask_hours if said["hours"] else words.ask
    tell = words.one if letters == 1 else words.several
    return (
        f"{words.dear}\n\n{tell[0].upper()}{tell[1:]}\n\n{ask if said['phone'] else ''}\n\n"
        f"{words.astray}\n\n{{school}}\n{{serials}}\n"
    ).replace("\n\n\n\n", "\n\n")


def _words(language: str) -> _MessageWords:
    return _WORDS.get(language, _WORDS["en"])


def _filled(text: str, said: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: said.get(found[1], found[0]), text)


def _person(name: str, address: str) -> Address:
    return Address(display_name=_one_line(name), addr_spec=address)


def _one_line(text: str) -> str:
    """Return a text without line ends and other signs that have no place in a header."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
