"""The story of one posting, in one transaction, and of rows released later."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from rollbook.importers.contract import DocumentRequest, Extract, Recording
from rollbook.ledger import Connection, people
from rollbook.ledger import marks as ledger_marks
from rollbook.ledger import postings as book
from rollbook.ledger.postings import ASSESS, DOCUMENTS, LETTERS, WORKBOOKS, Covered, Posting
from rollbook.office import Office
from rollbook.posting import contacts
from rollbook.posting.changes import Changes, compare
from rollbook.posting.checks import check
from rollbook.posting.contact_log import enter_contacts
from rollbook.posting.corrections import as_marks
from rollbook.posting.looks import keep_look, look_of
from rollbook.posting.mended import Mended, only_waiting
from rollbook.posting.overtaken import (
    held_marks,
    split_newest,
    strike_off_overtaken,
    strike_off_same_list,
)
from rollbook.posting.refusing import (
    let_wait_if_it_differs,
    refuse_drift,
    refuse_part_of_a_list,
    refuse_strangers,
)
from rollbook.posting.repeats import standing_now
from rollbook.posting.roll import Roll
from rollbook.posting.sessions import only_sessions
from rollbook.posting.settled import (
    new_campuses,
    refuse_unknown_campuses,
    told_unknown_campuses,
    with_campuses,
)
from rollbook.posting.sheet import Held
from rollbook.posting.silence import doubts
from rollbook.posting.staff_list import enter_staff
from rollbook.posting.stretches import covering_only_its_stretches
from rollbook.posting.trail import amendments
from rollbook.problems import Problem, Severity
from rollbook.register import Student, register_frame

RELEASABLE = frozenset({"unknown-student", "unknown-code", "not-a-school-day", "not-on-roll"})


def post(
    office: Office,
    extract: Extract,
    *,
    digest: str,
    file: str,
    at: datetime,
    accept_drift: bool = False,
) -> Posting:
    """Post one extract and return what it did.

    The very bytes of a file posted before are posted anew, unless that would change nothing now:
    a newer file may have said otherwise since. The earlier posting is returned then. Bytes whose
    posting was taken back are posted like new ones.

    Raises ``RefusedFile`` when the file would change so much of what is on record that it is
    rather a wrong file, unless ``accept_drift``. Nothing is written then.
    """
    extract = only_sessions(office.policy, with_campuses(office, extract), file)
    extract = covering_only_its_stretches(extract)

    def entered(connection: Connection, digest: str) -> Posting:
        rest, mended = only_waiting(connection, extract)
        return _enter(
            connection,
            office,
            rest,
            mended,
            digest=digest,
            file=file,
            at=at,
            accept_drift=accept_drift,
        )

    with office.ledger.write() as connection:
        known = book.posting_of(connection, digest)
        this_time = book.digest_of_this_time(connection, digest)
        if known is None:
            if not accept_drift:
                let_wait_if_it_differs(connection, office, extract, file)
            return entered(connection, this_time)
        before = standing_now(connection)
        with connection.begin_nested() as attempt:
            posting = entered(connection, this_time)
            if posting.new or posting.amended or standing_now(connection) != before:
                return posting
            attempt.rollback()
        return known


def _enter(
    connection: Connection,
    office: Office,
    extract: Extract,
    mended: Mended,
    *,
    digest: str,
    file: str,
    at: datetime,
    accept_drift: bool,
) -> Posting:
    """Write everything that an extract says into the ledger."""
    posting = book.begin_posting(
        connection,
        digest=digest,
        file=file,
        importer=extract.importer,
        at=at.isoformat(timespec="seconds"),
        by=office.settings.clerk,
    )
    told = new_campuses(connection, office, extract)
    fresh = _save_people(connection, extract)
    roll = Roll.read(connection)
    if not extract.mends:
        refuse_strangers(roll, extract)
        refuse_unknown_campuses(roll, extract, file)
    extract = as_marks(connection, office, roll, extract)
    logged = enter_contacts(connection, office, extract.contacts, at)
    told += [*told_unknown_campuses(roll, extract), *logged.problems]
    told += enter_staff(connection, posting, roll, extract)
    told += doubts(office, extract, file)
    extract = replace(extract, problems=[*extract.problems, *told])
    sheet, held = check(office, roll, extract.marks, as_exported=not extract.corrections)
    changes = compare(connection, roll, sheet, extract, held)
    if not (accept_drift or extract.mends or extract.corrections):
        refuse_drift(changes, file)
        refuse_part_of_a_list(changes, extract, file)
    _write_marks(connection, office, posting, changes, at, f"export “{file}”")
    mended.settle(connection, posting)
    strike_off_overtaken(connection, posting, roll, extract)
    replaced = strike_off_same_list(connection, posting, extract, file)
    contacts.strike_off_older(connection, posting, extract.guardians)
    held += contacts.without_student(connection, extract.guardians)
    held += [_held_of(problem) for problem in extract.problems if _holds(problem)]
    book.save_held(
        connection,
        [{"posting": posting, "released": None} | asdict(row) for row in mended.numbered(held)],
    )
    keep_look(connection, posting, extract, look_of(extract, roll))
    book.save_coverage(connection, posting, _covered(extract))
    book.save_requests(
        connection, posting, [(request.row, _content(request)) for request in extract.requests]
    )
    book.owe(connection, posting, _works(extract))
    return book.finish_posting(
        connection,
        posting,
        {
            "students": fresh,
            "new": len(changes.new),
            "amended": len(changes.amended) + len(changes.cleared),
            "unchanged": changes.unchanged,
            "held": len(held),
            "requests": len(extract.requests),
            "problems": [_as_json(problem) for problem in (*extract.problems, *replaced)],
        },
    )


def release_held(office: Office, at: datetime) -> Posting | None:
    """Post held rows whose reason is gone: the student, the code or the day has become known.

    Held contacts are entered when their student is known.

    Returns the posting, or None when no row could be released. A row whose session has a newer
    mark by now is struck off without posting it, and so is one that a newer held row replaces.
    """
    with office.ledger.write() as connection:
        current, older = split_newest(held_marks(connection))
        rows = [row for row in current if row["slug"] in RELEASABLE]
        people_now = contacts.now_known(connection)
        if not rows and not people_now:
            return None
        roll = Roll.read(connection)
        sheet, held = check(office, roll, _frame_of_held(rows))
        still = {row.row for row in held}
        free = [row for number, row in enumerate(rows, start=1) if number not in still]
        if not free and not people_now:
            return None
        gone = [*free, *(older if free else ()), *people_now]
        posting = book.begin_posting(
            connection,
            digest=f"held rows {max(row['id'] for row in gone)} {at.isoformat()}",
            file="rows held earlier",
            importer="held-rows",
            at=at.isoformat(timespec="seconds"),
            by=office.settings.clerk,
        )
        contacts.enter(connection, people_now)
        changes = compare(connection, roll, sheet, Extract("held-rows"), held)
        changes = replace(changes, amended=changes.amended.none(), cleared=changes.cleared.none())
        _write_marks(connection, office, posting, changes, at, "a row held earlier")
        book.release(connection, [row["id"] for row in gone], posting)
        book.owe(connection, posting, (ASSESS, LETTERS, WORKBOOKS))
        return book.finish_posting(
            connection,
            posting,
            {"new": len(changes.new), "released": len(free) + len(people_now)},
        )


def _save_people(connection: Connection, extract: Extract) -> int:
    """Enter the people a file brings. Without any roster yet, a register may bring its own."""
    fresh = 0
    if extract.is_roster:
        fresh = people.save_students(
            connection, extract.students, on_roster=True, tells=extract.tells
        )
    elif extract.recording is Recording.POSITIVE and not people.has_roster(connection):
        known = {student.student_id for student in extract.students}
        known |= people.student_keys(connection).keys()
        ids = map(str, extract.marks["student_id"].cat.categories)
        unnamed = [Student(student_id) for student_id in ids if student_id not in known]
        brought = [*extract.students, *unnamed]
        fresh = people.save_students(connection, brought, on_roster=False) if brought else 0
    people.save_guardians(connection, extract.guardians, tells=extract.tells)
    people.save_enrolments(connection, extract.enrolments)
    return fresh


def _write_marks(
    connection: Connection,
    office: Office,
    posting: int,
    changes: Changes,
    at: datetime,
    source: str,
) -> None:
    ledger_marks.append(connection, posting, changes.written())
    texts = ledger_marks.symbol_texts(connection)
    for batch, reason in (
        (changes.amended, f"amended by {source}"),
        (changes.cleared, f"no longer in {source}"),
    ):
        trail = {
            "reason": reason,
            "by": office.settings.clerk,
            "title": office.settings.clerk_title,
            "at": at.isoformat(timespec="seconds"),
            "posting": posting,
        }
        found = amendments(batch.entries, batch.was, texts, trail, commented=True)
        book.save_amendments(connection, list(found))


def _covered(extract: Extract) -> list[Covered]:
    return [
        Covered(span.campus, span.first, span.last, span.parts, extract.recording.value)
        for span in extract.coverage
    ]


def _works(extract: Extract) -> Iterable[str]:
    if extract.requests:
        yield DOCUMENTS
    people_in = extract.students or extract.guardians or extract.enrolments
    if len(extract.marks) or extract.contacts or people_in:
        yield from (ASSESS, LETTERS, WORKBOOKS)


def _content(request: DocumentRequest) -> dict[str, Any]:
    return {name: value for name, value in asdict(request).items() if name != "row"}


def _holds(problem: Problem) -> bool:
    return problem.severity is Severity.HOLD


def _held_of(problem: Problem) -> Held:
    return Held(problem.slug, problem.message, problem.value, problem.place.row)


def _as_json(problem: Problem) -> dict[str, Any]:
    return {
        "slug": problem.slug,
        "severity": problem.severity.value,
        "place": str(problem.place),
        "message": problem.message,
        "value": problem.value,
    }


def _frame_of_held(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return held marks as a register frame whose ``row`` is their number in the list, from 1."""
    return register_frame(
        {
            "student_id": [row["student_id"] for row in rows],
            "date": np.array([row["day"] for row in rows], dtype="datetime64[D]"),
            "part": [row["part"] for row in rows],
            "symbol": [row["symbol"] for row in rows],
            "minutes_late": [row["minutes_late"] for row in rows],
            "comment": [row["comment"] for row in rows],
            "row": range(1, len(rows) + 1),
        }
    )
