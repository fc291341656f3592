"""The broadcasts that are not over: a document each."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.outbox import BROADCAST, Broadcast, ChatId, Stage
from storage.codec import broadcast_text, read_broadcast
from storage.durable import DurableDB, DurableTable

BROADCASTS = "broadcasts"


class BroadcastsTable:
    """The broadcasts; changes are made within the step that is open."""

    def __init__(self, database: DurableDB) -> None:
        self._table: DurableTable = database.table(BROADCASTS)
        self._texts = partial(database.storage.texts, BROADCASTS)

    def get(self, number: int) -> Broadcast | None:
        """A broadcast."""
        text = self._table.text(number)
        return None if text is None else read_broadcast(text)

    def all(self) -> tuple[Broadcast, ...]:
        """Every one, the oldest first."""
        return tuple(read_broadcast(text) for _, text in sorted(self._texts().items()))

    def put(self, broadcast: Broadcast) -> None:
        """Keeps a broadcast in the place of what was kept of it."""
        self._table.put(broadcast.number, broadcast_text(broadcast))

    def drop(self, number: int) -> None:
        """Deletes a broadcast."""
        if self.get(number) is not None:
            self._table.drop({number: None})

    def draft(self, html: str, now: datetime) -> Broadcast:
        """A new draft in the place of all others; its number is the moment, so none comes again."""
        kept = self.all()
        for old in kept:
            if old.stage is Stage.DRAFT:
                self.drop(old.number)
        number = max(int(now.timestamp() * 1000), max((broadcast.number for broadcast in kept), default=0) + 1)
        drafted = Broadcast(number=number, key=f"{BROADCAST}{number}", html=html)
        self.put(drafted)
        return drafted

    def forget(self, chat: ChatId) -> None:
        """Deletes what the broadcasts know of a chat."""
        for broadcast in self.all():
            if broadcast.chat == chat:
                self.put(replace(broadcast, chat=None, panel=None))
