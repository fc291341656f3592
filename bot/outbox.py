"""What is to be sent, what Telegram may answer, and what becomes of a message then: values and one pure decision."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NewType, assert_never

ChatId = NewType("ChatId", int)
MessageId = NewType("MessageId", int)

FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=10)
MOST_ATTEMPTS = 30  #: about four hours of back-off; then the message is given up


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """An inline button: its label and the callback data it sends."""

    label: str
    data: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message on its way to a chat.

    ``key`` is unique within the chat and names the fact that caused it. ``attempts`` counts the sends that provably
    did not arrive.
    """

    key: str
    chat: ChatId
    html: str
    keys: tuple[tuple[Key, ...], ...] = ()
    thread: int | None = None
    attempts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Telegram has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryLater:
    """It provably was not sent; ``after`` is what Telegram asked for, None when it did not say."""

    after: timedelta | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatGone:
    """The chat blocked the bot, removed it, or was closed."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The group became a supergroup with another id."""

    to: ChatId


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Telegram will never take this message."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """The connection broke after the request went out: the message may have arrived."""

    reason: str


Outcome = Sent | RetryLater | ChatGone | Moved | Refused | Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The message leaves the outbox; ``failure`` says why when nobody knows that it arrived."""

    failure: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """The message stays at the head of its chat's outbox and is tried again after ``pause`` of real time."""

    message: Outgoing
    pause: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatPauses:
    """Everything for this chat waits until it lets the bot in again; its settings are kept."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatMoves:
    """Everything for this chat goes to another id."""

    to: ChatId


NextState = Finished | Waits | ChatPauses | ChatMoves


def next_state(message: Outgoing, outcome: Outcome) -> NextState:
    """What becomes of ``message`` after ``outcome``.

    An unknown outcome is recorded and not repeated: one message in a hundred broken connections may be lost, none
    arrives twice.
    """
    match outcome:
        case Sent():
            return Finished()
        case RetryLater(after=after, reason=reason):
            if message.attempts + 1 >= MOST_ATTEMPTS:
                return Finished(failure=f"given up after {MOST_ATTEMPTS} attempts: {reason}")
            return Waits(message=replace(message, attempts=message.attempts + 1), pause=after or back_off(message))
        case ChatGone(reason=reason):
            return ChatPauses(reason=reason)
        case Moved(to=to):
            return ChatMoves(to=to)
        case Refused(reason=reason):
            return Finished(failure=f"refused: {reason}")
        case Unknown(reason=reason):
            return Finished(failure=f"unknown whether it arrived: {reason}")
        case _:
            assert_never(outcome)


def back_off(message: Outgoing) -> timedelta:
    """The pause before the next attempt: doubling from ``FIRST_PAUSE`` to ``LONGEST_PAUSE``."""
    doublings: int = 2 ** min(message.attempts, 16)
    return min(FIRST_PAUSE * doublings, LONGEST_PAUSE)
