"""The clerk's morning on one screen: what came in, is held, is due, is overdue, is new."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response

from addin.desk import desk
from addin.letter_desk import title_of_rule
from addin.pages.showing import day_text, moment_text, show, shown, table_file
from addin.pages.student import not_there
from addin.pages.troubles import (
    conflicts_table,
    held_table,
    refused_table,
    waiting_table,
)
from addin.sign_in import Clerk, Visitor
from rollbook.ledger import letters as letter_book
from rollbook.ledger import postings as book
from rollbook.ledger.letters import State
from rollbook.ledger.postings import Posting
from rollbook.letters import DueLetter, due_letters
from rollbook.letters.due import WITHDRAWAL
from rollbook.office import Office
from rollbook.posting.open_questions import files_asked_about
from rollbook.posting.slips import unlike_files
from rollbook.problems import NotAllowed, counted
from rollbook.reports import Asked, Column, Table, changes, missing_registers, ssa_cessation
from rollbook.reports.deadlines import deadlines_table, due_now
from rollbook.reports.documents import documents_table
from rollbook.reports.findings import findings_table
from rollbook.rules import Finding
from rollbook.standing import Standing

router = APIRouter()
NEW_DAYS = 5  # school days for which a flag counts as new
SOON_DAYS = 5  # school days ahead for which a deadline is named
MARKS_LISTED = 200_000
ROWS_SHOWN = 2_000  # of a long list; a file has them all
NAMED = 6  # students or files named on the first screen; the rest is a click away
WITHOUT = ("Reference", "Trigger")

Build = Callable[[Office, Standing], Table]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the morning: how many, of what, and where it is dealt with."""

    count: int
    says: str
    link: str = ""
    do: str = ""
    state: str = ""
    word: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the morning: its lines, and those named under them."""

    id: str
    title: str
    lines: Sequence[Line]
    named: Sequence[tuple[str, str, str]] = ()  # link, who or which file, what
    more: str = ""
    nothing: str = ""


@router.get("/today")
def today(request: Request, clerk: Clerk) -> Response:
    """Show the clerk's morning."""
    office, standing = desk().office, desk().standing
    context = {
        "parts": [build(office, standing) for build in _PARTS],
        "day": day_text(desk().now().date()),
        "as_of": day_text(standing.as_of),
        "guessed": standing.calendar.guessed,
    }
    return show(request, clerk, "pages/today.html", context)


@router.get("/today/changes/{posting}.{ending}")
def changes_file(clerk: Clerk, posting: int, ending: str) -> Response:
    """Return what a posting changed as a file."""
    _refuse_too_many(posting)
    return table_file(changes.changes_table(desk().office, posting), ending)


@router.get("/today/changes/{posting}")
def changes_page(request: Request, clerk: Clerk, posting: int) -> Response:
    """Show what a posting changed."""
    try:
        _refuse_too_many(posting)
        table = changes.changes_table(desk().office, posting)
    except NotAllowed as why:
        return not_there(request, clerk, str(why), "/students")
    return _show_table(request, clerk, table, f"changes/{posting}")


def _refuse_too_many(posting: int) -> None:
    """Refuse to list, in a page, what no page can: the marks of a whole year."""
    with desk().office.ledger.read() as connection:
        found = [one for one in book.postings(connection) if one.id == posting]
    number = sum(one.new + one.amended for one in found)
    if number > MARKS_LISTED:
        raise NotAllowed(
            f"Posting {posting} entered {number:,} marks, more than a page can show. See them "
            f"with: rollbook changes {posting} --to changes.csv"
        )


@router.get("/today/{name}.{ending}")
def today_file(clerk: Clerk, name: str, ending: str) -> Response:
    """Return one of the tables as a file."""
    return table_file(_table(name), ending)


@router.get("/today/{name}")
def today_table(request: Request, clerk: Clerk, name: str) -> Response:
    """Show one of the tables whole."""
    try:
        table = _table(name)
    except NotAllowed as why:
        return not_there(request, clerk, str(why), "/students")
    return _show_table(request, clerk, table, name)


