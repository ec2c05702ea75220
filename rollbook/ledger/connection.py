"""Opening the ledger: where it may live, how it is brought up to date, how it is locked."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from rollbook.ledger import schema
from rollbook.ledger.place import network_file_system
from rollbook.problems import LedgerError

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

_BUSY_SECONDS = 30
_NOT_OUR_TABLES = ("no such column", "no such table")  # SQLite's own words


class Ledger:
    """The school's attendance ledger: one SQLite file on this computer's own disk."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self._looking: sqlite3.Connection | None = None
        self._one_look = threading.Lock()

    @classmethod
    def open(cls, path: Path) -> "Ledger":
        """Open the ledger at ``path``, making or updating it as needed.

        Raises ``LedgerError`` when it lies on a network share, is no ledger, or was written by a
        newer Rollbook.
        """
        share = network_file_system(path.parent)
        if share:
            raise LedgerError(
                f"The ledger “{path.name}” would lie on a network share ({share}). Two computers "
                "writing there can destroy it. Keep the office folder on this computer's own disk; "
                "only the drop folder may be on a share ([folders] drop in office.toml)."
            )
        engine = _engine(path)
        try:
            _bring_up_to_date(engine, path)
            lacking = _columns_lacking(engine)
        except sa.exc.DatabaseError as error:
            engine.dispose()
            raise LedgerError(
                f"“{path}” cannot be opened as a ledger ({error.orig}). If it was damaged, put the "
                "last backup in its place."
            ) from error
        if lacking:
            engine.dispose()
            raise _of_another_version(path.name, ", ".join(lacking[:3]))
        return cls(engine)

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Give a connection that sees one moment of the ledger and writes nothing."""
        with _said_plainly(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """Give a connection whose changes are all kept at the end, or none of them."""
        with _said_plainly(), self.engine.connect() as connection:
            connection.execution_options(rollbook_write=True)
            with connection.begin():
                yield connection

    def stamp(self) -> int:
        """Return a number that is another one as soon as anything in the ledger was changed.

        It takes microseconds, and is only good for comparing with one taken from this object.
        """
        with self._one_look, _said_plainly():
            if self._looking is None:
                path = str(self.engine.url.database)
                self._looking = sqlite3.connect(path, check_same_thread=False)
            number: int = self._looking.execute("PRAGMA data_version").fetchone()[0]
            return number

    def close(self) -> None:
        """Let go of the file."""
        with self._one_look:
            if self._looking is not None:
                self._looking.close()
                self._looking = None
        self.engine.dispose()


@contextmanager
def _said_plainly() -> Iterator[None]:
    """Turn the database's own complaints (busy, disk full) into a LedgerError."""
    try:
        yield
    except (sa.exc.DBAPIError, sqlite3.Error) as error:
        reason = getattr(error, "orig", None) or error
        if str(reason).startswith(_NOT_OUR_TABLES):
            raise _of_another_version("rollbook.db", str(reason)) from error
        raise LedgerError(f"The ledger could not do this now ({reason}). Try again.") from error


def _engine(path: Path) -> sa.Engine:
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(path)), connect_args={"timeout": _BUSY_SECONDS}
    )
    sa.event.listen(engine, "connect", _set_up_connection)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _set_up_connection(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin
    for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {setting}")


def _begin(connection: sa.Connection) -> None:
    """Take the write lock at once when we are going to write, so that two writers queue up."""
    writing = connection.get_execution_options().get("rollbook_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _bring_up_to_date(engine: sa.Engine, path: Path) -> None:
    from alembic import command  # here: commands that open no ledger should not wait for it
    from alembic.migration import MigrationContext

    scripts = _migrations()
    head = scripts.get_current_head()
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current == head:
        return
    if current is not None and current not in {step.revision for step in scripts.walk_revisions()}:
        raise LedgerError(
            f"“{path}” was written by a newer Rollbook ({current}). Install the newest version."
        )
    with engine.connect() as connection:
        connection.execution_options(rollbook_write=True)
        with connection.begin():
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _columns_lacking(engine: sa.Engine) -> list[str]:
    """Return the columns of this version that the file has not, as ``table.column``.

    The number of the migration says nothing of a file that a version between two releases made.
    """
    lacking: list[str] = []
    with engine.connect() as connection:
        for name, table in schema.metadata.tables.items():
            rows = connection.exec_driver_sql(f'PRAGMA table_info("{name}")')
            there = {row[1] for row in rows}
            lacking += [f"{name}.{column.name}" for column in table.c if column.name not in there]
    return lacking


def _of_another_version(file: str, what: str) -> LedgerError:
    return LedgerError(
        f"The ledger “{file}” of this office was made by another version of Rollbook: its tables "
        f"are not those of this one ({what}). Nothing was changed. Use the version that made the "
        "office, or make a new office with this one (rollbook init) and drop the exports there."
    )


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    folder = resources.files("rollbook.ledger") / "migrations"
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _migrations() -> "ScriptDirectory":
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config())


def sqlite_version() -> str:
    """Return the SQLite version in use, for `rollbook doctor`."""
    return sqlite3.sqlite_version
