"""What the store keeps beside the values of the ports: rows of the outbox and what they say, pieces of digests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.digest.patching import Patch
from bot.errors import Problem
from bot.outbox import ChatId, Key, PictureKey, State
from bot.ports import Findings
from bot.stories import StoryName


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What makes a story's digest of the one that the pieces before it make; the first begins with nothing."""

    story: StoryName
    patch: Patch


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """First keys of alerts that a story has given rise to."""

    story: StoryName
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAnswer:
    """What a look at a source came to: what it found, or why nobody could look; one of them."""

    findings: Findings | None = None
    unable: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What reading an article came to: its report, packed, or why there is none; one of them."""

    report: str | None = None
    unread: Problem | None = None
    unable: str | None = None
