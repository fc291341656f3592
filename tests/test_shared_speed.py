"""What makes the shared store fast: what is asked for at once is done at once, and no step goes through all chats."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import psycopg
import pytest

from bot.chats import Chat
from bot.outbox import ChatId, Delivered, State
from storage.codec import chat_text
from storage.postgres import briefings, chat_rows
from storage.postgres.addresses import Address
from storage.postgres.grouping import Grouped
from storage.postgres.store import PostgresStore, open_store
from tests.homes import closed
from tests.stores import NOW, SOON, choosing, message, subscribed

CHATS = 20_000
AT_ONCE = 100  #: planned in one step
MANY = """
INSERT INTO chats (id, document)
SELECT n, %(document)s::jsonb || jsonb_build_object('id', n) FROM generate_series(1, %(chats)s) AS n
"""
TRANSACTIONS = "SELECT count(DISTINCT xmin::text) FROM outbox WHERE state = %s"


@pytest.fixture
async def store(address: Address) -> AsyncIterator[PostgresStore]:
    found = open_store(address)
    yield found
    await closed(found)


def transactions(address: Address, state: State) -> int:
    """By how many transactions the messages that are in a state came to it."""
    with psycopg.connect(address.conninfo()) as connection:
        row = connection.execute(TRANSACTIONS, (state,)).fetchone()
    assert row is not None
    return int(row[0])


async def test_what_is_begun_and_settled_at_the_same_time_is_written_together(
    store: PostgresStore, address: Address
) -> None:
    for number in range(1, 61):
        await subscribed(store, ChatId(number), message(1, ChatId(number)))
    claimed = await store.claim(60, NOW)

    begun = await asyncio.gather(*(store.begin([queued.id], NOW) for queued in claimed))
    together = transactions(address, State.SENDING)
    await asyncio.gather(*(store.settle(queued, Delivered(), NOW) for queued in claimed))

    assert begun == [frozenset({queued.id}) for queued in claimed]
    assert (await store.depth()).by_state[State.SENT] == 60
    assert together < 10
    assert transactions(address, State.SENT) < 10


async def test_a_message_that_is_begun_twice_at_the_same_time_is_begun_for_one_of_them(store: PostgresStore) -> None:
    await subscribed(store, ChatId(1), message(1, ChatId(1)))
    (queued,) = await store.claim(9, NOW)

    begun = await asyncio.gather(store.begin([queued.id], NOW), store.begin([queued.id], NOW))

    assert sorted(begun, key=len) == [frozenset(), frozenset({queued.id})]


async def test_who_stops_while_others_begin_gives_back_his_own_and_no_other(store: PostgresStore) -> None:
    for number in (1, 2):
        await subscribed(store, ChatId(number), message(1, ChatId(number)))
    stops, goes_on = await store.claim(9, NOW)
    tasks = [asyncio.create_task(store.begin([queued.id], NOW)) for queued in (stops, goes_on)]
    for _ in range(3):  # until the step is under way
        await asyncio.sleep(0)

    tasks[0].cancel()
    (_, begun) = await asyncio.gather(*tasks, return_exceptions=True)

    assert begun == frozenset({goes_on.id})
    assert [queued.id for queued in await store.claim(9, NOW)] == [stops.id]


async def test_everybody_whose_step_failed_is_told_and_what_comes_after_is_done() -> None:
    steps: list[Sequence[int]] = []

    async def doubled(numbers: Sequence[int]) -> list[int]:
        steps.append(numbers)
        await asyncio.sleep(0)
        if 0 in numbers:
            raise OSError("no")
        return [number * 2 for number in numbers]

    grouped = Grouped(doubled)

    first = await asyncio.gather(*(grouped.do(number) for number in (0, 1)), return_exceptions=True)
    second = await asyncio.gather(*(grouped.do(number) for number in (2, 3)))

    assert [type(answer) for answer in first] == [OSError, OSError]
    assert second == [4, 6]
    assert steps == [[0, 1], [2, 3]]


async def test_what_is_asked_while_a_step_is_under_way_is_done_after_it_and_together() -> None:
    done: list[Sequence[int]] = []

    async def slowly(numbers: Sequence[int]) -> Sequence[int]:
        await asyncio.sleep(0.01)
        done.append(numbers)
        return numbers

    grouped = Grouped(slowly)
    first = asyncio.create_task(grouped.do(1))
    for _ in range(3):  # until its step is under way
        await asyncio.sleep(0)
    first.cancel()
    taken_back = asyncio.create_task(grouped.do(2))
    later = [asyncio.create_task(grouped.do(number)) for number in (3, 4)]
    await asyncio.sleep(0)
    taken_back.cancel()

    assert await asyncio.gather(*later) == [3, 4]
    assert done == [[1], [3, 4]]


async def test_planning_looks_at_no_more_chats_than_it_plans(store: PostgresStore, address: Address) -> None:
    due = choosing(next_due=SOON)(Chat(id=ChatId(1)))
    ids = list(range(1, AT_ONCE + 1))
    messages = {
        "chats": ids,
        "keys": ["k"] * AT_ONCE,
        "contents": [1] * AT_ONCE,
        "threads": [None] * AT_ONCE,
        "silent": [False] * AT_ONCE,
    }
    documents = f"[{','.join([chat_text(due)] * AT_ONCE)}]"
    asked = (
        (briefings.DUE, {"worker": 1, "now": SOON, "most": 10 * AT_ONCE}),
        (briefings.DUE, {"worker": 1, "now": SOON - timedelta(days=1), "most": 10 * AT_ONCE}),
        (briefings.BRIEF, {"ids": ids, "before": documents, "after": documents}),
        (chat_rows.QUEUE, {"now": NOW, **messages}),
    )
    with psycopg.connect(address.conninfo()) as connection:
        connection.execute(MANY, {"document": chat_text(due), "chats": CHATS})
        connection.execute("ANALYZE chats")

        plans = [
            "\n".join(line for (line,) in connection.execute(f"EXPLAIN {words}", values)) for words, values in asked
        ]

    for plan in plans:
        assert "on chats" in plan
        assert "Seq Scan on chats" not in plan, plan
        assert "Sort Key: chats" not in plan, plan
