"""`rollbook letters print`, `mailed`, `returned`: letters on paper, in the post, and back."""

import typer

from rollbook.cli.app import HERE, JsonOption, OfficeOption, opened
from rollbook.cli.letters import (
    AllOption,
    NoteOption,
    SerialsArgument,
    letters,
    letters_are,
    now,
    serials_meant,
    tell_step,
    tell_workbooks,
)
from rollbook.cli.show import complain, progress, say, show_json, telling
from rollbook.ledger.letters import State
from rollbook.letters import print_letters, step
from watcher.rounds import update_logs


@letters.command("print")
def print_command(
    serials: SerialsArgument = None, office: OfficeOption = HERE, json: JsonOption = False
) -> None:
    """Print approved letters: one joined Word file for the printer, single files for the record."""
    with opened(office) as opened_office, progress() as bar:
        batch = print_letters(opened_office, now(), serials or [], telling(bar))
        followed = update_logs(opened_office)
        lacking = opened_office.settings.lacking
    if json:
        show_json(
            {
                "joined": str(batch.joined) if batch.joined else None,
                "printed": [letter.serial for letter in batch.printed],
                "held": [{"serial": letter.serial, "reason": why} for letter, why in batch.held],
            }
        )
    else:
        for letter, why in batch.held:
            complain(f"{letter.serial} is held: {why}")
        if batch.joined:
            say(f"{letters_are(len(batch.printed))} ready to print: {batch.joined}")
            tell_workbooks(followed)
            if lacking:
                complain(f"Look before you post them: office.toml lacks {', '.join(lacking)}.")
            say("When they are in the post: rollbook letters mailed --all")
        elif not batch.held:
            say("No letter is approved. Read them: rollbook letters list --state prepared")
            say("Then: rollbook letters approve --all")
    if batch.held and not batch.printed:
        raise typer.Exit(1)


@letters.command()
def mailed(
    serials: SerialsArgument = None,
    every: AllOption = False,
    office: OfficeOption = HERE,
    json: JsonOption = False,
    note: NoteOption = "",
) -> None:
    """Note that printed letters were mailed."""
    with opened(office) as opened_office:
        meant = serials_meant(opened_office, serials, State.PRINTED, every=every)
        if not meant and not json:
            say("No letter is printed.")
            return
        changed = step(opened_office, meant, State.MAILED, now(), note)
        tell_step(opened_office, changed, State.MAILED, json)


@letters.command()
def returned(
    serials: SerialsArgument = None,
    office: OfficeOption = HERE,
    json: JsonOption = False,
    note: NoteOption = "",
) -> None:
    """Note that mailed letters came back."""
    with opened(office) as opened_office:
        meant = serials_meant(opened_office, serials, State.MAILED)
        changed = step(opened_office, meant, State.RETURNED, now(), note)
        tell_step(opened_office, changed, State.RETURNED, json)
    if not json:
        say(
            "Correct the address in the SIS and drop the contacts again. Then, for each:\n"
            '  rollbook letters void SERIAL --again --reason "new address"\n'
            "and prepare them anew: rollbook letters draft"
        )
