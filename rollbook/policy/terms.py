"""What a rule pack states: codes, triggers and values, each dated and with its source."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any, ClassVar

from rollbook.problems import PolicyError
from rollbook.register import Code

UNITS = ("sessions", "days")


COMPARATORS = ("<", "<=", ">", ">=")


MEASURES = ("attendance", "absence", "unauthorised")


PERIODS = ("school-year", "term", "half-term")


WINDOWS = ("days", "months", "school-weeks", "half-term", "term", "school-year")


LEFT_OUT_METHODS = ("excluded", "attended")


class Sure(StrEnum):
    """How sure a statement of law is."""

    READ = "V"  # read in the statute, an official page or an official form
    SECONDARY = "V2"  # read in a secondary source only
    GENERAL = "GK"  # general knowledge, to be checked before it is shown as law
    LOCAL = "POL"  # no law: a local policy

    @property
    def in_words(self) -> str:
        """How the statement was established, for a reader who must rely on it."""
        return _SURE_WORDS[self]

    @property
    def unread(self) -> bool:
        """Say whether nobody here has read the law itself, so that it must be checked first."""
        return self in (Sure.SECONDARY, Sure.GENERAL)

    def marked(self, words: str) -> str:
        """Return words that rest on the statement, with ``(check)`` where it is unread."""
        return f"{words} (check)" if self.unread else words


_SURE_WORDS = {
    Sure.READ: "read in the law or on an official page",
    Sure.SECONDARY: "read in a secondary source only: check before relying on this",
    Sure.GENERAL: "general knowledge: check before relying on this",
    Sure.LOCAL: "no law, a local policy",
}


@dataclass(frozen=True, slots=True)
class Reference:
    """A source: an act, a regulation, guidance, or a school's own policy."""

    id: str
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """What every statement of a pack carries: since when, until when, where from, how sure."""

    first: date
    until: date | None = None
    reference: Reference
    sure: Sure
    note: str = ""

    @property
    def citation(self) -> str:
        """The reference as it is shown, with ``(check)`` where nobody has read the law itself."""
        return self.sure.marked(self.reference.text)

    @property
    def full_citation(self) -> str:
        """The reference as a page shows it, ``check before relying on this`` in full."""
        check = "; check before relying on this" if self.sure.unread else ""
        return f"{self.reference.text}{check}"

    def holds(self, day: date) -> bool:
        """Say whether the statement is in force on ``day``."""
        return self.first <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedCode(Dated):
    """One register code while it had one meaning. ``use`` names what to write once it is gone."""

    code: Code
    use: str = ""


Value = int | Fraction | str | tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedValue(Dated):
    """One number or word of law, e.g. ``penalty.first`` = 160 ``GBP``. Fractions are exact."""

    name: str
    value: Value
    unit: str = ""

    @property
    def number(self) -> int:
        """The value as a whole number."""
        if not isinstance(self.value, int):
            raise PolicyError(f"The value “{self.name}” is {self.value!r} and no whole number.")
        return self.value

    @property
    def share(self) -> Fraction:
        """The value as an exact share."""
        if not isinstance(self.value, Fraction):
            raise PolicyError(f"The value “{self.name}” is {self.value!r} and no share.")
        return self.value

    @property
    def words(self) -> tuple[str, ...]:
        """The value as a list of words."""
        if isinstance(self.value, tuple):
            return self.value
        return (str(self.value),) if self.value != "" else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms(Dated):
    """What a trigger asked for while these terms were in force.

    ``ages`` are completed years, both included: those on the day of each mark where marks are
    counted, else those on the day looked at. A student whose birth date is unknown is left out of
    rules about adults or young children alone. ``not_grades`` are grades or year groups the rule is
    not about.
    """

    kind: ClassVar[str] = ""
    ages: tuple[int, int] | None = None
    not_grades: tuple[str, ...] = ()
    written: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def threshold_text(self) -> str:
        """The number of the rule as a person reads it."""
        return ""

    @property
    def test_text(self) -> str:
        """The test in words: ``attendance below 95 %``."""
        return ""

    @property
    def period_text(self) -> str:
        """The period of the rule in words: ``10 school weeks``."""
        return ""


