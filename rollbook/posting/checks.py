"""Checks before posting: is the student known, the code a code, the day a school day?"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from rollbook.importers.unsaid_cells import why_unsaid
from rollbook.ledger.marks import PART_NUMBER, day_number, day_of
from rollbook.office import Office
from rollbook.posting.roll import Roll
from rollbook.posting.sessions import of_no_session
from rollbook.posting.settled import with_campus_codes
from rollbook.posting.sheet import Booleans, Held, Sheet
from rollbook.posting.stretches import stray, stretches
from rollbook.register import Category

Reason = Callable[[Held], tuple[str, str, str]]
"""Says why a row is held: slug, message, value."""


def check(
    office: Office, roll: Roll, frame: pd.DataFrame, *, as_exported: bool = True
) -> tuple[Sheet, list[Held]]:
    """Sort the rows of a frame into those that can be posted and those that are held.

    ``as_exported`` reads the codes as each campus' exports mean them; a clerk writes the office's.
    """
    frame = with_campus_codes(office, roll, frame) if as_exported else frame
    frame = _known_symbols(office, frame)
    sheet = Sheet.of(frame, roll.keys)
    held: list[Held] = []
    codes = _Codes.of(office, sheet)
    school = np.array([day_number(day) for day in office.calendar.anybodys_days], dtype=np.int64)
    sheet, codes = _hold(held, sheet, codes, _strays(sheet), _far_off)
    sheet, codes = _hold(held, sheet, codes, sheet.student == 0, _unknown_student)
    sheet, codes = _hold(held, sheet, codes, ~codes.known, lambda row: _unknown_code(office, row))
    if office.policy.method == "sessions":
        of_none = ~np.isin(sheet.part, [PART_NUMBER[part] for part in office.policy.parts])
        sheet, codes = _hold(
            held, sheet, codes, of_none, lambda row: of_no_session(office.policy, row)
        )
    off_day = ~np.isin(sheet.day, school) & codes.counts
    sheet, codes = _hold(held, sheet, codes, off_day, lambda row: _no_school(office, row))
    sheet, codes = _hold(held, sheet, codes, ~roll.holds(sheet) & codes.counts, _not_on_roll)
    sheet, codes = _hold(held, sheet, codes, _contradicted(sheet), _contradiction)
    return sheet, held


@dataclass(frozen=True)
class _Codes:
    """For each mark: whether its symbol is known on its day, and whether it counts at all."""

    known: Booleans
    counts: Booleans

    @classmethod
    def of(cls, office: Office, sheet: Sheet) -> "_Codes":
        days, day_at = np.unique(sheet.day, return_inverse=True)
        symbols = [str(symbol) for symbol in sheet.frame["symbol"].cat.categories]
        known = np.zeros((len(days), len(symbols)), dtype=bool)
        counts = np.zeros_like(known)
        for row, day in enumerate(days.tolist()):
            codes = office.policy.codes_on(day_of(day))
            for column, symbol in enumerate(symbols):
                code = codes.get(symbol)
                known[row, column] = code is not None
                counts[row, column] = code is None or code.category is not Category.NOT_POSSIBLE
        symbol_at = sheet.frame["symbol"].cat.codes.to_numpy()
        return cls(known[day_at, symbol_at], counts[day_at, symbol_at])

    def take(self, kept: Booleans) -> "_Codes":
        return _Codes(self.known[kept], self.counts[kept])


def _known_symbols(office: Office, frame: pd.DataFrame) -> pd.DataFrame:
    """Read `n` as `N` where only the capital is a code."""
    everything = {*office.policy.code_table, *office.policy.office_codes}
    renamed = {
        symbol: symbol.upper()
        for symbol in frame["symbol"].cat.categories
        if symbol not in everything and symbol.upper() in everything
    }
    if not renamed:
        return frame
    symbols = [renamed.get(symbol, symbol) for symbol in frame["symbol"].cat.categories]
    numbers = frame["symbol"].cat.codes.to_numpy()
    merged, labels = pd.factorize(np.array(symbols, dtype=object))
    return frame.assign(
        symbol=pd.Categorical.from_codes(merged[numbers], pd.Index(labels, dtype=object))
    )


def _hold(
    held: list[Held], sheet: Sheet, codes: _Codes, which: Booleans, reason: Reason
) -> tuple[Sheet, _Codes]:
    """Move the marks in ``which`` to ``held``; return the rest."""
    if not which.any():
        return sheet, codes
    for mark in sheet.held_back(which):
        slug, message, value = reason(mark)
        held.append(replace(mark, slug=slug, message=message, value=value))
    return sheet.take(~which), codes.take(~which)


def _strays(sheet: Sheet) -> Booleans:
    """Find the few marks of a large file whose dates lie far from all others."""
    found = np.zeros(len(sheet.day), dtype=bool)
    for stretch in stray(stretches(sheet.frame)):
        found |= (sheet.day >= stretch.first) & (sheet.day <= stretch.last)
    return found


def _far_off(mark: Held) -> tuple[str, str, str]:
    day = mark.day
    assert day is not None
    return (
        "far-off-date",
        f"{day:%d %B %Y} lies far from all other dates in the file; the year may be mistyped. "
        "Correct it in the SIS and export again.",
        day.isoformat(),
    )


def _unknown_student(mark: Held) -> tuple[str, str, str]:
    return (
        "unknown-student",
        f"no student has the id “{mark.student_id}”. Drop the roster that has this student; the "
        "mark is posted then.",
        mark.student_id,
    )


def _unknown_code(office: Office, mark: Held) -> tuple[str, str, str]:
    assert mark.day is not None
    if unsaid := why_unsaid(mark.symbol):
        return "unsaid-code", unsaid, mark.symbol
    why = office.policy.why_no_code(mark.symbol, mark.day)
    if mark.symbol not in office.policy.code_table:
        why += f' Or say once which code it is: rollbook import settle --set "code.{mark.symbol}=…"'
    return "unknown-code", why, mark.symbol


def _no_school(office: Office, mark: Held) -> tuple[str, str, str]:
    day = mark.day
    assert day is not None
    why = office.calendar.why_not_school_day(day)
    return (
        "not-a-school-day",
        f"{day:%d %B %Y} is {why}, not a school day. Check the date; if school was held, put the "
        "day into calendar.toml.",
        day.isoformat(),
    )


def _not_on_roll(mark: Held) -> tuple[str, str, str]:
    day = mark.day
    assert day is not None
    return (
        "not-on-roll",
        f"student {mark.student_id} was not on roll on {day:%d %B %Y}. Check the entry and "
        "leaving dates in the roster.",
        day.isoformat(),
    )


def _contradiction(mark: Held) -> tuple[str, str, str]:
    return (
        "two-marks",
        f"the file has two different marks of student {mark.student_id} for the same session. "
        "Correct it in the SIS and export again.",
        mark.symbol,
    )


def _contradicted(sheet: Sheet) -> Booleans:
    """Find sessions that the file gives two different marks."""
    order = np.argsort(sheet.place, kind="stable")
    place = sheet.place[order]
    symbol = sheet.frame["symbol"].cat.codes.to_numpy()[order]
    same = place[1:] == place[:-1]
    if not same.any():
        return np.zeros(len(place), dtype=bool)
    odd = place[1:][same & (symbol[1:] != symbol[:-1])]
    return np.isin(sheet.place, odd)
