"""`rollbook changes` and `rollbook undo`: what a posting did, and taking it back."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from rollbook.cli.app import HERE, JsonOption, OfficeOption, opened
from rollbook.cli.rounds import has_problems, one_round, round_as_json, tell
from rollbook.cli.show import complain, say, show_json, show_rows, show_table
from rollbook.office import Office
from rollbook.posting.undo import Undone, undo
from rollbook.problems import NotAllowed, RollbookError
from rollbook.reports import Table
from rollbook.reports.changes import changes_table, postings_table
from rollbook.reports.since import Moment, Since, since
from watcher.rounds import Round

LEFT_SHOWN = 20
ROWS_OF_A_SHEET = 1 << 20

PostingArgument = Annotated[
    int | None, typer.Argument(metavar="[POSTING]", help="A posting's number; else the newest.")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    app.command("changes")(changes)
    app.command("undo")(undo_posting)


def changes(
    posting: PostingArgument = None,
    which: Annotated[
        bool, typer.Option("--list", help="The postings with their numbers, newest first.")
    ] = False,
    to: Annotated[Path | None, typer.Option(help="Write to this .xlsx or .csv file.")] = None,
    office: OfficeOption = HERE,
    json: JsonOption = False,
) -> None:
    """What a posting changed, mark by mark: was, is, file, when, by whom."""
    with opened(office) as opened_office:
        paper = opened_office.policy.paper
        table = postings_table(opened_office) if which else changes_table(opened_office, posting)
    if to:
        _write(table, to, paper)
    elif json:
        names = [column.title for column in table.columns]
        show_json({"title": table.title,
                   "rows": [dict(zip(names, row, strict=True)) for row in table.rows]})  # fmt: skip
    else:
        show_table(table, "add --to FILE.xlsx")
        if which:
            say("What one changed: rollbook changes NUMBER")


def _write(table: Table, to: Path, paper: str) -> None:
    if to.suffix.lower() == ".xlsx" and len(table.rows) > ROWS_OF_A_SHEET - 3:
        raise NotAllowed(
            f"{len(table.rows):,} rows are more than a sheet can hold. Write a .csv file instead."
        )
    table.write(to, paper)
    say(f"Written: {to}")


def undo_posting(
    posting: Annotated[int, typer.Argument(help="Its number: rollbook changes --list.")],
    reason: Annotated[str, typer.Option(help="Why; it stays on record.")],
    office: OfficeOption = HERE,
    json: JsonOption = False,
) -> None:
    """Take a whole posting back: marks, flags and letters follow, and the trail is kept."""
    with opened(office) as opened_office:
        before = Moment.read(opened_office)
        done = undo(opened_office, posting, datetime.now().astimezone(), reason)
        if not json:
            _tell_undone(done)
        followed, trouble = _follow(opened_office)
        became = since(before, opened_office)
        if json:
            show_json(_as_json(done, became, followed, trouble))
        else:
            if followed:
                _tell_round(opened_office, followed)
            say(trouble or became.sentence)
    if (
        done.left
        or done.also_in
        or done.mended_by
        or trouble
        or (followed and has_problems(followed))
    ):
        raise typer.Exit(1)


def _follow(office: Office) -> tuple[Round | None, str]:
    """Do what `rollbook once` does; say why not when that cannot be now."""
    try:
        return one_round(office, []), ""
    except RollbookError as error:
        return None, (
            f"The marks are put back. Flags, letters and workbooks follow with the next round "
            f"(rollbook once), for now: {error}"
        )


def _tell_round(office: Office, followed: Round) -> None:
    if followed.did_something:
        tell(office, followed)


def _tell_undone(done: Undone) -> None:
    say(done.sentence)
    if done.left:
        shown = [
            (one.student_id, one.day, one.part, one.symbol or "none", one.posting)
            for one in done.left[:LEFT_SHOWN]
        ]
        show_rows(
            "Changed since by a later file, and left as they are",
            ("student", "date", "part", "is", "by posting"),
            shown,
        )
        if len(done.left) > LEFT_SHOWN:
            say(f"… and {len(done.left) - LEFT_SHOWN:,} more: --json names them all.")
    for sentence in done.problems():
        complain(sentence)


def _as_json(done: Undone, became: Since, followed: Round | None, trouble: str) -> dict[str, Any]:
    return {
        "posting": done.posting.id,
        "of": done.of.id,
        "file": done.of.file,
        "reason": done.reason,
        "put_back": done.put_back,
        "taken_away": done.taken_away,
        "left": done.left,
        "struck_off": done.struck_off,
        "held_again": done.held_again,
        "also_in": [{"posting": one.id, "file": one.file} for one in done.also_in],
        "mended_by": [{"posting": one.id, "file": one.file} for one in done.mended_by],
        "new_flags": became.new_flags,
        "cleared_flags": became.cleared_flags,
        "letters_prepared": list(became.prepared),
        "letters_void": list(became.void),
        "letters_taking_back": list(became.taking_back),
        "round": round_as_json(followed) if followed else None,
        "waiting": trouble,
    }
