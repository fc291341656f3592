"""What reached Telegram, kept cheaply, so that another process can count it afterwards."""

from __future__ import annotations

import time
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable

#: One message: when it came, in seconds of the machine's monotonic clock, and its text or caption.
Arrival = tuple[float, str]


class SentLog:
    """Every message the bot sent, in the order of arrival, edited or deleted since or not; and how requests ended.

    The monotonic clock is one for all processes of a machine, so another process may compare its own moments.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._by_chat: dict[int, list[Arrival]] = {}
        self._moments = array("d")
        self.answers: Counter[str] = Counter()  #: by method in small letters and status, as in "sendmessage 200"

    def record(self, chat_id: int, text: str) -> None:
        """Adds a message that has just arrived."""
        moment = self._monotonic()
        self._moments.append(moment)
        self._by_chat.setdefault(chat_id, []).append((moment, text))

    def __len__(self) -> int:
        return len(self._moments)

    def arrivals(self, chat_id: int) -> list[Arrival]:
        """What reached one chat, oldest first."""
        return self._by_chat.get(chat_id, [])

    def chats(self) -> list[int]:
        """Every chat that something reached."""
        return list(self._by_chat)

    def busiest_second(self) -> int:
        """The most messages that arrived within any one second."""
        return max(
            (place + 1 - bisect_right(self._moments, moment - 1) for place, moment in enumerate(self._moments)),
            default=0,
        )

    def clear(self) -> None:
        """Forgets everything."""
        self._by_chat.clear()
        del self._moments[:]
        self.answers.clear()

    def brief(self) -> dict[str, object]:
        """The figures that are at hand."""
        return {
            "total": len(self),
            "first": self._moments[0] if self._moments else None,
            "last": self._moments[-1] if self._moments else None,
            "answers": dict(self.answers),
            "now": self._monotonic(),
        }

    def summary(self) -> dict[str, object]:
        """The figures without the texts."""
        return self.brief() | {"busiest_second": self.busiest_second()}
