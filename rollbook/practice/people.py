"""The people of a practice school: students, their guardians, and when they are on roll."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from rollbook.practice.names import NameBook, PersonName
from rollbook.practice.places import Address, Campus, Level, Locality
from rollbook.register import Enrolment, Guardian, Student
from rollbook.school_calendar import SchoolYear


class Oddity(StrEnum):
    """What is out of the ordinary about a student's family or enrolment."""

    NONE = ""
    TWO_HOUSEHOLDS = "two households"
    COURT_ORDER = "court order against one parent"
    NO_CONTACT_ALLOWED = "court order against the only contact"
    NO_LETTERS = "one parent gets no letters"
    NO_ADDRESS = "no address"
    MEDICAL_PLAN = "medical plan"
    LOOKED_AFTER = "looked after"
    LEAVER = "leaver"
    LATE_STARTER = "late starter"
    GAP = "gap in enrolment"


FLAGS = {Oddity.MEDICAL_PLAN: "medical-plan", Oddity.LOOKED_AFTER: "looked-after"}


@dataclass(frozen=True, slots=True)
class Part:
    """The part one student plays: name, language, oddity, first day and age where they matter."""

    name: PersonName | None = None
    language: str = ""
    oddity: Oddity = Oddity.NONE
    first_school_day: int = 0
    age: int | None = None


ORDINARY = Part()


@dataclass(frozen=True)
class People:
    """Everybody in one school."""

    students: tuple[Student, ...]
    guardians: tuple[Guardian, ...]
    enrolments: tuple[Enrolment, ...]


