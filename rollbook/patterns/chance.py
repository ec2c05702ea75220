"""How likely chance alone gives so many: exact, in whole numbers.

The question is always the same. Each absence could as well have begun on any other possible day of
the student, and an absence of several days in a row moves as a whole, because it had one cause. In
how many of all those ways do at least so many days fall where they were found to fall?

For single days this is the binomial distribution. An illness from Monday to Friday falls on one
Monday wherever it is moved to, so it can never make a Monday pattern.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import comb

import numpy as np

from rollbook.attendance.codes import Bools

Ways = tuple[int, ...]
"""Of one absence: in how many of its places it makes 0 hits, 1 hit, 2 hits …"""


def draws_of(hit: Bools, lengths: Sequence[int], at_most_once: bool = False) -> list[Ways]:
    """Return the ways of absences of these lengths among days of which some are ``hit``.

    ``at_most_once`` counts an absence that touches several of the days as one.
    """
    before = np.zeros(len(hit) + 1, dtype=np.int64)
    np.cumsum(hit, out=before[1:])
    ways: dict[int, Ways] = {}
    for length in set(lengths):
        hits = before[length:] - before[:-length]
        if at_most_once:
            hits = np.minimum(hits, 1)
        ways[length] = tuple(np.bincount(hits).tolist()) or (1,)
    return [ways[length] for length in lengths]


def at_least(draws: Iterable[Ways], count: int) -> tuple[int, int]:
    """Return in how many ways the draws together make at least ``count`` hits, and of how many."""
    table = _ways_to_reach(tuple(sorted(draws)))
    return (table[count] if count < len(table) else 0), table[0]


@lru_cache(maxsize=4096)
def _ways_to_reach(draws: tuple[Ways, ...]) -> Sequence[int]:
    """Return in how many ways all draws together make at least 0, 1, 2 … hits."""
    product: Sequence[int] = (1,)
    for ways in dict.fromkeys(draws):
        product = _times(product, _repeated(ways, draws.count(ways)))
    reached = 0
    table = []
    for ways_so_many in reversed(product):
        reached += ways_so_many
        table.append(reached)
    return tuple(reversed(table))


def _repeated(ways: Ways, times: int) -> Sequence[int]:
    if len(ways) == 2:  # hit or no hit: the binomial distribution
        missed, hit = ways
        return [
            comb(times, hits) * hit**hits * missed ** (times - hits) for hits in range(times + 1)
        ]
    product: Sequence[int] = (1,)
    for _ in range(times):
        product = _times(product, ways)
    return product


def _times(left: Sequence[int], right: Sequence[int]) -> Sequence[int]:
    product = [0] * (len(left) + len(right) - 1)
    for place, one in enumerate(left):
        for further, other in enumerate(right):
            product[place + further] += one * other
    return product
