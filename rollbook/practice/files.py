"""Writing practice files whole: first under another name, which a watched folder leaves alone."""

import csv
import io
import os
import re
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

from openpyxl import Workbook

from rollbook.package import Package

_SAVED_AT = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")
_LINES_AT_ONCE = 50_000


def write_lines(path: Path, lines: Iterable[str], encoding: str = "utf-8") -> Path:
    """Write a text file with the line ends of Windows, however many lines there are."""
    unfinished = path.with_name(f"{path.name}.part")
    with open(unfinished, "w", encoding=encoding, newline="\r\n") as stream:
        batch: list[str] = []
        for line in lines:
            batch.append(line)
            if len(batch) == _LINES_AT_ONCE:
                stream.write("\n".join(batch) + "\n")
                batch.clear()
        if batch:
            stream.write("\n".join(batch) + "\n")
    os.replace(unfinished, path)
    return path


def write_csv(
    path: Path,
    headers: Sequence[str],
    rows: Iterable[Sequence[str]],
    encoding: str = "utf-8",
) -> Path:
    """Write a table as CSV; cells with commas, quotes or line ends are quoted."""
    return write_lines(path, map(csv_line, chain([headers], rows)), encoding)


def csv_line(cells: Sequence[str]) -> str:
    """Return one line of CSV without its line end."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="").writerow(cells)
    return stream.getvalue()


def save_workbook(book: Workbook, path: Path) -> Path:
    """Save a workbook so that the same school gives the same bytes, whenever it is made."""
    unfinished = path.with_name(f"{path.name}.part")
    book.save(unfinished)
    package = Package.read(unfinished)
    about = _SAVED_AT.sub(rb"\g<1>2026-09-01T08:00:00Z", package["docProps/core.xml"])
    package.put("docProps/core.xml", about)
    package.write(path)
    unfinished.unlink()
    return path
