"""`rollbook letters …`: list and show; and what all commands about letters share."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.models import CommandInfo

from rollbook.cli.app import HERE, JsonOption, OfficeOption, opened
from rollbook.cli.show import complain, say, show_json, show_rows
from rollbook.ledger import letters as book
from rollbook.ledger.deliveries import Delivery, deliveries
from rollbook.ledger.letters import Event, Letter, State
from rollbook.letters.ways import unclear
from rollbook.office import Office
from rollbook.problems import NotAllowed
from watcher.followups import Followed
from watcher.rounds import update_logs

SerialsArgument = Annotated[
    list[str] | None, typer.Argument(help="Serials such as L-2026-00012.", metavar="SERIAL…")
]
AllOption = Annotated[bool, typer.Option("--all", help="All letters that are ready for this step.")]
BatchOption = Annotated[
    str, typer.Option("--batch", help="All of one printing: its folder, or the day.")
]
NoteOption = Annotated[str, typer.Option("--note", help="A note for the log.")]

ORDER = (
    "due draft kinds write list show approve hold release preflight print labels envelopes send "
    "messages mailed returned bounced void reprint verify-log check preview"
).split()
"""The commands as a clerk's week goes; ``--help`` lists them so."""


letters = typer.Typer(no_args_is_help=True, help="Letters: who is due one and what became of it.")


def register(app: typer.Typer) -> None:
    """Add the commands of this room, and those that other rooms gave it."""
    letters.registered_commands.sort(key=_place)
    app.add_typer(letters, name="letters")


def _place(command: CommandInfo) -> int:
    name = command.name or getattr(command.callback, "__name__", "")
    return ORDER.index(str(name))


@letters.command("list")
def list_command(
    office: OfficeOption = HERE,
    json: JsonOption = False,
    state: Annotated[str, typer.Option(help="Only letters in this state.")] = "",
    student: Annotated[str, typer.Option(help="Only letters about this student id.")] = "",
) -> None:
    """The letter log."""
    with opened(office) as opened_office, opened_office.ledger.read() as connection:
        states = [state_of(state)] if state else []
        found = book.letters(connection, states=states, student_id=student)
    if not found and not json and not (state or student):
        say("No letters yet. Who is due: rollbook letters due")
        return
    show_letters("Letter log", found, json)
    if not json and found and states == [State.PREPARED]:
        say("Read one: rollbook letters show SERIAL   Then: rollbook letters approve --all")


@letters.command()
def show(serial: str, office: OfficeOption = HERE, json: JsonOption = False) -> None:
    """One letter: its fields, the marks it relies on, and every step of its life."""
    with opened(office) as opened_office, opened_office.ledger.read() as connection:
        found = book.letters(connection, serials=[serial])
        steps = book.events(connection, serial)
        sent = deliveries(connection, [serial])
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
                "deliveries": sent,
            }
        )
        return
    _show_letter(found[0], steps, sent)


def _show_letter(letter: Letter, steps: Sequence[Event], sent: Sequence[Delivery]) -> None:
    fields = {name: value for name, value in letter.fields.items() if value}
    say(f"{letter.serial}: {letter.trigger}, about {fields['student_name']} ({letter.student_id})")
    show_rows(
        "What it says",
        ("field", "value"),
        [(name, _one_line(value)) for name, value in fields.items() if not _is_table(value)],
    )
    for title, name in (("Classes", "classes"), ("Marks it relies on", "absences")):
        if name in fields:
            lines = fields[name]
            columns = [column for column in lines[0] if any(line[column] for line in lines)]
            show_rows(title, columns, [[line[column] for column in columns] for line in lines])
    show_rows(
        "Steps",
        ("when", "step", "how", "by", "note"),
        [
            (_minute(event.at), event.state.value, event.method, event.by, event.note)
            for event in steps
        ],
    )
    if sent:
        show_rows(
            "How it was delivered",
            ("when", "how", "to", "what became of it", "said"),
            [(_minute(one.at), one.method, one.address, one.state, one.reason) for one in sent],
        )
    if letter.file:
        say(f"File: {letter.file}")


def _is_table(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)


def _one_line(value: object) -> str:
    return " / ".join(value) if isinstance(value, list) else str(value)


def _minute(stamp: str) -> str:
    return stamp[:16].replace("T", " ")


