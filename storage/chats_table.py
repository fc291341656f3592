"""The chats: a document each, its id the chat's, and indexes of who is due and who listens to which story."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime
from functools import partial

from bot.chats import Chat, is_closed, kind_of
from bot.digest.watched import Watch
from bot.outbox import ChatId
from bot.ports import Census, Standing
from bot.stories import MAIN, StoryName
from storage.codec import chat_text, read_chat
from storage.durable import DurableDB, DurableTable
from storage.moments import Moments

CHATS = "chats"


class ChatsTable:
    """The chats, decoded when they are asked for; changes are made within the step that is open."""

    def __init__(self, database: DurableDB) -> None:
        self._table: DurableTable = database.table(CHATS)
        self._texts = partial(database.storage.texts, CHATS)
        self._due = Moments()
        self._held = Moments()
        self._shut_out: dict[ChatId, datetime] = {}
        self._banned: set[ChatId] = set()
        self._subscribed: set[ChatId] = set()
        self._stories: dict[ChatId, StoryName] = {}  # but `MAIN`, which most have
        self._alerted: dict[ChatId, tuple[StoryName, tuple[Watch, ...]]] = {}
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
        wanting = self._subscribed | self._alerted.keys()
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
        """Up to ``most`` chats that are owed a briefing, those due longest first."""
        return self.many(self._due.due(now, most))

    def next_due(self) -> datetime | None:
        """The earliest moment at which a chat is owed a briefing."""
        return self._due.first()

    def held_due(self, now: datetime, most: int) -> tuple[Chat, ...]:
        """Up to ``most`` chats whose held alerts are due, those due longest first."""
        return self.many(self._held.due(now, most))

    def many(self, chats: Collection[ChatId]) -> tuple[Chat, ...]:
        """These chats, in this order, without those that are gone."""
        return tuple(kept for chat in chats if (kept := self.get(chat)) is not None)

    def listeners(self, story: StoryName) -> tuple[ChatId, ...]:
        """The chats that want a story's alerts and are not closed, in order of ids."""
        return tuple(sorted(c for c, (name, _) in self._alerted.items() if name == story and not self.is_closed(c)))

    def followers(self, gone_but: Collection[StoryName]) -> tuple[ChatId, ...]:
        """The chats that want briefings or alerts of a story that is none of these, in order of ids."""
        wanting = self._subscribed | self._alerted.keys()
        return tuple(sorted(chat for chat in wanting if self._stories.get(chat, MAIN) not in gone_but))

    def watchers(self, story: StoryName) -> Mapping[Watch, Collection[ChatId]]:
        """What the listeners of a story watch for, and which of them."""
        found: dict[Watch, list[ChatId]] = {}
        for chat, (name, watches) in self._alerted.items():
            if watches and name == story and not self.is_closed(chat):
                for watch in watches:
                    found.setdefault(watch, []).append(chat)
        return found

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
        if kept.story != MAIN:
            self._stories[kept.id] = kept.story
        if kept.schedules:
            self._subscribed.add(kept.id)
        if kept.choices.alerts.on:
            self._alerted[kept.id] = (kept.story, kept.choices.alerts.watches)
        if kept.next_due is not None and not is_closed(kept):
            self._due.put(kept.id, kept.next_due)
        if kept.heard.due is not None and not is_closed(kept):
            self._held.put(kept.id, kept.heard.due)

    def _forget(self, chat: ChatId) -> None:
        for index in (self._banned, self._subscribed):
            index.discard(chat)
        for entries in (self._shut_out, self._away, self._stories, self._alerted):
            entries.pop(chat, None)
        for moments in (self._due, self._held):
            moments.drop(chat)
