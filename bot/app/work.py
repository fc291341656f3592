"""The bot at work: answering, briefing, delivering, looking at sources."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from datetime import datetime, timedelta

from bot import jobs
from bot.app.clock import steady_time
from bot.app.connection import initialize, stop, there
from bot.app.front import front_desk
from bot.app.ingestion import Opening, catching_up, source_desks
from bot.app.parts import Parts
from bot.app.roles import share_of
from bot.app.tasks import meanwhile, nothing
from bot.desk.briefings import Briefings
from bot.desk.delivery import Delivery
from bot.desk.following import Stories
from bot.desk.front import FrontDesk
from bot.desk.newsdesk import Newsdesk
from bot.desk.rounds import Rounds
from bot.desk.sources import Sources
from bot.desk.times import load_zones
from bot.desk.zone_rules import zone_rules
from bot.doors import Doors, open_to
from bot.jobs import ALL, Role
from bot.logs import Recent
from bot.ports import Clock
from bot.render.words import languages
from bot.sources.fetching import Limits
from bot.telegram.application import App, limiter_of
from bot.telegram.sender import TelegramSender
from handlers import HANDLERS
from handlers.menus import set_menus


@asynccontextmanager
async def running(
    application: App,
    parts: Parts,
    clock: Clock,
    tick: timedelta = jobs.TICK,
    *,
    pays: bool = False,
    doors: Doors | None = None,
    opening: Opening | None = None,
    web: Limits | None = None,
    newsdesk: Newsdesk | None = None,
    roles: frozenset[Role] = ALL,
) -> AsyncIterator[Briefings]:
    """The bot at work while the block runs: answering, briefing; what is due is looked for every ``tick``.

    Of several processes that share a store each does what its ``roles`` are; what one does for all is done by one.

    ``pays``: broadcasts beyond Telegram's free rate are paid for. Without ``doors`` it polls and shows nothing, without
    an ``opening`` it takes the articles as they are stored.
    ``web`` is what asking a source may cost. ``newsdesk`` is the one to use when others hand in articles too: a store
    has no more than one.

    Raises:
        ReadingError: the articles cannot be read, and none are stored.
        NotStartedError: Telegram does not accept the token.
        DoorError: an address of the doors cannot be had.
    """
    stories = await parts.stories(clock)
    async with (
        nullcontext(newsdesk) if newsdesk is not None else parts.newsdesk(clock, together=True) as shared,
        catching_up(parts, shared, opening if parts.shared is None else None),
        source_desks(parts, shared, clock, stories, web) as (rounds, sources),
        _serving(
            application,
            parts,
            clock=clock,
            tick=tick,
            newsdesk=shared,
            rounds=rounds,
            sources=sources,
            stories=stories,
            pays=pays,
            doors=doors or Doors(),
            share=await share_of(parts, shared, stories, looker=rounds.looker, opening=opening, roles=roles),
        ) as briefings,
    ):
        yield briefings


@asynccontextmanager
async def _serving(
    application: App,
    parts: Parts,
    *,
    clock: Clock,
    tick: timedelta,
    newsdesk: Newsdesk,
    rounds: Rounds,
    sources: Sources,
    stories: Stories,
    pays: bool,
    doors: Doors,
    share: jobs.Share,
) -> AsyncIterator[Briefings]:
    real_now = steady_time()
    recent = Recent()
    desk = front_desk(
        parts,
        TelegramSender(bot=application.bot, pictures=parts.store),
        clock,
        recent,
        newsdesk=newsdesk,
        sources=sources,
        stories=stories,
    )
    delivery = _delivery(application, parts, desk, real_now, pays=pays)
    for module in HANDLERS:
        module.register(application, desk)
    await asyncio.to_thread(load_zones)
    await asyncio.to_thread(languages)
    await desk.briefings.recompute(await asyncio.to_thread(zone_rules))
    await stories.leave_gone()
    await initialize(application)
    try:
        if Role.WEB in share.roles:
            await set_menus(application.bot, desk)
        await application.start()
        queue = there(application.job_queue)
        jobs.start(queue, desk, rounds, delivery, every=tick, vitals=doors.vitals, share=share)
        with recent.listening():
            async with (
                open_to(
                    application,
                    doors,
                    parts.store,
                    delivery.sender,
                    real_now,
                    takes_updates=Role.WEB in share.roles,
                    shared=parts.shared,
                ),
                _at_work(desk, delivery, tick, share),
                meanwhile(jobs.report_to(doors.manager, doors.vitals)),
            ):
                yield desk.briefings
    finally:
        await sources.close()
        await stop(application)
        await parts.studio.close()


def _delivery(application: App, parts: Parts, desk: FrontDesk, now: Callable[[], datetime], *, pays: bool) -> Delivery:
    return Delivery(
        store=parts.store,
        sender=TelegramSender(bot=application.bot, has_turn=True, pays=pays, pictures=parts.store),
        turns=limiter_of(application),
        now=now,
        language=desk.subscriptions.language_for,
    )


@asynccontextmanager
async def _at_work(desk: FrontDesk, delivery: Delivery, tick: timedelta, share: jobs.Share) -> AsyncIterator[None]:
    """What goes on beside the ticks, each part in the processes that have its role."""
    ingests, delivers = Role.INGEST in share.roles, Role.DELIVER in share.roles
    async with (
        AsyncExitStack() as others,
        meanwhile(desk.answers.warm() if Role.WEB in share.roles else nothing()),
        meanwhile(share.sources.run() if ingests else nothing()),
        meanwhile(share.chores.run() if delivers else nothing()),
        meanwhile(jobs.deliver(delivery) if delivers else nothing()),
        meanwhile(jobs.tell_news(desk.alerts, desk.newsdesk.has_news, tick, share.chores) if delivers else nothing()),
    ):
        for work in share.for_all if ingests else ():
            await others.enter_async_context(meanwhile(work()))
        yield
