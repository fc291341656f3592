"""The index of each story, which follows its digest: it grows by what came, and is built anew when something left."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import structlog

from bot.children import ProcessDiedError
from bot.desk import building
from bot.desk.indexing import Tables, read
from bot.desk.processes import Process, ReadingError
from bot.desk.searching import Index
from bot.digest.model import Digest, Report
from bot.errors import SitrepError
from bot.ports import SearchStore
from bot.stories import StoryName

log = structlog.get_logger(__name__)

FEW = 60  #: articles that are put into an index beside the answers, which takes half a second of a processor at most
A_LOAD = 50  #: reports handed at once to the process that builds an index
ATTEMPTS = 20  #: to find a digest and the reports that it is made of
PAUSE = 0.1  #: seconds between two of them: a step that is being recorded is done by then


class StoryChangedError(SitrepError):
    """The reports of a story's digest cannot be had: others are stored, or they cannot be read."""


@dataclass(slots=True)
class _Shelf:
    """The index of a story as it was last asked for; whoever makes the next one has the ``turn``."""

    index: Index | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Indexes:
    """Every story's index. What somebody is answered from stays as it is while the next one is made."""

    def __init__(self, store: SearchStore) -> None:
        self._store = store
        self._shelves: dict[StoryName, _Shelf] = {}

    async def of(self, story: StoryName) -> Index | None:
        """The index of the story as it is now, with its digest; None when it has no articles.

        Raises:
            StoryChangedError: what is stored does not hold together.
        """
        shelf = self._shelves.setdefault(story, _Shelf())
        async with shelf.turn:
            for _ in range(ATTEMPTS):
                digest = await self._store.digest(story)
                if not digest.sources:
                    shelf.index = None
                    return None
                if shelf.index is not None and shelf.index.digest is digest:
                    return shelf.index
                tables = await self._tables(story, digest, shelf.index)
                if tables is not None:
                    shelf.index = await asyncio.to_thread(Index, tables)
                    return shelf.index
                await asyncio.sleep(PAUSE)
        raise StoryChangedError(f"expected the reports of the digest of “{story}”, got others {ATTEMPTS} times")

    async def warm(self, stories: Iterable[StoryName]) -> None:
        """Makes the indexes that take long, one after the other, so that the first question need not wait for them.

        Only those of long stories, which processes of their own build: whoever asks meanwhile is not disturbed.
        """
        for story in stories:
            articles = len((await self._store.digest(story)).sources)
            if articles > FEW:
                try:
                    await self.of(story)
                    log.info("indexed ahead of questions", story=story, articles=articles)
                except StoryChangedError as error:
                    log.warning("an index waits for the first question", story=story, reason=str(error))

    async def _tables(self, story: StoryName, digest: Digest, index: Index | None) -> Tables | None:
        """The tables of a digest; None when the stored reports are not those it is made of."""
        before = Tables() if index is None else index.tables
        if not before.may_grow_into(digest):
            before = Tables()
        new = range(len(before.digest.sources) + 1, len(digest.sources) + 1)
        if len(new) > FEW:
            try:
                return await self._built(story, digest)
            except (ProcessDiedError, ReadingError) as error:
                log.warning("an index is built beside the answers", story=story, reason=str(error))
                before, new = Tables(), range(1, len(digest.sources) + 1)
        found = await self._store.reports(story, new)
        if not all(number in found and found[number].article == digest.sources[number - 1].article for number in new):
            return None
        return await asyncio.to_thread(_grown, before, digest, [(number, found[number]) for number in new])

    async def _built(self, story: StoryName, digest: Digest) -> Tables | None:
        """Has the tables built in a process, so that nobody else waits for an answer longer than otherwise.

        Raises:
            ProcessDiedError, ReadingError: it died, or cannot be had.
            StoryChangedError: a report cannot be read.
        """
        texts = await self._store.packed_story(story)
        numbers = range(1, len(digest.sources) + 1)
        if not texts.keys() >= {*numbers}:
            return None
        process = Process(building.prepare)
        try:
            for start in range(0, len(numbers), A_LOAD):
                part = {number: texts[number] for number in numbers[start : start + A_LOAD]}
                await process.call(building.load, self._store.packing, part)
            tables = await process.call(building.build, digest)
        except ValueError as error:
            raise StoryChangedError(f"expected reports that can be read, of “{story}”: {error}") from error
        finally:
            await process.close()
        return None if tables is None else tables.of(digest)


def _grown(before: Tables, digest: Digest, reports: Sequence[tuple[int, Report]]) -> Tables:
    return before.grown(digest, [read(number, report) for number, report in reports])
