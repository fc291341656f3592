"""The daily briefings: who is owed one gets it queued, together with the mark that it was."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from bot.desk.due import DAY, first_due, occurrence, owed
from bot.desk.replies import Place, outgoing
from bot.digest.model import Digest, Tracker
from bot.ports import AnswerStore, Briefed, BriefingStore, Chat, Clock, Mark
from bot.render.answer import briefing
from bot.render.message import Message

log = structlog.get_logger(__name__)

A_BATCH = 100  #: chats in one step of the store; about ten milliseconds of the event loop


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The briefings of one moment: the digest as it is then, rendered once for all who know as much of it."""

    digest: Digest
    trackers: tuple[Tracker, ...]
    story: str
    rendered: dict[int, tuple[Message, ...]] = field(default_factory=dict)

    async def messages_for(self, chat: Chat) -> tuple[Message, ...]:
        """What a chat is to read: all, or what is new since its last briefing."""
        known = chat.mark.revision if chat.mark is not None and chat.mark.story == self.story else 0
        if known not in self.rendered:
            self.rendered[known] = await asyncio.to_thread(briefing, self.digest, known, self.trackers)
        return self.rendered[known]


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefings:
    """Plans briefings; ``story`` names the story that the marks count revisions of."""

    store: BriefingStore
    answers: AnswerStore
    clock: Clock
    trackers: tuple[Tracker, ...]
    story: str

    async def plan(self) -> int:
        """Queues a briefing for every chat that is owed one now, and returns for how many.

        Others have their turn on the event loop between batches.
        """
        now = self.clock.now()
        edition = Edition(digest=await self.answers.digest(), trackers=self.trackers, story=self.story)
        count = 0
        seen: set[int] = set()
        while due := [chat for chat in await self.store.due(now, A_BATCH) if chat.id not in seen]:
            seen |= {chat.id for chat in due}  # no chat is planned twice a tick, whatever the store answers
            briefed = [found for chat in due if (found := await _briefed(chat, now, edition)) is not None]
            await self._correct(due, briefed)
            if briefed:
                count += await self.store.brief(briefed, now)
        if count:
            log.info("briefings queued", chats=count)
        return count

    async def recompute(self, rules: str) -> None:
        """Derives every chat's next moment anew when ``rules``, the zones' version, is not the last start's."""
        if await self.store.zone_rules() == rules:
            return
        chats = await self.store.subscribed()
        for start in range(0, len(chats), A_BATCH):
            await self._plan(chats[start : start + A_BATCH])
        await self.store.record_zone_rules(rules)

    async def next_moment(self) -> datetime | None:
        """When the next briefing of any chat is due; None when nobody is subscribed."""
        return await self.store.next_due()

    async def _correct(self, due: Sequence[Chat], briefed: Sequence[Briefed]) -> None:
        """A chat that was said to be due and is owed nothing, as after the clock was set back, is planned anew."""
        owed_now = {found.chat for found in briefed}
        await self._plan([chat for chat in due if chat.id not in owed_now])

    async def _plan(self, chats: Sequence[Chat]) -> None:
        moments = {
            chat.id: (chat.schedule, moment)
            for chat in chats
            if chat.schedule is not None
            and chat.since is not None
            and (moment := first_due(chat.schedule, chat.since, chat.mark).moment) != chat.next_due
        }
        if moments:
            await self.store.plan(moments)
        else:
            await asyncio.sleep(0)


async def _briefed(chat: Chat, now: datetime, edition: Edition) -> Briefed | None:
    """The briefing that a chat is owed now, if it is owed one."""
    found = owed(chat, now)
    if found is None or chat.schedule is None:
        return None
    mark = Mark(schedule=chat.schedule, day=found.day, story=edition.story, revision=edition.digest.revision)
    place = Place(chat=chat.id, thread=chat.thread)
    messages = tuple(
        outgoing(place, message, key=f"briefing {mark.schedule} {mark.day} {number}")
        for number, message in enumerate(await edition.messages_for(chat), 1)
    )
    following = occurrence(chat.schedule, found.day + DAY).moment
    return Briefed(chat=chat.id, mark=mark, next_due=following, messages=messages)
