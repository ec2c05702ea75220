"""A document asked for at the desk: what has to be known first, then the document or why not.

The buttons of the group Documents and the form in the pane ask the same questions, one round after
another: what is asked next depends on who asks for the document and on what the office knows
already. The rules are those of :mod:`rollbook.verification`; here they become questions.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from addin.buttons import Press
from addin.jobs import Question, Told
from addin.sheet import selected_students
from rollbook.office import Office
from rollbook.problems import NotAllowed, Problem
from rollbook.standing import Standing
from rollbook.verification import (
    ENROLMENT_EXTRAS,
    OPERATING_BASES,
    Consent,
    Missing,
    Release,
    consent_given,
    document_kind,
)
from rollbook.verification.issue import Asked, Look, issue, look
from rollbook.verification.release_table import law_of, release_table
from rollbook.verification.words import read_day

Answers = Mapping[str, str]

THIRD_PARTY = "third party"
YES_NO = (("yes", "Yes"), ("no", "No"))
_FIGURES = "attendance"
_SIGNERS = {
    "parent": (("mother", "Mother"), ("father", "Father"), ("guardian", "Another guardian")),
    "student": (("student", "The student"),),
}

FACTS: Mapping[str, Sequence[Question]] = {
    "diploma": (Question("diploma", "Has the student been given a diploma?", "choice", YES_NO),),
    "credit": (
        Question(
            "credit_in_all",
            "Was credit given for each class of the previous semester?",
            "choice",
            YES_NO,
            "One of the conditions is enough. Leave open what is not known.",
            needed=False,
        ),
    ),
    "class_days": (
        Question(
            "days_offered",
            "Days offered in the class with the most absences",
            says="Of the previous semester, a whole number. For a student new to the school, ask "
            "the former school.",
            needed=False,
        ),
        Question("days_attended", "Days attended in that class", needed=False),
    ),
    "committee_approved": (
        Question(
            "committee_approved",
            "Does the student keep a plan approved by the attendance committee?",
            "choice",
            YES_NO,
            "A plan of the committee or of the administration.",
            needed=False,
        ),
    ),
    "hours_per_week": (
        Question("hours_per_week", "Hours scheduled per week", says="A number, such as 32.5."),
    ),
    "course_weeks": (
        Question("course_weeks", "Length of the course in weeks", says="A whole number."),
    ),
    "correspondence": (
        Question("correspondence", "Is it a correspondence course?", "choice", YES_NO),
    ),
    "operating_basis": (
        Question(
            "operating_basis",
            "How does the school operate?",
            "choice",
            tuple(OPERATING_BASES.items()),
        ),
    ),
    "expected_graduation": (
        Question("expected_graduation", "Expected graduation date", "day"),
    ),
    "page_2_differs": (
        Question(
            "page_2_differs",
            "In what does page 2 not agree with your records?",
            says="In a few words, such as “the graduation date”. It is printed.",
        ),
    ),
    "requirement_met": (
        Question(
            "requirement_met",
            "Does the school consider its attendance requirement met?",
            "choice",
            YES_NO,
        ),
    ),
    "semester_days": (
        Question(
            "days_possible",
            "Days of membership in the semester",
            says="A whole number. The register does not have all of its days.",
        ),
        Question("days_absent", "Days absent in the semester", says="A whole number."),
    ),
    "home_address": (
        Question(
            "home_address",
            "Where does the student live?",
            says="The address on the school’s record, in one line.",
        ),
    ),
    "non_advanced": (
        Question(
            "non_advanced",
            "Is the course of level 3 or below?",
            "choice",
            YES_NO,
            "A levels and T levels are.",
        ),
    ),
    "course_ends": (Question("course_ends", "When is the course expected to end?", "day"),),
    "journey": (
        Question("travel_from", "First day of the journey", "day"),
        Question("travel_to", "Last day of the journey", "day"),
    ),
    "leave_granted": (
        Question("leave_granted", "Is leave of absence granted for it?", "choice", YES_NO),
    ),
}  # fmt: skip
"""What to ask for each fact a decision may lack; a fact that is not here is no clerk's to say."""

_MAY_BE_SAID: Mapping[str, Sequence[Question]] = {
    "social-security": (
        Question(
            "page_2_correct",
            "Form SSA-1372: does page 2 agree with your records?",
            "choice",
            YES_NO,
            "Leave open what you would rather mark by hand.",
            needed=False,
        ),
        Question(
            "page_4_marked",
            "Is page 4 marked with the expected graduation date?",
            "choice",
            YES_NO,
            needed=False,
        ),
        Question(
            "pages_kept", "Does the school keep pages 4 and 5?", "choice", YES_NO, needed=False
        ),
    ),
    "travel": (
        Question(
            "travel_from",
            "First day of the journey",
            "day",
            says="Only if the letter is to say whether leave is granted.",
            needed=False,
        ),
        Question("travel_to", "Last day of the journey", "day", needed=False),
    ),
}
"""What a document may say beside; nobody has to answer any of it."""

