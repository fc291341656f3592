"""What reading and answering ask of the store."""

from __future__ import annotations

import asyncio

from bot.digest.model import Digest
from bot.ports import Story
from bot.stories import MAIN, StoryName
from storage.postgres.mirror import Mirror
from storage.story_tables import DIGEST, StoryTables


class Stories:
    """`bot.ports.IngestStore` and `AnswerStore`."""

    _mirror: Mirror
    _stories: StoryTables
    _digest: Digest
    fault: str | None

    async def story(self) -> Story | None:
        """The stored story, decoded anew in a thread."""
        return await asyncio.to_thread(self._stories.reader())

    async def record_story(self, story: Story) -> None:
        """Replaces the story; only the reports that differ are written."""
        texts = await asyncio.to_thread(self._stories.encoded, story)
        await self._mirror.change(lambda: self._stories.put(texts))
        self._digest = story.digest

    async def digest(self, story: StoryName = MAIN) -> Digest:
        """The digest last recorded; an empty one before."""
        return self._digest

    async def _caught_up(self, tables: frozenset[str]) -> None:
        """Has the digest that another process recorded."""
        if DIGEST in tables:
            self._digest, self.fault = await asyncio.to_thread(self._stories.digest)
