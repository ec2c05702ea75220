"""England: a school census or local-authority extract, sessions by DfE code.

A row a pupil and term: ``UPN``, ``TermlySessionsPossible``, and one count a code, headed
``T_Reason_C`` or by the code itself (``/``, ``\\``, ``B`` …). Headers are those of real extracts.
``TermlySessionsAuthorised`` and ``…Unauthorised`` were found unreliable by others who used such
files; the counts of the codes stand beside them.
"""

import re
from collections.abc import Mapping

from rollbook.importers.contract import Extract, Profile
from rollbook.importers.reading.figures import SUMMARY, SummaryShape, read_figures
from rollbook.importers.reading.headers import Table, Words, find_tables, with_rows
from rollbook.importers.upload import Upload

NAME = "dfe-summary"
TITLE = "DfE summary by code (school census, local authority)"
HEADERS = ("UPN", "TermlySessionsPossible", "T_Reason_I")

_ALL = r"/ \ # - B C C1 C2 D E F G H I J J1 K L M N O P Q R S T U V W X Y Y1 Y2 Y3 Y4 Y5 Y6 Y7 Z"
CODES = frozenset(_ALL.split())
_REASON = re.compile(r"T_Reason_(.{1,2})", re.I)
_FEWEST = 3

WORDS: Words = {
    **SUMMARY,
    "student_id": ("Admission No", "Admission Number", "Adno", "Student ID", "Pupil ID"),
    "possible": ("TermlySessionsPossible", "SessionsPossible", "Sessions Possible", "Possible"),
    "attended": ("SessionsAttended", "Sessions Attended"),
    "form": (*SUMMARY["form"], "NCyearActual"),
}


def code_columns(table: Table) -> Mapping[str, int]:
    """Return the columns that count one code each, by ``code`` and the code."""
    found: dict[str, int] = {}
    for place, header in enumerate(table.headers):
        reason = _REASON.fullmatch(header)
        code = (reason[1] if reason else header).upper()
        if code in CODES:
            found.setdefault(f"code {code}", place)
    return found


SHAPE = SummaryShape(NAME, "sessions", WORDS, more=code_columns)


def identify(upload: Upload) -> bool:
    """Say whether a sheet has pupils, their possible sessions, and columns of three codes."""
    return bool(_tables(upload))


def extract(upload: Upload, profile: Profile) -> Extract:
    """Read every row as one pupil's sessions by code."""
    return read_figures(with_rows(upload, _tables(upload)), profile, SHAPE)


def _tables(upload: Upload) -> list[Table]:
    found = find_tables(upload, WORDS, ("student_id|state_id", "possible"))
    return [table for table in found if len(code_columns(table)) >= _FEWEST]
