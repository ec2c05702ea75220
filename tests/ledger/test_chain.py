"""The chain through the logs: it fits what the program entered, and shows what another tool did."""

import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from rollbook.ledger import Ledger, care, chain, deliveries, releases, schema
from rollbook.ledger import letters as book
from rollbook.ledger.chain import ChainReport, Head
from rollbook.ledger.deliveries import Delivery
from rollbook.ledger.letters import Event, Letter, State
from rollbook.ledger.releases import ReleaseEvent, Verification
from rollbook.register import Action, HoldBack

AT = "2026-11-16T09:00:00"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a ledger with an entry in each log."""
    path = tmp_path / "rollbook.db"
    ledger = Ledger.open(path)
    with ledger.write() as connection:
        connection.execute(
            sa.insert(schema.student).values(
                key=1, student_id="007", state_id="", family_name="Vega", given_name="Ana",
                known_as="", birth_date=None, grade="9", form="", campus="", language="",
                flags=[], facts={}, on_roster=True,
            )
        )  # fmt: skip
        for number in range(1, 4):
            book.save_letter(connection, _letter(f"L-2026-0000{number}"), AT, "A. Clerk")
    with ledger.write() as connection:
        book.save_events(
            connection,
            [
                Event("L-2026-00001", State.APPROVED, AT, "A. Clerk"),
                Event("L-2026-00002", State.VOID, AT, "A. Clerk", "wrong family"),
            ],
        )
        deliveries.save_deliveries(
            connection, [Delivery("L-2026-00001", "e-mail", "a@example.org", "sent", at=AT)]
        )
        releases.save_verification(connection, _document("V-2026-00001"))
        releases.save_release_event(connection, ReleaseEvent("V-2026-00001", "handed over"))
        care.save_action(connection, Action("007", date(2026, 11, 16), "call"))
        noted = HoldBack("007", "bereavement", date(2026, 11, 16))
        care.save_hold_back(connection, noted, AT)
        care.end_hold_back(connection, "007", "bereavement", date(2026, 11, 18), "A. Clerk", AT)
        care.strike_action(connection, 1, "another student", "A. Clerk", AT)
    ledger.close()
    return path


def _letter(serial: str) -> Letter:
    return Letter(
        serial=serial, student_id="007", trigger="tx-tru3", part="", language="en",
        guardian={"name": "Rosa Vega"}, template="tx-tru3", template_digest="d",
        fields={"student_name": "Ana Vega"}, evidence=[("2026-11-02", "DAY", "U")],
        school_year="2026-27", as_of=date(2026, 11, 13),
    )  # fmt: skip


def _document(serial: str) -> Verification:
    return Verification(
        serial=serial, student_id="007", kind="enrolment", purpose="housing",
        requested_by="parent", released_to="parent", consent="", issued=date(2026, 11, 16),
        expires=None, by="A. Clerk", template_digest="d", fields={}, file="", request=serial,
    )  # fmt: skip


def _examined(path: Path, noted: Head | None = None) -> ChainReport:
    ledger = Ledger.open(path)
    with ledger.read() as connection:
        report = chain.examine(connection, {"a list": noted} if noted else None)
    ledger.close()
    return report


def _with_another_tool(path: Path, *statements: str) -> None:
    """Change the file as somebody could who opens it with a database browser."""
    connection = sqlite3.connect(path)
    triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    for (name,) in triggers.fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_every_log_is_chained_and_fits(path: Path) -> None:
    report = _examined(path)
    assert report.whole
    assert report.head.number == 3 + 3 + 2 + 1 + 1 + 1 + 2 + 2
    connection = sqlite3.connect(path)
    chained = {log for (log,) in connection.execute("SELECT DISTINCT log FROM log_link")}
    connection.close()
    assert chained == set(chain.LOGS)


@pytest.mark.parametrize(
    ("statement", "log", "key"),
    [
        ("UPDATE letter SET guardian = '{\"name\": \"R\"}' WHERE serial = 'L-2026-00002'",
         "letter", "L-2026-00002"),
        ("UPDATE letter_event SET at = '2026-11-01T09:00:00' WHERE id = 4", "letter_event", "4"),
        ("UPDATE verification SET released_to = 'bank'", "verification", "V-2026-00001"),
        ("UPDATE action SET day = '2026-11-02' WHERE id = 1", "action", "1"),
        ("UPDATE hold_back SET last = NULL WHERE id = 2", "hold_back", "2"),
        ("UPDATE delivery SET state = 'bounced'", "delivery", "1"),
        ("DELETE FROM letter_event WHERE id = 5", "letter_event", "5"),
        ("DELETE FROM release_event", "release_event", "1"),
    ],
)  # fmt: skip
def test_an_entry_that_was_changed_or_removed_is_named_and_no_other(
    path: Path, statement: str, log: str, key: str
) -> None:
    _with_another_tool(path, statement)
    assert [(one.log, one.key) for one in _examined(path).breaks] == [(log, key)]


def test_an_entry_made_past_the_program_is_named(path: Path) -> None:
    _with_another_tool(
        path,
        "INSERT INTO letter_event"
        " VALUES (99, 'L-2026-00003', 'mailed', '', 'x', '', '', 0, '', '')",
    )
    (found,) = _examined(path).breaks
    assert (found.log, found.key, found.what) == (
        "letter_event", "99", "the entry was made past the log"
    )  # fmt: skip


def test_a_link_taken_out_with_its_entry_leaves_a_gap(path: Path) -> None:
    _with_another_tool(
        path,
        "DELETE FROM log_link WHERE log = 'letter_event' AND key = '4'",
        "DELETE FROM letter_event WHERE id = 4",
    )
    (found,) = _examined(path).breaks
    assert found.what == "1 entry is gone"


def test_the_newest_entries_cut_off_show_against_a_head_taken_down(path: Path) -> None:
    noted = _examined(path).head
    taken_down = Head(noted.number, noted.digest[:32])
    assert _examined(path, taken_down).whole
    _with_another_tool(
        path,
        "DELETE FROM action WHERE id = 2",
        "DELETE FROM log_link WHERE id = (SELECT max(id) FROM log_link)",
    )
    assert _examined(path).whole
    (found,) = _examined(path, taken_down).breaks
    assert found.what == "1 entry is gone"


def test_a_chain_made_anew_does_not_fit_a_head_taken_down(path: Path) -> None:
    noted = _examined(path).head
    _with_another_tool(
        path,
        "UPDATE letter_event SET by = 'nobody' WHERE id = 1",
        "DELETE FROM log_link",
        "DROP TABLE log_link",
        "CREATE TABLE log_link (id INTEGER PRIMARY KEY, log TEXT, key TEXT, digest TEXT)",
    )
    ledger = Ledger.open(path)
    with ledger.write() as connection:
        tables = {log: schema.metadata.tables[log] for log in chain.LOGS}
        chain.link_all(connection, tables)
    ledger.close()
    anew = _examined(path)
    assert anew.whole
    assert not _examined(path, noted).whole
    lists = {"the list of May": noted, "the list of June": anew.head}
    ledger = Ledger.open(path)
    with ledger.read() as connection:
        found = chain.examine(connection, lists).breaks
    ledger.close()
    assert [one.what for one in found] == [
        "its digest is not the one taken down in the list of May"
    ]


def test_a_further_column_that_is_empty_changes_no_digest(path: Path) -> None:
    said: Callable[..., str] = chain._said
    row = {"serial": "L-1", "note": "seen", "again": False, "day": date(2026, 11, 2)}
    assert said(row) == said({**row, "colour": "", "until": None})
    assert said(row) != said({**row, "colour": "blue"})
    assert said(row) != said({**row, "count": 0})
