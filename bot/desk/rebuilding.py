"""What is done to all stories at once, where processes share a store: one of them does it, and the others wait."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from bot.desk.following import Stories
from bot.desk.newsdesk import Newsdesk, OnProgress
from bot.desk.processes import ReadingError
from bot.errors import StoreAwayError
from bot.ports import RebuildStore, Unable

log = structlog.get_logger(__name__)

LONGEST = timedelta(seconds=8)  #: that somebody waits for a sorting, which goes on without him; a stop takes no longer


async def rebuilt(store: RebuildStore, reader: str) -> None:
    """Returns once everything was read again and every story was built anew, by whichever process.

    Raises:
        ReadingError: it cannot be.
        StoreAwayError: the store did not take it, or does not say.
    """
    _check(await store.have_rebuilt(reader))


async def regrouped(store: RebuildStore) -> None:
    """Returns once every article belongs to the stories that are declared now, or ``LONGEST`` has passed.

    Raises:
        ReadingError: it cannot be seen to.
        StoreAwayError: the store does not say.
    """
    try:
        async with asyncio.timeout(LONGEST.total_seconds()):
            _check(await store.until_regrouped())
    except TimeoutError:
        log.info("articles are still being sorted into the stories")


async def rebuild_for_all(
    store: RebuildStore, reader: str, newsdesk: Newsdesk, stories: Stories, on_progress: OnProgress
) -> None:
    """Rebuilds and regroups what any process asks for, until cancelled."""

    async def rebuild() -> Unable | None:
        again = await newsdesk.rebuild(on_progress)
        for remark in again.remarks:
            log.warning("remark on an article that was read again", remark=str(remark))
        log.info("everything was read again and every story built anew", articles=again.read)
        return None

    async def regroup() -> Unable | None:
        await stories.open()
        await newsdesk.regroup()
        return None

    await store.rebuild_for_all(reader, _telling(rebuild), _telling(regroup))


def _telling(work: Callable[[], Awaitable[Unable | None]]) -> Callable[[], Awaitable[Unable | None]]:
    """``work``, and why it cannot be done, for whoever waits for it."""

    async def tell() -> Unable | None:
        try:
            return await work()
        except StoreAwayError:  # it is done once the store answers
            raise
        except Exception as error:  # the edge of the loop over work: whoever waits for it is told
            log.exception("stories could not be brought up to date")
            return Unable(reason=str(error))

    return tell


def _check(failed: Unable | None) -> None:
    if failed is not None:
        raise ReadingError(failed.reason)
