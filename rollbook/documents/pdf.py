"""Many letters as single PDFs: joined, converted in few calls of LibreOffice, cut apart again.

LibreOffice needs more than a second to start and lays long files out slowly, so a call converts
many small files of ten letters each::

    letters ──► files of ten ──► LibreOffice (two at a time) ──► cut, proven ──► S-00001.pdf …
                     ▲                      │ crashes, hangs, leaves one out
                     └── once more, then in halves, down to the letter that cannot be converted
"""

import io
import itertools
import os
import shutil
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pikepdf

from rollbook.documents.conversion import converting, needed_converter
from rollbook.documents.joining import join
from rollbook.documents.pdf_split import PagesUnclear, SinglePdf, names_itself, split
from rollbook.documents.template import Rendered
from rollbook.package import write_whole
from rollbook.problems import NotAllowed, counted

_IN_A_FILE = 10
_AT_A_TIME = min(2, os.cpu_count() or 1)
_IN_A_CALL = 250
_FRUITLESS = 8  # calls in a row that make nothing: LibreOffice itself does not work

_CANNOT = (
    "LibreOffice could not make a PDF of this letter. Its Word file is unharmed: open it in Word "
    "and print it from there."
)
_DOES_NOT_WORK = (
    "LibreOffice does not work on this computer now. Start it once by hand, see whether it opens, "
    "and try again; the Word files can be printed from Word."
)

Letters = Sequence[tuple[str, Rendered]]
Tell = Callable[["PdfLetter"], object]


@dataclass(frozen=True, slots=True)
class PdfLetter:
    """What became of one letter: its PDF and how many pages it has, or why there is none."""

    name: str
    path: Path | None
    pages: int = 0
    reason: str = ""


def letters_to_pdf(
    letters: Iterable[tuple[str, Rendered]],
    folder: Path,
    *,
    timeout: float = 60,
    on_letter: Tell | None = None,
) -> Iterator[PdfLetter]:
    """Convert letters to ``folder/<name>.pdf`` and yield what became of each, in their order.

    ``letters`` are names (serials) with the filled letters; few of them are kept in memory.
    ``timeout`` is how many seconds ten letters may take. A letter that cannot be converted has no
    path but a reason, and the others go on. ``on_letter`` is told of each as soon as it is done,
    by a thread of ours. Raises ``ConverterMissing`` before the first when there is no LibreOffice.
    """
    program = needed_converter()
    folder.mkdir(parents=True, exist_ok=True)
    return _all(program, iter(letters), folder, timeout, on_letter or _tell_nobody)


def _all(
    program: Path, letters: Iterator[tuple[str, Rendered]], folder: Path, timeout: float, tell: Tell
) -> Iterator[PdfLetter]:
    stop = threading.Event()
    with (
        tempfile.TemporaryDirectory(prefix="rollbook-pdf-", ignore_cleanup_errors=True) as work,
        ThreadPoolExecutor(_AT_A_TIME) as pool,
    ):
        under_way: deque[Future[list[PdfLetter]]] = deque()
        try:
            for number, call in enumerate(_calls(letters)):
                one = _Call(program, Path(work) / str(number), folder, timeout, tell, stop)
                under_way.append(pool.submit(one.convert, call))
                if len(under_way) > _AT_A_TIME:
                    yield from under_way.popleft().result()
            while under_way:
                yield from under_way.popleft().result()
        finally:  # also when the caller asks for no more: nothing is left running
            stop.set()
            for waiting in under_way:
                waiting.cancel()


