"""What the shared store costs: ``python -m benchmarks.postgres [CHATS]``.

In one run, on a server of its own: messages claimed a second by one store, by two, and by a plain SQL loop of the same
batches; a message's whole way (claim, begin, settle); subscribers planned a second among CHATS; an idle tick; memory.
"""

from __future__ import annotations

import asyncio
import resource
import statistics
import sys
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from datetime import time as day_time

import psycopg

from bot.chats import Chat, Schedule
from bot.outbox import ChatId, Delivered, Outgoing, Queued
from bot.ports import Planned
from storage.codec import chat_text
from storage.postgres.addresses import Address
from storage.postgres.store import PostgresStore, open_store
from tests.postgres import serving

CHATS = 100_000
A_BATCH = 100  #: claimed at once, and planned at once, as the bot does
IN_FLIGHT = 100  #: messages on their way at once
WHOLE_WAY = 2_000  #: messages claimed, begun and settled
PLANNED = 5_000  #: subscribers planned at most
TICKS = 200
NOW = datetime(2024, 11, 12, 9, 0, tzinfo=UTC)
SCHEDULE = Schedule(at=day_time(8), since=NOW - timedelta(days=1))

PLAIN = """
UPDATE outbox SET holder = (SELECT min(id) FROM workers) WHERE id IN (
    SELECT id FROM outbox WHERE state = 'pending' AND holder IS NULL ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
) RETURNING id, chat, key
"""
NEW_CHATS = "COPY chats (id, document, is_banned, is_closed, is_subscribed, is_alerted, is_away, story) FROM STDIN"
FREE = "UPDATE outbox SET holder = NULL, state = 'pending'"


def subscriber(number: int) -> Chat:
    """A chat whose briefing is due."""
    return Chat(id=ChatId(number), zone="Europe/Kyiv", schedules=(SCHEDULE,), next_due=NOW)


def fill(address: Address, chats: int) -> None:
    """Chats that are due."""
    with psycopg.connect(address.conninfo()) as connection, connection.cursor() as cursor:
        with cursor.copy(NEW_CHATS) as copy:
            for number in range(1, chats + 1):
                copy.write_row((number, chat_text(subscriber(number)), False, False, False, False, False, "main"))
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE chats")


def planned(chats: Sequence[Chat]) -> list[Planned]:
    """A briefing of one message for each."""
    later = NOW + timedelta(days=1)
    return [
        Planned(
            before=chat,
            after=replace(chat, next_due=later),
            messages=(Outgoing(key=f"briefing {later.date()}", chat=chat.id, html="<b>News</b> " * 50),),
        )
        for chat in chats
    ]


async def plan(store: PostgresStore, most: int) -> int:
    """Plans up to ``most`` subscribers."""
    count = 0
    while count < most and (due := await store.due(NOW, A_BATCH)):
        count += await store.brief(planned(due), NOW)
    return count


async def claim_all(store: PostgresStore) -> int:
    """Claims everything."""
    count = 0
    while claimed := await store.claim(A_BATCH, NOW):
        count += len(claimed)
    return count


async def send_all(store: PostgresStore, most: int) -> int:
    """Sends messages, many at once, each begun and settled by itself."""
    count = 0

    async def send(queued: Queued) -> int:
        begun = await store.begin([queued.id], NOW)
        await store.settle(queued, Delivered(), NOW)
        return len(begun)

    while count < most and (claimed := await store.claim(IN_FLIGHT, NOW)):
        count += sum(await asyncio.gather(*(send(queued) for queued in claimed)))
    return count


def claim_plainly(address: Address) -> int:
    """Claims everything with one statement a batch, and looks at nothing else."""
    count = 0
    with psycopg.connect(address.conninfo()) as connection:
        while rows := connection.execute(PLAIN, (A_BATCH,)).fetchall():
            connection.commit()
            count += len(rows)
    return count


async def measured(name: str, work: Callable[[], Coroutine[object, object, int]]) -> None:
    """Prints how many a second."""
    began = time.perf_counter()
    count = await work()
    lasted = time.perf_counter() - began
    print(f"{name}: {count} in {lasted:.2f} s, {count / lasted:,.0f} a second", flush=True)


async def main(chats: int) -> None:
    """Measures everything."""
    with serving() as server:
        address = server.fresh()
        began = time.perf_counter()
        fill(address, chats)
        print(f"{chats:,} chats made in {time.perf_counter() - began:.1f} s", flush=True)
        one, other = open_store(address), open_store(address)
        await measured("planning, one process", lambda: plan(one, PLANNED))
        await measured("planning, two", lambda: both(plan(one, PLANNED), plan(other, PLANNED)))
        print("memory of this process:", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "MB", flush=True)
        await measured("claiming, one process", lambda: claim_all(one))
        free(address)
        await measured("claiming, two", lambda: both(claim_all(one), claim_all(other)))
        free(address)
        await measured("claiming, a plain SQL loop", lambda: asyncio.to_thread(claim_plainly, address))
        free(address)
        await measured("claimed, begun and settled", lambda: send_all(one, WHOLE_WAY))
        await idle(one)
        for store in (one, other):
            await asyncio.to_thread(store.close)


async def both(one: Coroutine[object, object, int], other: Coroutine[object, object, int]) -> int:
    """What two came to together."""
    return sum(await asyncio.gather(one, other))


async def idle(store: PostgresStore) -> None:
    """The tick of a bot whom nobody wants anything of: who is due?"""
    times = []
    early = NOW - timedelta(days=1)
    for _ in range(TICKS):
        began = time.perf_counter()
        assert await store.due(early, A_BATCH) == ()
        times.append(time.perf_counter() - began)
    print(f"an idle tick: {statistics.median(times) * 1000:.2f} ms", flush=True)


def free(address: Address) -> None:
    """Makes everything claimable again."""
    with psycopg.connect(address.conninfo(), autocommit=True) as connection:
        connection.execute(FREE)
        connection.execute("VACUUM ANALYZE outbox")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else CHATS))
