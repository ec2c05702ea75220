"""What the finder of a workbook's lists cannot know by itself, and asks."""

from collections.abc import Mapping
from dataclasses import dataclass

from rollbook.problems import WorkbookError
from rollbook.register import Student
from rollbook.workbooks.mapping import Block, WorkbookMap

YES_OR_NO = ("yes", "no")


@dataclass(frozen=True, slots=True)
class Question:
    """One question to the clerk; its answer is kept under ``key``, as in ``days=fill``.

    ``choices`` are what may be answered, none when anything may. ``default`` is what happens when
    nothing is answered; ``""`` when it must be, because anything else would be a guess.
    """

    key: str
    text: str
    choices: tuple[str, ...] = ()
    default: str = ""

    @property
    def must_be_answered(self) -> bool:
        """Whether nothing can be done without an answer."""
        return not self.default


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in a workbook, what has to be asked, and what the clerk should know.

    ``mapping`` holds what is certain with the answers given so far and the defaults of the others.
    When nothing can be adopted, ``refusal`` is the sentence that says why; ``lacking`` is then the
    list of students, if there is one, that lacks a column of ids or any Rollbook could fill. It
    cannot be kept until it gets them (``columns_added``).
    """

    mapping: WorkbookMap
    questions: tuple[Question, ...] = ()
    notes: tuple[str, ...] = ()
    lacking: Block | None = None
    refusal: str = ""

    @property
    def unanswered(self) -> tuple[Question, ...]:
        """The questions that must be answered first."""
        return tuple(question for question in self.questions if question.must_be_answered)


@dataclass(frozen=True, slots=True)
class Roster:
    """The students the ledger knows, by id, and who of them is on roll today."""

    students: Mapping[str, Student]
    on_roll: frozenset[str]


def check_answer(question: Question, answer: str) -> str:
    """Return an answer as it is to be taken. Raises ``WorkbookError`` when it is none of those."""
    wanted = answer.strip()
    if not question.choices:
        return wanted
    for choice in question.choices:
        if choice.casefold() == wanted.casefold():
            return choice
    raise WorkbookError(
        f"“{answer}” is no answer to: {question.text} Answer one of: {', '.join(question.choices)}."
    )
