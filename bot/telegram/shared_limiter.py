"""Telegram's limits for several processes of one bot: a message that may leave by this one's limits asks for all."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from bot.errors import SitrepError
from bot.ports import Pace, RateStore
from bot.telegram.limiter import MOST_AHEAD, Limiter
from bot.telegram.limits import Chat, Lane, Rates

log = structlog.get_logger(__name__)

SHORTEST = 0.002  #: seconds between two questions that were answered with no
STORE_PAUSE = 1.0  #: seconds until the store is asked again after it did not answer


@dataclass(slots=True)
class _Asking:
    """A message that waits for a turn among all processes' messages."""

    chat: Chat
    granted: asyncio.Future[None]
    not_before: float = 0.0


@dataclass(slots=True)
class _Line:
    """One lane's messages, and the task that asks for them: all that are ready, at once."""

    lane: Lane
    waiting: deque[_Asking] = field(default_factory=deque)
    task: asyncio.Task[None] | None = None


class SharedLimiter(Limiter):
    """`Limiter`, and behind it the one row that all processes take their turns from; replies go first in both."""

    def __init__(self, rates: Rates, store: RateStore) -> None:
        super().__init__(rates)
        self._store = store
        self._pace = Pace(spacing=1 / rates.total, chat_spacing=rates.chat, burst=rates.burst, group=rates.group)
        self._lines = {lane: _Line(lane) for lane in Lane}
        self._is_shorter = asyncio.Event()
        self._telling: set[asyncio.Task[None]] = set()

    async def shutdown(self) -> None:
        """Asks no more."""
        await super().shutdown()
        for line in self._lines.values():
            if line.task is not None:
                line.task.cancel()

    async def wanted(self) -> int:
        """As `Limiter.wanted`, once few messages wait for other processes' turns."""
        line = self._lines[Lane.BROADCAST]
        while (room := self._most_ahead - len(line.waiting)) <= 0:
            self._is_shorter.clear()
            await self._is_shorter.wait()
        return min(room, await super().wanted())

    async def _turn(self, chat: Chat, lane: Lane) -> None:
        await super()._turn(chat, lane)
        line = self._lines[lane]
        asking = _Asking(chat, asyncio.get_running_loop().create_future())
        line.waiting.append(asking)
        if line.task is None or line.task.done():
            line.task = asyncio.create_task(self._ask(line))
        await asking.granted

    def _refused(self, chat: Chat, pause: timedelta) -> None:
        super()._refused(chat, pause)
        task = asyncio.create_task(self._tell_refusal(chat, pause))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _ask(self, line: _Line) -> None:
        """Asks until nobody waits."""
        loop = asyncio.get_running_loop()
        while line.waiting:
            now = loop.time()
            ready = [asking for asking in line.waiting if asking.not_before <= now][:MOST_AHEAD]
            if ready:
                await self._ask_for(line, ready)
            line.waiting = deque(asking for asking in line.waiting if not asking.granted.done())
            self._is_shorter.set()
            if line.waiting:
                soonest = min(asking.not_before for asking in line.waiting)
                await asyncio.sleep(max(soonest - loop.time(), SHORTEST))

    async def _ask_for(self, line: _Line, ready: list[_Asking]) -> None:
        loop = asyncio.get_running_loop()
        ready = [asking for asking in ready if not asking.granted.done()]  # who was cancelled asks no more
        chats = [asking.chat for asking in ready]
        try:
            waits = await self._store.take_turns(chats, self._pace, is_reply=line.lane is Lane.REPLY)
        except (SitrepError, OSError) as error:
            log.warning("no turns while the store does not answer", reason=str(error))
            waits = (timedelta(seconds=STORE_PAUSE),) * len(ready)
        for asking, wait in zip(ready, waits, strict=True):
            if wait:
                asking.not_before = loop.time() + wait.total_seconds()
            elif not asking.granted.done():
                asking.granted.set_result(None)

    async def _tell_refusal(self, chat: Chat, pause: timedelta) -> None:
        try:
            await self._store.refused(chat, pause)
        except (SitrepError, OSError) as error:
            log.warning("other processes do not know of a refusal", reason=str(error))
