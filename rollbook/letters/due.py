"""Which letters are due, to whom, and which are held back with the reason.

A letter is never made from a threshold alone (RULES 0.4): it needs a guardian who may have it, an
address, and no reason for care. The same evidence never makes a second letter to the same person.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rollbook.ledger.letters import Letter
from rollbook.letters.templates import template_path
from rollbook.office import Office
from rollbook.register import Guardian, Session, Student
from rollbook.rules import Finding, letters_due
from rollbook.standing import Standing

NOBODY = Guardian(student_id="", name="")

FLAG_WORDS: Mapping[str, str] = {
    "bereavement": "a bereavement is noted",
    "medical-plan": "a medical plan is noted",
    "looked-after": "the student is looked after",
    "safeguarding": "there is an open safeguarding matter",
    "no-letters": "the student is marked “no letters”",
}

PART_TIME_CODE = "C2"


@dataclass(frozen=True, slots=True)
class DueLetter:
    """A letter that a finding asks for. ``reasons`` say why it is held; empty means ready."""

    finding: Finding
    student: Student
    guardian: Guardian
    language: str
    reasons: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """Say whether the letter can be prepared."""
        return not self.reasons


def due_letters(office: Office, standing: Standing, live: Sequence[Letter]) -> list[DueLetter]:
    """Return the letters due as of the standing, ready or held, in order of the register.

    ``live`` are the letters that still stand (prepared, printed, mailed …, not void).
    """
    year = office.calendar.year_of(standing.as_of)
    sent = {
        (letter.student_id, letter.trigger, letter.part, str(letter.guardian["name"]))
        for letter in live
        if year is None or letter.school_year == year.name
    }
    again = {
        (finding.student_id, finding.trigger, finding.part): finding
        for finding in letters_due(standing.findings(used=_used(live)))
        if finding.repeats
    }
    found = []
    for finding in letters_due(standing.findings()):
        student = standing.students[finding.student_id]
        for guardian in _addressees(standing.guardians.get(finding.student_id, ())):
            name = (finding.student_id, finding.trigger, finding.part)
            due: Finding | None = finding
            if (*name, guardian.name) in sent:
                due = again.get(name)
            if due is not None:
                found.append(_due(office, standing, due, student, guardian))
    order = {student_id: place for place, student_id in enumerate(standing.students)}
    return sorted(found, key=lambda due: (order[due.student.student_id], due.finding.trigger))


def _used(live: Sequence[Letter]) -> dict[tuple[str, str], frozenset[Session]]:
    """Return the sessions that standing letters rely on already."""
    used: dict[tuple[str, str], set[Session]] = defaultdict(set)
    for letter in live:
        sessions = (Session(date.fromisoformat(day), part) for day, part, _ in letter.evidence)
        used[letter.student_id, letter.trigger].update(sessions)
    return {name: frozenset(sessions) for name, sessions in used.items()}


def _addressees(guardians: Sequence[Guardian]) -> list[Guardian]:
    """Return whom a letter is written to: one letter for each adult who may have it."""
    may = [one for one in guardians if one.gets_letters and not one.court_order]
    return may or [NOBODY]


def _due(
    office: Office, standing: Standing, finding: Finding, student: Student, guardian: Guardian
) -> DueLetter:
    wanted = (guardian.language or student.language or office.policy.language).lower()
    template = template_path(office, finding.letter, wanted)
    language, notes = wanted, []
    if template is None:
        language = office.policy.language
        template = template_path(office, finding.letter, language)
        if wanted != language:
            notes.append(f"no “{wanted}” template, so it is in “{language}”")
    reasons = _reasons(office, standing, finding, student, guardian)
    if template is None:
        reasons.append(f"there is no template “{finding.letter}.{language}.docx”")
    return DueLetter(finding, student, guardian, language, tuple(reasons), tuple(notes))


def _reasons(
    office: Office, standing: Standing, finding: Finding, student: Student, guardian: Guardian
) -> list[str]:
    """Return why a letter must not go now, in words a clerk can act on."""
    reasons = [
        FLAG_WORDS.get(flag, flag)
        for flag in office.settings.letters.hold_flags
        if flag in student.flags
    ]
    if not standing.is_enrolled(student.student_id):
        reasons.append("the student has left")
    if not student.name:
        reasons.append("the student's name is not known; drop the roster")
    reasons += _address_reasons(standing, student, guardian)
    fewest = office.settings.letters.fewest_possible
    if fewest is None:
        fewest = 20 if office.policy.unit == "sessions" else 10
    if finding.attendance.possible < fewest:
        reasons.append(
            f"only {finding.attendance.possible} {office.policy.unit} were possible so far "
            f"(fewer than {fewest})"
        )
    if finding.unresolved_decides:
        reasons.append(
            f"{finding.unresolved} of the {finding.numerator} marks have no reason yet (code N); "
            "find the reasons first"
        )
    if any(mark.symbol == PART_TIME_CODE for mark in finding.evidence):
        reasons.append("a part-time timetable (C2) is among the absences; write to them yourself")
    return reasons


def _address_reasons(standing: Standing, student: Student, guardian: Guardian) -> list[str]:
    if not guardian.name:
        known = standing.guardians.get(student.student_id, ())
        if not known:
            return ["no guardian is on record"]
        if any(one.court_order for one in known):
            return ["no guardian may have letters (court order)"]
        return ["no guardian is marked to have letters"]
    missing = [
        word
        for word, value in (
            ("street", guardian.street),
            ("city", guardian.city),
            ("postcode", guardian.postcode),
        )
        if not value.strip()
    ]
    return [f"the address has no {' and no '.join(missing)}"] if missing else []
