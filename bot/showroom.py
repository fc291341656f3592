"""The news desk of the sandbox's page, on the bot's own parts: opens, reads and publishes what people bring."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import PurePath

from bot.digest.model import Article, ArticleId, Digest, Report, Source, Tracker
from bot.errors import Problem
from bot.ports import Clock, Notice, Store, Unread
from bot.sandbox.newsdesk import Dropped, File, Link, Opened, Pasted, Release, read_article
from bot.sources.confined import Confined, ConfinedError
from bot.sources.documents import LARGEST, open_document, too_large
from bot.sources.fetching import WebClient
from bot.sources.looking import Later, Tools, read_link

PASTED = "pasted"  #: opens the names of articles that were pasted
EVERY_CHAT = 1_000_000


class Showroom:
    """A :class:`bot.sandbox.newsdesk.NewsDesk`.

    Args:
        reading: the process that reads; ``tools.confined`` is the one that opens files.
    """

    def __init__(self, store: Store, trackers: tuple[Tracker, ...], tools: Tools, reading: Confined) -> None:
        self._store = store
        self._trackers = trackers
        self._tools = tools
        self._reading = reading
        self._published: set[ArticleId] = set()
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
            return await self._reading.run(read_article, article, self._trackers)
        except ConfinedError as error:
            return _unreadable(str(article.id), f"one that {error}", "Bring a part of it.")

    async def publish(self, report: Report) -> Release | Problem:
        """Adds the article to the story, or puts it in the place of its earlier version."""
        async with self._publishing:
            story = await self._store.story()
            if story is None:
                return _unreadable("the news desk", "a store without a story", "Start the bot again.")
            listeners = await self.listeners()
            if any(known.article == report.article for known in story.reports):
                return Release(number=None, alerts=0, listeners=listeners)
            reports = _with(story.reports, report)
            digest = await asyncio.to_thread(_merge, reports)
            alerts = await asyncio.to_thread(_count_alerts, story.digest, digest)
            await self._store.record_story(replace(story, reports=reports, digest=digest))
            self._published.add(report.article.id)
            number = next(source.number for source in digest.sources if source.article.id == report.article.id)
            return Release(number=number, alerts=alerts, listeners=listeners)

    async def articles(self) -> Sequence[Source]:
        """What the bot has read, in order of arrival."""
        return (await self._store.digest()).sources

    async def report(self, article: ArticleId) -> Report | None:
        """What was read in one of these."""
        story = await self._store.story()
        reports = story.reports if story is not None else ()
        return next((report for report in reports if report.article.id == article), None)

    async def listeners(self) -> int:
        """How many chats have alerts switched on."""
        chats = [await self._store.chat(chat) for chat in await self._store.recipients(self._tools.clock.now())]
        return sum(chat is not None and chat.choices.alerts.on for chat in chats)

    async def reset(self) -> None:
        """Forgets every chat, and every article that was published here since the start."""
        for standing in await self._store.standings(0, EVERY_CHAT):
            await self._store.forget(standing.chat)
        async with self._publishing:
            story = await self._store.story()
            if story is None or not self._published:
                return
            reports = tuple(report for report in story.reports if report.article.id not in self._published)
            digest = await asyncio.to_thread(_merge, reports)
            await self._store.record_story(replace(story, reports=reports, digest=digest))
            self._published.clear()

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
async def showroom(store: Store, trackers: tuple[Tracker, ...], clock: Clock) -> AsyncIterator[Showroom]:
    """The news desk while the block runs."""
    confined, reading = Confined(), Confined()
    try:
        async with WebClient(clock=clock) as client:
            yield Showroom(store, trackers, Tools(client=client, confined=confined, clock=clock), reading)
    finally:
        confined.close()
        reading.close()


def _first(where: str, items: Sequence[Article | Unread | Notice], reasons: Sequence[str]) -> Opened | Problem:
    """The article among what became of something that was brought, or why there is none."""
    notices = [item.text for item in items if isinstance(item, Notice)]
    for item in items:
        match item:
            case Article():
                return Opened(article=item, remarks=(*notices, *reasons))
            case Unread(problem=problem):
                return problem
            case Notice():
                continue
    return _unreadable(where, "; ".join(notices) or "nothing", "Bring another.")


def _unreadable(where: str, got: str, fix: str) -> Problem:
    return Problem(where=where, expected="an article that can be read", got=got, fix=fix)


def _with(reports: tuple[Report, ...], report: Report) -> tuple[Report, ...]:
    ids = [known.article.id for known in reports]
    if report.article.id not in ids:
        return (*reports, report)
    place = ids.index(report.article.id)
    return (*reports[:place], report, *reports[place + 1 :])


def _merge(reports: tuple[Report, ...]) -> Digest:
    from bot.digest.merging import merge

    return merge(reports)


def _count_alerts(old: Digest, new: Digest) -> int:
    from bot.digest.alerts import alerts
    from bot.digest.changes import changes

    return len(alerts(old, new, changes(old, new), ()))
