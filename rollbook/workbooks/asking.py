"""The answers given while a workbook is adopted, and the questions that are still open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rollbook.problems import WorkbookError
from rollbook.workbooks.headings import CONTACTS, FIGURES, LOG, PERSON
from rollbook.workbooks.questions import Question, check_answer

TRACKER_KEYS = ("student_id", "state_id", *PERSON, *FIGURES)
_PLAIN_KEYS = (
    "sheet", "header_row", "heading_rows", "hundred", "days", "add", "campuses", "groups",
    "formulas",
)  # fmt: skip


@dataclass(slots=True)
class Asking:
    """The answers given, and the questions that are still open."""

    answers: Mapping[str, str]
    questions: list[Question] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def ask(self, key: str, text: str, choices: Sequence[str], default: str = "") -> str:
        """Return the answer to a question; the default, and the question kept, when it has none."""
        question = Question(key, text, tuple(choices), default)
        if key in self.answers:
            return check_answer(question, self.answers[key])
        self.questions.append(question)
        return default

    def check(self) -> None:
        """Raise ``WorkbookError`` when something was answered that nobody asks."""
        keys = {*_PLAIN_KEYS, *TRACKER_KEYS, *(f"formulas.{key}" for key in FIGURES)}
        for name, words in (("log", LOG), ("contacts", CONTACTS)):
            keys |= {f"{name}.{key}" for key in (*words, "sheet", "header_row", "heading_rows")}
        for key in self.answers:
            if key not in keys:
                raise WorkbookError(f"“{key}” cannot be set. What can: {', '.join(sorted(keys))}.")

    def number(self, key: str) -> int:
        """Return an answer that is the number of a row, 0 when it is not given."""
        text = self.answers.get(key, "").strip()
        if text and not (text.isascii() and text.isdigit() and 1 <= int(text) <= 1_048_576):
            raise WorkbookError(f"“{text}” is no number of a row. Write it as {key}=8.")
        return int(text or 0)
