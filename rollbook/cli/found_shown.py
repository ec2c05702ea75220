"""What was found in a clerk's workbook, as it is shown when she adopts it."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.table import Table as RichTable

from rollbook.cli.show import console, say
from rollbook.workbooks import Block, Column, WorkbookMap
from rollbook.workbooks.book import Book
from rollbook.workbooks.busy import read_workbook
from rollbook.workbooks.previewing import BETWEEN, WIDEST, pieces, preview
from rollbook.workbooks.questions import Found

_TITLES = {"tracker": "Tracker", "log": "Letter log", "contacts": "Contact log"}


def show_lists(file: Path, mapping: WorkbookMap) -> None:
    """Show the first rows of each list, as they stand, under Rollbook's words for the columns."""
    book = Book(file, read_workbook(file))
    say(f"Found in {file.name}:")
    for key, title in _TITLES.items():
        block: Block | None = getattr(mapping, key)
        if block is not None:
            _show_list(book, title, block)
        elif key != "contacts":
            say(f"No {title.lower()}.")


def show_habits(seen: Found, before: Mapping[str, Any] | None) -> None:
    """Say how the tracker is kept, what else was noticed, and what was otherwise before."""
    for line in (*_habits(seen.mapping), *seen.notes):
        if line:
            say(line)
    if any(question.key == "formulas" for question in seen.questions):
        say("The formulas there are kept. To have them replaced: --set formulas=replace.")
    for line in _differences(before, seen.mapping) if before is not None else ():
        say(line)


def _show_list(book: Book, title: str, block: Block) -> None:
    edge = len(str(block.header_row)) + BETWEEN
    say(f"{title}: sheet {block.sheet}, headings in row {block.header_row}")
    for piece in pieces(preview(book, block), console.width - edge - BETWEEN):
        table = RichTable(box=None, pad_edge=False, show_header=True, header_style="bold")
        table.add_column("", justify="right", no_wrap=True, min_width=edge)
        for word in piece.words:
            table.add_column(word, overflow="ellipsis", no_wrap=True, max_width=WIDEST)
        table.add_row("", *piece.letters, style="dim")
        table.add_row(str(block.header_row), *piece.headings)
        for number, texts in piece.rows:
            table.add_row(str(number), *texts)
        console.print(table)


def _habits(mapping: WorkbookMap) -> Iterator[str]:
    """Say how the tracker is kept, beside its columns; always in as many lines."""
    if mapping.tracker is None:
        return
    days = mapping.days
    if days is None:
        yield ""
    else:
        done = "fills in the marks where a cell is empty" if days.fill else "leaves them alone"
        yield f"Columns {days.first} to {days.last} are days: Rollbook {done}."
    how = "" if mapping.whom.add else " To have them added: --set add=yes."
    yield mapping.whom.describe() + how
    yield f"Formulas are written over in: {_listed(mapping.replaces)}." if mapping.replaces else ""
    if "rate" in mapping.tracker.columns:
        written = "92.3" if mapping.hundred else "0.923, which the cells show as 92.3 %"
        yield f"Percentages are written as {written}."


def _listed(keys: Sequence[str]) -> str:
    return ", ".join(key.replace("_", " ") for key in keys)


def _differences(before: Mapping[str, Any], now: WorkbookMap) -> Iterator[str]:
    """Say what is found otherwise than when the workbook was adopted last."""
    old = WorkbookMap.from_dict(before)
    same = True
    for key, title in _TITLES.items():
        was, block = getattr(old, key), getattr(now, key)
        for line in _moved(title, was, block):
            same = False
            yield line
    for was, is_now in zip(_habits(old), _habits(now), strict=False):
        if was != is_now:
            same = False
            yield f"Was: {was} Is: {is_now}"
    if same:
        yield "It is adopted already, and nothing has changed."


def _moved(title: str, was: Block | None, now: Block | None) -> Iterator[str]:
    before, after = (block.columns if block else {} for block in (was, now))
    for key in dict.fromkeys([*before, *after]):
        told = [_named(columns.get(key)) for columns in (before, after)]
        if told[0] != told[1]:
            yield f"{title}, {key.replace('_', ' ')}: was {told[0]}, is {told[1]}."


def _named(column: Column | None) -> str:
    return f"{column.letter} “{column.heading}”" if column else "none"
