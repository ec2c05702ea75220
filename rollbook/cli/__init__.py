"""The command line. It puts the rooms of the house together; nothing imports it.

Exit status: 0 fine, 1 problems found, 2 could not run.
"""

import os
import sys

from rollbook.cli import (
    actions,
    adopting,
    calendar,
    deadlines,
    demo,
    documents,
    envelopes,
    figures,
    importing,
    letter_log,
    letters,
    mailing,
    office,
    patterns,
    policy,
    postings,
    preparing,
    printing,
    reading,
    releases,
    requested,
    reviewing,
    rounds,
    sending,
    serve,
    settling_exports,
    snapshots,
    starting,
    templates,
    texting,
    waiting,
    what_if,
    workbook,
)
from rollbook.cli.app import app
from rollbook.cli.show import complain
from rollbook.problems import RollbookError, where_in_code, why_not_now

__all__ = ["app", "main"]

for room in (
    demo,
    rounds,
    serve,
    waiting,
    postings,
    importing,
    settling_exports,
    office,
    calendar,
    figures,
    patterns,
    letters,
    actions,
    deadlines,
    documents,
    releases,
    adopting,
    workbook,
    snapshots,
    starting,
    reading,
    policy,
    what_if,
):
    room.register(app)

LETTERS = (
    preparing,
    requested,
    reviewing,
    printing,
    envelopes,
    mailing,
    sending,
    texting,
    letter_log,
    templates,
)
"""Rooms that add their commands to `rollbook letters` as they are imported."""


def main() -> None:
    """Run the command; say in one sentence what went wrong, without a traceback."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:  # Windows: a pipe is cp1252 and cannot hold every name
            reconfigure(encoding="utf-8")
    try:
        app()
    except RollbookError as error:
        complain(str(error))
        sys.exit(error.exit_code)
    except OSError as error:
        complain(
            f"{error.filename or 'A file'}: {why_not_now(error)}. Put that right, and try again."
        )
        sys.exit(2)
    except Exception as fault:
        if os.environ.get("ROLLBOOK_TRACEBACK"):
            raise
        complain(
            f"Rollbook itself has a fault ({where_in_code(fault)}). Nothing of yours is lost. "
            "Tell whoever looks after Rollbook this line and the command; set "
            "ROLLBOOK_TRACEBACK=1 to see more."
        )
        sys.exit(2)
