"""Worksheet functions, one file a subject. xlwings Server imports this as ``custom_functions``."""

from addin.custom_functions.codes import code
from addin.custom_functions.counting import absences, lates, minutes_late
from addin.custom_functions.flags import flag, pattern
from addin.custom_functions.rates import possible, present, rate
from addin.custom_functions.runs import most_in_window, streak

__all__ = [
    "absences",
    "code",
    "flag",
    "lates",
    "minutes_late",
    "most_in_window",
    "pattern",
    "possible",
    "present",
    "rate",
    "streak",
]
