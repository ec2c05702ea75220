"""Worksheet functions called as xlwings' client script calls them."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx
import xlwings

from addin.desk import Done, desk
from addin.server import build_app
from rollbook.office import Office, ServeSettings

Result = TypeVar("Result")


def run_aside(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine in a thread: a browser's tests may have a loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


ADDRESS = "https://localhost:8443"


class Idle:
    """The other door's work, for which no worksheet function asks."""

    def round(self, office: Office, tell: Any, accept: Any = ()) -> Done:
        raise AssertionError("a worksheet function posts nothing")

    def keep_up(self, office: Office) -> Done:
        raise AssertionError("a worksheet function changes no workbook")


class Functions:
    """An office behind the real server."""

    def __init__(self, root: Path, now: datetime) -> None:
        self.app = build_app(ServeSettings(), root, Idle())
        desk().now = lambda: now

    def answer(self, name: str, *args: Any) -> httpx.Response:
        """Call a function; an argument left out is sent as null."""
        body = {
            "client": "Office.js",
            "func_name": name,
            "args": [*args],
            "caller_address": "[Tracker.xlsx]Sheet1!H5",
            "session_id": "b0c1",
            "culture_info_name": "en-GB",
            "date_format": "dd/mm/yyyy",
            "version": xlwings.__version__,
            "runtime": "1.4",
        }

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
                return await client.post("/xlwings/custom-functions-call", json=body)

        return run_aside(asked())

    def __call__(self, name: str, *args: Any) -> Any:
        """Return what the cells show."""
        answer = self.answer(name, *args)
        assert answer.status_code == 200, answer.text
        return answer.json()["result"]
