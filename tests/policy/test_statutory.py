"""What letters must say: read strictly, dated, and not to be taken out by a district."""

from datetime import date
from pathlib import Path

import pytest

from rollbook.policy import SHIPPED, PolicyPack, load_pack
from rollbook.policy.statutory import EVERY_LETTER, Statement
from rollbook.problems import PolicyError

TODAY = date(2026, 11, 22)
HEAD = """
extends = "us-tx"
title = "Bluestem ISD"
[references]
board = { text = "Board policy FEA (LOCAL)" }
"""
OWN = """
[[statutory]]
id = "bus"
letters = ["tx-tru3"]
title = "when the late bus leaves"
from = 2026-08-01
reference = "board"
sure = "POL"
[statutory.ways]
en = [["late bus"], ["bus", "leaves"]]
"""


def district(folder: Path, text: str = OWN) -> PolicyPack:
    (folder / "bluestem.toml").write_text(HEAD + text, encoding="utf-8")
    return load_pack("bluestem", folder)


def own(folder: Path) -> Statement:
    return next(one for one in district(folder).must_say("tx-tru3", TODAY) if one.id == "bus")


def test_a_district_adds_a_statement_to_those_of_its_state(tmp_path: Path) -> None:
    state = {one.id for one in load_pack("us-tx").must_say("tx-tru3", TODAY)}
    found = {one.id for one in district(tmp_path).must_say("tx-tru3", TODAY)}
    assert found == state | {"bus"} and len(state) >= 3


def test_a_statement_holds_from_its_day_on_and_for_its_letters(tmp_path: Path) -> None:
    pack = district(tmp_path)
    assert "bus" not in {one.id for one in pack.must_say("tx-tru3", date(2026, 7, 31))}
    assert "bus" in {one.id for one in pack.must_say("tx-tru3", date(2026, 8, 1))}
    assert "bus" not in {one.id for one in pack.must_say("tx-90", TODAY)}


@pytest.mark.parametrize(
    ("sentence", "says"),
    [
        ("The late bus waits.", True),
        ("Late   buses wait.", True),
        ("A bus always leaves at 4.", True),
        ("An omnibus leaves.", False),
        ("The bus is late.", False),
    ],
)
def test_words_must_stand_together_in_one_sentence(
    sentence: str, says: bool, tmp_path: Path
) -> None:
    assert (own(tmp_path).sentence_in([sentence], "en") is not None) is says
    assert own(tmp_path).sentence_in(["The bus is here.", "It leaves at 4."], "en") is None


def test_a_number_is_not_found_inside_another() -> None:
    repealed = next(one for one in load_pack("us-ca").statutory if one.id == "penal-code-270-1")
    assert repealed.sentence_in(["See section 270.1."], "en")
    assert not repealed.sentence_in(["See section 270.12 or 1270.1."], "en")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "bus"', 'id = "25-095-b-duty"', "it is law and a district cannot change it"),
        ("from = 2026-08-01\n", "", "the date it came into force is missing"),
        ('reference = "board"\n', "", "the reference is missing"),
        ('letters = ["tx-tru3"]', "letters = []", "it is about no letter"),
        ('en = [["late bus"], ["bus", "leaves"]]', "", "it cannot be recognised"),
        ('["bus", "leaves"]', "[]", "must list ways to say it"),
        ("en = ", "english = ", "“english” is no language"),
        ('title = "when', 'titel = "when', "“title” is missing"),
        ('sure = "POL"', 'sure = "POL"\nnever = "yes"', "“never” must be true or false"),
    ],
)
def test_a_slip_is_refused_with_its_line(old: str, new: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"line \d+.*" + said):
        district(tmp_path, OWN.replace(old, new))


def test_the_same_statement_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="is there twice"):
        district(tmp_path, OWN + OWN)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_statement_is_about_a_letter_there_is(name: str) -> None:
    pack = load_pack(name)
    letters = {one.letter for one in pack.triggers} | {one.letter for one in pack.requested}
    assert pack.statutory
    for one in pack.statutory:
        assert set(one.letters) <= letters | {EVERY_LETTER}
        assert one.knows("en") and (one.knows("es") or name == "gb-eng")
        assert one.citation.endswith("(check)") == one.sure.unread
