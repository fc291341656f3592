"""The durable layer under TinyDB's tables: steps, their failure, and what earlier versions left."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import TypeAdapter
from tinydb import where
from tinydb.table import Document

from bot.chats import Chat
from bot.digest.merging import merge
from bot.digest.model import Digest
from bot.errors import StoreBrokenError, StoreFullError, StoreVersionError
from bot.outbox import ChatId, Delivered
from bot.ports import Library
from storage.codec import chat_text, report_text
from storage.commits import Commits
from storage.database_file import DatabaseFile, Place
from storage.durable import DurableDB
from storage.format_1 import documents_of_chats
from tests.stores import (
    CHAT,
    EIGHT,
    FILE,
    GROUP,
    NOW,
    SOON,
    TODAY,
    TOLD,
    begun,
    first_step,
    message,
    opened,
    report_of,
    subscribed,
)
from tests.tinydb_suite import conftest as suite

db = suite.db

OLD_MESSAGE = {"key": "briefing 1", "chat": 42, "html": "<b>№ 1</b>", "keys": [[{"label": "More", "data": "q"}]]}
OLD_CHAT = {
    "id": 42,
    "schedule": {"at": "08:00:00", "zone": "Europe/Kyiv"},
    "zone": "Europe/Kyiv",
    "thread": None,
    "since": "2024-11-12T09:00:00Z",
    "next_due": "2024-11-12T10:00:00Z",
    "mark": {
        "schedule": {"at": "08:00:00", "zone": "Europe/Kyiv"},
        "day": "2024-11-12",
        "story": "seeds",
        "revision": 5,
    },
    "paused": None,
    "outbox": [{**OLD_MESSAGE, "thread": None, "attempts": 2}],
    "failures": [{"key": "briefing 0", "reason": "refused", "at": "2024-11-11T09:00:00Z"}],
}


def old_chats(*chats: object, written: int = 1) -> str:
    """A file of chats as the first version wrote it."""
    return json.dumps(
        {"chats": {str(number): {"format": written, "value": chat} for number, chat in enumerate(chats, 1)}}
    )


def documents(path: Path) -> dict[tuple[str, int], object]:
    """What a database file holds, by SQLite's own reading."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT home, id, document FROM documents").fetchall()
    return {(home, key): json.loads(text) for home, key, text in rows}


def test_what_tinydb_changes_is_found_again_after_a_restart(tmp_path: Path) -> None:
    first = DurableDB(DatabaseFile(tmp_path / FILE))
    table = first.table("notes")
    table.insert_multiple({"n": number, "parts": {"даты": [number]}} for number in range(5))
    table.update({"n": 7}, where("n") == 3)
    table.remove(where("n") == 1)
    first.table("empty", persist_empty=True)
    first.drop_table("_default")
    before = (first.tables(), table.all())
    first.close()

    second = DurableDB(DatabaseFile(tmp_path / FILE))

    assert (second.tables(), second.table("notes").all()) == before
    second.close()


def test_a_change_writes_only_what_it_touches(db: DurableDB, monkeypatch: pytest.MonkeyPatch) -> None:
    table = db.table("many")
    table.insert_multiple({"n": number} for number in range(1000))
    written: list[object] = []
    write = db.storage.file.write

    def noted(changes: Mapping[Place, str | None]) -> None:
        written.append(dict(changes))
        write(changes)

    monkeypatch.setattr(db.storage.file, "write", noted)

    table.update({"n": -1}, doc_ids=[500])
    table.remove(doc_ids=[3])

    assert written == [{("many", 500): '{"n":-1}'}, {("many", 3): None}]


def test_what_is_read_is_a_copy(db: DurableDB) -> None:
    db.insert({"parts": {"list": [1]}})
    found = db.all()[-1]
    found["parts"]["list"].append(2)
    for searched in db.search(where("parts").exists()):
        searched["parts"].clear()

    assert db.all()[-1] == {"parts": {"list": [1]}}


def test_an_updating_function_that_fails_changes_nothing(db: DurableDB) -> None:
    def fail(document: dict[str, object]) -> None:
        document["int"] = 2
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        db.update(fail)
    with pytest.raises(TypeError):
        db.insert({"set": {1}})

    assert [document["int"] for document in db] == [1, 1, 1]


