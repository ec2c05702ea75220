"""After a posting only what can have changed is assessed again.

The findings on record stay good while the day, the rules, the calendar, the rosters and what was
recorded are the same: all of that is one *fingerprint*. Then only students with newer marks, letter
events or actions are looked at. When anything else has changed, or in doubt, it is everybody.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib import resources

from rollbook.attendance import Recorded
from rollbook.ledger import assessments
from rollbook.ledger import letters as letter_book
from rollbook.ledger.assessments import Basis
from rollbook.office import Office
from rollbook.register import Student
from rollbook.standing import Standing

JUDGES = ("rules", "attendance", "policy", ".")
"""The rooms whose code decides what is found: with new code everything is looked at again."""


def brought_up_to_date(office: Office, standing: Standing) -> Standing:
    """Return the standing with its findings, worked out only for whom something has changed."""
    with office.ledger.read() as connection:
        basis = assessments.basis(connection)
        if basis is None or (basis.as_of, basis.fingerprint) != (
            standing.as_of,
            fingerprint(standing),
        ):
            return standing
        changed = assessments.changed_since(connection, basis.seen)
        kept = assessments.kept_findings(connection)
    return standing.with_changed(kept, changed)


def keep_findings(office: Office, standing: Standing) -> tuple[int, int]:
    """Keep the findings, and what they were worked out from; return how many are new, cleared."""
    new = Basis(standing.as_of, fingerprint(standing), standing.seen)
    with office.ledger.write() as connection:
        old = assessments.basis(connection)
        same = old is not None and (old.as_of, old.fingerprint) == (new.as_of, new.fingerprint)
        only = standing.changed if same else None
        contents = {
            (finding.student_id, finding.trigger, finding.part): assessments.content_of(finding)
            for finding in standing.findings()
            if only is None or finding.student_id in only
        }
        counts = letter_book.save_findings(connection, contents, standing.as_of, only)
        assessments.save_basis(connection, new)
    return counts


def fingerprint(standing: Standing) -> str:
    """Return a digest of everything findings depend on but marks, letters and actions."""
    digest = hashlib.sha256()
    for part in _parts(standing):
        digest.update(part.encode("utf-8", "surrogatepass") + b"\x00")
    return digest.hexdigest()


def _parts(standing: Standing) -> Iterator[str]:
    yield from _code()
    yield repr(standing.pack)
    yield repr(standing.calendar)
    yield repr((standing.official.usual, sorted(standing.official.by_campus.items())))
    for student in standing.students.values():
        yield _said(student)
    for enrolment in standing.enrolments:
        yield repr(enrolment)
    yield repr(_days_recorded(standing.recorded))
    # How many periods the register names decides whether a day was missed whole.
    yield repr(standing.parts_by_month())


def _days_recorded(recorded: Iterable[Recorded]) -> list[tuple[object, ...]]:
    """Return which days were recorded where: a day in two files is recorded, as one in one is."""
    days: dict[tuple[str, bool, str], set[int]] = defaultdict(set)
    for one in recorded:
        span = range(one.first.toordinal(), one.last.toordinal() + 1)
        for part in one.parts:
            days[one.campus, one.negative, part].update(span)
    return [(*where, sorted(found)) for where, found in sorted(days.items())]


def _said(student: Student) -> str:
    """Return what is known of a student; flags and facts in an order of their own."""
    flags, facts = sorted(student.flags), sorted(student.facts.items())
    return repr((student.student_id, student.birth_date, student.grade, student.form,
                 student.campus, student.language, flags, facts))  # fmt: skip


def _code() -> Iterator[str]:
    book = resources.files("rollbook")
    for room in JUDGES:
        for file in sorted(book.joinpath(room).iterdir(), key=lambda one: one.name):
            if file.name.endswith(".py"):
                yield file.read_text(encoding="utf-8")
