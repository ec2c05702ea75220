"""Who has to sign before a document leaves the office (FERPA; in England UK GDPR)."""

import re
from dataclasses import dataclass, replace
from datetime import date

from rollbook.policy import Sure
from rollbook.verification.decision import Decision, Missing, ask
from rollbook.verification.release_table import PARENT, STUDENT, law_of, release_table
from rollbook.verification.words import plain


@dataclass(frozen=True, slots=True)
class Consent:
    """Who has to sign before a document leaves the office: ``parent``, ``student`` or nobody.

    ``covers_attendance`` is true when the person who may have attendance figures is the one asking
    or the law lets the office give them without a signature. ``row`` is the row of the table of
    releases that decided it.
    """

    needed_from: str | None
    because: str
    reference: str
    sure: Sure = Sure.READ
    covers_attendance: bool = False
    row: str = ""

    @property
    def citation(self) -> str:
        """The reference as it is shown, with ``(check)`` where nobody has read the law itself."""
        return self.sure.marked(self.reference)

    @property
    def grounds(self) -> str:
        """What the release log notes: the row of the table, and its reference."""
        return f"{self.row}: {self.citation}"


PARENT_WORDS = frozenset(
    ("parent", "guardian", "mother", "father", "carer", "legal guardian", "parent guardian")
)
STUDENT_WORDS = frozenset(("student", "pupil", "self", "the student", "the pupil"))


def consent_needed(
    jurisdiction: str,
    age: int | None,
    requester: str,
    *,
    directory_info_only: bool = False,
    opted_out: bool | None = None,
    tax_dependent: bool | None = None,
    court_order: bool = False,
    day: date | None = None,
) -> Consent:
    """Say who has to sign before ``requester`` may have the document, and why.

    It is looked up in the table of releases as it is on ``day`` (today if not said).
    ``requester`` is ``parent``, ``student``, a person or body that has a row of its own, or anybody
    else, who is a third party. ``directory_info_only`` says that everything in the document is
    directory information; attendance counts never are. ``opted_out`` is None when the district has
    not designated such information, or it is not known whether the family has opted out.
    ``age`` is None when the date of birth is not known. ``court_order`` says an order limits what
    the asking parent may have.
    """
    day = day or date.today()
    law, table = law_of(jurisdiction), release_table()
    of_age = age is None or age >= table.age_of_majority(law, day)
    so = {
        "of-age" if of_age else "minor": True,
        "tax-dependent": bool(tax_dependent),
        "court-order": court_order,
        "directory-only": directory_info_only,
        "not-opted-out": opted_out is False,
    }
    row = table.row(law, _who(requester), [name for name, met in so.items() if met], day)
    signer = {"nobody": None, "parent": PARENT, "holder": _holder(age, of_age)}[row.signs]
    remark = _about_directory(opted_out) if directory_info_only and row.signs == "holder" else ""
    return Consent(
        signer,
        f"{remark if law == 'ferpa' else ''}{row.because}",
        row.reference.text,
        row.sure,
        row.attendance,
        row.id,
    )


def _who(requester: str) -> str:
    """Return what the table calls whoever asks."""
    who = plain(requester)
    if who in PARENT_WORDS:
        return PARENT
    return STUDENT if who in STUDENT_WORDS else who


def _holder(age: int | None, of_age: bool) -> str:
    if age is None:  # the document then waits for the date of birth as well
        return "parent or student"
    return STUDENT if of_age else PARENT


def _about_directory(opted_out: bool | None) -> str:
    if opted_out:
        return "The family has opted out of directory information. "
    return (
        "Nothing shows that this is directory information here and that the family has not opted "
        "out of it. "
    )


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
