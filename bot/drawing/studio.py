"""A process of its own that draws: it stays warm, and one that dies or hangs is replaced."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from bot.chats import Theme
from bot.children import end_with_parent
from bot.render.pictures.values import Picture

log = structlog.get_logger(__name__)

PATIENCE = timedelta(seconds=15)  #: for one picture, which takes about one
WARMING = timedelta(seconds=60)  #: for a process to start and import what draws


@dataclass(frozen=True, slots=True, kw_only=True)
class _Worker:
    """The process that draws, and how work reaches it."""

    pool: ProcessPoolExecutor
    pid: int


@dataclass(slots=True, kw_only=True)
class Studio:
    """Draws one picture at a time. The process starts with the first, or with ``warm``."""

    patience: timedelta = PATIENCE
    _worker: _Worker | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def draw(self, picture: Picture, theme: Theme) -> bytes | None:
        """The picture as a PNG; None when it cannot be drawn, by its letters, in time, or at all."""
        async with self._turn:
            try:
                worker = await self._warm()
                async with asyncio.timeout(self.patience.total_seconds()):
                    return await asyncio.get_running_loop().run_in_executor(worker.pool, _draw, picture, theme)
            except (TimeoutError, BrokenProcessPool, OSError) as error:
                log.error("a picture was not drawn; its text is sent", title=picture.title, reason=repr(error))
                await self._dismiss()
            except Exception:  # an error of the drawing: whatever it is, the text can be sent
                log.exception("a picture was not drawn; its text is sent", title=picture.title)
            return None

    async def warm(self) -> None:
        """Starts the process, so that the first picture does not wait for it."""
        async with self._turn:
            with suppress(TimeoutError, BrokenProcessPool, OSError):  # the first picture tries again, and says so
                await self._warm()

    async def close(self) -> None:
        """Ends the process."""
        async with self._turn:
            await self._dismiss()

    async def _warm(self) -> _Worker:
        if self._worker is None:
            pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
            try:
                async with asyncio.timeout(WARMING.total_seconds()):
                    pid = await asyncio.get_running_loop().run_in_executor(pool, _begin)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
            self._worker = _Worker(pool=pool, pid=pid)
        return self._worker

    async def _dismiss(self) -> None:
        """Ends the process, whatever it is doing."""
        worker, self._worker = self._worker, None
        if worker is not None:
            with suppress(ProcessLookupError):
                os.kill(worker.pid, signal.SIGTERM)
            await asyncio.to_thread(worker.pool.shutdown, wait=True, cancel_futures=True)


# What draws is imported where it runs: Matplotlib costs a second and 60 MB, which the bot need not pay.


def _begin() -> int:
    """Makes this process ready to draw, and tells which it is."""
    end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the bot's to handle
    from bot.drawing import painting
    from bot.drawing.fonts import unknown_letters

    unknown_letters(painting.__name__)  # reads the fonts
    return os.getpid()


def _draw(picture: Picture, theme: Theme) -> bytes | None:
    from bot.drawing.painting import painted

    return painted(picture, theme)
