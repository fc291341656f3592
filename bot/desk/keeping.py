"""The process that keeps the stories: they grow there, and the bot follows what changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress

import structlog

from bot.desk import growing
from bot.desk.drafting import Draft
from bot.desk.processes import Process
from bot.digest.model import Digest
from bot.digest.origins import Houses
from bot.digest.patching import PatchError, patched
from bot.errors import OvertakenError
from bot.ports import Filed, Growth, IngestStore
from bot.stories import StoryName

log = structlog.get_logger(__name__)

A_LOAD = 50  #: reports handed at once to the process


class Keeper:
    """Stories as they are recorded, each from its first step on; after a death they are built again from the reports.

    ``houses`` says whose text an article is; it is sent to the process.
    """

    def __init__(self, store: IngestStore, houses: Houses) -> None:
        self.process = Process(growing.prepare)
        self._store = store
        self._houses = houses
        self._kept: set[StoryName] = set()  # the stories that the process holds, if it lives

    async def growth(self, story: StoryName, draft: Draft, filed: Collection[Filed]) -> Growth:
        """Has a story grow by a draft, and follows here what changed; ``filed`` are the articles as they are recorded.

        Raises:
            ProcessDiedError: the process died.
            ReadingError: none can be had.
        """
        await self._keep(story, filed)
        arrived, gone = draft.arrived.get(story, {}), draft.gone.get(story, [])
        grown = await self.process.call(growing.grow, story, arrived, gone)
        try:
            digest, is_whole, packed = patched(await self._store.digest(story), grown.patch), False, grown.packed
        except PatchError as error:
            log.warning("a digest is taken over whole", story=story, reason=str(error))
            everything = await self.process.call(growing.whole, story)
            digest, is_whole, packed = patched(Digest(), everything.patch), True, everything.packed
        return Growth(
            story=story,
            digest=digest,
            patch=packed,
            is_whole=is_whole,
            articles=grown.articles,
            keys=tuple(alert.keys[0] for alert in grown.alerts) if story in draft.lasting else (),
            alerts=grown.alerts,
            quiet=story not in draft.loud,
        )

    async def built(self, story: StoryName, filed: Collection[Filed], texts: Mapping[int, str]) -> Growth:
        """A story of these articles and reports, whole; an article without a report is left out.

        Raises:
            ProcessDiedError: the process died.
            ReadingError: none can be had.
        """
        arrivals = {one.number: one.places[story] for one in filed if story in one.places and one.number in texts}
        await self._load(story, arrivals, texts)
        grown = await self.process.call(growing.whole, story)
        return Growth(story=story, digest=patched(Digest(), grown.patch), patch=grown.packed, is_whole=True, quiet=True)

    def forget(self, stories: Collection[StoryName] | None = None) -> None:
        """Has stories built again before they grow, all or those given: they are not kept as they are recorded."""
        self._kept.difference_update(self._kept.copy() if stories is None else stories)

    async def gather(self, most: int, edition: int) -> None:
        """Puts each digest that is in more than ``most`` pieces into one; ``edition`` is the store's that it is of.

        Raises:
            ProcessDiedError: the process died.
            StoreFullError, StoreBrokenError: the store does not take it.
        """
        for story in sorted(self._kept) if self.process.is_there else ():
            if await self._store.pieces(story) > most:
                with suppress(OvertakenError):  # whoever was faster gathers as well
                    packed = await self.process.call(growing.packed, story)
                    await self._store.gather(story, packed, edition)

    async def close(self) -> None:
        """Ends the process, and with it what is kept."""
        await self.process.close()

    async def _keep(self, story: StoryName, filed: Collection[Filed]) -> None:
        """Sees to it that the process keeps a story as it is recorded."""
        if not self.process.is_there:
            self._kept.clear()
        if story in self._kept:
            return
        arrivals = {one.number: one.places[story] for one in filed if story in one.places}
        await self._load(story, arrivals, await self._store.packed_reports(arrivals))

    async def _load(self, story: StoryName, arrivals: Mapping[int, int], reports: Mapping[int, str]) -> None:
        """Hands reports over to the process; ``arrivals`` are the numbers of arrival by their numbers."""
        known = (await self._store.library()).known.get(story, frozenset())
        await self.process.call(growing.begin, story, self._store.packing, known, self._houses)
        numbers = sorted(arrivals, key=lambda number: arrivals[number])
        for start in range(0, len(numbers), A_LOAD):
            texts = {arrivals[number]: reports[number] for number in numbers[start : start + A_LOAD]}
            await self.process.call(growing.load, story, texts)
        self._kept.add(story)