def test_halves_of_surrogate_pairs_are_kept(tmp_path: Path) -> None:
    first = DurableDB(DatabaseFile(tmp_path / FILE))
    first.insert({"text": "ж\ud83d\x00"})
    first.close()

    second = DurableDB(DatabaseFile(tmp_path / FILE))

    assert second.all() == [{"text": "ж\ud83d\x00"}]
    second.close()


def test_a_step_that_fails_inside_leaves_all_tables_as_they_were(db: DurableDB) -> None:
    before = {name: {found.doc_id: found for found in db.table(name)} for name in db.tables()}

    with pytest.raises(ZeroDivisionError), db.storage.step():
        _change_and_fail(db)

    assert {name: {found.doc_id: found for found in db.table(name)} for name in db.tables()} == before


def _change_and_fail(db: DurableDB) -> None:
    db.table("other").insert({"new": 1})
    db.update({"int": 5})
    db.remove(doc_ids=[1])
    raise ZeroDivisionError


def test_waiting_inside_a_step_is_refused(db: DurableDB) -> None:
    with pytest.raises(RuntimeError, match="one step at a time"), db.storage.step(), db.storage.step():
        pass


async def test_steps_that_wait_together_are_one_commit(db: DurableDB, monkeypatch: pytest.MonkeyPatch) -> None:
    commits = Commits(db.storage)
    sizes: list[int] = []
    write = db.storage.file.write

    def noted(changes: Mapping[Place, str | None]) -> None:
        sizes.append(len(changes))
        write(changes)

    monkeypatch.setattr(db.storage.file, "write", noted)

    async def change(number: int) -> None:
        async with commits.step():
            db.table("many").insert(Document({"n": number}, doc_id=number))

    await asyncio.gather(*(change(number) for number in range(100)))

    assert len(sizes) <= 3
    assert len(db.table("many")) == 100
    commits.close()


