"""The chats: a document each, its id the chat's, and an index of who is due."""

from __future__ import annotations

from datetime import datetime
from heapq import heappop, heappush
from itertools import islice

from bot.outbox import ChatId
from bot.ports import Chat
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
        self._due: dict[ChatId, datetime] = {}
        self._at: Lasting[datetime, dict[ChatId, None]] = Lasting()
        self._moments: list[datetime] = []
        self._known: set[datetime] = set()  # those in the heap
        self._paused: set[ChatId] = set()
        self._subscribed: set[ChatId] = set()
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

    def _changed(self, key: int, text: str | None) -> None:
        chat = ChatId(key)
        self._forget(chat)
        if text is None:
            return
        kept = read_chat(text)
        if kept.paused is not None:
            self._paused.add(chat)
        if kept.schedule is None:
            return
        self._subscribed.add(chat)
        if kept.paused is not None or kept.next_due is None:
            return
        self._due[chat] = kept.next_due
        self._at.setdefault(kept.next_due, {})[chat] = None
        if kept.next_due not in self._known:
            self._known.add(kept.next_due)
            heappush(self._moments, kept.next_due)

    def _forget(self, chat: ChatId) -> None:
        self._paused.discard(chat)
        self._subscribed.discard(chat)
        moment = self._due.pop(chat, None)
        if moment is not None:
            del self._at[moment][chat]
            if not self._at[moment]:
                del self._at[moment]
