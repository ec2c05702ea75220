"""What may be released to whom: each row decides somewhere, and a table with a slip is refused."""

from datetime import date
from itertools import product

import pytest

from rollbook.policy.lines import Source
from rollbook.problems import PolicyError
from rollbook.verification import consent_needed
from rollbook.verification.release_table import (
    ANYBODY,
    CONDITIONS,
    Release,
    read_release_table,
    release_table,
)

DAY = date(2026, 11, 20)
JURISDICTIONS = ("us-tx", "us-ca", "gb-eng")
ASKING = ("mother", "student", "landlord", "court order", *release_table().bodies("ferpa"))

SITUATIONS = [
    {
        "jurisdiction": jurisdiction,
        "age": age,
        "requester": requester,
        "directory_info_only": directory,
        "opted_out": opted_out,
        "tax_dependent": dependent,
        "court_order": order,
    }
    for jurisdiction, age, requester, directory, opted_out, dependent, order in product(
        JURISDICTIONS, (None, 9, 17, 18), ASKING, (False, True), (None, False, True),
        (False, True), (False, True),
    )
]  # fmt: skip


def test_every_situation_is_decided_and_every_row_decides_one() -> None:
    used = {consent_needed(**situation, day=DAY).row for situation in SITUATIONS}  # type: ignore[arg-type]
    assert used == {row.id for row in release_table().releases}


def test_attendance_goes_to_no_third_party_without_a_signature() -> None:
    for situation in SITUATIONS:
        if situation["requester"] == "landlord":
            found = consent_needed(**situation, day=DAY)  # type: ignore[arg-type]
            assert not found.covers_attendance


def test_a_parent_whom_a_court_order_names_gets_nothing_by_asking() -> None:
    for situation in SITUATIONS:
        if situation["requester"] == "mother" and situation["court_order"]:
            found = consent_needed(**situation, day=DAY)  # type: ignore[arg-type]
            assert (found.needed_from, found.covers_attendance) == ("parent", False)


def test_what_was_not_read_in_the_law_is_marked() -> None:
    for row in release_table().releases:
        assert row.citation.endswith("(check)") is row.sure.unread


def test_every_row_and_condition_is_of_use() -> None:
    rows = release_table().releases
    assert {condition for row in rows for condition in row.when} == set(CONDITIONS)
    for law in ("ferpa", "uk"):
        last = [row for row in rows if row.law == law][-1]
        assert (last.to, last.when) == ((ANYBODY,), frozenset())


def test_before_the_table_begins_nothing_is_released() -> None:
    with pytest.raises(PolicyError, match="no age of majority on 2001-01-01"):
        consent_needed("us-tx", 17, "parent", day=date(2001, 1, 1))


ROW = """[references]
law = { text = "The law" }
[[releases]]
id = "one"
law = "uk"
to = ["parent"]
signs = "nobody"
because = "A parent asks."
from = 2018-05-25
reference = "law"
sure = "V"
"""


def test_a_sound_table_is_read() -> None:
    (row,) = read_release_table(Source("Table", ROW)).releases
    assert isinstance(row, Release) and row.to == ("parent",)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('signs = "nobody"', 'signs = "somebody"', "line 7, row “one”: “signs” is “somebody”"),
        ('to = ["parent"]', "", "row “one”: it says nobody it is about"),
        ("from = 2018-05-25", "", "row “one”: the date it came into force is missing"),
        ('sure = "V"', 'sure = "V"\nwhen = ["rain"]', "line 12, row “one”: “when” has “rain”"),
        ('sure = "V"', 'sure = "V"\ncolour = "red"', "“colour” is not known here"),
        ('signs = "nobody"', 'signs = "holder"\nattendance = true', "without one"),
    ],
)
def test_a_table_with_a_slip_is_refused_with_the_line(old: str, new: str, sentence: str) -> None:
    with pytest.raises(PolicyError, match=sentence):
        read_release_table(Source("Table", ROW.replace(old, new)))


def test_a_row_that_is_there_twice_is_refused() -> None:
    twice = ROW + ROW.partition("[[releases]]")[1] + ROW.partition("[[releases]]")[2]
    with pytest.raises(PolicyError, match="a row of this id is there already"):
        read_release_table(Source("Table", twice))
