"""Work that is done while a block runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager

AGAIN = 15.0  #: seconds after which work that was told to end is told again; longer than any may take to end well


@asynccontextmanager
async def meanwhile(work: Coroutine[object, object, None]) -> AsyncIterator[asyncio.Task[None]]:
    """Does ``work`` while the block runs, and gives it the time to end well."""
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        while not task.done():  # asyncio.wait_for, which libraries use, loses a cancellation now and then
            task.cancel()
            await asyncio.wait([task], timeout=AGAIN)


async def nothing() -> None:
    """Work that is done at once."""
