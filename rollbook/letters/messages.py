"""Text messages: a list for the school's own text-message system, one message a telephone.

A text is read over somebody's shoulder. It names the student by first name only, says how many days
were missed, that a letter comes, and whom to call; never why the student was away, and no law.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rollbook.ledger import letters as book
from rollbook.ledger.deliveries import Delivery, deliveries, save_deliveries
from rollbook.ledger.letters import Letter, State
from rollbook.letters.ways import MOST_HOMES, SENT, TEXT, homes_of, may_get
from rollbook.office import Office
from rollbook.standing import Standing

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = frozenset("^{}\\[~]|€")  # these take the room of two
_GSM_ONE, _GSM_MORE = 160, 153
_UNICODE_ONE, _UNICODE_MORE = 70, 67

_SIMPLER = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-",
                          "\u00a0": " ", "\u202f": " ", "…": "..."})  # fmt: skip


@dataclass(frozen=True, slots=True)
class TextMessage:
    """One message to one telephone, the letters it is about, and how many texts it will be."""

    phone: str
    language: str
    text: str
    serials: Sequence[str]

    @property
    def parts(self) -> int:
        """How many texts the message is sent and paid as."""
        return parts_of(self.text)


@dataclass(frozen=True, slots=True)
class MessageList:
    """The messages, and the letters for which there is none, with the reason."""

    messages: Sequence[TextMessage]
    without: Sequence[tuple[Letter, str]]


@dataclass(frozen=True, slots=True)
class _TextWords:
    missed: str
    also: str
    unspoken: str
    call: str
    call_number: str


_WORDS: Mapping[str, _TextWords] = {
    "en": _TextWords(
        missed="{name} has missed {days} of school since {since}.",
        also="We are writing to you about it.",
        unspoken="We are writing to you about school attendance.",
        call="Please call {contact}, {phone}.",
        call_number="Please call {phone}.",
    ),
    "es": _TextWords(
        missed="{name} ha faltado {days} a la escuela desde el {since}.",
        also="Le enviamos una carta.",
        unspoken="Le enviamos una carta sobre la asistencia escolar.",
        call="Llame a {contact}, {phone}.",
        call_number="Llame al {phone}.",
    ),
}
"""Our own words; the Spanish ones need the review of a translator."""


def message_list(
    office: Office, standing: Standing, letters: Iterable[Letter], *, plain: bool = False
) -> MessageList:
    """Return a message for each telephone of the guardians these letters are to, in one language.

    With ``plain`` letters that texts have no room for lose their accents (``días``: ``dias``), so
    that a message is one text where it would be two.
    """
    everybody = (one for roster in standing.guardians.values() for one in roster)
    homes = homes_of((_digits(one.phone), one) for one in everybody if one.phone)
    together: dict[tuple[str, str], list[Letter]] = defaultdict(list)
    without: list[tuple[Letter, str]] = []
    for letter in letters:
        lines = may_get(letter, standing.guardians)
        phone = next((one.phone.strip() for one in lines if one.phone.strip()), "")
        why = _why_none(letter, bool(lines), phone, homes.get(_digits(phone), 1))
        if why:
            without.append((letter, why))
        else:
            number = dialled(phone, office.policy.locale)
            together[number, letter.language].append(letter)
    messages = [
        _message(office, phone, sorted(found, key=lambda one: one.serial), plain)
        for (phone, _), found in together.items()
    ]
    return MessageList(messages, without)


def _why_none(letter: Letter, allowed: bool, phone: str, homes: int) -> str:
    """Say why there is no text about a letter; nothing when there is one."""
    name = letter.guardian["name"]
    if not allowed:
        return f"{name} is not on the roster, or may not have letters"
    if not phone:
        return f"{name} has no telephone on the roster"
    if homes > MOST_HOMES:
        return f"{phone} stands for people at {homes} homes in the contacts"
    return ""


def texted(office: Office) -> Collection[str]:
    """Return the serials of the letters that were in a message list sent before."""
    with office.ledger.read() as connection:
        return {one.serial for one in deliveries(connection) if one.method == TEXT}


def taken_back(office: Office) -> Collection[str]:
    """Return the serials of the letters that another letter takes back: no text repeats them."""
    with office.ledger.read() as connection:
        log = book.letters(connection, words=False)
    return {one.withdraws for one in log if one.withdraws and one.state is not State.VOID}


def note_texted(office: Office, messages: Sequence[TextMessage], at: datetime) -> None:
    """Note in the log of deliveries that the messages were handed to the text-message system."""
    stamp, clerk = at.isoformat(timespec="seconds"), office.settings.clerk
    with office.ledger.write() as connection:
        save_deliveries(
            connection,
            [
                Delivery(serial, TEXT, one.phone, SENT, "in a message list", "", stamp, clerk)
                for one in messages
                for serial in one.serials
            ],
        )


def dialled(phone: str, locale: str) -> str:
    """Return a telephone number as the whole world dials it (``+15125550142``), if that is plain.

    A number that could be read in two ways, or is none of the pack's country, stays as it is given.
    """
    given = " ".join(phone.split())
    if re.search(r"[^0-9+().\-/ ]", given):
        return given  # “ext. 12”, “mother's work”
    digits = _digits(given.replace("(0)", "") if given.startswith(("+", "00")) else given)
    if given.startswith("+"):
        return f"+{digits}"
    if locale.endswith("US"):
        found = re.fullmatch(r"1?([2-9]\d{2}[2-9]\d{6})", digits)
        return f"+1{found[1]}" if found else given
    found = re.fullmatch(r"(?:0044|0)([1-9]\d{8,9})", digits)
    return f"+44{found[1]}" if found else given


def parts_of(text: str) -> int:
    """Return how many texts a message is sent as."""
    if all(sign in _GSM or sign in _GSM_TWICE for sign in text):
        length = sum(2 if sign in _GSM_TWICE else 1 for sign in text)
        return 1 if length <= _GSM_ONE else -(-length // _GSM_MORE)
    length = len(text.encode("utf-16-le")) // 2
    return 1 if length <= _UNICODE_ONE else -(-length // _UNICODE_MORE)


def _message(office: Office, phone: str, letters: Sequence[Letter], plain: bool) -> TextMessage:
    language = letters[-1].language if letters[-1].language in _WORDS else "en"
    texts = [_simple(text, plain) for text in _versions(office, letters, _WORDS[language])]
    shortest = min(texts, key=parts_of)  # the first of the shortest: it says most
    return TextMessage(phone, language, shortest, [one.serial for one in letters])


def _versions(office: Office, letters: Sequence[Letter], words: _TextWords) -> list[str]:
    """Return the message in full, and shorter: without the contact's name, then without the letter.

    Each student is named once, with the newest letter about them.
    """
    newest = {one.student_id: one.fields for one in letters}
    told = [_missed(fields, words) for fields in newest.values() if _has_missed(fields)]
    contact = office.settings.contact
    phone = contact.phone or office.settings.school.phone
    call = words.call if contact.name else words.call_number
    ask, ask_short = (one.format(contact=contact.name, phone=phone) if phone else ""
                      for one in (call, words.call_number))  # fmt: skip
    begin = f"{office.settings.name}:"
    if not told:
        said = [[begin, words.unspoken, ask], [begin, words.unspoken, ask_short]]
    else:
        said = [
            [begin, *told, words.also, ask],
            [begin, *told, words.also, ask_short],
            [begin, *told, ask_short],
        ]
    return [" ".join(part for part in parts if part) for parts in said]


def _has_missed(fields: Mapping[str, object]) -> bool:
    number = str(fields.get("days_missed_number") or "0")
    return number != "0" and bool(fields.get("period_from")) and not fields.get("withdrawn_serial")


def _missed(fields: Mapping[str, object], words: _TextWords) -> str:
    return words.missed.format(
        name=str(fields.get("student_first_name") or "").split("\n")[0],
        days=fields["days_missed"],
        since=fields["period_from"],
    )


def _simple(text: str, plain: bool) -> str:
    """Return a text on one line, with the signs every telephone has where that changes no word."""
    text = re.sub(r"(\d*)½", lambda found: f"{found[1] or 0}.5", text).translate(_SIMPLER)
    text = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return "".join(map(_bare, text)) if plain else text


def _bare(sign: str) -> str:
    if sign in _GSM or sign in _GSM_TWICE:
        return sign
    base = unicodedata.normalize("NFKD", sign)[0]
    return base if base in _GSM else sign


def _digits(phone: str) -> str:
    return "".join(sign for sign in phone if sign.isdigit())
