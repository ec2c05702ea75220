"""An export that has no place for what protects a child takes none of it away."""

from collections.abc import Collection
from dataclasses import replace

import pytest

from rollbook.ledger.protection import still_protected
from rollbook.register import COURT_ORDER, GETS_LETTERS, PROTECTIONS, Guardian

MOTHER = Guardian("1", "Ana Ng", order=1)
BARRED = Guardian("1", "Lee O'Neil", court_order=True, order=2)
QUIET = Guardian("1", "Bo Ng", gets_letters=False, order=3)


@pytest.mark.parametrize("tells", [(), (GETS_LETTERS,)])
@pytest.mark.parametrize("name", ["Lee O'Neil", "LEE ONEIL", "Lee  O’Neil"])
def test_an_adult_under_a_court_order_stays_so(name: str, tells: Collection[str]) -> None:
    now = still_protected([replace(BARRED, name=name, court_order=False)], [BARRED], tells)
    assert [(one.name, one.court_order) for one in now] == [(name, True)]


def test_an_adult_under_a_court_order_stays_on_record_when_the_export_leaves_them_out() -> None:
    now = still_protected([MOTHER], [MOTHER, BARRED], ())
    assert now == [MOTHER, BARRED]


def test_an_export_with_a_place_for_court_orders_ends_one() -> None:
    now = still_protected([replace(BARRED, court_order=False)], [BARRED], {COURT_ORDER})
    assert not now[0].court_order
    assert still_protected([MOTHER], [BARRED], {COURT_ORDER}) == [MOTHER]


def test_who_gets_no_letters_gets_none_until_an_export_tells_of_letters() -> None:
    asked = [replace(QUIET, gets_letters=True)]
    assert not still_protected(asked, [QUIET], {COURT_ORDER})[0].gets_letters
    assert still_protected(asked, [QUIET], PROTECTIONS)[0].gets_letters


def test_others_are_replaced_as_the_export_has_them() -> None:
    assert still_protected([replace(MOTHER, city="Leeds")], [MOTHER, QUIET], ()) == [
        replace(MOTHER, city="Leeds")
    ]
