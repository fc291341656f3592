"""What the embedded store costs: ``python -m benchmarks.store [SIZE ...]``.

In one run, on the same documents: a durable update of one subscriber among SIZE, by the store, by plain sqlite3 (WAL,
synchronous=FULL, one document by primary key) and by TinyDB as it comes (few updates: each rewrites its file); a
hundred writers at once; opening; the longest step of the event loop under a mixed load; planning all at once.
"""

from __future__ import annotations

import asyncio
import gc
import json
import random
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from datetime import time as day_time
from pathlib import Path
from typing import Any

from tinydb import TinyDB
from tinydb.table import Document

from bot.chats import Chat, Schedule
from bot.desk.briefings import Briefings
from bot.digest.model import Article, ArticleId, Basis, Digest, Published, Report, Source
from bot.outbox import ChatId, Delivered
from bot.stories import MAIN, StoryName
from storage.codec import JsonPacking, chat_text
from storage.tinydb_store import TinyStore, open_store

SIZES = (100, 1_000, 10_000, 100_000)
UPDATES = 1_000  #: timed one after the other, in turns of ours and sqlite's
WARM_UP = 1_200  #: updates of each before: until SQLite's log has its size, each makes its file longer, which is slower
TURN = 5  #: updates of one kind before the other's turn
STOCK = {100: 100, 1_000: 30, 10_000: 10, 100_000: 3}  #: updates of TinyDB as it comes
WRITERS = 100
GROUP_UPDATES = 20_000
LOAD = timedelta(seconds=5)
NOW = datetime(2024, 11, 12, 9, 0, tzinfo=UTC)
SCHEDULE = Schedule(at=day_time(8), since=NOW - timedelta(days=1, hours=12))
FILE = "sitrep.db"


@dataclass(slots=True)
class Steps:
    """The longest step of the event loop: by the clock on the wall, and in the thread's own time."""

    wall: float = 0.0
    own: float = 0.0


@contextmanager
def steps_measured() -> Iterator[Steps]:
    """Measures each step of the event loop inside."""
    found = Steps()
    run = asyncio.events.Handle._run

    def measured(self: Any) -> None:
        own, wall = time.thread_time(), time.perf_counter()
        run(self)
        found.own = max(found.own, time.thread_time() - own)
        found.wall = max(found.wall, time.perf_counter() - wall)

    asyncio.events.Handle._run = measured  # type: ignore[method-assign]
    try:
        yield found
    finally:
        asyncio.events.Handle._run = run  # type: ignore[method-assign]


@asynccontextmanager
async def subscribers(folder: Path, size: int) -> AsyncIterator[TinyStore]:
    """A store with so many subscribers."""
    store = await asyncio.to_thread(open_store, folder, FILE)
    for start in range(1, size + 1, 1000):
        numbers = range(start, min(start + 1000, size + 1))
        await asyncio.gather(*(subscribe(store, number) for number in numbers))
    gc.collect()
    gc.freeze()  # as the bot does at its start
    try:
        yield store
    finally:
        gc.unfreeze()
        await asyncio.to_thread(store.close)


async def subscribe(store: TinyStore, number: int) -> None:
    """One subscriber, due at ``NOW``."""
    await store.change(ChatId(number), due(NOW))


def due(moment: datetime) -> Callable[[Chat], Chat]:
    """The change that makes a chat a subscriber whose next briefing is due at ``moment``."""
    return lambda chat: replace(chat, zone="Europe/Kyiv", schedules=(SCHEDULE,), next_due=moment)


def microseconds(times: list[float]) -> float:
    """The median."""
    return statistics.median(times) * 1e6


