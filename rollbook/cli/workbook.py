"""`rollbook workbook adopt | update | restore`: the clerk's own tracking workbook."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from rollbook.cli.app import HERE, JsonOption, OfficeOption, opened
from rollbook.cli.show import say, show_json
from rollbook.office import Office, save_workbook_map
from rollbook.problems import NotAllowed
from rollbook.standing import read_standing
from rollbook.workbooks import Block, WorkbookMap, adopt, list_snapshots, restore
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
        file = _found(opened_office, file)
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
    say(f"Found in {file.name}:")
    for line in _lines(mapping):
        say(line)
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
        if file is not None:
            file = _adopted(opened_office, _found(opened_office, file))
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
        moment = _moment(when)
        file = _found(opened_office, file)
        snapshot = restore(file, opened_office.folders.snapshots, moment)
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


def _found(office: Office, file: Path) -> Path:
    """Return the workbook as given, else the one of its name among the office's books.

    An adopted workbook that was deleted counts as found when a copy is kept: it can be restored.
    """
    if file.exists():
        return file
    adopted = _adopted_books(office)
    places = [file, office.folders.workbooks / file.name]
    places += [book for book in adopted if book.name.casefold() == file.name.casefold()]
    for place in places:
        if place.is_file() or list_snapshots(place, office.folders.snapshots):
            return place
    looked = dict.fromkeys(
        str(folder.resolve())
        for folder in (file.parent, office.folders.workbooks, *(book.parent for book in adopted))
    )
    raise NotAllowed(f"There is no “{file.name}”. Looked in: {'; '.join(looked)}.")


def _adopted_books(office: Office) -> list[Path]:
    return [office.folders.root / str(book["file"]) for book in office.settings.workbook]


def _adopted(office: Office, file: Path) -> Path:
    """Return the workbook if it is adopted; only those are written to."""
    if file.resolve() not in [book.resolve() for book in _adopted_books(office)]:
        raise NotAllowed(
            f'“{file.name}” is not adopted yet. First: rollbook workbook adopt "{file}"'
        )
    return file


def _lines(mapping: WorkbookMap) -> Iterator[str]:
    """Say what was found, a line a column, for the clerk to check."""
    yield from _block_lines("Tracker", mapping.tracker)
    yield from _block_lines("Letter log", mapping.log)
    yield from mapping.notes


def _block_lines(title: str, block: Block | None) -> Iterator[str]:
    if block is None:
        yield f"No {title.lower()}."
        return
    yield f"{title}: sheet {block.sheet}, headings in row {block.header_row}"
    for field, column in block.columns.items():
        name = field.replace("_", " ").capitalize().replace(" id", " ID")
        yield f"  {name} — column {column.letter} ({column.heading})"
