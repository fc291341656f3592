"""A run from the settings until it is cancelled: on Telegram or in the sandbox."""

from __future__ import annotations

import asyncio

from bot.app.clock import RealClock
from bot.app.ingestion import Opening
from bot.app.parts import Parts, open_parts
from bot.app.sandbox import serve_sandbox
from bot.app.tasks import meanwhile
from bot.app.telling import Say
from bot.app.work import running
from bot.desk.newsdesk import OnProgress
from bot.doors import Doors, doors_of
from bot.jobs import ALL, Role
from bot.settings import LIVE, Settings, database_of
from bot.telegram.application import connect
from bot.telegram.limits import Rates
from bot.watchdog import ServiceManager


async def run(
    settings: Settings,
    *,
    sandbox: bool,
    say: Say,
    on_progress: OnProgress,
    manager: ServiceManager | None = None,
    roles: frozenset[Role] = ALL,
) -> None:
    """Reads what is new, then serves until cancelled; ``manager`` is told when the bot is ready, and that it lives.

    With fewer ``roles`` than all it does a share of the work, beside processes that do the rest.

    Raises:
        SitrepError: somebody must act first; the text says what to do.
    """
    database = database_of(settings, sandbox=sandbox)
    parts = await asyncio.to_thread(open_parts, settings, database)
    try:
        opening = Opening(say=say, on_progress=on_progress)
        doors = doors_of(settings, manager or ServiceManager(), live=database == LIVE)
        async with meanwhile(parts.studio.warm()):
            if database == LIVE:
                await _serve_telegram(settings, parts, opening, doors, roles)
            else:
                await serve_sandbox(settings.port, parts, opening, doors)
    finally:
        await asyncio.to_thread(parts.store.close)


async def _serve_telegram(
    settings: Settings, parts: Parts, opening: Opening, doors: Doors, roles: frozenset[Role]
) -> None:
    if settings.token is None:
        raise TypeError("expected a token")
    rates = Rates(total=settings.rate)
    application = connect(settings.token.get_secret_value(), rates=rates, vitals=doors.vitals, shared=parts.shared)
    async with running(
        application, parts, RealClock(), pays=settings.paid_broadcast, doors=doors, opening=opening, roles=roles
    ):
        opening.say(f"Talking to Telegram as https://t.me/{application.bot.username}. Ctrl-C stops.")
        await asyncio.Event().wait()
