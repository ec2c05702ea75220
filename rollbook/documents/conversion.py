"""PDF by LibreOffice, when it is there. Word is never run by itself on a machine nobody watches."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from rollbook.package import Package
from rollbook.problems import ConverterMissing, NotAllowed, RefusedFile

_A_CALL = 50  # files given to LibreOffice at a time: Windows limits how long a command may be
_PLACES = (
    "C:/Program Files/LibreOffice/program/soffice.com",
    "C:/Program Files (x86)/LibreOffice/program/soffice.com",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "/usr/bin/soffice",
    "/usr/lib/libreoffice/program/soffice",
    "/snap/bin/libreoffice",
)
_BODY = "word/document.xml"
_ODD_PAGE, _NEXT_PAGE = b'<w:type w:val="oddPage"/>', b'<w:type w:val="nextPage"/>'
_LOOK = 0.05  # seconds between two looks at what LibreOffice has made
_OPTIONS = {
    "IsSkipEmptyPages": False,  # the empty back of a letter stays: the next begins on a fresh sheet
    "UseTaggedPDF": True,  # for those who have letters read to them
    "ExportBookmarksToPDFDestination": True,  # they tell where each letter of a joined file ends
    "ReduceImageResolution": False,  # a logo is small; to compute it anew each time is slow
    "UseLosslessCompression": True,
}
_PDF = "pdf:writer_pdf_Export:" + json.dumps(
    {name: {"type": "boolean", "value": str(on).lower()} for name, on in _OPTIONS.items()}
)
_PAGE = re.compile(rb"/Type\s*/Page(?![a-zA-Z])")
_OBJECTS = re.compile(rb"/Type\s*/ObjStm.*?stream\r?\n(.*?)endstream", re.DOTALL)


def converter() -> Path | None:
    """Return the LibreOffice program of this machine, or None when it has none."""
    for name in ("soffice", "libreoffice"):
        found = shutil.which(name)
        if found:
            return Path(found)
    return next((path for path in map(Path, _PLACES) if path.is_file()), None)


def needed_converter() -> Path:
    """Return the LibreOffice program; ``ConverterMissing`` says what to do when there is none."""
    program = converter()
    if program is None:
        raise ConverterMissing(
            "PDF needs LibreOffice, which is not on this computer. Install it from "
            "libreoffice.org, or open the Word file and save it as PDF. Everything else works "
            "without it."
        )
    return program


def to_pdf(paths: Sequence[Path], folder: Path, *, timeout: float = 120) -> list[Path]:
    """Convert Word files to PDF into ``folder``; the PDFs have the files' names, in their order.

    ``timeout`` is in seconds for a call of up to 50 files. A call that fails is tried once more.
    Raises ``ConverterMissing`` when LibreOffice is not there, ``NotAllowed`` when a file could not
    be converted; the Word files stay as they are.
    """
    program = needed_converter()
    folder.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    for start in range(0, len(paths), _A_CALL):
        made += _convert(program, paths[start : start + _A_CALL], folder, timeout)
    return made


def pages(pdf: Path) -> int:
    """Return how many pages a PDF has; 0 when it is no sound PDF."""
    content = pdf.read_bytes()
    count = len(_PAGE.findall(content))
    if not count and content.startswith(b"%PDF-"):
        count = sum(len(_PAGE.findall(_unpacked(one))) for one in _OBJECTS.findall(content))
    return count


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream)
    except zlib.error:
        return b""


def _convert(program: Path, paths: Sequence[Path], folder: Path, timeout: float) -> list[Path]:
    # Two files of one name from different folders must not overwrite each other, and LibreOffice
    # must not see the clerk's own profile: it would wait for the window she has open.
    with tempfile.TemporaryDirectory(prefix="rollbook-pdf-", ignore_cleanup_errors=True) as work:
        here = Path(work)
        copies = [here / f"{number}.docx" for number in range(len(paths))]
        for path, copy in zip(paths, copies, strict=True):
            copy.write_bytes(_for_libreoffice(path))
        left = list(copies)
        for attempt in ("first", "second"):
            _run(program, left, here, here / f"profile-{attempt}", timeout)
            left = [copy for copy in left if not _sound(copy.with_suffix(".pdf"))]
            if not left:
                break
        if left:
            names = ", ".join(f"“{paths[copies.index(copy)].name}”" for copy in left)
            raise NotAllowed(
                f"LibreOffice could not make a PDF of {names}. The Word file is unharmed: open it "
                "and save it as PDF, or try again."
            )
        made = []
        for path, copy in zip(paths, copies, strict=True):
            target = folder / f"{path.stem}.pdf"
            shutil.copyfile(copy.with_suffix(".pdf"), target)
            made.append(target)
        return made


def _for_libreoffice(path: Path) -> bytes:
    """Return a Word file as LibreOffice shows it right.

    In a section that begins on an odd page LibreOffice repeats the first page's letterhead on the
    second. Told to begin on the next page it takes an odd one all the same, because the numbers
    begin at 1 again.
    """
    content = path.read_bytes()
    try:
        package = Package.read(path, content)
    except RefusedFile:
        return content
    if _BODY not in package or _ODD_PAGE not in package[_BODY]:
        return content
    package.put(_BODY, package[_BODY].replace(_ODD_PAGE, _NEXT_PAGE), 1)
    return package.to_bytes()


def _sound(pdf: Path) -> bool:
    return pdf.is_file() and pages(pdf) > 0


def _run(program: Path, files: Sequence[Path], out: Path, profile: Path, timeout: float) -> None:
    process = start(program, files, out, profile)
    try:
        process.wait(timeout)
    except subprocess.TimeoutExpired:
        pass
    finally:
        end(process)


def converting(
    program: Path, files: Sequence[Path], out: Path, profile: Path, patience: Sequence[float]
) -> Iterator[Path]:
    """Yield each file whose PDF is made, while LibreOffice goes on with the next ones.

    ``patience`` is how many seconds each file may take. LibreOffice is ended when one takes
    longer, and when the caller stops asking; what it had not finished is not yielded.
    """
    process = start(program, files, out, profile)
    try:
        for number, file in enumerate(files):
            until = time.monotonic() + patience[number]
            # A PDF is whole when the next one has been begun or the program has ended.
            later = [one.with_suffix(".pdf").name for one in files[number + 1 :]]
            while process.poll() is None and not any((out / name).exists() for name in later):
                if time.monotonic() > until:
                    end(process)
                time.sleep(_LOOK)
            if (out / f"{file.stem}.pdf").exists():
                yield file
    finally:
        end(process)


def start(
    program: Path, files: Sequence[Path], out: Path, profile: Path
) -> subprocess.Popen[bytes]:
    """Start LibreOffice with a profile of its own on files to be converted into ``out``."""
    command = [
        str(program),
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless",
        "--norestore",
        "--nolockcheck",
        "--convert-to",
        _PDF,
        "--outdir",
        str(out),
        *map(str, files),
    ]
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=sys.platform != "win32",
    )


def end(process: subprocess.Popen[bytes]) -> None:
    """End LibreOffice and the processes it started in its turn, also when it ended by itself.

    The program that was started only starts another; killed from outside, it leaves that one.
    """
    if sys.platform == "win32":
        if process.poll() is None:
            subprocess.run(
                ["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False
            )
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
