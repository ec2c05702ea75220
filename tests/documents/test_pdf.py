"""Letters become single PDFs: each its own and nobody else's, whatever LibreOffice does."""

import io
import os
import re
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import docx
import pikepdf
import pypdf
import pytest

from rollbook.documents import LISTS, Rendered, Template, converter, to_pdf
from rollbook.documents.conversion import pages
from rollbook.documents.pdf import PdfLetter, joined_pdf, letters_to_pdf
from rollbook.documents.pdf_split import PagesUnclear, split
from rollbook.letters import FIELDS
from rollbook.problems import ConverterMissing, NotAllowed
from rollbook.verification import DOCUMENT_FIELDS

SHIPPED = Path(__file__).parents[2] / "letter_templates"
NAMES = [
    "Ana García",
    "Tom & Jerry Abara",
    "李小龍",
    "محمد العربي",
    "Łukasz <b>Żak",
    "Nguyễn Thị Hà",
]
BATCH = [  # serial, template
    (f"2026-{number:06d}", ("tx-tru3.en", "tx-tru3.es", "voe.en", "eng-l1.en")[number % 4])
    for number in range(1, 25)
]

needs_libreoffice = pytest.mark.skipif(converter() is None, reason="LibreOffice is not here")
posix = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a Unix script")


def own_word(serial: str) -> str:
    return f"Own{serial[-2:]}word"


def filled(template: Template, serial: str) -> Rendered:
    values: dict[str, object] = {
        field: f"The {field.replace('_', ' ')}" for field in template.fields
    }
    name = NAMES[int(serial[-6:]) % len(NAMES)]
    values |= {"serial": serial, "student_name": f"{name} {own_word(serial)}"}
    values["address_lines"] = [f"{serial[-2:]} Mill Lane", "Cedar Falls, TX 78999"]
    row = {"date": "Sep 8", "part": "AM", "meaning": "no reason given", "minutes": ""}
    values |= {field: [] for field in LISTS if field not in ("address_lines", "absences")}
    values["absences"] = [row] * 10
    return template.render({k: v for k, v in values.items() if k in template.fields})


def a_template(*paragraphs: str) -> Template:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    stream = io.BytesIO()
    document.save(stream)
    return Template.compile(stream.getvalue(), ("serial", "student_name"))


def plain(count: int, *more: str) -> list[tuple[str, Rendered]]:
    template = a_template("Letter {{ serial }}", "about {{ student_name }}", *more)
    return [
        (f"S-{number}", template.render({"serial": f"S-{number}", "student_name": "Ana"}))
        for number in range(1, count + 1)
    ]


def words(path: Path | None) -> str:
    assert path is not None
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages)


@pytest.fixture(scope="module")
def batch() -> list[tuple[str, Rendered]]:
    allowed = set(FIELDS) | set(DOCUMENT_FIELDS)
    templates = {
        name: Template.compile(SHIPPED / f"{name}.docx", allowed)
        for name in {name for _, name in BATCH}
    }
    return [(serial, filled(templates[name], serial)) for serial, name in BATCH]


@pytest.fixture(scope="module")
def made(
    batch: list[tuple[str, Rendered]], tmp_path_factory: pytest.TempPathFactory
) -> list[PdfLetter]:
    if converter() is None:
        pytest.skip("LibreOffice is not here")
    return list(letters_to_pdf(iter(batch), tmp_path_factory.mktemp("a b") / "é"))


def test_each_letter_is_a_pdf_of_its_own_in_the_order_given(made: list[PdfLetter]) -> None:
    assert [one.name for one in made] == [serial for serial, _ in BATCH]
    assert [one.path.name for one in made if one.path] == [f"{serial}.pdf" for serial, _ in BATCH]
    for one in made:
        found = set(re.findall(r"2026-\d{6}", words(one.path)))
        assert found == {one.name}


def test_nothing_of_another_letter_is_in_the_file_even_hidden(made: list[PdfLetter]) -> None:
    every = {own_word(serial) for serial, _ in BATCH}
    for one in made:
        assert one.path is not None
        read = words(one.path)
        assert {word for word in every if word in read} == {own_word(one.name)}
        with pikepdf.open(one.path) as pdf:
            kinds = [str(thing.get("/Type")) for thing in pdf.objects if _is_dictionary(thing)]
            assert kinds.count("/Page") == one.pages
            assert not {"/Dests", "/Names", "/Outlines"} & set(pdf.Root.keys())


