"""The roll: which students the ledger knows, and when each was in membership."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from rollbook.ledger import Connection, people
from rollbook.ledger.marks import day_number
from rollbook.posting.sheet import Booleans, Sheet
from rollbook.register import Enrolment


@dataclass(frozen=True)
class Roll:
    """The students of the ledger by id, and their stretches of membership by key."""

    keys: Mapping[str, int]
    enrolments: Mapping[int, Sequence[Enrolment]]
    campus: Mapping[int, str]

    @classmethod
    def read(cls, connection: Connection) -> "Roll":
        """Read the roll from the ledger."""
        keys = people.student_keys(connection)
        stretches: dict[int, list[Enrolment]] = {}
        for enrolment in people.enrolments(connection):
            stretches.setdefault(keys[enrolment.student_id], []).append(enrolment)
        return cls(keys, stretches, people.campuses(connection))

    def campus_on(self, key: int, day: date) -> str:
        """Return the campus a student belongs to on a day."""
        for enrolment in self.enrolments.get(key, ()):
            if enrolment.campus and enrolment.holds(day):
                return enrolment.campus
        return self.campus.get(key, "")

    def track_on(self, key: int, day: date) -> str:
        """Return the track of a student on a day; ``""`` where the students have none."""
        stretches = self.enrolments.get(key, ())
        return next((one.track for one in stretches if one.holds(day)), "")

    def holds(self, sheet: Sheet) -> Booleans:
        """Say for each mark whether its student was in membership; no dates mean always."""
        size = max(self.campus, default=0) + 1
        fits = np.zeros(len(sheet.day), dtype=bool)
        longest = max((len(stretches) for stretches in self.enrolments.values()), default=0)
        for turn in range(longest):
            entry = np.full(size, np.iinfo(np.int64).max)
            end = np.full(size, np.iinfo(np.int64).max)
            for key, stretches in self.enrolments.items():
                if turn < len(stretches):
                    entry[key] = day_number(stretches[turn].entry_date)
                    gone = stretches[turn].withdrawal_date
                    end[key] = day_number(gone) if gone else np.iinfo(np.int64).max
            fits |= (entry[sheet.student] <= sheet.day) & (sheet.day < end[sheet.student])
        dated = np.zeros(size, dtype=bool)
        dated[list(self.enrolments)] = True
        return fits | ~dated[sheet.student]
