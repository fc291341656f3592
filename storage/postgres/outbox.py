"""What delivery asks of the store. A claimed message names the process that holds it; only that one may go on."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, assert_never

from bot.chats import ShutOut
from bot.errors import StoreAwayError
from bot.outbox import (
    ChatId,
    ChatMoves,
    ChatPauses,
    Delivered,
    Dies,
    LeavesTopic,
    NextState,
    Outgoing,
    Queued,
    RowId,
    State,
    Waits,
)
from bot.ports import Depth, Lost
from storage.codec import read_content
from storage.outbox_index import FARTHEST
from storage.postgres import chat_rows
from storage.postgres.contents import drop_unused
from storage.postgres.database import Connection, Database, Work
from storage.postgres.grouping import Grouped
from storage.postgres.rates import drop_turns
from storage.postgres.workers import Worker, return_lost
from storage.rows import Content

A_STRETCH = 1000  #: messages dropped in one step

CLAIM = """
WITH heads AS (
    SELECT id FROM outbox AS o
    WHERE state = 'pending' AND holder IS NULL
        AND (not_before IS NULL OR not_before <= %(now)s OR not_before > %(farthest)s)
        AND NOT EXISTS (
            SELECT FROM outbox AS earlier
            WHERE earlier.chat = o.chat AND earlier.state IN ('pending', 'sending', 'paused')
                AND (earlier.id < o.id OR earlier.holder IS NOT NULL)
        )
    ORDER BY id LIMIT %(most)s FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE outbox SET holder = %(worker)s FROM heads WHERE outbox.id = heads.id
    RETURNING outbox.*
)
SELECT taken.id, chat, key, document, thread, silent, attempts, doubts
FROM taken JOIN contents ON contents.id = taken.content ORDER BY taken.id
"""
BEGIN = """
UPDATE outbox SET state = 'sending', not_before = NULL
WHERE id = ANY(%s) AND holder = %s AND state = 'pending' RETURNING id
"""
RELEASE = """
UPDATE outbox SET holder = NULL, state = CASE
    WHEN state = 'pending' THEN 'pending'
    WHEN (SELECT is_closed FROM chats WHERE id = outbox.chat) THEN 'paused' ELSE 'pending' END
WHERE id = ANY(%s) AND holder = %s
"""
FORGOTTEN = "UPDATE outbox SET holder = NULL WHERE holder = %s AND state = 'pending' AND NOT id = ANY(%s)"
HELD = "SELECT chat, thread FROM outbox WHERE id = %s AND holder = %s FOR NO KEY UPDATE"
DELIVERED = """
WITH done AS MATERIALIZED (
    SELECT id, at FROM unnest(%s::bigint[], %s::timestamptz[]) AS d (id, at) JOIN outbox USING (id)
    WHERE holder = %s ORDER BY id FOR NO KEY UPDATE OF outbox
)
UPDATE outbox SET state = 'sent', settled = done.at, holder = NULL, content = NULL, thread = NULL, silent = false,
    attempts = 0, doubts = 0, not_before = NULL, queued = NULL, reason = NULL
