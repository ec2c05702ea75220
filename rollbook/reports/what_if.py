"""What if a rule were different: which letters more, which fewer, for whom, over a past period.

The school year is played again, school week by school week, once under the rules as they are and
once as they would be. Each week ends the way an office's week does: the thresholds crossed so far
are looked at, and a letter goes for whatever is new, never for a lower level after a higher one and
never twice for the same days. Nothing is written; the ledger's own letters play no part.

The marks are those on record now, with every later correction. Letters that an office would hold
back for the student's sake (a bereavement, a court order) are counted like the others; letters it
would hold because too little is recorded for a rate are not, as in the real office.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from rollbook.policy import (
    ClassTerms,
    ConsecutiveTerms,
    CountTerms,
    OpenMarkTerms,
    PolicyPack,
    RateTerms,
    RosterTerms,
    SequenceTerms,
    Terms,
    Trigger,
)
from rollbook.problems import NotAllowed
from rollbook.reports.table import Column, Table
from rollbook.rules import Finding, History, Sent, Used, assess, letters_due
from rollbook.school_calendar import monday_of
from rollbook.standing import Standing

COLUMNS = (
    Column("Student ID"),
    Column("Student"),
    Column("Grade"),
    Column("Trigger"),
    Column("Change"),
    Column("Now on", number_format="yyyy-mm-dd"),
    Column("Would be on", number_format="yyyy-mm-dd"),
    Column("Copies", is_number=True),
)

ROLLING = ("days", "months", "school-weeks")

MOST_MISSING = 5  # as for real letters: more than 1 in 5 marks missing is no ground for a rate


@dataclass(frozen=True, slots=True)
class Turn:
    """One letter of the play: the student, the rule, and the end of the week it went in."""

    student_id: str
    trigger: str
    day: date


@dataclass(frozen=True, slots=True)
class Change:
    """One letter under both sets of rules; None where it would not have gone.

    ``copies`` is how many guardians get one.
    """

    student_id: str
    trigger: str
    now: date | None
    then: date | None
    copies: int

    @property
    def word(self) -> str:
        """Say what changes: more, fewer, earlier, later, or same."""
        if self.now is None or self.then is None:
            return "more" if self.now is None else "fewer"
        if self.now == self.then:
            return "same"
        return "earlier" if self.then < self.now else "later"


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What a change of rules would have done from ``first`` to ``last``, by student and rule."""

    first: date
    last: date
    tests: Sequence[tuple[str, str, str]]  # trigger, its test now, its test then
    changes: Sequence[Change]

    def letters(self, *words: str) -> int:
        """Count the letters whose change is one of these words, a copy for each guardian."""
        return sum(one.copies for one in self.changes if one.word in words)

    def students(self, *words: str) -> int:
        """Count the students concerned."""
        return len({one.student_id for one in self.changes if one.word in words})


def policy_changed(
    pack: PolicyPack, trigger_id: str, *, threshold: str = "", window: int | None = None
) -> PolicyPack:
    """Return the pack with another threshold or window for one trigger, on every day.

    ``threshold`` is a rate (``92``, ``92 %``, ``0.92``, ``23/25``) or a whole number, as the rule
    asks. Raises ``PolicyError`` when there is no such trigger, ``NotAllowed`` when it has no such
    number.
    """
    trigger = pack.trigger(trigger_id)
    terms = trigger.terms
    if threshold:
        terms = tuple(_with_threshold(one, threshold) for one in terms)
    if window is not None:
        terms = tuple(_with_window(one, window) for one in terms)
    changed = replace(trigger, terms=terms)
    return replace(
        pack, triggers=tuple(changed if one is trigger else one for one in pack.triggers)
    )


def what_if(
    standing: Standing,
    changed: PolicyPack,
    *,
    triggers: Collection[str] = (),
    first: date | None = None,
    fewest: int | None = None,
    each_week: Callable[[], None] = lambda: None,
) -> WhatIf:
    """Play ``first`` to the day of the standing under both packs and compare the letters.

    Without ``first`` it is the school year so far; without ``triggers``, every rule of either pack,
    else those and the ones whose letters change with them: lower levels, later steps.
    ``fewest`` sessions or days must have been possible before a rate is a ground for a letter, the
    pack's own number when None. ``each_week`` is called after each week, twice for every week.
    """
    first = first or standing.year_start
    packs = (standing.pack, changed)
    chosen = _with_others_changed(packs, triggers) or {
        one.id for pack in packs for one in pack.triggers if one.letter
    }
    played = []
    for pack in packs:
        needed = replace(pack, triggers=_with_levels(pack, chosen))
        play = _Play(standing, needed, fewest)
        for day in weeks_played(standing, first):
            play.week(day)
            each_week()
        turns: dict[tuple[str, str], list[date]] = {}
        for turn in play.turns:
            if turn.day >= first and turn.trigger in chosen:
                turns.setdefault((turn.student_id, turn.trigger), []).append(turn.day)
        played.append(turns)
    changes = [
        Change(student_id, trigger, now, then, _copies(standing, student_id))
        for student_id, trigger in _in_order(standing, packs, {**played[0], **played[1]})
        for now, then in _side_by_side(
            played[0].get((student_id, trigger), ()), played[1].get((student_id, trigger), ())
        )
    ]
    before, after = packs
    tests = [
        (trigger, _test(before, trigger, standing.as_of), _test(after, trigger, standing.as_of))
        for trigger in _order_of(packs)
        if trigger in chosen
    ]
    return WhatIf(first, standing.as_of, [one for one in tests if one[1] != one[2]], changes)


