"""Which letters are due, to whom, and which are held back with the reason.

A letter is never made from a threshold alone (RULES 0.4): it needs a guardian who may have it, an
address, and no reason for care. The same evidence never makes a second letter to the same person:
a further letter under a rule that repeats counts only days after the last day the letter before it
was about. So a file that brings half a year at once makes one letter, not one for every month.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from rollbook.ledger import letters as ledger
from rollbook.ledger.letters import Letter
from rollbook.letters.fields import evidence_of, facts_lacking, withdrawal_template
from rollbook.letters.holding import Desk, why_held, why_requested_held, why_withdrawal_held
from rollbook.letters.overtaken import no_longer_true
from rollbook.letters.persons import who_now
from rollbook.letters.templates import letter_template, template_path, why_unusable
from rollbook.office import Office
from rollbook.register import Action, Guardian, Mark, Student
from rollbook.rules import Finding, letters_due
from rollbook.standing import Standing

WITHDRAWAL = "withdrawal"
"""What the letter log calls a letter that takes back an earlier one."""

REQUESTED = "requested"
"""The ``part`` of a letter that a clerk asked for: no rule found it, and it needs no marks."""

NOBODY = Guardian(student_id="", name="")


@dataclass(frozen=True, slots=True)
class DueLetter:
    """A letter that findings ask for: one, or one for each class of the same rule.

    ``reasons`` say why it is held; empty means ready. A letter that takes back an earlier one has
    no findings: it ``withdraws`` that letter, because of marks ``corrected``.
    """

    findings: tuple[Finding, ...]
    student: Student
    guardian: Guardian
    language: str
    reasons: tuple[str, ...]
    template: str
    notes: tuple[str, ...] = ()
    withdraws: Letter | None = None
    corrected: tuple[date, ...] = ()

    @property
    def trigger(self) -> str:
        """The rule the letter is about, or the word for a letter that takes one back."""
        return WITHDRAWAL if self.withdraws else self.finding.trigger

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


def due_letters(
    office: Office, standing: Standing, letters: Sequence[Letter], on: date | None = None
) -> list[DueLetter]:
    """Return the letters due as of the standing, ready or held, in order of the register.

    ``letters`` is the letter log. A void letter keeps its evidence from a further letter too,
    unless it was voided to be written anew. ``on`` is the day the letters would be prepared, for
    which reasons to hold are looked at; the last day recorded unless said.
    """
    desk = Desk(office, standing, on or standing.as_of, ledger.standing(letters))
    log = _Log(office, standing, ledger.telling(letters))
    found = withdrawals_due(desk, letters)
    for (student_id, _), findings in _by_letter(_sent(office, standing)).items():
        student = standing.students[student_id]
        for guardian in addressees(standing.guardians.get(student_id, ())):
            news = [one for finding in findings for one in log.news(finding, guardian)]
            if news:
                found.append(_due(desk, tuple(news), student, guardian))
    order = {student_id: place for place, student_id in enumerate(standing.students)}
    return sorted(found, key=lambda due: (order[due.student.student_id], due.trigger))


def _sent(office: Office, standing: Standing) -> list[Finding]:
    """Return the findings that send a letter in this office: some it only lists."""
    without = office.settings.letters.without
    return [one for one in letters_due(standing.findings()) if one.trigger not in without]


def withdrawals_due(desk: Desk, letters: Sequence[Letter]) -> list[DueLetter]:
    """Return the letters that take back a mailed one: its threshold was never crossed.

    None is due for a letter that another takes back already, or that a person said must not be.
    """
    answered = {one.withdraws for one in letters if one.holds_evidence}
    found = []
    for letter, corrected in no_longer_true(desk.standing, letters):
        if letter.serial not in answered:
            found.append(_withdrawal(desk, letter, corrected))
    return found


def _withdrawal(desk: Desk, letter: Letter, corrected: Sequence[date]) -> DueLetter:
    student = desk.standing.students[letter.student_id]
    roster = desk.standing.guardians.get(letter.student_id, ())
    guardian = who_now(letter.guardian, roster) or NOBODY
    stem = withdrawal_template(desk.office.policy)
    language, notes = _language(desk.office, stem, letter.language)
    if guardian is NOBODY:
        name = letter.guardian["name"]
        reasons = [f"{name} is not on the roster any more; tell them yourself"]
    else:
        reasons = why_withdrawal_held(desk, student, guardian)
    unusable = why_unusable(desk.office, stem, language)
    return DueLetter(
        (),
        student,
        guardian,
        language,
        (*reasons, *([unusable] if unusable else [])),
        stem,
        (f"takes back {letter.serial}", *notes),
        letter,
        tuple(corrected),
    )


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
        self._office = office
        self._year = year.name if year else ""
        self._letters: dict[tuple[str, str, str], list[Letter]] = defaultdict(list)
        for letter in live:
            person = who_now(letter.guardian, standing.guardians.get(letter.student_id, ()))
            name = person.name if person else str(letter.guardian["name"])
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
        """Say whether a letter was about this: the year, the evidence or, for a class, the term."""
        if finding.part:
            return finding.part in letter.part.split() and letter.as_of >= finding.first
        if not self._year or letter.school_year == self._year:
            return True
        told = {(day, part) for day, part, _ in letter.evidence}  # a window may begin last year
        return any((one.day.isoformat(), one.part) in told for one in finding.sessions)

    def _assess_again(self, standing: Standing) -> dict[tuple[str, str, date], Finding]:
        """Return what is found after the day up to which a guardian has been told, by that day.

        Both guardians of a student have mostly been told on the same day, so that one assessment
        of the whole school is enough; where they have not, each day needs another.
        """
        repeating = {
            (finding.student_id, finding.trigger)
            for finding in _sent(self._office, standing)
            if finding.repeats
        }
        days: dict[tuple[str, str], set[date]] = defaultdict(set)
        for (student_id, trigger, _), letters in self._letters.items():
            if (student_id, trigger) in repeating:
                days[student_id, trigger].add(_told_until(letters))
        sessions = standing.sessions_of({student_id for student_id, _ in days})
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


def addressees(guardians: Sequence[Guardian]) -> list[Guardian]:
    """Return whom a letter is written to: one letter for each adult who may have it."""
    may = [one for one in guardians if one.gets_letters and not one.court_order]
    return may or [NOBODY]


def _due(
    desk: Desk, findings: tuple[Finding, ...], student: Student, guardian: Guardian
) -> DueLetter:
    stem, office = findings[0].letter, desk.office
    language, notes = written_in(office, stem, guardian, student)
    reasons = why_held(desk, findings, student, guardian)
    unusable = why_unusable(office, stem, language)
    if unusable:
        reasons.append(unusable)
    else:
        used = letter_template(office, stem, language).fields
        actions = actions_about(desk.standing, student.student_id)
        reasons += facts_lacking(used, student.student_id, actions)
    return DueLetter(findings, student, guardian, language, tuple(reasons), stem, tuple(notes))


def written_in(
    office: Office, stem: str, guardian: Guardian, student: Student
) -> tuple[str, list[str]]:
    """Return the language a guardian is written to, and a note where it is not their own."""
    wanted = (guardian.language or student.language or office.policy.language).lower()
    return _language(office, stem, wanted)


def _language(office: Office, stem: str, wanted: str) -> tuple[str, list[str]]:
    """Return the language a letter is written in, and a note where it is not the one wanted."""
    if template_path(office, stem, wanted) is None and wanted != office.policy.language:
        return office.policy.language, [
            f"no “{wanted}” template, so it is in “{office.policy.language}”"
        ]
    return wanted, []


def actions_about(standing: Standing, student_id: str) -> list[Action]:
    """Return what was done about one student this school year, oldest first."""
    since = standing.year_start
    return [one for one in standing.actions if one.student_id == student_id and one.day >= since]


def reasons_now(desk: Desk, letter: Letter) -> list[str]:
    """Return why a letter that was prepared earlier must be held now."""
    findings = [
        finding
        for finding in desk.standing.findings()
        if (finding.student_id, finding.trigger) == (letter.student_id, letter.trigger)
    ]
    student = desk.standing.students[letter.student_id]
    known = desk.standing.guardians.get(letter.student_id, ())
    guardian = next((one for one in known if one.name == letter.guardian["name"]), NOBODY)
    if letter.withdraws:
        return why_withdrawal_held(desk, student, guardian)
    if letter.part == REQUESTED:
        return why_requested_held(desk, letter.trigger, student, guardian)
    return why_held(desk, findings, student, guardian, letter) if findings else []
