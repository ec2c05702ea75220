"""Who is asking: clerks' tokens, sessions of the browser, and links that sign in once.

The pane and the worksheet functions send their token with every call. A browser has a session: a
cookie that scripts cannot read and that other sites cannot make it send, good for a working day.
"""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from fastapi import Depends, HTTPException, Request

from addin.tokens import fingerprint, read_clerks
from rollbook.office import ServeSettings
from rollbook.problems import NotAllowed

FIRST_PAGE = "/today"
COOKIE = "__Host-rollbook"  # browsers keep a cookie of this name only from this very server
SESSION_SECONDS = 12 * 60 * 60
TICKET_SECONDS = 60
SLOWEST_SECONDS = 5.0
FREE_TRIES = 5
FORGOTTEN_SECONDS = 15 * 60


class NotSignedIn(NotAllowed):
    """Nobody is signed in, or with something that is not good (any more)."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks for a page. Without a name nobody has to sign in: the office's own clerk."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class _Session:
    name: str
    until: float


@dataclass(eq=False)
class SignIn:
    """The sign-in of this process: how people sign in, and who is."""

    settings: ServeSettings = field(default_factory=ServeSettings)
    root: Path = Path()
    clock: Callable[[], float] = time.monotonic
    _sessions: dict[str, _Session] = field(default_factory=dict)
    _tickets: dict[str, _Session] = field(default_factory=dict)
    _failures: list[float] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_asked(self) -> bool:
        """Whether anybody has to sign in."""
        return self.settings.sign_in != "none"

    def clerk_of(self, token: str) -> str:
        """Return whose token this is. Raises ``NotSignedIn``."""
        shown = fingerprint(token.strip())
        found = ""
        for name, kept in read_clerks(self.root).items():  # all, so that time tells nothing
            if secrets.compare_digest(kept, shown):
                found = name
        if not found:
            raise NotSignedIn(
                "This token is not known here. Ask whoever looks after Rollbook for a new one."
            )
        return found

    def failed(self) -> float:
        """Note that somebody could not sign in; return how long the answer is to wait."""
        now = self.clock()
        with self._lock:
            self._failures = [at for at in self._failures if now - at < FORGOTTEN_SECONDS][-99:]
            self._failures.append(now)
            return pause_after(len(self._failures))

    def open_session(self, name: str) -> str:
        """Let a clerk in for a working day; return what the cookie is to hold."""
        return self._keep(self._sessions, name, SESSION_SECONDS)

    def session(self, cookie: str) -> str:
        """Return whose session a cookie is of; empty when it is none or is over."""
        with self._lock:
            found = self._sessions.get(fingerprint(cookie))
        if found is None or found.until < self.clock() or not self._is_still_known(found.name):
            return ""
        return found.name

    def close_session(self, cookie: str) -> None:
        """End a session."""
        with self._lock:
            self._sessions.pop(fingerprint(cookie), None)

    def ticket(self, name: str) -> str:
        """Return a ticket that signs a browser in once, within a minute."""
        return self._keep(self._tickets, name, TICKET_SECONDS)

    def redeem(self, ticket: str) -> str:
        """Take a ticket and return whose it was. Raises ``NotSignedIn``."""
        with self._lock:
            found = self._tickets.pop(fingerprint(ticket), None)
        if found is None or found.until < self.clock() or not self._is_still_known(found.name):
            raise NotSignedIn(
                "This link was used or is too old. Open the page from Excel once more."
            )
        return found.name

    def _keep(self, kept: dict[str, _Session], name: str, seconds: float) -> str:
        secret, now = secrets.token_urlsafe(32), self.clock()
        with self._lock:
            for over in [key for key, one in kept.items() if one.until < now]:
                del kept[over]
            kept[fingerprint(secret)] = _Session(name, now + seconds)
        return secret

    def _is_still_known(self, name: str) -> bool:
        """Whether a clerk was not removed since; Entra ID's people are Entra ID's to know."""
        return self.settings.sign_in != "token" or name in read_clerks(self.root)


_here = [SignIn()]


def set_up(settings: ServeSettings, root: Path) -> SignIn:
    """Begin the sign-in of this process."""
    _here[:] = [SignIn(settings, root)]
    return _here[0]


def sign_in() -> SignIn:
    """Return the sign-in of this process."""
    return _here[0]


async def visitor(request: Request) -> Visitor:
    """Return who asks for a page. Raises ``NotSignedIn``."""
    here = sign_in()
    if not here.is_asked:
        return Visitor()
    token = request.headers.get("authorization", "")
    if token:
        return await by_token(request, token)
    name = here.session(request.cookies.get(COOKIE, ""))
    if not name:
        raise NotSignedIn("Please sign in.")
    return Visitor(name)


Clerk = Annotated[Visitor, Depends(visitor)]
"""The parameter of a page that says who asks; whoever may not is sent to sign in."""


async def by_token(request: Request, token: str) -> Visitor:
    """Return who sends a token, asked as xlwings Server asks. Raises ``NotSignedIn``."""
    # Here, not above: xlwings Server reads its settings when it is imported.
    from xlwings_server.dependencies import authenticate, get_user

    from addin.serving import name_of

    try:
        user = await get_user(request, await authenticate(token, None))
    except HTTPException as refused:
        raise NotSignedIn(plain_refusal(refused.status_code, str(refused.detail))) from refused
    return Visitor(name_of(user))


def plain_refusal(status: int, detail: str) -> str:
    """Return a refusal of the framework as a sentence; what is one already stays."""
    if status == 401 and detail.startswith(_MICROSOFT_S):
        return "Microsoft's sign-in was not accepted. Close the pane and open it again."
    if status == 403 and detail.startswith(_MICROSOFT_S):
        return (
            "Your Microsoft account does not have the role that Rollbook asks for. Ask whoever "
            "looks after Rollbook."
        )
    return _PLAIN.get(detail, detail)


_MICROSOFT_S = ("Auth error", "Custom Auth")
_PLAIN = {
    "Not Found": "There is no such page.",
    "Method Not Allowed": "This page takes nothing of that kind.",
    "There was an error parsing the body": "Rollbook cannot read what was sent.",
    "No book data provided": "Rollbook cannot read what was sent.",
}


def pause_after(failures: int) -> float:
    """Return how many seconds to wait before saying no: the first few mistakes cost nothing."""
    if failures <= FREE_TRIES:
        return 0.0
    return float(min(0.25 * 2 ** min(failures - FREE_TRIES - 1, 10), SLOWEST_SECONDS))


def local(then: str) -> str:
    """Return a path of ours to go on to; the first page for anything else."""
    is_path = then.startswith("/") and not then.startswith("//")
    is_plain = then.isprintable() and "\\" not in then
    return then if is_path and is_plain else FIRST_PAGE
