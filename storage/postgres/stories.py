"""What reading and answering ask of the store."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping

from bot.digest.model import Article, Digest, Report
from bot.ports import Library, Step
from bot.stories import MAIN, News, StoryName
from storage.codec import JsonPacking
from storage.postgres.mirror import Mirror
from storage.story_tables import DIGESTS, StoryTables


class Stories:
    """`bot.ports.IngestStore` and `AnswerStore`."""

    _mirror: Mirror
    _stories: StoryTables

    packing = JsonPacking()

    @property
    def fault(self) -> str | None:
        """Why what was stored of the stories could not be used when the store was opened; None when it could."""
        return self._stories.fault

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
        news = await self._mirror.change(lambda: self._stories.put(step))
        self._stories.take_up(step)
        return news or ()

    async def pieces(self, story: StoryName) -> int:
        """In how many patches the digest is kept."""
        return self._stories.pieces(story)

    async def gather(self, story: StoryName, patch: str) -> None:
        """Keeps a digest in one piece."""
        await self._mirror.change(lambda: self._stories.gather(story, patch))
        self._stories.gathered(story)

    async def digest(self, story: StoryName = MAIN) -> Digest:
        """The digest last recorded; an empty one before."""
        return self._stories.digest(story)

    async def reports(self, story: StoryName = MAIN, numbers: Collection[int] | None = None) -> Mapping[int, Report]:
        """Reports of a story, decoded anew in a thread."""
        return await asyncio.to_thread(self._stories.reports(story, numbers))

    async def _caught_up(self, tables: frozenset[str]) -> None:
        """Has the digests that another process recorded."""
        if DIGESTS in tables:
            self._stories.have(await asyncio.to_thread(self._stories.missing()))
