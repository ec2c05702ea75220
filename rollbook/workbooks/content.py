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

GONE_OUT = (State.PRINTED, State.MAILED, State.RETURNED)


@dataclass(frozen=True, slots=True)
class Content:
    """What one adopted workbook should show: where, the students' figures, rows of the log."""

    mapping: WorkbookMap
    figures: Figures
    rows: Sequence[LogRow]


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
    figures = _figures(standing, letters)
    return [_content(standing, data, letters, figures) for data in adopted]


def _content(
    standing: Standing, data: Mapping[str, Any], letters: list[Letter], figures: Figures
) -> Content:
    mapping = WorkbookMap.from_dict(data)
    return Content(
        mapping, figures, [_log_row(standing, letter) for letter in _logged(mapping, letters)]
    )


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
