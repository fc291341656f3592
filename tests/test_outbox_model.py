"""The outbox against a plain model of it, which looks through everything at every question: random histories."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.outbox import ChatId, ChatMoves, ChatPauses, Delivered, Dies, NextState, Outgoing, Queued, State, Waits
from storage.tinydb_store import TinyStore
from tests.stores import BLOCKED, NOW, SOON, brief, choosing, message, opened

CHATS = [ChatId(number) for number in (1, 2, 3, -4, 5)]
STEPS = 120


@dataclass(slots=True)
class Line:
    """A message of the model."""

    id: int
    chat: ChatId
    key: str
    state: State = State.PENDING
    not_before: datetime | None = None
    attempts: int = 0
    is_taken: bool = False


@dataclass(slots=True)
class Model:
    """What the outbox should be."""

    lines: list[Line] = field(default_factory=list)
    paused: set[ChatId] = field(default_factory=set)
    last: int | None = None  #: the id given last; None after a start, when the ids go on behind what is there

    def waiting(self, chat: ChatId) -> Iterator[Line]:
        """What is neither sent, given up nor being sent."""
        return (line for line in self.lines if line.chat == chat and line.state in (State.PENDING, State.PAUSED))

    def queue(self, message: Outgoing) -> None:
        """Behind all others, unless it was queued before."""
        if any((line.chat, line.key) == (message.chat, message.key) for line in self.lines):
            return
        if self.last is None:
            self.last = max((line.id for line in self.lines), default=0)
        self.last += 1
        state = State.PAUSED if message.chat in self.paused else State.PENDING
        self.lines.append(Line(id=self.last, chat=message.chat, key=message.key, state=state))

    def pause(self, chat: ChatId) -> None:
        """Holds back what waits."""
        self.paused.add(chat)
        for line in self.waiting(chat):
            line.state, line.is_taken = State.PAUSED, False

    def resume(self, chat: ChatId) -> None:
        """Lets it go at once; what is taken and waits for nothing stays taken."""
        self.paused.discard(chat)
        for line in self.waiting(chat):
            if (line.state, line.not_before) != (State.PENDING, None):
                line.state, line.not_before, line.is_taken = State.PENDING, None, False

    def move(self, chat: ChatId, to: ChatId) -> None:
        """Rewrites the id; a key that both have stays once."""
        for line in [line for line in self.lines if line.chat == chat]:
            if any((other.chat, other.key) == (to, line.key) for other in self.lines):
                self.lines.remove(line)
            else:
                line.chat, line.is_taken, line.not_before = to, False, None
        self.paused.discard(chat)
        self.resume(to)

    def take(self, most: int, now: datetime) -> list[int]:
        """The first of each chat that may be sent, in the order of queueing."""
        heads = []
        for chat in {line.chat for line in self.lines}:
            head = next(self.waiting(chat), None)
            is_busy = any(line.chat == chat and line.state is State.SENDING for line in self.lines)
            if head is None or is_busy or head.is_taken or chat in self.paused:
                continue
            if head.not_before is None or head.not_before <= now:
                heads.append(head)
        taken = sorted(heads, key=lambda line: line.id)[:most]
        for line in taken:
            line.is_taken = True
        return [line.id for line in taken]


@dataclass(slots=True)
class History:
    """A store and the model beside it."""

    folder: Path
    dice: random.Random
    store: TinyStore
    model: Model = field(default_factory=Model)
    now: datetime = NOW
    days: int = 0
    held: list[Queued] = field(default_factory=list)

    async def step(self) -> None:
        """Something happens to both."""
        chat = self.dice.choice(CHATS)
        match self.dice.choice(
            ["queue"] * 4
            + ["take"] * 4
            + ["settle"] * 5
            + ["pause", "resume", "leave", "move", "wait", "restart", "release"]
        ):
            case "queue":
                await self.queue(chat)
            case "take":
                await self.take()
            case "settle" if self.held:
                await self.settle(self.held.pop(self.dice.randrange(len(self.held))))
            case "pause":
                await self.store.shut_out(chat, BLOCKED)
                self.model.pause(chat)
            case "resume":
                await self.subscribe(chat)
            case "leave":
                await self.store.change(chat, lambda kept: replace(kept, schedules=()), drops_waiting=True)
                self.model.lines = [line for line in self.model.lines if line not in list(self.model.waiting(chat))]
                await self.subscribe(chat)
            case "wait":
                self.now += timedelta(seconds=self.dice.randint(1, 10))
            case "restart":
                await self.restart()
            case "release" if self.held:
                await self.release(self.held.pop())
            case _:
                pass

    async def subscribe(self, chat: ChatId) -> None:
        """Ends a pause, too."""
        await self.store.change(chat, choosing())
        if chat in self.model.paused:
            self.model.resume(chat)

    async def queue(self, chat: ChatId) -> None:
        """Two messages, one of which may have been queued before."""
        self.days += 1
        messages = [message(self.dice.randint(1, 30), chat), message(100 + self.days, chat)]
        day = SOON.date() + timedelta(days=self.days)
        if await brief(self.store, chat, *messages, day=day, now=self.now):
            for found in messages:
                self.model.queue(found)

    async def take(self) -> None:
        """Claims, and begins most of it."""
        most = self.dice.randint(1, 4)
        claimed = await self.store.claim(most, self.now)
        assert [queued.id for queued in claimed] == self.model.take(most, self.now)
        some = [queued for queued in claimed if self.dice.random() < 0.8]
        begun = await self.store.begin([queued.id for queued in some], self.now)
        assert begun == {queued.id for queued in some}
        for line in self.model.lines:
            if line.id in begun:
                line.state, line.not_before, line.is_taken = State.SENDING, None, False
        self.held += claimed

    async def settle(self, queued: Queued) -> None:
        """An answer comes, for what is held and for what is not any more."""
        line = next((line for line in self.model.lines if line.id == queued.id), None)
        states: list[NextState] = [
            Delivered(),
            Delivered(),
            Dies(reason="refused"),
            Waits(pause=timedelta(seconds=5), attempts=queued.attempts + 1, doubts=0, reason="429"),
            ChatPauses(reason="blocked"),
            ChatMoves(to=self.dice.choice(CHATS)),
        ]
        state = self.dice.choice(states)
        await self.store.settle(queued, state, self.now)
        if line is None or not (line.is_taken or line.state is State.SENDING):
            return
        chat = line.chat
        line.is_taken = False
        line.state = State.PAUSED if chat in self.model.paused else State.PENDING
        match state:
            case Delivered():
                line.state = State.SENT
            case Dies():
                line.state = State.DEAD
            case Waits(pause=pause, attempts=attempts):
                line.not_before, line.attempts = self.now + pause, attempts
            case ChatPauses():
                self.model.pause(chat)
            case ChatMoves(to=to) if to != chat:
                self.model.move(chat, to)
            case _:
                pass

    async def release(self, queued: Queued) -> None:
        """It was not sent after all."""
        await self.store.release([queued.id], self.now)
        for line in self.model.lines:
            if line.id == queued.id and (line.is_taken or line.state is State.SENDING):
                line.is_taken = False
                line.state = State.PAUSED if line.chat in self.model.paused else State.PENDING

    async def restart(self) -> None:
        """What was held is returned."""
        for queued in self.held:
            await self.release(queued)
        self.held.clear()
        self.model.last = None
        self.store.close()
        self.store = opened(self.folder)
        careless(self.store)

    async def same(self) -> None:
        """Both hold the same."""
        depth = await self.store.depth()
        for state in State:
            assert depth.by_state[state] == sum(line.state is state for line in self.model.lines), state


def careless(store: TinyStore) -> None:
    """Spares the disk: nothing here is about power cuts."""
    store._database.storage.file._connection.execute("PRAGMA synchronous=OFF")


@pytest.mark.parametrize("seed", range(12))
async def test_any_history_leaves_the_outbox_as_the_model_says(tmp_path: Path, seed: int) -> None:
    history = History(tmp_path, random.Random(seed), opened(tmp_path))
    careless(history.store)
    for chat in CHATS:
        await history.subscribe(chat)

    for _ in range(STEPS):
        await history.step()
        await history.same()

    history.store.close()
