"""One round of the office: what lies in the drop folder is posted, then the follow-ups are done.

`rollbook once` does one round; `rollbook watch` one whenever files stand still or work is owed.
Only one round runs in an office at a time, whoever starts it.
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout

from rollbook.ledger import postings as book
from rollbook.ledger.postings import Posting
from rollbook.office import Office
from rollbook.posting import NOBODY_KNOWN, release_held
from rollbook.problems import NotAllowed, RollbookError
from watcher import folder
from watcher.filing import SLIP_SUFFIX
from watcher.followups import Followed, do_followups
from watcher.intake import Outcome, left_over, take_in, work_off

LOCK_SECONDS = 60


@dataclass
class Round:
    """What one round did."""

    outcomes: list[Outcome] = field(default_factory=list)
    released: Posting | None = None
    followed: Followed = field(default_factory=Followed)
    still_written: Sequence[Path] = ()
    in_excel: Sequence[Path] = ()
    failures: list[str] = field(default_factory=list)

    @property
    def did_something(self) -> bool:
        """Say whether there is anything to tell."""
        return bool(self.outcomes or self.released or self.failures or self.followed.waiting)


class Progress:
    """What a round tells while it goes on. The base tells nothing."""

    def files(self, count: int) -> None:
        """So many files will be worked off."""

    def file(self, name: str) -> None:
        """This file is next."""

    def work(self, name: str) -> None:
        """This follow-up is next."""


def once(office: Office, *, accept: Sequence[str] = (), progress: Progress | None = None) -> Round:
    """Do one round: wait until the dropped files stand still, post them, do the follow-ups.

    ``accept`` names refused files to take back and post although they change much of what is on
    record. Raises ``NotAllowed`` when another Rollbook is at work in this office.
    """
    with _office_lock(office, LOCK_SECONDS):
        accepted = {_take_back(office, name).name for name in accept}
        ready, unsettled = folder.wait_for_quiet(
            office.folders.drop,
            office.settings.watch.settle_seconds,
            patience=2 * office.settings.watch.settle_seconds,
        )
        done = _round(office, ready, accepted, progress or Progress())
        done.in_excel = [path for path in unsettled if folder.open_in_excel(path)]
        done.still_written = [path for path in unsettled if path not in done.in_excel]
        return done


def watch(office: Office, stop: threading.Event, tell: Callable[[Round], None]) -> None:
    """Watch the drop folder until ``stop`` is set; ``tell`` is given each round that did anything.

    Nothing that one file or one follow-up does ends the watch.
    """

    def take(ready: Iterable[Path]) -> None:
        try:
            with _office_lock(office, 0):
                done = _round(office, list(ready), set(), Progress())
        except NotAllowed:
            return  # somebody does a round by hand; the next listing comes soon
        except RollbookError as error:
            done = Round(failures=[str(error)])
        if done.did_something:
            tell(done)

    folder.watch(
        office.folders.drop,
        take,
        stop=stop,
        settle_seconds=office.settings.watch.settle_seconds,
        every_seconds=office.settings.watch.every_seconds,
        say=lambda text: tell(Round(failures=[text])),
    )


def _round(office: Office, ready: Sequence[Path], accepted: set[str], progress: Progress) -> Round:
    done = Round()
    unfinished = left_over(office)
    progress.files(len(unfinished) + len(ready))
    for path in unfinished:
        progress.file(path.name)
        _keep_going(done, path, partial(work_off, office, path))
    for path in ready:
        progress.file(path.name)
        accept = path.name in accepted
        _keep_going(done, path, partial(take_in, office, path, accept_drift=accept))
    _try_again(office, done)
    now = datetime.now().astimezone()
    done.released = release_held(office, now)
    if _is_owed(office):
        done.followed = do_followups(office, now, progress.work)
    return done


def _try_again(office: Office, done: Round) -> None:
    """Post registers once more that were refused because their roster came after them."""
    roster_came = any(outcome.posting and outcome.posting.students for outcome in done.outcomes)
    for outcome in list(done.outcomes):
        early = any(problem.slug == NOBODY_KNOWN for problem in outcome.problems)
        if roster_came and early:
            done.outcomes.remove(outcome)
            again = _take_back(office, outcome.filed.name)
            _keep_going(done, again, partial(take_in, office, again))


def _keep_going(done: Round, path: Path, do: Callable[[], Outcome | None]) -> None:
    """Let one file's failure be one line; the file stays in ``received`` and is tried again."""
    try:
        outcome = do()
    except (RollbookError, OSError) as error:
        done.failures.append(f"“{path.name}” could not be dealt with now and is kept: {error}")
    else:
        if outcome is not None:
            done.outcomes.append(outcome)


def _is_owed(office: Office) -> bool:
    with office.ledger.read() as connection:
        return bool(book.owed(connection))


def _take_back(office: Office, name: str) -> Path:
    """Move a refused file back into the drop folder."""
    refused = office.folders.refused / Path(name).name
    if not refused.is_file():
        raise NotAllowed(f"There is no refused file “{name}”.")
    target = office.folders.drop / refused.name
    refused.replace(target)
    refused.with_name(refused.name + SLIP_SUFFIX).unlink(missing_ok=True)
    return target


def _office_lock(office: Office, seconds: float) -> "_Locked":
    return _Locked(office.folders.root / ".rollbook.lock", seconds)


class _Locked:
    """The office's lock, told in plain words when somebody else has it."""

    def __init__(self, path: Path, seconds: float) -> None:
        self._lock = FileLock(path, timeout=seconds)

    def __enter__(self) -> None:
        try:
            self._lock.acquire()
        except Timeout as error:
            raise NotAllowed(
                "Another Rollbook is at work in this office just now. Try again in a minute."
            ) from error

    def __exit__(self, *_: object) -> None:
        self._lock.release()
