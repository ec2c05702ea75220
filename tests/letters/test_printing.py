import io
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import docx
import pytest

from rollbook.documents import text_of
from rollbook.ledger.letters import Letter, State
from rollbook.letters import Batch, print_letters, printing, step
from rollbook.letters.printing import UNFINISHED
from rollbook.office import Office
from rollbook.problems import NotAllowed
from tests.letters.families import (
    ANA,
    LUIS,
    ROSA,
    SEPTEMBER,
    absences,
    draft,
    edit_template,
    enrol,
    log,
    school,
    steps,
)
from tests.offices import NOW


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = school(tmp_path)
    enrol(office, ANA, (ROSA, replace(LUIS, language="es")))
    absences(office, SEPTEMBER)
    return office


def approved(office: Office) -> list[Letter]:
    return step(office, [letter.serial for letter in draft(office)], State.APPROVED, NOW)


def files(office: Office) -> list[str]:
    folder = office.folders.letters
    return sorted(path.relative_to(folder).as_posix() for path in folder.glob("[!.]*/*"))


def test_a_batch_is_one_file_for_the_printer_and_one_of_each_letter(office: Office) -> None:
    letters = approved(office)
    batch = print_letters(office, NOW)
    assert batch.joined == office.folders.letters / "2026-11-20" / "letters-2026-11-20.docx"
    assert files(office) == [
        "2026-11-20/L-2026-00001.docx",
        "2026-11-20/L-2026-00002.docx",
        "2026-11-20/batch.csv",
        "2026-11-20/letters-2026-11-20.docx",
    ]
    assert [(one.state, one.file) for one in batch.printed] == [
        (State.PRINTED, f"letters/2026-11-20/{letter.serial}.docx") for letter in letters
    ]


def test_the_joined_file_has_a_section_for_each_letter_and_each_serial_once(
    office: Office,
) -> None:
    letters = approved(office)
    batch = print_letters(office, NOW)
    assert batch.joined
    content = batch.joined.read_bytes()
    document = docx.Document(io.BytesIO(content))
    assert len(document.sections) == len(letters)
    body = "\n".join(text.text for text in document.element.body.iter("{*}t") if text.text)
    for letter in letters:
        assert Counter(body.split())[letter.serial] == 1
    by_street = [letters[1], letters[0]]  # Luis in Oak Street, Rosa in Elm Street: 5 before 12
    footers = [section.footer.paragraphs[0].text for section in document.sections]
    assert [letter.serial in footer for letter, footer in zip(by_street, footers, strict=True)] == [
        True,
        True,
    ]
    assert "Rosa García" in text_of(content)
    assert "Estimado(a) Luis O’Neil" in text_of(content)


def test_nothing_approved_makes_no_folder(office: Office) -> None:
    draft(office)
    assert print_letters(office, NOW) == Batch(None, (), ())
    assert files(office) == []


def test_a_letter_not_approved_is_not_printed_even_by_name(office: Office) -> None:
    [letter, _] = draft(office)
    with pytest.raises(NotAllowed, match="is prepared and cannot become printed"):
        print_letters(office, NOW, [letter.serial])
    with pytest.raises(NotAllowed, match="There is no letter L-1"):
        print_letters(office, NOW, ["L-1"])
    assert files(office) == []


def test_a_letter_printed_again_is_the_same_in_a_folder_of_its_own(office: Office) -> None:
    approved(office)
    [first, _] = print_letters(office, NOW).printed
    [again] = print_letters(office, NOW, [first.serial]).printed
    assert again.file == f"letters/2026-11-20-2/{first.serial}.docx"
    root = office.folders.root
    assert (root / again.file).read_bytes() == (root / first.file).read_bytes()


def test_a_template_edited_after_preparing_does_not_change_the_letter(office: Office) -> None:
    approved(office)
    edit_template(office, "tx-tru3", "Every day in class counts", "NEW WORDS")
    [letter, _] = print_letters(office, NOW).printed
    text = text_of((office.folders.root / letter.file).read_bytes())
    assert "Every day in class counts" in text
    assert "NEW WORDS" not in text


def test_a_letter_that_does_not_show_a_value_is_held_and_the_others_are_printed(
    office: Office,
) -> None:
    hidden = "{% if penalty_first %}{{ student_name }}{% endif %}"  # Texas has no such penalty
    edit_template(office, "tx-tru3", "{{ student_name }}", hidden)
    letters = approved(office)
    batch = print_letters(office, NOW)
    assert [letter.serial for letter in batch.printed] == [letters[1].serial]
    [(letter, why)] = batch.held
    assert letter.serial == letters[0].serial
    assert why.startswith("the finished letter does not show student_name. Mend the template")
    assert [(one.state, one.note) for one in log(office)][0] == (State.HELD, why)


def test_a_template_whose_copy_is_gone_holds_its_letters(office: Office) -> None:
    letters = approved(office)
    (office.folders.letters / ".used-templates" / f"{letters[0].template_digest}.docx").unlink()
    batch = print_letters(office, NOW)
    assert [letter.serial for letter in batch.printed] == [letters[1].serial]
    [(letter, why)] = batch.held
    assert letter.serial == letters[0].serial
    assert "is gone; void the letter" in why
    assert [one.state for one in log(office)] == [State.HELD, State.PRINTED]


def test_a_crash_between_files_and_ledger_loses_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = approved(office)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(printing, "_enter", _killed)
        print_letters(office, NOW)
    assert [one.state for one in log(office)] == [State.APPROVED, State.APPROVED]
    note = office.folders.letters / "2026-11-20" / UNFINISHED
    assert "Do not print them" in note.read_text(encoding="utf-8")
    batch = print_letters(office, NOW + timedelta(minutes=5))
    assert [one.serial for one in batch.printed] == [one.serial for one in letters]
    assert {Path(name).parts[0] for name in files(office)} == {"2026-11-20"}
    assert not note.exists()


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_letter_voided_while_it_was_being_made_is_not_entered_as_printed(
    office: Office,
) -> None:
    letters = approved(office)

    def void(what: str, done: int, of: int) -> None:
        if what.startswith("Making") and log(office)[1].state is not State.VOID:
            step(office, [letters[1].serial], State.VOID, NOW)

    with pytest.raises(NotAllowed, match="became void while the letters were made"):
        print_letters(office, NOW, tell=void)
    assert [one.state for one in log(office)] == [State.APPROVED, State.VOID]
    assert [one.serial for one in print_letters(office, NOW).printed] == [letters[0].serial]


def test_the_steps_of_a_letter_are_all_kept(office: Office) -> None:
    [letter, _] = approved(office)
    print_letters(office, NOW)
    step(office, [letter.serial], State.MAILED, NOW)
    assert [one.state.value for one in steps(office, letter.serial)] == [
        "prepared",
        "approved",
        "printed",
        "mailed",
    ]