def _is_dictionary(thing: object) -> bool:
    return isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream))


def test_a_letter_has_the_pages_it_has_as_a_word_file_of_its_own(
    made: list[PdfLetter], batch: list[tuple[str, Rendered]], tmp_path: Path
) -> None:
    files = []
    for serial, letter in batch[:4]:
        files.append(tmp_path / f"{serial}.docx")
        files[-1].write_bytes(letter.to_bytes())
    alone = [pages(path) for path in to_pdf(files, tmp_path)]
    assert [one.pages for one in made[:4]] == alone
    assert {1, 2} <= set(alone)
    for kind in range(4):
        assert {one.pages for one in made[kind::4]} == {alone[kind]}


def test_a_single_pdf_is_tagged_and_says_its_language(made: list[PdfLetter]) -> None:
    for one, (_, template) in zip(made, BATCH, strict=True):
        assert one.path is not None
        with pikepdf.open(one.path) as pdf:
            assert str(pdf.Root.Lang) == LANGUAGES[template]
            assert pdf.Root.MarkInfo.Marked
            assert str(pdf.docinfo["/Title"])
            kinds = list(_kinds(pdf.Root.StructTreeRoot.K[0]))
            assert kinds[0] == "/Document"
            assert "/H1" in kinds
            assert _tags_of_parts(pdf) == _parts_on_pages(pdf)


LANGUAGES = {"tx-tru3.en": "en-US", "tx-tru3.es": "es-US", "voe.en": "en-US", "eng-l1.en": "en-GB"}


def _kinds(element: pikepdf.Object) -> Iterator[str]:
    yield str(element.S)
    for kid in element.get("/K", []):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            assert kid.P.objgen == element.objgen
            yield from _kinds(kid)


def _tags_of_parts(pdf: pikepdf.Pdf) -> list[set[int]]:
    numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
    rows = {int(numbers[at]): numbers[at + 1] for at in range(0, len(numbers), 2)}
    return [
        {part for part, owner in enumerate(rows[int(page.StructParents)]) if owner is not None}
        for page in pdf.pages
    ]


def _parts_on_pages(pdf: pikepdf.Pdf) -> list[set[int]]:
    return [
        {int(one) for one in re.findall(rb"/MCID (\d+)", page.obj.Contents.read_bytes())}
        for page in pdf.pages
    ]


def test_the_printers_file_has_a_bookmark_a_letter_and_no_two_letters_on_a_sheet(
    made: list[PdfLetter], tmp_path: Path
) -> None:
    count = joined_pdf(made, tmp_path / "all.pdf")
    reader = pypdf.PdfReader(tmp_path / "all.pdf")
    marks = [mark for mark in reader.outline if not isinstance(mark, list)]
    starts = [reader.get_destination_page_number(mark) for mark in marks]
    assert [mark.title for mark in marks] == [one.name for one in made]
    assert all(start is not None and start % 2 == 0 for start in starts)
    assert count == len(reader.pages) == sum(one.pages + one.pages % 2 for one in made)
    for start, one in zip(starts, made, strict=True):
        assert start is not None
        assert one.name in reader.pages[start].extract_text()
    assert joined_pdf(made, tmp_path / "all.pdf", both_sides=False) == sum(x.pages for x in made)


def test_the_printers_file_is_not_made_when_a_letter_would_be_missed(tmp_path: Path) -> None:
    with pytest.raises(NotAllowed, match=r"1 letter .* \(S-2\)"):
        joined_pdf([PdfLetter("S-2", None, reason="it breaks")], tmp_path / "all.pdf")
    with pytest.raises(NotAllowed, match="no letters"):
        joined_pdf([], tmp_path / "all.pdf")
    assert not list(tmp_path.iterdir())


@needs_libreoffice
def test_letters_that_do_not_print_their_number_go_alone(tmp_path: Path) -> None:
    template = a_template("About {{ student_name }}")
    letters = [(f"S-{one}", template.render({"student_name": f"Pupil{one}"})) for one in (1, 2)]
    told: list[PdfLetter] = []
    made = list(letters_to_pdf(letters, tmp_path, on_letter=told.append))
    assert ["Pupil1" in words(made[0].path), "Pupil2" in words(made[1].path)] == [True, True]
    assert sorted(told, key=lambda one: one.name) == made


# --- when LibreOffice does not do what it should -------------------------------------------------


