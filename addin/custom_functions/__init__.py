"""Worksheet functions, one file a subject. xlwings Server imports this as ``custom_functions``."""

from addin.custom_functions.codes import code
from addin.custom_functions.counting import absences, lates, minutes_late
from addin.custom_functions.flags import flag, pattern
from addin.custom_functions.ledger_figures import attendance, average_daily_attendance
from addin.custom_functions.ledger_flags import findings, voe, why
from addin.custom_functions.ledger_letters import last_letter, next_step
from addin.custom_functions.rates import possible, present, rate
from addin.custom_functions.runs import most_in_window, streak
from addin.custom_functions.students import student

__all__ = [
    "absences",
    "attendance",
    "average_daily_attendance",
    "code",
    "findings",
    "flag",
    "last_letter",
    "lates",
    "minutes_late",
    "most_in_window",
    "next_step",
    "pattern",
    "possible",
    "present",
    "rate",
    "streak",
    "student",
    "voe",
    "why",
]
