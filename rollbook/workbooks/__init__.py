"""The clerk's own workbooks: adopted as they are, updated in place, nothing of hers ever lost.

``adopt`` finds what is where, ``update`` fills it in and gives a receipt, ``restore`` goes back.
"""

from rollbook.workbooks.adopting import adopt
from rollbook.workbooks.book import PartHash
from rollbook.workbooks.cells import Value
from rollbook.workbooks.figures import Figures
from rollbook.workbooks.letter_log import STATES, LogRow
from rollbook.workbooks.mapping import Block, Column, Days, Whom, WorkbookMap
from rollbook.workbooks.receipt import CellChange, LeftAlone, Receipt, RowAdded
from rollbook.workbooks.restoring import restore
from rollbook.workbooks.snapshots import Snapshot, list_snapshots
from rollbook.workbooks.updating import update

__all__ = [
    "STATES",
    "Block",
    "CellChange",
    "Column",
    "Days",
    "Figures",
    "LeftAlone",
    "LogRow",
    "PartHash",
    "Receipt",
    "RowAdded",
    "Snapshot",
    "Value",
    "Whom",
    "WorkbookMap",
    "adopt",
    "list_snapshots",
    "restore",
    "update",
]
