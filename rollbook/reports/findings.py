"""The findings report: who has crossed what, and, for one student, why and why not."""

from collections.abc import Sequence
from typing import Any

from rollbook.register import Mark
from rollbook.reports.asked import Asked
from rollbook.reports.table import Column, Table, Value
from rollbook.rules import Explanation, Finding, Judged
from rollbook.standing import Standing

NAME = "findings"
SAYS = "who has crossed which threshold"

COLUMNS = (
    Column("Student ID"),
    Column("Student"),
    Column("Grade"),
    Column("Trigger"),
    Column("What"),
    Column("Class"),
    Column("Value"),
    Column("Test"),
    Column("Since", number_format="yyyy-mm-dd"),
    Column("Letter"),
    Column("Reference"),
)


WHY_COLUMNS = (
    Column("Trigger"),
    Column("Class"),
    Column("Date", number_format="yyyy-mm-dd"),
    Column("Part"),
    Column("Code"),
    Column("Meaning", widest=28),
    Column("Counted"),
    Column("Why", widest=46),
    Column("Still needed", is_number=True),
    Column("Would be met on", number_format="yyyy-mm-dd"),
    Column("Reference", widest=34),
    Column("How sure", widest=24),
)


def build(asked: Asked) -> Table:
    """Return the report as it is asked for."""
    return findings_table(asked.standing, asked.standing.findings())


def findings_table(standing: Standing, findings: Sequence[Finding]) -> Table:
    """Return the findings as a table, in the order of the register."""
    rows = [
        (
            finding.student_id,
            standing.students[finding.student_id].sort_name,
            standing.students[finding.student_id].grade,
            finding.trigger,
            finding.title,
            finding.part,
            say_value(finding),
            finding.sure.marked(finding.test),
            finding.crossed_on,
            finding.letter or "list only",
            "; ".join(finding.citations),
        )
        for finding in findings
    ]
    title = f"Thresholds crossed as of {standing.as_of:%d %b %Y}"
    return Table("Findings", title, COLUMNS, rows)


def say_value(finding: Finding) -> str:
    """Say what was compared: ``27 of 190`` or a bare count."""
    if finding.denominator is None:
        return str(finding.numerator)
    return f"{finding.numerator} of {finding.denominator}"


def explanation_as_json(explanation: Explanation) -> dict[str, Any]:
    """Return an explanation as plain data: every mark counted or not, and by which rule."""
    return {
        "trigger": explanation.trigger,
        "title": explanation.title,
        "part": explanation.part,
        "crossed": explanation.crossed,
        "sentence": explanation.sentence,
        "value": explanation.value,
        "threshold": explanation.threshold,
        "missing": explanation.missing,
        "still_needed": explanation.still_needed,
        "would_cross": explanation.would_cross.isoformat() if explanation.would_cross else None,
        "numerator": explanation.numerator,
        "denominator": explanation.denominator,
        "most": explanation.most,
        "window_first": explanation.first.isoformat() if explanation.first else None,
        "window_last": explanation.last.isoformat(),
        "citations": list(explanation.citations),
        "sure": explanation.sure.value if explanation.sure else None,
        "sure_in_words": explanation.sure.in_words if explanation.sure else None,
        "note": explanation.note,
        "marks": [
            _mark_as_json(judged.mark)
            | {
                "counted": judged.counted,
                "meaning": judged.meaning,
                "category": judged.category.value,
                "why": judged.why,
                "citation": judged.citation,
                "sure": judged.sure.value if judged.sure else None,
            }
            for judged in explanation.marks
        ],
    }


def explanation_table(explanations: Sequence[Explanation]) -> Table:
    """Return explanations as a table: the answer of each rule in a row, then a row a mark.

    The sources of a rule and of its marks are named once, in the row of the rule.
    """
    rows: list[Sequence[Value]] = []
    for one in explanations:
        rows.append(_answer_row(one))
        rows += [_mark_row(one, judged) for judged in one.marks]
    return Table("Reasons", "Every rule and every mark: counted or not, and why", WHY_COLUMNS, rows)


def _answer_row(explanation: Explanation) -> Sequence[Value]:
    sources = dict.fromkeys(
        [*explanation.citations, *(one.citation for one in explanation.marks if one.citation)]
    )
    return (
        explanation.trigger,
        explanation.part,
        None,
        "",
        "",
        "",
        "met" if explanation.crossed else "not met",
        f"{explanation.title}. {explanation.sentence} {explanation.note}".strip(),
        explanation.still_needed,
        explanation.would_cross,
        "; ".join(sources),
        explanation.sure.in_words if explanation.sure else "",
    )


def _mark_row(explanation: Explanation, judged: Judged) -> Sequence[Value]:
    return (
        explanation.trigger,
        explanation.part,
        judged.day,
        judged.part,
        judged.symbol,
        judged.meaning,
        "counted" if judged.counted else "not counted",
        judged.why,
        None,
        None,
        "",
        judged.sure.in_words if judged.sure and judged.sure is not explanation.sure else "",
    )


def _mark_as_json(mark: Mark) -> dict[str, Any]:
    return {
        "date": mark.session.day.isoformat(),
        "part": mark.session.part,
        "symbol": mark.symbol,
        "minutes_late": mark.minutes_late,
    }
