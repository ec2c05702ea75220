"""A student's card, full width and in the pane; why a flag stands; contacts logged and struck."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from addin.desk import desk
from addin.pages.card import card_of
from addin.pages.contacts import Said, log_contact, take_back
from addin.pages.showing import show, shown, table_file
from addin.sign_in import Clerk, Visitor
from rollbook.problems import NotAllowed
from rollbook.reports import Table
from rollbook.reports.findings import explanation_table

router = APIRouter()
PAGES, PANE = "/students", "/pane/student"
NOT_IN_CARD = ("Trigger", "Class", "Reference", "How sure")


@router.get("/students/{student_id}")
def student_page(request: Request, clerk: Clerk, student_id: str, said: str = "") -> Response:
    """Show a student's card on a page of its own."""
    return _card(request, clerk, student_id, PAGES)


@router.get("/pane/student/{student_id}")
def student_in_pane(request: Request, clerk: Clerk, student_id: str) -> Response:
    """Return a student's card for the pane."""
    return _card(request, clerk, student_id, PANE)


@router.post("/students/{student_id}/log")
@router.post("/pane/student/{student_id}/log")
def log(
    request: Request,
    clerk: Clerk,
    student_id: str,
    contact: Annotated[str, Form()] = "",
    other: Annotated[str, Form()] = "",
    guardian: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
    day: Annotated[str, Form()] = "",
    received: Annotated[str, Form()] = "",
    until: Annotated[str, Form()] = "",
) -> Response:
    """Log what was done about a student, and show the card with it."""
    office = desk().office_of(clerk.name)
    said = Said(
        other if contact in ("", "other") else contact, guardian, note, day, received, until
    )
    try:
        says = log_contact(office, desk().standing, student_id, said, desk().now())
    except NotAllowed as why:
        return _after(request, clerk, student_id, problem=str(why))
    return _after(request, clerk, student_id, says=says)


@router.post("/students/{student_id}/strike/{number}")
@router.post("/pane/student/{student_id}/strike/{number}")
def strike(request: Request, clerk: Clerk, student_id: str, number: int) -> Response:
    """Take an entry of the log back, and show the card without it."""
    try:
        says = take_back(desk().office_of(clerk.name), student_id, number, desk().now())
    except NotAllowed as why:
        return _after(request, clerk, student_id, problem=str(why))
    return _after(request, clerk, student_id, says=says)


@router.get("/students/{student_id}/why/{trigger}")
def why_page(
    request: Request, clerk: Clerk, student_id: str, trigger: str, part: str = ""
) -> Response:
    """Show every mark that a rule looked at, on a page of its own."""
    return _why(request, clerk, student_id, trigger, part, PAGES)


@router.get("/pane/student/{student_id}/why/{trigger}")
def why_in_pane(
    request: Request, clerk: Clerk, student_id: str, trigger: str, part: str = ""
) -> Response:
    """Return every mark that a rule looked at, for the pane."""
    return _why(request, clerk, student_id, trigger, part, PANE)


@router.get("/students/{student_id}/why/{trigger}/marks.{ending}")
def why_file(clerk: Clerk, student_id: str, trigger: str, ending: str, part: str = "") -> Response:
    """Return the same marks as a file."""
    return table_file(_reasons(student_id, trigger, part)[1], ending)


def _card(
    request: Request,
    clerk: Visitor,
    student_id: str,
    place: str,
    more: Mapping[str, str] | None = None,
) -> Response:
    office = desk().office_of(clerk.name)
    try:
        card = card_of(office, desk().standing, student_id, desk().now())
    except NotAllowed as why:
        return not_there(request, clerk, str(why), place)
    name = "pages/student.html" if place == PAGES else "pages/_card.html"
    return show(request, clerk, name, {"card": card, "place": place, **(more or {})})


def not_there(request: Request, clerk: Visitor, says: str, place: str) -> Response:
    """Say that there is nobody, or nothing, of that name."""
    name = "pages/not_there.html" if place == PAGES else "pages/_not_there.html"
    return show(request, clerk, name, {"says": says, "place": place}, 404)


def _after(
    request: Request, clerk: Visitor, student_id: str, says: str = "", problem: str = ""
) -> Response:
    """Show the card after something was logged: as a part where scripts ask, else as a page."""
    if request.url.path.startswith(PANE):
        return _card(request, clerk, student_id, PANE, {"says": says, "problem": problem})
    if says and "hx-request" not in request.headers:
        return RedirectResponse(f"{PAGES}/{quote(student_id)}#log", status_code=303)
    return _card(request, clerk, student_id, PAGES, {"says": says, "problem": problem})


def _why(
    request: Request, clerk: Visitor, student_id: str, trigger: str, part: str, place: str
) -> Response:
    try:
        title, table = _reasons(student_id, trigger, part)
    except NotAllowed as why:
        return not_there(request, clerk, str(why), place)
    kept = [column.title for column in table.columns if column.title not in NOT_IN_CARD]
    context = {
        "student": desk().standing.students[student_id],
        "title": title,
        "sentence": str(table.rows[0][7]),
        "citations": str(table.rows[0][10]),
        "table": shown(
            replace(table.only(kept), rows=table.only(kept).rows[1:], title="Every mark")
        ),
        "file": f"{PAGES}/{quote(student_id)}/why/{quote(trigger)}/marks",
        "query": f"?part={quote(part)}" if part else "",
        "place": place,
    }
    name = "pages/why.html" if place == PAGES else "pages/_why.html"
    return show(request, clerk, name, context)


def _reasons(student_id: str, trigger: str, part: str) -> tuple[str, Table]:
    """Return what a rule says of a student and the table of marks, the rule itself first."""
    explained = desk().standing.explain(student_id)
    found = [one for one in explained if one.trigger == trigger and one.part == part]
    if not found:
        raise NotAllowed(f"No rule “{trigger}” is looked at for this student.")
    return found[0].title, explanation_table(found[:1])
