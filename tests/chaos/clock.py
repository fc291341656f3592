"""Briefings while the clock they go by is moved forwards and backwards."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app import steady_time
from bot.desk.briefings import Briefings
from bot.desk.delivery import Delivery
from bot.desk.replies import Place
from bot.desk.subscriptions import Subscriptions
from bot.outbox import ChatId, State
from bot.sandbox.clock import SandboxClock
from bot.sandbox.server import serving
from bot.sandbox.state import SandboxState
from bot.telegram.application import connect, limiter_of
from bot.telegram.limits import Rates
from bot.telegram.sender import TelegramSender
from storage.tinydb_store import TinyStore, open_store
from tests.chaos.bot import FILE

NOON = datetime(2025, 3, 3, 12, 0, tzinfo=UTC)
MOVES = (1, -3, 3, 1, -2, 2, 1)  #: days by which the clock is set on and back
RATES = Rates(total=500)
OWED = 3  #: briefings of each chat: of the mornings that are reached for the first time


async def briefings_by_chat(chats: int) -> Sequence[int]:
    """How many briefings each chat got while the clock was moved."""
    clock = SandboxClock(lambda: datetime.now(UTC))
    clock.move_to(NOON)
    state = SandboxState(clock=clock)
    crowd = state.add_crowd(chats)
    with tempfile.TemporaryDirectory() as name:
        store = open_store(Path(name), FILE)
        async with (
            serving(state) as address,
            (application := connect(state.token, address, Rates(total=500))).bot as bot,
        ):
            delivery = Delivery(
                store=store,
                sender=TelegramSender(bot=bot, has_turn=True),
                turns=limiter_of(application),
                now=steady_time(),
            )
            briefings = Briefings(store=store, answers=store, clock=clock, trackers=())
            for chat in crowd:
                place = Place(chat=ChatId(chat.id))
                await Subscriptions(store=store, clock=clock, trackers=()).subscribe(place, ["08:00", "UTC"])
            task = asyncio.create_task(delivery.run())
            for days in MOVES:
                clock.move_to(clock.now() + timedelta(days=days))
                await briefings.plan()
                await _drained(store)
            task.cancel()
            await asyncio.wait([task])
        store.close()
    return [len(state.sent.arrivals(chat.id)) for chat in crowd]


async def _drained(store: TinyStore) -> None:
    while await _waiting(store):  # noqa: ASYNC110  (a store has no event for "nothing waits")
        await asyncio.sleep(0.02)


async def _waiting(store: TinyStore) -> int:
    by_state = (await store.depth()).by_state
    return by_state.get(State.PENDING, 0) + by_state.get(State.SENDING, 0)
