"""Undo: a whole posting is taken back, with the trail kept.

The ledger only grows, so taking back is itself a posting. Mark by mark it writes what stood there
before, where the mark is still the one that posting wrote; a mark that a later file has changed
stays, and is named. What the posting covered counts as recorded by it no longer, its held rows are
struck off, and flags, letters and workbooks are owed anew. All of it is one transaction.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from rollbook.importers import (
    contact_list,
    correction_forms,
    excuse_notes,
    mended_rows,
    staff_list,
)
from rollbook.ledger import Connection, people, staff, taking_back
from rollbook.ledger import marks as ledger_marks
from rollbook.ledger import postings as book
from rollbook.ledger.postings import ASSESS, LETTERS, WORKBOOKS, Posting
from rollbook.ledger.taking_back import RELEASED
from rollbook.office import Office
from rollbook.posting import contacts
from rollbook.posting.contact_log import entered_by, found_contacts, strike_contacts
from rollbook.posting.put_back import put_back
from rollbook.posting.trail import amendments
from rollbook.problems import NotAllowed, counted

IMPORTER = "taken-back"
"""What stands in the place of an importer's name in a posting that takes another back."""

FILLED_IN_BY_HAND = frozenset(
    one.NAME for one in (contact_list, correction_forms, excuse_notes, mended_rows, staff_list)
)
"""Lists that say nothing of who the students are: they are taken back even if all rows are held."""


@dataclass(frozen=True, slots=True)
class Left:
    """A mark that stays, because a later posting has changed it."""

    student_id: str
    day: date
    part: str
    symbol: str  # as it is now; empty when it was taken away
    posting: int


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking a posting back did.

    ``put_back`` counts the marks that are again what they were, ``taken_away`` those of them that
    were not there before. ``also_in`` are later postings that speak of the same days and found
    marks there already: what they said again was not written again, so their files must be dropped
    once more to count. ``mended_by`` are later postings of its held rows, mended: these stay.
    """

    posting: Posting
    of: Posting
    reason: str
    put_back: int
    taken_away: int
    left: Sequence[Left] = ()
    struck_off: int = 0
    held_again: int = 0
    contacts_struck: int = 0
    staff_gone: int = 0
    also_in: Sequence[Posting] = ()
    mended_by: Sequence[Posting] = ()

    @property
    def sentence(self) -> str:
        """Say what it did to the marks and the held rows."""
        gone = f" ({self.taken_away:,} were not there before)" if self.taken_away else ""
        said = [
            f"Posting {self.of.id} (“{self.of.file}”) is taken back: "
            f"{counted(self.put_back, 'mark')} put back{gone}."
        ]
        if self.left:
            stays = "stays as it is" if len(self.left) == 1 else "stay as they are"
            said.append(f"{counted(len(self.left), 'mark')} changed since by a later file {stays}.")
        if self.struck_off:
            said.append(f"{counted(self.struck_off, 'held row')} struck off.")
        if self.staff_gone:
            people = counted(self.staff_gone, "member")
            said.append(f"{people} of staff taken off; of each campus the newest list left counts.")
        if self.contacts_struck:
            said.append(f"{counted(self.contacts_struck, 'contact')} struck off the log.")
        if self.held_again:
            said.append(f"{counted(self.held_again, 'row')} of earlier files held again.")
        return " ".join(said)

    def problems(self) -> Iterator[str]:
        """Say which later files have to be dropped again, and which have mended rows of it."""
        for one in self.mended_by:
            yield (
                f"“{one.file}” (posting {one.id}) has held rows of this file, mended. They stay as "
                "they are. If they were of the wrong file too, take that posting back as well: "
                f"rollbook undo {one.id}"
            )
        for later in self.also_in:
            if later.importer == contact_list.NAME:
                yield (
                    f"“{later.file}” (posting {later.id}) named contacts that were in the log "
                    "already. If these were of the list taken back, drop it again: they are "
                    "entered then."
                )
                continue
            yield (
                f"“{later.file}” (posting {later.id}) speaks of the same days and found marks on "
                "record already. If it has these students, drop it again: what it says counts then."
            )


def undo(office: Office, posting_id: int, at: datetime, reason: str) -> Undone:
    """Take a posting back and return what that did.

    Raises ``NotAllowed`` when there is no such posting, when it was taken back before or takes
    another back itself, when it brought people and not only marks, and without a reason.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise NotAllowed("Say why the posting is taken back: the reason stays on record.")
    with office.ledger.write() as connection:
        posting = _posting(connection, posting_id)
        if (office.folders.received / posting.file).exists():  # it would be posted once more
            raise NotAllowed(
                f"“{posting.file}” is still being filed. Wait for that (rollbook once), then take "
                "it back."
            )
        _refuse_what_cannot_be(connection, posting)
        return _take_back(connection, office, posting, at, reason)


def _posting(connection: Connection, posting_id: int) -> Posting:
    known = {one.id: one for one in book.postings(connection)}
    if posting_id not in known:
        numbers = f" The newest is {max(known)}." if known else ""
        raise NotAllowed(f"There is no posting {posting_id}.{numbers}")
    return known[posting_id]


