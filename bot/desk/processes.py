"""Processes that do the heavy work beside the bot: each does one thing at a time, and may die without harm."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import timedelta
from functools import partial
from typing import ParamSpec, TypeVar

from bot.children import end_with_parent
from bot.errors import SitrepError

NICE = 10  #: how far these processes stand behind the bot's own, which answers people

P = ParamSpec("P")
T = TypeVar("T")
_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)


class ReadingError(SitrepError):
    """Nothing can be read at all."""


class ProcessDiedError(RuntimeError):
    """The process ended in the middle of a call, or was ended because it took too long; the next call has a new one."""


class Process:
    """A process for calls of one caller. It is there from the first call on, and keeps what its modules hold.

    ``prepare`` is called in it before anything else.
    """

    def __init__(self, prepare: Callable[[], None]) -> None:
        self._prepare = prepare
        self._pool: ProcessPoolExecutor | None = None
        self._id: int | None = None

    @property
    def is_there(self) -> bool:
        """Whether what was kept in it is still kept."""
        return self._id is not None

    async def call(self, function: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """What ``function`` returns, or raises, in the process.

        Raises:
            ProcessDiedError: the process died.
            ReadingError: no process can be had.
        """
        return await self._answer(None, partial(function, *arguments, **named))

    async def call_within(self, limit: timedelta, function: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """The same, of a call after which the process is ended when it takes longer.

        Raises:
            ProcessDiedError: the process died, or took longer than ``limit``.
            ReadingError: no process can be had.
        """
        return await self._answer(limit, partial(function, *arguments, **named))

    async def _answer(self, limit: timedelta | None, call: Callable[[], T]) -> T:
        pool = await self._there()
        try:
            async with asyncio.timeout(None if limit is None else limit.total_seconds()):
                return await asyncio.get_running_loop().run_in_executor(pool, call)
        except TimeoutError:
            await self.close()
            raise ProcessDiedError(f"it took longer than {limit}") from None
        except BrokenProcessPool:
            await self.close()
            raise ProcessDiedError("the process was killed, or crashed") from None

    async def close(self) -> None:
        """Ends the process, whatever it is doing."""
        pool, self._pool = self._pool, None
        number, self._id = self._id, None
        if pool is None:
            return
        if number is not None:
            try:
                os.kill(number, _KILL)
            except OSError:  # it has ended already
                number = None
        await asyncio.to_thread(pool.shutdown, wait=True, cancel_futures=True)

    async def _there(self) -> ProcessPoolExecutor:
        if self._pool is not None and self._id is not None:
            return self._pool
        self._pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), initializer=_stand_back)
        loop = asyncio.get_running_loop()
        try:
            self._id = await loop.run_in_executor(self._pool, _begun, self._prepare)
        except BrokenProcessPool as error:
            await self.close()
            raise ReadingError(
                "reading articles: expected the reading processes to live, got one that was killed. "
                "Is there enough memory? Each needs about 300 MB."
            ) from error
        except BaseException:
            await self.close()
            raise
        return self._pool


def _begun(prepare: Callable[[], None]) -> int:
    prepare()
    return os.getpid()


def _stand_back() -> None:
    """Leaves interrupts to the parent, and the processor to whoever wants it more."""
    end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(NICE)