class Town:
    """Makes the people of one locality, one student at a time, from one source of chance."""

    def __init__(
        self,
        jurisdiction: str,
        locality: Locality,
        year: SchoolYear,
        school_days: Sequence[date],
        random: Random,
    ) -> None:
        self._jurisdiction = jurisdiction
        self._locality = locality
        self._year = year
        self._days = school_days
        self._random = random
        self._names = NameBook(jurisdiction, random)

    def student(self, number: int, campus: Campus, grade: str, form: str, part: Part) -> Student:
        """Make student ``number``, counted from 0."""
        name = part.name or (
            self._names.named(part.language) if part.language else self._names.student()
        )
        born = self._birth_date(grade, part.age)
        facts = {}
        if campus.level is Level.HIGH and self._jurisdiction != "gb-eng":
            facts = {
                "hours_per_week": "35",
                "expected_graduation": f"{self._year.last.year + 12 - int(grade)}-06-01",
            }
        return Student(
            student_id=f"{self._locality.first_id + self._locality.id_step * number:06d}",
            family_name=name.family,
            given_name=name.given,
            state_id=self._state_id(number, born),
            birth_date=born,
            grade=grade,
            form=form,
            campus=campus.number,
            language=name.language,
            flags=frozenset({FLAGS[part.oddity]} if part.oddity in FLAGS else ()),
            facts=facts,
        )

    def guardians(self, student: Student, part: Part) -> list[Guardian]:
        """Make the guardians of ``student``: one or two, in one household or in two."""
        home = self._locality.address(self._random)
        first, second = self._guardian(student, 1), self._guardian(student, 2)
        while second.name == first.name:
            second = self._guardian(student, 2)
        match part.oddity:
            case Oddity.NO_ADDRESS:
                return [first]
            case Oddity.NO_CONTACT_ALLOWED:
                return [replace(_at(first, home), court_order=True)]
            case Oddity.TWO_HOUSEHOLDS | Oddity.COURT_ORDER | Oddity.NO_LETTERS:
                away = replace(
                    _at(second, self._locality.address(self._random)),
                    lives_with=False,
                    court_order=part.oddity is Oddity.COURT_ORDER,
                    gets_letters=part.oddity is not Oddity.NO_LETTERS,
                )
                return [_at(first, home), away]
            case Oddity.LOOKED_AFTER:
                return [replace(_at(first, home), relation="Foster carer")]
        draw = self._random.random()
        if draw < 0.35:
            return [_at(first, home)]
        if draw < 0.45:
            away = _at(second, self._locality.address(self._random))
            return [_at(first, home), replace(away, lives_with=False)]
        return [_at(first, home), _at(second, home)]

    def enrolments(self, student: Student, part: Part) -> list[Enrolment]:
        """Say when ``student`` is on roll this school year."""
        first = self._first_day(student, part)
        whole = Enrolment(
            student.student_id,
            first,
            campus=student.campus,
            ada_code="1" if self._jurisdiction == "us-tx" else "",
            track="01" if self._jurisdiction == "us-tx" else "",
        )
        days = len(self._days)
        match part.oddity:
            case Oddity.LEAVER:
                left = self._days[self._random.randrange(days // 3, days)]
                return [replace(whole, withdrawal_date=left)]
            case Oddity.LATE_STARTER:
                place = self._random.randrange(
                    days * 2 // 3, max(days * 9 // 10, days * 2 // 3 + 1)
                )
                return [replace(whole, entry_date=self._days[place])]
            case Oddity.GAP:
                away = self._random.randrange(days // 4, days // 3 + 1)
                back = self._random.randrange(days // 2, days // 2 + max(days // 6, 1))
                return [
                    replace(whole, withdrawal_date=self._days[away]),
                    replace(whole, entry_date=self._days[back]),
                ]
        return [whole]

    def _first_day(self, student: Student, part: Part) -> date:
        if part.first_school_day:
            return self._days[part.first_school_day]
        if self._jurisdiction != "gb-eng":
            return self._year.first
        years_ago = int(student.grade) - 7
        return date(self._year.first.year - years_ago, 9, 2)

    def _birth_date(self, grade: str, age: int | None) -> date:
        month, day = 9, 1
        if age is None:
            age = int(grade) + 5 if grade.isdigit() else 5
            if self._jurisdiction == "gb-eng":
                age -= 1
        else:  # so old on every day of the year that is counted, its first days included
            month, day = self._year.first.month, self._year.first.day
        turned = date(self._year.first.year - age, month, day)
        return turned - timedelta(days=self._random.randrange(1, 365))

    def _state_id(self, number: int, born: date) -> str:
        if self._jurisdiction == "us-tx":
            return f"{7_010_000_000 + 13 * number:010d}"
        if self._jurisdiction == "us-ca":
            return f"{9_300_000_000 + 17 * number:010d}"
        return unique_pupil_number(999, 4_001 + number // 1_000, born.year % 100, number % 1_000)

    def _guardian(self, student: Student, order: int) -> Guardian:
        language = student.language
        family = student.family_name.split(" ")[0] if language == "es" else student.family_name
        if language == "es":
            family = f"{family} {self._names.family('es').split(' ')[1]}"
        return Guardian(
            student_id=student.student_id,
            name=f"{self._names.given_for(family, language)} {family}",
            relation="Grandparent" if self._random.random() < 0.05 else "Parent",
            language=language,
            phone=self._phone(student, order),
            email=f"family.{student.student_id}.{order}@example.org",
            order=order,
        )

    def _phone(self, student: Student, order: int) -> str:
        """Return a number of its own for each adult, as long as there are enough for fiction."""
        self._random.randint(0, 99)  # drawn so that everything else stays as it was
        number = (int(student.student_id) - self._locality.first_id) // self._locality.id_step
        return self._locality.phone_number(2 * number + order + 1)


def unique_pupil_number(authority: int, school: int, year: int, serial: int) -> str:
    """Return a UPN: twelve digits after the check letter that belongs to them."""
    digits = f"{authority:03d}{school:04d}{year:02d}{serial:03d}"
    weighed = sum(weight * int(digit) for weight, digit in enumerate(digits, start=2))
    return "ABCDEFGHJKLMNPQRTUVWXYZ"[weighed % 23] + digits


def _at(guardian: Guardian, home: Address) -> Guardian:
    return replace(
        guardian,
        street=home.street,
        city=home.city,
        region=home.region,
        postcode=home.postcode,
    )
