"""What the ledger knows, entered in the smaller workbooks that are just being started."""

from datetime import date, datetime

from rollbook.importers.mended_rows import NUMBER
from rollbook.ledger import postings, releases
from rollbook.ledger.connection import Ledger
from rollbook.posting.mended import is_of_a_mark
from rollbook.problems import NotAllowed
from rollbook.standing import Standing, no_student
from rollbook.workbooks.book import Book
from rollbook.workbooks.cells import Value
from rollbook.workbooks.starting_tables import Row, fill_name, fill_table


def fill_requests(book: Book, ledger: Ledger, standing: Standing) -> int:
    """Enter the requests for which there is no document; return how many they are."""
    with ledger.read() as connection:
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
                "Document": _document(content["document"], standing.pack.locale),
                "Purpose": content.get("purpose", ""),
                "Requested by": content.get("requested_by", ""),
                "Consent": content.get("consent", ""),
                "Notes": one["outcome"] or "not dealt with yet",
            }
        )
    fill_table(book, "Requests", rows)
    return len(rows)


def fill_held(book: Book, ledger: Ledger) -> int:
    """Enter the rows that are held now; return how many they are."""
    with ledger.read() as connection:
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
            NUMBER: one["stands_for"] or one["id"],
        }
        for one in held
        if is_of_a_mark(one)
    ]
    fill_table(book, "HeldRows", rows)
    return len(rows)


def fill_staff(book: Book, standing: Standing) -> int:
    """Enter the staff on record; without any, a row for each form. Return how many they are."""
    table = book.table("Staff")
    campus, _, _, form = table.columns[:4] if table else ("", "", "", "")
    rows: list[Row] = [
        {
            campus: one.campus,
            "Name": one.name,
            "Job title": one.title,
            form: "; ".join(one.forms),
            "E-mail": one.email,
            "Telephone": one.phone,
            "Hours": one.hours,
            "Signs letters": "yes" if one.signs else None,
            "Answers families": "yes" if one.answers else None,
        }
        for one in standing.staff.people
    ]
    forms = {(one.campus, one.form) for one in standing.students.values() if one.form}
    rows = rows or [{campus: where, form: name} for where, name in sorted(forms, key=_as_listed)]
    fill_table(book, "Staff", rows)
    return len(rows)


def _as_listed(form: tuple[str, str]) -> tuple[str, int, str]:
    """Sort forms by campus, and 7A before 10A."""
    campus, name = form
    return campus, len(name), name


def fill_change_form(book: Book, standing: Standing, student_id: str, day: date | None) -> int:
    """Enter the student and the marks of the day; return how many lines that are."""
    student = standing.students.get(student_id)
    if student is None:
        raise NotAllowed(no_student(standing.students, student_id))
    fill_name(book, "FormName", student.sort_name)
    fill_name(book, "FormId", student.student_id)
    fill_name(book, "FormGroup", student.form or student.grade)
    rows = [] if day is None else _marks_of(standing, student_id, day)
    fill_table(book, "Changes", rows)
    return len(rows)


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
    usual = (standing.official_part_on(student_id, day) if by_period else "DAY",)
    parts = ("AM", "PM") if standing.pack.unit == "sessions" else usual
    return [{"Date": day, "Session": _session(part)} for part in parts]


def _session(part: str) -> Value:
    """Return a part of the day as a clerk writes it: AM, Day, or the number of the period."""
    return part[1:] if part.startswith("P") and part[1:].isdecimal() else part.replace("DAY", "Day")


def _document(name: str, locale: str) -> str:
    return name.replace("enrolment", "enrollment") if locale.endswith("US") else name


def _day(moment: str) -> date | None:
    return datetime.fromisoformat(moment).date() if moment else None
