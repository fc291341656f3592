"""The embedded store: TinyDB's tables over one SQLite file, owned by one process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from filelock import BaseFileLock

from bot.digest.model import Digest
from bot.outbox import ChatId, ChatMoves, ChatPauses, NextState, Outgoing, Queued, RowId, State
from bot.ports import Briefed, Chat, Depth, Lost, Mark, Schedule, Story
from storage.chats_table import ChatsTable
from storage.codec import FormatError
from storage.commits import Commits
from storage.database_file import DatabaseFile, broken, copy_database
from storage.durable import DurableDB
from storage.outbox_table import OutboxTable
from storage.owner import take_lock
from storage.story_tables import StoryTables
from storage.versions import META, bring_up_to_date

A_STRETCH = 200  #: chats or messages handled before others have their turn on the event loop


class TinyStore:
    """Every promise of `bot.ports.Store` on one file.

    All is in memory, and changed there first; nobody is answered before the change is on disk. ``fault`` says why a
    stored story cannot be used, None when it can; the articles can build it again. ``story_name`` is the name of the
    story that was stored when the store was opened; None when there was none.
    """

    def __init__(self, database: DurableDB, lock: BaseFileLock) -> None:
        self._database = database
        self._lock = lock
        self._meta = database.table(META)
        self._chats = ChatsTable(self._database)
        self._outbox = OutboxTable(self._database, self._chats.is_paused)
        self._stories = StoryTables(self._database)
        self._digest, self.fault = self._stories.digest()
        self.story_name = self._stories.name()
        self._commits = Commits(self._database.storage)
        self._work = asyncio.Event()

    def close(self) -> None:
        """Makes lasting what is under way and gives the file up. Blocking."""
        try:
            self._commits.close()
        finally:
            self._database.close()
            self._lock.release()

    async def story(self) -> Story | None:
        """The stored story, decoded anew in a thread."""
        return await asyncio.to_thread(self._stories.reader())

    async def record_story(self, story: Story) -> None:
        """Replaces the story; only the reports that differ are written."""
        texts = await asyncio.to_thread(self._stories.encoded, story)
        async with self._commits.step():
            self._stories.put(texts)
        self._digest = story.digest

    async def digest(self) -> Digest:
        """The digest last recorded; an empty one before."""
        return self._digest

    async def chat(self, chat: ChatId) -> Chat | None:
        """What is kept about a chat, once it is lasting."""
        while True:
            found = self._chats.get(chat)
            if await self._commits.seen():
                return found

    async def subscribe(
        self, chat: ChatId, schedule: Schedule, *, since: datetime, next_due: datetime, thread: int | None
    ) -> None:
        """Sets the chat's schedule, and lets go what a pause held back."""
        async with self._changing():
            kept = self._chats.get(chat) or Chat(id=chat)
            chosen = replace(
                kept, schedule=schedule, zone=schedule.zone, since=since, next_due=next_due, thread=thread, paused=None
            )
            self._chats.put(chosen)
            self._outbox.resume(chat)

    async def unsubscribe(self, chat: ChatId) -> bool:
        """Ends the subscription; the mark stays, so that a later one tells what is new."""
        async with self._changing():
            kept = self._chats.get(chat)
            was_subscribed = kept is not None and kept.schedule is not None
            if kept is not None:
                self._chats.put(replace(kept, schedule=None, since=None, next_due=None))
            self._outbox.drop(chat)
        return was_subscribed

    async def pause(self, chat: ChatId, reason: str) -> None:
        """Keeps everything; of a chat that nothing is known of, nothing."""
        async with self._changing():
            if self._chats.get(chat) is not None or self._outbox.has_any(chat):
                self._pause(chat, reason)

    async def resume(self, chat: ChatId) -> None:
        """Ends a pause, and lets go what it held back."""
        async with self._changing():
            kept = self._chats.get(chat)
            if kept is not None and kept.paused is not None:
                self._chats.put(replace(kept, paused=None))
                self._outbox.resume(chat)

    async def move(self, chat: ChatId, to: ChatId) -> None:
        """Rewrites the chat's id; a second call finds nothing to move."""
        async with self._changing():
            self._move(chat, to)

    async def subscribed(self) -> tuple[Chat, ...]:
        """Every chat with a schedule; others have their turn meanwhile."""
        found: list[Chat] = []
        for number, chat in enumerate(self._chats.subscribed(), 1):
            kept = self._chats.get(chat)
            if kept is not None and kept.schedule is not None:
                found.append(kept)
            if number % A_STRETCH == 0:
                await asyncio.sleep(0)
        return tuple(found)

    async def due(self, now: datetime, most: int) -> tuple[Chat, ...]:
        """The chats whose time has come."""
        return self._chats.due(now, most)

    async def brief(self, briefings: Sequence[Briefed], now: datetime) -> int:
        """Records marks and messages in one step."""
        async with self._changing():
            done = [briefed for briefed in briefings if self._brief(briefed, now)]
        return len(done)

    async def plan(self, moments: Mapping[ChatId, tuple[Schedule, datetime]]) -> None:
        """Corrects derived moments."""
        async with self._commits.step():
            for chat, (schedule, moment) in moments.items():
                kept = self._chats.get(chat)
                if kept is not None and kept.schedule == schedule:
                    self._chats.put(replace(kept, next_due=moment))

    async def next_due(self) -> datetime | None:
        """The earliest moment at which anybody is due."""
        return self._chats.next_due()

    async def zone_rules(self) -> str | None:
        """The version noted last."""
        meta = self._meta.get(doc_id=1)
        return None if meta is None else meta.get("zone_rules")

    async def record_zone_rules(self, version: str) -> None:
        """Notes a version."""
        async with self._commits.step():
            self._meta.update({"zone_rules": version}, doc_ids=[1])

    async def claim(self, most: int, now: datetime) -> tuple[Queued, ...]:
        """Takes messages, in memory alone: after a crash they were never taken."""
        self._work.clear()
        return self._outbox.take(most, now)

    async def begin(self, rows: Collection[RowId], now: datetime) -> frozenset[RowId]:
        """Marks what is still taken as being sent; who is cancelled meanwhile has sent nothing, and gives it back."""
        begun: frozenset[RowId] = frozenset()
        try:
            async with self._commits.step():
                begun = self._outbox.begin(rows)
        except asyncio.CancelledError:
            with self._database.storage.step() as step:
                self._outbox.release(begun)
            self._commits.hand_in(step)
            raise
        return begun

    async def settle(self, queued: Queued, state: NextState, now: datetime, notices: Sequence[Outgoing] = ()) -> None:
        """Records what became of a message, of its chat, and what is to be said of it."""
        async with self._changing():
            chat = self._outbox.holder(queued.id)
            if chat is None:
                return
            match state:
                case ChatPauses(reason=reason):
                    self._pause(chat, reason)
                    self._outbox.release((queued.id,))
                case ChatMoves(to=to):
                    self._outbox.release((queued.id,))
                    self._move(chat, to)
                case _:
                    thread = self._outbox.settle(queued.id, state, now)
                    self._leave_topic(chat, thread)
            self._outbox.queue(notices, now)

    async def release(self, rows: Collection[RowId], now: datetime) -> None:
        """Returns messages that were not sent."""
        async with self._changing():
            self._outbox.release(rows)

    async def recover(self, now: datetime) -> int:
        """Returns what a process that ended was sending."""
        async with self._changing():
            return self._outbox.recover(now)

    async def wait_for_work(self, within: timedelta) -> None:
        """Waits for something to claim."""
        try:
            async with asyncio.timeout(within.total_seconds()):
                await self._work.wait()
        except TimeoutError:
            return

    async def prune(self, sent_before: datetime, dead_before: datetime) -> int:
        """Drops what is old, a stretch at a time."""
        count = 0
        for state, moment in ((State.SENT, sent_before), (State.DEAD, dead_before)):
            dropped = A_STRETCH
            while dropped == A_STRETCH:
                async with self._commits.step():
                    dropped = self._outbox.prune(state, moment, A_STRETCH)
                count += dropped
        return count

    async def depth(self) -> Depth:
        """What the outbox holds."""
        return self._outbox.depth()

    async def lost(self, most: int) -> tuple[Lost, ...]:
        """The messages given up."""
        return self._outbox.lost(most)

    async def backup(self, to: Path) -> None:
        """Copies the file while work goes on."""
        await asyncio.to_thread(copy_database, self._database.storage.file.path, to)

    @asynccontextmanager
    async def _changing(self) -> AsyncIterator[None]:
        """A step after which there may be something to send."""
        async with self._commits.step():
            yield
            self._work.set()

    def _brief(self, briefed: Briefed, now: datetime) -> bool:
        kept = self._chats.get(briefed.chat)
        if kept is None or kept.paused is not None or kept.schedule != briefed.mark.schedule:
            return False
        if _covers(kept.mark, briefed.mark):
            return False
        self._chats.put(replace(kept, mark=briefed.mark, next_due=briefed.next_due))
        self._outbox.queue(briefed.messages, now)
        return True

    def _pause(self, chat: ChatId, reason: str) -> None:
        self._chats.put(replace(self._chats.get(chat) or Chat(id=chat), paused=reason))
        self._outbox.pause(chat)

    def _move(self, chat: ChatId, to: ChatId) -> None:
        if chat == to:
            return
        old = self._chats.get(chat)
        if old is not None:
            self._chats.put(_joined(old, self._chats.get(to), to))
            self._chats.drop(chat)
        self._outbox.move(chat, to)
        if not self._chats.is_paused(to):
            self._outbox.resume(to)

    def _leave_topic(self, chat: ChatId, thread: int | None) -> None:
        kept = self._chats.get(chat) if thread is not None else None
        if kept is not None and kept.thread == thread:
            self._chats.put(replace(kept, thread=None))


def open_store(folder: Path, file: str) -> TinyStore:
    """Takes the store in ``folder``, which is made when missing; ``file`` names its database. Blocking.

    Raises:
        StoreBusyError: another process owns the folder.
        StoreBrokenError: the database cannot be read.
        StoreVersionError: it was written by a later version.
        StoreFullError: it cannot be made.
    """
    lock = take_lock(folder)
    try:
        return _open(folder / file, lock)
    except BaseException:
        lock.release()
        raise


def _open(path: Path, lock: BaseFileLock) -> TinyStore:
    file = DatabaseFile(path)
    try:
        database = DurableDB(file)
        bring_up_to_date(database, path)
        return TinyStore(database, lock)
    except FormatError as error:
        file.close()
        raise broken(path, str(error)) from error
    except BaseException:
        file.close()
        raise


def _covers(kept: Mark | None, mark: Mark) -> bool:
    return kept is not None and kept.schedule == mark.schedule and kept.day >= mark.day


def _joined(old: Chat, new: Chat | None, to: ChatId) -> Chat:
    """The chat under its new id: what the new id chose for itself wins."""
    kept = new if new is not None and new.schedule is not None else replace(old, id=to)
    return replace(kept, mark=kept.mark or old.mark, paused=None)