def weeks_played(standing: Standing, first: date) -> list[date]:
    """Return the last school day of each week to be played, from the start of the school year.

    Letters of earlier weeks are played too, because who has had one gets no second.
    """
    year = standing.calendar.year_of(first)
    start = year.first if year else first
    ends = {
        monday_of(day): day for day in standing.calendar.school_days_between(start, standing.as_of)
    }
    return list(ends.values())


def what_if_table(standing: Standing, found: WhatIf) -> Table:
    """Return the letters that change as a table, in the order of the register."""
    rows = [
        (
            one.student_id,
            standing.students[one.student_id].sort_name,
            standing.students[one.student_id].grade,
            one.trigger,
            one.word,
            one.now or "no letter",
            one.then or "no letter",
            one.copies,
        )
        for one in found.changes
        if one.word != "same"
    ]
    title = f"Letters that would change, {found.first:%d %b %Y} to {found.last:%d %b %Y}"
    return Table("What if", title, COLUMNS, rows)


@dataclass
class _Play:
    """One year under one pack: the letters that have gone so far, and up to which day they tell."""

    standing: Standing
    pack: PolicyPack
    fewest: int | None
    turns: list[Turn] = field(default_factory=list)
    _told: dict[tuple[str, str, str], date] = field(default_factory=dict)  # with the year or class
    _sent: list[Sent] = field(default_factory=list)

    def week(self, day: date) -> None:
        """End a week: let a letter go for what is new."""
        went = set()
        findings = letters_due(self._assess(day, {}))
        again = self._new_again(day, findings)
        for finding in findings:
            name = (finding.student_id, finding.trigger)
            if self._too_thin(finding) or self._had_a_higher_one(finding):
                continue
            if self._is_told(finding) and name not in again:
                continue
            self._told[*name, finding.part] = day
            went.add(name)
        self.turns += [Turn(*name, day) for name in sorted(went)]
        self._sent += [Sent(*name, "", day, day, day) for name in sorted(went)]

    def _assess(self, day: date, used: Used) -> list[Finding]:
        actions = [one for one in self.standing.actions if one.day <= day]
        then = replace(self.standing, pack=self.pack, as_of=day, actions=actions, letters=())
        spent = then.used_by_actions
        both = {
            name: frozenset(spent.get(name, ())) | frozenset(used.get(name, ()))
            for name in {*spent, *used}
        }
        return assess(
            then.pack,
            then.calendar,
            then.marks,
            then.students.values(),
            then.enrolments,
            then.recorded,
            as_of=day,
            used=both,
            history=History(self._sent, actions),
            official=then.official,
        )

    def _new_again(self, day: date, findings: Sequence[Finding]) -> set[tuple[str, str]]:
        """Return who has crossed a threshold again with days no letter has told of yet."""
        until = {
            (one.student_id, one.trigger): self._told[one.student_id, one.trigger, one.part]
            for one in findings
            if one.repeats and self._is_told(one)
        }
        if not until:
            return set()
        sessions = self.standing.sessions_of({student_id for student_id, _ in until})
        used = {
            name: frozenset(one for one in sessions.get(name[0], ()) if one.day <= told)
            for name, told in until.items()
        }
        found = {(one.student_id, one.trigger) for one in letters_due(self._assess(day, used))}
        return found & until.keys()

    def _is_told(self, finding: Finding) -> bool:
        """Say whether a letter has told of this: in the same year or, for a class, the term."""
        told = self._told.get((finding.student_id, finding.trigger, finding.part))
        if told is None:
            return False
        if finding.part:
            return told >= finding.first
        return self._same_year(told, finding.as_of)

    def _had_a_higher_one(self, finding: Finding) -> bool:
        return any(
            student_id == finding.student_id and self._same_year(told, finding.as_of)
            for trigger in self.pack.triggers
            if finding.trigger in trigger.supersedes
            for (student_id, sent, _), told in self._told.items()
            if sent == trigger.id
        )

    def _same_year(self, one: date, other: date) -> bool:
        calendar = self.standing.calendar
        return calendar.year_of(one) == calendar.year_of(other)

    def _too_thin(self, finding: Finding) -> bool:
        """Say whether too little is recorded for a letter about a rate."""
        if finding.denominator is None:
            return False
        possible, missing = finding.attendance.possible, finding.attendance.missing
        return possible < self._fewest(finding.as_of) or (
            missing * MOST_MISSING > possible + missing
        )

    def _fewest(self, day: date) -> int:
        name = "letters.minimum-possible"
        if self.fewest is not None or not self.pack.has_value(name, day):
            return self.fewest or 0
        return self.pack.value(name, day).number


