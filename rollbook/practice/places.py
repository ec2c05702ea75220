"""Where the practice schools stand: districts, campuses, addresses, and whom a family calls.

Towns and streets are invented. Telephone numbers are from the ranges kept free for fiction
(555-01xx in the United States, 01632 960xxx in the United Kingdom), e-mail is at example.org.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from rollbook.practice.names import STREETS


class Level(StrEnum):
    """How a campus takes attendance: once a day for the young, each period for the older."""

    ELEMENTARY = "elementary"
    MIDDLE = "middle"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Campus:
    """One school building: its number in the exports, its name, and its grades."""

    number: str
    name: str
    level: Level
    grades: Sequence[str]


@dataclass(frozen=True, slots=True)
class Address:
    """Where a family lives."""

    street: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""


@dataclass(frozen=True)
class Locality:
    """One invented school or district, and the town around it."""

    name: str
    campuses: Sequence[Campus]
    towns: Sequence[tuple[str, str]]  # name, postcode
    region: str
    street_kinds: Sequence[str]
    apartment: str  # with {home} and {street}
    phone: str  # with {area} and {number:02d}, or {number:03d}, for what differs
    areas: Sequence[str]
    first_id: int
    id_step: int
    office: Mapping[str, object] = field(default_factory=dict)

    def address(self, random: Random) -> Address:
        """Return a new address in one of the towns."""
        number = random.randint(2, 198)
        street = f"{number} {random.choice(STREETS)} {random.choice(self.street_kinds)}"
        if random.random() < 0.12:
            home = random.randint(1, 40)
            street = self.apartment.format(home=home, street=street)
        town, postcode = random.choice(self.towns)
        return Address(street, town, self.region, postcode)

    def phone_number(self, place: int) -> str:
        """Return a telephone number that nobody has; people at other places have others.

        There are 100 for fiction in each area of the United States, 1,000 in the United Kingdom.
        """
        free = 1_000 if ":03d" in self.phone else 100
        area = self.areas[place // free % len(self.areas)]
        return self.phone.format(area=area, number=place % free)


def _years(first: int, last: int, form: str = "{}") -> tuple[str, ...]:
    return tuple(form.format(year) for year in range(first, last + 1))


_TEXAS = Locality(
    name="Pecan Hollow ISD",
    campuses=(
        Campus("001", "Pecan Hollow High School", Level.HIGH, _years(9, 12, "{:02d}")),
        Campus("041", "Pecan Hollow Middle School", Level.MIDDLE, _years(6, 8, "{:02d}")),
        Campus("101", "Bluestem Elementary", Level.ELEMENTARY, ("KG", *_years(1, 5, "{:02d}"))),
    ),
    towns=(("Pecan Hollow", "76999"), ("Bluestem", "76998")),
    region="TX",
    street_kinds=("Street", "Drive", "Lane", "Trail"),
    apartment="{street}\nApt {home}",
    phone="{area}-555-01{number:02d}",
    areas=("940", "254", "325", "432", "682", "817", "830", "903", "915", "956"),
    first_id=4_100,
    id_step=7,
    office={
        "name": "Pecan Hollow ISD",  # the office of all campuses; a letter names the student's own
        "clerk": "Rosalind Dellmere",
        "clerk_title": "Attendance clerk",
        "school": {
            "address": "400 Wheelwright Trail\nPecan Hollow, TX 76999",
            "phone": "940-555-0100",
            "email": "attendance@pecanhollow.example.org",
            "website": "pecanhollow.example.org",
            "district_name": "Pecan Hollow ISD",
            "campus_number": "999-901-001",
        },
        "contact": {
            "name": "Rosalind Dellmere",
            "phone": "940-555-0101",
            "email": "attendance@pecanhollow.example.org",
            "hours": "7:30 a.m. to 4:00 p.m.",
        },
        "signatory": {"name": "Horace Quarlstead", "title": "Director of Attendance"},
    },
)

_CALIFORNIA = Locality(
    name="Arroyo Sereno Unified School District",
    campuses=(
        Campus("10", "Manzanita Elementary School", Level.ELEMENTARY, _years(0, 5)),
        Campus("20", "Sereno Middle School", Level.MIDDLE, _years(6, 8)),
        Campus("30", "Arroyo Sereno High School", Level.HIGH, _years(9, 12)),
    ),
    towns=(("Arroyo Sereno", "93999"), ("Manzanita Flat", "93998")),
    region="CA",
    street_kinds=("Street", "Avenue", "Way", "Court"),
    apartment="{street}, Apt {home}",
    phone="{area}-555-01{number:02d}",
    areas=("559", "209", "530", "661", "707", "760", "805", "831", "916", "925"),
    first_id=20_500,
    id_step=3,
    office={
        "name": "Arroyo Sereno Unified School District",
        "clerk": "Winnie Sallowgate",
        "clerk_title": "Attendance clerk",
        "school": {
            "address": "1200 Lantern Avenue\nArroyo Sereno, CA 93999",
            "phone": "559-555-0100",
            "email": "attendance@arroyosereno.example.org",
            "website": "arroyosereno.example.org",
            "district_name": "Arroyo Sereno Unified School District",
            "campus_number": "99-99999-9930",
        },
        "contact": {
            "name": "Winnie Sallowgate",
            "phone": "559-555-0101",
            "email": "attendance@arroyosereno.example.org",
            "hours": "7:30 a.m. to 4:00 p.m.",
        },
        "signatory": {"name": "Lorenzo Manríquez Garay", "title": "Director of Attendance"},
    },
)

_ENGLAND = Locality(
    name="Marlbeck Academy",
    campuses=(Campus("", "Marlbeck Academy", Level.HIGH, _years(7, 11)),),
    towns=(("Marlbeck", "MB4 7QT"), ("Nether Hagrow", "MB6 2ZL"), ("Tarnsted", "MB9 1XY")),
    region="",
    street_kinds=("Close", "Road", "Lane", "Way"),
    apartment="Flat {home}\n{street}",
    phone="01632 960{number:03d}",
    areas=("",),
    first_id=3_001,
    id_step=1,
    office={
        "name": "Marlbeck Academy",
        "clerk": "Maude Pellwick",
        "clerk_title": "Attendance officer",
        "school": {
            "address": "Clockhouse Lane\nMarlbeck\nMB4 7QA",
            "phone": "01632 960100",
            "email": "attendance@marlbeck.example.org",
            "website": "marlbeck.example.org",
            "district_name": "Northern Beck Learning Trust",
            "campus_number": "9994001",
        },
        "contact": {
            "name": "Maude Pellwick",
            "phone": "01632 960101",
            "email": "attendance@marlbeck.example.org",
            "hours": "8 am to 4 pm",
        },
        "signatory": {"name": "Delia Wainhurst", "title": "Headteacher"},
    },
)

LOCALITIES: Mapping[str, Locality] = {
    "us-tx": _TEXAS,
    "us-ca": _CALIFORNIA,
    "gb-eng": _ENGLAND,
}
