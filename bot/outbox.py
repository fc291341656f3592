"""What is to be sent, what Telegram may answer, and what becomes of a message then: values and one pure decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import NewType, assert_never

ChatId = NewType("ChatId", int)
MessageId = NewType("MessageId", int)
RowId = NewType("RowId", int)
PictureKey = NewType("PictureKey", str)  #: names a picture by what it shows

FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=10)
BROADCAST = "broadcast "  #: how the keys of broadcasts begin
MOST_ATTEMPTS = 30  #: about four hours of back-off; then the message is given up
MOST_DOUBTS = 1  #: sends of unknown outcome after which a message is sent once more; so none arrives three times


class State(StrEnum):
    """Where a message of the outbox stands; `SENT` and `DEAD` are final."""

    PENDING = "pending"
    SENDING = "sending"
    PAUSED = "paused"
    SENT = "sent"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """An inline button: its label and the callback data it sends, or the address it opens, or the text it copies."""

    label: str
    data: str = ""
    url: str | None = None
    copy: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message on its way to a chat.

    ``key`` is unique within the chat and names the fact that caused it: what was queued once is not queued again.
    ``silent`` makes no sound. ``picture`` names one that the store keeps, and ``html`` is then its caption; where it
    cannot be shown, the caption goes as a text.
    """

    key: str
    chat: ChatId
    html: str
    keys: tuple[tuple[Key, ...], ...] = ()
    thread: int | None = None
    silent: bool = False
    picture: PictureKey | None = None


class Stage(StrEnum):
    """How far a broadcast is; one that is over is not kept."""

    DRAFT = "draft"
    SENDING = "sending"
    CALLED_BACK = "called back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast:
    """One message for everybody.

    ``key`` is what it is queued under, the same in every chat, so that nobody gets it twice. Chats are gone through in
    the order of their ids: up to ``reached`` they have it queued, as far as they are to get it, and there were
    ``queued`` of them. ``chat`` and ``panel`` say which message tells the operator how far it is.
    """

    number: int
    key: str
    html: str
    stage: Stage = Stage.DRAFT
    recipients: int = 0
    reached: ChatId | None = None
    queued: int = 0
    is_queued: bool = False
    chat: ChatId | None = None
    panel: MessageId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A message of the outbox that is being sent.

    ``attempts`` counts the sends that provably did not arrive, ``doubts`` those of which nobody knows.
    """

    id: RowId
    message: Outgoing
    attempts: int = 0
    doubts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Telegram has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryLater:
    """It provably was not sent; ``after`` is what Telegram asked for, None when it is out of reach or did not say."""

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
class TopicGone:
    """The forum topic is closed or deleted; the chat itself is there."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Telegram will never take this message."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """The connection broke after the request went out: the message may have arrived."""

    reason: str


Outcome = Sent | RetryLater | ChatGone | Moved | TopicGone | Refused | Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """The message is done; it is kept a while, so that it is not queued again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dies:
    """The message is given up, for ``reason``."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """The message stays first of its chat and is sent again after ``pause`` of real time, with these counts."""

    pause: timedelta
    attempts: int
    doubts: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatPauses:
    """Everything for this chat waits until it lets the bot in again; its settings are kept."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatMoves:
    """Everything for this chat goes to another id."""

    to: ChatId


@dataclass(frozen=True, slots=True, kw_only=True)
class LeavesTopic:
    """Everything for this topic goes to the General topic from now on."""

    reason: str


NextState = Delivered | Dies | Waits | ChatPauses | ChatMoves | LeavesTopic


def next_state(queued: Queued, outcome: Outcome) -> NextState:
    """What becomes of a message after ``outcome``.

    One that may have arrived is sent once more, for a briefing read twice is better than one missed; when that
    send's outcome is unknown too, the message is given up as such. So no message arrives more than twice.
    """
    match outcome:
        case Sent():
            return Delivered()
        case RetryLater(after=after, reason=reason):
            if queued.attempts + 1 >= MOST_ATTEMPTS:
                return Dies(reason=f"given up after {MOST_ATTEMPTS} attempts: {reason}")
            return _waits(queued, after or back_off(queued), reason, attempts=1)
        case ChatGone(reason=reason):
            return ChatPauses(reason=reason)
        case Moved(to=to):
            return ChatMoves(to=to)
        case TopicGone(reason=reason) if queued.message.thread is None:  # the General topic itself
            return ChatPauses(reason=reason)
        case TopicGone(reason=reason):
            return LeavesTopic(reason=reason)
        case Refused(reason=reason):
            return Dies(reason=f"refused: {reason}")
        case Unknown(reason=reason):
            if queued.doubts >= MOST_DOUBTS:
                return Dies(reason=f"unknown whether it arrived: {reason}")
            return _waits(queued, back_off(queued), reason, doubts=1)
        case _:
            assert_never(outcome)


def is_trouble(outcome: Outcome) -> bool:
    """Whether the outcome tells of the way to Telegram and not of the message or its chat."""
    match outcome:
        case Unknown():
            return True
        case RetryLater(after=after):
            return after is None
        case _:
            return False


def back_off(queued: Queued) -> timedelta:
    """The pause before the next attempt: doubling from ``FIRST_PAUSE`` to ``LONGEST_PAUSE``."""
    doublings: int = 2 ** min(queued.attempts, 16)
    return min(FIRST_PAUSE * doublings, LONGEST_PAUSE)


def _waits(queued: Queued, pause: timedelta, reason: str, *, attempts: int = 0, doubts: int = 0) -> Waits:
    return Waits(pause=pause, attempts=queued.attempts + attempts, doubts=queued.doubts + doubts, reason=reason)
