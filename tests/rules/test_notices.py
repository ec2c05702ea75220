import tomllib
from pathlib import Path
from typing import Any

import pytest

from rollbook.policy import load_pack
from rollbook.problems import PolicyError
from rollbook.register import Action
from rollbook.rules import penalty_notice

ENGLAND = load_pack("gb-eng")
CASES = tomllib.loads(Path(__file__).with_name("notices.toml").read_text(encoding="utf-8"))["case"]
FIELDS = ("number", "may_issue", "first_amount", "full_amount", "first_day", "last_day")


def logged(case: Any, **about: str) -> list[Action]:
    about = {"student_id": "007", "guardian": "a parent", "kind": "penalty-notice"} | about
    return [Action(day=day, **about) for day in case.get("logged", ())]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['id']} {case['title']}")
def test_a_notice_is_what_the_law_says(case: Any) -> None:
    notice = penalty_notice(
        ENGLAND,
        logged(case),
        student_id="007",
        guardian="a parent",
        issued=case["issued"],
        received=case.get("received"),
    )
    said = {name: getattr(notice, name) for name in FIELDS}
    assert said == said | case["expected"]
    assert (notice.last_day is None) == ("received" not in case or not notice.may_issue)


@pytest.mark.parametrize(
    ("about", "counts"),
    [
        ({}, True),
        ({"guardian": ""}, True),
        ({"guardian": "the other parent"}, False),
        ({"student_id": "008"}, False),
        ({"kind": "call"}, False),
    ],
)
def test_notices_are_counted_for_each_parent_and_child(about: Any, counts: bool) -> None:
    case = next(case for case in CASES if case["id"] == "ENG-25")
    notice = penalty_notice(
        ENGLAND,
        logged(case, **about),
        student_id="007",
        guardian="a parent",
        issued=case["issued"],
    )
    assert notice.may_issue is not counts
    assert ("Consider prosecution" in notice.sentence) is counts


def test_states_without_penalty_notices_say_so() -> None:
    with pytest.raises(PolicyError, match="penalty.first"):
        penalty_notice(
            load_pack("us-tx"), (), student_id="7", guardian="", issued=CASES[0]["issued"]
        )
