"""One round of the office: what lies in the drop folder is posted, then the follow-ups are done.

`rollbook once` does one round. `rollbook watch` does one whenever files stand still, and now and
then for work that is owed. Only one round runs in an office at a time, whoever starts it.
"""

import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout

from rollbook.ledger import postings as book
from rollbook.ledger.postings import WORKBOOKS, Posting
from rollbook.office import Office, files_stamp, open_office, read_settings
from rollbook.posting import NOBODY_KNOWN, release_held
from rollbook.posting.slips import refused_because
from rollbook.problems import (
    NotAllowed,
    OfficeError,
    RollbookError,
    where_in_code,
    why_not_now,
)
from rollbook.workbooks.busy import is_free
from rollbook.workbooks.keeping import waiting_workbooks
from watcher import filing, folder
from watcher.followups import Followed, do_followups
from watcher.intake import (
    Outcome,
    Result,
    RosterMayFollow,
    half_claimed,
    left_over,
    take,
    turn_of,
    work_off,
)

_Work = Callable[[], Outcome]

LOCK_SECONDS = 60
LONGEST_PAUSE = 120.0  # seconds between two tries of work that could not be done


@dataclass
class Round:
    """What one round did."""

    outcomes: list[Outcome] = field(default_factory=list)
    released: Posting | None = None
    followed: Followed = field(default_factory=Followed)
    still_written: Sequence[Path] = ()
    in_excel: Sequence[Path] = ()
    failures: list[str] = field(default_factory=list)
    put_off: set[Path] = field(default_factory=set)
    before_roster: list[Path] = field(default_factory=list)

    @property
    def did_something(self) -> bool:
        """Say whether there is anything to tell."""
        return bool(
            self.outcomes
            or self.released
            or self.failures
            or self.followed.waiting
            or self.followed.receipts
            or self.followed.answers
            or self.still_written
            or self.in_excel
        )


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
    record. Raises ``NotAllowed`` when another Rollbook is at work in this office, and
    ``OfficeError`` when the drop folder cannot be reached.
    """
    with _Locked(office, LOCK_SECONDS):
        accepted = _take_back(office, accept)
        settle = office.settings.watch.settle_seconds
        try:
            found = folder.wait_for_quiet(office.folders.drop, settle, patience=2 * settle)
        except OSError as error:
            raise OfficeError(folder.unreachable(office.folders.drop, error)) from error
        try:
            with _as_saved_now(office) as now:
                done = _round(now, found.ready, progress or Progress(), accepted=accepted)
        except OSError as error:
            raise OfficeError(f"The office folder cannot be used: {why_not_now(error)}.") from error
        done.in_excel = _shown(found.in_excel)
        done.still_written = _shown([*found.changing, *found.locked])
        return done


def alone(office: Office) -> AbstractContextManager[None]:
    """Keep rounds out while files are moved or settings saved that a round must see together.

    Raises ``NotAllowed`` when a round does not end in time; nothing is done then.
    """
    return _Locked(office, LOCK_SECONDS)


def update_logs(office: Office) -> Followed:
    """Bring the letter logs in the workbooks up to date after a letter took a step.

    Does nothing when a watcher is at work just now: it will.
    """
    try:
        with _Locked(office, 0):
            return do_followups(office, datetime.now().astimezone(), only=(WORKBOOKS,))
    except NotAllowed:
        return Followed()


def watch(office: Office, stop: threading.Event, tell: Callable[[Round], None]) -> None:
    """Watch the drop folder until ``stop`` is set; ``tell`` is given each round that did anything.

    Nothing that one file or one follow-up does ends the watch, and the same trouble is told once.
    """
    watching = _Watching(office, tell)
    try:
        folder.watch(
            office.folders.drop,
            watching.take,
            stop=stop,
            settle_seconds=office.settings.watch.settle_seconds,
            every_seconds=office.settings.watch.every_seconds,
            say=lambda text: tell(Round(failures=[text])),
        )
    finally:
        watching.office.ledger.close()


class _Watching:
    """What a watch remembers from one look to the next."""

    def __init__(self, office: Office, tell: Callable[[Round], None]) -> None:
        self.office = office
        self._tell = tell
        self._settings = files_stamp(office.folders.root)
        self._anew = True
        self._put_off: set[Path] = set()
        self._stuck: set[Path] = set()
        self._troubles: set[str] = set()
        self._pause = 0.0
        self._next_try = 0.0
        self._open: Sequence[Path] = ()

    def take(self, found: folder.Waiting) -> None:
        """Do a round if a new file is ready, or if it is time to try owed work again.

        That is also when a workbook that waited was closed: nobody waits for the next try.
        """
        fresh = set(found.ready) - self._put_off
        is_due = time.monotonic() >= self._next_try or any(map(is_free, self._open))
        done = (self._round(found.ready) if fresh or is_due else None) or Round()
        stuck = {*found.in_excel, *found.locked}
        news = stuck - self._stuck
        self._stuck = stuck
        done.in_excel = _shown([path for path in found.in_excel if path in news])
        done.still_written = _shown([path for path in found.locked if path in news])
        if done.did_something:
            self._tell(done)

    def _round(self, ready: Sequence[Path]) -> Round | None:
        """Do a round; None when somebody does one by hand just now."""
        try:
            with _Locked(self.office, 0):
                trouble = self._read_settings_again()
                done = _round(self.office, ready, Progress(), anew=self._anew)
                waiting = waiting_workbooks(self.office) if done.followed.waiting else []
                self._open = [one.path for one in waiting if not is_free(one.path)]
        except NotAllowed:
            return None
        except (RollbookError, OSError) as error:
            trouble, done = _sentence(error), Round(put_off=set(ready))
        else:
            self._anew = False
        if trouble:
            done.failures.append(trouble)
        self._plan(done)
        self._leave_out_what_was_told(done)
        return done

    def _read_settings_again(self) -> str:
        """Open the office anew when its settings or its calendar changed; say if that fails."""
        stamp = files_stamp(self.office.folders.root)
        if stamp == self._settings:
            return ""
        try:
            office = open_office(self.office.folders.root)
        except (RollbookError, OSError) as error:
            return f"{_sentence(error)} Until then the earlier settings are used."
        self.office.ledger.close()
        self.office, self._settings, self._anew = office, stamp, True
        return ""

    def _plan(self, done: Round) -> None:
        """Say when to try again: soon, and more and more seldom while there is trouble."""
        every = self.office.settings.watch.every_seconds
        self._put_off = done.put_off
        trouble = done.failures or done.followed.waiting
        self._pause = min(max(2 * self._pause, every), LONGEST_PAUSE) if trouble else every
        self._next_try = time.monotonic() + self._pause

    def _leave_out_what_was_told(self, done: Round) -> None:
        told, self._troubles = self._troubles, {*done.failures, *done.followed.waiting}
        done.failures = [sentence for sentence in done.failures if sentence not in told]
        done.followed.waiting = [one for one in done.followed.waiting if one not in told]


def _round(
    office: Office,
    ready: Sequence[Path],
    progress: Progress,
    *,
    accepted: Collection[Path] = (),
    anew: bool = True,
) -> Round:
    """Do one round. With ``anew`` held rows are tried again even if no file was posted."""
    done = Round()
    office.folders.make()
    claimed = [*left_over(office), *_claimed(office, done, [*half_claimed(office), *ready])]
    work = work_off
    if len(claimed) > 1:
        claimed.sort(key=turn_of)
        work = partial(work_off, others_wait=True)
    progress.files(len(claimed))
    for path in claimed:
        progress.file(path.name)
        _keep_going(done, path, partial(work, office, path, accept_drift=path in accepted))
    for path in done.before_roster:
        again = partial(work_off, office, path, accept_drift=path in accepted)
        _keep_going(done, path, again)
    _try_again(office, done)
    _follow_up(office, done, progress, anew=anew)
    return done


def _claimed(office: Office, done: Round, dropped: Iterable[Path]) -> list[Path]:
    """Take the dropped files into ``received``; one that cannot be taken now stays where it is."""
    claimed: list[Path] = []
    for path in dropped:
        with _going_on(done, path):
            found = take(office, path)
            claimed += [found] if found else []
    return claimed


def _follow_up(office: Office, done: Round, progress: Progress, *, anew: bool) -> None:
    now = datetime.now().astimezone()
    try:
        if anew or any(outcome.posting for outcome in done.outcomes):
            done.released = release_held(office, now)
        if _is_owed(office):
            done.followed = do_followups(office, now, progress.work)
    except RollbookError as error:
        done.failures.append(str(error))


def _try_again(office: Office, done: Round) -> None:
    """Post registers that were refused, now or earlier, because their roster came after them."""
    if not any(outcome.posting and outcome.posting.students for outcome in done.outcomes):
        return
    for file in refused_because(office.folders.refused, NOBODY_KNOWN):
        again = Round()
        _keep_going(again, file, partial(_work_off_again, office, file))
        is_news = any(outcome.result is not Result.REFUSED for outcome in again.outcomes)
        if is_news or again.failures:
            done.outcomes = [outcome for outcome in done.outcomes if outcome.filed != file]
            done.outcomes += again.outcomes
            done.failures += again.failures


def _work_off_again(office: Office, file: Path) -> Outcome:
    return work_off(office, filing.take_back(file, office.folders.received))


def _keep_going(done: Round, path: Path, work: _Work) -> None:
    """Work one file off; let its failure be one line."""
    with _going_on(done, path):
        try:
            done.outcomes.append(work())
        except RosterMayFollow as early:
            done.before_roster.append(early.claimed)


@contextmanager
def _going_on(done: Round, path: Path) -> Iterator[None]:
    """Let one file's failure be one line; the file is kept and tried again."""
    try:
        yield
        return
    except (RollbookError, OSError) as error:
        reason = _sentence(error)
    except Exception as fault:
        reason = f"Rollbook itself is at fault ({where_in_code(fault)})."
    done.put_off.add(path)
    done.failures.append(
        f"“{filing.legible(path.name)}” is not dealt with yet: {reason} It is kept, and tried "
        "again by itself."
    )


