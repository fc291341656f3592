"""One process of `benchmarks.postgres`: ``python -m benchmarks.postgres_process WORK URL``.

It prints a line when it is ready, begins at a line on its standard input, and prints what it did as JSON at the end.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import psycopg

from benchmarks.store import NOW, Answering, Standing, resident
from bot.desk.briefings import Briefings
from bot.desk.delivery import Delivery
from bot.outbox import ChatId, MessageId, Outcome, Outgoing, Sent
from bot.ports import Turns
from bot.telegram.limits import Rates
from bot.telegram.shared_limiter import SharedLimiter
from storage.postgres.addresses import Address
from storage.postgres.store import PostgresStore, open_store

TICKS = 200
PAUSE = 0.02  #: seconds between two questions while briefings are planned
AHEAD = 200  #: messages that wait for their turn where nothing limits them
A_BATCH = 100  #: messages of the plain loop in one transaction
A_STRETCH = 1000  #: chats of the plain loop in one transaction
LOOK = 0.02  #: seconds between two looks whether all is sent
ANY_LEFT = "SELECT EXISTS (SELECT FROM outbox WHERE state IN ('pending', 'sending'))"
PLAIN_CLAIM = """
UPDATE outbox SET state = 'sending' WHERE id IN (
    SELECT id FROM outbox WHERE state = 'pending' AND holder IS NULL ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
) RETURNING id
"""
PLAIN_SETTLE = "UPDATE outbox SET state = 'sent', settled = now() WHERE id = ANY(%s)"
PLAIN_DUE = """
SELECT id, next_due FROM plain_chats WHERE next_due <= %s ORDER BY next_due, id LIMIT %s FOR UPDATE SKIP LOCKED
"""
PLAIN_MARK = """
UPDATE plain_chats SET next_due = p.due FROM unnest(%s::bigint[], %s::timestamptz[]) AS p (id, due)
WHERE plain_chats.id = p.id
"""
PLAIN_QUEUE = "COPY plain_outbox (chat, key, body) FROM STDIN"

Found = dict[str, float]


class Instant:
    """A sender to whom everything arrives at once."""

    async def send(self, message: Outgoing) -> Outcome:
        """It arrives."""
        await asyncio.sleep(0)
        return Sent()

    async def edit(self, at: MessageId, message: Outgoing) -> Outcome:
        """It arrives, too."""
        return Sent()

    async def is_reachable(self) -> bool:
        """It always is."""
        return True


class Unlimited:
    """Turns for everybody; as many messages are under way as there may be."""

    async def wanted(self) -> int:
        """Always some more."""
        await asyncio.sleep(0)
        return AHEAD

    async def turn(self, chat: ChatId) -> None:
        """Now."""


async def plan(store: PostgresStore) -> Found:
    """Plans everybody who is due with the real desk, while somebody asks; then ticks at which nobody is due."""
    briefings = Briefings(store=store, answers=Answering(), clock=Standing(), trackers=())
    await store.due(NOW - timedelta(days=1), 1)  # this process is known to the others from here on
    await _told_to_begin()
    gc.collect()
    gc.freeze()  # as the bot does at its start
    before, began = resident(), time.perf_counter()
    asking = asyncio.create_task(ask(store))
    count = await briefings.plan()
    lasted, after = time.perf_counter() - began, resident()
    asking.cancel()
    asked = statistics.quantiles(await asking, n=100)
    ticks = [await _timed(briefings.plan) for _ in range(TICKS)]
    return {
        "count": count,
        "seconds": lasted,
        "megabytes before": before / 1e6,
        "megabytes after": after / 1e6,
        "asked meanwhile, p50 ms": asked[49] * 1e3,
        "p99 ms": asked[98] * 1e3,
        "idle tick ms": statistics.median(ticks) * 1e3,
    }


async def ask(store: PostgresStore) -> list[float]:
    """Reads a chat's record now and then, as a command does, until cancelled; how long each took."""
    times: list[float] = []
    with suppress(asyncio.CancelledError):
        while True:
            times.append(await _timed(lambda: store.chat(ChatId(1))))
            await asyncio.sleep(PAUSE)
    return times


