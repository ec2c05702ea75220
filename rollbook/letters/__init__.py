"""Letters: who is due one, what it says, and what becomes of it."""

from rollbook.letters.due import DueLetter, due_letters
from rollbook.letters.fields import FIELDS
from rollbook.letters.life import LIVE, Batch, draft, print_letters, step

__all__ = ["FIELDS", "LIVE", "Batch", "DueLetter", "draft", "due_letters", "print_letters", "step"]
