"""Letters a clerk asks for: no count finds them, and each needs facts the register does not hold.

A committee's decision, a refused leave, a referral to a board. The pack says which there are, since
when, by what law, and which facts have to be given. The facts are a closed list, because they are
the merge fields of the letters; each has the question a clerk is asked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rollbook.policy.table import Table, in_order, laid_over, numbered
from rollbook.policy.terms import Dated, Reference, Sure


class Kind(StrEnum):
    """How a fact is given, and how it is worded."""

    DATE = "date"
    TIME = "time"
    NAME = "name"  # stands in every language as it is given
    SENTENCE = "sentence"  # has to be given in the family's language


@dataclass(frozen=True, slots=True)
class Question:
    """What a clerk is asked for one fact of a letter. ``ahead``: a day that must not be past."""

    field: str
    kind: Kind
    text: str
    ahead: bool = False


QUESTIONS: Mapping[str, Question] = {
    one.field: one
    for one in (
        Question("meeting_date", Kind.DATE, "On what day is the meeting?", ahead=True),
        Question("meeting_time", Kind.TIME, "At what time is the meeting?"),
        Question("meeting_place", Kind.NAME, "Where is the meeting?"),
        Question("meeting_who", Kind.NAME, "Who will be there?"),
        Question("course", Kind.NAME, "Which class or course is it about?"),
        Question("course_grade", Kind.NAME, "What is the grade in that course so far?"),
        Question("decision", Kind.SENTENCE, "What was decided? One whole sentence."),
        Question(
            "conditions",
            Kind.SENTENCE,
            "What does the student still have to do? In whole sentences.",
        ),
        Question("appeal_by", Kind.DATE, "By what day must an appeal be asked for?", ahead=True),
        Question("board_name", Kind.NAME, "Which board or department is it?"),
        Question("board_address", Kind.NAME, "What is its address, in one line?"),
        Question(
            "reason_given",
            Kind.SENTENCE,
            "What is the reason? One whole sentence for the family to read, nothing about health.",
        ),
        Question("leave_from", Kind.DATE, "What is the first day of the leave?"),
        Question("leave_to", Kind.DATE, "What is the last day of the leave?"),
    )
}
"""Every fact that can be given, in the order in which a clerk is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedLetter(Dated):
    """A letter that is written when a clerk asks for it.

    ``asks`` are the facts that must be given, ``may_ask`` those that may. ``rests_on`` are rules of
    which the student must have crossed one this school year. ``cites`` is a rule whose numbers the
    letter tells. ``improvement``: its figures compare two equal stretches of school days.
    """

    id: str
    title: str
    letter: str
    asks: tuple[str, ...] = ()
    may_ask: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()
    cites: str = ""
    improvement: bool = False

    @property
    def questions(self) -> tuple[Question, ...]:
        """What a clerk is asked, in order; those in ``asks`` need an answer."""
        return tuple(
            one for name, one in QUESTIONS.items() if name in self.asks or name in self.may_ask
        )


def read_requested(
    top: Table,
    references: Mapping[str, Reference],
    triggers: Iterable[str],
    base: Iterable[RequestedLetter],
) -> tuple[RequestedLetter, ...]:
    """Read the letters that can be asked for; a district adds its own and keeps its state's."""
    triggers = set(triggers)
    histories: dict[str, tuple[RequestedLetter, ...]] = {}
    for one in base:
        histories[one.id] = (*histories.get(one.id, ()), one)
    law = {name for name, history in histories.items() if history[-1].sure is not Sure.LOCAL}
    found: dict[str, list[tuple[Table, RequestedLetter]]] = {}
    for entry in top.tables("requested", numbered("requested letter", "id")):
        name = entry.text("id")
        if name in triggers:
            raise entry.wrong(f"“{name}” is a trigger; give the letter another id", "id")
        if name in law:
            raise entry.wrong(
                "it rests on law and a district cannot change it; give your own letter another "
                "id, or put your own Word file for it into your template folder",
                "id",
            )
        found.setdefault(name, []).append((entry, _letter(entry, references, triggers)))
        entry.finish()
    for name, history in found.items():
        histories[name] = laid_over(histories.get(name, ()), in_order("it", history))
    return tuple(one for history in histories.values() for one in history)


def _letter(
    entry: Table, references: Mapping[str, Reference], triggers: set[str]
) -> RequestedLetter:
    dated: dict[str, Any] = entry.dated(references)
    asks, may_ask = entry.words("asks", list(QUESTIONS)), entry.words("may_ask", list(QUESTIONS))
    both = [name for name in asks if name in may_ask]
    if both:
        raise entry.wrong(f"“{both[0]}” stands in “asks” too; take one out", "may_ask")
    rests_on, cites = entry.words("rests_on"), entry.optional("cites", str, "")
    for key, names in (("rests_on", rests_on), ("cites", (cites,) if cites else ())):
        for name in names:
            if name not in triggers:
                raise entry.wrong(
                    f"“{key}” names trigger “{name}”, which this pack does not have; correct the "
                    "word",
                    key,
                )
    return RequestedLetter(
        **dated,
        id=entry.text("id"),
        title=entry.text("title"),
        letter=str(entry.optional("letter", str, "")) or entry.text("id"),
        asks=asks,
        may_ask=may_ask,
        rests_on=rests_on,
        cites=cites,
        improvement=entry.optional("improvement", bool, False),
    )
