"""How fast the worksheet functions answer, asked over HTTP of a `rollbook serve` of its own.

Run: uv run python bench/functions.py [--seconds 60]
First `RATE` on 5,000 students × 380 marks in one call. The peer is `json.loads` and `json.dumps` of
the same payload in the same run; the issue's bar is three times that. Then 200 calls a second, each
about one cell, held for a minute: the bar is no error.
"""

import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx

STUDENTS, DAYS = 5_000, 190
BAR = 3
ROUNDS = 5
CALLS_A_SECOND = 200
CONNECTIONS = 12
Calls = asyncio.Queue[tuple[float, bytes] | None]
CALL = "/xlwings/custom-functions-call"
CALENDAR = 'checked = true\n[[year]]\nname = "2025-26"\nfirst = 2025-09-01\nlast = 2026-07-22\n'
PRESENT, OTHERS = ["/", "\\"] * 45, ["L 5", "N", "I", "O", "M", "U", "B", "n", "i"]
ONE_CELL = (("rate", "/", 2), ("code", "L 12", 1), ("absences", "N", 3), ("flag", "I", 3))
"""Functions, a cell, and how many arguments are left out: the client sends null for each."""


def main() -> None:
    """Start a server in a small office, measure, and stop it."""
    os.environ |= {"XLWINGS_LICENSE_KEY": "noncommercial", "XLWINGS_ON_SERVER": "true"}
    seconds = int(sys.argv[sys.argv.index("--seconds") + 1]) if "--seconds" in sys.argv else 60
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "office"
        days = make(root)
        with served(root) as address:
            measure_rates(address, root, days)
            load = asyncio.run(hold(address, seconds))
    load.show()


def make(root: Path) -> list[date]:
    """Make an office; return the school days of its year."""
    from rollbook.office import make_office, open_office

    make_office(root, "gb-eng", "Oak & Ash School", CALENDAR)
    return list(open_office(root).calendar.school_days[:DAYS])


class served:
    """A `rollbook serve` for an office, in a process of its own."""

    def __init__(self, root: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [Path(sys.executable).with_name("rollbook"), "serve", "--no-https"]
        where = ["--office", root, "--port", self.port]
        self.server = subprocess.Popen([*map(str, [*command, *where])], stdout=subprocess.DEVNULL)

    def __enter__(self) -> str:
        address = f"http://localhost:{self.port}"
        for _ in range(300):
            try:
                httpx.get(f"{address}/xlwings/custom-functions-meta.json").raise_for_status()
                return address
            except httpx.HTTPError:
                time.sleep(0.1)
        self.__exit__()
        sys.exit("The server did not start.")

    def __exit__(self, *_: object) -> None:
        self.server.terminate()
        self.server.wait()


# One large call ---------------------------------------------------------------------------------


def measure_rates(address: str, root: Path, days: list[date]) -> None:
    """Print what the large call takes beside the peer, and what of it is the function."""
    chance = random.Random(7)
    marks = [chance.choices([*PRESENT, *OTHERS], k=DAYS * 2) for _ in range(STUDENTS)]
    heads = [[(day - date(1899, 12, 30)).days for day in days for _ in "ab"]]
    plain, dated = payload("rate", marks, None, None), payload("rate", marks, heads, None)
    peer = best(lambda: json.dumps(json.loads(plain)))
    print(f"{STUDENTS:,} × {DAYS * 2} marks in one call, {len(plain) / 1e6:.1f} MB")
    print(f"  json.loads {best(lambda: json.loads(plain)):.2f} s, and json.dumps {peer:.2f} s")
    print(f"  the function alone {best(alone(root, json.loads(plain))):.2f} s")
    with httpx.Client(base_url=address, timeout=60) as client:
        for name, content in (("RATE", plain), ("RATE with sessions", dated)):
            ours = best(lambda content=content: ask(client, content))
            print(f"  {name} over HTTP {ours:.2f} s: ratio {ours / peer:.2f} × (bar {BAR} ×)")


def alone(root: Path, sent: dict[str, Any]) -> Callable[[], object]:
    """Return the call of the function in this process, its answer made ready for Excel."""
    import xlwings.server

    from addin import custom_functions
    from addin.desk import open_desk

    open_desk(root, None)  # type: ignore[arg-type]  # no function asks for the other door
    return lambda: asyncio.run(xlwings.server.custom_functions_call(sent, custom_functions))


def payload(name: str, *args: object) -> bytes:
    """Return what the add-in's client sends."""
    sent = {
        "client": "Office.js",
        "func_name": name,
        "args": [*args],
        "caller_address": "[Tracker.xlsx]Sheet1!H5",
        "session_id": "bench",
        "culture_info_name": "en-GB",
        "date_format": "dd/mm/yyyy",
        "version": version("xlwings"),
        "runtime": "1.4",
    }
    return json.dumps(sent).encode("utf-8")


def ask(client: httpx.Client, content: bytes) -> None:
    """Call a function; end here when it does not answer every row."""
    answer = client.post(CALL, content=content, headers={"content-type": "application/json"})
    answer.raise_for_status()
    rates = answer.json()["result"]
    if len(rates) != STUDENTS or not all(isinstance(rate, float) for [rate] in rates):
        sys.exit(f"Not every row has a rate: {rates[0]}")


def best(do: Callable[[], object]) -> float:
    """Return the seconds of the best of some rounds."""
    took = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        do()
        took.append(time.perf_counter() - start)
    return min(took)


# Many small calls -------------------------------------------------------------------------------


@dataclass
class Load:
    """What became of many calls: how long each took from when it was due, and what went wrong."""

    seconds: int
    took: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def show(self) -> None:
        """Print how many there were, and how long they took."""
        took = sorted(self.took)
        middle, most = took[len(took) // 2], took[len(took) * 99 // 100]
        print(f"{CALLS_A_SECOND} single-cell calls a second for {self.seconds} s")
        print(f"  {len(took):,} calls, {len(self.errors)} errors {self.errors[:1] or ''}")
        print(f"  median {1e3 * middle:.0f} ms, 99 % within {1e3 * most:.0f} ms, ", end="")
        print(f"slowest {1e3 * took[-1]:.0f} ms")


async def hold(address: str, seconds: int) -> Load:
    """Have so many calls made a second, whether or not those before have been answered."""
    load = Load(seconds)
    bodies = [payload(name, [[cell]], *[None] * left_out) for name, cell, left_out in ONE_CELL]
    calls: Calls = asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        for _ in range(CONNECTIONS):
            group.create_task(make_calls(address, calls, load))
        start = time.perf_counter()
        for number in range(CALLS_A_SECOND * seconds):
            due = start + number / CALLS_A_SECOND
            await asyncio.sleep(max(0, due - time.perf_counter()))
            calls.put_nowait((due, bodies[number % len(bodies)]))
        for _ in range(CONNECTIONS):
            calls.put_nowait(None)
    return load


async def make_calls(address: str, calls: Calls, load: Load) -> None:
    """Make one call after the other on one connection, and note what became of each."""
    async with httpx.AsyncClient(base_url=address, timeout=30) as client:
        while call := await calls.get():
            due, content = call
            try:
                headers = {"content-type": "application/json"}
                answer = await client.post(CALL, content=content, headers=headers)
                answer.raise_for_status()
                [[cell]] = answer.json()["result"]
                if isinstance(cell, dict):
                    load.errors.append(str(cell))
            except (httpx.HTTPError, ValueError) as error:
                load.errors.append(repr(error))
            load.took.append(time.perf_counter() - due)


if __name__ == "__main__":
    main()
