"""What an importer is: a module with a name and two functions.

One SIS export, one file in this folder. A module has

``NAME``      the slug shown to the clerk and kept with each posting, e.g. ``ascender-absences``
``TITLE``     what the export is called in the office, e.g. ``ASCENDER absences (fixed width)``
``HEADERS``   the headers it needs, so that an unknown file can be told the nearest importer

and, where nobody knows in which order such files write dates, ``ASKS_ORDER = True``,
and the two functions of :class:`Importer`. Modules keep no state.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Protocol

import pandas as pd

from rollbook.importers.upload import Upload
from rollbook.problems import Problem
from rollbook.register import Action, Enrolment, Guardian, StaffMember, Student, empty_register


class Recording(StrEnum):
    """How a file says *present*: by a mark for everybody, or by the absence of an absence."""

    POSITIVE = "positive"
    NEGATIVE = "negative"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a marks file speaks about: a campus (``""`` for all), first to last day, parts."""

    campus: str
    first: date
    last: date
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """What an office has settled about its exports, handed to every importer.

    ``day_first`` reads 03/04/2026 as 3 April. ``encoding`` is tried before cp1252 when a text file
    is not UTF-8. ``campus`` is used where a file names none. ``absences_only``: plain lists
    hold absences only, and who has no mark was there. Unless ``order_settled``, ``day_first`` is
    only the custom of the country, and a list of nobody's system whose dates do not tell is asked
    about. ``own`` are importers the office wrote for itself; they are asked when no system's own
    importer knows a file.
    """

    day_first: bool = False
    encoding: str = ""
    campus: str = ""
    absences_only: bool = False
    order_settled: bool = True
    own: "Sequence[Importer]" = ()


@dataclass(frozen=True, slots=True)
class DocumentRequest:
    """One line of a dropped request list: who asks for which document, and why."""

    student_id: str
    document: str
    purpose: str
    requested_by: str
    consent: str = ""
    row: int = 0
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Correction:
    """What a clerk asks to be changed in the register, on which days, and why.

    ``part`` is a session, ``""`` for every session of the days. ``was`` is what the register is
    said to say now (``""``: nothing); None means any absence that nobody has excused. ``reason``
    is kept in the trail, with what shows it and who approved it. ``received`` is the day a note
    came in; None for a change that is no note.
    """

    student_id: str
    first: date
    last: date
    part: str
    was: str | None
    code: str
    reason: str
    row: int = 0
    received: date | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """What a summary says of one student over a stretch of time: totals, and no marks.

    ``counts`` has what was counted as the words of ``reading/figures.py`` name it (``possible``,
    ``attended``, ``absent`` …, ``code N`` for one code), in ``unit``: ``days``, ``sessions`` or
    ``percent``. ``period`` is the stretch in the export's own words; ``first`` and ``last`` are
    its days where the export gives them. An id the export does not give is ``""``.
    """

    student_id: str
    counts: Mapping[str, Fraction]
    unit: str
    period: str = ""
    first: date | None = None
    last: date | None = None
    state_id: str = ""
    name: str = ""
    form: str = ""
    campus: str = ""
    row: int = 0


@dataclass(frozen=True)
class Extract:
    """Everything one export says, in Rollbook's words. Nothing in it has been checked yet.

    ``marks`` is a register frame. With ``Recording.NEGATIVE`` a session inside ``coverage`` that
    has no mark was attended by every student in membership. ``guardians`` replace the earlier
    guardians of every student they mention; ``enrolments`` likewise. ``symbols`` in ``marks`` are
    as the export has them; a blank that means *present* is the symbol ``""``. ``figures`` are a
    summary's: no mark is made of them, and who is not among them was not in its selection.
    ``corrections`` change marks that are on record, where these are as they say. ``contacts``, by
    row, are entries for the log of actions; ``staff``, by row, is the whole staff of its campuses.
    With ``is_roster`` the students are a roster's.
    ``tells`` has those of ``PROTECTIONS`` the export has a place for: only they replace what is on
    record, and what it has no place for it takes from nobody. ``columns`` are the file's headers as
    they are compared with those of the last export of its kind. ``mends`` says of the rows of a
    list of held rows, by row, which held row each of them mends.
    """

    importer: str
    marks: pd.DataFrame = field(default_factory=empty_register)
    students: Sequence[Student] = ()
    guardians: Sequence[Guardian] = ()
    enrolments: Sequence[Enrolment] = ()
    requests: Sequence[DocumentRequest] = ()
    figures: Sequence[Figures] = ()
    corrections: Sequence[Correction] = ()
    contacts: Mapping[int, Action] = field(default_factory=dict)
    staff: Mapping[int, StaffMember] = field(default_factory=dict)
    coverage: Sequence[Coverage] = ()
    recording: Recording = Recording.POSITIVE
    problems: Sequence[Problem] = ()
    is_roster: bool = False
    tells: frozenset[str] = frozenset()
    columns: Sequence[str] = ()
    mends: Mapping[int, int] = field(default_factory=dict)


class Importer(Protocol):
    """The contract of an importer module."""

    NAME: str
    TITLE: str
    HEADERS: Sequence[str]

    def identify(self, upload: Upload) -> bool:
        """Say whether ``upload`` is this export. Looks at ``upload.head`` only; never raises."""
        ...

    def extract(self, upload: Upload, profile: Profile) -> Extract:
        """Read the whole file.

        A row that cannot be read is a ``hold`` problem with its place; the rows around it are
        still returned. A file that must not be posted at all raises ``RefusedFile``.
        """
        ...
