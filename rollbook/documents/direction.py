"""Names written from right to left (Hebrew, Arabic), so that Word keeps their words in order.

Word does not work out the direction of a run of text: it must be told. Without it, the two words of
a Hebrew name stand the wrong way round, and bold or size do not reach them. Other programs do not
mind being told.
"""

import re
import unicodedata
from collections.abc import Iterator

RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff]")
"""Finds a letter that is written from right to left."""

_RUN = re.compile(
    r"<w:r(?: [^>]*)?>(<w:rPr>(?:(?!<w:r[ >]).)*?</w:rPr>)?((?:(?!<w:r[ >]).)*?)</w:r>", re.DOTALL
)
_TEXT = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>")
_CHARACTER = re.compile(r"&[^;]+;|.", re.DOTALL)
_AFTER_RTL = re.compile(r"<w:(?:cs|em|lang|eastAsianLayout|specVanish|oMath)\b|</w:rPr>")


def mark_direction(content: str) -> str:
    """Give words from right to left a run of their own that says so; ``content`` is a Word part."""
    return _RUN.sub(_divided, content)


def _divided(run: re.Match[str]) -> str:
    whole, properties, inside = run[0], run[1] or "", run[2]
    if not RIGHT_TO_LEFT.search(inside):
        return whole
    opening = f"<w:r>{properties}"
    marked = f"</w:r><w:r>{_right_to_left(properties)}"

    def divide(text: re.Match[str]) -> str:
        pieces = [
            f"{marked}{_text(words)}</w:r>{opening}" if leftward else _text(words)
            for leftward, words in _pieces(text[1])
        ]
        return "".join(pieces)

    return f"{opening}{_TEXT.sub(divide, inside)}</w:r>"


def _text(words: str) -> str:
    return f'<w:t xml:space="preserve">{words}</w:t>'


def _right_to_left(properties: str) -> str:
    if not properties:
        return "<w:rPr><w:rtl/></w:rPr>"
    place = _AFTER_RTL.search(properties)
    assert place is not None
    return f"{properties[: place.start()]}<w:rtl/>{properties[place.start() :]}"


def _pieces(text: str) -> Iterator[tuple[bool, str]]:
    """Give the pieces of a text by direction; what lies between two words from right to left is
    part of them, a space or a hyphen."""
    leftward, piece, between = False, "", ""
    for character in _CHARACTER.findall(text):
        direction = unicodedata.bidirectional(character) if len(character) == 1 else "ON"
        if direction in ("R", "AL"):
            if leftward:
                piece += between + character
            else:
                if piece or between:
                    yield False, piece + between
                leftward, piece = True, character
            between = ""
        elif direction == "L" and leftward:
            yield True, piece
            leftward, piece, between = False, between + character, ""
        elif leftward:
            between += character
        else:
            piece += character
    if leftward:
        yield True, piece
        piece = ""
    if piece or between:
        yield False, piece + between