def _show_table(request: Request, clerk: Visitor, table: Table, name: str) -> Response:
    titles = [column.title for column in table.columns]

    def mark(row: Sequence[object], at: int) -> tuple[str, str]:
        titled = dict(zip(titles, row, strict=True))
        when = str(titled.get("When", ""))
        is_late = titles[at] == "When" and when.startswith(("overdue", "due today"))
        return _leads_to(titled, titles[at]), "urgent" if is_late else ""

    more = len(table.rows) - ROWS_SHOWN
    table = replace(table, rows=table.rows[:ROWS_SHOWN])
    context = {
        "table": shown(table, mark),
        "more": max(more, 0),
        "name": name,
        "as_of": day_text(desk().standing.as_of),
    }
    return show(request, clerk, "pages/table.html", context)


def _leads_to(titled: Mapping[str, object], title: str) -> str:
    """Return the page a cell of a table leads to; empty for none."""
    if title in ("Student ID", "Student", "Name") and titled.get("Student ID"):
        return f"/students/{quote(str(titled['Student ID']))}"
    if title == "Posting":
        return f"/today/changes/{titled[title]}"
    return ""


def _table(name: str) -> Table:
    build = TABLES.get(name)
    if build is None:
        raise NotAllowed(f"There is no list “{name}”.")
    return build(desk().office, desk().standing)


def postings_in(office: Office) -> list[Posting]:
    """Return what came in, newest first."""
    with office.ledger.read() as connection:
        return list(reversed(book.postings(connection)))


def postings_table(office: Office, standing: Standing) -> Table:
    """Return every posting, newest first, those taken back too."""
    return changes.postings_table(office)


def overdue_table(office: Office, standing: Standing) -> Table:
    """Return every deadline, overdue first."""
    return deadlines_table(standing, due_now(standing))


def new_since(standing: Standing) -> date:
    """Return the first day on which a flag counts as new."""
    days = [one for one in standing.calendar.anybodys_days if one <= standing.as_of]
    return days[-NEW_DAYS] if len(days) >= NEW_DAYS else standing.as_of


def new_findings(standing: Standing) -> list[Finding]:
    """Return the flags of the last school days, of students on roll."""
    since = new_since(standing)
    found = standing.findings()
    return [
        one for one in found if one.crossed_on >= since and standing.is_enrolled(one.student_id)
    ]


def flags_table(office: Office, standing: Standing) -> Table:
    """Return the new flags."""
    table = findings_table(standing, new_findings(standing))
    title = f"New flags since {day_text(new_since(standing))}"
    kept = table.only([one.title for one in table.columns if one.title not in WITHOUT])
    return Table("New flags", title, kept.columns, kept.rows)


def registers_table(office: Office, standing: Standing) -> Table:
    """Return the registers that are missing on the last day recorded."""
    return missing_registers.build(Asked(office, standing))


def due_table(office: Office, standing: Standing) -> Table:
    """Return the letters that are due and not prepared, and why some must wait."""
    columns = [
        Column(title)
        for title in ("Student ID", "Student", "Letter", "To", "State", "Why it waits", "Note")
    ]
    rows = [
        (one.student.student_id, one.student.sort_name, _title(office, one), one.guardian.name,
         "ready" if one.ready else "held", "; ".join(one.reasons), "; ".join(one.notes))
        for one in _letters_due(office, standing)
    ]  # fmt: skip
    return Table("Letters due", f"Letters due as of {day_text(standing.as_of)}", columns, rows)


def _letters_due(office: Office, standing: Standing) -> Sequence[DueLetter]:
    with office.ledger.read() as connection:
        log = letter_book.letters(connection)
    return due_letters(office, standing, log, desk().now().date())


def _title(office: Office, due: DueLetter) -> str:
    return due.notes[0] if due.trigger == WITHDRAWAL else title_of_rule(office, due.trigger)


def pick_up_table(office: Office, standing: Standing) -> Table:
    """Return the documents that wait to be picked up."""
    return documents_table(office, desk().now().date(), only_waiting=True)


