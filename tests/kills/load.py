"""A mixed load on a store, as a process to be killed: prints each write once it is acknowledged, one JSON a line.

Each worker has its own chat and its own counter ``n``; a line says what must be on disk from then on:
``sub``: the chat is subscribed with ``since`` of n; ``brief``: mark n and its two messages are there together;
``sent``: message n is settled; ``moved``: the chat has another id; ``gone``: it left and nothing waits for it.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.outbox import ChatId, Delivered, NextState, Outgoing, Queued, Waits
from bot.ports import Briefed, Store
from tests.stores import EIGHT, MARK, NOW, TOMORROW, opened

WORKERS = 8
FAR = 1_000_000  #: added to a chat's id when it moves


def say(worker: int, what: str, number: int) -> None:
    """Tells the parent that a write was acknowledged."""
    sys.stdout.write(json.dumps([worker, what, number]) + "\n")
    sys.stdout.flush()


def two(chat: ChatId, number: int) -> tuple[Outgoing, ...]:
    """The messages of briefing ``number``; their text is shared with nobody, or with all others of the same number."""
    text = f"{number % 7} " + "ж" * (number % 300)
    return tuple(Outgoing(key=f"{number} {part}", chat=chat, html=f"{text}{part}") for part in (1, 2))


async def work(store: Store, worker: int, dice: random.Random) -> None:
    """Changes one chat without end."""
    chat, number = ChatId(worker), 0
    await store.subscribe(chat, EIGHT, since=NOW, next_due=NOW, thread=None)
    say(worker, "sub", 0)
    while True:
        number += 1
        mark = replace(MARK, day=MARK.day + timedelta(days=number), revision=number)
        await store.brief([Briefed(chat=chat, mark=mark, next_due=TOMORROW, messages=two(chat, number))], NOW)
        say(worker, "brief", number)
        if dice.random() < 0.1:
            await store.pause(chat, "blocked")
            await store.resume(chat)
        if dice.random() < 0.05:
            to = ChatId(chat % FAR + FAR * (chat // FAR + 1))
            await store.move(chat, to)
            chat = to
            say(worker, "moved", chat // FAR)
        if dice.random() < 0.1:
            await store.prune(NOW + timedelta(seconds=number - 20), NOW)
        await asyncio.sleep(0)


async def deliver(store: Store, dice: random.Random) -> None:
    """Settles what is queued; one in ten is sent once more."""
    while True:
        claimed = await store.claim(20, NOW)
        begun = await store.begin([queued.id for queued in claimed], NOW)
        await asyncio.gather(*(settle(store, queued, dice) for queued in claimed if queued.id in begun))
        await store.wait_for_work(timedelta(seconds=0.01))


async def settle(store: Store, queued: Queued, dice: random.Random) -> None:
    """Records what became of one message."""
    number, part = map(int, queued.message.key.split())
    state: NextState = Delivered()
    if dice.random() < 0.1:
        state = Waits(pause=timedelta(0), attempts=queued.attempts + 1, doubts=0, reason="429")
    await store.settle(queued, state, NOW + timedelta(seconds=number))
    if isinstance(state, Delivered):
        say(queued.message.chat % FAR, "sent", number * 2 + part)


async def main(folder: Path, seed: int) -> None:
    """Runs until killed."""
    dice = random.Random(seed)
    store = opened(folder)
    if seed % 2:  # checkpoints come all the time
        store._database.storage.file._connection.execute("PRAGMA wal_autocheckpoint=10")
    await asyncio.gather(
        deliver(store, dice), *(work(store, worker, dice) for worker in range(1, WORKERS + 1)), noise(store, dice)
    )


async def noise(store: Store, dice: random.Random) -> None:
    """Chats that come, queue, and leave."""
    while True:
        chat = ChatId(dice.randrange(500, 540))
        await store.subscribe(chat, EIGHT, since=NOW, next_due=NOW, thread=None)
        await store.brief([Briefed(chat=chat, mark=MARK, next_due=TOMORROW, messages=two(chat, 1))], NOW)
        await store.unsubscribe(chat)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
