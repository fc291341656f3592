"""Articles that arrive in a story while a bot is at work."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import cache

from bot.digest.alerts import alerts
from bot.digest.changes import changes
from bot.digest.merging import merge
from bot.digest.model import Article, Report
from bot.digest.reading import read
from bot.ports import Clock, Story
from bot.stories import MAIN, News
from storage.tinydb_store import TinyStore
from tests.story import shipped_trackers


@cache
def report_of(article: Article) -> Report:
    """An article, read once for all tests."""
    return read(article, shipped_trackers())


async def arrive(store: TinyStore, clock: Clock, *articles: Article, known: Sequence[str] = ()) -> News:
    """Records articles, and the news they bring, in one step; an article that is there already comes anew."""
    stored = await store.story()
    before = {report.article.id: report for report in stored.reports} if stored is not None else {}
    fresh = await asyncio.to_thread(lambda: [report_of(article) for article in articles])
    after = before | {report.article.id: report for report in fresh}
    old, new = merge(tuple(before.values())), merge(tuple(after.values()))
    numbers = [number for number, name in enumerate(after, 1) if name in {article.id for article in articles}]
    found = alerts(old, new, changes(old, new), known) if before else ()
    await store.record_story(Story(name="flood", reader="1", reports=tuple(after.values()), digest=new))
    async with store._commits.step():
        return store._news.put(MAIN, clock.now(), numbers, found)