async def send(store: PostgresStore, rate: float | None) -> Found:
    """Sends what waits with the real delivery, as fast as it can or at one rate that all processes share."""
    turns: Turns = Unlimited() if rate is None else SharedLimiter(Rates(total=rate), store)
    delivery = Delivery(store=store, sender=Instant(), turns=turns, now=lambda: datetime.now(UTC))
    await store.recover(datetime.now(UTC))
    await _told_to_begin()
    task = asyncio.create_task(delivery.run())
    began = time.perf_counter()
    while (await store._database.rows(ANY_LEFT))[0][0]:  # noqa: ASYNC110  (other processes send, too)
        await asyncio.sleep(LOOK)
    lasted = time.perf_counter() - began
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    return {"seconds": lasted}


def send_plainly(address: Address) -> Found:
    """The yardstick: claims and settles whole batches, two transactions each, and looks at nothing else."""
    count = 0
    with psycopg.connect(address.conninfo()) as connection:
        _tell_and_wait()
        began = time.perf_counter()
        while rows := [row for (row,) in connection.execute(PLAIN_CLAIM, (A_BATCH,)).fetchall()]:
            connection.commit()
            connection.execute(PLAIN_SETTLE, (rows,))
            connection.commit()
            count += len(rows)
        return {"count": count, "seconds": time.perf_counter() - began}


def plan_plainly(address: Address) -> Found:
    """The yardstick: fetches who is due, marks them and queues a line for each, a thousand chats in one transaction."""
    count = 0
    with psycopg.connect(address.conninfo()) as connection, connection.cursor() as cursor:
        _tell_and_wait()
        began = time.perf_counter()
        while due := cursor.execute(PLAIN_DUE, (NOW, A_STRETCH)).fetchall():
            cursor.execute(PLAIN_MARK, ([chat for chat, _ in due], [at + timedelta(days=1) for _, at in due]))
            with cursor.copy(PLAIN_QUEUE) as copy:
                for chat, at in due:
                    copy.write_row((chat, f"briefing {at.date()}", "News"))
            connection.commit()
            count += len(due)
        return {"count": count, "seconds": time.perf_counter() - began}


def ask_plainly(address: Address) -> Found:
    """What a question costs that asks for nothing."""
    with psycopg.connect(address.conninfo(), autocommit=True) as connection:
        _tell_and_wait()
        times = []
        for _ in range(TICKS):
            began = time.perf_counter()
            connection.execute("SELECT 1").fetchone()
            times.append(time.perf_counter() - began)
        return {"idle tick ms": statistics.median(times) * 1e3}


async def _timed(work: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


async def _told_to_begin() -> None:
    await asyncio.to_thread(_tell_and_wait)


def _tell_and_wait() -> None:
    print("ready", flush=True)
    sys.stdin.readline()


async def _with_store(address: Address, work: Callable[[PostgresStore], Awaitable[Found]]) -> Found:
    store = await asyncio.to_thread(open_store, address)
    try:
        return await work(store)
    finally:
        await store.aclose()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.postgres_process")
    parser.add_argument("work", choices=["plan", "send", "send plainly", "plan plainly", "ask plainly"])
    parser.add_argument("url")
    parser.add_argument("--rate", type=float, help="messages a second of all processes together")
    given = parser.parse_args()
    address = Address(url=given.url)
    match given.work:
        case "plan":
            found = asyncio.run(_with_store(address, plan))
        case "send":
            found = asyncio.run(_with_store(address, lambda store: send(store, given.rate)))
        case "send plainly":
            found = send_plainly(address)
        case "plan plainly":
            found = plan_plainly(address)
        case _:
            found = ask_plainly(address)
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
