"""`rollbook letters …` as scripts and clerks use it."""

import contextlib
import io
import json
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rollbook.cli import main
from rollbook.importers.contract import Coverage
from rollbook.office import open_office
from tests.letters.families import (
    ANA,
    FIRST_DAY,
    LUIS,
    ROSA,
    SEPTEMBER,
    absences,
    enrol,
    school,
)
from tests.offices import marks, post_extract


def run(office: Path, *words: str, room: str = "letters") -> tuple[int, str, str]:
    """Run ``rollbook letters …``, or another room; return its status, output and complaints."""
    before, status = sys.argv, 0
    sys.argv = ["rollbook", *([room] if room else []), *words, "--office", str(office)]
    out, complaints = io.StringIO(), io.StringIO()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(complaints):
            main()
    except SystemExit as end:
        status = int(end.code or 0)
    finally:
        sys.argv = before
    return status, out.getvalue(), complaints.getvalue()


def data(office: Path, *words: str, room: str = "letters") -> Any:
    status, out, complaints = run(office, *words, "--json", room=room)
    assert status == 0, complaints
    return json.loads(out)


def states(office: Path) -> list[str]:
    return [letter["state"] for letter in data(office, "list")["letters"]]


@pytest.fixture
def office(tmp_path: Path) -> Path:
    office = school(tmp_path)
    enrol(office, ANA, (ROSA, LUIS))
    absences(office, SEPTEMBER)
    office.ledger.close()
    return office.folders.root


SISTER = replace(ANA, student_id="000124", given_name="Eva")
SISTERS_ROSA = replace(ROSA, student_id=SISTER.student_id)


def with_sister(office: Path) -> None:
    """Enrol a sister with the same mother, away on the same days."""
    opened = open_office(office)
    enrol(opened, SISTER, (SISTERS_ROSA,))
    days = [(one.student_id, day, "P2", "U") for one in (ANA, SISTER) for day in SEPTEMBER]
    covered = Coverage("", FIRST_DAY, date(2026, 11, 20), tuple(f"P{n}" for n in range(1, 8)))
    post_extract(opened, marks(days, negative=True, coverage=(covered,)), "both")
    opened.ledger.close()


def test_a_letter_goes_from_due_to_mailed_and_comes_back(office: Path) -> None:
    due = data(office, "due")["due"]
    assert [(one["guardian"], one["ready"]) for one in due] == [
        ("Rosa García", True),
        ("Luis O’Neil", True),
    ]
    drafted = data(office, "draft")
    first, second = (letter["serial"] for letter in drafted["letters"])
    assert (drafted["held"], drafted["withdrawn"]) == ([], [])
    assert data(office, "due")["due"] == []
    assert data(office, "draft")["letters"] == []
    assert len(data(office, "approve", first, second)["letters"]) == 2
    printed = data(office, "print")
    assert (printed["printed"], printed["held"]) == ([first, second], [])
    assert Path(printed["joined"]).is_file()
    assert len(data(office, "mailed", "--all", "--note", "second class")["letters"]) == 2
    assert data(office, "returned", second)["letters"][0]["state"] == "returned"
    assert states(office) == ["mailed", "returned"]
    steps = [step["state"] for step in data(office, "show", second)["events"]]
    assert steps == ["prepared", "approved", "printed", "mailed", "returned"]


def test_all_takes_only_letters_in_the_state_before(office: Path) -> None:
    data(office, "draft")
    assert data(office, "mailed", "--all")["letters"] == []
    assert states(office) == ["prepared", "prepared"]
    data(office, "approve", "--all")
    assert data(office, "approve", "--all")["letters"] == []
    assert states(office) == ["approved", "approved"]


def test_a_corrected_mark_is_told_when_it_withdraws_and_when_it_is_too_late(office: Path) -> None:
    data(office, "draft")
    data(office, "approve", "L-2026-00001")
    data(office, "print")
    opened = open_office(office)
    absences(opened, SEPTEMBER[1:])
    opened.ledger.close()
    assert [one["serial"] for one in data(office, "draft")["withdrawn"]] == ["L-2026-00002"]
    [told] = data(office, "due")["corrected_since"]
    assert (told["serial"], told["days"], told["stands"]) == (
        "L-2026-00001",
        ["2026-09-08"],
        False,
    )
    assert told["what_now"].startswith("do not mail it: rollbook letters void L-2026-00001")
    _, out, _ = run(office, "due")
    assert "Printed or mailed, but a mark was corrected since" in out


