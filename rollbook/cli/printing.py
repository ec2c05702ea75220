"""`rollbook letters preflight`, `print`, `reprint`: letters on paper."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from rollbook.cli.app import HERE, JsonOption, OfficeOption, opened
from rollbook.cli.letters import (
    SerialsArgument,
    as_serial,
    in_states,
    letters,
    letters_are,
    now,
    tell_workbooks,
)
from rollbook.cli.show import complain, progress, say, show_json, show_rows, telling
from rollbook.ledger.letters import State
from rollbook.letters import print_letters
from rollbook.letters.lacking import settings_lacking
from rollbook.letters.last_look import Looked, preflight
from rollbook.letters.life import named_letters
from rollbook.letters.ordering import ORDERS, in_order
from rollbook.letters.printing import Batch, Reprint, reprint
from rollbook.package import need_folder, write_whole
from rollbook.problems import counted
from rollbook.standing import read_standing
from watcher.rounds import update_logs

OrderOption = Annotated[
    str, typer.Option("--order", help=f"The order on paper: {', '.join(ORDERS)}.")
]

HOW_RELEASED = (
    "Mend what holds a letter, then: rollbook letters approve SERIAL\n"
    "Or, where it may go all the same: rollbook letters approve SERIAL --as-is --note \"why\""
)  # fmt: skip


@letters.command("preflight")
def preflight_command(
    serials: SerialsArgument = None,
    office: OfficeOption = HERE,
    json: JsonOption = False,
    order: OrderOption = "",
) -> None:
    """Look at approved letters, or those named, as printing would; nothing is printed or held."""
    with opened(office) as opened_office, progress() as bar:
        standing = read_standing(opened_office)
        if serials:
            with opened_office.ledger.read() as connection:
                found = named_letters(connection, [as_serial(one) for one in serials], words=False)
        else:
            found = in_states(opened_office, [State.APPROVED])
        found = in_order(found, order or opened_office.settings.letters.order, standing.students)
        looked = preflight(opened_office, standing, found, now(), telling(bar))
    if json:
        show_json({"ready": [one.serial for one in looked.ready], **_looked_as_json(looked)})
    else:
        _tell_looked(looked)
        say(f"{letters_are(len(looked.ready))} ready to print.")
        if looked.held:
            complain(HOW_RELEASED)
    if looked.held:
        raise typer.Exit(1)


def _looked_as_json(looked: Looked | Batch) -> dict[str, object]:
    return {
        "held": [
            {"serial": letter.serial, "state": letter.state.value, "reason": why}
            for letter, why in looked.held
        ],
        "notes": [{"serial": serial, "note": note} for serial, note in looked.notes],
    }


def _tell_looked(looked: Looked | Batch) -> None:
    for letter, why in looked.held:
        complain(f"{letter.serial} is {letter.state.value}: {why}")
    noted: dict[str, list[str]] = {}
    for serial, note in looked.notes:
        noted.setdefault(note, []).append(serial)
    if noted:
        show_rows("To know", ("what", "letters"), [(k, ", ".join(v)) for k, v in noted.items()])


@letters.command("print")
def print_command(
    serials: SerialsArgument = None,
    office: OfficeOption = HERE,
    json: JsonOption = False,
    order: OrderOption = "",
    one_sided: Annotated[
        bool, typer.Option("--one-sided", help="No blank backs: the printer uses one side only.")
    ] = False,
    pdf: Annotated[
        bool | None,
        typer.Option("--pdf/--no-pdf", help="Make PDF files too; else as office.toml has it."),
    ] = None,
) -> None:
    """Print approved letters: one joined Word file for the printer, single files for the record."""
    with opened(office) as opened_office, progress() as bar:
        batch = print_letters(
            opened_office,
            now(),
            [as_serial(one) for one in serials or ()],
            telling(bar),
            order=order,
            both_sides=not one_sided,
            pdf=pdf,
        )
        followed = update_logs(opened_office)
        lacking = settings_lacking(opened_office)
        by_email = 0 if serials else len(in_states(opened_office, [State.APPROVED]))
    if json:
        show_json(
            {
                "joined": str(batch.joined) if batch.joined else None,
                "pdf": str(batch.pdf) if batch.pdf else None,
                "printed": [letter.serial for letter in batch.printed],
                **_looked_as_json(batch),
                "finished": [str(path) for path in batch.finished],
            }
        )
    else:
        _tell_printed(batch, lacking, by_email)
        tell_workbooks(followed)
    if batch.held and not batch.printed:
        raise typer.Exit(1)


def _tell_printed(batch: Batch, lacking: Sequence[str], by_email: int) -> None:
    for path in batch.finished:
        complain(
            f"An earlier printing was ended before it could say so. Its letters are entered and "
            f"its file is whole. Print it, if that was not done: {path}"
        )
    _tell_looked(batch)
    if batch.held:
        complain(HOW_RELEASED)
    if batch.joined:
        say(f"{letters_are(len(batch.printed))} ready to print: {batch.pdf or batch.joined}")
        if lacking:
            complain(f"Look before you post them: office.toml lacks {', '.join(lacking)}.")
        say(
            f"When they are in the post: rollbook letters mailed --batch {batch.joined.parent.name}"
        )
    elif not batch.held and not by_email:
        say("No letter is approved. Read them: rollbook letters list --state prepared")
        say("Then: rollbook letters approve --all")
    if by_email:
        say(f"{counted(by_email, 'approved letter')} for e-mail: rollbook letters send")


@letters.command("reprint")
def reprint_command(
    serial: Annotated[str, typer.Argument(help="A serial such as L-2026-00012.")],
    office: OfficeOption = HERE,
    json: JsonOption = False,
    to: Annotated[
        Path | None, typer.Option("--to", help="Write the Word file here.", metavar="FILE.docx")
    ] = None,
) -> None:
    """Make a letter once more, the very same bytes, as proof of what it said."""
    if to:
        need_folder(to)
    with opened(office) as opened_office:
        made = reprint(opened_office, as_serial(serial))
    if to:
        write_whole(to, made.content)
    if json:
        show_json(
            {
                "serial": made.letter.serial,
                "sha256": made.digest,
                "printed_at": made.printed_at,
                "is_same": made.is_same,
                "file": str(to) if to else None,
            }
        )
    else:
        _tell_reprint(made, to)
    if made.is_same is False:
        raise typer.Exit(1)


def _tell_reprint(made: Reprint, to: Path | None) -> None:
    serial = made.letter.serial
    if to:
        say(f"{serial}: {to}")
    if made.is_same:
        when = made.printed_at[:16].replace("T", " ")
        say(f"It is the very same file, byte for byte, that was printed on {when}.")
    elif made.is_same is False:
        complain(
            f"It is not the file that was printed on {made.printed_at[:10]}. The letter printed "
            "then lies in its batch folder; ask whoever looks after Rollbook why."
        )
    elif made.printed_at:
        say("The file it was first printed as was not noted then, so they cannot be compared.")
    else:
        say(f"{serial} is {made.letter.state.value} and was not printed yet.")
    say(f"SHA-256 {made.digest}")
    if not to:
        say(f"Write the file with: rollbook letters reprint {serial} --to FILE.docx")
