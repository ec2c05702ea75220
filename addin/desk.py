"""The desk: the one open office behind every function, button and page of this process."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from rollbook.ledger import people
from rollbook.office import Office, files_stamp, open_office
from rollbook.problems import NotAllowed
from rollbook.register import Student
from rollbook.standing import Standing, read_standing

Tell = Callable[[str, int, int], None]
"""Says what is being done, how much of it is done, and of how much (0 when nobody knows)."""


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of one dropped file."""

    name: str
    posted: bool
    says: str
    posting: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    """What a round of the other door did, in sentences for the clerk."""

    says: Sequence[str] = ()
    problems: Sequence[str] = ()
    files: Sequence[Filed] = ()


class Hands(Protocol):
    """The other door's work. Whoever opens the desk gives it, for doors do not know each other."""

    def round(self, office: Office, tell: Tell, accept: Sequence[str] = ()) -> Done:
        """Post what lies in the drop folder and do the follow-ups."""
        ...

    def keep_up(self, office: Office) -> Done:
        """Bring the logs in the adopted workbooks up to date after a letter took a step."""
        ...


@dataclass(eq=False)
class Desk:
    """An open office, and its register as it stands, read again only when something changed."""

    root: Path
    hands: Hands
    now: Callable[[], datetime] = lambda: datetime.now().astimezone()
    _office: Office | None = None
    _files: object = None
    _times_opened: int = 0
    _standing: tuple[object, Standing] | None = None  # and the stamp it is good for
    _students: tuple[object, Mapping[str, Student]] | None = None
    _opening: threading.RLock = field(default_factory=threading.RLock)
    _reading: threading.RLock = field(default_factory=threading.RLock)  # taken before the other

    @property
    def office(self) -> Office:
        """The office, opened again when its settings, calendar or rule pack were edited."""
        with self._opening:
            files = files_stamp(self.root)
            if self._office is None or files != self._files:
                office = open_office(self.root)
                if self._office is not None:
                    self._office.ledger.close()
                self._office, self._files = office, files
                self._times_opened += 1
            return self._office

    def office_of(self, clerk: str) -> Office:
        """Return the office with whoever is at the desk as the clerk that logs and letters name."""
        office = self.office
        if not clerk or clerk == office.settings.clerk:
            return office
        update = {"clerk": clerk, "clerk_title": ""}
        return replace(office, settings=office.settings.model_copy(update=update))

    @property
    def stamp(self) -> object:
        """What is another one as soon as office, ledger or day are."""
        with self._opening:
            number = self.office.ledger.stamp()
            return (self._times_opened, number, self.now().date())

    @property
    def standing(self) -> Standing:
        """The register as it stands now; whoever needs only the office does not wait for it."""
        with self._reading:
            stamp = self.stamp
            if self._standing is None or self._standing[0] != stamp:
                self._standing = stamp, read_standing(self.office)
            return self._standing[1]

    @property
    def students(self) -> Mapping[str, Student]:
        """Who is on the ledger now; their marks are not read for it."""
        with self._reading:
            stamp = self.stamp
            if self._standing is not None and self._standing[0] == stamp:
                return self._standing[1].students
            if self._students is None or self._students[0] != stamp:
                with self.office.ledger.read() as connection:
                    self._students = stamp, people.students(connection)
            return self._students[1]

    def close(self) -> None:
        """Let go of the ledger."""
        with self._reading, self._opening:
            if self._office is not None:
                self._office.ledger.close()
            self._office = self._standing = self._students = None


_open: list[Desk] = []


def open_desk(root: Path, hands: Hands) -> Desk:
    """Open the office in ``root`` for this process. Raises ``OfficeError`` as opening one does."""
    close_desk()
    new = Desk(root, hands)
    assert new.office is not None  # now, so that what is wrong is said at the start
    _open.append(new)
    return new


def close_desk() -> None:
    """Close the desk of this process, if one is open."""
    while _open:
        _open.pop().close()


def desk() -> Desk:
    """Return the desk of this process. Raises ``NotAllowed`` when none is open."""
    if not _open:
        raise NotAllowed("No office is open. Start Rollbook with: rollbook serve --office DIR")
    return _open[-1]
