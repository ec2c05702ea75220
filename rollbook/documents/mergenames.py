"""What a district's own merge field means: ``Student_Name``, ``ParentName``, ``Absence_Date``.

A name is looked up in four places, in this order: what the office itself has said, our fields in
any spelling, and the usual names of student information systems. What is found in none of them is
not guessed; it is asked for.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

USUAL: Mapping[str, tuple[str, ...]] = {
    "student_name": ("student", "studentfullname", "fullname", "pupil", "pupilname", "childname",
                     "childsname", "studentsname", "pupilfullname"),
    "student_first_name": ("firstname", "studentfirst", "givenname", "forename", "preferredname",
                           "pupilforename", "pupilfirstname", "childfirstname", "nickname"),
    "student_id": ("id", "studentnumber", "studentno", "localid", "permanentid", "permid",
                   "pupilid", "idnumber", "studentlocalid"),
    "grade": ("gradelevel", "year", "yeargroup", "currentgrade"),
    "form": ("homeroom", "tutorgroup", "registrationgroup", "reggroup", "class"),
    "guardian_name": ("parentname", "parent", "guardian", "parentguardian", "parentguardianname",
                      "parentsname", "contactparent", "mailingname", "addressee", "salutation",
                      "parents", "parentorguardian", "parentcarer", "carername", "parentfullname"),
    "address_lines": ("address", "addressblock", "mailingaddress", "fulladdress", "homeaddress",
                      "postaladdress", "studentaddress", "parentaddress"),
    "letter_date": ("date", "today", "todaysdate", "currentdate", "dateofletter", "todaydate"),
    "reply_by": ("replydate", "respondby", "responsedate", "duedate"),
    "days_missed": ("daysabsent", "totalabsences", "absencetotal", "totalabsent"),
    "days_unexcused": ("unexcusedabsences", "unexcuseddays", "daysunexcused"),
    "unexcused_count": ("unexcused", "unauthorised", "unauthorisedsessions"),
    "attendance_percent": ("attendancepercentage", "attendance", "percentattendance",
                           "attendancerate", "pctattendance", "attendancepct"),
    "late_count": ("lates", "tardies", "tardycount", "latecount", "timeslate"),
    "late_minutes": ("minuteslate", "tardyminutes"),
    "school_name": ("school", "campus", "campusname", "schoolname"),
    "school_address": ("campusaddress",),
    "school_phone": ("schooltelephone", "campusphone", "phone", "schoolphonenumber"),
    "school_email": ("schoolmail", "campusemail"),
    "contact_name": ("contact", "contactperson", "attendanceclerk", "attendanceofficer"),
    "contact_phone": ("contacttelephone", "contactphonenumber"),
    "signatory_name": ("signature", "principal", "principalname", "headteacher", "signedby"),
    "signatory_title": ("signaturetitle", "principaltitle"),
    "serial": ("letternumber", "letterno", "letterid"),
    "reference": ("law", "legalreference"),
}  # fmt: skip
"""Our field → what student information systems and districts call it, without blanks and marks."""

ROW_WORDS: Mapping[str, tuple[str, ...]] = {
    "absences": ("absence", "absent", "absences", "attendance"),
    "classes": ("class", "classes", "course"),
}
"""How the name of a list's column may begin; other lists by their own name."""

COLUMN_WORDS: Mapping[str, tuple[str, ...]] = {
    "date": ("day",),
    "part": ("period", "session", "partofday"),
    "meaning": ("code", "type", "description"),
    "name": ("title", "class", "course"),
    "missed": ("absences",),
}

SURNAMES: Mapping[str, str] = {
    "lastname": "student",
    "surname": "student",
    "familyname": "student",
    "studentlastname": "student",
    "studentlast": "student",
    "studentsurname": "student",
    "pupilsurname": "student",
    "parentlastname": "guardian",
    "parentsurname": "guardian",
    "guardianlastname": "guardian",
    "guardiansurname": "guardian",
}
"""Names of a family name. We keep whole names, so it is understood only after its first name."""

