"""What the rules say of students, and why: FINDINGS, WHY, VOE."""

from collections.abc import Mapping, Sequence
from typing import Any

from xlwings import arg, func

from addin.answers import Cell, no_data
from addin.custom_functions.students import IDS
from addin.desk import desk
from addin.lookups import Lookup, about_each, lookup, word_of
from addin.marks import rows_of, text_of
from addin.wizard import aside
from rollbook.problems import NotAllowed, Problem
from rollbook.register import Student
from rollbook.reports.findings import say_value
from rollbook.rules import Explanation, Finding
from rollbook.verification import document_kind
from rollbook.verification.issue import Asked, look

MOST_EXPLAINED = 100  # for each all marks are judged again, which takes a tenth of a second
LONGEST_WHY = 1_000  # letters; a cell that says more is not read


@func
@arg("ids", "raw", doc=IDS)
@aside
def findings(ids: Any) -> list[list[Cell]]:
    """List the rules whose threshold each student has crossed; empty when none."""
    return about_each(ids, lambda at, one: [_crossed(at, one)])


def _crossed(at: Lookup, student: Student) -> str:
    found = at.findings.get(student.student_id, ())
    return ", ".join(dict.fromkeys(one.trigger for one in found))


@func
@arg("ids", "raw", doc=IDS + f" For more than {MOST_EXPLAINED} at once it is said in short.")
@arg(
    "rule",
    "raw",
    doc="One rule, such as eng-l2 or tx-tru3: why it is crossed, or why not yet. Left out: the "
    "rules that are crossed.",
)
@aside
def why(ids: Any, rule: Any = None) -> list[list[Cell]]:
    """Say why each student is flagged, with the law or the local rule it rests on."""
    wanted = text_of(rule).casefold()
    known = [one.id for one in lookup().standing.pack.triggers]
    if wanted and wanted not in known:
        raise NotAllowed(f"There is no rule “{text_of(rule)}”. Rules: {', '.join(known)}.")
    answer = _reasons if sum(map(len, rows_of(ids))) <= MOST_EXPLAINED else _short_reasons
    return about_each(ids, lambda at, one: [answer(at, one, wanted)])


def _short_reasons(at: Lookup, student: Student, wanted: str) -> str:
    """Say what the findings themselves say, which were worked out for everybody at once."""
    found = at.findings.get(student.student_id, ())
    chosen = [one for one in found if wanted in ("", one.trigger)]
    if not chosen:
        return f"{wanted}: not met." if wanted else "No threshold is crossed."
    return _in_short(" ".join(_short_reason(one) for one in chosen))


def _short_reason(one: Finding) -> str:
    sources = "; ".join(one.citations)
    return f"{one.trigger}: {say_value(one)}. The test is {one.test}: met. [{sources}]"


def _reasons(at: Lookup, student: Student, wanted: str) -> str:
    """Return the reasons about a student, worked out once for as long as nothing changes."""
    asked = (student.student_id, wanted)
    if asked not in at.reasons:
        at.reasons[asked] = _worked_out(at, student, wanted)
    return at.reasons[asked]


def _worked_out(at: Lookup, student: Student, wanted: str) -> str:
    told = at.standing.explain(student.student_id)
    chosen = [one for one in told if (one.trigger == wanted if wanted else one.crossed)]
    if not chosen:
        return "No threshold is crossed."
    return _in_short(" ".join(_reason(one) for one in chosen))


def _reason(one: Explanation) -> str:
    sources = "; ".join(one.citations)
    return (
        f"{one.trigger}: {one.sentence} [{sources}]"
        if sources
        else f"{one.trigger}: {one.sentence}"
    )


def _in_short(text: str) -> str:
    return text if len(text) <= LONGEST_WHY else f"{text[:LONGEST_WHY].rsplit(' ', 1)[0]} …"


_ASPECTS: Mapping[str, Sequence[str]] = {
    "eligible": ("yes or no", "answer"),
    "why": ("reason", "sentence"),
}


@func
@arg("ids", "raw", doc=IDS)
@arg(
    "what",
    "raw",
    doc="eligible (if left out): yes, no, or ask; or why: the sentence, with what is still asked.",
)
@aside
def voe(ids: Any, what: Any = None) -> list[list[Cell]]:
    """Say whether a Texas Verification of Enrollment could be issued today, and why or why not.

    What only the request can tell (credit in all classes, the figures of a class) is “ask”.
    """
    aspect = word_of(what, _ASPECTS, "eligible")
    kind = document_kind("voe", desk().office.policy.jurisdiction)
    if isinstance(kind, Problem):
        return [[no_data(kind.message)] * len(row) for row in rows_of(ids)]
    return about_each(ids, lambda at, one: [_voe(at, one, aspect)])


def _voe(at: Lookup, student: Student, aspect: str) -> str:
    asked = Asked("voe", student.student_id, purpose="", requested_by="student")
    decision = look(at.office, at.standing, asked, desk().now().date()).decision
    if aspect == "why":
        return _in_short(decision.sentence)
    if decision.eligible:
        return "yes"
    return "ask" if decision.missing else "no"
