"""What was typed in a log entered in the ledger: a step, a contact, or a conflict.

What can follow in a letter's life is a step of it, a call or a meeting is logged; whatever speaks
against the ledger is a conflict, which a person settles.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time

from rollbook.importers.reading.contact_words import contact_said
from rollbook.ledger import Connection, care, people
from rollbook.ledger import letters as letter_book
from rollbook.ledger import sheet_entries as log
from rollbook.ledger.letters import NEXT, Letter, State
from rollbook.ledger.sheet_entries import SheetEntry
from rollbook.letters import log_action
from rollbook.letters.life import BY_HAND, take
from rollbook.office import Office
from rollbook.problems import NotAllowed
from rollbook.register import Action, Guardian, Student
from rollbook.workbooks.log_words import (
    Written,
    day_said,
    guardian_said,
    is_booked,
    step_said,
)
from rollbook.workbooks.people import folded
from rollbook.workbooks.typed import CONTACT, STATUS, Saved, Typed

GONE_OUT = (State.MAILED, State.RETURNED)
CLEARED = 20
"""More rows gone at once than this were cleared out, as for a new year."""

_NOON = time(12)


def day_first(office: Office) -> bool:
    """Whether this office writes 3/11 for 3 November: as it said, else as its country does."""
    said = office.settings.exports.day_first
    return office.policy.jurisdiction.startswith("gb") if said is None else said


class Entering:
    """Enters what was typed in one workbook, within one transaction.

    ``waiting`` says of rows that cannot be entered yet, and of those that were cleared out.
    """

    def __init__(
        self,
        office: Office,
        connection: Connection,
        name: str,
        at: datetime,
        saved: Saved,
        known: Sequence[SheetEntry],
    ) -> None:
        self._office, self._connection, self._name, self._at = office, connection, name, at
        self._entered = {entry.key: entry for entry in known if entry.did == log.ACTION}
        self._by = saved.by or office.settings.clerk
        saved_on = saved.at.astimezone(at.tzinfo).date() if saved.at else at.date()
        self._written = Written(min(saved_on, at.date()), day_first(office))
        self._students = people.students(connection)
        self._guardians = people.guardians(connection)
        self.waiting: list[str] = []

    def enter(self, new: Sequence[Typed], gone: Sequence[SheetEntry]) -> list[SheetEntry]:
        """Enter all of it; a row that changed is one conflict, not a row gone and another new."""
        entries: list[SheetEntry] = []
        left = list(gone)
        for typed in new:
            before = next((old for old in left if _is_changed(old, typed)), None)
            if before:
                left.remove(before)
                entry = self._conflict(typed, before.about, _changed_words(before, typed))
                entries.append(self._keep(replace(entry, number=before.number)))
                entries.append(self._keep(replace(before, did=log.GONE, number=0, note="changed")))
                continue
            if typed.kind == CONTACT:
                made = self._come_back(typed) or self._contact(typed)
            else:
                made = self._of_letter(typed)
            if made:
                entries.append(self._keep(made))
        return entries + self._gone(left)

    def _gone(self, left: Sequence[SheetEntry]) -> list[SheetEntry]:
        """Ask of each row that is gone; of many at once, which were cleared out, only tell."""
        entries = []
        if len(left) > CLEARED:
            rows = f"{len(left):,} rows of the contact log are not there any more"
            self.waiting.append(f"{rows}; the contacts stay in Rollbook's log")
        for old in left:
            if len(left) <= CLEARED:
                what = "The row is not in the workbook any more; the contact stays in the log."
                entries.append(self._keep(replace(old, did=log.CONFLICT, note=what)))
            entries.append(self._keep(replace(old, did=log.GONE, number=0, note="")))
        return entries

    # ---- letters -------------------------------------------------------------------------------

    def _of_letter(self, typed: Typed) -> SheetEntry | None:
        found = letter_book.letters(self._connection, serials=[typed.serial])
        if not found:
            return None  # a letter of before Rollbook
        letter = found[0]
        student = typed.said.get("student_id", letter.student_id)
        if not self._is_student(student, letter.student_id):
            why = f"The row of letter {letter.serial} says student {student}, the ledger says "
            return self._conflict(typed, letter.serial, f"{why}{letter.student_id}.")
        return self._status(typed, letter) if typed.kind == STATUS else self._note(typed, letter)

    def _status(self, typed: Typed, letter: Letter) -> SheetEntry:
        words = typed.said[STATUS]
        events = letter_book.events(self._connection, letter.serial)
        been = {event.state for event in events} | {letter.state}
        states = {state.value: state for state in State}
        step = states.get(words.casefold()) or step_said(words)
        if step in been:
            return self._entry(typed, log.SEEN, letter.serial)
        if step is None:
            return self._note(typed, letter)
        if step not in NEXT[letter.state] or (step is State.VOID and letter.state in GONE_OUT):
            return self._conflict(typed, letter.serial, _cannot(letter, step, words))
        when = self._at
        if step is State.MAILED:
            day = day_said(words, self._written) or self._written.saved
            printed = datetime.fromisoformat(events[-1].at)
            if not printed.date() <= day <= self._at.date():
                return self._conflict(typed, letter.serial, _cannot_then(letter, day, printed))
            if day != self._at.date():
                when = max(datetime.combine(day, _NOON, self._at.tzinfo), printed)
        note = self._source(typed, words)
        if step is State.HELD:
            note += f"; when it may go: {BY_HAND} {letter.serial}"
        method = "post" if step is State.MAILED else ""
        take(self._office, self._connection, [letter], step, when, note, method=method)
        return self._entry(typed, log.STEP, letter.serial, note=step.value)

    def _note(self, typed: Typed, letter: Letter) -> SheetEntry:
        words = typed.said[typed.kind]
        if before := self._entered.get(typed.key):
            was = str(before.said[typed.kind])
            if was not in words:
                return self._conflict(typed, letter.serial, _changed_words(before, typed))
            words = words.replace(was, "", 1).strip(" ,;.-")
        kind = contact_said(words)
        if not kind and not is_booked(words):
            return self._entry(typed, log.SEEN, letter.serial)
        named = day_said(words, self._written) if kind else None  # a meeting's day is to come
        day = named or self._written.saved
        kind = kind or "other"
        return self._log(typed, letter.student_id, day, kind, words, letter.serial)

    # ---- contacts ------------------------------------------------------------------------------

    def _contact(self, typed: Typed) -> SheetEntry | None:
        said = typed.said
        day = day_said(said["date"], self._written)
        if day is None:
            return self._conflict(typed, "", f"“{said['date']}” is no date that can be read.")
        if day > self._at.date():
            self.waiting.append(f"{typed.place}: {day} is still to come")
            return None
        student = self._student(said)
        if student is None:
            who = said.get("student_id") or said.get("student_name", "")
            self.waiting.append(f"{typed.place}: there is no one student “{who}”")
            return None
        words = ", ".join(said[key] for key in ("action", "note") if said.get(key))
        kind = contact_said(said.get("action", "")) or contact_said(said.get("note", "")) or "other"
        return self._log(typed, student.student_id, day, kind, words, student.student_id)

    def _come_back(self, typed: Typed) -> SheetEntry | None:
        """Take a row that was gone, and is there again, for the contact it was; nothing is new."""
        entered = self._entered.get(typed.key)
        standing = {action.number for action in care.actions(self._connection)} if entered else ()
        if entered is None or entered.number not in standing:
            return None
        for conflict in log.open_conflicts(self._connection, self._name):
            if conflict.number == entered.number:
                note = "the row is there again"
                self._keep(replace(conflict, did=log.SETTLED, note=note, settles=conflict.id))
        return self._entry(typed, log.ACTION, entered.about, entered.note, entered.number)

    def _student(self, said: Mapping[str, str]) -> Student | None:
        given = said.get("student_id", "")
        if given in self._students:
            return self._students[given]
        if given:
            same = [
                one for one in self._students.values() if self._is_student(given, one.student_id)
            ]
        else:
            name = folded(said.get("student_name", ""))
            same = [
                one
                for one in self._students.values()
                if name in (folded(one.sort_name), folded(one.name))
            ]
        return same[0] if len(same) == 1 else None

    def _is_student(self, written: str, student_id: str) -> bool:
        """Whether an id in a cell is a student's: Excel may have eaten the zeros."""
        student = self._students[student_id]
        if written in (student_id, student.state_id):
            return True
        return written.isdecimal() and student_id.isdecimal() and int(written) == int(student_id)

    # ---- entering ------------------------------------------------------------------------------

    def _log(
        self, typed: Typed, student_id: str, day: date, kind: str, words: str, about: str
    ) -> SheetEntry:
        guardians: Sequence[Guardian] = self._guardians.get(student_id, ())
        named = f"{typed.said.get('guardian', '')} {words}"
        action = Action(
            student_id,
            day,
            kind,
            guardian_said(named, guardians),
            self._source(typed, words),
            by=typed.said.get("by") or self._by,
            at=self._at.isoformat(timespec="seconds"),
        )
        try:
            logged = log_action(self._office, self._connection, action, self._at.date())
        except NotAllowed as why:
            return self._conflict(typed, about, str(why))
        return self._entry(typed, log.ACTION, about, note=kind, number=logged.action.number)

    def _source(self, typed: Typed, words: str) -> str:
        file = self._name.rpartition("/")[2]
        return f"{words} ({file}, {typed.place}, {self._by})"

    def _conflict(self, typed: Typed, about: str, why: str) -> SheetEntry:
        return self._entry(typed, log.CONFLICT, about, note=why)

    def _entry(
        self, typed: Typed, did: str, about: str, note: str = "", number: int = 0
    ) -> SheetEntry:
        at, said = self._at.isoformat(timespec="seconds"), dict(typed.said)
        return SheetEntry(
            self._name, typed.place, typed.key, said, did, about, number, note, at, self._by
        )

    def _keep(self, entry: SheetEntry) -> SheetEntry:
        return log.save_sheet_entry(self._connection, entry)


