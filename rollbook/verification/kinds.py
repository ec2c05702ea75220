"""The verification documents there are, and where."""

from collections.abc import Mapping
from dataclasses import dataclass

from rollbook.problems import Problem, refuse
from rollbook.verification.words import plain

US = ("us-tx", "us-ca")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of verification document: its name, the names clerks type, where it exists."""

    slug: str
    title: str
    jurisdictions: tuple[str, ...]
    aliases: tuple[str, ...]

    def title_in(self, jurisdiction: str) -> str:
        """Return the title as it is spelled there."""
        english = jurisdiction.startswith("gb")
        return self.title.replace("nrollment", "nrolment") if english else self.title

    def template_in(self, jurisdiction: str) -> str:
        """Return the template there: England has its own, on its own paper and in its words."""
        return f"eng-{self.slug}" if jurisdiction.startswith("gb") else self.slug


KINDS: Mapping[str, Kind] = {
    kind.slug: kind
    for kind in (
        Kind(
            "enrolment",
            "Enrollment letter",
            (*US, "gb-eng"),
            ("enrollment", "enrolment letter", "enrollment letter", "proof of enrollment",
             "enrollment verification", "enrolment verification", "attendance letter"),
        ),
        Kind(
            "voe",
            "Verification of Enrollment and Attendance (VOE)",
            ("us-tx",),
            ("tx voe", "texas voe", "dps", "dps form", "verification of enrollment",
             "verification of enrollment and attendance"),
        ),
        Kind(
            "social-security",
            "Social Security full-time attendance letter",
            US,
            ("ssa", "ss", "ssa 1372", "ssa 1372 bk", "social security letter"),
        ),
        Kind(
            "ssi",
            "SSI letter: attendance and hours",
            US,
            ("ssi letter", "ssi hours", "ssi hours letter", "supplemental security income"),
        ),
        Kind(
            "replacement-card",
            "Certified school record for a replacement Social Security card",
            US,
            ("social security card", "ss card", "ssn card", "card letter", "replacement ss card",
             "replacement social security card"),
        ),
        Kind(
            "tanf-h1086",
            "Facts for TANF Form H1086, School Attendance Verification",
            ("us-tx",),
            ("tanf", "h1086", "h 1086", "form h1086", "school attendance verification"),
        ),
        Kind(
            "child-benefit",
            "Child Benefit letter",
            ("gb-eng",),
            ("hmrc", "hmrc child benefit", "hmrc letter"),
        ),
        Kind(
            "travel",
            "Travel letter",
            ("gb-eng",),
            ("holiday letter", "embassy", "embassy letter", "visa letter", "ukvi", "holiday visa"),
        ),
    )
}  # fmt: skip


def document_kind(asked: str, jurisdiction: str) -> Kind | Problem:
    """Return the document a clerk asked for, or the problem that says which there are.

    Case, hyphens and spaces do not matter: ``TX-VOE``, ``tx voe`` and ``voe`` are one.
    """
    wanted = plain(asked)
    there = [kind for kind in KINDS.values() if jurisdiction in kind.jurisdictions]
    choice = ", ".join(kind.slug for kind in there)
    for kind in KINDS.values():
        if wanted in map(plain, (kind.slug, kind.title, *kind.aliases)):
            if kind in there:
                return kind
            return refuse(
                "document-not-here",
                f"“{kind.title}” does not exist in this jurisdiction. Ask for one of: {choice}.",
                value=asked,
            )
    return refuse(
        "unknown-document",
        f"“{asked}” is not a document Rollbook makes. Ask for one of: {choice}.",
        value=asked,
    )
