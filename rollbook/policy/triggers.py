"""Reading the triggers of a pack, and what a district has settled about its state's."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any

from rollbook.policy.pack import PolicyPack
from rollbook.policy.table import Table, in_order, laid_over, numbered
from rollbook.policy.terms import (
    COMPARATORS,
    KINDS,
    LEFT_OUT_METHODS,
    MEASURES,
    PERIODS,
    UNITS,
    WINDOWS,
    ClassTerms,
    ConsecutiveTerms,
    CountTerms,
    Dated,
    DatedCode,
    OpenMarkTerms,
    RateTerms,
    Reference,
    RosterTerms,
    SequenceTerms,
    Terms,
    Trigger,
)
from rollbook.register import ACTIONS

_DATED = ("from", "until", "reference", "sure", "note")


@dataclass(frozen=True, slots=True)
class Known:
    """What a trigger may name: the references, the codes, and the triggers themselves."""

    references: Mapping[str, Reference]
    codes: Mapping[str, Sequence[DatedCode]]
    triggers: AbstractSet[str] = frozenset()

    def code_words(self, table: Table, key: str) -> tuple[str, ...]:
        """Read a list of codes, each one of the pack's."""
        return _named(table, key, self.codes, "code")

    def trigger_words(self, table: Table, key: str) -> tuple[str, ...]:
        """Read a list of triggers, each one of the pack's."""
        return _named(table, key, self.triggers, "trigger")


def _named(
    table: Table, key: str, known: Mapping[str, object] | AbstractSet[str], kind: str
) -> tuple[str, ...]:
    words = table.words(key)
    for word in words:
        if word not in known:
            raise table.wrong(
                f"“{key}” names {kind} “{word}”, which this pack does not have; correct the word",
                key,
            )
    return words


def read_triggers(top: Table, known: Known, base: PolicyPack | None) -> tuple[Trigger, ...]:
    """Read the triggers: those of the pack that is extended, as changed here, then new ones."""
    entries: dict[str, Table] = {}
    for entry in top.tables("triggers", numbered("trigger", "id")):
        name = entry.text("id")
        if name in entries:
            first = entries[name].source.line(entries[name].steps)
            raise entry.wrong(f"it is there twice, first on line {first}; take one out")
        entries[name] = entry
    found = {trigger.id: trigger for trigger in (base.triggers if base else ())}
    known = replace(known, triggers={*found, *entries})
    for name, entry in entries.items():
        old = found.get(name)
        found[name] = (
            _changed(entry, old, known, base) if base and old else _new(entry, name, known)
        )
        entry.finish()
    _refuse_circles(top, entries, found)
    return tuple(found.values())


def _new(entry: Table, name: str, known: Known) -> Trigger:
    kind = entry.word("kind", list(KINDS))
    terms = [(part, _terms(part, kind, known)) for part in entry.tables("terms", numbered("terms"))]
    if not terms:
        raise entry.wrong("it has no [[triggers.terms]]; add one with its date")
    return Trigger(
        id=name,
        title=entry.text("title"),
        kind=kind,
        terms=in_order("the rule", terms),
        letter=entry.optional("letter", str, ""),
        supersedes=known.trigger_words(entry, "supersedes"),
        overridable=_overridable(entry, kind),
        place=entry.where("letter"),
    )


def _overridable(entry: Table, kind: str) -> tuple[str, ...]:
    fields = set(KINDS[kind].__dataclass_fields__) - set(Dated.__dataclass_fields__) - {"written"}
    return entry.words("overridable", sorted(fields))


