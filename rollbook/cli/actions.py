"""`rollbook log …` and `rollbook holdback …`: what the office did, and reasons for care."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated

import typer

from rollbook.cli.app import HERE, JsonOption, OfficeOption, day_of, opened
from rollbook.cli.show import say, show_json, show_rows
from rollbook.ledger import Connection, care, people
from rollbook.ledger import postings as book
from rollbook.ledger.letters import Letter
from rollbook.letters import holds_letters, judge_waiting, log_action, notice_sentence
from rollbook.office import Office
from rollbook.problems import NotAllowed
from rollbook.register import ACTIONS, HOLD_BACKS, Action, HoldBack, Student

DayOption = Annotated[str, typer.Option("--day", metavar="DATE", help="When; today unless said.")]
NoteOption = Annotated[str, typer.Option("--note", help="A note for the log.")]
StudentOption = Annotated[str, typer.Option("--student", help="Only this student id.")]
IdArgument = Annotated[str, typer.Argument(metavar="ID", help="The student's id.")]
ReasonArgument = Annotated[str, typer.Argument(metavar="REASON", help=", ".join(HOLD_BACKS) + ".")]

log = typer.Typer(
    no_args_is_help=True, help="What the office did about a student: calls, meetings, notices."
)
holdback = typer.Typer(
    no_args_is_help=True,
    help="Reasons for care: while one stands, letters about the student are held.",
)


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    app.add_typer(log, name="log")
    app.add_typer(holdback, name="holdback")


@log.command("add")
def add_action(
    student_id: IdArgument,
    kind: Annotated[str, typer.Argument(metavar="KIND", help=", ".join(ACTIONS) + ".")] = "",
    day: DayOption = "",
    guardian: Annotated[str, typer.Option(help="Which guardian it was with, or to.")] = "",
    received: Annotated[
        str, typer.Option(metavar="DATE", help="The day a notice reached the family.")
    ] = "",
    until: Annotated[
        str, typer.Option(metavar="DATE", help="The day an agreement or a period ends.")
    ] = "",
    note: NoteOption = "",
    office: OfficeOption = HERE,
    json: JsonOption = False,
) -> None:
    """Log what the office did about a student: a call, a conference, a notice."""
    if kind not in ACTIONS:
        raise NotAllowed(_choose("kind of action", kind, ACTIONS))
    now = _now()
    with opened(office) as opened_office:
        with opened_office.ledger.write() as connection:
            known = _student(connection, student_id)
            action = Action(
                known.student_id,
                day_of(day) or now.date(),
                kind,
                _guardian(connection, known, guardian),
                note.strip(),
                day_of(received),
                day_of(until),
                opened_office.settings.clerk,
                now.isoformat(timespec="seconds"),
            )
            logged = log_action(opened_office, connection, action, now.date())
    action, notice = logged.action, logged.notice
    if json:
        show_json({"action": action} | ({"notice": notice.as_json()} if notice else {}))
        return
    say(f"Logged: {kind} on {action.day}, about {known.name}.")
    if notice:
        strike_it = f'rollbook log strike {action.number} --reason "logged by mistake"'
        say(notice_sentence(logged, strike_it, "--received", "--guardian"))


@log.command("list")
def list_actions(
    student: StudentOption = "", office: OfficeOption = HERE, json: JsonOption = False
) -> None:
    """What was done, in order of the day."""
    with opened(office) as opened_office, opened_office.ledger.read() as connection:
        if student:
            _student(connection, student)
        found = care.actions(connection, student)
    if json:
        show_json({"actions": found})
    elif found:
        show_rows(
            "What was done",
            ("number", "day", "id", "what", "with", "received", "until", "by", "note"),
            [
                (one.number, one.day, one.student_id, one.kind, one.guardian, one.received or "",
                 one.until or "", one.by, one.note)
                for one in found
            ],
        )  # fmt: skip
    else:
        say("Nothing is logged. Log with: rollbook log add ID KIND")


@log.command()
def strike(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="As `rollbook log list` says.")],
    reason: Annotated[str, typer.Option(help="Why; the trail keeps it.")],
    office: OfficeOption = HERE,
    json: JsonOption = False,
) -> None:
    """Take an entry made by mistake off the log. The trail keeps it, with the reason."""
    with opened(office) as opened_office:
        with opened_office.ledger.write() as connection:
            stamp = _now().isoformat(timespec="seconds")
            struck = care.strike_action(
                connection, number, reason.strip(), opened_office.settings.clerk, stamp
            )
            if struck is None:
                raise NotAllowed(
                    f"No entry of the log has the number {number}. See: rollbook log list"
                )
            book.owe_again(connection)
        _tell_or_json(
            json,
            "struck",
            struck,
            f"Struck off: {struck.kind} on {struck.day}, about {struck.student_id}. Letters that "
            "rested on it are looked at again with: rollbook once",
        )


@holdback.command()
def add(
    student_id: IdArgument,
    reason: ReasonArgument,
    first: Annotated[
        str, typer.Option("--from", metavar="DATE", help="Since when; today unless said.")
    ] = "",
    until: Annotated[
        str, typer.Option(metavar="DATE", help="The last day it holds; open unless said.")
    ] = "",
    note: NoteOption = "",
    office: OfficeOption = HERE,
    json: JsonOption = False,
) -> None:
    """Note a reason for care. Letters about the student are held while it stands."""
    _refuse_unknown_reason(reason)
    now = _now()
    with opened(office) as opened_office:
        with opened_office.ledger.write() as connection:
            known = _student(connection, student_id)
            noted = HoldBack(
                known.student_id,
                reason,
                day_of(first) or now.date(),
                day_of(until),
                note.strip(),
                opened_office.settings.clerk,
            )
            if noted.last and noted.last < noted.first:
                raise NotAllowed(
                    f"It cannot end on {noted.last}, before it begins on {noted.first}. "
                    "Nothing was changed."
                )
            care.save_hold_back(connection, noted, now.isoformat(timespec="seconds"))
            book.owe_again(connection)
        judged = judge_waiting(opened_office, known.student_id, now)
        _tell_or_json(
            json,
            "hold_back",
            noted,
            f"Noted: {reason} for {known.name}{_span(noted)}. {_effect(opened_office, noted)} "
            f"End it with: rollbook holdback end {known.student_id} {reason}",
        )
    if not json:
        _tell_judged(judged)


def _effect(office: Office, noted: HoldBack) -> str:
    if holds_letters(office, noted.reason, noted.first):
        return "Letters about the student are held meanwhile."
    return "It counts for referrals; letters go on."


@holdback.command()
def end(
    student_id: IdArgument,
    reason: ReasonArgument,
    day: Annotated[
        str, typer.Option("--day", metavar="DATE", help="First day without it; today unless said.")
    ] = "",
    office: OfficeOption = HERE,
    json: JsonOption = False,
) -> None:
    """End a reason for care; the trail keeps it. Letters it held can go after the next round."""
    _refuse_unknown_reason(reason)
    now = _now()
    free = day_of(day) or now.date()
    with opened(office) as opened_office:
        with opened_office.ledger.write() as connection:
            known = _student(connection, student_id)
            ended = care.end_hold_back(
                connection,
                known.student_id,
                reason,
                free - timedelta(days=1),
                opened_office.settings.clerk,
                now.isoformat(timespec="seconds"),
            )
            if not ended:
                raise NotAllowed(_nothing_to_end(known, reason, free))
            book.owe_again(connection)
        judged = judge_waiting(opened_office, known.student_id, now)
        said = {"student_id": known.student_id, "reason": reason, "free_from": free}
        _tell_or_json(
            json,
            "ended",
            said,
            f"Ended: {reason} for {known.name}, from {free} on. What it held is looked at again "
            "with: rollbook once",
        )
    if not json:
        _tell_judged(judged)


def _tell_judged(judged: Sequence[Letter]) -> None:
    """Say what became of the letters not printed yet."""
    for letter in judged:
        say(f"{letter.serial} is {letter.state.value} now: {letter.note}")


def _nothing_to_end(student: Student, reason: str, free: date) -> str:
    sentence = f"No “{reason}” is noted in Rollbook for {student.name} on {free} or later."
    if reason in student.flags:
        return (
            f"{sentence} It comes from the roster: correct it in the SIS and drop the roster again."
        )
    return f"{sentence} See what is: rollbook holdback list"


@holdback.command("list")
def list_hold_backs(
    student: StudentOption = "", office: OfficeOption = HERE, json: JsonOption = False
) -> None:
    """The reasons for care that were noted, and those on the roster."""
    with opened(office) as opened_office, opened_office.ledger.read() as connection:
        if student:
            _student(connection, student)
        noted = [
            one for several in care.hold_backs(connection, student).values() for one in several
        ]
        on_roster = [
            (student_id, flag)
            for student_id, one in people.students(connection).items()
            for flag in sorted(one.flags)
            if student in ("", student_id)
        ]
    if json:
        roster = [{"student_id": student_id, "reason": flag} for student_id, flag in on_roster]
        show_json({"hold_backs": noted, "on_roster": roster})
        return
    rows: list[tuple[object, ...]] = [
        (one.student_id, one.reason, one.first, one.last or "open", one.by, one.note)
        for one in noted
    ]
    rows += [(student_id, flag, "", "on the roster", "", "") for student_id, flag in on_roster]
    if rows:
        show_rows("Reasons for care", ("id", "reason", "from", "until", "by", "note"), rows)
    else:
        say("No reason for care is noted. Note one with: rollbook holdback add ID REASON")


def _student(connection: Connection, student_id: str) -> Student:
    found = people.students(connection).get(student_id)
    if found is None:
        raise NotAllowed(
            f"No student has the id “{student_id}”. Nothing was changed. See the ids with: "
            "rollbook attendance"
        )
    return found


def _guardian(connection: Connection, student: Student, name: str) -> str:
    """Return a guardian's name as the roster has it; ``NotAllowed`` for somebody else."""
    if not name:
        return ""
    names = [one.name for one in people.guardians(connection).get(student.student_id, ())]
    for known in names:
        if known.casefold() == " ".join(name.split()).casefold():
            return known
    listed = ", ".join(names) or "nobody"
    raise NotAllowed(
        f"“{name}” is no guardian of {student.name}; the roster names {listed}. Nothing was "
        "changed. For anybody else use --note."
    )


def _refuse_unknown_reason(reason: str) -> None:
    if reason not in HOLD_BACKS:
        raise NotAllowed(_choose("reason for care", reason, HOLD_BACKS))


def _choose(what: str, said: str, allowed: Sequence[str]) -> str:
    begin = f"“{said}” is no {what}" if said else f"Say which {what}"
    return f"{begin}. Choose one of: {', '.join(allowed)}. Nothing was changed."


def _span(noted: HoldBack) -> str:
    return f", from {noted.first}" + (f" until {noted.last}" if noted.last else " on")


def _tell_or_json(json: bool, name: str, data: object, sentence: str) -> None:
    if json:
        show_json({name: data})
    else:
        say(sentence)


def _now() -> datetime:
    return datetime.now().astimezone()
