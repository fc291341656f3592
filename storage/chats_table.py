"""The chats: a document each, its id the chat's, and an index of who is due."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from functools import partial
from heapq import heappop, heappush
from itertools import islice

from bot.chats import Chat, is_closed, kind_of
from bot.outbox import ChatId
from bot.ports import Census, Standing
from storage.codec import chat_text, read_chat
from storage.durable import DurableDB, DurableTable
from storage.lasting import Lasting

CHATS = "chats"


class ChatsTable:
    """The chats, decoded when they are asked for; changes are made within the step that is open.

    Those due at one moment stand together, for many choose the same hour; the moments are a heap, in which one that
    nobody waits for any more is left out when it comes to the top.
    """

    def __init__(self, database: DurableDB) -> None:
        self._table: DurableTable = database.table(CHATS)
        self._texts = partial(database.storage.texts, CHATS)
        self._due: dict[ChatId, datetime] = {}
        self._at: Lasting[datetime, dict[ChatId, None]] = Lasting()
        self._moments: list[datetime] = []
        self._known: set[datetime] = set()  # those in the heap
        self._shut_out: dict[ChatId, datetime] = {}
        self._banned: set[ChatId] = set()
        self._subscribed: set[ChatId] = set()
        self._alerted: set[ChatId] = set()
        self._away: dict[ChatId, datetime | None] = {}
        database.storage.watch(CHATS, self._changed)

    def get(self, chat: ChatId) -> Chat | None:
        """A chat, decoded anew."""
        text = self._table.text(chat)
        return None if text is None else read_chat(text)

    def put(self, chat: Chat) -> None:
        """Keeps a chat in the place of what was kept of it."""
        self._table.put(chat.id, chat_text(chat))

    def drop(self, chat: ChatId) -> None:
        """Forgets a chat."""
        self._table.drop({chat: None})

    def is_closed(self, chat: ChatId) -> bool:
        """Whether nothing may be sent to the chat."""
        return chat in self._shut_out or chat in self._banned

    def is_banned(self, chat: ChatId) -> bool:
        """Whether the operators want nothing to do with the chat."""
        return chat in self._banned

    def shut_out_before(self, moment: datetime) -> tuple[ChatId, ...]:
        """The chats, not banned, that have not let the bot in since before ``moment``."""
        return tuple(chat for chat, since in self._shut_out.items() if since < moment and chat not in self._banned)

    def reachable(self, now: datetime) -> tuple[ChatId, ...]:
        """The chats that want briefings or alerts, are not closed and did not ask for silence, by their ids."""
        wanting = self._subscribed | self._alerted
        return tuple(sorted(chat for chat in wanting if not self.is_closed(chat) and not self._is_away(chat, now)))

    def census(self) -> Census:
        """How many chats there are."""
        chats = self._chats()
        return Census(
            kinds=dict(Counter(kind_of(chat) for chat in chats)),
            subscribed=len(self._subscribed),
            shut_out=len(self._shut_out),
            banned=len(self._banned),
        )

    def standings(self, first: int, most: int) -> tuple[Standing, ...]:
        """Some of the chats, in the order of their ids, the largest first."""
        return tuple(
            Standing(
                chat=chat,
                is_subscribed=chat in self._subscribed,
                is_shut_out=chat in self._shut_out,
                is_banned=chat in self._banned,
            )
            for chat in sorted(self._chats(), reverse=True)[first : first + most]
        )

    def subscribed(self) -> tuple[ChatId, ...]:
        """Every chat with a schedule."""
        return tuple(sorted(self._subscribed))

    def due(self, now: datetime, most: int) -> tuple[Chat, ...]:
        """Up to ``most`` chats whose moment has come, those due longest first."""
        found: list[ChatId] = []
        passed: list[datetime] = []
        while len(found) < most and (first := self.next_due()) is not None and first <= now:
            found += islice(self._at[first], most - len(found))
            passed.append(heappop(self._moments))
        for moment in passed:
            heappush(self._moments, moment)
        return tuple(kept for chat in found if (kept := self.get(chat)) is not None)

    def next_due(self) -> datetime | None:
        """The earliest moment at which a chat is due."""
        while self._moments and self._moments[0] not in self._at:
            self._known.discard(heappop(self._moments))
        return self._moments[0] if self._moments else None

    def _chats(self) -> list[ChatId]:
        return [ChatId(key) for key in self._texts()]

    def _is_away(self, chat: ChatId, now: datetime) -> bool:
        until = self._away.get(chat, now)
        return until is None or now < until

    def _changed(self, key: int, text: str | None) -> None:
        chat = ChatId(key)
        self._forget(chat)
        if text is not None:
            self._learn(read_chat(text))

    def _learn(self, kept: Chat) -> None:
        if kept.shut_out is not None:
            self._shut_out[kept.id] = kept.shut_out.since
        if kept.banned is not None:
            self._banned.add(kept.id)
        if kept.away is not None:
            self._away[kept.id] = kept.away.until
        if kept.schedules:
            self._subscribed.add(kept.id)
        if kept.choices.alerts.on:
            self._alerted.add(kept.id)
        if is_closed(kept) or kept.next_due is None:
            return
        self._due[kept.id] = kept.next_due
        self._at.setdefault(kept.next_due, {})[kept.id] = None
        if kept.next_due not in self._known:
            self._known.add(kept.next_due)
            heappush(self._moments, kept.next_due)

    def _forget(self, chat: ChatId) -> None:
        for index in (self._banned, self._subscribed, self._alerted):
            index.discard(chat)
        self._shut_out.pop(chat, None)
        self._away.pop(chat, None)
        moment = self._due.pop(chat, None)
        if moment is not None:
            del self._at[moment][chat]
            if not self._at[moment]:
                del self._at[moment]
