"""What keeps letters from an adult stays until an export that has a place for it says otherwise."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from rollbook.register import COURT_ORDER, GETS_LETTERS, Guardian


def still_protected(
    now: Sequence[Guardian], earlier: Sequence[Guardian], tells: Collection[str]
) -> list[Guardian]:
    """Return a student's guardians of now, with what the export cannot have taken away.

    ``tells`` has what the export has a place for. Without a place for court orders, whoever was
    under one still is, and stays on record even if the export no longer names them: its spelling
    of the name may be another. Without a place for who gets letters, who got none gets none.
    """
    barred = {
        _plain(one.name): one for one in earlier if one.court_order and COURT_ORDER not in tells
    }
    without_letters = {
        _plain(one.name) for one in earlier if not one.gets_letters and GETS_LETTERS not in tells
    }
    kept = [
        replace(
            one,
            court_order=one.court_order or _plain(one.name) in barred,
            gets_letters=one.gets_letters and _plain(one.name) not in without_letters,
        )
        for one in now
    ]
    named = {_plain(one.name) for one in now}
    gone = [one for name, one in barred.items() if name not in named]
    last = max((one.order for one in now), default=0)
    return [*kept, *(replace(one, order=last + place) for place, one in enumerate(gone, 1))]


def _plain(name: str) -> str:
    """A name as two exports may write it: capitals, blanks and dots do not count."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())
