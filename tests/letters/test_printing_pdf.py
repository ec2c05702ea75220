"""A batch as PDF: a file of each letter, one for the printer, and none that spills over."""

import csv
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from pypdf import PdfReader

from rollbook.documents import converter
from rollbook.ledger.letters import Letter, State
from rollbook.letters import approve_letters, print_letters, step
from rollbook.letters.batches import LISTING
from rollbook.letters.printing import Batch
from rollbook.letters.templates import template_path
from rollbook.office import Office
from tests.letters.families import ANA, LUIS, ROSA, SEPTEMBER, absences, draft, enrol, log, school
from tests.offices import NOW

pytestmark = pytest.mark.skipif(converter() is None, reason="LibreOffice is not here")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Two letters approved; the Spanish one says far more than goes on a page."""
    office = school(tmp_path_factory.mktemp("pdf") / "an office", letters={"pdf": True})
    lengthen(office, "tx-tru3", "es")
    enrol(office, ANA, (ROSA, replace(LUIS, language="es")))
    absences(office, SEPTEMBER)
    step(office, [letter.serial for letter in draft(office)], State.APPROVED, NOW)
    return office


def lengthen(office: Office, stem: str, language: str) -> None:
    path = template_path(office, stem, language)
    assert path
    document = docx.Document(str(path))
    for _ in range(40):
        document.paragraphs[3].insert_paragraph_before("Every day counts. " * 12)
    document.save(str(office.folders.templates / f"{stem}.{language}.docx"))


@pytest.fixture(scope="module")
def first(office: Office) -> Batch:
    return print_letters(office, NOW)


def of(office: Office, language: str) -> Letter:
    [letter] = [one for one in log(office) if one.language == language]
    return letter


def test_a_letter_whose_message_spills_over_is_held_and_the_others_are_printed(
    office: Office, first: Batch
) -> None:
    assert [one.serial for one in first.printed] == [of(office, "en").serial]
    [(letter, why)] = first.held
    assert (letter.language, letter.state) == ("es", State.HELD)
    assert why.startswith("its message does not fit on page 1: it has ")
    assert of(office, "es").note == why


def test_its_files_are_not_among_those_of_the_batch(office: Office, first: Batch) -> None:
    assert first.joined
    serial = of(office, "en").serial
    assert sorted(path.name for path in first.joined.parent.iterdir()) == [
        f"{serial}.docx",
        f"{serial}.pdf",
        "batch.csv",
        "letters-2026-11-20.docx",
        "letters-2026-11-20.pdf",
    ]
    assert first.pdf and len(PdfReader(first.pdf).pages) == 2
    with (first.joined.parent / LISTING).open(encoding="utf-8-sig", newline="") as stream:
        letter, *_ = csv.DictReader(stream)
    assert (letter["serial"], letter["pages"]) == (serial, "2")


def test_it_goes_as_it_is_by_the_word_of_somebody_who_has_seen_it(
    office: Office, first: Batch
) -> None:
    serial = of(office, "es").serial
    approve_letters(office, [serial], NOW, "it may be long", as_is=True)
    [printed] = print_letters(office, NOW).printed
    assert printed.serial == serial
    assert Path(office.folders.root / printed.file).with_suffix(".pdf").is_file()
