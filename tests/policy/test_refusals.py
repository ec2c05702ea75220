"""Packs that must not be used: each is refused with the line, the place and what to do now."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from rollbook.policy import load_pack
from rollbook.problems import PolicyError

BAD = tomllib.loads((Path(__file__).parent / "bad_packs.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", BAD["pack"], ids=lambda case: case["what"])
def test_a_bad_pack_is_refused_in_one_sentence_with_the_line(case: Any, tmp_path: Path) -> None:
    head = "" if case.get("whole") else BAD["head"]
    (tmp_path / "bluestem.toml").write_text(head + case["text"], encoding="utf-8")
    with pytest.raises(PolicyError) as refused:
        load_pack("bluestem", tmp_path)
    said = str(refused.value)
    assert said.startswith(case["says"].removesuffix("…"))
    assert case["says"].endswith("…") or said == case["says"]


def test_lines_are_counted_as_an_editor_on_windows_counts_them(tmp_path: Path) -> None:
    text = BAD["head"] + "[[values]]\nname = 3\n"
    (tmp_path / "bluestem.toml").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    with pytest.raises(PolicyError, match="line 6, value “3”: “name” must be text"):
        load_pack("bluestem", tmp_path)


def test_a_pack_saved_in_an_old_windows_encoding_says_so(tmp_path: Path) -> None:
    text = BAD["head"].replace("Bluestem", "Peña")
    (tmp_path / "bluestem.toml").write_bytes(text.encode("cp1252"))
    with pytest.raises(PolicyError, match="line 2: a letter there is not written as UTF-8"):
        load_pack("bluestem", tmp_path)


def test_english_law_codes_cannot_be_given_another_meaning(tmp_path: Path) -> None:
    text = BAD["head"].replace("us-tx", "gb-eng") + (
        '[[codes]]\ncategory = "present"\nfrom = 2026-08-01\nreference = "board"\n'
        'sure = "POL"\nsymbols = { N = "Nurse" }\n'
    )
    (tmp_path / "bluestem.toml").write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError, match="line 10, code group 1: code “N” belongs to England"):
        load_pack("bluestem", tmp_path)


def test_packs_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    (tmp_path / "north.toml").write_text('extends = "south"\n', encoding="utf-8")
    (tmp_path / "south.toml").write_text('extends = "north"\n', encoding="utf-8")
    with pytest.raises(PolicyError, match="north → south → north extend each other"):
        load_pack("north", tmp_path)


def test_a_pack_that_is_not_there_names_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="gb-eng, us-ca, us-tx"):
        load_pack("us-zz", tmp_path)
