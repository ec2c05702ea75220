"""The folder of one printing: its files, the list of them, and what a crash leaves of it."""

import csv
import hashlib
import io
import os
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

from rollbook.ledger import Connection, chain
from rollbook.ledger import letters as book
from rollbook.ledger.letters import Letter
from rollbook.office import Office
from rollbook.package import write_whole

UNFINISHED = "NOT FINISHED - do not print.txt"

UNFINISHED_WORDS = (
    "Rollbook is making the letters in this folder, or was stopped while it made them.\r\n"
    "Do not print them. Run: rollbook letters print\r\n"
    "The letters are then made again here, and this note goes away.\r\n"
)

LISTING = "batch.csv"
COLUMNS = ("what", "number", "serial", "student id", "file", "pages", "sha256")


def joined_in(folder: Path) -> Path:
    """Return the joined file of a printing."""
    return folder / f"letters-{folder.name}.docx"


def batch_folder(office: Office, at: datetime) -> Path:
    """Make and return a folder of its own for a printing: ``2026-11-20``, then ``…-2``.

    One that a crash has left unfinished is emptied and taken again, so that no half-made letters
    lie about.
    """
    number = 1
    while True:
        name = f"{at:%Y-%m-%d}" if number == 1 else f"{at:%Y-%m-%d}-{number}"
        folder = office.folders.letters / name
        try:
            folder.mkdir()
        except FileExistsError:
            if _was_left(folder):
                _empty(folder)
                return folder
            number += 1
        else:
            return folder


def _was_left(folder: Path) -> bool:
    """Say whether a printing was ended in this folder, if only before it said that it began."""
    whole = [path.name for path in folder.iterdir() if not path.name.startswith(".")]
    return UNFINISHED in whole or not whole


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.name != UNFINISHED and path.is_file():
            path.unlink()


def finish_entered(office: Office) -> tuple[Path, ...]:
    """Take the note off printings whose letters were entered before the program was ended.

    Their files are whole and must be printed; returns the joined files.
    """
    open_ones = [path.parent for path in office.folders.letters.glob(f"*/{UNFINISHED}")]
    if not open_ones:
        return ()
    with office.ledger.read() as connection:
        log = book.letters(connection, words=False)
    entered = {(office.folders.root / one.file).parent for one in log if one.file}
    finished = []
    for folder in sorted(open_ones):
        if folder in entered:
            (folder / UNFINISHED).unlink(missing_ok=True)
            finished.append(joined_in(folder))
    return tuple(finished)


def write_listing(
    connection: Connection,
    folder: Path,
    letters: Sequence[Letter],
    digests: Mapping[str, str],
    pages: Mapping[str, int] | None = None,
) -> None:
    """Write what was printed in which order, with the digest of each file and of the log.

    The last line is the head of the log's chain with these letters in it: who keeps this list can
    show later that no entry was changed or cut off.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for number, letter in enumerate(letters, 1):
        name = f"{letter.serial}.docx"
        count = (pages or {}).get(letter.serial, "")
        writer.writerow(
            ("letter", number, letter.serial, letter.student_id, name, count,
             digests[letter.serial])
        )  # fmt: skip
    for path in (joined_in(folder), joined_in(folder).with_suffix(".pdf")):
        if path.is_file():
            writer.writerow(("joined file", "", "", "", path.name, "", _digest(path)))
    head = chain.head(connection)
    writer.writerow(("log", head.number, "", "", "", "", head.digest))
    write_whole(folder / LISTING, text.getvalue().encode("utf-8-sig"))


class WrittenFiles:
    """Writes the files of a batch while the next letters are made; all are on the disk at the end.

    A disk takes longer to keep a letter than it takes to make one. The folder says that it is not
    finished, so that half a file does no harm. Leaving the ``with`` raises what went wrong.
    """

    _AT_ONCE = 4
    _WAITING = 64  # more are not kept in memory

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(self._AT_ONCE)
        self._waiting: deque[Future[None]] = deque()

    def __enter__(self) -> "WrittenFiles":
        return self

    def write(self, path: Path, content: bytes) -> None:
        """Write one file, soon; wait where too many are waiting."""
        while len(self._waiting) >= self._WAITING:
            self._waiting.popleft().result()
        self._waiting.append(self._pool.submit(_write_through, path, content))

    def __exit__(self, *failed: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=failed[0] is not None)
        if failed[0] is None:
            for one in self._waiting:
                one.result()


def _write_through(path: Path, content: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def noted_head(folder: Path) -> chain.Head | None:
    """Return the head of the log's chain that the list of a printing notes; None without one."""
    rows = [row for row in _listed(folder) if row.get("what") == "log"]
    last = rows[-1] if rows else {}
    number, digest = last.get("number") or "", last.get("sha256") or ""
    return chain.Head(int(number), digest) if number.isdecimal() and digest else None


def joined_faults(folder: Path) -> list[str]:
    """Say which joined files of a printing are not as they were made; one that is gone is not."""
    faults = []
    for row in _listed(folder):
        path = folder / Path(row.get("file") or ".").name
        if row.get("what") == "joined file" and path.is_file():
            try:
                same = _digest(path) == row.get("sha256")
            except OSError:
                faults.append(f"“{folder.name}/{path.name}” cannot be read now")
            else:
                if not same:
                    changed = "is not as it was made: it was changed or replaced"
                    faults.append(f"“{folder.name}/{path.name}” {changed}")
    return faults


def _listed(folder: Path) -> list[dict[str, str]]:
    try:
        with (folder / LISTING).open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream))
    except OSError:
        return []
