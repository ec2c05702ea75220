"""`rollbook verify`: a verification document, or why it cannot be issued."""

from datetime import datetime
from typing import Annotated

import typer

from rollbook.cli.app import HERE, JsonOption, OfficeOption, opened
from rollbook.cli.show import complain, say, show_json
from rollbook.problems import NotAllowed
from rollbook.standing import read_standing
from rollbook.verification.enrolment_letter import ENROLMENT_EXTRAS
from rollbook.verification.issue import Asked, fact_name, issue


def register(app: typer.Typer) -> None:
    """Add the command of this room."""
    app.command("verify")(verify)


def verify(
    kind: Annotated[str, typer.Argument(help="enrolment, voe or social-security")],
    student: Annotated[str, typer.Option("--student", metavar="ID", help="The student's id.")],
    purpose: Annotated[str, typer.Option(help="What it is for; it goes into the release log.")],
    requested_by: Annotated[str, typer.Option(help="parent, student, landlord …")] = "parent",
    released_to: Annotated[str, typer.Option(help="Who gets it, if not who asks.")] = "",
    consent: Annotated[str, typer.Option(help='Such as "signed by mother, 2026-11-10".')] = "",
    include: Annotated[
        list[str] | None, typer.Option(help=f"Only if asked for: {', '.join(ENROLMENT_EXTRAS)}.")
    ] = None,
    fact: Annotated[
        list[str] | None,
        typer.Option(help="A fact, such as credit_in_all=yes or expected_graduation=2027-05-28."),
    ] = None,
    office: OfficeOption = HERE,
    json: JsonOption = False,
) -> None:
    """Make an enrolment letter, a Texas VOE or a Social Security letter; or say why not."""
    asked = Asked(
        document=kind,
        student_id=student,
        purpose=purpose,
        requested_by=requested_by,
        released_to=released_to,
        consent=consent,
        extras=frozenset(include or ()),
        said=dict(read_fact(text) for text in fact or ()),
    )
    with opened(office) as opened_office:
        standing = read_standing(opened_office)
        answer = issue(opened_office, standing, asked, datetime.now().astimezone())
    if json:
        show_json(answer.as_json())
    elif answer.issued:
        say(answer.sentence)
        for path in answer.files:
            say(f"  {path}")
        if answer.decision:
            for note in (answer.decision.sentence, *answer.decision.notes):
                say(f"  {note}")
    else:
        complain(f"Not issued. {answer.sentence}")
    if not answer.issued:
        raise typer.Exit(1)


def read_fact(text: str) -> tuple[str, str]:
    """Read ``name=value`` as a clerk types a fact."""
    name, equals, value = text.partition("=")
    if not equals:
        raise NotAllowed(f"“{text}” is no fact. Write it as name=value.")
    return fact_name(name), value.strip()
