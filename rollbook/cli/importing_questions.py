"""What a table cannot say of itself, and what was answered."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rollbook.attendance import OfficialPeriods
from rollbook.importers.reading.figures import COUNTED
from rollbook.importers.reading.headers import key, part_of_day
from rollbook.importers.reading.looking import Seen, date_order
from rollbook.importers.reading.mark_strings import UNRECORDED
from rollbook.importers.reading.mark_words import PRESENT
from rollbook.importers.reading.written import FIELDS, NEEDED, NOTHING
from rollbook.office.own_importers import OwnFormat
from rollbook.policy import PolicyPack
from rollbook.problems import NotAllowed
from rollbook.register import PARTS, Category

_ASKS = {
    "student_id": "Which column has the student's id?",
    "date": "Which column has the date?",
    "code": "Which column has the code?",
    "marks": "Which column has the marks, one character each?",
}
_DATES = {"day": "day first", "month": "month first", "any": ""}
_SHAPES = {
    "list": "a row a mark",
    "periods": "a row a student and day, with a column for each part of the day",
    "grid": "a row a student, with a column for each day",
    "strings": "a row with a string of marks",
    "summary": "totals of each student, no marks",
}
_RECORDED = {
    "absences": "it was there (only absences are listed)",
    "all": "nothing was recorded (all marks are listed)",
}
_BLANK = {"present": "present", NOTHING: "nothing was recorded"}
_EACH = {"session": "half a day (AM, then PM)", "day": "a day"}
_UNITS = {"days": "days", "sessions": "sessions"}
_CODE, _PART = "code.", "part."

CodeTaken = tuple[str, int, str, str]
"""A code of the file, how often it occurs, the code it is taken for, and what that means."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: its key for ``--set``, its words, the answer (None: nobody can know).

    ``choices`` are the answers there can be, with their words; none where any will do.
    """

    key: str
    text: str
    answer: str | None
    choices: Mapping[str, str] = field(default_factory=dict)

    def data(self) -> dict[str, object]:
        """Return it for a program."""
        return {
            "key": self.key,
            "question": self.text,
            "answer": self.answer,
            "choices": list(self.choices),
        }


@dataclass(frozen=True)
class Custom:
    """What the office has settled already, and the codes of its jurisdiction."""

    pack: PolicyPack
    day_first: bool | None
    official: OfficialPeriods

    def meaning(self, code: str) -> str:
        """Return what a code means, ``""`` where it is none."""
        history = self.pack.code_table.get(self.pack.office_codes.get(code, code), ())
        return history[-1].code.meaning if history else ""

    @property
    def codes(self) -> dict[str, str]:
        """Every code there is, with its meaning, and the word for no code at all."""
        known = [*self.pack.code_table, *self.pack.office_codes]
        return {code: self.meaning(code) for code in known} | {NOTHING: "nothing was recorded"}

    @property
    def has_blank(self) -> bool:
        """Say whether a blank is itself a code for *present*, as it is in the United States."""
        history = self.pack.code_table.get("", ())
        return bool(history) and history[-1].code.category == Category.PRESENT


def answers_of(settings: Sequence[str]) -> dict[str, str]:
    """Read ``key=value``, as often as given; the key of a code may have a ``=`` in it."""
    found = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals:
            raise NotAllowed(f"“{setting}” is not an answer. Write it as key=value.")
        found[name.strip()] = value.strip()
    return found


def questions(seen: Seen, stem: str, given: Mapping[str, str], custom: Custom) -> list[Asked]:
    """Return every question with its answer: given, or the only one there can be.

    What can only be asked once something else is answered comes when that is.
    """
    asked = [
        Asked("save_as", "Under which name is it to be kept?", given.get("save_as") or slug(stem)),
        Asked("title", "How is the export called in the office?", given.get("title") or stem),
    ]
    fits = seen.shapes()
    sure = fits[0] if len(fits) == 1 else None
    could = {name: words for name, words in _SHAPES.items() if name in fits} or _SHAPES
    asked.append(_choice("shape", "What is this file?", given, _SHAPES, sure, could))
    shape = asked[-1].answer
    if shape:
        asked += _of_columns(seen, shape, given)
        said = {one.key: one.answer for one in asked}
        if all(said[name] for name in NEEDED[shape]):
            asked += _of_content(seen, shape, {k: v or "" for k, v in said.items()}, given, custom)
            _refuse_strays(given, asked)
    return asked


def format_of(seen: Seen, asked: Sequence[Asked]) -> tuple[str, OwnFormat]:
    """Return the name and the content of the importer that the answers make."""
    said = {one.key: one.answer or "" for one in asked}
    fields = FIELDS[said["shape"]]
    whole = {
        "title": said["title"],
        "shape": said["shape"],
        "columns": {name: said[name] for name in fields if said.get(name)},
        "parts": seen.day_parts if said["shape"] == "grid" else _under(said, _PART),
        "codes": {code: to for code, to in _under(said, _CODE).items() if code != to},
        "header_rows": 1 if said["shape"] == "grid" else seen.header_rows,
        "dates": _DATES.get(said.get("dates", "")),
        **{name: said.get(name) for name in ("recorded", "blank", "each", "unit")},
        "official_period": said.get("official"),
        "session": said.get("session"),
    }
    return said["save_as"], OwnFormat.model_validate({k: v for k, v in whole.items() if v})


def codes_taken(seen: Seen, asked: Sequence[Asked], custom: Custom) -> list[CodeTaken]:
    """Return each code of the file, how often it occurs, the code it is taken for, its meaning."""
    said = {one.key: one.answer or "" for one in asked}
    is_open = {one.key for one in asked if one.answer is None}
    shape = said.get("shape", "")
    if not shape or not all(said.get(name) for name in NEEDED[shape]):
        return []
    rows = []
    for code, count in _marks(seen, shape, said).most_common():
        if not code:
            code_of_blank = said.get(_CODE, "") if said["blank"] == "present" else NOTHING
            is_asked = bool({"blank", _CODE} & is_open)
            rows.append(("(blank)", count, *_taken(code_of_blank, is_asked, custom)))
            continue
        meant = said.get(_CODE + code, code)
        rows.append((code, count, *_taken(meant, _CODE + code in is_open, custom)))
    return rows


def columns_not_read(seen: Seen, asked: Sequence[Asked]) -> list[str]:
    """Return the columns with a header that no answer takes; nothing until the shape is known."""
    said = {one.key: one.answer or "" for one in asked}
    shape = said.get("shape", "")
    if not shape:
        return []
    taken = {said.get(name, "") for name in FIELDS[shape]} | _under(said, _PART).keys()
    return [header for header in seen.headers if key(header) and header not in taken]


def _taken(code: str, is_asked: bool, custom: Custom) -> tuple[str, str]:
    return ("?", "to be answered") if is_asked else (code, custom.codes.get(code, ""))


def _under(said: Mapping[str, str], start: str) -> dict[str, str]:
    return {name.removeprefix(start): to for name, to in said.items() if name.startswith(start)}


def slug(stem: str) -> str:
    """Return the name a file suggests, without what a browser adds to a second copy."""
    plain = re.sub(r"\s*\(\d+\)$", "", stem).casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "export"


# The columns -------------------------------------------------------------------------------------


def _of_columns(seen: Seen, shape: str, given: Mapping[str, str]) -> Iterator[Asked]:
    taken = {given[name] for name in FIELDS[shape] if given.get(name)}
    for name in FIELDS[shape]:
        asked = _column(seen, name, given, shape, taken)
        taken.add(asked.answer or "")
        yield asked
    if shape == "periods":
        yield from _period_columns(seen, given)


def _column(
    seen: Seen, name: str, given: Mapping[str, str], shape: str, taken: Collection[str]
) -> Asked:
    text = _ASKS.get(name, f"Which column has the {name.replace('_', ' ')}, if any?")
    choices = {header: "" for header in seen.headers if key(header)}
    is_needed = name in NEEDED[shape]
    if name in given:
        if given[name] not in choices and (given[name] or is_needed):
            raise NotAllowed(
                f"{name}: there is no column “{given[name]}”. The columns are: "
                f"{', '.join(choices)}."
            )
        return Asked(name, text, given[name])
    if name in COUNTED:
        found = [one for one in seen.candidates(name) if seen.is_named(name)]
    else:
        found = seen.candidates(name)
    found = [one for one in found if one not in taken]
    if len(found) == 1:
        return Asked(name, text, found[0])
    if not is_needed:
        return Asked(name, text, "")
    return Asked(name, text, None, {header: "" for header in found} or choices)


def _period_columns(seen: Seen, given: Mapping[str, str]) -> Iterator[Asked]:
    """Ask nothing of columns named P1 or AM; take what was said of others."""
    found = seen.part_headers()
    for name, value in given.items():
        header = name.removeprefix(_PART)
        if name.startswith(_PART) and header not in seen.headers:
            raise NotAllowed(f"{name}: there is no column “{header}”.")
        if name.startswith(_PART):
            found[header] = value
    for header, part in found.items():
        text = f"Which part of the day is the column “{header}”?"
        if part:
            yield _choice(
                _PART + header, text, {_PART + header: part}, dict.fromkeys(PARTS, ""), None
            )
    if not any(found.values()):
        raise NotAllowed(
            "No column is named for a part of the day. Say which are, for example --set "
            f"“{_PART}{next(filter(None, seen.headers))}=P1”."
        )


# What is in them ---------------------------------------------------------------------------------


def _of_content(
    seen: Seen, shape: str, said: Mapping[str, str], given: Mapping[str, str], custom: Custom
) -> Iterator[Asked]:
    if dates := _dates(seen, shape, said, given, custom.day_first):
        yield dates
    if shape == "summary":
        headers = " ".join(seen.headers).casefold()
        named = [unit for unit in _UNITS if unit.removesuffix("s") in headers]
        sure = named[0] if len(named) == 1 else None
        yield _choice("unit", "What do the totals count?", given, _UNITS, sure)
        return
    if shape == "list" and said["part"]:
        yield from _part_words(seen, said, given)
    marks = _marks(seen, shape, said)
    if shape in ("list", "periods"):
        there = sum(count for code, count in marks.items() if key(code) in PRESENT and code)
        sure = "all" if there * 2 > sum(marks.values()) else None
        asked = _choice(
            "recorded", "What does it say of a student who has no row on a day?", given, _RECORDED,
            sure,
        )  # fmt: skip
        yield asked
    if shape == "strings":
        lengths = {len(cell) for cell in seen.raw(said["marks"], seen.rows)}
        sure = "day" if any(length % 2 for length in lengths) else None
        yield _choice("each", "What does one character stand for?", given, _EACH, sure)
    blank = ""
    if marks[""] or "blank" in given:
        asked = _choice("blank", "What does a blank say?", given, _BLANK, None)
        blank = asked.answer or ""
        yield asked
    yield from _session(seen, shape, said, given, custom)
    yield from _official(seen, shape, said, given, custom)
    yield from _codes(marks, blank == "present" and not custom.has_blank, given, custom.codes)


def _marks(seen: Seen, shape: str, said: Mapping[str, str]) -> Counter[str]:
    """Return the codes of the students' rows, and how often each occurs; ``""`` for blanks."""
    rows = seen.of_students(said["student_id"], said["date"] if "date" in NEEDED[shape] else "")
    if shape == "list":
        return Counter(seen.cells(said["code"], rows))
    if shape == "periods":
        headers = [name.removeprefix(_PART) for name in said if name.startswith(_PART)]
        return Counter(cell for one in headers for cell in seen.cells(one, rows))
    if shape == "strings":
        characters = "".join(seen.raw(said["marks"], rows))
        return Counter("" if one in UNRECORDED else one for one in characters)
    if shape == "grid":
        places = [column.place for column in seen.dated]
        cells = [[row[p].strip() if p < len(row) else "" for row in rows] for p in places]
        return Counter(cell for column in cells if any(column) for cell in column)
    return Counter()


