"""What happens by itself: ticks that plan and tidy, remembering nothing, and the delivery that never ends."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

import structlog
from telegram.ext import ContextTypes, JobQueue

from bot.desk.alerts import Alerts
from bot.desk.delivery import Delivery
from bot.desk.front import FrontDesk
from bot.desk.leading import Lead
from bot.desk.rounds import Rounds
from bot.vitals import LONGEST_SILENCE, Part, Vitals
from bot.watchdog import ALIVE, READY, STOPPING, ServiceManager

log = structlog.get_logger(__name__)

TICK = timedelta(seconds=1)  #: of real time
TIDY = timedelta(hours=1)  #: between two looks for what the outbox need not keep any more
WORD = timedelta(seconds=5)  #: between two words to the service manager
MENDING = timedelta(seconds=5)  #: before a delivery that failed begins anew
# APScheduler drops a job that is a second late unless it is told otherwise; here a late tick does the same work later.
KEEP_LATE = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}


class Role(StrEnum):
    """A share of the bot's work that a process may do alone."""

    INGEST = "ingest"  #: looks at the sources and reads articles
    DELIVER = "deliver"  #: plans briefings, tells news, sends what waits
    WEB = "web"  #: takes updates and answers them


ALL = frozenset(Role)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What a process does: its roles, and whether the sources and the chores that one does for all are its own."""

    roles: frozenset[Role] = ALL
    sources: Lead = field(default_factory=Lead)
    chores: Lead = field(default_factory=Lead)
    prune: Callable[[], Awaitable[object]] | None = None
    hear: Callable[[], Awaitable[object]] | None = None  #: takes up what other processes' operators declared
    for_all: tuple[Callable[[], Coroutine[object, object, None]], ...] = ()  #: work that any process asks for
    take_over: Callable[[], Awaitable[object]] | None = None  #: what processes left behind that are gone


def start(
    queue: JobQueue[Any],
    desk: FrontDesk,
    rounds: Rounds,
    delivery: Delivery,
    *,
    every: timedelta,
    vitals: Vitals,
    share: Share,
) -> None:
    """Plans, broadcasts and looks at the sources from now on, ``every`` so often, and tidies now and then:
    what is this process's ``share`` of it.

    Each tick is a sign of life.
    """

    async def plan(_: ContextTypes.DEFAULT_TYPE) -> None:
        if share.hear is not None:
            await share.hear()
        if Role.DELIVER in share.roles:
            await desk.briefings.plan()
        vitals.beat(Part.SCHEDULER)

    async def broadcast(_: ContextTypes.DEFAULT_TYPE) -> None:
        if await share.chores.is_mine():
            await desk.broadcasts.go_on()

    async def look(_: ContextTypes.DEFAULT_TYPE) -> None:
        if await share.sources.is_mine():
            await rounds.go_on()

    async def take_over(_: ContextTypes.DEFAULT_TYPE) -> None:
        if share.take_over is not None and await share.sources.is_mine():
            await share.take_over()

    async def tidy(_: ContextTypes.DEFAULT_TYPE) -> None:
        if not await share.chores.is_mine():
            return
        await desk.subscriptions.forget_the_lost()
        await delivery.prune()
        await desk.pictures.prune()
        await desk.alerts.prune()
        if share.prune is not None:
            await share.prune()

    queue.run_repeating(plan, every, first=0, name="plan", job_kwargs=dict(KEEP_LATE))
    if Role.DELIVER in share.roles:
        queue.run_repeating(broadcast, 2 * every, first=every, name="broadcast", job_kwargs=dict(KEEP_LATE))
        queue.run_repeating(tidy, TIDY, first=TIDY, name="tidy", job_kwargs=dict(KEEP_LATE))
    if Role.INGEST in share.roles:
        queue.run_repeating(look, every, first=every, name="look", job_kwargs=dict(KEEP_LATE))
        queue.run_repeating(take_over, 5 * every, first=every, name="take over", job_kwargs=dict(KEEP_LATE))


async def tell_news(alerts: Alerts, has_news: asyncio.Event, every: timedelta, chores: Lead) -> None:
    """Tells chats of news as soon as there is some, and of what was held for them ``every`` so often, when that is
    among this process's chores.
    """
    while True:
        with suppress(TimeoutError):
            async with asyncio.timeout(every.total_seconds()):
                await has_news.wait()
        has_news.clear()
        try:
            if await chores.is_mine():
                await alerts.spread()
        except Exception:  # the edge of the loop: what was not told stands in the store, and is tried again
            log.exception("news could not be told and is tried again", after=str(MENDING))
            await asyncio.sleep(MENDING.total_seconds())


async def deliver(delivery: Delivery) -> None:
    """Delivers until cancelled, and begins anew after an error that nobody expected."""
    while True:
        try:
            await delivery.run()
        except Exception:  # the edge of the loop: whatever it was, the other messages must go on
            log.exception("delivery failed and begins anew", after=str(MENDING))
        await asyncio.sleep(MENDING.total_seconds())


async def report_to(manager: ServiceManager, vitals: Vitals) -> None:
    """Tells the service manager that the bot is ready, and that it lives for as long as its scheduler does."""
    manager.tell(READY)
    try:
        while True:
            silence = vitals.silence(Part.SCHEDULER)
            if silence is None or silence < LONGEST_SILENCE[Part.SCHEDULER]:
                manager.tell(ALIVE)
            await asyncio.sleep(WORD.total_seconds())
    finally:
        manager.tell(STOPPING)
