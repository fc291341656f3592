"""The outbox in its two tables: rows in the order they were queued, and what they say, kept once.

Every method that changes something does so within the step that is open, and waits for nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.outbox import (
    MOST_DOUBTS,
    ChatId,
    Delivered,
    Dies,
    LeavesTopic,
    Outgoing,
    Queued,
    RowId,
    State,
    Waits,
)
from bot.ports import Depth, Lost
from storage.codec import content_text, read_content, read_row, row_text
from storage.durable import DurableDB, DurableTable
from storage.outbox_index import OutboxIndex
from storage.rows import Content, Row

ROWS = "outbox"
CONTENTS = "contents"
WAITING = (State.PENDING, State.PAUSED)
INTERRUPTED = "unknown whether it arrived: the program ended while it was being sent"


class OutboxTable:
    """The messages on their way; ``is_closed`` says of a chat whether nothing may be sent to it."""

    def __init__(self, database: DurableDB, is_closed: Callable[[ChatId], bool]) -> None:
        self._is_closed = is_closed
        self._index = OutboxIndex()
        self._contents: dict[int, Content] = {}
        self._content_ids: dict[Content, int] = {}
        self._rows: DurableTable = database.table(ROWS)
        self._texts: DurableTable = database.table(CONTENTS)
        database.storage.watch(CONTENTS, self._content_changed)
        database.storage.watch(ROWS, self._row_changed)

    def queue(self, messages: Iterable[Outgoing], now: datetime) -> int:
        """Puts messages behind all others of their chats, and counts them; left out is what was queued before."""
        count = 0
        for message in messages:
            if self._index.find(message.chat, message.key) is None:
                row = Row(
                    chat=message.chat,
                    key=message.key,
                    state=self._waiting_state(message.chat),
                    content=self._content(message),
                    thread=message.thread,
                    silent=message.silent,
                    queued=now,
                )
                self._rows.add(row_text(row))
                count += 1
        return count

    def take(self, most: int, now: datetime) -> tuple[Queued, ...]:
        """Takes messages, in memory alone."""
        return tuple(self._queued(key) for key in self._index.take(most, now))

    def begin(self, rows: Collection[RowId]) -> frozenset[RowId]:
        """Marks those that are still taken as being sent."""
        begun = frozenset(row for row in rows if row in self._index.taken)
        for key in begun:
            self._put(key, replace(self._index.row(key), state=State.SENDING, not_before=None))
        return begun

    def holder(self, key: RowId) -> ChatId | None:
        """The chat, as it is known now, of a message that is taken or being sent; None when it is neither."""
        row = self._index.find_row(key)
        return row.chat if row is not None and (key in self._index.taken or row.state is State.SENDING) else None

    def release(self, rows: Collection[RowId]) -> None:
        """Returns what is taken or being sent and certainly was not sent."""
        for key in rows:
            self._index.give_back(key)
            row = self._index.find_row(key)
            if row is not None and row.state is State.SENDING:
                self._put(key, replace(row, state=self._waiting_state(row.chat)))

    def recover(self, now: datetime) -> int:
        """Returns what a process that ended was sending, with one more doubt each."""
        rows = self._index.sending()
        for key in rows:
            row = self._index.row(key)
            if row.doubts >= MOST_DOUBTS:
                self._put(key, replace(row, state=State.DEAD, settled=now, reason=INTERRUPTED))
            else:
                self._put(key, replace(row, state=self._waiting_state(row.chat), doubts=row.doubts + 1))
        return len(rows)

    def settle(self, key: RowId, state: Delivered | Dies | Waits | LeavesTopic, now: datetime) -> int | None:
        """Records what became of one message that is held, and returns the topic that its chat leaves, if any."""
        row = self._index.row(key)
        match state:
            case Delivered():
                self._put(key, Row(chat=row.chat, key=row.key, state=State.SENT, settled=now))
            case Dies(reason=reason):
                self._put(key, replace(row, state=State.DEAD, settled=now, reason=reason, not_before=None))
            case Waits(pause=pause, attempts=attempts, doubts=doubts, reason=reason):
                again = replace(row, attempts=attempts, doubts=doubts, not_before=now + pause, reason=reason)
                self._put(key, replace(again, state=self._waiting_state(row.chat)))
            case LeavesTopic(reason=reason) if row.thread is None:  # there is no topic that it could leave
                self._put(key, replace(row, state=State.DEAD, settled=now, reason=reason, not_before=None))
            case LeavesTopic():
                self._put(key, replace(row, state=self._waiting_state(row.chat)))
                self._leave_topic(row.chat, row.thread)
                return row.thread
            case _:
                assert_never(state)
        return None

    def pause(self, chat: ChatId) -> None:
        """Holds back what waits for the chat."""
        for key in self._index.waiting(chat):
            self._put(key, replace(self._index.row(key), state=State.PAUSED))

    def resume(self, chat: ChatId) -> None:
        """Lets go what was held back, at once."""
        for key in self._index.waiting(chat):
            self._put(key, replace(self._index.row(key), state=State.PENDING, not_before=None))

    def drop(self, chat: ChatId) -> None:
        """Forgets what waits for the chat and is not being sent."""
        self._remove(self._index.waiting(chat))

    def forget(self, chat: ChatId) -> None:
        """Forgets every row of the chat, also what is being sent and what was."""
        self._remove(self._index.of(chat))

    def reach(self, key: str) -> Counter[State]:
        """The messages of a broadcast, by state."""
        return self._index.reach(key)

    def waiting_under(self, key: str) -> list[int]:
        """The messages of a broadcast that are not being sent and not done."""
        return self._index.waiting_under(key)

    def drop_rows(self, keys: Collection[int]) -> int:
        """Forgets those of the messages that still wait, and counts them."""
        found = [key for key in keys if (row := self._index.find_row(key)) is not None and row.state in WAITING]
        self._remove(found)
        return len(found)

    def move(self, chat: ChatId, to: ChatId) -> None:
        """Rewrites the chat's rows; what was queued under both ids stays under the new one."""
        for key in self._index.of(chat):
            row = self._index.row(key)
            if self._index.find(to, row.key) is not None:
                self._remove((key,))
            elif row.state in (State.PENDING, State.PAUSED):
                self._put(key, replace(row, chat=to, state=self._waiting_state(to), not_before=None))
            else:
                self._put(key, replace(row, chat=to))

    def prune(self, state: State, moment: datetime, most: int) -> int:
        """Drops up to ``most`` messages that were sent, or given up, before ``moment``, and counts them."""
        rows = self._index.done_before(state, moment, most)
        self._remove(rows)
        return len(rows)

    def depth(self) -> Depth:
        """What there is."""
        by_state, oldest = self._index.depth()
        return Depth(by_state=by_state, oldest=oldest)

    def lost(self, most: int) -> tuple[Lost, ...]:
        """What was given up, the newest first."""
        found = ((self._message(key), self._index.row(key)) for key in self._index.dead(most))
        return tuple(
            Lost(message=message, reason=row.reason or "", at=row.settled)
            for message, row in found
            if row.settled is not None
        )

    def has_any(self, chat: ChatId) -> bool:
        """Whether anything was ever queued for the chat that is not forgotten yet."""
        return bool(self._index.of(chat))

    def _leave_topic(self, chat: ChatId, thread: int | None) -> None:
        for key in self._index.waiting(chat):
            row = self._index.row(key)
            if row.thread == thread:
                self._put(key, replace(row, thread=None, not_before=None))

    def _waiting_state(self, chat: ChatId) -> State:
        return State.PAUSED if self._is_closed(chat) else State.PENDING

    def _put(self, key: int, row: Row) -> None:
        self._rows.put(key, row_text(row))
        self._drop_unused()

    def _remove(self, keys: Collection[int]) -> None:
        self._rows.drop(dict.fromkeys(keys))
        self._drop_unused()

    def _content(self, message: Outgoing) -> int:
        content = Content(html=message.html, keys=message.keys, picture=message.picture)
        known = self._content_ids.get(content)
        return known if known is not None else self._texts.add(content_text(content))

    def _drop_unused(self) -> None:
        unused = [key for key in self._index.unused if key in self._contents and not self._index.uses[key]]
        self._index.unused.clear()
        if unused:
            self._texts.drop(dict.fromkeys(unused))

    def _queued(self, key: int) -> Queued:
        row = self._index.row(key)
        return Queued(id=RowId(key), message=self._message(key), attempts=row.attempts, doubts=row.doubts)

    def _message(self, key: int) -> Outgoing:
        row = self._index.row(key)
        content = self._contents[row.content or 0]
        return Outgoing(
            key=row.key,
            chat=row.chat,
            html=content.html,
            keys=content.keys,
            thread=row.thread,
            silent=row.silent,
            picture=content.picture,
        )

    def _row_changed(self, key: int, text: str | None) -> None:
        self._index.put(key, None if text is None else read_row(text))

    def _content_changed(self, key: int, text: str | None) -> None:
        old = self._contents.pop(key, None)
        if old is not None:
            self._content_ids.pop(old, None)
        if text is not None:
            content = read_content(text)
            self._contents[key] = content
            self._content_ids[content] = key
