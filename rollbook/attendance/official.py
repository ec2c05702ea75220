"""The period that decides a day where attendance is taken at one official time (Texas)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rollbook.attendance.roll import same_campus


@dataclass(frozen=True, slots=True)
class OfficialPeriods:
    """The official period of the office, and those of campuses that have another.

    The time of the official attendance-taking may differ from campus to campus; it may not change
    during the school year (19 TAC 129.21(g), (h)). ``by_campus`` is by the campus' name.
    """

    usual: str = "P2"
    by_campus: Mapping[str, str] = field(default_factory=dict)

    def at(self, campus: str) -> str:
        """Return the official period of a campus; that of the office where it has no own."""
        if campus in self.by_campus:
            return self.by_campus[campus]
        alike = [name for name in self.by_campus if campus and same_campus(name, campus)]
        return self.by_campus[alike[0]] if alike else self.usual

    @property
    def every(self) -> frozenset[str]:
        """Every period that is the official one somewhere."""
        return frozenset((self.usual, *self.by_campus.values()))


SECOND_PERIOD = OfficialPeriods()
"""The second period everywhere, as long as nobody says otherwise."""
