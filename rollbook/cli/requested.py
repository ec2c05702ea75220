"""`rollbook letters kinds` and `write`: letters that no count finds, written when asked for."""

from collections.abc import Sequence
from typing import Annotated

import typer

from rollbook.cli.app import HERE, JsonOption, OfficeOption, opened
from rollbook.cli.letters import letter_as_json, letters, now, tell_workbooks
from rollbook.cli.show import complain, say, show_json, show_rows
from rollbook.ledger.letters import State
from rollbook.letters.facts import how_to_say
from rollbook.letters.requesting import AlreadyWritten, Request, Written, write
from rollbook.policy import RequestedLetter
from rollbook.problems import NotAllowed
from rollbook.standing import read_standing
from watcher.rounds import update_logs


@letters.command()
def kinds(office: OfficeOption = HERE, json: JsonOption = False) -> None:
    """The letters you can ask for, and what each asks of you."""
    with opened(office) as opened_office:
        found = opened_office.policy.requested_on(now().date())
    if json:
        show_json({"letters": [_kind_as_json(one) for one in found]})
        return
    for one in found:
        say(f"{one.id}: {one.title} ({one.citation})")
        rows = [
            (how_to_say(question), question.text, "needed" if question.field in one.asks else "")
            for question in one.questions
        ]
        if rows:
            show_rows("", ("write", "what is asked", ""), rows)
        else:
            say("  It asks nothing: its figures come from the register.")
    say("Write one: rollbook letters write LETTER --student ID --fact NAME=VALUE …")


def _kind_as_json(one: RequestedLetter) -> dict[str, object]:
    return {
        "id": one.id,
        "title": one.title,
        "reference": one.citation,
        "asks": [
            {
                "fact": question.field,
                "kind": question.kind.value,
                "question": question.text,
                "needed": question.field in one.asks,
            }
            for question in one.questions
        ],
    }


@letters.command("write")
def write_command(
    kind: Annotated[str, typer.Argument(help="Which letter: rollbook letters kinds")],
    student: Annotated[str, typer.Option("--student", metavar="ID", help="The student's id.")],
    fact: Annotated[
        list[str] | None,
        typer.Option(help="A fact the letter tells, such as meeting_date=2027-01-15."),
    ] = None,
    guardian: Annotated[
        str, typer.Option(help="Only to this adult; otherwise to all who get letters.")
    ] = "",
    again: Annotated[
        bool, typer.Option("--again", help="Although the same letter was written today.")
    ] = False,
    office: OfficeOption = HERE,
    json: JsonOption = False,
) -> None:
    """Write a letter that no count finds: a decision, a refused leave, an invitation, thanks."""
    request = Request(kind, student.strip(), _facts(fact or ()), guardian, again)
    with opened(office) as opened_office:
        try:
            written = write(opened_office, read_standing(opened_office), request, now())
        except AlreadyWritten as why:
            raise NotAllowed(f"{why} If there must be another, add: --again") from why
        followed = update_logs(opened_office)
    if json:
        show_json(
            {
                "letters": [letter_as_json(one) for one in written.letters],
                "not_written": [
                    {"guardian": one.guardian, "why": one.why} for one in written.not_written
                ],
            }
        )
    else:
        _tell(written)
        tell_workbooks(followed)
    if written.not_written:
        raise typer.Exit(1)


def _facts(texts: Sequence[str]) -> dict[str, str]:
    """Read ``name=value`` as a clerk types facts; each may be given once."""
    facts: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        name = name.strip().replace("-", "_").lower()
        if not equals:
            raise NotAllowed(f"“{text}” is no fact. Write it as name=value. Nothing was written.")
        if name in facts:
            raise NotAllowed(f"“{name}” is given twice. Give it once. Nothing was written.")
        facts[name] = value.strip()
    return facts


def _tell(written: Written) -> None:
    for one in written.letters:
        name, title = one.guardian["name"], one.fields["student_name"]
        say(f"{one.serial} to {name} about {title}: {one.state.value}")
        if one.state is State.HELD:
            complain(f"  {one.note}")
            say(
                f"  When that is over: rollbook letters release {one.serial}   If it may go as it "
                f'is: rollbook letters approve {one.serial} --as-is --note "why"'
            )
        for note in one.notes:
            say(f"  Note: {note}")
    for missed in written.not_written:
        complain(f"No letter to {missed.guardian or 'anybody'}: {missed.why}")
    if any(one.state is State.PREPARED for one in written.letters):
        serials = " ".join(one.serial for one in written.letters if one.state is State.PREPARED)
        say(f"Read it: rollbook letters show {written.letters[0].serial}")
        say(f"Then: rollbook letters approve {serials}")
