"""`rollbook letters labels` and `envelopes`: what the letters are posted in."""

from pathlib import Path
from typing import Annotated

import typer

from rollbook.cli.app import HERE, JsonOption, OfficeOption, opened
from rollbook.cli.letters import (
    BatchOption,
    SerialsArgument,
    as_serial,
    letters,
    now,
    of_batch,
    state_of,
)
from rollbook.cli.printing import OrderOption
from rollbook.cli.show import say, show_json
from rollbook.ledger.letters import Letter, State
from rollbook.letters import envelopes as post
from rollbook.office import Office
from rollbook.package import need_folder, write_whole
from rollbook.problems import NotAllowed

StateOption = Annotated[str, typer.Option(help="All letters in this state that go by post.")]
OutOption = Annotated[
    Path | None, typer.Option("--out", help="The Word file to write; else in the letters folder.")
]


@letters.command()
def labels(
    serials: SerialsArgument = None,
    state: StateOption = "",
    batch: BatchOption = "",
    office: OfficeOption = HERE,
    sheet: Annotated[
        str, typer.Option(help=f"The sheet of labels: {', '.join(post.SHEET_NAMES)}.")
    ] = "",
    start: Annotated[
        int, typer.Option(help="The first label to use, counted left to right, then down.")
    ] = 1,
    order: OrderOption = "",
    out: OutOption = None,
    json: JsonOption = False,
) -> None:
    """Address labels for letters that go by post, as a Word file on the sheet's exact measures."""
    with opened(office) as opened_office:
        found = _meant(opened_office, serials, state, batch, order)
        us = opened_office.policy.locale.endswith("US")
        sheet = sheet or ("avery-5160" if us else "l7160")
        content = post.labels(opened_office, found, sheet.lower(), start) if found else b""
        path = _write(opened_office, "labels", content, out)
    _tell(found, path, f"labels on {sheet}", "Print at 100 percent, not “fit to page”.", json)


@letters.command()
def envelopes(
    serials: SerialsArgument = None,
    state: StateOption = "",
    batch: BatchOption = "",
    office: OfficeOption = HERE,
    size: Annotated[
        str, typer.Option(help=f"The envelope: {', '.join(post.ENVELOPE_NAMES)}.")
    ] = "",
    order: OrderOption = "",
    out: OutOption = None,
    json: JsonOption = False,
) -> None:
    """Envelopes for letters that go by post, as a Word file with one envelope a page."""
    with opened(office) as opened_office:
        found = _meant(opened_office, serials, state, batch, order)
        content = post.envelopes(opened_office, found, size.lower()) if found else b""
        path = _write(opened_office, "envelopes", content, out)
    _tell(found, path, "envelopes", "Feed the envelopes before you print, and try one first.", json)


def _meant(
    office: Office, serials: list[str] | None, state: str, batch: str, order: str
) -> list[Letter]:
    """Return the letters named, in a state or of one printing; if nothing is said, the printed."""
    if bool(serials) + bool(state) + bool(batch) > 1:
        raise NotAllowed(
            "Name the serials, or say --state or --batch: only one of them. Nothing was made."
        )
    named = [as_serial(one) for one in serials or ()]
    chosen = state_of(state) if state else State.PRINTED
    found = post.letters_for_post(office, list(dict.fromkeys(named)), chosen, order)
    return of_batch(found, batch) if batch else found


def _write(office: Office, what: str, content: bytes, out: Path | None) -> Path | None:
    if not content:
        return None
    path = out or office.folders.letters / f"{what}-{now():%Y-%m-%d-%H%M}.docx"
    need_folder(path)
    write_whole(path, content)
    return path


def _tell(found: list[Letter], path: Path | None, what: str, advice: str, json: bool) -> None:
    if json:
        serials = [letter.serial for letter in found]
        show_json({"file": str(path) if path else None, "letters": serials})
    elif path is None:
        say("No letter is waiting for that. See them with: rollbook letters list")
    else:
        say(f"{len(found):,} {what}: {path}")
        say(advice)
