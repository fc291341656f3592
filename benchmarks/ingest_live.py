"""News that comes while the bot answers: ``python -m benchmarks.ingest_live DATA CACHE TOPIC ... [--story N] ...``.

DATA and CACHE are those of ``benchmarks.replay``, which has to have read the first ``--story`` articles of the first
TOPIC: they lie in the store. The next, and those of the other topics, come while somebody asks for the summary all the
time:

* ``--live`` articles one a second: from handing one over to the recorded step;
* ``--bulk`` articles at once: how many a second, beside reading alone in one process.

Before, and once a second during both, somebody asks a question with words, for which the index has to hold what came.
Prints too how long a reply takes at rest, while the index is built for the first of these questions, and during both.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path

from benchmarks.replay import TRACKERS, articles, reports
from bot.desk.answers import Answers
from bot.desk.newsdesk import Newsdesk, Reading
from bot.desk.readers import Reader
from bot.digest.merging import merge
from bot.digest.model import Article, Digest, Report
from bot.digest.patching import difference
from bot.digest.reading import read
from bot.ports import Filed, Growth, Step, fingerprint
from bot.render.message import Question
from bot.stories import MAIN
from storage.tinydb_store import TinyStore, open_store

ALONE = 15  #: articles that one process reads by itself, to compare
EVERY = 0.02  #: seconds between two questions
REST = 10  #: seconds of questions with nothing else to do
GOALS = {"live": 2.0, "reply": 2.0}  #: seconds to the step, p95; times the reply's p99 at rest


def main(arguments: list[str]) -> int:
    """Prints every figure; 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ingest_live", description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("cache", type=Path)
    parser.add_argument("topics", nargs="+", metavar="topic")
    parser.add_argument("--story", type=int, default=1000)
    parser.add_argument("--live", type=int, default=60)
    parser.add_argument("--bulk", type=int, default=200)
    options = parser.parse_args(arguments)
    count = options.story + options.live + options.bulk + 1
    wanted = [one for topic in options.topics for one in articles(options.data / f"{topic}.jsonl", 1_000_000)][:count]
    stored = list(reports(options.cache, wanted[: options.story]))
    first, *news = wanted[options.story :]
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder), "benchmark.db")
        try:
            return asyncio.run(_measure(store, stored, first, (news[: options.live], news[options.live :])))
        finally:
            store.close()


class _Clock:
    def now(self) -> datetime:
        return datetime(2031, 5, 5, 6, tzinfo=UTC)


async def _measure(
    store: TinyStore, stored: Sequence[Report], first: Article, news: tuple[Sequence[Article], Sequence[Article]]
) -> int:
    await store.record(await asyncio.to_thread(_step, store, stored))
    live, bulk = news
    alone = await asyncio.to_thread(_alone, bulk)
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    newsdesk = Newsdesk(store=store, reader=Reader(trackers=TRACKERS, version="1"), clock=_Clock())
    await store.digest()
    gc.collect()
    gc.freeze()  # as the bot does once it has started
    try:
        async with _asking(store) as rest:
            await asyncio.sleep(REST)
        answers = Answers(store=store, trackers=TRACKERS)
        began = time.perf_counter()
        async with _asking(store) as during_index:
            await answers.talk(_words(first), first.published.day)
        print(f"first question with words after a start: {time.perf_counter() - began:.1f} s")
        began = time.perf_counter()
        await newsdesk.add([first])
        print(f"first article after a start, {len(stored)} in the story: {time.perf_counter() - began:.1f} s")
        async with _asking(store) as during_live, _searching(answers, live) as words_live:
            latencies = await _live(newsdesk, live)
        async with _asking(store) as during_bulk, _searching(answers, bulk) as words_bulk:
            await _bulk(newsdesk, bulk, alone)
    finally:
        await newsdesk.close()
    print(f"{len(live)} articles, one a second: to the recorded step p50 {_share(latencies, 0.5):.2f} s,", end=" ")
    print(f"p95 {_share(latencies, 0.95):.2f} s, worst {max(latencies):.2f} s (goal: p95 under {GOALS['live']} s)")
    for name, found in (("one article a second", words_live), ("many at once", words_bulk)):
        print(f"a question with words, {name}: p50 {_share(found, 0.5) * 1e3:.0f} ms, worst {max(found) * 1e3:.0f} ms")
    phases = {"at rest": rest, "an index is built": during_index}
    for name, found in (phases | {"one article a second": during_live, "many at once": during_bulk}).items():
        print(f"a reply, {name}: p50 {_share(found, 0.5) * 1e3:.1f} ms, p99 {_share(found, 0.99) * 1e3:.1f} ms")
    is_calm = max(_share(during_live, 0.99), _share(during_bulk, 0.99)) <= GOALS["reply"] * _share(rest, 0.99)
    return int(not is_calm or _share(latencies, 0.95) > GOALS["live"])


