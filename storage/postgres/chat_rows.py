"""The rows of chats and of the outbox, as several parts of the store change them within their steps."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from bot.chats import Chat, ShutOut, is_closed
from bot.outbox import ChatId, Outgoing
from storage.codec import chat_text, content_text, read_chat
from storage.joining import joined
from storage.postgres.database import WORK, Connection, tell
from storage.rows import Content

PUT = """
INSERT INTO chats (id, document) VALUES (%s, %s)
ON CONFLICT (id) DO UPDATE SET document = excluded.document
"""
NEW_CONTENTS = """
INSERT INTO contents (hash, document) SELECT * FROM unnest(%s::bytea[], %s::text[]) ORDER BY 1
ON CONFLICT (hash) DO NOTHING
"""
KEPT_CONTENTS = "SELECT hash, id FROM contents WHERE hash = ANY(%s) ORDER BY hash FOR KEY SHARE"
QUEUE = """
INSERT INTO outbox (chat, key, state, content, thread, silent, queued)
SELECT m.chat, m.key, CASE WHEN closed.id IS NULL THEN 'pending' ELSE 'paused' END, m.content, m.thread, m.silent,
    %(now)s
FROM unnest(%(chats)s::bigint[], %(keys)s::text[], %(contents)s::bigint[], %(threads)s::bigint[], %(silent)s::boolean[])
    WITH ORDINALITY AS m (chat, key, content, thread, silent, place)
LEFT JOIN (SELECT id FROM chats WHERE id = ANY(%(chats)s) AND is_closed) AS closed ON closed.id = m.chat
ORDER BY m.place
ON CONFLICT (chat, key) DO NOTHING
"""
PAUSE = "UPDATE outbox SET state = 'paused', holder = NULL WHERE chat = %s AND state IN ('pending', 'paused')"
RESUME = """
UPDATE outbox SET state = 'pending', not_before = NULL, holder = NULL
WHERE chat = %s AND (state = 'paused' OR state = 'pending' AND not_before IS NOT NULL)
"""
LEAVE_TOPIC = """
UPDATE outbox SET thread = NULL, not_before = NULL, holder = NULL
WHERE chat = %s AND thread = %s AND state IN ('pending', 'paused')
"""
SAME_KEY = "DELETE FROM outbox USING outbox AS o WHERE outbox.chat = %s AND o.chat = %s AND outbox.key = o.key"
MOVE = """
UPDATE outbox SET
    chat = %(to)s,
    state = CASE WHEN state NOT IN ('pending', 'paused') THEN state WHEN %(closed)s THEN 'paused' ELSE 'pending' END,
    not_before = CASE WHEN state IN ('pending', 'paused') THEN NULL ELSE not_before END,
    holder = CASE WHEN state IN ('pending', 'paused') THEN NULL ELSE holder END
WHERE chat = %(chat)s
"""


async def lock(connection: Connection, *chats: ChatId) -> None:
    """Waits until nobody else is changing these chats, known or not."""
    for chat in sorted(chats):
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", (chat,))


async def kept(connection: Connection, chat: ChatId) -> Chat | None:
    """A chat that is about to be changed; locked, when it is known."""
    query = "SELECT document::text FROM chats WHERE id = %s FOR NO KEY UPDATE"
    row = await (await connection.execute(query, (chat,))).fetchone()
    return None if row is None else read_chat(row[0])


async def put(connection: Connection, before: Chat, after: Chat) -> None:
    """Keeps the chat, and holds back or lets go what waits for it when it comes to be closed or open."""
    await connection.execute(PUT, (after.id, chat_text(after)))
    if is_closed(before) and not is_closed(after):
        await connection.execute(RESUME, (after.id,))
        await tell(connection, WORK)
    elif is_closed(after) and not is_closed(before):
        await connection.execute(PAUSE, (after.id,))


async def shut(connection: Connection, chat: ChatId, why: ShutOut) -> None:
    """Closes a chat that something is known of, or was queued for."""
    await lock(connection, chat)
    found = await kept(connection, chat)
    if found is None:
        query = "SELECT EXISTS (SELECT FROM outbox WHERE chat = %s)"
        row = await (await connection.execute(query, (chat,))).fetchone()
        if row is None or not row[0]:
            return
    before = found or Chat(id=chat)
    await put(connection, before, replace(before, shut_out=before.shut_out or why))


async def move(connection: Connection, chat: ChatId, to: ChatId) -> None:
    """Rewrites the chat's id; what was queued under both ids stays under the new one."""
    if chat == to:
        return
    await lock(connection, chat, to)
    old, new = await kept(connection, chat), await kept(connection, to)
    if old is not None:
        new = joined(old, new, to)
        await connection.execute(PUT, (to, chat_text(new)))
        await connection.execute("DELETE FROM chats WHERE id = %s", (chat,))
    closed = new is not None and is_closed(new)
    await connection.execute(SAME_KEY, (chat, to))
    await connection.execute(MOVE, {"chat": chat, "to": to, "closed": closed})
    if not closed:
        await connection.execute(RESUME, (to,))
    await tell(connection, WORK)


async def leave_topic(connection: Connection, chat: ChatId, thread: int) -> None:
    """Sends everything of this topic to the General one from now on."""
    await connection.execute(LEAVE_TOPIC, (chat, thread))
    found = await kept(connection, chat)
    if found is not None and found.thread == thread:
        await connection.execute(PUT, (chat, chat_text(replace(found, thread=None))))


async def queue(connection: Connection, messages: Sequence[Outgoing], now: datetime) -> None:
    """Puts messages behind all others of their chats; left out is what was queued before.

    Who queues for a chat that is known must hold its row, so that numbers come in the order of the steps.
    """
    if not messages:
        return
    contents = [_content(message) for message in messages]
    numbers = await _contents(connection, set(contents))
    values = {
        "now": now,
        "chats": [message.chat for message in messages],
        "keys": [message.key for message in messages],
        "contents": [numbers[content] for content in contents],
        "threads": [message.thread for message in messages],
        "silent": [message.silent for message in messages],
    }
    await connection.execute(QUEUE, values)
    await tell(connection, WORK)


async def _contents(connection: Connection, wanted: Collection[Content]) -> dict[Content, int]:
    """The numbers of what messages say, which nobody can drop before this step is done."""
    texts = {content: content_text(content) for content in wanted}
    hashes = {hashlib.sha256(text.encode()).digest(): content for content, text in texts.items()}
    numbers: dict[Content, int] = {}
    while len(numbers) < len(hashes):  # one that was there may be dropped between the two statements
        await connection.execute(NEW_CONTENTS, (list(hashes), [texts[content] for content in hashes.values()]))
        found = await (await connection.execute(KEPT_CONTENTS, (list(hashes),))).fetchall()
        numbers = {hashes[bytes(digest)]: number for digest, number in found}
    return numbers


def _content(message: Outgoing) -> Content:
    return Content(html=message.html, keys=message.keys, picture=message.picture)
