"""The clerk's own workbooks: adopted as they are, updated in place, nothing of hers ever lost."""

from rollbook.workbooks.adopting import adopt
from rollbook.workbooks.mapping import Block, Column, WorkbookMap

__all__ = ["Block", "Column", "WorkbookMap", "adopt"]
