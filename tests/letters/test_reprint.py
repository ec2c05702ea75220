"""A letter is made once more, the very same bytes; the log shows what was changed in it."""

import csv
import hashlib
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from rollbook.ledger import chain
from rollbook.ledger.letters import State
from rollbook.letters import print_letters, step
from rollbook.letters.batches import LISTING, noted_head
from rollbook.letters.log_check import check_log
from rollbook.letters.printing import Batch, reprint
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
from tests.letters.test_commands import run
from tests.offices import NOW


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = school(tmp_path, clerk="Dana Wu")
    enrol(office, ANA, (ROSA, replace(LUIS, language="es", postcode="76702")))
    absences(office, SEPTEMBER)
    step(office, [letter.serial for letter in draft(office)], State.APPROVED, NOW)
    return office


def test_a_letter_is_made_once_more_as_it_was_printed(office: Office) -> None:
    first, _ = print_letters(office, NOW).printed
    printed = (office.folders.root / first.file).read_bytes()
    edit_template(office, "tx-tru3", "Every day in class counts", "NEW WORDS")
    enrol(office, replace(ANA, given_name="Anna"), (replace(ROSA, street="9 New St"), LUIS))
    before = log(office)
    again = reprint(office, first.serial)
    assert (again.content, again.is_same) == (printed, True)
    assert (
        again.digest
        == hashlib.sha256(printed).hexdigest()
        == steps(office, first.serial)[-1].digest
    )
    assert log(office) == before


def test_a_letter_not_printed_yet_cannot_be_compared(office: Office) -> None:
    assert reprint(office, "L-2026-00001").is_same is None
    with pytest.raises(NotAllowed, match="There is no letter L-2026-00009"):
        reprint(office, "L-2026-00009")


def test_a_template_copy_that_somebody_changed_makes_no_letter(office: Office) -> None:
    first, second = log(office)
    kept = office.folders.letters / ".used-templates"
    other = kept / f"{second.template_digest}.docx"
    (kept / f"{first.template_digest}.docx").write_bytes(other.read_bytes())
    batch = print_letters(office, NOW)
    assert [one.serial for one in batch.printed] == [second.serial]
    [(held, why)] = batch.held
    assert held.serial == first.serial and "was changed since" in why
    with pytest.raises(NotAllowed, match="was changed since"):
        reprint(office, first.serial)


def rows(batch: Batch) -> list[dict[str, str]]:
    assert batch.joined
    with (batch.joined.parent / LISTING).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_batch_lists_its_letters_in_the_order_they_are_printed(office: Office) -> None:
    batch = print_letters(office, NOW, order="name")
    assert batch.joined
    *letters, joined, head = rows(batch)
    assert [(one["number"], one["serial"], one["student id"]) for one in letters] == [
        ("1", "L-2026-00001", "000123"),
        ("2", "L-2026-00002", "000123"),
    ]
    assert joined["sha256"] == hashlib.sha256(batch.joined.read_bytes()).hexdigest()
    with office.ledger.read() as connection:
        assert chain.head(connection) == noted_head(batch.joined.parent)
    assert head["sha256"]


def test_no_list_names_a_student(office: Office) -> None:
    batch = print_letters(office, NOW)
    assert batch.joined
    text = (batch.joined.parent / LISTING).read_text(encoding="utf-8-sig")
    assert "000123" in text
    assert "Ana" not in text and "García" not in text


@pytest.mark.parametrize(
    ("order", "serials"),
    [
        ("postcode", ["L-2026-00001", "L-2026-00002"]),
        ("serial", ["L-2026-00001", "L-2026-00002"]),
        ("class", ["L-2026-00001", "L-2026-00002"]),
    ],
)
def test_letters_are_printed_in_the_order_asked_for(
    office: Office, order: str, serials: list[str]
) -> None:
    assert [row["serial"] for row in rows(print_letters(office, NOW, order=order))[:2]] == serials


def test_there_is_no_other_order(office: Office) -> None:
    with pytest.raises(NotAllowed, match="There is no order “size”. Say one of: postcode,"):
        print_letters(office, NOW, order="size")


# --- the log --------------------------------------------------------------------------------------


def tamper(office: Office, *statements: str) -> None:
    """Change the ledger with another tool, past what keeps it from being changed."""
    office.ledger.close()
    with closing(sqlite3.connect(office.folders.root / "rollbook.db")) as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in triggers.fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_a_sound_log_says_so_with_its_head(office: Office) -> None:
    print_letters(office, NOW)
    status, out, complaints = run(office.folders.root, "verify-log")
    assert (status, complaints) == (0, "")
    assert "entries of the logs are as they were written." in out
    assert "1 list of printed batches" in out and "2 printed letters" in out
    head = out.strip().rpartition(" ")[2]
    assert run(office.folders.root, "verify-log", "--head", head)[0] == 0


def test_a_step_changed_with_another_tool_is_named(office: Office) -> None:
    print_letters(office, NOW)
    tamper(office, "UPDATE letter_event SET by = 'Kim' WHERE serial = 'L-2026-00002' AND id = 4")
    status, _, complaints = run(office.folders.root, "verify-log")
    said = " ".join(complaints.split())
    assert status == 1
    assert "step of a letter L-2026-00002, approved, 2026-11-20 09:00, Kim" in said
    assert "says something else now" in said


def test_a_step_that_was_removed_is_placed_between_its_neighbours(office: Office) -> None:
    print_letters(office, NOW)
    tamper(office, "DELETE FROM letter_event WHERE id = 4")
    status, out, _ = run(office.folders.root, "verify-log", "--json")
    assert status == 1
    faults = json.loads(out)["faults"]
    assert [one["what"] for one in faults] == ["the entry is no longer there"]
    assert "after L-2026-00001, approved" in faults[0]["which"]


def test_cutting_off_the_end_shows_against_the_list_of_the_batch(office: Office) -> None:
    print_letters(office, NOW)
    newest = "(SELECT max(id) FROM {})"
    tamper(
        office,
        f"DELETE FROM letter_event WHERE id = {newest.format('letter_event')}",
        f"DELETE FROM log_link WHERE id = {newest.format('log_link')}",
    )
    [fault] = check_log(office).faults
    assert fault.what == "1 entry is gone"


def test_a_printed_letter_that_was_replaced_is_named_and_one_moved_is_counted(
    office: Office,
) -> None:
    first, second = print_letters(office, NOW).printed
    (office.folders.root / first.file).write_bytes(b"another letter")
    (office.folders.root / second.file).unlink()
    report = check_log(office)
    assert [(one.which, one.what) for one in report.faults] == [
        (
            f"file of {first.serial}",
            f"“{first.file}” is not as it was printed: it was changed or replaced",
        )
    ]
    assert (report.files, report.missing) == (1, 1)


def test_a_joined_file_that_was_changed_before_it_was_printed_is_named(office: Office) -> None:
    joined = print_letters(office, NOW).joined
    assert joined is not None and not check_log(office).faults
    joined.write_bytes(joined.read_bytes() + b"more")
    [fault] = check_log(office).faults
    assert fault.which == f"joined file of batch {joined.parent.name}"
    assert fault.what.endswith("is not as it was made: it was changed or replaced")
    joined.unlink()
    assert not check_log(office).faults
