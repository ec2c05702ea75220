"""Who are brothers and sisters: students with a guardian of one name at one address."""

import re
from collections.abc import Iterable
from itertools import permutations

from rollbook.register import Guardian

LARGEST_FAMILY = 12  # more children under one name and address are an agency's, or a slip


_NO_LETTERS = re.compile(r"[\W_]+")


def brothers_and_sisters(guardians: Iterable[Guardian]) -> list[tuple[str, str]]:
    """Return each student with each brother or sister, both ways round.

    A guardian without an address tells nothing: two families may share a name.
    """
    homes: dict[tuple[str, ...], dict[str, None]] = {}
    for guardian in guardians:
        home = (_plain(guardian.name), _plain(guardian.street), _plain(guardian.postcode))
        if home[0] and (home[1] or home[2]):
            homes.setdefault(home, {})[guardian.student_id] = None
    pairs: dict[tuple[str, str], None] = {}
    for children in homes.values():
        if 1 < len(children) <= LARGEST_FAMILY:
            pairs |= dict.fromkeys(permutations(children, 2))
    return list(pairs)


def _plain(text: str) -> str:
    """Return a name or an address without what clerks write differently."""
    return _NO_LETTERS.sub(" ", text.casefold()).strip()
