"""What a chat decides for itself: when to be briefed, pauses, settings; being shut out, let in, moved, forgotten."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

import structlog

from bot.chats import Away, Chat, Kind, NotUnderstood, ShutOut, kind_of
from bot.desk.choosing import Context, choose, with_schedule
from bot.desk.due import is_away, next_moment
from bot.desk.following import following
from bot.desk.replies import Place
from bot.desk.speech import language_of
from bot.desk.times import NoTime, NoZone, Wish, read_wish
from bot.desk.typed import as_carried
from bot.outbox import ChatId
from bot.ports import ChatStore, Clock
from bot.render.words import language
from bot.stories import StoryTopic, only_one

log = structlog.get_logger(__name__)

SHUT_OUT_KEPT = timedelta(days=365)  #: how long the settings of a chat that lets nobody in wait for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriptions:
    """The desk for what chats choose; ``trackers`` are the names of those there are, ``topics`` the stories followed.

    A chat that changes anything follows one of these stories afterwards.
    """

    store: ChatStore
    clock: Clock
    trackers: tuple[str, ...]
    topics: Callable[[], tuple[StoryTopic, ...]] = only_one

    async def chat(self, chat: ChatId) -> Chat:
        """The chat as it has chosen; one that never chose anything has everything as it is at first.

        A chat whose story is not followed has the first one.
        """
        found = await self.store.chat(chat) or Chat(id=chat)
        return self._of_a_story(found)

    async def language_for(self, chat: ChatId) -> str:
        """In which language a chat is spoken to when nobody asked."""
        return language_of(await self.chat(chat))

    async def keep_language(self, chat: ChatId) -> None:
        """A group that has no language yet goes on in the one that is spoken now, whoever presses its buttons next."""
        if kind_of(chat) is not Kind.PRIVATE and (await self.chat(chat)).speaks is None:
            speaks = language()
            await self._change(chat, lambda kept: replace(kept, speaks=speaks))

    async def subscribe(self, place: Place, words: Sequence[str]) -> Chat | NoTime | NoZone | NotUnderstood:
        """Adds a briefing as ``words`` say, or tells what is wrong with them; ends a pause."""
        wish = read_wish(as_carried(words), (await self.chat(place.chat)).zone)
        return await self.wish(place, wish) if isinstance(wish, Wish) else wish

    async def wish(self, place: Place, wish: Wish) -> Chat | NotUnderstood:
        """Adds a briefing, which comes to ``place``."""
        now = self.clock.now()
        chosen = with_schedule(await self.chat(place.chat), wish, now)
        if isinstance(chosen, NotUnderstood):
            return chosen

        def change(chat: Chat) -> Chat:
            again = with_schedule(replace(chat, zone=wish.zone, thread=place.thread, shut_out=None), wish, now)
            return chat if isinstance(again, NotUnderstood) else replace(again, away=_ended(chat.away, now))

        return await self._change(place.chat, change)

    async def unsubscribe(self, chat: ChatId, at: time | None = None) -> Chat:
        """Ends the briefing at this time of day, or all of them; returns the chat as it was."""
        before = await self.chat(chat)

        def change(kept: Chat) -> Chat:
            left = () if at is None else tuple(schedule for schedule in kept.schedules if schedule.at != at)
            return replace(kept, schedules=left)

        await self._change(chat, change, drops_waiting=at is None)
        return before

    async def choose(self, place: Place, words: Sequence[str]) -> Chat | NotUnderstood:
        """Chooses what ``words`` say for the chat; what it adds, a briefing or the first alerts, comes to ``place``."""
        context = Context(now=self.clock.now(), trackers=self.trackers, topics=self.topics())
        words = as_carried(words)
        found = choose(await self.chat(place.chat), words, context)
        if isinstance(found, NotUnderstood):
            return found

        def change(kept: Chat) -> Chat:
            again = choose(kept, words, context)
            if isinstance(again, NotUnderstood):
                return kept
            is_more = len(again.schedules) > len(kept.schedules)
            is_first = again.choices.alerts.on and not kept.choices.alerts.on and not kept.schedules
            return replace(again, thread=place.thread) if is_more or is_first else again

        return await self._change(place.chat, change)

    async def has_read_news(self, chat: ChatId) -> None:
        """Notes that the chat has seen the alerts that its cap kept back."""
        if (await self.chat(chat)).heard.waiting:
            await self._change(chat, lambda kept: replace(kept, heard=replace(kept.heard, waiting=0)))

    async def go_away(self, chat: ChatId, during: timedelta | None) -> Chat:
        """Sends nothing unasked for a while, or until ``come_back``."""
        until = None if during is None else self.clock.now() + during
        return await self._change(chat, lambda kept: replace(kept, away=Away(until=until)))

    async def come_back(self, chat: ChatId) -> tuple[bool, Chat]:
        """Ends a silence that was asked for; what fell into it is not made up for. The first says if there was one."""
        now = self.clock.now()
        was_away = is_away(await self.chat(chat), now)
        return was_away, await self._change(chat, lambda kept: replace(kept, away=_ended(kept.away, now)))

    async def forget(self, chat: ChatId) -> None:
        """Deletes everything about the chat."""
        await self.store.forget(chat)

    async def shut_out(self, chat: ChatId, reason: str) -> None:
        """The chat no longer lets the bot in."""
        await self.store.shut_out(chat, ShutOut(reason=reason, since=self.clock.now()))

    async def let_in(self, chat: ChatId) -> None:
        """The chat lets the bot in again."""
        await self.store.let_in(chat)

    async def forget_the_lost(self) -> int:
        """Deletes the chats that have not let the bot in for `SHUT_OUT_KEPT`, and counts them."""
        lost = await self.store.shut_out_before(self.clock.now() - SHUT_OUT_KEPT)
        for chat in lost:
            await self.store.forget(chat)
        if lost:
            log.info("chats forgotten that were shut out long ago", chats=len(lost))
        return len(lost)

    async def move(self, chat: ChatId, to: ChatId) -> None:
        """The group has another id now."""
        await self.store.move(chat, to)

    def _of_a_story(self, chat: Chat) -> Chat:
        topics = self.topics()
        return chat if any(topic.name == chat.story for topic in topics) else following(chat, topics[0].name)

    async def _change(self, chat: ChatId, change: Callable[[Chat], Chat], *, drops_waiting: bool = False) -> Chat:
        speaks = language()

        def derived(kept: Chat) -> Chat:
            chosen = change(kept)
            chosen = self._of_a_story(chosen)
            if chosen != kept and (kind_of(chat) is Kind.PRIVATE or kept.speaks is None):
                chosen = replace(chosen, speaks=speaks)
            return replace(chosen, next_due=next_moment(chosen))

        return await self.store.change(chat, derived, drops_waiting=drops_waiting)


def _ended(away: Away | None, now: datetime) -> Away | None:
    """A silence that is over now: nothing before this moment is owed."""
    if away is None or (away.until is not None and away.until <= now):
        return away
    return Away(until=now)
