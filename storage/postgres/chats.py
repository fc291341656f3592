"""What subscriptions ask of the store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.chats import Chat, ShutOut
from bot.outbox import ChatId
from storage.codec import broadcast_text, chat_text, read_broadcast, read_chat
from storage.postgres import chat_rows
from storage.postgres.chat_rows import PUT
from storage.postgres.contents import drop_unused
from storage.postgres.database import Connection, Database

DROP_WAITING = "DELETE FROM outbox WHERE chat = %s AND state IN ('pending', 'paused')"
SHUT_OUT_BEFORE = "SELECT id FROM chats WHERE shut_out < %s AND NOT is_banned"


class Chats:
    """`bot.ports.ChatStore`."""

    _database: Database

    async def chat(self, chat: ChatId) -> Chat | None:
        """What is kept about a chat."""
        found = await self._database.rows("SELECT document::text FROM chats WHERE id = %s", (chat,))
        return None if not found else read_chat(found[0][0])

    async def change(self, chat: ChatId, change: Callable[[Chat], Chat], *, drops_waiting: bool = False) -> Chat:
        """Changes one chat, and holds back or lets go what waits for it."""

        async def work(connection: Connection) -> Chat:
            await chat_rows.lock(connection, chat)
            before = await chat_rows.kept(connection, chat) or Chat(id=chat)
            after = change(before)
            if after != before:
                await chat_rows.put(connection, before, after)
            if drops_waiting:
                await connection.execute(DROP_WAITING, (chat,))
            return after

        return await self._database.step(work)

    async def shut_out(self, chat: ChatId, shut: ShutOut) -> None:
        """Keeps everything and holds it back; of a chat that nothing is known of, nothing."""
        await self._database.step(lambda connection: chat_rows.shut(connection, chat, shut))

    async def let_in(self, chat: ChatId) -> None:
        """Lets go what was held back."""

        async def work(connection: Connection) -> None:
            await chat_rows.lock(connection, chat)
            before = await chat_rows.kept(connection, chat)
            if before is not None and before.shut_out is not None:
                await chat_rows.put(connection, before, replace(before, shut_out=None))

        await self._database.step(work)

    async def move(self, chat: ChatId, to: ChatId) -> None:
        """Rewrites the chat's id; a second call finds nothing to move."""
        await self._database.step(lambda connection: chat_rows.move(connection, chat, to))

    async def forget(self, chat: ChatId) -> None:
        """Deletes the chat and all its rows, also those that were sent, and what only they said."""

        async def work(connection: Connection) -> None:
            await chat_rows.lock(connection, chat)
            before = await chat_rows.kept(connection, chat)
            if before is not None and before.banned is not None:
                await connection.execute(PUT, (chat, chat_text(Chat(id=chat, banned=before.banned))))
            else:
                await connection.execute("DELETE FROM chats WHERE id = %s", (chat,))
            gone = await connection.execute("DELETE FROM outbox WHERE chat = %s RETURNING content", (chat,))
            await drop_unused(connection, {content for (content,) in await gone.fetchall() if content is not None})
            await connection.execute("DELETE FROM chat_turns WHERE chat = %s", (str(chat),))
            await _forget_panels(connection, chat)

        await self._database.step(work)

    async def is_banned(self, chat: ChatId) -> bool:
        """Whether the operators want nothing to do with the chat."""
        return bool(await self._database.rows("SELECT id FROM chats WHERE id = %s AND is_banned", (chat,)))

    async def shut_out_before(self, moment: datetime) -> tuple[ChatId, ...]:
        """The chats that have not let the bot in since before ``moment``."""
        return tuple(ChatId(chat) for (chat,) in await self._database.rows(SHUT_OUT_BEFORE, (moment,)))


async def _forget_panels(connection: Connection, chat: ChatId) -> None:
    """Takes a chat out of what the broadcasts know."""
    found = await connection.execute("SELECT document FROM broadcasts ORDER BY number FOR UPDATE")
    for (text,) in await found.fetchall():
        broadcast = read_broadcast(text)
        if broadcast.chat == chat:
            document = broadcast_text(replace(broadcast, chat=None, panel=None))
            query = "UPDATE broadcasts SET document = %s WHERE number = %s"
            await connection.execute(query, (document, broadcast.number))
