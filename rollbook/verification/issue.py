"""Issuing a verification document: decide, number, render, check, log. Or say why not.

A document leaves only when it is decided, consented to where that is needed, and every value is
found again in the finished text. Its release is in the log before anybody can hand it over.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources
from pathlib import Path

from rollbook.documents import Template, converter, missing_values, to_pdf
from rollbook.documents.logo import find_logo, with_logo
from rollbook.documents.template import read_template
from rollbook.ledger import Connection
from rollbook.ledger import postings as book
from rollbook.ledger import releases as log
from rollbook.ledger.releases import ISSUED, ReleaseEvent, Verification
from rollbook.office import Office
from rollbook.office.staff import people_of
from rollbook.package import write_whole
from rollbook.problems import NotAllowed, Problem, RollbookError, refuse
from rollbook.register import Student
from rollbook.standing import Standing
from rollbook.verification.ages import age_on
from rollbook.verification.asked import Answer, Asked, extras_in, fact_name
from rollbook.verification.consent import Consent, consent_needed, with_consent
from rollbook.verification.deciding import Case, decide
from rollbook.verification.decision import Decision
from rollbook.verification.fields import DOCUMENT_FIELDS, Release, merge_fields
from rollbook.verification.kinds import Kind, document_kind
from rollbook.verification.official_form import filled_form, form_values, official_form
from rollbook.verification.words import plain

__all__ = ["Answer", "Asked", "Look", "answer_requests", "fact_name", "issue", "look"]

NO_DIRECTORY = "no-directory"
"""The flag of a student whose family has opted out of directory information."""

DIRECTORY_KIND = "enrolment"
"""The one document that holds nothing but directory information, unless more is asked for."""

DIRECTORY_EXTRAS = frozenset({"address"})
"""What may be asked for in it that is directory information too (34 CFR 99.3)."""


def answer_requests(office: Office, standing: Standing, at: datetime) -> list[Answer]:
    """Answer the document requests of dropped lists, each once."""
    with office.ledger.read() as connection:
        waiting = book.open_requests(connection)
    answers = []
    for row in waiting:
        content = row["content"]
        details = {fact_name(name): value for name, value in content["details"].items()}
        asked = Asked(
            document=content["document"],
            student_id=content["student_id"],
            purpose=content["purpose"],
            requested_by=content["requested_by"],
            released_to=details.get("released_to", ""),
            consent=content["consent"],
            extras=extras_in(details.get("include", "")),
            said=details,
            key=f"request {row['id']}",
        )
        answer = issue(office, standing, asked, at)
        with office.ledger.write() as connection:
            book.close_request(connection, row["id"], answer.serial or answer.sentence)
        answers.append(answer)
    return answers


@dataclass(frozen=True, slots=True)
class Look:
    """A request as it stands before anything is issued: what is decided, and who has to sign."""

    kind: Kind
    student: Student
    consent: Consent
    decision: Decision


def look(office: Office, standing: Standing, asked: Asked, day: date) -> Look:
    """Decide a request and issue nothing.

    Raises ``NotAllowed`` when there is no such document here, or no such student.
    """
    kind = document_kind(asked.document, office.policy.jurisdiction)
    if isinstance(kind, Problem):
        raise NotAllowed(kind.message)
    student = _student(standing, asked.student_id)
    if student is None:
        raise NotAllowed(f"No student has the id “{asked.student_id}”.")
    consent = _consent(office, standing, kind, student, asked, day)
    decided = decide(kind, Case(office, standing, student, asked, day, consent))
    return Look(kind, student, consent, with_consent(decided, consent, asked.consent))


def issue(office: Office, standing: Standing, asked: Asked, at: datetime) -> Answer:
    """Issue one document, or say why it cannot be issued."""
    before = _issued_before(office, asked)
    if before:
        return before
    wrong = *asked.problems(), *_others_named(standing, asked)
    if wrong:
        return Answer(asked, False, wrong[0].message)
    try:
        seen = look(office, standing, asked, at.date())
    except NotAllowed as error:
        return Answer(asked, False, str(error))
    student, decision = seen.student, seen.decision
    if not asked.purpose.strip():
        return Answer(asked, False, "Say what the document is for (purpose); it goes into the log.")
    if not decision.eligible:
        title = seen.kind.title_in(office.policy.jurisdiction)
        sentence = f"{title} for {student.student_id}: {decision.sentence}"
        return Answer(asked, False, sentence, decision=decision)
    try:
        return _release(office, standing, seen, asked, at)
    except NotAllowed as error:
        return Answer(asked, False, str(error), decision=decision)


def _others_named(standing: Standing, asked: Asked) -> Iterator[Problem]:
    """Find other students whose whole name stands in the words of a request."""
    words = f" {plain(f'{asked.purpose} {asked.consent}')} "
    for student in standing.students.values():
        own = asked.student_id in (student.student_id, student.state_id)
        whole = student.given_name and student.family_name and plain(student.name)
        if not own and whole and f" {whole} " in words:
            yield refuse(
                "other-child-in-request",
                "The request names another student. Take the name out: a document is about one "
                "student and names no other.",
            )


def _issued_before(office: Office, asked: Asked) -> Answer | None:
    if not asked.key:
        return None
    with office.ledger.read() as connection:
        return _answered(office, connection, asked)


def _answered(office: Office, connection: Connection, asked: Asked) -> Answer | None:
    found = log.verifications(connection, request=asked.key) if asked.key else []
    if not found:
        return None
    old = found[0]
    files = (office.folders.root / old.file,)
    return Answer(asked, True, f"{old.serial} was issued before.", old.serial, old.expires, files)


def _student(standing: Standing, student_id: str) -> Student | None:
    found = standing.students.get(student_id)
    if found:
        return found
    by_state = [one for one in standing.students.values() if one.state_id == student_id != ""]
    return by_state[0] if len(by_state) == 1 else None


def _consent(
    office: Office, standing: Standing, kind: Kind, student: Student, asked: Asked, day: date
) -> Consent:
    age = age_on(student.birth_date, day) if student.birth_date else None
    barred = any(one.court_order for one in standing.guardians.get(student.student_id, ()))
    designated = office.settings.verification.directory_information
    opted_out = True if NO_DIRECTORY in student.flags else False if designated else None
    return consent_needed(
        office.policy.jurisdiction,
        age,
        asked.requested_by,
        directory_info_only=kind.slug == DIRECTORY_KIND and asked.extras <= DIRECTORY_EXTRAS,
        opted_out=opted_out,
        court_order=barred,
        day=day,
    )


def _release(office: Office, standing: Standing, seen: Look, asked: Asked, at: datetime) -> Answer:
    """Number, render, check and log the document, all or nothing; then make its PDF."""
    kind, student, decision = seen.kind, seen.student, seen.decision
    template, digest = _template(office, kind)
    release = Release(
        asked.purpose,
        asked.requested_by,
        asked.released_to or asked.requested_by,
        asked.consent,
    )
    stretches = standing.enrolments_of(student.student_id)
    with office.ledger.write() as connection:
        before = _answered(office, connection, asked)  # sent twice at once, as by a double click
        if before:
            return before
        serial = log.new_verification_serial(connection, at.year)
        fields = merge_fields(
            decision,
            student,
            school=_school(office, standing, student),
            release=release,
            serial=serial,
            jurisdiction=office.policy.jurisdiction,
            entry_date=stretches[-1].entry_date if stretches else None,
        )
        form = official_form(office, kind)
        filled = filled_form(form, form_values(fields, decision)) if form else b""
        path = _write(office, template, fields, serial)
        form_file = _form_file(office, serial)
        form_file.unlink(missing_ok=True)  # of a release that broke off before it was logged
        if filled:
            write_whole(form_file, filled)
        document = Verification(
            serial=serial,
            student_id=student.student_id,
            kind=kind.slug,
            purpose=release.purpose,
            requested_by=release.requested_by,
            released_to=release.released_to,
            consent=release.consent,
            issued=decision.issued,
            expires=decision.expires,
            by=office.settings.clerk,
            template_digest=digest,
            fields=fields,
            file=path.relative_to(office.folders.root).as_posix(),
            request=asked.key or serial,
        )
        log.save_verification(connection, document)
        stamp = at.isoformat(timespec="seconds")
        issued = ReleaseEvent(serial, ISSUED, seen.consent.grounds, stamp, document.by)
        log.save_release_event(connection, issued)
    return _answer(office, kind, asked, decision, document, path)


def _write(office: Office, template: Template, fields: Mapping[str, object], serial: str) -> Path:
    """Render the document, find every value in it again, and write it."""
    rendered = template.render(fields)
    lost = missing_values(rendered, fields)
    if lost:
        raise NotAllowed(
            f"These values are not in the finished document: {', '.join(lost)}. It was not "
            "issued. Check the template."
        )
    path = office.folders.documents / f"{serial}.docx"
    write_whole(path, rendered.to_bytes())
    return path


def _form_file(office: Office, serial: str) -> Path:
    """Return where the filled official form of a document is kept, if the office has one."""
    return office.folders.documents / f"{serial}.form.pdf"


def _answer(
    office: Office, kind: Kind, asked: Asked, decision: Decision, document: Verification, path: Path
) -> Answer:
    files, remark = _with_pdf(path)
    form = _form_file(office, document.serial)
    if form.is_file():
        files = (*files, form)
    title = kind.title_in(office.policy.jurisdiction)
    until = f", valid until {decision.expires:%d %B %Y}" if decision.expires else ""
    return Answer(
        asked,
        True,
        f"{document.serial}: {title} for {document.student_id}{until}.{remark}",
        document.serial,
        decision.expires,
        files,
        decision,
    )


def _template(office: Office, kind: Kind) -> tuple[Template, str]:
    stem = kind.template_in(office.policy.jurisdiction)
    name = f"{stem}.{office.policy.language}.docx"
    own = office.folders.templates / name
    shipped = resources.files("letter_templates").joinpath(name)
    path = own if own.is_file() else Path(str(shipped))
    folders = (office.folders.root, office.folders.templates)
    logo = find_logo(office.settings.school.logo, folders)
    content = with_logo(read_template(path), logo, office.settings.name)
    template = Template.compile(content, DOCUMENT_FIELDS, name=name)
    return template, template.digest


def _with_pdf(path: Path) -> tuple[tuple[Path, ...], str]:
    """Return the files of a document; the PDF too where LibreOffice is there and manages it."""
    if converter() is None:
        return (path,), " (Word file only: PDF needs LibreOffice, which is not installed.)"
    try:
        return (path, *to_pdf([path], path.parent)), ""
    except RollbookError as error:
        return (path,), f" (Word file only: {error})"


def _school(office: Office, standing: Standing, student: Student) -> dict[str, str]:
    settings = office.settings
    return {
        "school_name": settings.campus.get(student.campus, "") or settings.name,
        "school_address": settings.school.address,
        "school_phone": settings.school.phone,
        "school_email": settings.school.email,
        "school_website": settings.school.website,
        "district_name": settings.school.district_name or settings.name,
        "campus_number": settings.school.campus_number,
        **people_of(settings, standing.staff, student.campus),
    }
