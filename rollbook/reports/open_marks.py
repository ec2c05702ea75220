"""Marks whose reason is not yet known: which codes they have, whose they are and how old."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from rollbook.policy import OpenMarkTerms, PolicyPack
from rollbook.register import Mark, Session
from rollbook.standing import Standing

OpenMarks = Mapping[str, Sequence[tuple[str, Mark]]]
"""By trigger id, the students and marks whose reason is not yet known."""


def open_codes(pack: PolicyPack, day: date) -> frozenset[str]:
    """Return the codes that stand for a reason not yet known, as they are on a day."""
    terms = (trigger.on(day) for trigger in pack.triggers)
    return frozenset(code for one in terms if isinstance(one, OpenMarkTerms) for code in one.codes)


def open_marks_of(standing: Standing) -> OpenMarks:
    """Return this school year's marks whose reason is not yet known, for each rule about them."""
    found: dict[str, list[tuple[str, Mark]]] = {}
    for trigger in standing.pack.triggers:
        terms = trigger.on(standing.as_of)
        if isinstance(terms, OpenMarkTerms):
            first = max(terms.first, standing.year_start)
            found[trigger.id] = list(_marks_coded(standing, terms.codes, first))
    return found


def _marks_coded(
    standing: Standing, codes: Sequence[str], first: date
) -> Iterator[tuple[str, Mark]]:
    symbols = standing.pack.spellings(codes)
    marks = standing.marks[standing.marks["symbol"].isin(symbols).to_numpy()]
    columns = (
        [str(student_id) for student_id in marks["student_id"]],
        marks["date"].to_numpy().astype("datetime64[D]").tolist(),
        [str(part) for part in marks["part"]],
        [str(symbol) for symbol in marks["symbol"]],
    )
    for student_id, day, part, symbol in zip(*columns, strict=True):
        if first <= day <= standing.as_of:
            yield student_id, Mark(Session(day, part), symbol)