def _dates(
    seen: Seen,
    shape: str,
    said: Mapping[str, str],
    given: Mapping[str, str],
    day_first: bool | None,
) -> Asked | None:
    if shape == "grid":
        values = [column.header for column in seen.dated if column.written.order_matters]
        values = [found[0] for one in values if (found := re.search(r"\d[\d/.-]*", one))]
    else:
        columns = [said[one] for one in ("date", "first", "last") if said.get(one)]
        values = [value for one in columns for value in seen.values(one)]
    if not values:
        return None
    order = date_order(values)
    by_office = None if day_first is None else "day" if day_first else "month"
    sure = {"any": "any", "day first": "day", "month first": "month"}.get(order, by_office)
    text = f"In dates such as {values[0]}, does the day come first, or the month (day or month)?"
    could = {name: words for name, words in _DATES.items() if words}
    return _choice("dates", text, given, _DATES, sure, could)


def _part_words(seen: Seen, said: Mapping[str, str], given: Mapping[str, str]) -> Iterator[Asked]:
    rows = seen.of_students(said["student_id"], said["date"])
    for word in sorted(set(seen.cells(said["part"], rows))):
        if not part_of_day(word) or _PART + word in given:
            text = f"Which part of the day is “{word}”?" if word else "Which part is a blank one?"
            yield _choice(_PART + word, text, given, dict.fromkeys(PARTS, ""), None)


