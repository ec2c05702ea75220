"""The add-in's server for tests: in this process, or as clerks start it."""

import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from addin.guard import App
from addin.server import build_app
from rollbook.cli.serve import OfficeHands
from rollbook.office import ServeSettings
from tests.addin import books as books  # sets what xlwings asks of the environment
from tests.addin.calling import run_aside
from tests.dropping import ROLLBOOK

HERE = "https://localhost:8443"
PATIENCE = 60.0


def app_here(root: Path) -> App:
    """The server of an office, in this process, as it runs without any settings."""
    return build_app(ServeSettings(), root, OfficeHands())


class Browser:
    """Something that asks a server in this process; it keeps cookies and follows no redirect."""

    def __init__(self, app: App) -> None:
        self._app = app
        self.cookies = httpx.Cookies()

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        return run_aside(self._ask(method, path, **more))

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.request("GET", path, **more)

    def post(self, path: str, **more: Any) -> httpx.Response:
        return self.request("POST", path, **more)

    def options(self, path: str, **more: Any) -> httpx.Response:
        return self.request("OPTIONS", path, **more)

    async def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self._app, raise_app_exceptions=False)
        async with httpx.AsyncClient(
            transport=transport, base_url=HERE, cookies=self.cookies
        ) as client:
            found = await client.request(method, path, **more)
            self.cookies = client.cookies
            return found


def browser(app: App) -> Browser:
    """Return something that asks the server in this process."""
    return Browser(app)


@dataclass
class Served:
    """`rollbook serve` at work in another process."""

    root: Path
    port: int
    process: subprocess.Popen[str]
    is_https: bool = True

    @property
    def url(self) -> str:
        return f"{'https' if self.is_https else 'http'}://localhost:{self.port}"

    def client(self, **more: Any) -> httpx.Client:
        """A client that trusts the office's own authority, and no other."""
        authority = str(self.root / "https" / "authority.crt")
        verify = ssl.create_default_context(cafile=authority) if self.is_https else False
        return httpx.Client(base_url=self.url, verify=verify, trust_env=False, **more)

    def stop(self, by: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Stop it; return its status and what it printed."""
        self.process.send_signal(by)
        out, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def serving(root: Path, *words: str, **environment: str) -> Iterator[Served]:
    """Start `rollbook serve` for an office that has its certificate; end it if a test did not."""
    port = free_port()
    process = subprocess.Popen(
        [ROLLBOOK, "serve", "--office", root, "--port", str(port), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        env=_environment(environment),
    )
    served = Served(root, port, process, "--no-https" not in words)
    try:
        _wait(served)
        yield served
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("XLWINGS_")}
    return ours | {"XLWINGS_LICENSE_KEY": "noncommercial"} | more


def _wait(served: Served) -> None:
    """Wait until the server answers: the port listens from early on, but nobody is behind it."""
    end = time.monotonic() + PATIENCE
    while served.process.poll() is None and time.monotonic() < end:
        try:
            with served.client(timeout=PATIENCE) as client:
                client.get("/sign-in/how")
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(served.process.communicate()[0] if served.process.poll() else "no answer")


def python(code: str, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a little program of its own, where another configuration is needed."""
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=_environment(environment),
        check=False,
    )
