"""`rollbook waiting`: files unlike the last of their kind, with the differences, until a yes."""

from pathlib import Path

import typer

from rollbook.cli.app import HERE, JsonOption, OfficeOption, opened
from rollbook.cli.show import say, show_json
from rollbook.office import Office
from rollbook.posting import DRIFTED
from rollbook.posting.open_questions import files_asked_about
from rollbook.posting.slips import refused_because, why_refused


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    app.command("waiting")(waiting)


def waiting(office: OfficeOption = HERE, json: JsonOption = False) -> None:
    """Files that wait for a yes, since they differ from the last export of their kind."""
    with opened(office) as opened_office:
        found = [(file, why_refused(file)) for file in files_that_wait(opened_office)]
        asked = len(files_asked_about(opened_office))
    if json:
        show_json([{"file": file.name, "differences": lines} for file, lines in found])
        return
    if not found:
        say("No file waits for a yes.")
    if asked:
        wait = "file waits" if asked == 1 else "files wait"
        say(f"{asked} {wait} for an answer: rollbook import settle")
    for file, lines in found:
        say(f"{file}")
        for line in lines:
            say(f"  {line}")
    if found:
        say("Look at one in Excel first. To post it as it is: rollbook once --accept FILE")
        raise typer.Exit(1)


def files_that_wait(office: Office) -> list[Path]:
    """Return the files that are posted as soon as somebody says yes."""
    return refused_because(office.folders.refused, DRIFTED)
