"""Labels and envelopes: the exact measures, the right families, and nobody else."""

import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import docx
import pytest
from typer.testing import CliRunner

from rollbook.cli import app
from rollbook.documents import text_of
from rollbook.documents.labels import (
    ENVELOPES,
    SHEETS,
    Address,
    Envelope,
    Sheet,
    envelope_pages,
    fits,
    label_sheets,
)
from rollbook.ledger.letters import State
from rollbook.letters import approve_letters, hold, print_letters
from rollbook.letters.envelopes import envelopes, labels, letters_for_post
from rollbook.office import Office
from rollbook.problems import NotAllowed
from tests.letters.families import LUIS, ROSA, SEPTEMBER, absences, draft, enrol, school
from tests.offices import NOW

SHORT = Address(("Rosa García", "12 Elm St", "Waco, TX 76701"), "L-2026-00001")
LONG = Address(
    (
        "Ms. Thị Phương Nguyễn-O'Connor-Fernández de la Vega",
        "Apartment 1204, Building C, The Residences at Cottonwood Creek",
        "1420 North Willow Bend Road Extension",
        "Cedar Falls, TX 78999-1234",
    ),
    "L-2026-00002",
)
AWKWARD = Address(('מרים <כהן> & "Co"\x07', "5 Oak & Ash Rd", "Waco, TX 76701"), "L-2026-00003")
MM = 1440 / 25.4


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = school(tmp_path)
    enrol(office, guardians=(ROSA, LUIS))
    absences(office, SEPTEMBER)
    return office


def approved(office: Office) -> list[str]:
    serials = [letter.serial for letter in draft(office)]
    approve_letters(office, serials, NOW)
    return serials


def table_of(content: bytes) -> docx.table.Table:
    [table] = docx.Document(BytesIO(content)).tables
    return table


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_the_labels_of_a_sheet_lie_on_the_page_where_the_sheet_has_them(sheet: Sheet) -> None:
    table = table_of(label_sheets([SHORT] * (sheet.across * sheet.down), sheet, 1, "en-US"))
    assert len(table.rows) == sheet.down
    assert {round(row.height / 36_000, 1) for row in table.rows} == {round(sheet.label[1], 1)}
    right = sheet.corner[0] + (sheet.across - 1) * sheet.step + sheet.label[0]
    below = sheet.corner[1] + sheet.down * sheet.label[1]
    assert abs(sheet.corner[0] + right - sheet.page[0]) < 0.1  # the same margin on both sides
    assert below <= sheet.page[1]
    columns = [column.width / 36_000 for column in table.columns]
    assert sum(columns) == pytest.approx(right - sheet.corner[0], abs=0.1)


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_a_full_page_takes_the_labels_of_one_sheet_and_not_one_row_more(sheet: Sheet) -> None:
    content = label_sheets([SHORT], sheet, 1, "en-US")
    section = docx.Document(BytesIO(content)).sections[0]
    room = (section.page_height - section.top_margin - section.bottom_margin) / 36_000
    assert sheet.down * sheet.label[1] + 1 < room < (sheet.down + 1) * sheet.label[1]


def test_the_first_label_can_be_any_of_a_sheet_that_was_begun() -> None:
    table = table_of(label_sheets([SHORT, LONG], SHEETS["avery-5160"], 6, "en-US"))
    texts = [[cell.text for cell in row.cells][::2] for row in table.rows]
    assert [[bool(text.strip()) for text in row] for row in texts] == [
        [False, False, False],
        [False, False, True],
        [True, False, False],
    ]
    assert texts[1][2].splitlines()[:3] == list(SHORT.lines)


@pytest.mark.parametrize("what", ["labels", "envelopes"])
def test_every_line_of_an_address_can_be_read_back_whatever_its_signs(what: str) -> None:
    addresses = [SHORT, LONG, AWKWARD]
    if what == "labels":
        text = text_of(label_sheets(addresses, SHEETS["l7163"], 1, "en-GB"))
    else:
        text = text_of(envelope_pages(addresses, ENVELOPES["dl"], "en-GB"))
    for one in (SHORT, LONG):
        assert all(line in text for line in (*one.lines, one.number))
    assert '<כהן> & "Co"' in text
    assert "5 Oak & Ash Rd" in text


def test_a_long_address_is_set_smaller_and_one_that_no_size_fits_is_told() -> None:
    small = SHEETS["avery-5160"]

    def sizes(address: Address) -> set[float]:
        table = table_of(label_sheets([address], small, 1, "en-US"))
        runs = [run for one in table.rows[0].cells[0].paragraphs for run in one.runs]
        return {run.font.size.pt for run in runs[:-1] if run.font.size}

    assert max(sizes(LONG)) < max(sizes(SHORT)) == 11
    assert fits(LONG.lines, small)
    assert not fits([*LONG.lines, *LONG.lines, *LONG.lines], small)