def _session(
    seen: Seen, shape: str, said: Mapping[str, str], given: Mapping[str, str], custom: Custom
) -> Iterator[Asked]:
    """Ask of which session the marks are, where each session counts and the file names none."""
    names_none = shape == "list" and not said["part"]
    names_none |= shape == "grid" and not all(column.part for column in seen.dated)
    if custom.pack.method == "sessions" and names_none:
        text = "The file names no session. Of which one are its marks?"
        yield _choice("session", text, given, dict.fromkeys(custom.pack.parts, ""), None)


def _official(
    seen: Seen, shape: str, said: Mapping[str, str], given: Mapping[str, str], custom: Custom
) -> Iterator[Asked]:
    """Ask which period decides the day, where one must and the file lacks the office's."""
    if custom.pack.method != "official-period" or shape not in ("list", "periods"):
        return
    parts = {value for name, value in said.items() if name.startswith(_PART)}
    if shape == "list" and said["part"]:
        words = set(seen.cells(said["part"], seen.of_students(said["student_id"], said["date"])))
        parts = {part_of_day(word) for word in words} - {""}
    periods = sorted((part for part in parts if part[1:].isdecimal()), key=PARTS.index)
    if len(periods) < 2 or custom.official.every & set(periods) or "DAY" in parts:
        return
    text = (
        f"The office's official period ({custom.official.usual}) is not in this file. Which "
        "period decides the day?"
    )
    yield _choice("official", text, given, dict.fromkeys(periods, ""), None)


