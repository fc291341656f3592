"""Pictures of answers: drawn once for all who ask, kept until they are sent, and told in words where they cannot be."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

import structlog

from bot.chats import Chat, Choices, Section, Theme
from bot.digest.model import Digest, Tracker
from bot.outbox import PictureKey
from bot.ports import AnswerStore, Clock, PictureStore
from bot.render.answer import caption
from bot.render.check import problems
from bot.render.message import Message
from bot.render.pictures.choosing import TIMELINE, picture_of
from bot.render.pictures.values import Picture

log = structlog.get_logger(__name__)

KEPT = timedelta(days=14)  #: a picture that is wanted later is drawn anew


class Drawer(Protocol):
    """Who draws."""

    async def draw(self, picture: Picture, theme: Theme) -> bytes | None:
        """The picture as a PNG; None when it cannot be drawn."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictured:
    """The message with the picture; ``is_whole``: its caption tells all that the answer in words does."""

    message: Message
    is_whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """The desk for pictures."""

    answers: AnswerStore
    store: PictureStore
    drawer: Drawer
    clock: Clock
    trackers: tuple[Tracker, ...]

    async def show(self, command: str, chat: Chat) -> Pictured | None:
        """The picture of what a command answers in a chat now; None when there is none, or it cannot be drawn."""
        return await self.picture(await self.answers.digest(chat.story), command, chat.choices.pictures.theme)

    async def weekly(self, digest: Digest, choices: Choices) -> Message | None:
        """The picture that goes with a briefing: of the first thing that the chat follows and that can be drawn."""
        for command in _followed(choices, self.trackers):
            found = await self.picture(digest, command, choices.pictures.theme)
            if found is not None:
                return found.message
        return None

    async def picture(self, digest: Digest, command: str, theme: Theme) -> Pictured | None:
        """The picture of what a command answers about a story."""
        drawn = await asyncio.to_thread(_rendered, digest, command, self.trackers)
        if drawn is None:
            return None
        picture, told = drawn
        key = key_of(picture, theme)
        if await self.store.picture(key) is None:
            png = await self.drawer.draw(picture, theme)
            if png is None:
                return None
            await self.store.keep_picture(key, png, self.clock.now())
        return Pictured(message=Message(html=told.message.html, picture=key), is_whole=told.is_whole)

    async def prune(self) -> int:
        """Drops the pictures that were drawn long ago, and counts them."""
        return await self.store.prune_pictures(self.clock.now() - KEPT)


def key_of(picture: Picture, theme: Theme) -> PictureKey:
    """What names a picture: a fingerprint of all that it shows."""
    return PictureKey(hashlib.sha256(f"{theme} {picture!r}".encode()).hexdigest()[:32])


def _rendered(digest: Digest, command: str, trackers: Sequence[Tracker]) -> tuple[Picture, Pictured] | None:
    """What the picture shows, and its caption; blocks. None for no picture, or a caption that cannot be checked."""
    picture = picture_of(digest, command, trackers)
    if picture is None:
        return None
    html, is_whole = caption(digest, command, trackers)
    if wrong := problems(html, digest, trackers):
        log.error("a caption does not hold against the articles; the text is sent", problems=wrong)
        return None
    return picture, Pictured(message=Message(html=html), is_whole=is_whole)


def _followed(choices: Choices, trackers: Sequence[Tracker]) -> list[str]:
    """The commands with pictures, those that the chat's briefings hold first."""
    shown = [each for each in trackers if choices.trackers is None or each.name in choices.trackers]
    figures = [tracker.command for tracker in shown]
    has_figures = Section.FIGURES in choices.sections or Section.TIMELINE not in choices.sections
    return [*figures, TIMELINE] if has_figures else [TIMELINE, *figures]
