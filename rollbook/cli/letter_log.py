"""`rollbook letters verify-log`: whether the logs are as they were written."""

from typing import Annotated

import typer

from rollbook.cli.app import HERE, JsonOption, OfficeOption, opened
from rollbook.cli.letters import letters
from rollbook.cli.show import complain, say, show_json
from rollbook.ledger.chain import Head
from rollbook.letters.log_check import LogReport, check_log
from rollbook.problems import NotAllowed


@letters.command("verify-log")
def verify_log(
    office: OfficeOption = HERE,
    json: JsonOption = False,
    head: Annotated[
        str, typer.Option(help="A head of the log noted earlier, as 1234:5f2a….", metavar="HEAD")
    ] = "",
) -> None:
    """Check that no entry of the logs was changed or removed, and no printed letter replaced."""
    with opened(office) as opened_office:
        report = check_log(opened_office, _head(head) if head else None)
    if json:
        show_json(
            {
                "whole": not report.faults,
                "entries": report.head.number,
                "head": str(report.head),
                "lists": report.lists,
                "files": report.files,
                "missing": report.missing,
                "faults": report.faults,
            }
        )
    else:
        _tell(report)
    if report.faults:
        raise typer.Exit(1)


def _tell(report: LogReport) -> None:
    for one in report.faults:
        number = f"Entry {one.number:,}, the " if one.number else "The "
        complain(f"{number}{one.which}: {one.what}.")
    if report.faults:
        complain(
            "Stop, keep the whole office folder as it is, and ask whoever looks after Rollbook. "
            "A backup of rollbook.db shows how it was earlier."
        )
        return
    say(f"{report.head.number:,} entries of the logs are as they were written.")
    if report.lists:
        say(f"{_counted(report.lists, 'list')} of printed batches fit them.")
    if report.files:
        say(f"{_counted(report.files, 'printed letter')} in the folders: as they were printed.")
    if report.missing:
        say(f"{_counted(report.missing, 'printed letter')} moved or deleted; make one again with: "
            "rollbook letters reprint SERIAL")  # fmt: skip
    say(f"Head of the log, to write down: {report.head}")


def _counted(number: int, what: str) -> str:
    return f"1 {what}" if number == 1 else f"{number:,} {what}s"


def _head(text: str) -> Head:
    number, _, digest = text.strip().partition(":")
    if not number.isdecimal() or not digest:
        raise NotAllowed(f"“{text}” is no head of a log. It looks like 1234:5f2a…, from a batch.")
    return Head(int(number), digest.lower())
