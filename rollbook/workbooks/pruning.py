"""Which copies of a workbook are kept for how long."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from rollbook.office.settings import SnapshotSettings
from rollbook.workbooks.snapshots import Snapshot, list_snapshots
from rollbook.workbooks.turns import one_at_a_time

_MEGABYTE = 1_000_000


def prune(
    path: Path, snapshots: Path, policy: SnapshotSettings, now: datetime
) -> Sequence[Snapshot]:
    """Delete the copies of ``path`` that need not be kept any more; return them, oldest first.

    One after the other, so that wherever this ends, what is left is what the policy keeps, and
    perhaps more.
    """
    path = path.resolve()
    with one_at_a_time(path, snapshots):
        gone = []
        for copy in to_prune(list_snapshots(path, snapshots), policy, now):
            with suppress(OSError):  # somebody looks at it in Excel: next time
                copy.path.unlink()
                gone.append(copy)
        return gone


def to_prune(
    copies: Sequence[Snapshot], policy: SnapshotSettings, now: datetime
) -> Sequence[Snapshot]:
    """Return the copies, given newest first, that need not be kept any more, oldest first.

    Never one of today, of the newest ``fewest``, or the very first: that is the clerk's workbook
    as it was before Rollbook wrote into it.
    """
    always = {copy.path for copy in copies[: policy.fewest]}
    always |= {copy.path for copy in copies if copy.taken.date() == now.date()}
    always |= {copy.path for copy in copies[-1:]}
    kept = always | _due_by_age(copies, policy, now)
    pruned = [copy for copy in copies if copy.path not in kept]
    if policy.megabytes is not None:
        left = [copy for copy in copies if copy.path in kept]
        room = policy.megabytes * _MEGABYTE - sum(copy.size for copy in left)
        for copy in reversed(left):
            if room >= 0:
                break
            if copy.path not in always:
                room += copy.size
                pruned.append(copy)
    return sorted(pruned, key=lambda copy: copy.taken)


def _due_by_age(copies: Sequence[Snapshot], policy: SnapshotSettings, now: datetime) -> set[Path]:
    """Return the copies kept for their age: all at first, then one a day, then one a week."""
    kept: set[Path] = set()
    days, weeks = set(), set()
    for copy in copies:  # newest first
        age = now - copy.taken
        day, week = copy.taken.date(), copy.taken.isocalendar()[:2]
        if age <= timedelta(days=policy.all_days):
            kept.add(copy.path)
        elif age <= timedelta(days=policy.daily_days) and day not in days:
            kept.add(copy.path)
        elif age <= timedelta(days=policy.weekly_days) and week not in weeks:
            kept.add(copy.path)
        days.add(day)
        weeks.add(week)
    return kept
