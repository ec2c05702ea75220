"""Workbooks to start from: a template of the state, filled with what Rollbook knows.

Each is a copy in the office's ``workbooks/``, never over a file that is there. The tracking
workbook is adopted at once and kept up to date; the others are the clerk's own from the start.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from importlib import resources
from pathlib import Path

from rollbook.attendance import attendance_of
from rollbook.ledger import postings, releases
from rollbook.office import Office, save_workbook_map
from rollbook.package import write_whole
from rollbook.problems import NotAllowed
from rollbook.register import Student
from rollbook.standing import Standing, no_student
from rollbook.workbooks.adopting import adopt
from rollbook.workbooks.book import Book
from rollbook.workbooks.cells import Value
from rollbook.workbooks.mapping import Whom
from rollbook.workbooks.starting_meeting import students_to_discuss
from rollbook.workbooks.starting_tables import Row, fill_name, fill_table, without_results

STEMS: Mapping[str, str] = {
    "tracker": "attendance-tracker",
    "request-list": "request-list",
    "change-form": "attendance-change-form",
    "held-rows": "held-rows",
    "meeting-pack": "meeting-pack",
}
"""The kinds of workbook there are, and how their templates' files begin."""

_SHIPPED = "workbook_templates"
_BETWEEN_MEETINGS = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: the kind, and what it is about where that must be said.

    ``student`` and ``day`` are of a change form, ``since`` of a meeting pack.
    """

    kind: str
    student: str = ""
    day: date | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Started:
    """The workbook that was made, how many rows of what it has, and what to do next."""

    path: Path
    kind: str
    rows: int
    of: str
    then: str


def template_of(kind: str, jurisdiction: str) -> Path:
    """Return the template of a kind of workbook for a state; raises ``NotAllowed`` for no kind."""
    if kind not in STEMS:
        raise NotAllowed(f"There is no workbook “{kind}”. Name one of: {', '.join(STEMS)}.")
    folder = resources.files(_SHIPPED)
    own = Path(str(folder.joinpath(f"{STEMS[kind]}.{jurisdiction}.xlsx")))
    return own if own.is_file() else Path(str(folder.joinpath(f"{STEMS[kind]}.xlsx")))


def start(
    office: Office, standing: Standing, wanted: Wanted, now: datetime, to: Path | None = None
) -> Started:
    """Make a workbook from its template and put in what Rollbook knows.

    ``to`` is where it shall lie; else it gets a good name in the office's ``workbooks/``. Raises
    ``NotAllowed`` when a file is there already, or when something is not said.
    """
    template = template_of(wanted.kind, office.policy.jurisdiction)
    path = _place(office, standing, wanted, now, to)
    book = without_results(Book(path, template.read_bytes()))
    rows, of, then = _FILL[wanted.kind](office, standing, wanted, now, book)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, book.changed()[0].to_bytes())
    return Started(path, wanted.kind, rows, of, then)


def take_over(office: Office, path: Path) -> None:
    """Adopt the tracking workbook that was made, so that newcomers are added to it too."""
    root, place = office.folders.root.resolve(), path.resolve()
    name = place.relative_to(root).as_posix() if place.is_relative_to(root) else str(place)
    mapping = replace(adopt(path), whom=Whom(add=True))
    save_workbook_map(root, mapping.to_dict() | {"file": name})


def _place(
    office: Office, standing: Standing, wanted: Wanted, now: datetime, to: Path | None
) -> Path:
    if to is not None:
        place = to if to.suffix else to.with_suffix(".xlsx")
        if place.suffix.lower() != ".xlsx":
            raise NotAllowed(f"“{place.name}” must end with .xlsx.")
        if place.exists():
            raise NotAllowed(f"“{place}” is there already. Name another file with --to.")
        return place
    year = standing.calendar.year_of(standing.as_of)
    day = wanted.day or standing.as_of
    stem = {
        "tracker": f"Attendance tracker {year.name}" if year else "Attendance tracker",
        "request-list": "Document requests",
        "change-form": f"Change form {wanted.student} {day:%Y-%m-%d}".replace("  ", " "),
        "held-rows": f"Held rows {now:%Y-%m-%d}",
        "meeting-pack": f"Meeting pack {now:%Y-%m-%d}",
    }[wanted.kind]
    stem = "".join("-" if letter in '\\/:*?"<>|' else letter for letter in stem)
    folder, number = office.folders.workbooks, 2
    place = folder / f"{stem}.xlsx"
    while place.exists():
        place, number = folder / f"{stem} ({number}).xlsx", number + 1
    return place


Filled = tuple[int, str, str]


# ---- The tracking workbook ---------------------------------------------------------------------


def _fill_tracker(
    office: Office, standing: Standing, wanted: Wanted, now: datetime, book: Book
) -> Filled:
    listed = [one for one in standing.students.values() if standing.is_enrolled(one.student_id)]
    table = book.table("Tracker")
    headings = table.columns if table else ()
    by_form = "Form" in headings
    group, campus = headings[2], headings[3]
    campuses = office.settings.campus
    rows: list[Row] = [
        {
            headings[0]: one.student_id,
            "Name": one.sort_name,
            group: _group(one, by_form),
            campus: campuses.get(one.campus, one.campus),
        }
        for one in sorted(listed, key=lambda one: _in_order(one, by_form))
    ]
    fill_table(book, "Tracker", rows)
    of_campuses = sorted({str(row[campus]) for row in rows if row[campus]})
    fill_table(book, "Campuses", [{campus: one} for one in of_campuses])
    by_year = "Year" if by_form else group
    fill_table(book, "Groups", [{by_year: one} for one in _groups(listed, by_form)])
    fill_name(book, "FirstMonth", standing.year_start.replace(day=1))
    return (
        len(rows),
        "students",
        "It is adopted: Rollbook keeps it up to date after every posting. Open it in Excel; what "
        "is yours in it is said on the sheet Help.",
    )


def _group(student: Student, by_form: bool) -> str:
    return (student.form or student.grade) if by_form else student.grade


def _in_order(student: Student, by_form: bool) -> tuple[tuple[int, str], str, str]:
    return _number(student.grade), _group(student, by_form), student.sort_name.casefold()


def _number(grade: str) -> tuple[int, str]:
    """Sort 9 before 10, and what is no number (K, R, PK) before both."""
    return (int(grade), "") if grade.isdecimal() else (-1, grade)


def _groups(students: Sequence[Student], by_form: bool) -> list[str]:
    """Return what the summary goes by: years where every form begins with its year, else forms."""
    grades = {one.grade for one in students if one.grade}
    if by_form and any(not _group(one, True).startswith(one.grade) for one in students):
        return sorted({_group(one, True) for one in students} - {""})
    return sorted(grades, key=_number)


# ---- The lists ---------------------------------------------------------------------------------


def _fill_requests(
    office: Office, standing: Standing, wanted: Wanted, now: datetime, book: Book
) -> Filled:
    with office.ledger.read() as connection:
        asked = postings.requests(connection)
        posted = {one.id: one.at for one in postings.postings(connection)}
        issued = {one.document.serial for one in releases.released(connection)}
    table = book.table("Requests")
    student_id = table.columns[1] if table else ""
    rows: list[Row] = []
    for one in asked:
        if one["outcome"] in issued:
            continue
        content = one["content"]
        student = standing.students.get(content["student_id"])
        rows.append(
            {
                "Asked on": _day(posted.get(one["posting"], "")),
                student_id: content["student_id"],
                "Name": student.sort_name if student else "",
                "Document": content["document"],
                "Purpose": content.get("purpose", ""),
                "Requested by": content.get("requested_by", ""),
                "Consent": content.get("consent", ""),
                "Notes": one["outcome"] or "not dealt with yet",
            }
        )
    fill_table(book, "Requests", rows)
    return (
        len(rows),
        "requests without a document",
        "Add a row for each request. To let Rollbook answer, save a copy with the rows that are "
        "not done into the drop folder.",
    )


def _fill_held(
    office: Office, standing: Standing, wanted: Wanted, now: datetime, book: Book
) -> Filled:
    with office.ledger.read() as connection:
        held = postings.held_rows(connection)
    rows: list[Row] = [
        {
            "Student ID": one["student_id"],
            "Date": one["day"],
            "Session": _session(one["part"]),
            "Code": one["symbol"],
            "Minutes late": one["minutes_late"] or None,
            "Comment": one["comment"],
            "Why it is held": one["message"],
            "File": one["file"],
            "Row": one["row"],
        }
        for one in held
    ]
    fill_table(book, "HeldRows", rows)
    return (
        len(rows),
        "held rows",
        "Put each right at its source and drop the export again; what waits for a student or a "
        "day is tried again by itself.",
    )


def _fill_change_form(
    office: Office, standing: Standing, wanted: Wanted, now: datetime, book: Book
) -> Filled:
    then = "Print it, and have it filled in and signed."
    if office.profile.absences_only:
        then += " Enter the change in your own system: lists dropped here must hold all absences."
    else:
        then += " With the new codes in it, a copy in the drop folder posts the change."
    if not wanted.student:
        if wanted.day:
            raise NotAllowed("Say which student the form is for: --student ID.")
        return 0, "marks", then
    student = standing.students.get(wanted.student)
    if student is None:
        raise NotAllowed(no_student(standing.students, wanted.student))
    fill_name(book, "FormName", student.sort_name)
    fill_name(book, "FormId", student.student_id)
    fill_name(book, "FormGroup", student.form or student.grade)
    rows = [] if wanted.day is None else _marks_of(standing, student.student_id, wanted.day)
    fill_table(book, "Changes", rows)
    return len(rows), "marks", then


def _marks_of(standing: Standing, student_id: str, day: date) -> list[Row]:
    """Return the marks of a student's day as the register has them, else the sessions it has."""
    marks = standing.marks
    of_day = marks[(marks["student_id"] == student_id) & (marks["date"] == str(day))]
    rows: list[Row] = [
        {"Date": day, "Session": _session(str(part)), "Was": str(symbol)}
        for part, symbol in zip(of_day["part"], of_day["symbol"], strict=True)
    ]
    if rows:
        return rows
    by_period = standing.pack.method == "official-period"
    usual = (standing.official_part if by_period else "DAY",)
    parts = ("AM", "PM") if standing.pack.unit == "sessions" else usual
    return [{"Date": day, "Session": _session(part)} for part in parts]


