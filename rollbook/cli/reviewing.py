"""`rollbook letters approve`, `hold`, `release`, `void`: which letters go, and which must not."""

from collections.abc import Sequence
from typing import Annotated

import typer

from rollbook.cli.app import HERE, JsonOption, OfficeOption, opened
from rollbook.cli.letters import (
    AllOption,
    BatchOption,
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
from rollbook.cli.printing import HOW_RELEASED
from rollbook.cli.show import complain, say, show_json
from rollbook.ledger.letters import Letter, State
from rollbook.letters import LIVE, approve_letters, release_letters, several_to_one, step
from rollbook.letters import hold as hold_letters
from rollbook.problems import NotAllowed
from watcher.rounds import update_logs


@letters.command()
def approve(
    serials: SerialsArgument = None,
    every: AllOption = False,
    office: OfficeOption = HERE,
    json: JsonOption = False,
    note: NoteOption = "",
    as_is: Annotated[
        bool, typer.Option("--as-is", help="Let held letters go as they are; --note says why.")
    ] = False,
) -> None:
    """Approve letters for printing. A held one is looked at again, and goes on when mended."""
    with opened(office) as opened_office:
        meant = serials_meant(opened_office, serials, State.PREPARED, every=every)
        approved, stopped = approve_letters(opened_office, meant, now(), note, as_is=as_is)
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
    if any(one.state is State.HELD for one in stopped):
        complain(HOW_RELEASED)
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
def hold(
    serials: SerialsArgument = None,
    reason: Annotated[str, typer.Option(help="Why; it stays in the log.")] = "",
    office: OfficeOption = HERE,
    json: JsonOption = False,
) -> None:
    """Hold letters that are not printed yet, for a reason of your own, until you release them."""
    with opened(office) as opened_office:
        meant = serials_meant(opened_office, serials, State.PREPARED)
        changed = hold_letters(opened_office, meant, reason, now())
        tell_step(opened_office, changed, State.HELD, json)
    if not json:
        say("When they may go: rollbook letters release SERIAL")


@letters.command()
def release(
    serials: SerialsArgument = None,
    office: OfficeOption = HERE,
    json: JsonOption = False,
    note: NoteOption = "",
) -> None:
    """Take the hold off letters when what held them is over; they wait for approval then."""
    with opened(office) as opened_office:
        meant = serials_meant(opened_office, serials, State.HELD)
        released, stopped = release_letters(opened_office, meant, now(), note)
        followed = update_logs(opened_office)
    if json:
        show_json(
            {
                "letters": [letter_as_json(letter) for letter in released],
                "stopped": [letter_as_json(letter) for letter in stopped],
            }
        )
        return
    for letter in stopped:
        complain(f"{letter.serial} is {letter.state.value} still: {letter.note}")
    if any(one.state is State.HELD for one in stopped):
        complain(HOW_RELEASED)
    tell_workbooks(followed)
    if released:
        say(f"{letters_are(len(released))} prepared now. Then: rollbook letters approve SERIAL")


@letters.command()
def void(
    serials: SerialsArgument = None,
    reason: Annotated[str, typer.Option(help="Why; it stays in the log.")] = "",
    again: Annotated[
        bool, typer.Option("--again", help="Let the letter be prepared anew, corrected.")
    ] = False,
    batch: BatchOption = "",
    office: OfficeOption = HERE,
    json: JsonOption = False,
) -> None:
    """Void letters that must not go. They stay in the log with the reason."""
    if not reason.strip():
        raise NotAllowed("Say why, with --reason; it stays in the log. Nothing was changed.")
    with opened(office) as opened_office:
        meant = serials_meant(opened_office, serials, *LIVE, batch=batch)
        changed = step(opened_office, meant, State.VOID, now(), reason.strip(), again)
        tell_step(opened_office, changed, State.VOID, json)
    if not json:
        _tell_void(changed, again)


def _tell_void(changed: Sequence[Letter], again: bool) -> None:
    """Say what a void letter means for the family: one in the post is still on its way."""
    if again:
        say("What still calls for a letter is due again: rollbook letters due")
    else:
        say("They are not prepared again from the same absences.")
    out = [one.serial for one in changed if one.mailed_at]
    if out:
        say(
            f"{letters_are(len(out))} in the post and cannot be called back. Tell the families: "
            f"{', '.join(out)}"
        )
