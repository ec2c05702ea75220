"""Postings, their coverage, amendments, held rows, requests and owed work in the ledger."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from rollbook.ledger import schema

ASSESS, LETTERS, WORKBOOKS, DOCUMENTS = "assess", "letters", "workbooks", "documents"
"""The work that can be owed, in the order it is done."""


@dataclass(frozen=True, slots=True)
class Posting:
    """What one file did to the ledger.

    The same bytes once more give the same Posting while they change nothing; else a further one,
    whose digest says which time it is.
    """

    id: int
    digest: str
    file: str
    importer: str
    at: str
    by: str
    students: int = 0
    new: int = 0
    amended: int = 0
    unchanged: int = 0
    held: int = 0
    released: int = 0
    requests: int = 0
    problems: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Covered:
    """What a posted marks file spoke about."""

    campus: str
    first: date
    last: date
    parts: tuple[str, ...]
    recording: str


def posting_of(connection: sa.Connection, digest: str) -> Posting | None:
    """Return the newest posting of these very bytes that was not taken back, if there is one."""
    table = schema.posting
    query = (
        sa.select(table)
        .where(_of_these_bytes(digest), table.c.id.not_in(_taken_back()))
        .order_by(table.c.id.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return Posting(**row._mapping) if row else None


def digest_of_this_time(connection: sa.Connection, digest: str) -> str:
    """Return the digest under which bytes are posted now: ``… (2)`` for the second time."""
    table = schema.posting
    query = sa.select(sa.func.count()).select_from(table).where(_of_these_bytes(digest))
    times = connection.execute(query).scalar_one()
    return f"{digest} ({times + 1})" if times else digest


def _of_these_bytes(digest: str) -> sa.ColumnElement[bool]:
    column = schema.posting.c.digest
    return sa.or_(column == digest, column.startswith(f"{digest} (", autoescape=True))


def _taken_back() -> sa.Select[Any]:
    return sa.select(schema.taken_back.c.posting)


def postings(connection: sa.Connection) -> list[Posting]:
    """Return all postings, oldest first."""
    query = sa.select(schema.posting).order_by(schema.posting.c.id)
    return [Posting(**row._mapping) for row in connection.execute(query)]


def begin_posting(
    connection: sa.Connection, *, digest: str, file: str, importer: str, at: str, by: str
) -> int:
    """Enter a posting and return its number; :func:`finish_posting` fills in the counts."""
    counts = dict.fromkeys(
        ("students", "new", "amended", "unchanged", "held", "released", "requests"), 0
    )
    result = connection.execute(
        sa.insert(schema.posting).values(
            digest=digest, file=file, importer=importer, at=at, by=by, problems=[], **counts
        )
    )
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])


def finish_posting(connection: sa.Connection, posting: int, values: Mapping[str, Any]) -> Posting:
    """Fill in what the posting did and return it."""
    table = schema.posting
    connection.execute(sa.update(table).where(table.c.id == posting).values(**values))
    row = connection.execute(sa.select(table).where(table.c.id == posting)).one()
    return Posting(**row._mapping)


def save_coverage(connection: sa.Connection, posting: int, covered: Iterable[Covered]) -> None:
    """Enter what a posting's file spoke about."""
    rows = [
        {
            "posting": posting,
            "campus": span.campus,
            "first": span.first,
            "last": span.last,
            "parts": " ".join(span.parts),
            "recording": span.recording,
        }
        for span in covered
    ]
    if rows:
        connection.execute(sa.insert(schema.coverage), rows)


def coverage(connection: sa.Connection, posting: int | None = None) -> list[Covered]:
    """Return what one posting spoke about, or all of them that were not taken back."""
    query = (
        sa.select(schema.coverage)
        .where(schema.coverage.c.posting.not_in(_taken_back()))
        .order_by(schema.coverage.c.posting)
    )
    if posting is not None:
        query = query.where(schema.coverage.c.posting == posting)
    rows = connection.execute(query)
    return [
        Covered(row.campus, row.first, row.last, tuple(row.parts.split()), row.recording)
        for row in rows
    ]


