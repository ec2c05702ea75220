"""A rule pack as a page a lawyer can read: every statement with its dates, source and sureness.

The page is made once, as sections of entries and rows; :mod:`rollbook.reports.pack_writing` writes
it as HTML or Markdown, the command line prints it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from rollbook.policy import (
    Dated,
    DatedCode,
    DatedValue,
    Deadline,
    PolicyPack,
    RequestedLetter,
    Sure,
    Terms,
    Trigger,
    Value,
)
from rollbook.policy import words as said
from rollbook.policy.terms import per_cent
from rollbook.register import Category

CHECK = "check before relying on this"


@dataclass(frozen=True)
class Line:
    """One line of an entry: what it tells of, and what it says; with a link where there is one."""

    label: str
    text: str
    url: str = ""


@dataclass(frozen=True)
class Rows:
    """A small table."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Entry:
    """One statement of the pack. ``check`` says that nobody here has read the law itself."""

    title: str
    id: str = ""
    check: bool = False
    lines: Sequence[Line] = ()
    rows: Rows | None = None


@dataclass(frozen=True)
class Section:
    """One part of the page."""

    title: str
    says: str
    entries: Sequence[Entry] = ()
    rows: Rows | None = None


@dataclass(frozen=True)
class PackPage:
    """The whole page."""

    title: str
    says: Sequence[str]
    sections: Sequence[Section]


def pack_page(pack: PolicyPack, day: date, everything: bool = False) -> PackPage:
    """Return the page of a pack on a day; with ``everything``, what has ended or is to come too."""

    def shown(history: Iterable[Dated]) -> bool:
        return everything or any(one.holds(day) for one in history)

    triggers = [trigger for trigger in pack.triggers if shown(trigger.terms)]
    codes = [code for one in pack.code_table.values() for code in one if shown([code])]
    values = [value for one in pack.values.values() for value in one if shown([value])]
    deadlines = [deadline for deadline in pack.deadlines if shown([deadline])]
    requested = [letter for letter in pack.requested if shown([letter])]
    left = len(pack.triggers) - len(triggers)
    says = [
        f"The rules that Rollbook works by on {_day(day)}: rule pack “{pack.id}”. Every number "
        "has the day it came into force and its source. This page is no legal advice.",
        f"“{CHECK}” marks what we have not read in the law itself.",
    ]
    if left:
        says.append(
            f"{left} further {'rule is' if left == 1 else 'rules are'} not in force on this day; "
            "rollbook policy show --all shows everything."
        )
    sections = [
        _to_check(triggers, codes, values, deadlines, requested),
        Section(
            "Thresholds",
            "What a student crosses, and what it leads to.",
            [_trigger(pack, trigger, day) for trigger in triggers],
        ),
        Section(
            "Deadlines", "What has to be done by when.", [_deadline(pack, one) for one in deadlines]
        ),
        Section(
            "Letters to be asked for",
            "No count finds these: a clerk asks for one and gives its facts.",
            [_requested(one) for one in requested],
        ),
        Section(
            "Codes",
            "What a mark in the register means, by category and by the days it was used.",
            list(_code_groups(codes)),
        ),
        Section(
            "Numbers and words",
            "What else is worked out with. A district may change those that are a local policy.",
            rows=_values(values),
        ),
        _sources(pack, [*_all_terms(triggers), *codes, *values, *deadlines, *requested]),
    ]
    return PackPage(
        pack.title, says, [one for one in sections if one.entries or (one.rows and one.rows.rows)]
    )


def _all_terms(triggers: Iterable[Trigger]) -> Iterator[Dated]:
    return (terms for trigger in triggers for terms in trigger.terms)


def pack_as_json(pack: PolicyPack, day: date, everything: bool = False) -> dict[str, Any]:
    """Return what the page says as plain data, for a program."""
    terms_of = {trigger.id: trigger.on(day) for trigger in pack.triggers}
    return {
        "pack": pack.id,
        "title": pack.title,
        "on": day,
        "triggers": [
            _trigger_as_json(trigger, terms_of[trigger.id] or trigger.terms[-1], day, pack.unit)
            for trigger in pack.triggers
            if everything or terms_of[trigger.id]
        ],
        "deadlines": [
            {"id": one.id, "title": one.title, "trigger": one.trigger, "action": one.action,
             "due": said.due(one), "met_by": one.met_by, **_dated_as_json(one)}
            for one in pack.deadlines
            if everything or one.holds(day)
        ],
        "requested": [
            {"id": one.id, "title": one.title, "letter": one.letter, "asks": one.asks,
             "may_ask": one.may_ask, "rests_on": one.rests_on, **_dated_as_json(one)}
            for one in pack.requested
            if everything or one.holds(day)
        ],
        "codes": [
            {"code": one.code.symbol, "meaning": one.code.meaning,
             "category": one.code.category.value, "also": _also(one), **_dated_as_json(one)}
            for history in pack.code_table.values()
            for one in history
            if everything or one.holds(day)
        ],
        "values": [
            {"name": one.name, "value": one.value, "unit": one.unit, **_dated_as_json(one)}
            for history in pack.values.values()
            for one in history
            if everything or one.holds(day)
        ],
    }  # fmt: skip


