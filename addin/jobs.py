"""Long work that a clerk watches: how far it is, how it ended, and a way to stop it."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from rollbook.problems import NotAllowed

JOBS_KEPT = 200
JOB_ID_LETTERS = 64


class Cancelled(Exception):
    """The clerk stopped the work. What was done until then stays done."""


class Phase(StrEnum):
    """Where a job is."""

    RUNNING = "running"
    DONE = "done"
    ASKING = "asking"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Question:
    """What a clerk has to say before a button can do its work.

    ``kind`` is ``text``, ``choice`` (of ``choices``, value and words), ``day`` or ``confirm`` (a
    yes given by pressing the button named ``label`` again).
    """

    name: str
    label: str
    kind: str = "text"
    choices: Sequence[tuple[str, str]] = ()
    says: str = ""
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Told:
    """How a button's work ended: one sentence, perhaps a link, and what is in the way.

    ``link`` is a page of this server (``/letters``), a place in the pane (``pane:student/123``) or
    empty; ``link_says`` is what it is called. With ``asks``, nothing was done yet: the pane asks,
    and presses the button again with the answers. ``when_written`` is done once Excel has written
    what the button wrote into the workbook; it is not if Excel refuses.
    """

    sentence: str
    link: str = ""
    link_says: str = ""
    problems: Sequence[str] = ()
    asks: Sequence[Question] = ()
    when_written: Callable[[], None] | None = None


@dataclass(eq=False)
class Job:
    """One press of a button."""

    id: str
    title: str
    by: str
    phase: Phase = Phase.RUNNING
    says: str = ""
    done: int = 0
    of: int = 0
    told: Told | None = None
    _stop: threading.Event = field(default_factory=threading.Event)
    _saying: threading.Lock = field(default_factory=threading.Lock)

    def step(self, says: str, done: int = 0, of: int = 0) -> None:
        """Say how far the work is. Raises ``Cancelled`` when the clerk has stopped it."""
        if self._stop.is_set():
            raise Cancelled
        self.says, self.done, self.of = says, done, of

    def cancel(self) -> None:
        """Ask the work to stop at its next step."""
        self._stop.set()

    def end(self, phase: Phase, told: Told) -> None:
        """Note how it ended."""
        self.phase, self.told = phase, told

    def written(self) -> None:
        """Do what waited for Excel to have written; once, however often this is said."""
        with self._saying:
            told = self.told
            if told is None or told.when_written is None:
                return
            self.told = replace(told, when_written=None)
        told.when_written()

    def as_json(self) -> dict[str, Any]:
        """Return what the pane shows."""
        told = self.told
        return {
            "id": self.id,
            "title": self.title,
            "phase": self.phase.value,
            "says": self.says,
            "done": self.done,
            "of": self.of,
            "sentence": told.sentence if told else "",
            "link": told.link if told else "",
            "link_says": told.link_says if told else "",
            "problems": list(told.problems) if told else [],
            "waits_for_excel": bool(told and told.when_written),
            "asks": [
                {"name": one.name, "label": one.label, "kind": one.kind, "says": one.says,
                 "needed": one.needed, "choices": [list(pair) for pair in one.choices]}
                for one in (told.asks if told else ())
            ],
        }  # fmt: skip


_jobs: OrderedDict[str, Job] = OrderedDict()
_lock = threading.Lock()


def start_job(job_id: str, title: str, by: str) -> Job:
    """Begin a job under the id the pane chose for it.

    Raises ``NotAllowed`` when the id is none or is taken.
    """
    is_plain = job_id.isascii() and job_id.replace("-", "").isalnum()
    if not is_plain or len(job_id) > JOB_ID_LETTERS:
        raise NotAllowed("This press has no number to follow it by. Reload the pane and try again.")
    with _lock:
        if job_id in _jobs:
            raise NotAllowed("This was pressed already. Wait for it, or reload the pane.")
        job = _jobs[job_id] = Job(job_id, title, by)
        while len(_jobs) > JOBS_KEPT:
            _jobs.popitem(last=False)
    return job


def job_of(job_id: str, by: str) -> Job | None:
    """Return a clerk's own job; None when there is none (any more)."""
    job = _jobs.get(job_id)
    return job if job and job.by == by else None


def stop_jobs() -> None:
    """Ask all work to stop at its next step: Rollbook is being stopped."""
    with _lock:
        for job in _jobs.values():
            job.cancel()
