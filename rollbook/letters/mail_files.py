"""The files of letters that go by e-mail: a folder for each sending, a Word file and a PDF each.

A folder says that it is unfinished until the sending has ended. Only the files of letters that were
sent, or may have been, stay in it: the log names them.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rollbook.documents import Rendered
from rollbook.documents.pdf import PdfLetter
from rollbook.ledger import letters as book
from rollbook.ledger.letters import Letter
from rollbook.letters.last_look import Tell, tell_nobody
from rollbook.letters.preflight import letters_in_order, render
from rollbook.office import Office
from rollbook.package import write_whole

UNFINISHED = "NOT FINISHED - going by e-mail.txt"

_UNFINISHED_WORDS = (
    "Rollbook is sending the letters in this folder by e-mail, or was stopped while it did.\r\n"
    "Do not print them. See which have gone: rollbook letters send --dry-run\r\n"
)

MakePdfs = Callable[[Iterable[tuple[str, Rendered]], Path], Iterable[PdfLetter]]
"""Makes a PDF of each letter in a folder, and says of which it could not."""


@dataclass(frozen=True, slots=True)
class Made:
    """A letter ready to go: as it stood when it was made, where to, and its files."""

    letter: Letter
    address: str
    file: Path
    digest: str

    @property
    def pdf(self) -> Path:
        """The file that is attached."""
        return self.file.with_suffix(".pdf")


def own_folder(office: Office, at: datetime) -> Path:
    """Make and return a folder of its own for this sending: ``2026-11-20-e-mail``, then ``…-2``."""
    number = 1
    while True:
        name = f"{at:%Y-%m-%d}-e-mail" + (f"-{number}" if number > 1 else "")
        folder = office.folders.letters / name
        try:
            folder.mkdir()
        except FileExistsError:
            number += 1
        else:
            write_whole(folder / UNFINISHED, _UNFINISHED_WORDS.encode())
            return folder


def make_files(
    office: Office,
    folder: Path,
    letters: Sequence[Letter],
    addresses: Mapping[str, str],
    make_pdfs: MakePdfs,
    tell: Tell = tell_nobody,
) -> tuple[list[Made], dict[str, str]]:
    """Write each letter as a Word file and a PDF; return those, and why others have none.

    ``letters`` may come without words; ``addresses`` and the reasons are by serial.
    """
    made: dict[str, Made] = {}
    unmade: dict[str, str] = {}

    def written() -> Iterator[tuple[str, Rendered]]:
        for letter in letters_in_order(office, [one.serial for one in letters]):
            rendered, why = render(office, letter)
            if rendered is None:
                unmade[letter.serial] = why
                continue
            content = rendered.to_bytes()
            file = folder / f"{letter.serial}.docx"
            write_whole(file, content)
            digest = hashlib.sha256(content).hexdigest()
            made[letter.serial] = Made(letter, addresses[letter.serial], file, digest)
            yield letter.serial, rendered

    for number, pdf in enumerate(make_pdfs(written(), folder), 1):
        if pdf.path is None:
            unmade[pdf.name] = pdf.reason
        tell("Making PDF", number, len(letters))
    return [one for serial, one in made.items() if serial not in unmade], unmade


def tidy(office: Office) -> None:
    """Take the files of letters that were not sent out of folders left unfinished.

    What somebody else put there stays. A file that cannot go now, a PDF open in a reader, is taken
    away the next time: the folder says until then that it is not finished.
    """
    for note in office.folders.letters.glob(f"*/{UNFINISHED}"):
        folder = note.parent
        ours = [path for path in folder.iterdir() if path.suffix in (".docx", ".pdf", ".tmp")]
        serials = {_serial_of(path) for path in ours}
        with office.ledger.read() as connection:
            found = book.letters(connection, serials=list(serials), words=False) if serials else []
        kept = {one.serial for one in found if Path(one.file).parent.name == folder.name}
        unsent = {one.serial for one in found} - kept
        if all([_taken_away(path) for path in ours if _serial_of(path) in unsent]):
            note.unlink()
            if not any(folder.iterdir()):
                folder.rmdir()


def _serial_of(path: Path) -> str:
    """Return the letter a file is of, also of one half written: ``.L-1.docx.3f….tmp``."""
    return path.name.lstrip(".").split(".")[0]


def _taken_away(path: Path) -> bool:
    try:
        path.unlink(missing_ok=True)
    except PermissionError:
        return False
    return True
