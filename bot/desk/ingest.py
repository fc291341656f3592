"""From a folder of articles to the news desk: what is new is read, what is gone leaves."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from bot.desk.newsdesk import Added, Newsdesk, OnProgress, Remark
from bot.digest.model import Article
from bot.ports import ArticleSource


async def ingest(
    source: ArticleSource, newsdesk: Newsdesk, on_progress: OnProgress, keeping: Collection[str] = ()
) -> Added:
    """Brings the library up to date with ``source``; nothing is read, and nothing written, when it is.

    Articles of sources that are none any more leave; those of ``keeping`` are looked at by others.

    Raises:
        ReadingError: the language model is missing, or the reading processes were killed.
        StoreFullError, StoreBrokenError: it cannot be recorded.
    """
    articles: list[Article] = []
    remarks: list[Remark] = []
    async for item in source.articles():
        if isinstance(item, Article):
            articles.append(item)
        else:
            remarks.append(item)
    others = await newsdesk.folders() - {source.name, *keeping}  # now: what comes while articles are read stays
    added = await newsdesk.replace(source.name, articles, on_progress=on_progress)
    for other in sorted(others):
        await newsdesk.replace(other, ())
    return replace(added, remarks=(*remarks, *added.remarks))
