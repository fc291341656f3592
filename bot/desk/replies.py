"""Answers to a person who waits: sent at once and in order, past the outbox."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import assert_never

import structlog

from bot.chats import ShutOut
from bot.desk.waiting import WAIT, Wait, attend
from bot.outbox import (
    ChatGone,
    ChatId,
    Key,
    MessageId,
    Moved,
    Outcome,
    Outgoing,
    Refused,
    RetryLater,
    Sent,
    TopicGone,
    Unknown,
)
from bot.ports import ChatStore, Clock, Signs
from bot.render.message import Message

log = structlog.get_logger(__name__)

PATIENCE = timedelta(seconds=20)  #: a reply that would come later than this is not worth waiting for
ATTEMPTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a message goes, and whether it makes no sound there."""

    chat: ChatId
    thread: int | None = None
    silent: bool = False


def outgoing(place: Place, message: Message, key: str = "reply") -> Outgoing:
    """A rendered message, addressed."""
    keys = tuple(
        tuple(Key(label=button.label, data=button.data, url=button.url, copy=button.copy) for button in row)
        for row in message.buttons
    )
    return Outgoing(
        key=key,
        chat=place.chat,
        html=message.html,
        keys=keys,
        thread=place.thread,
        silent=place.silent,
        picture=message.picture,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Replies:
    """Speaks to one chat at a time, directly.

    Whoever waits longer for the first message than ``attend`` lets them has been told so; it takes the place of that.
    """

    sender: Signs
    chats: ChatStore
    clock: Clock

    async def say(self, place: Place, messages: Sequence[Message]) -> bool:
        """Sends the messages in order and says whether all arrived; none comes after one that was not taken."""
        for message in messages:
            if not await self._answer(outgoing(place, message)):
                return False
        return True

    def attend(self, place: Place, words: Callable[[], Message] | None) -> None:
        """Shows from now on, until the running task ends, that the bot is at it, and says so in ``words``, if any."""
        silent = replace(place, silent=True)
        told = None if words is None else lambda: outgoing(silent, words())
        attend(self.sender, Wait(chat=place.chat, thread=place.thread, words=told))

    async def replace(self, place: Place, at: MessageId, message: Message) -> None:
        """Puts a message in the place of one that is there; below it when that one cannot be edited any more."""
        wait = WAIT.get()
        if wait is not None:
            wait.is_answered = True
        outcome = await self.sender.edit(at, outgoing(place, message))
        if isinstance(outcome, Refused):
            await self.say(place, [message])
        else:
            await self._taken(place, outcome)

    async def _answer(self, message: Outgoing) -> bool:
        """Says something, the first time in the place of what was said to whoever waits for it."""
        wait = WAIT.get()
        if wait is None or (wait.chat, wait.thread) != (message.chat, message.thread):
            return await self._say(message)
        async with wait.turn:
            wait.is_answered = True
            if wait.said is None or message.picture is not None:
                return await self._say(message)
            if not isinstance(await self.sender.edit(wait.said, message), Sent):
                return await self._say(message)
            wait.said = None
            return True

    async def _say(self, message: Outgoing) -> bool:
        """Whether the message arrived; one for a topic that is closed goes to the General topic."""
        for attempt in range(1, ATTEMPTS + 1):
            outcome = await self.sender.send(message)
            if isinstance(outcome, RetryLater) and attempt < ATTEMPTS:
                pause = outcome.after or timedelta(seconds=attempt)
                if pause <= PATIENCE:
                    await asyncio.sleep(pause.total_seconds())
                    continue
            if isinstance(outcome, TopicGone) and message.thread is not None:
                return await self._say(replace(message, thread=None))
            return await self._taken(Place(chat=message.chat), outcome)
        return False

    async def _taken(self, place: Place, outcome: Outcome) -> bool:
        """Whether to go on; what the answer tells of the chat is recorded."""
        match outcome:
            case Sent():
                return True
            case ChatGone(reason=reason) | TopicGone(reason=reason):  # the General topic, which cannot be left
                await self.chats.shut_out(place.chat, ShutOut(reason=reason, since=self.clock.now()))
            case Moved(to=to):
                await self.chats.move(place.chat, to)
            case RetryLater(reason=reason) | Refused(reason=reason) | Unknown(reason=reason):
                log.warning("reply not delivered", chat=place.chat, outcome=type(outcome).__name__, reason=reason)
            case _:
                assert_never(outcome)
        return False
