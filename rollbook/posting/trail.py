"""The trail the law asks for: original mark, amended mark, reason, by whom and when."""

from collections.abc import Iterator, Mapping
from typing import Any

from rollbook.ledger import marks as ledger_marks
from rollbook.ledger.marks import Entries, Integers


def amendments(
    entries: Entries,
    was: Integers,
    texts: Mapping[int, str],
    trail: Mapping[str, Any],
    *,
    commented: bool = False,
) -> Iterator[Mapping[str, Any]]:
    """Give an amendment for each mark; ``was`` are the symbols that stood there before.

    ``trail`` has what is the same for all: reason, by, title, at, posting. A mark that is
    ``commented`` has its comment for the reason, where there is one.
    """
    for place, before, symbol in zip(
        entries.place.tolist(), was.tolist(), entries.symbol.tolist(), strict=True
    ):
        student, day, part = ledger_marks.session_of(place)
        comment = entries.detail.get(place, (0, ""))[1] if commented else ""
        yield {
            **trail,
            "student": student,
            "day": day,
            "part": part,
            "was": texts.get(before),
            "is": texts.get(symbol),
            "reason": comment or trail["reason"],
        }
