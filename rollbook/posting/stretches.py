"""The stretches of days a file is about, so that one mistyped year does no harm.

An export is about a term or a year; between its dates lie weekends and holidays, never a hundred
days. A wider gap divides the file into stretches. What the file *covers* is its stretches, not
everything from its first to its last date: else a single date typed with the wrong year would say
that nobody was absent for a whole year. A stretch of a handful of rows beside a large file is held
as a mistake.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from rollbook.importers.contract import Coverage, Extract
from rollbook.ledger.marks import day_numbers, day_of

WIDEST_GAP_DAYS = 100  # the longest summer holiday is shorter
LARGE_FILE_ROWS = 100
STRAY_SHARE = 100  # a stretch of fewer than 1 row in 100 of a large file is a mistake


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some days without a wide gap between them, as day numbers, and how many marks they hold."""

    first: int
    last: int
    rows: int


def stretches(frame: pd.DataFrame) -> list[Stretch]:
    """Return the stretches of days of a register frame, in order."""
    days, rows = np.unique(day_numbers(frame["date"]), return_counts=True)
    if not len(days):
        return []
    starts = np.append(0, np.flatnonzero(np.diff(days) > WIDEST_GAP_DAYS) + 1)
    ends = np.append(starts[1:], len(days))
    return [
        Stretch(int(days[start]), int(days[end - 1]), int(rows[start:end].sum()))
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
    ]


def stray(found: Sequence[Stretch]) -> list[Stretch]:
    """Return the stretches that are rather mistyped dates than part of the file."""
    whole = sum(stretch.rows for stretch in found)
    if len(found) < 2 or whole < LARGE_FILE_ROWS:
        return []
    return [stretch for stretch in found if stretch.rows * STRAY_SHARE < whole]


def covering_only_its_stretches(extract: Extract) -> Extract:
    """Return the extract with its coverage cut to the stretches of days it really is about."""
    found = stretches(extract.marks)
    strays = stray(found)
    spans = [(day_of(one.first), day_of(one.last)) for one in found if one not in strays]
    if len(found) < 2:
        return extract
    cut: list[Coverage] = [
        replace(span, first=max(first, span.first), last=min(last, span.last))
        for span in extract.coverage
        for first, last in spans
        if first <= span.last and span.first <= last
    ]
    return replace(extract, coverage=cut)
