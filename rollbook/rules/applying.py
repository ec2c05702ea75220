"""One rule over a whole case, whichever kind it is."""

from collections.abc import Callable, Mapping
from typing import Any

from rollbook.policy import (
    ClassTerms,
    ConsecutiveTerms,
    CountTerms,
    OpenMarkTerms,
    RateTerms,
    RosterTerms,
    SequenceTerms,
    Terms,
    Trigger,
)
from rollbook.rules.case import Case
from rollbook.rules.classes import class_findings
from rollbook.rules.consecutive import consecutive_findings
from rollbook.rules.everyone import roster_findings
from rollbook.rules.findings import Finding
from rollbook.rules.open_marks import open_mark_findings
from rollbook.rules.rates import rate_findings
from rollbook.rules.sequences import sequence_findings
from rollbook.rules.windows import count_findings


def findings_of(case: Case, trigger: Trigger, terms: Terms | None) -> list[Finding]:
    """Apply one rule; without terms it is not in force and finds nothing."""
    return _APPLY[terms.kind](case, trigger, terms) if terms else []


_APPLY: Mapping[str, Callable[[Case, Trigger, Any], list[Finding]]] = {
    RateTerms.kind: rate_findings,
    CountTerms.kind: count_findings,
    ClassTerms.kind: class_findings,
    ConsecutiveTerms.kind: consecutive_findings,
    SequenceTerms.kind: sequence_findings,
    RosterTerms.kind: roster_findings,
    OpenMarkTerms.kind: open_mark_findings,
}
