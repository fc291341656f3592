"""Several processes on one database: nothing is lost or done twice, and who was given up for dead does nothing."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest

from bot.desk.leading import Leading
from bot.errors import StoreAwayError
from bot.outbox import ChatId, Delivered, Dies, State
from bot.ports import Pace, Step
from bot.stories import MAIN
from bot.telegram.limits import Rates
from bot.telegram.shared_limiter import SharedLimiter
from storage.postgres.addresses import Address
from storage.postgres.store import PostgresStore, open_store
from tests import postgres
from tests.homes import closed
from tests.stores import CHAT, NOW, SOON, begun, choosing, covering, first_step, message, report_of, step_of, subscribed

PACE = Pace(spacing=0.02, chat_spacing=1.0, burst=3, group=20)
NOW_FREE = timedelta(0)
ALL_SILENT = "UPDATE workers SET expires = clock_timestamp() - interval '1 second'"
CUT = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def run(address: Address, words: str) -> None:
    with psycopg.connect(address.conninfo()) as connection:
        connection.execute(words.encode())


async def test_three_processes_send_everything_once_and_each_chat_in_order(stores: list[PostgresStore]) -> None:
    chats = [ChatId(number) for number in range(1, 31)]
    for chat in chats:
        await subscribed(stores[0], chat, *(message(number, chat) for number in range(1, 7)))
    sent: dict[ChatId, list[str]] = {chat: [] for chat in chats}
    in_flight: Counter[ChatId] = Counter()

    async def deliver(store: PostgresStore) -> None:
        while sum(map(len, sent.values())) < 180:
            for queued in await begun(store, most=4):
                chat = queued.message.chat
                in_flight[chat] += 1
                assert in_flight[chat] == 1
                await asyncio.sleep(0)
                sent[chat].append(queued.message.key)
                in_flight[chat] -= 1
                await store.settle(queued, Delivered(), NOW)

    async with asyncio.timeout(60):
        await asyncio.gather(*(deliver(store) for store in stores))

    assert sent == {chat: [f"briefing {number}" for number in range(1, 7)] for chat in chats}


async def test_planners_that_work_at_once_brief_everybody_once(stores: list[PostgresStore]) -> None:
    for number in range(1, 41):
        await stores[0].change(ChatId(number), choosing(next_due=SOON))

    async def plan(store: PostgresStore) -> int:
        due = await store.due(SOON, 99)
        return await store.brief([covering(chat, message(1, chat.id)) for chat in due], SOON)

    for _ in range(3):  # at first they do not know of each other
        await asyncio.gather(*(plan(store) for store in stores))

    assert (await stores[0].depth()).by_state[State.PENDING] == 40
    assert await stores[0].due(SOON, 99) == ()


async def test_planners_share_the_chats_and_leave_none_out(stores: list[PostgresStore]) -> None:
    for number in range(1, 41):
        await stores[0].change(ChatId(number), choosing(next_due=SOON))
    for store in stores:
        await store.due(SOON, 99)

    shares = [{chat.id for chat in await store.due(SOON, 99)} for store in stores]

    assert sorted(number for share in shares for number in share) == list(range(1, 41))
    assert all(shares)


async def test_who_was_silent_too_long_may_neither_send_nor_settle(
    stores: list[PostgresStore], address: Address
) -> None:
    frozen, other, _ = stores
    for number in (1, 2):
        await subscribed(frozen, ChatId(number), message(1, ChatId(number)))
    claimed, sending = await frozen.claim(2, NOW)
    await frozen.begin([sending.id], NOW)
    run(address, ALL_SILENT)

    assert await other.recover(NOW) == 1
    again = await other.claim(9, NOW)

    assert again == (claimed, replace(sending, doubts=1))
    rows = {queued.id for queued in again}
    assert await frozen.begin(rows, NOW) == frozenset()
    assert await other.begin(rows, NOW) == rows
    await frozen.settle(sending, Dies(reason="late"), NOW)
    await frozen.release(rows, NOW)
    assert (await other.depth()).by_state[State.SENDING] == 2


async def test_a_stopped_process_is_replaced_and_does_nothing_when_it_goes_on(
    stores: list[PostgresStore], address: Address
) -> None:
    for number in (1, 2):
        await subscribed(stores[0], ChatId(number), message(1, ChatId(number)))
    with subprocess.Popen(  # noqa: ASYNC220
        [sys.executable, "-m", "tests.frozen_worker", address.url], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        claimed, sending = json.loads(await asyncio.to_thread(process.stdout.readline))
        process.send_signal(signal.SIGSTOP)
        async with asyncio.timeout(90):
            while len(held := await begun(stores[0])) < 2:
                await stores[0].release([queued.id for queued in held], NOW)
                await stores[0].recover(NOW)
                await asyncio.sleep(0.1)
        process.send_signal(signal.SIGCONT)
        told, _ = await asyncio.to_thread(process.communicate, b"\n", 60)

    assert json.loads(told.splitlines()[-1]) == []
    assert {queued.id: queued.doubts for queued in held} == {claimed: 0, sending: 1}
    assert (await stores[0].depth()).by_state[State.SENDING] == 2


async def test_a_cut_line_is_an_error_that_may_be_repeated_and_the_next_call_finds_another(
    stores: list[PostgresStore], address: Address
) -> None:
    store = stores[0]
    await subscribed(store, CHAT, message(1))
    run(address, CUT)

    (queued,) = await begun(store)
    run(address, CUT)
    await store.settle(queued, Delivered(), NOW)

    assert (await store.depth()).by_state[State.SENT] == 1


async def test_a_claim_whose_answer_was_lost_is_made_again(stores: list[PostgresStore], address: Address) -> None:
    store = stores[0]
    await subscribed(store, CHAT, message(1))
    await store.claim(9, NOW)
    store._claims.rows.clear()  # as if the line had been cut right after the commit
    store._claims.is_sure = False

    assert [queued.message for queued in await store.claim(9, NOW)] == [message(1)]


@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="somebody else's server is not to be killed")
async def test_a_server_that_is_killed_has_lost_nothing_when_it_is_back() -> None:
    with postgres.serving() as server:
        store = open_store(server.fresh())
        await subscribed(store, CHAT, message(1), message(2))
        (sending,) = await begun(store)

        await asyncio.to_thread(server.kill)
        with pytest.raises(StoreAwayError, match="Is the server running and reachable"):
            await store.settle(sending, Delivered(), NOW)
        await asyncio.to_thread(server.revive)
        async with asyncio.timeout(90):
            while True:
                with suppress(StoreAwayError):
                    await store.settle(sending, Delivered(), NOW)
                    break

        assert [queued.message for queued in await store.claim(9, NOW)] == [message(2)]
        await closed(store)


async def test_a_process_hears_at_once_of_work_and_of_a_story_that_another_has(stores: list[PostgresStore]) -> None:
    one, other, _ = stores
    await other.claim(1, NOW)
    waiting = asyncio.create_task(other.wait_for_work(timedelta(seconds=30)))
    await asyncio.sleep(0.5)
    await subscribed(one, CHAT, message(1))
    await asyncio.wait_for(waiting, 10)
    first = first_step()
    await one.record(first)
    await until_digest(other, first)
    reports = [report_of(), report_of("It fell on Friday.", "b.txt")]
    second = step_of({2: reports[1]}, first.stories[0].digest, merged=reports)

    await other.record(second)

    await until_digest(one, second)
    reports.append(report_of("It rose again on Sunday.", "c.txt"))
    third = step_of({3: reports[2]}, second.stories[0].digest, merged=reports)
    await one.record(third)
    await until_digest(other, third)
    assert [await store.pieces(MAIN) for store in (one, other)] == [3, 3]
    assert list(await one.packed_reports([1, 2, 3])) == [1, 2, 3]


async def until_digest(store: PostgresStore, step: Step) -> None:
    """Waits until the store has the digest that another process recorded."""
    async with asyncio.timeout(90):
        while await store.digest() != step.stories[0].digest:  # noqa: ASYNC110  (it comes from elsewhere)
            await asyncio.sleep(0.05)


async def test_the_rate_is_kept_by_all_together_and_replies_go_first(stores: list[PostgresStore]) -> None:
    limiters = [SharedLimiter(Rates(total=50.0), store) for store in stores]
    chats = iter(range(1, 1000))
    bulk: list[float] = []
    replies: list[float] = []

    async def send(limiter: SharedLimiter) -> None:
        for _ in range(30):
            await limiter.turn(ChatId(next(chats)))
            bulk.append(time.monotonic())

    async def reply(limiter: SharedLimiter, chat: int) -> None:
        async def answered() -> bool:
            return True

        began = len(bulk)
        await limiter.process_request(answered, (), {}, "sendMessage", {"chat_id": chat}, None)
        replies.append(len(bulk) - began)

    began = time.monotonic()
    work = asyncio.gather(*(send(limiter) for limiter in limiters))
    for number in range(10):
        await asyncio.sleep(0.1)
        await reply(limiters[number % 3], -1000 - number)
    await work
    lasted = time.monotonic() - began

    assert 50.0 * (lasted + 0.03) + 1 >= 100
    assert sorted(replies)[5] <= 8  # others that left before it; in one line with all it would be about ninety
    for limiter in limiters:
        await limiter.shutdown()


async def test_a_chat_s_own_limits_hold_whoever_sends(stores: list[PostgresStore]) -> None:
    one, other, _ = stores
    assert await one.take_turns([CHAT], PACE, is_reply=False) == (NOW_FREE,)

    (wait,) = await other.take_turns([CHAT], PACE, is_reply=False)
    assert timedelta(seconds=0.1) < wait <= timedelta(seconds=1)
    quick = replace(PACE, spacing=1e-6)
    answers = [await store.take_turns([CHAT], quick, is_reply=True) for store in (one, other, one)]
    assert [wait == NOW_FREE for (wait,) in answers] == [True, True, False]
    burst = await one.take_turns([-5] * 4, replace(quick, chat_spacing=0.0, group=3), is_reply=False)
    assert burst[:3] == (NOW_FREE,) * 3
    assert burst[3] > timedelta(seconds=50)


async def test_after_refusals_of_two_chats_everybody_waits(stores: list[PostgresStore]) -> None:
    one, other, third = stores
    pause = timedelta(seconds=30)
    await one.refused(1, pause)
    assert [wait > NOW_FREE for wait in await other.take_turns([1, 2], PACE, is_reply=True)] == [True, False]

    await other.refused(2, pause)

    assert all(wait > timedelta(seconds=20) for wait in await third.take_turns([3, 4], PACE, is_reply=True))


async def test_a_lease_is_one_s_until_it_runs_out_and_the_next_token_is_higher(stores: list[PostgresStore]) -> None:
    one, other, _ = stores
    long, short = timedelta(minutes=1), timedelta(milliseconds=1)

    assert await one.hold("feeds", None, long) == 1
    assert await other.hold("feeds", None, long) is None
    assert await one.hold("feeds", 1, short) == 1
    await asyncio.sleep(0.01)
    assert await other.hold("feeds", None, long) == 2
    assert await one.hold("feeds", 1, long) is None
    assert (await one.is_held("feeds", 1), await other.is_held("feeds", 2)) == (False, True)
    await other.give_up("feeds", 2)
    assert await one.hold("feeds", None, long) == 3


async def test_one_leads_and_when_it_is_gone_another_does(stores: list[PostgresStore], address: Address) -> None:
    led: list[tuple[int, int]] = []

    def leading(number: int) -> asyncio.Task[None]:
        async def work(token: int) -> None:
            led.append((number, token))
            await asyncio.Event().wait()

        leader = Leading(
            store=stores[number], name="feeds", span=timedelta(seconds=30), beat=timedelta(milliseconds=100)
        )
        return asyncio.create_task(leader.run(work))

    async def until(count: int) -> None:
        async with asyncio.timeout(90):
            while len(led) < count:  # noqa: ASYNC110  (it is the database that changes)
                await asyncio.sleep(0.02)

    first = leading(0)
    await until(1)
    second = leading(1)
    await asyncio.sleep(0.5)
    assert led == [(0, 1)]

    first.cancel()
    await until(2)
    assert led[1] == (1, 2)
    run(address, "UPDATE leases SET token = 7, expires = clock_timestamp() - interval '1 second'")
    await until(3)

    assert led[2] == (1, 8)
    second.cancel()
    await asyncio.gather(first, second, return_exceptions=True)
