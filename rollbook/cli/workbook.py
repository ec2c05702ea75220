"""`rollbook workbook show | forget`: the adopted workbooks, and how one is found."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from rollbook.cli.app import HERE, JsonOption, OfficeOption, opened
from rollbook.cli.show import say, show_json
from rollbook.office import Office, forget_workbook_map
from rollbook.problems import NotAllowed
from rollbook.workbooks import WorkbookMap, list_snapshots
from rollbook.workbooks.keeping import LIVE, path_of

workbook = typer.Typer(no_args_is_help=True, help="The clerk's own tracking workbook.")

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The workbook.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    app.add_typer(workbook, name="workbook")
    workbook.command("show")(show)
    workbook.command("forget")(forget)


def show(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]")] = None,
    office: OfficeOption = HERE,
    json: JsonOption = False,
) -> None:
    """Show which workbooks are adopted, and what is kept of each."""
    with opened(office) as opened_office:
        only = adopted(opened_office, found(opened_office, file)) if file else None
        kept = [
            data
            for data in opened_office.settings.workbook
            if only is None or path_of(opened_office, data).resolve() == only.resolve()
        ]
    if json:
        show_json({"workbooks": kept})
        return
    if not kept:
        say("No workbook is adopted yet. First: rollbook workbook adopt FILE")
    for data in kept:
        reached = " (only through Excel)" if data.get(LIVE) else ""
        say(f"{data['file']}{reached}")
        for line in WorkbookMap.from_dict(data).describe():
            say(f"  {line}")


def forget(file: FileArgument, office: OfficeOption = HERE) -> None:
    """Let a workbook be: Rollbook writes into it no more. The file and its copies stay."""
    with opened(office) as opened_office:
        wanted = file.resolve()
        names = [
            str(data["file"])
            for data in opened_office.settings.workbook
            if path_of(opened_office, data).resolve() == wanted
            or Path(str(data["file"])).name.casefold() == file.name.casefold()
        ]
        if not names:
            raise NotAllowed(f"“{file.name}” is not adopted. See: rollbook workbook show")
        if len(names) > 1:
            raise NotAllowed(f"Which one? {'; '.join(names)}. Name its whole path.")
        forget_workbook_map(opened_office.folders.root, names[0])
    say(f"{names[0]} is no longer kept up to date. The file, its copies and receipts stay.")


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


def kept_name(office: Office, file: Path) -> str:
    """Return a workbook's name in ``office.toml``: from the office's folder where it is there."""
    root, place = office.folders.root.resolve(), file.resolve()
    return place.relative_to(root).as_posix() if place.is_relative_to(root) else str(place)


def kept_as(office: Office, file: Path) -> Mapping[str, Any] | None:
    """Return the entry of a workbook in ``office.toml``, ``None`` when it is not adopted."""
    for data in office.settings.workbook:
        if not data.get(LIVE) and path_of(office, data).resolve() == file.resolve():
            return data
    return None
