"""`rollbook workbook adopt`: the clerk's own tracking workbook, and how it is found."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from rollbook.cli.app import HERE, JsonOption, OfficeOption, opened
from rollbook.cli.show import say, show_json
from rollbook.office import Office, save_workbook_map
from rollbook.problems import NotAllowed
from rollbook.workbooks import Block, WorkbookMap, adopt, list_snapshots
from rollbook.workbooks.keeping import LIVE, path_of

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
        file = found(opened_office, file)
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


def found(office: Office, file: Path) -> Path:
    """Return the workbook as given, else the one of its name among the office's books.

    An adopted workbook that was deleted counts as found when a copy is kept: it can be restored.
    """
    if file.exists():
        return file
    books = adopted_books(office)
    places = [file, office.folders.workbooks / file.name]
    places += [book for book in books if book.name.casefold() == file.name.casefold()]
    for place in places:
        if place.is_file() or list_snapshots(place, office.folders.snapshots):
            return place
    looked = dict.fromkeys(
        str(folder.resolve())
        for folder in (file.parent, office.folders.workbooks, *(book.parent for book in books))
    )
    raise NotAllowed(f"There is no “{file.name}”. Looked in: {'; '.join(looked)}.")


def adopted_books(office: Office) -> list[Path]:
    """Return the adopted workbooks, where they lie."""
    return [path_of(office, data) for data in office.settings.workbook if not data.get(LIVE)]


def adopted(office: Office, file: Path) -> Path:
    """Return the workbook if it is adopted; only those are written to."""
    if file.resolve() not in [book.resolve() for book in adopted_books(office)]:
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