def cessation_table(office: Office, standing: Standing) -> Table:
    """Return the students of whom Social Security must be told that attendance has ended."""
    return ssa_cessation.build(Asked(office, standing))


TABLES: Mapping[str, Build] = {
    "documents": pick_up_table,
    "social-security": cessation_table,
    "letters": due_table,
    "postings": postings_table,
    "deadlines": overdue_table,
    "flags": flags_table,
    "registers": registers_table,
}


def _came_in(office: Office, standing: Standing) -> Part:
    found = postings_in(office)
    waiting = [one for one in office.folders.drop.iterdir() if one.is_file()]
    lines = []
    if waiting:
        lines.append(
            Line(len(waiting), _files(len(waiting), "lies", "lie") + " in the drop folder",
                 do="It is posted in the next round", state="watch", word="waits")
        )  # fmt: skip
    named = [
        (f"/today/changes/{one.id}", one.file, f"{_counts(one)}, {moment_text(one.at)}")
        for one in found[:NAMED]
    ]
    more = f"All {len(found):,} postings" if len(found) > NAMED else ""
    return Part("came-in", "Came in", lines, named, more and "/today/postings", "No file yet.")


def _counts(one: Posting) -> str:
    numbers = [
        (one.new, "new"),
        (one.amended, "changed"),
        (one.held, "held"),
        (one.requests, "requests"),
    ]
    told = [f"{number:,} {word}" for number, word in numbers if number]
    if told:
        return ", ".join(told)
    return f"{one.students:,} students" if one.students else "nothing new"


def _files(number: int, one: str, many: str) -> str:
    return f"file {one}" if number == 1 else f"files {many}"


def _held(office: Office, standing: Standing) -> Part:
    held = len(held_table(office).rows)
    refused = len(refused_table(office).rows)
    asked, unlike = len(files_asked_about(office)), len(unlike_files(office.folders.refused))
    waiting = len(waiting_table(office).rows)
    conflicts = len(conflicts_table(office).rows)
    with office.ledger.read() as connection:
        letters = len(letter_book.letters(connection, states=[State.HELD]))
    lines = [
        Line(held, _word(held, "row of a file", "rows of files"), "/problems#held",
             "See what to do", "watch", "held"),
        Line(unlike, _word(unlike, "file", "files") + " unlike the last export",
             "/problems#unlike", "Look and say yes", "act", "waits"),
        Line(asked, _word(asked, "file", "files") + " with a question", "/problems#asked",
             "See what is asked", "act", "waits"),
        Line(refused, _word(refused, "file", "files") + " refused", "/problems#refused",
             "See why", "act", "refused"),
        Line(letters, _word(letters, "letter", "letters"), "/letters", "See why", "watch", "held"),
        Line(waiting, "follow-up work", "/problems#waiting", "See why", "watch", "waits"),
        Line(conflicts, _word(conflicts, "line of a workbook's log", "lines of workbooks' logs")
             + " against the ledger", "/problems#conflicts", "Decide", "act", "to settle"),
    ]  # fmt: skip
    return Part(
        "held",
        "Held",
        [one for one in lines if one.count],
        nothing="No row, file or prepared letter.",
    )