def _session(part: str) -> Value:
    """Return a part of the day as a clerk writes it: AM, Day, or the number of the period."""
    return part[1:] if part.startswith("P") and part[1:].isdecimal() else part.replace("DAY", "Day")


# ---- The meeting -------------------------------------------------------------------------------


def _fill_meeting(
    office: Office, standing: Standing, wanted: Wanted, now: datetime, book: Book
) -> Filled:
    since = wanted.since or standing.as_of - _BETWEEN_MEETINGS
    table = book.table("ToDiscuss")
    headings = table.columns if table else ()
    found = students_to_discuss(standing, since)
    rows: list[Row] = []
    for one in found:
        student = standing.students[one.student_id]
        counted = attendance_of(standing.tally(), one.student_id)
        rows.append(
            {
                headings[0]: one.student_id,
                "Name": student.sort_name,
                headings[2]: (student.form or student.grade)
                if headings[2] == "Form"
                else student.grade,
                "Attendance %": counted.rate,
                "Absent": counted.absent,
                headings[5]: counted.unauthorised,
                "Why on the list": one.why,
                "Flag": one.flags,
                "Last letter": one.letter,
                "Last contact": one.contact,
            }
        )
    fill_table(book, "ToDiscuss", rows)
    fill_name(book, "MeetingDate", now.date())
    fill_name(book, "Since", since)
    if rows:
        fill_name(book, "ChosenId", str(rows[0][headings[0]]))
    return (
        len(rows),
        f"students with something new since {since:%d %b %Y}",
        "Strike out whom you need not talk about. Actions have an owner and a day.",
    )


def _day(moment: str) -> date | None:
    return datetime.fromisoformat(moment).date() if moment else None


_FILL = {
    "tracker": _fill_tracker,
    "request-list": _fill_requests,
    "change-form": _fill_change_form,
    "held-rows": _fill_held,
    "meeting-pack": _fill_meeting,
}
