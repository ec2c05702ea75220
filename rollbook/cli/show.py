"""How the command line speaks: short tables, a progress bar, one closing line; or JSON."""

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import Any

from rich.console import Console, JustifyMethod
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table as RichTable

from rollbook.reports import Table

LABEL_WIDTH = 22
PLAIN_WIDTH = 120  # a file or a pipe has no width of its own
MOST_ROWS = 40  # more are not read in a terminal

console = Console(width=None if sys.stdout.isatty() else PLAIN_WIDTH, highlight=False)
complaints = Console(
    stderr=True, width=None if sys.stderr.isatty() else PLAIN_WIDTH, highlight=False
)


def say(text: str) -> None:
    """Print one line for the clerk."""
    console.print(text, markup=False)


def complain(text: str) -> None:
    """Print one line about something that went wrong."""
    complaints.print(text, markup=False)


def show_json(data: object) -> None:
    """Print data for a program: one JSON value, UTF-8, nothing else."""
    sys.stdout.write(json.dumps(data, default=_plain, ensure_ascii=False, indent=2) + "\n")


def _plain(value: Any) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Fraction | Path):
        return str(value)
    if isinstance(value, Iterable):
        return list(value)
    raise TypeError(f"{type(value).__name__} cannot be printed as JSON")


def show_table(table: Table, all_rows: str, most: int | None = MOST_ROWS) -> None:
    """Print a table, its title above: the first ``most`` rows, all of them when None.

    ``all_rows`` says how to see all of them: ``add --to FILE.xlsx``.
    """
    table = table.only([column.title for column in table.columns if not column.in_files_only])
    shown = RichTable(title=table.title, title_justify="left", title_style="bold", box=None)
    for column in table.columns:
        side: JustifyMethod = "right" if column.is_number else "left"
        shown.add_column(column.title, justify=side, overflow="fold")
    rows = table.rows if most is None else table.rows[:most]
    formats = [column.number_format for column in table.columns]
    for row in rows:
        shown.add_row(*map(_cell, row, formats))
    console.print(shown)
    if len(table.rows) > len(rows):
        say(f"… and {len(table.rows) - len(rows):,} more: {all_rows}")


def show_rows(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a small table given as plain rows; columns of whole numbers are set right."""
    shown = RichTable(title=title, title_justify="left", title_style="bold", box=None)
    for place, name in enumerate(columns):
        numbers = bool(rows) and all(isinstance(row[place], int) for row in rows)
        shown.add_column(name, justify="right" if numbers else "left", overflow="fold")
    for row in rows:
        shown.add_row(*(_cell(value) for value in row))
    console.print(shown)


def show_facts(facts: Sequence[tuple[str, str]]) -> None:
    """Print what is told of one thing: a label, and beside it what it says, line under line."""
    shown = RichTable(box=None, show_header=False, pad_edge=False)
    shown.add_column(min_width=LABEL_WIDTH, no_wrap=True)
    shown.add_column(overflow="fold")
    for label, text in facts:
        shown.add_row(f"  {label}", _cell(text))
    console.print(shown)


def _cell(value: object, number_format: str = "") -> str:
    """Write a value as a workbook would show it: the decimals its column has, noughts too."""
    if value is None:
        return "no data"
    if isinstance(value, float) and "." in number_format:
        return f"{value:,.{len(number_format.partition('.')[2])}f}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return str(value).replace("[", r"\[")


def telling(bar: Progress) -> Callable[[str, int, int], None]:
    """Return what a long work tells how far it is; each thing it does gets a bar of its own."""
    tasks: dict[str, TaskID] = {}

    def tell(what: str, done: int, of: int) -> None:
        if what not in tasks:
            tasks[what] = bar.add_task(what, total=of)
        bar.update(tasks[what], completed=done, total=of)

    return tell


def progress() -> Progress:
    """Return a progress bar that says how far and how long still; nothing when piped."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=complaints,
        transient=True,
        disable=not sys.stderr.isatty(),
    )
