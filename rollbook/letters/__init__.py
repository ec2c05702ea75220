"""Letters: who is due one, what it says, and what becomes of it."""

from rollbook.letters.due import DueLetter, due_letters
from rollbook.letters.fields import FIELDS
from rollbook.letters.life import step
from rollbook.letters.preparing import LIVE, draft, overtaken
from rollbook.letters.printing import Batch, print_letters

__all__ = [
    "FIELDS",
    "LIVE",
    "Batch",
    "DueLetter",
    "draft",
    "due_letters",
    "overtaken",
    "print_letters",
    "step",
]
