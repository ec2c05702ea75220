"""`rollbook patterns`: the same days missed again and again, or all counts of one student."""

from typing import Annotated

import typer

from rollbook.attendance import percent
from rollbook.cli.app import HERE, JsonOption, OfficeOption, day_of, opened
from rollbook.cli.show import say, show_json, show_rows, show_table
from rollbook.patterns import Pattern, counts_of, patterns_of
from rollbook.problems import NotAllowed
from rollbook.reports.asked import reading_of
from rollbook.reports.patterns import patterns_table
from rollbook.standing import read_standing


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    app.command("patterns")(patterns)


def patterns(
    student: Annotated[
        str, typer.Option("--student", help="All that was looked at for this student id.")
    ] = "",
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="First day.")] = "",
    as_of: Annotated[str, typer.Option("--as-of", metavar="DATE", help="Last day.")] = "",
    office: OfficeOption = HERE,
    json: JsonOption = False,
) -> None:
    """Patterns of absence, each with the share that chance would give."""
    with opened(office) as opened_office:
        standing = read_standing(opened_office, day_of(as_of))
    if student and student not in standing.students:
        raise NotAllowed(standing.no_student(student))
    since = day_of(first) or standing.year_start
    guardians = [one for some in standing.guardians.values() for one in some]
    reading = reading_of(standing, since)
    if student:
        found = counts_of(reading, standing.pack, guardians, student_id=student)
    else:
        found = patterns_of(reading, standing.pack, guardians)
    if json:
        show_json({"from": since, "as_of": standing.as_of,
                   "patterns": [one.as_json() for one in found]})  # fmt: skip
    elif student:
        title = f"{standing.students[student].sort_name} from {since} to {standing.as_of}"
        show_rows(title, ("", "chance gives", "once in", "claimed"), [_row(one) for one in found])
        say("A pattern is a reason to ask, not a proof.")
    else:
        show_table(
            patterns_table(standing, found, since),
            "rollbook report patterns --to FILE.xlsx",
        )
        if found:
            say("All counts of one student: rollbook patterns --student ID")


def _row(one: Pattern) -> tuple[object, ...]:
    said = f"{one.count} of {one.of} {one.unit} {one.what}"
    return (said, f"{percent(one.chance)} %", one.one_in, "yes" if one.claimed else "no")
