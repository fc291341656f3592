"""The chats: a document each, its id the chat's, and an index of who is due."""

from __future__ import annotations

from datetime import datetime
from heapq import heappop, heappush

from bot.chats import Chat
from bot.outbox import ChatId
from storage.codec import chat_data, read_chat
from storage.durable import Data, DurableDB, DurableTable

CHATS = "chats"
SPARE = 1000  #: places of the heap that may be out of date before it is made anew


class ChatsTable:
    """The chats, decoded when they are asked for; changes are made within the step that is open."""

    def __init__(self, database: DurableDB) -> None:
        self._table: DurableTable = database.table(CHATS)
        self._due: dict[ChatId, datetime] = {}
        self._heap: list[tuple[datetime, ChatId]] = []
        self._shut_out: set[ChatId] = set()
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

    def is_shut_out(self, chat: ChatId) -> bool:
        """Whether the chat does not let the bot in."""
        return chat in self._shut_out

    def subscribed(self) -> tuple[ChatId, ...]:
        """Every chat with a schedule."""
        return tuple(sorted(self._subscribed))

    def due(self, now: datetime, most: int) -> tuple[Chat, ...]:
        """Up to ``most`` chats whose moment has come, those due longest first."""
        found: dict[ChatId, datetime] = {}
        while len(found) < most and (first := self._first()) is not None and first[0] <= now:
            heappop(self._heap)
            found[first[1]] = first[0]
        for chat, moment in found.items():
            heappush(self._heap, (moment, chat))
        return tuple(kept for chat in found if (kept := self.get(chat)) is not None)

    def next_due(self) -> datetime | None:
        """The earliest moment at which a chat is due."""
        first = self._first()
        return None if first is None else first[0]

    def _first(self) -> tuple[datetime, ChatId] | None:
        while self._heap and self._due.get(self._heap[0][1]) != self._heap[0][0]:
            heappop(self._heap)
        return self._heap[0] if self._heap else None

    def _changed(self, key: int, data: Data | None) -> None:
        chat, plain = ChatId(key), data or {}
        moment = plain.get("next_due")
        before = self._due.pop(chat, None)
        self._shut_out.discard(chat)
        self._subscribed.discard(chat)
        if plain.get("shut_out") is not None:
            self._shut_out.add(chat)
        if plain.get("schedules"):
            self._subscribed.add(chat)
        if moment is None or chat in self._shut_out:
            return
        self._due[chat] = found = datetime.fromisoformat(moment)
        if found != before:
            heappush(self._heap, (found, chat))
        if len(self._heap) > 2 * len(self._due) + SPARE:
            self._heap = sorted((moment, chat) for chat, moment in self._due.items())
