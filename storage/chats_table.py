"""The chats: a document each, its id the chat's, and an index of who is due."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from functools import partial
from heapq import heappop, heappush

from bot.chats import Chat, kind_of
from bot.outbox import ChatId
from bot.ports import Census, Standing
from storage.codec import chat_data, read_chat
from storage.durable import Data, DurableDB, DurableTable

CHATS = "chats"
SPARE = 1000  #: places of the heap that may be out of date before it is made anew


class ChatsTable:
    """The chats, decoded when they are asked for; changes are made within the step that is open."""

    def __init__(self, database: DurableDB) -> None:
        self._table: DurableTable = database.table(CHATS)
        self._texts = partial(database.storage.texts, CHATS)
        self._due: dict[ChatId, datetime] = {}
        self._heap: list[tuple[datetime, ChatId]] = []
        self._shut_out: dict[ChatId, datetime] = {}
        self._banned: set[ChatId] = set()
        self._subscribed: set[ChatId] = set()
        self._alerted: set[ChatId] = set()
        self._away: dict[ChatId, datetime | None] = {}
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

    def _chats(self) -> list[ChatId]:
        return [ChatId(key) for key in self._texts()]

    def _is_away(self, chat: ChatId, now: datetime) -> bool:
        until = self._away.get(chat, now)
        return until is None or now < until

    def _first(self) -> tuple[datetime, ChatId] | None:
        while self._heap and self._due.get(self._heap[0][1]) != self._heap[0][0]:
            heappop(self._heap)
        return self._heap[0] if self._heap else None

    def _changed(self, key: int, data: Data | None) -> None:
        chat, plain = ChatId(key), data or {}
        moment = plain.get("next_due")
        before = self._due.pop(chat, None)
        self._note(chat, plain)
        if moment is None or self.is_closed(chat):
            return
        self._due[chat] = found = datetime.fromisoformat(moment)
        if found != before:
            heappush(self._heap, (found, chat))
        if len(self._heap) > 2 * len(self._due) + SPARE:
            self._heap = sorted((moment, chat) for chat, moment in self._due.items())

    def _note(self, chat: ChatId, plain: Data) -> None:
        """What is asked of all chats at once, of this one."""
        for index in (self._banned, self._subscribed, self._alerted):
            index.discard(chat)
        self._shut_out.pop(chat, None)
        self._away.pop(chat, None)
        if (shut := plain.get("shut_out")) is not None:
            self._shut_out[chat] = datetime.fromisoformat(shut["since"])
        if (away := plain.get("away")) is not None:
            until = away.get("until")
            self._away[chat] = None if until is None else datetime.fromisoformat(until)
        if plain.get("banned") is not None:
            self._banned.add(chat)
        if plain.get("schedules"):
            self._subscribed.add(chat)
        if plain.get("choices", {}).get("alerts", {}).get("on"):
            self._alerted.add(chat)
