"""Reports: one report, one module with ``NAME``, ``SAYS`` and ``build(asked)`` → ``Table``.

A report writes nothing itself; the command line shows its table or writes it to a file.
"""

from types import ModuleType

from rollbook.problems import NotAllowed
from rollbook.reports import (
    ada,
    ada_grades,
    ada_students,
    attendance,
    balance,
    changes,
    chronic,
    class_size,
    daily,
    deadlines,
    documents,
    findings,
    first_day,
    groups,
    languages,
    lates,
    lates_by_week,
    minutes,
    missing_registers,
    n_codes,
    patterns,
    reconcile,
    ssa_cessation,
)
from rollbook.reports.asked import Asked
from rollbook.reports.table import Column, Table

__all__ = ["Asked", "Column", "Table", "report_list", "report_named"]

REPORTS: tuple[ModuleType, ...] = (
    ada,
    ada_grades,
    ada_students,
    attendance,
    balance,
    changes,
    chronic,
    class_size,
    daily,
    deadlines,
    documents,
    findings,
    first_day,
    groups,
    languages,
    lates,
    lates_by_week,
    minutes,
    missing_registers,
    n_codes,
    patterns,
    reconcile,
    ssa_cessation,
)


def report_named(name: str) -> ModuleType:
    """Return the module of a report. Raises ``NotAllowed`` naming those there are."""
    found = next((report for report in REPORTS if name == report.NAME), None)
    if found is None:
        names = ", ".join(report.NAME for report in REPORTS)
        raise NotAllowed(f"There is no report “{name}”. Reports: {names}.")
    return found


def report_list() -> list[tuple[str, str]]:
    """Return the name of every report and what it says."""
    return [(report.NAME, report.SAYS) for report in REPORTS]