def _trigger_as_json(trigger: Trigger, terms: Terms, day: date, unit: str) -> dict[str, Any]:
    return {
        "trigger": trigger.id,
        "title": trigger.title,
        "in_force": terms.holds(day),
        "test": terms.test_text,
        "at_the_number": said.at_exactly(terms),
        "counts": said.counts(terms, unit),
        "window": said.window(terms),
        "who": said.who(terms),
        "after": said.needs(terms),
        "letter": trigger.letter or "list only",
        "supersedes": trigger.supersedes,
        "may_change": ["title", "letter", *trigger.overridable],
        **_dated_as_json(terms),
    }


def _dated_as_json(one: Dated) -> dict[str, Any]:
    return {
        "since": one.first,
        "until": one.until,
        "reference": one.citation,
        "url": one.reference.url,
        "sure": one.sure.value,
        "check": one.sure.unread,
        "note": one.note,
    }


# --- what is to be checked ------------------------------------------------------------------------


def _to_check(
    triggers: Sequence[Trigger],
    codes: Sequence[DatedCode],
    values: Sequence[DatedValue],
    deadlines: Sequence[Deadline],
    requested: Sequence[RequestedLetter],
) -> Section:
    """Return everything nobody here has read in the law itself."""
    rows = [
        _check_row(f"{trigger.id}: {trigger.title}", terms.test_text, terms)
        for trigger in triggers
        for terms in trigger.terms
        if terms.sure.unread
    ]
    rows += [_check_row(one.title, said.due(one), one) for one in deadlines if one.sure.unread]
    rows += [_check_row(one.id, one.title, one) for one in requested if one.sure.unread]
    for group in _grouped([code for code in codes if code.sure.unread]):
        symbols = " ".join(_symbol(one) for one in group)
        rows.append(_check_row(f"Codes {symbols}", _category(group[0]), group[0]))
    rows += [
        _check_row(one.name, _written(one.value, one.unit), one)
        for one in values
        if one.sure.unread
    ]
    undated = [
        *(one.id for one in triggers if any(_date_unread(terms) for terms in one.terms)),
        *(one.id for one in deadlines if _date_unread(one)),
        *(one.id for one in requested if _date_unread(one)),
        *(one.name for one in values if _date_unread(one)),
    ]
    if undated:
        what, how = "The day these came into force", f"{Sure.GENERAL.in_words.partition(':')[0]}."
        rows.append((what, ", ".join(dict.fromkeys(undated)), "", "", how.capitalize()))
    return Section(
        "Check before relying on these",
        "These were read in a secondary source only, or are general knowledge. Have them checked "
        "before a family, a governor or a court is told.",
        rows=Rows(("what", "says", "since", "source", "how sure"), rows),
    )


def _date_unread(one: Dated) -> bool:
    """Say whether the law was read but not the day it came into force; the note then says so."""
    return not one.sure.unread and "came into force is from general knowledge" in one.note


def _check_row(what: str, says: str, one: Dated) -> tuple[str, ...]:
    return what, says, _day(one.first), one.reference.text, _how_sure(one)


def _how_sure(one: Dated) -> str:
    how = one.sure.in_words.partition(":")[0].capitalize()
    return f"{how}. {one.note}".rstrip()


# --- thresholds and deadlines ---------------------------------------------------------------------


def _trigger(pack: PolicyPack, trigger: Trigger, day: date) -> Entry:
    terms = trigger.on(day) or trigger.terms[-1]
    above = [one.title for one in pack.triggers if trigger.id in one.supersedes]
    lines = [
        Line("Test", terms.test_text),
        Line("At the number", said.at_exactly(terms)),
        Line("Counts", said.counts(terms, pack.unit)),
        Line("Window", said.window(terms)),
        Line("Who", said.who(terms)),
        Line("After", said.needs(terms)),
        Line("Leads to", f"letter “{trigger.letter}”" if trigger.letter else "a list, no letter"),
        Line("No letter while", "; ".join(f"“{title}” is reached" for title in above)),
        Line("A district may change", ", ".join(["title", "letter", *trigger.overridable])),
        *_dated_lines(terms),
    ]
    history = None
    if len(trigger.terms) > 1:
        history = Rows(
            ("from", "until", "test", "source"),
            [
                (_day(one.first), _until(one), one.test_text, one.full_citation)
                for one in trigger.terms
            ],
        )
    return Entry(trigger.title, trigger.id, terms.sure.unread, _said(lines), history)


