"""Signing in and out: the page, the link from the pane, and how this office signs in."""

import asyncio
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from xlwings_server.templates import TemplateResponse

from addin.sign_in import (
    COOKIE,
    FIRST_PAGE,
    SESSION_SECONDS,
    Clerk,
    NotSignedIn,
    by_token,
    local,
    sign_in,
)

router = APIRouter()


@router.get("/sign-in")
async def sign_in_page(request: Request, then: str = FIRST_PAGE) -> Response:
    """Show the form, or go on where nobody has to sign in."""
    if not sign_in().is_asked:
        return RedirectResponse(local(then), status_code=303)
    return _form(request, then)


@router.post("/sign-in")
async def sign_in_with_token(
    request: Request,
    token: Annotated[str, Form()] = "",
    then: Annotated[str, Form()] = FIRST_PAGE,
) -> Response:
    """Open a session for a token, or say that it is not known."""
    try:
        clerk = await by_token(request, token) if sign_in().settings.sign_in == "token" else None
    except NotSignedIn as refused:
        return _form(request, then, str(refused), 401)
    if clerk is None:
        return _form(request, then)
    return _let_in(RedirectResponse(local(then), status_code=303), clerk.name)


@router.get("/sign-in/how")
async def how() -> dict[str, str]:
    """Say how people sign in here: ``none``, ``token`` or ``entraid``."""
    return {"how": sign_in().settings.sign_in}


@router.get("/sign-in/who")
async def who(clerk: Clerk) -> dict[str, str]:
    """Say who is signed in; with ``none`` nobody has to be."""
    return {"name": clerk.name}


@router.post("/sign-in/ticket")
async def ticket(clerk: Clerk, then: str = FIRST_PAGE) -> dict[str, str]:
    """Return a link that opens a page in the browser, signed in: good once, for a minute."""
    page = local(then)
    if not sign_in().is_asked:
        return {"link": page}
    made = sign_in().ticket(clerk.name)
    return {"link": f"/sign-in/with/{made}?then={quote(page, safe='/')}"}


@router.get("/sign-in/with/{made}")
async def sign_in_with_ticket(request: Request, made: str, then: str = FIRST_PAGE) -> Response:
    """Take a link from the pane, and go on to its page.

    By a page of our own, not a redirect: on a redirect that Excel on the web began, browsers would
    not yet send the cookie.
    """
    try:
        name = sign_in().redeem(made)
    except NotSignedIn as refused:
        await asyncio.sleep(sign_in().failed())
        return _form(request, then, str(refused), 401)
    page = {"then": local(then)}
    return _let_in(
        TemplateResponse(request=request, name="pages/signed_in.html", context=page), name
    )


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """End the session. No link or picture of another site can: those only look."""
    sign_in().close_session(request.cookies.get(COOKIE, ""))
    answer = RedirectResponse("/sign-in", status_code=303)
    answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="strict")
    return answer


def _let_in(answer: Response, name: str) -> Response:
    cookie = sign_in().open_session(name)
    answer.set_cookie(
        COOKIE,
        cookie,
        max_age=SESSION_SECONDS,
        path="/",
        secure=True,
        httponly=True,
        samesite="strict",
    )
    return answer


def _form(request: Request, then: str, says: str = "", status: int = 200) -> Response:
    context = {"then": local(then), "says": says, "how": sign_in().settings.sign_in}
    answer: Response = TemplateResponse(
        request=request, name="pages/sign_in.html", context=context, status_code=status
    )
    return answer