def save_amendments(connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Enter amendments: student, day, part, was, is, reason, by, title, at, posting."""
    if not rows:
        return
    # Row by row, SQLAlchemy takes three times as long as SQLite; a year may be taken back at once.
    names = ("student", "day", "part", "was", "is", "reason", "by", "title", "at", "posting")
    columns, marks = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
    rest = itemgetter(*names[2:])
    values = [(row["student"], row["day"].isoformat(), *rest(row)) for row in rows]
    connection.exec_driver_sql(f"INSERT INTO amendment ({columns}) VALUES ({marks})", values)


def amendments(connection: sa.Connection, student_id: str = "") -> list[Mapping[str, Any]]:
    """Return the trail of changed marks, oldest first, of one student or of all."""
    table = schema.amendment
    query = (
        sa.select(schema.student.c.student_id, table)
        .join(schema.student, schema.student.c.key == table.c.student)
        .order_by(table.c.id)
    )
    if student_id:
        query = query.where(schema.student.c.student_id == student_id)
    return [dict(row._mapping) for row in connection.execute(query)]


def save_held(connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep rows that could not be posted, whole."""
    if rows:
        connection.execute(sa.insert(schema.held), list(rows))


def held_rows(connection: sa.Connection, posting: int | None = None) -> list[Mapping[str, Any]]:
    """Return the rows still held, with their file and importer, of one posting or of all."""
    table = schema.held
    query = (
        sa.select(table, schema.posting.c.file, schema.posting.c.importer)
        .join(schema.posting, schema.posting.c.id == table.c.posting)
        .where(table.c.released.is_(None))
        .order_by(table.c.id)
    )
    if posting is not None:
        query = query.where(table.c.posting == posting)
    return [dict(row._mapping) for row in connection.execute(query)]


def held_numbers(connection: sa.Connection) -> set[int]:
    """Return the numbers of all rows that were ever held, also of those posted since."""
    return set(connection.execute(sa.select(schema.held.c.id)).scalars())


def release(connection: sa.Connection, held_ids: Sequence[int], posting: int) -> None:
    """Say that held rows were posted, or overtaken, by ``posting``."""
    if held_ids:
        connection.execute(
            sa.update(schema.held)
            .where(schema.held.c.id == sa.bindparam("the_id"))
            .values(released=posting),
            [{"the_id": held_id} for held_id in held_ids],
        )


def save_requests(
    connection: sa.Connection, posting: int, requests: Sequence[tuple[int, Mapping[str, Any]]]
) -> None:
    """Enter document requests of a dropped list, as (row, content)."""
    rows = [{"posting": posting, "row": row, "content": content} for row, content in requests]
    if rows:
        connection.execute(sa.insert(schema.request), rows)


def open_requests(connection: sa.Connection) -> list[Mapping[str, Any]]:
    """Return the document requests not dealt with yet."""
    table = schema.request
    query = sa.select(table).where(table.c.outcome.is_(None)).order_by(table.c.id)
    return [dict(row._mapping) for row in connection.execute(query)]


def close_request(connection: sa.Connection, request: int, outcome: str) -> None:
    """Say what became of a document request: its serial, or why there is none."""
    connection.execute(
        sa.update(schema.request).where(schema.request.c.id == request).values(outcome=outcome)
    )


def requests(connection: sa.Connection) -> list[Mapping[str, Any]]:
    """Return all document requests with what became of them."""
    query = sa.select(schema.request).order_by(schema.request.c.id)
    return [dict(row._mapping) for row in connection.execute(query)]


def owe(connection: sa.Connection, posting: int, works: Iterable[str]) -> None:
    """Note work that a posting makes necessary."""
    rows = [
        {"posting": posting, "work": work, "done_at": None, "tries": 0, "last_reason": ""}
        for work in works
    ]
    if rows:
        connection.execute(sa.insert(schema.followup), rows)


def owe_for_letters(connection: sa.Connection) -> None:
    """Note that the workbooks' letter logs are behind: a letter took a step."""
    newest = connection.execute(sa.select(sa.func.max(schema.posting.c.id))).scalar()
    if newest is not None and not any(row["work"] == WORKBOOKS for row in owed(connection)):
        owe(connection, newest, (WORKBOOKS,))


def owe_again(connection: sa.Connection) -> None:
    """Note that flags, letters and workbooks are behind: something was done or noted by hand."""
    newest = connection.execute(sa.select(sa.func.max(schema.posting.c.id))).scalar()
    if newest is not None:
        already = {row["work"] for row in owed(connection)}
        owe(connection, newest, [one for one in (ASSESS, LETTERS, WORKBOOKS) if one not in already])


def owed(connection: sa.Connection) -> list[Mapping[str, Any]]:
    """Return the work not done yet, oldest first."""
    table = schema.followup
    query = sa.select(table).where(table.c.done_at.is_(None)).order_by(table.c.id)
    return [dict(row._mapping) for row in connection.execute(query)]


def strike_off(connection: sa.Connection, work: str, upto: int, at: str) -> None:
    """Say that ``work`` owed by follow-ups up to number ``upto`` is done."""
    table = schema.followup
    connection.execute(
        sa.update(table)
        .where(table.c.work == work, table.c.id <= upto, table.c.done_at.is_(None))
        .values(done_at=at, tries=table.c.tries + 1, last_reason="")
    )


def put_off(connection: sa.Connection, work: str, upto: int, reason: str) -> None:
    """Say that ``work`` could not be done now, and why; it stays owed."""
    table = schema.followup
    connection.execute(
        sa.update(table)
        .where(table.c.work == work, table.c.id <= upto, table.c.done_at.is_(None))
        .values(tries=table.c.tries + 1, last_reason=reason)
    )
