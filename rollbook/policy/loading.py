"""Loading a rule pack from its file, and a district's pack on top of its state's."""

from collections.abc import Mapping
from dataclasses import replace
from importlib import resources
from pathlib import Path

from rollbook.policy.lines import Source, source_of
from rollbook.policy.pack import PolicyPack
from rollbook.policy.requested import read_requested
from rollbook.policy.statements import read_codes, read_deadlines, read_references, read_values
from rollbook.policy.statutory import read_statutory
from rollbook.policy.table import Table
from rollbook.policy.terms import UNITS
from rollbook.policy.triggers import Known, read_triggers
from rollbook.problems import PolicyError
from rollbook.register import PARTS

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


def _load(name: str, folder: Path | None, seen: tuple[str, ...], asked_by: str = "") -> PolicyPack:
    source = _source(name, folder, asked_by)
    top = Table(source, "", source.read())
    base_name = top.optional("extends", str, "")
    if base_name == name:
        raise top.wrong(
            f"it extends itself; give the file another name than “{name}.toml”", "extends"
        )
    if base_name in seen:
        chain = " → ".join([*seen, name, base_name])
        raise top.wrong(f"the rule packs {chain} extend each other; take one “extends” out")
    base = None
    if base_name:
        base = _load(base_name, folder, (*seen, name), f"{top.where('extends')}: ")
    return _read(name, top, base)


def _source(name: str, folder: Path | None, asked_by: str) -> Source:
    said = f"Rule pack “{name}”"
    own = folder / f"{name}.toml" if folder else None
    if own and own.is_file():
        return source_of(own, said)
    if name in SHIPPED:
        shipped = resources.files("rollbook") / "policies" / f"{name}.toml"
        return Source(said, shipped.read_text(encoding="utf-8"))
    where = f" There is no “{own}” either." if own else ""
    raise PolicyError(
        f"{asked_by}There is no rule pack “{name}”. The shipped ones are {', '.join(SHIPPED)}."
        f"{where}"
    )


def _read(name: str, top: Table, base: PolicyPack | None) -> PolicyPack:
    """Make a pack from the content of its file; ``base`` is the pack it extends."""
    references = read_references(top, base)
    code_table = read_codes(top, references, base)
    triggers = read_triggers(top, Known(references, code_table), base)
    ids = [trigger.id for trigger in triggers]
    pack = PolicyPack(
        id=name,
        title=top.inherited("title", base.title if base else None),
        jurisdiction=base.jurisdiction if base else name,
        language=top.inherited("language", base.language if base else None),
        locale=top.inherited("locale", base.locale if base else None),
        paper=top.inherited("paper", base.paper if base else None, ("A4", "Letter")),
        date_style=top.inherited("date_style", base.date_style if base else None),
        unit=top.inherited("unit", base.unit if base else None, UNITS),
        method=top.inherited("method", base.method if base else None, METHODS),
        parts=top.words("parts", PARTS) or (base.parts if base else ()),
        codes_overridable=top.optional(
            "codes_overridable", bool, base.codes_overridable if base else False
        ),
        code_table=code_table,
        triggers=triggers,
        values=read_values(top, references, base),
        deadlines=read_deadlines(top, references, ids, base),
        requested=read_requested(top, references, ids, base.requested if base else ()),
        statutory=read_statutory(top, references, base.statutory if base else ()),
        references=references,
    )
    top.finish()
    if not pack.parts:
        raise top.wrong(f"“parts” must list parts of the day, from {', '.join(PARTS)}")
    if base:
        _refuse_other_basis(top, pack, base)
    return pack


def _refuse_other_basis(top: Table, pack: PolicyPack, base: PolicyPack) -> None:
    """Refuse a district that counts otherwise than its state."""
    for word in ("unit", "method", "codes_overridable"):
        if getattr(pack, word) != getattr(base, word):
            raise top.wrong(
                f"“{word}” belongs to {base.title} and a district cannot change it; take it out. "
                "It may change its title, language, locale, paper, date_style and parts",
                word,
            )
