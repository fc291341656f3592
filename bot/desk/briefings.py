"""The briefings: who is owed one gets it queued, together with the mark that it was."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from bot.chats import Chat, Choices, Told, having_told, told_of
from bot.desk.due import Held, Owed, is_pictured, next_moment, owed
from bot.desk.pictures import Pictures
from bot.desk.replies import Place, outgoing
from bot.desk.speech import language_of
from bot.digest.model import Digest, Tracker
from bot.ports import AnswerStore, BriefingStore, Clock, Planned
from bot.render.answer import briefing
from bot.render.message import Message
from bot.render.words import language, speaking
from bot.stories import StoryName, StoryTopic, only_one

log = structlog.get_logger(__name__)

A_STRETCH = 500  #: chats asked for at once
A_BATCH = 100  #: chats in one step of the store
A_MOMENT = 10  #: chats worked out before others have their turn; less than a millisecond of the event loop
ON_THEIR_WAY = 3  #: batches that the store takes at once; it has connections left for who asks something meanwhile


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What tells one briefing from another: the revision it starts from, what the chat wants of it, in which language,
    and, when it comes late, the local moment it was due."""

    since: int
    choices: Choices
    language: str
    due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The briefings of one moment and story: the digest as it is then, rendered once for all who are to get the same.

    ``title`` is the story's, when there are several.
    """

    digest: Digest
    trackers: tuple[Tracker, ...]
    story: StoryName
    title: str | None = None
    pictures: Pictures | None = None
    rendered: dict[Content, tuple[Message, ...]] = field(default_factory=dict)
    drawn: dict[Content, Message | None] = field(default_factory=dict)

    async def messages_for(self, chat: Chat, due: datetime | None = None) -> tuple[Message, ...]:
        """What a chat is to read, in the language spoken: all, or what is new since its last briefing."""
        told = told_of(chat, self.story)
        since = 0 if told is None else told.revision
        shown = _shown(replace(chat.choices, pictures=Choices().pictures))
        content = Content(since=since, choices=shown, language=language(), due=due)
        if content not in self.rendered:
            self.rendered[content] = await asyncio.to_thread(
                briefing, self.digest, since, self.trackers, shown, due, story=self.title
            )
        return self.rendered[content]

    async def picture_for(self, chat: Chat) -> Message | None:
        """The picture that goes with the briefing, in the language spoken; None when nothing can be drawn."""
        content = Content(since=0, choices=_shown(chat.choices), language=language())
        if content not in self.drawn and self.pictures is not None:
            self.drawn[content] = await self.pictures.weekly(self.digest, chat.choices)
        return self.drawn.get(content)


@dataclass(frozen=True, slots=True, kw_only=True)
class Editions:
    """The editions of all stories at one moment, each made when it is first asked for."""

    answers: AnswerStore
    trackers: tuple[Tracker, ...]
    topics: tuple[StoryTopic, ...]
    pictures: Pictures | None = None
    made: dict[StoryName, Edition] = field(default_factory=dict)

    async def for_chat(self, chat: Chat) -> Edition:
        """That of the story that the chat follows; of the first for one whose story is gone."""
        topic = next((topic for topic in self.topics if topic.name == chat.story), self.topics[0])
        if topic.name not in self.made:
            self.made[topic.name] = Edition(
                digest=await self.answers.digest(topic.name),
                trackers=self.trackers,
                story=topic.name,
                title=topic.title if len(self.topics) > 1 else None,
                pictures=self.pictures,
            )
        return self.made[topic.name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefings:
    """Plans briefings; ``topics`` are the stories followed now. Without ``pictures`` no briefing has one."""

    store: BriefingStore
    answers: AnswerStore
    clock: Clock
    trackers: tuple[Tracker, ...]
    topics: Callable[[], tuple[StoryTopic, ...]] = only_one
    pictures: Pictures | None = None

    async def plan(self) -> int:
        """Queues a briefing for every chat that is owed one now, and returns for how many."""
        now = self.clock.now()
        editions = self._editions()
        count = 0
        seen: set[int] = set()
        while due := [chat for chat in await self.store.due(now, A_STRETCH) if chat.id not in seen]:
            seen |= {chat.id for chat in due}  # no chat is planned twice a tick, whatever the store answers
            count += await self._plan(due, now, editions)
        if count:
            log.info("briefings queued", chats=count)
        return count

    async def recompute(self, rules: str) -> None:
        """Derives every chat's next moment anew when ``rules``, the zones' version, is not the last start's."""
        if await self.store.zone_rules() == rules:
            return
        chats = await self.store.subscribed()
        for start in range(0, len(chats), A_BATCH):
            await self._derive(chats[start : start + A_BATCH])
        await self.store.record_zone_rules(rules)

    async def now(self, chat: Chat) -> tuple[Message, ...]:
        """The briefing that the chat would get now: what is new since its last one, or all."""
        return await (await self._editions().for_chat(chat)).messages_for(chat)

    async def next_moment(self) -> datetime | None:
        """When the next briefing of any chat is due; None when nobody is subscribed."""
        return await self.store.next_due()

    def _editions(self) -> Editions:
        return Editions(answers=self.answers, trackers=self.trackers, topics=self.topics(), pictures=self.pictures)

    async def _plan(self, chats: Sequence[Chat], now: datetime, editions: Editions) -> int:
        """Plans chats, and counts the briefings: a batch is worked out while the store takes those before."""
        room = asyncio.Semaphore(ON_THEIR_WAY)
        async with asyncio.TaskGroup() as recording:
            steps = []
            for start in range(0, len(chats), A_BATCH):
                planned = await _batch(chats[start : start + A_BATCH], now, editions)
                steps.append(recording.create_task(self._record(planned, now, room)))
        return sum(step.result() for step in steps)

    async def _record(self, planned: Sequence[Planned], now: datetime, room: asyncio.Semaphore) -> int:
        """Records a batch, and returns how many of its chats get a briefing."""
        async with room:
            await self.store.brief([one for one in planned if not one.messages], now)
            return await self.store.brief([one for one in planned if one.messages], now)

    async def _derive(self, chats: Sequence[Chat]) -> None:
        derived = [Planned(before=chat, after=replace(chat, next_due=next_moment(chat))) for chat in chats]
        await self.store.brief([one for one in derived if one.after != one.before], self.clock.now())


