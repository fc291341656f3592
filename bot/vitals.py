"""Signs of life of the bot's parts, and what their silence means."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class Part(StrEnum):
    """What gives signs of life."""

    SCHEDULER = "scheduler"
    TELEGRAM = "telegram"


LONGEST_SILENCE = {
    Part.SCHEDULER: timedelta(seconds=15),
    Part.TELEGRAM: timedelta(seconds=90),
}  #: after which a part counts as in trouble: the scheduler ticks every second, a long poll lasts ten


@dataclass(slots=True, kw_only=True)
class Vitals:
    """When each part last gave a sign of life; by a monotonic clock, for the machine's may be set."""

    clock: Callable[[], float] = time.monotonic
    _last: dict[Part, float] = field(default_factory=dict)

    def beat(self, part: Part) -> None:
        """Notes a sign of life, now."""
        self._last[part] = self.clock()

    def silence(self, part: Part) -> timedelta | None:
        """Since when there was none; None when there never was one."""
        last = self._last.get(part)
        return None if last is None else timedelta(seconds=self.clock() - last)

    def troubles(self) -> tuple[str, ...]:
        """What is wrong, in words; empty when every part lives."""
        found = []
        for part, longest in LONGEST_SILENCE.items():
            silence = self.silence(part)
            if silence is None:
                found.append(f"{part}: no sign of life yet")
            elif silence > longest:
                found.append(f"{part}: no sign of life for {silence.total_seconds():.0f} s")
        return tuple(found)
