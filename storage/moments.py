"""Whose moment has come: chats by the time at which there is something to do for them, the earliest first."""

from __future__ import annotations

from datetime import datetime
from heapq import heappop, heappush
from itertools import islice

from bot.outbox import ChatId
from storage.lasting import Lasting


class Moments:
    """A moment for some of the chats.

    Those due at one moment stand together, for many choose the same hour; the moments are a heap, in which one that
    nobody waits for any more is left out when it comes to the top.
    """

    def __init__(self) -> None:
        self._of: dict[ChatId, datetime] = {}
        self._at: Lasting[datetime, dict[ChatId, None]] = Lasting()
        self._heap: list[datetime] = []
        self._known: set[datetime] = set()  # those in the heap

    def put(self, chat: ChatId, moment: datetime) -> None:
        """Gives a chat that has none a moment."""
        self._of[chat] = moment
        self._at.setdefault(moment, {})[chat] = None
        if moment not in self._known:
            self._known.add(moment)
            heappush(self._heap, moment)

    def drop(self, chat: ChatId) -> None:
        """Takes a chat's moment, if it has one."""
        moment = self._of.pop(chat, None)
        if moment is not None:
            del self._at[moment][chat]
            if not self._at[moment]:
                del self._at[moment]

    def due(self, now: datetime, most: int) -> list[ChatId]:
        """Up to ``most`` chats whose moment has come, those due longest first."""
        found: list[ChatId] = []
        passed: list[datetime] = []
        while len(found) < most and (first := self.first()) is not None and first <= now:
            found += islice(self._at[first], most - len(found))
            passed.append(heappop(self._heap))
        for moment in passed:
            heappush(self._heap, moment)
        return found

    def first(self) -> datetime | None:
        """The earliest moment of any chat."""
        while self._heap and self._heap[0] not in self._at:
            self._known.discard(heappop(self._heap))
        return self._heap[0] if self._heap else None
