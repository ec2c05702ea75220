"""`rollbook demo`: a practice office with an invented school, from the drop to the letters."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rollbook.cli.app import JsonOption, opened
from rollbook.cli.rounds import one_round, round_as_json
from rollbook.cli.serve import look_on
from rollbook.cli.show import complain, progress, say, show_json, show_rows
from rollbook.ledger import letters as book
from rollbook.ledger.letters import State
from rollbook.letters import Batch, print_letters, step
from rollbook.office import Office, make_office, save_settings, save_workbook_map
from rollbook.problems import OfficeError
from rollbook.workbooks import adopt
from rollbook.workbooks.mapping import Whom
from watcher.rounds import Round

if TYPE_CHECKING:
    from rollbook.practice import PracticeSchool

WORKBOOK = "Attendance tracking.xlsx"
MOST_HELD = 8


def register(app: typer.Typer) -> None:
    """Add the commands of this room."""
    app.command("demo")(demo)


@dataclass(frozen=True)
class Shown:
    """What the demo did, step by step."""

    first: Round
    second: Round
    batch: Batch


def demo(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="Where to make it; else rollbook-demo.")
    ] = None,
    jurisdiction: Annotated[str, typer.Option(help="us-tx, us-ca or gb-eng.")] = "us-tx",
    students: Annotated[int, typer.Option(min=80, help="How many students.")] = 600,
    seed: Annotated[int, typer.Option(help="Another seed makes another school.")] = 7,
    once: Annotated[
        bool, typer.Option("--once", help="End instead of showing the pages and watching.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """A practice office: make it, drop exports, post, flag, letter, log; then show it and watch.

    All people in it are invented.
    """
    root = folder or _free_folder(Path("rollbook-demo"))
    school = _make(root, jurisdiction, students, seed)
    with opened(root) as office:
        shown = _run(office, school)
        if json:
            show_json(_as_json(office, shown))
        else:
            _tell(office, shown)
    if not once:
        look_on(root)


def _free_folder(wanted: Path) -> Path:
    folder, number = wanted, 2
    while folder.exists():
        folder, number = wanted.with_name(f"{wanted.name}-{number}"), number + 1
    return folder


def _make(root: Path, jurisdiction: str, students: int, seed: int) -> "PracticeSchool":
    from rollbook import practice  # here: only the demo needs it, every command would wait for it

    if (root / "office.toml").exists():
        raise OfficeError(f"There is an office in “{root}” already. Name another folder.")
    with progress() as bar:
        task = bar.add_task("Inventing a school", total=3)
        school = practice.make_school(jurisdiction, students=students, seed=seed)
        bar.advance(task)
        make_office(root, jurisdiction, school.name, practice.calendar_toml(school))
        save_settings(root, school.office_settings() | {"watch": {"settle_seconds": 0.2}})
        bar.advance(task)
        tracking = root / "workbooks" / WORKBOOK
        practice.write_tracking_workbook(school, tracking)
        mapping = adopt(tracking).to_dict()
        mapping |= {"file": f"workbooks/{WORKBOOK}", "whom": Whom(add=True).to_dict()}
        save_workbook_map(root, mapping)
        bar.advance(task)
    return school


def _run(office: Office, school: "PracticeSchool") -> Shown:
    """Two weeks of the office: exports, letters printed and mailed, then corrections come."""
    from rollbook import practice

    practice.write_exports(school, office.folders.drop)
    practice.write_requests(school, office.folders.drop)
    first = one_round(office, [])
    batch = _approve_and_print(office)
    _mail(office, batch)
    practice.write_corrections(school, office.folders.drop)
    second = one_round(office, [])
    return Shown(first, second, batch)


def _approve_and_print(office: Office) -> Batch:
    now = datetime.now().astimezone()
    with office.ledger.read() as connection:
        waiting = [letter.serial for letter in book.letters(connection, states=[State.PREPARED])]
    if waiting:
        step(office, waiting, State.APPROVED, now, "approved by the demo")
    with progress() as bar:
        task = bar.add_task("Printing letters", total=len(waiting))
        return print_letters(
            office, now, tell=lambda _, done, of: bar.update(task, completed=done, total=of)
        )


def _mail(office: Office, batch: Batch) -> None:
    now = datetime.now().astimezone()
    step(office, [letter.serial for letter in batch.printed], State.MAILED, now, "by the demo")


def _tell(office: Office, shown: Shown) -> None:
    say(f"\n{office.settings.name}: an invented school in {office.folders.root}\n")
    for title, done in (("First week: what was dropped", shown.first),
                        ("Second week: late corrections and new days", shown.second)):  # fmt: skip
        _tell_files(title, done)
    rows = [(label, number) for label, number in _counts(office, shown).items()]
    show_rows("What came of it", ("", "count"), rows)
    _tell_held(shown.second if shown.second.followed.held_letters else shown.first)
    for done in (shown.first, shown.second):
        for sentence in (*done.failures, *done.followed.waiting):
            complain(sentence)
    say("\nFiles to open:")
    for label, path in _files(office, shown).items():
        say(f"  {label:<22} {path}")
    say(f'\nTry: rollbook findings --office "{office.folders.root}"')
    say("     rollbook letters list, rollbook findings --why ID, rollbook status")


def _tell_files(title: str, done: Round) -> None:
    rows = []
    for outcome in done.outcomes:
        posting = outcome.posting
        counts = (
            (posting.students, posting.new, posting.amended, posting.held) if posting else ("",) * 4
        )
        rows.append((outcome.file, outcome.result.value, *counts))
    show_rows(title, ("file", "result", "students", "new marks", "amended", "held rows"), rows)


def _tell_held(done: Round) -> None:
    held = done.followed.held_letters
    if held:
        show_rows(
            "Letters held instead of printed",
            ("id", "trigger", "why"),
            [
                (one.student.student_id, one.trigger, "; ".join(one.reasons))
                for one in held[:MOST_HELD]
            ],
        )
    if len(held) > MOST_HELD:
        say(f"… and {len(held) - MOST_HELD} more: rollbook letters due")


def _counts(office: Office, shown: Shown) -> Mapping[str, int]:
    rounds = (shown.first, shown.second)
    return {
        "flags raised": shown.first.followed.new_findings + shown.second.followed.new_findings,
        "flags cleared by corrections": shown.second.followed.cleared_findings,
        "letters prepared": sum(len(done.followed.letters) for done in rounds),
        "letters printed": len(shown.batch.printed),
        "letters that take back a mailed one": sum(
            bool(letter.withdraws) for letter in shown.second.followed.letters
        ),
        "letters held": len(
            shown.second.followed.held_letters or shown.first.followed.held_letters
        ),
        "rows added to the log": sum(
            len(receipt.rows_added) for done in rounds for receipt in done.followed.receipts
        ),
        "documents issued": sum(
            answer.issued for done in rounds for answer in done.followed.answers
        ),
        "documents not issued": sum(
            not answer.issued for done in rounds for answer in done.followed.answers
        ),
    }


def _files(office: Office, shown: Shown) -> dict[str, Path]:
    files = {"tracking workbook": office.folders.workbooks / WORKBOOK}
    if shown.batch.joined:
        files["letters to print"] = shown.batch.joined
    files["documents"] = office.folders.documents
    files["posted exports"] = office.folders.posted
    return files


def _as_json(office: Office, shown: Shown) -> dict[str, Any]:
    return {
        "office": office.folders.root,
        "school": office.settings.name,
        "jurisdiction": office.policy.id,
        "rounds": [round_as_json(shown.first), round_as_json(shown.second)],
        "counts": _counts(office, shown),
        "files": _files(office, shown),
    }
