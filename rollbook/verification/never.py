"""What no document and no log may ever hold: numbers of persons, and reasons nobody asked for.

The facts of a document come from closed lists in which none of this has a place. What is left are
the words a clerk types: what it is for, who asks, who gets it, on which consent, and the facts
supplied. They are read here before anything is decided, and what must not stand in them is refused
with the words to take out.
"""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from rollbook.importers.reading.person_numbers import number_of_a_person, plain_signs
from rollbook.problems import Problem, refuse

__all__ = ["number_of_a_person", "problems_in_words", "reason_in"]

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


def reason_in(text: str) -> tuple[str, str] | None:
    """Return a word that tells what no document says, and what it tells; None without one."""
    plain = plain_signs(text)
    found = ((words.search(plain), what) for what, words in _REASON_WORDS.items())
    return next(((hit.group(), what) for hit, what in found if hit), None)


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
