"""What reading together asks of the store: articles that wait, and what reading them came to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from datetime import timedelta

from bot.digest.model import Article
from bot.errors import Problem
from bot.ports import Readout, Unread, WorkDepth
from storage.codec import article_text, read_article, read_readout, readout_text
from storage.postgres.assignments import Assignments

READ = "read "  #: how the queues of articles begin; one is of those that read alike
MOST_DEATHS = 5  #: processes that may end while they read one article; each restart is one


class Readings:
    """`bot.ports.ReadingStore`: an assignment for each article and version of the reading code."""

    _assignments: Assignments

    async def have_read(
        self, reader: str, articles: Mapping[str, Article], *, is_urgent: bool, is_lasting: bool
    ) -> None:
        """Records and queues articles."""
        texts = await asyncio.to_thread(lambda: {mark: article_text(article) for mark, article in articles.items()})
        await self._assignments.ask(_queue(reader), texts, is_urgent=is_urgent, is_lasting=is_lasting)

    async def readouts(self, reader: str, marks: Collection[str]) -> Mapping[str, Readout | None]:
        """What became of them."""
        found = await self._assignments.answers(_queue(reader), marks)
        return {mark: None if answer is None else read_readout(answer) for mark, answer in found.items()}

    async def wait_for_readouts(self, within: timedelta) -> None:
        """Waits for news."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within.total_seconds()):
                await self._assignments.answered.wait()
        self._assignments.answered.clear()

    async def drop_readings(self, marks: Collection[str]) -> None:
        """Forgets them."""
        await self._assignments.drop(marks)

    async def read_for_all(
        self, reader: str, read: Callable[[Article, bool], Awaitable[Readout]], at_once: int
    ) -> None:
        """Reads what waits, until cancelled."""

        async def do(request: str, is_urgent: bool, attempts: int) -> str:
            article = read_article(request)
            if attempts >= MOST_DEATHS:
                return readout_text(_deadly(article, attempts))
            return await asyncio.to_thread(readout_text, await read(article, is_urgent))

        await self._assignments.work({_queue(reader): do}, at_once)

    async def left_behind(self, most: int) -> Mapping[str, Article]:
        """What nobody waits for who lives."""
        return {mark: read_article(text) for mark, text in (await self._assignments.left_behind(most)).items()}

    async def reading_depth(self) -> WorkDepth:
        """How much waits."""
        return await self._assignments.depth(READ)


def _queue(reader: str) -> str:
    return READ + reader


def _deadly(article: Article, attempts: int) -> Unread:
    return Unread(
        problem=Problem(
            where=str(article.id),
            expected="an article that can be read",
            got=f"the end of {attempts} processes that had begun to read it",
            fix="Is there enough memory? The other articles are not affected.",
        )
    )
