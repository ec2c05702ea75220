"""The server of the add-in: xlwings Server set up as Rollbook needs it, behind our guard."""

import importlib
import inspect
import ipaddress
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote

import httpx
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, RedirectResponse, Response

import addin
from addin.buttons import RIBBON, fault_sentence
from addin.desk import Hands, open_desk
from addin.guard import FAULT, App, Asked, Guard, note_fault
from addin.https import name_in
from addin.manifest import give_to_templates
from addin.sign_in import NotSignedIn, plain_refusal, set_up
from rollbook.office import ServeSettings
from rollbook.problems import OfficeError, RollbookError

FOLDER = Path(addin.__file__).parent
NAMESPACE = "ROLLBOOK"
MANIFEST_ID = "7c1f0d3e-5b0a-4c53-9a58-3d2f7e6b1c94"
"""Excel knows the add-in by it; with another one it would be a second add-in."""

PROVIDERS = {"none": [], "token": ["custom"], "entraid": ["entraid"]}
OURS = ("custom_functions", "custom_scripts", "routers.custom", "auth.custom")


def build_app(serve: ServeSettings, root: Path, hands: Hands, *, is_https: bool = True) -> App:
    """Open the office in ``root`` at the desk and return the server of its add-in.

    One a process: xlwings Server reads its settings when it is imported. Without ``is_https``
    something before us does the encryption, or nobody but this computer listens. Raises
    ``OfficeError`` when the settings are not safe or there is no licence key that xlwings takes.
    """
    check_safe(serve, is_https=is_https)
    _set_environment(serve)
    open_desk(root, hands)
    set_up(serve, root)
    main = _import_server()
    give_to_templates(main.templates.env)
    _look_at_what_is_sent(main.app)
    main.app.add_exception_handler(RollbookError, _say_why)
    main.app.add_exception_handler(NotSignedIn, _ask_to_sign_in)
    main.app.add_exception_handler(HTTPException, _say_plainly)
    main.app.add_exception_handler(RequestValidationError, _say_unreadable)
    main.app.add_exception_handler(Exception, _say_fault)
    return Guard(
        app=main.main_app,
        hosts=hosts(serve),
        is_https=is_https,
        buttons=frozenset(name for names in RIBBON.values() for name in names),
        functions=_functions(),
        is_known_outside=not is_loopback(name_in(address(serve))),
    )


def address(serve: ServeSettings) -> str:
    """Return the name and port by which Excel and browsers reach the server."""
    if serve.address:
        return serve.address.lower()
    name = "localhost" if is_loopback(serve.host) else serve.host.lower()
    return f"[{name}]:{serve.port}" if ":" in name else f"{name}:{serve.port}"


def hosts(serve: ServeSettings) -> frozenset[str]:
    """Return every name and port the server answers to."""
    names = [f"{name}:{serve.port}" for name in ("localhost", "127.0.0.1", "[::1]")]
    return frozenset({address(serve).removesuffix(":443"), *names})


