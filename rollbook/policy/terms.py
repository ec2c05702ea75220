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


MEASURES = ("attendance", "absence")


PERIODS = ("school-year", "term")


WINDOWS = ("days", "months", "school-weeks", "term", "school-year")


LEFT_OUT_METHODS = ("excluded", "attended")


class Sure(StrEnum):
    """How sure a statement of law is."""

    READ = "V"  # read in the statute, an official page or an official form
    SECONDARY = "V2"  # read in a secondary source only
    GENERAL = "GK"  # general knowledge, to be checked before it is shown as law
    LOCAL = "POL"  # no law: a local policy


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
        unsure = self.sure in (Sure.SECONDARY, Sure.GENERAL)
        return f"{self.reference.text} (check)" if unsure else self.reference.text

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
    def words(self) -> tuple[str, ...]:
        """The value as a list of words."""
        if isinstance(self.value, tuple):
            return self.value
        return (str(self.value),) if self.value != "" else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms(Dated):
    """What a trigger asked for while these terms were in force.

    ``ages`` are completed years, both included; a student whose birth date is unknown is not left
    out. ``not_grades`` are grades or year groups the rule is not about.
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


_COMPARED = {"<": "below", "<=": "at or below", ">": "above", ">=": "at or above"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RateTerms(Terms):
    """A rate over the year or term so far, compared with a threshold as exact fractions."""

    kind: ClassVar[str] = "rate_over_period"
    measure: str
    comparator: str
    threshold: Fraction
    period: str

    @property
    def threshold_text(self) -> str:
        """The threshold as a percentage."""
        return per_cent(self.threshold)

    @property
    def test_text(self) -> str:
        """The test in words."""
        return f"{self.measure} {_COMPARED[self.comparator]} {self.threshold_text}"

    @property
    def period_text(self) -> str:
        """The period in words."""
        return "school year" if self.period == "school-year" else "term"

    def crosses(self, possible: int, absent: int) -> bool:
        """Say whether ``absent`` of ``possible`` meets the test. Nothing possible meets none."""
        part = possible - absent if self.measure == "attendance" else absent
        left, right = part * self.threshold.denominator, possible * self.threshold.numerator
        return possible > 0 and compare(left, self.comparator, right)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountTerms(Terms):
    """So many sessions or days inside a window.

    ``codes`` counts marks with one of these codes; without it marks count whose code is a truancy
    event, and, with ``minutes_over``, late arrivals without excuse of more minutes than that.
    ``unresolved`` codes are counted and also shown apart. ``once`` makes one letter a school year.
    """

    kind: ClassVar[str] = "count_in_window"
    unit: str
    threshold: int
    window: str
    size: int = 1
    codes: tuple[str, ...] = ()
    minutes_over: int | None = None
    unresolved: tuple[str, ...] = ()
    within_year: bool = False
    once: bool = False

    @property
    def threshold_text(self) -> str:
        """The threshold as a count."""
        return f"{self.threshold} {self.unit}"

    @property
    def test_text(self) -> str:
        """The test in words."""
        what = "unauthorised sessions" if self.codes else "days or parts of days without excuse"
        return f"{self.threshold} or more {what} in {self.period_text}"

    @property
    def period_text(self) -> str:
        """The window in words; four whole weeks are said as weeks."""
        if self.window in ("term", "school-year"):
            return "one term" if self.window == "term" else "one school year"
        if self.window == "days" and self.size % 7 == 0:
            return f"{self.size // 7} weeks"
        return f"{self.size} {self.window.replace('-', ' ')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassTerms(Terms):
    """A share of the days a class was offered, by semester or year, with two bands below it.

    ``leave_out`` codes may not be considered: ``excluded`` takes those days out of the days
    offered too, ``attended`` counts them as attended.
    """

    kind: ClassVar[str] = "class_rate"
    threshold: Fraction
    committee_below: Fraction
    semester_grades: tuple[str, ...]
    leave_out: tuple[str, ...] = ()
    leave_out_method: str = "excluded"

    @property
    def threshold_text(self) -> str:
        """The threshold as a percentage."""
        return per_cent(self.threshold)

    @property
    def test_text(self) -> str:
        """The test in words."""
        return f"attendance below {self.threshold_text} of the days the class was offered"

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


KINDS: Mapping[str, type[Terms]] = {
    terms.kind: terms for terms in (RateTerms, CountTerms, ClassTerms)
}
"""The closed list of kinds of rule."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """One threshold: its kind, its dated terms, and the letter it sends (``""`` for a list only).

    A letter of a trigger in ``supersedes`` is not due while this one is. ``overridable`` are the
    words of the terms that a district may settle for itself.
    """

    id: str
    title: str
    kind: str
    terms: tuple[Terms, ...]
    letter: str = ""
    supersedes: tuple[str, ...] = ()
    overridable: tuple[str, ...] = ()

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
