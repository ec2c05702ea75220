"""Posting: an extract becomes entries in the ledger, in one transaction.

Everything the file says is checked against the office's codes, calendar and roll, then compared
with the marks as they stand. A mark is new, amended (the earlier one stays on record), unchanged,
or held with a reason. Rows are never lost: what cannot be posted is kept whole and tried again
when a roster, a code or a calendar day that was missing has come.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from rollbook.importers.contract import Coverage, Extract, Recording
from rollbook.ledger import Connection, people
from rollbook.ledger import marks as ledger_marks
from rollbook.ledger import postings as book
from rollbook.ledger.marks import PART_NUMBER, Entries, day_number, day_of
from rollbook.ledger.postings import Covered, Posting
from rollbook.office import Office
from rollbook.problems import Place, Problem, RefusedFile, Severity, refuse
from rollbook.register import FRAME_COLUMNS, PARTS, Category, Enrolment, Student, register_frame

Booleans = npt.NDArray[np.bool_]

ASSESS, LETTERS, WORKBOOKS, DOCUMENTS = "assess", "letters", "workbooks", "documents"
"""The work a posting can owe, in the order it is done."""

DRIFT_SHARE = 4, 10  # local policy: more than 40 % of the marks on record changed by one file
DRIFT_FEWEST = 20

NOBODY_KNOWN = "nobody-known"

RELEASABLE = frozenset({"unknown-student", "unknown-code", "not-a-school-day", "not-on-roll"})


@dataclass(frozen=True, slots=True)
class Held:
    """One row that cannot be posted now, and why."""

    slug: str
    message: str
    value: str
    row: int
    student_id: str = ""
    day: int | None = None
    part: str = ""
    symbol: str = ""
    minutes_late: int = 0
    comment: str = ""


@dataclass(frozen=True)
class Sheet:
    """The marks of a file as arrays, while they are being checked."""

    frame: pd.DataFrame
    student: npt.NDArray[np.int64]  # the ledger's key, 0 when unknown
    day: npt.NDArray[np.int64]
    part: npt.NDArray[np.int64]

    @cached_property
    def place(self) -> npt.NDArray[np.int64]:
        """The places of the marks; meaningless where the student is unknown."""
        return ledger_marks.places(self.student, self.day, self.part)


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

    Raises ``RefusedFile`` when the file would change so much of what is on record that it is
    rather a wrong file, unless ``accept_drift``. Nothing is written then.
    """
    with office.ledger.write() as connection:
        known = book.posting_of(connection, digest)
        if known:
            return known
        posting = book.begin_posting(
            connection,
            digest=digest,
            file=file,
            importer=extract.importer,
            at=at.isoformat(timespec="seconds"),
            by=office.settings.clerk,
        )
        fresh = _save_people(connection, extract)
        roll = Roll.read(connection)
        _refuse_strangers(roll, extract)
        sheet, held = _check(office, roll, extract.marks)
        changes = _compare(connection, roll, sheet, extract, held)
        if not accept_drift:
            _refuse_drift(changes, file)
        _write_marks(connection, office, posting, changes, at, f"export “{file}”")
        held += [_held_of(problem) for problem in extract.problems if _holds(problem)]
        book.save_held(
            connection, [{"posting": posting, "released": None} | asdict(row) for row in held]
        )
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
                "problems": [_as_json(problem) for problem in extract.problems],
            },
        )


