"""What telling chats of a story's news asks of the store."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import LiteralString

import psycopg

from bot.chats import Chat
from bot.digest.watched import Watch
from bot.outbox import ChatId
from bot.ports import Planned, Spreading
from bot.stories import News as Piece
from bot.stories import StoryName
from storage.codec import read_chat
from storage.news_table import NewsTable
from storage.postgres.briefings import brief
from storage.postgres.database import Connection, Database
from storage.postgres.mirror import Mirror

LISTENERS = "SELECT id FROM chats WHERE story = %s AND is_alerted AND NOT is_closed ORDER BY id"
WATCHERS = """
SELECT document::text FROM chats
WHERE story = %s AND is_alerted AND NOT is_closed AND document #> '{choices,alerts}' ? 'watches' ORDER BY id
"""
MANY = """
SELECT document::text FROM chats JOIN unnest(%s::bigint[]) WITH ORDINALITY AS w (id, place) USING (id) ORDER BY place
"""
HELD_DUE = """
SELECT document::text FROM chats WHERE held_due <= %s AND NOT is_closed ORDER BY held_due, id LIMIT %s
"""


class News:
    """`bot.ports.NewsStore`, as far as briefings do not answer it."""

    _database: Database
    _mirror: Mirror
    _news: NewsTable

    async def pending_news(self) -> Spreading | None:
        """The first news that is not spread."""
        return self._news.pending()

    async def listeners(self, story: StoryName) -> tuple[ChatId, ...]:
        """The chats that want a story's alerts."""

        async def look(connection: Connection) -> tuple[ChatId, ...]:
            found = await connection.execute(LISTENERS, (story,))
            return tuple(ChatId(chat) for (chat,) in await found.fetchall())

        return await self._database.step(look)

    async def watchers(self, story: StoryName) -> Mapping[Watch, Collection[ChatId]]:
        """What the listeners of a story watch for."""

        async def look(connection: Connection) -> Mapping[Watch, Collection[ChatId]]:
            watched: dict[Watch, list[ChatId]] = {}
            for chat in await _chats(connection, WATCHERS, (story,)):
                for watch in chat.choices.alerts.watches:
                    watched.setdefault(watch, []).append(chat.id)
            return watched

        return await self._database.step(look)

    async def chats(self, ids: Sequence[ChatId]) -> tuple[Chat, ...]:
        """Chats by their ids."""
        return await self._database.step(lambda connection: _chats(connection, MANY, (list(ids),)))

    async def tell(self, planned: Sequence[Planned], of: Spreading, reached: ChatId, now: datetime) -> bool:
        """Tells chats of pending news in one step with the note of how far it is."""

        async def beside(connection: Connection) -> bool:
            if self._news.pending() != of:
                return False
            async with connection.transaction() as attempt:
                done = await brief(connection, planned, now)
                if done != len(planned):
                    raise psycopg.Rollback(attempt)
            return done == len(planned)

        def note() -> bool:
            self._news.reach(of.news.number, reached)
            return True

        return await self._mirror.change(note, beside) is True

    async def end_news(self, number: int, *, keep: bool) -> None:
        """Makes pending news spread."""
        await self._mirror.change(lambda: self._news.end(number, keep=keep))

    async def news(self, numbers: Collection[int]) -> Mapping[int, Piece]:
        """News by its numbers."""
        return self._news.many(numbers)

    async def recent_news(self, story: StoryName, most: int) -> tuple[Piece, ...]:
        """The newest news of a story."""
        return self._news.recent(story, most)

    async def held_due(self, now: datetime, most: int) -> tuple[Chat, ...]:
        """The chats whose held alerts are due."""
        return await self._database.step(lambda connection: _chats(connection, HELD_DUE, (now, most)))

    async def prune_news(self, before: datetime) -> int:
        """Drops old news."""
        return await self._mirror.change(lambda: self._news.prune(before)) or 0


async def _chats(connection: Connection, query: LiteralString, values: Sequence[object]) -> tuple[Chat, ...]:
    found = await connection.execute(query, values)
    return tuple(read_chat(text) for (text,) in await found.fetchall())
