"""What stands before the app: it lets in only what Rollbook's own pages and Excel may ask.

A browser runs the pages of other sites too, and any of them can call ``localhost``. So the guard
looks at where a call comes from (``Host``, ``Origin``, ``Sec-Fetch-Site``), at the path before
anything opens a file by it, at the names of buttons and functions before anything looks them up,
and at how much is sent. It puts the security headers on every answer, faults included.
"""

import logging
import re
import secrets
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from addin.buttons import fault_sentence
from rollbook.problems import where_in_code

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LONGEST_BODY = 200 * 1024 * 1024
TOO_MUCH = 413, "This is more than Rollbook takes at once. Send fewer rows or sheets."
FUNCTION_NAME_WITHIN = 4096
FAULT = "rollbook.fault"
"""The place in a request's scope where the number of a fault that was told is noted."""

LOOKING = frozenset({"GET", "HEAD", "OPTIONS"})
FUNCTIONS = ("/xlwings/custom-functions-meta", "/xlwings/custom-functions-code")
FUNCTION_CALL = "/xlwings/custom-functions-call"
SCRIPT_CALL = "/xlwings/custom-scripts-call/"
ICONS = "/static/images/icons/"
STATIC = "/static/"
FRAMED = frozenset({"/taskpane", "/taskpane.html", "/xlwings/alert"})

_STATIC_PATH = re.compile(r"(?:/(?!\.)[A-Za-z0-9@._-]+)+")
_FUNCTION_NAME = re.compile(rb'"func_name"\s*:\s*"([^"\\]{0,200})"')
_FORWARDED = re.compile(rb"forwarded|x-forwarded-.*|x-real-ip|x-original-.*|x-rewrite-url")

