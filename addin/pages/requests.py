"""Asking for a document or a letter at the desk: questions as a form, then what became of it."""

import asyncio
import secrets
from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import Response

from addin.desk import desk
from addin.jobs import Question, Told
from addin.letter_requests import letter_questions, letters_in, write_now
from addin.pages.card import documents_in
from addin.pages.showing import show
from addin.pages.student import PAGES, PANE, not_there
from addin.requests_desk import issue_now, questions_for
from addin.sign_in import Clerk, Visitor
from rollbook.problems import RollbookError

router = APIRouter()
KEY = "key"
_LONGEST = 500


@router.get("/students/{student_id}/request/{kind}")
def form_page(request: Request, clerk: Clerk, student_id: str, kind: str) -> Response:
    """Show what has to be known before the document can be issued."""
    return _ask(request, clerk, kind, student_id, PAGES)


@router.get("/pane/request/{kind}/{student_id}")
def form_in_pane(request: Request, clerk: Clerk, student_id: str, kind: str) -> Response:
    """Return the same form for the pane."""
    return _ask(request, clerk, kind, student_id, PANE)


@router.post("/students/{student_id}/request/{kind}")
async def answer_page(request: Request, clerk: Clerk, student_id: str, kind: str) -> Response:
    """Issue the document, or ask what is still to be answered."""
    return await _take(request, clerk, kind, student_id, PAGES)


@router.post("/pane/request/{kind}/{student_id}")
async def answer_in_pane(request: Request, clerk: Clerk, student_id: str, kind: str) -> Response:
    """Issue the document, or ask what is still to be answered, for the pane."""
    return await _take(request, clerk, kind, student_id, PANE)


async def _take(
    request: Request, clerk: Visitor, kind: str, student_id: str, place: str
) -> Response:
    form = await request.form()
    said = {name: value[:_LONGEST] for name, value in form.items() if isinstance(value, str)}
    return await asyncio.to_thread(_answer, request, clerk, kind, student_id, place, said)


def _ask(request: Request, clerk: Visitor, kind: str, student_id: str, place: str) -> Response:
    refused = _refuse_unknown(request, clerk, kind, student_id, place)
    if refused:
        return refused
    office, standing, today = desk().office_of(clerk.name), desk().standing, desk().now().date()
    try:
        ask = letter_questions if kind in _letters() else questions_for
        asks = ask(office, standing, kind, student_id, {}, today)
    except RollbookError as why:
        return _form(request, clerk, kind, student_id, place, {}, Told(str(why)), is_fine=False)
    return _form(request, clerk, kind, student_id, place, {}, Told("", asks=asks))


def _answer(
    request: Request,
    clerk: Visitor,
    kind: str,
    student_id: str,
    place: str,
    said: Mapping[str, str],
) -> Response:
    refused = _refuse_unknown(request, clerk, kind, student_id, place)
    if refused:
        return refused
    office, standing, now = desk().office_of(clerk.name), desk().standing, desk().now()
    answers = {name: value for name, value in said.items() if name != KEY}
    key = f"pane {said.get(KEY) or secrets.token_hex(8)}"
    try:
        if kind in _letters():
            told = write_now(desk(), office, kind, student_id, answers, now)
        else:
            told = issue_now(office, standing, kind, student_id, answers, now, key=key)
    except RollbookError as why:
        told = Told(str(why))
        return _form(request, clerk, kind, student_id, place, answers, told, is_fine=False)
    return _form(request, clerk, kind, student_id, place, answers, told)


def _refuse_unknown(
    request: Request, clerk: Visitor, kind: str, student_id: str, place: str
) -> Response | None:
    standing = desk().standing
    if student_id not in standing.students:
        return not_there(request, clerk, standing.no_student(student_id), place)
    if kind not in _titles():
        return not_there(request, clerk, f"There is no document “{kind}” here.", place)
    return None


def _letters() -> dict[str, str]:
    """Return the titles of the letters that can be asked for today."""
    return dict(letters_in(desk().office, desk().now().date()))


def _titles() -> dict[str, str]:
    """Return the titles of all that can be asked for, documents and letters."""
    return _letters() | dict(documents_in(desk().standing.pack.jurisdiction))


def _form(
    request: Request,
    clerk: Visitor,
    kind: str,
    student_id: str,
    place: str,
    answers: Mapping[str, str],
    told: Told,
    is_fine: bool = True,
) -> Response:
    standing = desk().standing
    asked: tuple[Question, ...] = tuple(told.asks)
    names = {one.name for one in asked}
    context = {
        "student": standing.students[student_id],
        "title": _titles()[kind],
        "do": "Write it" if kind in _letters() else "Issue it",
        "kind": kind,
        "told": told,
        "is_fine": is_fine,
        "asks": asked,
        "given": {name: value for name, value in answers.items() if name not in names},
        "before": {name: value for name, value in answers.items() if name in names},
        "key": secrets.token_hex(8),
        "today": desk().now().date().isoformat(),
        "place": place,
    }
    name = "pages/request.html" if place == PAGES else "pages/_request.html"
    return show(request, clerk, name, context)
