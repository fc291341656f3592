"""Articles that arrive in a story while a bot is at work."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from bot.digest.alerts import alerts
from bot.digest.changes import changes
from bot.digest.merging import merge
from bot.digest.model import Article, Report
from bot.digest.reading import read
from bot.ports import Clock, Store
from bot.stories import News
from tests.stores import step_of
from tests.story import shipped_trackers


@cache
def report_of(article: Article) -> Report:
    """An article, read once for all tests."""
    return read(article, shipped_trackers())


async def arrive(store: Store, clock: Clock, *articles: Article, known: Sequence[str] = ()) -> News:
    """Records articles, and the news they bring, in one step; an article that is there already comes anew."""
    library, reports = await store.library(), await store.reports()
    before = {filed.number: reports[place] for place, filed in enumerate(library.filed, 1)}
    there = {report.article.id: number for number, report in before.items()}
    fresh = await asyncio.to_thread(lambda: [report_of(article) for article in articles])
    arrived = {there.setdefault(report.article.id, len(there) + 1): report for report in fresh}
    old, new = await store.digest(), merge([report for _, report in sorted((before | arrived).items())])
    found = alerts(old, new, changes(old, new), known) if before else ()
    step = step_of(arrived, old, merged=[report for _, report in sorted((before | arrived).items())], alerts=found)
    (news,) = await store.record(replace(step, at=clock.now(), reader=None if before else "1"))
    return news
