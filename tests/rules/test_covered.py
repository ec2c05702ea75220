"""Every worked example of the law is checked somewhere; this says where, and that it is there."""

import tomllib
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
COVERED = tomllib.loads(Path(__file__).with_name("covered.toml").read_text(encoding="utf-8"))
PLACES = [
    (example, file)
    for jurisdiction in ("england", "texas", "california", "all")
    for file, examples in COVERED[jurisdiction].items()
    for example in examples
]


@pytest.mark.parametrize(("example", "file"), PLACES)
def test_a_worked_example_is_checked_where_it_is_said_to_be(example: str, file: str) -> None:
    text = (TESTS / file).read_text(encoding="utf-8")
    assert example in text or example.casefold().replace("-", "_") in text


def test_all_worked_examples_and_all_rules_have_their_place() -> None:
    examples = {example for example, _ in PLACES}
    assert len(examples) == 66
    assert set(COVERED["rules"].values()) <= examples
