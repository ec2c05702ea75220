"""How a text file is written down: Unicode, or one of the old ways that cannot be told apart.

A file that is not Unicode is read as Windows wrote it (cp1252). Old programs for DOS and for the
Mac, and Windows in Poland, wrote the same bytes for other letters: ``Muñoz`` is then read as
``Mu¤oz``. Such a reading is known by signs that stand in no name; then it is asked, once.
"""

import re
import unicodedata
from collections.abc import Mapping

ASKED_ENCODING = "encoding-asked"
WINDOWS = "cp1252"

_OTHERS = ("cp850", "mac_roman", "cp1250")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_UTF8_LETTER = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_NOT_ASCII = bytes(range(0x80, 0x100))
_NEAR = 1 << 20
_LONGEST_WORD = 40
_WORDS_LOOKED_AT = 200


def can_decode(content: bytes, encoding: str) -> bool:
    """Say whether the bytes are text in an encoding, strictly."""
    try:
        text = content.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return False
    return "\x00" not in text and not _CONTROL.search(text[:4_000])


def is_text(content: bytes) -> bool:
    """Say whether bytes are text in some encoding of one byte a letter."""
    return can_decode(content, "latin-1")


def utf16_without_mark(start: bytes) -> str:
    """Return which UTF-16 it is: in Western text every second byte is zero."""
    return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"


def damaged_utf8(content: bytes) -> int:
    """Return the line in which a file written as UTF-8 has bytes that are no letters; 0 for none.

    Of a file in another encoding hardly any bytes are letters of UTF-8.
    """
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        near = content[max(error.start - _NEAR, 0) : error.start + _NEAR]
        rest, letters = _UTF8_LETTER.subn(b"", near)
        strange = len(rest) - len(rest.translate(None, _NOT_ASCII))
        return content.count(b"\n", 0, error.start) + 1 if letters > strange else 0
    return 0


def other_readings(content: bytes) -> Mapping[str, str]:
    """Return how a word of a Windows file reads in each encoding it may be in, cp1252 first.

    It is empty where Windows' reading has no sign that stands in no name, and where no other
    encoding makes names of most of these words. Bytes that Windows never wrote are such signs.
    """
    words = _odd_words(content)
    fitting = [
        one for one in _OTHERS if sum(_is_name(word, one) for word in words) * 2 > len(words)
    ]
    shown = [word for word in words if all(_is_name(word, one) for one in fitting)]
    if not (fitting and shown):
        return {}
    found: dict[str, str] = {}
    is_windows = can_decode(content, WINDOWS)
    for encoding in (*[WINDOWS] * is_windows, *fitting):
        word = shown[0].decode(encoding, "replace")
        if word not in found.values():
            found[encoding] = word
    return found


def asked_encoding(readings: Mapping[str, str]) -> str:
    """Return what is asked of such a file, going on from its name."""
    seen = " or ".join(f"“{word}”" for word in readings.values())
    answers = " or ".join(f"encoding={name} (“{word}”)" for name, word in readings.items())
    return (
        f"does not tell how its letters are written: a word in it may be {seen}. Nothing was "
        "posted. Say once which is right, for all files that are not Unicode: rollbook import "
        f"settle --set {answers}."
    )


def _odd_words(content: bytes) -> list[bytes]:
    """Return words with a sign or a capital where no name has one, as Windows reads them."""
    kinds = content.translate(_KINDS)
    words: dict[bytes, None] = {}
    for odd in _ODD:
        place = kinds.find(odd)
        while place >= 0 and len(words) < _WORDS_LOOKED_AT:
            first, last = _word_around(kinds, place)
            words[content[first:last]] = None
            place = kinds.find(odd, last)
    return list(words)


def _word_around(kinds: bytes, place: int) -> tuple[int, int]:
    """Return where the word begins and ends that has a place in it."""
    beside = kinds[max(place - _LONGEST_WORD, 0) : place]
    first = place - len(beside) + beside.rfind(_BETWEEN) + 1
    last = kinds.find(_BETWEEN, place, place + _LONGEST_WORD)
    return first, last if last >= 0 else min(place + _LONGEST_WORD, len(kinds))


def _is_name(word: bytes, encoding: str) -> bool:
    """Say whether a word has Latin letters alone, each large or small where a name has it so."""
    kinds = b"".join(map(_kind, word.decode(encoding, "replace")))
    return not any(odd in kinds for odd in (*_ODD, b"?", _BETWEEN))


def _kind(sign: str) -> bytes:
    """Return what a sign is: A, a for English letters, C, c for foreign ones, ? for no letter."""
    if sign.isascii():
        return b"A" if sign.isupper() else b"a" if sign.islower() else _BETWEEN
    if sign in _PLAIN:
        return _BETWEEN
    if not unicodedata.name(sign, "").startswith("LATIN "):
        return b"?"
    return b"C" if sign.isupper() else b"c"


_BETWEEN = b" "
_PLAIN = "’‘“”…™®©°ºª»«›‹–—•\xa0\xad·´€£§"
"""Signs beside or between the words of plain text."""

_ODD = (b"A?", b"a?", b"aC", b"AcA", b"AAc")
"""A sign after a letter, a foreign capital among small letters, a small one among capitals."""

_KINDS = b"".join(_kind(bytes([byte]).decode(WINDOWS, "replace")) for byte in range(256))
