"""The law and the district's own rules, as dated data.

A *rule pack* is one TOML file: the parts of the day, the code table, the triggers, and other
numbers such as how long a document is good for. Nothing in a pack is without a date and a
reference, and each statement says how sure we are of it (:class:`Sure`). A pack that breaks this
is not used: :func:`load_pack` raises ``PolicyError`` naming the pack, the place and what to do.

A district's own pack lives in its office folder and says ``extends = "us-tx"``. It may add codes
and redefine those its state leaves to districts, and change the triggers and values that the pack
it extends calls ``overridable``.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar

from rollbook.problems import PolicyError
from rollbook.register import PARTS, Category, Code

SHIPPED = ("gb-eng", "us-ca", "us-tx")
METHODS = ("sessions", "official-period", "whole-day")
UNITS = ("sessions", "days")
COMPARATORS = ("<", "<=", ">", ">=")
MEASURES = ("attendance", "absence")
PERIODS = ("school-year", "term")
WINDOWS = ("days", "months", "school-weeks", "term", "school-year")
LEFT_OUT_METHODS = ("excluded", "attended")


class Sure(StrEnum):
    """How sure a statement of law is."""

    READ = "V"  # read in the statute, an official page or an official form
    SECONDARY = "V2"  # read in a secondary source only
    GENERAL = "GK"  # general knowledge, to be checked before it is shown as law
    LOCAL = "POL"  # no law: a local policy


@dataclass(frozen=True, slots=True)
class Reference:
    """A source: an act, a regulation, guidance, or a school's own policy."""

    id: str
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """What every statement of a pack carries: since when, until when, where from, how sure."""

    first: date
    until: date | None = None
    reference: Reference
    sure: Sure
    note: str = ""

    @property
    def citation(self) -> str:
        """The reference as it is shown, with ``(check)`` where nobody has read the law itself."""
        unsure = self.sure in (Sure.SECONDARY, Sure.GENERAL)
        return f"{self.reference.text} (check)" if unsure else self.reference.text

    def holds(self, day: date) -> bool:
        """Say whether the statement is in force on ``day``."""
        return self.first <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedCode(Dated):
    """One register code while it had one meaning. ``use`` names what to write once it is gone."""

    code: Code
    use: str = ""


Value = int | Fraction | str | tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedValue(Dated):
    """One number or word of law, e.g. ``penalty.first`` = 160 ``GBP``. Fractions are exact."""

    name: str
    value: Value
    unit: str = ""

    @property
    def number(self) -> int:
        """The value as a whole number."""
        if not isinstance(self.value, int):
            raise PolicyError(f"The value “{self.name}” is {self.value!r} and no whole number.")
        return self.value

    @property
    def words(self) -> tuple[str, ...]:
        """The value as a list of words."""
        if isinstance(self.value, tuple):
            return self.value
        return (str(self.value),) if self.value != "" else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms(Dated):
    """What a trigger asked for while these terms were in force.

    ``ages`` are completed years, both included; a student whose birth date is unknown is not left
    out. ``not_grades`` are grades or year groups the rule is not about.
    """

    kind: ClassVar[str] = ""
    ages: tuple[int, int] | None = None
    not_grades: tuple[str, ...] = ()
    written: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def threshold_text(self) -> str:
        """The number of the rule as a person reads it."""
        return ""

    @property
    def test_text(self) -> str:
        """The test in words: ``attendance below 95 %``."""
        return ""

    @property
    def period_text(self) -> str:
        """The period of the rule in words: ``10 school weeks``."""
        return ""


