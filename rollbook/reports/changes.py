"""What a posting changed, student by student and mark by mark; and which postings there are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from rollbook.ledger import Connection, people, taking_back
from rollbook.ledger import marks as ledger_marks
from rollbook.ledger import postings as book
from rollbook.ledger.postings import Posting
from rollbook.ledger.taking_back import Detail, Log, TakenBack
from rollbook.office import Office
from rollbook.problems import NotAllowed, counted
from rollbook.register import Student
from rollbook.reports.asked import Asked
from rollbook.reports.table import Column, Table, Value

NAME = "changes"
BLANK = "blank"  # a code that leaves the cell empty: the mark is there, and says so
SAYS = "what the newest posting changed: student, day, was, is, file, when, by whom"

COLUMNS = (
    Column("Student ID"),
    Column("Student"),
    Column("Form", in_files_only=True),
    Column("Date", number_format="yyyy-mm-dd"),
    Column("Part"),
    Column("Was"),
    Column("Is"),
    Column("File", in_files_only=True),
    Column("When", in_files_only=True),
    Column("By", in_files_only=True),
)

LIST_COLUMNS = (
    Column("Posting", is_number=True),
    Column("When"),
    Column("File"),
    Column("Kind"),
    Column("New", is_number=True),
    Column("Changed", is_number=True),
    Column("Held", is_number=True),
    Column("By"),
    Column("Taken back"),
)


@dataclass(frozen=True, slots=True)
class Change:
    """One mark as a posting found it and as it left it. Empty: there was none, there is none.

    A mark whose code is a blank, which in the US often means present, is told as ``blank``.
    """

    student: Student
    day: date
    part: str
    was: str
    now: str


def build(asked: Asked) -> Table:
    """Return what the newest posting changed that changed any mark."""
    return changes_table(asked.office)


def changes_table(office: Office, posting_id: int | None = None) -> Table:
    """Return what a posting changed; the newest that changed anything, unless said.

    Raises ``NotAllowed`` when there is no such posting.
    """
    with office.ledger.read() as connection:
        posting = _posting(connection, posting_id)
        changes = changes_of(connection, posting)
        gone = taking_back.taken_back(connection)
    when = when_of(posting)
    rows: list[Sequence[Value]] = [
        (
            one.student.student_id,
            one.student.sort_name,
            one.student.form,
            one.day,
            one.part,
            one.was,
            one.now,
            posting.file,
            when,
            posting.by,
        )
        for one in changes
    ]
    return Table("Changes", title_of(posting, changes, gone), COLUMNS, rows)


def title_of(posting: Posting, changes: Sequence[Change], gone: Mapping[int, TakenBack]) -> str:
    """Say in a line what a posting was and what it changed."""
    new = sum(not one.was for one in changes)
    removed = sum(not one.now for one in changes if one.was)
    students = len({one.student.student_id for one in changes})
    counts = (
        f"{counted(len(changes), 'mark')} of {counted(students, 'student')} "
        f"({new:,} new, {len(changes) - new - removed:,} changed, {removed:,} taken away)"
        if changes
        else "no mark changed"
    )
    by = f", by {posting.by}" if posting.by else ""
    what = f"Posting {posting.id}, “{posting.file}”, {when_of(posting)}{by}: {counts}"
    undid = next((one.posting for one in gone.values() if one.by_posting == posting.id), None)
    if undid:
        what += f"; it took posting {undid} back"
    if posting.id in gone:
        what += f"; taken back since by posting {gone[posting.id].by_posting}"
    return what


def changes_of(connection: Connection, posting: Posting) -> list[Change]:
    """Return the marks a posting changed, in the order of the register and the calendar."""
    keys = taking_back.students_in(connection, posting.id)
    log = taking_back.log_of(connection, keys, upto=posting.id)
    texts = ledger_marks.symbol_texts(connection)
    known = people.students(connection)
    order = {student_id: place for place, student_id in enumerate(known)}
    by_key = {key: known[one] for key, one in people.student_ids(connection).items()}
    found = list(_changes(log, posting.id, texts, by_key))
    found.sort(key=lambda one: (order[one.student.student_id], one.day))
    return found


def _changes(
    log: Log, posting: int, texts: Mapping[int, str], students: Mapping[int, Student]
) -> Iterator[Change]:
    for entry in np.flatnonzero(log.posting == posting).tolist():
        key, day, part = ledger_marks.session_of(int(log.place[entry]))
        before = entry - 1
        was = before >= 0 and log.place[before] == log.place[entry]
        change = Change(
            students[key],
            day,
            part,
            _said(texts, int(log.symbol[before]), log.detail(before)) if was else "",
            _said(texts, int(log.symbol[entry]), log.detail(entry)),
        )
        if change.was or change.now:  # what was never there cannot be taken away
            yield change


def _said(texts: Mapping[int, str], symbol: int, detail: Detail | None) -> str:
    """Write a mark with its minutes and comment, since these may be all that changed."""
    minutes, comment = detail or (0, "")
    more = [f"{minutes} min"] * (minutes > 0) + [comment] * bool(comment)
    if symbol not in texts:  # the mark was taken away
        return ""
    text = texts[symbol] or BLANK
    return f"{text} ({', '.join(more)})" if more else text


def postings_table(office: Office, newest: int | None = None) -> Table:
    """Return the postings with their numbers, newest first; the ``newest`` few if said."""
    with office.ledger.read() as connection:
        found = book.postings(connection)[::-1][:newest]
        gone = taking_back.taken_back(connection)
    rows = [
        (one.id, when_of(one), one.file, one.importer, one.new, one.amended, one.held, one.by,
         _taken_back(gone, one.id))
        for one in found
    ]  # fmt: skip
    return Table("Postings", "Postings, newest first", LIST_COLUMNS, rows)


def _taken_back(gone: Mapping[int, TakenBack], posting: int) -> str:
    return (
        f"by posting {gone[posting].by_posting}: {gone[posting].reason}" if posting in gone else ""
    )


def when_of(posting: Posting) -> str:
    """Return the day and time of a posting as a clerk writes them, on the office's clock."""
    return f"{datetime.fromisoformat(posting.at):%d %b %Y %H:%M}"


def _posting(connection: Connection, posting_id: int | None) -> Posting:
    found = book.postings(connection)
    if posting_id is None:
        changing = [one for one in found if one.new or one.amended]
        if not changing:
            raise NotAllowed("No posting has changed a mark yet. Drop a register and post it.")
        return changing[-1]
    for one in found:
        if one.id == posting_id:
            return one
    raise NotAllowed(
        f"There is no posting {posting_id}. See which there are: rollbook changes --list"
    )
