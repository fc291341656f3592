"""Stories told again to the whole bot: its own store, news desk, alerts and delivery, and a sandbox with a moved clock.

``retold`` hands a story over article by article, each at a moment of its day, and reads from the sandbox what came to a
chat with the highest cap and to one with the usual cap. ``seconds_to_outbox`` measures how long an article takes.
"""

from __future__ import annotations

import asyncio
import pickle
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from telegram import Message as Received

from benchmarks.replay import TRACKERS
from bot import app
from bot.chats import ALERT_CAP
from bot.desk import newsdesk as newsdesk_module
from bot.desk.choosing import MOST_ALERTS
from bot.desk.newsdesk import Newsdesk
from bot.desk.readers import Readers
from bot.digest.model import Article, ArticleId
from bot.outbox import ChatId, State
from bot.ports import Clock, Planned, Spreading, Unread
from bot.render.check import problems
from bot.render.headlines import headline, is_age
from bot.sandbox import wire
from bot.sandbox.clock import SandboxClock
from bot.sandbox.server import serving
from bot.sandbox.state import SandboxState
from bot.sandbox.world import Chat, Message
from bot.settings import SANDBOX, Settings
from bot.stories import MAIN
from bot.telegram.application import connect
from storage.codec import JsonPacking

TICK = timedelta(seconds=0.1)  #: of real time; what is held is told so much after the clock was moved
HURRY = (0.05, timedelta(minutes=20))  #: in so many real seconds a clock in a hurry is moved so far: no burst lasts
WARM = 4  #: articles before those timed that are read in earnest, so that the readers are at work
PATIENCE = timedelta(minutes=3)  #: for one article, on a busy machine
CHOSEN = ("/alerts on", "/alerts cap {cap}")  #: by both chats, before the first article; each is answered once
LAST = timedelta(hours=23, minutes=59)  #: of a day, when what was held is told


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A message that came to a chat: when by the moved clock, its alerts as a reader sees them, without their ages, and
    what of it cannot be checked.
    """

    day: date
    alerts: tuple[str, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retold:
    """What came of a story: the messages by the cap of the chat, and the real seconds that an article took."""

    by_cap: Mapping[int, Sequence[Told]]
    seconds: Sequence[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts(app.Parts):
    """The bot's parts, of which the news desk can be had."""

    desks: list[Newsdesk] = field(default_factory=list)

    @asynccontextmanager
    async def newsdesk(self, clock: Clock, *, together: bool = False) -> AsyncIterator[Newsdesk]:
        async with app.Parts.newsdesk(self, clock, together=together) as desk:
            self.desks.append(desk)
            yield desk


class _Remembering(Readers):
    """Readers that take from a folder what was read before."""

    def __init__(self, known: Mapping[ArticleId, Path], *arguments: Any) -> None:
        super().__init__(*arguments)
        self._known = known

    async def read(self, article: Article, *, urgent: bool, lasting: bool = False) -> str | Unread:
        kept = self._known.get(article.id)
        if kept is None:
            return await super().read(article, urgent=urgent, lasting=lasting)
        return await asyncio.to_thread(lambda: JsonPacking().report(pickle.loads(kept.read_bytes())))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stage:
    """A bot at work."""

    parts: _Parts
    state: SandboxState
    clock: SandboxClock

    @property
    def newsdesk(self) -> Newsdesk:
        return self.parts.desks[-1]

    async def quiet(self) -> None:
        """Waits until all that is due is told, and has arrived."""
        store = self.parts.store
        async with asyncio.timeout(PATIENCE.total_seconds()):
            while True:
                depth = (await store.depth()).by_state
                is_told = await store.pending_news() is None and not await store.held_due(self.clock.now(), 1)
                if is_told and not depth[State.PENDING] + depth[State.SENDING]:
                    return
                await asyncio.sleep(0.01)


@asynccontextmanager
async def _at_work(begins: datetime, known: Mapping[ArticleId, Path]) -> AsyncIterator[_Stage]:
    """A bot that reads what is not ``known``; an empty folder is its only source."""
    with tempfile.TemporaryDirectory() as place:
        data, articles = Path(place) / "data", Path(place) / "articles"
        articles.mkdir()
        settings = Settings.model_construct(token=None, data=data, articles=articles, port=0, trackers={})
        opened = await asyncio.to_thread(app.open_parts, settings, SANDBOX)
        parts = _Parts(**{each.name: getattr(opened, each.name) for each in fields(opened)})
        clock = SandboxClock(lambda: datetime.now(UTC))
        clock.move_to(begins)
        state = SandboxState(clock=clock)
        try:
            with patch.object(newsdesk_module, "Readers", partial(_Remembering, known)):
                async with (
                    serving(state) as address,
                    app.running(connect(state.token, address), parts, clock, TICK),
                ):
                    yield _Stage(parts=parts, state=state, clock=clock)
        finally:
            await asyncio.to_thread(parts.store.close)


