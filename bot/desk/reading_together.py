"""Reading by all processes that share a store: what one asks for, whichever has time reads."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby

import structlog

from bot.desk.newsdesk import IDLE, Newsdesk
from bot.desk.processes import ReadingError
from bot.desk.readers import Readers
from bot.digest.model import Article
from bot.errors import SitrepError, StoreAwayError
from bot.ports import IngestStore, ReadingStore, Readout, Unable, Unread, fingerprint

log = structlog.get_logger(__name__)

LOOK = timedelta(seconds=2)  #: between two looks for what was read, should no word of it come
FOR_EACH = timedelta(milliseconds=0.5)  #: that waits, between two looks: a look costs a row for each
AHEAD = 1  #: articles that a process takes beyond those that it reads, so that it never waits for the next
MOST_LEFT = 100  #: articles taken over at once from processes that live no more


@dataclass(slots=True, eq=False)
class _Wish:
    """An article that somebody waits for."""

    mark: str
    article: Article
    is_urgent: bool
    is_lasting: bool
    answer: asyncio.Future[str | Unread] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class ReadersTogether:
    """Has articles read by the processes that share a store; ``version`` is that of the reading code."""

    def __init__(self, store: ReadingStore, version: str) -> None:
        self._store = store
        self._version = version
        self._unasked: list[_Wish] = []
        self._waiting: dict[str, list[_Wish]] = {}  # by mark
        self._asking: asyncio.Task[None] | None = None
        self._following: asyncio.Task[None] | None = None

    async def read(self, article: Article, *, urgent: bool, lasting: bool) -> str | Unread:
        """The article's report, packed, or why it has none; urgent ones come before all others.

        A ``lasting`` one is filed whatever becomes of this process.

        Raises:
            ReadingError: whoever was to read it can read nothing.
            StoreAwayError: the store did not take it.
        """
        wish = _Wish(fingerprint(article), article, urgent, lasting)
        self._ask_for([wish])
        return await wish.answer

    async def close(self) -> None:
        """Waits for nothing any more; what is lasting is filed by another process."""
        tasks = [task for task in (self._asking, self._following) if task is not None]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        for wish in (*self._unasked, *(wish for wishes in self._waiting.values() for wish in wishes)):
            wish.answer.cancel()

    async def rest(self) -> None:
        """Keeps nothing ready."""

    def _ask_for(self, wishes: Sequence[_Wish]) -> None:
        self._unasked += wishes
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())

    async def _ask(self) -> None:
        """Asks for everything that is not asked for yet: what comes at once in one step."""
        while self._unasked:
            wishes, self._unasked = sorted(self._unasked, key=lambda wish: not wish.is_urgent), []
            for (is_urgent, is_lasting), group in groupby(wishes, lambda wish: (wish.is_urgent, wish.is_lasting)):
                asked = {wish.mark: wish for wish in group}
                articles = {mark: wish.article for mark, wish in asked.items()}
                try:
                    await self._store.have_read(self._version, articles, is_urgent=is_urgent, is_lasting=is_lasting)
                except StoreAwayError as error:
                    for wish in asked.values():
                        _tell(wish, error)
                    continue
                for mark, wish in asked.items():
                    self._waiting.setdefault(mark, []).append(wish)
                if self._following is None or self._following.done():
                    self._following = asyncio.create_task(self._follow())

    async def _follow(self) -> None:
        """Takes what was read until nothing is waited for; asks again for what others let go of meanwhile."""
        while self._waiting:
            marks = [*self._waiting]
            try:
                found = await self._store.readouts(self._version, marks)
                if failed := [mark for mark, readout in found.items() if isinstance(readout, Unread | Unable)]:
                    await self._store.drop_readings(failed)  # nothing of them is recorded, which would do that
            except StoreAwayError as error:
                log.warning("what was read cannot be had for a moment", reason=str(error))
                await asyncio.sleep(LOOK.total_seconds())
                continue
            for mark, readout in found.items():
                for wish in self._waiting.pop(mark) if readout is not None else ():
                    _tell(wish, readout)
            gone = [wish for mark in marks if mark not in found for wish in self._waiting.pop(mark)]
            if gone:
                self._ask_for(gone)
            if self._waiting:
                await self._store.wait_for_readouts(LOOK)
                await asyncio.sleep(len(self._waiting) * FOR_EACH.total_seconds())


def _tell(wish: _Wish, what: Readout | StoreAwayError | None) -> None:
    """Tells whoever waits what became of an article."""
    if wish.answer.done():
        return
    match what:
        case Unable(reason=reason):
            wish.answer.set_exception(ReadingError(reason))
        case StoreAwayError():
            wish.answer.set_exception(what)
        case str() | Unread():
            wish.answer.set_result(what)


async def read_for_all(store: ReadingStore, version: str, readers: Readers) -> None:
    """Reads what the processes that share a store ask for, until cancelled."""
    resting: asyncio.Task[None] | None = None

    async def rest() -> None:
        await asyncio.sleep(IDLE.total_seconds())
        await readers.rest()

    async def read(article: Article, is_urgent: bool) -> Readout:
        nonlocal resting
        if resting is not None:
            resting.cancel()
        try:
            return await readers.read(article, urgent=is_urgent)
        except ReadingError as error:
            return Unable(reason=str(error))
        finally:
            resting = asyncio.create_task(rest())

    try:
        await store.read_for_all(version, read, readers.count + AHEAD)
    finally:
        if resting is not None:
            resting.cancel()
        await readers.close()


async def take_over(store: ReadingStore, library: IngestStore, newsdesk: Newsdesk) -> None:
    """Files articles whose process died before it had filed them. One that is there in any version stays as it is."""
    try:
        left = await store.left_behind(MOST_LEFT)
        if not left:
            return
        known = {filed.article for filed in (await library.library()).filed}
        fresh = [article for article in left.values() if article.id not in known]
        log.warning("articles of a process that is gone are filed by this one", articles=len(fresh))
        await newsdesk.add(fresh)
        await store.drop_readings(left)
    except SitrepError as error:
        log.warning("articles of a process that is gone wait", reason=str(error))
