"""What the store keeps beside the values of the ports: the rows of the outbox and what they say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.outbox import ChatId, Key, PictureKey, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A message of the outbox. ``content`` is the id of what it says; a message that was sent needs none.

    ``not_before`` ends its pause, ``queued`` is when it was queued, ``settled`` when it was sent or given up, all in
    UTC; ``reason`` is why it waits or was given up.
    """

    chat: ChatId
    key: str
    state: State
    content: int | None = None
    thread: int | None = None
    silent: bool = False
    attempts: int = 0
    doubts: int = 0
    not_before: datetime | None = None
    queued: datetime | None = None
    settled: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What messages say: kept once, however many chats it goes to."""

    html: str
    keys: tuple[tuple[Key, ...], ...] = ()
    picture: PictureKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPicture:
    """A picture, since when it is kept, and under which id Telegram has it for each bot."""

    key: PictureKey
    png: bytes
    kept: datetime
    file_ids: tuple[tuple[int, str], ...] = ()