def _refuse_what_cannot_be(connection: Connection, posting: Posting) -> None:
    """Refuse a posting that could be taken back only in part, or was before."""
    number, file = posting.id, posting.file
    gone = taking_back.taken_back(connection)
    if number in gone:
        raise NotAllowed(
            f"Posting {number} (“{file}”) was taken back before, by posting "
            f"{gone[number].by_posting}. Drop the file again if it is to count after all."
        )
    if posting.importer == IMPORTER:
        raise NotAllowed(
            f"Posting {number} took an earlier posting back. To have that one again, drop its "
            "file once more: it is posted anew."
        )
    if posting.requests:
        raise NotAllowed(
            f"Posting {number} (“{file}”) is a list of documents asked for. It changed no mark, "
            "and documents made for it stay in the log of what was given to whom."
        )
    students = taking_back.students_in(connection, number)
    by_hand = posting.importer in FILLED_IN_BY_HAND
    if not (by_hand or students or book.coverage(connection, number)):
        raise NotAllowed(
            f"Posting {number} (“{file}”) says who the students and their contacts are, and holds "
            "no marks. Drop the list as it should be: it takes the place of this one."
        )
    settled = taking_back.rows_settled_by(connection, number)
    if posting.importer == RELEASED and any(row["slug"] == contacts.UNKNOWN for row in settled):
        raise NotAllowed(
            f"Posting {number} entered contacts that had waited for a roster. Drop the contacts "
            "as they should be: they take the place of these."
        )
    strangers = taking_back.not_on_roster(connection, students) if posting.students else []
    if strangers:
        raise NotAllowed(
            f"Posting {number} (“{file}”) brought students whom no roster has named, such as "
            f"{strangers[0]}; they cannot be taken off the register again. Drop a roster that has "
            "them, then take the posting back."
        )


def _take_back(
    connection: Connection, office: Office, posting: Posting, at: datetime, reason: str
) -> Undone:
    """Write the posting that takes another back."""
    restored = put_back(connection, posting.id)
    number = book.begin_posting(
        connection,
        digest=f"posting {posting.id} taken back",
        file=posting.file,
        importer=IMPORTER,
        at=at.isoformat(timespec="seconds"),
        by=office.settings.clerk,
    )
    also_in = _also_in(connection, posting)
    taking_back.save_taken_back(connection, posting.id, number, reason)
    ledger_marks.append(connection, number, restored.entries)
    who = office.settings.clerk or "the office"
    trail = {
        "reason": f"posting {posting.id} taken back by {who}: {reason}",
        "by": office.settings.clerk,
        "title": office.settings.clerk_title,
        "at": at.isoformat(timespec="seconds"),
        "posting": number,
    }
    texts = ledger_marks.symbol_texts(connection)
    found = amendments(restored.entries, restored.was, texts, trail)
    book.save_amendments(connection, list(found))
    struck_off = _strike_off(connection, posting, number)
    uncontacted = strike_contacts(connection, office, posting, reason, at)
    held_again = _hold_again(connection, posting)
    book.owe(connection, number, (ASSESS, LETTERS, WORKBOOKS))
    done = book.finish_posting(
        connection,
        number,
        {"amended": len(restored.entries), "released": struck_off},
    )
    ids = people.student_ids(connection)
    return Undone(
        posting=done,
        of=posting,
        reason=reason,
        put_back=len(restored.entries),
        taken_away=int((restored.entries.symbol == 0).sum()),
        left=[_left(ids, texts, *one) for one in restored.left],
        struck_off=struck_off,
        held_again=held_again,
        contacts_struck=uncontacted,
        staff_gone=staff.count_in(connection, posting.id),
        also_in=also_in,
        mended_by=_mended_by(connection, posting),
    )


def _strike_off(connection: Connection, posting: Posting, number: int) -> int:
    """Strike off the rows of the posting that still wait; return how many."""
    rows = [row["id"] for row in book.held_rows(connection, posting.id)]
    book.release(connection, rows, number)
    return len(rows)


def _hold_again(connection: Connection, posting: Posting) -> int:
    """Let earlier files' rows wait again that this one struck off; return how many."""
    if posting.importer == RELEASED:  # its rows were posted, and are taken back with it
        return 0
    gone = taking_back.taken_back(connection)
    rows = taking_back.rows_settled_by(connection, posting.id)
    waiting = [row["id"] for row in rows if row["posting"] not in gone]
    taking_back.hold_again(connection, waiting)
    return len(waiting)


def _also_in(connection: Connection, posting: Posting) -> list[Posting]:
    """Return later postings that found there already what this one had entered, or may have."""
    own = book.coverage(connection, posting.id)
    has_contacts = bool(entered_by(posting))
    gone = taking_back.taken_back(connection)

    def speaks_of_the_same_days(later: Posting) -> bool:
        return any(
            span.first <= one.last and one.first <= span.last and {*span.parts} & {*one.parts}
            for span in book.coverage(connection, later.id)
            for one in own
        )

    return [
        later
        for later in book.postings(connection)
        if later.id > posting.id
        and later.id not in gone
        and (
            (has_contacts and found_contacts(later))
            or (later.unchanged and speaks_of_the_same_days(later))
        )
    ]


def _mended_by(connection: Connection, posting: Posting) -> list[Posting]:
    """Return the postings that stand and posted, or hold, mended rows of this one."""
    gone = taking_back.taken_back(connection)
    settled = {row["released"] for row in taking_back.rows_of(connection, [posting.id])}
    return [
        one
        for one in book.postings(connection)
        if one.id in settled and one.id not in gone and one.importer == mended_rows.NAME
    ]


def _left(
    ids: Mapping[int, str], texts: Mapping[int, str], place: int, symbol: int, posting: int
) -> Left:
    student, day, part = ledger_marks.session_of(place)
    return Left(ids[student], day, part, texts.get(symbol, ""), posting)
