"""`rollbook documents …`: the release log, what waits to be picked up, handing over, reissue."""

from datetime import datetime
from typing import Annotated, Any

import typer

from rollbook.cli.app import HERE, JsonOption, OfficeOption, opened
from rollbook.cli.documents import read_fact
from rollbook.cli.show import complain, say, show_json, show_rows, show_table
from rollbook.ledger import releases
from rollbook.ledger.releases import Released
from rollbook.problems import NotAllowed
from rollbook.reports.documents import documents_table
from rollbook.standing import read_standing
from rollbook.verification.after_release import hand_over, make_void, reissue

SerialArgument = Annotated[str, typer.Argument(help="Such as V-2026-00003.")]

documents = typer.Typer(
    no_args_is_help=True, help="Verification documents after their release: who has them."
)


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    app.add_typer(documents, name="documents")


@documents.command("list")
def list_command(
    waiting: Annotated[bool, typer.Option(help="Only those waiting to be picked up.")] = False,
    office: OfficeOption = HERE,
    json: JsonOption = False,
) -> None:
    """The release log: every document, to whom it was released, and where it stands."""
    with opened(office) as opened_office:
        table = documents_table(opened_office, _now().date(), only_waiting=waiting)
    if json:
        names = [column.title for column in table.columns]
        rows = [dict(zip(names, row, strict=True)) for row in table.rows]
        show_json({"documents": rows})
        return
    if not table.rows:
        say("Nothing waits to be picked up." if waiting else "No document was released yet.")
        return
    show_table(table, "rollbook report documents --to FILE.xlsx")
    if waiting:
        say("When somebody takes one: rollbook documents hand-over SERIAL --to NAME")


@documents.command()
def show(serial: SerialArgument, office: OfficeOption = HERE, json: JsonOption = False) -> None:
    """One document: what it is for, on what grounds it was released, and every step since."""
    with opened(office) as opened_office, opened_office.ledger.read() as connection:
        found = [one for one in releases.released(connection) if one.document.serial == serial]
    if not found:
        raise NotAllowed(f"There is no document {serial}. See: rollbook documents list")
    if json:
        show_json(_as_json(found[0]))
        return
    document = found[0].document
    say(f"{serial}: {document.kind} about {document.student_id}, for {document.purpose}")
    say(f"Released to {document.released_to}; file: {document.file}")
    show_rows(
        "Steps",
        ("when", "step", "by", "note"),
        [(one.at[:16].replace("T", " "), one.step, one.by, one.note) for one in found[0].steps],
    )


@documents.command("hand-over")
def hand_over_command(
    serial: SerialArgument,
    to: Annotated[str, typer.Option(help="Who took it; it stays in the release log.")] = "",
    office: OfficeOption = HERE,
    json: JsonOption = False,
) -> None:
    """Note who picked a document up."""
    with opened(office) as opened_office:
        found = hand_over(opened_office, serial, to, _now())
    _tell(found, f"{serial}: handed over to {to.strip()}.", json)


@documents.command("void")
def void_command(
    serial: SerialArgument,
    reason: Annotated[str, typer.Option(help="Why; it stays in the log.")] = "",
    office: OfficeOption = HERE,
    json: JsonOption = False,
) -> None:
    """Note that a document must not be used. It stays in the log with the reason."""
    with opened(office) as opened_office:
        found = make_void(opened_office, serial, reason, _now())
    _tell(found, f"{serial} is void. If somebody has it, ask for it back.", json)


@documents.command("reissue")
def reissue_command(
    serial: SerialArgument,
    fact: Annotated[
        list[str] | None, typer.Option(help="A fact, such as credit_in_all=yes, as it is today.")
    ] = None,
    consent: Annotated[
        str, typer.Option(help="A new consent, if the old one is no longer good.")
    ] = "",
    office: OfficeOption = HERE,
    json: JsonOption = False,
) -> None:
    """Make a document anew, decided by what is known today; the old one is no longer good."""
    said = dict(read_fact(text) for text in fact or ())
    with opened(office) as opened_office:
        standing = read_standing(opened_office)
        answer = reissue(opened_office, standing, serial, _now(), said, consent)
    if json:
        show_json(answer.as_json())
    elif answer.issued:
        say(f"{answer.sentence} It takes the place of {serial}.")
        for path in answer.files:
            say(f"  {path}")
    else:
        complain(f"Not issued; {serial} stays as it is. {answer.sentence}")
    if not answer.issued:
        raise typer.Exit(1)


def _tell(found: Released, sentence: str, json: bool) -> None:
    if json:
        show_json(_as_json(found))
    else:
        say(sentence)


def _as_json(found: Released) -> dict[str, Any]:
    document = found.document
    return {
        "serial": document.serial,
        "student_id": document.student_id,
        "document": document.kind,
        "purpose": document.purpose,
        "released_to": document.released_to,
        "consent": document.consent,
        "issued": document.issued,
        "expires": document.expires,
        "state": found.state(_now().date()),
        "file": document.file,
        "steps": found.steps,
    }


def _now() -> datetime:
    return datetime.now().astimezone()
