"""Words in columns of protection and permission: the mistake that reaches a family is not made."""

import pytest

from rollbook.importers.reading.guardians import permits, protects


@pytest.mark.parametrize(
    "said",
    ["Yes", "y", "1", "X", "R", "Yes - no contact", "No contact per order 2025",
     "Prohibited Steps Order", "CP Plan 03/2026", "Foster (LA)", "pending"],
)  # fmt: skip
def test_any_words_in_a_column_of_protection_protect(said: str) -> None:
    assert protects(said)


@pytest.mark.parametrize("said", ["", " ", "No", "n", "0", "FALSE", "None", "-", "N/A", "nil"])
def test_a_plain_nothing_does_not(said: str) -> None:
    assert not protects(said)


@pytest.mark.parametrize("said", ["", "Yes", "Y", "1", "true"])
def test_a_blank_or_a_clear_yes_permits(said: str) -> None:
    assert permits(said)


@pytest.mark.parametrize("said", ["No", "None", "0", "ask the head first", "N/A", "father only"])
def test_anything_else_does_not_permit(said: str) -> None:
    assert not permits(said)
