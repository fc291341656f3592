"""Broadcasts to order, bot processes that start and die, and the account of what became of each message."""

from __future__ import annotations

import asyncio
import itertools
import json
import subprocess
import sys
import time
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from functools import partial
from pathlib import Path

from benchmarks.sandbox import Sandbox
from bot.chats import Chat, Schedule
from bot.outbox import ChatId, Outgoing, State
from bot.ports import Planned, Store
from storage.tinydb_store import TinyStore, open_store
from tests.chaos.bot import FILE

YESTERDAY = date(2024, 11, 11)
START_WITHIN = 120.0  #: seconds for a bot process to begin delivering
AT_ONCE = 500  #: briefings queued in one step

Texts = Mapping[int, Sequence[str]]


def texts_for(chats: Sequence[int], each: int = 1, name: str = "Briefing") -> dict[int, list[str]]:
    """``each`` messages for every chat, all different."""
    return {chat: [f"{name} {chat}, part {part} of {each}" for part in range(1, each + 1)] for chat in chats}


async def queue(store: Store, texts: Texts, threads: Mapping[int, int] | None = None) -> None:
    """Puts a broadcast into the outbox, as a briefing of the next day of every chat."""
    now = datetime.now(UTC)
    planned = []
    for chat, lines in texts.items():
        thread = (threads or {}).get(chat)
        kept = await store.change(ChatId(chat), partial(_subscribed, now=now, thread=thread))
        day = max((schedule.done or YESTERDAY for schedule in kept.schedules), default=YESTERDAY) + timedelta(days=1)
        schedules = tuple(replace(schedule, done=day) for schedule in kept.schedules)
        messages = tuple(
            Outgoing(key=f"{day} {number}", chat=ChatId(chat), html=line, thread=thread)
            for number, line in enumerate(lines)
        )
        after = replace(kept, schedules=schedules, next_due=now + timedelta(days=1))
        planned.append(Planned(before=kept, after=after, messages=messages))
    for first in range(0, len(planned), AT_ONCE):
        await store.brief(planned[first : first + AT_ONCE], now)


def _subscribed(chat: Chat, now: datetime, thread: int | None) -> Chat:
    schedules = chat.schedules or (Schedule(at=time_of_day(8, 0), since=now),)
    return replace(chat, zone="Europe/Kyiv", schedules=schedules, thread=thread)


def fill(folder: Path, texts: Texts, threads: Mapping[int, int] | None = None) -> None:
    """Queues a broadcast in a store that nobody has open."""

    async def work() -> None:
        store = open_store(folder, FILE)
        await queue(store, texts, threads)
        store.close()

    asyncio.run(work())


@contextmanager
def bot(folder: Path, target: Sandbox, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A bot process that delivers when the block begins; it is killed at the end if it still runs."""
    command = [sys.executable, "-m", "tests.chaos.bot", str(folder), target.address, target.token, *arguments]
    with (
        (folder / "log").open("a") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        try:
            assert process.stdout
            line = process.stdout.readline()
            assert line == "delivers\n", f"expected a bot at work, got {line!r}; see {folder / 'log'}"
            yield process
        finally:
            process.kill()
            process.wait()


def run_to_the_end(folder: Path, target: Sandbox, *arguments: str, within: float = 120.0) -> float:
    """Lets a bot process deliver all there is, and returns the seconds it took."""
    started = time.monotonic()
    with bot(folder, target, *arguments) as process:
        assert process.wait(timeout=within) == 0, f"expected a bot that ends well; see {folder / 'log'}"
    return time.monotonic() - started


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What became of a broadcast: ``given_up`` and ``paused`` by reason, ``lost`` what nobody can account for."""

    messages: int
    arrived: int
    duplicates: int
    most_arrivals: int
    given_up: Mapping[str, int]
    paused: Mapping[str, int]
    lost: int
    disordered: int
    duplicate_moments: tuple[tuple[float, float], ...] = field(repr=False)


def arrivals(target: Sandbox) -> dict[int, list[tuple[float, str]]]:
    """Every text that arrived, by chat, in order."""
    with urllib.request.urlopen(f"{target.address}/control/sent?texts=1") as answer:
        texts = json.load(answer)["texts"]
    return {int(chat): [(at, text) for at, text in these] for chat, these in texts.items()}


async def account_of(store: TinyStore, texts: Texts, arrived: Mapping[int, Sequence[tuple[float, str]]]) -> Account:
    """Holds what was queued against what arrived and what the store says of the rest."""
    expected = [(chat, text) for chat, lines in texts.items() for text in lines]
    moments: dict[str, list[float]] = defaultdict(list)
    for these in arrived.values():
        for at, text in these:
            moments[text].append(at)
    dead = {(lost.message.html): lost.reason for lost in await store.lost(10**6)}
    paused: Counter[str] = Counter()
    given_up: Counter[str] = Counter()
    missing = 0
    for chat, text in expected:
        if text in dead:
            given_up[dead[text] + (" (it had)" if text in moments else "")] += 1
        elif text not in moments:
            kept = await store.chat(ChatId(chat))
            if kept is not None and kept.shut_out is not None:
                paused[kept.shut_out.reason] += 1
            else:
                missing += 1
    depth = (await store.depth()).by_state
    assert depth.get(State.PAUSED, 0) == sum(paused.values())
    return Account(
        messages=len(expected),
        arrived=sum(text in moments for _, text in expected),
        duplicates=sum(len(moments[text]) - 1 for _, text in expected if text in moments),
        most_arrivals=max((len(moments[text]) for _, text in expected if text in moments), default=0),
        given_up=dict(given_up),
        paused=dict(paused),
        lost=missing,
        disordered=sum(_is_disordered([t for _, t in arrived.get(chat, [])], lines) for chat, lines in texts.items()),
        duplicate_moments=tuple(
            (first, later) for these in moments.values() for first, later in itertools.pairwise(these)
        ),
    )


def _is_disordered(arrived: Sequence[str], lines: Sequence[str]) -> bool:
    """Whether a chat got its messages in another order; a message that comes twice may do so after others."""
    first_arrivals = list(dict.fromkeys(text for text in arrived if text in set(lines)))
    return first_arrivals != [line for line in lines if line in set(first_arrivals)]


def account(folder: Path, texts: Texts, target: Sandbox) -> Account:
    """The account of a store that nobody has open."""

    async def work() -> Account:
        store = open_store(folder, FILE)
        try:
            return await account_of(store, texts, arrivals(target))
        finally:
            store.close()

    return asyncio.run(work())
