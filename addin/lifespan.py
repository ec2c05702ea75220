"""What xlwings Server does when it starts and when it ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from addin.desk import desk


@asynccontextmanager
async def lifespan(app: object) -> AsyncIterator[None]:
    """Read the register before the first clerk asks for it."""
    await asyncio.to_thread(lambda: desk().standing)
    yield
