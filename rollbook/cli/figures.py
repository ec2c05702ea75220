"""`rollbook attendance`, `findings`, `report`: figures and flags."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from rollbook.cli.app import HERE, JsonOption, OfficeOption, day_of, opened
from rollbook.cli.show import MOST_ROWS, say, show_json, show_rows, show_table
from rollbook.reports import Asked, Table, balance, report_list, report_named
from rollbook.reports.attendance import attendance_rows, attendance_table
from rollbook.reports.findings import explanation_as_json, explanation_table, findings_table
from rollbook.rules import Explanation
from rollbook.standing import read_standing

ADD_TO = "add --to FILE.xlsx"
SHORT = ("Student ID", "Student", "Trigger", "Class", "Value", "Test", "Since", "Letter")


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    app.command("attendance")(attendance)
    app.command("findings")(findings)
    app.command("report")(report)


def attendance(
    student: Annotated[
        list[str] | None, typer.Option("--student", help="Only this student id; may be repeated.")
    ] = None,
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="First day.")] = "",
    last: Annotated[str, typer.Option("--to", metavar="DATE", help="Last day.")] = "",
    office: OfficeOption = HERE,
    json: JsonOption = False,
) -> None:
    """Attendance of each student, exact, for the school year so far or between two days."""
    with opened(office) as opened_office:
        standing = read_standing(opened_office)
        rows = attendance_rows(standing, day_of(first), day_of(last), student or ())
        if json:
            show_json({"as_of": standing.as_of, "unit": standing.pack.unit, "students": rows})
        else:
            table = attendance_table(standing, day_of(first), day_of(last), student or ())
            all_rows = "rollbook report attendance --to FILE.xlsx"
            show_table(table, all_rows, most=None if student else MOST_ROWS)


def findings(
    as_of: Annotated[str, typer.Option("--as-of", metavar="DATE", help="As of this day.")] = "",
    why: Annotated[
        str,
        typer.Option("--why", metavar="STUDENT", help="Every mark counted or not, and the rule."),
    ] = "",
    trigger: Annotated[str, typer.Option(help="Only this trigger.")] = "",
    every_mark: Annotated[
        bool,
        typer.Option("--every-mark", help="With --why: the marks that did not count as well."),
    ] = False,
    to: Annotated[Path | None, typer.Option(help="Write to this .xlsx or .csv file.")] = None,
    office: OfficeOption = HERE,
    json: JsonOption = False,
) -> None:
    """What each student has crossed; with --why, the reasons for one student.

    With --to, or --trigger, or --every-mark, each mark is listed, counted or not.
    """
    with opened(office) as opened_office:
        if trigger:
            opened_office.policy.trigger(trigger)
        standing = read_standing(opened_office, day_of(as_of))
        if why:
            reasons = [one for one in standing.explain(why) if trigger in ("", one.trigger)]
            if to:
                explanation_table(reasons).write(to, standing.pack.paper)
                say(f"Written: {to}")
            else:
                _show_why(why, reasons, every_mark or bool(trigger), json)
            return
        found = [one for one in standing.findings() if trigger in ("", one.trigger)]
        if to:
            findings_table(standing, found).write(to, standing.pack.paper)
            say(f"Written: {to}")
        elif json:
            show_json({"as_of": standing.as_of, "findings": [one.as_json() for one in found]})
        else:
            show_table(findings_table(standing, found).only(SHORT), ADD_TO)
            if found:
                say("Reasons for one student: rollbook findings --why ID")


def _show_why(
    student_id: str, reasons: Sequence[Explanation], every_mark: bool, json: bool
) -> None:
    """Show each rule's answer and its marks: those that counted, or every one looked at."""
    if json:
        show_json(
            {
                "student_id": student_id,
                "explanations": [explanation_as_json(one) for one in reasons],
            }
        )
        return
    for one in reasons:
        say(f"\n{one.trigger}: {one.sentence}")
        for line in (*one.citations, one.note):
            if line:
                say(f"  {line}")
        shown = [judged for judged in one.marks if every_mark or (one.crossed and judged.counted)]
        rows = [
            (
                judged.day,
                judged.part,
                judged.symbol,
                judged.meaning,
                "counted" if judged.counted else "not counted",
                judged.why,
            )
            for judged in shown
        ]
        if rows:
            show_rows("", ("date", "part", "code", "meaning", "", "why"), rows)
    if not every_mark:
        say("\nMarks that did not count: add --every-mark, or --to why.xlsx for Excel.")


def report(
    name: Annotated[str, typer.Argument(help="Which report; `rollbook report list` names them.")],
    to: Annotated[Path | None, typer.Option(help="Write to this .xlsx or .csv file.")] = None,
    day: Annotated[str, typer.Option("--date", metavar="DATE", help="As of this day.")] = "",
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="First day.")] = "",
    against: Annotated[
        Path | None, typer.Option(help="balance: an export to compare with, mark by mark.")
    ] = None,
    office: OfficeOption = HERE,
    json: JsonOption = False,
) -> None:
    """A report as a table, an Excel workbook or a CSV file."""
    if name == "list":
        show_rows("Reports", ("name", "what it says"), report_list())
        return
    build = report_named(name).build
    with opened(office) as opened_office:
        standing = read_standing(opened_office, day_of(day))
        asked = Asked(opened_office, standing, day_of(first), against)
        table: Table = build(asked)
    if to:
        table.write(to, standing.pack.paper)
        say(f"Written: {to}")
    elif json:
        names = [column.title for column in table.columns]
        show_json({"title": table.title,
                   "rows": [dict(zip(names, row, strict=True)) for row in table.rows]})  # fmt: skip
    else:
        show_table(table, ADD_TO)
    if name == balance.NAME and not balance.balanced(table):
        raise typer.Exit(1)
