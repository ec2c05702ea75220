import hashlib
import json
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rollbook.cli import app
from rollbook.office import Office
from rollbook.policy import load_pack
from rollbook.problems import NotAllowed, PolicyError
from rollbook.register import Guardian, Student
from rollbook.reports.what_if import WhatIf, policy_changed, rate_of, what_if, what_if_table
from rollbook.standing import read_standing
from tests.offices import Row, marks, post_extract, roster, small_office

ENGLAND = load_pack("gb-eng")
FIRST = date(2026, 9, 1)

# Sessions missed of 100, the last ones, so that the rate only falls.
MISSED = {"at 95": 5, "at 93": 7, "at 92": 8, "at 91": 9, "at 90": 10, "at 89": 11}


def strip(student: str, codes: str) -> list[Row]:
    """Marks from 1 September on: a letter a session, morning and afternoon, weekends left out."""
    rows, day = [], FIRST
    while codes:
        if day.weekday() < 5 and not date(2026, 10, 26) <= day <= date(2026, 10, 30):
            rows += [
                (student, day.isoformat(), part, code)
                for part, code in zip(("AM", "PM"), codes, strict=False)
            ]
            codes = codes[2:]
        day += timedelta(days=1)
    return rows


def attended(missed: int, code: str = "I") -> str:
    """A hundred sessions, the last ones missed."""
    return "/" * (100 - missed) + code * missed


def office_of(root: Path, strips: dict[str, str]) -> Office:
    office = small_office(root)
    people = [Student(name, name, "Kit", grade="8", form="8A") for name in strips]
    guardians = [
        Guardian(name, f"{who} {name}", street="1 Mill Lane", city="Marlbeck", postcode="MB1 1AA")
        for name in strips
        for who in ("Ana", "Ben")
    ]
    post_extract(office, roster(people, guardians), "roster")
    rows = [row for name, codes in strips.items() for row in strip(name, codes)]
    post_extract(office, marks(rows), "marks")
    return office


@pytest.fixture(scope="module")
def levels(tmp_path_factory: pytest.TempPathFactory) -> Office:
    office = office_of(
        tmp_path_factory.mktemp("levels"), {name: attended(n) for name, n in MISSED.items()}
    )
    office.ledger.close()
    return office


def play(office: Office, trigger: str, first: date | None = None, **change: object) -> WhatIf:
    changed = policy_changed(office.policy, trigger, **change)  # type: ignore[arg-type]
    return what_if(read_standing(office), changed, triggers=[trigger], first=first)


def students(found: WhatIf, trigger: str, *words: str) -> list[str]:
    return [one.student_id for one in found.changes if one.trigger == trigger and one.word in words]


def test_a_higher_threshold_writes_to_exactly_the_students_between(levels: Office) -> None:
    found = play(levels, "eng-l2", threshold="92")
    assert students(found, "eng-l2", "more") == ["at 90", "at 91"]
    assert students(found, "eng-l2", "fewer") == []
    assert students(found, "eng-l2", "same", "earlier") == ["at 89"]
    assert (found.letters("more"), found.students("more")) == (4, 2)  # a letter for each guardian


def test_a_lower_threshold_takes_letters_away(levels: Office) -> None:
    found = play(levels, "eng-l2", threshold="17/20")
    assert students(found, "eng-l2", "fewer") == ["at 89"]
    assert students(found, "eng-l2", "more", "same") == []


def test_the_lower_level_is_played_too(levels: Office) -> None:
    """With level 2 at 95 %, nobody gets the letter of level 1 any more."""
    found = play(levels, "eng-l2", threshold="95")
    assert students(found, "eng-l1", "fewer") == ["at 89", "at 90", "at 91", "at 92", "at 93"]
    assert students(found, "eng-l2", "more") == ["at 90", "at 91", "at 92", "at 93"]


def test_the_letters_of_a_year_are_those_of_the_findings_at_its_end(tmp_path: Path) -> None:
    """A count once reached stays reached, so that the play must end where the findings do."""
    office = office_of(tmp_path, {f"with {n}": attended(n, "O") for n in (9, 10, 11, 25)})
    standing = read_standing(office)
    found = play(office, "eng-pn", window=4)
    crossed = [one.student_id for one in standing.findings() if one.trigger == "eng-pn"]
    assert crossed == ["with 10", "with 11", "with 25"]
    assert list(dict.fromkeys(students(found, "eng-pn", "same", "fewer"))) == crossed
    office.ledger.close()


def test_a_rule_that_repeats_writes_again_only_for_new_days(tmp_path: Path) -> None:
    """Ten sessions in one week and ten in another: two letters at 10, one at 20."""
    two_weeks = "/\\" * 10 + "O" * 10 + "/\\" * 15 + "O" * 10 + "/\\" * 10
    office = office_of(tmp_path, {"twice": two_weeks})
    found = play(office, "eng-pn", threshold="20")
    assert [one.word for one in found.changes] == ["later", "fewer"]
    found = play(office, "eng-pn", threshold="10", window=9)
    assert [one.word for one in found.changes] == ["same", "same"]
    office.ledger.close()