def _codes(
    marks: Mapping[str, int],
    asks_blank: bool,
    given: Mapping[str, str],
    codes: Mapping[str, str],
) -> Iterator[Asked]:
    could = {code: words for code, words in codes.items() if code}
    for code in sorted(marks):
        name = _CODE + code
        if name not in given and (code in codes if code else not asks_blank):
            continue
        often = f"{marks[code]:,} times" if marks[code] > 1 else "once"
        text = f"The code “{code}” ({often}) is not among the office's codes. Which of them is it?"
        yield _choice(name, text if code else "Which code is a blank?", given, codes, None, could)


def _choice(
    name: str,
    text: str,
    given: Mapping[str, str],
    choices: Mapping[str, str],
    sure: str | None,
    could: Mapping[str, str] | None = None,
) -> Asked:
    """Return a question with a fixed set of answers; ``could`` are those that are shown."""
    if name in given and given[name] not in choices:
        known = ", ".join(filter(None, choices))
        what = "there is no code" if name.startswith(_CODE) else "there is no answer"
        raise NotAllowed(f"{name}: {what} “{given[name]}”. It can be: {known}.")
    return Asked(name, text, given.get(name, sure), choices if could is None else could)


def _refuse_strays(given: Mapping[str, str], asked: Sequence[Asked]) -> None:
    known = [one.key for one in asked]
    stray = next((name for name in given if name not in known), "")
    if stray:
        raise NotAllowed(f"“{stray}” is not asked of this file. Asked are: {', '.join(known)}.")
