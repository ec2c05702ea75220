"""What xlwings Server does when it starts and when it ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from addin.desk import desk
from rollbook.problems import RollbookError


@asynccontextmanager
async def lifespan(app: object) -> AsyncIterator[None]:
    """Read the register before the first clerk asks for it."""
    with suppress(RollbookError):  # whoever asks is told; the server begins all the same
        await asyncio.to_thread(lambda: desk().standing)
    yield