_EXTRAS: Mapping[str, str] = {
    "attendance": "Say how many days were attended?",
    "hours": "Say the hours per week?",
    "student-id": "Say the student id?",
    "address": "Say where the student lives?",
    "parents": "Name the parents?",
    "graduation": "Say the expected graduation date?",
}


def request_title(office: Office, standing: Standing, kind: str, student_id: str) -> str:
    """Return what a request is called: the document and the student, by name and id.

    Raises ``NotAllowed`` when there is no such document here, or no such student.
    """
    found = document_kind(kind, office.policy.jurisdiction)
    if isinstance(found, Problem):
        raise NotAllowed(found.message)
    student = standing.students.get(student_id)
    if student is None:
        raise NotAllowed(standing.no_student(student_id))
    title = found.title_in(office.policy.jurisdiction)
    return f"{title} for {student.name or 'a student without a name'} ({student_id})"


def questions_for(
    office: Office, standing: Standing, kind: str, student_id: str, answers: Answers, day: date
) -> list[Question]:
    """Return what has to be answered before a document can be issued; nothing when it can.

    ``answers`` are those given so far, by the names of the questions; a question whose answer
    cannot be used is asked again and says why. Raises ``NotAllowed`` with the sentence for the
    clerk when the document cannot be issued whatever is answered.
    """
    title = request_title(office, standing, kind, student_id)
    asked = _asked(kind, student_id, answers, day)
    seen = look(office, standing, asked, day)
    if seen.decision.decided and not seen.decision.eligible:
        raise NotAllowed(f"{title}: {seen.decision.sentence}")
    wanted = [one for one in seen.decision.missing if one.slug != "consent"]
    _refuse_what_no_answer_mends(title, wanted)
    blocking = [
        *_about_the_request(office, asked, answers),
        *_about_the_consent(seen, asked, answers, day),
        *_about_the_facts(wanted, answers),
    ]
    asked_for = {one.name for one in blocking}
    left = [one for one in _choices_left(kind, office, answers) if one.name not in asked_for]
    return [*blocking, *left] if blocking else []


def issue_now(
    office: Office,
    standing: Standing,
    kind: str,
    student_id: str,
    answers: Answers,
    at: datetime,
    key: str = "",
) -> Told:
    """Issue a document and tell where it is; or ask what is still to be answered.

    ``key`` is the request's own: sent twice, it is answered once. Raises ``NotAllowed`` with the
    sentence for the clerk when the document cannot be issued.
    """
    asks = questions_for(office, standing, kind, student_id, answers, at.date())
    if asks:
        title = request_title(office, standing, kind, student_id)
        return Told(f"{title}. Nothing is issued yet: answer these first.", asks=asks)
    asked = replace(_asked(kind, student_id, answers, at.date()), key=key)
    answer = issue(office, standing, asked, at)
    if not answer.issued:
        raise NotAllowed(f"Not issued. {answer.sentence}")
    decided = answer.decision
    notes = (decided.sentence, *decided.notes) if decided else ()
    link = f"/documents/file/{answer.serial}"
    return Told(f"Issued. {answer.sentence}", link, "Open the document", notes)


def press_for(at: Press, kind: str) -> Told:
    """Answer a button of the group Documents: for the one student of the selected row."""
    office, standing = at.office, at.desk.standing
    found = document_kind(kind, office.policy.jurisdiction)
    if isinstance(found, Problem):
        raise NotAllowed(found.message)
    students = selected_students(at)
    if len(students) > 1:
        raise NotAllowed(
            f"{len(students)} students are selected. A document is about one student: select one "
            "row, then press the button again."
        )
    at.tell("Looking what is known")
    now = at.desk.now()
    told = issue_now(office, standing, kind, students[0], at.answers, now, key=f"press {at.job.id}")
    if told.asks:
        link = f"pane:request/{kind}/{students[0]}"
        return replace(told, link=link, link_says="Answer in a form")
    return told


def _asked(kind: str, student_id: str, answers: Answers, day: date) -> Asked:
    said = {name: text.strip() for name, text in answers.items()}
    extras = frozenset(one for one in ENROLMENT_EXTRAS if said.get(_include(one)) == "yes")
    return Asked(
        document=kind,
        student_id=student_id,
        purpose=said.get("purpose", ""),
        requested_by=said.get("requested_by", ""),
        released_to=said.get("released_to", ""),
        consent=_consent_said(said, day),
        extras=extras if kind == "enrolment" else frozenset(),
        said={
            name: said[name]
            for asks in (*FACTS.values(), _MAY_BE_SAID.get(kind, ()))
            for name in _named(asks, said)
        },
    )


