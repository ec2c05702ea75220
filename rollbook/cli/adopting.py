"""`rollbook workbook adopt`: what was found is shown, what cannot be known is asked, then kept."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table as RichTable

from rollbook.cli.app import HERE, JsonOption, OfficeOption, opened
from rollbook.cli.show import complain, console, say, show_json
from rollbook.cli.workbook import FileArgument, found, kept_as, kept_name, workbook
from rollbook.office import Office, save_workbook_map
from rollbook.problems import NotAllowed, WorkbookError
from rollbook.standing import read_standing
from rollbook.workbooks import Block, Column, WorkbookMap
from rollbook.workbooks.adopting import look
from rollbook.workbooks.answers_kept import answered_before, answers_kept, chosen_before
from rollbook.workbooks.book import Book
from rollbook.workbooks.busy import read_workbook
from rollbook.workbooks.columns_added import ColumnsPlan, add_columns, plan_columns
from rollbook.workbooks.content import roster_of
from rollbook.workbooks.keeping import keep
from rollbook.workbooks.previewing import BETWEEN, WIDEST, pieces, preview
from rollbook.workbooks.questions import Found, Question, Roster, check_answer

_TITLES = {"tracker": "Tracker", "log": "Letter log", "contacts": "Contact log"}


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    workbook.command("adopt")(adopt_command)


def adopt_command(
    file: FileArgument,
    sheet: Annotated[str, typer.Option(metavar="NAME", help="The tracker's sheet.")] = "",
    answers: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="KEY=VALUE", help="An answer, such as rate=G or days=fill; again."
        ),
    ] = None,
    add: Annotated[
        str,
        typer.Option(
            metavar="COLUMNS", help="Add columns the list lacks, such as student_id,rate,flag."
        ),
    ] = "",
    only_look: Annotated[bool, typer.Option("--look", help="Only look; keep nothing.")] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Ask only what cannot be known otherwise.")
    ] = False,
    office: OfficeOption = HERE,
    json: JsonOption = False,
) -> None:
    """Find what is where in a workbook and keep it up to date from now on.

    On a terminal it asks what it cannot know. Without one, answer with --set. Nothing in the
    workbook is changed, unless you ask for columns with --add.
    """
    with opened(office) as opened_office:
        file = found(opened_office, file)
        conversation = _Conversation(
            opened_office, file, _given(answers or [], sheet), yes or only_look or json
        )
        if add and not conversation.add(_keys(add), only_look=only_look, yes=yes, json=json):
            return
        seen = conversation.asked(only_look=only_look)
        name = kept_name(opened_office, file)
        before = kept_as(opened_office, file)
        if json:
            show_json(_as_json(name, seen))
        else:
            conversation.show_lists(seen)
            _show(seen, before)
        if only_look:
            _say_open(seen, json=json)
            return
        if conversation.is_open and not typer.confirm("Is this right?", default=True):
            say("Nothing was kept. Say what is where with --set, such as --set rate=G.")
            return
        plain = seen.mapping.to_dict()
        save_workbook_map(opened_office.folders.root, plain | {"file": name})
    if not json:
        say("It is written to office.toml. Bring it up to date with: rollbook workbook update")


class _Conversation:
    """Asking the clerk about one workbook, on a terminal or by what was given beforehand."""

    def __init__(self, office: Office, file: Path, answers: dict[str, str], is_told: bool) -> None:
        self._office, self._file = office, file
        self._answers = chosen_before(kept_as(office, file)) | answers
        self._roster: Roster = roster_of(read_standing(office))
        self._before = answers_kept(file, kept_as(office, file))
        self._shown: tuple[Block, ...] | None = None
        self.is_open = sys.stdin.isatty() and not is_told

    def asked(self, *, only_look: bool) -> Found:
        """Return what was found once every question has an answer or a default."""
        while True:
            seen = look(self._file, self._answers, self._roster)
            if seen.refusal:
                raise WorkbookError(seen.refusal + _offer(self._file, seen.lacking))
            asked = [answered_before(each, self._before) for each in seen.questions]
            again = {now.key: now.default for now in asked if now not in seen.questions}
            if again and not self.is_open:
                self._answers |= again
                continue
            waiting = asked if self.is_open else seen.unanswered
            if not waiting or only_look:
                return seen
            if not self.is_open and not sys.stdin.isatty():
                raise WorkbookError(" ".join(map(_to_set, seen.unanswered)))
            self.show_lists(seen)
            self._answers[waiting[0].key] = _answer(waiting[0])

    def show_lists(self, seen: Found) -> None:
        """Show the first rows of what was found; again only when it is found otherwise."""
        if seen.mapping.lists != self._shown:
            _show_lists(self._file, seen.mapping)
            self._shown = seen.mapping.lists

    def add(self, keys: Sequence[str], *, only_look: bool, yes: bool, json: bool) -> bool:
        """Add columns to the list; return whether it was done."""
        seen = look(self._file, self._answers, self._roster)
        block = seen.mapping.tracker or seen.lacking
        if block is None:
            raise WorkbookError(seen.refusal or " ".join(map(_to_set, seen.unanswered)))
        book = Book(self._file, read_workbook(self._file))
        plan = plan_columns(book, block, keys, self._roster)
        tell = complain if json else say
        for line in plan.lines():
            tell(line)
        if only_look or not self._may_add(plan, yes=yes):
            tell("Nothing was added. To add it: --yes" if not only_look else "Nothing was added.")
            return False
        receipt = add_columns(self._file, block, plan, self._office.folders.snapshots)
        keep(self._office, receipt)
        tell(receipt.line())
        return True

    def _may_add(self, plan: ColumnsPlan, *, yes: bool) -> bool:
        if yes or not self.is_open:
            return yes
        return typer.confirm("Add it to the workbook? A copy is kept first.", default=True)


def _keys(text: str) -> list[str]:
    return [key for each in text.split(",") if (key := each.strip())]


def _given(texts: Sequence[str], sheet: str) -> dict[str, str]:
    """Return the answers given on the command line."""
    answers = {"sheet": sheet} if sheet else {}
    for text in texts:
        key, sign, value = text.partition("=")
        if not sign or not key.strip():
            raise NotAllowed(f"“{text}” is no answer. Write --set KEY=VALUE, such as --set rate=G.")
        answers[key.strip()] = value.strip()
    return answers


def _answer(question: Question) -> str:
    """Ask until there is an answer that can be taken."""
    may_be = ", ".join(question.choices)
    say(question.text)
    while True:
        said = typer.prompt(f"  {may_be or 'Answer'}", default=question.default or None)
        try:
            return check_answer(question, str(said))
        except WorkbookError:
            say(f"  Answer one of: {may_be}.")


def _to_set(question: Question) -> str:
    choices = f" One of: {', '.join(question.choices)}." if question.choices else ""
    return f"{question.text}{choices} Answer with: --set {question.key}=…"


def _offer(file: Path, lacking: Block | None) -> str:
    if lacking is None:
        return ""
    wanted = ("student_id", "rate", "flag", "last_letter")
    keys = ",".join(key for key in wanted if key not in lacking.columns)
    return (
        " Rollbook can add what is missing at the right of the list, and fill in the ids of names "
        f'it knows for certain. To see how: rollbook workbook adopt "{file}" --add {keys} --look'
    )


# ---- what is shown ---------------------------------------------------------------------------


def _show_lists(file: Path, mapping: WorkbookMap) -> None:
    book = Book(file, read_workbook(file))
    say(f"Found in {file.name}:")
    for key, title in _TITLES.items():
        block: Block | None = getattr(mapping, key)
        if block is not None:
            _show_list(book, title, block)
        elif key != "contacts":
            say(f"No {title.lower()}.")


def _show(seen: Found, before: Mapping[str, Any] | None) -> None:
    for line in (*_habits(seen.mapping), *seen.notes):
        if line:
            say(line)
    for line in _differences(before, seen.mapping) if before is not None else ():
        say(line)


def _show_list(book: Book, title: str, block: Block) -> None:
    edge = len(str(block.header_row)) + BETWEEN
    say(f"{title}: sheet {block.sheet}, headings in row {block.header_row}")
    for piece in pieces(preview(book, block), console.width - edge - BETWEEN):
        table = RichTable(box=None, pad_edge=False, show_header=True, header_style="bold")
        table.add_column("", justify="right", no_wrap=True, min_width=edge)
        for word in piece.words:
            table.add_column(word, overflow="ellipsis", no_wrap=True, max_width=WIDEST)
        table.add_row("", *piece.letters, style="dim")
        table.add_row(str(block.header_row), *piece.headings)
        for number, texts in piece.rows:
            table.add_row(str(number), *texts)
        console.print(table)


def _habits(mapping: WorkbookMap) -> Iterator[str]:
    """Say how the tracker is kept, beside its columns; always in as many lines."""
    if mapping.tracker is None:
        return
    days, whom = mapping.days, mapping.whom
    if days is None:
        yield ""
    else:
        done = "fills in the marks where a cell is empty" if days.fill else "leaves them alone"
        yield f"Columns {days.first} to {days.last} are days: Rollbook {done}."
    of = "; ".join([*whom.campuses, *whom.groups])
    yield (
        f"New students{f' of {of}' if of else ''} are added; leavers are marked."
        if whom.add
        else "New students are named, not added. To have them added: --set add=yes."
    )
    yield f"Formulas are written over in: {_listed(mapping.replaces)}." if mapping.replaces else ""
    if "rate" in mapping.tracker.columns:
        written = "92.3" if mapping.hundred else "0.923, which the cells show as 92.3 %"
        yield f"Percentages are written as {written}."


def _listed(keys: Sequence[str]) -> str:
    return ", ".join(key.replace("_", " ") for key in keys)


def _differences(before: Mapping[str, Any], now: WorkbookMap) -> Iterator[str]:
    """Say what is found otherwise than when the workbook was adopted last."""
    old = WorkbookMap.from_dict(before)
    same = True
    for key, title in _TITLES.items():
        was, block = getattr(old, key), getattr(now, key)
        for line in _moved(title, was, block):
            same = False
            yield line
    for was, is_now in zip(_habits(old), _habits(now), strict=False):
        if was != is_now:
            same = False
            yield f"Was: {was} Is: {is_now}"
    if same:
        yield "It is adopted already, and nothing has changed."


def _moved(title: str, was: Block | None, now: Block | None) -> Iterator[str]:
    before, after = (block.columns if block else {} for block in (was, now))
    for key in dict.fromkeys([*before, *after]):
        told = [_named(columns.get(key)) for columns in (before, after)]
        if told[0] != told[1]:
            yield f"{title}, {key.replace('_', ' ')}: was {told[0]}, is {told[1]}."


def _named(column: Column | None) -> str:
    return f"{column.letter} “{column.heading}”" if column else "none"


def _say_open(seen: Found, *, json: bool) -> None:
    if json:
        return
    for question in seen.questions:
        default = f" [{question.default}]" if question.default else ""
        choices = f" ({', '.join(question.choices)})" if question.choices else ""
        say(f"? {question.text}{choices}{default}  --set {question.key}=…")
    say("Nothing was kept. To keep it, say the same without --look.")


def _as_json(name: str, seen: Found) -> dict[str, Any]:
    plain = {key: value for key, value in seen.mapping.to_dict().items() if key != "file"}
    questions = [
        {"key": one.key, "text": one.text, "choices": list(one.choices), "default": one.default}
        for one in seen.questions
    ]
    return {"file": name, **plain, "questions": questions, "notes": list(seen.notes)}