def _changed(entry: Table, old: Trigger, known: Known, base: PolicyPack) -> Trigger:
    """Return a trigger of the state as a district has settled it, from the day it says on."""
    may = _may_change(old)
    for word in ("kind", "supersedes", "overridable"):
        if word in entry.data:
            raise entry.wrong(
                f"“{word}” belongs to {base.title} and a district cannot change it; it may change: "
                f"{may}",
                word,
            )
    parts = [(part, _days(part, known)) for part in entry.tables("terms", numbered("terms"))]
    in_order("the rule", parts)
    settled = [terms for part, days in parts for terms in _settled(part, days, old, known, may)]
    letter = entry.optional("letter", str, old.letter)
    return replace(
        old,
        title=entry.inherited("title", old.title),
        letter=letter,
        terms=laid_over(old.terms, settled),
        place=entry.where("letter") if "letter" in entry.data else old.place,
    )


def _may_change(old: Trigger) -> str:
    terms = f"; in [[triggers.terms]]: {', '.join(old.overridable)}" if old.overridable else ""
    return f"title, letter{terms}"


def _days(part: Table, known: Known) -> Dated:
    return Dated(**part.dated(known.references))


def _settled(part: Table, days: Dated, old: Trigger, known: Known, may: str) -> Iterator[Terms]:
    """Return the state's terms with a district's words in them, for each stretch they differ in."""
    for word in part.data:
        if word not in (*_DATED, *old.overridable):
            raise part.wrong(
                f"“{word}” is law here and a district cannot change it; it may change: {may}", word
            )
    if days.first < old.terms[0].first:
        raise part.wrong(
            f"it begins on {days.first}, before the rule itself on {old.terms[0].first}; "
            "correct the date",
            "from",
        )
    for law in old.terms:
        first = max(law.first, days.first)
        until = min((day for day in (law.until, days.until) if day), default=None)
        if until is None or first <= until:
            written = {**law.written, **part.data, "from": first}
            whole = Table(part.source, part.place, written, part.steps)
            yield replace(_terms(whole, old.kind, known), until=until)


def _refuse_circles(
    top: Table, entries: Mapping[str, Table], triggers: Mapping[str, Trigger]
) -> None:
    """Refuse rules that wait for each other's letters, or supersede each other."""
    waits = {
        name: {other for terms in one.terms for other in getattr(terms, "after", ())} - {name}
        for name, one in triggers.items()
    }
    supersedes = {name: set(one.supersedes) for name, one in triggers.items()}
    for said, leads_to in (("wait for each other", waits), ("supersede each other", supersedes)):
        circle = _circle(leads_to)
        if circle:
            raise _where(circle, entries, top).wrong(
                f"the triggers {' → '.join([*circle, circle[0]])} {said}; take one out of the row"
            )


def _where(names: Sequence[str], entries: Mapping[str, Table], top: Table) -> Table:
    return next((entries[name] for name in names if name in entries), top)


def _circle(leads_to: Mapping[str, AbstractSet[str]]) -> tuple[str, ...]:
    """Return the names of a circle, in order; empty when there is none."""
    for start in leads_to:
        ways: list[tuple[str, ...]] = [(start,)]
        seen: set[str] = set()
        while ways:
            way = ways.pop()
            for name in sorted(leads_to.get(way[-1], ())):
                if name == start:
                    return way
                if name not in seen:
                    seen.add(name)
                    ways.append((*way, name))
    return ()


# --- the terms of each kind of rule ---------------------------------------------------------------


def _terms(table: Table, kind: str, known: Known) -> Terms:
    common = table.dated(known.references)
    common["not_grades"] = table.words("not_grades")
    common["written"] = {key: table.data[key] for key in table.data if key not in ("until", "note")}
    ages = table.optional("ages", list, None)
    if ages is not None:
        whole = all(isinstance(age, int) and not isinstance(age, bool) for age in ages)
        if len(ages) != 2 or not whole or ages[0] > ages[1]:
            raise table.wrong("“ages” must be two whole numbers, from and to", "ages")
        common["ages"] = (ages[0], ages[1])
    terms = _READ_TERMS[kind](table, common, known)
    table.finish()
    return terms