def stand_in(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put a program named soffice before the real one."""
    real = converter()
    folder.mkdir()
    program = folder / "soffice"
    program.write_text(f"#!/bin/sh\nREAL='{real}'\nHERE='{folder}'\n{script}", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


# Converts the files before the first that holds the word BREAKS, and does its worst with that one.
ON_A_FILE = """
for last; do :; done
count=0; good=0
for one; do case $one in *.docx)
    if unzip -p "$one" word/document.xml | grep -q BREAKS; then broken=$one; break; fi
    good=$((good+1));; esac; done
[ -z "$broken" ] && exec "$REAL" "$@"
if [ $good -gt 0 ]; then
    kept=; for one; do [ "$one" = "$broken" ] && break; kept="$kept '$one'"; done
    eval "'$REAL' $kept"
fi
"""
CRASH = "kill -SEGV $$\n"
HALF = 'head -c 300 /dev/zero > "${broken%.docx}.pdf"; exit 0\n'


@posix
@needs_libreoffice
@pytest.mark.parametrize("worst", [CRASH, HALF], ids=["it crashes", "it leaves half a file"])
def test_one_letter_that_breaks_libreoffice_is_named_and_the_others_are_made(
    worst: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path / "bin", monkeypatch, ON_A_FILE + worst)
    letters = plain(4)
    letters[2] = ("S-3", plain(3, "BREAKS")[2][1])
    made = list(letters_to_pdf(letters, tmp_path / "pdf"))
    assert [one.name for one in made] == ["S-1", "S-2", "S-3", "S-4"]
    assert [one.pages for one in made] == [1, 1, 0, 1]
    assert made[2].path is None
    assert "Its Word file is unharmed" in made[2].reason
    assert sorted(path.name for path in (tmp_path / "pdf").iterdir()) == [
        "S-1.pdf",
        "S-2.pdf",
        "S-4.pdf",
    ]


@posix
@needs_libreoffice
def test_libreoffice_killed_midway_costs_one_try(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = (
        '[ -e "$HERE/again" ] || { touch "$HERE/again"; timeout -s KILL 0.5 "$REAL" "$@"; exit; }\n'
    )
    stand_in(tmp_path / "bin", monkeypatch, once + 'exec "$REAL" "$@"\n')
    made = list(letters_to_pdf(plain(3), tmp_path / "pdf"))
    assert [one.pages for one in made] == [1, 1, 1]
    assert (tmp_path / "bin" / "again").exists()


@posix
def test_a_libreoffice_that_hangs_is_ended_with_all_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path / "bin", monkeypatch, 'sleep 600 & echo $! >> "$HERE/started"; wait\n')
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(work))
    made = list(letters_to_pdf(plain(2), tmp_path / "pdf", timeout=0.2))
    assert [(one.name, one.path) for one in made] == [("S-1", None), ("S-2", None)]
    assert all(one.reason for one in made)
    started = (tmp_path / "bin" / "started").read_text(encoding="utf-8").split()
    assert started
    assert not [pid for pid in started if _is_running(int(pid))]
    assert not list(work.iterdir())


def _is_running(pid: int) -> bool:
    for _ in range(50):  # a process that was ended is there until its parent has looked
        try:
            state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2]
        except OSError:
            return False
        if state.split()[0] == "Z":
            return False
        time.sleep(0.05)
    return True


@posix
def test_who_asks_for_no_more_letters_leaves_nothing_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path / "bin", monkeypatch, 'echo $$ >> "$HERE/started"; exit 1\n')
    letters = letters_to_pdf(plain(1), tmp_path / "pdf")
    assert next(letters).path is None
    letters.close()  # type: ignore[attr-defined]
    assert not list((tmp_path / "pdf").iterdir())


def test_without_libreoffice_a_sentence_says_so_before_any_letter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("rollbook.documents.conversion._PLACES", ())
    with pytest.raises(ConverterMissing, match="libreoffice.org"):
        letters_to_pdf([], tmp_path)
    assert shutil.which("soffice") is None


def test_a_pdf_that_was_cut_off_is_no_letters(tmp_path: Path) -> None:
    path = tmp_path / "one.pdf"
    with pikepdf.new() as whole:
        whole.add_blank_page()
        whole.save(path)
    path.write_bytes(path.read_bytes()[:-60])
    with pytest.raises(PagesUnclear, match="did not finish"):
        list(split(path, plain(1)))
