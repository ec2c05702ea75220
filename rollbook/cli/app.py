"""The application object, the options every command shares, and how an office is opened."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from rollbook.office import Office, open_office
from rollbook.problems import NotAllowed

app = typer.Typer(
    name="rollbook",
    help="The paperwork of a school attendance office: registers in; logs, letters and "
    "verification documents out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"max_content_width": 100},
)

OfficeOption = Annotated[
    Path,
    typer.Option(
        "--office", envvar="ROLLBOOK_OFFICE", help="The office folder; else the current folder."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]

HERE = Path()


@contextmanager
def opened(folder: Path) -> Iterator[Office]:
    """Open an office and let go of its ledger at the end."""
    office = open_office(folder)
    try:
        yield office
    finally:
        office.ledger.close()


def day_of(text: str | None) -> date | None:
    """Read a date given on the command line as 2026-11-13."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotAllowed(f"“{text}” is not a date. Write it as 2026-11-13.") from error
