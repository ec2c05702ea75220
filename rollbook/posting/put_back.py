"""What stood below a posting: what is written to take it back, mark by mark."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rollbook.ledger import Connection, people, taking_back
from rollbook.ledger import marks as ledger_marks
from rollbook.ledger.marks import Entries, Integers
from rollbook.ledger.taking_back import Log
from rollbook.posting.sheet import Booleans


@dataclass(frozen=True)
class PutBack:
    """The entries that put marks back, the symbols they replace, and the marks left as they are."""

    entries: Entries
    was: Integers
    left: Sequence[tuple[int, int, int]]  # place, symbol, posting


def put_back(connection: Connection, posting: int) -> PutBack:
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
    return PutBack(
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