_COMPARED = {"<": "below", "<=": "at or below", ">": "above", ">=": "at or above"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RateTerms(Terms):
    """A rate over the year or term so far, compared with a threshold as exact fractions."""

    kind: ClassVar[str] = "rate_over_period"
    measure: str
    comparator: str
    threshold: Fraction
    period: str

    @property
    def threshold_text(self) -> str:
        """The threshold as a percentage."""
        return per_cent(self.threshold)

    @property
    def test_text(self) -> str:
        """The test in words."""
        return f"{self.measure} {_COMPARED[self.comparator]} {self.threshold_text}"

    @property
    def period_text(self) -> str:
        """The period in words."""
        return "school year" if self.period == "school-year" else "term"

    def crosses(self, possible: int, absent: int) -> bool:
        """Say whether ``absent`` of ``possible`` meets the test. Nothing possible meets none."""
        part = possible - absent if self.measure == "attendance" else absent
        left, right = part * self.threshold.denominator, possible * self.threshold.numerator
        return possible > 0 and compare(left, self.comparator, right)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountTerms(Terms):
    """So many sessions or days inside a window.

    ``codes`` counts marks with one of these codes; without it marks count whose code is a truancy
    event, and, with ``minutes_over``, late arrivals without excuse of more minutes than that.
    ``unresolved`` codes are counted and also shown apart. ``once`` makes one letter a school year.
    """

    kind: ClassVar[str] = "count_in_window"
    unit: str
    threshold: int
    window: str
    size: int = 1
    codes: tuple[str, ...] = ()
    minutes_over: int | None = None
    unresolved: tuple[str, ...] = ()
    within_year: bool = False
    once: bool = False

    @property
    def threshold_text(self) -> str:
        """The threshold as a count."""
        return f"{self.threshold} {self.unit}"

    @property
    def test_text(self) -> str:
        """The test in words."""
        what = "unauthorised sessions" if self.codes else "days or parts of days without excuse"
        return f"{self.threshold} or more {what} in {self.period_text}"

    @property
    def period_text(self) -> str:
        """The window in words; four whole weeks are said as weeks."""
        if self.window in ("term", "school-year"):
            return "one term" if self.window == "term" else "one school year"
        if self.window == "days" and self.size % 7 == 0:
            return f"{self.size // 7} weeks"
        return f"{self.size} {self.window.replace('-', ' ')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassTerms(Terms):
    """A share of the days a class was offered, by semester or year, with two bands below it.

    ``leave_out`` codes may not be considered: ``excluded`` takes those days out of the days
    offered too, ``attended`` counts them as attended.
    """

    kind: ClassVar[str] = "class_rate"
    threshold: Fraction
    committee_below: Fraction
    semester_grades: tuple[str, ...]
    leave_out: tuple[str, ...] = ()
    leave_out_method: str = "excluded"

    @property
    def threshold_text(self) -> str:
        """The threshold as a percentage."""
        return per_cent(self.threshold)

    @property
    def test_text(self) -> str:
        """The test in words."""
        return f"attendance below {self.threshold_text} of the days the class was offered"

    @property
    def period_text(self) -> str:
        """The period in words."""
        return "semester or school year"

    def band(self, offered: int, attended: int) -> str:
        """Return ``credit``, ``plan``, ``committee``, or nothing when the class was not offered."""
        if offered == 0:
            return ""
        if attended * self.threshold.denominator >= offered * self.threshold.numerator:
            return "credit"
        committee = self.committee_below
        return "committee" if attended < offered * committee else "plan"

    def minimum_days(self, offered: int) -> int:
        """Return how many of ``offered`` days must be attended for credit."""
        return -(-offered * self.threshold.numerator // self.threshold.denominator)


KINDS: Mapping[str, type[Terms]] = {
    terms.kind: terms for terms in (RateTerms, CountTerms, ClassTerms)
}
"""The closed list of kinds of rule."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """One threshold: its kind, its dated terms, and the letter it sends (``""`` for a list only).

    A letter of a trigger in ``supersedes`` is not due while this one is. ``overridable`` are the
    words of the terms that a district may settle for itself.
    """

    id: str
    title: str
    kind: str
    terms: tuple[Terms, ...]
    letter: str = ""
    supersedes: tuple[str, ...] = ()
    overridable: tuple[str, ...] = ()

    def on(self, day: date) -> Terms | None:
        """Return the terms in force on ``day``; None before the rule came into force."""
        return next((terms for terms in self.terms if terms.holds(day)), None)


@dataclass(frozen=True)
class PolicyPack:
    """One jurisdiction, or one district inside it, with everything dated."""

    id: str
    title: str
    jurisdiction: str
    language: str
    locale: str
    paper: str
    date_style: str
    unit: str
    method: str
    parts: tuple[str, ...]
    code_table: Mapping[str, tuple[DatedCode, ...]]
    triggers: tuple[Trigger, ...]
    values: Mapping[str, tuple[DatedValue, ...]]
    codes_overridable: bool = False
    office_codes: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def code_changes(self) -> tuple[date, ...]:
        """The days on which a code came or went, in order."""
        dated = [code for codes in self.code_table.values() for code in codes]
        after = {_next_day(code.until) for code in dated if code.until}
        return tuple(sorted({code.first for code in dated} | after))

    @cached_property
    def _codes_on(self) -> dict[date, Mapping[str, Code]]:
        return {}

    def codes_on(self, day: date) -> Mapping[str, Code]:
        """Return the codes in use on ``day`` by symbol, the office's own spellings included."""
        since = max((change for change in self.code_changes if change <= day), default=date.min)
        if since not in self._codes_on:
            found = {
                symbol: dated.code
                for symbol, history in self.code_table.items()
                for dated in history
                if dated.holds(since)
            }
            own = {
                symbol: found[meant]
                for symbol, meant in self.office_codes.items()
                if meant in found
            }
            self._codes_on[since] = found | own
        return self._codes_on[since]

    def code(self, symbol: str, day: date) -> Code | None:
        """Return the code ``symbol`` was on ``day``, or None when it was none."""
        return self.codes_on(day).get(symbol)

    def why_no_code(self, symbol: str, day: date) -> str:
        """Say why ``symbol`` is no code on ``day`` and what to do; empty when it is one."""
        if self.code(symbol, day):
            return ""
        history = self.code_table.get(self.office_codes.get(symbol, symbol), ())
        gone = [dated for dated in history if dated.until and dated.until < day]
        if gone:
            use = gone[-1].use
            instead = f" Use {use} instead." if use else " Correct it in the register."
            return f"Code {symbol} has not been used since {_next_day(gone[-1].until)}.{instead}"
        if history:
            return f"Code {symbol} is only used from {history[0].first} on. Correct the register."
        return (
            f"Code “{symbol}” is not in the code table of {self.title}. "
            "Correct the register, or add the code to the office's own codes."
        )

    def trigger(self, trigger_id: str) -> Trigger:
        """Return the trigger ``trigger_id``. Raises ``PolicyError`` when there is none."""
        found = next((one for one in self.triggers if one.id == trigger_id), None)
        if found is None:
            names = ", ".join(one.id for one in self.triggers)
            raise PolicyError(f"{self.title} has no trigger “{trigger_id}”. It has: {names}.")
        return found

    def value(self, name: str, day: date) -> DatedValue:
        """Return the value ``name`` in force on ``day``.

        Raises ``PolicyError`` when the pack has no such value, or none yet on that day.
        """
        history = self.values.get(name)
        if history is None:
            raise PolicyError(f"The rule pack “{self.id}” has no value “{name}”.")
        found = next((value for value in history if value.holds(day)), None)
        if found is None:
            raise PolicyError(
                f"The rule pack “{self.id}” has no value “{name}” for {day}; "
                f"the earliest is from {history[0].first}."
            )
        return found

    def has_value(self, name: str, day: date) -> bool:
        """Say whether the value ``name`` is in force on ``day``."""
        return any(value.holds(day) for value in self.values.get(name, ()))

    @property
    def outside_membership(self) -> frozenset[str]:
        """ADA codes of students who are enrolled but not in membership."""
        history = self.values.get("membership.outside", ())
        return frozenset(word for value in history for word in value.words)


def load_pack(
    name: str, folder: Path | None = None, codes: Mapping[str, str] | None = None
) -> PolicyPack:
    """Read the rule pack ``name``: ``folder/name.toml`` if it is there, else a shipped one.

    ``codes`` are the office's own spellings: each symbol means the pack's code it is mapped to.
    Raises ``PolicyError`` when there is no such pack or it must not be used.
    """
    pack = _load(name, folder, seen=())
    for symbol, meant in (codes or {}).items():
        if meant not in pack.code_table:
            raise PolicyError(
                f"The office's own code “{symbol}” is said to mean “{meant}”, which is no code of "
                f"{pack.title}. Name one of: {', '.join(filter(None, pack.code_table))}."
            )
    return replace(pack, office_codes=dict(codes or {}))


def compare(left: int, comparator: str, right: int) -> bool:
    """Compare two whole numbers the way a rule says."""
    if comparator == "<":
        return left < right
    if comparator == "<=":
        return left <= right
    return left > right if comparator == ">" else left >= right


def per_cent(share: Fraction) -> str:
    """Write an exact share as a percentage: ``95 %``, ``92.5 %``."""
    value = share * 100
    return f"{value.numerator} %" if value.denominator == 1 else f"{float(value):g} %"


# --- reading -----------------------------------------------------------------------------------


def _load(name: str, folder: Path | None, seen: tuple[str, ...]) -> PolicyPack:
    if name in seen:
        raise PolicyError(f"The rule packs {' → '.join([*seen, name])} extend each other.")
    own = folder / f"{name}.toml" if folder else None
    if own and own.is_file():
        text = own.read_text(encoding="utf-8-sig")
    elif name in SHIPPED:
        text = (resources.files("rollbook") / "policies" / f"{name}.toml").read_text("utf-8")
    else:
        where = f" There is no “{own}” either." if own else ""
        raise PolicyError(
            f"There is no rule pack “{name}”. The shipped ones are {', '.join(SHIPPED)}.{where}"
        )
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"The rule pack “{name}” cannot be read: {error}.") from error
    base_name = data.get("extends")
    base = _load(str(base_name), folder, (*seen, name)) if base_name else None
    return read_pack(name, data, base)


def read_pack(name: str, data: Mapping[str, Any], base: PolicyPack | None = None) -> PolicyPack:
    """Make a pack from the content of its file; ``base`` is the pack it extends.

    Raises ``PolicyError`` for anything without a date or a reference, any unknown word, and
    anything that is there twice.
    """
    table = _Table(name, "", data)
    table.optional("extends", str, "")
    references = _references(table)
    code_table = _code_table(table, references, base)
    triggers = _triggers(table, references, base)
    values = _values(table, references, base)
    pack = PolicyPack(
        id=name,
        title=table.inherited("title", base.title if base else None),
        jurisdiction=base.jurisdiction if base else name,
        language=table.inherited("language", base.language if base else None),
        locale=table.inherited("locale", base.locale if base else None),
        paper=table.inherited("paper", base.paper if base else None, ("A4", "Letter")),
        date_style=table.inherited("date_style", base.date_style if base else None),
        unit=table.inherited("unit", base.unit if base else None, UNITS),
        method=table.inherited("method", base.method if base else None, METHODS),
        parts=table.optional("parts", list, None) or (base.parts if base else ()),
        codes_overridable=table.optional(
            "codes_overridable", bool, base.codes_overridable if base else False
        ),
        code_table=code_table,
        triggers=triggers,
        values=values,
    )
    table.finish()
    pack = replace(pack, parts=tuple(pack.parts))
    unknown = [part for part in pack.parts if part not in PARTS]
    if unknown or not pack.parts:
        raise table.wrong(f"“parts” must list parts of the day, from {', '.join(PARTS)}")
    _check_mentions(table, pack)
    return pack


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


class _Table:
    """One table of a pack while it is read; whatever is not asked for by name is refused."""

    def __init__(self, pack: str, place: str, data: Mapping[str, Any]) -> None:
        self.pack, self.place, self.data = pack, place, data
        self.asked: set[str] = set()

    def wrong(self, what: str) -> PolicyError:
        where = f", {self.place}" if self.place else ""
        return PolicyError(f"Rule pack “{self.pack}”{where}: {what}.")

    def optional(self, key: str, kind: type, default: Any) -> Any:
        self.asked.add(key)
        if key not in self.data:
            return default
        value = self.data[key]
        wrong_bool = isinstance(value, bool) and kind is not bool
        if not isinstance(value, kind) or wrong_bool or isinstance(value, datetime):
            raise self.wrong(f"“{key}” must be {_SHAPES[kind]}")
        return value

    def needed(self, key: str, kind: type) -> Any:
        if key not in self.data:
            raise self.wrong(f"“{key}” is missing; add it")
        return self.optional(key, kind, None)

    def inherited(
        self, key: str, from_base: str | None, allowed: Sequence[str] | None = None
    ) -> str:
        if from_base is not None and key not in self.data:
            return from_base
        return self.word(key, allowed) if allowed else str(self.needed(key, str))

    def word(self, key: str, allowed: Sequence[str], default: str | None = None) -> str:
        word = self.needed(key, str) if default is None else self.optional(key, str, default)
        if word not in allowed:
            raise self.wrong(f"“{key}” is “{word}”; it must be one of {', '.join(allowed)}")
        return str(word)

    def words(self, key: str) -> tuple[str, ...]:
        found = self.optional(key, list, [])
        if not all(isinstance(word, str) for word in found):
            raise self.wrong(f"“{key}” must be a list of texts")
        return tuple(found)

    def fraction(self, key: str) -> Fraction:
        text = self.needed(key, str)
        try:
            share = Fraction(text)
        except (ValueError, ZeroDivisionError) as error:
            raise self.wrong(f'“{key}” must be an exact share such as "9/10"') from error
        if not 0 < share <= 1:
            raise self.wrong(f"“{key}” is {text}; a share lies between 0 and 1")
        return share

    def count(self, key: str, default: int | None = None) -> int:
        number = self.needed(key, int) if default is None else self.optional(key, int, default)
        if number < 1:
            raise self.wrong(f"“{key}” is {number}; it must be 1 or more")
        return int(number)

    def tables(self, key: str, name: Callable[[int, Mapping[str, Any]], str]) -> Iterator["_Table"]:
        for number, data in enumerate(self.optional(key, list, []), start=1):
            if not isinstance(data, dict):
                raise self.wrong(f"“{key}” must be a list of tables")
            place = ", ".join(filter(None, (self.place, name(number, data))))
            yield _Table(self.pack, place, data)

    def dated(self, references: Mapping[str, Reference]) -> dict[str, Any]:
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
        left = sorted(set(self.data) - self.asked)
        if left:
            raise self.wrong(f"“{left[0]}” is not known here; correct the word or take it out")


def _references(table: _Table) -> dict[str, Reference]:
    found = {}
    for name, data in table.optional("references", dict, {}).items():
        entry = _Table(table.pack, f"reference “{name}”", data)
        found[name] = Reference(name, entry.needed("text", str), entry.optional("url", str, ""))
        entry.finish()
    return found


def _code_table(
    table: _Table, references: Mapping[str, Reference], base: PolicyPack | None
) -> dict[str, tuple[DatedCode, ...]]:
    found: dict[str, list[DatedCode]] = {}
    for group in table.tables("codes", lambda number, data: f"code group {number}"):
        dated = group.dated(references)
        category = Category(group.word("category", [one.value for one in Category]))
        late = group.optional("late", bool, False)
        excused = group.optional("excused", bool, False)
        truancy = group.optional("truancy", bool, False)
        use = group.optional("use", str, "")
        for symbol, meaning in group.needed("symbols", dict).items():
            if not isinstance(meaning, str) or not meaning:
                raise group.wrong(f"the meaning of code “{symbol}” is missing; add it")
            code = Code(symbol, meaning, category, late=late, truancy=truancy, excused=excused)
            found.setdefault(symbol, []).append(DatedCode(**dated, code=code, use=use))
        group.finish()
    inherited = dict(base.code_table) if base else {}
    taken = sorted(set(found) & set(inherited))
    if base and taken and not base.codes_overridable:
        raise table.wrong(
            f"code “{taken[0]}” belongs to {base.title} and cannot be given another meaning; "
            "take it out"
        )
    own = {
        symbol: _in_order(table, f"code “{symbol}”", history) for symbol, history in found.items()
    }
    return inherited | own


def _triggers(
    table: _Table, references: Mapping[str, Reference], base: PolicyPack | None
) -> tuple[Trigger, ...]:
    found = {trigger.id: trigger for trigger in (base.triggers if base else ())}
    seen: set[str] = set()
    for entry in table.tables(
        "triggers", lambda number, data: f"trigger “{data.get('id', number)}”"
    ):
        name = str(entry.needed("id", str))
        if name in seen:
            raise entry.wrong("it is there twice; take one out")
        seen.add(name)
        old = found.get(name)
        found[name] = _changed(entry, old, references) if old else _new(entry, name, references)
        entry.finish()
    return tuple(found.values())


def _new(entry: _Table, name: str, references: Mapping[str, Reference]) -> Trigger:
    kind = entry.word("kind", list(KINDS))
    terms = [_terms(part, kind, references) for part in entry.tables("terms", _numbered)]
    if not terms:
        raise entry.wrong("it has no [[triggers.terms]]; add one with its date")
    return Trigger(
        id=name,
        title=str(entry.needed("title", str)),
        kind=kind,
        terms=_in_order(entry, "the rule", terms),
        letter=entry.optional("letter", str, ""),
        supersedes=entry.words("supersedes"),
        overridable=entry.words("overridable"),
    )


def _changed(entry: _Table, old: Trigger, references: Mapping[str, Reference]) -> Trigger:
    """Return a trigger as a district has settled it, from the date it says on."""
    history = list(old.terms)
    for part in entry.tables("terms", _numbered):
        changed = set(part.data) - {"from", "until", "reference", "sure", "note"}
        law = sorted(changed - set(old.overridable))
        if law:
            may = ", ".join(old.overridable) or "nothing"
            raise part.wrong(
                f"“{law[0]}” is law here and a district cannot change it; it may change: {may}"
            )
        first = part.dated(references)["first"]
        before = old.on(first) or old.terms[0]
        whole = _Table(part.pack, part.place, {**before.written, **part.data})
        kept = [terms for terms in history if terms.first < first]
        if kept and kept[-1].holds(first):
            kept[-1] = replace(kept[-1], until=_previous_day(first))
        history = [*kept, _terms(whole, old.kind, references)]
    return replace(
        old,
        title=entry.inherited("title", old.title),
        letter=entry.optional("letter", str, old.letter),
        terms=tuple(history),
    )


def _numbered(number: int, data: Mapping[str, Any]) -> str:
    return f"terms {number}"


def _terms(table: _Table, kind: str, references: Mapping[str, Reference]) -> Terms:
    common = table.dated(references)
    common["not_grades"] = table.words("not_grades")
    common["written"] = {key: table.data[key] for key in table.data if key not in ("until", "note")}
    ages = table.optional("ages", list, None)
    if ages is not None:
        if len(ages) != 2 or not all(isinstance(age, int) for age in ages):
            raise table.wrong("“ages” must be two whole numbers, from and to")
        common["ages"] = (ages[0], ages[1])
    terms = _READ_TERMS[kind](table, common)
    table.finish()
    return terms


def _rate_terms(table: _Table, common: Mapping[str, Any]) -> Terms:
    return RateTerms(
        **common,
        measure=table.word("measure", MEASURES),
        comparator=table.word("comparator", COMPARATORS),
        threshold=table.fraction("threshold"),
        period=table.word("period", PERIODS),
    )


def _count_terms(table: _Table, common: Mapping[str, Any]) -> Terms:
    table.word("comparator", (">=",))
    return CountTerms(
        **common,
        unit=table.word("unit", UNITS),
        threshold=table.count("threshold"),
        window=table.word("window", WINDOWS),
        size=table.count("size", 1),
        codes=table.words("codes"),
        minutes_over=table.optional("minutes_over", int, None),
        unresolved=table.words("unresolved"),
        within_year=table.optional("within_year", bool, False),
        once=table.optional("once", bool, False),
    )


def _class_terms(table: _Table, common: Mapping[str, Any]) -> Terms:
    return ClassTerms(
        **common,
        threshold=table.fraction("threshold"),
        committee_below=table.fraction("committee_below"),
        semester_grades=table.words("semester_grades"),
        leave_out=table.words("leave_out"),
        leave_out_method=table.word("leave_out_method", LEFT_OUT_METHODS, "excluded"),
    )


_READ_TERMS: Mapping[str, Callable[[_Table, Mapping[str, Any]], Terms]] = {
    RateTerms.kind: _rate_terms,
    CountTerms.kind: _count_terms,
    ClassTerms.kind: _class_terms,
}


def _values(
    table: _Table, references: Mapping[str, Reference], base: PolicyPack | None
) -> dict[str, tuple[DatedValue, ...]]:
    found: dict[str, list[DatedValue]] = {}
    inherited = dict(base.values) if base else {}
    for entry in table.tables("values", lambda number, data: f"value “{data.get('name', number)}”"):
        name = str(entry.needed("name", str))
        dated = entry.dated(references)
        old = inherited.get(name)
        if old and old[-1].sure is not Sure.LOCAL:
            raise entry.wrong("it is law and a district cannot change it; take it out")
        if "value" not in entry.data:
            raise entry.wrong("“value” is missing; add it")
        unit, value = entry.optional("unit", str, ""), entry.data["value"]
        entry.asked.add("value")
        if isinstance(value, list):
            value = entry.words("value")
        elif unit == "share":
            value = entry.fraction("value")
        elif not isinstance(value, str | int) or isinstance(value, bool):
            raise entry.wrong("“value” must be a whole number, an exact share, or text")
        found.setdefault(name, []).append(DatedValue(**dated, name=name, value=value, unit=unit))
        entry.finish()
    return inherited | {
        name: _in_order(table, f"value “{name}”", history) for name, history in found.items()
    }


_D = TypeVar("_D", bound=_HasDates)


def _in_order(table: _Table, what: str, history: Sequence[_D]) -> tuple[_D, ...]:
    """Sort a history by date; each entry ends the day before the next begins."""
    ordered = sorted(history, key=lambda one: one.first)
    ended = []
    for one, later in zip(ordered, [*ordered[1:], None], strict=True):
        if later is None or (one.until and one.until < later.first):
            ended.append(one)
        elif one.until or one.first == later.first:
            raise table.wrong(f"{what} has two meanings on {later.first}; correct the dates")
        else:
            ended.append(replace(one, until=_previous_day(later.first)))  # type: ignore[type-var]
    return tuple(ended)


def _check_mentions(table: _Table, pack: PolicyPack) -> None:
    """Refuse triggers that name other triggers or codes the pack does not have."""
    ids = {trigger.id for trigger in pack.triggers}
    for trigger in pack.triggers:
        for other in trigger.supersedes:
            if other not in ids:
                raise table.wrong(
                    f"trigger “{trigger.id}” supersedes “{other}”, which is no trigger"
                )
        for terms in trigger.terms:
            named: tuple[str, ...] = ()
            if isinstance(terms, CountTerms):
                named = terms.codes + terms.unresolved
            elif isinstance(terms, ClassTerms):
                named = terms.leave_out
            for symbol in named:
                if symbol not in pack.code_table:
                    raise table.wrong(
                        f"trigger “{trigger.id}” counts code “{symbol}”, which is no code"
                    )


def _next_day(day: date | None) -> date:
    return date.fromordinal((day or date.min).toordinal() + 1)


def _previous_day(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
