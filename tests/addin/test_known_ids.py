"""Whose id stands in a cell."""

from typing import Any

import pytest

from addin.known_ids import KnownIds
from rollbook.problems import NotAllowed
from rollbook.register import Student

KNOWN = KnownIds(
    {
        one.student_id: one
        for one in (
            Student("0012", state_id="A801200001234"),
            Student("12"),
            Student("0345", state_id="9988776655"),
            Student("x7"),
        )
    }
)


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("0012", ["0012"]),
        (" 0345 ", ["0345"]),
        ("12", ["12"]),
        ("A801200001234", ["0012"]),
        (345, ["0345"]),
        (345.0, ["0345"]),
        ({"type": "FormattedNumber", "basicValue": 345}, ["0345"]),
        (9988776655.0, ["0345"]),
        (12, ["0012", "12"]),
        ("345", []),
        (345.5, []),
        (float("inf"), []),
        (True, []),
        ("", []),
        (None, []),
        ("X7", []),
    ],
)
def test_a_cell_means_whoever_it_can_only_mean(cell: Any, meant: list[str]) -> None:
    assert list(KNOWN.meant_by(cell)) == meant


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        (12, "“12” may be any of 0012, 12; write the id as text, with its zeros."),
        ("345", "No student has the id “345”. Did you mean 0345?"),
        (True, "No student has the id “TRUE”."),
    ],
)
def test_nobody_is_taken_for_another(cell: Any, says: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        KNOWN.student(cell)
    assert str(refused.value) == says
