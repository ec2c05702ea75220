"""The page of problems: rows held, files refused, work that waits, conflicts; with what to do."""

from collections.abc import Callable, Mapping, Sequence

from fastapi import APIRouter, Request
from fastapi.responses import Response

from addin.desk import desk
from addin.pages.showing import show, shown, table_file
from addin.pages.troubles import conflicts_table, held_table, refused_table, waiting_table
from addin.sign_in import Clerk
from rollbook.office import Office
from rollbook.problems import NotAllowed
from rollbook.reports import Table

router = APIRouter()

TABLES: Mapping[str, Callable[[Office], Table]] = {
    "held": held_table,
    "refused": refused_table,
    "waiting": waiting_table,
    "conflicts": conflicts_table,
}
_FINE = {
    "held": "No row is held.",
    "refused": "No file is refused.",
    "waiting": "No work waits.",
    "conflicts": "No log of a workbook speaks against the ledger.",
}


@router.get("/problems")
def problems(request: Request, clerk: Clerk) -> Response:
    """Show what is in the way, and what to do about it."""
    office, students = desk().office, desk().standing.students
    tables = {name: build(office) for name, build in TABLES.items()}

    def mark(row: Sequence[object], at: int) -> tuple[str, str]:
        known = at == 2 and str(row[2]) in students
        return (f"/students/{row[2]}" if known else "", "")

    context = {
        "tables": [
            (name, shown(table, mark if name == "held" else None), _FINE[name])
            for name, table in tables.items()
        ],
        "total": sum(len(table.rows) for table in tables.values()),
        "folder": office.folders.refused,
    }
    return show(request, clerk, "pages/problems.html", context)


@router.get("/problems/{name}.{ending}")
def problems_file(clerk: Clerk, name: str, ending: str) -> Response:
    """Return one of the tables as a file."""
    if name not in TABLES:
        raise NotAllowed(f"There is no list “{name}”.")
    return table_file(TABLES[name](desk().office), ending)