async def updates(folder: Path, size: int) -> dict[str, float]:
    """Microseconds a durable update, of ours and of sqlite's, in turns; then of stock TinyDB."""
    async with subscribers(folder, size) as store:
        documents = {
            number: json.loads(chat_text(chat))
            for number in range(1, size + 1)
            if (chat := await store.chat(ChatId(number)))
        }
        ours: list[float] = []
        theirs: list[float] = []
        dice = random.Random(size)
        with closing(plain_sqlite(folder / "plain.db", documents)) as plain:
            for turn in range((WARM_UP + UPDATES) // TURN):
                for step in range(TURN):
                    number = dice.randint(1, size)
                    moment = NOW + timedelta(seconds=turn * TURN + step + 1)
                    begun = time.perf_counter()
                    await store.change(ChatId(number), due(moment))
                    ours.append(time.perf_counter() - begun)
                for _ in range(TURN):
                    number = dice.randint(1, size)
                    begun = time.perf_counter()
                    text = json.dumps({**documents[number], "next_due": moment.isoformat()})
                    plain.execute("UPDATE chats SET document = ? WHERE id = ?", (text, number))
                    theirs.append(time.perf_counter() - begun)
        per_second = await group_commits(store, size)
        del ours[:WARM_UP], theirs[:WARM_UP]
    stock = stock_tinydb(folder / "stock.json", documents, STOCK.get(size, 3))
    return {
        "ours_us": microseconds(ours),
        "sqlite_us": microseconds(theirs),
        "ratio": microseconds(ours) / microseconds(theirs),
        "stock_us": microseconds(stock),
        "group_per_s": per_second,
    }


def plain_sqlite(path: Path, documents: dict[int, dict[str, Any]]) -> sqlite3.Connection:
    """The yardstick: one table, a document by primary key."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE chats (id INTEGER PRIMARY KEY, document TEXT NOT NULL)")
    connection.execute("BEGIN")
    rows = ((number, json.dumps(document)) for number, document in documents.items())
    connection.executemany("INSERT INTO chats VALUES (?, ?)", rows)
    connection.execute("COMMIT")
    return connection


def stock_tinydb(path: Path, documents: dict[int, dict[str, Any]], count: int) -> list[float]:
    """TinyDB as it comes; it does not even wait for the disk."""
    times = []
    with TinyDB(path) as database:
        table = database.table("chats")
        table.insert_multiple(Document(document, doc_id=number) for number, document in documents.items())
        for turn in range(count):
            begun = time.perf_counter()
            table.update({"next_due": str(turn)}, doc_ids=[1 + turn % len(documents)])
            times.append(time.perf_counter() - begun)
    return times


async def group_commits(store: TinyStore, size: int) -> float:
    """Durable updates a second by a hundred writers, each waiting for its own."""

    async def write(writer: int) -> None:
        dice = random.Random(writer)
        for turn in range(GROUP_UPDATES // WRITERS):
            moment = NOW + timedelta(seconds=turn, milliseconds=writer)
            await store.change(ChatId(dice.randint(1, size)), due(moment))

    begun = time.perf_counter()
    await asyncio.gather(*(write(writer) for writer in range(WRITERS)))
    return GROUP_UPDATES / (time.perf_counter() - begun)


async def planning(folder: Path, size: int) -> dict[str, float]:
    """All subscribers due in one tick, planned by the real desk."""
    async with subscribers(folder, size) as store:
        briefings = Briefings(store=store, answers=Answering(), clock=Standing(), trackers=())
        with steps_measured() as steps:
            begun = time.perf_counter()
            planned = await briefings.plan()
            took = time.perf_counter() - begun
        assert planned == size, planned
        return {"seconds": took, "longest_ms": steps.wall * 1e3, "longest_own_ms": steps.own * 1e3}


class Answering:
    """A story of one article."""

    packing = JsonPacking()

    async def digest(self, story: StoryName = MAIN) -> Digest:
        """Its digest, whatever ``story`` is asked for."""
        published = Published(moment=NOW, basis=Basis.MANIFEST)
        article = Article(id=ArticleId("a"), text="The river rose.", published=published, publisher="Wire")
        return Digest(sources=(Source(number=1, label="Wire", article=article, origin=1),))

    async def reports(self, story: StoryName = MAIN, numbers: Collection[int] | None = None) -> Mapping[int, Report]:
        """None: a briefing asks for none."""
        return {}

    async def packed_story(self, story: StoryName = MAIN) -> Mapping[int, str]:
        """None, either."""
        return {}


class Standing:
    """A clock that stands still."""

    def now(self) -> datetime:
        """When all are due."""
        return NOW


async def mixed_load(folder: Path, size: int) -> dict[str, float]:
    """People subscribe and ask, messages are queued, claimed, begun, settled and pruned, a backup is taken."""
    async with subscribers(folder, size) as store:
        briefings = Briefings(store=store, answers=Answering(), clock=Standing(), trackers=())
        until = time.monotonic() + LOAD.total_seconds()
        done = {"settled": 0, "asked": 0}

        async def deliver() -> None:
            while time.monotonic() < until:
                claimed = await store.claim(200, NOW)
                await asyncio.gather(*(send(queued) for queued in claimed))
                if not claimed:
                    await store.wait_for_work(timedelta(milliseconds=10))

        async def send(queued: Any) -> None:
            if queued.id in await store.begin([queued.id], NOW):
                await store.settle(queued, Delivered(), NOW)
                done["settled"] += 1

        async def people() -> None:
            dice = random.Random(1)
            while time.monotonic() < until:
                chat = ChatId(dice.randint(1, size))
                await store.chat(chat)
                later = timedelta(days=1, seconds=dice.randint(1, 10**6))
                await store.change(chat, due(NOW + later))
                done["asked"] += 1

        async def upkeep() -> None:
            while time.monotonic() < until:
                await asyncio.sleep(0.5)
                await store.prune(NOW + timedelta(days=1), NOW)
                await store.depth()
                copy = folder / f"copy {time.monotonic()}"
                await store.backup(copy)
                copy.unlink()

        with steps_measured() as steps:
            await asyncio.gather(briefings.plan(), deliver(), people(), people(), upkeep())
        seconds = LOAD.total_seconds()
        return {
            "settled_per_s": done["settled"] / seconds,
            "asked_per_s": done["asked"] / seconds,
            "longest_ms": steps.wall * 1e3,
            "longest_own_ms": steps.own * 1e3,
        }


async def opening(folder: Path, size: int) -> dict[str, float]:
    """Seconds and megabytes to open a store, in a process of its own."""
    async with subscribers(folder, size):
        pass
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "benchmarks.store", "--open", str(folder)],
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(done.stdout))


def open_and_tell(folder: Path) -> None:
    """Opens a store and prints what that took."""
    before = resident()
    begun = time.perf_counter()
    store = open_store(folder, FILE)
    took = time.perf_counter() - begun
    memory = resident() - before
    store.close()
    print(json.dumps({"seconds": took, "megabytes": memory / 1e6}))


def resident() -> int:
    """Bytes of this process in memory (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def measured(what: Callable[[Path, int], Any], size: int) -> dict[str, float]:
    """Runs one measurement in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        found: dict[str, float] = asyncio.run(what(Path(folder), size))
    print(f"{what.__name__:>12} {size:>8,}  " + "  ".join(f"{name} {value:,.2f}" for name, value in found.items()))
    return found


def main() -> None:
    """Measures everything and prints it."""
    sizes = [int(size) for size in sys.argv[1:]] or list(SIZES)
    found = {size: measured(updates, size) for size in sizes}
    print(f"growth from {sizes[0]:,} to {sizes[-1]:,}: {found[sizes[-1]]['ours_us'] / found[sizes[0]]['ours_us']:.2f}")
    for what in (opening, mixed_load, planning):
        for size in sizes:
            measured(what, size)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--open"]:
        open_and_tell(Path(sys.argv[2]))
    else:
        main()
