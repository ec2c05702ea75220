"""Letters: who is due one, what it says, and what becomes of it."""

from rollbook.letters.approving import approve_letters, judge_waiting
from rollbook.letters.due import DueLetter, due_letters
from rollbook.letters.fields import FIELDS
from rollbook.letters.holding import holds_letters
from rollbook.letters.life import step
from rollbook.letters.overtaken import OUT, Corrected, corrected_since, no_longer_true, overtaken
from rollbook.letters.preparing import LIVE, draft
from rollbook.letters.printing import Batch, as_printed, joined_file, print_letters
from rollbook.letters.together import several_to_one

__all__ = [
    "FIELDS",
    "LIVE",
    "OUT",
    "Batch",
    "Corrected",
    "DueLetter",
    "approve_letters",
    "as_printed",
    "corrected_since",
    "draft",
    "due_letters",
    "holds_letters",
    "joined_file",
    "judge_waiting",
    "no_longer_true",
    "overtaken",
    "print_letters",
    "several_to_one",
    "step",
]
