"""`rollbook once` and `rollbook watch`: post what was dropped and do what follows."""

import signal
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import typer
from rich.progress import Progress as Bar

from rollbook.cli.app import HERE, JsonOption, OfficeOption, opened
from rollbook.cli.reading import entry_as_json
from rollbook.cli.show import complain, progress, say, show_json, show_rows
from rollbook.ledger import letters as letter_book
from rollbook.ledger.letters import State
from rollbook.office import Office
from rollbook.problems import counted
from watcher import rounds
from watcher.filing import HELD_SUFFIX
from watcher.followups import Followed
from watcher.intake import Outcome, Result
from watcher.rounds import Progress, Round

WORK_WORDS = {
    "assess": "working out attendance and flags",
    "letters": "preparing letters",
    "workbooks": "updating workbooks",
    "documents": "making documents",
}

MARK_COUNTS = ("new", "amended", "unchanged", "held")


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    app.command("once")(once)
    app.command("watch")(watch)


def once(
    office: OfficeOption = HERE,
    json: JsonOption = False,
    accept: Annotated[
        list[str] | None,
        typer.Option(help="A refused file to post although it changes much of what is on record."),
    ] = None,
) -> None:
    """Post what lies in the drop folder, do the follow-ups, and end."""
    with opened(office) as opened_office:
        done = one_round(opened_office, accept or [])
        if json:
            show_json(round_as_json(done))
        else:
            tell(opened_office, done)
    if has_problems(done):
        raise typer.Exit(1)


def watch(office: OfficeOption = HERE) -> None:
    """Watch the drop folder until Ctrl-C."""
    with opened(office) as opened_office:
        watch_until_stopped(opened_office)


def watch_until_stopped(office: Office) -> None:
    """Watch, tell each round, and stop cleanly on Ctrl-C or when the computer shuts down."""
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    say(f"Watching {office.folders.drop}. Drop exports there; stop with Ctrl-C.")
    rounds.watch(office, stop, lambda done: tell(office, done))
    say("Stopped. Files dropped from now on wait until Rollbook is started again.")


def one_round(office: Office, accept: list[str]) -> Round:
    """Do one round behind a progress bar."""
    with progress() as bar:
        return rounds.once(office, accept=accept, progress=_Shown(bar))


class _Shown(Progress):
    """A round's progress as a bar: a step a file, then one for each kind of follow-up."""

    def __init__(self, bar: Bar) -> None:
        self._bar = bar
        self._task = bar.add_task("Looking at the drop folder", total=None)

    def files(self, count: int) -> None:
        self._bar.update(self._task, total=count + len(WORK_WORDS), completed=0)

    def file(self, name: str) -> None:
        self._bar.update(self._task, description=name)
        self._bar.advance(self._task)

    def work(self, name: str) -> None:
        self._bar.update(self._task, description=WORK_WORDS.get(name, name).capitalize())
        self._bar.advance(self._task)


def has_problems(done: Round) -> bool:
    """Say whether a round has something a person must look at."""
    refused = any(outcome.result is Result.REFUSED for outcome in done.outcomes)
    held = any(outcome.posting and outcome.posting.held for outcome in done.outcomes)
    conflicts = any(reading.conflicts for reading in done.followed.readings)
    return bool(refused or held or conflicts or done.failures or done.followed.waiting)


def tell(office: Office, done: Round) -> None:
    """Print what a round did, what is held, and what to do next."""
    if done.outcomes:
        with_contacts = any(outcome.contacts for outcome in done.outcomes)
        contacts = ("contacts",) if with_contacts else ()
        show_rows(
            "What came in",
            ("file", "result", "kind", "students", *contacts, *MARK_COUNTS),
            [_row(outcome, with_contacts) for outcome in done.outcomes],
        )
    for told in sentences(office, done):
        (complain if told.is_problem else say)(told.text)


_MOST_NOTES = 3  # of one file; all of them stay with its posting


@dataclass(frozen=True, slots=True)
class Sentence:
    """One thing a round has to tell, and whether somebody must look at it."""

    text: str
    is_problem: bool = False


def sentences(
    office: Office, done: Round, see_letters: str = "rollbook letters due"
) -> Iterator[Sentence]:
    """Say what a round did beside the counts of each file; ``see_letters`` is where letters are."""
    for outcome in done.outcomes:
        yield from _of_file(outcome)
    if done.released:
        rows = counted(done.released.released, "row")
        yield Sentence(f"{rows} held earlier could be posted now.")
    yield from _of_followed(office, done.followed, see_letters)
    for path in done.in_excel:
        yield Sentence(f"{path.name} is open in Excel. Close it there; it is posted then.", True)
    for path in done.still_written:
        name = path.name
        yield Sentence(f"{name} is still being written or is locked. It is posted when it is free.",
                       True)  # fmt: skip
    for sentence in (*done.failures, *done.followed.waiting):
        yield Sentence(sentence, True)
    if not done.did_something:
        yield Sentence(f"There is no file in {office.folders.drop}.")


