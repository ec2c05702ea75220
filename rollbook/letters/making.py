"""The files of one batch: each letter's own, as Word and PDF, and the joined ones.

Letters are read a few at a time and filled as they are needed. A letter made twice is the same.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

from rollbook.documents import Rendered, join_to
from rollbook.documents.overflow import spills_over
from rollbook.documents.pdf import PdfLetter, joined_pdf, letters_to_pdf
from rollbook.ledger.letters import Letter
from rollbook.letters.batches import WrittenFiles, joined_in
from rollbook.letters.preflight import Reason, letters_in_order, render
from rollbook.office import Office
from rollbook.problems import NotAllowed

FEWEST = 2  # a letter of so many pages has its message on one, whatever its table is

SPILLS = "its message does not fit on page 1: it has {pages} pages"
SHORTEN = "shorten the template, void this letter with --again, and prepare it anew"


class Making:
    """Makes the letters of a batch, and remembers what was made.

    ``ready`` are the letters that go; those found wanting as PDF are taken out of it. ``digests``
    are those of the Word files; ``pages`` is known of letters made as PDF.
    """

    def __init__(
        self,
        office: Office,
        folder: Path,
        ready: Sequence[Letter],
        tell: Callable[[str, int, int], None],
    ) -> None:
        self.folder = folder
        self.ready = list(ready)
        self.digests: dict[str, str] = {}
        self.pages: dict[str, int] = {}
        self._office = office
        self._tell = tell
        self._pdfs: dict[str, PdfLetter] = {}

    def path(self, serial: str, kind: str = "docx") -> Path:
        """Return where a letter's own file is."""
        return self.folder / f"{serial}.{kind}"

    def as_pdf(self) -> dict[str, list[Reason]]:
        """Write each letter as Word and as PDF; return by serial why one must not go."""
        found: dict[str, list[Reason]] = {}
        with WrittenFiles() as files:
            for made in letters_to_pdf(self._made(files, "Making letter"), self.folder):
                self._pdfs[made.name] = made
                self.pages[made.name] = made.pages
                if made.path is None:
                    found[made.name] = [Reason(made.reason)]
                elif made.pages > FEWEST and spills_over(
                    self._again(made.name), made.path, made.pages
                ):
                    found[made.name] = [Reason(SPILLS.format(pages=made.pages), SHORTEN)]
        return found

    def leave_out(self, serials: Collection[str]) -> None:
        """Take letters out of the batch, and their files out of its folder."""
        self.ready = [one for one in self.ready if one.serial not in serials]
        for serial in serials:
            for kind in ("docx", "pdf"):
                self.path(serial, kind).unlink(missing_ok=True)

    def join(self, *, both_sides: bool) -> Path:
        """Write the joined file, and each letter's own where that is not done; return its place."""
        joined = joined_in(self.folder)
        what = "Joining letter" if self._pdfs else "Making letter"
        with WrittenFiles() as files:
            letters = (rendered for _, rendered in self._made(files, what))
            join_to(joined, letters, both_sides=both_sides)
        if self._pdfs:
            pdfs = [self._pdfs[one.serial] for one in self.ready]
            joined_pdf(pdfs, joined.with_suffix(".pdf"), both_sides=both_sides)
        return joined

    def _made(self, files: WrittenFiles, what: str) -> Iterator[tuple[str, Rendered]]:
        """Give each letter, filled; write its own file when it is made for the first time."""
        of = len(self.ready)
        serials = [one.serial for one in self.ready]
        for number, letter in enumerate(letters_in_order(self._office, serials), 1):
            rendered = self._filled(letter)
            if letter.serial not in self.digests:
                content = rendered.to_bytes()
                files.write(self.path(letter.serial), content)
                self.digests[letter.serial] = hashlib.sha256(content).hexdigest()
            yield letter.serial, rendered
            self._tell(what, number, of)

    def _again(self, serial: str) -> Rendered:
        [letter] = letters_in_order(self._office, [serial])
        return self._filled(letter)

    def _filled(self, letter: Letter) -> Rendered:
        rendered, why = render(self._office, letter)
        if rendered is None:
            raise NotAllowed(f"{letter.serial}: {why}. No letter was printed.")
        return rendered
