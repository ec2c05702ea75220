"""Letters that rest on marks corrected since, and those that would not be written today.

A letter that went out is looked at as of its own day, with the marks of now. If its threshold was
crossed all the same it stands, and the office is only told; if not, it must be taken back.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rollbook.ledger.letters import Letter, State
from rollbook.policy import RateTerms, SequenceTerms
from rollbook.rules import Used
from rollbook.standing import Standing

OUT = (State.PRINTED, State.MAILED, State.RETURNED)
"""The states of a letter that has left the program."""


def overtaken(standing: Standing, letters: Sequence[Letter]) -> list[tuple[Letter, list[date]]]:
    """Return the letters that rely on marks corrected since, with the days of those marks."""
    now = _marks_now(standing, letters)
    found = []
    for letter in letters:
        corrected = {
            date.fromisoformat(day)
            for day, part, symbol in letter.evidence
            if (letter.student_id, day, part, symbol) not in now
        }
        if corrected:
            found.append((letter, sorted(corrected)))
    return found


@dataclass(frozen=True, slots=True)
class Corrected:
    """A letter that went out of the program, the days corrected since, and what is to be done."""

    letter: Letter
    days: Sequence[date]
    stands: bool
    what_now: str


def corrected_since(standing: Standing, letters: Sequence[Letter]) -> list[Corrected]:
    """Return the letters printed or mailed that rest on marks corrected since.

    ``letters`` is the whole letter log.
    """
    untrue = {one.serial for one, _ in no_longer_true(standing, letters, OUT)}
    taken_back = {one.withdraws: one for one in letters if one.withdraws and one.holds_evidence}
    out = [one for one in letters if one.state in OUT]
    return [
        Corrected(
            letter,
            days,
            letter.serial not in untrue,
            _what_now(letter, letter.serial in untrue, taken_back.get(letter.serial)),
        )
        for letter, days in overtaken(standing, out)
    ]


def _what_now(letter: Letter, untrue: bool, withdrawal: Letter | None) -> str:
    """Say what is to be done about a letter that rests on corrected marks."""
    if not untrue:
        return "it stands: the threshold was crossed all the same"
    if withdrawal:
        return f"{withdrawal.serial} takes it back ({withdrawal.state.value})"
    if letter.state is State.MAILED:
        return "a letter that takes it back is due"
    return f'do not mail it: rollbook letters void {letter.serial} --again --reason "corrected"'


def no_longer_true(
    standing: Standing, letters: Sequence[Letter], states: Collection[State] = (State.MAILED,)
) -> list[tuple[Letter, list[date]]]:
    """Return the mailed letters to take back, with the days that were corrected.

    ``letters`` is the whole letter log; ``states`` are those looked at. A letter whose own marks
    stand is taken back too when it follows one that is: a second report has no ground without the
    first.
    """
    mailed = [one for one in letters if one.state in states and not one.withdraws]
    corrected = {one.serial: days for one, days in overtaken(standing, mailed)}
    if not corrected:
        return []
    found: list[tuple[Letter, list[date]]] = []
    taken_back: dict[str, list[Letter]] = defaultdict(list)
    for letter in sorted(mailed, key=lambda one: (one.as_of, one.serial)):
        steps_before = _triggers_before(standing, letter)
        rests_on = any(one.trigger in steps_before for one in taken_back[letter.student_id])
        if letter.serial not in corrected and not rests_on:
            continue
        if not _still_crossed(standing, letter, letters, taken_back[letter.student_id]):
            found.append((letter, corrected.get(letter.serial, [])))
            taken_back[letter.student_id].append(letter)
    return found


def _still_crossed(
    standing: Standing, letter: Letter, letters: Sequence[Letter], taken_back: Sequence[Letter]
) -> bool:
    """Say whether the rule of a letter is met on the letter's day, with the marks of now."""
    gone = {letter.serial, *(one.serial for one in taken_back)}
    earlier = [
        one
        for one in letters
        if one.student_id == letter.student_id and one.serial < letter.serial
        if one.serial not in gone and not one.withdraws
    ]
    then = standing.at(letter.as_of, {letter.student_id})
    then = replace(then, letters=[one for one in earlier if one.state is not State.VOID])
    used = _used_before(then, letter, [one for one in earlier if one.holds_evidence])
    return any(
        finding.trigger == letter.trigger
        and (not letter.part or finding.part in letter.part.split())
        for finding in then.findings(used)
    )


def _used_before(then: Standing, letter: Letter, earlier: Sequence[Letter]) -> Used:
    """Return the evidence that earlier letters of the rule to the same person had used."""
    told = [
        one.as_of
        for one in earlier
        if (one.trigger, one.guardian["name"]) == (letter.trigger, letter.guardian["name"])
        and one.as_of < letter.as_of
    ]
    if not told:
        return {}
    sessions = then.sessions_of({letter.student_id})[letter.student_id]
    return {(letter.student_id, letter.trigger): {one for one in sessions if one.day <= max(told)}}


def _triggers_before(standing: Standing, letter: Letter) -> tuple[str, ...]:
    """Return the rules whose letters the letter's own rule asks for."""
    known = {trigger.id: trigger for trigger in standing.pack.triggers}
    terms = known[letter.trigger].on(letter.as_of) if letter.trigger in known else None
    return terms.after if isinstance(terms, RateTerms | SequenceTerms) else ()


def _marks_now(standing: Standing, letters: Sequence[Letter]) -> set[tuple[str, str, str, str]]:
    """Return the marks as they are now, of the students and of the codes the letters rely on."""
    frame = standing.marks
    about = frame["student_id"].isin({letter.student_id for letter in letters})
    codes = frame["symbol"].isin({symbol for letter in letters for *_, symbol in letter.evidence})
    chosen = frame[about & codes]
    return set(
        zip(
            chosen["student_id"].astype(str),
            chosen["date"].dt.strftime("%Y-%m-%d"),
            chosen["part"].astype(str),
            chosen["symbol"].astype(str),
            strict=True,
        )
    )
