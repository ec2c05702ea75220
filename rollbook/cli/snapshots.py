"""`rollbook workbook update | snapshots | restore`: written with a copy kept, and the way back."""

import json as json_text
import sys
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from rollbook.cli.app import HERE, JsonOption, OfficeOption, opened
from rollbook.cli.reading import entry_as_json
from rollbook.cli.show import say, show_json, show_rows
from rollbook.cli.workbook import FileArgument, adopted, adopted_books, found, workbook
from rollbook.ledger import postings
from rollbook.office import Office
from rollbook.problems import NotAllowed, WorkbookError, counted
from rollbook.standing import read_standing
from rollbook.workbooks import Receipt
from rollbook.workbooks.busy import conflict_copies
from rollbook.workbooks.keeping import read_workbooks, update_workbooks, waiting_workbooks
from rollbook.workbooks.pending import receipt_of
from rollbook.workbooks.restoring import copy_to_restore, given_up, restore
from rollbook.workbooks.snapshots import Snapshot, list_snapshots

OneFile = Annotated[
    Path | None, typer.Argument(metavar="FILE", help="One workbook; else all that are adopted.")
]

SHOWN = 20
_CELLS_NAMED = 6


def register(app: typer.Typer) -> None:
    """Add the commands of this room to `rollbook workbook`."""
    workbook.command("update")(update)
    workbook.command("snapshots")(snapshots)
    workbook.command("restore")(restore_command)


def update(
    file: OneFile = None,
    office: OfficeOption = HERE,
    json: JsonOption = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Say what else was done.")] = False,
) -> None:
    """Write figures and log rows into the adopted workbooks; nothing else in them changes.

    A copy of each is kept first. One that is open waits until it is closed; where Excel has it open
    on this computer, and the extra "desktop" is installed, it is written there, for you to save.

    A workbook that was put back as it was is left so until it is named here.
    """
    lines: list[str] = []
    receipts: list[Receipt] = []
    trouble: WorkbookError | None = None
    with opened(office) as opened_office:
        if not opened_office.settings.workbook:
            raise NotAllowed("No workbook is adopted yet. First: rollbook workbook adopt FILE")
        if file is not None:
            file = adopted(opened_office, found(opened_office, file))
        now = datetime.now().astimezone()
        readings = read_workbooks(opened_office, now, file, by_hand=file is not None)
        try:
            update_workbooks(
                opened_office,
                read_standing(opened_office),
                only=file,
                by_hand=file is not None,
                tell=lines.append,
                done=receipts.append,
            )
        except WorkbookError as error:  # said in the end: the others were written
            trouble = error
        known = {receipt.file for receipt in receipts}
        waiting = [
            one.why
            for one in ([] if file else waiting_workbooks(opened_office))
            if one.path.resolve() not in known and one.why not in str(trouble)
        ]
        books = [file] if file else adopted_books(opened_office)
        beside = [line for book in books for line in _conflicts(book)]
    if json:
        plain = [receipt.to_dict() for receipt in receipts]
        entered = [entry_as_json(one) for reading in readings for one in reading.entries]
        notes = [*lines, *beside]
        show_json({"receipts": plain, "read_back": entered, "waiting": waiting, "notes": notes})
    else:
        read = [line for reading in readings if (line := reading.line())]
        not_read = [why for reading in readings for why in reading.waiting]
        read += [f"Not read yet: {why}." for why in not_read if why not in str(trouble)]
        lines += [
            f"Left alone: {left.sheet} {left.cells}: {left.why}."
            for receipt in receipts
            for left in receipt.left_alone
        ]
        for line in read + [receipt.line() for receipt in receipts] + waiting + beside:
            say(line)
        for line in lines if verbose else ():
            say(line)
    if trouble:
        raise trouble


def _size(number: int) -> str:
    return f"{number / 1e6:.1f} MB" if number >= 1_000_000 else f"{max(number // 1000, 1)} KB"


def _conflicts(book: Path) -> Iterator[str]:
    for copy in conflict_copies(book):
        yield (
            f"“{copy.name}” lies beside “{book.name}”: a copy OneDrive or another service made "
            "because two people changed it at once. Rollbook writes only into "
            f"“{book.name}”; look what the copy holds, and delete it."
        )


# ---- The copies ------------------------------------------------------------------------------


def snapshots(
    file: OneFile = None,
    office: OfficeOption = HERE,
    json: JsonOption = False,
    every: Annotated[bool, typer.Option("--all", help="Older copies too.")] = False,
) -> None:
    """List the copies kept of a workbook: when, how large, and what was changed then.

    Kept are all copies of 14 days, then one a day until 90 days and one a week until 400, the
    newest ten, those of today and the very first always. [snapshots] in office.toml says otherwise:
    all_days, daily_days, weekly_days, fewest, megabytes.
    """
    with opened(office) as opened_office:
        files = [found(opened_office, file)] if file else adopted_books(opened_office)
        listed = {each: _listed(opened_office, each, None if every else SHOWN) for each in files}
        kept = {each: len(list_snapshots(each, opened_office.folders.snapshots)) for each in files}
    if json:
        show_json([{"file": str(each), "copies": copies} for each, copies in listed.items()])
        return
    for each, copies in listed.items():
        _show(each, copies, kept[each])
    if not any(listed.values()):
        say("No copy is kept yet: one is taken before each write into a workbook.")


