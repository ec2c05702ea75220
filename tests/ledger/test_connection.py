import sqlite3
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from rollbook.ledger import Ledger, chain, people, schema
from rollbook.ledger import connection as connecting
from rollbook.ledger.letters import State, letters
from rollbook.problems import LedgerError


def test_a_new_ledger_is_made_with_every_table(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path / "rollbook.db")
    with ledger.read() as connection:
        assert set(schema.metadata.tables) <= set(sa.inspect(connection).get_table_names())


def test_the_migrations_make_exactly_the_schema(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path / "rollbook.db")
    with ledger.read() as connection:
        found = compare_metadata(MigrationContext.configure(connection), schema.metadata)
    assert found == []


@pytest.mark.parametrize(
    "table",
    [
        "page",
        "amendment",
        "letter",
        "letter_event",
        "delivery",
        "verification",
        "release_event",
        "action",
        "hold_back",
        "log_link",
        "sheet_entry",
    ],
)
@pytest.mark.parametrize("change", ["UPDATE {} SET posting = posting", "DELETE FROM {}"])
def test_what_only_grows_cannot_be_changed(tmp_path: Path, table: str, change: str) -> None:
    Ledger.open(tmp_path / "rollbook.db").close()
    raw = sqlite3.connect(tmp_path / "rollbook.db")
    columns = [row[1] for row in raw.execute(f"PRAGMA table_info({table})")]
    raw.execute(f"INSERT INTO {table} VALUES ({', '.join('1' for _ in columns)})")
    statement = change.format(table).replace("posting", columns[0])
    with pytest.raises(sqlite3.IntegrityError, match="only grows"):
        raw.execute(statement)
    raw.close()


def test_a_ledger_of_the_first_release_is_brought_up_to_date_and_keeps_everything(
    tmp_path: Path,
) -> None:
    path = tmp_path / "rollbook.db"
    _first_release(path)
    ledger = Ledger.open(path)
    with ledger.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), schema.metadata) == []
        [letter] = letters(connection)
        [student] = people.students(connection).values()
        report = chain.examine(connection)
    assert (letter.serial, letter.state, letter.withdraws) == ("L-2026-00001", State.MAILED, "")
    assert letter.evidence == [["2026-11-02", "AM", "O"]]
    assert student.name == "Ana García"
    assert report.whole and report.head.number == 3
    with pytest.raises(LedgerError, match="only grows"), ledger.write() as connection:
        connection.execute(sa.update(schema.letter).values(withdraws="L-2026-00009"))


def _first_release(path: Path) -> None:
    """Make a ledger as the first release made them, with a student and a mailed letter."""
    engine = sa.create_engine(sa.URL.create("sqlite", database=str(path)))
    config = connecting._config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql(
            "INSERT INTO student VALUES (1, '007', '', 'García', 'Ana', '', NULL, '9', '', '', '',"
            " '[]', '{}', 1)"
        )
        connection.exec_driver_sql(
            "INSERT INTO letter VALUES ('L-2026-00001', 1, 'eng-pn', '', '{\"name\": \"Rosa\"}',"
            " 'en', 'eng-pn', 'd', '{}', '[[\"2026-11-02\", \"AM\", \"O\"]]', '2026-27',"
            " '2026-11-13', '[]')"
        )
        connection.exec_driver_sql(
            "INSERT INTO letter_event VALUES"
            " (1, 'L-2026-00001', 'prepared', '2026-11-16T09:00', 'A. Clerk', '', '', 0),"
            " (2, 'L-2026-00001', 'mailed', '2026-11-17T09:00', 'A. Clerk', '', '', 0)"
        )
    engine.dispose()


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path / "rollbook.db")
    with pytest.raises(ZeroDivisionError), ledger.write() as connection:
        connection.execute(sa.insert(schema.symbol).values(text="/"))
        raise ZeroDivisionError
    with ledger.read() as connection:
        assert connection.execute(sa.select(schema.symbol)).all() == []


def test_two_writers_queue_up(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path / "rollbook.db")

    def enter(symbol: str) -> None:
        with ledger.write() as connection:
            count = connection.execute(sa.select(sa.func.count()).select_from(schema.symbol))
            number = count.scalar_one()
            connection.execute(sa.insert(schema.symbol).values(text=f"{symbol}{number}"))

    writers = [threading.Thread(target=enter, args=("s",)) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with ledger.read() as connection:
        texts = set(connection.execute(sa.select(schema.symbol.c.text)).scalars())
    assert texts == {f"s{number}" for number in range(8)}


def test_a_file_that_is_no_ledger_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "rollbook.db").write_bytes(b"not a database, not at all" * 100)
    with pytest.raises(LedgerError, match="cannot be opened as a ledger"):
        Ledger.open(tmp_path / "rollbook.db")


def test_a_ledger_of_a_newer_rollbook_is_left_alone(tmp_path: Path) -> None:
    Ledger.open(tmp_path / "rollbook.db").close()
    raw = sqlite3.connect(tmp_path / "rollbook.db")
    raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.commit()
    raw.close()
    with pytest.raises(LedgerError, match="newer Rollbook"):
        Ledger.open(tmp_path / "rollbook.db")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("ALTER TABLE letter DROP COLUMN withdraws", "letter.withdraws"),
        ("ALTER TABLE student RENAME COLUMN facts TO notes", "student.facts"),
    ],
)
def test_a_ledger_whose_tables_are_of_another_version_is_said_at_once(
    tmp_path: Path, change: str, what: str
) -> None:
    Ledger.open(tmp_path / "rollbook.db").close()
    raw = sqlite3.connect(tmp_path / "rollbook.db")
    raw.execute(change)
    raw.commit()
    raw.close()
    with pytest.raises(LedgerError, match=rf"made by another version of Rollbook.*\({what}\)"):
        Ledger.open(tmp_path / "rollbook.db")


def test_a_table_that_vanished_while_in_use_is_not_something_to_try_again(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path / "rollbook.db")
    raw = sqlite3.connect(tmp_path / "rollbook.db")
    raw.execute("DROP TABLE assessment")
    raw.commit()
    raw.close()
    with (
        pytest.raises(LedgerError, match="made by another version"),
        ledger.read() as connection,
    ):
        connection.execute(sa.select(schema.assessment)).all()


def test_a_ledger_on_a_network_share_is_refused_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connecting, "network_file_system", lambda folder: "cifs")
    with pytest.raises(LedgerError, match="network share .cifs.*only the drop folder may be"):
        Ledger.open(tmp_path / "rollbook.db")
    assert not (tmp_path / "rollbook.db").exists()
