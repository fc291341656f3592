"""What is asked of the outbox at every turn, in memory: who is next, what was queued already, what is old."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import fields
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush, nlargest
from operator import attrgetter
from typing import Any

from bot.outbox import BROADCAST, LONGEST_PAUSE, ChatId, State
from storage.lasting import Lasting
from storage.rows import Row

FARTHEST = LONGEST_PAUSE + timedelta(days=1)  #: a pause that ends later than this from now tells of a clock set back
FINAL = (State.SENT, State.DEAD)
NAMES = tuple(field.name for field in fields(Row) if field.name != "state")
Packed = tuple[Any, ...]  #: a row's fields as ``NAMES``, and its state as a plain text
_FIELDS = attrgetter(*NAMES)


class OutboxIndex:
    """An index over the rows of the outbox; it follows from them alone and is told of each change by `put`.

    Everything is made of tuples, texts and numbers, which the garbage collector does not go through. A heap may hold
    places that are no longer true; they are left out when they come to the top.
    """

    def __init__(self) -> None:
        self.uses: Counter[int] = Counter()
        self.unused: set[int] = set()
        self.taken: set[int] = set()
        self._rows: Lasting[int, Packed] = Lasting()
        self._counts: Counter[State] = Counter()
        self._broadcasts: dict[str, Counter[State]] = {}
        self._ids: Lasting[ChatId, dict[str, int]] = Lasting()
        self._waiting: Lasting[ChatId, tuple[int, ...]] = Lasting()  # in the order of their ids
        self._sending: Lasting[ChatId, tuple[int, ...]] = Lasting()
        self._offered: Lasting[ChatId, tuple[int, datetime | None]] = Lasting()  # as the chat's turn stands in a heap
        self._ready: list[tuple[int, ChatId]] = []
        self._pauses: list[tuple[datetime, int, ChatId]] = []
        self._done: dict[State, list[tuple[datetime, int]]] = {state: [] for state in FINAL}
        self._dead: set[int] = set()
        self._unfinished: list[int] = []
        self._latest: datetime | None = None

    def find_row(self, key: int) -> Row | None:
        """The row of this id."""
        packed = self._rows.get(key)
        return None if packed is None else _unpacked(packed)

    def row(self, key: int) -> Row:
        """The row of this id, which is there.

        Raises:
            KeyError: it is not.
        """
        return _unpacked(self._rows[key])

    def put(self, key: int, row: Row | None) -> None:
        """The row of this id is ``row`` now; None when it is gone."""
        packed = self._rows.pop(key, None)
        old = None if packed is None else _unpacked(packed)
        if old is not None:
            self._forget(key, old)
        if row is not None:
            self._rows[key] = _packed(row)
            self._learn(key, row, is_new=old is None or old.state in FINAL)
        for chat in {found.chat for found in (old, row) if found is not None}:
            self._offer(chat)

    def find(self, chat: ChatId, key: str) -> int | None:
        """The row that was queued under this key, done or not."""
        return self._ids.get(chat, {}).get(key)

    def waiting(self, chat: ChatId) -> tuple[int, ...]:
        """The chat's messages that are not being sent, in order."""
        return self._waiting.get(chat, ())

    def reach(self, key: str) -> Counter[State]:
        """The messages of a broadcast, by state."""
        return Counter(self._broadcasts.get(key, {}))

    def waiting_under(self, key: str) -> list[int]:
        """The messages of a broadcast that are not being sent and not done."""
        chats = [chat for chat, ids in self._ids.items() if key in ids]
        found = ((self._ids[chat][key], chat) for chat in chats)
        return [row for row, chat in found if row in self._waiting.get(chat, ())]

    def of(self, chat: ChatId) -> tuple[int, ...]:
        """Every row of the chat, also those that are done."""
        return tuple(sorted(self._ids.get(chat, {}).values()))

    def take(self, most: int, now: datetime) -> list[int]:
        """The first message of up to ``most`` chats that may be sent now, and is taken from then on."""
        self._end_pauses(now)
        found: list[int] = []
        while self._ready and len(found) < most:
            key, chat = heappop(self._ready)
            if self._offered.get(chat, (None,))[0] == key:
                del self._offered[chat]
            if self._head(chat) == key and key not in self.taken and _is_over(self.row(key).not_before, now):
                self.taken.add(key)
                found.append(key)
            else:
                self._offer(chat)
        return found

    def give_back(self, key: int) -> None:
        """A taken message is free again."""
        if key in self.taken:
            self.taken.discard(key)
            self._offer(self.row(key).chat)

    def done_before(self, state: State, moment: datetime, most: int) -> list[int]:
        """Up to ``most`` messages that were sent or given up before ``moment``; each is told once."""
        found: list[int] = []
        done = self._done[state]
        while done and done[0][0] < moment and len(found) < most:
            settled, key = heappop(done)
            row = self.find_row(key)
            if row is not None and (row.state, row.settled) == (state, settled):
                found.append(key)
        return found

    def dead(self, most: int) -> list[int]:
        """The messages given up last, the newest first."""
        settled = ((row.settled, key) for key in self._dead if (row := self.row(key)).settled is not None)
        return [key for _, key in nlargest(most, settled)]

    def sending(self) -> list[int]:
        """The messages that are being sent."""
        return [key for keys in self._sending.values() for key in keys]

    def depth(self) -> tuple[Counter[State], datetime | None]:
        """Messages by state, and when the oldest that is not done was queued."""
        while self._unfinished and not self._is_unfinished(self._unfinished[0]):
            heappop(self._unfinished)
        oldest = self.row(self._unfinished[0]).queued if self._unfinished else None
        return Counter({state: self._counts[state] for state in State}), oldest

    def _learn(self, key: int, row: Row, *, is_new: bool) -> None:
        self._count(row, 1)
        self._ids.setdefault(row.chat, {})[row.key] = key
        if row.content is not None:
            self.uses[row.content] += 1
        if row.state in FINAL:
            if row.settled is not None:
                heappush(self._done[row.state], (row.settled, key))
            if row.state is State.DEAD:
                self._dead.add(key)
            return
        if is_new:
            heappush(self._unfinished, key)
        lane = self._sending if row.state is State.SENDING else self._waiting
        lane[row.chat] = _with(lane.get(row.chat, ()), key)

    def _forget(self, key: int, row: Row) -> None:
        self.taken.discard(key)
        self._count(row, -1)
        self._forget_key(key, row)
        if row.content is not None:
            self.uses[row.content] -= 1
            if not self.uses[row.content]:
                del self.uses[row.content]
                self.unused.add(row.content)
        self._dead.discard(key)
        if row.state in FINAL:
            return
        lane = self._sending if row.state is State.SENDING else self._waiting
        left = tuple(other for other in lane[row.chat] if other != key)
        if left:
            lane[row.chat] = left
        else:
            del lane[row.chat]

    def _count(self, row: Row, by: int) -> None:
        self._counts[row.state] += by
        if row.key.startswith(BROADCAST):
            counts = self._broadcasts.setdefault(row.key, Counter())
            counts[row.state] += by
            if not any(counts.values()):
                del self._broadcasts[row.key]

    def _forget_key(self, key: int, row: Row) -> None:
        ids = self._ids.get(row.chat, {})
        if ids.get(row.key) == key:
            del ids[row.key]
            if not ids:
                del self._ids[row.chat]

    def _head(self, chat: ChatId) -> int | None:
        """The message that is the chat's turn, if nothing of it is being sent and its pauses do not count."""
        waiting = self._waiting.get(chat)
        if not waiting or chat in self._sending:
            return None
        return waiting[0] if self.row(waiting[0]).state is State.PENDING else None

    def _offer(self, chat: ChatId) -> None:
        head = self._head(chat)
        if head is None or head in self.taken:
            return
        pause = self.row(head).not_before
        if self._offered.get(chat) == (head, pause):
            return
        self._offered[chat] = (head, pause)
        if pause is None:
            heappush(self._ready, (head, chat))
        else:
            heappush(self._pauses, (pause, head, chat))

    def _end_pauses(self, now: datetime) -> None:
        if self._latest is None or now < self._latest:  # at the start, or the clock was set back
            over = [place for place in self._pauses if _is_over(place[0], now)]
            self._ready += [(key, chat) for _, key, chat in over]
            self._pauses = [place for place in self._pauses if not _is_over(place[0], now)]
            heapify(self._ready)
            heapify(self._pauses)
        self._latest = now
        while self._pauses and self._pauses[0][0] <= now:
            _, key, chat = heappop(self._pauses)
            heappush(self._ready, (key, chat))

    def _is_unfinished(self, key: int) -> bool:
        row = self.find_row(key)
        return row is not None and row.state not in FINAL


def _is_over(pause: datetime | None, now: datetime) -> bool:
    return pause is None or pause <= now or pause > now + FARTHEST


def _with(keys: tuple[int, ...], key: int) -> tuple[int, ...]:
    """The keys in order, with one more; most come last."""
    if not keys or keys[-1] < key:
        return (*keys, key)
    place = bisect_left(keys, key)
    return (*keys[:place], key, *keys[place:])


def _packed(row: Row) -> Packed:
    return (*_FIELDS(row), row.state.value)


def _unpacked(packed: Packed) -> Row:
    *values, state = packed
    return Row(state=State(state), **dict(zip(NAMES, values, strict=True)))
