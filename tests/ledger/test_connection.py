import sqlite3
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from rollbook.ledger import Ledger, schema
from rollbook.ledger import connection as connecting
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


@pytest.mark.parametrize("table", ["page", "amendment", "letter", "letter_event", "verification"])
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


def test_a_ledger_on_a_network_share_is_refused_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connecting, "network_file_system", lambda folder: "cifs")
    with pytest.raises(LedgerError, match="network share .cifs.*only the drop folder may be"):
        Ledger.open(tmp_path / "rollbook.db")
    assert not (tmp_path / "rollbook.db").exists()