def _with_threshold(terms: Terms, text: str) -> Terms:
    if isinstance(terms, RateTerms | ClassTerms):
        return replace(terms, threshold=rate_of(text))
    if isinstance(terms, CountTerms | ConsecutiveTerms):
        return replace(terms, threshold=count_of(text))
    if isinstance(terms, SequenceTerms):
        return replace(terms, reports=count_of(text))
    raise NotAllowed("This rule has no threshold to change; it has a number of days: --window.")


def _with_window(terms: Terms, size: int) -> Terms:
    if size < 1:
        raise NotAllowed("A window is at least 1. Give a whole number, such as --window 8.")
    if isinstance(terms, OpenMarkTerms | RosterTerms):
        return replace(terms, size=size)
    if isinstance(terms, CountTerms) and terms.window in ROLLING:
        return replace(terms, size=size)
    raise NotAllowed(f"This rule has no window to change; its period is “{terms.period_text}”.")


def rate_of(text: str) -> Fraction:
    """Read a rate exactly: ``92``, ``92 %``, ``92.5%``, ``0.92`` and ``23/25``."""
    written = text.strip().replace(",", ".")
    percent = written.endswith("%")
    try:
        value = Fraction(written.removesuffix("%").strip())
    except (ValueError, ZeroDivisionError) as error:
        raise NotAllowed(f"“{text}” is not a rate. Write 92, 92 %, 0.92 or 23/25.") from error
    if percent or (value > 1 and "/" not in written):
        value /= 100
    elif value == 1:
        raise NotAllowed("“1” could be 1 % or all of it. Write 1 % or 100 %.")
    if not 0 < value <= 1:
        raise NotAllowed(f"“{text}” is not a rate above 0 % and up to 100 %.")
    return value


def count_of(text: str) -> int:
    """Read a whole number of at least 1."""
    if not text.strip().isdecimal() or int(text) < 1:
        raise NotAllowed(f"“{text}” is not a count. This rule counts: write a number such as 8.")
    return int(text)


def _with_others_changed(packs: Sequence[PolicyPack], triggers: Collection[str]) -> set[str]:
    """Return the triggers and those whose letters change with them: lower levels, later steps."""
    found = set(triggers)
    known = [one for pack in packs for one in pack.triggers]
    for _ in known:
        for one in known:
            if one.id in found:
                found |= {*one.supersedes}
            if found & _before(one):
                found.add(one.id)
    return found


def _with_levels(pack: PolicyPack, chosen: Collection[str]) -> tuple[Trigger, ...]:
    """Return the chosen triggers, those that may take the place of their letter, and earlier steps.

    Without them the chosen ones could not be played as in the office.
    """
    needed = set(chosen)
    for _ in pack.triggers:
        for one in pack.triggers:
            if one.id in needed:
                needed |= _before(one)
            if needed & {*one.supersedes}:
                needed.add(one.id)
    return tuple(one for one in pack.triggers if one.id in needed)


def _before(trigger: Trigger) -> set[str]:
    """Return the triggers whose letters must have gone before this one's."""
    return {
        name
        for terms in trigger.terms
        if isinstance(terms, RateTerms | SequenceTerms)
        for name in terms.after
    }


def _side_by_side(
    now: Sequence[date], then: Sequence[date]
) -> Iterator[tuple[date | None, date | None]]:
    """Pair the first letter with the first, the second with the second."""
    for place in range(max(len(now), len(then))):
        yield (
            now[place] if place < len(now) else None,
            then[place] if place < len(then) else None,
        )


def _order_of(packs: Sequence[PolicyPack]) -> dict[str, int]:
    names = dict.fromkeys(one.id for pack in packs for one in pack.triggers)
    return {name: place for place, name in enumerate(names)}


def _in_order(
    standing: Standing, packs: Sequence[PolicyPack], names: Collection[tuple[str, str]]
) -> list[tuple[str, str]]:
    student = {student_id: place for place, student_id in enumerate(standing.students)}
    trigger = _order_of(packs)
    return sorted(names, key=lambda name: (student.get(name[0], len(student)), trigger[name[1]]))


def _copies(standing: Standing, student_id: str) -> int:
    """Count the guardians a letter goes to; one where nobody is known, for the clerk to settle."""
    known = standing.guardians.get(student_id, ())
    return sum(one.gets_letters and not one.court_order for one in known) or 1


def _test(pack: PolicyPack, trigger_id: str, day: date) -> str:
    trigger = next((one for one in pack.triggers if one.id == trigger_id), None)
    terms = trigger.on(day) if trigger else None
    return terms.sure.marked(terms.test_text) if terms else "not in force"
