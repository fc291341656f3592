"""The alerts: chats are told what is new in their story, each as it has chosen, whatever happens meanwhile.

How far news is spread stands in the store, beside what each chat has heard, so another process goes on where this one
stopped. What waits for a chat stands with the chat, and until when; nothing is remembered here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain, islice

import structlog

from bot.chats import Chat, HeldAlert
from bot.desk.alerting import Brought, hear, is_wanted
from bot.desk.replies import Place, outgoing
from bot.desk.speech import language_of
from bot.digest.alert import Alert, Mentioned, key_of, stands
from bot.digest.model import Digest, Report, Tracker
from bot.digest.watched import Watch
from bot.outbox import ChatId, Outgoing
from bot.ports import AnswerStore, Clock, NewsStore, Planned, Spreading
from bot.render.alerts import alert_message, is_sound
from bot.render.message import Message
from bot.render.news import Recent, news_page
from bot.render.words import language, speaking
from bot.stories import News, StoryName

log = structlog.get_logger(__name__)

A_BATCH = 100  #: chats in one step of the store
MOST_MENTIONS = 20  #: sentences that one watch tells of one news, which may be of a thousand articles
NEWS_KEPT = timedelta(days=7)  #: what /news shows, and for how long alerts can be held
NEWS_SHOWN = 50  #: steps, the newest, whose alerts /news shows


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A story at one moment, and what was worked out of its news, once for all chats that are told the same."""

    store: NewsStore
    digest: Digest
    trackers: tuple[Tracker, ...]
    now: datetime
    checked: dict[int, tuple[Alert, ...]] = field(default_factory=dict)
    mentions: dict[tuple[int, Watch], tuple[Alert, ...]] = field(default_factory=dict)
    rendered: dict[tuple[tuple[str, ...], int, str], Message | None] = field(default_factory=dict)

    async def alerts(self, news: News) -> tuple[Alert, ...]:
        """The alerts of the news that can still be held against their articles."""
        if news.number not in self.checked:
            self.checked[news.number] = await asyncio.to_thread(self._sound, news.alerts)
        return self.checked[news.number]

    async def watched(self, news: News, watches: Collection[Watch]) -> Mapping[Watch, tuple[Alert, ...]]:
        """What the articles of the news have of the words that are watched for."""
        missing = [watch for watch in watches if (news.number, watch) not in self.mentions]
        if missing:
            reports = await self.store.reports(news.story, news.articles)
            found = await asyncio.to_thread(self._mentions, reports, missing)
            self.mentions.update({(news.number, watch): alerts for watch, alerts in found.items()})
        return {watch: self.mentions[news.number, watch] for watch in watches}

    async def brought(self, news: News, watches: Collection[Watch]) -> list[Brought]:
        """All that the news has for a chat with these watches."""
        told = [*await self.alerts(news)]
        for alerts in (await self.watched(news, watches)).values():
            told += alerts
        return [Brought(news=news.number, alert=alert) for alert in told]

    async def message(self, tell: Sequence[Brought], waiting: int) -> Message | None:
        """Alerts in one message in the language spoken, with the count of those that wait."""
        alerts = [one.alert for one in tell]
        asked = (tuple(_name(alert) for alert in alerts), waiting, language())
        if asked not in self.rendered:
            self.rendered[asked] = await asyncio.to_thread(
                alert_message, self.digest, alerts, self.trackers, self.now, waiting
            )
        return self.rendered[asked]

    def _mentions(self, reports: Mapping[int, Report], watches: Iterable[Watch]) -> Mapping[Watch, tuple[Alert, ...]]:
        """What the articles have of each watch; blocks."""
        from bot.digest.alerts import mentioned  # leads to spaCy, whose second a start need not pay

        found = {}
        for watch in watches:
            told = (mentioned(watch, report, number) for number, report in sorted(reports.items(), reverse=True))
            found[watch] = self._sound(islice((alert for alert in told if alert is not None), MOST_MENTIONS))
        return found

    def _sound(self, alerts: Iterable[Alert]) -> tuple[Alert, ...]:
        """Those that the story still says, and that pass the check; blocks."""
        return tuple(
            alert
            for alert in alerts
            if stands(self.digest, alert.told) and is_sound(self.digest, alert, self.trackers, self.now)
        )


