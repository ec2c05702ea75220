"""`rollbook workbook adopt | update | restore`: the clerk's own tracking workbook."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from rollbook.cli.app import HERE, JsonOption, OfficeOption, opened
from rollbook.cli.show import say, show_json, show_rows
from rollbook.office import save_workbook_map
from rollbook.problems import NotAllowed
from rollbook.standing import read_standing
from rollbook.workbooks import adopt, restore
from rollbook.workbooks.keeping import update_workbooks

workbook = typer.Typer(no_args_is_help=True, help="The clerk's own tracking workbook.")

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The workbook.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    app.add_typer(workbook, name="workbook")


@workbook.command("adopt")
def adopt_command(
    file: FileArgument, office: OfficeOption = HERE, json: JsonOption = False
) -> None:
    """Find what is where in a workbook and keep it up to date from now on."""
    with opened(office) as opened_office:
        mapping = adopt(file)
        root = opened_office.folders.root.resolve()
        place = file.resolve()
        name = place.relative_to(root).as_posix() if place.is_relative_to(root) else str(place)
        data = {"file": name} | {
            key: value for key, value in mapping.to_dict().items() if key != "file"
        }
        save_workbook_map(opened_office.folders.root, data)
    if json:
        show_json(data)
        return
    rows = [(key, str(value)) for key, value in data.items()]
    show_rows(f"Found in {file.name}", ("what", "where"), rows)
    say("It is written to office.toml. Bring it up to date with: rollbook workbook update")


@workbook.command("update")
def update_command(
    file: Annotated[Path | None, typer.Argument(metavar="FILE")] = None,
    office: OfficeOption = HERE,
    json: JsonOption = False,
) -> None:
    """Write figures and log rows into the adopted workbooks; nothing else in them changes."""
    with opened(office) as opened_office:
        if not opened_office.settings.workbook:
            raise NotAllowed("No workbook is adopted yet. First: rollbook workbook adopt FILE")
        receipts = update_workbooks(opened_office, read_standing(opened_office), only=file)
    if json:
        show_json({"receipts": [receipt.to_dict() for receipt in receipts]})
        return
    for receipt in receipts:
        say(receipt.line())


@workbook.command("restore")
def restore_command(
    file: FileArgument,
    when: Annotated[
        str, typer.Argument(metavar="[WHEN]", help="As it was then: 2026-11-13, 2026-11-13T09:30.")
    ] = "",
    office: OfficeOption = HERE,
) -> None:
    """Put the workbook back as it was before the last update, or as it was at a moment."""
    with opened(office) as opened_office:
        snapshot = restore(file, opened_office.folders.snapshots, _moment(when))
    say(f"{file.name} is back as it was: {snapshot.name}")


def _moment(text: str) -> datetime | None:
    """Read a day or a moment; a day means its end."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise NotAllowed(
            f"“{text}” is no date or time. Write 2026-11-13 or 2026-11-13T09:30."
        ) from error
    return moment if "T" in text or " " in text else moment.replace(hour=23, minute=59, second=59)
