"""`rollbook verify`: a verification document, or why it cannot be issued."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from rollbook.cli.app import HERE, JsonOption, OfficeOption, opened
from rollbook.cli.show import complain, say, show_json, show_rows
from rollbook.problems import NotAllowed, Problem
from rollbook.standing import read_standing
from rollbook.verification.enrolment_letter import ENROLMENT_EXTRAS
from rollbook.verification.issue import Answer, Asked, fact_name, issue
from rollbook.verification.kinds import KINDS, document_kind
from rollbook.verification.official_form import (
    FORM_FIELDS,
    boxes_of,
    official_form,
    proposed,
    toml_lines,
)

FORM = "form"


def register(app: typer.Typer) -> None:
    """Add the command of this room."""
    app.command("verify")(verify)


def verify(
    kind: Annotated[str, typer.Argument(help=f"{', '.join(KINDS)}; or form, before one of them.")],
    of: Annotated[str, typer.Argument(help="After form: whose official PDF to look at.")] = "",
    student: Annotated[str, typer.Option("--student", metavar="ID", help="The student's id.")] = "",
    purpose: Annotated[
        str, typer.Option(help="What it is for; it goes into the release log.")
    ] = "",
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
    """Make a document about a student, such as an enrolment letter or a VOE; or say why not.

    `rollbook verify form voe` shows the boxes of the official PDF form that office.toml names, and
    proposes what goes into each.
    """
    if kind == FORM:
        _show_form(of, office, json)
        return
    for option, given in (("--student", student), ("--purpose", purpose)):
        if not given:
            raise typer.BadParameter("it is needed for a document.", param_hint=option)
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
        _tell_how(answer)
    if not answer.issued:
        raise typer.Exit(1)


TYPED: Mapping[str, Sequence[str]] = {
    "hours_per_week": ("hours_per_week=32.5",),
    "course_weeks": ("course_weeks=36",),
    "correspondence": ("correspondence=no",),
    "operating_basis": ("operating_basis=yearly",),
    "expected_graduation": ("expected_graduation=2027-05-28",),
    "page_2_differs": ('page_2_differs="…"',),
    "requirement_met": ("requirement_met=yes",),
    "semester_days": ("days_possible=80", "days_absent=3"),
    "diploma": ("diploma=no",),
    "credit": ("credit_in_all=yes",),
    "class_days": ("days_offered=85", "days_attended=80"),
    "committee_approved": ("committee_approved=yes",),
    "home_address": ('home_address="…"',),
    "journey": ("travel_from=2026-12-21", "travel_to=2027-01-02"),
    "leave_granted": ("leave_granted=yes",),
    "non_advanced": ("non_advanced=yes",),
    "course_ends": ("course_ends=2027-07-16",),
}
"""How each fact that a decision may lack is typed; one that is not here comes from elsewhere."""


def _tell_how(answer: Answer) -> None:
    """Show what to type for the facts that are missing."""
    missing = answer.decision.missing if answer.decision else ()
    typed = [one for want in missing for one in TYPED.get(want.slug, ())]
    if typed:
        say("To supply them, add to the command, with what is so:")
        for one in typed:
            say(f"  --fact {one}")


def _show_form(of: str, office: Path, json: bool) -> None:
    """Show the boxes of an official form, and the lines of office.toml that fill them."""
    with opened(office) as opened_office:
        kind = document_kind(of, opened_office.policy.jurisdiction)
        if isinstance(kind, Problem):
            raise NotAllowed(kind.message)
        form = official_form(opened_office, kind)
        if form is None:
            raise NotAllowed(
                f"office.toml names no official form for {kind.slug}. Put the PDF into the "
                "office folder, and under [verification.forms] the line "
                f'{kind.slug} = "forms/….pdf".'
            )
        boxes, filled = boxes_of(form), proposed(form)
    if json:
        show_json({"boxes": [asdict(box) for box in boxes], "fields": filled})
        return
    show_rows(
        f"{form.path.name}: its boxes",
        ("box", "kind", "holds"),
        [(box.name, box.kind, filled[box.name]) for box in boxes],
    )
    say("Write these lines into office.toml; a box with nothing stays empty:")
    typer.echo(toml_lines(kind, filled))
    say(f"What may go into a box: {', '.join(FORM_FIELDS)}.")


def read_fact(text: str) -> tuple[str, str]:
    """Read ``name=value`` as a clerk types a fact."""
    name, equals, value = text.partition("=")
    if not equals:
        raise NotAllowed(f"“{text}” is no fact. Write it as name=value.")
    return fact_name(name), value.strip()
