"""The page of problems: rows held, files refused, work that waits, conflicts; with what to do.

A file that is unlike the last of its kind is posted from here by one yes.
"""

import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from addin.buttons import Button, Press, do
from addin.desk import desk
from addin.jobs import Phase, Told, job_of
from addin.pages.showing import day_text, show, shown, table_file
from addin.pages.troubles import (
    asked_table,
    conflicts_table,
    day_of,
    held_table,
    look_of,
    refused_table,
    unlike_table,
    waiting_table,
    why_of,
)
from addin.posting_desk import told_of_round
from addin.sign_in import Clerk
from rollbook.office import Office
from rollbook.posting.slips import unlike_files
from rollbook.problems import NotAllowed
from rollbook.reports import Table

router = APIRouter()

TABLES: Mapping[str, Callable[[Office], Table]] = {
    "held": held_table,
    "asked": asked_table,
    "refused": refused_table,
    "waiting": waiting_table,
    "conflicts": conflicts_table,
}
_FILES = {**TABLES, "unlike": unlike_table}
_FINE = {
    "held": "No row is held.",
    "asked": "No file waits for an answer.",
    "refused": "No file is refused.",
    "waiting": "No work waits.",
    "conflicts": "No log of a workbook speaks against the ledger.",
}


@dataclass(frozen=True, slots=True)
class Unlike:
    """A file that waits for a yes, with the differences from the last of its kind."""

    name: str
    came: str
    differences: Sequence[str]
    look: str  # a yes is for the file that was looked at, not for another of its name


@router.get("/problems")
def problems(request: Request, clerk: Clerk, job: str = "") -> Response:
    """Show what is in the way, and what to do about it."""
    office, students = desk().office, desk().standing.students
    tables = {name: build(office) for name, build in TABLES.items()}

    def mark(row: Sequence[object], at: int) -> tuple[str, str]:
        known = at == 2 and str(row[2]) in students
        return (f"/students/{row[2]}" if known else "", "")

    last = job_of(job, clerk.name)
    is_running = last is not None and last.phase is Phase.RUNNING
    unlike = [] if is_running else _unlike(office)
    context = {
        "job": last,
        "unlike": unlike,
        "tables": [
            (name, shown(table, mark if name == "held" else None), _FINE[name])
            for name, table in tables.items()
        ],
        "total": len(unlike) + sum(len(table.rows) for table in tables.values()),
        "folder": office.folders.refused,
    }
    return show(request, clerk, "pages/problems.html", context)


@router.get("/problems/{name}.{ending}")
def problems_file(clerk: Clerk, name: str, ending: str) -> Response:
    """Return one of the tables as a file."""
    if name not in _FILES:
        raise NotAllowed(f"There is no list “{name}”.")
    return table_file(_FILES[name](desk().office), ending)


def _unlike(office: Office) -> list[Unlike]:
    return [
        Unlike(file.name, day_text(day_of(file)), why[1:-1] or why, look_of(file))
        for file in unlike_files(office.folders.refused)
        for why in [why_of(file)]
    ]


@router.post("/problems/accept")
def accept(
    clerk: Clerk, file: Annotated[str, Form()], look: Annotated[str, Form()] = ""
) -> Response:
    """Begin to post a file that waits for a yes; the page then shows how far it is."""
    job = secrets.token_hex(16)
    button = Button(
        "accept", "Register", f"Post {file}", "", "", "nothing", partial(_post, file, look)
    )
    here = desk()
    sent = {"job": job}
    threading.Thread(target=do, args=(button, None, here, clerk.name, sent), daemon=True).start()
    return RedirectResponse(f"/problems?job={job}", status_code=303)


def _post(file: str, look: str, at: Press) -> Told:
    waiting = {one.name: one for one in unlike_files(at.office.folders.refused)}
    if file not in waiting:
        raise NotAllowed(f"“{file}” does not wait for a yes any more. Nothing was done.")
    if look != look_of(waiting[file]):
        raise NotAllowed(
            f"“{file}” has changed since this page was shown: another file of that name waits now. "
            "Nothing was done. Look at how it differs, and then say yes."
        )
    return told_of_round(at.desk.hands.round(at.office, at.tell, [file]))


@router.get("/problems/job/{job}")
def job_part(request: Request, clerk: Clerk, job: str) -> Response:
    """Show how far the posting is; when it has ended, the page anew."""
    found = job_of(job, clerk.name)
    context = {"job": found, "place": "/problems/job"}
    answer = show(request, clerk, "pages/letters_job.html", context)
    if found is None or found.phase is not Phase.RUNNING:
        answer.headers["HX-Redirect"] = f"/problems?job={job}"
    return answer
