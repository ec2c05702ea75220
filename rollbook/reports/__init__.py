"""Reports: one report, one module; each is a function that returns a :class:`Table`."""

from rollbook.reports.table import Column, Table

__all__ = ["Column", "Table"]
