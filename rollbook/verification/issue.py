"""Issuing a verification document: decide, number, render, check, log. Or say why not.

A document leaves only when it is decided, consented to where that is needed, and every value is
found again in the finished text. Its release is in the log before anybody can hand it over.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import resources
from pathlib import Path
from typing import Any

from rollbook.documents import Template, converter, missing_values, to_pdf
from rollbook.ledger import Connection
from rollbook.ledger import postings as book
from rollbook.ledger import releases as log
from rollbook.ledger.releases import ISSUED, ReleaseEvent, Verification
from rollbook.office import Office
from rollbook.package import write_whole
from rollbook.problems import NotAllowed, Problem, RollbookError
from rollbook.register import Student
from rollbook.standing import Standing
from rollbook.verification.ages import age_on
from rollbook.verification.consent import Consent, consent_needed, with_consent
from rollbook.verification.decision import AttendanceFigures, Decision
from rollbook.verification.enrolment_letter import ENROLMENT_EXTRAS, EnrolmentFacts, enrolment
from rollbook.verification.fields import DOCUMENT_FIELDS, Release, merge_fields
from rollbook.verification.kinds import Kind, document_kind
from rollbook.verification.social_security_letter import (
    social_security,
    social_security_facts,
    social_security_terms,
)
from rollbook.verification.texas_voe import (
    ClassAttendance,
    VoeHabits,
    enrolled_for_voe,
    voe,
    voe_facts,
    voe_terms,
)
from rollbook.verification.words import read_decimal, read_whole

NO_DIRECTORY = "no-directory"
"""The flag of a student whose family has opted out of directory information."""

DIRECTORY_KIND = "enrolment"
"""The one document that holds nothing but directory information, unless attendance is asked for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: which document, about whom, by whom, for what, on which consent.

    ``said`` holds facts the clerk supplies: ``credit_in_all``, ``committee_approved``,
    ``expected_graduation`` and the like. ``key`` makes one request answered once.
    """

    document: str
    student_id: str
    purpose: str
    requested_by: str
    released_to: str = ""
    consent: str = ""
    extras: frozenset[str] = frozenset()
    said: Mapping[str, str] = field(default_factory=dict)
    key: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a request: a document, or the sentence that says why there is none."""

    asked: Asked
    issued: bool
    sentence: str
    serial: str = ""
    expires: date | None = None
    files: tuple[Path, ...] = ()
    decision: Decision | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the answer as plain data."""
        decision = self.decision
        return {
            "student_id": self.asked.student_id,
            "document": self.asked.document,
            "issued": self.issued,
            "eligible": bool(decision and decision.eligible),
            "reason": decision.reason if decision else "",
            "sentence": self.sentence,
            "serial": self.serial,
            "expires": self.expires.isoformat() if self.expires else None,
            "files": [str(path) for path in self.files],
            "missing": [want.sentence for want in decision.missing] if decision else [],
            "notes": list(decision.notes) if decision else [],
            "references": list(decision.references) if decision else [],
        }


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
            extras=_extras(details.get("include", "")),
            said=details,
            key=f"request {row['id']}",
        )
        answer = issue(office, standing, asked, at)
        with office.ledger.write() as connection:
            book.close_request(connection, row["id"], answer.serial or answer.sentence)
        answers.append(answer)
    return answers


def fact_name(words: str) -> str:
    """Return the name of a fact as a clerk heads its column: ``Credit in all``."""
    return "_".join(words.lower().replace("-", " ").split())


def _extras(text: str) -> frozenset[str]:
    words = text.lower().replace(",", " ").replace(";", " ").split()
    return frozenset(words) & frozenset(ENROLMENT_EXTRAS)


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
    decided = _decide(office, standing, kind, student, asked, day, consent)
    return Look(kind, student, consent, with_consent(decided, consent, asked.consent))


def issue(office: Office, standing: Standing, asked: Asked, at: datetime) -> Answer:
    """Issue one document, or say why it cannot be issued."""
    before = _issued_before(office, asked)
    if before:
        return before
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
        directory_info_only=kind.slug == DIRECTORY_KIND and "attendance" not in asked.extras,
        opted_out=opted_out,
        court_order=barred,
        day=day,
    )


def _decide(
    office: Office,
    standing: Standing,
    kind: Kind,
    student: Student,
    asked: Asked,
    day: date,
    consent: Consent,
) -> Decision:
    stretches = standing.enrolments_of(student.student_id)
    said = _said(office, student, asked)
    year = office.calendar.year_of(day)
    if kind.slug == "enrolment":
        facts = EnrolmentFacts(
            student=student,
            enrolments=tuple(stretches),
            school_year=year,
            attendance=_figures(standing, student.student_id),
            hours_per_week=read_decimal(said.get("hours_per_week", "")),
        )
        jurisdiction = office.policy.jurisdiction
        return enrolment(facts, day, jurisdiction, consent, asked.consent, asked.extras)
    enrolled = enrolled_for_voe(stretches, day, office.calendar)
    if kind.slug == "voe":
        terms = voe_terms(office.policy, day)
        # The law looks at each class of the previous semester. What is on record is one day's
        # official period, so the figures are asked for; a rate over all classes would be a guess.
        classes = _said_classes(said)
        ends = office.settings.verification.summer_ends_on_first_school_day
        habits = VoeHabits(summer_ends_on_first_school_day=ends)
        return voe(voe_facts(student, enrolled, classes, said), day, office.calendar, terms, habits)
    return social_security(
        social_security_facts(student, enrolled, year, said),
        day,
        social_security_terms(office.policy, day),
    )


def _said(office: Office, student: Student, asked: Asked) -> dict[str, str]:
    """Return the facts from the office, the roster and the request; the nearest one wins."""
    settings = office.settings.verification
    from_office = {
        "hours_per_week": settings.hours_per_week,
        "course_weeks": str(settings.course_weeks or ""),
        "operating_basis": settings.operating_basis,
        "correspondence": settings.correspondence,
        "full_time_at_school": settings.full_time,
    }
    sources: Iterable[Mapping[str, str]] = (from_office, student.facts, asked.said)
    return {name: value for source in sources for name, value in source.items() if value}


def _figures(standing: Standing, student_id: str) -> AttendanceFigures | None:
    figures = standing.attendance(student_id)
    if not figures.possible:
        return None
    return AttendanceFigures(
        standing.year_start,
        standing.as_of,
        figures.possible,
        figures.attended,
        standing.pack.unit,
    )


def _said_classes(said: Mapping[str, str]) -> tuple[ClassAttendance, ...]:
    """Return the class a clerk gave figures for: the one with the fewest days attended."""
    offered = read_whole(said.get("days_offered", ""))
    attended = read_whole(said.get("days_attended", ""))
    if offered is None or attended is None:
        return ()
    return (ClassAttendance("the class with the most absences", offered, attended),)


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
            school=_school(office, student),
            release=release,
            serial=serial,
            jurisdiction=office.policy.jurisdiction,
            entry_date=stretches[-1].entry_date if stretches else None,
        )
        path = _write(office, template, fields, serial)
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


def _answer(
    office: Office, kind: Kind, asked: Asked, decision: Decision, document: Verification, path: Path
) -> Answer:
    files, remark = _with_pdf(path)
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
    return Template.compile(path, DOCUMENT_FIELDS), hashlib.sha256(path.read_bytes()).hexdigest()


def _with_pdf(path: Path) -> tuple[tuple[Path, ...], str]:
    """Return the files of a document; the PDF too where LibreOffice is there and manages it."""
    if converter() is None:
        return (path,), " (Word file only: PDF needs LibreOffice, which is not installed.)"
    try:
        return (path, *to_pdf([path], path.parent)), ""
    except RollbookError as error:
        return (path,), f" (Word file only: {error})"


def _school(office: Office, student: Student) -> dict[str, str]:
    settings = office.settings
    return {
        "school_name": settings.campus.get(student.campus, "") or settings.name,
        "school_address": settings.school.address,
        "school_phone": settings.school.phone,
        "school_email": settings.school.email,
        "school_website": settings.school.website,
        "district_name": settings.school.district_name or settings.name,
        "campus_number": settings.school.campus_number,
        "contact_name": settings.contact.name,
        "contact_phone": settings.contact.phone or settings.school.phone,
        "contact_email": settings.contact.email or settings.school.email,
        "contact_hours": settings.contact.hours,
        "signatory_name": settings.signatory.name,
        "signatory_title": settings.signatory.title,
    }