def _alone(news: Sequence[Article]) -> float:
    """How many articles a second one process reads."""
    began = time.perf_counter()
    for article in news[:ALONE]:
        read(article, TRACKERS)
    return min(ALONE, len(news)) / (time.perf_counter() - began)


def _step(store: TinyStore, stored: Sequence[Report]) -> Step:
    digest = merge(stored)
    growth = Growth(
        story=MAIN, digest=digest, patch=store.packing.patch(difference(Digest(), digest)), is_whole=True, quiet=True
    )
    numbered = list(enumerate(stored, 1))
    return Step(
        at=_Clock().now(),
        filed=tuple(
            Filed(number=n, article=report.article.id, fingerprint=fingerprint(report.article), places={MAIN: n})
            for n, report in numbered
        ),
        reports={number: store.packing.report(report) for number, report in numbered},
        stories=(growth,),
        reader="1",
    )


async def _live(newsdesk: Newsdesk, news: Sequence[Article]) -> list[float]:
    async def one(article: Article) -> float:
        began = time.perf_counter()
        await newsdesk.add([article])
        return time.perf_counter() - began

    tasks = []
    for article in news:
        tasks.append(asyncio.create_task(one(article)))
        await asyncio.sleep(1)
    return list(await asyncio.gather(*tasks))


async def _bulk(newsdesk: Newsdesk, news: Sequence[Article], alone: float) -> None:
    told: list[Reading] = []
    began = time.perf_counter()
    await newsdesk.add(news, on_progress=told.append)
    taken = time.perf_counter() - began
    print(f"{len(news)} articles at once: {len(news) / taken:.1f} a second, one process reads {alone:.1f};", end=" ")
    print(f"progress was told {len(told)} times; load {os.getloadavg()[0]:.1f}")


@asynccontextmanager
async def _asking(store: TinyStore) -> AsyncIterator[list[float]]:
    """How many seconds each reply took while the block ran.

    Once a second one is rendered anew, as after news, whether there is any or not: else the cache alone would be told.
    """
    found: list[float] = []

    async def ask() -> None:
        while True:
            if len(found) % round(1 / EVERY) == 0:
                answers = Answers(store=store, trackers=TRACKERS)
            due = time.perf_counter() + EVERY
            await asyncio.sleep(EVERY)
            await answers.ask(Question(command="summary"))
            found.append(time.perf_counter() - due)  # a loop that is held up answers late

    asking = asyncio.create_task(ask())
    try:
        yield found
    finally:
        asking.cancel()


@asynccontextmanager
async def _searching(answers: Answers, news: Sequence[Article]) -> AsyncIterator[list[float]]:
    """How many seconds each answer to a question with words took, one asked every second while the block ran."""
    found: list[float] = []

    async def ask() -> None:
        for article in cycle(news):
            began = time.perf_counter()
            await answers.talk(_words(article), article.published.day)
            found.append(time.perf_counter() - began)
            await asyncio.sleep(1)

    asking = asyncio.create_task(ask())
    try:
        yield found
    finally:
        asking.cancel()


def _words(article: Article) -> str:
    """Words of an article to ask for."""
    return " ".join(article.text.split()[:8])


def _share(values: Sequence[float], share: float) -> float:
    return statistics.quantiles(values, n=200, method="inclusive")[round(share * 200) - 1]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
