"""What `rollbook import adopt` shows before it writes, and how it asks at a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import typer

from rollbook.cli.importing_answers import CodeTaken, codes_taken, columns_not_read
from rollbook.cli.importing_asked import Asked, Custom
from rollbook.cli.importing_questions import questions
from rollbook.cli.show import complain, say, show_rows
from rollbook.importers.contract import Extract
from rollbook.importers.reading.looking import Seen
from rollbook.importers.reading.written import FIELDS
from rollbook.problems import NotAllowed, Severity

_STUDENTS, _MARKS_EACH, _PROBLEMS, _CHOICES = 4, 4, 5, 12
_FIRST_ROWS, _FIRST_COLUMNS = 3, 10


def ask(seen: Seen, stem: str, given: dict[str, str], custom: Custom) -> list[Asked]:
    """Ask until nothing is open, then whether a code is meant otherwise than it is taken."""
    asked = questions(seen, stem, given, custom)
    shown: Mapping[str, str] = {}
    while waiting := next((one for one in asked if one.answer is None), None):
        if waiting.choices != shown:  # a long table of codes is shown once
            _show_choices(waiting)
            shown = waiting.choices
        asked = _answered(seen, stem, given, custom, {waiting.key: _typed(waiting)}) or asked
    while codes := codes_taken(seen, asked, custom):
        show_codes(codes)
        otherwise = typer.prompt(
            "Is one of them meant otherwise? Write CODE=MEANING, or press Enter",
            default="",
            show_default=False,
        )
        if not otherwise:
            break
        code, equals, meant = otherwise.partition("=")
        if not equals:
            complain("Write the file's code, an equals sign, and the office's code: A=U.")
            continue
        changed = {f"code.{code.strip()}": meant.strip()}
        asked = _answered(seen, stem, given, custom, changed) or asked
    return asked


def _answered(
    seen: Seen, stem: str, given: dict[str, str], custom: Custom, answer: dict[str, str]
) -> list[Asked] | None:
    """Take an answer into ``given`` and return the questions; None, and say why, if it is none."""
    try:
        asked = questions(seen, stem, given | answer, custom)
    except NotAllowed as wrong:
        complain(str(wrong))
        return None
    given |= answer
    return asked


def _typed(asked: Asked) -> str:
    """Return what was typed; a number stands for the choice it is shown with."""
    typed = str(typer.prompt(asked.text, default="" if "" in asked.choices else None)).strip()
    numbered = dict(zip(map(str, range(1, len(asked.choices) + 1)), asked.choices, strict=True))
    return typed if typed in asked.choices else numbered.get(typed, typed)


def _show_choices(asked: Asked) -> None:
    rows = [(str(n), *one) for n, one in enumerate(asked.choices.items(), 1)]
    if rows:
        show_rows("Answers", ("no.", "answer", "meaning"), rows)


def shown_choices(asked: Asked) -> str:
    """Return the answers there can be in a line."""
    known = [one for one in asked.choices if one]
    return ", ".join(known[:_CHOICES]) + (" …" if len(known) > _CHOICES else "")


def show_table_seen(seen: Seen) -> None:
    """Show where the headers are, and the first rows under them."""
    where = f"sheet {seen.sheet}, " if seen.sheet else ""
    rows = f"rows {seen.header_row - 1} and" if seen.header_rows == 2 else "row"
    say(f"Headers: {where}{rows} {seen.header_row}. Rows below: {len(seen.rows):,}.")
    if seen.day_parts:
        named = " and ".join(seen.day_parts)
        day = seen.dated[0].header.removesuffix(next(iter(seen.day_parts))).strip()
        say(f"The day stands only in the title: “{day}”. It is taken for {named} of every row.")
    for name in seen.upload.hidden_sheets:
        say(f"The sheet “{name}” is hidden in Excel and passed over. Unhide it if it has marks.")
    over = {column.place: column.header for column in seen.dated}
    width = max([len(seen.headers), *(place + 1 for place in over)])
    headers = [over.get(p) or (seen.headers[p : p + 1] or ("",))[0] for p in range(width)]
    shown = headers[:_FIRST_COLUMNS]
    first = [(row + ("",) * width)[: len(shown)] for row in seen.rows[:_FIRST_ROWS]]
    show_rows("The first rows", shown, first)
    if width > len(shown):
        say(f"… and {width - len(shown)} more columns: {headers[len(shown)]} to {headers[-1]}.")


def show_unread(seen: Seen, asked: Sequence[Asked]) -> None:
    """Name the columns that nothing is read from, and what one of them could still be."""
    left = columns_not_read(seen, asked)
    if not left:
        return
    shape = next(one.answer for one in asked if one.key == "shape") or ""
    free = [one.key for one in asked if one.key in FIELDS[shape] and not one.answer]
    say(f"Not read: {', '.join(left)}.")
    if free:
        more = f" (or {', '.join(free[1:])})" if free[1:] else ""
        say(f'Where one of them counts, say what it is: --set "{free[0]}={left[0]}"{more}')


def show_codes(codes: Sequence[CodeTaken]) -> None:
    """Show how often each code occurs, and what it will be taken for."""
    if codes:
        show_rows("The codes", ("in the file", "times", "taken for", "which means"), codes)


def show_preview(read: Extract, custom: Custom) -> None:
    """Show the first students as they will be posted, and what will not be."""
    if read.figures:
        totals = [
            (
                one.student_id,
                one.name,
                ", ".join(f"{k} {v}" for k, v in one.counts.items()),
                one.unit,
            )
            for one in read.figures[: _STUDENTS * 2]
        ]
        show_rows("The first students", ("student", "name", "totals", "unit"), totals)
    else:
        names = {one.student_id: one.name for one in read.students}
        rows = [
            (who, names.get(who, ""), day, part, code, custom.meaning(code))
            for who, day, part, code in _first_marks(read)
        ]
        titles = ("student", "name", "date", "session", "code", "which means")
        show_rows("The first students, as they will be posted", titles, rows)
        who = read.marks["student_id"].nunique()
        say(f"{len(read.marks):,} marks of {who:,} students.")
    told = [one for one in read.problems if one.slug != "hidden-sheets"]  # said of the table
    for problem in told[:_PROBLEMS]:
        say(problem.message)
    if len(told) > _PROBLEMS:
        say(f"… and {len(told) - _PROBLEMS:,} more such sentences.")


def preview_data(read: Extract) -> dict[str, object]:
    """Return the same for a program."""
    held = [one for one in read.problems if one.severity == Severity.HOLD]
    return {
        "marks": len(read.marks),
        "students": len({*read.marks["student_id"], *(one.student_id for one in read.figures)}),
        "held": len(held),
        "first": [list(one) for one in _first_marks(read)],
    }


def _first_marks(read: Extract) -> Iterator[tuple[str, str, str, str]]:
    marks = read.marks
    for who in islice(dict.fromkeys(marks["student_id"].astype(str)), _STUDENTS):
        own = marks[marks["student_id"] == who].head(_MARKS_EACH)
        for row in own.itertuples():
            yield who, f"{row.date:%Y-%m-%d}", str(row.part), str(row.symbol)