def _rate_terms(table: Table, common: Mapping[str, Any], known: Known) -> Terms:
    return RateTerms(
        **common,
        measure=table.word("measure", MEASURES),
        comparator=table.word("comparator", COMPARATORS),
        threshold=table.fraction("threshold"),
        period=table.word("period", PERIODS),
        after=known.trigger_words(table, "after"),
    )


def _count_terms(table: Table, common: Mapping[str, Any], known: Known) -> Terms:
    window = table.word("window", WINDOWS)
    rolling = window not in PERIODS
    return CountTerms(
        **common,
        comparator=table.word("comparator", (">=", ">")),
        unit=table.word("unit", UNITS),
        threshold=table.count("threshold"),
        window=window,
        size=table.count("size", None if rolling else 1),
        codes=known.code_words(table, "codes"),
        minutes_over=_minutes_over(table),
        unresolved=known.code_words(table, "unresolved"),
        within_year=table.optional("within_year", bool, False),
        once=table.optional("once", bool, False),
        counted=table.optional("counted", str, ""),
        action=_action(table),
    )


def _action(table: Table) -> str:
    action = str(table.optional("action", str, ""))
    if action and action not in ACTIONS:
        raise table.wrong(
            f"“action” is “{action}”; it must be one of {', '.join(ACTIONS)}", "action"
        )
    return action


def _minutes_over(table: Table) -> int | None:
    return table.count("minutes_over", least=0) if "minutes_over" in table.data else None


def _class_terms(table: Table, common: Mapping[str, Any], known: Known) -> Terms:
    threshold, committee_below = table.fraction("threshold"), table.fraction("committee_below")
    if committee_below >= threshold:
        raise table.wrong("“committee_below” must be less than “threshold”", "committee_below")
    return ClassTerms(
        **common,
        threshold=threshold,
        committee_below=committee_below,
        semester_grades=table.words("semester_grades"),
        leave_out=known.code_words(table, "leave_out"),
        leave_out_method=table.word("leave_out_method", LEFT_OUT_METHODS, "excluded"),
        of=table.word("of", ("so far", "whole period"), "so far"),
    )


def _consecutive_terms(table: Table, common: Mapping[str, Any], known: Known) -> Terms:
    return ConsecutiveTerms(
        **common,
        threshold=table.count("threshold"),
        codes=_some(table, "codes", known.code_words(table, "codes")),
        within_year=table.optional("within_year", bool, False),
    )


def _sequence_terms(table: Table, common: Mapping[str, Any], known: Known) -> Terms:
    return SequenceTerms(
        **common,
        after=_some(table, "after", known.trigger_words(table, "after")),
        reports=table.count("reports"),
        events=table.count("events", 0, least=0),
        minutes_over=_minutes_over(table),
        action=_action(table),
        once=table.optional("once", bool, True),
    )


def _roster_terms(table: Table, common: Mapping[str, Any], known: Known) -> Terms:
    return RosterTerms(**common, size=table.count("size"))


def _open_mark_terms(table: Table, common: Mapping[str, Any], known: Known) -> Terms:
    return OpenMarkTerms(
        **common,
        codes=_some(table, "codes", known.code_words(table, "codes")),
        size=table.count("size", 0, least=0),
    )


def _some(table: Table, key: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """Return words that must not be left out: without them the rule would never find anything."""
    if not words:
        raise table.wrong(f"“{key}” is missing; without it the rule never finds anything", key)
    return words


_ReadTerms = Callable[[Table, Mapping[str, Any], Known], Terms]

_READ_TERMS: Mapping[str, _ReadTerms] = {
    RateTerms.kind: _rate_terms,
    CountTerms.kind: _count_terms,
    ClassTerms.kind: _class_terms,
    ConsecutiveTerms.kind: _consecutive_terms,
    SequenceTerms.kind: _sequence_terms,
    RosterTerms.kind: _roster_terms,
    OpenMarkTerms.kind: _open_mark_terms,
}
