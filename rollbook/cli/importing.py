"""`rollbook import`: which importer reads a file, and adopting a format that none knows."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, cast

import typer

from rollbook.cli.app import HERE, JsonOption, OfficeOption, opened
from rollbook.cli.importing_answers import (
    CodeTaken,
    answers_of,
    codes_taken,
    columns_not_read,
    format_of,
)
from rollbook.cli.importing_asked import Asked, Custom
from rollbook.cli.importing_preview import (
    ask,
    preview_data,
    show_codes,
    show_preview,
    show_table_seen,
    show_unread,
    shown_choices,
)
from rollbook.cli.importing_questions import questions
from rollbook.cli.show import complain, say, show_json, show_rows
from rollbook.importers import all_importers, extract, identify
from rollbook.importers.contract import Extract, Importer, Profile
from rollbook.importers.identify import gives_way
from rollbook.importers.reading.headers import columns_of
from rollbook.importers.reading.looking import Seen, look
from rollbook.importers.upload import Upload
from rollbook.office.own_importers import OwnFormat, write_own
from rollbook.posting.open_questions import of_file
from rollbook.posting.roll import Roll
from rollbook.problems import NotAllowed, RefusedFile

importing = typer.Typer(no_args_is_help=True, help="Exports: which can be read, and new ones.")
FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The export.")]


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
        exports = at.settings.exports
        custom = Custom(at.policy, exports.day_first, at.official)
        given = answers_of(answers or ())
        asks = not (look_only or yes or json) and sys.stdin.isatty()
        if not json:
            show_table_seen(seen)
        asked = questions(seen, file.stem, given, custom)
        if asks:
            asked = ask(seen, file.stem, given, custom)
        unanswered = [one for one in asked if one.answer is None]
        codes = codes_taken(seen, asked, custom)
        if unanswered:
            _tell(seen, asked, codes, json)
            raise typer.Exit(0 if look_only else 2)
        name, said = format_of(seen, asked)
        read = _tried(upload, said, name, at.profile)
        if look_only:
            _tell(seen, asked, codes, json, read, custom)
            return
        if not json:
            show_unread(seen, asked)
            show_codes(codes)
            show_preview(read, custom)
        if asks and not typer.confirm("Is this right? Then it is written down", default=True):
            say("Nothing was written. Start again, or answer with --set key=value.")
            raise typer.Exit(1)
        path = write_own(at.folders.root, name, said)
    if json:
        show_json(
            {"written": str(path), "questions": [one.data() for one in asked]}
            | _codes_data(codes) | {"read": preview_data(read)}
        )  # fmt: skip
        return
    say(f"Written: {path}. Files like this one are read from now on; drop it to post it.")


def _tried(upload: Upload, said: OwnFormat, name: str, profile: Profile) -> Extract:
    """Read the file with what is to be written, so that nothing is written that cannot read it."""
    importer = cast(Importer, said.importer(name))  # its properties stand for a module's names
    if not importer.identify(upload):
        raise NotAllowed(
            f"With these answers “{upload.name}” could not be recognised again: a needed header is "
            "missing, stands twice, or stands over dates. Give the columns headers of their own."
        )
    return extract(upload, profile, importer)


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
    if taken in own or not gives_way(taken):
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


def _tell(
    seen: Seen,
    asked: list[Asked],
    codes: Sequence[CodeTaken],
    json: bool,
    read: Extract | None = None,
    custom: Custom | None = None,
) -> None:
    if json:
        show_json(
            {
                "sheet": seen.sheet,
                "header_row": seen.header_row,
                "headers": list(seen.headers),
                "hidden_sheets": list(seen.upload.hidden_sheets),
                "questions": [one.data() for one in asked],
                "not_read": columns_not_read(seen, asked),
                "read": preview_data(read) if read else None,
            }
            | _codes_data(codes)
        )
        return
    for one in asked:
        if one.answer:
            say(f"{one.key} = {one.answer}")
    show_unread(seen, asked)
    if codes:
        show_codes(codes)
    if read and custom:
        show_preview(read, custom)
    for one in asked:
        if one.answer is None:
            complain(f"{one.text} Answer with --set {one.key}=… ({shown_choices(one)})")


def _codes_data(codes: Sequence[CodeTaken]) -> dict[str, object]:
    names = ("code", "times", "taken_for", "meaning")
    return {"codes": [dict(zip(names, one, strict=True)) for one in codes]}
