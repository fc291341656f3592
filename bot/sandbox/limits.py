"""Telegram's flood limits, as token buckets over real time."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum


class Mode(StrEnum):
    """How the sandbox counts what the bot sends; both refuse everything else that Telegram refuses."""

    STRICT = "strict"  #: Telegram's limits
    FAST = "fast"  #: none, or one rate for all chats together


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """So many messages a second, and so many at once after a silence."""

    per_second: float
    burst: int


TOTAL = Rate(per_second=30, burst=30)  #: all chats together
PAID = Rate(per_second=1000, burst=100)  #: all chats together, of messages with ``allow_paid_broadcast``
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
    """Counts what the bot sends; a message is counted only if every limit lets it pass.

    Args:
        total: for all chats together.
        counts_chats: whether each chat has limits too.
    """

    def __init__(
        self, monotonic: Callable[[], float] = time.monotonic, *, total: Rate = TOTAL, counts_chats: bool = True
    ) -> None:
        self._monotonic = monotonic
        self._total = _Bucket(total, monotonic())
        self._paid = _Bucket(PAID, monotonic())
        self._counts_chats = counts_chats
        self._chats: dict[int, list[_Bucket]] = {}

    def wait(self, chat_id: int, *, is_paid: bool = False) -> int:
        """Whole seconds the bot must wait before a message to this chat; 0 counts it as sent.

        Args:
            is_paid: the message is paid for, and counts towards the higher limit of all chats instead.
        """
        now = self._monotonic()
        buckets = [self._paid if is_paid else self._total, *self._chat_buckets(chat_id, now)]
        seconds = max(bucket.wait(now) for bucket in buckets)
        if seconds > 0:
            return math.ceil(seconds)
        for bucket in buckets:
            bucket.tokens -= 1
        return 0

    def _chat_buckets(self, chat_id: int, now: float) -> list[_Bucket]:
        if not self._counts_chats:
            return []
        if chat_id not in self._chats:
            rates = [CHAT] if chat_id > 0 else [CHAT, GROUP]
            self._chats[chat_id] = [_Bucket(rate, now) for rate in rates]
        return self._chats[chat_id]


def limits_of(mode: Mode, per_second: int | None = None) -> FloodLimits | None:
    """The limits of a mode; None lets everything pass.

    Args:
        per_second: the one rate of the fast mode; None for none.

    Raises:
        ValueError: a rate was given for the strict mode, or is not positive.
    """
    if per_second is not None and (mode is Mode.STRICT or per_second <= 0):
        raise ValueError(f"expected a positive rate, and the fast mode, got {per_second} in the {mode} mode")
    if mode is Mode.STRICT:
        return FloodLimits()
    if per_second is None:
        return None
    return FloodLimits(total=Rate(per_second=per_second, burst=max(per_second // 10, 1)), counts_chats=False)