async def test_a_commit_that_fails_takes_back_all_that_was_built_on_it(
    db: DurableDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits = Commits(db.storage)
    seen: list[tuple[int, dict[str, object]]] = []
    db.storage.watch("_default", lambda key, text: seen.append((key, json.loads(text or "null"))))
    seen.clear()

    def full(_: object) -> None:
        raise StoreFullError("full")

    async def change(value: int) -> None:
        async with commits.step():
            db.update({"int": value}, doc_ids=[1])

    async def read() -> bool:
        await asyncio.sleep(0)
        return await commits.seen()

    with monkeypatch.context() as patch:
        patch.setattr(db.storage.file, "write", full)
        results = await asyncio.gather(change(2), change(3), read(), return_exceptions=True)
    await change(9)

    assert [type(result) for result in results] == [StoreFullError, StoreFullError, bool]
    assert results[2] is False
    assert [document["int"] for _, document in seen] == [2, 3, 2, 1, 9]
    commits.close()


async def test_a_full_database_is_reported_changes_nothing_and_recovers(tmp_path: Path) -> None:
    store = opened(tmp_path)
    await subscribed(store, CHAT, message(1))
    connection = store._database.storage.file._connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count={pages}")

    results = await asyncio.gather(
        *(subscribed(store, ChatId(number), message(1, ChatId(number))) for number in range(100, 400)),
        return_exceptions=True,
    )
    errors = [result for result in results if isinstance(result, Exception)]
    assert errors
    assert {type(error) for error in errors} == {StoreFullError}
    assert "database or disk is full" in str(errors[0])
    assert "Make room on the disk" in str(errors[0])
    remembered = {chat.id for chat in await store.subscribed()}

    connection.execute("PRAGMA max_page_count=100000")
    await subscribed(store, GROUP)
    (queued,) = (queued for queued in await begun(store, most=1000) if queued.message.chat == CHAT)
    await store.settle(queued, Delivered(), NOW)
    store.close()

    again = opened(tmp_path)
    assert {chat.id for chat in await again.subscribed()} == remembered | {GROUP}
    again.close()


FILLER = """
import asyncio, resource, signal, sys
from pathlib import Path
from bot.errors import StoreFullError
from bot.outbox import ChatId
from tests.stores import opened, subscribed

async def main() -> None:
    store = opened(Path(sys.argv[1]))
    limit = int(sys.argv[2])
    if limit:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    kept = 0
    try:
        for number in range(1, 100_000):
            await subscribed(store, ChatId(number))
            kept = number
    except StoreFullError as error:
        print(kept, flush=True)
        print(error, file=sys.stderr)
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    else:
        (Path(sys.argv[1]) / "ballast").unlink()
    await subscribed(store, ChatId(-1))
    store.close()

asyncio.run(main())
"""


def fill(folder: Path, limit: int) -> None:
    """Fills a store until the disk takes no more, makes room, goes on, and looks at what is there."""
    done = subprocess.run(
        [sys.executable, "-c", FILLER, str(folder), str(limit)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    kept = int(done.stdout)
    assert kept > 10
    assert "expected the disk to take a change" in done.stderr
    store = opened(folder)
    assert {chat.id for chat in asyncio.run(store.subscribed())} == {*range(1, kept + 1), -1}
    store.close()


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
def test_a_file_that_may_not_grow_loses_nothing_and_goes_on_when_it_may(tmp_path: Path) -> None:
    fill(tmp_path, limit=300_000)


def test_a_full_disk_loses_nothing_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    mount = shutil.which("mount")
    disk = tmp_path / "disk"
    disk.mkdir()
    size = ["-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if mount is None or subprocess.run([mount, *size], capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine lets nobody mount a small disk")
    try:
        (disk / "ballast").write_bytes(bytes(400_000))
        fill(disk, limit=0)
    finally:
        subprocess.run(["umount", str(disk)], check=False)


@pytest.mark.parametrize("damage", ["torn", "text", "other"])
def test_a_damaged_database_is_named_and_left_as_it_is(tmp_path: Path, damage: str) -> None:
    path = tmp_path / FILE
    opened(tmp_path).close()
    whole = path.read_bytes()
    if damage == "other":
        path.unlink()
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE recipes (name)")
    else:
        path.write_bytes({"torn": whole[:4096] + bytes(100), "text": b'{"chats": {}}' * 500}[damage])
    before = path.read_bytes()

    with pytest.raises(StoreBrokenError, match="expected a database of sitrep, got one that cannot be used") as refusal:
        opened(tmp_path)

    assert str(path) in str(refusal.value)
    assert "sitrep repair" in str(refusal.value)
    assert path.read_bytes() == before
    with pytest.raises(StoreBrokenError):  # and not StoreBusyError: the lock was given back
        opened(tmp_path)


def test_a_row_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    asyncio.run(_with_message(tmp_path))
    with closing(sqlite3.connect(tmp_path / FILE)) as connection, connection:
        connection.execute("UPDATE documents SET document = '{\"chat\": 42}' WHERE home = 'outbox'")

    with pytest.raises(StoreBrokenError, match="got one that fails at key: Field required"):
        opened(tmp_path)


async def _with_message(folder: Path) -> None:
    store = opened(folder)
    await subscribed(store, CHAT, message(1))
    store.close()


async def test_a_story_of_another_shape_is_said_and_can_be_read_anew(tmp_path: Path) -> None:
    store = opened(tmp_path)
    await store.record(first_step())
    await subscribed(store)
    store.close()
    with closing(sqlite3.connect(tmp_path / FILE)) as connection, connection:
        connection.execute("UPDATE documents SET document = replace(document, 'publisher', 'printer')")

    again = opened(tmp_path)

    assert again.fault is not None
    assert "read anew" in again.fault
    assert (await again.digest(), (await again.library()).reader) == (Digest(), None)
    assert len(await again.subscribed()) == 1
    await again.record(first_step())
    assert ((await again.library()).reader, await again.digest()) == ("1", first_step().stories[0].digest)
    again.close()


def test_a_store_of_a_later_version_is_refused(tmp_path: Path) -> None:
    opened(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / FILE)) as connection, connection:
        connection.execute("UPDATE documents SET document = '{\"format\": 99}' WHERE home = 'meta'")

    with pytest.raises(StoreVersionError, match="expected a store of format 3, got one of format 99"):
        opened(tmp_path)


def test_chats_of_the_first_format_become_chats_rows_and_contents() -> None:
    second = {**OLD_CHAT, "id": 43, "paused": "blocked", "outbox": [{**OLD_MESSAGE, "chat": 43}]}

    found = documents_of_chats(old_chats(OLD_CHAT, second))

    row = {"chat": 42, "key": "briefing 1", "state": "pending", "content": 1, "queued": "2024-11-12T09:00:00Z"}
    plain = {name: {key: json.loads(text or "null") for key, text in table.items()} for name, table in found.items()}
    assert plain["outbox"] == {1: {**row, "attempts": 2}, 2: {**row, "chat": 43, "state": "paused"}}
    assert plain["contents"] == {1: {"html": "<b>№ 1</b>", "keys": [[{"label": "More", "data": "q"}]]}}
    assert list(found["chats"]) == [42, 43]


async def test_what_the_first_version_left_is_taken_over_and_kept(tmp_path: Path) -> None:
    (tmp_path / "chats.json").write_text(old_chats(OLD_CHAT))
    (tmp_path / "sandbox-chats.json").write_text("not ours")

    store = opened(tmp_path)

    kept = replace(EIGHT, done=TODAY)
    assert await store.chat(CHAT) == Chat(id=CHAT, schedules=(kept,), zone="Europe/Kyiv", next_due=SOON, told=TOLD)
    (queued,) = await store.claim(9, datetime.now(UTC))
    assert (queued.message, queued.attempts) == (message(1), 2)
    assert (tmp_path / "chats.json.v1").read_text() == old_chats(OLD_CHAT)
    assert sorted(path.name for path in tmp_path.glob("*.json")) == ["sandbox-chats.json"]
    store.close()
    opened(tmp_path).close()


@pytest.mark.parametrize(
    "text", ['{"chats": {"42": {"for', "[]", '{"chats": {"42": 3}}', old_chats(OLD_CHAT, written=99)]
)
def test_damaged_files_of_the_first_version_are_named_and_left(tmp_path: Path, text: str) -> None:
    (tmp_path / "chats.json").write_text(text)

    for _ in range(2):
        with pytest.raises(StoreBrokenError, match=r"chats\.json: expected the subscriptions of an older version"):
            opened(tmp_path)

    assert (tmp_path / "chats.json").read_text() == text


async def test_the_story_of_the_first_version_is_taken_over(tmp_path: Path) -> None:
    report = json.loads(report_text(report_of()))
    value = {"name": "flood", "reader": "1", "digest": {"format": 1, "value": plain(merge([report_of()]))}}
    old = {"story": {"1": value}, "reports": {"1": {"format": 1, "value": report}}}
    (tmp_path / "story.json").write_text(json.dumps(old))

    store = opened(tmp_path)

    assert await store.library() == Library(reader="1", filed=first_step().filed)
    assert (await store.digest(), await store.reports()) == (merge([report_of()]), {1: report_of()})
    store.close()


def second_format(folder: Path, digest: str) -> None:
    """A store as the second format left it, with a chat and a story of one article."""
    opened(folder).close()
    documents = {
        ("meta", 1): '{"format": 2, "zone_rules": "1"}',
        ("chats", 42): chat_text(Chat(id=CHAT, zone="Europe/Kyiv")),
        ("story", 1): '{"name": "flood", "reader": "1"}',
        ("digest", 1): digest,
        ("reports", 1): report_text(report_of()),
    }
    with closing(sqlite3.connect(folder / FILE)) as connection, connection:
        connection.executemany("INSERT OR IGNORE INTO tables VALUES (?)", [(home,) for home, _ in documents])
        rows = [(home, key, text) for (home, key), text in documents.items()]
        connection.executemany("INSERT OR REPLACE INTO documents VALUES (?, ?, ?)", rows)


async def test_the_story_of_the_second_format_becomes_a_library(tmp_path: Path) -> None:
    second_format(tmp_path, json.dumps(plain(merge([report_of()]))))

    for _ in range(2):
        store = opened(tmp_path)
        assert await store.library() == Library(reader="1", filed=first_step().filed)
        assert (await store.digest(), await store.reports()) == (merge([report_of()]), {1: report_of()})
        assert (await store.chat(CHAT), await store.zone_rules()) == (Chat(id=CHAT, zone="Europe/Kyiv"), "1")
        store.close()


async def test_a_story_of_the_second_format_that_cannot_be_read_is_read_anew(tmp_path: Path) -> None:
    second_format(tmp_path, "{}x")

    store = opened(tmp_path)

    assert (await store.library(), await store.digest()) == (Library(), Digest())
    assert await store.chat(CHAT) == Chat(id=CHAT, zone="Europe/Kyiv")
    store.close()


def plain(digest: Digest) -> dict[str, object]:
    (value,) = TypeAdapter(tuple[Digest]).dump_python((digest,), mode="json")
    return dict(value)