FROM done WHERE outbox.id = done.id RETURNING outbox.id
"""
DIES = "UPDATE outbox SET state = 'dead', settled = %s, reason = %s, holder = NULL, not_before = NULL WHERE id = %s"
WAITS = "UPDATE outbox SET attempts = %s, doubts = %s, not_before = %s, reason = %s WHERE id = %s"
PRUNE = """
DELETE FROM outbox WHERE id IN (
    SELECT id FROM outbox WHERE state = %s AND settled < %s AND state IN ('sent', 'dead')
    ORDER BY settled LIMIT %s FOR UPDATE SKIP LOCKED
)
"""
COUNTS = "SELECT state, count(*) FROM outbox GROUP BY state"
OLDEST = "SELECT min(queued) FROM outbox WHERE state IN ('pending', 'sending', 'paused')"
LOST = """
SELECT chat, key, document, thread, silent, reason, settled FROM outbox JOIN contents ON contents.id = outbox.content
WHERE state = 'dead' AND settled IS NOT NULL AND state IN ('sent', 'dead')
ORDER BY settled DESC, outbox.id DESC LIMIT %s
"""
MANY = 20_000  #: messages that are counted anew each time it is asked how many there are
SHARE = 50  #: of the time, what counting a large outbox may take


@dataclass(slots=True, kw_only=True)
class Claims:
    """What this process knows of its claims: the rows, and whether an answer about some may have been lost."""

    rows: set[RowId] = field(default_factory=set)
    is_sure: bool = True
    work: asyncio.Event = field(default_factory=asyncio.Event)
    depth: Depth | None = None
    depth_until: float = 0.0


class Outbox:
    """`bot.ports.OutboxStore`."""

    _database: Database
    _worker: Worker
    _claims: Claims
    _begins: Grouped[Collection[RowId], frozenset[RowId]]
    _deliveries: Grouped[tuple[RowId, datetime], None]

    async def claim(self, most: int, now: datetime) -> tuple[Queued, ...]:
        """Takes messages for this process; when the server crashes, they were never taken."""
        self._claims.work.clear()
        if most <= 0:
            return ()
        worker = await self._worker.id()

        async def work(connection: Connection) -> list[Any]:
            await connection.execute("SET LOCAL synchronous_commit TO off")
            if not self._claims.is_sure:
                await connection.execute(FORGOTTEN, (worker, list(self._claims.rows)))
            values = {"worker": worker, "now": now, "farthest": now + FARTHEST, "most": most}
            return await (await connection.execute(CLAIM, values)).fetchall()

        try:
            rows = await self._database.step(work)
        except (StoreAwayError, asyncio.CancelledError):
            self._claims.is_sure = False
            raise
        self._claims.is_sure = True
        self._claims.rows |= {RowId(row[0]) for row in rows}
        contents: dict[str, Content] = {}
        return tuple(_queued(row, contents) for row in rows)

    async def begin(self, rows: Collection[RowId], now: datetime) -> frozenset[RowId]:
        """Marks what this process still holds as being sent; who is cancelled meanwhile gives it back.

        This is the fence: a process that was given up for dead meanwhile holds nothing any more.
        """
        self._claims.rows.difference_update(rows)
        try:
            return await self._begins.do(rows)
        except asyncio.CancelledError:
            await asyncio.shield(self._take_back(rows, now))
            raise

    async def _take_back(self, rows: Collection[RowId], now: datetime) -> None:
        """Returns messages that a step may be beginning just now; it is over when one that comes after it is."""
        await self._begins.do(())
        await self.release(rows, now)

    async def _begin_together(self, asked: Sequence[Collection[RowId]]) -> list[frozenset[RowId]]:
        """Begins what several ask for in one step; what two ask for is the first's."""
        worker = await self._worker.id()
        begun = {row for (row,) in await self._database.rows(BEGIN, ([row for rows in asked for row in rows], worker))}
        answers = []
        for rows in asked:
            answers.append(frozenset(begun.intersection(rows)))
            begun.difference_update(rows)
        return answers

    async def settle(self, queued: Queued, state: NextState, now: datetime, notices: Sequence[Outgoing] = ()) -> None:
        """Records what became of a message, of its chat, and what is to be said of it."""
        if isinstance(state, Delivered) and not notices:
            await self._deliveries.do((queued.id, now))
        else:
            await self._settle_alone(queued.id, state, now, notices)
        self._claims.rows.discard(queued.id)
        self._claims.work.set()

    async def _settle_alone(self, row: RowId, state: NextState, now: datetime, notices: Sequence[Outgoing]) -> None:
        worker = await self._worker.id()

        async def work(connection: Connection) -> None:
            if await _settle(connection, row, worker, state, now):
                await chat_rows.queue(connection, notices, now)

        await self._database.step(work)

    async def _deliver_together(self, asked: Sequence[tuple[RowId, datetime]]) -> list[None]:
        """Records in one step that messages arrived."""
        rows, moments = [row for row, _ in asked], [moment for _, moment in asked]
        await self._database.rows(DELIVERED, (rows, moments, await self._worker.id()))
        return [None] * len(asked)

    async def release(self, rows: Collection[RowId], now: datetime) -> None:
        """Returns messages that were not sent."""
        worker = await self._worker.id()

        async def work(connection: Connection) -> None:
            await connection.execute(RELEASE, (list(rows), worker))

        await self._database.step(work)
        self._claims.rows.difference_update(rows)
        self._claims.work.set()

    async def recover(self, now: datetime) -> int:
        """Returns what processes held that do not live any more; that is done every few seconds, too."""
        return await self._database.step(lambda connection: return_lost(connection, now))

    async def wait_for_work(self, within: timedelta) -> None:
        """Waits for something to claim; another process's work is heard of, or looked for every second."""
        try:
            async with asyncio.timeout(within.total_seconds()):
                await self._claims.work.wait()
        except TimeoutError:
            return

    async def prune(self, sent_before: datetime, dead_before: datetime) -> int:
        """Drops what is old, a stretch at a time, and the texts that nothing says any more."""
        count = 0
        for state, moment in ((State.SENT, sent_before), (State.DEAD, dead_before)):
            while dropped := await self._database.step(_pruning(state, moment)):
                count += dropped
        await self._database.step(drop_unused)
        await self._database.step(drop_turns)
        return count

    async def depth(self) -> Depth:
        """What the outbox holds; counted anew at each call unless it is very much."""
        loop = asyncio.get_running_loop()
        if self._claims.depth is not None and loop.time() < self._claims.depth_until:
            return self._claims.depth
        began = loop.time()
        found = await self._database.step(_depth)
        cost = loop.time() - began
        self._claims.depth = found
        self._claims.depth_until = loop.time() + cost * SHARE if sum(found.by_state.values()) > MANY else 0.0
        return found

    async def lost(self, most: int) -> tuple[Lost, ...]:
        """The messages given up."""

        async def look(connection: Connection) -> tuple[Lost, ...]:
            found = await connection.execute(LOST, (most,))
            return tuple(_lost(row) for row in await found.fetchall())

        return await self._database.step(look)


