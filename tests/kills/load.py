"""A mixed load on a store, as a process to be killed: prints each write once it is acknowledged, one JSON a line.

Each worker has its own chat and its own counter ``n``; a line says what must be on disk from then on:
``sub``: the chat is subscribed; ``brief``: n is marked as told and its two messages are there together;
``sent``: message n is settled; ``moved``: the chat has another id; ``gone``: it left and nothing waits for it.
Worker 0 is the news desk; ``filed``: article n, its report, its place in the digest and the news of it are there.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.chats import Chat
from bot.digest.model import Article, ArticleId, Basis, Digest, Published, Report, Source
from bot.digest.patching import difference
from bot.outbox import ChatId, Delivered, NextState, Outgoing, Queued, Waits
from bot.ports import Growth, Step, Store
from bot.stories import MAIN
from storage.codec import patch_text, report_text
from tests.stores import BLOCKED, NOW, TODAY, TOLD, choosing, covering, filed, opened

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
    await store.change(chat, choosing(next_due=NOW))
    say(worker, "sub", 0)
    while True:
        number += 1
        await brief(store, chat, number)
        say(worker, "brief", number)
        if dice.random() < 0.1:
            await store.shut_out(chat, BLOCKED)
            await store.let_in(chat)
        if dice.random() < 0.05:
            to = ChatId(chat % FAR + FAR * (chat // FAR + 1))
            await store.move(chat, to)
            chat = to
            say(worker, "moved", chat // FAR)
        if dice.random() < 0.1:
            await store.prune(NOW + timedelta(seconds=number - 20), NOW)
        await asyncio.sleep(0)


async def brief(store: Store, chat: ChatId, number: int) -> None:
    """Queues briefing ``number`` with the marks that it was."""
    kept = await store.chat(chat) or Chat(id=chat)
    planned = covering(kept, *two(chat, number), day=TODAY + timedelta(days=number))
    after = replace(planned.after, told=replace(TOLD, revision=number))
    await store.brief([replace(planned, after=after)], NOW)


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


def step_with(number: int, before: Digest) -> Step:
    """The step that brings article ``number`` to the story; what is read in it is nothing."""
    published = Published(moment=NOW, basis=Basis.MANIFEST)
    article = Article(id=ArticleId(f"{number}.txt"), text="ж" * (number % 300 + 1), published=published)
    nothing: Any = dict.fromkeys(
        ("passages", "sentences", "bodies", "mentions", "times", "attributions", "figures", "events"), ()
    )
    report = Report(article=article, label="Wire", **nothing)
    source = Source(number=number, label="Wire", article=article, origin=number)
    after = replace(before, sources=(*before.sources, source))
    growth = Growth(
        story=MAIN, digest=after, patch=patch_text(difference(before, after)), is_whole=number == 1, articles=(number,)
    )
    reports = {number: report_text(report)}
    reader = "1" if number == 1 else None
    return Step(at=NOW, filed=(filed(number, article),), reports=reports, stories=(growth,), reader=reader)


async def record(store: Store, dice: random.Random) -> None:
    """Files articles without end; now and then the digest is put in one piece."""
    number = 0
    while True:
        number += 1
        await store.record(step_with(number, await store.digest()))
        say(0, "filed", number)
        if dice.random() < 0.1:
            await store.gather(MAIN, patch_text(difference(Digest(), await store.digest())))
        await asyncio.sleep(0.001)


async def main(folder: Path, seed: int) -> None:
    """Runs until killed."""
    dice = random.Random(seed)
    store = opened(folder)
    if seed % 2:  # checkpoints come all the time
        store._database.storage.file._connection.execute("PRAGMA wal_autocheckpoint=10")
    await asyncio.gather(
        deliver(store, dice),
        record(store, dice),
        *(work(store, worker, dice) for worker in range(1, WORKERS + 1)),
        noise(store, dice),
    )


async def noise(store: Store, dice: random.Random) -> None:
    """Chats that come, queue, and leave."""
    while True:
        chat = ChatId(dice.randrange(500, 540))
        await store.change(chat, choosing(next_due=NOW))
        await brief(store, chat, 1)
        await store.change(chat, lambda kept: replace(kept, schedules=(), next_due=None), drops_waiting=True)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
