"""The contract of every store, kept on its real files; a store that joins later is one more parameter."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.digest.merging import merge
from bot.digest.model import Article, ArticleId, Basis, Digest, Published
from bot.digest.reading import read
from bot.errors import StoreBrokenError, StoreBusyError, StoreVersionError
from bot.outbox import ChatId, ChatMoves, ChatPauses, Finished, Key, Outgoing, Waits
from bot.ports import Chat, Failure, Mark, Schedule, Store, Story
from storage.tinydb_store import TinyStore, open_store

NOW = datetime(2024, 11, 12, 9, 0, tzinfo=UTC)
SOON = NOW + timedelta(hours=1)
EIGHT = Schedule(at=time(8), zone="Europe/Kyiv")
NINE = Schedule(at=time(9), zone="Europe/Kyiv")
MARK = Mark(schedule=EIGHT, day=date(2024, 11, 12), story="seeds", revision=5)
CHAT = ChatId(42)
GROUP = ChatId(-4001)
CHATS = "chats.json"


def message(number: int, chat: ChatId = CHAT) -> Outgoing:
    return Outgoing(
        key=f"briefing {number}", chat=chat, html=f"<b>{number}</b>", keys=((Key(label="More", data="q"),),)
    )


def opened(folder: Path) -> TinyStore:
    return open_store(folder, CHATS)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[TinyStore]:
    found = opened(tmp_path)
    yield found
    found.close()


async def subscribed(store: Store, chat: ChatId = CHAT, *messages: Outgoing) -> None:
    await store.subscribe(chat, EIGHT, since=NOW, next_due=SOON, thread=None)
    if messages:
        await store.brief(chat, MARK, SOON, messages)


def story(words: str = "The river rose on Monday. Officials said 300 people left their homes.") -> Story:
    published = Published(moment=NOW, basis=Basis.MANIFEST)
    reports = (read(Article(id=ArticleId("a.txt"), text=words, published=published, publisher="Wire"), ()),)
    return Story(name="flood", reader="1", reports=reports, digest=merge(reports))


async def test_a_subscription_is_found_again_after_a_restart(tmp_path: Path) -> None:
    first = opened(tmp_path)
    await first.subscribe(CHAT, EIGHT, since=NOW, next_due=SOON, thread=7)
    await first.brief(CHAT, MARK, SOON, (message(1), message(2)))
    kept = await first.chat(CHAT)
    first.close()

    second = opened(tmp_path)

    assert await second.chat(CHAT) == kept
    assert kept == Chat(
        id=CHAT,
        schedule=EIGHT,
        zone="Europe/Kyiv",
        thread=7,
        since=NOW,
        next_due=SOON,
        mark=MARK,
        outbox=(message(1), message(2)),
    )
    second.close()


async def test_a_story_is_found_again_after_a_restart(tmp_path: Path) -> None:
    first = opened(tmp_path)
    told = story()
    await first.record_story(told)
    first.close()

    second = opened(tmp_path)

    assert await second.story() == told
    assert await second.digest() == told.digest
    assert second.fault is None
    second.close()


async def test_a_story_replaces_the_one_before(store: TinyStore) -> None:
    await store.record_story(story())
    later = replace(story("It fell on Friday."), name="other")

    await store.record_story(later)

    assert await store.story() == later


async def test_an_empty_store_has_an_empty_digest_and_no_story(store: TinyStore) -> None:
    assert (await store.digest(), await store.story(), await store.heads()) == (Digest(), None, ())


async def test_only_those_are_due_whose_time_has_come_and_who_let_the_bot_in(store: TinyStore) -> None:
    await subscribed(store)
    await subscribed(store, GROUP)
    await store.pause(GROUP, "kicked")

    assert await store.due(SOON - timedelta(seconds=1)) == ()
    assert [chat.id for chat in await store.due(SOON)] == [CHAT]
    assert {chat.id for chat in await store.subscribed()} == {CHAT, GROUP}
    await store.resume(GROUP)
    assert {chat.id for chat in await store.due(SOON)} == {CHAT, GROUP}


async def test_a_briefing_is_recorded_once(store: TinyStore) -> None:
    await subscribed(store)

    assert await store.brief(CHAT, MARK, SOON, (message(1),))
    assert not await store.brief(CHAT, MARK, SOON, (message(1),))
    assert not await store.brief(CHAT, replace(MARK, day=date(2024, 11, 11)), SOON, (message(2),))
    assert not await store.brief(CHAT, replace(MARK, schedule=NINE, day=date(2024, 11, 13)), SOON, (message(3),))
    assert not await store.brief(GROUP, MARK, SOON, (message(4),))
    assert await store.heads() == (message(1),)


async def test_leaving_drops_what_waits_and_keeps_the_mark_and_the_zone(store: TinyStore) -> None:
    await subscribed(store, CHAT, message(1))

    assert await store.unsubscribe(CHAT)
    assert not await store.unsubscribe(CHAT)
    assert not await store.unsubscribe(GROUP)
    assert await store.chat(CHAT) == Chat(id=CHAT, zone="Europe/Kyiv", mark=MARK)


async def test_messages_leave_in_order(store: TinyStore) -> None:
    await subscribed(store, CHAT, message(1), message(2))

    await store.settle(message(2), Finished(), NOW)
    assert await store.heads() == (message(1),)
    await store.settle(message(1), Finished(), NOW)
    await store.settle(message(1), Finished(), NOW)
    assert await store.heads() == (message(2),)


async def test_what_became_of_a_message_is_kept(store: TinyStore) -> None:
    await subscribed(store, CHAT, message(1), message(2), message(3))

    await store.settle(message(1), Waits(message=replace(message(1), attempts=1), pause=timedelta(seconds=2)), NOW)
    assert await store.heads() == (replace(message(1), attempts=1),)
    await store.settle(message(1), Finished(failure="refused: too long"), NOW)
    await store.settle(message(2), ChatPauses(reason="blocked"), NOW)
    assert await store.heads() == ()

    kept = await store.chat(CHAT)
    assert kept is not None
    assert kept.failures == (Failure(key="briefing 1", reason="refused: too long", at=NOW),)
    assert (kept.paused, kept.outbox) == ("blocked", (message(2), message(3)))


async def test_a_moved_chat_takes_everything_along(tmp_path: Path) -> None:
    store = opened(tmp_path)
    new = ChatId(-1004001)
    await subscribed(store, GROUP, message(1, GROUP), message(2, GROUP))

    await store.settle(message(1, GROUP), ChatMoves(to=new), NOW)
    await store.move(GROUP, new)
    store.close()

    again = opened(tmp_path)
    assert await again.chat(GROUP) is None
    assert await again.chat(new) == Chat(
        id=new,
        schedule=EIGHT,
        zone="Europe/Kyiv",
        since=NOW,
        next_due=SOON,
        mark=MARK,
        outbox=(message(1, new), message(2, new)),
    )
    again.close()


async def test_a_moved_chat_that_subscribed_anew_keeps_its_new_choice(store: TinyStore) -> None:
    new = ChatId(-1004001)
    await subscribed(store, GROUP, message(1, GROUP))
    await store.subscribe(new, NINE, since=NOW, next_due=SOON, thread=None)

    await store.move(GROUP, new)

    kept = await store.chat(new)
    assert kept is not None
    assert (kept.schedule, kept.mark, kept.outbox) == (NINE, MARK, (message(1, new),))


async def test_many_changes_at_once_are_all_kept(tmp_path: Path) -> None:
    store = opened(tmp_path)
    await asyncio.gather(
        *(subscribed(store, ChatId(number), message(number, ChatId(number))) for number in range(1, 41))
    )
    store.close()

    again = opened(tmp_path)
    assert len(await again.subscribed()) == 40
    assert len(await again.heads()) == 40
    again.close()


async def test_a_cancelled_caller_leaves_disk_and_memory_alike(tmp_path: Path) -> None:
    store = opened(tmp_path)
    for number in range(1, 6):
        task = asyncio.create_task(subscribed(store, ChatId(number)))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await subscribed(store, ChatId(6))
    remembered = {chat.id for chat in await store.subscribed()}
    store.close()

    again = opened(tmp_path)
    assert {chat.id for chat in await again.subscribed()} == remembered
    again.close()


async def test_a_full_disk_is_reported_and_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = opened(tmp_path)
    await subscribed(store)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            await subscribed(store, GROUP)
    assert [chat.id for chat in await store.subscribed()] == [CHAT]

    await subscribed(store, ChatId(7))
    store.close()
    again = opened(tmp_path)
    assert {chat.id for chat in await again.subscribed()} == {CHAT, 7}
    again.close()


def test_two_processes_do_not_share_a_store(tmp_path: Path) -> None:
    store = opened(tmp_path)

    with pytest.raises(StoreBusyError) as refusal:
        opened(tmp_path)

    assert str(refusal.value) == (
        f"{tmp_path}: expected to be the only one who uses this folder, got another running sitrep. "
        "Stop it, or give this one another folder with SITREP_DATA."
    )
    store.close()
    opened(tmp_path).close()


def test_a_torn_file_of_chats_is_named_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / CHATS).write_text('{"chats": {"42": {"format": 1, "val')

    with pytest.raises(StoreBrokenError, match="breaks off or is damaged") as refusal:
        opened(tmp_path)

    assert str(tmp_path / CHATS) in str(refusal.value)
    assert (tmp_path / CHATS).read_text() == '{"chats": {"42": {"format": 1, "val'
    with pytest.raises(StoreBrokenError):
        opened(tmp_path)


@pytest.mark.parametrize("content", ['{"chats": [1]}', "[]", '{"chats": {"42": 3}}', "\udcff"])
def test_a_file_of_something_else_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / CHATS).write_bytes(content.encode(errors="surrogateescape"))

    with pytest.raises(StoreBrokenError):
        opened(tmp_path)


async def test_chats_of_another_version_are_not_touched(tmp_path: Path) -> None:
    store = opened(tmp_path)
    await subscribed(store)
    store.close()
    path = tmp_path / CHATS
    path.write_text(path.read_text().replace('"format": 1', '"format": 99'))

    with pytest.raises(StoreVersionError, match="expected a document of format 1, got 99"):
        opened(tmp_path)


@pytest.mark.parametrize("damage", ["version", "torn", "shape"])
async def test_a_damaged_story_is_said_and_can_be_read_anew(tmp_path: Path, damage: str) -> None:
    store = opened(tmp_path)
    await store.record_story(story())
    await subscribed(store)
    store.close()
    path = tmp_path / "story.json"
    text = path.read_text()
    path.write_text(
        {
            "version": text.replace('"format": 1', '"format": 99'),
            "torn": text[: len(text) // 2],
            "shape": text.replace('"publisher"', '"printer"'),
        }[damage]
    )

    again = opened(tmp_path)

    assert again.fault is not None
    assert "read anew" in again.fault
    assert (await again.story(), await again.digest()) == (None, Digest())
    assert len(await again.subscribed()) == 1
    await again.record_story(story())
    assert await again.story() == story()
    again.close()


WRITER = """
import asyncio, sys
from datetime import UTC, datetime, time
from pathlib import Path
from bot.outbox import ChatId
from bot.ports import Schedule
from storage.tinydb_store import open_store

