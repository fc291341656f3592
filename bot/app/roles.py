"""What a process does of all that the processes with its store do."""

from __future__ import annotations

from functools import partial

import structlog

from bot import jobs
from bot.app.ingestion import Opening, settle_sources
from bot.app.parts import Parts
from bot.app.telling import report, saying_why
from bot.desk.following import Stories
from bot.desk.leading import Lead, Leading
from bot.desk.newsdesk import Newsdesk, Reading
from bot.desk.readers import Readers
from bot.desk.reading_together import read_for_all, take_over
from bot.desk.rebuilding import rebuild_for_all
from bot.desk.rounds import look_for_all
from bot.jobs import Role
from bot.ports import Looker

log = structlog.get_logger(__name__)


async def share_of(
    parts: Parts,
    newsdesk: Newsdesk,
    stories: Stories,
    *,
    looker: Looker,
    opening: Opening | None,
    roles: frozenset[Role],
) -> jobs.Share:
    """What a process does of all that the processes with its store do."""
    shared = parts.shared
    if shared is None:
        return jobs.Share(roles=roles)
    reader = await parts.reader()

    async def read() -> None:
        if opening is not None:
            await report(await parts.bring_up_to_date(newsdesk, opening.on_progress), parts, opening.say)

    async def begin() -> None:
        await settle_sources(parts)
        await saying_why(read, opening.say if opening is not None else log.warning)

    def progress(step: Reading) -> None:
        if opening is not None:
            opening.on_progress(step)

    async def prune() -> None:
        await shared.prune_updates()
        await shared.prune_hosts()

    return jobs.Share(
        roles=roles,
        sources=Lead(leading=Leading(store=shared, name="sources"), prepare=begin),
        chores=Lead(leading=Leading(store=shared, name="chores")),
        prune=prune,
        hear=stories.open,
        for_all=(
            partial(read_for_all, shared, reader.version, Readers(reader.trackers, parts.store.packing)),
            partial(look_for_all, shared, looker),
            partial(rebuild_for_all, shared, reader.version, newsdesk, stories, progress),
        ),
        take_over=partial(take_over, shared, parts.store, newsdesk),
    )
