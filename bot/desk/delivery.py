"""Empties the outbox: each chat in order, many side by side, none held up by another, and nothing lost on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from bot.desk.replies import Place, outgoing
from bot.errors import SitrepError
from bot.metrics import OUTCOMES
from bot.outbox import (
    ChatId,
    Delivered,
    LeavesTopic,
    NextState,
    Outcome,
    Outgoing,
    Queued,
    RowId,
    Unknown,
    is_trouble,
    next_state,
)
from bot.ports import OutboxStore, Sender, Turns
from bot.render.notices import topic_gone
from bot.render.words import SOURCE, speaking

log = structlog.get_logger(__name__)

IN_FLIGHT = 400  #: requests at once; fewer than there are connections, so that replies find one
MOST_WAITING = 5000  #: messages in memory that wait for their chat's turn
QUIET = timedelta(minutes=1)  #: the longest time without a look at the store: pauses end by themselves
SOON = timedelta(seconds=1)  #: the same while messages wait in their pause
GRACE = timedelta(seconds=10)  #: for sends in flight when the bot stops
TROUBLES = 5  #: sends in a row that met a broken way to Telegram; then it is asked whether it answers at all
FIRST_HOLD = timedelta(seconds=1)
LONGEST_HOLD = timedelta(seconds=30)
STORE_PAUSE = timedelta(seconds=2)  #: between attempts to write when the store cannot, as on a full disk
SENT_KEPT = timedelta(days=2)
DEAD_KEPT = timedelta(days=30)

T = TypeVar("T")


async def in_english(_: ChatId) -> str:
    """The language of every chat, where nobody knows better."""
    return SOURCE


@dataclass(slots=True, kw_only=True)
class Delivery:
    """Sends what waits. ``now`` is real time: a moved clock moves briefings, not pauses.

    ``language`` tells in which one a chat is spoken to.
    """

    store: OutboxStore
    sender: Sender
    turns: Turns
    now: Callable[[], datetime]
    language: Callable[[ChatId], Awaitable[str]] = in_english
    _waiting: dict[asyncio.Task[None], RowId] = field(default_factory=dict)
    _in_flight: set[asyncio.Task[None]] = field(default_factory=set)
    _landed: asyncio.Event = field(default_factory=asyncio.Event)
    _troubles: int = 0
    _unwritten: int = 0
    _writable: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Delivers until cancelled; then waits for what is in flight, and returns to the outbox what is not."""
        self._writable.set()
        recovered = await self._written(lambda: self.store.recover(self.now()))
        if recovered:
            log.warning("messages of unknown outcome after a crash are sent once more", messages=recovered)
        try:
            while True:
                await self._until_all_is_well()
                await self._take()
        finally:
            await self._wind_up()

    async def prune(self) -> int:
        """Drops what was sent or died long ago, and counts it."""
        now = self.now()
        return await self.store.prune(now - SENT_KEPT, now - DEAD_KEPT)

    async def _take(self) -> None:
        """Takes as many messages as the limits want next, or waits for some."""
        room = min(await self.turns.wanted(), IN_FLIGHT - len(self._in_flight), MOST_WAITING - len(self._waiting))
        if room <= 0:
            await self._until_one_landed()
            return
        claimed = await self._written(lambda: self.store.claim(room, self.now()))
        for queued in claimed:
            task = asyncio.create_task(self._deliver(queued))
            self._waiting[task] = queued.id
            task.add_done_callback(self._done)
        await asyncio.sleep(0)  # they get in line before the line is looked at again
        if not claimed:
            depth = await self.store.depth()
            await self.store.wait_for_work(SOON if depth.oldest is not None else QUIET)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._waiting.pop(task, None)
        self._in_flight.discard(task)
        self._landed.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a message could not be dealt with; the next start looks after it", exc_info=error)

    async def _until_one_landed(self) -> None:
        self._landed.clear()
        await self._landed.wait()

    async def _deliver(self, queued: Queued) -> None:
        """One claimed message, from its turn to the record of what became of it."""
        await self.turns.turn(queued.message.chat)
        if task := asyncio.current_task():
            self._waiting.pop(task, None)
            self._in_flight.add(task)
        if not await self._begin(queued):
            return
        outcome = await self._send(queued)
        self._troubles = self._troubles + 1 if is_trouble(outcome) else 0
        state = next_state(queued, outcome)
        _tell(queued, outcome, state)
        notices = await self._written(lambda: self._notices(queued, state))
        await self._written(lambda: self.store.settle(queued, state, self.now(), notices))

    async def _begin(self, queued: Queued) -> bool:
        """Whether the message is to be sent after all; from here on a kill leaves a doubt."""
        try:
            return queued.id in await self.store.begin([queued.id], self.now())
        except (SitrepError, OSError) as error:
            await self._hold(error)
            await self._written(lambda: self.store.release([queued.id], self.now()))
            return False

    async def _send(self, queued: Queued) -> Outcome:
        try:
            return await self.sender.send(queued.message)
        except Exception as error:  # an error of ours must not keep the message, and its chat, for ever
            log.exception("sending failed in a way that nobody expected", row=queued.id)
            return Unknown(reason=type(error).__name__)

    async def _notices(self, queued: Queued, state: NextState) -> Sequence[Outgoing]:
        """What the chat is told beside the message itself."""
        if not isinstance(state, LeavesTopic):
            return ()
        place = Place(chat=queued.message.chat)
        with speaking(await self.language(place.chat)):
            return (outgoing(place, topic_gone(), key=f"topic {queued.message.thread} gone {queued.id}"),)

    async def _written(self, step: Callable[[], Coroutine[object, object, T]]) -> T:
        """Repeats a step of the store until it is lasting; meanwhile nothing more is taken."""
        while True:
            try:
                return await step()
            except (SitrepError, OSError) as error:
                await self._hold(error)

    async def _hold(self, error: Exception) -> None:
        if not self._unwritten:
            log.error("the store cannot be written; nothing is sent until it can", reason=str(error))
        self._unwritten += 1
        self._writable.clear()
        await asyncio.sleep(STORE_PAUSE.total_seconds())
        self._unwritten -= 1
        if not self._unwritten:
            self._writable.set()

    async def _until_all_is_well(self) -> None:
        """Waits while the store cannot be written, and while Telegram is out of reach."""
        await self._writable.wait()
        if self._troubles < TROUBLES:
            return
        log.warning("telegram out of reach; deliveries wait", waiting=len(self._waiting))
        hold = FIRST_HOLD
        while not await self.sender.is_reachable():
            await asyncio.sleep(hold.total_seconds())
            hold = min(hold * 2, LONGEST_HOLD)
        self._troubles = TROUBLES - 1  # one more failure and it is asked again
        log.info("telegram answers again")

    async def _wind_up(self) -> None:
        waiting = dict(self._waiting)
        for task in waiting:
            task.cancel()
        if waiting:
            await asyncio.wait(waiting)
            await self.store.release(list(waiting.values()), self.now())
        if self._in_flight:
            _, late = await asyncio.wait(self._in_flight, timeout=GRACE.total_seconds())
            for task in late:  # the next start finds them begun and not settled, and counts a doubt
                task.cancel()


def _tell(queued: Queued, outcome: Outcome, state: NextState) -> None:
    """Counts what became of a message, and logs what did not simply arrive."""
    OUTCOMES.labels(type(outcome).__name__).inc()
    if not isinstance(state, Delivered):
        log.warning("delivery", chat=queued.message.chat, row=queued.id, outcome=outcome, state=type(state).__name__)