def release_held(office: Office, at: datetime) -> Posting | None:
    """Post held rows whose reason is gone: the student, the code or the day has become known.

    Returns the posting, or None when no row could be released. A row whose session has a newer
    mark by now is struck off without posting it.
    """
    with office.ledger.write() as connection:
        rows = [row for row in book.held_rows(connection) if row["slug"] in RELEASABLE]
        if not rows:
            return None
        roll = Roll.read(connection)
        sheet, held = _check(office, roll, _frame_of_held(rows))
        still = {row.row for row in held}
        free = [number for number in range(len(rows)) if number + 1 not in still]
        if not free:
            return None
        posting = book.begin_posting(
            connection,
            digest=f"held rows {rows[free[-1]]['id']} {at.isoformat()}",
            file="rows held earlier",
            importer="held-rows",
            at=at.isoformat(timespec="seconds"),
            by=office.settings.clerk,
        )
        changes = _compare(connection, roll, sheet, Extract("held-rows"), held)
        changes = replace(changes, amended=changes.amended.none(), cleared=changes.cleared.none())
        _write_marks(connection, office, posting, changes, at, "a row held earlier")
        book.release(connection, [rows[number]["id"] for number in free], posting)
        book.owe(connection, posting, (ASSESS, LETTERS, WORKBOOKS))
        return book.finish_posting(
            connection, posting, {"new": len(changes.new), "released": len(free)}
        )


def _save_people(connection: Connection, extract: Extract) -> int:
    """Enter the people a file brings. Without any roster yet, a register may bring its own."""
    fresh = 0
    if extract.is_roster:
        fresh = people.save_students(connection, extract.students, on_roster=True)
    elif extract.recording is Recording.POSITIVE and not people.has_roster(connection):
        named = {student.student_id for student in extract.students}
        ids = map(str, extract.marks["student_id"].cat.categories)
        unnamed = [Student(student_id) for student_id in ids if student_id not in named]
        fresh = people.save_students(connection, [*extract.students, *unnamed], on_roster=False)
    people.save_guardians(connection, extract.guardians)
    people.save_enrolments(connection, extract.enrolments)
    return fresh


def _refuse_strangers(roll: "Roll", extract: Extract) -> None:
    """Refuse a register in which nobody is known: a wrong school's file, or no roster yet."""
    ids = [str(name) for name in extract.marks["student_id"].cat.categories]
    if ids and not any(student_id in roll.keys for student_id in ids):
        raise RefusedFile(
            [
                refuse(
                    NOBODY_KNOWN,
                    f"none of the {len(ids):,} students in this file is on the roster (such "
                    f"as “{ids[0]}”). Drop the roster first, then this file again; or is it the "
                    "file of another school?",
                    value=ids[0],
                )
            ]
        )


# ---------------------------------------------------------------------------------------------
# Who is on roll, and when


@dataclass(frozen=True)
class Roll:
    """The students of the ledger by id, and their stretches of membership by key."""

    keys: Mapping[str, int]
    enrolments: Mapping[int, Sequence[Enrolment]]
    campus: Mapping[int, str]

    @classmethod
    def read(cls, connection: Connection) -> "Roll":
        """Read the roll from the ledger."""
        keys = people.student_keys(connection)
        stretches: dict[int, list[Enrolment]] = {}
        for enrolment in people.enrolments(connection):
            stretches.setdefault(keys[enrolment.student_id], []).append(enrolment)
        campus = {
            keys[student_id]: student.campus
            for student_id, student in people.students(connection).items()
        }
        return cls(keys, stretches, campus)

    def campus_on(self, key: int, day: date) -> str:
        """Return the campus a student belongs to on a day."""
        for enrolment in self.enrolments.get(key, ()):
            if enrolment.campus and enrolment.holds(day):
                return enrolment.campus
        return self.campus.get(key, "")

    def holds(self, sheet: Sheet) -> Booleans:
        """Say for each mark whether its student was in membership; no dates mean always."""
        size = max(self.campus, default=0) + 1
        fits = np.zeros(len(sheet.day), dtype=bool)
        longest = max((len(stretches) for stretches in self.enrolments.values()), default=0)
        for turn in range(longest):
            entry = np.full(size, np.iinfo(np.int64).max)
            end = np.full(size, np.iinfo(np.int64).max)
            for key, stretches in self.enrolments.items():
                if turn < len(stretches):
                    entry[key] = day_number(stretches[turn].entry_date)
                    gone = stretches[turn].withdrawal_date
                    end[key] = day_number(gone) if gone else np.iinfo(np.int64).max
            fits |= (entry[sheet.student] <= sheet.day) & (sheet.day < end[sheet.student])
        dated = np.zeros(size, dtype=bool)
        dated[list(self.enrolments)] = True
        return fits | ~dated[sheet.student]