async def _batch(chats: Sequence[Chat], now: datetime, editions: Editions) -> list[Planned]:
    """What each of these chats is to get and to become; others have their turn every few chats."""
    planned = []
    for chat in chats:
        planned.append(await _planned(chat, now, editions))
        if len(planned) % A_MOMENT == 0:
            await asyncio.sleep(0)
    return planned


async def _planned(chat: Chat, now: datetime, editions: Editions) -> Planned:
    """What a chat whose derived moment has come is to get, if anything, and to become."""
    match owed(chat, now):
        case None:
            return Planned(before=chat, after=replace(chat, next_due=next_moment(chat)))
        case Held(until=until):
            return Planned(before=chat, after=replace(chat, next_due=until))
        case Owed(newest=newest, is_late=is_late, after=after):
            due = datetime.combine(newest.day, newest.at) if is_late else None
            edition = await editions.for_chat(chat)
            place = Place(chat=chat.id, thread=chat.thread, silent=chat.choices.silent)
            with speaking(language_of(chat)):
                said = await edition.messages_for(chat, due)
                picture = await edition.picture_for(chat) if is_pictured(chat, newest.day) else None
            if picture is not None:
                said, after = (*said, picture), replace(after, pictured=newest.day)
            messages = tuple(
                outgoing(place, message, key=f"briefing {newest.day} {newest.at:%H:%M} {number}")
                for number, message in enumerate(said, 1)
            )
            told = Told(story=edition.story, revision=edition.digest.revision)
            return Planned(before=chat, after=having_told(after, told), messages=messages)


def _shown(choices: Choices) -> Choices:
    """The choices without those that change nothing of what is read."""
    return replace(choices, silent=False, quiet=None, alerts=Choices().alerts, language=None)
