"""What a district settles is laid over its state's history, day by day; damage is always said."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rollbook.policy import DatedValue, Reference, Sure, load_pack
from rollbook.policy.table import laid_over
from rollbook.problems import PolicyError

START = date(2024, 8, 1)
DAYS = 40
POLICY = Reference("policy", "The policy")


@st.composite
def histories(draw: st.DrawFn, value: int) -> tuple[DatedValue, ...]:
    """A history as a pack has it: in order, nothing twice, gaps allowed, the last often open."""
    edges = sorted(draw(st.sets(st.integers(0, DAYS), max_size=6)))
    found = []
    for begin, end in zip(edges[::2], edges[1::2], strict=False):
        found.append((begin, end - 1))
    if len(edges) % 2:
        found.append((edges[-1], None))
    return tuple(
        DatedValue(
            first=START + timedelta(begin),
            until=None if end is None else START + timedelta(end),
            reference=POLICY,
            sure=Sure.LOCAL,
            name="n",
            value=value * 100 + begin,
        )
        for begin, end in found
    )


def on(history: Sequence[DatedValue], day: date) -> list[object]:
    return [one.value for one in history if one.holds(day)]


@settings(derandomize=True, max_examples=300, deadline=None)
@given(histories(1), histories(2))
def test_on_every_day_the_districts_holds_if_there_is_one_else_the_states(
    state: tuple[DatedValue, ...], district: tuple[DatedValue, ...]
) -> None:
    both = laid_over(state, district)
    assert list(both) == sorted(both, key=lambda one: one.first)
    for number in range(-2, DAYS + 3):
        day = START + timedelta(number)
        assert on(both, day) == (on(district, day) or on(state, day))


OTHER_KINDS = ('"x"', "-1", "nan", "true", "[{}]", "2026-01-01")


def words_of_a_pack(name: str) -> list[tuple[int, str]]:
    """The line on which each word of a pack stands first."""
    text = (resources.files("rollbook") / "policies" / f"{name}.toml").read_text("utf-8")
    found: dict[str, int] = {}
    for number, line in enumerate(text.split("\n")):
        if match := re.match(r"([a-z_]+) = ", line):
            found.setdefault(match[1], number)
    return [(number, word) for word, number in found.items()]


@pytest.mark.parametrize(("number", "word"), words_of_a_pack("us-tx"))
def test_a_word_with_a_value_of_another_kind_is_refused_in_a_sentence_or_is_fine(
    tmp_path: Path, number: int, word: str
) -> None:
    text = (resources.files("rollbook") / "policies" / "us-tx.toml").read_text("utf-8")
    refused = 0
    for value in OTHER_KINDS:
        lines = text.split("\n")
        lines[number] = f"{word} = {value}"
        (tmp_path / "own.toml").write_text("\n".join(lines), encoding="utf-8")
        try:
            load_pack("own", tmp_path)
        except PolicyError as error:
            assert str(error).startswith("Rule pack “own”, line ")
            refused += 1
    assert refused >= 3