def tell_step(office: Office, changed: Sequence[Letter], to: State, json: bool) -> None:
    """Say which letters took a step, and what that did to the logs in the workbooks."""
    followed = update_logs(office)
    if json:
        show_json({"letters": [letter_as_json(letter) for letter in changed]})
        return
    say(f"{letters_are(len(changed))} {to.value} now.")
    tell_workbooks(followed)


def serials_meant(
    office: Office,
    serials: Sequence[str] | None,
    *waiting: State,
    every: bool = False,
    batch: str = "",
) -> list[str]:
    """Return the serials meant: those named, one printing's, or all that are ready for the step.

    A serial may be typed in any case and with blanks, as a barcode scanner gives it.
    """
    named = list(dict.fromkeys(map(as_serial, serials or ())))
    if bool(named) + every + bool(batch) > 1:
        raise NotAllowed(
            "Name the serials, or say --all or --batch: one, not both. Nothing was changed."
        )
    if every or batch:
        doubtful = _in_doubt(office)  # nobody knows whether they went: only by name
        found = [one for one in in_states(office, waiting) if one.serial not in doubtful]
        return [one.serial for one in (of_batch(found, batch) if batch else found)]
    if not named:
        raise NotAllowed(
            "Name the serials, such as L-2026-00012. See them with: rollbook letters list"
        )
    return named


def _in_doubt(office: Office) -> set[str]:
    with office.ledger.read() as connection:
        return {letter.serial for letter, _ in unclear(connection)}


def as_serial(text: str) -> str:
    """Return a serial as the log has it, from what a person or a scanner typed."""
    return "".join(text.split()).upper()


def of_batch(found: Sequence[Letter], batch: str) -> list[Letter]:
    """Return the letters whose file is of one printing, or of all printings of a day.

    ``batch`` is the folder of a printing, its name, or the day.
    """
    name = Path(batch).name
    chosen = [one for one in found if one.file and Path(one.file).parent.name == name]
    day = [one for one in found if one.file and one.at[:10] == name] if not chosen else []
    if not chosen and not day:
        raise NotAllowed(
            f"No letter that can take this step was printed in “{name}”. See what was printed "
            "when: rollbook letters list --state printed"
        )
    return chosen or day


def tell_workbooks(followed: Followed) -> None:
    """Say what the step did to the letter log in the tracking workbooks."""
    for receipt in followed.receipts:
        if receipt.is_written:
            say(receipt.line())
    for sentence in followed.waiting:
        complain(sentence)


def in_states(office: Office, states: Sequence[State]) -> list[Letter]:
    """Return the letters in some states."""
    with office.ledger.read() as connection:
        return book.letters(connection, states=states)


def state_of(word: str) -> State:
    """Return the state a word names; ``NotAllowed`` when there is none."""
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
        "withdraws": letter.withdraws,
        "notes": list(letter.notes),
    }


def show_letters(title: str, found: Sequence[Letter], json: bool) -> None:
    """Print letters as a table, and below it what was noted of them."""
    if json:
        show_json({"letters": [letter_as_json(letter) for letter in found]})
        return
    if not found:
        say("There is no such letter.")
        return
    show_rows(
        title,
        ("serial", "id", "student", "letter", "to", "state", "since"),
        [
            (one.serial, one.student_id, one.fields["student_name"], one.trigger,
             one.guardian["name"], one.state.value, one.at[:10])
            for one in found
        ],
    )  # fmt: skip
    _show_notes(found)


def _show_notes(found: Sequence[Letter]) -> None:
    """Print what was noted of letters, each note once with the letters it is about."""
    noted: dict[str, list[str]] = defaultdict(list)
    for one in found:
        for note in (*one.notes, *([f"{one.state.value}: {one.note}"] if one.note else [])):
            noted[note].append(one.serial)
    if noted:
        rows = [(note, ", ".join(serials)) for note, serials in noted.items()]
        show_rows("Notes", ("note", "letters"), rows)


def now() -> datetime:
    """Return this moment, with the offset of this computer."""
    return datetime.now().astimezone()


def letters_are(number: int) -> str:
    """Return “1 letter is”, “12 letters are”."""
    return "1 letter is" if number == 1 else f"{number:,} letters are"