async def _settle(connection: Connection, row: RowId, worker: int, state: NextState, now: datetime) -> bool:
    """Records what became of one message; False when this process does not hold it."""
    if isinstance(state, Delivered):
        return (await connection.execute(DELIVERED, ([row], [now], worker))).rowcount == 1
    held = await (await connection.execute(HELD, (row, worker))).fetchone()
    if held is None:
        return False
    chat, thread = ChatId(held[0]), held[1]
    match state:
        case ChatPauses(reason=reason):
            await connection.execute(RELEASE, ([row], worker))
            await chat_rows.shut(connection, chat, ShutOut(reason=reason, since=now))
        case ChatMoves(to=to):
            await connection.execute(RELEASE, ([row], worker))
            await chat_rows.move(connection, chat, to)
        case Dies(reason=reason):
            await connection.execute(DIES, (now, reason, row))
        case Waits(pause=pause, attempts=attempts, doubts=doubts, reason=reason):
            await connection.execute(WAITS, (attempts, doubts, now + pause, reason, row))
            await connection.execute(RELEASE, ([row], worker))
        case LeavesTopic(reason=reason) if thread is None:  # there is no topic that it could leave
            await connection.execute(DIES, (now, reason, row))
        case LeavesTopic():
            await connection.execute(RELEASE, ([row], worker))
            await chat_rows.leave_topic(connection, chat, thread)
        case _:
            assert_never(state)
    return True


def _pruning(state: State, moment: datetime) -> Work[int]:
    async def work(connection: Connection) -> int:
        return (await connection.execute(PRUNE, (state, moment, A_STRETCH))).rowcount

    return work


async def _depth(connection: Connection) -> Depth:
    counts = {State(state): count for state, count in await (await connection.execute(COUNTS)).fetchall()}
    row = await (await connection.execute(OLDEST)).fetchone()
    return Depth(by_state={state: counts.get(state, 0) for state in State}, oldest=None if row is None else row[0])


def _queued(row: Sequence[Any], contents: dict[str, Content]) -> Queued:
    number, *said, attempts, doubts = row
    return Queued(id=RowId(number), message=_message(said, contents), attempts=attempts, doubts=doubts)


def _lost(row: Sequence[Any]) -> Lost:
    *said, reason, settled = row
    return Lost(message=_message(said, {}), reason=reason or "", at=settled)


def _message(said: Sequence[Any], contents: dict[str, Content]) -> Outgoing:
    """A message by its row's first columns; ``contents`` are the texts that were decoded already."""
    chat, key, document, thread, silent = said
    if document not in contents:
        contents[document] = read_content(document)
    content = contents[document]
    return Outgoing(
        key=key,
        chat=ChatId(chat),
        html=content.html,
        keys=content.keys,
        thread=thread,
        silent=silent,
        picture=content.picture,
    )