def test_a_letter_of_the_weeks_before_the_period_is_no_news(tmp_path: Path) -> None:
    office = office_of(tmp_path, {"early": "/" * 20 + "I" * 10 + "/" * 71})
    whole = play(office, "eng-l2", threshold="92")
    assert [one.then for one in whole.changes if one.trigger == "eng-l2"] == [date(2026, 9, 18)]
    november = play(office, "eng-l2", first=date(2026, 11, 2), threshold="92")
    assert not november.changes
    office.ledger.close()


def test_a_rate_is_no_ground_before_enough_is_recorded(tmp_path: Path) -> None:
    office = office_of(tmp_path, {"ill at first": "II" + "/\\" * 40})
    found = play(office, "eng-l2", threshold="95")
    then = [one.then for one in found.changes if one.trigger == "eng-l2"]
    assert then == [date(2026, 9, 18)]  # not on 4 or 11 September
    office.ledger.close()


def test_the_table_names_only_who_changes(levels: Office) -> None:
    found = play(levels, "eng-l2", threshold="92")
    table = what_if_table(read_standing(levels), found)
    assert {row[0] for row in table.rows} <= {"at 91", "at 90", "at 89"}
    assert ["at 91", "eng-l2", "more", "no letter"] in [
        [row[0], row[3], row[4], row[5]] for row in table.rows
    ]


@pytest.mark.parametrize("text", ["92", "92 %", "92%", "0.92", "0,92", "23/25", " 92 "])
def test_a_rate_is_read_as_people_write_it(text: str) -> None:
    assert rate_of(text) == Fraction(23, 25)


@pytest.mark.parametrize("text", ["", "high", "1", "0", "-3", "150", "1/0", "9/8"])
def test_what_is_no_rate_is_not_guessed(text: str) -> None:
    with pytest.raises(NotAllowed):
        rate_of(text)


def test_one_per_cent_can_be_said() -> None:
    assert rate_of("1 %") == Fraction(1, 100)


@pytest.mark.parametrize(
    ("trigger", "threshold", "window"),
    [
        ("eng-pn", "9.5", None),
        ("eng-pn", "0", None),
        ("eng-pn", "", 0),
        ("eng-l2", "", 4),
        ("eng-l2", "many", None),
    ],
)
def test_a_number_the_rule_does_not_have_is_refused(
    trigger: str, threshold: str, window: int | None
) -> None:
    with pytest.raises(NotAllowed):
        policy_changed(ENGLAND, trigger, threshold=threshold, window=window)


def test_an_unknown_trigger_is_refused_with_those_there_are() -> None:
    with pytest.raises(PolicyError, match="eng-l2"):
        policy_changed(ENGLAND, "eng-l9", threshold="92")


def test_only_the_named_trigger_changes() -> None:
    changed = policy_changed(ENGLAND, "eng-pn", threshold="12", window=8)
    terms = changed.trigger("eng-pn").on(FIRST)
    assert (terms.threshold, terms.size) == (12, 8)  # type: ignore[union-attr]
    others = [one for one in ENGLAND.triggers if one.id != "eng-pn"]
    assert [one for one in changed.triggers if one.id != "eng-pn"] == others


def digest(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def command(office: Office, *words: str) -> str:
    done = CliRunner().invoke(
        app, ["policy", "what-if", *words, "--office", str(office.folders.root)]
    )
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_command_counts_and_writes_nothing(levels: Office, tmp_path: Path) -> None:
    before = digest(levels.folders.root)
    out = json.loads(command(levels, "eng-l2", "--threshold", "92", "--json"))
    assert digest(levels.folders.root) == before
    assert (out["more"], out["students_more"]) == (4, 2)
    assert out["tests"] == [
        {
            "trigger": "eng-l2",
            "now": "attendance below 90 %",
            "then": "attendance below 92 %",
        }
    ]
    target = tmp_path / "who changes.csv"
    command(levels, "eng-l2", "--threshold", "92", "--write", str(target))
    assert "at 91" in target.read_text(encoding="utf-8-sig")


def test_a_whole_draft_pack_is_played(levels: Office, tmp_path: Path) -> None:
    draft = tmp_path / "our draft.toml"
    draft.write_text(
        """\
extends = "gb-eng"
[references]
ours = { text = "Draft policy for the governors" }
[[triggers]]
id = "eng-l2"
[[triggers.terms]]
from = 2026-09-01
reference = "ours"
sure = "POL"
measure = "attendance"
comparator = "<"
threshold = "92/100"
period = "school-year"
""",
        encoding="utf-8",
    )
    out = json.loads(command(levels, "--pack", str(draft), "--json"))
    more = [one["student_id"] for one in out["changes"] if one["change"] == "more"]
    assert more == ["at 90", "at 91"]


def test_the_same_rules_change_nothing(levels: Office) -> None:
    out = command(levels, "eng-l2", "--threshold", "90")
    assert "nothing would change" in out


def test_the_law_is_named_where_no_school_settles_it(levels: Office) -> None:
    assert "The law settles this rule" in command(levels, "eng-pn", "--threshold", "8")
    assert "The law settles this rule" not in command(levels, "eng-l2", "--threshold", "92")
