"""Reading the tables of a rule pack strictly: nothing unknown, undated or twice."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Protocol, TypeVar

from rollbook.policy.terms import Reference, Sure
from rollbook.problems import PolicyError

_T = TypeVar("_T")


class _HasDates(Protocol):
    @property
    def first(self) -> date: ...
    @property
    def until(self) -> date | None: ...


_SHAPES: Mapping[type, str] = {
    str: "text in quotation marks",
    int: "a whole number",
    bool: "true or false",
    date: "a date such as 2026-09-01, without quotation marks",
    list: "a list in square brackets",
    dict: "a table",
}


class Table:
    """One table of a pack while it is read; whatever is not asked for by name is refused."""

    def __init__(self, pack: str, place: str, data: Mapping[str, Any]) -> None:
        self.pack, self.place, self.data = pack, place, data
        self.asked: set[str] = set()

    def wrong(self, what: str) -> PolicyError:
        """Return the error that says what is wrong, in which pack and where."""
        where = f", {self.place}" if self.place else ""
        return PolicyError(f"Rule pack “{self.pack}”{where}: {what}.")

    def optional(self, key: str, kind: type, default: Any) -> Any:
        """Return the value of ``key`` if it has the right shape, or the default."""
        self.asked.add(key)
        if key not in self.data:
            return default
        value = self.data[key]
        wrong_bool = isinstance(value, bool) and kind is not bool
        if not isinstance(value, kind) or wrong_bool or isinstance(value, datetime):
            raise self.wrong(f"“{key}” must be {_SHAPES[kind]}")
        return value

    def needed(self, key: str, kind: type) -> Any:
        """Return the value of ``key``; it must be there."""
        if key not in self.data:
            raise self.wrong(f"“{key}” is missing; add it")
        return self.optional(key, kind, None)

    def inherited(
        self, key: str, from_base: str | None, allowed: Sequence[str] | None = None
    ) -> str:
        """Return the text of ``key``, or what the pack that is extended has."""
        if from_base is not None and key not in self.data:
            return from_base
        return self.word(key, allowed) if allowed else str(self.needed(key, str))

    def word(self, key: str, allowed: Sequence[str], default: str | None = None) -> str:
        """Return the text of ``key``, one of those allowed."""
        word = self.needed(key, str) if default is None else self.optional(key, str, default)
        if word not in allowed:
            raise self.wrong(f"“{key}” is “{word}”; it must be one of {', '.join(allowed)}")
        return str(word)

    def words(self, key: str) -> tuple[str, ...]:
        """Return the list of texts of ``key``."""
        found = self.optional(key, list, [])
        if not all(isinstance(word, str) for word in found):
            raise self.wrong(f"“{key}” must be a list of texts")
        return tuple(found)

    def fraction(self, key: str) -> Fraction:
        """Return the exact share of ``key``, written as ``9/10``."""
        text = self.needed(key, str)
        try:
            share = Fraction(text)
        except (ValueError, ZeroDivisionError) as error:
            raise self.wrong(f'“{key}” must be an exact share such as "9/10"') from error
        if not 0 < share <= 1:
            raise self.wrong(f"“{key}” is {text}; a share lies between 0 and 1")
        return share

    def count(self, key: str, default: int | None = None) -> int:
        """Return the whole number of ``key``, 1 or more."""
        number = self.needed(key, int) if default is None else self.optional(key, int, default)
        if number < 1:
            raise self.wrong(f"“{key}” is {number}; it must be 1 or more")
        return int(number)

    def tables(self, key: str, name: Callable[[int, Mapping[str, Any]], str]) -> Iterator["Table"]:
        """Return the tables in the list ``key``, each knowing its place."""
        for number, data in enumerate(self.optional(key, list, []), start=1):
            if not isinstance(data, dict):
                raise self.wrong(f"“{key}” must be a list of tables")
            place = ", ".join(filter(None, (self.place, name(number, data))))
            yield Table(self.pack, place, data)

    def dated(self, references: Mapping[str, Reference]) -> dict[str, Any]:
        """Return the date, reference and sureness every statement must have."""
        if "from" not in self.data:
            raise self.wrong("the date it came into force is missing; add “from”")
        if not self.data.get("reference"):
            raise self.wrong("the reference is missing; add “reference”")
        reference = str(self.needed("reference", str))
        if reference not in references:
            raise self.wrong(f"the reference “{reference}” is not listed under [references]")
        first, until = self.needed("from", date), self.optional("until", date, None)
        if until and until < first:
            raise self.wrong(f"it ends on {until}, before it begins on {first}")
        return {
            "first": first,
            "until": until,
            "reference": references[reference],
            "sure": Sure(self.word("sure", [sure.value for sure in Sure])),
            "note": self.optional("note", str, ""),
        }

    def finish(self) -> None:
        """Refuse whatever nobody asked for: a slip of the pen must not pass."""
        left = sorted(set(self.data) - self.asked)
        if left:
            raise self.wrong(f"“{left[0]}” is not known here; correct the word or take it out")


_D = TypeVar("_D", bound=_HasDates)


def in_order(table: Table, what: str, history: Sequence[_D]) -> tuple[_D, ...]:
    """Sort a history by date; each entry ends the day before the next begins."""
    ordered = sorted(history, key=lambda one: one.first)
    ended = []
    for one, later in zip(ordered, [*ordered[1:], None], strict=True):
        if later is None or (one.until and one.until < later.first):
            ended.append(one)
        elif one.until or one.first == later.first:
            raise table.wrong(f"{what} has two meanings on {later.first}; correct the dates")
        else:
            ended.append(replace(one, until=previous_day(later.first)))  # type: ignore[type-var]
    return tuple(ended)


def next_day(day: date | None) -> date:
    """Return the day after."""
    return date.fromordinal((day or date.min).toordinal() + 1)


def previous_day(day: date) -> date:
    """Return the day before."""
    return date.fromordinal(day.toordinal() - 1)