def _name(alert: Alert) -> str:
    """What tells the texts of two alerts of a story apart: one sentence is told in different words to two watches."""
    words = alert.told.words if isinstance(alert.told, Mentioned) else ()
    return key_of(alert.keys[0], *words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerts:
    """The desk for alerts."""

    store: NewsStore
    answers: AnswerStore
    clock: Clock
    trackers: tuple[Tracker, ...]

    async def spread(self) -> int:
        """Queues what is new, and what was held until now, for every chat that is to be told; returns for how many.

        Others have their turn on the event loop between batches. Two that do this at once tell nobody twice.
        """
        count = 0
        while (pending := await self.store.pending_news()) is not None:
            count += await self._spread(pending)
        return count + await self._tell_held()

    async def recent(self, chat: Chat, page: int) -> Message:
        """A page, from 0, of the story's alerts of late that the chat chose, with those that wait for it first."""
        edition = await self._edition(chat.story)
        shown: list[Recent] = []
        for news in await self.store.recent_news(chat.story, NEWS_SHOWN):
            watched = await edition.watched(news, chat.choices.alerts.watches)
            for alert in (*news.alerts, *chain.from_iterable(watched.values())):
                if is_wanted(chat.choices, alert) and stands(edition.digest, alert.told):
                    name = HeldAlert(news=news.number, key=alert.keys[0])
                    shown.append(Recent(alert=alert, is_held=name in chat.heard.held))
        return await asyncio.to_thread(
            news_page, edition.digest, shown, self.trackers, edition.now, page, is_on=chat.choices.alerts.on
        )

    async def prune(self) -> int:
        """Drops old news, and counts it."""
        return await self.store.prune_news(self.clock.now() - NEWS_KEPT)

    async def _spread(self, pending: Spreading) -> int:
        """Tells of news from where it was left; ends early when others told of it or a chat changed meanwhile."""
        news = pending.news
        edition = await self._edition(news.story)
        watchers = await self.store.watchers(news.story)
        watched = {watch: found for watch, found in (await edition.watched(news, watchers)).items() if found}
        alerts = await edition.alerts(news)
        listeners = await self.store.listeners(news.story) if alerts else _all_of(watchers, watched)
        waiting = [chat for chat in listeners if pending.reached is None or chat > pending.reached]
        count = 0
        for start in range(0, len(waiting), A_BATCH):
            batch = await self.store.chats(waiting[start : start + A_BATCH])
            planned = await self._planned(batch, edition, news)
            reached = waiting[start : start + A_BATCH][-1]
            if not await self.store.tell(planned, pending, reached, edition.now):
                return count
            pending = replace(pending, reached=reached)
            count += sum(bool(one.messages) for one in planned)
        await self.store.end_news(news.number, keep=bool(alerts or watched))
        if count:
            log.info("alerts queued", news=news.number, story=news.story, chats=count)
        return count

    async def _tell_held(self) -> int:
        """Tells the chats whose quiet hours or burst is over what was held for them."""
        count = 0
        seen: set[int] = set()
        editions: dict[StoryName, Edition] = {}
        while due := [chat for chat in await self.store.held_due(self.clock.now(), A_BATCH) if chat.id not in seen]:
            seen |= {chat.id for chat in due}  # no chat twice a tick, whatever the store answers
            for story in {chat.story for chat in due} - editions.keys():
                editions[story] = await self._edition(story)
            for story, edition in editions.items():
                planned = await self._planned([chat for chat in due if chat.story == story], edition)
                await self.store.brief([one for one in planned if not one.messages], edition.now)
                count += await self.store.brief([one for one in planned if one.messages], edition.now)
        if count:
            log.info("held alerts queued", chats=count)
        return count

    async def _planned(self, chats: Sequence[Chat], edition: Edition, news: News | None = None) -> list[Planned]:
        """What chats become, and are to get, that hear of news, or of nothing but what is held for them."""
        before = await self.store.news({held.news for chat in chats for held in chat.heard.held})
        planned = [await _planned(chat, edition, before, news) for chat in chats]
        return [one for one in planned if one.after != one.before]

    async def _edition(self, story: StoryName) -> Edition:
        digest = await self.answers.digest(story)
        return Edition(store=self.store, digest=digest, trackers=self.trackers, now=self.clock.now())


async def _planned(chat: Chat, edition: Edition, before: Mapping[int, News], news: News | None) -> Planned:
    watches = chat.choices.alerts.watches
    arrived = [*await _held(chat, edition, before), *(await edition.brought(news, watches) if news else ())]
    hearing = hear(chat, arrived, edition.now)
    messages: tuple[Outgoing, ...] = ()
    if hearing.tell:
        with speaking(language_of(chat)):
            message = await edition.message(hearing.tell, hearing.waiting)
        place = Place(chat=chat.id, thread=chat.thread, silent=chat.choices.silent)
        messages = () if message is None else (outgoing(place, message, key=hearing.key),)
    return Planned(before=chat, after=replace(chat, heard=hearing.after), messages=messages)


async def _held(chat: Chat, edition: Edition, before: Mapping[int, News]) -> list[Brought]:
    """What waits for a chat; what another story brought, or what is gone, is left out."""
    names: set[HeldAlert] = set(chat.heard.held)
    found: list[Brought] = []
    for number in sorted({name.news for name in names} & before.keys()):
        if before[number].story == chat.story:
            brought = await edition.brought(before[number], chat.choices.alerts.watches)
            found += [one for one in brought if one.name in names]
    return found


def _all_of(watchers: Mapping[Watch, Collection[ChatId]], watched: Iterable[Watch]) -> tuple[ChatId, ...]:
    """The chats that watch for something that is there, in order of ids."""
    return tuple(sorted({chat for watch in watched for chat in watchers[watch]}))
