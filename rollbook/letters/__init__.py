"""Letters: who is due one, what it says, and what becomes of it."""

from rollbook.letters.actions import PENALTY_NOTICE, Logged, log_action, notice_sentence
from rollbook.letters.approving import approve_letters, judge_waiting, release_letters
from rollbook.letters.due import DueLetter, due_letters
from rollbook.letters.fields import FIELDS
from rollbook.letters.holding import holds_letters
from rollbook.letters.life import hold, step
from rollbook.letters.overtaken import OUT, Corrected, corrected_since, no_longer_true, overtaken
from rollbook.letters.preparing import LIVE, draft
from rollbook.letters.printing import Batch, as_printed, joined_file, print_letters
from rollbook.letters.together import several_to_one

__all__ = [
    "FIELDS",
    "LIVE",
    "OUT",
    "PENALTY_NOTICE",
    "Batch",
    "Corrected",
    "DueLetter",
    "Logged",
    "approve_letters",
    "as_printed",
    "corrected_since",
    "draft",
    "due_letters",
    "hold",
    "holds_letters",
    "joined_file",
    "judge_waiting",
    "log_action",
    "no_longer_true",
    "notice_sentence",
    "overtaken",
    "print_letters",
    "release_letters",
    "several_to_one",
    "step",
]
