"""The register: students, their guardians and enrolments, the codes, and the marks.

Words are used as in the glossary of ``rollbook/README.md``. A *session* is one registration of one
part of a day, never a school term. Ids are text for ever, so that zeros are kept.

The one shape that bulk data has is the **register frame**, one row a mark:

======================  ==================  ===================================================
column                  dtype               meaning
======================  ==================  ===================================================
``student_id``          category of str     as the office knows the student
``date``                datetime64[s]       the day, midnight
``part``                category of str     ``AM`` ``PM`` ``DAY`` ``P0`` … ``P12``
``symbol``              category of str     as the export has it, blanks stripped
``minutes_late``        int16               0 when not late or not said
``comment``             category of str     ``""`` when none
``row``                 int32               row of the source file, 1-based; 0 when unknown
======================  ==================  ===================================================
"""

from collections.abc import Iterable, Mapping, Sized
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

FRAME_COLUMNS = ("student_id", "date", "part", "symbol", "minutes_late", "comment", "row")
TEXT_COLUMNS = ("student_id", "part", "symbol", "comment")

PARTS = ("AM", "PM", "DAY", *(f"P{number}" for number in range(13)))
"""Parts of the day in the order a person reads them."""


class Category(StrEnum):
    """What a mark says about the session, whatever letter the school uses for it."""

    PRESENT = "present"
    APPROVED = "approved"  # approved activity: elsewhere, counted as attending
    AUTHORISED = "authorised"  # excused absence
    UNAUTHORISED = "unauthorised"  # unexcused absence
    NOT_POSSIBLE = "not possible"  # leaves the denominator
    MISSING = "missing"  # no mark was recorded


@dataclass(frozen=True, slots=True)
class Code:
    """One register code as a jurisdiction or a district defines it.

    ``late`` marks a late arrival. ``truancy`` says whether the mark is a day *or part of a day*
    missed without a valid excuse for the truancy laws; it usually follows the category, but a
    tardy of more than 30 minutes is present for attendance and still a truancy event in California.
    ``excused`` marks a late arrival with a valid excuse: however long, it is no truancy event.
    """

    symbol: str
    meaning: str
    category: Category
    late: bool = False
    truancy: bool = False
    excused: bool = False


CARE = ("bereavement", "looked-after", "medical-plan", "no-letters", "safeguarding")
"""Flags of a student that a roster can bring: reasons for care."""

COURT_ORDER, GETS_LETTERS = "court-order", "gets-letters"
"""What a list of contacts can say of an adult to keep letters away."""

PROTECTIONS = frozenset((*CARE, COURT_ORDER, GETS_LETTERS))
"""What an export only takes away from a child or an adult if it has a place for it."""


@dataclass(frozen=True, slots=True)
class Student:
    """A student as an export describes them. An empty field means the export did not say.

    ``state_id`` is the UPN (England), TSDS Unique ID (Texas) or SSID (California). ``language`` is
    ISO 639-1 (``en``, ``es``). ``flags`` hold reasons for care (``bereavement``, ``medical-plan``,
    ``looked-after``, ``safeguarding``, ``no-letters``). ``facts`` are further named values a
    verification may need: ``hours_per_week``, ``expected_graduation`` (ISO date).
    """

    student_id: str
    family_name: str = ""
    given_name: str = ""
    known_as: str = ""
    state_id: str = ""
    birth_date: date | None = None
    grade: str = ""
    form: str = ""
    campus: str = ""
    language: str = ""
    flags: frozenset[str] = frozenset()
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name as it is written in a letter, given name first."""
        return " ".join(part for part in (self.given_name, self.family_name) if part)

    @property
    def sort_name(self) -> str:
        """The name as a register lists it, family name first."""
        return ", ".join(part for part in (self.family_name, self.given_name) if part)


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A member of staff; without a ``campus`` of the whole office.

    Who ``signs`` is the signatory of the campus' letters, who ``answers`` is named in them to be
    called. ``forms`` are the forms or homerooms a tutor has.
    """

    name: str
    title: str = ""
    campus: str = ""
    forms: tuple[str, ...] = ()
    email: str = ""
    phone: str = ""
    hours: str = ""
    signs: bool = False
    answers: bool = False