def _named(questions: Sequence[Question], said: Answers) -> list[str]:
    return [one.name for one in questions if said.get(one.name)]


def _include(extra: str) -> str:
    return f"include_{extra.replace('-', '_')}"


def _consent_said(said: Answers, day: date) -> str:
    """Return the consent as the release log keeps it; empty while it is not there."""
    signer, signed = said.get("consent_by", ""), read_day(said.get("consent_day", ""))
    people = {value for choices in _SIGNERS.values() for value, _ in choices}
    if signer not in people or signed is None or signed > day:
        return ""
    return f"signed by {signer}, {signed.isoformat()}"


def _refuse_what_no_answer_mends(title: str, wanted: Sequence[Missing]) -> None:
    elsewhere = [one.sentence for one in wanted if one.slug not in (*FACTS, _FIGURES)]
    if elsewhere:
        raise NotAllowed(f"{title} cannot be issued yet. {' '.join(elsewhere)}")


def _about_the_request(office: Office, asked: Asked, answers: Answers) -> list[Question]:
    problems = Release(asked.purpose, asked.requested_by, asked.released_to).problems()
    found = []
    if not asked.purpose or problems:
        says = problems[0].message if problems else "It goes into the release log."
        found.append(Question("purpose", "What is it for?", says=says))
    if not asked.requested_by:
        choices = _requesters(office.policy.jurisdiction)
        found.append(Question("requested_by", "Who asks for it?", "choice", choices))
    if problems or (asked.requested_by == THIRD_PARTY and not asked.released_to):
        says = "Who this is, for the release log."
        found.append(Question("released_to", "Who gets it?", says=says))
    elif not asked.requested_by and "released_to" not in answers:
        says = "Only if it is not the person who asks."
        found.append(Question("released_to", "Who gets it?", says=says, needed=False))
    return found


def _requesters(jurisdiction: str) -> tuple[tuple[str, str], ...]:
    law = law_of(jurisdiction)
    english = law == "uk"
    return (
        ("parent", "A parent or carer" if english else "A parent or guardian"),
        ("student", "The pupil" if english else "The student"),
        (THIRD_PARTY, "Somebody else, such as a landlord or an agency"),
        *((one, one.capitalize()) for one in release_table().bodies(law)),
    )


def _about_the_consent(seen: Look, asked: Asked, answers: Answers, day: date) -> list[Question]:
    """Ask who signed and when, where somebody has to sign before the document leaves the office."""
    consent = seen.consent
    if not asked.requested_by or consent.needed_from is None:
        return []
    if consent_given(asked.consent, consent.needed_from):
        return []
    signed = read_day(answers.get("consent_day", ""))
    when = "The day on the signed form."
    if signed and signed > day:
        when = "That day lies ahead; a consent counts from the day it was signed."
    return [
        Question(
            "consent_by",
            "Who has signed the consent?",
            "choice",
            _signers(consent),
            f"{consent.because} ({consent.citation})",
        ),
        Question("consent_day", "When was it signed?", "day", says=when),
    ]


def _signers(consent: Consent) -> tuple[tuple[str, str], ...]:
    named = (consent.needed_from or "").split(" or ")
    return tuple(pair for signer in named for pair in _SIGNERS[signer])


def _about_the_facts(wanted: Sequence[Missing], answers: Answers) -> list[Question]:
    found = []
    for one in wanted:
        if one.slug == _FIGURES:
            found.append(_extra_question(_FIGURES, one.sentence))
        for question in FACTS.get(one.slug, ()):
            given = answers.get(question.name, "").strip()
            unread = f"“{given}” cannot be used here. " if given else ""
            found.append(replace(question, says=f"{unread}{question.says}".strip()))
    return found


def _choices_left(kind: str, office: Office, answers: Answers) -> list[Question]:
    """Return what a document may say beside the rest; nobody has to choose any of it."""
    if kind != "enrolment":
        return [one for one in _MAY_BE_SAID.get(kind, ()) if one.name not in answers]
    found = [
        _extra_question(extra, "The letter says it only if it was asked for.")
        for extra in ENROLMENT_EXTRAS
        if _include(extra) not in answers
    ]
    if office.policy.jurisdiction.startswith("gb"):
        return [replace(one, label=_in_england(one.label)) for one in found]
    return found


def _extra_question(extra: str, says: str) -> Question:
    choices = (("no", "No"), ("yes", "Yes"))
    return Question(_include(extra), _EXTRAS[extra], "choice", choices, says, needed=False)


def _in_england(label: str) -> str:
    said = re.sub(r"\bstudent\b", "pupil", label).replace("days were", "sessions were")
    return said.replace("the expected graduation date", "when the pupil is expected to leave")
