"""Empties the outboxes: every chat in order, many chats side by side, and none held up by another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from bot.outbox import ChatId, Finished, Outgoing, Waits, next_state
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

    async def deliver(self) -> int:
        """Sends the first waiting message of up to ``A_ROUND`` chats, and returns how many were tried."""
        now = self.seconds()
        ready = [head for head in await self.store.heads() if self._not_before.get(head.chat, 0.0) <= now]
        await asyncio.gather(*(self._send(message) for message in ready[:A_ROUND]))
        return len(ready[:A_ROUND])

    async def _send(self, message: Outgoing) -> None:
        outcome = await self.sender.send(message)
        state = next_state(message, outcome)
        if isinstance(state, Waits):
            self._not_before[message.chat] = self.seconds() + state.pause.total_seconds()
        else:
            self._not_before.pop(message.chat, None)
        await self.store.settle(message, state, self.clock.now())
        failed = not isinstance(state, Finished) or state.failure is not None
        log.log(
            30 if failed else 20,
            "delivery",
            chat=message.chat,
            key=message.key,
            outcome=type(outcome).__name__,
            state=state if failed else "sent",
        )
