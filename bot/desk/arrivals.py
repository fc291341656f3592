"""Articles from anywhere, handed over while the bot runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.desk.ingest import Reader, ingest
from bot.desk.rounds import Taken
from bot.digest.model import Article, ArticleId
from bot.ports import AnswerStore, IngestStore, Notice, Unread
from bot.render.feeds import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fixed:
    name: str
    items: tuple[Article, ...]

    async def articles(self) -> AsyncIterator[Article | Unread | Notice]:
        for item in self.items:
            yield item


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """Brings articles to the stored story."""

    store: IngestStore
    answers: AnswerStore
    reader: Callable[[], Reader]
    name: str
    title: str = "the story"
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def add(self, articles: Sequence[Article]) -> Taken:
        """Adds."""
        async with self.lock:
            known = {source.article.id: source.article for source in (await self.answers.digest()).sources}
            ids = {article.id for article in articles}
            kept = [article for article in known.values() if article.id not in ids]
            return await self._take(known, (*kept, *articles), articles)

    async def replace(self, folder: str, articles: Sequence[Article]) -> Taken:
        """Replaces."""
        async with self.lock:
            known = {source.article.id: source.article for source in (await self.answers.digest()).sources}
            ids = {article.id for article in articles}
            own = [one for one in known.values() if one.id not in ids and ("/" in one.id or one.url)]
            return await self._take(known, (*own, *articles), articles)

    async def accounts(self, articles: Sequence[Article], taken: Taken) -> tuple[Account, ...]:
        """What was read."""
        digest = await self.answers.digest()
        stored = await self.store.story()
        reports = {report.article.id: report for report in stored.reports} if stored else {}
        accounts = []
        for article in articles:
            source = next((one for one in digest.sources if one.article.id == article.id), None)
            report = reports.get(article.id)
            if source is None or report is None:
                continue
            twin = digest.sources[source.origin - 1]
            accounts.append(
                Account(
                    article=source.article,
                    is_new=article.id in taken.new,
                    is_changed=article.id in taken.changed,
                    figures=len(report.figures),
                    events=len(report.events),
                    stories=(self.title,),
                    repeats=f"[{twin.number}] {twin.label}" if twin.number != source.number else None,
                )
            )
        return tuple(accounts)

    async def _take(
        self, known: Mapping[ArticleId, Article], whole: Sequence[Article], brought: Sequence[Article]
    ) -> Taken:
        if set(whole) == set(known.values()):
            return Taken()
        found = await ingest(_Fixed(name=self.name, items=tuple(whole)), self.store, self.reader(), lambda _: None)
        there = {source.article.id for source in found.digest.sources}
        ids = [article for article in brought if article.id in there]
        return Taken(
            new=frozenset(one.id for one in ids if one.id not in known),
            changed=frozenset(one.id for one in ids if one.id in known and known[one.id] != one),
            remarks=found.remarks,
        )
