"""Who wants a briefing and when: subscribing, leaving, being shut out and let in again, moving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.desk.due import first_due
from bot.desk.replies import Place
from bot.desk.times import NoTime, NoZone, read_schedule
from bot.outbox import ChatId
from bot.ports import ChatStore, Clock, Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribed:
    """The chat has this schedule; ``first`` is its next briefing, in the chat's own zone."""

    schedule: Schedule
    first: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriptions:
    """The desk for subscriptions."""

    store: ChatStore
    clock: Clock

    async def subscribe(self, place: Place, words: Sequence[str]) -> Subscribed | NoTime | NoZone:
        """Subscribes the chat as ``words`` say, or tells what is wrong with them."""
        kept = await self.store.chat(place.chat)
        schedule = read_schedule(words, kept.zone if kept is not None else None)
        if not isinstance(schedule, Schedule):
            return schedule
        now = self.clock.now()
        first = first_due(schedule, now, kept.mark if kept is not None else None)
        await self.store.subscribe(place.chat, schedule, since=now, next_due=first.moment, thread=place.thread)
        return Subscribed(schedule=schedule, first=first.moment.astimezone(ZoneInfo(schedule.zone)))

    async def current(self, chat: ChatId) -> Subscribed | None:
        """The chat's subscription; None when it has none."""
        kept = await self.store.chat(chat)
        if kept is None or kept.schedule is None or kept.next_due is None:
            return None
        return Subscribed(schedule=kept.schedule, first=kept.next_due.astimezone(ZoneInfo(kept.schedule.zone)))

    async def unsubscribe(self, chat: ChatId) -> bool:
        """Ends the subscription; False when there was none."""
        return await self.store.unsubscribe(chat)

    async def shut_out(self, chat: ChatId, reason: str) -> None:
        """The chat no longer lets the bot in."""
        await self.store.pause(chat, reason)

    async def let_in(self, chat: ChatId) -> None:
        """The chat lets the bot in again."""
        await self.store.resume(chat)

    async def move(self, chat: ChatId, to: ChatId) -> None:
        """The group has another id now."""
        await self.store.move(chat, to)
