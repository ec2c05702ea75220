"""The joined file goes to the disk as letters come: whole or not at all, the same for ever."""

import hashlib
import io
import subprocess
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest

from rollbook.documents import Rendered, Template, join, join_to, joining
from rollbook.letters import FIELDS
from rollbook.problems import NotAllowed

SHIPPED = Path(__file__).parents[2] / "letter_templates"

MADE_ELSEWHERE = """
import hashlib, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from test_streaming import letters
from rollbook.documents import join
made = list(letters(3))
print(hashlib.sha256(made[0].to_bytes() + join(made)).hexdigest())
"""


def letters(count: int) -> Iterator[Rendered]:
    template = Template.compile(SHIPPED / "tx-tru3.en.docx", FIELDS)
    row = dict.fromkeys(("date", "part", "meaning", "minutes", "counted"), "x")
    for number in range(count):
        values: dict[str, object] = dict.fromkeys(FIELDS, "x")
        values |= {"student_name": f"Ana {number}", "serial": f"L-{number}"}
        values |= {"address_lines": ["1 Mill Lane"], "absences": [row] * 3}
        values |= {"support_given": [], "classes": [], "barcode": f"L-{number}"}
        yield template.render(values)


def test_the_streamed_file_is_the_same_as_the_one_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "letters to print.docx"
    assert join_to(path, letters(5)) == 5
    assert path.read_bytes() == join(letters(5))


def test_a_batch_that_breaks_off_leaves_the_file_that_was_there(tmp_path: Path) -> None:
    def broken() -> Iterator[Rendered]:
        yield from letters(2)
        raise KeyError("the batch broke off")

    path = tmp_path / "letters.docx"
    path.write_bytes(b"the file of yesterday")
    with pytest.raises(KeyError):
        join_to(path, broken())
    assert path.read_bytes() == b"the file of yesterday"
    assert list(tmp_path.iterdir()) == [path]


def test_no_letters_leave_no_file(tmp_path: Path) -> None:
    with pytest.raises(NotAllowed, match="There are no letters to join"):
        join_to(tmp_path / "letters.docx", [])
    assert list(tmp_path.iterdir()) == []


def test_more_letters_than_word_can_open_are_refused_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joining, "MOST_LETTERS", 3)
    assert join_to(tmp_path / "three.docx", letters(3)) == 3
    with pytest.raises(NotAllowed, match="Make the print file in several parts"):
        join_to(tmp_path / "four.docx", letters(4))
    assert not (tmp_path / "four.docx").exists()


def test_letters_are_taken_one_by_one_and_not_gathered_first(tmp_path: Path) -> None:
    made: list[weakref.ref[Rendered]] = []
    alive = []

    def watched() -> Iterator[Rendered]:
        for letter in letters(20):
            made.append(weakref.ref(letter))
            yield letter
            alive.append(sum(one() is not None for one in made))

    join_to(tmp_path / "letters.docx", watched())
    assert len(made) == 20
    assert max(alive) <= 2  # the newest, and the one before it


def test_another_process_makes_the_same_bytes() -> None:
    code = [sys.executable, "-c", MADE_ELSEWHERE, str(Path(__file__).parent)]
    found = subprocess.run(code, capture_output=True, text=True, check=True).stdout.strip()
    made = list(letters(3))
    assert found == hashlib.sha256(made[0].to_bytes() + join(made)).hexdigest()


def test_a_long_batch_opens_with_each_letters_own_number_below_it() -> None:
    opened = docx.Document(io.BytesIO(join(letters(120))))
    assert len(opened.sections) == 120
    for number, section in enumerate(opened.sections):
        words = "".join(section.footer._element.itertext())
        assert f"L-{number}" in words.replace("\u2011", "-")