def _calls(letters: Iterator[tuple[str, Rendered]]) -> Iterator[Letters]:
    """Divide the letters so that each processor has as much to do as the other."""
    while some := list(itertools.islice(letters, _IN_A_CALL * _AT_A_TIME)):
        size = -(-len(some) // (_AT_A_TIME * _IN_A_FILE)) * _IN_A_FILE
        yield from _portions(some, size)


def _portions(letters: Letters, size: int) -> list[Letters]:
    return [letters[start : start + size] for start in range(0, len(letters), size)]


def _tell_nobody(letter: PdfLetter) -> None:
    """Tell nobody."""


@dataclass
class _File:
    """Some letters joined for LibreOffice, and how often it has failed on them."""

    letters: Letters
    failed: int = 0


class _Stopped(Exception):
    """The caller asks for no more letters."""


class _Call:
    """The letters one LibreOffice is given, again and again until each is done or given up."""

    def __init__(
        self,
        program: Path,
        work: Path,
        folder: Path,
        timeout: float,
        tell: Tell,
        stop: threading.Event,
    ) -> None:
        self._program, self._work, self._folder = program, work, folder
        self._timeout, self._tell, self._stop = timeout, tell, stop
        self._numbers = itertools.count()
        self._done: dict[str, PdfLetter] = {}

    def convert(self, letters: Letters) -> list[PdfLetter]:
        """Return what became of each letter, in their order."""
        queue, fruitless = _files(letters), 0
        try:
            while queue and fruitless < _FRUITLESS:
                before = len(self._done)
                queue = self._once(queue)
                fruitless = 0 if len(self._done) > before else fruitless + 1
        except _Stopped:
            return []
        finally:
            shutil.rmtree(self._work, ignore_errors=True)
        for file in queue:
            self._give_up(file, _DOES_NOT_WORK)
        return [self._done[name] for name, _ in letters]

    def _once(self, queue: Sequence[_File]) -> list[_File]:
        """Give all files to one LibreOffice; return those still to be made, the suspect last."""
        here = self._work / str(next(self._numbers))
        here.mkdir(parents=True)
        paths = {here / f"{number}.docx": file for number, file in enumerate(queue)}
        for path, file in paths.items():
            path.write_bytes(join((one for _, one in file.letters), both_sides=False))
        patience = [self._patience(file) for file in queue]
        made: set[Path] = set()
        suspect = 0  # where it must have failed, if it has not come to the end
        for path in converting(self._program, list(paths), here, here / "profile", patience):
            if self._stop.is_set():
                raise _Stopped
            suspect = list(paths).index(path)
            if self._cut(path.with_suffix(".pdf"), paths[path]):
                made.add(path)
                suspect += 1
        shutil.rmtree(here, ignore_errors=True)
        untried: list[_File] = []
        suspects: list[_File] = []
        for number, (path, file) in enumerate(paths.items()):
            if path not in made:
                (suspects if number <= suspect else untried).append(file)
        return untried + [again for file in suspects for again in self._after_failing(file)]

    def _patience(self, file: _File) -> float:
        """Return the seconds a file may take; a part of ten letters has at least half of it."""
        return self._timeout * (1 + len(file.letters) / _IN_A_FILE) / 2

    def _after_failing(self, file: _File) -> list[_File]:
        file.failed += 1
        if file.failed < 2:
            return [file]
        if len(file.letters) == 1:
            self._give_up(file, _CANNOT)
            return []
        half = len(file.letters) // 2
        return [
            _File(part, failed=int(len(part) > 1))
            for part in (file.letters[:half], file.letters[half:])
        ]

    def _cut(self, pdf: Path, file: _File) -> bool:
        try:
            singles = list(split(pdf, file.letters))
        except PagesUnclear:
            return False
        for single in singles:
            self._keep(single)
        return True

    def _keep(self, single: SinglePdf) -> None:
        path = self._folder / f"{single.name}.pdf"
        part = path.with_name(f"{path.name}.part")  # whole or not there, whatever happens
        part.write_bytes(single.content)
        part.replace(path)
        self._tell_of(PdfLetter(single.name, path, single.pages))

    def _give_up(self, file: _File, reason: str) -> None:
        for name, _ in file.letters:
            self._tell_of(PdfLetter(name, None, reason=reason))

    def _tell_of(self, letter: PdfLetter) -> None:
        self._done[letter.name] = letter
        self._tell(letter)


def _files(letters: Letters) -> list[_File]:
    """Join by tens; a letter that does not print its number cannot be told apart: it goes alone."""
    files: list[_File] = []
    for proven, some in itertools.groupby(letters, lambda one: names_itself(*one)):
        files += map(_File, _portions(list(some), _IN_A_FILE if proven else 1))
    return files


# --- one PDF for the printer ---------------------------------------------------------------------


def joined_pdf(letters: Iterable[PdfLetter], path: Path, *, both_sides: bool = True) -> int:
    """Write one PDF of all letters, with a bookmark each; return how many pages it has.

    With ``both_sides`` a letter with an odd number of pages is followed by an empty one. Raises
    ``NotAllowed`` when a letter has no PDF: it would be missed on the printed stack.
    """
    every = list(letters)
    without = [one.name for one in every if one.path is None]
    if without or not every:
        raise NotAllowed(
            f"No print file was made: {counted(len(without), 'letter')} of it could not be made "
            f"as PDF ({', '.join(without[:5])}). Hold them, or print from the Word file."
            if without
            else "There are no letters to join."
        )
    with pikepdf.new() as whole:
        with whole.open_outline() as outline:
            for letter in every:
                outline.root.append(pikepdf.OutlineItem(letter.name, len(whole.pages)))
                _append(whole, letter, both_sides)
        write_whole(path, _bytes_of(whole))
        return len(whole.pages)


def _append(whole: pikepdf.Pdf, letter: PdfLetter, both_sides: bool) -> None:
    assert letter.path is not None
    with pikepdf.open(letter.path) as single:
        for page in single.pages:
            if "/StructParents" in page.obj:  # paper is not read aloud: the tags stay behind
                del page.obj["/StructParents"]
        whole.pages.extend(single.pages)
    if both_sides and len(whole.pages) % 2:
        whole.add_blank_page(page_size=_size(whole.pages[-1]))


def _bytes_of(whole: pikepdf.Pdf) -> bytes:
    stream = io.BytesIO()
    whole.save(stream, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return stream.getvalue()


def _size(page: pikepdf.Page) -> tuple[float, float]:
    left, bottom, right, top = (float(one) for one in page.mediabox)
    return right - left, top - bottom
