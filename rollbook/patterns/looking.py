"""Looking for patterns: every student, every kind, and only what the guard lets pass."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from rollbook.attendance import Reading
from rollbook.attendance.codes import DAY_PART, UNAUTHORISED, Bools
from rollbook.patterns.absences import SCHOOL_WEEK, Absences, Numbers
from rollbook.patterns.chance import Ways, at_least, draws_of
from rollbook.patterns.days import DayClass, day_classes, late_classes
from rollbook.patterns.families import brothers_and_sisters
from rollbook.patterns.pattern import Guard, Pattern
from rollbook.policy import PolicyPack
from rollbook.register import PARTS, Guardian, Session

NESTED = ("weekday", "fortnight", "alternate-weeks", "alternate-weekends")
"""Kinds of which one can lie within another."""

_PART_WORDS = {"AM": "in the morning", "PM": "in the afternoon"}


def patterns_of(
    reading: Reading, pack: PolicyPack, guardians: Iterable[Guardian] = ()
) -> list[Pattern]:
    """Return the patterns that are claimed, by student in the order of the register, rarest first.

    The span is that of the reading. ``guardians`` tell who are brothers and sisters: students with
    a guardian of the same name at the same address.
    """
    looking = _Looking(reading, Guard.of(pack, reading.last), tuple(guardians))
    found = [pattern for pattern in _without_shadows(looking.all()) if pattern.claimed]
    number = reading.number
    return sorted(found, key=lambda one: (number[one.student_id], -one.one_in, one.what))


def counts_of(
    reading: Reading, pack: PolicyPack, guardians: Iterable[Guardian] = (), *, student_id: str
) -> list[Pattern]:
    """Return all that was looked at for one student, claimed or not, with its counts."""
    if student_id not in reading.number:
        return []
    looking = _Looking(reading, Guard.of(pack, reading.last), tuple(guardians), student_id)
    return _without_shadows(looking.all())


def _without_shadows(patterns: Iterable[Pattern]) -> list[Pattern]:
    """Claim only the rarest of patterns that lie one within the other.

    Whoever misses every Monday also misses every second one, and the other way round. Mondays and
    Fridays together are claimed in any case: schools ask for that count.
    """
    rarest: dict[str, list[frozenset[Session]]] = {}
    found = list(patterns)
    for place in sorted(range(len(found)), key=lambda place: -found[place].one_in):
        one = found[place]
        if not one.claimed or one.kind not in NESTED:
            continue
        sessions = frozenset(mark.session for mark in one.evidence)
        rarer = rarest.setdefault(one.student_id, [])
        if any(sessions <= other or other <= sessions for other in rarer):
            found[place] = replace(one, claimed=False)
        else:
            rarer.append(sessions)
    return found


@dataclass(frozen=True, slots=True)
class _Look:
    """One thing looked at for one numbered student, before it is asked how likely it was."""

    student: int
    kind: str
    unit: str
    what: str
    count: int
    of: int
    chance: Fraction
    left_out: int = 0
    siblings: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class _Looking:
    """One register and one guard. ``only`` looks at one student, and drops nothing."""

    reading: Reading
    guard: Guard
    guardians: Sequence[Guardian] = ()
    only: str = ""

    def all(self) -> Iterator[Pattern]:
        """Look for every kind of pattern."""
        if not len(self.reading.row):
            return
        yield from self._days_missed()
        yield from self._beside_holidays()
        yield from self._days_late()
        yield from self._parts_missed()
        yield from self._parts_late()
        yield from self._with_siblings()

    @cached_property
    def absences(self) -> Absences:
        """The days missed and the absences they make."""
        return Absences(self.reading, self.guard.set_by_school)

    @cached_property
    def classes(self) -> list[DayClass]:
        """The kinds of day that are looked at."""
        return day_classes(self.reading.calendar, self.reading.first, self.reading.days)

    def _days_missed(self) -> Iterator[Pattern]:
        """Days missed by the kind of day; absences of a school week or longer are left out."""
        absences = self.absences
        classes = [one for one in self.classes if not one.by_absence]
        missed = absences.all_days.sum(axis=1)
        for student, one, count, of, chance in self._counted(absences.short_days, classes):
            left_out = int(missed[student]) - of
            look = _Look(student, one.kind, "days missed", one.what, count, of, chance, left_out)
            short = [days for days in absences.lengths_of(student) if days < SCHOOL_WEEK]
            hit = one.days[absences.possible[student]]
            draws = draws_of(hit, short)
            counted = absences.short_days[student] & one.days
            yield from self._judged(look, draws, absences.missed_by(student), counted)

    def _days_late(self) -> Iterator[Pattern]:
        """Days with a late arrival by the kind of day; each is an event of its own."""
        absences, entries = self.absences, self.absences.late_entries
        late = absences.matrix(self.reading.student[entries], self.reading.day[entries])
        for student, one, count, of, chance in self._counted(late, late_classes(self.classes)):
            look = _Look(student, one.kind, "days late", one.what, count, of, chance)
            draws = draws_of(one.days[absences.possible[student]], [1] * of)
            yield from self._judged(
                look, draws, absences.late_by(student), late[student] & one.days
            )

    def _counted(
        self, days: Bools, classes: Sequence[DayClass]
    ) -> Iterator[tuple[int, DayClass, int, int, Fraction]]:
        """Return student, kind of day, count, of how many, and the share chance would give."""
        days_of = np.stack([one.days for one in classes]).T.astype(np.float32)
        counts = (days.astype(np.float32) @ days_of).astype(np.int64)  # exact: whole and small
        room = (self.absences.possible.astype(np.float32) @ days_of).astype(np.int64)
        of, possible = days.sum(axis=1), self.absences.possible.sum(axis=1)
        reached = [
            self.guard.reaches(one.kind, counts[:, place], of, room[:, place], possible)
            for place, one in enumerate(classes)
        ]
        cells = self._enough(counts, np.stack(reached, axis=1))
        student, place = np.array(cells, dtype=np.intp).reshape(-1, 2).T
        columns = (counts[student, place], of[student], room[student, place], possible[student])
        for cell, *numbers in zip(cells, *(column.tolist() for column in columns), strict=True):
            count, of_all, there, of_days = numbers
            yield cell[0], classes[cell[1]], count, of_all, Fraction(there, of_days)

    def _enough(
        self, counts: npt.NDArray[Any], reached: Bools | bool = True
    ) -> list[tuple[int, int]]:
        """Return the places of a table, a row a student, that may be claimed."""
        enough = (counts >= max(1, self.guard.least)) & reached
        if self.only:
            enough = np.zeros_like(enough)
            enough[self.reading.number[self.only]] = counts[self.reading.number[self.only]] > 0
        return [(student, place) for student, place in np.argwhere(enough).tolist()]

    def _beside_holidays(self) -> Iterator[Pattern]:
        """Absences, however long, that touch the day before or after a holiday."""
        absences = self.absences
        [beside] = [one.days for one in self.classes if one.by_absence]
        touching = absences.touching(beside[absences.day])
        students = len(self.reading.students)
        counts = np.bincount(absences.owner[touching], minlength=students)
        for student, _ in self._enough(counts[:, None]):
            hit = beside[absences.possible[student]]
            draws = draws_of(hit, absences.lengths_of(student), at_most_once=True)
            words = ("absences", "touched a holiday or closure")
            look = _look_of_draws(student, "beside-holidays", words, int(counts[student]), draws)
            counted = absences.all_days[student] & beside
            yield from self._judged(look, draws, absences.missed_by(student), counted)

    def _with_siblings(self) -> Iterator[Pattern]:
        """Absences that share a day with an absence of a brother or sister."""
        number, absences = self.reading.number, self.absences
        pairs = [
            (number[one], number[other])
            for one, other in brothers_and_sisters(self.guardians)
            if one in number and other in number and self.only in ("", one)
        ]
        if not pairs:
            return
        own, other = np.array(pairs).T
        together = (absences.all_days[own] & absences.all_days[other]).sum(axis=1)
        for place in np.flatnonzero(together >= (1 if self.only else self.guard.least)):
            student, sibling = pairs[place]
            days = absences.all_days[sibling]
            count = absences.touched_by(student, days)
            hit = days[absences.possible[student]]
            draws = draws_of(hit, absences.lengths_of(student), at_most_once=True)
            words = ("absences", "shared a day with an absence of a brother or sister")
            siblings = (self.reading.students[sibling],)
            look = _look_of_draws(student, "siblings", words, count, draws, siblings)
            counted = absences.all_days[student] & days
            yield from self._judged(look, draws, absences.missed_by(student), counted)

    def _parts_missed(self) -> Iterator[Pattern]:
        """Days missed in part by the part of the day."""
        yield from self._by_part("same-part", "days missed in part", self.absences.part_entries, 0)

    def _parts_late(self) -> Iterator[Pattern]:
        """Days late by the part, the first left out: whoever is late to school is late to that."""
        late = self.absences.late_entries
        parts = np.unique(self.reading.part[self.reading.part != DAY_PART])
        if len(late) and len(parts) > 1:
            unit = "days late after the first lesson"
            yield from self._by_part("late-part", unit, late, int(parts[1]))

    def _by_part(self, kind: str, unit: str, entries: Numbers, first: int) -> Iterator[Pattern]:
        """Count each part of the days on which some parts, from ``first`` on, have these marks."""
        reading = self.reading
        entries = entries[(reading.part[entries] != DAY_PART) & (reading.part[entries] >= first)]
        marked, there = self._parts_of_days(entries, first)
        in_part = marked < there
        entries, marked, there = entries[in_part], marked[in_part], there[in_part]
        student, day = reading.student[entries], reading.day[entries]
        counts = np.zeros((len(reading.students), len(PARTS)), dtype=np.int64)
        np.add.at(counts, (student, reading.part[entries]), 1)
        for number, part in self._enough(counts):
            low, high = np.searchsorted(student, (number, number + 1))
            _, days = np.unique(day[low:high], return_index=True)
            draws = [
                (int(there[place] - marked[place]), int(marked[place])) for place in low + days
            ]
            name = PARTS[part]
            words = (unit, f"were {_PART_WORDS.get(name, f'in period {name[1:]}')}")
            look = _look_of_draws(number, kind, words, int(counts[number, part]), draws)
            own = entries[low:high]
            yield from self._judged(look, draws, own[reading.part[own] == part])

    def _parts_of_days(self, entries: Numbers, first: int) -> tuple[Any, Any]:
        """Return, for the day of each mark, how many parts have such marks and how many it had."""
        reading = self.reading

        def by_day(chosen: Numbers) -> Any:
            key = reading.student[chosen].astype(np.int64) * reading.days + reading.day[chosen]
            size = len(reading.students) * reading.days
            return np.bincount(key, minlength=size).reshape(-1, reading.days)

        student, day = reading.student[entries], reading.day[entries]
        possible = (reading.category <= UNAUTHORISED) & (reading.part != DAY_PART)
        there = by_day(np.flatnonzero(possible & (reading.part >= first)))[student, day]
        if reading.method != "sessions":  # where absences only are recorded, what the files cover
            covered = reading.roll.period_count(reading.calendar)[student, day].astype(np.int64)
            there = np.maximum(there, covered - (first > DAY_PART + 1))
        return by_day(entries)[student, day], there

    def _judged(
        self, look: _Look, draws: Sequence[Ways], marks: Numbers, days: Bools | None = None
    ) -> Iterator[Pattern]:
        """Ask how likely chance is to give as much, and say what is claimed.

        ``marks`` are the evidence, all or those on ``days``.
        """
        ways, of = at_least(draws, look.count)
        claimed = self.guard.claims(look.kind, look.count, look.of, look.chance, ways, of)
        if not claimed and not self.only:
            return
        counted = marks if days is None else marks[days[self.reading.day[marks]]]
        yield Pattern(
            student_id=self.reading.students[look.student],
            kind=look.kind,
            unit=look.unit,
            what=look.what,
            count=look.count,
            of=look.of,
            chance=look.chance,
            one_in=of // ways,
            claimed=claimed,
            left_out=look.left_out,
            evidence=tuple(self.reading.mark_of(entry) for entry in counted),
            siblings=look.siblings,
        )


def _look_of_draws(
    student: int,
    kind: str,
    words: tuple[str, str],
    count: int,
    draws: Sequence[Ways],
    siblings: tuple[str, ...] = (),
) -> _Look:
    """Return a look at absences that each have a chance of their own, and their mean chance."""
    hits = sum(
        (times * Fraction(sum(ways[1:]), sum(ways)) for ways, times in Counter(draws).items()),
        Fraction(0),
    )
    unit, what = words
    chance = hits / len(draws)
    return _Look(student, kind, unit, what, count, len(draws), chance, siblings=siblings)
