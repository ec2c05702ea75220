"""The students a list names, told by name once, where it has no ids.

A name counts when it is exactly that of one student, whatever the capitals, spaces, accents and
punctuation: as “Family, Given”, “Given Family”, “Family Given”, or in two columns. Whom two
students could be, and whom nobody is, stays without an id and is named by row. Never by likeness.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import islice

from rollbook.problems import counted
from rollbook.workbooks.book import Book
from rollbook.workbooks.cells import Area, one_cell
from rollbook.workbooks.headings import plain, tracker_word
from rollbook.workbooks.people import Listed, folded, ways_to_write
from rollbook.workbooks.places import Place, heading_words
from rollbook.workbooks.questions import Roster

Key = tuple[str, ...]
"""A name to compare: family and given name, or the whole of it where they are not told apart."""

_NAMES = ("student_name", "last_name", "first_name")
_BESIDE = ("student_id", "group", "campus")
_SUMS = re.compile(
    r"(?:(?:grand|sub|class|overall|column|daily|weekly|monthly|year|number|no|percent) ?)?"
    r"(?:totals?|averages?|mean|sums?|counts?|maximum|minimum|present|absent|late|tardy|excused)"
    r"(?: (?:of|for|per|by|in|all|the|present|absent|late|tardy|students?|pupils?|days?|sessions?"
    r"|attendance|attended|class|form|grade|year|week|month|marks?|percent|rate|today))*"
)
_ROWS_TRIED = 60
_JOINED = re.compile(r"['’‘`´ʻʼ.]")
_BETWEEN = re.compile(r"[^\w]+|_")
_LETTERS = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h"}
)


@dataclass(frozen=True, slots=True)
class NamedRow:
    """A row of a list that names somebody: the name as it stands, and the group and campus."""

    row: int
    name: str
    keys: frozenset[Key]
    group: str = ""
    campus: str = ""


@dataclass(frozen=True, slots=True)
class Matched:
    """Which student is in which row, and of every other row why that cannot be told."""

    ids: Mapping[int, str]
    unmatched: Mapping[int, str]


NOBODY = Matched({}, {})


def match_names(rows: Sequence[NamedRow], roster: Roster) -> Matched:
    """Return whom the rows name."""
    known: dict[Key, set[str]] = defaultdict(set)
    for student_id, student in roster.students.items():
        for given in {student.given_name, student.known_as or student.given_name}:
            for key in _ways_to_call(student.family_name, given):
                known[key].add(student_id)
    meant = {row.row: _meant_by(row, known, roster) for row in rows}
    by_student: dict[str, list[int]] = defaultdict(list)
    for number, found in meant.items():
        if len(found) == 1:
            by_student[next(iter(found))].append(number)
    ids: dict[int, str] = {}
    unmatched: dict[int, str] = {}
    for row in rows:
        students = sorted(meant[row.row])
        rows_of_one = by_student.get(students[0], []) if len(students) == 1 else []
        if len(rows_of_one) == 1:
            ids[row.row] = students[0]
        else:
            why = _why_not(row, students, rows_of_one)
            unmatched[row.row] = f"Row {row.row} “{row.name}”: {why}"
    return Matched(ids, unmatched)


def _why_not(row: NamedRow, students: Sequence[str], rows_of_one: Sequence[int]) -> str:
    if not students:
        return "Rollbook knows no student of this name."
    if len(students) == 1:
        others = [str(number) for number in rows_of_one if number != row.row]
        return f"the same student as in row{'s' * (len(others) > 1)} {_listed(others)}."
    return f"{counted(len(students), 'student')} have this name ({_listed(students)})."


def _listed(words: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def _meant_by(row: NamedRow, known: Mapping[Key, set[str]], roster: Roster) -> set[str]:
    """Return the students a row may name; of several of one name those of its group and campus."""
    found = {student for key in row.keys for student in known.get(key, ())}
    for key, text in (("group", row.group), ("campus", row.campus)):
        if len(found) > 1 and text:
            found = {each for each in found if _is_written(key, text, each, roster)} or found
    return found


def _is_written(key: str, text: str, student_id: str, roster: Roster) -> bool:
    listed = Listed(roster.students[student_id])
    return folded(text) in {folded(way) for way in ways_to_write(key, listed) if way}


# ---- names -----------------------------------------------------------------------------------


def _ways_to_call(family: str, given: str) -> Iterator[Key]:
    """Yield the keys of a name whose parts are known."""
    for one in _folds(family):
        for other in _folds(given):
            if one and other:
                yield (one, other)
                yield (f"{one} {other}",)
                yield (f"{other} {one}",)
            elif one or other:
                yield (one or other,)


def _keys_of(text: str) -> Iterator[Key]:
    """Yield the keys of a name as it is written in one cell."""
    for at in (place for place, sign in enumerate(text) if sign == ","):
        for family in _folds(text[:at]):
            for given in _folds(text[at + 1 :]):
                yield (family, given) if family and given else (family or given,)
    if "," not in text:
        for whole in _folds(text):
            yield (whole,)


def _folds(text: str) -> set[str]:
    """Return a name without capitals, accents and punctuation: “O’Neil” is oneil and o neil."""
    text = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    return {
        " ".join(_BETWEEN.sub(" ", _JOINED.sub(instead, text)).split()) for instead in ("", " ")
    }


# ---- rows ------------------------------------------------------------------------------------


def named_rows(book: Book, place: Place, roster: Roster | None) -> list[NamedRow]:
    """Return the rows that name a student, or have an id; no totals, titles or notes.

    Below empty rows and sums the list goes on only where somebody known is named, and not at all
    below the headings of another list.
    """
    known = set(_keys(roster)) if roster else set()
    has_others = _has_others(book, place)
    merged = [area for area in place.sheet.merged() if area.right > area.left]
    headings = heading_words(book, place.sheet, place.header_row)
    stretches: list[list[NamedRow]] = [[]]
    previous = place.header_row
    for number in place.rows():
        named = _named_row(book, place, number)
        if named is None:
            continue
        if named.keys.isdisjoint(known):
            if _is_of_headings(named.name):
                if heading_words(book, place.sheet, number) != headings:
                    break
                previous = number  # the same headings again, as on a new page
                continue
            if _SUMS.fullmatch(plain(named.name)):
                stretches += [[]] if stretches[-1] else []
                previous = number
                continue
            is_alone = has_others and _written_up_to(book, place, number, 2) < 2
            if is_alone or _is_over_several(merged, place, number):
                previous = number  # a title
                continue
        if number > previous + 1 and stretches[-1]:
            stretches.append([])
        stretches[-1].append(named)
        previous = number
    return [
        row
        for index, stretch in enumerate(stretches)
        if index == 0 or _names_somebody(stretch, known)
        for row in stretch
    ]


def _is_of_headings(name: str) -> bool:
    """Whether what stands where names do is the heading of such a column."""
    parts = (name,) if tracker_word(name) else name.split(", ")
    return all(tracker_word(part) in (*_NAMES, "student_id") for part in parts)


def _names_somebody(rows: Sequence[NamedRow], known: Set[Key]) -> bool:
    return any(not row.keys.isdisjoint(known) for row in rows)


def called(book: Book, place: Place, number: int) -> str:
    """Return whom a row names, ``""`` when nobody."""
    named = _named_row(book, place, number)
    return named.name if named else ""


def is_prepared(book: Book, place: Place, number: int) -> bool:
    """Whether a row names nobody and says nothing: no totals, no notes."""
    return not any(
        isinstance(content := cell.content(book.shared), str) and content and not cell.has_formula
        for _, cell in place.sheet.cells(number)
    )


def _keys(roster: Roster) -> Iterator[Key]:
    for student in roster.students.values():
        yield from (_id_key(student.student_id), _id_key(student.state_id))
        for given in {student.given_name, student.known_as or student.given_name}:
            yield from _ways_to_call(student.family_name, given)


def _id_key(text: str) -> Key:
    """Return the key of an id; a number has lost the zeros it began with."""
    return ("", text.lstrip("0"))


def _named_row(book: Book, place: Place, number: int) -> NamedRow | None:
    texts = {key: _text(book, place, number, key) for key in (*_NAMES, *_BESIDE)}
    family, given = texts["last_name"], texts["first_name"]
    if texts["student_name"]:
        name, keys = texts["student_name"], frozenset(_keys_of(texts["student_name"]))
    elif family or given:
        name = ", ".join(part for part in (family, given) if part)
        keys = frozenset(
            (one, other) if one and other else (one or other,)
            for one in _folds(family)
            for other in _folds(given)
        )
    elif texts["student_id"]:
        name, keys = texts["student_id"], frozenset()
    else:
        return None
    if texts["student_id"]:
        keys |= {_id_key(texts["student_id"])}
    return NamedRow(number, " ".join(name.split()), keys, texts["group"], texts["campus"])


def _text(book: Book, place: Place, number: int, key: str) -> str:
    """Return what a row says under one of the list's columns, a number as it is read."""
    if key not in place.columns:
        return ""
    cell = place.sheet.cell(number, place.columns[key])
    content = cell.content(book.shared) if cell else None
    if isinstance(content, float):
        if key in _NAMES:
            return ""  # a number is nobody's name
        return str(int(content)) if content.is_integer() else str(content)
    return content.strip() if isinstance(content, str) else ""


def _has_others(book: Book, place: Place) -> bool:
    """Whether the rows of a list hold more than a name and one thing beside it, as a rule."""
    rows = place.rows()[:_ROWS_TRIED]
    full = sum(_written_up_to(book, place, number, 3) == 3 for number in rows)
    return full * 2 > len(rows)


def _written_up_to(book: Book, place: Place, number: int, most: int) -> int:
    """Return how many cells of a row hold something; they are counted no further than ``most``."""
    written = (
        column
        for column, cell in place.sheet.cells(number)
        if column >= place.left and cell.content(book.shared) not in (None, "")
    )
    return len(list(islice(written, most)))


def _is_over_several(merged: Sequence[Area], place: Place, number: int) -> bool:
    """Whether the name of a row is merged over half the list or more, as a title is."""
    columns = [place.columns[key] for key in _NAMES if key in place.columns]
    width = place.right - place.left + 1
    return any(
        area.meets(one_cell(number, column)) and (area.right - area.left + 1) * 2 >= width
        for area in merged
        for column in columns
    )
