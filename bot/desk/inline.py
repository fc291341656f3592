"""What the bot offers inline, in chats that it is not in: a page of cited items for some words."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field

from bot.desk.answers import Answers, LookedUp
from bot.digest.model import Digest
from bot.ports import Clock
from bot.render.answer import content, sound
from bot.render.inline import Offered, offered
from bot.render.words import language
from bot.stories import StoryName

PAGE = 20  #: items offered at once
KEPT = 512  #: pages that are kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A page of items; ``following`` is the offset of the next one, empty after the last."""

    items: tuple[Offered, ...] = ()
    following: str = ""
    has_story: bool = True


@dataclass(slots=True, kw_only=True)
class Offers:
    """The desk for inline queries; each page is made once a digest and language."""

    answers: Answers
    clock: Clock
    _made: OrderedDict[tuple[StoryName, str, str, int], tuple[Digest, Offer]] = field(default_factory=OrderedDict)

    async def offer(self, words: str, offset: str, story: StoryName) -> Offer:
        """The items for words, which may name a command or days; the summary for none. A strange offset is 0."""
        found = await self.answers.look_up(words, self.clock.now().date(), story)
        if found is None:
            return Offer(has_story=False)
        start = int(offset) if offset.isdecimal() and len(offset) < 6 else 0
        key = (story, language(), " ".join(words.split()), start)
        kept = self._made.get(key)
        if kept is not None and kept[0] is found.digest:
            return kept[1]
        made = await asyncio.to_thread(self._page, found, start)
        self._made[key] = (found.digest, made)
        if len(self._made) > KEPT:
            self._made.popitem(last=False)
        return made

    def _page(self, found: LookedUp, start: int) -> Offer:
        """The items that pass the check; blocks."""
        if found.is_nothing:
            return Offer()
        trackers = self.answers.trackers
        _, items = content(found.digest, found.command, trackers, found.narrowed)
        facts = [item for item in items if not item.heading]
        page = sound(found.digest, facts[start : start + PAGE], trackers)
        return Offer(
            items=tuple(offered(found.digest, item, self.answers.link_to) for item in page),
            following=str(start + PAGE) if start + PAGE < len(facts) else "",
        )
