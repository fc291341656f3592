"""How fast messages leave, beside PTB's defaults and aiogram, against the sandbox: ``python -m benchmarks.delivery``.

Every measurement is a process of its own, which uses one core; the sandbox is another.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.sandbox import Sandbox, as_json, rate, sandbox

Send = Callable[[int, str, bool], Awaitable[object]]  #: chat, text, whether it is a reply

CONTENDERS = ("ptb", "aiogram", "ours", "ours with the store")
NAMES = {"ptb": "PTB's defaults (AIORateLimiter, httpx)", "aiogram": "aiogram (aiolimiter)"}
IN_FLIGHT = 200
CHATS = 5000
LATENCY = 0.05  #: seconds a request and its answer travel, where limits are measured
REPLY_EVERY = 0.1  #: seconds between two people who ask something
UNLIMITED = 1e9


def text_of(number: int) -> str:
    """A short message; what it costs to parse markup is the sandbox's matter."""
    return f"Message {number} of a broadcast, <b>short</b>"


# The contenders. ``limit`` is what they are told to keep; 0 for none.


@asynccontextmanager
async def ptb(target: Sandbox, limit: int, *, pays: bool) -> AsyncIterator[Send]:
    """python-telegram-bot as its builder makes it."""
    from telegram.ext import AIORateLimiter, ExtBot
    from telegram.request import HTTPXRequest

    limiter = AIORateLimiter() if limit else AIORateLimiter(overall_max_rate=0, group_max_rate=0)
    request = HTTPXRequest(connection_pool_size=256, pool_timeout=60, httpx_kwargs={"trust_env": False})
    bot = ExtBot(target.token, f"{target.address}/bot", request=request, rate_limiter=limiter)
    async with bot:

        async def send(chat: int, text: str, _: bool) -> object:
            return await bot.send_message(chat, text, parse_mode="HTML", allow_paid_broadcast=pays or None)

        yield send


@asynccontextmanager
async def aiogram(target: Sandbox, limit: int, *, pays: bool) -> AsyncIterator[Send]:
    """aiogram, with the limiter that its users commonly add."""
    from aiogram import Bot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiolimiter import AsyncLimiter

    session = AiohttpSession(api=TelegramAPIServer.from_base(target.address), limit=256)
    bot = Bot(target.token, session=session)
    limiter = AsyncLimiter(limit, 1) if limit else None

    async def send(chat: int, text: str, _: bool) -> object:
        if limiter:
            await limiter.acquire()
        return await bot.send_message(chat, text, parse_mode="HTML", allow_paid_broadcast=pays or None)

    yield send
    await bot.session.close()


@asynccontextmanager
async def ours(target: Sandbox, limit: int, *, pays: bool) -> AsyncIterator[Send]:
    """Sender, limiter and transport."""
    from bot.outbox import ChatId, Outgoing, Sent
    from bot.telegram.application import connect, limiter_of
    from bot.telegram.sender import TelegramSender

    application = connect(target.token, target.address, rates_for(limit))
    limiter = limiter_of(application)
    async with application.bot as bot:
        replies, broadcasts = TelegramSender(bot=bot), TelegramSender(bot=bot, has_turn=True, pays=pays)

        async def send(chat: int, text: str, is_reply: bool) -> object:
            if not is_reply:
                await limiter.turn(chat)
            sender = replies if is_reply else broadcasts
            outcome = await sender.send(Outgoing(key="k", chat=ChatId(chat), html=text))
            assert isinstance(outcome, Sent), outcome
            return outcome

        yield send


def rates_for(limit: int) -> Any:
    """What the bot is set to for a limit of Telegram's; the settings' own default below 30."""
    from bot.telegram.limits import Rates

    if not limit:
        return Rates(total=UNLIMITED, chat=0.0, group=10**6)
    return Rates(total=29 if limit == 30 else 0.97 * limit)


OPEN = {"ptb": ptb, "aiogram": aiogram, "ours": ours}


# What is measured, each in a process of its own; a line of JSON is the answer.


async def unthrottled(contender: str, target: Sandbox, chats: list[int], number: int) -> dict[str, float]:
    """Sends a second, with ``IN_FLIGHT`` at once."""
    async with OPEN[contender](target, 0, pays=False) as send:
        await send_all(send, chats, 500)
        cpu, started = time.process_time(), time.perf_counter()
        await send_all(send, chats, number)
        taken, used = time.perf_counter() - started, time.process_time() - cpu
    return {"per_second": number / taken, "cpu_per_1000": used / number * 1000}


async def send_all(send: Send, chats: list[int], number: int) -> None:
    """Sends so many messages."""
    numbers = iter(range(number))

    async def worker() -> None:
        for one in numbers:
            await send(chats[one % len(chats)], text_of(one), False)

    await asyncio.gather(*(worker() for _ in range(IN_FLIGHT)))


