"""Reading what a pack states beside its triggers: references, codes, values and deadlines.

A district's own statement is laid over its state's from the day it says on; before that day, and
after its end, the state's holds. What is law is refused.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from rollbook.policy.pack import PolicyPack
from rollbook.policy.table import Table, in_order, laid_over, numbered
from rollbook.policy.terms import (
    COUNTED_FROM,
    DEADLINE_UNITS,
    Dated,
    DatedCode,
    DatedValue,
    Deadline,
    Reference,
    Sure,
    Value,
)
from rollbook.register import ACTIONS, Category, Code


def read_references(top: Table, base: PolicyPack | None) -> dict[str, Reference]:
    """Read the sources; a district may cite its state's and adds its own."""
    found = dict(base.references) if base else {}
    for name, data in top.optional("references", dict, {}).items():
        entry = Table(top.source, f"reference “{name}”", data, ("references", name))
        if not isinstance(data, Mapping):
            raise entry.wrong('it must be written as { text = "…", url = "…" }')
        if name in found:
            raise entry.wrong("a reference of this name is there already; choose another name")
        found[name] = Reference(name, entry.text("text"), entry.optional("url", str, ""))
        entry.finish()
    return found


def read_codes(
    top: Table, references: Mapping[str, Reference], base: PolicyPack | None
) -> dict[str, tuple[DatedCode, ...]]:
    """Read the code table by symbol, each symbol with its history."""
    inherited = dict(base.code_table) if base else {}
    found: dict[str, list[tuple[Table, DatedCode]]] = {}
    for group in top.tables("codes", numbered("code group")):
        dated = group.dated(references)
        category = Category(group.word("category", [one.value for one in Category]))
        late = group.optional("late", bool, False)
        excused = group.optional("excused", bool, False)
        truancy = group.optional("truancy", bool, False)
        use = group.optional("use", str, "")
        for symbol, meaning in group.needed("symbols", dict).items():
            if not isinstance(meaning, str) or not meaning:
                raise group.wrong(
                    f"the meaning of code “{symbol}” is missing; add it", "symbols", symbol
                )
            if base and symbol in inherited and not base.codes_overridable:
                raise group.wrong(
                    f"code “{symbol}” belongs to {base.title} and cannot be given another meaning; "
                    "take it out",
                    "symbols",
                    symbol,
                )
            code = Code(symbol, meaning, category, late=late, truancy=truancy, excused=excused)
            place = Table(group.source, group.place, {}, (*group.steps, "symbols", symbol))
            found.setdefault(symbol, []).append((place, DatedCode(**dated, code=code, use=use)))
        group.finish()
    return inherited | {
        symbol: laid_over(inherited.get(symbol, ()), in_order(f"code “{symbol}”", history))
        for symbol, history in found.items()
    }


def read_values(
    top: Table, references: Mapping[str, Reference], base: PolicyPack | None
) -> dict[str, tuple[DatedValue, ...]]:
    """Read the other numbers and words, each name with its history."""
    inherited = dict(base.values) if base else {}
    found: dict[str, list[tuple[Table, DatedValue]]] = {}
    for entry in top.tables("values", numbered("value", "name")):
        name = entry.text("name")
        dated = entry.dated(references)
        if _is_law(inherited.get(name, ())):
            own = ", ".join(word for word in inherited if not _is_law(inherited[word]))
            raise entry.wrong(
                "it is law and a district cannot change it; take it out. "
                f"It may change: {own or 'nothing'}",
                "name",
            )
        old = inherited[name][-1] if name in inherited else None
        unit = entry.optional("unit", str, old.unit if old else "")
        value = _value(entry, unit)
        if base and old and (type(value), unit) != (type(old.value), old.unit):
            raise entry.wrong(
                f"in {base.title} it is written as value = {_written(old.value)}, "
                f'unit = "{old.unit}"; write it the same way',
                "value",
            )
        dated_value = DatedValue(**dated, name=name, value=value, unit=unit)
        found.setdefault(name, []).append((entry, dated_value))
        entry.finish()
    return inherited | {
        name: laid_over(inherited.get(name, ()), in_order("it", history))
        for name, history in found.items()
    }


def _value(entry: Table, unit: str) -> Value:
    if unit == "share":
        return entry.fraction("value")
    value = entry.data.get("value")
    if isinstance(value, list):
        return entry.words("value")
    if isinstance(value, str):
        return entry.text("value")
    if isinstance(value, float):
        raise entry.wrong(
            '“value” has a point; write a whole number, or "9/10" with unit = "share"', "value"
        )
    return entry.count("value", least=0)


def _written(value: Value) -> str:
    if isinstance(value, int):
        return str(value)
    return f"[{', '.join(value)}]" if isinstance(value, tuple) else f'"{value}"'


def read_deadlines(
    top: Table,
    references: Mapping[str, Reference],
    triggers: Sequence[str],
    base: PolicyPack | None,
) -> tuple[Deadline, ...]:
    """Read what has to be done by when; a deadline may have a history, each entry with its days."""
    histories: dict[str, tuple[Deadline, ...]] = {}
    for deadline in base.deadlines if base else ():
        histories[deadline.id] = (*histories.get(deadline.id, ()), deadline)
    found: dict[str, list[tuple[Table, Deadline]]] = {}
    for entry in top.tables("deadlines", numbered("deadline", "id")):
        name = entry.text("id")
        if _is_law(histories.get(name, ())):
            raise entry.wrong(
                "it is law and a district cannot change it; give a deadline of your own another id",
                "id",
            )
        found.setdefault(name, []).append((entry, _deadline(entry, references, triggers)))
        entry.finish()
    for name, history in found.items():
        own = in_order("it", history)
        histories[name] = laid_over(histories.get(name, ()), own)
    return tuple(deadline for history in histories.values() for deadline in history)


def _deadline(
    entry: Table, references: Mapping[str, Reference], triggers: Sequence[str]
) -> Deadline:
    trigger = entry.optional("trigger", str, "")
    if trigger and trigger not in triggers:
        raise entry.wrong(
            f"it follows trigger “{trigger}”, which this pack does not have; correct the word",
            "trigger",
        )
    action = entry.optional("action", str, "")
    if action and action not in ACTIONS:
        raise entry.wrong(
            f"“action” is “{action}”; it must be one of {', '.join(ACTIONS)}", "action"
        )
    counted_from = entry.word("counted_from", COUNTED_FROM)
    if not trigger and not action:
        raise entry.wrong("it follows nothing; add the “trigger” or the “action” it follows")
    if counted_from == "action" and not action:
        raise entry.wrong("it runs from an action; add “action” to say which")
    if counted_from in ("crossed", "mark") and not trigger:
        raise entry.wrong(f"it runs from the day {counted_from}; add “trigger” to say of what")
    common: dict[str, Any] = entry.dated(references)
    return Deadline(
        **common,
        id=entry.text("id"),
        title=entry.text("title"),
        trigger=trigger,
        action=action,
        counted_from=counted_from,
        size=entry.count("size"),
        unit=entry.word("unit", DEADLINE_UNITS),
        beginning_with=entry.optional("beginning_with", bool, False),
        met_by=entry.words("met_by", ACTIONS),
    )


def _is_law(history: Sequence[Dated]) -> bool:
    """Say whether a statement is more than a local policy."""
    return bool(history) and history[-1].sure is not Sure.LOCAL
