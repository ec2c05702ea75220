"""`rollbook letters approve` and `void`: which letters go, and which must not."""

from collections.abc import Sequence
from typing import Annotated

import typer

from rollbook.cli.app import HERE, JsonOption, OfficeOption, opened
from rollbook.cli.letters import (
    AllOption,
    NoteOption,
    SerialsArgument,
    in_states,
    letter_as_json,
    letters,
    letters_are,
    now,
    serials_meant,
    tell_step,
    tell_workbooks,
)
from rollbook.cli.show import complain, say, show_json
from rollbook.ledger.letters import Letter, State
from rollbook.letters import approve_letters, several_to_one, step
from rollbook.problems import NotAllowed
from watcher.rounds import update_logs


@letters.command()
def approve(
    serials: SerialsArgument = None,
    every: AllOption = False,
    office: OfficeOption = HERE,
    json: JsonOption = False,
    note: NoteOption = "",
) -> None:
    """Approve prepared letters for printing; what has come up since holds a letter instead."""
    with opened(office) as opened_office:
        meant = serials_meant(opened_office, serials, State.PREPARED, every=every)
        approved, stopped = approve_letters(opened_office, meant, now(), note)
        followed = update_logs(opened_office)
        to_print = in_states(opened_office, [State.APPROVED])
    several = several_to_one(to_print)
    if json:
        show_json(
            {
                "letters": [letter_as_json(letter) for letter in approved],
                "stopped": [letter_as_json(letter) for letter in stopped],
                "several": [
                    {"guardian": name, "serials": [one.serial for one in found]}
                    for name, found in several
                ],
            }
        )
        return
    for letter in stopped:
        complain(f"{letter.serial} is {letter.state.value}, not approved: {letter.note}")
    if approved:
        say(f"{letters_are(len(approved))} approved now.")
    elif not stopped:
        say("No letter is prepared.")
    tell_workbooks(followed)
    _tell_several(several)
    if approved:
        say("Print them with: rollbook letters print")


def _tell_several(several: Sequence[tuple[str, Sequence[Letter]]]) -> None:
    """Say which families get more than one letter, so that a clerk can put them together."""
    if not several:
        return
    families = "1 family gets" if len(several) == 1 else f"{len(several):,} families get"
    say(f"{families} more than one letter:")
    for name, found in several:
        each = ", ".join(f"{one.serial} about {one.student_id}" for one in found)
        say(f"  {name}: {each}")


@letters.command()
def void(
    serials: SerialsArgument = None,
    reason: Annotated[str, typer.Option(help="Why; it stays in the log.")] = "",
    again: Annotated[
        bool, typer.Option("--again", help="Let the letter be prepared anew, corrected.")
    ] = False,
    office: OfficeOption = HERE,
    json: JsonOption = False,
) -> None:
    """Void letters that must not go. They stay in the log with the reason."""
    if not reason:
        raise NotAllowed("Say why, with --reason; it stays in the log. Nothing was changed.")
    then = "They are not prepared again from the same absences. A mailed letter is not called back."
    if again:
        then = "What still calls for a letter is due again: rollbook letters due"
    with opened(office) as opened_office:
        meant = serials_meant(opened_office, serials, State.PREPARED)
        changed = step(opened_office, meant, State.VOID, now(), reason, again)
        tell_step(opened_office, changed, State.VOID, json)
    if not json:
        say(then)