def _of_file(outcome: Outcome) -> Iterator[Sentence]:
    for problem in outcome.problems:
        yield Sentence(f"{outcome.file}: {problem.message}", True)
    if outcome.result is Result.POSTED and outcome.posting and outcome.posting.held:
        slip = outcome.filed.with_name(outcome.filed.name + HELD_SUFFIX)
        rows = counted(outcome.posting.held, "row")
        yield Sentence(f"{outcome.file}: {rows} held back, see {slip}", True)
    if outcome.result is Result.POSTED and outcome.posting:
        notes = [one["message"] for one in outcome.posting.problems if one["severity"] == "note"]
        yield from (Sentence(f"{outcome.file}: {note}") for note in notes[:_MOST_NOTES])
        if len(notes) > _MOST_NOTES:
            yield Sentence(f"{outcome.file}: {counted(len(notes) - _MOST_NOTES, 'more note')}.")


def _of_followed(office: Office, followed: Followed, see_letters: str) -> Iterator[Sentence]:
    if followed.new_findings or followed.cleared_findings:
        cleared = f", {followed.cleared_findings:,} cleared" if followed.cleared_findings else ""
        yield Sentence(f"{counted(followed.new_findings, 'new flag')}{cleared}.")
    if followed.letters or followed.held_letters:
        with office.ledger.read() as connection:
            held_since = letter_book.letters(connection, states=[State.HELD])
        held = len(followed.held_letters) + len(held_since)
        yield Sentence(
            f"{counted(len(followed.letters), 'letter')} prepared, {held:,} held: see {see_letters}"
        )
    if followed.corrected_since:
        letters = counted(len(followed.corrected_since), "letter")
        yield Sentence(
            f"{letters} printed or mailed before rest on marks corrected since. See them with: "
            f"{see_letters}",
            True,
        )
    for reading in followed.readings:
        if reading.line():
            yield Sentence(reading.line(), bool(reading.conflicts))
    for receipt in followed.receipts:
        yield Sentence(receipt.line())
    for answer in followed.answers:
        yield Sentence(answer.sentence, not answer.issued)


def _row(outcome: Outcome, with_contacts: bool) -> tuple[object, ...]:
    posting = outcome.posting
    if posting is None or outcome.result is Result.DUPLICATE:
        refused = "waits" if outcome.waits else outcome.result.value
        result = "posted before" if posting else refused
        blank = [""] * (1 + with_contacts + len(MARK_COUNTS))
        return (outcome.file, result, posting.importer if posting else "", *blank)
    people = (posting.students, outcome.contacts) if with_contacts else (posting.students,)
    counts = (posting.new, posting.amended, posting.unchanged, posting.held)
    return (outcome.file, outcome.result.value, posting.importer, *people, *counts)


def round_as_json(done: Round) -> dict[str, Any]:
    """Return what a round did as plain data."""
    followed = done.followed
    return {
        "files": [_outcome_as_json(outcome) for outcome in done.outcomes],
        "released": done.released.released if done.released else 0,
        "new_findings": followed.new_findings,
        "cleared_findings": followed.cleared_findings,
        "letters": [letter.serial for letter in followed.letters],
        "held_letters": [
            {
                "student_id": due.student.student_id,
                "trigger": due.trigger,
                "reasons": list(due.reasons),
            }
            for due in followed.held_letters
        ],
        "read_back": [entry_as_json(one) for read in followed.readings for one in read.entries],
        "workbooks": [receipt.to_dict() for receipt in followed.receipts],
        "documents": [answer.as_json() for answer in followed.answers],
        "waiting": [
            *followed.waiting,
            *(f"{path.name} is open in Excel" for path in done.in_excel),
            *(f"{path.name} is still being written" for path in done.still_written),
        ],
        "failures": done.failures,
    }


def _outcome_as_json(outcome: Outcome) -> Mapping[str, Any]:
    posting = outcome.posting
    problems = [
        {"slug": problem.slug, "severity": problem.severity.value, "place": str(problem.place),
         "message": problem.message, "value": problem.value}
        for problem in outcome.problems
    ]  # fmt: skip
    return {
        "file": outcome.file,
        "result": outcome.result.value,
        "waits": outcome.waits,
        "filed": str(outcome.filed),
        "importer": posting.importer if posting else "",
        "posting": posting.id if posting else None,
        "students": posting.students if posting else 0,
        "contacts": outcome.contacts,
        "new": posting.new if posting else 0,
        "amended": posting.amended if posting else 0,
        "unchanged": posting.unchanged if posting else 0,
        "held": posting.held if posting else 0,
        "problems": problems or (list(posting.problems) if posting else []),
    }
