"""Instructional minutes of a year from bell schedules (California Education Code 46207, 47612.5).

The bell schedules, how many minutes each grade band has on which kind of day and how often, are an
input; the minutes a year must have, the days and the shortest day are the rule pack's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rollbook.accounting.grades import grade_span
from rollbook.school_calendar import BellSchedule


@dataclass(frozen=True, slots=True)
class BandMinutes:
    """What one grade band has in a year, and what it must have. None where the pack says nothing.

    ``too_short`` are the kinds of day with fewer minutes than the shortest day allowed.
    """

    band: str
    days: int
    minutes: int
    required: int | None
    too_short: tuple[str, ...] = ()

    @property
    def shortfall(self) -> int | None:
        """How many minutes are missing; 0 when there are enough."""
        return None if self.required is None else max(0, self.required - self.minutes)


def band_minutes(
    bells: Iterable[BellSchedule],
    required: Mapping[str, int],
    shortest_day: Mapping[str, int],
) -> list[BandMinutes]:
    """Add up the minutes and days of each grade band, in the order the bells name them.

    ``required`` and ``shortest_day`` are by span of grades (``4-8``); a band is held to the span
    all its grades lie in.
    """
    bands: dict[str, list[BellSchedule]] = {}
    for bell in bells:
        bands.setdefault(bell.band, []).append(bell)
    found = []
    for band, own in bands.items():
        shortest = _for_band(shortest_day, band)
        found.append(
            BandMinutes(
                band,
                sum(bell.days for bell in own),
                sum(bell.days * bell.minutes for bell in own),
                _for_band(required, band),
                tuple(bell.name for bell in own if shortest and bell.minutes < shortest),
            )
        )
    return found


def _for_band(limits: Mapping[str, int], band: str) -> int | None:
    """Return the limit of the span that holds the whole band; None when there is none."""
    try:
        grades = grade_span(band)
    except ValueError:
        return None
    for name, limit in limits.items():
        span = grade_span(name)
        if span.first <= grades.first and grades.last <= span.last:
            return limit
    return None
