"""Reading the tables of a rule pack strictly: nothing unknown, undated or twice."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from math import isfinite
from typing import Any, Protocol, TypeVar

from rollbook.policy.lines import Source, Steps
from rollbook.policy.terms import Reference, Sure
from rollbook.problems import PolicyError

_SHAPES: Mapping[type, str] = {
    str: "text in quotation marks",
    int: "a whole number",
    bool: "true or false",
    date: "a date such as 2026-09-01, without quotation marks",
    list: "a list in square brackets",
    dict: "a table",
}


class Table:
    """One table of a file while it is read; whatever is not asked for by name is refused."""

    def __init__(
        self, source: Source, place: str, data: Mapping[str, Any], steps: Steps = ()
    ) -> None:
        self.source, self.place, self.data, self.steps = source, place, data, steps
        self.asked: set[str] = set()

    def where(self, *further: str | int) -> str:
        """Say the file, the line and the place of this table, or of something in it."""
        line = self.source.line((*self.steps, *further))
        words = (self.source.name, f"line {line}" if line else "", self.place)
        return ", ".join(filter(None, words))

    def wrong(self, what: str, *further: str | int) -> PolicyError:
        """Return the error that says what is wrong and where; ``further`` leads to the word."""
        return PolicyError(f"{self.where(*further)}: {what}.")

    def optional(self, key: str, kind: type, default: Any) -> Any:
        """Return the value of ``key`` if it has the right shape, or the default."""
        self.asked.add(key)
        if key not in self.data:
            return default
        value = self.data[key]
        wrong_bool = isinstance(value, bool) and kind is not bool
        if not isinstance(value, kind) or wrong_bool or isinstance(value, datetime):
            raise self.wrong(f"“{key}” must be {_SHAPES[kind]}", key)
        return value

    def needed(self, key: str, kind: type) -> Any:
        """Return the value of ``key``; it must be there."""
        if key not in self.data:
            raise self.wrong(f"“{key}” is missing; add it")
        return self.optional(key, kind, None)

    def text(self, key: str) -> str:
        """Return the text of ``key``; it must be there and say something."""
        text = str(self.needed(key, str)).strip()
        if not text:
            raise self.wrong(f"“{key}” is empty; fill it in", key)
        return text

    def inherited(
        self, key: str, from_base: str | None, allowed: Sequence[str] | None = None
    ) -> str:
        """Return the text of ``key``, or what the pack that is extended has."""
        if from_base is not None and key not in self.data:
            return from_base
        return self.word(key, allowed) if allowed else self.text(key)

    def word(self, key: str, allowed: Sequence[str], default: str | None = None) -> str:
        """Return the text of ``key``, one of those allowed."""
        word = self.needed(key, str) if default is None else self.optional(key, str, default)
        if word not in allowed:
            raise self.wrong(f"“{key}” is “{word}”; it must be one of {', '.join(allowed)}", key)
        return str(word)

    def words(self, key: str, allowed: Sequence[str] | None = None) -> tuple[str, ...]:
        """Return the list of texts of ``key``, none of them twice."""
        found = self.optional(key, list, [])
        if not all(isinstance(word, str) for word in found):
            raise self.wrong(f"“{key}” must be a list of texts in quotation marks", key)
        for place, word in enumerate(found):
            if word in found[:place]:
                raise self.wrong(f"“{key}” has “{word}” twice; take one out", key)
            if allowed is not None and word not in allowed:
                raise self.wrong(
                    f"“{key}” has “{word}”; it must be one of {', '.join(allowed)}", key
                )
        return tuple(found)

    def fraction(self, key: str) -> Fraction:
        """Return the exact share of ``key``, written as ``"9/10"``."""
        value = self.data.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value):
            raise self.wrong(
                f"“{key}” is the number {value}; a share is written exactly, in quotation marks: "
                f'"{_as_share(value)}"',
                key,
            )
        text = self.needed(key, str)
        try:
            share = Fraction(text)
        except (ValueError, ZeroDivisionError) as error:
            raise self.wrong(
                f'“{key}” is “{text}”; a share is written as "9/10", without a percent sign', key
            ) from error
        if not 0 < share <= 1:
            raise self.wrong(f"“{key}” is {text}; a share lies between 0 and 1", key)
        return share

    def count(self, key: str, default: int | None = None, least: int = 1) -> int:
        """Return the whole number of ``key``, ``least`` or more."""
        number = self.needed(key, int) if default is None else self.optional(key, int, default)
        if number < least and key in self.data:
            raise self.wrong(f"“{key}” is {number}; it must be {least} or more", key)
        return int(number)

    def tables(self, key: str, name: Callable[[int, Mapping[str, Any]], str]) -> Iterator["Table"]:
        """Return the tables in the list ``key``, each knowing its place."""
        if isinstance(self.data.get(key), Mapping):
            raise self.wrong(f"“{key}” must stand in double brackets: [[…{key}]]", key)
        for number, data in enumerate(self.optional(key, list, []), start=1):
            if not isinstance(data, dict):
                raise self.wrong(f"“{key}” must be a list of tables", key)
            place = ", ".join(filter(None, (self.place, name(number, data))))
            yield Table(self.source, place, data, (*self.steps, key, number - 1))

    def dated(self, references: Mapping[str, Reference]) -> dict[str, Any]:
        """Return the date, reference and sureness every statement must have."""
        if "from" not in self.data:
            raise self.wrong("the date it came into force is missing; add “from”")
        if not self.data.get("reference"):
            raise self.wrong("the reference is missing; add “reference”")
        reference = str(self.needed("reference", str))
        if reference not in references:
            raise self.wrong(
                f"the reference “{reference}” is not listed under [references]", "reference"
            )
        first, until = self.needed("from", date), self.optional("until", date, None)
        if until and until < first:
            raise self.wrong(f"it ends on {until}, before it begins on {first}", "until")
        return {
            "first": first,
            "until": until,
            "reference": references[reference],
            "sure": Sure(self.word("sure", [sure.value for sure in Sure])),
            "note": self.optional("note", str, ""),
        }

    def finish(self) -> None:
        """Refuse whatever nobody asked for: a slip of the pen must not pass."""
        left = [word for word in self.data if word not in self.asked]
        if left:
            raise self.wrong(
                f"“{left[0]}” is not known here; correct the word or take it out", left[0]
            )


def numbered(kind: str, key: str = "") -> Callable[[int, Mapping[str, Any]], str]:
    """Return how a table of a list is called: by its name under ``key``, else by its number."""

    def name(number: int, data: Mapping[str, Any]) -> str:
        return f"{kind} “{data[key]}”" if data.get(key) else f"{kind} {number}"

    return name


def _as_share(number: float) -> str:
    """Write 95 or 0.95 as the share that was probably meant: ``95/100``."""
    share, whole = Fraction(str(number)) / (1 if 0 < number <= 1 else 100), 100
    while (share * whole).denominator != 1:
        whole *= 10
    return f"{share * whole}/{whole}"


class _HasDates(Protocol):
    @property
    def first(self) -> date: ...
    @property
    def until(self) -> date | None: ...


_D = TypeVar("_D", bound=_HasDates)


def in_order(what: str, history: Sequence[tuple[Table, _D]]) -> tuple[_D, ...]:
    """Sort a history by date; each entry ends the day before the next begins.

    Raises ``PolicyError`` with the line of the later of two that hold on the same day.
    """
    ordered = sorted(history, key=lambda entry: entry[1].first)
    ended = [one for _, one in ordered]
    for place, (table, later) in enumerate(ordered[1:]):
        one = ended[place]
        if one.first == later.first or (one.until and one.until >= later.first):
            raise table.wrong(f"{what} has two meanings on {later.first}; correct the dates")
        if one.until is None:
            ended[place] = _until(one, previous_day(later.first))
    return tuple(ended)


def laid_over(lower: Sequence[_D], upper: Sequence[_D]) -> tuple[_D, ...]:
    """Return the history of a state with a district's own laid over it: that one's days win."""
    left = list(lower)
    for one in upper:
        left = [piece for old in left for piece in _outside(old, one)]
    return tuple(sorted([*left, *upper], key=lambda entry: entry.first))


def _outside(old: _D, cover: _HasDates) -> Iterator[_D]:
    """Return what is left of ``old`` before and after ``cover``."""
    if old.first < cover.first:
        ends = previous_day(cover.first)
        yield _until(old, ends) if old.until is None or old.until > ends else old
    if cover.until and (old.until is None or old.until > cover.until):
        begins = max(old.first, next_day(cover.until))
        yield replace(old, first=begins)  # type: ignore[type-var]


def _until(one: _D, day: date) -> _D:
    return replace(one, until=day)  # type: ignore[type-var]


def next_day(day: date | None) -> date:
    """Return the day after."""
    return date.fromordinal((day or date.min).toordinal() + 1)


def previous_day(day: date) -> date:
    """Return the day before."""
    return date.fromordinal(day.toordinal() - 1)
