"""The embedded store: TinyDB on two files, one for the chats and one for the story, owned by one process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import assert_never

from filelock import BaseFileLock, FileLock, Timeout
from tinydb import TinyDB
from tinydb.table import Document

from bot.digest.model import Digest
from bot.errors import StoreBrokenError, StoreBusyError, StoreVersionError
from bot.outbox import ChatId, ChatMoves, ChatPauses, Finished, NextState, Outgoing, Waits
from bot.ports import Chat, Failure, Mark, Schedule, Story
from storage.atomic_file import AtomicFile, TornFileError
from storage.codec import FormatError, chat_data, digest_data, read_chat, read_digest, read_report, report_data

CHATS = "chats"
STORY = "story.json"
LOCK = "lock"
KEPT_FAILURES = 20  #: a chat


class TinyStore:
    """Every promise of `bot.ports.Store` on TinyDB files.

    Chats are served from memory and changed one at a time; a change is forced to disk, in a thread, before anybody
    sees it. ``fault`` says why a stored story was set aside, None when it was not; the articles can build it again.
    ``story_name`` is the stored story's, as it was when the store was opened; None when there was none.
    """

    def __init__(self, folder: Path, chats: str, lock: BaseFileLock) -> None:
        self._lock = lock
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        self._turn = asyncio.Lock()
        self._chats, self._chat_file = _open_chats(folder / chats)
        self._story_file, self.fault = _open_story(folder / STORY)
        self._digest, fault = _stored_digest(self._story_file)
        self.fault = self.fault or fault
        self.story_name = _stored_name(self._story_file)

    def close(self) -> None:
        """Waits for the write under way and gives the files up."""
        self._writer.shutdown(wait=True)
        self._chat_file.close()
        self._story_file.close()
        self._lock.release()

    async def story(self) -> Story | None:
        """The stored story, decoded anew in a thread."""
        return await asyncio.to_thread(_stored_story, self._story_file)

    async def record_story(self, story: Story) -> None:
        """Replaces the story in one write."""

        def write() -> None:
            with _one_step(self._story_file):
                self._story_file.drop_tables()
                self._story_file.table("reports").insert_multiple(report_data(report) for report in story.reports)
                head = {"name": story.name, "reader": story.reader, "digest": digest_data(story.digest)}
                self._story_file.table("story").insert(head)

        async def commit() -> None:
            async with self._turn:
                await self._write(write)
                self._digest = story.digest

        await asyncio.shield(commit())

    async def digest(self) -> Digest:
        """The digest last recorded; an empty one before."""
        return self._digest

    async def chat(self, chat: ChatId) -> Chat | None:
        """What is kept about a chat."""
        return self._chats.get(chat)

    async def subscribe(
        self, chat: ChatId, schedule: Schedule, *, since: datetime, next_due: datetime, thread: int | None
    ) -> None:
        """Sets the chat's schedule and ends a pause."""

        def change(kept: Chat) -> Chat:
            return replace(
                kept,
                schedule=schedule,
                zone=schedule.zone,
                since=since,
                next_due=next_due,
                thread=thread,
                paused=None,
            )

        await self._change(chat, change, new=True)

    async def unsubscribe(self, chat: ChatId) -> bool:
        """Ends the subscription; the mark stays, so that a later one tells what is new."""

        def change(kept: Chat) -> Chat:
            return replace(kept, schedule=None, since=None, next_due=None, outbox=())

        before = await self._change(chat, change)
        return before is not None and before.schedule is not None

    async def pause(self, chat: ChatId, reason: str) -> None:
        """Keeps everything and sends nothing."""
        await self._change(chat, lambda kept: replace(kept, paused=reason))

    async def resume(self, chat: ChatId) -> None:
        """Ends a pause."""
        await self._change(chat, lambda kept: replace(kept, paused=None))

    async def move(self, chat: ChatId, to: ChatId) -> None:
        """Rewrites the chat's id in one write; a second call finds nothing to move."""

        async def commit() -> None:
            async with self._turn:
                old = self._chats.get(chat)
                if old is None or chat == to:
                    return
                new = _joined(old, self._chats.get(to), to)
                await self._write(lambda: self._put(new, gone=chat))
                self._chats[to] = new
                del self._chats[chat]

        await asyncio.shield(commit())

    async def subscribed(self) -> tuple[Chat, ...]:
        """Every chat with a schedule."""
        return tuple(kept for kept in self._chats.values() if kept.schedule is not None)

    async def due(self, now: datetime) -> tuple[Chat, ...]:
        """The chats whose time has come."""
        return tuple(
            kept
            for kept in self._chats.values()
            if kept.next_due is not None and kept.next_due <= now and kept.paused is None
        )

    async def brief(self, chat: ChatId, mark: Mark, next_due: datetime, messages: tuple[Outgoing, ...]) -> bool:
        """Records the mark and queues the messages in one write."""
        done = False

        def change(kept: Chat) -> Chat:
            nonlocal done
            if kept.schedule != mark.schedule or _covers(kept.mark, mark):
                return kept
            done = True
            return replace(kept, mark=mark, next_due=next_due, outbox=kept.outbox + messages)

        await self._change(chat, change)
        return done

    async def plan(self, chat: ChatId, schedule: Schedule, next_due: datetime) -> None:
        """Corrects the derived moment."""
        await self._change(chat, lambda kept: replace(kept, next_due=next_due) if kept.schedule == schedule else kept)

    async def heads(self) -> tuple[Outgoing, ...]:
        """The first waiting message of every chat that is not paused."""
        return tuple(kept.outbox[0] for kept in self._chats.values() if kept.outbox and kept.paused is None)

    async def settle(self, message: Outgoing, state: NextState, now: datetime) -> None:
        """Records what became of the head of a chat's outbox."""
        if isinstance(state, ChatMoves):
            await self.move(message.chat, state.to)
            return

        def change(kept: Chat) -> Chat:
            if not kept.outbox or kept.outbox[0].key != message.key:
                return kept
            return _settled(kept, state, now)

        await self._change(message.chat, change)

    async def _change(self, chat: ChatId, change: Callable[[Chat], Chat], *, new: bool = False) -> Chat | None:
        """Changes one chat on disk, then in memory, and returns it as it was; only ``new`` makes an unknown one."""

        async def commit() -> Chat | None:
            async with self._turn:
                before = self._chats.get(chat)
                if before is None and not new:
                    return None
                after = change(before or Chat(id=chat))
                if after != before:
                    await self._write(lambda: self._put(after))
                    self._chats[chat] = after
                return before

        return await asyncio.shield(commit())

    def _put(self, chat: Chat, gone: ChatId | None = None) -> None:
        table = self._chat_file.table(CHATS, cache_size=0)
        with _one_step(self._chat_file):
            old = [doc_id for doc_id in (chat.id, gone) if doc_id is not None and table.contains(doc_id=doc_id)]
            table.remove(doc_ids=old)
            table.insert(Document(chat_data(chat), doc_id=chat.id))

    async def _write(self, write: Callable[[], None]) -> None:
        await asyncio.get_running_loop().run_in_executor(self._writer, write)