# ---------------------------------------------------------------------------------------------
# Checking


def _check(office: Office, roll: Roll, frame: pd.DataFrame) -> tuple[Sheet, list[Held]]:
    """Sort the rows of a frame into those that can be posted and those that are held."""
    sheet = _sheet(_known_symbols(office, frame), roll)
    held: list[Held] = []
    codes = _Codes.of(office, sheet)
    school = np.array([day_number(day) for day in office.calendar.school_days], dtype=np.int64)
    sheet, codes = _hold(held, sheet, codes, sheet.student == 0, _unknown_student)
    sheet, codes = _hold(held, sheet, codes, ~codes.known, lambda row: _unknown_code(office, row))
    off_day = ~np.isin(sheet.day, school) & codes.counts
    sheet, codes = _hold(held, sheet, codes, off_day, lambda row: _no_school(office, row))
    sheet, codes = _hold(held, sheet, codes, ~roll.holds(sheet) & codes.counts, _not_on_roll)
    sheet, codes = _hold(held, sheet, codes, _contradicted(sheet), _contradiction)
    return sheet, held


@dataclass(frozen=True)
class _Codes:
    """For each mark: whether its symbol is known on its day, and whether it counts at all."""

    known: Booleans
    counts: Booleans

    @classmethod
    def of(cls, office: Office, sheet: Sheet) -> "_Codes":
        days, day_at = np.unique(sheet.day, return_inverse=True)
        symbols = [str(symbol) for symbol in sheet.frame["symbol"].cat.categories]
        known = np.zeros((len(days), len(symbols)), dtype=bool)
        counts = np.zeros_like(known)
        for row, day in enumerate(days.tolist()):
            codes = office.policy.codes_on(day_of(day))
            for column, symbol in enumerate(symbols):
                code = codes.get(symbol)
                known[row, column] = code is not None
                counts[row, column] = code is None or code.category is not Category.NOT_POSSIBLE
        symbol_at = sheet.frame["symbol"].cat.codes.to_numpy()
        return cls(known[day_at, symbol_at], counts[day_at, symbol_at])

    def take(self, kept: Booleans) -> "_Codes":
        return _Codes(self.known[kept], self.counts[kept])


def _known_symbols(office: Office, frame: pd.DataFrame) -> pd.DataFrame:
    """Read `n` as `N` where only the capital is a code."""
    everything = {*office.policy.code_table, *office.policy.office_codes}
    renamed = {
        symbol: symbol.upper()
        for symbol in frame["symbol"].cat.categories
        if symbol not in everything and symbol.upper() in everything
    }
    if not renamed:
        return frame
    symbols = [renamed.get(symbol, symbol) for symbol in frame["symbol"].cat.categories]
    numbers = frame["symbol"].cat.codes.to_numpy()
    merged, labels = pd.factorize(np.array(symbols, dtype=object))
    return frame.assign(
        symbol=pd.Categorical.from_codes(merged[numbers], pd.Index(labels, dtype=object))
    )


def _sheet(frame: pd.DataFrame, roll: Roll) -> Sheet:
    ids = frame["student_id"].cat
    keys = np.array([roll.keys.get(str(name), 0) for name in ids.categories] or [0], dtype=np.int64)
    part = frame["part"].cat
    numbers = np.array([PART_NUMBER[str(name)] for name in part.categories] or [0], dtype=np.int64)
    return Sheet(
        frame,
        keys[ids.codes.to_numpy()],
        frame["date"].to_numpy().astype("datetime64[D]").astype(np.int64),
        numbers[part.codes.to_numpy()],
    )


