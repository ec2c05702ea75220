"""The register as it stands: everything the duties read from the ledger, read at one moment.

Figures and flags are worked out from here, so that a letter, a report and a workbook row of the
same round can never disagree.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

from rollbook import rules
from rollbook.attendance import Attendance, OfficialPeriods, Recorded, attendance_of, tally
from rollbook.importers.contract import Recording
from rollbook.ledger import assessments, care, people, staff
from rollbook.ledger import letters as letter_book
from rollbook.ledger import marks as ledger_marks
from rollbook.ledger import postings as book
from rollbook.ledger.assessments import Seen
from rollbook.ledger.letters import Letter
from rollbook.office import Office
from rollbook.office.staff import NO_STAFF, Staff
from rollbook.policy import PolicyPack
from rollbook.problems import NotAllowed
from rollbook.register import PARTS, Action, Enrolment, Guardian, HoldBack, Session, Student
from rollbook.rules import Explanation, Finding, History, Sent, Used
from rollbook.school_calendar import SchoolCalendar


@dataclass(frozen=True, eq=False)
class Standing:
    """The marks and the people of an office as of a day, and what was done about them by then."""

    pack: PolicyPack
    calendar: SchoolCalendar
    official: OfficialPeriods
    students: Mapping[str, Student]
    guardians: Mapping[str, Sequence[Guardian]]
    enrolments: Sequence[Enrolment]
    recorded: Sequence[Recorded]
    marks: pd.DataFrame
    as_of: date
    letters: Sequence[Letter] = ()  # those that stand
    actions: Sequence[Action] = ()
    hold_backs: Mapping[str, Sequence[HoldBack]] = field(default_factory=dict)
    staff: Staff = NO_STAFF
    seen: Seen = Seen()  # how far the ledger went when it was read
    only: frozenset[str] | None = None  # whom it is asked about; everybody when None
    known: Sequence[Finding] | None = None  # findings worked out before …
    changed: frozenset[str] | None = None  # … but for these students; None for everybody

    @cached_property
    def history(self) -> History:
        """What rules of sequence ask for: the letters that stand, and the actions."""
        sent = [
            Sent(
                letter.student_id,
                letter.trigger,
                str(letter.guardian["name"]),
                letter.prepared,
                letter.as_of,
                letter.mailed,
            )
            for letter in self.letters
        ]
        return History(sorted(sent, key=lambda one: (one.prepared, one.until)), self.actions)

    def tally(self, first: date | None = None, last: date | None = None) -> pd.DataFrame:
        """Count each student's attendance; without dates, the school year up to ``as_of``."""
        if first is None and last is None:
            return self._year_to_date
        return self._tally(first or self.year_start, last or self.as_of)

    @cached_property
    def _year_to_date(self) -> pd.DataFrame:
        return self._tally(self.year_start, self.as_of)

    def _tally(self, first: date, last: date) -> pd.DataFrame:
        return tally(
            self.marks,
            self.pack,
            self.calendar,
            students=self.students.values(),
            enrolments=self.enrolments,
            recorded=self.recorded,
            first=first,
            last=last,
            official=self.official,
        )

    def attendance(self, student_id: str) -> Attendance:
        """Return one student's attendance in the school year up to ``as_of``."""
        return attendance_of(self._year_to_date, student_id)

    @property
    def year_start(self) -> date:
        """The first day of the school year that ``as_of`` is in."""
        year = self.calendar.year_of(self.as_of)
        return year.first if year else self.as_of

    def findings(self, used: Used | None = None) -> list[Finding]:
        """Return what each student has crossed, without the evidence in ``used`` if given."""
        return self._all_findings if used is None else self._assess(used)

    @cached_property
    def _all_findings(self) -> list[Finding]:
        return self._assess(None) if self.known is None else list(self.known)

    def _assess(self, used: Used | None, only: Collection[str] | None = None) -> list[Finding]:
        return rules.assess(
            self.pack,
            self.calendar,
            self.marks,
            self.students.values(),
            self.enrolments,
            self.recorded,
            as_of=self.as_of,
            used=_together(self.used_by_actions, used or {}),
            official=self.official,
            history=self.history,
            only=self.only if only is None else only,
        )

    @cached_property
    def used_by_actions(self) -> Used:
        """The evidence that penalties on the log have used, by student and rule.

        The pack says which actions use up whose evidence: the value ``evidence.used-by-`` and the
        kind of action names the rules. Every session up to the day of the action is used.
        """
        last: dict[tuple[str, str], date] = {}
        for action in self.actions:
            name = f"evidence.used-by-{action.kind}"
            if self.pack.has_value(name, action.day):
                for trigger in self.pack.value(name, action.day).words:
                    key = (action.student_id, trigger)
                    last[key] = max(action.day, last.get(key, action.day))
        sessions = self.sessions_of({student_id for student_id, _ in last})
        return {
            key: frozenset(one for one in sessions.get(key[0], ()) if one.day <= until)
            for key, until in last.items()
        }

    def sessions_of(self, students: Collection[str]) -> Mapping[str, list[Session]]:
        """Return the sessions with a mark of some students."""
        found: dict[str, list[Session]] = defaultdict(list)
        if not students:
            return found
        marks = self.marks[self.marks["student_id"].isin(students)]
        for student_id, day, part in zip(
            marks["student_id"], marks["date"], marks["part"], strict=True
        ):
            found[str(student_id)].append(Session(day.date(), str(part)))
        return found

    def parts_by_month(self) -> list[tuple[int, str]]:
        """Return which parts of the day the register names in which month, each once."""
        if not len(self.marks):
            return []
        parts = self.marks["part"].cat
        months = self.marks["date"].to_numpy().astype("datetime64[M]").astype(np.int64)
        width = len(parts.categories)
        first = int(months.min())
        found = np.flatnonzero(np.bincount((months - first) * width + parts.codes.to_numpy()))
        return [
            (first + int(place) // width, str(parts.categories[int(place) % width]))
            for place in found
        ]

    def no_student(self, student_id: str) -> str:
        """Say that no student has an id, and which has it but for the noughts in front."""
        return no_student(self.students, student_id)

    def explain(self, student_id: str) -> list[Explanation]:
        """Say, rule by rule, which marks of a student counted, which did not, and why."""
        if student_id not in self.students:
            raise NotAllowed(self.no_student(student_id))
        return rules.explain(
            self.pack,
            self.calendar,
            self.marks,
            self.students.values(),
            self.enrolments,
            self.recorded,
            student_id=student_id,
            as_of=self.as_of,
            used=self.used_by_actions,
            official=self.official,
            history=self.history,
        )

    def with_letters(self, log: Sequence[Letter], newest_event: int = 0) -> "Standing":
        """Return the same standing with the letter log as it is now; itself if that is the same.

        ``newest_event`` is how far the log goes, where it was read to the end.
        """
        letters = letter_book.standing(log)
        known = [(one.serial, one.mailed) for one in self.letters]
        if [(one.serial, one.mailed) for one in letters] == known:
            return self
        seen = replace(self.seen, letter_event=max(newest_event, self.seen.letter_event))
        return replace(self, letters=letters, seen=seen, known=None, changed=None)

    def with_changed(self, kept: Sequence[Finding], changed: Collection[str]) -> "Standing":
        """Return the same standing with its findings known: some kept, those of others worked out.

        ``kept`` are findings of the same day under the same rules; those of ``changed`` students
        are worked out anew. What comes out is what working out everybody's would give.
        """
        fresh = self._assess(None, changed) if changed else []
        others = [one for one in kept if one.student_id not in changed]
        order = {student_id: place for place, student_id in enumerate(self.students)}
        rule = {trigger.id: place for place, trigger in enumerate(self.pack.triggers)}
        known = sorted(
            [*others, *fresh],
            key=lambda one: (
                order[one.student_id],
                rule[one.trigger],
                PARTS.index(one.part or PARTS[0]),
            ),
        )
        return replace(self, known=known, changed=frozenset(changed))

    def at(self, day: date, students: Collection[str]) -> "Standing":
        """Return how some students stood on an earlier day, with the marks of now."""
        return replace(
            self,
            marks=self.marks[self.marks["date"] <= pd.Timestamp(day)],
            as_of=day,
            letters=[
                one for one in self.letters if one.student_id in students and one.as_of <= day
            ],
            actions=[one for one in self.actions if one.student_id in students and one.day <= day],
            only=frozenset(students),
            known=None,
            changed=None,
        )

    def enrolments_of(self, student_id: str) -> list[Enrolment]:
        """Return the stretches of membership of one student."""
        return self._enrolments_by_student.get(student_id, [])

    @cached_property
    def _enrolments_by_student(self) -> dict[str, list[Enrolment]]:
        found: dict[str, list[Enrolment]] = {}
        for enrolment in self.enrolments:
            found.setdefault(enrolment.student_id, []).append(enrolment)
        return found

    def official_part_on(self, student_id: str, day: date) -> str:
        """Return the period that decides a student's day, where one period does."""
        student = self.students.get(student_id)
        home = student.campus if student else ""
        there = [one for one in self.enrolments_of(student_id) if one.holds(day)]
        there.sort(key=lambda one: one.entry_date)
        return self.official.at((there[-1].campus if there else "") or home)

    def is_enrolled(self, student_id: str) -> bool:
        """Say whether a student is in membership as of the day; without dates, yes."""
        stretches = self.enrolments_of(student_id)
        return not stretches or any(one.holds(self.as_of) for one in stretches)


def no_student(students: Iterable[str], student_id: str) -> str:
    """Say that no student has an id, and which has it but for the noughts in front."""
    alike = [one for one in students if one.lstrip("0") == student_id.lstrip("0")]
    meant = f" Did you mean {' or '.join(alike)}?" if alike else ""
    return f"No student has the id “{student_id}”.{meant}"


def _together(one: Used, other: Used) -> Used:
    """Return the sessions that either says are used."""
    return {key: {*one.get(key, ()), *other.get(key, ())} for key in {*one, *other}}


def read_standing(office: Office, as_of: date | None = None) -> Standing:
    """Read the register as it stands from the ledger.

    ``as_of`` is the last day recorded unless said; later marks are then left out, and so are
    letters that tell of later days and later actions.
    """
    with office.ledger.read() as connection:
        covered = book.coverage(connection)
        marks = ledger_marks.current_register(connection, last=as_of)
        students = people.students(connection)
        guardians = people.guardians(connection)
        enrolments = people.enrolments(connection)
        letters = letter_book.standing(letter_book.letters(connection, words=False))
        actions = care.actions(connection)
        hold_backs = care.hold_backs(connection)
        listed = staff.staff(connection)
        seen = assessments.seen(connection)
    recorded = [
        Recorded(
            span.campus,
            span.first,
            span.last,
            span.parts,
            negative=span.recording == Recording.NEGATIVE.value,
        )
        for span in covered
    ]
    return Standing(
        pack=office.policy,
        calendar=office.calendar,
        official=office.official,
        students=students,
        guardians=guardians,
        enrolments=enrolments,
        recorded=recorded,
        marks=marks,
        as_of=as_of or _last_recorded(marks, recorded),
        letters=[one for one in letters if as_of is None or one.as_of <= as_of],
        actions=[one for one in actions if as_of is None or one.day <= as_of],
        hold_backs=hold_backs,
        staff=Staff(listed),
        seen=seen,
    )


def _last_recorded(marks: pd.DataFrame, recorded: Sequence[Recorded]) -> date:
    """Return the last day with a mark, or covered by a file of absences; today when neither."""
    days = [one.last for one in recorded if one.negative]
    if len(marks):
        days.append(marks["date"].max().date())
    return max(days, default=date.today())
