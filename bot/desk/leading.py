"""Work that one process does for all: by a lease that is renewed while the work goes on, and lost when it is not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from bot.errors import SitrepError
from bot.ports import LeaseStore

log = structlog.get_logger(__name__)

SPAN = timedelta(seconds=9)  #: of real time; who was silent for so long is replaced
BEAT = timedelta(seconds=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leading:
    """One piece of work, by its name; whoever gets the lease does it until it is cancelled or loses the lease."""

    store: LeaseStore
    name: str
    span: timedelta = SPAN
    beat: timedelta = BEAT

    async def run(self, work: Callable[[int], Awaitable[None]]) -> None:
        """Does ``work`` whenever this process has the lease, with its token, until cancelled.

        ``work`` is cancelled when the lease is lost, or cannot be renewed before it expires. It must ask
        `LeaseStore.is_held` right before what nobody else may do as well: a process that was stopped knows of nothing.
        """
        while True:
            token = await self._hold(None)
            if token is None:
                await asyncio.sleep(self.beat.total_seconds())
                continue
            log.info("leads", work=self.name, token=token)
            await self._lead(token, work)
            await asyncio.sleep(self.beat.total_seconds())  # others have their chance after work that failed

    async def _lead(self, token: int, work: Callable[[int], Awaitable[None]]) -> None:
        task = asyncio.ensure_future(work(token))
        try:
            await self._renew_while(task, token)
        finally:
            task.cancel()
            await asyncio.wait([task])
            if not task.cancelled() and (error := task.exception()) is not None:
                log.error("work of a leader failed", work=self.name, exc_info=error)
            await self._give_up(token)

    async def _renew_while(self, task: asyncio.Future[None], token: int) -> None:
        """Returns when the work is over or the lease is."""
        loop = asyncio.get_running_loop()
        held_until = loop.time() + self.span.total_seconds()
        while True:
            done, _ = await asyncio.wait([task], timeout=self.beat.total_seconds())
            asked = loop.time()
            if done or asked >= held_until:
                return
            try:
                async with asyncio.timeout(held_until - asked):
                    renewed = await self.store.hold(self.name, token, self.span)
            except (SitrepError, OSError) as error:
                log.warning("a lease could not be renewed", work=self.name, reason=str(error))
                continue
            if renewed != token:
                log.warning("a lease was lost", work=self.name, token=token)
                return
            held_until = asked + self.span.total_seconds()

    async def _hold(self, token: int | None) -> int | None:
        try:
            return await self.store.hold(self.name, token, self.span)
        except (SitrepError, OSError) as error:
            log.warning("no lease while the store does not answer", work=self.name, reason=str(error))
            return None

    async def _give_up(self, token: int) -> None:
        try:
            await self.store.give_up(self.name, token)
        except (SitrepError, OSError):
            log.warning("a lease runs out by itself", work=self.name)


@dataclass(slots=True, kw_only=True)
class Lead:
    """Whether what this process is asked to do again and again is its own to do; without ``leading`` there is no other
    process, and it is.

    ``prepare`` is done each time before it is this process's.
    """

    leading: Leading | None = None
    prepare: Callable[[], Awaitable[None]] | None = None
    _token: int | None = field(default=None, init=False)

    async def run(self) -> None:
        """Competes for the work until cancelled."""
        if self.leading is not None:
            await self.leading.run(self._have)

    async def is_mine(self) -> bool:
        """Whether nobody else does the work: asked of the store right before, for a process that was stopped knows
        nothing.
        """
        if self.leading is None:
            return True
        if self._token is None:
            return False
        try:
            return await self.leading.store.is_held(self.leading.name, self._token)
        except (SitrepError, OSError):
            return False

    async def _have(self, token: int) -> None:
        try:
            if self.prepare is not None:
                await self.prepare()
        except (SitrepError, OSError) as error:
            log.warning("a leader goes on without what it had prepared", reason=str(error))
        self._token = token
        try:
            await asyncio.Event().wait()
        finally:
            self._token = None