_MEASURED = {"unauthorised": "absence without excuse"}
_COMPARED = {"<": "below", "<=": "at or below", ">": "above", ">=": "at or above"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RateTerms(Terms):
    """A rate over the year, term or half term so far, compared with a threshold, exactly.

    ``measure`` is attendance, absence for any reason, or unauthorised (unexcused) absence alone.
    ``after`` names triggers whose letters must have gone to a guardian of the student in the same
    school year first: without them the test is not met. A report on the log stands for one of them.
    """

    kind: ClassVar[str] = "rate_over_period"
    measure: str
    comparator: str
    threshold: Fraction
    period: str
    after: tuple[str, ...] = ()

    @property
    def threshold_text(self) -> str:
        """The threshold as a percentage."""
        return per_cent(self.threshold)

    @property
    def test_text(self) -> str:
        """The test in words."""
        what = _MEASURED.get(self.measure, self.measure)
        return f"{what} {_COMPARED[self.comparator]} {self.threshold_text}"

    @property
    def period_text(self) -> str:
        """The period in words."""
        return self.period.replace("-", " ")

    def crosses(self, possible: int, absent: int) -> bool:
        """Say whether ``absent`` of ``possible`` meets the test. Nothing possible meets none.

        ``absent`` is what the measure counts: for ``unauthorised`` those absences alone.
        """
        part = possible - absent if self.measure == "attendance" else absent
        left, right = part * self.threshold.denominator, possible * self.threshold.numerator
        return possible > 0 and compare(left, self.comparator, right)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountTerms(Terms):
    """So many sessions or days inside a window.

    ``codes`` counts marks with one of these codes; without it marks count whose code is a truancy
    event, and, with ``minutes_over``, late arrivals without excuse of more minutes than that (0 is
    any late arrival, its minutes known or not).
    Counted in days by codes, a part of a day missed is no day missed. ``counted`` says in words
    what is counted. ``action`` names an action that must be on record in the window too.
    ``unresolved`` codes are counted and also shown apart. ``once`` makes one letter a school year.
    ``comparator`` is ``>=`` (reached) or ``>`` (more than).
    """

    kind: ClassVar[str] = "count_in_window"
    unit: str
    threshold: int
    window: str
    comparator: str = ">="
    size: int = 1
    codes: tuple[str, ...] = ()
    minutes_over: int | None = None
    unresolved: tuple[str, ...] = ()
    within_year: bool = False
    once: bool = False
    counted: str = ""
    action: str = ""

    @property
    def least(self) -> int:
        """The smallest count that meets the test."""
        return self.threshold + (self.comparator == ">")

    @property
    def threshold_text(self) -> str:
        """The threshold as a count."""
        return f"{self.threshold} {self.unit}"

    @property
    def test_text(self) -> str:
        """The test in words."""
        plain = "unauthorised sessions" if self.codes else "days or parts of days without excuse"
        what = self.counted or plain
        done = f", and a {self.action.replace('-', ' ')} on record" if self.action else ""
        if self.comparator == ">":
            return f"more than {self.threshold} {what} in {self.period_text}{done}"
        return f"{self.threshold} or more {what} in {self.period_text}{done}"

    @property
    def period_text(self) -> str:
        """The window in words; four whole weeks are said as weeks."""
        if self.window in PERIODS:
            return f"one {self.window.replace('-', ' ')}"
        if self.window == "days" and self.size % 7 == 0:
            return f"{self.size // 7} weeks"
        return f"{self.size} {self.window.replace('-', ' ')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassTerms(Terms):
    """A share of the days a class was offered, by semester or year, with two bands below it.

    ``leave_out`` codes may not be considered: ``excluded`` takes those days out of the days
    offered too, ``attended`` counts them as attended. ``of`` is ``so far``, or ``whole period``:
    then days still to come in the semester or year count as offered and attended (a warning that
    so many absences of the whole are used up).
    """

    kind: ClassVar[str] = "class_rate"
    threshold: Fraction
    committee_below: Fraction
    semester_grades: tuple[str, ...]
    leave_out: tuple[str, ...] = ()
    leave_out_method: str = "excluded"
    of: str = "so far"

    @property
    def threshold_text(self) -> str:
        """The threshold as a percentage."""
        return per_cent(self.threshold)

    @property
    def test_text(self) -> str:
        """The test in words."""
        days = "the class was offered"
        if self.of == "whole period":
            days = "the class will have been offered by the end, if no more is missed"
        return f"attendance below {self.threshold_text} of the days {days}"

    @property
    def period_text(self) -> str:
        """The period in words."""
        return "semester or school year"

    def band(self, offered: int, attended: int) -> str:
        """Return ``credit``, ``plan``, ``committee``, or nothing when the class was not offered."""
        if offered == 0:
            return ""
        if attended * self.threshold.denominator >= offered * self.threshold.numerator:
            return "credit"
        committee = self.committee_below
        return "committee" if attended < offered * committee else "plan"

    def minimum_days(self, offered: int) -> int:
        """Return how many of ``offered`` days must be attended for credit."""
        return -(-offered * self.threshold.numerator // self.threshold.denominator)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsecutiveTerms(Terms):
    """So many school days in a row: a session with one of ``codes``, and none attended.

    A session without a mark or one that was not possible neither counts nor breaks the row; so it
    is with a whole day of such sessions, and with a day without school. Any other day breaks it.
    """

    kind: ClassVar[str] = "consecutive"
    threshold: int
    codes: tuple[str, ...]
    within_year: bool = False

    @property
    def threshold_text(self) -> str:
        """The threshold as a count."""
        return f"{self.threshold} school days"

    @property
    def test_text(self) -> str:
        """The test in words."""
        return f"{self.threshold} school days in a row with code {' or '.join(self.codes)}"

    @property
    def period_text(self) -> str:
        """The period in words."""
        return "without a break"


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceTerms(Terms):
    """A further step after letters: a second or third report, or a state reports lead to.

    ``after`` names the triggers whose letters count as reports; ``reports`` of them must have been
    made in the school year, each to at least one guardian. A report on the log of actions counts
    too (one made outside Rollbook): each day once, and not on a day on which a letter was mailed.
    ``events`` is how many further events (days or parts of days without excuse, ``minutes_over`` as
    in :class:`CountTerms`) must follow the last day the newest report was about. ``action`` names
    an action that must be on record on or after the first report (``conference``); empty when none
    is asked for.
    """

    kind: ClassVar[str] = "after_letters"
    after: tuple[str, ...]
    reports: int = 1
    events: int = 0
    minutes_over: int | None = None
    action: str = ""
    once: bool = True

    @property
    def threshold_text(self) -> str:
        """The threshold as a count."""
        return f"{self.reports} report{'' if self.reports == 1 else 's'}"

    @property
    def test_text(self) -> str:
        """The test in words."""
        parts = [f"{self.threshold_text} made this school year"]
        if self.events:
            parts.append(f"{self.events} further event{'' if self.events == 1 else 's'} since")
        if self.action:
            parts.append(f"a {self.action.replace('-', ' ')} on record")
        return ", ".join(parts)

    @property
    def period_text(self) -> str:
        """The period in words."""
        return "one school year"


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterTerms(Terms):
    """A notice to everyone: each student on roll, once a school year.

    It falls due on the first day of the year, or of the student's enrolment, and is found for
    ``size`` school days from then on.
    """

    kind: ClassVar[str] = "everyone_at"
    size: int

    @property
    def threshold_text(self) -> str:
        """Whom it concerns."""
        return "every student"

    @property
    def test_text(self) -> str:
        """The test in words."""
        return f"every student, within {self.size} school days of the start"

    @property
    def period_text(self) -> str:
        """The period in words."""
        return "one school year"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenMarkTerms(Terms):
    """Marks that stand for a reason not yet known (``codes``), older than ``size`` school days.

    ``size`` 0 means marks of the very day that is looked at: whom to call today.
    """

    kind: ClassVar[str] = "open_marks"
    codes: tuple[str, ...]
    size: int

    @property
    def threshold_text(self) -> str:
        """The age in school days."""
        return f"{self.size} school days"

    @property
    def test_text(self) -> str:
        """The test in words."""
        codes = " or ".join(self.codes)
        if self.size == 0:
            return f"code {codes} on the day"
        return f"code {codes} older than {self.size} school days"

    @property
    def period_text(self) -> str:
        """The period in words."""
        return "one day" if self.size == 0 else "one school year"


KINDS: Mapping[str, type[Terms]] = {
    terms.kind: terms
    for terms in (
        RateTerms,
        CountTerms,
        ClassTerms,
        ConsecutiveTerms,
        SequenceTerms,
        RosterTerms,
        OpenMarkTerms,
    )
}
"""The closed list of kinds of rule."""


COUNTED_FROM = ("crossed", "mark", "printed", "mailed", "received", "action")
DEADLINE_UNITS = ("school days", "days", "weeks", "months")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline(Dated):
    """What has to be done by when after a finding, a letter or an action.

    It runs from ``counted_from``: the day the threshold was ``crossed``, the day of each open
    ``mark`` of the finding, the day its letter was ``printed`` or ``mailed``, the day a notice was
    ``received``, or the day of an ``action`` of kind ``action``. ``size`` ``unit`` later it is due.
    ``beginning_with`` counts the first day as day 1. It is met by an action of a kind in ``met_by``
    on or after the day it runs from.
    """

    id: str
    title: str
    trigger: str = ""
    action: str = ""
    counted_from: str
    size: int
    unit: str
    beginning_with: bool = False
    met_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trigger:
    """One threshold: its kind, its dated terms, and the letter it sends (``""`` for a list only).

    A letter of a trigger in ``supersedes`` is not due while this one is. ``overridable`` are the
    words of the terms that a district may settle for itself. ``place`` says which line of which
    pack names the letter.
    """

    id: str
    title: str
    kind: str
    terms: tuple[Terms, ...]
    letter: str = ""
    supersedes: tuple[str, ...] = ()
    overridable: tuple[str, ...] = ()
    place: str = field(default="", repr=False, compare=False)

    def on(self, day: date) -> Terms | None:
        """Return the terms in force on ``day``; None before the rule came into force."""
        return next((terms for terms in self.terms if terms.holds(day)), None)


def compare(left: int, comparator: str, right: int) -> bool:
    """Compare two whole numbers the way a rule says."""
    if comparator == "<":
        return left < right
    if comparator == "<=":
        return left <= right
    return left > right if comparator == ">" else left >= right


def per_cent(share: Fraction) -> str:
    """Write an exact share as a percentage: ``95 %``, ``92.5 %``."""
    value = share * 100
    return f"{value.numerator} %" if value.denominator == 1 else f"{float(value):g} %"
