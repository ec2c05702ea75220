"""Loading a rule pack from its file, and a district's pack on top of its state's."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

from rollbook.policy.pack import PolicyPack
from rollbook.policy.table import Table, in_order, previous_day
from rollbook.policy.terms import (
    COMPARATORS,
    COUNTED_FROM,
    DEADLINE_UNITS,
    KINDS,
    LEFT_OUT_METHODS,
    MEASURES,
    PERIODS,
    UNITS,
    WINDOWS,
    ClassTerms,
    ConsecutiveTerms,
    CountTerms,
    DatedCode,
    DatedValue,
    Deadline,
    OpenMarkTerms,
    RateTerms,
    Reference,
    RosterTerms,
    SequenceTerms,
    Sure,
    Terms,
    Trigger,
)
from rollbook.problems import PolicyError
from rollbook.register import PARTS, Category, Code

SHIPPED = ("gb-eng", "us-ca", "us-tx")


METHODS = ("sessions", "official-period", "whole-day")


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
    table = Table(name, "", data)
    table.optional("extends", str, "")
    references = _references(table)
    code_table = _code_table(table, references, base)
    triggers = _triggers(table, references, base)
    values = _values(table, references, base)
    deadlines = _deadlines(table, references, base)
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
        deadlines=deadlines,
    )
    table.finish()
    pack = replace(pack, parts=tuple(pack.parts))
    unknown = [part for part in pack.parts if part not in PARTS]
    if unknown or not pack.parts:
        raise table.wrong(f"“parts” must list parts of the day, from {', '.join(PARTS)}")
    _check_mentions(table, pack)
    return pack


def _references(table: Table) -> dict[str, Reference]:
    found = {}
    for name, data in table.optional("references", dict, {}).items():
        entry = Table(table.pack, f"reference “{name}”", data)
        found[name] = Reference(name, entry.needed("text", str), entry.optional("url", str, ""))
        entry.finish()
    return found


def _code_table(
    table: Table, references: Mapping[str, Reference], base: PolicyPack | None
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
        symbol: in_order(table, f"code “{symbol}”", history) for symbol, history in found.items()
    }
    return inherited | own


def _triggers(
    table: Table, references: Mapping[str, Reference], base: PolicyPack | None
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


def _new(entry: Table, name: str, references: Mapping[str, Reference]) -> Trigger:
    kind = entry.word("kind", list(KINDS))
    terms = [_terms(part, kind, references) for part in entry.tables("terms", _numbered)]
    if not terms:
        raise entry.wrong("it has no [[triggers.terms]]; add one with its date")
    return Trigger(
        id=name,
        title=str(entry.needed("title", str)),
        kind=kind,
        terms=in_order(entry, "the rule", terms),
        letter=entry.optional("letter", str, ""),
        supersedes=entry.words("supersedes"),
        overridable=entry.words("overridable"),
    )


def _changed(entry: Table, old: Trigger, references: Mapping[str, Reference]) -> Trigger:
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
        whole = Table(part.pack, part.place, {**before.written, **part.data})
        kept = [terms for terms in history if terms.first < first]
        if kept and kept[-1].holds(first):
            kept[-1] = replace(kept[-1], until=previous_day(first))
        history = [*kept, _terms(whole, old.kind, references)]
    return replace(
        old,
        title=entry.inherited("title", old.title),
        letter=entry.optional("letter", str, old.letter),
        terms=tuple(history),
    )


def _numbered(number: int, data: Mapping[str, Any]) -> str:
    return f"terms {number}"


def _terms(table: Table, kind: str, references: Mapping[str, Reference]) -> Terms:
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


def _rate_terms(table: Table, common: Mapping[str, Any]) -> Terms:
    return RateTerms(
        **common,
        measure=table.word("measure", MEASURES),
        comparator=table.word("comparator", COMPARATORS),
        threshold=table.fraction("threshold"),
        period=table.word("period", PERIODS),
        after=table.words("after"),
    )


def _count_terms(table: Table, common: Mapping[str, Any]) -> Terms:
    return CountTerms(
        **common,
        comparator=table.word("comparator", (">=", ">")),
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


def _class_terms(table: Table, common: Mapping[str, Any]) -> Terms:
    return ClassTerms(
        **common,
        threshold=table.fraction("threshold"),
        committee_below=table.fraction("committee_below"),
        semester_grades=table.words("semester_grades"),
        leave_out=table.words("leave_out"),
        leave_out_method=table.word("leave_out_method", LEFT_OUT_METHODS, "excluded"),
        of=table.word("of", ("so far", "whole period"), "so far"),
    )


def _consecutive_terms(table: Table, common: Mapping[str, Any]) -> Terms:
    return ConsecutiveTerms(
        **common,
        threshold=table.count("threshold"),
        codes=table.words("codes"),
        within_year=table.optional("within_year", bool, False),
    )


def _sequence_terms(table: Table, common: Mapping[str, Any]) -> Terms:
    return SequenceTerms(
        **common,
        after=table.words("after"),
        reports=table.count("reports"),
        events=table.optional("events", int, 0),
        minutes_over=table.optional("minutes_over", int, None),
        action=table.optional("action", str, ""),
        once=table.optional("once", bool, True),
    )


def _roster_terms(table: Table, common: Mapping[str, Any]) -> Terms:
    return RosterTerms(**common, size=table.count("size"))


def _open_mark_terms(table: Table, common: Mapping[str, Any]) -> Terms:
    return OpenMarkTerms(**common, codes=table.words("codes"), size=table.optional("size", int, 0))


_READ_TERMS: Mapping[str, Callable[[Table, Mapping[str, Any]], Terms]] = {
    RateTerms.kind: _rate_terms,
    CountTerms.kind: _count_terms,
    ClassTerms.kind: _class_terms,
    ConsecutiveTerms.kind: _consecutive_terms,
    SequenceTerms.kind: _sequence_terms,
    RosterTerms.kind: _roster_terms,
    OpenMarkTerms.kind: _open_mark_terms,
}


def _deadlines(
    table: Table, references: Mapping[str, Reference], base: PolicyPack | None
) -> tuple[Deadline, ...]:
    found = []
    for entry in table.tables(
        "deadlines", lambda number, data: f"deadline “{data.get('id', number)}”"
    ):
        found.append(
            Deadline(
                **entry.dated(references),
                id=str(entry.needed("id", str)),
                title=str(entry.needed("title", str)),
                trigger=entry.optional("trigger", str, ""),
                action=entry.optional("action", str, ""),
                counted_from=entry.word("counted_from", COUNTED_FROM),
                size=entry.count("size"),
                unit=entry.word("unit", DEADLINE_UNITS),
                beginning_with=entry.optional("beginning_with", bool, False),
                met_by=entry.words("met_by"),
            )
        )
        entry.finish()
    return (*(base.deadlines if base else ()), *found)


def _values(
    table: Table, references: Mapping[str, Reference], base: PolicyPack | None
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
        name: in_order(table, f"value “{name}”", history) for name, history in found.items()
    }


def _check_mentions(table: Table, pack: PolicyPack) -> None:
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
            elif isinstance(terms, ConsecutiveTerms | OpenMarkTerms):
                named = terms.codes
            elif isinstance(terms, ClassTerms):
                named = terms.leave_out
            for symbol in named:
                if symbol not in pack.code_table:
                    raise table.wrong(
                        f"trigger “{trigger.id}” counts code “{symbol}”, which is no code"
                    )
