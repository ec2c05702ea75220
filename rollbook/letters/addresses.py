"""Whether an address can be posted to: complete, and with a ZIP or postcode that can be one.

A postcode is held against the roster too: where several families share one, and none of them lives
in the city this family is said to live in, one of the two was mistyped.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rollbook.register import Guardian

FEW = 5
"""So many other families must share a postcode before their city says anything (local policy)."""

_NO_ADDRESS = frozenset(
    "unknown none na nofixedabode nofixedaddress noaddress tbc tbd tba notknown notgiven same "
    "sameasabove homeless withheld xxx x test".split()
)
_LETTERS = re.compile(r"[^a-z0-9]+")
_SHORT = {"st": "saint", "ft": "fort", "mt": "mount", "n": "north", "s": "south"}


@dataclass(frozen=True, slots=True)
class Shape:
    """How a country writes its postcodes, and how many signs of one name a place."""

    name: str
    pattern: re.Pattern[str]
    looks: str
    place: re.Pattern[str]


SHAPES: Mapping[str, Shape] = {
    "US": Shape(
        "ZIP code",
        re.compile(r"[0-9]{5}(-?[0-9]{4})?"),
        "five digits, or nine as in 76701-2345",
        re.compile(r"[0-9]{5}"),
    ),
    "GB": Shape(
        "postcode",
        re.compile(
            r"(GIR ?0AA|[A-PR-UWYZ]([0-9]{1,2}|[A-HK-Y][0-9]{1,2}|[0-9][A-HJKPSTUW]"
            r"|[A-HK-Y][0-9][ABEHMNPRVWXY]) ?[0-9][ABD-HJLNP-UW-Z]{2})",
            re.IGNORECASE,
        ),
        "letters and digits as in LS6 2AB",
        re.compile(r".+(?= ?[0-9][A-Z]{2}$)", re.IGNORECASE),
    ),
}
"""By the country of the office's rule pack."""


def shape_of(locale: str) -> Shape | None:
    """Return how postcodes look where a rule pack is from; None where that is not known."""
    return SHAPES.get(locale.replace("-", "_").rpartition("_")[2])


def why_not_posted(address: Mapping[str, Any], shape: Shape | None) -> Iterator[str]:
    """Say what is wrong with an address by itself: what is missing, what cannot be a postcode."""
    for part, word in (("street", "street"), ("city", "city"), ("postcode", "postcode")):
        text = str(address.get(part, "")).strip()
        if not text or _LETTERS.sub("", text.casefold()) in _NO_ADDRESS:
            word = shape.name if shape and part == "postcode" else word
            yield f"the address has no {word}" + (f" (“{text}”)" if text else "")
    code = str(address.get("postcode", "")).strip()
    if shape and code and not shape.pattern.fullmatch(" ".join(code.split())):
        nought = " (Excel drops a nought in front)" if re.fullmatch("[0-9]{4}", code) else ""
        yield f"“{code}” is no {shape.name}: it has {shape.looks}{nought}"


class Places:
    """Which cities the families of a roster with one postcode live in."""

    def __init__(self, guardians: Iterable[Guardian], shape: Shape | None) -> None:
        self._shape = shape
        self._cities: dict[str, Counter[str]] = defaultdict(Counter)
        self._names: dict[str, str] = {}
        homes = {(one.street, one.city, one.postcode) for one in guardians if one.city.strip()}
        for _, city, code in sorted(homes):
            self._names.setdefault(_plain(city), city)
            self._cities[self._area(code)][_plain(city)] += 1

    def why_not_there(self, address: Mapping[str, Any]) -> str:
        """Say that a postcode belongs to another place; nothing when it may be right."""
        city, code = str(address.get("city", "")), str(address.get("postcode", ""))
        cities = self._cities.get(self._area(code), Counter())
        others = cities.total() - cities[_plain(city)]
        if not self._area(code) or cities[_plain(city)] > 1 or others < FEW:
            return ""
        most, count = cities.most_common(1)[0]
        if count < others:
            return ""  # a postcode that several places share says nothing
        name = self._shape.name if self._shape else "postcode"
        there = self._names[most]
        return f"{others} other families with {name} {code} live in {there}, not {city}"

    def _area(self, code: str) -> str:
        found = self._shape.place.match(" ".join(code.split())) if self._shape else None
        return found[0].strip().upper() if found else ""


def _plain(city: str) -> str:
    words = _LETTERS.sub(" ", city.casefold()).split()
    return " ".join(_SHORT.get(word, word) for word in words)
