"""The daily briefings: who is owed one gets it queued, together with the mark that it was."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.desk.due import DAY, first_due, occurrence, owed
from bot.desk.replies import Place, outgoing
from bot.digest.model import Digest, Tracker
from bot.ports import AnswerStore, BriefingStore, Chat, Clock, Mark
from bot.render.answer import briefing
from bot.render.message import Message

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefings:
    """Plans briefings; ``story`` names the story that the marks count revisions of."""

    store: BriefingStore
    answers: AnswerStore
    clock: Clock
    trackers: tuple[Tracker, ...]
    story: str

    async def plan(self) -> int:
        """Queues a briefing for every chat that is owed one now, and returns for how many."""
        now = self.clock.now()
        due = await self.store.due(now)
        if not due:
            return 0
        digest = await self.answers.digest()
        rendered: dict[int, tuple[Message, ...]] = {}
        return sum([await self._brief(chat, now, digest, rendered) for chat in due])

    async def recompute(self) -> None:
        """Derives every chat's next moment anew, for the rules of its zone may have changed since the last start."""
        for chat in await self.store.subscribed():
            if chat.schedule is None or chat.since is None:
                continue
            moment = first_due(chat.schedule, chat.since, chat.mark).moment
            if moment != chat.next_due:
                await self.store.plan(chat.id, chat.schedule, moment)

    async def next_moment(self) -> datetime | None:
        """When the next briefing of any chat is due; None when nobody is subscribed."""
        moments = [chat.next_due for chat in await self.store.subscribed() if chat.next_due and chat.paused is None]
        return min(moments, default=None)

    async def _brief(self, chat: Chat, now: datetime, digest: Digest, rendered: dict[int, tuple[Message, ...]]) -> bool:
        found = owed(chat, now)
        if found is None or chat.schedule is None:
            return False
        since = chat.mark.revision if chat.mark is not None and chat.mark.story == self.story else 0
        if since not in rendered:
            rendered[since] = await asyncio.to_thread(briefing, digest, since, self.trackers)
        mark = Mark(schedule=chat.schedule, day=found.day, story=self.story, revision=digest.revision)
        place = Place(chat=chat.id, thread=chat.thread)
        messages = tuple(
            outgoing(place, message, key=f"briefing {mark.schedule} {mark.day} {number}")
            for number, message in enumerate(rendered[since], 1)
        )
        following = occurrence(chat.schedule, found.day + DAY).moment
        queued = await self.store.brief(chat.id, mark, following, messages)
        log.info("briefing queued", chat=chat.id, day=str(mark.day), messages=len(messages), queued=queued)
        return queued
