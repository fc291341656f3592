"""Processes that do the heavy work of reading beside the bot."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial

from bot.children import Child, NotBegunError
from bot.errors import SitrepError

NICE = 10  #: how far these processes stand behind the bot's own, which answers people


class ReadingError(SitrepError):
    """Nothing can be read at all."""


class Process(Child):
    """A child that leaves the processor to whoever wants it more; ``prepare`` is called in it before anything else."""

    def __init__(self, prepare: Callable[[], None]) -> None:
        super().__init__(partial(_stand_back, prepare))

    async def begin(self) -> None:
        """Starts the process, unless one was started that nobody has ended.

        Raises:
            ReadingError: no process can be had.
        """
        try:
            await super().begin()
        except NotBegunError as error:
            raise ReadingError(
                "reading articles: expected the reading processes to live, got one that was killed. "
                "Is there enough memory? Each needs about 300 MB."
            ) from error


def _stand_back(prepare: Callable[[], None]) -> None:
    if hasattr(os, "nice"):
        os.nice(NICE)
    prepare()
