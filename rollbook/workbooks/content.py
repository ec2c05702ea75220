"""What the office's workbooks should show: figures, log rows, students, from the register.

The figures are those of every report and letter of the same moment (:mod:`rollbook.standing`).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from rollbook.attendance import attendance_of
from rollbook.ledger import letters as book
from rollbook.ledger.letters import Letter, State
from rollbook.office import Office
from rollbook.standing import Standing
from rollbook.workbooks.cells import Value
from rollbook.workbooks.figures import Figures
from rollbook.workbooks.letter_log import LogRow
from rollbook.workbooks.mapping import WorkbookMap
from rollbook.workbooks.people import Listed, People
from rollbook.workbooks.questions import Roster
from rollbook.workbooks.updating import NO_MARKS, Marks

GONE_OUT = (State.PRINTED, State.MAILED, State.RETURNED)


@dataclass(frozen=True, slots=True)
class Content:
    """What one adopted workbook should show: where, the students' figures, rows of the log."""

    mapping: WorkbookMap
    figures: Figures
    rows: Sequence[LogRow]
    people: People
    marks: Marks


def content_for(office: Office, standing: Standing, data: Mapping[str, Any]) -> Content:
    """Return what one adopted workbook, an entry of ``[[workbook]]``, should show."""
    [content] = contents_for(office, standing, [data])
    return content


def contents_for(
    office: Office, standing: Standing, adopted: Sequence[Mapping[str, Any]]
) -> list[Content]:
    """Return what each adopted workbook should show; the figures are worked out once."""
    with office.ledger.read() as connection:
        letters = book.letters(connection)
    figures, people = _figures(standing, letters), _people(office, standing)
    return [_content(standing, data, letters, figures, people) for data in adopted]


def _content(
    standing: Standing,
    data: Mapping[str, Any],
    letters: list[Letter],
    figures: Figures,
    people: People,
) -> Content:
    mapping = WorkbookMap.from_dict(data)
    rows = [_log_row(standing, letter) for letter in _logged(mapping, letters)]
    is_filled = mapping.days is not None and mapping.days.fill
    return Content(mapping, figures, rows, people, _marks(standing) if is_filled else NO_MARKS)


def roster_of(standing: Standing) -> Roster:
    """Return who the ledger knows and who is on roll, to tell what a workbook's lists hold."""
    on_roll = frozenset(one for one in standing.students if standing.is_enrolled(one))
    return Roster(standing.students, on_roll)


def _people(office: Office, standing: Standing) -> People:
    """Return every student of the ledger, on roll or not as of the day."""
    names = office.settings.campus
    found = {}
    for student_id, student in standing.students.items():
        ended = sorted(
            one.withdrawal_date
            for one in standing.enrolments_of(student_id)
            if one.withdrawal_date and one.withdrawal_date <= standing.as_of
        )
        on_roll = standing.is_enrolled(student_id)
        left = ended.pop() if ended and not on_roll else None
        campus = names.get(student.campus, "")
        # Whoever is still to come has neither left nor a row.
        found[student_id] = Listed(student, campus, on_roll, left, tuple(ended))
    return found


def _marks(standing: Standing) -> Marks:
    """Return each student's mark of each day, as a register shows it: ``/O`` for AM and PM."""
    marks = standing.marks
    found: dict[str, dict[date, str]] = defaultdict(dict)
    several = bool(standing.official.by_campus)
    whole_day = {"DAY", "AM", "PM", *standing.official.every}
    shown = marks[marks["part"].isin(whole_day)].sort_values(["student_id", "date", "part"])
    columns = (shown["student_id"], shown["date"], shown["part"], shown["symbol"])
    for student_id, day, part, symbol in zip(*columns, strict=True):
        of_student, on = found[str(student_id)], day.date() if hasattr(day, "date") else day
        if several and not _says_the_day(standing, str(student_id), on, str(part)):
            continue
        of_student[on] = of_student.get(on, "") + str(symbol)
    return found


def _says_the_day(standing: Standing, student_id: str, day: date, part: str) -> bool:
    """Say whether a part is the whole day's, or the official period of the student's campus."""
    return part in ("DAY", "AM", "PM") or part == standing.official_part_on(student_id, day)


def _logged(mapping: WorkbookMap, letters: list[Letter]) -> list[Letter]:
    """Return the letters that belong in a clerk's log.

    A log that says for each row where the letter stands takes every letter. One that does not, or
    whose date is the day of sending, takes only what has been printed: it must not say that a
    letter went which did not.
    """
    columns = mapping.log.columns if mapping.log else {}
    of_sending = "date" in columns and "sent" in columns["date"].heading.lower()
    if "state" in columns and not of_sending:
        return letters
    return [letter for letter in letters if letter.state in GONE_OUT]


def _figures(standing: Standing, letters: list[Letter]) -> dict[str, Mapping[str, Value]]:
    """Return each student's figures by the names a workbook map uses."""
    table = standing.tally()
    flags: dict[str, list[str]] = defaultdict(list)
    for finding in standing.findings():
        if finding.trigger not in flags[finding.student_id]:
            flags[finding.student_id].append(finding.trigger)
    newest: dict[str, Letter] = {
        letter.student_id: letter for letter in letters if letter.state is not State.VOID
    }
    found: dict[str, Mapping[str, Value]] = {}
    for student_id in standing.students:
        counted = attendance_of(table, student_id)
        letter = newest.get(student_id)
        found[student_id] = {
            "state_id": standing.students[student_id].state_id,
            "possible": counted.possible,
            "attended": counted.attended,
            "absent": counted.absent,
            "authorised": counted.authorised,
            "unauthorised": counted.unauthorised,
            "late": counted.late,
            "rate": counted.rate,
            "flag": ", ".join(flags[student_id]),
            "last_letter": _day(letter) if letter else None,
        }
    return found


def _day(letter: Letter) -> date:
    """Return the day the letter was prepared: it stays when the letter goes on."""
    return datetime.fromisoformat(letter.prepared_at).date()


def _log_row(standing: Standing, letter: Letter) -> LogRow:
    return {
        "date": _day(letter),
        "student_id": letter.student_id,
        "student_name": standing.students[letter.student_id].sort_name,
        "letter": letter.trigger,
        "guardian": str(letter.guardian["name"]),
        "serial": letter.serial,
        "state": letter.state.value,
        "by": letter.by,
    }
