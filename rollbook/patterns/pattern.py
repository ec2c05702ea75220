"""One pattern as it is shown, and the guard that keeps chance from being shown as one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from rollbook.attendance import percent
from rollbook.policy import PolicyPack
from rollbook.register import Mark

MON_FRI = "mondays-and-fridays"

KINDS: Mapping[str, str] = {
    MON_FRI: "Mondays and Fridays together",
    "weekday": "one day of the week",
    "beside-holidays": "the school day before or after a holiday or closure",
    "same-part": "the same lesson, or mornings or afternoons alone",
    "alternate-weeks": "every other school week",
    "alternate-weekends": "the Friday or Monday of every other weekend",
    "fortnight": "the same day of a two-week timetable",
    "siblings": "the same days as a brother or sister",
    "late-weekday": "late arrivals on one day of the week",
    "late-part": "late arrivals to the same lesson after the first",
    "late-alternate-weeks": "late arrivals in every other school week",
}
"""What is looked at for each student."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One thing looked at for one student: how often it was so, and how often chance would have it.

    ``count`` of ``of`` ``unit`` were as ``what`` says. ``chance`` is the share that chance would
    give, from the sessions that were possible for this student; ``one_in`` says that chance alone
    gives so many only once in so many times. ``claimed`` is what the school's guard makes of it:
    what is not claimed is a count and no more. ``left_out`` are days of absences of a school week
    or longer, which hold every weekday and so say nothing of any. ``evidence`` are the marks
    counted, ``siblings`` the ids of the brother or sister.
    """

    student_id: str
    kind: str
    unit: str
    what: str
    count: int
    of: int
    chance: Fraction
    one_in: int
    claimed: bool
    left_out: int = 0
    evidence: tuple[Mark, ...] = ()
    siblings: tuple[str, ...] = ()

    @property
    def share(self) -> Fraction:
        """The exact share that was so."""
        return Fraction(self.count, self.of)

    @property
    def by_chance(self) -> str:
        """How many chance would give, in words: ``4 or 5``."""
        expected = self.of * self.chance
        whole = expected.numerator // expected.denominator
        return str(whole) if expected == whole else f"{whole} or {whole + 1}"

    @property
    def sentence(self) -> str:
        """Say it whole: ``8 of 11 days missed were Mondays or Fridays (chance would give 4)``."""
        said = f"{self.count} of {self.of} {self.unit} {self.what}"
        return f"{said} (chance would give {self.by_chance})"

    def as_json(self) -> dict[str, Any]:
        """Return the pattern as JSON can hold it, shares both exact and as percentages."""
        return {
            "student_id": self.student_id,
            "kind": self.kind,
            "sentence": self.sentence,
            "count": self.count,
            "of": self.of,
            "share": percent(self.share),
            "share_exact": str(self.share),
            "chance": percent(self.chance),
            "chance_exact": str(self.chance),
            "one_in": self.one_in,
            "claimed": self.claimed,
            "left_out": self.left_out,
            "siblings": list(self.siblings),
            "evidence": [
                [mark.session.day.isoformat(), mark.session.part, mark.symbol]
                for mark in self.evidence
            ],
        }


@dataclass(frozen=True, slots=True)
class Guard:
    """When a pattern is claimed: from how many, how far above chance, and how rare by chance.

    Mondays and Fridays are what schools look for, so they have a test of their own. All else is
    looked for without a reason to expect it, some thirty things a student, so each of them must be
    rarer by chance. ``set_by_school`` are codes of absences the school itself arranged: they follow
    its timetable and are left out.
    """

    least: int
    mon_fri_share: Fraction
    mon_fri_one_in: int
    others_times: Fraction
    others_one_in: int
    set_by_school: tuple[str, ...] = ()

    @classmethod
    def of(cls, pack: PolicyPack, day: date) -> "Guard":
        """Read the guard of a pack as it is on a day. Raises ``PolicyError`` if it has none."""
        codes = "patterns.set-by-school"
        return cls(
            least=pack.value("patterns.least-days", day).number,
            mon_fri_share=pack.value("patterns.mon-fri-share", day).share,
            mon_fri_one_in=pack.value("patterns.mon-fri-one-in", day).number,
            others_times=Fraction(pack.value("patterns.others-share", day).number, 100),
            others_one_in=pack.value("patterns.others-one-in", day).number,
            set_by_school=pack.value(codes, day).words if pack.has_value(codes, day) else (),
        )

    def reaches(self, kind: str, count: Any, of: Any, room: Any, possible: Any) -> Any:
        """Say whether ``count`` of ``of`` is a share large enough, for numbers or whole columns.

        ``room`` of ``possible`` is the share chance would give.
        """
        if kind == MON_FRI:
            least = self.mon_fri_share
            return count * least.denominator >= of * least.numerator
        least = self.others_times
        return count * possible * least.denominator >= of * room * least.numerator

    def one_in(self, kind: str) -> int:
        """Return how rare by chance a pattern of this kind must be."""
        return self.mon_fri_one_in if kind == MON_FRI else self.others_one_in

    def claims(
        self, kind: str, count: int, of: int, chance: Fraction, ways: int, all_ways: int
    ) -> bool:
        """Say whether ``count`` of ``of`` is claimed; chance gives as much in ``ways`` of all."""
        return bool(
            count >= self.least
            and self.reaches(kind, count, of, chance.numerator, chance.denominator)
            and ways * self.one_in(kind) <= all_ways
        )
