"""What is said of a template: remarks, what they mean for it, and what it was held against."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from rollbook.documents.mergefields import MergeName
from rollbook.letters.reading_level import ReadingLevel
from rollbook.office.settings import Settings
from rollbook.policy import PolicyPack


class Weight(StrEnum):
    """What a remark means for the template."""

    STOPS = "stops"
    LOOK = "look"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to say of a template: what, in which words of it, and what to do."""

    weight: Weight
    what: str
    where: str = ""
    then: str = ""

    def __str__(self) -> str:
        where = f" It stands in: “{self.where}”" if self.where else ""
        return f"{self.what}{f' {self.then}' if self.then else ''}{where}"


@dataclass(frozen=True)
class TemplateReport:
    """What was found in one template."""

    name: str
    letter: str
    language: str
    remarks: tuple[Remark, ...]
    merge_names: tuple[MergeName, ...] = ()
    level: ReadingLevel | None = None
    fields: tuple[str, ...] = ()

    def of(self, weight: Weight) -> list[Remark]:
        """Return the remarks of one weight."""
        return [remark for remark in self.remarks if remark.weight is weight]

    @property
    def can_be_used(self) -> bool:
        """Say whether letters can be made with the template."""
        return not self.of(Weight.STOPS)

    @property
    def is_sound(self) -> bool:
        """Say whether nothing stops the template and nobody has to look at anything."""
        return self.can_be_used and not self.of(Weight.LOOK)

    @property
    def verdict(self) -> str:
        """Say in one line whether the template can be used."""
        stops, look = self.of(Weight.STOPS), self.of(Weight.LOOK)
        if stops:
            more = f" And {len(stops) - 1} more." if len(stops) > 1 else ""
            return f"cannot be used: {stops[0].what}{more}"
        if look:
            return f"can be used, but first look at this: {look[0].what}" + (
                f" And {len(look) - 1} more." if len(look) > 1 else ""
            )
        return "can be used"


@dataclass(frozen=True)
class Standard:
    """What templates are held against: the pack on a day, the office, fields of other rooms.

    ``foreign`` are fields that exist, but not in letters: their name → where they belong.
    """

    pack: PolicyPack
    settings: Settings
    day: date
    merge_fields: Mapping[str, str] = field(default_factory=dict)
    foreign: Mapping[str, str] = field(default_factory=dict)
