"""Cells of a workbook that its reader shows as blank although something stands in them.

An error (``#N/A``) and a formula whose result was never saved come back as nothing, and a mark
would be lost without a word. So they are written into the sheet as the words they are before it is
read: the row that has one is then held like any other that cannot be read. Errors of arithmetic
(``#DIV/0!``) stay blank: they stand in percentages, and no code, id or date comes out of a sum.
"""

import re

_CELL = re.compile(  # goes no further than the next cell, however damaged the sheet is
    rb"<(?P<prefix>(?:\w+:)?)c\b(?P<about>[^<>]*+)(?<!/)>"
    rb"(?P<inside>[^<]*+(?:<(?!/?(?P=prefix)c[\s>])[^<]*+)*+)</(?P=prefix)c>"
)
_TYPE = re.compile(rb"\st=[\"'](\w+)[\"']")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b[^<>]*+(?:(?<=/)>|>([^<]*+)<)")
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^<>]*+>[^<]")
_ERRORS = frozenset(("#N/A", "#REF!", "#NAME?", "#VALUE!", "#NULL!"))
_ARITHMETIC = (b"#DIV/0!", b"#NUM!")
_SIGNS = (b"<f>", b"<f ", b":f>", b":f ", b't="e"', b"t='e'")


def with_words(sheet: bytes) -> bytes:
    """Return a sheet's XML with its errors and its formulas without a result as text."""
    if not any(sign in sheet for sign in _SIGNS):
        return sheet
    return _CELL.sub(_as_words, sheet)


def _as_words(cell: re.Match[bytes]) -> bytes:
    inside, prefix = cell["inside"], cell["prefix"]
    found = _TYPE.search(cell["about"])
    kind, formula = found[1] if found else b"n", _FORMULA.search(inside)
    if kind == b"e" and any(error in inside for error in _ARITHMETIC):
        return cell[0]
    if kind != b"e" and (formula is None or kind == b"str" or _VALUE.search(inside)):
        return cell[0]  # a formula whose result is a blank text says so by its type
    if kind != b"e" and formula:
        inside = b"<%bv>=%b</%bv>" % (prefix, formula[1] or b"", prefix)
    about = _TYPE.sub(b"", cell["about"])
    return b'<%bc%b t="str">%b</%bc>' % (prefix, about, inside, prefix)


def why_unsaid(text: str) -> str:
    """Say in a sentence why a cell of a workbook says nothing; ``""`` when it says something."""
    if text.startswith("="):
        why = f"“{text}” is a formula whose result was not saved"
    elif text in _ERRORS:
        why = f"“{text}” is what Excel shows where it cannot work a formula out"
    else:
        return ""
    return (
        f"{why}. Open the file in Excel, see that the cell shows what it should, save it and drop "
        "it again."
    )
