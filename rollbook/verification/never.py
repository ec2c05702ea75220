"""What no document and no log may ever hold: numbers of persons, and reasons nobody asked for.

The facts of a document come from closed lists in which none of this has a place. What is left are
the words a clerk types: what it is for, who asks, who gets it, on which consent, and the facts
supplied. They are read here before anything is decided, and what must not stand in them is refused
with the words to take out.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from rollbook.problems import Problem, refuse

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

_REASONS = {
    "immigration status": (
        r"undocumented|asylum\w*|refugee\w*|daca|green card|deport(?:ed|ation)|leave to remain"
        r"|(?:immigration|citizenship|visa|residen(?:ce|cy)) status|illegal\w*|non-?citizen\w*"
    ),
    "a disability": (
        r"disab\w*|autis\w*|adhd|dyslexi\w*|iep|504 plan|section 504|special ed\w*|sen"
        r"|send (?:support|register|status)|ehcp?|wheelchair"
    ),
    "a matter of discipline": (
        r"suspen\w*|expel\w*|expulsion\w*|exclu(?:ded|sion)s?|disciplin\w*|daep|detention\w*"
    ),
    "a reason of health": (
        r"illness\w*|sick(?:ness)?|ill|pregnan\w*|asthma\w*|cancer|diabet\w*|epilep\w*|depress\w*"
        r"|anxiety|hospital\w*|diagnos\w*|medication\w*|therap\w*|mental health|disease\w*"
    ),
    "a reason for care": (
        r"foster (?:care|child\w*|parents?|family)|looked[- ]after|safeguarding|homeless\w*"
        r"|bereave\w*|child protection|abuse\w*"
    ),
}  # fmt: skip
_REASON_WORDS = {
    what: re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)
    for what, words in _REASONS.items()
}


def number_of_a_person(text: str, *, an_id: bool = False) -> bool:
    """Say whether a text holds what looks like a number of a person that no document may hold.

    A Social Security number however it is divided, a National Insurance number, an alien number.
    Where a school's own id is expected (``an_id``), nine digits in a row are that.
    """
    plain = _plain(text)
    kinds = [SOCIAL_SECURITY_NUMBER, NATIONAL_INSURANCE_NUMBER, ALIEN_NUMBER]
    if not an_id:
        kinds.append(NINE_DIGITS)
    return any(kind.search(plain) for kind in kinds)


def reason_in(text: str) -> tuple[str, str] | None:
    """Return a word that tells what no document says, and what it tells; None without one."""
    plain = _plain(text)
    found = ((words.search(plain), what) for what, words in _REASON_WORDS.items())
    return next(((hit.group(), what) for hit, what in found if hit), None)


def _plain(text: str) -> str:
    """Return the text with every kind of digit, dash and space as the plain one."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(
        str(unicodedata.digit(sign)) if sign.isdigit()
        else "-" if unicodedata.category(sign) == "Pd" or sign == "\u2212"
        else "" if unicodedata.category(sign) == "Cf"
        else sign
        for sign in text
    )  # fmt: skip


def problems_in_words(
    named: Iterable[str], free: Iterable[str], facts: Mapping[str, str] = MappingProxyType({})
) -> tuple[Problem, ...]:
    """Return what must be taken out of the words of a request before anything is decided.

    ``named`` are names of people and bodies, and ``facts`` what was said beside, by their names:
    no number of a person stands in them. ``free`` are sentences, which may moreover tell no reason.
    """
    free = tuple(free)
    ids = (number_of_a_person(text, an_id=name.endswith("id")) for name, text in facts.items())
    if any(number_of_a_person(text) for text in (*named, *free)) or any(ids):
        return (
            refuse(
                "ssn-in-request",
                "These words hold what looks like a Social Security number or another number of a "
                "person. Take it out: documents and the release log never hold one.",
            ),
        )
    found = next((hit for hit in map(reason_in, free) if hit), None)
    if found is None:
        return ()
    word, what = found
    return (
        refuse(
            "reason-in-request",
            f"“{word}” may tell {what}. Say it without that word, such as “benefits”: documents "
            "and the release log never hold it.",
        ),
    )
