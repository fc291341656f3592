"""A process of its own that draws: it stays warm, and one that dies or hangs is replaced."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from bot.chats import Theme
from bot.children import Child, ProcessDiedError
from bot.render.pictures.values import Picture

log = structlog.get_logger(__name__)

PATIENCE = timedelta(seconds=15)  #: for one picture, which takes about one
WARMING = timedelta(seconds=60)  #: for a process to start and import what draws


def _drawer() -> Child:
    return Child(_prepare, starting=WARMING)


@dataclass(slots=True, kw_only=True)
class Studio:
    """Draws one picture at a time. The process starts with the first, or with ``warm``."""

    patience: timedelta = PATIENCE
    _child: Child = field(default_factory=_drawer)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def draw(self, picture: Picture, theme: Theme) -> bytes | None:
        """The picture as a PNG; None when it cannot be drawn, by its letters, in time, or at all."""
        async with self._turn:
            try:
                return await self._child.call_within(self.patience, _draw, picture, theme)
            except ProcessDiedError as error:
                log.error("a picture was not drawn; its text is sent", title=picture.title, reason=repr(error))
            except Exception:  # an error of the drawing: whatever it is, the text can be sent
                log.exception("a picture was not drawn; its text is sent", title=picture.title)
            return None

    async def warm(self) -> None:
        """Starts the process, so that the first picture does not wait for it."""
        async with self._turn:
            with suppress(ProcessDiedError, OSError):  # the first picture tries again, and says so
                await self._child.begin()

    async def close(self) -> None:
        """Ends the process."""
        async with self._turn:
            await self._child.close()


# What draws is imported where it runs: Matplotlib costs a second and 60 MB, which the bot need not pay.


def _prepare() -> None:
    from bot.drawing import painting
    from bot.drawing.fonts import unknown_letters

    unknown_letters(painting.__name__)  # reads the fonts


def _draw(picture: Picture, theme: Theme) -> bytes | None:
    from bot.drawing.painting import painted

    return painted(picture, theme)
