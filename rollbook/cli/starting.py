"""`rollbook workbook new`: a workbook to start from, with what Rollbook knows in it."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from rollbook.cli.app import HERE, JsonOption, OfficeOption, day_of, opened
from rollbook.cli.show import say, show_json
from rollbook.cli.workbook import workbook
from rollbook.problems import NotAllowed
from rollbook.standing import read_standing
from rollbook.workbooks.keeping import update_workbooks
from rollbook.workbooks.starting import STEMS, Wanted, start, take_over

_DAY = "A day, as 2026-11-13."


def register(app: typer.Typer) -> None:
    """Add the command to `rollbook workbook`."""
    workbook.command("new")(new)


def new(
    kind: Annotated[str, typer.Argument(metavar="KIND", help=f"One of: {', '.join(STEMS)}.")],
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Where; else in workbooks/.")
    ] = None,
    student: Annotated[str, typer.Option(metavar="ID", help="change-form: the student.")] = "",
    date: Annotated[
        str | None, typer.Option(metavar="DATE", help=f"change-form: the day. {_DAY}")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="DATE", help=f"meeting-pack: the last meeting; else 14 days. {_DAY}"),
    ] = None,
    office: OfficeOption = HERE,
    json: JsonOption = False,
) -> None:
    """A workbook to start from, in the words of your state and with what is known in it."""
    wanted = Wanted(kind, student, day_of(date), day_of(since))
    if kind != "change-form" and (student or date):
        raise NotAllowed("--student and --date are for a change-form.")
    if kind != "meeting-pack" and since:
        raise NotAllowed("--since is for a meeting-pack.")
    with opened(office) as opened_office:
        standing = read_standing(opened_office)
        made = start(opened_office, standing, wanted, datetime.now().astimezone(), to)
        if kind == "tracker":
            take_over(opened_office, made.path)
    if kind == "tracker":
        with opened(office) as with_it:  # office.toml has the workbook now
            update_workbooks(with_it, read_standing(with_it), only=made.path)
    if json:
        show_json({"file": made.path, "kind": made.kind, "rows": made.rows, "next": made.then})
        return
    say(f"Made {made.path}: {made.rows:,} {made.of}.")
    say(made.then)
