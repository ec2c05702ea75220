"""`rollbook import settle`: what an office settles once about its exports."""

import sys
from collections.abc import Mapping
from typing import Annotated

import typer

from rollbook.cli.app import HERE, JsonOption, OfficeOption, opened
from rollbook.cli.importing import importing
from rollbook.cli.importing_answers import answers_of
from rollbook.cli.show import say, show_json, show_rows
from rollbook.office import Office
from rollbook.office.export_answers import save_answers, settings_of
from rollbook.posting.open_questions import Question, files_asked_about, open_questions
from rollbook.posting.roll import Roll
from rollbook.posting.settled import campuses_of
from rollbook.problems import NotAllowed, counted
from watcher import filing
from watcher.rounds import alone


def register(app: typer.Typer) -> None:
    """Add the command to `rollbook import`."""
    importing.command("settle")(settle)


def settle(
    answers: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Answer a question.")
    ] = None,
    office: OfficeOption = HERE,
    json: JsonOption = False,
) -> None:
    """Answer what files wait for: the order of dates, a code, a campus, how letters are written.

    Each answer is kept in office.toml for every file to come, and the files that waited for it are
    read again in the next round. What is posted already stays: to read it anew, undo its posting
    and drop the file again.
    """
    with opened(office) as at:
        asked = open_questions(at)
        given = answers_of(answers or ())
        if not given and not json and sys.stdin.isatty():
            given = _ask(at, asked)
        if not given:
            _tell(asked, json)
            raise typer.Exit(1 if asked else 0)
        with at.ledger.read() as connection:
            campuses = campuses_of(Roll.read(connection))
        with alone(at):
            save_answers(at, settings_of(at, given, campuses))
            waited = files_asked_about(at, given)
            for file in waited:
                filing.take_back(file, at.folders.received)
    if json:
        show_json({"kept": given, "read_again": [file.name for file in waited]})
        return
    say(f"{counted(len(given), 'answer')} kept in office.toml.")
    if waited:
        say(f"{counted(len(waited), 'file')} that waited: read again by rollbook once.")
    elif any(key.startswith("code.") for key in given):
        say("Rows held for it are posted in the next round: rollbook once")


def _ask(office: Office, asked: list[Question]) -> dict[str, str]:
    """Ask on the terminal; what is left empty stays open."""
    given: dict[str, str] = {}
    shown: Mapping[str, str] = {}
    for one in asked:
        say(one.text)
        shown = _mean(one, shown)
        while answer := typer.prompt(
            f"  {', '.join(one.choices)} (empty: later)" if one.choices else "  (empty: later)",
            default="",
            show_default=False,
        ).strip():
            try:
                settings_of(office, {one.key: answer}, one.choices)
            except NotAllowed as why:
                say(f"  {why}")
                continue
            given[one.key] = answer
            break
    return given


def _tell(asked: list[Question], json: bool) -> None:
    if json:
        show_json([one.data() for one in asked])
        return
    if not asked:
        say("Nothing has to be settled.")
    shown: Mapping[str, str] = {}
    for one in asked:
        say(one.text)
        shown = _mean(one, shown)
        say(f"  {one.command}")


def _mean(asked: Question, shown: Mapping[str, str]) -> Mapping[str, str]:
    """Show what the codes mean that may be answered, unless they were shown last; return them."""
    if asked.meanings and asked.meanings != shown:
        show_rows("", ("code", "which means"), [*asked.meanings.items()])
    return asked.meanings or shown