def _due(office: Office, standing: Standing) -> Part:
    with office.ledger.read() as connection:
        log = letter_book.letters(connection)
        requests = len(book.open_requests(connection))
    due = _letters_due(office, standing)
    ready = sum(one.ready for one in due)
    count = {state: sum(one.state is state for one in log) for state in State}
    approve, mail = count[State.PREPARED], count[State.PRINTED]
    back = count[State.RETURNED]
    pick_up = len(pick_up_table(office, standing).rows)
    ceased = sum(1 for _ in ssa_cessation.ended(standing))
    lines = [
        Line(ready, _word(ready, "letter", "letters") + " to prepare", "/today/letters",
             "See which"),
        Line(len(due) - ready, _word(len(due) - ready, "letter", "letters") + " due, but must wait",
             "/today/letters", "See why", "watch", "held"),
        Line(approve, _word(approve, "letter", "letters") + " to look through and approve",
             "/letters", "Look through"),
        Line(count[State.APPROVED], _word(count[State.APPROVED], "letter", "letters") + " to print",
             "/letters", "Print"),
        Line(mail, _word(mail, "letter", "letters") + " to mail", "/letters", "Mark mailed"),
        Line(back, _word(back, "letter", "letters") + " came back", "/letters", "See", "watch",
             "returned"),
        Line(requests, _word(requests, "document", "documents") + " asked for", "/problems#waiting",
             "See"),
        Line(pick_up, _word(pick_up, "document waits", "documents wait") + " to be picked up",
             "/today/documents", "See which"),
        Line(ceased, _word(ceased, "student", "students") + " of whom Social Security must be told",
             "/today/social-security", "See which", "act", "to send"),
    ]  # fmt: skip
    return Part("due", "Due", [one for one in lines if one.count], nothing="No letter is due.")


def _overdue(office: Office, standing: Standing) -> Part:
    found = due_now(standing)
    late = [one for one in found if one.is_overdue]
    tasks = [one for one in found if one.is_task and one.days_left is not None]
    today = [one for one in tasks if one.days_left == 0]
    soon = [one for one in tasks if 0 < (one.days_left or 0) <= SOON_DAYS]
    lines = [
        Line(len(late), "overdue", "/today/deadlines", "See all", "urgent", "overdue"),
        Line(len(today), "due today", "/today/deadlines", "See all", "act", "today"),
        Line(len(soon), f"due in the next {SOON_DAYS} school days", "/today/deadlines", "See all",
             "watch", "soon"),
    ]  # fmt: skip
    named = [
        (f"/students/{one.student_id}", standing.students[one.student_id].sort_name,
         f"{one.says} ({one.when})")
        for one in [*late, *today, *soon][:NAMED]
    ]  # fmt: skip
    more = "" if late or today or soon or not found else "/today/deadlines"
    nothing = f"Nothing is overdue or due in the next {SOON_DAYS} school days."
    return Part("overdue", "Deadlines", [one for one in lines if one.count], named, more, nothing)


def _flagged(office: Office, standing: Standing) -> Part:
    found = new_findings(standing)
    by_student: dict[str, list[str]] = {}
    for one in found:
        by_student.setdefault(one.student_id, []).append(one.title)
    flags = "" if len(found) == len(by_student) else f" ({counted(len(found), 'flag')})"
    lines = [
        Line(len(by_student), _word(len(by_student), "student", "students")
             + f" since {day_text(new_since(standing))}{flags}", "/today/flags", "See all")
    ]  # fmt: skip
    named = [
        (f"/students/{one}", standing.students[one].sort_name, "; ".join(dict.fromkeys(titles)))
        for one, titles in by_student.items()
    ]
    nothing = f"Nobody since {day_text(new_since(standing))}."
    flagged = lines if found else []
    return Part("flagged", "Newly flagged", flagged, named[:NAMED], nothing=nothing)


def _registers(office: Office, standing: Standing) -> Part:
    table = registers_table(office, standing)
    taken = sum(row[5] == 0 for row in table.rows)
    partly = len(table.rows) - taken
    lines = [
        Line(taken, _word(taken, "register", "registers") + " not taken", "/today/registers",
             "See which", "act", "missing"),
        Line(partly, _word(partly, "register", "registers") + " not complete", "/today/registers",
             "See which", "watch", "not complete"),
    ]  # fmt: skip
    title = f"Registers on {day_text(standing.as_of)}"
    nothing = "None is missing."
    return Part("registers", title, [one for one in lines if one.count], nothing=nothing)


_PARTS: Sequence[Callable[[Office, Standing], Part]] = (
    _came_in, _held, _due, _overdue, _flagged, _registers,
)  # fmt: skip


def _word(number: int, one: str, many: str) -> str:
    return one if number == 1 else many
