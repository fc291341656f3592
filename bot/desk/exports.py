"""A story as a file: made once for all who ask, until the story changes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from bot.digest.model import Digest, Tracker
from bot.ports import AnswerStore, Clock
from bot.render.export import files
from bot.render.export.files import SUFFIXES, Form
from bot.render.message import Message
from bot.render.words import language
from bot.stories import MAIN, StoryName


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A file, how it is named, and what is said below it."""

    name: str
    content: bytes
    caption: Message


@dataclass(slots=True, kw_only=True)
class Exports:
    """The desk for files."""

    store: AnswerStore
    trackers: tuple[Tracker, ...]
    clock: Clock
    _made: dict[tuple[StoryName, Form, str], tuple[Digest, str | None, Exported]] = field(default_factory=dict)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def choose(self, story: StoryName) -> Message:
        """The forms that there are, or that there is nothing to export."""
        return files.choose(await self.store.digest(story))

    async def file(self, form: Form, story: StoryName, title: str | None = None) -> Exported | Message:
        """The story in a form, in the reader's language; a message when there is nothing for it.

        One file is made at a time: it takes a thread for as long as all answers together.
        """
        async with self._turn:
            digest, key = await self.store.digest(story), (story, form, language())
            kept = self._made.get(key)
            if kept is not None and kept[0] is digest and kept[1] == title:
                return kept[2]
            self._made = {known: made for known, made in self._made.items() if known[0] != story or made[0] is digest}
            content = await asyncio.to_thread(files.content, digest, self.trackers, title, form, self.clock.now())
            if content is None:
                return files.nothing(digest)
            name = f"{'story' if story == MAIN else story}.{SUFFIXES[form]}"
            made = Exported(name=name, content=content, caption=files.caption(digest, title, form))
            self._made[key] = (digest, title, made)
            return made
