"""Receipts on their way: written before the workbook is, so that nothing is ever without one.

Beside the copy that is taken before a write lies its receipt, from just before the rename until it
is filed in the folder of receipts. If Rollbook is ended meanwhile, at whatever moment, the next
one to have its turn finds out: while the new file still lies beside the workbook under its
provisional name, the rename did not happen, and the receipt is of nothing; else it is true.
"""

from contextlib import suppress
from glob import escape
from pathlib import Path

from rollbook.package import write_whole
from rollbook.workbooks.receipt import Receipt
from rollbook.workbooks.snapshots import list_snapshots, stamp_of
from rollbook.workbooks.turns import folder_of, half_written

_SUFFIX = ".receipt"


def as_json(receipt: Receipt) -> bytes:
    """Return the receipt as it is filed."""
    return receipt.to_json()


def put_pending(receipt: Receipt) -> None:
    """Lay the receipt of a write that is about to happen beside the copy taken for it."""
    if receipt.snapshot is not None:
        write_whole(_of(receipt.snapshot), as_json(receipt))


def discard(snapshot: Path) -> None:
    """Take back the copy and the receipt of a write that did not happen."""
    _of(snapshot).unlink(missing_ok=True)  # first: a copy too many harms nobody
    snapshot.unlink(missing_ok=True)


def clear_up(path: Path, snapshots: Path) -> None:
    """Put right what an update left behind that was ended in the middle.

    To be called by whoever has its turn with the workbook, before anything else.
    """
    unfinished = half_written(path)
    copy = next(iter(list_snapshots(path, snapshots)), None)
    if copy and (unfinished or _of(copy.path).exists()):
        is_same = path.is_file() and path.read_bytes() == copy.path.read_bytes()
        if is_same or (unfinished and _of(copy.path).exists()):
            discard(copy.path)
    for left_over in (*unfinished, *folder_of(path, snapshots).glob(".*.tmp")):
        with suppress(OSError):  # the next turn tries again
            left_over.unlink()


def file_receipts(path: Path, snapshots: Path, receipts: Path) -> None:
    """File the receipts of the writes that happened; safe to repeat after a crash.

    To be called by whoever has its turn, after ``clear_up``.
    """
    for pending in sorted(folder_of(path, snapshots).glob(f"*{_SUFFIX}"), key=stamp_of):
        content = pending.read_bytes()
        for left_over in receipts.glob(f".{escape(pending.stem)}*.tmp"):  # ended while filing it
            left_over.unlink(missing_ok=True)
        write_whole(free_name(receipts, pending.stem, content), content)
        pending.unlink()


def receipt_of(snapshot: Path, receipts: Path) -> Path | None:
    """Return the receipt of the write a copy was taken for."""
    places = (receipts / f"{snapshot.stem}.json", _of(snapshot))
    return next((place for place in places if place.is_file()), None)


def _of(snapshot: Path) -> Path:
    return snapshot.with_name(f"{snapshot.stem}{_SUFFIX}")


def free_name(receipts: Path, stem: str, content: bytes) -> Path:
    """Return the receipt's place; another number if one of this name is there, of another book."""
    number, place = 1, receipts / f"{stem}.json"
    while place.exists() and place.read_bytes() != content:
        number += 1
        place = receipts / f"{stem} ({number}).json"
    return place
