"""From articles to a stored digest: what is new is read in other processes, merged, and recorded in one step."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

from bot.digest.model import Article, ArticleId, Digest, Report, Tracker
from bot.errors import Problem, SitrepError
from bot.ports import ArticleSource, IngestStore, Notice, Story, Unread


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How far the reading of new articles has come; ``article`` is the one just done, None at the beginning."""

    done: int
    total: int
    article: ArticleId | None


class ReadingError(SitrepError):
    """Nothing can be read at all."""


Remark = Unread | Notice
OnProgress = Callable[[Reading], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """What came of it: the digest now stored, how many articles were read anew, and what a person should know."""

    digest: Digest
    read: int
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """How articles are read: the trackers followed, and ``version``, another one whenever the result would differ."""

    trackers: tuple[Tracker, ...]
    version: str


async def ingest(source: ArticleSource, store: IngestStore, reader: Reader, on_progress: OnProgress) -> Ingested:
    """Brings the stored story up to date with ``source``; nothing is read, and nothing written, when it is.

    Raises:
        ReadingError: the language model is missing, or the reading processes were killed; nothing is recorded.
    """
    articles: list[Article] = []
    remarks: list[Remark] = []
    async for item in source.articles():
        if isinstance(item, Article):
            articles.append(item)
        else:
            remarks.append(item)
    stored = await store.story()
    if stored is not None and (stored.name, stored.reader) != (source.name, reader.version):
        stored = None
    known = {report.article: report for report in stored.reports} if stored is not None else {}
    fresh, failed = await _read_all([item for item in articles if item not in known], reader.trackers, on_progress)
    remarks += failed
    reports = _in_order(articles, known, fresh)
    if stored is not None and reports == stored.reports:
        return Ingested(digest=stored.digest, read=0, remarks=tuple(remarks))
    digest = await asyncio.to_thread(_merge, reports)
    await store.record_story(Story(name=source.name, reader=reader.version, reports=reports, digest=digest))
    return Ingested(digest=digest, read=len(fresh), remarks=tuple(remarks))


def _in_order(
    articles: Sequence[Article], known: Mapping[Article, Report], fresh: Mapping[Article, Report]
) -> tuple[Report, ...]:
    """The reports in order of arrival: those that were known keep their numbers, new ones follow in the source's order.

    An article that changed stays where it was; one that is gone leaves, and those after it move up.
    """
    by_id = {article.id: found for article in articles if (found := known.get(article) or fresh.get(article))}
    arrived = [report.article.id for report in known.values() if report.article.id in by_id]
    return tuple(by_id[name] for name in dict.fromkeys([*arrived, *by_id]))


async def _read_all(
    articles: Sequence[Article], trackers: tuple[Tracker, ...], on_progress: OnProgress
) -> tuple[dict[Article, Report], list[Unread]]:
    """Reads each article in a pool of processes; one that fails is reported and holds up no other."""
    if not articles:
        return {}, []
    on_progress(Reading(done=0, total=len(articles), article=None))
    reports: dict[Article, Report] = {}
    failed: list[Unread] = []
    loop = asyncio.get_running_loop()
    workers = min(os.cpu_count() or 1, len(articles))
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_leave_interrupts_to_parent)

    async def read(article: Article) -> None:
        try:
            reports[article] = await loop.run_in_executor(pool, _read, article, trackers)
        except _missing_model() as error:
            raise ReadingError(str(error)) from error
        except BrokenProcessPool as error:
            raise ReadingError(
                "reading articles: expected the reading processes to live, got one that was killed. "
                "Is there enough memory? Each needs about 300 MB."
            ) from error
        except Exception as error:  # noqa: BLE001  (the edge of the loop over articles: this one is named, the rest is read)
            failed.append(_unread(article, error))
        on_progress(Reading(done=len(reports) + len(failed), total=len(articles), article=article.id))

    try:
        async with asyncio.TaskGroup() as group:
            for article in articles:
                group.create_task(read(article))
    except* ReadingError as errors:
        raise errors.exceptions[0] from None
    finally:
        await asyncio.to_thread(pool.shutdown, wait=True, cancel_futures=True)
    return reports, failed


def _unread(article: Article, error: Exception) -> Unread:
    return Unread(
        problem=Problem(
            where=str(article.id),
            expected="an article that can be read",
            got=f"{type(error).__name__}: {error}",
            fix="This is a fault of the program; the other articles are not affected.",
        )
    )


# The reader is imported where it runs: spaCy costs a second, and a start with nothing new must not pay it.


def _read(article: Article, trackers: tuple[Tracker, ...]) -> Report:
    from bot.digest.reading import read

    return read(article, trackers)


def _merge(reports: tuple[Report, ...]) -> Digest:
    from bot.digest.merging import merge

    return merge(reports)


def _missing_model() -> type[Exception]:
    from bot.digest.language import NoModelError

    return NoModelError


def _leave_interrupts_to_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
