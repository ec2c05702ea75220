"""A rule pack as it is used: the codes, triggers and values of a jurisdiction by day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from rollbook.policy.requested import RequestedLetter
from rollbook.policy.statutory import Statement
from rollbook.policy.table import next_day
from rollbook.policy.terms import Dated, DatedCode, DatedValue, Deadline, Reference, Trigger
from rollbook.problems import PolicyError
from rollbook.register import Code


@dataclass(frozen=True)
class PolicyPack:
    """One jurisdiction, or one district inside it, with everything dated."""

    id: str
    title: str
    jurisdiction: str
    language: str
    locale: str
    paper: str
    date_style: str
    unit: str
    method: str
    parts: tuple[str, ...]
    code_table: Mapping[str, tuple[DatedCode, ...]]
    triggers: tuple[Trigger, ...]
    values: Mapping[str, tuple[DatedValue, ...]]
    deadlines: tuple[Deadline, ...] = ()
    requested: tuple[RequestedLetter, ...] = ()
    statutory: tuple[Statement, ...] = ()
    references: Mapping[str, Reference] = field(default_factory=dict)
    codes_overridable: bool = False
    office_codes: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def code_changes(self) -> tuple[date, ...]:
        """The days on which a code came or went, in order."""
        dated = [code for codes in self.code_table.values() for code in codes]
        after = {next_day(code.until) for code in dated if code.until}
        return tuple(sorted({code.first for code in dated} | after))

    @cached_property
    def _codes_on(self) -> dict[date, Mapping[str, Code]]:
        return {}

    def codes_on(self, day: date) -> Mapping[str, Code]:
        """Return the codes in use on ``day`` by symbol, the office's own spellings included."""
        since = max((change for change in self.code_changes if change <= day), default=date.min)
        if since not in self._codes_on:
            found = {
                symbol: dated.code
                for symbol, history in self.code_table.items()
                for dated in history
                if dated.holds(since)
            }
            own = {
                symbol: found[meant]
                for symbol, meant in self.office_codes.items()
                if meant in found
            }
            self._codes_on[since] = found | own
        return self._codes_on[since]

    def code(self, symbol: str, day: date) -> Code | None:
        """Return the code ``symbol`` was on ``day``, or None when it was none."""
        return self.codes_on(day).get(symbol)

    def spellings(self, symbols: Iterable[str]) -> frozenset[str]:
        """Return these symbols, and the office's own ones that mean the same."""
        meant = frozenset(symbols)
        return meant | {own for own, code in self.office_codes.items() if code in meant}

    def why_no_code(self, symbol: str, day: date) -> str:
        """Say why ``symbol`` is no code on ``day`` and what to do; empty when it is one."""
        if self.code(symbol, day):
            return ""
        history = self.code_table.get(self.office_codes.get(symbol, symbol), ())
        gone = [dated for dated in history if dated.until and dated.until < day]
        if gone:
            use = gone[-1].use
            instead = f" Use {use} instead." if use else " Correct it in the register."
            return f"Code {symbol} has not been used since {next_day(gone[-1].until)}.{instead}"
        if history:
            return f"Code {symbol} is only used from {history[0].first} on. Correct the register."
        return (
            f"Code “{symbol}” is not in the code table of {self.title}. "
            "Correct the register, or add the code to the office's own codes."
        )

    def trigger(self, trigger_id: str) -> Trigger:
        """Return the trigger ``trigger_id``. Raises ``PolicyError`` when there is none."""
        found = next((one for one in self.triggers if one.id == trigger_id), None)
        if found is None:
            names = ", ".join(one.id for one in self.triggers)
            raise PolicyError(f"{self.title} has no trigger “{trigger_id}”. It has: {names}.")
        return found

    def requested_letter(self, letter_id: str, day: date) -> RequestedLetter:
        """Return the letter a clerk may ask for on ``day``.

        Raises ``PolicyError`` when there is none of this id, or not on that day.
        """
        found = self.requested_on(day)
        for one in found:
            if one.id == letter_id:
                return one
        names = ", ".join(one.id for one in found)
        raise PolicyError(
            f"{self.title} has no letter “{letter_id}” to be asked for on {day}. "
            f"It has: {names or 'none'}."
        )

    def requested_on(self, day: date) -> tuple[RequestedLetter, ...]:
        """Return the letters a clerk may ask for on ``day``."""
        return tuple(one for one in self.requested if one.holds(day))

    def letter_title(self, name: str) -> str:
        """Return what a letter is about: its rule's title, or its own where a clerk asks for it.

        A rule that the pack does not have any more is called by its id.
        """
        titles = {one.id: one.title for one in self.requested}
        titles |= {one.id: one.title for one in self.triggers}
        return titles.get(name, name)

    def value(self, name: str, day: date) -> DatedValue:
        """Return the value ``name`` in force on ``day``.

        Raises ``PolicyError`` when the pack has no such value, or none yet on that day.
        """
        history = self.values.get(name)
        if history is None:
            raise PolicyError(f"The rule pack “{self.id}” has no value “{name}”.")
        found = next((value for value in history if value.holds(day)), None)
        if found is None:
            raise PolicyError(
                f"The rule pack “{self.id}” has no value “{name}” for {day}; "
                f"the earliest is from {history[0].first}."
            )
        return found

    def must_say(self, letter: str, day: date) -> tuple[Statement, ...]:
        """Return what a letter, named as its template, must say or must not say on ``day``."""
        return tuple(one for one in self.statutory if one.is_about(letter) and one.holds(day))

    def has_value(self, name: str, day: date) -> bool:
        """Say whether the value ``name`` is in force on ``day``."""
        return any(value.holds(day) for value in self.values.get(name, ()))

    def unread_on(self, day: date) -> int:
        """Count the statements in force on ``day`` that nobody here has read in the law itself."""
        histories: list[Sequence[Dated]] = [trigger.terms for trigger in self.triggers]
        histories += [*self.code_table.values(), *self.values.values(), self.deadlines]
        histories.append(self.requested)
        return sum(one.sure.unread for history in histories for one in history if one.holds(day))

    @property
    def outside_membership(self) -> frozenset[str]:
        """ADA codes of students who are enrolled but not in membership."""
        history = self.values.get("membership.outside", ())
        return frozenset(word for value in history for word in value.words)
