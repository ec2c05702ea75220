"""Why a class is below the share that gives credit or not."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from rollbook.attendance import percent
from rollbook.attendance.codes import DAY_PART
from rollbook.policy import ClassTerms, Trigger
from rollbook.register import PARTS
from rollbook.rules.case import Case, coded
from rollbook.rules.classes import class_evidence, class_first_days, classes_of, days_to_come
from rollbook.rules.findings import Finding
from rollbook.rules.reasons import Explanation, Why, explanation_of, judged, said
from rollbook.school_calendar import Span


def explain_classes(
    case: Case, trigger: Trigger, terms: ClassTerms, findings: Sequence[Finding]
) -> list[Explanation]:
    """Explain each class that was missed."""
    first_days = class_first_days(case, terms)
    whole, to_come = terms.of == "whole period", int(days_to_come(case, terms)[0])
    window = Span("", case.reading.date_of(first_days[0]), case.as_of)
    below = {finding.part: finding for finding in findings}
    found = []
    for part in range(DAY_PART, len(PARTS)):
        classes = classes_of(case, terms, part, np.ones(1, dtype=np.bool_), first_days)
        if classes is None:
            continue
        offered = int(classes.offered.sum()) + to_come
        attended = offered - int(classes.absent.sum())
        name = PARTS[part]
        finding = below.get(name)
        value = f"{attended} of {offered} days of class {name} attended"
        if whole:
            value += f", if none of the {to_come} days to come is missed"
        share = percent(Fraction(attended, offered)) if offered else None
        value += f", {share} %" if share else ""
        need = terms.minimum_days(offered)
        missing = "" if finding else f"{attended - need} more may be missed of these {offered}."
        verdict = "too few" if finding else "enough"
        sentence = f"{value}. {need} are needed for {terms.threshold_text}: {verdict}. {missing}"
        needed = _still_needed(terms, offered, attended)
        why = _class_why(case, terms, part)
        marks = tuple(one for one in judged(case, window, why) if one.part == name)
        explanation = explanation_of(
            case,
            trigger,
            terms,
            window,
            sentence.strip(),
            value,
            missing,
            marks,
            finding,
            name,
            needed,
        )
        found.append(replace(explanation, numerator=attended, denominator=offered))
    if not found:
        nothing = "No class was missed."
        found = [explanation_of(case, trigger, terms, window, nothing, "", "", ())]
    return found


def _still_needed(terms: ClassTerms, offered: int, attended: int) -> int | None:
    """Return how many of the next days missed would bring the class below the share."""
    days = terms.threshold
    for more in range(attended + offered * 20 + 2):
        had, came = (
            (offered, attended - more) if terms.of == "whole period" else (offered + more, attended)
        )
        if had and came * days.denominator < had * days.numerator:
            return more
    return None


def _class_why(case: Case, terms: ClassTerms, part: int) -> Why:
    evidence = set(
        class_evidence(case, terms, 0, part, case.reading.number_of(case.year.first)).tolist()
    )

    def why(entry: int) -> tuple[bool, str]:
        if entry in evidence:
            return True, f"{said(case, entry)}: all absences count"
        if coded(case.reading, np.array([entry]), terms.leave_out)[0]:
            return False, "certified illness may not be considered"
        return False, said(case, entry)

    return why