FIRST_NAMES: Mapping[str, str] = {
    **dict.fromkeys(("firstname", "studentfirstname", "studentfirst", "givenname"), "student"),
    **dict.fromkeys(("forename", "pupilforename", "pupilfirstname"), "student"),
    **dict.fromkeys(("parentfirstname", "guardianfirstname", "parentforename"), "guardian"),
}

STREETS = frozenset(
    "street address1 addressline addressline1 streetaddress mailingstreet mailingaddress1".split()
)
"""The first part of an address that is kept in parts; here the whole of ours is printed."""

AFTER_STREET = frozenset(
    "address2 addressline2 apt apartment city town state zip zipcode postcode postalcode county "
    "country mailingcity mailingstate mailingzip citystatezip".split()
)
"""Its other parts, which go where the street is printed."""


def squashed(name: str) -> str:
    """Return a name without what spellings differ in: case, blanks, hyphens and underscores."""
    return re.sub(r"[\W_]+", "", name.casefold())


@dataclass(frozen=True)
class FieldNames:
    """The fields a template may use, and the office's own names for them."""

    allowed: Collection[str]
    lists: Mapping[str, tuple[str, ...]]
    own: Mapping[str, str]

    def field(self, name: str) -> str:
        """Return the field a merge field's name means; empty when it is none of ours."""
        mine = self._own(name)
        if mine is not None:
            return mine if "." not in mine else ""
        plain = squashed(name)
        for field in self.allowed:
            if squashed(field) == plain:
                return field
        usual = (field for field, names in USUAL.items() if plain in names)
        found = next(usual, "")
        if self.allowed:
            return found if found in self.allowed else ""
        return found or _snake(name)

    def column(self, name: str, of: str, *, bare: bool = False) -> str:
        """Return the column of the list ``of`` that a name means, or empty.

        ``Absence_Date`` says its list; ``bare`` accepts ``Date`` too, in a row known to be of it.
        """
        mine = self._own(name)
        if mine is not None:
            listed, _, column = mine.partition(".")
            return column if listed == of else ""
        plain = squashed(name)
        begins = ROW_WORDS.get(of, (of, of.removesuffix("s")))
        for column in self.lists[of]:
            for word in (column, *COLUMN_WORDS.get(column, ())):
                if plain in {f"{first}{word}" for first in begins}:
                    return column
                if plain in {f"{word}of{first}" for first in begins} or (bare and plain == word):
                    return column
        return ""

    def list_with(self, name: str) -> str:
        """Return the list that a name of a column says, or empty."""
        return next((of for of in self.row_lists if self.column(name, of)), "")

    def is_left_out(self, name: str) -> bool:
        """Say whether the office wants nothing printed for a name."""
        return self._own(name) == ""

    @property
    def row_lists(self) -> list[str]:
        """The lists whose entries are rows of a table and that the template may use."""
        return [
            name
            for name, columns in self.lists.items()
            if columns and (not self.allowed or name in self.allowed)
        ]

    def wrong_own(self, used: Collection[str]) -> list[str]:
        """Say which of the office's own names in use mean something that is no field."""
        here = {squashed(name) for name in used}
        fields = set(self.allowed)
        fields |= {f"{of}.{column}" for of in self.row_lists for column in self.lists[of]}
        return [
            f"in office.toml, [letters.merge_fields], “{name}” is said to mean “{meant}”, which "
            "is no field of this letter"
            for name, meant in self.own.items()
            if self.allowed and meant and meant not in fields and squashed(name) in here
        ]

    def _own(self, name: str) -> str | None:
        plain = squashed(name)
        return next((meant for own, meant in self.own.items() if squashed(own) == plain), None)


def _snake(name: str) -> str:
    """``StudentName``, ``Student Name`` → ``student_name``: for lack of a list of fields."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.strip())
    return re.sub(r"\W+", "_", parted).casefold().strip("_")
