"""The chats: a document each, its id the chat's, and an index of who is due."""

from __future__ import annotations

from datetime import datetime
from heapq import heappop, heappush
from itertools import islice

from bot.outbox import ChatId
from bot.ports import Chat
from storage.codec import chat_data, read_chat
from storage.durable import Data, DurableDB, DurableTable

CHATS = "chats"


class ChatsTable:
    """The chats, decoded when they are asked for; changes are made within the step that is open.

    Those due at one moment stand together, for many choose the same hour; the moments are a heap, in which one that
    nobody waits for any more is left out when it comes to the top.
    """

    def __init__(self, database: DurableDB) -> None:
        self._table: DurableTable = database.table(CHATS)
        self._due: dict[ChatId, datetime] = {}
        self._at: dict[datetime, dict[ChatId, None]] = {}
        self._moments: list[datetime] = []
        self._known: set[datetime] = set()  # those in the heap
        self._paused: set[ChatId] = set()
        self._subscribed: set[ChatId] = set()
        database.storage.watch(CHATS, self._changed)

    def get(self, chat: ChatId) -> Chat | None:
        """A chat, decoded anew."""
        found = self._table.get(doc_id=chat)
        return None if found is None else read_chat(found)

    def put(self, chat: Chat) -> None:
        """Keeps a chat in the place of what was kept of it."""
        self._table.put(chat.id, chat_data(chat))

    def drop(self, chat: ChatId) -> None:
        """Forgets a chat."""
        self._table.drop({chat: None})

    def is_paused(self, chat: ChatId) -> bool:
        """Whether the chat does not let the bot in."""
        return chat in self._paused

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

    def _changed(self, key: int, data: Data | None) -> None:
        chat, plain = ChatId(key), data or {}
        self._forget(chat)
        if plain.get("paused") is not None:
            self._paused.add(chat)
        if plain.get("schedule") is None:
            return
        self._subscribed.add(chat)
        if chat in self._paused or plain.get("next_due") is None:
            return
        moment = datetime.fromisoformat(plain["next_due"])
        self._due[chat] = moment
        self._at.setdefault(moment, {})[chat] = None
        if moment not in self._known:
            self._known.add(moment)
            heappush(self._moments, moment)

    def _forget(self, chat: ChatId) -> None:
        self._paused.discard(chat)
        self._subscribed.discard(chat)
        moment = self._due.pop(chat, None)
        if moment is not None:
            del self._at[moment][chat]
            if not self._at[moment]:
                del self._at[moment]
