"""A list of documents asked for: student id, document, purpose, who asks, consent."""

from rollbook.importers.contract import DocumentRequest, Extract, Profile
from rollbook.importers.reading.headers import (
    NAMES,
    STUDENT_ID,
    Table,
    Words,
    all_tables,
    find_tables,
    key,
)
from rollbook.importers.reading.marks import clean_id, is_id, why_no_id
from rollbook.importers.reading.person_numbers import number_of_a_person
from rollbook.importers.reading.roster_checks import is_footer
from rollbook.importers.upload import Row, Upload
from rollbook.problems import Problem, hold

NAME = "request-list"
TITLE = "List of documents asked for"
HEADERS = ("Student ID", "Document", "Purpose")

WORDS: Words = {
    "student_id": STUDENT_ID,
    "document": ("Document", "Document Type", "Letter", "Letter Type", "Form Requested", "Kind"),
    "purpose": ("Purpose", "Reason", "Needed For"),
    "requested_by": ("Requested By", "Requester", "Asked By", "Requested For", "Released To"),
    "consent": ("Consent", "Consent Given", "Consent On File", "Parent Consent"),
    **NAMES,
}
NEEDED = ("student_id", "document")

DOCUMENTS = {
    "enrolment": "enrolment enrollment enrolmentletter enrollmentletter proofofenrolment"
    " proofofenrollment enrolmentverification",
    "voe": "voe verificationofenrollment verificationofenrollmentandattendance voeform texasvoe"
    " enrollmentverification",
    "social-security": "socialsecurity ssa socialsecurityletter ssa1372"
    " socialsecurityadministration fulltimeattendance socialsecurityattendance",
    "ssi": "ssi ssiletter ssihours supplementalsecurityincome",
    "replacement-card": "replacementcard socialsecuritycard sscard replacementsocialsecuritycard",
    "tanf-h1086": "tanfh1086 tanf h1086 formh1086 schoolattendanceverification",
    "child-benefit": "childbenefit childbenefitletter hmrc",
    "travel": "travel travelletter holidayletter embassy embassyletter visaletter ukvi",
}
_DOCUMENT = {word: name for name, words in DOCUMENTS.items() for word in words.split()}


def identify(upload: Upload) -> bool:
    """Say whether a sheet has columns for the student id and the document."""
    return bool(find_tables(upload, WORDS, NEEDED))


def extract(upload: Upload, profile: Profile) -> Extract:
    """Read every row as one request; other columns of the list are kept as its details."""
    requests: list[DocumentRequest] = []
    problems: list[Problem] = []
    for table in all_tables(upload, WORDS, NEEDED):
        for number, row in table.rows():
            if is_footer(table, row):
                continue
            wrong = _wrong(table, number, row)
            if wrong:
                problems.append(wrong)
            else:
                requests.append(_request(table, number, row))
    return Extract(NAME, requests=requests, problems=problems)


def _request(table: Table, number: int, row: Row) -> DocumentRequest:
    others = {
        header: row[place]
        for place, header in enumerate(table.headers)
        if header and place not in table.columns.values() and place < len(row) and row[place]
    }
    return DocumentRequest(
        clean_id(table.cell(row, "student_id")),
        _DOCUMENT[key(table.cell(row, "document"))],
        table.cell(row, "purpose"),
        table.cell(row, "requested_by"),
        table.cell(row, "consent"),
        number,
        others,
    )


def _wrong(table: Table, number: int, row: Row) -> Problem | None:
    student_id, document = clean_id(table.cell(row, "student_id")), table.cell(row, "document")
    if not is_id(student_id):
        return hold(
            "no-student-id",
            f"Row {number} {why_no_id(student_id)}. No document was made for it. Correct the row "
            "and drop the list again.",
            value=student_id,
            place=table.place(number, "student_id"),
        )
    if _holds_person_number(table, row):
        return hold(
            "person-number",
            f"Row {number} holds what looks like a Social Security number or another number of a "
            "person. No document was made for it. Take the number out, and its column if it has "
            "one, and drop the list again.",
            place=table.place(number, "student_id"),
        )
    if key(document) not in _DOCUMENT:
        asked = f"asks for “{document}”" if document else "names no document"
        return hold(
            "unknown-document",
            f"Row {number} {asked}. Write one of {', '.join(DOCUMENTS)} in column "
            f"“{table.header('document')}” and drop the list again.",
            value=document,
            place=table.place(number, "document"),
        )
    return None


def _holds_person_number(table: Table, row: Row) -> bool:
    """Say whether a number of a person stands anywhere in a row.

    Nine digits in a row are one in a clerk's own words; in other columns they may be some id.
    """
    words = {
        table.columns[name]
        for name in ("purpose", "requested_by", "consent")
        if name in table.columns
    }
    ids = table.columns["student_id"]
    return any(
        number_of_a_person(str(cell), an_id=place not in words)
        for place, cell in enumerate(row)
        if place != ids
    )
