"""Telegram's flood limits, as token buckets over real time."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """So many messages a second, and so many at once after a silence."""

    per_second: float
    burst: int


TOTAL = Rate(per_second=30, burst=30)  #: all chats together
CHAT = Rate(per_second=1, burst=5)  #: one chat; Telegram forgives a short burst
GROUP = Rate(per_second=20 / 60, burst=20)  #: one group or channel


@dataclass(slots=True)
class _Bucket:
    rate: Rate
    filled_at: float
    tokens: float = field(init=False)

    def __post_init__(self) -> None:
        self.tokens = float(self.rate.burst)

    def wait(self, now: float) -> float:
        """Seconds until a message may pass; 0 if one may now."""
        grown = self.tokens + (now - self.filled_at) * self.rate.per_second
        self.tokens = min(grown, float(self.rate.burst))
        self.filled_at = now
        return max(0.0, (1 - self.tokens) / self.rate.per_second)


class FloodLimits:
    """Counts what the bot sends; a message is counted only if every limit lets it pass."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._total = _Bucket(TOTAL, monotonic())
        self._chats: dict[int, list[_Bucket]] = {}

    def wait(self, chat_id: int) -> int:
        """Whole seconds the bot must wait before a message to this chat; 0 counts it as sent."""
        now = self._monotonic()
        if chat_id not in self._chats:
            rates = [CHAT] if chat_id > 0 else [CHAT, GROUP]
            self._chats[chat_id] = [_Bucket(rate, now) for rate in rates]
        buckets = [self._total, *self._chats[chat_id]]
        seconds = max(bucket.wait(now) for bucket in buckets)
        if seconds > 0:
            return math.ceil(seconds)
        for bucket in buckets:
            bucket.tokens -= 1
        return 0
