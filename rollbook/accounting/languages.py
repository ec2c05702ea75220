"""Languages in which a school owes its notices (California Education Code 48985)."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from rollbook.register import Student


@dataclass(frozen=True, slots=True)
class LanguageCount:
    """How many pupils of a school share a primary language, of how many enrolled."""

    school: str
    language: str
    speakers: int
    enrolled: int

    @property
    def share(self) -> Fraction:
        """The share of the pupils enrolled."""
        return Fraction(self.speakers, self.enrolled)


def language_counts(pupils: Iterable[tuple[str, Student]], own: str) -> list[LanguageCount]:
    """Count the primary languages of each school's pupils except ``own``, most speakers first.

    ``pupils`` are the schools with their pupils. Those whose language is not known are enrolled
    and speak none.
    """
    enrolled: dict[str, int] = {}
    speakers: dict[tuple[str, str], int] = {}
    for school, student in pupils:
        enrolled[school] = enrolled.get(school, 0) + 1
        if student.language and student.language != own:
            key = (school, student.language)
            speakers[key] = speakers.get(key, 0) + 1
    found = [
        LanguageCount(school, language, count, enrolled[school])
        for (school, language), count in speakers.items()
    ]
    return sorted(found, key=lambda one: (one.school, -one.speakers, one.language))


def needs_translation(speakers: int, enrolled: int, share: Fraction) -> bool:
    """Say whether every notice of a school must also go out in a language of its pupils.

    ``share`` of the pupils or more, in the census of the year before. None enrolled, no duty.
    """
    return enrolled > 0 and speakers * share.denominator >= enrolled * share.numerator
