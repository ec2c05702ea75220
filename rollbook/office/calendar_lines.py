"""On which line of ``calendar.toml`` something stands, so that a slip is said with its line."""

import re
from collections import Counter
from collections.abc import Mapping

Where = tuple[str | int, ...]
"""A place in a calendar: ``("year", 0, "closure", 2, "last")``, counted from 0."""

_HEADER = re.compile(r"\s*\[\[\s*([\w.-]+)\s*\]\]")
_KEY = re.compile(r"\s*([\w-]+)\s*=")


def lines_of(text: str) -> dict[Where, int]:
    """Return the line, from 1, of every table in double brackets and of every key under it.

    The text must already have been read as TOML; what is written in an unusual way (a table inside
    a line) is simply not found, and :func:`line_at` gives the line of what it belongs to.
    """
    found: dict[Where, int] = {}
    counts: Counter[Where] = Counter()
    here: Where = ()
    for number, line in enumerate(text.split("\n"), 1):
        if header := _HEADER.match(line):
            here = _entered(header[1].split("."), counts)
            found[here] = number
        elif key := _KEY.match(line):
            found.setdefault((*here, key[1]), number)
    return found


def line_at(lines: Mapping[Where, int], where: Where) -> int:
    """Return the line of a place, or of the nearest thing around it; 0 when there is none."""
    while where:
        if where in lines:
            return lines[where]
        where = where[:-1]
    return 0


def _entered(names: list[str], counts: Counter[Where]) -> Where:
    """Return the place a header opens: the next of its name inside the last of the ones before."""
    here: Where = ()
    for name in names[:-1]:
        here = (*here, name)
        here = (*here, max(counts[here] - 1, 0))
    here = (*here, names[-1])
    counts[here] += 1
    return (*here, counts[here] - 1)