def is_loopback(host: str) -> bool:
    """Whether only this computer can reach a server bound to ``host``."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_safe(serve: ServeSettings, *, is_https: bool) -> None:
    """Raise ``OfficeError`` when others could reach the server without sign-in or in plain text."""
    is_here = is_loopback(serve.host) and is_loopback(name_in(address(serve)))
    if serve.sign_in == "none" and not is_here:
        raise OfficeError(
            "Other computers could reach Rollbook, and nobody would have to sign in. Set sign_in = "
            '"token" or sign_in = "entraid" under [serve] in office.toml; for tokens then say: '
            "rollbook serve --add-clerk NAME"
        )
    if not is_https and not is_loopback(serve.host):
        raise OfficeError(
            "Other computers reach Rollbook over HTTPS only. Leave out --no-https, and set "
            "certificate and key under [serve] in office.toml."
        )
    if serve.host in ("0.0.0.0", "::") and not serve.address:
        raise OfficeError(
            f'With host = "{serve.host}" Rollbook must know the name others reach it by. Set '
            'address = "NAME:PORT" under [serve] in office.toml.'
        )
    if serve.sign_in == "entraid" and not (serve.tenant and serve.client_id and serve.roles):
        raise OfficeError(
            "To sign in with Microsoft Entra ID, set tenant, client_id and roles under [serve] in "
            "office.toml. Roles: the app role your clerks have; students are in the tenant too."
        )


def license_key(serve: ServeSettings) -> str:
    """Return what the office has set as its licence of xlwings Server; empty when nothing."""
    return os.environ.get("XLWINGS_LICENSE_KEY", "").strip() or serve.license_key.strip()


def _set_environment(serve: ServeSettings) -> None:
    """Tell xlwings Server how to run; what else the environment says of it does not count."""
    key = license_key(serve)
    if not key:
        raise OfficeError(
            "xlwings Server, on which the add-in stands, needs to know its licence. If yours is a "
            "school or a public body, its PolyForm Noncommercial licence permits it: set "
            'XLWINGS_LICENSE_KEY=noncommercial, or license_key = "noncommercial" under [serve] in '
            "office.toml. Otherwise set the key you bought at xlwings.org."
        )
    for name in [name for name in os.environ if name.startswith("XLWINGS_")]:
        del os.environ[name]
    os.environ.update(_environment(serve, key))


def _environment(serve: ServeSettings, key: str) -> Mapping[str, str]:
    settings: dict[str, Any] = {
        "LICENSE_KEY": key,
        "PROJECT_DIR": str(FOLDER),
        "PROJECT_NAME": "Rollbook",
        "ENVIRONMENT": "prod",
        "FUNCTIONS_NAMESPACE": NAMESPACE,
        "MANIFEST_ID_PROD": MANIFEST_ID,
        "HOSTNAME": address(serve),
        "AUTH_PROVIDERS": PROVIDERS[serve.sign_in],
        "AUTH_REQUIRED_ROLES": list(serve.roles) if serve.sign_in == "entraid" else [],
        "AUTH_ENTRAID_TENANT_ID": serve.tenant,
        "AUTH_ENTRAID_CLIENT_ID": serve.client_id,
        "CORS_ALLOW_ORIGINS": [],
        "ADD_SECURITY_HEADERS": False,  # the guard does
        "CUSTOM_FUNCTIONS_RETRY_CODES": [502, 503, 504],  # a fault of ours comes again
        "ENABLE_SOCKETIO": False,
        "ENABLE_HOTRELOAD": False,
        "ENABLE_EXAMPLES": False,
        "ENABLE_BOOTSTRAP": False,  # the pane has a look of its own …
        "ENABLE_ALPINEJS_CSP": False,
        "ENABLE_HTMX": False,  # … and asks for its parts itself
        "LOG_LEVEL": "WARNING",
        "ON_SERVER": "true",
    }
    return {
        f"XLWINGS_{name}": value if isinstance(value, str) else json.dumps(value)
        for name, value in settings.items()
    }


def _look_at_what_is_sent(app: FastAPI) -> None:
    """Put our reading of presses and calls where xlwings Server does its own, or none."""
    # Here, not above: xlwings Server reads its settings when it is imported.
    import xlwings
    from xlwings_server import dependencies

    from addin.payload import check_call, press_of, say_unsuitable

    app.add_exception_handler(xlwings.XlwingsError, say_unsuitable)
    app.dependency_overrides[dependencies.parse_book_input] = press_of
    # Only calls of functions ask for it; without a Redis it is None, as what a check returns.
    app.dependency_overrides[dependencies.get_redis_client] = check_call


def _import_server() -> ModuleType:
    """Import xlwings Server with our folder as its project.

    Our folder comes last in ``sys.path``: xlwings Server would put it first, where a file of ours
    could stand in for somebody else's module.
    """
    if str(FOLDER) not in sys.path:
        sys.path.append(str(FOLDER))
    # xlwings asks for each argument of each call whether it runs in a browser, and looks through
    # all of sys.path. Nothing is found sooner when it is known that there is nothing.
    sys.modules.setdefault("pyodide.ffi", None)  # type: ignore[arg-type]
    try:
        for name in OURS:
            _import_ours(name)
        return importlib.import_module("xlwings_server.main")
    except Exception as error:
        if type(error).__name__ != "LicenseError":  # it is told while xlwings is imported, so that
            raise  # its class cannot be had from there yet
        raise OfficeError(
            "xlwings does not take the licence key that is set, or it has expired. Check "
            'XLWINGS_LICENSE_KEY, or license_key under [serve] in office.toml: "noncommercial", or '
            "the whole key you bought."
        ) from error


def _import_ours(name: str) -> None:
    """Import what xlwings Server takes from our folder, so that it takes nothing else.

    When such an import fails, it goes on with examples of its own, one of which lets in whoever
    says ``test-token``.
    """
    found = importlib.import_module(name)
    if FOLDER not in Path(str(found.__file__)).parents:
        raise OfficeError(f"“{found.__file__}” stands in the way of Rollbook's own “{name}”.")


async def manifest_of(app: App, serve: ServeSettings) -> str:
    """Return the manifest, as the server itself gives it."""
    base = f"https://{address(serve)}"
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base) as client:
        found = await client.get("/manifest.xml")
    found.raise_for_status()
    return found.text


def _functions() -> frozenset[str]:
    found = inspect.getmembers(
        sys.modules["custom_functions"], lambda one: hasattr(one, "__xlfunc__")
    )
    return frozenset(name for name, _ in found)


async def _say_why(request: Request, error: Exception) -> Response:
    return PlainTextResponse(str(error), status_code=400)


async def _ask_to_sign_in(request: Request, error: Exception) -> Response:
    if Asked.of(request.scope).is_for_a_person:
        page = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        then = quote(page, safe="/")
        return RedirectResponse(f"/sign-in?then={then}", status_code=303)
    return PlainTextResponse(str(error), status_code=401)


async def _say_plainly(request: Request, refused: Exception) -> Response:
    """Say in a sentence what the framework says by a number or in its own words."""
    assert isinstance(refused, HTTPException)
    sentence = plain_refusal(refused.status_code, str(refused.detail))
    return PlainTextResponse(sentence, status_code=refused.status_code, headers=refused.headers)


async def _say_unreadable(request: Request, error: Exception) -> Response:
    """The framework would send back what it could not read, names of students and all."""
    return PlainTextResponse(
        "Rollbook cannot read what was sent. Reload the page and try again.", status_code=422
    )


async def _say_fault(request: Request, fault: Exception) -> Response:
    number = request.scope[FAULT] = note_fault(fault)
    return PlainTextResponse(fault_sentence(number), status_code=500)
