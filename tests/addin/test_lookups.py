"""Looking ids up: what is worked out once, and for a whole column."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from addin.desk import close_desk, desk
from addin.lookups import MOST_KEPT, forget, lookup
from tests.addin.calling import Functions
from tests.addin.test_ledger_functions import AT, england
from tests.offices import marks, post_extract


@pytest.fixture
def excel(tmp_path: Path) -> Iterator[Functions]:
    england(tmp_path).ledger.close()
    yield Functions(tmp_path, AT)
    forget()
    close_desk()


def test_the_reasons_of_a_long_column_are_those_of_the_findings(excel: Functions) -> None:
    answer = excel("why", [["0012"], ["345"], ["nobody"], [""], *[["345"]] * 200], None)
    assert len(answer) == 204
    crossed = lookup().findings["0012"]
    for one in crossed:
        assert f"{one.trigger}: " in answer[0][0] and one.citations[0] in answer[0][0]
    assert answer[1] == ["No threshold is crossed."]
    assert answer[2][0]["basicValue"] == "#N/A"
    assert answer[3] == [""]


def test_a_rule_not_met_in_a_long_column_is_said_in_its_row(excel: Functions) -> None:
    rule = lookup().findings["0012"][0].trigger
    answer = excel("why", [["0012"], ["345"], *[["345"]] * 200], rule)
    assert answer[0][0].startswith(f"{rule}: ") and ": met." in answer[0][0]
    assert answer[1] == [f"{rule}: not met."]


def test_a_truth_value_is_no_student(excel: Functions) -> None:
    [[cell]] = excel("student", [[True]], None)
    assert cell["reason"] == "No student has the id “TRUE”."


def test_an_id_with_too_few_noughts_is_asked_about(excel: Functions) -> None:
    [[cell]] = excel("student", [["12"]], None)
    assert cell["reason"] == "No student has the id “12”. Did you mean 0012?"


def test_a_thing_is_worked_out_once_until_something_is_posted(excel: Functions) -> None:
    counted = itertools.count()
    assert [lookup().once("count", lambda: next(counted)) for _ in range(3)] == [0, 0, 0]
    post_extract(desk().office, marks([("345", "2026-09-14", "AM", "O")]), "late.csv")
    assert lookup().once("count", lambda: next(counted)) == 1


def test_only_the_newest_few_are_kept(excel: Functions) -> None:
    at = lookup()
    for number in range(MOST_KEPT + 1):
        at.once(number, lambda: "kept")
    assert at.once(MOST_KEPT, lambda: "anew") == "kept"
    assert at.once(0, lambda: "anew") == "anew"
