"""How a worksheet function that may take seconds is run: beside the server's other work."""

import asyncio
import functools
import os
from collections.abc import Callable
from typing import Any

ON_SERVER = os.environ.get("XLWINGS_ON_SERVER") == "true"


def aside(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function run in a thread on the server, so that pane and other cells go on.

    Reading the register of a large school for the first time takes seconds, and so does assessing a
    sheet of it. Desktop Excel calls functions one by one, and is given the function itself.
    """
    if not ON_SERVER:
        return function

    @functools.wraps(function)
    async def beside(*given: Any) -> Any:
        return await asyncio.to_thread(function, *given)

    return beside