def _hold(
    held: list[Held], sheet: Sheet, codes: _Codes, which: Booleans, reason: Any
) -> tuple[Sheet, _Codes]:
    """Move the marks in ``which`` to ``held``; return the rest."""
    if not which.any():
        return sheet, codes
    for mark in _marks_of(sheet, which):
        slug, message, value = reason(mark)
        held.append(replace(mark, slug=slug, message=message, value=value))
    kept = ~which
    rest = Sheet(sheet.frame[kept], sheet.student[kept], sheet.day[kept], sheet.part[kept])
    return rest, codes.take(kept)


def _marks_of(sheet: Sheet, which: Booleans) -> list[Held]:
    columns = {name: sheet.frame[name].to_numpy()[which].tolist() for name in FRAME_COLUMNS}
    return [
        Held("", "", "", row, str(student_id), day, part, symbol, minutes_late, comment)
        for row, student_id, day, part, symbol, minutes_late, comment in zip(
            columns["row"],
            columns["student_id"],
            sheet.day[which].tolist(),
            columns["part"],
            columns["symbol"],
            columns["minutes_late"],
            columns["comment"],
            strict=True,
        )
    ]


def _unknown_student(mark: Held) -> tuple[str, str, str]:
    return (
        "unknown-student",
        f"no student has the id “{mark.student_id}”. Drop the roster that has this student; the "
        "mark is posted then.",
        mark.student_id,
    )


def _unknown_code(office: Office, mark: Held) -> tuple[str, str, str]:
    assert mark.day is not None
    why = office.policy.why_no_code(mark.symbol, day_of(mark.day))
    return "unknown-code", why, mark.symbol


def _no_school(office: Office, mark: Held) -> tuple[str, str, str]:
    assert mark.day is not None
    day = day_of(mark.day)
    why = office.calendar.why_not_school_day(day)
    return (
        "not-a-school-day",
        f"{day:%d %B %Y} is {why}, not a school day. Check the date; if school was held, put the "
        "day into calendar.toml.",
        day.isoformat(),
    )


def _not_on_roll(mark: Held) -> tuple[str, str, str]:
    assert mark.day is not None
    day = day_of(mark.day)
    return (
        "not-on-roll",
        f"student {mark.student_id} was not on roll on {day:%d %B %Y}. Check the entry and "
        "leaving dates in the roster.",
        day.isoformat(),
    )


def _contradiction(mark: Held) -> tuple[str, str, str]:
    return (
        "two-marks",
        f"the file has two different marks of student {mark.student_id} for the same session. "
        "Correct it in the SIS and export again.",
        mark.symbol,
    )


def _contradicted(sheet: Sheet) -> Booleans:
    """Find sessions that the file gives two different marks."""
    order = np.argsort(sheet.place, kind="stable")
    place = sheet.place[order]
    symbol = sheet.frame["symbol"].cat.codes.to_numpy()[order]
    same = place[1:] == place[:-1]
    if not same.any():
        return np.zeros(len(place), dtype=bool)
    odd = place[1:][same & (symbol[1:] != symbol[:-1])]
    return np.isin(sheet.place, odd)


# ---------------------------------------------------------------------------------------------
# Comparing with the ledger


@dataclass(frozen=True)
class Batch:
    """Some entries to write, with the symbols they replace (0 for none)."""

    entries: Entries
    was: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.entries)

    def none(self) -> "Batch":
        """Return a batch of no entries."""
        empty = np.zeros(0, dtype=np.int64)
        return Batch(Entries(empty, empty, {}), empty)


@dataclass(frozen=True)
class Changes:
    """What a file would change: new marks, amended ones, and absences it no longer holds."""

    new: Batch
    amended: Batch
    cleared: Batch
    unchanged: int
    on_record: int

    def written(self) -> Entries:
        """Return all entries to write, ordered by place."""
        parts = [batch.entries for batch in (self.new, self.amended, self.cleared)]
        place = np.concatenate([part.place for part in parts])
        symbol = np.concatenate([part.symbol for part in parts])
        order = np.argsort(place, kind="stable")
        detail = {spot: what for part in parts for spot, what in part.detail.items()}
        return Entries(place[order], symbol[order], detail)


