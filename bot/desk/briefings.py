"""The briefings: who is owed one gets it queued, together with the mark that it was."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from bot.chats import Chat, Choices, Told
from bot.desk.due import Held, Occurrence, Owed, next_moment, owed
from bot.desk.replies import Place, outgoing
from bot.digest.model import Digest, Tracker
from bot.ports import AnswerStore, BriefingStore, Clock, Planned
from bot.render.answer import briefing
from bot.render.message import Message

log = structlog.get_logger(__name__)

A_BATCH = 100  #: chats planned in one step, some milliseconds of the event loop


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What tells one rendered briefing from another: the revision it starts from, the choices, and when it was due
    if that is long ago."""

    since: int
    choices: Choices
    late: Occurrence | None


Rendered = dict[Content, tuple[Message, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefings:
    """Plans briefings; ``story`` names the story that the chats' marks count revisions of."""

    store: BriefingStore
    answers: AnswerStore
    clock: Clock
    trackers: tuple[Tracker, ...]
    story: str

    async def plan(self) -> int:
        """Queues a briefing for every chat that is owed one now, and returns for how many."""
        now = self.clock.now()
        total = 0
        rendered: Rendered = {}
        while due := await self.store.due(now, A_BATCH):
            digest = await self.answers.digest()
            planned = [await self._planned(chat, now, digest, rendered) for chat in due]
            if not await self.store.brief(planned, now):  # all of them were changed meanwhile: the next tick plans them
                break
            queued = sum(bool(one.messages) for one in planned)
            if queued:
                log.info("briefings queued", chats=queued)
            total += queued
            await asyncio.sleep(0)
        return total

    async def recompute(self) -> None:
        """Derives every chat's next moment anew, for the rules of its zone may have changed since the last start."""
        now = self.clock.now()
        wrong = [
            Planned(before=chat, after=replace(chat, next_due=moment))
            for chat in await self.store.subscribed()
            if (moment := next_moment(chat)) != chat.next_due
        ]
        for start in range(0, len(wrong), A_BATCH):
            await self.store.brief(wrong[start : start + A_BATCH], now)

    async def now(self, chat: Chat) -> tuple[Message, ...]:
        """The briefing that the chat would get now: what is new since its last one, or all."""
        content = Content(since=self._since(chat), choices=chat.choices, late=None)
        return await self._render(await self.answers.digest(), content, {})

    async def next_moment(self) -> datetime | None:
        """When the next briefing of any chat is due; None when nobody is subscribed."""
        return await self.store.next_due()

    async def _planned(self, chat: Chat, now: datetime, digest: Digest, rendered: Rendered) -> Planned:
        match owed(chat, now):
            case None:
                return Planned(before=chat, after=replace(chat, next_due=next_moment(chat)))
            case Held(until=until):
                return Planned(before=chat, after=replace(chat, next_due=until))
            case Owed(newest=newest, is_late=is_late, after=after):
                content = Content(since=self._since(chat), choices=chat.choices, late=newest if is_late else None)
                place = Place(chat=chat.id, thread=chat.thread, silent=chat.choices.silent)
                messages = tuple(
                    outgoing(place, message, key=f"briefing {newest.at:%H:%M} {newest.day} {number}")
                    for number, message in enumerate(await self._render(digest, content, rendered), 1)
                )
                told = Told(story=self.story, revision=digest.revision)
                return Planned(before=chat, after=replace(after, told=told), messages=messages)

    async def _render(self, digest: Digest, content: Content, rendered: Rendered) -> tuple[Message, ...]:
        """A briefing's messages, rendered once for all chats that are to get the same."""
        if content not in rendered:
            due = None if content.late is None else datetime.combine(content.late.day, content.late.at)
            rendered[content] = await asyncio.to_thread(
                briefing, digest, content.since, self.trackers, content.choices, due
            )
        return rendered[content]

    def _since(self, chat: Chat) -> int:
        return chat.told.revision if chat.told is not None and chat.told.story == self.story else 0
