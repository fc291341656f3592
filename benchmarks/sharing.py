"""Reading by processes that share a store: ``python -m benchmarks.sharing FILE [--articles N]``.

FILE is a story as `benchmarks.replay` takes it. The same articles are handed to the news desk at once: with the
embedded store, where one process reads; on a PostgreSQL of its own with one worker that reads, and with two. Each
reads on one processor, another for each, and the desk and the server run on all; so on a machine of two processors
they compete with the second worker. Prints articles a second, and how long one article takes that somebody waits for.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.replay import TRACKERS, articles
from bot.desk.newsdesk import Newsdesk
from bot.desk.readers import Reader, Readers
from bot.desk.reading_together import ReadersTogether, read_for_all
from bot.digest.model import Article, ArticleId, Basis, Published
from bot.ports import Packing, Store
from storage.postgres.addresses import Address
from storage.postgres.store import open_store as open_shared
from storage.tinydb_store import open_store
from tests.homes import closed
from tests.postgres import LASTING, LOOPBACK, serving

READER = Reader(trackers=TRACKERS, version="1")
WARM = 6  #: articles that are not timed: the processes begin with them
ONES = 10  #: articles handed over one after the other
WORKERS = (1, 2)


class _Clock:
    def now(self) -> datetime:
        return datetime(2031, 5, 5, 6, tzinfo=UTC)


def main(arguments: list[str]) -> None:
    """Prints every figure, or is one of the workers."""
    if arguments[:1] == ["worker"]:
        asyncio.run(_work(Address(url=arguments[1]), int(arguments[2])))
        return
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sharing", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--articles", type=int, default=100)
    options = parser.parse_args(arguments)
    wanted = articles(options.file, WARM + options.articles + ONES)
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_embedded(Path(folder), wanted))
    with serving(LASTING, listen=LOOPBACK) as server:
        for count in WORKERS:
            asyncio.run(_shared(server.fresh(), count, wanted))


async def _embedded(folder: Path, wanted: Sequence[Article]) -> None:
    store = open_store(folder, "benchmark.db")
    readers = await _one_reader(0, store.packing, wanted[0])
    newsdesk = Newsdesk(store=store, reader=READER, clock=_Clock(), readers=readers)
    await _timed("one that reads, embedded store", store, newsdesk, wanted)
    store.close()


async def _shared(address: Address, count: int, wanted: Sequence[Article]) -> None:
    store = await asyncio.to_thread(open_shared, address)
    with ExitStack() as stack:
        for number in range(count):
            stack.enter_context(_worker(address, number))
        readers = ReadersTogether(store, READER.version)
        newsdesk = Newsdesk(store=store, reader=READER, clock=_Clock(), readers=readers)
        await _timed(f"{count} that read, PostgreSQL", store, newsdesk, wanted)
    await closed(store)


async def _timed(name: str, store: Store, newsdesk: Newsdesk, wanted: Sequence[Article]) -> None:
    """Prints how fast many are filed, and one after the other."""
    warm, many, ones = wanted[:WARM], wanted[WARM:-ONES], wanted[-ONES:]
    await newsdesk.add(warm)
    began = time.perf_counter()
    await newsdesk.add(many)
    rate = len(many) / (time.perf_counter() - began)
    single = []
    for one in ones:
        began = time.perf_counter()
        await newsdesk.add([one])
        single.append(time.perf_counter() - began)
    await newsdesk.close()
    assert len((await store.library()).filed) == len(wanted)
    print(
        f"{name}: {rate:.1f} articles a second; one alone p50 {statistics.median(single):.2f} s, "
        f"worst {max(single):.2f} s; load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


@contextmanager
def _worker(address: Address, processor: int) -> Iterator[None]:
    """A process that reads for all while the block runs."""
    command = [sys.executable, "-m", "benchmarks.sharing", "worker", address.url, str(processor)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            while "ready" not in (line := process.stdout.readline()):
                assert line, "expected a worker, got its end"
            yield
        finally:
            process.kill()


async def _work(address: Address, processor: int) -> None:
    store = await asyncio.to_thread(open_shared, address)
    published = Published(moment=_Clock().now(), basis=Basis.STATED)
    first = Article(id=ArticleId("first"), text="Two people were hurt on Monday.", published=published)
    readers = await _one_reader(processor, store.packing, first)
    print("ready", flush=True)
    await read_for_all(store, READER.version, readers)


async def _one_reader(processor: int, packing: Packing, first: Article) -> Readers:
    """Reads with one process, on one processor, which has begun; its parent may use all of them."""
    everywhere = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {sorted(everywhere)[processor % len(everywhere)]})
    try:
        readers = Readers(READER.trackers, packing)
        await readers.read(first, urgent=True, lasting=False)
    finally:
        os.sched_setaffinity(0, everywhere)
    return readers


if __name__ == "__main__":
    main(sys.argv[1:])