def _compare(
    connection: Connection, roll: Roll, sheet: Sheet, extract: Extract, held: Sequence[Held]
) -> Changes:
    offered = _entries(connection, sheet)
    spans = extract.coverage
    numbers = offered.place >> 4 & ((1 << 20) - 1)
    first = min([day_of(int(numbers.min()))] if len(numbers) else [date.max])
    last = max([day_of(int(numbers.max()))] if len(numbers) else [date.min])
    first = min([first, *(span.first for span in spans)])
    last = max([last, *(span.last for span in spans)])
    present = ledger_marks.current_entries(connection, first, last) if first <= last else offered
    if first > last:
        nothing = Batch(offered, offered.symbol).none()
        return Changes(nothing, nothing, nothing, 0, 0)
    found = _is_among(offered.place, present.place)
    was = np.zeros(len(offered), dtype=np.int64)
    was[found] = present.symbol[np.searchsorted(present.place, offered.place[found])]
    same = found & (was == offered.symbol)
    same &= _same_detail(same, offered, present)
    new = was == 0
    cleared = _cleared(roll, offered, present, extract, held, connection)
    return Changes(
        new=_batch(offered, was, new & ~same),
        amended=_batch(offered, was, ~new & ~same),
        cleared=cleared,
        unchanged=int(same.sum()),
        on_record=int((present.symbol != 0).sum()),
    )


