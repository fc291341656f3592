"""Whose turn it is to ask a host: one request at a time, a pause between two, and rest for a host that failed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

import structlog

from bot.errors import StoreAwayError
from bot.ports import Clock, HostStore

log = structlog.get_logger(__name__)

HOSTS_KEPT = 1000  #: of which something is remembered
ANOTHERS = timedelta(seconds=0.2)  #: between two questions whether another process's turn is over

T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class Turn:
    """A host while it is this request's turn. ``not_before`` is set when it is to be left alone, and then it is not.

    Whoever has the turn notes in it what came of the request: how many failures there are now in a row, and until when
    the host is to be left alone.
    """

    failures: int = 0
    not_before: datetime | None = None


class Hosts(Protocol):
    """Who may ask a host now."""

    def turn(self, host: str) -> AbstractAsyncContextManager[Turn]:
        """Waits for a turn at a host, unless the host is to be left alone.

        Raises:
            StoreAwayError: whose turn it is cannot be known.
        """
        ...


@dataclass(slots=True)
class _Host:
    """What is remembered of a host; ``free_at`` is the event loop's time, ``not_before`` the clock's."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    failures: int = 0
    not_before: datetime | None = None
    free_at: float = 0.0


class OwnHosts:
    """The hosts that this process alone asks; ``pause`` is left between two requests to one."""

    def __init__(self, *, clock: Clock, pause: timedelta) -> None:
        self._clock = clock
        self._pause = pause
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[Turn]:
        """Waits for a turn."""
        kept = self._hosts.setdefault(host, _Host())
        forget(self._hosts)
        async with kept.lock:
            if kept.not_before is not None and self._clock.now() < kept.not_before:
                yield Turn(failures=kept.failures, not_before=kept.not_before)
                return
            loop = asyncio.get_running_loop()
            await asyncio.sleep(kept.free_at - loop.time())
            turn = Turn(failures=kept.failures)
            try:
                yield turn
            finally:
                kept.free_at = loop.time() + self._pause.total_seconds()
            kept.failures, kept.not_before = turn.failures, turn.not_before


class SharedHosts:
    """The hosts that all processes with one store ask; ``longest`` is how long a request may take."""

    def __init__(self, *, store: HostStore, clock: Clock, pause: timedelta, longest: timedelta) -> None:
        self._store = store
        self._clock = clock
        self._pause = pause
        self._longest = longest
        self._locks: dict[str, asyncio.Lock] = {}  # so that of each process one request asks whose turn it is

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[Turn]:
        """Waits for a turn."""
        lock = self._locks.setdefault(host, asyncio.Lock())
        forget(self._locks)
        async with lock:
            taken = await self._store.take_host(host, self._longest)
            while taken.token is None and taken.rests is None:
                await asyncio.sleep((ANOTHERS if taken.wait is None else taken.wait).total_seconds())
                taken = await self._store.take_host(host, self._longest)
            if taken.token is None:
                rests = taken.rests or timedelta()
                yield Turn(failures=taken.failures, not_before=self._clock.now() + rests)
                return
            turn = Turn(failures=taken.failures)
            try:
                yield turn
            except BaseException:
                await self._leave(host, taken.token, None)
                raise
            await self._leave(host, taken.token, turn)

    async def _leave(self, host: str, token: int, turn: Turn | None) -> None:
        """Ends a turn; one that was broken off says nothing of the host."""
        rest = None if turn is None or turn.not_before is None else turn.not_before - self._clock.now()
        try:
            await self._store.leave_host(host, token, self._pause, None if turn is None else turn.failures, rest)
        except StoreAwayError as error:
            log.warning("a turn at a host ends by itself", host=host, reason=str(error))


def forget(kept: dict[str, T], most: int = HOSTS_KEPT) -> None:
    """Drops the oldest beyond ``most``; what is in use is still held by whoever uses it."""
    while len(kept) > most:
        del kept[next(iter(kept))]
