"""The news desk of the sandbox's page, on the bot's own parts: opens, reads and publishes what people bring."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import PurePath

from bot.desk.newsdesk import Newsdesk
from bot.digest.model import Article, ArticleId, Report, Source
from bot.errors import Problem, SitrepError
from bot.ports import Clock, Notice, Store, Unread
from bot.sandbox.newsdesk import Dropped, File, Link, Opened, Pasted, Release
from bot.sources.confined import Confined
from bot.sources.documents import LARGEST, open_document, too_large
from bot.sources.fetching import WebClient
from bot.sources.looking import Later, Tools, read_link
from bot.stories import MAIN, StoryName

OURS = "sandbox"  #: opens the ids of articles that were brought here
ACT = "Whoever runs the bot has to act first."
PASTED = "pasted"  #: opens the names of articles that were pasted
EVERY_CHAT = 1_000_000


class Showroom:
    """A :class:`bot.sandbox.newsdesk.NewsDesk`; what it publishes leaves with the reset, or at the bot's next start."""

    def __init__(self, store: Store, newsdesk: Newsdesk, tools: Tools) -> None:
        self._store = store
        self._newsdesk = newsdesk
        self._tools = tools
        self._published: dict[ArticleId, Article] = {}
        self._publishing = asyncio.Lock()

    async def open(self, dropped: Dropped) -> Opened | Problem:
        """The article in a file, in pasted words or at an address."""
        match dropped:
            case File(name=name, content=content):
                return await self._open_file(name, content)
            case Pasted(text=text):
                content = text.encode("utf-8", "replace")
                name = f"{PASTED}-{hashlib.sha256(content).hexdigest()[:8]}.txt"
                return await self._open_file(name, content)
            case Link(url=url):
                return await self._open_link(url)

    async def read(self, article: Article) -> Report | Problem:
        """What the bot reads in it."""
        try:
            outcome = await self._newsdesk.preview(article)
        except SitrepError as error:
            return _unreadable(str(article.id), str(error), ACT)
        return outcome.problem if isinstance(outcome, Unread) else outcome

    async def publish(self, article: Article) -> Release | Problem:
        """Adds the article to its stories, or puts it in the place of its earlier version."""
        async with self._publishing:
            listeners = await self.listeners()
            if any(known.article.text == article.text for known in await self.articles()):
                return Release(number=None, alerts=0, listeners=listeners)
            given = {**self._published, article.id: article}
            try:
                added = await self._newsdesk.try_out(tuple(given.values()))
            except SitrepError as error:
                return _unreadable(str(article.id), str(error), ACT)
            for remark in added.remarks:
                if isinstance(remark, Unread):
                    return remark.problem
            self._published = given
            places = [(story, one.number) for story, one in await self._sources() if one.article.id == article.id]
            alerts = [await self._alerts(story, number) for story, number in places]
            return Release(number=places[0][1] if places else 0, alerts=sum(alerts), listeners=listeners)

    async def articles(self) -> Sequence[Source]:
        """What the bot has read, in order of arrival; an article of several stories once."""
        found: dict[ArticleId, Source] = {}
        for _, source in await self._sources():
            found.setdefault(source.article.id, source)
        return tuple(found.values())

    async def report(self, article: ArticleId) -> Report | None:
        """What was read in one of these."""
        for story, source in await self._sources():
            if source.article.id == article:
                return (await self._store.reports(story, [source.number])).get(source.number)
        return None

    async def listeners(self) -> int:
        """How many chats have alerts switched on."""
        return len({chat for story in await self._stories() for chat in await self._store.listeners(story)})

    async def reset(self) -> None:
        """Forgets every chat, and every article that was published here."""
        for standing in await self._store.standings(0, EVERY_CHAT):
            await self._store.forget(standing.chat)
        async with self._publishing:
            if self._published:
                await self._newsdesk.try_out(())
                self._published = {}

    async def _stories(self) -> Sequence[StoryName]:
        filed = (await self._store.library()).filed
        return sorted({MAIN, *(story for one in filed for story in one.places)})

    async def _sources(self) -> Sequence[tuple[StoryName, Source]]:
        """Every article of every story."""
        digests = [(story, await self._store.digest(story)) for story in await self._stories()]
        return [(story, source) for story, digest in digests for source in digest.sources]

    async def _alerts(self, story: StoryName, number: int) -> int:
        """How many alerts the article of this number brought to its story."""
        newest = await self._store.recent_news(story, 1)
        return sum(len(news.alerts) for news in newest if number in news.articles)

    async def _open_file(self, name: str, content: bytes) -> Opened | Problem:
        if PurePath(name).suffix.lower() in LARGEST and (large := too_large(name, len(content), name)):
            return large.problem
        opened = await open_document(name, content, self._tools.clock.now(), self._tools.confined)
        reason = [f"Its date is taken from {opened.dated[1]}."] if opened.dated and opened.dated[1] else []
        return _first(name, opened.items, reason)

    async def _open_link(self, url: str) -> Opened | Problem:
        read = await read_link(url, self._tools)
        if isinstance(read, Later):
            return read.problem
        items = (*read.remarks, *([read.article] if read.article else []))
        return _first(url, items, [])


@asynccontextmanager
async def showroom(store: Store, newsdesk: Newsdesk, clock: Clock) -> AsyncIterator[Showroom]:
    """The news desk while the block runs."""
    confined = Confined()
    try:
        async with WebClient(clock=clock) as client:
            yield Showroom(store, newsdesk, Tools(client=client, confined=confined, clock=clock))
    finally:
        await confined.close()


def _first(where: str, items: Sequence[Article | Unread | Notice], reasons: Sequence[str]) -> Opened | Problem:
    """The article among what became of something that was brought, or why there is none."""
    notices = [item.text for item in items if isinstance(item, Notice)]
    for item in items:
        match item:
            case Article():
                ours = replace(item, id=ArticleId(f"{OURS}/{item.id}"))  # a folder may hold another of this name
                return Opened(article=ours, remarks=(*notices, *reasons))
            case Unread(problem=problem):
                return problem
            case Notice():
                continue
    return _unreadable(where, "; ".join(notices) or "nothing", "Bring another.")


def _unreadable(where: str, got: str, fix: str) -> Problem:
    return Problem(where=where, expected="an article that can be read", got=got, fix=fix)
