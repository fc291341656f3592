"""What following stories asks of the store."""

from __future__ import annotations

from collections.abc import Collection

from bot.digest.watched import Watch
from bot.outbox import ChatId
from bot.stories import StoryName, StoryTopic
from storage.postgres.database import Connection, Database
from storage.postgres.mirror import Mirror
from storage.postgres.rebuilds import Rebuilds
from storage.topics_table import TopicsTable

FOLLOWERS = "SELECT id FROM chats WHERE (is_subscribed OR is_alerted) AND NOT (story = ANY(%s)) ORDER BY id"


class Topics(Rebuilds):
    """`bot.ports.StoryStore`, as far as others do not answer it; what operators change has all articles sorted anew."""

    _database: Database
    _mirror: Mirror
    _topics: TopicsTable

    async def topics(self) -> tuple[StoryTopic, ...]:
        """The stories that operators declared."""
        return self._topics.all()

    async def keep_topic(self, topic: StoryTopic) -> None:
        """Keeps a story."""
        await self._mirror.change(lambda: self._topics.put(topic), await self._regrouping())

    async def drop_topic(self, name: StoryName) -> bool:
        """Forgets a story."""
        return await self._mirror.change(lambda: self._topics.drop(name), await self._regrouping()) is True

    async def dismissed(self) -> tuple[Watch, ...]:
        """The words that are not wanted."""
        return self._topics.dismissed()

    async def dismiss(self, words: Watch) -> None:
        """Notes that a story of these words is not wanted."""
        await self._mirror.change(lambda: self._topics.dismiss(words))

    async def followers(self, gone_but: Collection[StoryName]) -> tuple[ChatId, ...]:
        """The chats that follow another story than these."""

        async def look(connection: Connection) -> tuple[ChatId, ...]:
            found = await connection.execute(FOLLOWERS, (list(gone_but),))
            return tuple(ChatId(chat) for (chat,) in await found.fetchall())

        return await self._database.step(look)