def _is_among(
    places: npt.NDArray[np.int64], ordered: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    """Say which places are among ``ordered`` ones, which stand in order and once each."""
    if not len(ordered):
        return np.zeros(len(places), dtype=bool)
    spots = np.minimum(np.searchsorted(ordered, places), len(ordered) - 1)
    found: Booleans = ordered[spots] == places
    return found


def _entries(connection: Connection, sheet: Sheet) -> Entries:
    """Return the sheet's marks as entries, ordered by place, each place once."""
    symbols = [str(symbol) for symbol in sheet.frame["symbol"].cat.categories]
    ids = ledger_marks.symbol_ids(connection, symbols)
    numbers = np.array([ids[symbol] for symbol in symbols] or [0], dtype=np.int64)
    symbol = numbers[sheet.frame["symbol"].cat.codes.to_numpy()]
    place, first = np.unique(sheet.place, return_index=True)
    minutes = sheet.frame["minutes_late"].to_numpy()[first]
    comment = sheet.frame["comment"].cat
    blank = list(comment.categories).index("") if "" in comment.categories else -1
    said = comment.codes.to_numpy()[first]
    detailed = np.flatnonzero((minutes != 0) | (said != blank))
    texts = [str(text) for text in comment.categories]
    detail = {
        int(place[spot]): (int(minutes[spot]), texts[said[spot]]) for spot in detailed.tolist()
    }
    return Entries(place, symbol[first], detail)


def _same_detail(same: Booleans, offered: Entries, present: Entries) -> Booleans:
    """Say where minutes and comment agree too. Files that say neither change neither."""
    agrees = np.ones(len(same), dtype=bool)
    for place, detail in offered.detail.items():
        if present.detail.get(place, (0, "")) != detail:
            agrees[np.searchsorted(offered.place, place)] = False
    return agrees


def _batch(entries: Entries, was: npt.NDArray[np.int64], which: Booleans) -> Batch:
    kept = set(entries.place[which].tolist()) if entries.detail else set()
    detail = {place: what for place, what in entries.detail.items() if place in kept}
    return Batch(Entries(entries.place[which], entries.symbol[which], detail), was[which])


def _cleared(
    roll: Roll,
    offered: Entries,
    present: Entries,
    extract: Extract,
    held: Sequence[Held],
    connection: Connection,
) -> Batch:
    """Find marks on record which the file covers and no longer holds.

    With absences only, every mark inside the coverage that is not in the file is gone. In a
    student-day file a DAY mark speaks for all parts of that student's day.
    """
    nothing = Batch(offered, offered.symbol).none()
    standing = present.place[present.symbol != 0]
    gone = standing[~_is_among(standing, offered.place)]
    if not len(gone) or not extract.coverage:
        return nothing
    kept_back = _places_held(held, roll)
    spoken = _spoken_days(offered)
    lost = [
        place
        for place in gone.tolist()
        if place not in kept_back and _is_spoken_for(place, extract, roll, spoken)
    ]
    if not lost:
        return nothing
    places = np.array(lost, dtype=np.int64)
    was = present.symbol[np.searchsorted(present.place, places)]
    return Batch(Entries(places, np.zeros_like(places), {}), was)


def _places_held(held: Sequence[Held], roll: Roll) -> set[int]:
    keys = [(roll.keys.get(row.student_id, 0), row) for row in held if row.day is not None]
    return {
        int(key << 24 | (row.day or 0) << 4 | PART_NUMBER[row.part]) for key, row in keys if key
    }


def _spoken_days(offered: Entries) -> frozenset[int]:
    """Return student-and-day numbers for which the file has a DAY mark."""
    day_marks = ledger_marks.parts_of(offered.place) == PART_NUMBER["DAY"]
    return frozenset((offered.place[day_marks] >> 4).tolist())


def _is_spoken_for(place: int, extract: Extract, roll: Roll, spoken: frozenset[int]) -> bool:
    day, part = day_of(place >> 4 & ((1 << 20) - 1)), PARTS[place & 15]
    spans = [span for span in extract.coverage if part in span.parts and _within(span, day)]
    if not spans:
        return False
    if extract.recording is Recording.POSITIVE:
        return part != "DAY" and place >> 4 in spoken
    campus = roll.campus_on(place >> 24, day)
    return any(span.campus in ("", campus) for span in spans)


def _within(span: Coverage, day: date) -> bool:
    return span.first <= day <= span.last


def _refuse_drift(changes: Changes, file: str) -> None:
    """Refuse a file that would undo a large part of what is on record (local policy)."""
    changed = len(changes.amended) + len(changes.cleared)
    share, whole = DRIFT_SHARE
    if changed >= DRIFT_FEWEST and changed * whole > changes.on_record * share:
        raise RefusedFile(
            [
                refuse(
                    "drifted",
                    f"this file would change or remove {changed:,} of the {changes.on_record:,} "
                    "marks already on record for its dates, so it may be the wrong selection. "
                    "Nothing was posted. If it is right, run: "
                    f'rollbook once --accept "{file}"',
                    value=str(changed),
                )
            ]
        )


# ---------------------------------------------------------------------------------------------
# Writing


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
        book.save_amendments(
            connection,
            [
                {
                    "student": place >> 24,
                    "day": place >> 4 & ((1 << 20) - 1),
                    "part": place & 15,
                    "was": texts.get(was),
                    "is": texts.get(symbol),
                    "reason": batch.entries.detail.get(place, (0, ""))[1] or reason,
                    "by": office.settings.clerk,
                    "title": office.settings.clerk_title,
                    "at": at.isoformat(timespec="seconds"),
                    "posting": posting,
                }
                for place, was, symbol in zip(
                    batch.entries.place.tolist(),
                    batch.was.tolist(),
                    batch.entries.symbol.tolist(),
                    strict=True,
                )
            ],
        )


def _covered(extract: Extract) -> list[Covered]:
    return [
        Covered(span.campus, span.first, span.last, span.parts, extract.recording.value)
        for span in extract.coverage
    ]


def _works(extract: Extract) -> Iterable[str]:
    if extract.requests:
        yield DOCUMENTS
    if len(extract.marks) or extract.students or extract.guardians or extract.enrolments:
        yield from (ASSESS, LETTERS, WORKBOOKS)


def _content(request: Any) -> dict[str, Any]:
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


def place_of(row: Mapping[str, Any]) -> Place:
    """Return where a held row stands in its file."""
    return Place(file=row["file"], row=row["row"])
