"""Guardians from the columns of a roster, however many stand side by side."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rollbook.importers.contract import Profile
from rollbook.importers.reading.headers import Table, key
from rollbook.importers.reading.languages import read_language
from rollbook.importers.upload import Row
from rollbook.problems import Problem, note
from rollbook.register import COURT_ORDER, GETS_LETTERS, Guardian, Student

_GUARDIAN_WORDS = {
    "name": "name fullname mailingname contactname salutationname",
    "family_name": "lastname surname familyname",
    "given_name": "firstname forename givenname",
    "title": "title",
    "relation": "relation relationship relationshiptostudent relationshiptopupil relationtype",
    "street": "address street streetaddress mailingaddress mailingstreet addressline1 address1"
    " line1 homeaddress addr1",
    "street_number": "streetnumber housenumber housename streetno",
    "street_name": "streetname",
    "street_2": "addressline2 address2 line2 apt apartment unit aptnumber addr2",
    "street_3": "addressline3 address3 line3 locality",
    "city": "city town mailingcity towncity posttown addresscity",
    "region": "state county mailingstate addressstate stateprovince",
    "postcode": "zip zipcode postcode postalcode mailingzip addresszip addresspostcode",
    "zip_4": "zip4 zipplus4 zipext",
    "language": "language preferredlanguage correspondencelanguage",
    "area_code": "areacode phoneareacode contactareacode",
    "phone": "phone telephone phonenumber telephonenumber homephone mobile mobilephone cell"
    " cellphone mainphone contactphone tel",
    "email": "email emailaddress mail",
    "order": "priority order contactpriority contactorder priorityorder",
    "court_order": "courtorder courtorderagainstcontact",
    "court_order_flag": "courtorderflag",
    "restricted": "restricted restraining nocontact",
    "no_mail": "nomail nomailflag donotmail donotsendmail suppressmail",
    "gets_letters": "getsletters receivesletters receivesmail receivesmailings mailings"
    " correspondence mailtag",
    "responsibility": "parentalresponsibility hasparentalresponsibility pr",
    "lives_with": "liveswith livingwith resideswith custodial",
}
_GUARDIAN_FIELD = {word: name for name, words in _GUARDIAN_WORDS.items() for word in words.split()}
_ADDRESS = ("street", "street_number", "street_name", "street_2", "street_3", "city", "region",
            "postcode", "zip_4")  # fmt: skip
PROTECTIONS = ("court_order", "court_order_flag", "restricted")
PERMISSIONS = ("gets_letters", "responsibility")
_GUARDIAN_ONLY = ("name", "family_name", "given_name", "title", "language")
_GUARDIAN = re.compile(
    r"(?P<who>parentguardian|parentcarer|guardian|parent(?!al)|contact|carer|household)"
    r"(?P<number>[1-9])?(?P<what>.*?)(?P<last>[1-9])?"
)

YES = frozenset(("y", "yes", "1", "true", "t", "x", "on"))
NO = frozenset(("n", "no", "0", "false", "f", "off"))
NOTHING = NO | {"", "none", "nil", "-", "--", "–", "—", "n/a", "na", "not applicable"}
"""What a column of protection holds when there is nothing to protect from."""


@dataclass(frozen=True)
class Reading:
    """How one export writes what a roster holds; ``languages`` are its own codes for them."""

    table: Table
    profile: Profile
    languages: Mapping[str, str] = field(default_factory=dict)


def yes(text: str) -> bool:
    """Say whether a flag column says yes."""
    return text.strip().casefold() in YES


def protects(text: str) -> bool:
    """Say whether a column of protection (court order, no mail, safeguarding) is set.

    Offices write their own words there: “Yes - no contact”, “CP plan 03/2026”. Whatever is not
    plainly nothing is taken as set, because the mistake the other way reaches a family.
    """
    return text.strip().casefold() not in NOTHING


def permits(text: str) -> bool:
    """Say whether a column of permission lets letters go: blank or a clear yes, nothing else."""
    return not text.strip() or yes(text)


def unclear(text: str) -> bool:
    """Say whether a column of permission holds neither a blank nor a plain yes or no."""
    return protects(text) and not yes(text)


def no(text: str) -> bool:
    """Say whether a flag column says no; a blank says neither."""
    return text.strip().casefold() in NO


def guardian_columns(table: Table) -> dict[int, dict[str, int]]:
    """Return the columns of each guardian: 0 those without a number that belong to the whole row.

    ``Contact 2 Address Line 1`` is the street of guardian 2; ``Guardian Name`` belongs to
    guardian 1; ``Postcode`` alone to the row.
    """
    columns: dict[int, dict[str, int]] = {}
    for place, header in enumerate(table.headers):
        number, name = _guardian_field(key(header))
        if name and not (number == 0 and name in _GUARDIAN_ONLY):
            columns.setdefault(number, {}).setdefault(name, place)
    return columns


def contacts_told(columns: Mapping[int, Mapping[str, int]]) -> frozenset[str]:
    """Return what a roster has a place for, for each of its guardians: court orders, letters.

    A column without a number belongs to the first guardian, as in ``guardians_of``.
    """
    numbers = [number for number in sorted(columns) if number]
    places = [
        columns[number].keys() | (columns.get(0, {}).keys() if number == numbers[0] else set())
        for number in numbers
    ]
    kinds = {COURT_ORDER: {*PROTECTIONS}, GETS_LETTERS: {"no_mail", *PERMISSIONS}}
    told = (what for what, names in kinds.items() if all(names & place for place in places))
    return frozenset(told) if places else frozenset()


def _guardian_field(plain: str) -> tuple[int, str]:
    found = _GUARDIAN.fullmatch(plain)
    if not found:
        return 0, _GUARDIAN_FIELD.get(plain, "")
    what, last = found["what"], found["last"] or ""
    number = int(found["number"] or 1)
    if what + last in _GUARDIAN_FIELD:
        return number, _GUARDIAN_FIELD[what + last]
    if not found["number"] and last:
        number = int(last)
    return number, _GUARDIAN_FIELD.get(what, "") if what else "name"


def guardians_of(
    reading: Reading, columns: Mapping[int, Mapping[str, int]], student: Student, row: Row
) -> list[Guardian]:
    """Return the guardians one row names."""
    shared = {name: row[place] for name, place in columns.get(0, {}).items() if place < len(row)}
    numbers = [number for number in sorted(columns) if number]
    guardians = []
    for number in numbers:
        own = {name: row[place] for name, place in columns[number].items() if place < len(row)}
        if not any(name in columns[number] for name in _ADDRESS):
            own |= {name: shared[name] for name in _ADDRESS if name in shared}
        if number == numbers[0]:
            own = shared | own
        guardian = _guardian(reading, student, own, number)
        if guardian:
            guardians.append(guardian)
    return guardians


def _guardian(
    reading: Reading, student: Student, cells: Mapping[str, str], number: int
) -> Guardian | None:
    def cell(name: str) -> str:
        return cells.get(name, "")

    parts = (cell("title"), cell("given_name"), cell("family_name"))
    name = " ".join(part for part in parts if part) or given_name_first(cell("name"))
    if not name:
        return None
    return Guardian(
        student.student_id,
        name,
        relation=cell("relation"),
        street=street_of(cells),
        city=cell("city"),
        region=cell("region"),
        postcode="-".join(part for part in (cell("postcode"), cell("zip_4")) if part),
        language=read_language(cell("language"), reading.languages) or student.language,
        phone=phone_of(cell("area_code"), cell("phone")),
        email=cell("email"),
        gets_letters=not protects(cell("no_mail"))
        and permits(cell("gets_letters"))
        and permits(cell("responsibility")),
        court_order=any(protects(cell(name)) for name in PROTECTIONS),
        lives_with=not no(cell("lives_with")),
        order=int(cell("order")) if cell("order").isdecimal() else number,
    )


def unclear_permissions(
    columns: Mapping[int, Mapping[str, int]], row: Row
) -> Iterator[tuple[int, str]]:
    """Go through the cells of a row that should say who gets letters and do not: column, words."""
    for own in columns.values():
        for name in PERMISSIONS:
            place = own.get(name, len(row))
            if place < len(row) and unclear(row[place]):
                yield place, row[place]


def permission_notes(table: Table, said: Mapping[tuple[int, str], Sequence[int]]) -> list[Problem]:
    """Return a note for each unclear permission, by column and words; ``said`` has its rows."""
    return [
        note(
            "unclear-permission",
            f"Row {rows[0]} has “{words}” in column “{table.headers[place]}”"
            + (f", as {len(rows) - 1} more {_rows(len(rows) - 1)}" if rows[1:] else "")
            + ". It is neither a plain yes nor a plain no, so it was taken as no and lets no "
            "letters go. If these contacts are to get letters, write Yes there and drop the file "
            "again.",
            value=words,
            place=replace(table.place(rows[0]), column=table.headers[place]),
        )
        for (place, words), rows in said.items()
    ]


def _rows(count: int) -> str:
    return "row has" if count == 1 else "rows have"


def given_name_first(name: str) -> str:
    """Return ``Okoro, Ada`` as ``Ada Okoro``; a name without a comma as it is."""
    family, comma, given = (part.strip() for part in name.partition(","))
    return f"{given} {family}" if comma and given and "," not in given else name


def street_of(cells: Mapping[str, str]) -> str:
    """Return the lines of an address above its town, however many columns it was spread over."""
    numbered = " ".join(filter(None, (cells.get("street_number"), cells.get("street_name"))))
    lines = (numbered, *(cells.get(name, "") for name in ("street", "street_2", "street_3")))
    return street_lines(lines)


def street_lines(lines: Iterable[str]) -> str:
    """Return lines of an address divided by line ends, blank ones left out."""
    text = "\n".join(lines)
    return "\n".join(line.strip() for line in re.split(r"[\r\n]+", text) if line.strip())


def phone_of(area_code: str, phone: str) -> str:
    """Return a phone number whose area code may stand in a column of its own."""
    digits = re.sub(r"\D", "", phone)
    if area_code and len(digits) == 7:
        return f"({area_code.strip('()')}) {digits[:3]}-{digits[3:]}"
    return phone
