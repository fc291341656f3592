"""Processes that the bot starts: each does one thing at a time, may die without harm, and does not outlive the bot."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from multiprocessing.process import BaseProcess
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class ProcessDiedError(RuntimeError):
    """The process ended in the middle of a call, or was ended because it took too long; the next call has a new one."""


class TookTooLongError(ProcessDiedError):
    """The process was ended because a call took longer than it may."""


class NotBegunError(ProcessDiedError):
    """No process can be had: it did not start, or it ended before the first call."""


@dataclass(slots=True, kw_only=True)
class _Worker:
    """One process, and how calls reach it; ``pid`` is known once it runs."""

    pool: ProcessPoolExecutor
    pid: int | None = None
    is_ready: bool = False

    @property
    def process(self) -> BaseProcess | None:
        """The process while it lives."""
        return next((child for child in multiprocessing.active_children() if child.pid == self.pid), None)


class Child:
    """A process for one call at a time. It is there from the first call on, and keeps what its modules hold.

    What is called is a module's function; it, its arguments, and what it returns or raises are pickled. ``prepare`` is
    called before anything else; ``starting`` is how long the process may take until that is done.
    """

    def __init__(self, prepare: Callable[[], None], *, starting: timedelta | None = None) -> None:
        self._prepare = prepare
        self._starting = starting
        self._worker: _Worker | None = None
        self._turn = asyncio.Lock()  # to begin

    @property
    def pid(self) -> int | None:
        """The process's number; None when none runs yet."""
        return None if self._worker is None else self._worker.pid

    @property
    def is_there(self) -> bool:
        """Whether what was kept in it is still kept."""
        return self._worker is not None and self._worker.is_ready and self._worker.process is not None

    async def call(self, function: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """What ``function`` returns, or raises, in the process.

        Raises:
            ProcessDiedError: the process died, also before the call, or none can be had.
        """
        return await self._answer(None, partial(function, *arguments, **named))

    async def call_within(self, limit: timedelta, function: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """The same, of a call after which the process is ended when it takes longer.

        Raises:
            ProcessDiedError: the process died, also before the call, or took longer than ``limit``, or none can be had.
        """
        return await self._answer(limit, partial(function, *arguments, **named))

    async def begin(self) -> None:
        """Starts the process, unless one was started that nobody has ended.

        Raises:
            NotBegunError: none can be had.
        """
        async with self._turn:
            if self._worker is None:
                await self._start()

    async def close(self) -> None:
        """Ends the process, whatever it is doing."""
        if self._worker is not None:
            await self._end(self._worker)

    async def _start(self) -> None:
        pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), initializer=_be_a_child)
        worker = self._worker = _Worker(pool=pool)
        try:
            async with asyncio.timeout(_seconds(self._starting)) as clock:
                worker.pid = await _in(pool, os.getpid)
                await _in(pool, self._prepare)
        except BaseException as error:
            was_ended = self._worker is not worker
            await self._end(worker)
            if isinstance(error, TimeoutError) and clock.expired():
                raise NotBegunError(f"the process did not begin within {self._starting}") from None
            if isinstance(error, BrokenProcessPool) or (isinstance(error, RuntimeError) and was_ended):
                raise NotBegunError("the process was killed, or crashed, as it began") from error
            if isinstance(error, OSError) and worker.pid is None:
                raise NotBegunError(f"no process could be started: {error}") from error
            raise
        worker.is_ready = True

    async def _answer(self, limit: timedelta | None, call: Callable[[], T]) -> T:
        await self.begin()
        worker = self._worker
        if worker is None:
            raise ProcessDiedError("the process was ended")
        try:
            async with asyncio.timeout(_seconds(limit)) as clock:
                return await _in(worker.pool, call)
        except TimeoutError:
            if not clock.expired():  # it is the function's own
                raise
            await self._end(worker)
            raise TookTooLongError(f"it took longer than {limit}") from None
        except BrokenProcessPool:
            await self._end(worker)
            raise ProcessDiedError("the process was killed, or crashed") from None

    async def _end(self, worker: _Worker) -> None:
        """Ends the process, unless that is done already: a pool that is shut down twice at once closes files twice."""
        if self._worker is not worker:
            return
        self._worker = None
        process = worker.process
        if process is not None:
            process.kill()
        await asyncio.to_thread(worker.pool.shutdown, wait=worker.pid is not None, cancel_futures=True)


async def _in(pool: ProcessPoolExecutor, call: Callable[[], T]) -> T:
    try:
        return await asyncio.get_running_loop().run_in_executor(pool, call)
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None and not task.cancelling():  # the pool was shut down before it took the call
            raise BrokenProcessPool("the process was ended before the call reached it") from None
        raise


def _seconds(limit: timedelta | None) -> float | None:
    return None if limit is None else limit.total_seconds()


def _be_a_child() -> None:
    """Leaves interrupts to the parent, and ends with it."""
    _end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _end_with_parent() -> None:
    """Ends this process as soon as the one that started it is gone, however it went.

    A killed parent closes nothing: its children would wait for work for ever, and hold its standard output open.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent,), name="parent", daemon=True).start()


def _end_after(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
