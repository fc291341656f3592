"""The articles of a run: what is new in the folder at the start, and the desks for sources."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from bot.app.parts import Parts
from bot.app.tasks import meanwhile, nothing
from bot.app.telling import Say, report, saying_why
from bot.desk.arrivals import Arrivals
from bot.desk.following import Stories
from bot.desk.newsdesk import Newsdesk, OnProgress, Reading
from bot.desk.rounds import Rounds
from bot.desk.sources import Sources
from bot.ports import Clock, Declared, SourceKind
from bot.sources.fetching import Limits
from bot.sources.hosts import SharedHosts
from bot.sources.looker import SourceLooker
from bot.sources.state import known

A_LITTLE = timedelta(seconds=5)  #: that a turn at a host outlives the longest request


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What the articles are read with at the start: who hears what a person should know, and how far it is."""

    say: Say
    on_progress: OnProgress


@asynccontextmanager
async def catching_up(parts: Parts, newsdesk: Newsdesk, opening: Opening | None) -> AsyncIterator[None]:
    """Reads what is new: before the block when nothing is stored yet or nothing is new, else while it runs."""
    if opening is None:
        yield
        return
    is_stored = bool((await parts.store.library()).filed)
    reading = asyncio.Event()

    def on_progress(step: Reading) -> None:
        reading.set()
        opening.on_progress(step)

    async def read() -> None:
        await report(await parts.bring_up_to_date(newsdesk, on_progress), parts, opening.say)

    if not is_stored:
        await read()
    async with meanwhile(saying_why(read, opening.say) if is_stored else nothing()) as work:
        begun = asyncio.create_task(reading.wait())
        await asyncio.wait([work, begun], return_when=asyncio.FIRST_COMPLETED)
        begun.cancel()
        gc.collect()
        gc.freeze()  # what is there now stays, so no collection need go through it and hold up the loop
        yield


@asynccontextmanager
async def source_desks(
    parts: Parts, newsdesk: Newsdesk, clock: Clock, stories: Stories, web: Limits | None = None
) -> AsyncIterator[tuple[Rounds, Sources]]:
    """The desks for sources, while the block runs; the folder of the articles is a source like the declared ones.

    ``web`` is what asking a source may cost.
    """
    store, limits = parts.store, web or Limits()
    hosts = None
    if parts.shared is not None:
        hosts = SharedHosts(store=parts.shared, clock=clock, pause=limits.pause, longest=limits.total + A_LITTLE)
    looker = SourceLooker(
        clock=clock,
        own=parts.folder,
        allowed=parts.declared.allowed,
        contact=parts.contact,
        limits=limits,
        hosts=hosts,
    )
    if parts.shared is None:
        await settle_sources(parts)
    try:
        desk = Arrivals(newsdesk=newsdesk, store=store, topics=stories.topics)
        rounds = Rounds(store=store, looker=looker, desk=desk, clock=clock, together=parts.shared)
        sources = Sources(store=store, looker=looker, desk=desk, clock=clock)
        try:
            yield rounds, sources
        finally:
            await rounds.close()
            await sources.close()
    finally:
        await looker.close()


async def settle_sources(parts: Parts) -> None:
    """Follows the folder of the articles and what is declared."""
    own = Declared(kind=SourceKind.FOLDER, place=str(parts.folder.path), name=parts.folder.path.name or "articles")
    await parts.store.settle_sources(known([own, *parts.declared.sources], await parts.store.sources()))
