"""What reading and answering ask of the store."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from bot.digest.model import Article, Digest, Report
from bot.errors import OvertakenError
from bot.ports import Library, Step
from bot.stories import MAIN, News, StoryName
from storage.codec import JsonPacking
from storage.postgres.assignments import forget
from storage.postgres.database import Connection
from storage.postgres.mirror import Mirror
from storage.story_tables import ARTICLES, DIGESTS, LIBRARY, REPORTS, StoryTables
from storage.topics_table import TOPICS

INGESTED = frozenset({ARTICLES, LIBRARY, REPORTS, TOPICS})  #: what a step is made from

T = TypeVar("T")


class Stories:
    """`bot.ports.IngestStore` and `AnswerStore`."""

    _mirror: Mirror
    _stories: StoryTables
    _edition: int

    packing = JsonPacking()

    @property
    def fault(self) -> str | None:
        """Why what was stored of the stories could not be used when the store was opened; None when it could."""
        return self._stories.fault

    @property
    def edition(self) -> int:
        """How many changes of other processes were taken over."""
        return self._edition

    async def library(self) -> Library:
        """All articles there are."""
        return self._stories.library()

    async def articles(self) -> Mapping[int, Article]:
        """The articles, decoded anew in a thread."""
        return await asyncio.to_thread(self._stories.articles())

    async def packed_reports(self, numbers: Collection[int]) -> Mapping[int, str]:
        """Reports as JSON."""
        return self._stories.packed(numbers)

    async def record(self, step: Step) -> tuple[News, ...]:
        """Files articles and lets stories grow, in one step with the news of it."""
        marks = self._marks(step)

        async def beside(connection: Connection) -> bool:
            await forget(connection, marks)
            return True

        act = self._from(step.edition, lambda: self._stories.put(step))
        news = await self._mirror.change(act, beside if marks else None)
        self._stories.take_up(step)
        return news or ()

    async def pieces(self, story: StoryName) -> int:
        """In how many patches the digest is kept."""
        return self._stories.pieces(story)

    async def gather(self, story: StoryName, patch: str, edition: int | None = None) -> None:
        """Keeps a digest in one piece."""
        await self._mirror.change(self._from(edition, lambda: self._stories.gather(story, patch)))
        self._stories.gathered(story)

    async def digest(self, story: StoryName = MAIN) -> Digest:
        """The digest last recorded; an empty one before."""
        return self._stories.digest(story)

    async def packed_story(self, story: StoryName = MAIN) -> Mapping[int, str]:
        """The reports of a story as JSON."""
        return self._stories.packed_story(story)

    async def reports(self, story: StoryName = MAIN, numbers: Collection[int] | None = None) -> Mapping[int, Report]:
        """Reports of a story, decoded anew in a thread."""
        return await asyncio.to_thread(self._stories.reports(story, numbers))

    async def _caught_up(self, tables: frozenset[str]) -> None:
        """Has the digests that another process recorded."""
        self._edition += bool(tables & INGESTED)
        if DIGESTS in tables:
            self._stories.have(await asyncio.to_thread(self._stories.missing()))

    def _marks(self, step: Step) -> list[str]:
        """What tells the articles that a step records from others that may wait to be read."""
        marks = {
            filed.number: filed.fingerprint for filed in self._stories.library().filed if filed.number in step.reports
        }
        return [*{**marks, **{filed.number: filed.fingerprint for filed in step.filed}}.values()]

    def _from(self, edition: int | None, act: Callable[[], T]) -> Callable[[], T]:
        """``act``, when nobody else changed what it was made from; asked once all changes of others are here."""

        def checked() -> T:
            if edition not in (None, self._edition):
                raise OvertakenError("another process changed the stories meanwhile")
            return act()

        return checked
