"""`rollbook letters …`: due, draft, approve, print, mailed, returned, void, list, show."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import typer

from rollbook.cli.app import HERE, JsonOption, OfficeOption, opened
from rollbook.cli.show import complain, progress, say, show_json, show_rows
from rollbook.ledger import letters as book
from rollbook.ledger.letters import Event, Letter, State
from rollbook.letters import (
    LIVE,
    Corrected,
    DueLetter,
    approve_letters,
    corrected_since,
    draft,
    due_letters,
    print_letters,
    several_to_one,
    step,
)
from rollbook.office import Office
from rollbook.problems import NotAllowed
from rollbook.standing import read_standing
from watcher.followups import Followed
from watcher.rounds import update_logs

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
            live = book.letters(connection)
        found = due_letters(opened_office, standing, live, _now().date())
        corrected = corrected_since(standing, live)
    if json:
        show_json({"due": [_due_as_json(one) for one in found],
                   "corrected_since": [
                       {"serial": one.letter.serial, "days": one.days, "stands": one.stands,
                        "what_now": one.what_now}
                       for one in corrected
                   ]})  # fmt: skip
        return
    _show_due(found)
    _show_corrected(corrected)
    ready = sum(one.ready for one in found)
    if ready:
        say(f"{_counted(ready)} ready. Prepare with: rollbook letters draft")
    _tell_waiting(live)


def _show_due(found: Sequence[DueLetter]) -> None:
    rows = [
        (
            one.student.student_id,
            one.student.sort_name,
            one.trigger,
            one.guardian.name or "—",
            "ready" if one.ready else "held: " + "; ".join(one.reasons),
        )
        for one in found
    ]
    if rows:
        show_rows("Letters due", ("id", "student", "letter", "to", "state"), rows)
    else:
        say("No letter is due that is not prepared already.")


def _show_corrected(corrected: Sequence[Corrected]) -> None:
    if corrected:
        show_rows(
            "Printed or mailed, but a mark was corrected since",
            ("serial", "id", "to", "state", "corrected marks of", "what now"),
            [
                (one.letter.serial, one.letter.student_id, one.letter.guardian["name"],
                 one.letter.state.value, ", ".join(day.isoformat() for day in one.days),
                 one.what_now)
                for one in corrected
            ],
        )  # fmt: skip


def _tell_waiting(live: Iterable[Letter]) -> None:
    states = [letter.state for letter in live]
    for state, then in (
        (State.PREPARED, "Read them: rollbook letters list --state prepared"),
        (State.HELD, "See why: rollbook letters list --state held"),
        (State.APPROVED, "Print them: rollbook letters print"),
    ):
        if state in states:
            say(f"{_counted(states.count(state))} {state.value}. {then}")


def _counted(number: int) -> str:
    return "1 letter is" if number == 1 else f"{number:,} letters are"


def _due_as_json(one: DueLetter) -> dict[str, Any]:
    return {
        "student_id": one.student.student_id,
        "student": one.student.name,
        "trigger": one.trigger,
        "part": one.part,
        "letter": one.template,
        "guardian": one.guardian.name,
        "language": one.language,
        "ready": one.ready,
        "reasons": list(one.reasons),
        "notes": list(one.notes),
    }


@letters.command("draft")
def draft_command(office: OfficeOption = HERE, json: JsonOption = False) -> None:
    """Prepare the letters that are due and ready; withdraw those whose marks were corrected."""
    with opened(office) as opened_office:
        standing = _in_states(opened_office, LIVE)
        prepared, held = draft(opened_office, read_standing(opened_office), _now())
        void = {letter.serial: letter for letter in _in_states(opened_office, [State.VOID])}
    withdrawn = [void[letter.serial] for letter in standing if letter.serial in void]
    if json:
        show_json({"letters": [letter_as_json(letter) for letter in prepared],
                   "held": [_due_as_json(one) for one in held],
                   "withdrawn": [letter_as_json(letter) for letter in withdrawn]})  # fmt: skip
        return
    for letter in withdrawn:
        complain(f"{letter.serial} is void, {letter.note}")
    say(f"{_counted(len(prepared))} prepared, {len(held):,} held.")
    if held:
        _show_due(held)
    if prepared:
        say("Read them: rollbook letters list --state prepared")
        say("Then: rollbook letters approve --all")


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
    if not found and not json and not (state or student):
        say("No letters yet. Who is due: rollbook letters due")
        return
    _show_letters("Letter log", found, json)
    if not json and found and states == [State.PREPARED]:
        say("Read one: rollbook letters show SERIAL   Then: rollbook letters approve --all")


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
    _show_letter(found[0], steps)


def _show_letter(letter: Letter, steps: Sequence[Event]) -> None:
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
        ("when", "step", "by", "note"),
        [(_minute(event.at), event.state.value, event.by, event.note) for event in steps],
    )
    if letter.file:
        say(f"File: {letter.file}")


def _is_table(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)


def _one_line(value: object) -> str:
    return " / ".join(value) if isinstance(value, list) else str(value)


def _minute(stamp: str) -> str:
    return stamp[:16].replace("T", " ")


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
        named = _named(opened_office, serials, every, State.PREPARED)
        approved, stopped = approve_letters(opened_office, named, _now(), note)
        followed = update_logs(opened_office)
        to_print = _in_states(opened_office, [State.APPROVED])
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
        say(f"{_counted(len(approved))} approved now.")
    elif not stopped:
        say("No letter is prepared.")
    _tell_workbooks(followed)
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
          "Correct the address in the SIS and drop the contacts again. Then, for each:\n"
          "  rollbook letters void SERIAL --again --reason \"new address\"\n"
          "and prepare them anew: rollbook letters draft")  # fmt: skip


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
    _step(office, serials, False, State.PREPARED, State.VOID, reason, json, then, again)


@letters.command("print")
def print_command(
    serials: SerialsArgument = None, office: OfficeOption = HERE, json: JsonOption = False
) -> None:
    """Print approved letters: one joined Word file for the printer, single files for the record."""
    with opened(office) as opened_office, progress() as bar:
        task = bar.add_task("Letters", total=None)
        batch = print_letters(opened_office, _now(), serials or [], lambda: bar.advance(task))
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
            say(f"{_counted(len(batch.printed))} ready to print: {batch.joined}")
            _tell_workbooks(followed)
            if lacking:
                complain(f"Look before you post them: office.toml lacks {', '.join(lacking)}.")
            say("When they are in the post: rollbook letters mailed --all")
        elif not batch.held:
            say("No letter is approved. Read them: rollbook letters list --state prepared")
            say("Then: rollbook letters approve --all")
    if batch.held and not batch.printed:
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
    again: bool = False,
) -> None:
    with opened(folder) as office:
        named = _named(office, serials, every, waiting)
        changed = step(office, named, to, _now(), note, again)
        followed = update_logs(office)
    if json:
        show_json({"letters": [letter_as_json(letter) for letter in changed]})
        return
    say(
        f"{_counted(len(changed))} {to.value} now." if changed else f"No letter is {waiting.value}."
    )
    _tell_workbooks(followed)
    if then and changed:
        say(then)


def _named(office: Office, serials: Sequence[str] | None, every: bool, waiting: State) -> list[str]:
    """Return the serials meant: those named, or with --all every letter ready for the step."""
    named = list(dict.fromkeys(serials or ()))
    if every and named:
        raise NotAllowed("Name the serials, or say --all, not both. Nothing was changed.")
    if every:
        return [letter.serial for letter in _in_states(office, [waiting])]
    if not named:
        raise NotAllowed(
            "Name the serials, such as L-2026-00012. See them with: rollbook letters list"
        )
    return named


def _tell_workbooks(followed: Followed) -> None:
    """Say what the step did to the letter log in the tracking workbooks."""
    for receipt in followed.receipts:
        if receipt.is_written:
            say(receipt.line())
    for sentence in followed.waiting:
        complain(sentence)


def _in_states(office: Office, states: Sequence[State]) -> list[Letter]:
    with office.ledger.read() as connection:
        return book.letters(connection, states=states)


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
        "withdraws": letter.withdraws,
        "notes": list(letter.notes),
    }


def _show_letters(title: str, found: Sequence[Letter], json: bool) -> None:
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


def _now() -> datetime:
    return datetime.now().astimezone()
