"""Numbers of persons that an office keeps nowhere: what looks like one in a text.

A Social Security number, a National Insurance number, an alien number, however they are written.
"""

import re
import unicodedata

_GAP = r"[\s._-]{1,3}"
_GAPS = r"[\s._-]{0,3}"
SOCIAL_SECURITY_NUMBER = re.compile(rf"(?<!\d)\d{{3}}{_GAP}\d{{2}}{_GAP}\d{{4}}(?!\d)")
NINE_DIGITS = re.compile(r"(?<!\d)\d{9}(?!\d)")
NATIONAL_INSURANCE_NUMBER = re.compile(
    rf"(?<![a-z])[a-z]{{2}}{_GAPS}(?:\d{{2}}{_GAPS}){{3}}[a-d](?![a-z])", re.IGNORECASE
)
ALIEN_NUMBER = re.compile(
    r"(?<![a-z])a[ #:.-]{0,2}\d{3}[ -]?\d{3}[ -]?\d{2,3}(?!\d)", re.IGNORECASE
)


def number_of_a_person(text: str, *, an_id: bool = False) -> bool:
    """Say whether a text holds what looks like a number of a person that no document may hold.

    A Social Security number however it is divided, a National Insurance number, an alien number.
    Where a school's own id is expected (``an_id``), nine digits in a row are that.
    """
    plain = plain_signs(text)
    kinds = [SOCIAL_SECURITY_NUMBER, NATIONAL_INSURANCE_NUMBER, ALIEN_NUMBER]
    if not an_id:
        kinds.append(NINE_DIGITS)
    return any(kind.search(plain) for kind in kinds)


def plain_signs(text: str) -> str:
    """Return the text with every kind of digit, dash and space as the plain one."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(
        str(unicodedata.digit(sign)) if sign.isdigit()
        else "-" if unicodedata.category(sign) == "Pd" or sign == "\u2212"
        else "" if unicodedata.category(sign) == "Cf"
        else sign
        for sign in text
    )  # fmt: skip
