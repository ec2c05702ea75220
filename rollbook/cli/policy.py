"""`rollbook policy show` and `check`: the rules in force, with their references."""

from datetime import date
from typing import Annotated

import typer

from rollbook.cli.app import HERE, JsonOption, OfficeOption, day_of, opened
from rollbook.cli.show import say, show_json, show_rows
from rollbook.office import read_settings
from rollbook.policy import load_pack

policy = typer.Typer(no_args_is_help=True, help="The rules in force, with date and reference.")


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    app.add_typer(policy, name="policy")


@policy.command()
def show(
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="On this day; else today.")] = "",
    office: OfficeOption = HERE,
    json: JsonOption = False,
) -> None:
    """The triggers in force on a day."""
    day = day_of(on) or date.today()
    with opened(office) as opened_office:
        pack = opened_office.policy
    rows = []
    for trigger in pack.triggers:
        terms = trigger.on(day)
        if terms:
            letter = trigger.letter or "list only"
            rows.append((trigger.id, terms.test_text, letter, str(terms.first), terms.citation))
    names = ("trigger", "test", "letter", "since", "reference")
    if json:
        show_json({"pack": pack.id, "title": pack.title, "on": day,
                   "triggers": [dict(zip(names, row, strict=True)) for row in rows]})  # fmt: skip
    else:
        show_rows(f"{pack.title}, {day}", names, rows)
        say("“(check)” marks a statement we have not read in the law itself.")


@policy.command()
def check(office: OfficeOption = HERE) -> None:
    """Read the office's rule pack and say whether it can be used."""
    settings = read_settings(office)
    pack = load_pack(settings.jurisdiction, office, settings.codes)
    say(f"{pack.title}: {len(pack.triggers)} triggers, {len(pack.code_table)} codes. Fine.")