@pytest.mark.parametrize("one", ENVELOPES.values(), ids=ENVELOPES)
def test_an_envelope_is_a_page_of_its_size_with_the_address_in_its_place(one: Envelope) -> None:
    content = envelope_pages([SHORT, LONG], one, "en-US")
    document = docx.Document(BytesIO(content))
    section = document.sections[0]
    assert section.page_width is not None and section.page_height is not None
    assert (section.page_width / 36_000, section.page_height / 36_000) == pytest.approx(
        one.size, abs=0.1
    )
    [table] = document.tables
    assert len(table.rows) == 4  # two rows an envelope: the sender's and the family's
    assert section.left_margin is not None and section.top_margin is not None
    left = (section.left_margin + table.columns[0].width) / 36_000
    top = (section.top_margin + table.rows[0].height) / 36_000
    assert (left, top) == pytest.approx(one.address, abs=0.1)
    room = (section.page_height - section.top_margin) / 36_000
    used = sum(row.height for row in list(table.rows)[:2]) / 36_000
    assert used < room < used + table.rows[0].height / 36_000


def test_letters_that_are_approved_get_labels_in_the_order_of_printing(office: Office) -> None:
    serials = approved(office)
    found = letters_for_post(office, (), State.APPROVED, "serial")
    assert [letter.serial for letter in found] == serials
    text = text_of(labels(office, found, "avery-5160", 1))
    assert text.index("Rosa García") < text.index("Luis O’Neil")
    assert "5 Oak & Ash Rd" in text
    assert "García, Ana" not in text and "Ana García" not in text


def test_an_envelope_has_the_school_as_its_sender_and_no_word_of_the_student(
    office: Office,
) -> None:
    approved(office)
    text = text_of(envelopes(office, letters_for_post(office, (), State.APPROVED)))
    assert office.settings.name in text
    assert "Waco, TX 76701" in text
    assert "Ana" not in text


def test_a_held_letter_gets_no_label_and_says_so(office: Office) -> None:
    first, second = approved(office)
    hold(office, [first], "call the family first", NOW)
    assert [one.serial for one in letters_for_post(office, (), State.APPROVED)] == [second]
    with pytest.raises(NotAllowed, match=f"Letter {first} is held, so it gets no label"):
        letters_for_post(office, [first, second], State.PRINTED)


@pytest.mark.parametrize("state", [State.HELD, State.VOID, State.PREPARED])
def test_no_labels_are_made_for_letters_that_must_not_go(office: Office, state: State) -> None:
    with pytest.raises(NotAllowed, match=f"Letters that are {state.value} get no labels"):
        letters_for_post(office, (), state)


def test_a_sheet_an_envelope_or_a_start_that_is_not_there_is_told(office: Office) -> None:
    approved(office)
    found = letters_for_post(office, (), State.APPROVED)
    with pytest.raises(NotAllowed, match="There is no sheet “5161”. Say one of: avery-5160"):
        labels(office, found, "5161", 1)
    with pytest.raises(NotAllowed, match="has the labels 1 to 30"):
        labels(office, found, "avery-5160", 31)
    with pytest.raises(NotAllowed, match="There is no envelope “b4”. Say one of: 10, dl, c5"):
        envelopes(office, found, "b4")


def test_an_address_too_long_for_a_label_is_named_by_its_letter(tmp_path: Path) -> None:
    office = school(tmp_path)
    street = "\n".join(f"Building {n} of a very long name beside the river" for n in range(12))
    enrol(office, guardians=(replace(ROSA, street=street),))
    absences(office, SEPTEMBER)
    [serial] = approved(office)
    found = letters_for_post(office, [serial], State.APPROVED)
    with pytest.raises(NotAllowed, match=f"The address of letter {serial} is too long"):
        labels(office, found, "avery-5160", 1)


def test_the_commands_write_a_word_file_for_the_letters_that_were_printed(office: Office) -> None:
    serials = approved(office)
    print_letters(office, NOW)
    root = str(office.folders.root)
    office.ledger.close()
    for command in ("labels", "envelopes"):
        ran = CliRunner().invoke(app, ["letters", command, "--office", root, "--json"])
        assert ran.exit_code == 0, ran.output
        told = json.loads(ran.stdout)
        assert sorted(told["letters"]) == sorted(serials)
        assert "Luis O’Neil" in text_of(Path(told["file"]).read_bytes())