def _deadline(pack: PolicyPack, deadline: Deadline) -> Entry:
    titles = {trigger.id: trigger.title for trigger in pack.triggers}
    follows = f"{deadline.trigger}: {titles[deadline.trigger]}" if deadline.trigger else ""
    action = deadline.action.replace("-", " ")
    lines = [
        Line("Due", said.due(deadline)),
        Line("Follows", follows or f"each {action} on record"),
        Line("Met by", ", ".join(one.replace("-", " ") for one in deadline.met_by)),
        *_dated_lines(deadline),
    ]
    return Entry(deadline.title, deadline.id, deadline.sure.unread, _said(lines))


def _requested(letter: RequestedLetter) -> Entry:
    asked = {one.field: one.text for one in letter.questions}
    lines = [
        Line("Letter", f"“{letter.letter}”"),
        Line("Asks", " ".join(asked[name] for name in asked if name in letter.asks)),
        Line("May ask", " ".join(asked[name] for name in asked if name in letter.may_ask)),
        Line("Only after", ", ".join(letter.rests_on)),
        *_dated_lines(letter),
    ]
    return Entry(letter.title, letter.id, letter.sure.unread, _said(lines))


def _dated_lines(one: Dated) -> list[Line]:
    return [
        Line("In force", _in_force(one)),
        Line("Source", one.full_citation, one.reference.url),
        Line("How sure", one.sure.in_words),
        Line("Note", one.note),
    ]


def _in_force(one: Dated) -> str:
    since = f"since {_day(one.first)}"
    return f"{_day(one.first)} to {_day(one.until)}" if one.until else since


def _said(lines: Iterable[Line]) -> list[Line]:
    return [line for line in lines if line.text]


# --- codes, values and sources --------------------------------------------------------------------


def _grouped(codes: Sequence[DatedCode]) -> list[list[DatedCode]]:
    """Put codes of one category, with the same days and source, together; categories in order."""
    order = list(Category)
    groups: dict[tuple[object, ...], list[DatedCode]] = {}
    for one in sorted(
        codes, key=lambda one: (order.index(one.code.category), -one.first.toordinal())
    ):
        key = (one.code.category, one.first, one.until, one.reference.id, one.sure, one.note)
        groups.setdefault(key, []).append(one)
    return list(groups.values())


def _code_groups(codes: Sequence[DatedCode]) -> Iterator[Entry]:
    for group in _grouped(codes):
        first = group[0]
        rows = [(_symbol(one), one.code.meaning, _also(one)) for one in group]
        columns = 3 if any(also for _, _, also in rows) else 2
        yield Entry(
            f"{_category(first).capitalize()}",
            check=first.sure.unread,
            lines=_said(_dated_lines(first)),
            rows=Rows(("code", "meaning", "also")[:columns], [row[:columns] for row in rows]),
        )


def _symbol(one: DatedCode) -> str:
    return one.code.symbol or "(blank)"


_CATEGORY = {
    Category.PRESENT: "present",
    Category.APPROVED: "approved activity, counted as attending",
    Category.AUTHORISED: "authorised (excused) absence",
    Category.UNAUTHORISED: "unauthorised (unexcused) absence",
    Category.NOT_POSSIBLE: "not possible: leaves the count",
    Category.MISSING: "no mark",
}


def _category(one: DatedCode) -> str:
    return _CATEGORY[one.code.category]


def _also(one: DatedCode) -> str:
    code = one.code
    also = [
        word
        for word, holds in (
            ("late", code.late),
            ("truancy event", code.truancy),
            ("valid excuse", code.excused),
            (f"now {one.use}", one.use),
        )
        if holds
    ]
    return ", ".join(also)


def _values(values: Sequence[DatedValue]) -> Rows:
    """Return the values as a table; those of local policy are the district's to change."""
    rows = [
        (
            one.name,
            _written(one.value, one.unit),
            _in_force(one),
            one.full_citation,
            _how_sure(one),
        )
        for one in values
    ]
    return Rows(("name", "is", "in force", "source", "how sure"), rows)


def _written(value: Value, unit: str) -> str:
    if isinstance(value, Fraction):
        return per_cent(value)
    text = ", ".join(value) if isinstance(value, tuple) else str(value)
    return f"{text} {unit}".strip()


def _sources(pack: PolicyPack, statements: Iterable[Dated]) -> Section:
    used = {one.reference.id: one.reference for one in statements}
    return Section(
        "Sources",
        "What the statements above rest on.",
        [
            Entry(one.text, lines=[Line("Link", one.url, one.url)] if one.url else ())
            for one in sorted(used.values(), key=lambda one: one.text)
        ],
    )


def _until(one: Dated) -> str:
    return _day(one.until) if one.until else "now"


def _day(day: date | None) -> str:
    return f"{day.day} {day:%b %Y}" if day else ""
