"""What the desk asks of the world: a clock, articles, a sender and a store; and the values that pass."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Protocol

from bot.digest.model import Article, Digest, Report
from bot.errors import Problem
from bot.outbox import ChatId, MessageId, NextState, Outcome, Outgoing, Queued, RowId, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When a chat wants its daily briefing: a local time of day and the IANA zone it is meant in."""

    at: time
    zone: str

    def __str__(self) -> str:
        return f"{self.at:%H:%M} {self.zone}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A chat's last briefing: for which schedule and intended local day, and how much of which story it covered."""

    schedule: Schedule
    day: date
    story: str
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """All that is kept about a chat; one document, so that its parts change together.

    ``schedule`` is None when it is not subscribed; ``zone`` is the last one it used, kept for its next subscription.
    ``since`` is the moment it chose the schedule: nothing before is owed. ``next_due`` is derived from ``schedule``,
    ``since`` and ``mark``. ``paused`` holds the reason when the chat does not let the bot in.
    """

    id: ChatId
    schedule: Schedule | None = None
    zone: str | None = None
    thread: int | None = None
    since: datetime | None = None
    next_due: datetime | None = None
    mark: Mark | None = None
    paused: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefed:
    """A briefing that is owed: the mark it leaves, the chat's next due moment after it, and its messages."""

    chat: ChatId
    mark: Mark
    next_due: datetime
    messages: tuple[Outgoing, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """What the outbox holds: messages by state, and since when the oldest that is neither sent nor dead waits."""

    by_state: Mapping[State, int]
    oldest: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A message that was given up: to whom, why and when."""

    message: Outgoing
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A story as it is stored.

    ``name`` says which articles it is made of, ``reader`` which version of the reading code and which trackers made
    the reports; another reader means that everything is to be read again.
    """

    name: str
    reader: str
    reports: tuple[Report, ...] = ()
    digest: Digest = field(default_factory=Digest)


class Clock(Protocol):
    """The time of day that briefings go by; in a sandbox it can be moved."""

    def now(self) -> datetime:
        """The present moment, aware, UTC."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """An article that could not be read; the others are."""

    problem: Problem

    def __str__(self) -> str:
        return str(self.problem)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something a person should know of an article that was read all the same."""

    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"


class ArticleSource(Protocol):
    """Where articles come from."""

    @property
    def name(self) -> str:
        """What tells this source from another; the same at every start."""
        ...

    def articles(self) -> AsyncIterator[Article | Unread | Notice]:
        """Every article there is now, in a lasting order, or what is wrong with it."""
        ...


class Sender(Protocol):
    """The way to a chat. Whatever Telegram answers is a value."""

    async def send(self, message: Outgoing) -> Outcome:
        """Sends a new message, once."""
        ...

    async def edit(self, at: MessageId, message: Outgoing) -> Outcome:
        """Puts ``message`` in the place of one the bot sent; one that is there already counts as sent."""
        ...

    async def is_reachable(self) -> bool:
        """Whether Telegram answers at all and knows the bot; sends nothing."""
        ...


class Turns(Protocol):
    """The limits on how fast messages may leave, as broadcasts see them: they take what replies leave."""

    async def wanted(self) -> int:
        """Returns, once too few messages wait for their turn to keep up the rate, how many more are wanted."""
        ...

    async def turn(self, chat: ChatId) -> None:
        """Returns when a message may be sent to ``chat``, which must happen then."""
        ...


class IngestStore(Protocol):
    """What reading articles asks of the store."""

    async def story(self) -> Story | None:
        """The stored story; None when there is none or it was written in another format."""
        ...

    async def record_story(self, story: Story) -> None:
        """Replaces the story: reports and digest together."""
        ...


class AnswerStore(Protocol):
    """What answering asks of the store."""

    async def digest(self) -> Digest:
        """The digest as last recorded; from memory."""
        ...


class ChatStore(Protocol):
    """What subscriptions ask of the store."""

    async def chat(self, chat: ChatId) -> Chat | None:
        """What is kept about a chat."""
        ...

    async def subscribe(
        self, chat: ChatId, schedule: Schedule, *, since: datetime, next_due: datetime, thread: int | None
    ) -> None:
        """Sets the chat's schedule and ends a pause; its mark and what waits for it stay."""
        ...

    async def unsubscribe(self, chat: ChatId) -> bool:
        """Ends the subscription and drops what is not yet sent; False when there was none."""
        ...

    async def pause(self, chat: ChatId, reason: str) -> None:
        """Keeps everything and sends nothing until ``resume``."""
        ...

    async def resume(self, chat: ChatId) -> None:
        """Ends a pause."""
        ...

    async def move(self, chat: ChatId, to: ChatId) -> None:
        """Rewrites the chat's id everywhere; what the new id already chose for itself stays."""
        ...


class BriefingStore(Protocol):
    """What the daily briefings ask of the store."""

    async def subscribed(self) -> tuple[Chat, ...]:
        """Every chat with a schedule, paused or not."""
        ...

    async def due(self, now: datetime, most: int) -> tuple[Chat, ...]:
        """Up to ``most`` chats, not paused, whose ``next_due`` is not after ``now``; those due longest first."""
        ...

    async def brief(self, briefings: Sequence[Briefed], now: datetime) -> int:
        """Records the marks and queues the messages in one step, and returns how many briefings that were.

        Left out, each by itself, is a chat that has another schedule by now, is paused, or has this mark already.
        """
        ...

    async def plan(self, moments: Mapping[ChatId, tuple[Schedule, datetime]]) -> None:
        """Corrects ``next_due`` in one step; a chat with another schedule by now is left alone."""
        ...

    async def next_due(self) -> datetime | None:
        """The earliest ``next_due`` of a chat that is not paused."""
        ...

    async def zone_rules(self) -> str | None:
        """The version of the time zones' rules that every ``next_due`` was derived by; None when it is not known."""
        ...

    async def record_zone_rules(self, version: str) -> None:
        """Notes that every ``next_due`` follows from this version."""
        ...


class OutboxStore(Protocol):
    """What delivery asks of the store. ``now`` is real time, which a moved clock does not change."""

    async def claim(self, most: int, now: datetime) -> tuple[Queued, ...]:
        """Takes up to ``most`` messages, to be sent by this process; need not be lasting.

        Of each chat that is not paused and has none taken or begun: the first, when its pause is over. Those queued
        longest come first. A taken message may wait long for its turn, so it stays ``PENDING``.
        """
        ...

    async def begin(self, rows: Collection[RowId], now: datetime) -> frozenset[RowId]:
        """Marks claimed messages as being sent, and returns once that is lasting which of them still are to be sent.

        Left out are those of a chat that was paused, moved or unsubscribed since they were claimed: they are no
        longer taken.
        """
        ...

    async def settle(self, queued: Queued, state: NextState, now: datetime, notices: Sequence[Outgoing] = ()) -> None:
        """Records what became of a claimed message and queues ``notices``, in one step.

        Settling twice, or what is no longer being sent, changes nothing.
        """
        ...

    async def release(self, rows: Collection[RowId], now: datetime) -> None:
        """Returns messages that were claimed or begun and certainly never sent."""
        ...

    async def recover(self, now: datetime) -> int:
        """Returns what a process that ended had begun and not settled, each with one more doubt, and counts it.

        One that has had its doubts already dies. What was only claimed was certainly not sent, and has no new doubt.
        """
        ...

    async def wait_for_work(self, within: timedelta) -> None:
        """Returns once something was queued, resumed or settled since the last claim, or after ``within``."""
        ...

    async def prune(self, sent_before: datetime, dead_before: datetime) -> int:
        """Drops what was sent and what died before these moments, and counts it."""
        ...

    async def depth(self) -> Depth:
        """What the outbox holds; from memory."""
        ...

    async def lost(self, most: int) -> tuple[Lost, ...]:
        """The messages given up, the newest first."""
        ...


class BackupStore(Protocol):
    """What operators ask of the store."""

    async def backup(self, to: Path) -> None:
        """Writes a consistent copy to a new file while work goes on.

        Raises:
            OSError: the file exists or cannot be written.
        """
        ...


class Store(IngestStore, AnswerStore, ChatStore, BriefingStore, OutboxStore, BackupStore, Protocol):
    """All of it, for the one place that hands it out."""
