"""`rollbook letters …`: due, draft, approve, print, mailed, returned, void, list."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import typer

from rollbook.cli.app import HERE, JsonOption, OfficeOption, opened
from rollbook.cli.show import complain, progress, say, show_json, show_rows
from rollbook.ledger import letters as book
from rollbook.ledger.letters import Letter, State
from rollbook.letters import LIVE, DueLetter, draft, due_letters, print_letters, step
from rollbook.office import Office
from rollbook.problems import NotAllowed
from rollbook.standing import read_standing

SerialsArgument = Annotated[
    list[str] | None, typer.Argument(help="Serials such as L-2026-00012.", metavar="SERIAL…")
]
AllOption = Annotated[bool, typer.Option("--all", help="All letters that are ready for this step.")]
NoteOption = Annotated[str, typer.Option("--note", help="A note for the log.")]

letters = typer.Typer(no_args_is_help=True, help="Letters: who is due one and what became of it.")


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    app.add_typer(letters, name="letters")


@letters.command()
def due(office: OfficeOption = HERE, json: JsonOption = False) -> None:
    """Letters that are due and not prepared yet, and those held back with the reason."""
    with opened(office) as opened_office:
        standing = read_standing(opened_office)
        with opened_office.ledger.read() as connection:
            live = book.letters(connection, states=LIVE)
        found = due_letters(opened_office, standing, live)
        waiting = [letter for letter in live if letter.state in (State.PREPARED, State.HELD)]
    if json:
        show_json({"due": [_due_as_json(one) for one in found]})
        return
    _show_due(found)
    if waiting:
        say(f"{len(waiting):,} letters are prepared and wait for: rollbook letters approve --all")


def _show_due(found: Sequence[DueLetter]) -> None:
    rows = [
        (
            one.student.student_id,
            one.student.sort_name,
            one.finding.trigger,
            one.guardian.name or "—",
            one.language,
            "ready" if one.ready else "held: " + "; ".join(one.reasons),
        )
        for one in found
    ]
    if rows:
        show_rows("Letters due", ("id", "student", "trigger", "to", "language", "state"), rows)
    else:
        say("No letter is due that is not prepared already.")


def _due_as_json(one: DueLetter) -> dict[str, Any]:
    return {
        "student_id": one.student.student_id,
        "student": one.student.name,
        "trigger": one.finding.trigger,
        "letter": one.finding.letter,
        "guardian": one.guardian.name,
        "language": one.language,
        "ready": one.ready,
        "reasons": list(one.reasons),
        "notes": list(one.notes),
    }


@letters.command("draft")
def draft_command(office: OfficeOption = HERE, json: JsonOption = False) -> None:
    """Prepare the letters that are due and ready."""
    with opened(office) as opened_office:
        prepared, held = draft(opened_office, read_standing(opened_office), _now())
    if json:
        show_json({"letters": [letter_as_json(letter) for letter in prepared],
                   "held": [_due_as_json(one) for one in held]})  # fmt: skip
        return
    say(f"{len(prepared):,} letters prepared, {len(held):,} held.")
    if held:
        _show_due(held)
    if prepared:
        say("Look at them with: rollbook letters list   then: rollbook letters approve --all")


@letters.command("list")
def list_command(
    office: OfficeOption = HERE,
    json: JsonOption = False,
    state: Annotated[str, typer.Option(help="Only letters in this state.")] = "",
    student: Annotated[str, typer.Option(help="Only letters about this student id.")] = "",
) -> None:
    """The letter log."""
    with opened(office) as opened_office, opened_office.ledger.read() as connection:
        states = [_state(state)] if state else []
        found = book.letters(connection, states=states, student_id=student)
    _show_letters("Letter log", found, json)


@letters.command()
def show(serial: str, office: OfficeOption = HERE, json: JsonOption = False) -> None:
    """One letter: its fields, the marks it relies on, and every step of its life."""
    with opened(office) as opened_office, opened_office.ledger.read() as connection:
        found = book.letters(connection, serials=[serial])
        steps = book.events(connection, serial)
    if not found:
        raise NotAllowed(f"There is no letter {serial}.")
    if json:
        show_json(
            letter_as_json(found[0])
            | {
                "fields": found[0].fields,
                "evidence": found[0].evidence,
                "template_digest": found[0].template_digest,
                "events": steps,
            }
        )
        return
    show_rows(
        serial,
        ("field", "value"),
        [(name, _one_line(value)) for name, value in found[0].fields.items() if value],
    )
    show_rows("Steps", ("when", "step", "by", "note"),
              [(event.at, event.state.value, event.by, event.note) for event in steps])  # fmt: skip


def _one_line(value: object) -> str:
    if isinstance(value, list):
        return f"{len(value)} rows" if value and isinstance(value[0], dict) else " / ".join(value)
    return str(value)


@letters.command()
def approve(
    serials: SerialsArgument = None,
    every: AllOption = False,
    office: OfficeOption = HERE,
    json: JsonOption = False,
    note: NoteOption = "",
) -> None:
    """Approve prepared letters for printing."""
    _step(office, serials, every, State.PREPARED, State.APPROVED, note, json,
          "Print them with: rollbook letters print")  # fmt: skip


@letters.command()
def mailed(
    serials: SerialsArgument = None,
    every: AllOption = False,
    office: OfficeOption = HERE,
    json: JsonOption = False,
    note: NoteOption = "",
) -> None:
    """Note that printed letters were mailed."""
    _step(office, serials, every, State.PRINTED, State.MAILED, note, json, "")


@letters.command()
def returned(
    serials: SerialsArgument = None,
    office: OfficeOption = HERE,
    json: JsonOption = False,
    note: NoteOption = "",
) -> None:
    """Note that mailed letters came back."""
    _step(office, serials, False, State.MAILED, State.RETURNED, note, json,
          "Check the address, correct it in the SIS and drop the contacts again.")  # fmt: skip


@letters.command()
def void(
    serials: SerialsArgument = None,
    reason: Annotated[str, typer.Option(help="Why; it stays in the log.")] = "",
    office: OfficeOption = HERE,
    json: JsonOption = False,
) -> None:
    """Void letters that must not go. They stay in the log with the reason."""
    if not reason:
        raise NotAllowed("Say why with --reason; it stays in the log.")
    _step(office, serials, False, State.PREPARED, State.VOID, reason, json, "")


@letters.command("print")
def print_command(
    serials: SerialsArgument = None, office: OfficeOption = HERE, json: JsonOption = False
) -> None:
    """Print approved letters: one joined Word file for the printer, single files for the record."""
    with opened(office) as opened_office, progress() as bar:
        task = bar.add_task("Letters", total=None)
        batch = print_letters(opened_office, _now(), serials or [], lambda: bar.advance(task))
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
            say(f"{len(batch.printed):,} letters are ready to print: {batch.joined}")
            say("When they are in the post: rollbook letters mailed --all")
        elif not batch.held:
            say("No letter is approved. Approve with: rollbook letters approve --all")
    if batch.held:
        raise typer.Exit(1)


def _step(
    folder: Any,
    serials: Sequence[str] | None,
    every: bool,
    waiting: State,
    to: State,
    note: str,
    json: bool,
    then: str,
) -> None:
    with opened(folder) as office:
        named = list(serials or ())
        if every:
            named = _in_state(office, waiting)
        elif not named:
            raise NotAllowed("Name the serials, or say --all.")
        changed = step(office, named, to, _now(), note)
    if json:
        show_json({"letters": [letter_as_json(letter) for letter in changed]})
        return
    say(f"{len(changed):,} letters are {to.value} now.")
    if then and changed:
        say(then)


def _in_state(office: Office, state: State) -> list[str]:
    with office.ledger.read() as connection:
        return [letter.serial for letter in book.letters(connection, states=[state])]


def _state(word: str) -> State:
    try:
        return State(word)
    except ValueError as error:
        raise NotAllowed(f"“{word}” is no state. States: {', '.join(State)}.") from error


def letter_as_json(letter: Letter) -> dict[str, Any]:
    """Return a letter as plain data, without its text."""
    return {
        "serial": letter.serial,
        "student_id": letter.student_id,
        "trigger": letter.trigger,
        "part": letter.part,
        "guardian": letter.guardian["name"],
        "language": letter.language,
        "template": letter.template,
        "state": letter.state.value,
        "at": letter.at,
        "by": letter.by,
        "note": letter.note,
        "file": letter.file,
        "as_of": letter.as_of,
        "notes": list(letter.notes),
    }


def _show_letters(title: str, found: Sequence[Letter], json: bool) -> None:
    if json:
        show_json({"letters": [letter_as_json(letter) for letter in found]})
        return
    show_rows(
        title,
        ("serial", "id", "trigger", "to", "language", "state", "since", "note"),
        [
            (one.serial, one.student_id, one.trigger, one.guardian["name"], one.language,
             one.state.value, one.at[:16].replace("T", " "), one.note or "; ".join(one.notes))
            for one in found
        ],
    )  # fmt: skip


def _now() -> datetime:
    return datetime.now().astimezone()
