"""The embedded store: TinyDB's tables over one SQLite file, owned by one process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from filelock import BaseFileLock
from tinydb.operations import delete

from bot.chats import Chat, ShutOut, is_closed
from bot.digest.model import Article, Digest, Report
from bot.digest.watched import Watch
from bot.errors import StoreFullError
from bot.outbox import (
    Broadcast,
    ChatId,
    ChatMoves,
    ChatPauses,
    NextState,
    Outgoing,
    PictureKey,
    Queued,
    RowId,
    Stage,
    State,
)
from bot.ports import Census, Depth, Library, Lost, Planned, SourceState, Spreading, Standing, Step
from bot.stories import MAIN, News, StoryName, StoryTopic
from storage.broadcasts_table import BroadcastsTable
from storage.chats_table import ChatsTable
from storage.codec import FormatError, JsonPacking
from storage.commits import Commits
from storage.database_file import DatabaseFile, broken, copy_database
from storage.durable import DurableDB
from storage.joining import joined
from storage.news_table import NewsTable
from storage.outbox_table import OutboxTable
from storage.owner import take_lock
from storage.pictures_table import PicturesTable
from storage.sources_table import SourcesTable
from storage.story_tables import StoryTables
from storage.topics_table import TopicsTable
from storage.versions import META, bring_up_to_date

log = structlog.get_logger(__name__)

TO_SCRUB = "to_scrub"  #: in the store's note: something was forgotten that may still stand on the disk
A_STRETCH = 200  #: chats or messages handled before others have their turn on the event loop


class TinyStore:
    """Every promise of `bot.ports.Store` on one file.

    All is in memory, and changed there first; nobody is answered before the change is on disk.
    """

    packing = JsonPacking()

    def __init__(self, database: DurableDB, lock: BaseFileLock) -> None:
        self._database = database
        self._lock = lock
        self._meta = database.table(META)
        self._chats = ChatsTable(self._database)
        self._outbox = OutboxTable(self._database, self._chats.is_closed)
        self._broadcasts = BroadcastsTable(self._database)
        self._sources = SourcesTable(self._database)
        self._news = NewsTable(self._database)
        self._topics = TopicsTable(self._database)
        self._pictures = PicturesTable(self._database)
        self._stories = StoryTables(self._database, self._news)
        self._commits = Commits(self._database.storage)
        self._work = asyncio.Event()
        self._scrubbing = asyncio.Lock()

    def close(self) -> None:
        """Makes lasting what is under way and gives the file up. Blocking."""
        try:
            self._commits.close()
        finally:
            self._database.close()
            self._lock.release()

    @property
    def fault(self) -> str | None:
        """Why what was stored of the stories could not be used when the store was opened; None when it could."""
        return self._stories.fault

    async def library(self) -> Library:
        """All articles there are."""
        return self._stories.library()

    async def articles(self) -> Mapping[int, Article]:
        """The articles, decoded anew in a thread."""
        return await asyncio.to_thread(self._stories.articles())

    async def packed_reports(self, numbers: Collection[int]) -> Mapping[int, str]:
        """Reports as JSON."""
        return self._stories.packed(numbers)

    @property
    def edition(self) -> int:
        """No other process has the file."""
        return 0

    async def record(self, step: Step) -> tuple[News, ...]:
        """Files articles and lets stories grow, in one step with the news of it."""
        async with self._changing():
            news = self._stories.put(step)
        self._stories.take_up(step)
        return news

    async def pieces(self, story: StoryName) -> int:
        """In how many patches the digest is kept."""
        return self._stories.pieces(story)

    async def gather(self, story: StoryName, patch: str, edition: int | None = None) -> None:
        """Keeps a digest in one piece."""
        async with self._commits.step():
            self._stories.gather(story, patch)
        self._stories.gathered(story)

    async def digest(self, story: StoryName = MAIN) -> Digest:
        """The digest last recorded; an empty one before."""
        return self._stories.digest(story)

    async def packed_story(self, story: StoryName = MAIN) -> Mapping[int, str]:
        """The reports of a story as JSON."""
        return self._stories.packed_story(story)

    async def reports(self, story: StoryName = MAIN, numbers: Collection[int] | None = None) -> Mapping[int, Report]:
        """Reports of a story, decoded anew in a thread."""
        return await asyncio.to_thread(self._stories.reports(story, numbers))

    async def chat(self, chat: ChatId) -> Chat | None:
        """What is kept about a chat, once it is lasting."""
        while True:
            found = self._chats.get(chat)
            if await self._commits.seen():
                return found

    async def change(self, chat: ChatId, change: Callable[[Chat], Chat], *, drops_waiting: bool = False) -> Chat:
        """Changes one chat, and holds back or lets go what waits for it."""
        async with self._changing():
            kept = self._chats.get(chat)
            before = kept or Chat(id=chat)
            after = change(before)
            if after != before:
                self._put(before, after)
            if drops_waiting:
                self._outbox.drop(chat)
        return after

    async def shut_out(self, chat: ChatId, shut: ShutOut) -> None:
        """Keeps everything and holds it back; of a chat that nothing is known of, nothing."""
        async with self._changing():
            self._shut(chat, shut)

    async def let_in(self, chat: ChatId) -> None:
        """Lets go what was held back."""
        async with self._changing():
            kept = self._chats.get(chat)
            if kept is not None and kept.shut_out is not None:
                self._put(kept, replace(kept, shut_out=None))

    async def forget(self, chat: ChatId) -> None:
        """Deletes the chat and all its rows, also those that were sent, and empties the log they stand in."""
        async with self._changing():
            kept = self._chats.get(chat)
            if kept is not None and kept.banned is not None:
                self._chats.put(Chat(id=chat, banned=kept.banned))
            elif kept is not None:
                self._chats.drop(chat)
            self._outbox.forget(chat)
            self._broadcasts.forget(chat)
            self._meta.update({TO_SCRUB: self._to_scrub() + 1}, doc_ids=[1])
        await self._scrub()

    async def is_banned(self, chat: ChatId) -> bool:
        """Whether the operators want nothing to do with the chat."""
        return self._chats.is_banned(chat)

    async def shut_out_before(self, moment: datetime) -> tuple[ChatId, ...]:
        """The chats that have not let the bot in since before ``moment``."""
        return self._chats.shut_out_before(moment)

    async def move(self, chat: ChatId, to: ChatId) -> None:
        """Rewrites the chat's id; a second call finds nothing to move."""
        async with self._changing():
            self._move(chat, to)

    async def subscribed(self) -> tuple[Chat, ...]:
        """Every chat with a schedule; others have their turn meanwhile."""
        found: list[Chat] = []
        for number, chat in enumerate(self._chats.subscribed(), 1):
            kept = self._chats.get(chat)
            if kept is not None and kept.schedules:
                found.append(kept)
            if number % A_STRETCH == 0:
                await asyncio.sleep(0)
        return tuple(found)

    async def due(self, now: datetime, most: int) -> tuple[Chat, ...]:
        """The chats whose time has come."""
        return self._chats.due(now, most)

    async def brief(self, planned: Sequence[Planned], now: datetime) -> int:
        """Records what the chats become and their messages in one step."""
        async with self._changing():
            done = [one for one in planned if self._brief(one, now)]
        return len(done)

    async def next_due(self) -> datetime | None:
        """The earliest moment at which anybody is due."""
        return self._chats.next_due()

    async def pending_news(self) -> Spreading | None:
        """The first news that is not spread, once it is lasting."""
        while True:
            found = self._news.pending()
            if await self._commits.seen():
                return found

    async def listeners(self, story: StoryName) -> tuple[ChatId, ...]:
        """The chats that want a story's alerts."""
        return self._chats.listeners(story)

    async def watchers(self, story: StoryName) -> Mapping[Watch, Collection[ChatId]]:
        """What the listeners of a story watch for."""
        return self._chats.watchers(story)

    async def chats(self, ids: Sequence[ChatId]) -> tuple[Chat, ...]:
        """Chats by their ids."""
        return self._chats.many(ids)

    async def tell(self, planned: Sequence[Planned], of: Spreading, reached: ChatId, now: datetime) -> bool:
        """Tells chats of pending news in one step with the note of how far it is."""
        async with self._changing():
            is_as_before = all(self._chats.get(one.before.id) == one.before for one in planned)
            if is_as_before and self._news.pending() == of:
                for one in planned:
                    self._brief(one, now)
                self._news.reach(of.news.number, reached)
                return True
        return False

    async def end_news(self, number: int, *, keep: bool) -> None:
        """Makes pending news spread."""
        async with self._commits.step():
            self._news.end(number, keep=keep)

    async def news(self, numbers: Collection[int]) -> Mapping[int, News]:
        """News by its numbers."""
        return self._news.many(numbers)

    async def recent_news(self, story: StoryName, most: int) -> tuple[News, ...]:
        """The newest news of a story."""
        return self._news.recent(story, most)

    async def held_due(self, now: datetime, most: int) -> tuple[Chat, ...]:
        """The chats whose held alerts are due."""
        return self._chats.held_due(now, most)

    async def prune_news(self, before: datetime) -> int:
        """Drops old news."""
        async with self._commits.step():
            return self._news.prune(before)

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
                    self._shut(chat, ShutOut(reason=reason, since=now))
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
        await self._scrub()  # what was forgotten while another process read the file, or before a crash
        return count

    async def depth(self) -> Depth:
        """What the outbox holds."""
        return self._outbox.depth()

    async def lost(self, most: int) -> tuple[Lost, ...]:
        """The messages given up."""
        return self._outbox.lost(most)

    async def topics(self) -> tuple[StoryTopic, ...]:
        """The stories that operators declared."""
        return self._topics.all()

    async def keep_topic(self, topic: StoryTopic) -> None:
        """Keeps a story."""
        async with self._commits.step():
            self._topics.put(topic)

    async def drop_topic(self, name: StoryName) -> bool:
        """Forgets a story."""
        async with self._commits.step():
            return self._topics.drop(name)

    async def dismissed(self) -> tuple[Watch, ...]:
        """The words that are not wanted."""
        return self._topics.dismissed()

    async def dismiss(self, words: Watch) -> None:
        """Notes that a story of these words is not wanted."""
        async with self._commits.step():
            self._topics.dismiss(words)

    async def followers(self, gone_but: Collection[StoryName]) -> tuple[ChatId, ...]:
        """The chats that follow another story than these."""
        return self._chats.followers(gone_but)

    async def draft(self, html: str, now: datetime) -> Broadcast:
        """A new draft."""
        async with self._commits.step():
            return self._broadcasts.draft(html, now)

    async def broadcasts(self) -> tuple[Broadcast, ...]:
        """Every broadcast that is not over."""
        return self._broadcasts.all()

    async def change_broadcast(self, number: int, change: Callable[[Broadcast], Broadcast]) -> Broadcast | None:
        """Changes one broadcast."""
        async with self._commits.step():
            kept = self._broadcasts.get(number)
            after = None if kept is None else change(kept)
            if after is not None:
                self._broadcasts.put(after)
        return after

    async def recipients(self, now: datetime) -> tuple[ChatId, ...]:
        """The chats that a broadcast goes to."""
        return self._chats.reachable(now)

    async def spread(self, number: int, messages: Sequence[Outgoing], after: Broadcast, now: datetime) -> bool:
        """Queues messages of a broadcast in one step with the note of how far it is."""
        async with self._changing():
            kept = self._broadcasts.get(number)
            if kept is None or kept.stage is not Stage.SENDING:
                return False
            there = [message for message in messages if self._is_open(message.chat)]
            self._outbox.queue(there, now)
            self._broadcasts.put(after)
        return True

    async def reach(self, key: str) -> Mapping[State, int]:
        """How far a broadcast's messages are."""
        return self._outbox.reach(key)

    async def call_back(self, key: str) -> int:
        """Drops what waits of a broadcast, a stretch at a time."""
        waiting = self._outbox.waiting_under(key)
        count = 0
        for start in range(0, len(waiting), A_STRETCH):
            async with self._commits.step():
                count += self._outbox.drop_rows(waiting[start : start + A_STRETCH])
        return count

    async def end_broadcast(self, number: int) -> None:
        """Deletes a broadcast."""
        async with self._commits.step():
            self._broadcasts.drop(number)

    async def sources(self) -> tuple[SourceState, ...]:
        """Every source that is followed."""
        return self._sources.all()

    async def settle_sources(self, states: Sequence[SourceState]) -> tuple[SourceState, ...]:
        """Follows these sources and no others."""
        async with self._commits.step():
            return self._sources.settle(states)

    async def add_sources(self, states: Sequence[SourceState]) -> tuple[SourceState, ...]:
        """Follows more sources."""
        async with self._commits.step():
            return self._sources.add(states)

    async def change_source(self, number: int, change: Callable[[SourceState], SourceState]) -> SourceState | None:
        """Changes one source."""
        async with self._commits.step():
            return self._sources.change(number, change)

    async def remove_source(self, number: int) -> SourceState | None:
        """Follows one source no more."""
        async with self._commits.step():
            return self._sources.remove(number)

    async def keep_picture(self, key: PictureKey, png: bytes, now: datetime) -> None:
        """Keeps a picture."""
        async with self._commits.step():
            self._pictures.keep(key, png, now)

    async def picture(self, key: PictureKey) -> bytes | None:
        """The PNG."""
        return self._pictures.png(key)

    async def file_id(self, key: PictureKey, bot: int) -> str | None:
        """Under which id Telegram has the picture."""
        return self._pictures.file_id(key, bot)

    async def keep_file_id(self, key: PictureKey, bot: int, file_id: str | None) -> None:
        """Notes the id, or that there is none."""
        async with self._commits.step():
            self._pictures.keep_file_id(key, bot, file_id)

    async def prune_pictures(self, before: datetime) -> int:
        """Drops old pictures."""
        async with self._commits.step():
            return self._pictures.prune(before)

    @property
    def size(self) -> int:
        """Bytes of the file and its log."""
        return self._database.storage.file.size()

    async def trouble(self) -> str | None:
        """What kept the last step from the disk."""
        failure = self._commits.failure
        return None if failure is None else str(failure)

    async def census(self) -> Census:
        """How many chats there are."""
        return self._chats.census()

    async def standings(self, first: int, most: int) -> tuple[Standing, ...]:
        """Some of the chats."""
        return self._chats.standings(first, most)

    async def backup(self, to: Path) -> None:
        """Copies the file while work goes on."""
        await asyncio.to_thread(copy_database, self._database.storage.file.path, to)

    async def _scrub(self) -> None:
        """Leaves nothing on disk of what was forgotten; what cannot be done now is done by the next call."""
        async with self._scrubbing:  # who waits here finds it done, or does it for all who wait
            mark = self._to_scrub()
            if mark and await asyncio.to_thread(self._scrubbed):
                async with self._commits.step():
                    if self._to_scrub() == mark:
                        self._meta.update(delete(TO_SCRUB), doc_ids=[1])

    def _to_scrub(self) -> int:
        """How often something was forgotten since the disk was last free of all that was; 0 when it is."""
        meta = self._meta.get(doc_id=1)
        return 0 if meta is None else int(meta.get(TO_SCRUB, 0))

    def _scrubbed(self) -> bool:
        try:
            return self._database.storage.file.scrub()
        except StoreFullError as error:
            log.warning(
                "what was forgotten stays on disk until there is room to write the file anew", reason=str(error)
            )
            return False

    @asynccontextmanager
    async def _changing(self) -> AsyncIterator[None]:
        """A step after which there may be something to send."""
        async with self._commits.step():
            yield
            self._work.set()

    def _brief(self, planned: Planned, now: datetime) -> bool:
        if self._chats.get(planned.before.id) != planned.before:
            return False
        self._chats.put(planned.after)
        self._outbox.queue(planned.messages, now)
        return True

    def _put(self, before: Chat, after: Chat) -> None:
        """Keeps the chat, and holds back or lets go what waits for it when it comes to be closed or open."""
        self._chats.put(after)
        if is_closed(before) and not is_closed(after):
            self._outbox.resume(after.id)
        elif is_closed(after) and not is_closed(before):
            self._outbox.pause(after.id)

    def _is_open(self, chat: ChatId) -> bool:
        kept = self._chats.get(chat)
        return kept is not None and not is_closed(kept)

    def _shut(self, chat: ChatId, shut: ShutOut) -> None:
        kept = self._chats.get(chat)
        if kept is None and not self._outbox.has_any(chat):
            return
        before = kept or Chat(id=chat)
        self._put(before, replace(before, shut_out=before.shut_out or shut))

    def _move(self, chat: ChatId, to: ChatId) -> None:
        if chat == to:
            return
        old = self._chats.get(chat)
        if old is not None:
            self._chats.put(joined(old, self._chats.get(to), to))
            self._chats.drop(chat)
        self._outbox.move(chat, to)
        if not self._chats.is_closed(to):
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
