"""Aeries (California): the ``CON`` table, one row a contact of a student.

Contacts are family, friends for emergencies and people who must not be contacted, all in one
table, so who gets letters about a child is decided here with care: never a restricted contact
(``CD`` R, or words such as “No contact”), never one whose attendance notification (``AN``) is
anything but Yes, and otherwise only who lives
with the student, holds the educational rights or is tagged for mail, where the export says so.
A blank ``AN`` counts as Yes.
"""

from collections.abc import Sequence

from rollbook.importers.aeries_stu import LANGUAGES
from rollbook.importers.contract import Extract, Profile
from rollbook.importers.reading.guardians import (
    given_name_first,
    permission_notes,
    permits,
    phone_of,
    protects,
    street_lines,
    unclear,
    yes,
)
from rollbook.importers.reading.headers import Table, Words, all_tables, find_tables
from rollbook.importers.reading.languages import read_language
from rollbook.importers.reading.marks import MOST_OF_A_KIND, clean_id, is_id, listed, why_no_id
from rollbook.importers.reading.people import in_order, joined
from rollbook.importers.upload import Row, Upload
from rollbook.problems import Problem, hold
from rollbook.register import COURT_ORDER, GETS_LETTERS, Guardian

NAME = "aeries-con"
TITLE = "Aeries contacts (CON)"
HEADERS = ("STU.ID", "CON.NM", "CON.AD", "CON.CD")

WORDS: Words = {
    "student_id": ("STU.ID", "CON.PID", "PID", "CON.ID"),
    "order": ("CON.OR", "OR"),
    "given_name": ("CON.FN", "FN"),
    "family_name": ("CON.LN", "LN"),
    "mailing_name": ("CON.NM", "NM"),
    "relation": ("CON.RL", "RL"),
    "street": ("CON.AD", "AD"),
    "city": ("CON.CY", "CY"),
    "region": ("CON.ST", "ST"),
    "postcode": ("CON.ZC", "ZC"),
    "phone": ("CON.TL", "TL", "CON.CP", "CP"),
    "email": ("CON.EM", "EM"),
    "kind": ("CON.CD", "CD"),
    "lives_with": ("CON.LW", "LW"),
    "ed_rights": ("CON.ERH", "ERH"),
    "mail_tag": ("CON.MT", "MT"),
    "attendance_notice": ("CON.AN", "AN"),
    "language": ("CON.CL", "CON.LC", "CON.LANG", "CL", "LANG"),
}
NEEDED = ("student_id", "mailing_name|family_name", "relation|street|kind")
_REASONS_TO_WRITE = ("lives_with", "ed_rights", "mail_tag")
_PERMISSIONS = (*_REASONS_TO_WRITE, "attendance_notice")
_ORDINARY = frozenset(("parent", "guardian", "contact", "emergency", "emergency contact"))


def identify(upload: Upload) -> bool:
    """Say whether a sheet has the CON columns for the student, a name and more about a contact."""
    return bool(find_tables(upload, WORDS, NEEDED))


def extract(upload: Upload, profile: Profile) -> Extract:
    """Read every row as one contact; rows without a readable student id are held."""
    return joined([_read(table) for table in all_tables(upload, WORDS, NEEDED)])


def _read(table: Table) -> Extract:
    guardians: dict[str, list[Guardian]] = {}
    held: list[Problem] = []
    said: dict[tuple[int, str], list[int]] = {}
    rows = list(table.rows())
    for number, row in rows:
        student_id = clean_id(table.cell(row, "student_id"))
        guardian = _guardian(table, student_id, row)
        if not is_id(student_id) or not guardian.name:
            held.append(_held(table, number, student_id))
        elif guardian not in guardians.setdefault(student_id, []):
            guardians[student_id].append(guardian)
            for field in _PERMISSIONS:
                if unclear(table.cell(row, field)):
                    cell = table.columns[field], table.cell(row, field)
                    said.setdefault(cell, []).append(number)
    if len(held) * 2 > len(rows):
        raise table.upload.refused(
            "shifted-columns",
            f"has no readable contact in more than half of its rows (the first is row "
            f"{held[0].place.row}). The columns seem to be shifted against their headers. Nothing "
            "was posted. Export it again.",
        )
    return Extract(
        NAME,
        guardians=[one for some in guardians.values() for one in in_order(some)],
        problems=[
            *listed(held[:MOST_OF_A_KIND], len(held), "no id or name", table.upload.name),
            *permission_notes(table, said)[:MOST_OF_A_KIND],
        ],
        is_roster=True,
        tells=_told(table),
    )


def _told(table: Table) -> frozenset[str]:
    letters = any(field in table for field in _PERMISSIONS)
    return frozenset([COURT_ORDER] * ("kind" in table) + [GETS_LETTERS] * letters)


def _guardian(table: Table, student_id: str, row: Row) -> Guardian:
    def cell(field: str) -> str:
        return table.cell(row, field)

    full_name = " ".join(filter(None, (cell("given_name"), cell("family_name"))))
    return Guardian(
        student_id,
        cell("mailing_name") or given_name_first(full_name),
        relation=cell("relation"),
        street=street_lines([cell("street")]),
        city=cell("city"),
        region=cell("region"),
        postcode=cell("postcode"),
        language=read_language(cell("language"), LANGUAGES),
        phone=phone_of("", cell("phone")),
        email=cell("email"),
        gets_letters=permits(cell("attendance_notice")) and _reason_to_write(table, row),
        court_order=_is_restricted(cell("kind")),
        lives_with=yes(cell("lives_with")) if "lives_with" in table else True,
        order=int(cell("order")) if cell("order").isdecimal() else len(row),
    )


def _is_restricted(kind: str) -> bool:
    """Say whether the record type keeps a contact away: R, a plain yes, or words of the office.

    Other codes of one or two characters are types of a contact (``P``, ``E1``).
    """
    plain = kind.casefold()
    if plain.startswith("r") or plain in ("y", "x"):
        return True
    return len(plain) > 2 and protects(plain) and plain not in _ORDINARY


def _reason_to_write(table: Table, row: Row) -> bool:
    said: Sequence[str] = [field for field in _REASONS_TO_WRITE if field in table]
    return not said or any(yes(table.cell(row, field)) for field in said)


def _held(table: Table, number: int, student_id: str) -> Problem:
    why = "names no contact" if is_id(student_id) else why_no_id(student_id)
    return hold(
        "no-student-id" if not is_id(student_id) else "no-contact-name",
        f"Row {number} {why}. It was not posted. Correct it in Aeries and export again.",
        value=student_id,
        place=table.place(number, "student_id"),
    )
