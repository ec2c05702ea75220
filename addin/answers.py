"""What a worksheet function answers: a value a row, or an error value with its reason.

Excel shows ``#VALUE!`` or ``#N/A`` in the row, and the reason when the clerk points at it. The
page that runs the functions turns :func:`wrong` into Excel's own error (``static/js/errors.js``);
desktop Excel, which has no such errors, shows the reason itself.
"""

import os
from typing import Any

VALUE, NOT_AVAILABLE = "#VALUE!", "#N/A"
_KINDS = {VALUE: "Value", NOT_AVAILABLE: "NotAvailable"}

Cell = Any
"""What may stand in a cell of an answer: text, a number, a date, a truth value, or an error."""


def wrong(reason: str, shows: str = VALUE) -> Cell:
    """Return an error value for one cell, with its reason in a sentence."""
    if os.environ.get("XLWINGS_ON_SERVER") != "true":
        return f"{shows} {reason}"
    return {"type": "Error", "errorType": _KINDS[shows], "basicValue": shows, "reason": reason}


def no_data(reason: str) -> Cell:
    """Return ``#N/A`` with a reason: the question is right, but there is nothing to count."""
    return wrong(reason, NOT_AVAILABLE)
