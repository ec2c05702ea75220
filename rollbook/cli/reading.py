"""`rollbook workbook read | conflicts | settle`: what the clerk typed, read back."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from rollbook.cli.app import HERE, JsonOption, OfficeOption, opened
from rollbook.cli.show import say, show_json, show_rows
from rollbook.cli.workbook import adopted, found, workbook
from rollbook.ledger import sheet_entries as log
from rollbook.ledger.sheet_entries import SheetEntry
from rollbook.problems import NotAllowed
from rollbook.workbooks.keeping import read_workbooks
from rollbook.workbooks.settling import settle

_DID = {log.ACTION: "contact logged", log.STEP: "letter", log.CONFLICT: "conflict"}


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    workbook.command("read")(read)
    workbook.command("conflicts")(conflicts)
    workbook.command("settle")(settle_command)


def read(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be entered.")
    ] = False,
    office: OfficeOption = HERE,
    json: JsonOption = False,
) -> None:
    """Read what was typed in the logs of the adopted workbooks: letters sent, calls, meetings.

    It is done by itself before each update.
    """
    with opened(office) as opened_office:
        only = adopted(opened_office, found(opened_office, file)) if file else None
        now = datetime.now().astimezone()
        readings = read_workbooks(
            opened_office, now, only, by_hand=file is not None, keep=not dry_run
        )
    shown = [
        entry
        for reading in readings
        for entry in reading.entries
        if entry.did in _DID
    ]  # fmt: skip
    waiting = [line for reading in readings for line in reading.waiting]
    if json:
        show_json({"entries": [entry_as_json(entry) for entry in shown], "waiting": waiting})
        return
    if not shown:
        say("Nothing new was typed in the logs.")
    else:
        rows = [(_DID[one.did], one.about, one.place, _words(one), one.note) for one in shown]
        show_rows("Read", ("What", "About", "Where", "Words", "As"), rows)
    for line in waiting:
        say(f"Not read yet: {line}.")
    if dry_run:
        say("Nothing was entered. To enter it: rollbook workbook read")
    elif any(one.did == log.CONFLICT for one in shown):
        say("To settle conflicts: rollbook workbook conflicts")


def conflicts(office: OfficeOption = HERE, json: JsonOption = False) -> None:
    """List where the logs of a workbook speak against the ledger."""
    with opened(office) as opened_office, opened_office.ledger.read() as connection:
        open_ones = log.open_conflicts(connection)
    if json:
        show_json({"conflicts": [entry_as_json(entry) for entry in open_ones]})
        return
    if not open_ones:
        say("No conflict is open.")
        return
    rows = [(one.id, Path(one.workbook).name, one.place, one.about, one.note) for one in open_ones]
    show_rows("Conflicts", ("No.", "Workbook", "Where", "About", "Why"), rows)
    say("Decide each: rollbook workbook settle NUMBER --take sheet  (or --take ledger)")


def settle_command(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="As `conflicts` lists it.")],
    take: Annotated[str, typer.Option(metavar="SIDE", help="sheet or ledger: which is right.")],
    office: OfficeOption = HERE,
    json: JsonOption = False,
) -> None:
    """Settle a conflict: say which side is right."""
    if take not in ("sheet", "ledger"):
        raise NotAllowed("Say which side is right: --take sheet, or --take ledger.")
    with opened(office) as opened_office:
        now = datetime.now().astimezone()
        settled = settle(opened_office, number, now, take_sheet=take == "sheet")
    if json:
        show_json({"settled": entry_as_json(settled)})
        return
    say(f"Settled: {settled.note}.")


def entry_as_json(entry: SheetEntry) -> dict[str, Any]:
    """Return what was read from a workbook as plain data."""
    return {
        "id": entry.id,
        "workbook": entry.workbook,
        "place": entry.place,
        "said": dict(entry.said),
        "did": entry.did,
        "about": entry.about,
        "note": entry.note,
        "by": entry.by,
        "at": entry.at,
    }


def _words(entry: SheetEntry) -> str:
    names = ("state", "note", "action")
    return ", ".join(str(entry.said[name]) for name in names if entry.said.get(name))
