"""Whom the next meeting should talk about: students about whom something is new."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from rollbook.attendance import attendance_of
from rollbook.ledger.letters import Letter
from rollbook.register import Action
from rollbook.rules import Finding
from rollbook.standing import Standing
from rollbook.workbooks.book import Book
from rollbook.workbooks.starting_tables import Row, fill_name, fill_table


@dataclass(frozen=True, slots=True)
class ToDiscuss:
    """One student of the list, and the sentences that say why and how it stands."""

    student_id: str
    why: str
    flags: str
    letter: str
    contact: str


def fill_meeting(book: Book, standing: Standing, since: date, day: date) -> int:
    """Enter whom the meeting of a day should talk about; return how many they are."""
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
    fill_name(book, "MeetingDate", day)
    fill_name(book, "Since", since)
    if rows:
        fill_name(book, "ChosenId", str(rows[0][headings[0]]))
    return len(rows)


def students_to_discuss(standing: Standing, since: date) -> list[ToDiscuss]:
    """Return those on roll with a new flag, letter or action since a day, worst first."""
    flags, letters, actions = _of_each(standing)
    found = []
    for student_id in standing.students:
        why = [
            *_new_flags(flags[student_id], since),
            *_new_letters(letters[student_id], since),
            *_new_actions(actions[student_id], since),
        ]
        if why and standing.is_enrolled(student_id):
            found.append(
                ToDiscuss(
                    student_id,
                    "; ".join(why),
                    ", ".join(dict.fromkeys(one.trigger for one in flags[student_id])),
                    _last_letter(letters[student_id]),
                    _last_contact(actions[student_id]),
                )
            )
    return sorted(found, key=lambda one: _urgency(standing, one.student_id))


def _of_each(
    standing: Standing,
) -> tuple[dict[str, list[Finding]], dict[str, list[Letter]], dict[str, list[Action]]]:
    flags: dict[str, list[Finding]] = defaultdict(list)
    letters: dict[str, list[Letter]] = defaultdict(list)
    actions: dict[str, list[Action]] = defaultdict(list)
    for finding in standing.findings():
        flags[finding.student_id].append(finding)
    for letter in standing.letters:
        letters[letter.student_id].append(letter)
    for action in standing.actions:
        actions[action.student_id].append(action)
    return flags, letters, actions


def _new_flags(findings: list[Finding], since: date) -> list[str]:
    new = {one.trigger: one.crossed_on for one in findings if one.crossed_on >= since}
    return [f"new flag {trigger} on {day.day} {day:%b}" for trigger, day in new.items()]


def _new_letters(letters: list[Letter], since: date) -> list[str]:
    """Say it once for a letter that went to both parents."""
    new = {
        (one.trigger, one.state.value): one.mailed or one.prepared
        for one in letters
        if (one.mailed or one.prepared) >= since
    }
    return [f"letter {what} {state} {day.day} {day:%b}" for (what, state), day in new.items()]


def _new_actions(actions: list[Action], since: date) -> list[str]:
    return [f"{_said(one)}" for one in actions if one.day >= since]


def _said(action: Action) -> str:
    return f"{action.kind.replace('-', ' ')} {action.day.day} {action.day:%b}"


def _last_letter(letters: list[Letter]) -> str:
    if not letters:
        return ""
    newest = max(letters, key=lambda one: one.mailed or one.prepared)
    day = newest.mailed or newest.prepared
    return f"{newest.trigger}, {newest.state.value} {day.day} {day:%b}"


def _last_contact(actions: list[Action]) -> str:
    if not actions:
        return ""
    newest = max(actions, key=lambda one: (one.day, one.number))
    return f"{_said(newest)}: {newest.note}" if newest.note else _said(newest)


def _urgency(standing: Standing, student_id: str) -> tuple[float, str]:
    """Sort the lowest attendance first."""
    rate = standing.attendance(student_id).rate
    return (2.0 if rate is None else float(rate), standing.students[student_id].sort_name)
