"""Whether a guardian on the roster is the person an earlier letter went to.

An export has no number for an adult, so a corrected name looks like somebody new. It is the same
person when the given name is the same or an initial or a slip of it, and the family name or the
relation agree, and so does the address or the relation; and when nobody of the old name is on the
roster any more. Whoever changed both name and address is somebody new: better one letter more than
a family not told.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from rollbook.register import Guardian

TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "rev", "sr", "sra", "srta"})

ALIKE = 0.75  # local policy: how much of a name must agree to be a slip of the pen


def who_now(was: Mapping[str, Any], roster: Sequence[Guardian]) -> Guardian | None:
    """Return the guardian of today that a letter's guardian is; None when none is."""
    named = [one for one in roster if _words(one.name) == _words(str(was["name"]))]
    if named:
        return named[0]
    same = [one for one in roster if _is_same(was, one)]
    return same[0] if len(same) == 1 else None


def _is_same(was: Mapping[str, Any], now: Guardian) -> bool:
    before, after = _words(str(was["name"])), _words(now.name)
    if not before or not after or not _given_agrees(before[0], after[0]):
        return False
    family = before[-1] in after[1:] or after[-1] in before[1:] or _alike(before[-1], after[-1])
    relation = _plain(str(was.get("relation", "")))
    related = bool(relation) and relation == _plain(now.relation)
    street, postcode = _plain(str(was.get("street", ""))), _plain(str(was.get("postcode", "")))
    lives_there = (street, postcode) == (_plain(now.street), _plain(now.postcode))
    return (family or related) and (related or (lives_there and bool(street)))


def _given_agrees(before: str, after: str) -> bool:
    if len(before) == 1 or len(after) == 1:
        return before[0] == after[0]
    return before == after or _alike(before, after)


def _alike(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other).ratio() >= ALIKE


def _words(name: str) -> list[str]:
    return [word for word in _plain(name).split() if word not in TITLES]


def _plain(text: str) -> str:
    """Return a text without accents, capitals, points and hyphens."""
    bare = unicodedata.normalize("NFKD", text).casefold()
    kept = [" " if sign in "-.,'’" else sign for sign in bare if not unicodedata.combining(sign)]
    return " ".join("".join(kept).split())