def test_a_mailed_letter_is_taken_back_and_both_stand_in_the_log(office: Path) -> None:
    data(office, "draft")
    for word in ("approve", "print", "mailed"):
        data(office, word, *(["--all"] if word != "print" else []))
    opened = open_office(office)
    absences(opened, SEPTEMBER[1:])
    opened.ledger.close()
    found = data(office, "due")
    assert [one["trigger"] for one in found["due"]] == ["withdrawal", "withdrawal"]
    assert {one["what_now"] for one in found["corrected_since"]} == {
        "a letter that takes it back is due"
    }
    drafted = data(office, "draft")["letters"]
    assert [one["withdraws"] for one in drafted] == ["L-2026-00001", "L-2026-00002"]
    assert [one["what_now"] for one in data(office, "due")["corrected_since"]] == [
        "L-2026-00003 takes it back (prepared)",
        "L-2026-00004 takes it back (prepared)",
    ]
    for word in ("approve", "print", "mailed"):
        data(office, word, *(["--all"] if word != "print" else []))
    assert states(office) == ["void", "void", "mailed", "mailed"]
    assert data(office, "due") == {"due": [], "corrected_since": []}
    _, said, _ = run(office, "list")
    assert "withdrawal" in said and "withdrawn by L-2026-00003" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["approve"],
            "Name the serials, such as L-2026-00012. See them with: rollbook letters list",
        ),
        (["approve", "--all", "L-2026-00001"], "not both. Nothing was changed."),
        (["approve", "L-1"], "There is no letter L-1."),
        (["mailed", "L-2026-00001"], "is prepared and cannot become mailed"),
        (["void", "L-2026-00001"], "Say why, with --reason"),
        (["show", "L-1"], "There is no letter L-1."),
        (["list", "--state", "sent"], "“sent” is no state. States: prepared, approved"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    office: Path, words: list[str], said: str
) -> None:
    data(office, "draft")
    status, out, complaints = run(office, *words)
    assert (status, out) == (1, "")
    assert said in " ".join(complaints.split())
    assert states(office) == ["prepared", "prepared"]


def test_a_letter_is_judged_again_before_it_is_approved(office: Path) -> None:
    data(office, "draft")
    opened = open_office(office)
    enrol(opened, replace(ANA, flags=frozenset({"bereavement"})), (ROSA, LUIS))
    opened.ledger.close()
    status, out, complaints = run(office, "approve", "--all")
    assert (status, out) == (0, "")
    said = " ".join(complaints.split())
    assert "L-2026-00001 is held, not approved: a bereavement is noted on the roster" in said
    assert states(office) == ["held", "held"]


def test_a_reason_for_care_holds_prepared_letters_at_once_and_frees_them_at_its_end(
    office: Path,
) -> None:
    data(office, "draft")
    data(office, "approve", "L-2026-00001")
    for _ in range(2):  # the same reason, noted anew after its end, holds anew
        _, out, _ = run(office, "add", "000123", "bereavement", room="holdback")
        assert "L-2026-00001 is held now: a bereavement is noted" in " ".join(out.split())
        assert states(office) == ["held", "held"]
        _, out, _ = run(office, "end", "000123", "bereavement", room="holdback")
        assert "L-2026-00001 is prepared now: what held it is over" in " ".join(out.split())
        assert states(office) == ["prepared", "prepared"]


def test_printing_succeeds_when_all_that_could_be_printed_was(office: Path) -> None:
    with_sister(office)
    data(office, "draft")
    data(office, "approve", "--all")
    opened = open_office(office)
    enrol(opened, replace(SISTER, flags=frozenset({"bereavement"})), (SISTERS_ROSA,))
    opened.ledger.close()
    status, out, complaints = run(office, "print")
    assert status == 0 and "ready to print" in out
    assert "is held: a bereavement is noted" in " ".join(complaints.split())
    assert sorted(states(office)) == ["held", "printed", "printed"]


def test_families_that_get_more_than_one_letter_are_named(office: Path) -> None:
    with_sister(office)
    data(office, "draft")
    _, out, _ = run(office, "approve", "--all")
    assert "1 family gets more than one letter: Rosa García: " in " ".join(out.split())
    assert "about 000123" in out and "about 000124" in out


def test_an_office_without_letters_is_told_how_to_see_who_is_due(office: Path) -> None:
    _, out, _ = run(office, "list")
    assert out.strip() == "No letters yet. Who is due: rollbook letters due"
    _, out, _ = run(office, "list", "--state", "void")
    assert out.strip() == "There is no such letter."


def test_what_a_clerk_reads_says_what_to_do_next(office: Path) -> None:
    for words, said in (
        (["due"], "2 letters are ready. Prepare with: rollbook letters draft"),
        (["print"], "No letter is approved."),
        (["draft"], "2 letters are prepared, 0 held."),
        (["list"], "Ana García"),
        (["show", "L-2026-00001"], "Sep 8, Sep 10, and Sep 15, 2026"),
        (["approve", "L-2026-00001"], "1 letter is approved now."),
        (["due"], "1 letter is prepared. Read them: rollbook letters list --state prepared"),
        (["print"], "1 letter is ready to print: "),
        (["mailed", "--all"], "1 letter is mailed now."),
        (["returned", "L-2026-00001"], "Where the address is wrong, correct it in the SIS"),
        (
            ["void", "L-2026-00001", "--again", "--reason", "new address"],
            "What still calls for a letter",
        ),
        (["list", "--state", "void"], "void: new address"),
        (["mailed", "--all"], "No letter is printed."),
    ):
        status, out, complaints = run(office, *words)
        assert (status, complaints) == (0, ""), words
        assert said in " ".join(out.split()), words
