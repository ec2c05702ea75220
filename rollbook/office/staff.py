"""Who signs for a campus, who answers its families, and whose form is whose.

A list of staff goes before ``office.toml``; that of the campus before that of the whole office.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rollbook.attendance.roll import same_campus
from rollbook.office.settings import Settings
from rollbook.register import StaffMember


@dataclass(frozen=True)
class Staff:
    """The people on the lists of staff."""

    people: Sequence[StaffMember] = ()

    def signatory(self, campus: str) -> StaffMember | None:
        """Return who signs the letters of a campus; None where no list says."""
        return _first(campus, [one for one in self.people if one.signs])

    def contact(self, campus: str) -> StaffMember | None:
        """Return whom the families of a campus are asked to call; None where no list says."""
        return _first(campus, [one for one in self.people if one.answers])

    def tutor(self, campus: str, form: str) -> StaffMember | None:
        """Return who has a form of a campus; None where nobody has it, or two have."""
        found = [
            one
            for one in self.people
            if form.casefold() in map(str.casefold, one.forms) and same_campus(one.campus, campus)
        ]
        own = [one for one in found if one.campus] or found
        return own[0] if form and len(own) == 1 else None

    def lacking(self, settings: Settings, campuses: Iterable[str]) -> list[str]:
        """Return the settings a letter needs that neither a list of staff nor office.toml has."""
        said = [people_of(settings, self, campus) for campus in campuses]
        needed = {"contact.name": "contact_name", "contact.phone": "contact_phone",
                  "signatory.name": "signatory_name"}  # fmt: skip
        return [
            setting
            for setting in settings.lacking
            if setting not in needed or not said or not all(one[needed[setting]] for one in said)
        ]


NO_STAFF = Staff()
"""Where no list of staff was dropped."""


def people_of(settings: Settings, staff: Staff, campus: str) -> dict[str, str]:
    """Return the fields of a letter that name staff; what nobody says is empty.

    Who is on a list without a telephone or an e-mail of their own has the school's.
    """
    school, contact, signatory = settings.school, settings.contact, settings.signatory
    signs, answers = staff.signatory(campus), staff.contact(campus)
    phone, email = contact.phone or school.phone, contact.email or school.email
    if answers:
        phone = answers.phone or school.phone or contact.phone
        email = answers.email or school.email or contact.email
    return {
        "contact_name": answers.name if answers else contact.name,
        "contact_phone": phone,
        "contact_email": email,
        "contact_hours": (answers.hours if answers else "") or contact.hours,
        "signatory_name": signs.name if signs else signatory.name,
        "signatory_title": signs.title if signs else signatory.title,
    }


def _first(campus: str, people: Sequence[StaffMember]) -> StaffMember | None:
    """Return the one of the campus, else the one of the whole office.

    A student without a campus is of a school that has one only: then it is the only one there is.
    """
    of_campus = [one for one in people if one.campus and same_campus(one.campus, campus)]
    if not campus and len(of_campus) > 1:
        of_campus = []
    of_office = [one for one in people if not one.campus]
    return next(iter([*of_campus, *of_office]), None)
