"""Who has to sign before a document leaves the office (FERPA; in England UK GDPR)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from rollbook.policy import Sure
from rollbook.verification.decision import Decision, Missing, ask
from rollbook.verification.words import plain


@dataclass(frozen=True, slots=True)
class Consent:
    """Who has to sign before a document leaves the office: ``parent``, ``student`` or nobody.

    ``covers_attendance`` is true when the person who may have attendance figures is the one asking
    or the law lets the office give them without a signature.
    """

    needed_from: str | None
    because: str
    reference: str
    sure: Sure = Sure.READ
    covers_attendance: bool = False

    @property
    def citation(self) -> str:
        """The reference as it is shown, with ``(check)`` where nobody has read the law itself."""
        return self.sure.marked(self.reference)


AGE_OF_MAJORITY = 18  # 34 CFR 99.3, "eligible student"

PARENT_WORDS = frozenset(
    ("parent", "guardian", "mother", "father", "carer", "legal guardian", "parent guardian")
)
STUDENT_WORDS = frozenset(("student", "pupil", "self", "the student", "the pupil"))

# 34 CFR 99.31: the disclosures a school office meets that need no consent.
FERPA_EXCEPTIONS: Mapping[str, str] = {
    "school official": "a school official with a legitimate educational interest",
    "transfer school": "a school the student is moving to",
    "audit": "an authorized audit or evaluation",
    "subpoena": "a court order or subpoena; try to tell the parent before complying",
    "health or safety emergency": "a health or safety emergency",
    "juvenile justice": "the juvenile justice system",
    "foster agency": "the agency responsible for a student in foster care",
}

PUBLIC_BODIES = frozenset(("local authority", "court order"))


def consent_needed(
    jurisdiction: str,
    age: int | None,
    requester: str,
    *,
    directory_info_only: bool = False,
    opted_out: bool | None = None,
    tax_dependent: bool | None = None,
    court_order: bool = False,
) -> Consent:
    """Say who has to sign before ``requester`` may have the document, and why.

    ``requester`` is ``parent``, ``student``, an exception of the law, or anybody else, who is a
    third party. ``directory_info_only`` says the district has designated everything in the
    document as directory information and given notice; attendance counts never are.
    ``age`` is None when the date of birth is not known. ``court_order`` says an order limits what
    the asking parent may have.
    """
    who = plain(requester)
    if court_order and who in PARENT_WORDS:
        return Consent(
            "parent",
            "A court order limits contact with the parent who asks. Ask the principal first; the "
            "other parent signs.",
            "the court order on file",
            Sure.GENERAL,
        )
    if jurisdiction == "gb-eng":
        return _english_consent(age, who)
    return _ferpa_consent(age, who, directory_info_only, opted_out, tax_dependent)


def _ferpa_consent(
    age: int | None, who: str, directory: bool, opted_out: bool | None, tax_dependent: bool | None
) -> Consent:
    of_age = age is None or age >= AGE_OF_MAJORITY
    if who in STUDENT_WORDS:
        return _nobody(
            "The student asks for the student's own facts.",
            "34 CFR 99.5, 99.31(a)(12)",
            Sure.GENERAL,
        )
    if who in PARENT_WORDS and not of_age:
        return _nobody(
            "A parent asks. Check who it is, and any custody order.", "34 CFR 99.10, 99.31(a)(12)"
        )
    if who in PARENT_WORDS and tax_dependent:
        return _nobody(
            "The student is of age but a tax dependent of the parent who asks.",
            "34 CFR 99.31(a)(8)",
            Sure.SECONDARY,
        )
    if who in FERPA_EXCEPTIONS:
        return _nobody(f"No consent is needed for {FERPA_EXCEPTIONS[who]}.", "34 CFR 99.31")
    if directory and opted_out is False:
        return Consent(
            None,
            "The letter holds only directory information and the family has not opted out.",
            "34 CFR 99.3, 99.37",
        )
    why = "The family has opted out of directory information. " if directory and opted_out else ""
    if directory and opted_out is None:
        why = "It is not known whether the family has opted out of directory information. "
    holder = "A third party needs a parent's consent"
    if of_age:
        holder = f"At {AGE_OF_MAJORITY} the right passes from the parents to the student"
    return Consent(
        _signer(age),
        f"{why}{holder}: written, signed and dated, naming what may be given, what for and to "
        "whom.",
        "34 CFR 99.5, 99.30",
        Sure.GENERAL,
    )


def _english_consent(age: int | None, who: str) -> Consent:
    law = "UK GDPR art. 6; Data Protection Act 2018; Education Act 1996 s.576"
    if who in STUDENT_WORDS or who in PARENT_WORDS:
        return _nobody(
            "A parent or the pupil asks. Check who it is, and any court order; say no more than "
            "the purpose needs.",
            law,
            Sure.GENERAL,
        )
    if who in PUBLIC_BODIES:
        return _nobody(
            "A public body asks under its own powers. Ask which, and say no more than it needs.",
            law,
            Sure.GENERAL,
        )
    signer = _signer(age)
    person = signer.replace("student", "pupil")
    return Consent(
        signer,
        f"A third party needs the written authority of the {person}; say no more than the "
        "purpose needs.",
        law,
        Sure.GENERAL,
    )


def _signer(age: int | None) -> str:
    if age is None:  # the document then waits for the date of birth as well
        return "parent or student"
    return "student" if age >= AGE_OF_MAJORITY else "parent"


def _nobody(because: str, reference: str, sure: Sure = Sure.READ) -> Consent:
    return Consent(None, because, reference, sure, covers_attendance=True)


def with_consent(decision: Decision, consent: Consent, signed: str) -> Decision:
    """Return the decision, held back when a signature is needed and ``signed`` names none."""
    denied = decision.decided and not decision.eligible
    if denied or consent.needed_from is None or consent_given(signed, consent.needed_from):
        return decision
    if any(want.slug == "consent" for want in decision.missing):
        return decision
    want = Missing(
        "consent",
        f"A signed consent of the {consent.needed_from} is needed. {consent.because} When it is "
        f"there, enter {consent_example(consent, decision.issued)}.",
    )
    missing = (*decision.missing, want)
    return replace(
        decision, eligible=False, reason="facts_missing", sentence=ask(missing), missing=missing
    )


CONSENT_WORDS = frozenset(("yes", "y", "signed", "consented", "agreed"))
DOUBT_WORDS = frozenset(
    "no not none never refused declined pending awaiting waiting without unsigned to will be "
    "requested asked needed expired withdrawn revoked".split()
)


# What offices call a parent beside the words a requester is named with.
SIGNING_PARENTS = PARENT_WORDS | frozenset(
    "parents guardians mom mum dad stepmother stepfather stepparent grandmother grandfather "
    "grandparent".split()
)
SIGNING_STUDENTS = STUDENT_WORDS | frozenset(("herself", "himself", "themselves"))

_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19|20)\d\d"
_NAMED = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_NTH = rf"{_DAY}(?:st|nd|rd|th)?"
DATE = re.compile(
    rf"\b(?:{_YEAR}-{_MONTH}-{_DAY}"
    rf"|(?:{_MONTH}[/.-]{_DAY}|{_DAY}[/.-]{_MONTH})[/.-](?:{_YEAR}|\d\d)"
    rf"|{_NTH} {_NAMED} {_YEAR}|{_NAMED} {_NTH},? {_YEAR})\b",
    re.IGNORECASE,
)


def consent_given(signed: str, by: str | None = None) -> bool:
    """Say whether the words name a consent, such as ``signed by mother, 2026-11-10``.

    It has a date, for a consent is signed and dated (34 CFR 99.30). A word of doubt (``not``,
    ``to be signed``, ``pending``) makes it no consent yet, and so does the lack of a clear word:
    a date alone may be the day it was asked for. ``by`` is who has to sign: at 18 a parent's
    signature is none (34 CFR 99.5), and before that the student's is none.
    """
    words = plain(signed).split()
    clear = not CONSENT_WORDS.isdisjoint(words) and DOUBT_WORDS.isdisjoint(words)
    return clear and DATE.search(signed) is not None and not _signed_by_another(words, by)


def _signed_by_another(words: list[str], by: str | None) -> bool:
    """Say whether the words name the person whose signature does not count.

    Both may be named only as ``student and parent``: in ``the student's mother`` it is the mother
    who signed.
    """
    people = {
        "student": (SIGNING_STUDENTS, SIGNING_PARENTS),
        "parent": (SIGNING_PARENTS, SIGNING_STUDENTS),
    }
    own, others = people.get(by or "", (frozenset(), frozenset()))
    if others.isdisjoint(words):
        return False
    named = [word for word in words if word != "the"]
    both = (
        {before, after} & own and {before, after} & others and joint == "and" and ending != "s"
        for before, joint, after, ending in zip(
            named, named[1:], named[2:], [*named[3:], ""], strict=False
        )
    )
    return not any(both)


def consent_example(consent: Consent, day: date) -> str:
    """Return what exactly to enter once the consent is there."""
    signer = "student" if consent.needed_from == "student" else "parent"
    return f'who signed and the date, such as --consent "signed by {signer} {day.isoformat()}"'