def _listed(office: Office, file: Path, most: int | None) -> list[dict[str, Any]]:
    """Return the copies of a workbook, newest first, with what is known of each."""
    with office.ledger.read() as connection:
        posted = postings.postings(connection)
    moments = [datetime.fromisoformat(one.at).astimezone() for one in posted]
    listed = []
    for number, copy in enumerate(list_snapshots(file, office.folders.snapshots)[:most], start=1):
        before = bisect_right(moments, copy.taken.astimezone())
        receipt = receipt_of(copy.path, office.folders.receipts)
        listed.append(
            {
                "number": number,
                "taken": copy.taken.isoformat(timespec="seconds"),
                "bytes": copy.size,
                "then": _what_then(receipt),
                "after_posting": posted[before - 1].file if receipt and before else "",
                "copy": str(copy.path),
            }
        )
    return listed


def _what_then(receipt: Path | None) -> str:
    """Say what the write did that a copy was taken for."""
    if receipt is None:
        return "it was put back"
    told = json_text.loads(receipt.read_bytes())
    done = [counted(len(told["cells"]), "cell")] if told["cells"] else []
    for key, what in (("students_added", "student"), ("rows_added", "letter")):
        if told.get(key):
            done.append(f"{counted(len(told[key]), what)} added")
    done += ["in Excel, for you to save"] if told.get("through") == "Excel" else []
    return ", ".join(done)


def _show(file: Path, copies: Sequence[dict[str, Any]], kept: int) -> None:
    if not copies:
        return
    rows = [
        (
            one["number"],
            f"{datetime.fromisoformat(one['taken']):%a %d %b %Y %H:%M:%S}",
            _size(one["bytes"]),
            one["then"],
            Path(one["after_posting"]).name,
        )
        for one in copies
    ]
    show_rows(
        f"{file.name}, as it was before each write",
        ("", "before", "size", "what was changed then", "after the posting of"),
        rows,
    )
    if kept > len(copies):
        say(f"… and {kept - len(copies):,} more: add --all")
    say(f'To go back to one: rollbook workbook restore "{file.name}" NUMBER')


# ---- The way back ----------------------------------------------------------------------------


def restore_command(
    file: FileArgument,
    when: Annotated[
        str,
        typer.Argument(
            metavar="[WHEN]",
            help="As it was then: 2026-11-13, 2026-11-13T09:30, or a number of the list.",
        ),
    ] = "",
    office: OfficeOption = HERE,
    yes: Annotated[bool, typer.Option("--yes", help="Without asking.")] = False,
    only_list: Annotated[bool, typer.Option("--list", help="Only list the copies.")] = False,
) -> None:
    """Put the workbook back as it was before the last update, or as it was at a moment.

    As it is now is kept as a copy too, so this can be undone in the same way. On a terminal it
    first says what is given up, and asks.
    """
    if only_list:
        snapshots(file, office)
        return
    with opened(office) as opened_office:
        folder = opened_office.folders.snapshots
        file = found(opened_office, file).resolve()
        moment = _moment(when, list_snapshots(file, folder))
        chosen = copy_to_restore(file, folder, moment)
        if sys.stdin.isatty() and not yes:
            say(f"{file.name} will be as it was on {chosen.taken:%d %B %Y at %H:%M:%S}.")
            for line in _lost(file, chosen):
                say(line)
            if not typer.confirm("Put it back?"):
                say("It was left as it is.")
                return
        restore(file, folder, chosen.taken)
        is_adopted = file in [book.resolve() for book in adopted_books(opened_office)]
    say(f"{file.name} is back as it was on {chosen.taken:%d %B %Y at %H:%M:%S}.")
    say("As it was a moment ago is kept too: the same command takes you back there.")
    if is_adopted:
        say(f'Rollbook leaves it so until you say: rollbook workbook update "{file.name}"')


def _lost(file: Path, chosen: Snapshot) -> Iterator[str]:
    """Say what was written since the copy was taken, and will not be there."""
    if not file.exists():
        return
    try:
        sheets = given_up(file, chosen.path)
    except WorkbookError:
        yield "What was written since cannot be told: the file cannot be read."
        return
    if not sheets:
        yield "No cell shows anything else now than then."
    for sheet, cells in sheets:
        if not cells:
            yield f"Sheet “{sheet}” is only in one of the two."
            continue
        named = ", ".join(cells[:_CELLS_NAMED]) + (" …" if len(cells) > _CELLS_NAMED else "")
        what = counted(len(cells), "cell")
        yield f"Given up on sheet “{sheet}”: what stands in {what} ({named})."


def _moment(text: str, kept: Sequence[Snapshot]) -> datetime | None:
    """Read a number of the list, a day or a moment; a day means its end."""
    if not text:
        return None
    if text.isdigit() and len(text) < len("20261113"):
        if not 1 <= int(text) <= len(kept):
            raise NotAllowed(
                f"There is no copy {text}; {counted(len(kept), 'copy')} kept. The list: "
                "rollbook workbook snapshots FILE"
            )
        return kept[int(text) - 1].taken
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise NotAllowed(
            f"“{text}” is no date, time or number of the list. Write 2026-11-13, 2026-11-13T09:30 "
            "or 3."
        ) from error
    if moment.tzinfo is not None:
        moment = moment.astimezone().replace(tzinfo=None)
    is_day = "T" not in text and " " not in text
    return moment.replace(hour=23, minute=59, second=59, microsecond=999_999) if is_day else moment