def _sentence(error: RollbookError | OSError) -> str:
    return str(error) if isinstance(error, RollbookError) else f"{why_not_now(error)}."


def _is_owed(office: Office) -> bool:
    with office.ledger.read() as connection:
        return bool(book.owed(connection))


def _take_back(office: Office, names: Sequence[str]) -> set[Path]:
    """Take refused files into work again: all of them, or none when one is not there."""
    files = {office.folders.refused / Path(name).name: name for name in names}
    for file, name in files.items():
        if not file.is_file():
            raise NotAllowed(f"There is no refused file “{name}” in {office.folders.refused}.")
    return {filing.take_back(file, office.folders.received) for file in files}


@contextmanager
def _as_saved_now(office: Office) -> Iterator[Office]:
    """Give the office with the settings saved last.

    Somebody may have answered a question while this round waited for another one to end; by the
    earlier settings the files that waited for the answer would be refused again. Who is at the
    desk stays the clerk.
    """
    root = office.folders.root
    who = {"clerk": office.settings.clerk, "clerk_title": office.settings.clerk_title}
    if read_settings(root).model_copy(update=who) == office.settings:
        yield office
        return
    now = open_office(root)
    try:
        yield replace(now, settings=now.settings.model_copy(update=who))
    finally:
        now.ledger.close()


def _shown(paths: Iterable[Path]) -> list[Path]:
    """Return paths with names that can be shown."""
    return [path.with_name(filing.legible(path.name)) for path in paths]


class _Locked(AbstractContextManager[None]):
    """The office's lock, told in plain words when somebody else has it."""

    def __init__(self, office: Office, seconds: float) -> None:
        self._lock = FileLock(office.folders.root / ".rollbook.lock", timeout=seconds)

    def __enter__(self) -> None:
        try:
            self._lock.acquire()
        except Timeout as error:
            raise NotAllowed(
                "Another Rollbook is at work in this office just now. Try again in a minute."
            ) from error

    def __exit__(self, *_: object) -> None:
        self._lock.release()