def open_store(folder: Path, chats: str) -> TinyStore:
    """Takes the store in ``folder``, which is made when missing; ``chats`` names the file of the chats. Blocking.

    Raises:
        StoreBusyError: another process owns it.
        StoreBrokenError: the file of the chats cannot be read.
        StoreVersionError: the file of the chats was written by another version.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK, timeout=0, thread_local=False)  # opened and closed in whatever thread is free
    try:
        lock.acquire()
    except Timeout as error:
        raise StoreBusyError(
            f"{folder}: expected to be the only one who uses this folder, got another running sitrep. "
            "Stop it, or give this one another folder with SITREP_DATA."
        ) from error
    try:
        return TinyStore(folder, chats, lock)
    except BaseException:
        lock.release()
        raise


def _open_chats(path: Path) -> tuple[dict[ChatId, Chat], TinyDB]:
    try:
        file = TinyDB(path, storage=AtomicFile)
        chats = {ChatId(row.doc_id): read_chat(row) for row in file.table(CHATS, cache_size=0)}
    except TornFileError as error:
        raise StoreBrokenError(
            f"{path}: expected the subscriptions as JSON, got a file that breaks off or is damaged ({error}). "
            "Put a copy in its place; or move it away, and everybody subscribes again."
        ) from error
    except FormatError as error:
        raise StoreVersionError(
            f"{path}: {error}. Run the version of sitrep that wrote it; "
            "or move the file away, and everybody subscribes again."
        ) from error
    return chats, file


def _open_story(path: Path) -> tuple[TinyDB, str | None]:
    """The file of the story; a damaged one is moved aside, for the articles hold all that was in it."""
    try:
        return TinyDB(path, storage=AtomicFile), None
    except TornFileError as error:
        aside = path.with_suffix(".broken")
        path.replace(aside)
        fault = f"{path}: expected a story as JSON, got a damaged file ({error}); kept as {aside.name}, and read anew"
        return TinyDB(path, storage=AtomicFile), fault


def _stored_digest(file: TinyDB) -> tuple[Digest, str | None]:
    for head in file.table("story", cache_size=0):
        try:
            return read_digest(head["digest"]), None
        except (FormatError, KeyError, TypeError, AttributeError) as error:
            return Digest(), f"stored story: {error}; read anew from the articles"
    return Digest(), None


def _stored_name(file: TinyDB) -> str | None:
    for head in file.table("story", cache_size=0):
        return head.get("name")
    return None


def _stored_story(file: TinyDB) -> Story | None:
    for head in file.table("story", cache_size=0):
        try:
            reports = tuple(read_report(row) for row in file.table("reports", cache_size=0))
            digest = read_digest(head["digest"])
            return Story(name=head["name"], reader=head["reader"], reports=reports, digest=digest)
        except (FormatError, KeyError, TypeError, AttributeError):
            return None
    return None


@contextmanager
def _one_step(file: TinyDB) -> Iterator[None]:
    storage = file.storage
    if not isinstance(storage, AtomicFile):
        raise TypeError(f"expected an AtomicFile under TinyDB, got {type(storage).__name__}")
    with storage.one_step():
        yield


def _covers(kept: Mark | None, mark: Mark) -> bool:
    return kept is not None and kept.schedule == mark.schedule and kept.day >= mark.day


def _settled(chat: Chat, state: Finished | Waits | ChatPauses, now: datetime) -> Chat:
    head, *rest = chat.outbox
    match state:
        case Finished(failure=reason):
            failed = () if reason is None else (Failure(key=head.key, reason=reason, at=now),)
            return replace(chat, outbox=tuple(rest), failures=(*chat.failures, *failed)[-KEPT_FAILURES:])
        case Waits(message=message):
            return replace(chat, outbox=(message, *rest))
        case ChatPauses(reason=reason):
            return replace(chat, paused=reason)
        case _:
            assert_never(state)


def _joined(old: Chat, new: Chat | None, to: ChatId) -> Chat:
    """The chat under its new id: what the new id chose for itself wins, and what waits under either is sent."""
    kept = new if new is not None and new.schedule is not None else replace(old, id=to)
    waiting = {message.key: replace(message, chat=to) for message in (*old.outbox, *(new.outbox if new else ()))}
    return replace(kept, mark=kept.mark or old.mark, paused=None, outbox=tuple(waiting.values()))