async def retold(wanted: Sequence[Article], known: Mapping[ArticleId, Path]) -> Retold:
    """Tells a story, whose articles are in the order of their days, to a bot with two chats."""
    by_day: dict[date, list[Article]] = defaultdict(list)
    for article in wanted:
        by_day[article.published.day].append(article)
    async with _at_work(_moment(min(by_day), timedelta()), known) as stage:
        chats = await _listeners(stage)
        told: dict[int, list[Told]] = {cap: [] for cap in chats}
        seconds = []
        for day, articles in by_day.items():
            for place, article in enumerate(articles):
                stage.clock.move_to(_moment(day, timedelta(days=1) * (place + 0.5) / len(articles)))
                await _hear(stage, chats, told)
                began = time.monotonic()
                await stage.newsdesk.add([article])
                await _hear(stage, chats, told)
                seconds.append(time.monotonic() - began)
            stage.clock.move_to(_moment(day, LAST))
            await _hear(stage, chats, told)
    return Retold(by_cap=told, seconds=seconds)


async def seconds_to_outbox(
    before: Sequence[Article], fresh: Sequence[Article], known: Mapping[ArticleId, Path], word: str
) -> list[tuple[float, float]]:
    """Has a bot know ``before``, brings one of ``fresh`` a second, and measures how long each takes to the outbox.

    A chat watches for ``word``, so that most articles are told, and the clock is in a hurry, so that none waits for a
    burst to end. Times are real, from handing an article over until it is recorded, and until its message is.
    """
    queued: dict[int, float] = {}
    brought: dict[ArticleId, float] = {}
    filed: dict[ArticleId, float] = {}

    async def add(article: Article) -> None:
        brought[article.id] = time.monotonic()
        await stage.newsdesk.add([article])
        filed[article.id] = time.monotonic()

    unread = {article.id for article in (*before[-WARM:], *fresh)}
    kept = {name: path for name, path in known.items() if name not in unread}
    async with _at_work(_moment(fresh[0].published.day, timedelta()), kept) as stage:
        await stage.newsdesk.add(before)
        chats = await _listeners(stage)
        await _ask(stage, chats[MOST_ALERTS], f"/watch {word}")
        setattr(stage.parts.store, "tell", _timed(stage.parts.store.tell, queued))  # noqa: B010  (no method of its own)
        hurry = asyncio.create_task(_hurry(stage.clock))
        tasks = []
        for article in fresh:
            tasks.append(asyncio.create_task(add(article)))
            await asyncio.sleep(1)
        await asyncio.gather(*tasks)
        await stage.quiet()
        hurry.cancel()
        sources = (await stage.parts.store.digest(MAIN)).sources
    return [
        (filed[source.article.id] - brought[source.article.id], queued[source.number] - brought[source.article.id])
        for source in sources
        if source.number in queued and source.article.id in brought
    ]


async def _hurry(clock: SandboxClock) -> None:
    seconds, distance = HURRY
    while True:
        clock.move_by(distance)
        await asyncio.sleep(seconds)


def _timed(tell: Callable[..., Any], queued: dict[int, float]) -> Callable[..., Any]:
    """The step of the store, which notes by source number when messages of an article were queued."""

    async def timed(planned: Sequence[Planned], of: Spreading, reached: ChatId, now: datetime) -> bool:
        done: bool = await tell(planned, of, reached, now)
        if done and any(one.messages for one in planned):
            for number in of.news.articles:
                queued.setdefault(number, time.monotonic())
        return done

    return timed


async def _listeners(stage: _Stage) -> Mapping[int, Chat]:
    """Two people's chats with alerts switched on, by their cap."""
    chats = {}
    for cap, person in zip((MOST_ALERTS, ALERT_CAP), stage.state.people, strict=False):
        chats[cap] = stage.state.chats[person.id]
        for words in CHOSEN:
            await _ask(stage, chats[cap], words.format(cap=cap))
    return chats


async def _ask(stage: _Stage, chat: Chat, words: str) -> None:
    """Says something in somebody's private chat, and waits for the answer."""
    (person,) = [one for one in stage.state.people if one.id == chat.id]
    said = stage.state.say(chat, words, sender=person)
    await stage.state.wait_for_messages(chat, after=said, within=PATIENCE)


async def _hear(stage: _Stage, chats: Mapping[int, Chat], told: Mapping[int, list[Told]]) -> None:
    """Waits until all is told, and takes what came out of the chats."""
    await stage.quiet()
    digest = await stage.parts.store.digest(MAIN)
    for cap, chat in chats.items():
        came = [one for one in stage.state.messages(chat) if one.by_bot][len(CHOSEN) :]
        for message in came[len(told[cap]) :]:
            found = problems(_html(stage, message), digest, TRACKERS, message.date)
            day = message.date.astimezone(UTC).date()
            told[cap].append(Told(day=day, alerts=alerts_of(message.text), problems=found))


def _html(stage: _Stage, message: Message) -> str:
    """A message as it was sent, made by python-telegram-bot of what the sandbox shows of it."""
    people = {person.id: person for person in stage.state.people}
    shown = wire.message_json(message, stage.state.chats, people, stage.state.bot)
    return Received.de_json(shown, None).text_html


def alerts_of(shown: str) -> tuple[str, ...]:
    """The alerts of a message as a reader sees them, each from its headline to its age, which is left out."""
    parts: list[list[str]] = []
    is_open = False
    for line in shown.split("\n"):
        if headline(line) is not None:
            parts.append([])
            is_open = True
        elif is_age(line):
            is_open = False
        if is_open:
            parts[-1].append(line)
    return tuple("\n".join(part).strip() for part in parts)


def _moment(day: date, into: timedelta) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + into
