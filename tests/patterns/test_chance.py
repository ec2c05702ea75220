"""Chance in whole numbers, against counting every way there is."""

from itertools import product
from math import comb

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rollbook.patterns.chance import at_least, draws_of

DAYS = st.lists(st.booleans(), min_size=4, max_size=9)
LENGTHS = st.lists(st.integers(1, 4), min_size=1, max_size=4)


def every_way(hit: list[bool], lengths: list[int], at_most_once: bool) -> list[int]:
    """The hits of every way the absences can be placed, one after the other."""
    places = [range(len(hit) - length + 1) for length in lengths]
    return [
        sum(
            min(hits, 1) if at_most_once else hits
            for start, length in zip(starts, lengths, strict=True)
            for hits in [sum(hit[start : start + length])]
        )
        for starts in product(*places)
    ]


@given(DAYS, LENGTHS, st.booleans(), st.integers(0, 8))
def test_the_ways_are_those_a_naive_count_finds(
    hit: list[bool], lengths: list[int], at_most_once: bool, count: int
) -> None:
    found = every_way(hit, lengths, at_most_once)
    draws = draws_of(np.array(hit), lengths, at_most_once)
    assert at_least(draws, count) == (sum(hits >= count for hits in found), len(found))


def test_single_days_are_the_binomial_distribution() -> None:
    monday = np.arange(50) % 5 == 0
    ways, of = at_least(draws_of(monday, [1] * 8), 6)
    assert of == 50**8
    assert ways == sum(comb(8, hits) * 10**hits * 40 ** (8 - hits) for hits in (6, 7, 8))


def test_a_week_away_holds_one_monday_wherever_it_is() -> None:
    monday = np.arange(50) % 5 == 0
    assert draws_of(monday, [5]) == [(0, 46)]
    assert at_least(draws_of(monday, [5, 5]), 2) == (46**2, 46**2)
