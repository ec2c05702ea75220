"""What every page shows: the look of ``templates/pages/base.html``, and tables as it shows them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from xlwings_server.templates import TemplateResponse

from addin.desk import desk
from addin.sign_in import Visitor
from rollbook.problems import NotAllowed
from rollbook.reports import Column, Table
from rollbook.reports.table import Value

NO_STORE = {"Cache-Control": "no-store"}
FILES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of a table as a page shows it."""

    text: str
    sort: str = ""
    is_number: bool = False
    link: str = ""
    state: str = ""
    is_day: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A table as a page shows it."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]


Mark = Callable[[Sequence[Value], int], tuple[str, str]]
"""Says of a row and a place in it where the cell leads and what state it has."""


def show(
    request: Request,
    clerk: Visitor,
    name: str,
    context: Mapping[str, Any] | None = None,
    status: int = 200,
) -> Response:
    """Return a page or a part of one: the template ``name`` with what ``base.html`` needs."""
    office, now = desk().office, desk().now()
    around = {
        "school": office.settings.name,
        "clerk": clerk.name,
        "here": "/" + request.url.path.strip("/").partition("/")[0],
        "printed": day_text(now.date()),
    }
    answer: Response = TemplateResponse(
        request=request,
        name=name,
        context={**around, **(context or {})},
        status_code=status,
        headers=NO_STORE,
    )
    return answer


def shown(table: Table, mark: Mark | None = None) -> Shown:
    """Return a report's table with every value as text, and what it is sorted by."""
    rows = [
        [_cell(value, column, mark(row, place) if mark else ("", ""))
         for place, (value, column) in enumerate(zip(row, table.columns, strict=True))]
        for row in table.rows
    ]  # fmt: skip
    return Shown(table.title, table.columns, rows)


def table_file(table: Table, ending: str) -> Response:
    """Return a table as the file a clerk downloads. Raises ``NotAllowed`` for another ending."""
    if ending not in FILES:
        raise NotAllowed("A table is downloaded as .xlsx or .csv.")
    office = desk().office
    content = table.to_csv() if ending == "csv" else table.to_xlsx(office.policy.paper)
    name = f'attachment; filename="{table.name}.{ending}"'
    return Response(
        content, media_type=FILES[ending], headers=NO_STORE | {"Content-Disposition": name}
    )


def day_text(day: date) -> str:
    """Write a day as people read it: ``Mon 7 Sep 2026``, ``Mon, Sep 7, 2026`` in the US."""
    if desk().office.policy.jurisdiction.startswith("us"):
        return f"{day:%a, %b} {day.day}, {day.year}"
    return f"{day:%a} {day.day} {day:%b %Y}"


def moment_text(at: str) -> str:
    """Write a moment of the ledger as people read it: the day and the time."""
    moment = datetime.fromisoformat(at)
    return f"{day_text(moment.date())}, {moment:%H:%M}"


def _cell(value: Value, column: Column, marked: tuple[str, str]) -> Cell:
    link, state = marked
    if value is None:
        return Cell("", "", column.is_number, link, state)
    if isinstance(value, date):
        return Cell(day_text(value), value.isoformat(), False, link, state, is_day=True)
    if isinstance(value, float):
        places = (
            len(column.number_format.partition(".")[2].rstrip("% ")) if column.number_format else 1
        )
        return Cell(f"{value:,.{places}f}", repr(value), True, link, state)
    if isinstance(value, int):
        return Cell(f"{value:,}", str(value), True, link, state)
    return Cell(str(value), str(value), column.is_number, link, state)
