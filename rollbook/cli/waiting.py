"""`rollbook waiting`: files unlike the last of their kind, with the differences, until a yes."""

import typer

from rollbook.cli.app import HERE, JsonOption, OfficeOption, opened
from rollbook.cli.show import say, show_json
from rollbook.posting.open_questions import files_asked_about
from rollbook.posting.slips import unlike_files, why_refused


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    app.command("waiting")(waiting)


def waiting(office: OfficeOption = HERE, json: JsonOption = False) -> None:
    """Files that wait for a yes, since they differ from the last export of their kind."""
    with opened(office) as opened_office:
        files = unlike_files(opened_office.folders.refused)
        found = [(file, why_refused(file)) for file in files]
        asked = len(files_asked_about(opened_office))
    if json:
        show_json([{"file": file.name, "differences": lines} for file, lines in found])
        return
    if not found:
        say("No file waits for a yes.")
    if asked:
        say(asked_about(asked))
    for file, lines in found:
        say(f"{file}")
        for line in lines:
            say(f"  {line}")
    if found:
        say("Look at one in Excel first. To post it as it is: rollbook once --accept FILE")
        raise typer.Exit(1)


def asked_about(files: int) -> str:
    """Say how many files wait for an answer, and how it is given."""
    wait = "file waits" if files == 1 else "files wait"
    return f"{files} {wait} for an answer: rollbook import settle"
