"""The way between the bot and Telegram: how long requests and answers travel."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta


class Network:
    """A delay, in real time, of every request but getUpdates; half of it before the request takes effect."""

    def __init__(self) -> None:
        self.latency = timedelta(0)  #: of request and answer together
        self.jitter = timedelta(0)  #: at most this much more, drawn at random for each
        self._random = random.Random(0)  # noqa: S311  a repeatable draw is wanted

    async def pause(self, method: str) -> None:
        """Waits as long as one way takes."""
        if (self.latency or self.jitter) and method != "getupdates":
            both_ways = self.latency + self.jitter * self._random.random()
            await asyncio.sleep(both_ways.total_seconds() / 2)