@dataclass(frozen=True, slots=True)
class Guardian:
    """An adult of a student. A letter goes only to one who gets letters and has no court order."""

    student_id: str
    name: str
    relation: str = ""
    street: str = ""  # lines divided by "\n"
    city: str = ""
    region: str = ""  # state, county
    postcode: str = ""  # ZIP or postcode
    language: str = ""
    phone: str = ""
    email: str = ""
    gets_letters: bool = True
    court_order: bool = False
    lives_with: bool = True
    order: int = 1


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One stretch of membership: from ``entry_date`` up to, not including, ``withdrawal_date``.

    ``withdrawal_date`` is the first day *not* in membership (the Texas meaning); an importer of a
    "last day on roll" adds a day. A student may have several with gaps between them.
    """

    student_id: str
    entry_date: date
    withdrawal_date: date | None = None
    campus: str = ""
    ada_code: str = ""
    track: str = ""

    def holds(self, day: date) -> bool:
        """Say whether the student is in membership on ``day``."""
        return self.entry_date <= day and (
            self.withdrawal_date is None or day < self.withdrawal_date
        )


ACTIONS = (
    "call",
    "email",
    "message",
    "meeting",
    "conference",
    "home-visit",
    "letter",
    "report",
    "plan",
    "measures",
    "contract",
    "notice-to-improve",
    "penalty-notice",
    "referral",
    "return",
    "attendance-recovery",
    "ssa-pages-kept",
    "ssa-notified",
    "other",
)
"""What an office does about a student, as the log of actions names it."""

SSA_PAGES_KEPT, SSA_NOTIFIED = "ssa-pages-kept", "ssa-notified"
"""Pages 4 and 5 of form SSA-1372 are on file; and Social Security was sent page 4."""


HOLD_BACKS = (
    "bereavement",
    "medical-plan",
    "looked-after",
    "safeguarding",
    "no-letters",
    "part-time-timetable",
    "pregnancy",
    "foster-care",
    "homelessness",
    "serious-illness",
    "principal-earner",
)
"""Reasons for care: why a letter or a referral about a student must wait."""


@dataclass(frozen=True, slots=True)
class Action:
    """What the office did about a student: a call, a conference offered, a notice, a referral.

    ``kind`` is one of :data:`ACTIONS`. ``received`` is the day a notice reached the family;
    ``until`` the day an agreement or an improvement period ends. ``by`` and ``at`` are who entered
    it and when (ISO text); ``number`` is its place in the log.
    """

    student_id: str
    day: date
    kind: str
    guardian: str = ""
    note: str = ""
    received: date | None = None
    until: date | None = None
    by: str = ""
    at: str = ""
    number: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class HoldBack:
    """A reason for care noted about a student from ``first`` to ``last`` (open when None)."""

    student_id: str
    reason: str
    first: date
    last: date | None = None
    note: str = ""
    by: str = ""

    def holds(self, day: date) -> bool:
        """Say whether the reason stands on ``day``."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True, order=True)
class Session:
    """One registration: a day and a part of it."""

    day: date
    part: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark of one student, as evidence is listed."""

    session: Session
    symbol: str
    minutes_late: int = 0
    comment: str = ""


def register_frame(columns: Mapping[str, object]) -> pd.DataFrame:
    """Return a register frame with the documented columns and dtypes from ``columns``.

    ``student_id``, ``date``, ``part`` and ``symbol`` are needed, each as long as the others or a
    single value; the rest default to 0 or ``""``. Dates may be anything numpy takes as datetime64.
    """
    length = max(map(_length, columns.values()), default=0)
    frame: dict[str, object] = {}
    for name in FRAME_COLUMNS:
        value = columns.get(name, "" if name in TEXT_COLUMNS else 0)
        if name in TEXT_COLUMNS:
            frame[name] = _text_category(value, length)
        elif name == "date":
            frame[name] = np.broadcast_to(np.asarray(value, dtype="datetime64[s]"), (length,))
        else:
            dtype = "int16" if name == "minutes_late" else "int32"
            frame[name] = np.broadcast_to(np.asarray(value, dtype=dtype), (length,))
    return pd.DataFrame(frame)


def empty_register() -> pd.DataFrame:
    """Return a register frame without marks."""
    return register_frame({"student_id": [], "date": [], "part": [], "symbol": []})


def join_registers(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return one register frame with the rows of all, in order, categoricals kept."""
    kept = [frame for frame in frames if len(frame)]
    if not kept:
        return empty_register()
    columns: dict[str, object] = {}
    for name in FRAME_COLUMNS:
        if name in TEXT_COLUMNS:
            columns[name] = pd.api.types.union_categoricals([frame[name] for frame in kept])
        else:
            columns[name] = np.concatenate([frame[name].to_numpy() for frame in kept])
    return register_frame(columns)


def _length(value: object) -> int:
    return len(value) if isinstance(value, Sized) and not isinstance(value, str) else 0


def _text_category(value: object, length: int) -> "pd.Categorical[Any]":
    if isinstance(value, str):
        return pd.Categorical.from_codes(
            np.zeros(length, dtype=np.int8), pd.Index([value], dtype=object)
        )
    if isinstance(value, pd.Series) and isinstance(value.dtype, pd.CategoricalDtype):
        value = value.array
    if isinstance(value, pd.Categorical):
        return value
    codes, labels = pd.factorize(np.asarray(value, dtype=object))
    return pd.Categorical.from_codes(codes, pd.Index(labels, dtype=object))
