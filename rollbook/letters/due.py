"""Which letters are due, to whom, and which are held back with the reason.

A letter is never made from a threshold alone (RULES 0.4): it needs a guardian who may have it, an
address, and no reason for care. The same evidence never makes a second letter to the same person:
a further letter under a rule that repeats counts only days after the last day the letter before it
was about. So a file that brings half a year at once makes one letter, not one for every month.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rollbook.ledger.letters import Letter
from rollbook.letters.fields import evidence_of
from rollbook.letters.templates import template_path, why_unusable
from rollbook.office import Office
from rollbook.register import Guardian, Mark, Session, Student
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

MOST_MISSING = (
    5  # local policy: with more than 1 in 5 marks missing a rate is no ground for a letter
)


@dataclass(frozen=True, slots=True)
class DueLetter:
    """A letter that findings ask for: one, or one for each class of the same rule.

    ``reasons`` say why it is held; empty means ready.
    """

    findings: tuple[Finding, ...]
    student: Student
    guardian: Guardian
    language: str
    reasons: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def finding(self) -> Finding:
        """The finding; the first where the letter is about several classes."""
        return self.findings[0]

    @property
    def part(self) -> str:
        """The classes the letter is about, such as ``P1 P5``; empty when it is about none."""
        return " ".join(finding.part for finding in self.findings if finding.part)

    @property
    def evidence(self) -> tuple[Mark, ...]:
        """The marks the letter relies on, in order."""
        return evidence_of(self.findings)

    @property
    def ready(self) -> bool:
        """Say whether the letter can be prepared."""
        return not self.reasons


def due_letters(office: Office, standing: Standing, letters: Sequence[Letter]) -> list[DueLetter]:
    """Return the letters due as of the standing, ready or held, in order of the register.

    ``letters`` is the letter log. A void letter keeps its evidence from a further letter too,
    unless it was voided to be written anew.
    """
    log = _Log(office, standing, [letter for letter in letters if letter.holds_evidence])
    found = []
    for (student_id, _), findings in _by_letter(letters_due(standing.findings())).items():
        student = standing.students[student_id]
        for guardian in _addressees(standing.guardians.get(student_id, ())):
            news = [one for finding in findings for one in log.news(finding, guardian)]
            if news:
                found.append(_due(office, standing, tuple(news), student, guardian))
    order = {student_id: place for place, student_id in enumerate(standing.students)}
    return sorted(found, key=lambda due: (order[due.student.student_id], due.finding.trigger))


def _by_letter(findings: Sequence[Finding]) -> dict[tuple[str, str], list[Finding]]:
    """Put together what goes into one letter: the classes of one student under one rule."""
    together: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        together[finding.student_id, finding.trigger].append(finding)
    return together


class _Log:
    """What each guardian has been written already."""

    def __init__(self, office: Office, standing: Standing, live: Sequence[Letter]) -> None:
        year = office.calendar.year_of(standing.as_of)
        self._year = year.name if year else ""
        self._letters: dict[tuple[str, str, str], list[Letter]] = defaultdict(list)
        for letter in live:
            name = str(letter.guardian["name"])
            self._letters[letter.student_id, letter.trigger, name].append(letter)
        self._triggers = {trigger.id: trigger for trigger in office.policy.triggers}
        self._again = self._assess_again(standing)

    def news(self, finding: Finding, guardian: Guardian) -> Iterator[Finding]:
        """Give the finding, or what is new of it; nothing when the guardian has been told."""
        if self._has_had_a_higher_one(finding, guardian):
            return
        letters = self._letters.get((finding.student_id, finding.trigger, guardian.name), ())
        if not any(self._tells(letter, finding) for letter in letters):
            yield finding
        elif finding.repeats:
            again = self._again.get((finding.student_id, finding.trigger, _told_until(letters)))
            if again:
                yield again

    def _has_had_a_higher_one(self, finding: Finding, guardian: Guardian) -> bool:
        """Say whether the guardian had a letter of a higher level this year: no step back."""
        return any(
            finding.trigger in trigger.supersedes
            and any(
                letter.school_year == self._year
                for letter in self._letters.get((finding.student_id, trigger.id, guardian.name), ())
            )
            for trigger in self._triggers.values()
        )

    def _tells(self, letter: Letter, finding: Finding) -> bool:
        """Say whether a letter was about this: the same year or, for a class, the same term."""
        if finding.part:
            return finding.part in letter.part.split() and letter.as_of >= finding.first
        return not self._year or letter.school_year == self._year

    def _assess_again(self, standing: Standing) -> dict[tuple[str, str, date], Finding]:
        """Return what is found after the day up to which a guardian has been told, by that day.

        Both guardians of a student have mostly been told on the same day, so that one assessment
        of the whole school is enough; where they have not, each day needs another.
        """
        repeating = {
            (finding.student_id, finding.trigger)
            for finding in letters_due(standing.findings())
            if finding.repeats
        }
        days: dict[tuple[str, str], set[date]] = defaultdict(set)
        for (student_id, trigger, _), letters in self._letters.items():
            if (student_id, trigger) in repeating:
                days[student_id, trigger].add(_told_until(letters))
        sessions = _sessions_of(standing, {student_id for student_id, _ in days})
        found = {}
        for turn in range(max(map(len, days.values()), default=0)):
            told = {name: sorted(each)[turn] for name, each in days.items() if turn < len(each)}
            used = {
                name: frozenset(one for one in sessions[name[0]] if one.day <= until)
                for name, until in told.items()
            }
            for finding in letters_due(standing.findings(used=used)):
                name = (finding.student_id, finding.trigger)
                if name in told:
                    found[*name, told[name]] = finding
        return found


def _told_until(letters: Sequence[Letter]) -> date:
    """Return the last day that standing letters were about."""
    return max(letter.as_of for letter in letters)


def _sessions_of(standing: Standing, students: Collection[str]) -> Mapping[str, list[Session]]:
    """Return the sessions with a mark of some students."""
    found: dict[str, list[Session]] = defaultdict(list)
    marks = standing.marks[standing.marks["student_id"].isin(students)]
    for student_id, day, part in zip(
        marks["student_id"], marks["date"], marks["part"], strict=True
    ):
        found[str(student_id)].append(Session(day.date(), str(part)))
    return found


def _addressees(guardians: Sequence[Guardian]) -> list[Guardian]:
    """Return whom a letter is written to: one letter for each adult who may have it."""
    may = [one for one in guardians if one.gets_letters and not one.court_order]
    return may or [NOBODY]


def _due(
    office: Office,
    standing: Standing,
    findings: tuple[Finding, ...],
    student: Student,
    guardian: Guardian,
) -> DueLetter:
    stem = findings[0].letter
    wanted = (guardian.language or student.language or office.policy.language).lower()
    language, notes = wanted, []
    if template_path(office, stem, wanted) is None and wanted != office.policy.language:
        language = office.policy.language
        notes.append(f"no “{wanted}” template, so it is in “{language}”")
    reasons = _reasons(office, standing, findings, student, guardian)
    unusable = why_unusable(office, stem, language)
    if unusable:
        reasons.append(unusable)
    return DueLetter(findings, student, guardian, language, tuple(reasons), tuple(notes))


def reasons_now(office: Office, standing: Standing, letter: Letter) -> list[str]:
    """Return why a letter that was prepared earlier must be held now."""
    findings = [
        finding
        for finding in standing.findings()
        if (finding.student_id, finding.trigger) == (letter.student_id, letter.trigger)
    ]
    student = standing.students[letter.student_id]
    name = letter.guardian["name"]
    known = standing.guardians.get(letter.student_id, ())
    guardian = next((one for one in known if one.name == name), NOBODY)
    return _reasons(office, standing, findings, student, guardian) if findings else []


def _reasons(
    office: Office,
    standing: Standing,
    findings: Sequence[Finding],
    student: Student,
    guardian: Guardian,
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
    reasons += _figure_reasons(office, findings[0], fewest)
    reasons += [
        f"{finding.unresolved} of the {finding.numerator} marks have no reason yet (code N); "
        "find the reasons first"
        for finding in findings
        if finding.unresolved_decides
    ]
    if any(mark.symbol == PART_TIME_CODE for mark in evidence_of(findings)):
        reasons.append("a part-time timetable (C2) is among the absences; write to them yourself")
    return reasons


def _figure_reasons(office: Office, finding: Finding, fewest: int) -> list[str]:
    """Return why the student's figures are too thin for a letter about a rate."""
    if finding.denominator is None:
        return []  # a count of dated marks is true however little else is recorded
    possible, missing = finding.attendance.possible, finding.attendance.missing
    unit = office.policy.unit
    if missing * MOST_MISSING > possible + missing:
        return [
            f"{missing} of {possible + missing} {unit} have no mark; drop the full register. If "
            'your list holds absences only, set lists = "absences" under [exports] in office.toml'
        ]
    if possible < fewest:
        return [f"only {possible} {unit} were possible so far (fewer than {fewest})"]
    return []


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
    if len(missing) == 3:
        return [f"{guardian.name} has no address"]
    return [f"the address of {guardian.name} has no {' and no '.join(missing)}"] if missing else []
