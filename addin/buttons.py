"""Ribbon buttons: one button is one file in ``custom_scripts/``, and what it is given is here.

A button's module has ``LABEL`` (on the ribbon), ``SAYS`` (the tip, at most 250 letters), ``ICON``
(a picture in ``static/images/icons``), ``READS`` (what of the workbook is sent: ``"nothing"``, the
active ``"sheet"``, the ``"tracked"`` sheets that Rollbook fills, or the ``"book"``) and
``press(at: Press) -> Told``.
"""

import asyncio
import importlib
import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from types import ModuleType
from typing import Any

from addin.desk import Desk
from addin.jobs import Cancelled, Job, Phase, Told, start_job
from rollbook.office import Office
from rollbook.problems import RollbookError

log = logging.getLogger(__name__)

_threads = ThreadPoolExecutor(4, "button")  # of their own: no press waits behind lookups

RIBBON: Mapping[str, Sequence[str]] = {
    "Register": ("post_sheet", "import_now", "what_changed", "undo_posting"),
    "Tracking": ("adopt_workbook", "refresh_workbook", "why_flagged"),
    "Letters": (
        "letters_due",
        "prepare_letters",
        "review_letters",
        "approve_letters",
        "mark_mailed",
        "void_letters",
    ),
    "Documents": ("voe", "social_security_letter", "enrolment_letter"),
    "Reports": ("daily_summary", "missing_registers", "lates"),
    "Help": ("open_pane", "show_help"),
}
"""The groups of the ribbon and the buttons in each, by the names of their files."""


@dataclass(frozen=True, slots=True)
class View:
    """What the clerk sees in Excel, beyond the values of the sheet.

    ``rows`` are the selected areas that are not hidden by a filter (``A5:C9``), ``formulas`` the
    cells of the sheet that hold or are filled by a formula, ``merged`` its merged cells; where all
    of the book is sent, both name their sheet (``'Letter log'!I4:I6``). ``path`` is where the
    workbook lies (a path or an address; empty when it was never saved).
    """

    rows: Sequence[str] = ()
    formulas: Sequence[str] = ()
    path: str = ""
    merged: Sequence[str] = ()

    @classmethod
    def of(cls, sent: Mapping[str, Any]) -> "View":
        """Read what the ribbon sent."""
        return cls(
            [str(one) for one in sent.get("rows") or ()],
            [str(one) for one in sent.get("formulas") or ()],
            str(sent.get("path") or ""),
            [str(one) for one in sent.get("merged") or ()],
        )


@dataclass(frozen=True, eq=False)
class Press:
    """One press of a button: the workbook, the office, who pressed, and what was answered."""

    book: Any  # an xlwings Book: of the server's, or of Excel on this computer
    desk: Desk
    by: str
    job: Job
    view: View = View()
    answers: Mapping[str, str] = field(default_factory=dict)

    @property
    def office(self) -> Office:
        """The office, with whoever pressed as its clerk."""
        return self.desk.office_of(self.by)

    @property
    def is_confirmed(self) -> bool:
        """Whether the clerk was asked and said yes."""
        return self.answers.get("confirmed") == "yes"

    def tell(self, says: str, done: int = 0, of: int = 0) -> None:
        """Say how far the work is; it ends here when the clerk has stopped it."""
        self.job.step(says, done, of)


@dataclass(frozen=True, slots=True)
class Button:
    """A button as ribbon, pane and help show it, and its work."""

    id: str
    group: str
    label: str
    says: str
    icon: str
    reads: str
    press: Callable[[Press], Told]

    @classmethod
    def of(cls, group: str, module: ModuleType) -> "Button":
        """Read a button's file."""
        name = module.__name__.rpartition(".")[2]
        return cls(name, group, module.LABEL, module.SAYS, module.ICON, module.READS, module.press)


def all_buttons() -> list[Button]:
    """Return every button in the order of the ribbon."""
    return [
        Button.of(group, importlib.import_module(f"addin.custom_scripts.{name}"))
        for group, names in RIBBON.items()
        for name in names
    ]


def do(button: Button, book: Any, desk: Desk, by: str, sent: Mapping[str, Any]) -> Job:
    """Do a button's work for one press, and note in its job how it ended, faults included.

    ``sent`` is what the ribbon sent with the press: ``job``, ``view`` and ``answers``. Raises
    ``NotAllowed``, before anything is done, when the press has no number or was made already.
    """
    view = View.of(sent.get("view") or {})
    answers = {str(key): str(value) for key, value in (sent.get("answers") or {}).items()}
    job = start_job(str(sent.get("job") or ""), button.label, by)
    press = Press(book, desk, by, job, view, answers)
    try:
        told = button.press(press)
    except Cancelled:
        job.end(Phase.CANCELLED, Told(f"Stopped. {job.says}".strip()))
    except RollbookError as error:
        job.end(Phase.FAILED, Told(str(error)))
    except Exception:
        number = secrets.token_hex(4)
        log.exception("button %s, fault %s", button.id, number)
        job.end(Phase.FAILED, Told(fault_sentence(number)))
    else:
        job.end(Phase.ASKING if told.asks else Phase.DONE, told)
    return job


async def do_aside(button: Button, book: Any, desk: Desk, by: str, sent: Mapping[str, Any]) -> Job:
    """Do a button's work beside the server's other work, so that pane and functions go on."""
    work = partial(do, button, book, desk, by, sent)
    return await asyncio.get_running_loop().run_in_executor(_threads, work)


def fault_sentence(number: str) -> str:
    """Say that something of ours went wrong, with the number it has in the server's log."""
    return (
        f"Rollbook met a fault of its own (number {number}). Nothing more was done. Tell whoever "
        "looks after Rollbook that number."
    )