def _is_changed(old: SheetEntry, typed: Typed) -> bool:
    """Whether a row that was read is most likely this one, written over since."""
    if typed.kind != CONTACT:
        return False
    alike = sum(old.said.get(key) == typed.said.get(key) for key in ("date", "action", "note"))
    who = ("student_id", "student_name")
    same = any(old.said.get(key) and old.said.get(key) == typed.said.get(key) for key in who)
    return same and alike >= 1


def _changed_words(old: SheetEntry, typed: Typed) -> str:
    keys = [key for key in (*old.said, *typed.said) if old.said.get(key) != typed.said.get(key)]
    was = ", ".join(f"“{old.said.get(key, '')}”" for key in dict.fromkeys(keys))
    now = ", ".join(f"“{typed.said.get(key, '')}”" for key in dict.fromkeys(keys))
    return f"The row said {was} when it was read and says {now} now; the log keeps the first."


def _cannot(letter: Letter, step: State, words: str) -> str:
    if step is State.VOID and letter.state in GONE_OUT:
        return (
            f"The log says “{words}”, but letter {letter.serial} has gone out. To take it back: "
            f"rollbook letters void {letter.serial}"
        )
    return (
        f"The log says “{words}”, but letter {letter.serial} is {letter.state.value} and cannot "
        f"become {step.value} from there."
    )


def _cannot_then(letter: Letter, day: date, printed: datetime) -> str:
    return (
        f"The log says that letter {letter.serial} was sent on {day}; it was printed on "
        f"{printed.date()}. Correct the day in the log."
    )
