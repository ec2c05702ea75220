"""`rollbook deadlines`: what has to be done by when."""

from typing import Annotated

import typer

from rollbook.cli.app import HERE, JsonOption, OfficeOption, day_of, opened
from rollbook.cli.show import say, show_json, show_table
from rollbook.reports.deadlines import deadlines_table, due_now, within
from rollbook.standing import read_standing


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    app.command("deadlines")(deadlines)


def deadlines(
    first: Annotated[
        str, typer.Option("--from", metavar="DATE", help="Due on this day or later.")
    ] = "",
    last: Annotated[
        str, typer.Option("--to", metavar="DATE", help="Due on this day or before.")
    ] = "",
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what is overdue.")] = False,
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DATE", help="As of this day; else the last recorded.")
    ] = "",
    office: OfficeOption = HERE,
    json: JsonOption = False,
) -> None:
    """What has to be done by when, counted on the school calendar; overdue first."""
    with opened(office) as opened_office:
        standing = read_standing(opened_office, day_of(as_of))
        found = [
            one
            for one in due_now(standing)
            if within(one, day_of(first), day_of(last)) and (one.is_overdue or not overdue)
        ]
    if json:
        show_json({"as_of": standing.as_of, "deadlines": [
            {**one.as_json(), "name": standing.students[one.student_id].sort_name}
            for one in found]})  # fmt: skip
        return
    show_table(deadlines_table(standing, found), "rollbook report deadlines --to FILE.xlsx")
    if found:
        say("Done? Log it, and it is struck off: rollbook log add ID KIND --day DATE")
    else:
        say("Nothing is open.")
