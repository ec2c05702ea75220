"""Held rows that a newer file has overtaken: said again, said otherwise, or taken back.

A row held for want of a roster must not be posted weeks later if the SIS has corrected or
withdrawn the mark in the meantime. What a newer file says of a session is what counts, whether it
could be posted or is itself held.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from rollbook.attendance.roll import is_among
from rollbook.importers.contract import Coverage, Extract, Recording
from rollbook.ledger import Connection
from rollbook.ledger import postings as book
from rollbook.ledger.marks import day_numbers, day_of
from rollbook.ledger.postings import Covered
from rollbook.posting.roll import Roll
from rollbook.problems import Problem, Severity, counted, note

HeldRow = Mapping[str, Any]
Session = tuple[str, date, str]  # student id, day, part


def held_marks(connection: Connection) -> list[HeldRow]:
    """Return the held rows that are marks: rows that could not be read name no session."""
    return [row for row in book.held_rows(connection) if row["student_id"] and row["day"]]


def strike_off_overtaken(
    connection: Connection, posting: int, roll: Roll, extract: Extract
) -> None:
    """Strike off rows held earlier that this file mentions, or covers and no longer holds."""
    rows = held_marks(connection)
    if not rows:
        return
    mentioned = _mentioned(extract, rows)
    withdrawn = _withdrawn(connection, roll, extract, rows)
    gone = [row["id"] for row in rows if _session(row) in mentioned or row["id"] in withdrawn]
    book.release(connection, gone, posting)


def strike_off_same_list(
    connection: Connection, posting: int, extract: Extract, file: str
) -> list[Problem]:
    """Strike off the held rows of a list filled in by hand that comes again under its name.

    Its rows say no session of a student by which they could be told otherwise. The clerk has
    mended them, or left them out; a note says that they are gone.
    """
    if not (extract.requests or extract.corrections or extract.contacts):
        return []
    gone = [
        row["id"]
        for row in book.held_rows(connection)
        if row["importer"] == extract.importer and row["file"].casefold() == file.casefold()
    ]
    book.release(connection, gone, posting)
    rows = counted(len(gone), "row")
    said = f"{rows} held of the earlier “{file}” struck off: this list takes its place."
    return [note("list-replaced", said)] if gone else []


def split_newest(rows: Sequence[HeldRow]) -> tuple[list[HeldRow], list[HeldRow]]:
    """Return the rows of the newest file that mentions each session, and the older rows."""
    newest: dict[Session, int] = {}
    for row in rows:
        newest[_session(row)] = max(row["posting"], newest.get(_session(row), 0))
    current = [row for row in rows if row["posting"] == newest[_session(row)]]
    older = [row for row in rows if row["posting"] < newest[_session(row)]]
    return current, older


def _session(row: HeldRow) -> Session:
    return row["student_id"], row["day"], row["part"]


def _mentioned(extract: Extract, rows: Sequence[HeldRow]) -> frozenset[Session]:
    """Return the sessions in the file of the students who have held rows."""
    frame = extract.marks
    students = {row["student_id"] for row in rows}
    frame = frame[frame["student_id"].isin(students)]
    days = map(day_of, day_numbers(frame["date"]).tolist())
    return frozenset(zip(frame["student_id"].tolist(), days, frame["part"].tolist(), strict=True))


def _withdrawn(
    connection: Connection, roll: Roll, extract: Extract, rows: Sequence[HeldRow]
) -> frozenset[int]:
    """Return the ids of held rows the file would hold if they still stood: absences taken back.

    Only the same kind of export can say so. Where a row of absences could not even be read,
    nothing is taken back: it may be any of them.
    """
    if extract.recording is not Recording.NEGATIVE:
        return frozenset()
    if any(problem.severity is Severity.HOLD for problem in extract.problems):
        return frozenset()
    rows = [row for row in rows if row["importer"] == extract.importer]
    spoken = {
        posting: book.coverage(connection, posting) for posting in {row["posting"] for row in rows}
    }
    return frozenset(
        row["id"]
        for row in rows
        if _is_covered(row, roll, extract.coverage, spoken[row["posting"]])
    )


def _is_covered(
    row: HeldRow, roll: Roll, coverage: Sequence[Coverage], earlier: Sequence[Covered]
) -> bool:
    """Say whether the file speaks about a held row's session, at every campus it may be of."""
    here = [span.campus for span in coverage if _spans(span, row)]
    campuses = {span.campus for span in earlier if _spans(span, row)}
    if row["student_id"] in roll.keys:
        campuses = {roll.campus_on(roll.keys[row["student_id"]], row["day"])}
    return bool(here) and all(is_among(own, here) for own in campuses)


def _spans(span: Coverage | Covered, row: HeldRow) -> bool:
    return span.first <= row["day"] <= span.last and row["part"] in span.parts
