"""Empties the outboxes: every chat in order, many chats side by side, and none held up by another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from bot.outbox import ChatId, Finished, NextState, Outgoing, Waits, next_state
from bot.ports import Clock, OutboxStore, Sender

log = structlog.get_logger(__name__)

A_ROUND = 25  #: messages; with one round a second this stays under Telegram's 30 a second, and one a second a chat


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Sends what waits; ``seconds`` is a monotonic clock, for pauses are real time even when the day is moved."""

    store: OutboxStore
    sender: Sender
    clock: Clock
    seconds: Callable[[], float]
    _not_before: dict[ChatId, float] = field(default_factory=dict)
    _unrecorded: dict[tuple[ChatId, str], NextState] = field(default_factory=dict)

    async def deliver(self) -> int:
        """Sends the first waiting message of up to ``A_ROUND`` chats, and returns how many were tried.

        Raises:
            ExceptionGroup: what became of some messages could not be recorded; the others are done. The next round
                records it, and does not send those again.
        """
        now = self.seconds()
        ready = [head for head in await self.store.heads() if self._not_before.get(head.chat, 0.0) <= now]
        done = await asyncio.gather(*(self._settle(message) for message in ready[:A_ROUND]), return_exceptions=True)
        if errors := [error for error in done if isinstance(error, Exception)]:
            raise ExceptionGroup("what became of messages could not be recorded", errors)
        return len(done)

    async def _settle(self, message: Outgoing) -> None:
        place = (message.chat, message.key)
        if place not in self._unrecorded:
            self._unrecorded[place] = await self._send(message)
        await self.store.settle(message, self._unrecorded[place], self.clock.now())
        del self._unrecorded[place]

    async def _send(self, message: Outgoing) -> NextState:
        outcome = await self.sender.send(message)
        state = next_state(message, outcome)
        if isinstance(state, Waits):
            self._not_before[message.chat] = self.seconds() + state.pause.total_seconds()
        else:
            self._not_before.pop(message.chat, None)
        failed = not isinstance(state, Finished) or state.failure is not None
        log.log(
            30 if failed else 20,
            "delivery",
            chat=message.chat,
            key=message.key,
            outcome=type(outcome).__name__,
            state=state if failed else "sent",
        )
        return state
