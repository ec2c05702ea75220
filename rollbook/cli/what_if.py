"""`rollbook policy what-if`: how many letters more and fewer another rule would make."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from rollbook.cli.app import HERE, JsonOption, OfficeOption, day_of, opened
from rollbook.cli.policy import policy
from rollbook.cli.show import progress, say, show_json, show_table
from rollbook.office import Office
from rollbook.policy import PolicyPack, load_pack
from rollbook.problems import NotAllowed, counted
from rollbook.reports.what_if import (
    WhatIf,
    policy_changed,
    weeks_played,
    what_if,
    what_if_table,
)
from rollbook.standing import Standing, read_standing


def register(app: typer.Typer) -> None:
    """Add the command to those of the rules."""
    policy.command("what-if")(show_what_if)


def show_what_if(
    trigger: Annotated[str, typer.Argument(help="Which rule, such as eng-l2.")] = "",
    threshold: Annotated[str, typer.Option(help="Another threshold: 92, 92 %, 9/10, 12.")] = "",
    window: Annotated[int | None, typer.Option(help="Another window, such as 8.")] = None,
    pack: Annotated[Path | None, typer.Option(help="A whole draft rule pack (.toml).")] = None,
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="First day.")] = "",
    last: Annotated[str, typer.Option("--to", metavar="DATE", help="Last day.")] = "",
    write: Annotated[
        Path | None, typer.Option(help="Write who changes to this .xlsx or .csv file.")
    ] = None,
    office: OfficeOption = HERE,
    json: JsonOption = False,
) -> None:
    """How many letters more and fewer, and for whom, had a rule been different. Changes nothing."""
    with opened(office) as opened_office:
        changed = _changed_pack(opened_office, trigger, threshold, window, pack)
        standing = read_standing(opened_office, day_of(last))
        found = _play(opened_office, standing, changed, trigger, day_of(first))
    table = what_if_table(standing, found)
    if write:
        table.write(write, standing.pack.paper)
    if json:
        show_json(_as_json(standing, found))
        return
    if table.rows:
        show_table(table, "add --write FILE.xlsx")
    for line in _summary(standing, found, trigger, bool(threshold) or window is not None):
        say(line)
    if write:
        say(f"Written: {write}")


def _changed_pack(
    office: Office, trigger: str, threshold: str, window: int | None, pack: Path | None
) -> PolicyPack:
    if pack and not pack.is_file():
        raise NotAllowed(f"There is no file “{pack}”. Give the path of a draft pack.")
    changed = office.policy
    if pack:
        changed = load_pack(pack.stem, pack.parent, office.settings.codes)
    if threshold or window is not None:
        if not trigger:
            raise NotAllowed("Say which rule: rollbook policy what-if eng-l2 --threshold 92.")
        return policy_changed(changed, trigger, threshold=threshold, window=window)
    if not pack:
        raise NotAllowed("Say what would be different: --threshold, --window or --pack.")
    return changed


def _play(
    office: Office, standing: Standing, changed: PolicyPack, trigger: str, first: date | None
) -> WhatIf:
    if trigger and all(one.id != trigger for one in changed.triggers):
        office.policy.trigger(trigger)  # it may be only in one of them; a slip is in neither
    if first and first > standing.as_of:
        raise NotAllowed(f"The period begins on {first}, after its last day {standing.as_of}.")
    weeks = len(weeks_played(standing, first or standing.year_start))
    with progress() as bar:
        task = bar.add_task("Playing the weeks again", total=2 * weeks)
        return what_if(
            standing,
            changed,
            triggers=(trigger,) if trigger else (),
            first=first,
            fewest=office.settings.letters.fewest_possible,
            each_week=lambda: bar.advance(task),
        )


def _summary(standing: Standing, found: WhatIf, trigger: str, one_rule: bool) -> list[str]:
    lines = [f"{name}: {now} → {then}." for name, now, then in found.tests]
    if not lines:
        lines.append("The rules are the same; nothing would change.")
    parts = []
    for words, said in ((("more",), "more"), (("fewer",), "fewer")):
        letters, students = found.letters(*words), found.students(*words)
        of = f" ({counted(students, 'student')})" if letters else ""
        parts.append(f"{counted(letters, 'letter')} {said}{of}")
    moved, same = found.letters("earlier", "later"), found.letters("same")
    lines.append(
        f"{found.first} to {found.last}: {', '.join(parts)}, "
        f"{moved:,} on another day, {same:,} as before."
    )
    if one_rule:
        rule = standing.pack.trigger(trigger)
        if not {"threshold", "size"} & {*rule.overridable}:
            lines.append("The law settles this rule, not the school: the figures are for planning.")
    return [*lines, "Played week by week with the marks on record now. Nothing was changed."]


def _as_json(standing: Standing, found: WhatIf) -> dict[str, object]:
    return {
        "from": found.first,
        "to": found.last,
        "tests": [{"trigger": name, "now": now, "then": then} for name, now, then in found.tests],
        "more": found.letters("more"),
        "fewer": found.letters("fewer"),
        "moved": found.letters("earlier", "later"),
        "same": found.letters("same"),
        "students_more": found.students("more"),
        "students_fewer": found.students("fewer"),
        "changes": [
            {
                "student_id": one.student_id,
                "name": standing.students[one.student_id].name,
                "trigger": one.trigger,
                "change": one.word,
                "now": one.now,
                "then": one.then,
                "copies": one.copies,
            }
            for one in found.changes
            if one.word != "same"
        ],
    }
