"""`rollbook import`: which importer reads a file, and adopting a format that none knows."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from rollbook.cli.app import HERE, JsonOption, OfficeOption, opened
from rollbook.cli.importing_questions import Asked, answers_of, format_of, questions
from rollbook.cli.show import complain, say, show_json, show_rows
from rollbook.importers import all_importers, identify
from rollbook.importers.contract import Importer
from rollbook.importers.reading.headers import columns_of
from rollbook.importers.reading.looking import Seen, look
from rollbook.importers.upload import Upload
from rollbook.office.own_importers import write_own
from rollbook.posting.open_questions import of_file
from rollbook.posting.roll import Roll
from rollbook.problems import NotAllowed, RefusedFile

importing = typer.Typer(no_args_is_help=True, help="Exports: which can be read, and new ones.")
FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The export.")]
_PREVIEW = 3


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    app.add_typer(importing, name="import")


@importing.command("list")
def list_command(office: OfficeOption = HERE, json: JsonOption = False) -> None:
    """List the exports that can be read, the office's own among them."""
    with opened(office) as at:
        found = [(one, "Rollbook") for one in all_importers()]
        found += [(one, "this office") for one in at.own_importers]
    rows = [(one.NAME, one.TITLE, whose) for one, whose in found]
    if json:
        show_json([{"name": name, "title": title, "from": whose} for name, title, whose in rows])
        return
    show_rows("Exports that can be read", ("name", "export", "from"), rows)


@importing.command("check")
def check_command(
    file: FileArgument, office: OfficeOption = HERE, json: JsonOption = False
) -> None:
    """Say which importer takes a file, what has to be settled first, and what others lack."""
    with opened(office) as at:
        upload = _upload(file, at.profile.encoding)
        every = [*all_importers(), *at.own_importers]
        taken, why = None, ""
        try:
            taken = identify(upload, own=at.own_importers)
        except RefusedFile as refused:
            why = refused.problems[0].message
        lacks = {one.NAME: _lacks(one, upload) for one in every if one is not taken}
        with at.ledger.read() as connection:
            asked = of_file(at, Roll.read(connection), file) if taken else []
    lacking = {name: what for name, what in lacks.items() if what}
    if json:
        show_json(
            {
                "importer": taken.NAME if taken else "",
                "why": why,
                "asked": [one.data() for one in asked],
                "lacks": lacking,
            }
        )
    else:
        say(f"Read by “{taken.TITLE}” ({taken.NAME})." if taken else why)
        for one in asked:
            say(f"{one.text} Answer with: {one.command}")
        rows = sorted(lacking.items(), key=lambda one: len(one[1]))
        show_rows("What it lacks", ("importer", "lacks"), [(n, ", ".join(w)) for n, w in rows])
    if taken is None:
        raise typer.Exit(1)


@importing.command("adopt")
def adopt_command(
    file: FileArgument,
    look_only: Annotated[
        bool, typer.Option("--look", help="Show what was found and write nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing; take what was found.")] = False,
    answers: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Answer a question.")
    ] = None,
    office: OfficeOption = HERE,
    json: JsonOption = False,
) -> None:
    """Learn a format that no importer knows, and read files like it from now on."""
    with opened(office) as at:
        upload = _upload(file, at.profile.encoding)
        _refuse_known(upload, at.own_importers)
        seen = look(upload)
        given = answers_of(answers or ())
        order = at.settings.exports.day_first
        known = at.policy.code_table.keys() | at.policy.office_codes.keys()
        if not json:
            _show(seen)
        asked = questions(seen, file.stem, given, order, known)
        if not (look_only or yes or json) and sys.stdin.isatty():
            while waiting := [one for one in asked if one.answer is None]:
                given[waiting[0].key] = typer.prompt(waiting[0].text)
                asked = questions(seen, file.stem, given, order, known)
        unanswered = [one for one in asked if one.answer is None]
        if look_only or unanswered:
            _tell(seen, asked, json)
            raise typer.Exit(2 if unanswered and not look_only else 0)
        name, said = format_of(asked)
        path = write_own(at.folders.root, name, said)
    if json:
        show_json({"written": str(path), "questions": [one.data() for one in asked]})
        return
    say(f"Written: {path}. Files like this one are read from now on; drop it to post it.")


def _upload(file: Path, encoding: str) -> Upload:
    if not file.is_file():
        raise NotAllowed(f"There is no file “{file}”.")
    return Upload(file, encoding)


def _refuse_known(upload: Upload, own: tuple[Importer, ...]) -> None:
    """Refuse what is read already; a general importer gives way, so it does not count."""
    try:
        taken = identify(upload, own=own)
    except RefusedFile:
        return
    if not getattr(taken, "GENERAL", False):
        raise NotAllowed(
            f"“{upload.name}” is known already: it is read by “{taken.TITLE}”. Drop it to post it."
        )


def _lacks(importer: Importer, upload: Upload) -> list[str]:
    """Return the needed headers that no single row of the file has."""
    words = getattr(importer, "WORDS", {})
    by_header = {
        header: next((names for names in words.values() if header in names), (header,))
        for header in importer.HEADERS
    }
    rows = [row for rows in upload.head.values() for row in rows]
    found = [set(columns_of(row, by_header)) for row in rows] or [set()]
    best = max(found, key=len)
    return [header for header in importer.HEADERS if header not in best]


def _show(seen: Seen) -> None:
    where = f"sheet {seen.sheet}, " if seen.sheet else ""
    say(f"Headers: {where}row {seen.header_row}. Rows below: {len(seen.rows):,}.")
    show_rows("The first rows", seen.headers, seen.rows[:_PREVIEW])


def _tell(seen: Seen, asked: list[Asked], json: bool) -> None:
    if json:
        show_json(
            {
                "sheet": seen.sheet,
                "header_row": seen.header_row,
                "headers": list(seen.headers),
                "questions": [one.data() for one in asked],
            }
        )
        return
    for one in asked:
        if one.answer is not None:
            say(f"{one.key} = {one.answer}")
        else:
            complain(f"{one.text} Answer with --set {one.key}=…")
