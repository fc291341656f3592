"""Telegram's limits before every message: PTB's rate limiter over `limits`, and the turns that delivery waits for."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.metrics import FLOOD_SECONDS, FLOOD_WAITS
from bot.telegram.limits import Chat, Lane, Limits, Rates

MESSAGES = ("send", "edit", "copy", "forward", "stop")  #: how the methods begin that Telegram counts as messages
UNCOUNTED = frozenset({"sendChatAction"})
HAS_TURN = "has its turn"  #: as ``rate_limit_args``: the caller has waited in `Limiter.turn` already
AHEAD = timedelta(milliseconds=50)  #: delivery takes as many messages from the outbox as leave in this time
MOST_AHEAD = 100

Answer = bool | dict[str, Any] | list[dict[str, Any]]


class Limiter(BaseRateLimiter[str]):
    """Two lanes in one event loop. A message without ``HAS_TURN`` is a reply."""

    def __init__(self, rates: Rates) -> None:
        self._limits: Limits[asyncio.Future[None]] = Limits(rates)
        self._alarm: asyncio.TimerHandle | None = None
        self._has_moved = asyncio.Event()
        self._most_ahead = max(1, math.ceil(min(rates.total * AHEAD.total_seconds(), MOST_AHEAD)))

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Rings no more."""
        if self._alarm is not None:
            self._alarm.cancel()

    async def process_request(  # noqa: PLR0917  (PTB's own signature)
        self,
        callback: Callable[..., Coroutine[Any, Any, Answer]],
        args: Any,  # noqa: ANN401
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: str | None,
    ) -> Answer:
        """Waits for the message's turn, and learns from a 429. What is no message passes."""
        chat = data.get("chat_id")
        if chat is None or not endpoint.startswith(MESSAGES) or endpoint in UNCOUNTED:
            return await callback(*args, **kwargs)
        if rate_limit_args != HAS_TURN:
            await self._turn(chat, Lane.REPLY)
        try:
            return await callback(*args, **kwargs)
        except RetryAfter as error:
            self._refused(chat, pause_of(error))
            raise

    async def turn(self, chat: Chat) -> None:
        """Returns when a broadcast may be sent to ``chat``, which must happen then."""
        await self._turn(chat, Lane.BROADCAST)

    async def wanted(self) -> int:
        """Returns, once too few broadcasts wait to keep up the rate, how many more are wanted; at least 1."""
        while (missing := self._most_ahead - self._limits.backlog(_now())) <= 0:
            self._has_moved.clear()
            await self._has_moved.wait()
        return missing

    def _refused(self, chat: Chat, pause: timedelta) -> None:
        FLOOD_WAITS.inc()
        FLOOD_SECONDS.inc(pause.total_seconds())
        self._limits.refused(chat, pause.total_seconds(), _now())

    async def _turn(self, chat: Chat, lane: Lane) -> None:
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._limits.ask(mine, chat, lane)
        self._let_pass()
        if mine.done():
            return
        try:
            await mine
        except asyncio.CancelledError:
            if mine.cancelled():
                self._limits.withdraw(mine)
            raise

    def _let_pass(self) -> None:
        now = _now()
        while (mine := self._limits.next(now)) is not None:
            mine.set_result(None)
        self._has_moved.set()
        at = self._limits.next_moment(now)
        if self._alarm is not None:
            if self._alarm.when() == at and not self._alarm.cancelled():
                return
            self._alarm.cancel()
        self._alarm = asyncio.get_running_loop().call_at(at, self._ring) if at is not None else None

    def _ring(self) -> None:
        self._alarm = None
        self._let_pass()


def pause_of(error: RetryAfter) -> timedelta:
    """How long Telegram asks to wait."""
    # The public attribute is a number or a timedelta by an environment variable, and warns at each reading.
    return error._retry_after


def _now() -> float:
    return asyncio.get_running_loop().time()
