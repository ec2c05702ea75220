"""One question about an export nobody knows, and what the office has settled already."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rollbook.attendance import OfficialPeriods
from rollbook.importers.reading.written import NOTHING
from rollbook.policy import PolicyPack
from rollbook.problems import NotAllowed
from rollbook.register import Category

CODE, PART = "code.", "part."
"""How the keys begin of questions about one code, and about one column or word for a part."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: its key for ``--set``, its words, the answer (None: nobody can know).

    ``choices`` are the answers there can be, with their words; none where any will do.
    """

    key: str
    text: str
    answer: str | None
    choices: Mapping[str, str] = field(default_factory=dict)

    def data(self) -> dict[str, object]:
        """Return it for a program."""
        return {
            "key": self.key,
            "question": self.text,
            "answer": self.answer,
            "choices": list(self.choices),
        }


@dataclass(frozen=True)
class Custom:
    """What the office has settled already, and the codes of its jurisdiction."""

    pack: PolicyPack
    day_first: bool | None
    official: OfficialPeriods

    def meaning(self, code: str) -> str:
        """Return what a code means, ``""`` where it is none."""
        history = self.pack.code_table.get(self.pack.office_codes.get(code, code), ())
        return history[-1].code.meaning if history else ""

    @property
    def codes(self) -> dict[str, str]:
        """Every code there is, with its meaning, and the word for no code at all."""
        known = [*self.pack.code_table, *self.pack.office_codes]
        return {code: self.meaning(code) for code in known} | {NOTHING: "nothing was recorded"}

    @property
    def has_blank(self) -> bool:
        """Say whether a blank is itself a code for *present*, as it is in the United States."""
        history = self.pack.code_table.get("", ())
        return bool(history) and history[-1].code.category == Category.PRESENT


def choice(
    name: str,
    text: str,
    given: Mapping[str, str],
    choices: Mapping[str, str],
    sure: str | None,
    could: Mapping[str, str] | None = None,
) -> Asked:
    """Return a question with a fixed set of answers; ``could`` are those that are shown."""
    if name in given and given[name] not in choices:
        known = ", ".join(filter(None, choices))
        what = "there is no code" if name.startswith(CODE) else "there is no answer"
        raise NotAllowed(f"{name}: {what} “{given[name]}”. It can be: {known}.")
    return Asked(name, text, given.get(name, sure), choices if could is None else could)


def under(said: Mapping[str, str], start: str) -> dict[str, str]:
    """Return the answers whose key begins so, by what comes after it."""
    return {name.removeprefix(start): to for name, to in said.items() if name.startswith(start)}