# Excel on the web shows the pane in a frame of one of these.
OFFICE_HOSTS = (
    "https://*.officeapps.live.com https://*.office.com https://*.office365.com "
    "https://*.microsoft.com https://*.microsoft365.com https://*.cloud.microsoft "
    "https://*.sharepoint.com https://*.live.com"
)
POLICY = (
    "default-src 'self'; script-src 'self'; style-src {styles}; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; frame-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors {framed_by}"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """The parts of a request that the guard decides by."""

    method: str
    path: str
    raw_path: str
    headers: Mapping[str, str]

    @classmethod
    def of(cls, scope: Scope) -> "Asked":
        """Read them from an ASGI scope."""
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in scope["headers"]
        }
        raw = scope.get("raw_path") or scope["path"].encode("utf-8")
        return cls(scope["method"], scope["path"], raw.decode("latin-1"), headers)

    @property
    def is_public(self) -> bool:
        """Whether Excel on the web fetches this from its own site; there is no data in it."""
        name = self.path.removesuffix(".json").removesuffix(".js")
        return name in FUNCTIONS or self.path.startswith(ICONS)

    @property
    def is_for_a_person(self) -> bool:
        """Whether a browser asks for a whole page."""
        accepted = self.headers.get("accept", "")
        return (
            self.method in LOOKING and "text/html" in accepted and "hx-request" not in self.headers
        )


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something is not let in."""

    status: int
    sentence: str


@dataclass(frozen=True)
class Guard:
    """The app behind the guard, and what is ours: names of this server, buttons, functions."""

    app: App
    hosts: Collection[str]
    is_https: bool
    buttons: Collection[str]
    functions: Collection[str]
    is_known_outside: bool = False
    longest_body: int = LONGEST_BODY

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or say why not."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await self._let_in(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _let_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = Asked.of(scope)
        answer = _Answer(send, self._headers(asked))
        refusal = self.refuses(asked)
        if refusal is None and asked.path == "/" and asked.is_for_a_person:
            await answer.elsewhere("/today")
            return
        body = _Body(receive, self.longest_body)
        if refusal is None and asked.path == FUNCTION_CALL:
            refusal = self._refuses_function(await body.beginning())
        if refusal is not None:
            log.warning("refused (%s): %s", refusal.status, refusal.sentence)
            await answer.say(refusal.status, refusal.sentence)
            return
        scope["headers"] = [pair for pair in scope["headers"] if not _FORWARDED.fullmatch(pair[0])]
        await self._run(scope, body, answer)

    async def _run(self, scope: Scope, body: "_Body", answer: "_Answer") -> None:
        async def send(message: Message) -> None:
            if not body.is_too_long:  # what the app says of a body cut short is not the reason
                await answer(message)

        try:
            await self.app(scope, body, send)
        except Exception as fault:
            if not body.is_too_long and FAULT not in scope:
                await answer.say(500, fault_sentence(note_fault(fault)))
        if body.is_too_long:
            await answer.say(*TOO_MUCH)

    def refuses(self, asked: Asked) -> Refusal | None:
        """Return why a request is not let in; None when it may."""
        return (
            self._refuses_host(asked)
            or self._refuses_path(asked)
            or self._refuses_origin(asked)
            or self._refuses_button(asked)
            or self._refuses_length(asked)
        )

    def _refuses_host(self, asked: Asked) -> Refusal | None:
        if self._plain(asked.headers.get("host", "")) in self.hosts:
            return None
        return Refusal(421, "Rollbook is not reached by this name. See [serve] in office.toml.")

    def _plain(self, host: str) -> str:
        return host.lower().removesuffix(":443" if self.is_https else ":80")

    def _refuses_path(self, asked: Asked) -> Refusal | None:
        steps = unquote(asked.raw_path).replace("\\", "/").split("/")
        is_odd = ".." in steps or "\\" in asked.path or "\x00" in asked.path or "//" in asked.path
        if asked.path.startswith(STATIC):  # a file is opened by it: our own names only
            is_odd = is_odd or not _STATIC_PATH.fullmatch(asked.path)
        return Refusal(404, "There is no such page.") if is_odd else None

    def _refuses_origin(self, asked: Asked) -> Refusal | None:
        site = asked.headers.get("sec-fetch-site", "")
        is_from_elsewhere = site in ("cross-site", "same-site")
        if asked.method in LOOKING:
            is_page = asked.headers.get("sec-fetch-mode") == "navigate"
            is_open = is_page or asked.is_public or asked.path.startswith(STATIC)
            is_foreign = is_from_elsewhere and not is_open
        else:
            origin = asked.headers.get("origin", "")
            is_ours = not origin or self._is_ours(origin)
            is_hidden = origin == "null" and site == "same-origin"
            is_foreign = is_from_elsewhere or not (is_ours or is_hidden)
        return Refusal(403, "Rollbook takes this from its own pages only.") if is_foreign else None

    def _is_ours(self, origin: str) -> bool:
        scheme, _, host = origin.partition("://")
        if scheme not in ("https", "https" if self.is_https else "http"):
            return False
        return host.lower().removesuffix(":443" if scheme == "https" else ":80") in self.hosts

    def _refuses_button(self, asked: Asked) -> Refusal | None:
        if asked.path.startswith(SCRIPT_CALL):
            if asked.path.removeprefix(SCRIPT_CALL) not in self.buttons:
                return Refusal(404, "There is no such button. Close the pane and open it again.")
        return None

    def _refuses_length(self, asked: Asked) -> Refusal | None:
        length = asked.headers.get("content-length", "0")
        if not length.isascii() or not length.isdigit():
            return Refusal(400, "The length of what was sent cannot be read.")
        if int(length) > self.longest_body:
            return Refusal(*TOO_MUCH)
        return None

    def _refuses_function(self, beginning: bytes) -> Refusal | None:
        found = _FUNCTION_NAME.search(beginning[:FUNCTION_NAME_WITHIN])
        if found and found[1].decode("utf-8", "replace") not in self.functions:
            return Refusal(404, "Rollbook has no function of this name. Reload the add-in.")
        return None

    def _headers(self, asked: Asked) -> Mapping[str, str]:
        """Return the headers every answer to a request has."""
        is_framed = asked.path in FRAMED
        framed_by = f"'self' {OFFICE_HOSTS}" if is_framed else "'none'"
        styles = "'self' 'unsafe-inline'" if is_framed else "'self'"  # Office.js writes some
        is_shared = is_framed or asked.is_public or asked.path.startswith(STATIC)
        headers = {
            "content-security-policy": POLICY.format(framed_by=framed_by, styles=styles),
            "cross-origin-resource-policy": "cross-origin" if is_shared else "same-origin",
            "referrer-policy": "same-origin",  # with none at all, forms would hide their origin
            "x-content-type-options": "nosniff",
            "x-permitted-cross-domain-policies": "none",
            "permissions-policy": "camera=(), microphone=(), geolocation=()",
            "cache-control": _may_be_kept(asked.path),
        }
        if not is_framed:
            headers |= {"x-frame-options": "DENY", "cross-origin-opener-policy": "same-origin"}
        if asked.is_public:
            headers["access-control-allow-origin"] = "*"
        if self.is_known_outside:  # never for localhost, where other programs have plain pages
            headers["strict-transport-security"] = "max-age=31536000"
        return headers


def note_fault(fault: BaseException) -> str:
    """Log a fault of ours under a new number and return the number."""
    number = secrets.token_hex(4)
    place = where_in_code(fault) if isinstance(fault, Exception) else type(fault).__name__
    log.error("fault %s: %s", number, place, exc_info=fault)
    return number


def _may_be_kept(path: str) -> str:
    if path.startswith(f"{STATIC}vendor/"):
        return "public, max-age=31536000, immutable"  # the version is in the path
    if path.startswith(f"{STATIC}images/"):
        return "public, max-age=86400"  # Excel shows no icon it may not keep
    return "no-cache" if path.startswith(STATIC) else "no-store"


class _Body:
    """What is sent to us, its beginning looked at, and no more of it than we take."""

    def __init__(self, receive: Receive, longest: int) -> None:
        self._receive = receive
        self._left = longest
        self._first: Message | None = None
        self.is_too_long = False

    async def beginning(self) -> bytes:
        """Return the first piece; the app is given it again."""
        self._first = await self()
        return bytes(self._first.get("body", b""))

    async def __call__(self) -> Message:
        """Give the next piece."""
        if self._first is not None:
            message, self._first = self._first, None
            return message
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            self.is_too_long = True
            raise ValueError("too long")
        return message


class _Answer:
    """The way back, on which every answer gets our headers."""

    def __init__(self, send: Send, headers: Mapping[str, str]) -> None:
        self._send = send
        self._headers = {
            name.encode("latin-1"): value.encode("latin-1") for name, value in headers.items()
        }
        self._is_begun = False

    async def __call__(self, message: Message) -> None:
        """Send a part of the app's answer."""
        if message["type"] == "http.response.start":
            self._is_begun = True
            message["headers"] = [*self._kept(message.get("headers", ())), *self._headers.items()]
        await self._send(message)

    def _kept(self, headers: Collection[tuple[bytes, bytes]]) -> Iterator[tuple[bytes, bytes]]:
        return ((name, value) for name, value in headers if name.lower() not in self._headers)

    async def say(self, status: int, sentence: str) -> None:
        """Answer with a sentence, unless an answer was begun."""
        text = sentence.encode("utf-8")
        plain = (b"content-type", b"text/plain; charset=utf-8")
        await self._all(status, [plain, (b"content-length", b"%d" % len(text))], text)

    async def elsewhere(self, path: str) -> None:
        """Send the browser to another page of ours."""
        place = (b"location", path.encode("latin-1"))
        await self._all(303, [place, (b"content-length", b"0")], b"")

    async def _all(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        if not self._is_begun:
            await self({"type": "http.response.start", "status": status, "headers": headers})
            await self({"type": "http.response.body", "body": body})