async def memory(contender: str, target: Sandbox, chats: list[int], number: int) -> dict[str, float]:
    """Megabytes in use after a tenth of the messages, and after all."""
    async with OPEN[contender](target, 0, pays=False) as send:
        await send_all(send, chats, number // 10)
        early = resident()
        await send_all(send, chats, number - number // 10)
        return {"early": early, "late": resident()}


def resident() -> float:
    """Megabytes of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


async def limited(contender: str, target: Sandbox, chats: list[int], limit: int, seconds: float) -> dict[str, float]:
    """A broadcast at the limit for ``seconds``, and how long people who ask meanwhile wait for their answer."""
    people, crowd = chats[:200], chats[200:]
    waits: list[float] = []
    async with OPEN[contender](target, limit, pays=limit > 30) as send:

        async def reply(chat: int) -> None:
            started = time.perf_counter()
            with suppress(Exception):  # one that is refused counts with the time it took
                await send(chat, "an answer", True)
            waits.append(time.perf_counter() - started)

        numbers = iter(range(10**9))

        async def worker() -> None:
            for one in numbers:
                with suppress(Exception):  # 429: counted by the sandbox
                    await send(crowd[one % len(crowd)], text_of(one), False)

        cpu, started = time.process_time(), time.perf_counter()
        tasks = [asyncio.create_task(worker()) for _ in range(min(2 * limit, 1200))]
        people_asking = await asking(reply, people, started + seconds)
        if people_asking:
            await asyncio.wait(set(people_asking), timeout=1)
        used, taken = time.process_time() - cpu, time.perf_counter() - started
        for task in tasks:
            task.cancel()
        late = len(people_asking)
        for task in people_asking:
            task.cancel()
        await asyncio.gather(*tasks, *people_asking, return_exceptions=True)
    waits += [seconds] * late  # not answered by the end: at least as long as they asked, counted as the whole time
    return {"seconds": taken, "cpu": used, **quantiles(waits)}


async def asking(reply: Callable[[int], Awaitable[None]], people: list[int], until: float) -> set[asyncio.Task[None]]:
    """Lets one person after the other ask something; returns who is not answered at the end."""
    tasks: set[asyncio.Task[None]] = set()
    turn = 0
    while time.perf_counter() < until:
        await asyncio.sleep(REPLY_EVERY)
        task = asyncio.ensure_future(reply(people[turn % len(people)]))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        turn += 1
    return tasks


def quantiles(waits: list[float]) -> dict[str, float]:
    """Median and 99th percentile."""
    ordered = sorted(waits)
    return {"p50": statistics.median(ordered), "p99": ordered[int(len(ordered) * 0.99)]}


async def whole(target: Sandbox, chats: list[int], limit: int, number: int) -> dict[str, float]:
    """The same with the outbox: every message is begun and settled on disk."""
    from bot.desk.delivery import Delivery
    from bot.outbox import State
    from bot.telegram.application import connect, limiter_of
    from bot.telegram.sender import TelegramSender
    from storage.tinydb_store import open_store
    from tests.chaos.harness import queue

    waits: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        store = open_store(Path(name), "benchmark.db")
        people, crowd = chats[:200], chats[200:]
        each = max(1, number // len(crowd))
        await queue(store, {chat: [text_of(part) for part in range(each)] for chat in crowd[:number]})
        waiting = (await store.depth()).by_state[State.PENDING]
        application = connect(target.token, target.address, rates_for(limit))
        async with application.bot as bot:
            delivery = Delivery(
                store=store,
                sender=TelegramSender(bot=bot, has_turn=True, pays=limit > 30),
                turns=limiter_of(application),
                now=lambda: datetime.now(UTC),
            )
            replies = TelegramSender(bot=bot)

            async def reply(chat: int) -> None:
                from bot.outbox import ChatId, Outgoing

                started = time.perf_counter()
                await replies.send(Outgoing(key="k", chat=ChatId(chat), html="an answer"))
                waits.append(time.perf_counter() - started)

            before, cpu, started = resident(), time.process_time(), time.perf_counter()
            task = asyncio.create_task(delivery.run())
            turn = 0
            while (await store.depth()).by_state.get(State.SENT, 0) < waiting:
                await asyncio.sleep(REPLY_EVERY)
                turn += 1
                if limit:
                    await reply(people[turn % len(people)])
            taken, used = time.perf_counter() - started, time.process_time() - cpu
            after = resident()
            task.cancel()
            await asyncio.wait([task])
        store.close()
    shown = quantiles(waits) if waits else {"p50": 0.0, "p99": 0.0}
    sent = waiting + len(waits)
    return {
        "per_second": sent / taken,
        "cpu_per_1000": used / sent * 1000,
        "row_kb": (after - before) * 1024 / waiting,
        **shown,
    }


def child(given: argparse.Namespace) -> None:
    """One measurement."""
    target = Sandbox(address=given.address, token=given.token, process=0)
    chats = json.loads(sys.stdin.read())
    work: Mapping[str, Callable[[], Any]] = {
        "unthrottled": lambda: unthrottled(given.contender, target, chats, given.number),
        "memory": lambda: memory(given.contender, target, chats, given.number),
        "limited": lambda: limited(given.contender, target, chats, given.limit, given.seconds),
        "whole": lambda: whole(target, chats, given.limit, given.number),
    }
    print(json.dumps(asyncio.run(work[given.mode]())))


# The whole of it.


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What each measurement is given."""

    target: Sandbox
    chats: list[int]

    def measure(self, mode: str, contender: str = "ours", **given: float) -> dict[str, float]:
        """Runs a child."""
        command = [sys.executable, "-m", "benchmarks.delivery", "--mode", mode, "--contender", contender]
        command += ["--address", self.target.address, "--token", self.target.token]
        command += [part for name, value in given.items() for part in (f"--{name}", f"{value:g}")]
        done = subprocess.run(command, input=json.dumps(self.chats), stdout=subprocess.PIPE, text=True, check=True)
        return dict(json.loads(done.stdout.splitlines()[-1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """What the sandbox saw."""

    per_second: float
    refused: int


def arrived(target: Sandbox) -> Arrived:
    """Messages a second between the first and the last, and answers 429."""
    found = target.sent()
    answers = found["answers"]
    total, first, last = (float(str(found[name])) for name in ("total", "first", "last"))
    assert isinstance(answers, dict)
    return Arrived(per_second=(total - 1) / (last - first), refused=int(answers.get("sendmessage 429", 0)))


def compare_unthrottled(number: int) -> None:
    """Prints sends a second of every contender, medians of three, interleaved."""
    with sandbox("--fast") as target:
        setting = Setting(target=target, chats=target.crowd(CHATS))
        own = asyncio.run(rate(target, 20_000, as_json, setting.chats[:1000]))
        print(f"\nThe sandbox alone answers {own:,.0f} requests/s.\n")
        print("| unthrottled, 200 in flight, one core | sends/s | CPU seconds per 1,000 |\n|---|---|---|")
        runs: dict[str, list[dict[str, float]]] = {name: [] for name in OPEN}
        for _ in range(3):
            for name, found in runs.items():
                found.append(setting.measure("unthrottled", name, number=number))
        for name, found in runs.items():
            speed, cpu = (statistics.median(one[key] for one in found) for key in ("per_second", "cpu_per_1000"))
            print(f"| {NAMES.get(name, name)} | {speed:,.0f} | {cpu:.2f} |", flush=True)
        store = setting.measure("whole", limit=0, number=5000)
        print(f"| ours with the store | {store['per_second']:,.0f} | {store['cpu_per_1000']:.2f} |")
        print(f"\nOf each message sent the store keeps {store['row_kb']:.1f} kB in memory for two days.")


def compare_limited(limit: int, seconds: float) -> None:
    """Prints throughput, refusals and the waiting of people at a limit, against the strict sandbox."""
    print(f"\n| limit {limit}/s, {LATENCY * 1000:.0f} ms latency | messages/s | of the limit | 429 | reply p50 | p99 |")
    print("|---|---|---|---|---|---|")
    for name in CONTENDERS:
        with sandbox() as target:
            setting = Setting(target=target, chats=target.crowd(CHATS))
            target.control("latency", {"seconds": LATENCY})
            if name == "ours with the store":
                found = setting.measure("whole", limit=limit, number=int(limit * seconds))
            else:
                found = setting.measure("limited", name, limit=limit, seconds=seconds)
            seen = arrived(target)
        speed = f"{seen.per_second:,.1f} | {seen.per_second / limit:.1%}"
        waits = f"{found['p50']:.2f} s | {found['p99']:.2f} s"
        print(f"| {NAMES.get(name, name)} | {speed} | {seen.refused} | {waits} |", flush=True)


def measure_memory(number: int) -> None:
    """Prints the memory of sender, limiter and transport over many messages."""
    with sandbox("--fast") as target:
        setting = Setting(target=target, chats=target.crowd(CHATS))
        found = setting.measure("memory", number=number)
    print(f"\nMemory after {number // 10:,} and {number:,} messages: {found['early']:.0f} MB, {found['late']:.0f} MB.")


def main() -> None:
    """Measures everything, or one thing as a child."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.delivery")
    parser.add_argument("--number", type=float, default=10_000)
    parser.add_argument("--seconds", type=float, default=20)
    for name in ("mode", "contender", "address", "token"):
        parser.add_argument(f"--{name}", help=argparse.SUPPRESS)
    parser.add_argument("--limit", type=float, default=0, help=argparse.SUPPRESS)
    given = parser.parse_args()
    given.number, given.limit = int(given.number), int(given.limit)
    if given.mode:
        child(given)
        return
    compare_unthrottled(given.number)
    compare_limited(30, given.seconds)
    compare_limited(1000, given.seconds / 2)
    measure_memory(10 * given.number)


if __name__ == "__main__":
    main()
