"""A district's own case tables run: a strip of marks in, findings out, failures in plain words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rollbook.attendance import SECOND_PERIOD, Recorded
from rollbook.policy import PolicyPack
from rollbook.register import register_frame
from rollbook.reports.case_files import THE_STUDENT, PackCase
from rollbook.rules import assess, explain, letters_due

_OFFICIAL = SECOND_PERIOD


@dataclass(frozen=True)
class Outcome:
    """What came of a case: the triggers found, and a sentence for each that is not as expected."""

    case: PackCase
    found: Sequence[str]
    failures: Sequence[str]


def run_cases(cases: Sequence[PackCase], pack: PolicyPack) -> list[Outcome]:
    """Run every case with the rules of a pack."""
    return [_run(case, pack) for case in cases]


def _run(case: PackCase, pack: PolicyPack) -> Outcome:
    register = _register(case, pack)
    findings = assess(pack, **register)
    found = list(dict.fromkeys(one.trigger for one in findings))
    sent = {one.trigger for one in letters_due(findings)}
    failures = [
        f"{trigger} was expected and not found. {_why(pack, register, trigger)}"
        for trigger in case.finds
        if trigger not in found
    ]
    failures += [
        f"{trigger} was found and not expected. {_why(pack, register, trigger)}"
        for trigger in case.finds_not
        if trigger in found
    ]
    failures += [
        f"a letter of {trigger} was expected and none is due."
        for trigger in case.sends
        if trigger not in sent
    ]
    failures += [
        f"a letter of {trigger} is due and none was expected."
        for trigger in case.sends_not
        if trigger in sent
    ]
    return Outcome(case, found, failures)


def _register(case: PackCase, pack: PolicyPack) -> dict[str, Any]:
    sessions = list(case.marks)
    parts = tuple(dict.fromkeys(session.part for session in sessions if session.part != "DAY"))
    recorded: tuple[Recorded, ...] = ()
    if pack.unit != "sessions":
        usual = ("DAY", _OFFICIAL.usual) if pack.method == "official-period" else ("DAY",)
        first = case.calendar.years[0].first
        recorded = (Recorded("", first, case.as_of, tuple({*usual, *parts}), negative=True),)
    return {
        "calendar": case.calendar,
        "marks": register_frame(
            {
                "student_id": [THE_STUDENT] * len(sessions),
                "date": [session.day for session in sessions],
                "part": [session.part for session in sessions],
                "symbol": [symbol for symbol, _ in case.marks.values()],
                "minutes_late": [late for _, late in case.marks.values()],
            }
        ),
        "students": (case.student,),
        "enrolments": case.enrolments,
        "recorded": recorded,
        "as_of": case.as_of,
        "history": case.history,
        "official": _OFFICIAL,
    }


def _why(pack: PolicyPack, register: Mapping[str, Any], trigger: str) -> str:
    """Say what the rule makes of the case, with its reference."""
    explained = explain(pack, **register, student_id=THE_STUDENT, trigger_id=trigger)
    return " ".join(
        f"Why: {one.sentence} ({'; '.join(one.citations)})" for one in explained if one.sentence
    )