async def main() -> None:
    store = open_store(Path(sys.argv[1]), "chats.json")
    now = datetime(2024, 11, 12, tzinfo=UTC)
    for number in range(1, 100_000):
        schedule = Schedule(at=time(8), zone="Europe/Kyiv")
        await store.subscribe(ChatId(number), schedule, since=now, next_due=now, thread=None)
        print(number, flush=True)

asyncio.run(main())
"""


@pytest.mark.parametrize("moment", [1, 7, 40, 100, 220])
def test_a_kill_in_mid_write_loses_nothing_acknowledged(tmp_path: Path, moment: int) -> None:
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    acknowledged = 0
    for line in writer.stdout:
        acknowledged = int(line)
        if acknowledged == moment:
            writer.send_signal(signal.SIGKILL)
    writer.wait()

    store = opened(tmp_path)

    assert acknowledged >= moment
    assert {chat.id for chat in asyncio.run(store.subscribed())} >= set(range(1, acknowledged + 1))
    store.close()


async def test_the_file_is_plain_json_that_tinydb_reads(tmp_path: Path) -> None:
    store = opened(tmp_path)
    await subscribed(store)
    store.close()

    content = json.loads((tmp_path / CHATS).read_text())

    assert content["chats"]["42"]["format"] == 1
    assert content["chats"]["42"]["value"]["schedule"] == {"at": "08:00:00", "zone": "Europe/Kyiv"}


async def test_the_new_file_is_on_disk_before_it_takes_the_old_ones_place(
    store: TinyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    sync, rename = os.fsync, os.replace

    def noted_sync(descriptor: int) -> None:
        steps.append("sync folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "sync file")
        sync(descriptor)

    def noted_rename(source: Path, target: Path) -> None:
        steps.append("rename")
        rename(source, target)

    monkeypatch.setattr(os, "fsync", noted_sync)
    monkeypatch.setattr(os, "replace", noted_rename)
    await subscribed(store)

    assert steps == ["sync file", "rename", "sync folder"]


def test_a_store_is_given_up_in_whatever_thread_closes_it(tmp_path):
    with ThreadPoolExecutor(1) as opener, ThreadPoolExecutor(1) as closer:
        store = opener.submit(open_store, tmp_path, "chats.json").result()

        closer.submit(store.close).result()

        opener.submit(open_store, tmp_path, "chats.json").result().close()
