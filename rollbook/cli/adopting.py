"""`rollbook workbook adopt`: what was found is shown, what cannot be known is asked, then kept."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from rollbook.cli.app import HERE, JsonOption, OfficeOption, opened
from rollbook.cli.found_shown import show_habits, show_lists
from rollbook.cli.show import complain, say, show_json
from rollbook.cli.workbook import FileArgument, found, kept_as, kept_name, workbook
from rollbook.office import Office, save_workbook_map
from rollbook.problems import NotAllowed, WorkbookError
from rollbook.standing import read_standing
from rollbook.workbooks import Block
from rollbook.workbooks.adopting import look
from rollbook.workbooks.answers_kept import answered_before, answers_kept, chosen_before
from rollbook.workbooks.book import Book
from rollbook.workbooks.busy import read_workbook
from rollbook.workbooks.columns_added import ColumnsPlan, add_columns, plan_columns
from rollbook.workbooks.content import roster_of
from rollbook.workbooks.keeping import keep
from rollbook.workbooks.questions import Found, Question, Roster, check_answer

_USUAL = ("student_id", "rate", "flag", "last_letter")
"""The columns that are offered to a list without ids."""


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
            show_habits(seen, before)
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
                raise WorkbookError(seen.refusal + self._offer(seen.lacking))
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
            show_lists(self._file, seen.mapping)
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
        if only_look:
            tell("Nothing was added. To add them, say the same without --look.")
            return False
        if not self._may_add(plan, yes=yes):
            tell("Nothing was added." if self.is_open else "Nothing was added. To add them: --yes")
            return False
        receipt = add_columns(self._file, block, plan, self._office.folders.snapshots)
        keep(self._office, receipt)
        tell(receipt.line())
        return True

    def _offer(self, lacking: Block | None) -> str:
        """Say how Rollbook can add what a list lacks, where it can."""
        keys = [key for key in _USUAL if lacking and key not in lacking.columns]
        if lacking is None or not keys:
            return ""
        book = Book(self._file, read_workbook(self._file))
        try:
            plan_columns(book, lacking, keys, self._roster)
        except WorkbookError:
            return ""
        return (
            " Or let Rollbook add what is missing at the right of the list, with the ids of names "
            f'it knows for certain. To see how: rollbook workbook adopt "{self._file}" '
            f"--add {','.join(keys)} --look"
        )

    def _may_add(self, plan: ColumnsPlan, *, yes: bool) -> bool:
        if yes or not self.is_open:
            return yes
        return typer.confirm("Add them to the workbook? A copy is kept first.", default=True)


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
