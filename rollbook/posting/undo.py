"""Undo: a whole posting is taken back, with the trail kept.

The ledger only grows, so taking back is itself a posting. Mark by mark it writes what stood there
before, where the mark is still the one that posting wrote; a mark that a later file has changed
stays, and is named. What the posting covered counts as recorded by it no longer, its held rows are
struck off, and flags, letters and workbooks are owed anew. All of it is one transaction.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from rollbook.importers import contact_list, correction_forms, excuse_notes, mended_rows
from rollbook.ledger import Connection, people, taking_back
from rollbook.ledger import marks as ledger_marks
from rollbook.ledger import postings as book
from rollbook.ledger.marks import Entries, Integers
from rollbook.ledger.postings import ASSESS, LETTERS, WORKBOOKS, Posting
from rollbook.ledger.taking_back import RELEASED, Log
from rollbook.office import Office
from rollbook.posting import contacts
from rollbook.posting.contact_log import entered_by, found_contacts, strike_contacts
from rollbook.posting.sheet import Booleans
from rollbook.posting.trail import amendments
from rollbook.problems import NotAllowed, counted

IMPORTER = "taken-back"
"""What stands in the place of an importer's name in a posting that takes another back."""

FILLED_IN_BY_HAND = frozenset(
    {contact_list.NAME, correction_forms.NAME, excuse_notes.NAME, mended_rows.NAME}
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


@dataclass(frozen=True)
class _Restored:
    """The entries that put marks back, with the symbols they replace."""

    entries: Entries
    was: Integers
    left: Sequence[tuple[int, int, int]]  # place, symbol, posting


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
    restored = _restored(connection, posting.id)
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
        also_in=also_in,
        mended_by=_mended_by(connection, posting),
    )


def _restored(connection: Connection, posting: int) -> _Restored:
    """Find what stood where the posting wrote, below it, in postings not taken back themselves.

    place   posting 3   posting 7   posting 9        taken back: 7
      a       /           N                          → / again
      b                   N                          → nothing again
      c       /           N           I              → I stays, and is named

    """
    owners = _owners(connection)
    through = {where for where, whose in owners.items() if whose == posting}
    students = {*taking_back.students_in(connection, posting)}
    students |= {ledger_marks.session_of(place)[0] for _, place in through}
    log = taking_back.log_of(connection, students)
    alive = _alive(connection, log, owners)
    mine = (alive.posting == posting) | _among(alive, through)
    newest = _last_of_each(alive.place)
    places = alive.place[newest & mine]
    others = alive.only(~mine)
    entries = _entries(others.only(_last_of_each(others.place)), places)
    now = log.only(_last_of_each(log.place))
    is_other = _differs(entries, now)
    overwritten = alive.only(newest & ~mine & np.isin(alive.place, alive.place[mine]))
    columns = (overwritten.place, overwritten.symbol, overwritten.posting)
    return _Restored(
        Entries(
            entries.place[is_other],
            entries.symbol[is_other],
            _details_at(entries, entries.place[is_other]),
        ),
        now.symbol[np.searchsorted(now.place, places[is_other])],
        list(zip(*(column.tolist() for column in columns), strict=True)),
    )


def _alive(connection: Connection, log: Log, owners: Mapping[tuple[int, int], int]) -> Log:
    """Return the log without postings that were taken back and those that took them back."""
    gone = taking_back.taken_back(connection)
    dead = sorted({*gone, *(one.by_posting for one in gone.values())})
    dead_through = {where for where, whose in owners.items() if whose in gone}
    return log.only(~(np.isin(log.posting, dead) | _among(log, dead_through)))


def _entries(below: Log, places: Integers) -> Entries:
    """Return what ``below`` has at the places: nothing (0) where it has no entry."""
    symbol = np.zeros(len(places), dtype=np.int64)
    if not len(below):
        return Entries(places, symbol, {})
    spots = np.minimum(np.searchsorted(below.place, places), len(below) - 1)
    found = below.place[spots] == places
    symbol[found] = below.symbol[spots[found]]
    detail: dict[int, tuple[int, str]] = {}
    if below.details:
        for place, spot in zip(places[found].tolist(), spots[found].tolist(), strict=True):
            said = below.detail(spot)
            if said is not None:
                detail[place] = said
    return Entries(places, symbol, detail)


def _differs(entries: Entries, now: Log) -> Booleans:
    """Say where the marks as they stand are not yet what they are to be."""
    spots = np.searchsorted(now.place, entries.place)
    other: Booleans = now.symbol[spots] != entries.symbol
    for number in np.flatnonzero(~other).tolist():
        place = int(entries.place[number])
        other[number] = now.detail(int(spots[number])) != entries.detail.get(place)
    return other


def _details_at(entries: Entries, places: Integers) -> dict[int, tuple[int, str]]:
    kept = set(places.tolist()) if entries.detail else set()
    return {place: said for place, said in entries.detail.items() if place in kept}


def _last_of_each(place: Integers) -> Booleans:
    """Say which entries are the newest of their place, in places that stand in order."""
    if not len(place):
        return np.zeros(0, dtype=bool)
    last: Booleans = np.append(place[1:] != place[:-1], True)
    return last


def _among(log: Log, pairs: set[tuple[int, int]]) -> Booleans:
    """Say which entries are among some pairs of posting and place."""
    found = np.zeros(len(log), dtype=bool)
    for number in np.flatnonzero(np.isin(log.posting, sorted({one for one, _ in pairs}))):
        found[number] = (int(log.posting[number]), int(log.place[number])) in pairs
    return found


def _owners(connection: Connection) -> dict[tuple[int, int], int]:
    """Return whose a mark is that was held at first: (posting it came with, place) → its file's.

    Of several rows that waited for one session, the newest was posted.
    """
    keys = people.student_keys(connection)
    owners: dict[tuple[int, int], int] = {}
    for release in sorted(taking_back.release_postings(connection)):
        for row in taking_back.rows_settled_by(connection, release):
            if row["day"] and row["student_id"] in keys:
                place = ledger_marks.place_of(keys[row["student_id"]], row["day"], row["part"])
                owners[release, place] = max(row["posting"], owners.get((release, place), 0))
    return owners


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
