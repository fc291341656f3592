"""Who may send next, so that Telegram's limits hold: replies first, broadcasts take all that replies leave.

No clock, no waiting: every method is told the moment, in seconds of any clock that only goes forward.
"""

from __future__ import annotations

import heapq
import itertools
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from enum import Enum
from typing import Generic, TypeVar

Chat = int | str  #: an id, or the @name of a channel
Ticket = TypeVar("Ticket", bound=Hashable)

GROUP_WINDOW = 60.0  #: seconds in which a group takes so many messages
CATCH_UP = 0.03  #: seconds a late wake-up may lose and make good; so 30 a second leave at most when the rate is 29
MOMENT = 1.0  #: seconds; refusals of two chats within it mean that the whole bot is too fast


class Lane(Enum):
    """Who goes first."""

    REPLY = "reply"
    BROADCAST = "broadcast"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """How much Telegram takes. Its own figures: 30 a second in all, 1 a second a chat, 20 a minute a group.

    ``total`` is messages a second, evenly spaced; in any second at most 3 per cent and one more leave. ``chat`` is the
    seconds between two messages to a chat; of replies Telegram takes ``burst`` at once, if seconds of silence pay for
    them. ``group`` is messages a minute to a group or channel.
    """

    total: float = 29.0
    chat: float = 1.0
    burst: int = 3
    group: int = 20


@dataclass(slots=True)
class _Chat:
    """One chat's account. ``paid_until`` is the moment from which it owes nothing: each message adds ``Rates.chat``."""

    paid_until: float = float("-inf")
    shut_until: float = float("-inf")
    recent: deque[float] = field(default_factory=deque)


class _Queue(Generic[Ticket]):
    """One lane: tickets in the order they came, of each chat; chats by when they are ready."""

    def __init__(self, ready: Callable[[Chat], float]) -> None:
        self._ready = ready
        self._tickets: dict[Chat, deque[tuple[int, Ticket]]] = {}
        self._later: list[tuple[float, int, Chat]] = []
        self._due: list[tuple[int, Chat]] = []

    def __contains__(self, chat: Chat) -> bool:
        return chat in self._tickets

    def add(self, number: int, ticket: Ticket, chat: Chat) -> None:
        if chat in self._tickets:
            self._tickets[chat].append((number, ticket))
        else:
            self._tickets[chat] = deque([(number, ticket)])
            self._wait(chat)

    def _wait(self, chat: Chat) -> None:
        heapq.heappush(self._later, (self._ready(chat), self._tickets[chat][0][0], chat))

    def due(self, now: float) -> int:
        """How many chats could be sent to now."""
        while self._later and self._later[0][0] <= now:
            _, number, chat = heapq.heappop(self._later)
            heapq.heappush(self._due, (number, chat))
        return len(self._due)

    def take(self, now: float) -> tuple[Ticket, Chat] | None:
        """The first ticket of the chat that has waited longest among those that are ready; call ``passed`` then."""
        while self.due(now):
            _, chat = heapq.heappop(self._due)
            if self._ready(chat) > now:  # the other lane went first
                self._wait(chat)
                continue
            return self._tickets[chat].popleft()[1], chat
        return None

    def passed(self, chat: Chat) -> None:
        """The ticket that was taken is dealt with."""
        if self._tickets[chat]:
            self._wait(chat)
        else:
            del self._tickets[chat]

    def next_ready(self, now: float) -> float | None:
        """When the first chat is ready; None when nobody waits."""
        if self.due(now):
            return now
        return self._later[0][0] if self._later else None


class Limits(Generic[Ticket]):
    """The accounts of the bot and of every chat of the last minute, and who waits."""

    def __init__(self, rates: Rates) -> None:
        self.rates = rates
        self._spacing = 1 / rates.total
        self._free_at = float("-inf")
        self._shut_until = float("-inf")
        self._last_refusal: tuple[Chat, float, float] | None = None
        self._chats: OrderedDict[Chat, _Chat] = OrderedDict()
        self._numbers = itertools.count()
        self._withdrawn: set[Ticket] = set()
        self._lanes = {lane: _Queue[Ticket](self._ready_in(lane)) for lane in (Lane.REPLY, Lane.BROADCAST)}

    def ask(self, ticket: Ticket, chat: Chat, lane: Lane) -> None:
        """Puts a ticket at the end of its chat's line."""
        self._lanes[lane].add(next(self._numbers), ticket, chat)

    def withdraw(self, ticket: Ticket) -> None:
        """Takes a ticket that waits out of the line."""
        self._withdrawn.add(ticket)

    def next(self, now: float) -> Ticket | None:
        """The ticket that may pass now, which counts as sent; None when nobody may."""
        if now < max(self._free_at, self._shut_until):
            return None
        for lane in self._lanes.values():
            while found := lane.take(now):
                ticket, chat = found
                is_wanted = ticket not in self._withdrawn
                if is_wanted:
                    self._count(chat, now)
                else:
                    self._withdrawn.discard(ticket)
                lane.passed(chat)
                if is_wanted:
                    return ticket
        return None

    def next_moment(self, now: float) -> float | None:
        """The earliest moment at which somebody may pass; None while nobody waits."""
        ready = [at for lane in self._lanes.values() if (at := lane.next_ready(now)) is not None]
        return max(min(ready), self._free_at, self._shut_until) if ready else None

    def backlog(self, now: float) -> int:
        """Broadcasts that wait for the bot's limit alone, not for their chat's."""
        return self._lanes[Lane.BROADCAST].due(now)

    def refused(self, chat: Chat, pause: float, now: float) -> None:
        """Telegram answered 429: the chat waits for ``pause``, and after two chats within a moment everybody does."""
        until = now + pause
        account = self._account(chat)
        account.shut_until = max(account.shut_until, until)
        if self._last_refusal is not None:
            other, at, other_until = self._last_refusal
            if other != chat and now - at <= MOMENT:
                self._shut_until = max(self._shut_until, until, other_until)
        self._last_refusal = (chat, now, until)

    def _ready_in(self, lane: Lane) -> Callable[[Chat], float]:
        ahead = (self.rates.burst - 1) * self.rates.chat if lane is Lane.REPLY else 0.0

        def ready(chat: Chat) -> float:
            account = self._chats.get(chat)
            if account is None:
                return float("-inf")
            at = max(account.paid_until - ahead, account.shut_until)
            full = len(account.recent) == self.rates.group
            return max(at, account.recent[0] + GROUP_WINDOW) if full else at

        return ready

    def _count(self, chat: Chat, now: float) -> None:
        self._free_at = max(self._free_at, now - CATCH_UP) + self._spacing
        account = self._account(chat)
        account.paid_until = max(account.paid_until, now) + self.rates.chat
        if isinstance(chat, str) or chat < 0:
            account.recent.append(now)
        self._forget(now)

    def _account(self, chat: Chat) -> _Chat:
        account = self._chats.setdefault(chat, _Chat(recent=deque(maxlen=self.rates.group)))
        self._chats.move_to_end(chat)
        return account

    def _forget(self, now: float) -> None:
        """Drops the accounts that owe nothing, the longest unused first; two for each that may be new."""
        for _ in range(2):
            chat, account = next(iter(self._chats.items()))
            last = account.recent[-1] + GROUP_WINDOW if account.recent else now
            if max(account.paid_until, account.shut_until, last) > now or any(chat in q for q in self._lanes.values()):
                return
            del self._chats[chat]
            if not self._chats:
                return
