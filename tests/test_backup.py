"""Copies in and out of the store: backups while it is written, restoring, readable exports, and repair."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.digest.watched import Watch
from bot.errors import StoreBrokenError, StoreBusyError, StoreVersionError, UnfitFileError
from bot.outbox import ChatId, Delivered, Dies, Waits
from bot.ports import Declared, Seen, SourceKind, SourceState
from bot.stories import StoryName, StoryTopic
from storage.copies import restore
from storage.database_file import copy_database
from storage.exchange import exported, import_into
from storage.repair import repair
from storage.tinydb_store import open_store
from tests.stores import CHAT, FILE, GROUP, KICKED, NOW, begun, first_step, message, opened, said, subscribed


async def fill(folder: Path) -> None:
    """A store with two chats, and messages in every state but one that is being sent."""
    store = opened(folder)
    await store.record(first_step())
    await subscribed(store, CHAT, message(1), message(2), message(3), thread=7)
    await subscribed(store, GROUP, message(1, GROUP))
    first, waits = await begun(store)
    await store.settle(first, Delivered(), NOW)
    await store.settle(waits, Waits(pause=timedelta(seconds=5), attempts=1, doubts=1, reason="429"), NOW)
    (second,) = await begun(store)
    await store.settle(second, Dies(reason="refused"), NOW)
    await store.shut_out(GROUP, KICKED)
    store.close()


def rows(path: Path) -> list[tuple[object, ...]]:
    """All documents of a database."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT home, id, document FROM documents ORDER BY home, id").fetchall()


def spoil(path: Path, statement: str) -> None:
    """Changes a database behind the store's back."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


async def test_a_backup_taken_while_the_store_is_written_is_whole(tmp_path: Path) -> None:
    store = opened(tmp_path)
    stop = asyncio.Event()

    async def write() -> int:
        number = 0
        while not stop.is_set():
            number += 1
            await subscribed(store, ChatId(number), message(1, ChatId(number)))
        return number

    writing = asyncio.create_task(write())
    for number in range(5):
        await asyncio.sleep(0.02)
        await store.backup(tmp_path / f"backup {number}")
    stop.set()
    total = await writing
    store.close()

    sizes = []
    for number in range(5):
        restore(tmp_path / f"data {number}", FILE, tmp_path / f"backup {number}")
        again = opened(tmp_path / f"data {number}")
        chats = [chat.id for chat in await again.subscribed()]
        assert chats == list(range(1, len(chats) + 1))
        assert len(await again.claim(10**6, NOW)) in (len(chats), len(chats) - 1)
        sizes.append(len(chats))
        again.close()
    assert sizes == sorted(sizes)
    assert 0 < sizes[0] < sizes[-1] <= total


def test_a_backup_is_one_private_file_and_replaces_nothing(tmp_path: Path) -> None:
    asyncio.run(fill(tmp_path / "data"))
    backup = tmp_path / "backup.db"

    copy_database(tmp_path / "data" / FILE, backup)

    assert rows(backup) == rows(tmp_path / "data" / FILE)
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["backup.db"]
    with pytest.raises(FileExistsError):
        copy_database(tmp_path / "data" / FILE, backup)


def test_a_backup_of_nothing_or_of_something_damaged_is_refused_and_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        copy_database(tmp_path / FILE, tmp_path / "backup.db")
    (tmp_path / FILE).write_bytes(b"no database" * 1000)
    with pytest.raises(StoreBrokenError):
        copy_database(tmp_path / FILE, tmp_path / "backup.db")

    assert not (tmp_path / "backup.db").exists()


async def test_a_restored_backup_is_served_and_the_store_before_is_kept(tmp_path: Path) -> None:
    data, backup = tmp_path / "data", tmp_path / "backup.db"
    await fill(data)
    copy_database(data / FILE, backup)
    store = opened(data)
    await subscribed(store, ChatId(9))
    store.close()
    later = rows(data / FILE)

    kept = restore(data, FILE, backup)

    assert kept is not None
    assert rows(kept) == later
    assert rows(data / FILE) == rows(backup)
    again = opened(data)
    assert [chat.id for chat in await again.subscribed()] == [GROUP, CHAT]
    again.close()
    assert restore(data, FILE, backup) == data / f"{FILE}.replaced.2"


def test_nothing_is_restored_over_a_running_bot_or_from_an_unfit_file(tmp_path: Path) -> None:
    data, backup = tmp_path / "data", tmp_path / "backup.db"
    asyncio.run(fill(data))
    copy_database(data / FILE, backup)
    before = rows(data / FILE)

    store = opened(data)
    with pytest.raises(StoreBusyError):
        restore(data, FILE, backup)
    store.close()
    spoil(backup, "UPDATE documents SET document = '{\"format\": 99}' WHERE home = 'meta'")
    with pytest.raises(StoreVersionError, match="got one of format 99"):
        restore(data, FILE, backup)
    backup.write_text("nothing of the kind")
    with pytest.raises(StoreBrokenError):
        restore(data, FILE, backup)

    assert rows(data / FILE) == before
    assert {path.name for path in data.iterdir()} == {FILE, "lock"}


def test_what_was_exported_and_imported_is_the_same_but_for_the_story(tmp_path: Path) -> None:
    asyncio.run(fill(tmp_path / "one"))
    text = exported(tmp_path / "one" / FILE)
    (tmp_path / "export.json").write_text(text)

    told = import_into(tmp_path / "two", FILE, tmp_path / "export.json")

    assert told == "2 chats, 4 messages, 0 sources and 0 stories; the articles are read anew."
    again = json.loads(exported(tmp_path / "two" / FILE))
    found = json.loads(text)
    assert (found.pop("story"), found.pop("sources")) == (
        "flood",
        [{"number": 1, "article": "a.txt", "published": "2024-11-12T09:00:00Z", "publisher": "Wire"}],
    )
    assert again == found
    assert found["outbox"][2] == {
        "chat": 42,
        "key": "briefing 3",
        "state": "pending",
        "html": "<b>№ 3</b>",
        "keys": [[{"label": "More", "data": "q"}]],
        "queued": "2024-11-12T09:00:00Z",
    }


async def test_an_imported_store_goes_on_where_the_other_stopped(tmp_path: Path) -> None:
    await fill(tmp_path / "one")
    (tmp_path / "export.json").write_text(exported(tmp_path / "one" / FILE))
    import_into(tmp_path / "two", FILE, tmp_path / "export.json")

    store = opened(tmp_path / "two")

    assert said(await begun(store)) == [message(3)]
    await store.let_in(GROUP)
    assert [(row.message, row.attempts, row.doubts) for row in await begun(store)] == [(message(1, GROUP), 1, 1)]
    store.close()


async def test_sources_and_stories_of_operators_outlive_an_export_and_an_import(tmp_path: Path) -> None:
    feed = Declared(kind=SourceKind.FEED, place="https://gazette.example/feed.xml", name="The Gazette")
    page = Declared(kind=SourceKind.PAGE, place="http://10.0.0.7:8080/live", name="Live", private=True)
    topic = StoryTopic(
        name=StoryName("flood"), title="The flood", words=Watch(any_of=("river",), must_not=("film",)), by_operator=True
    )
    unwanted = Watch(any_of=("derby",))
    store = opened(tmp_path / "one")
    await store.add_sources([SourceState(declared=each, by_operator=True) for each in (page, page, feed)])
    await store.remove_source(1)
    await store.change_source(2, lambda kept: replace(kept, paused=True))
    await store.change_source(3, lambda kept: replace(kept, seen=(Seen(link="x", stamp="1"),), articles=4, failures=2))
    await store.keep_topic(topic)
    await store.dismiss(unwanted)
    store.close()
    (tmp_path / "export.json").write_text(exported(tmp_path / "one" / FILE))

    told = import_into(tmp_path / "two", FILE, tmp_path / "export.json")

    assert told == "0 chats, 0 messages, 2 sources and 1 stories; the articles are read anew."
    again = opened(tmp_path / "two")
    assert await again.sources() == (
        SourceState(declared=page, number=2, by_operator=True, paused=True),
        SourceState(declared=feed, number=3, by_operator=True),
    )
    assert (await again.topics(), await again.dismissed()) == ((topic,), (unwanted,))
    (added,) = await again.add_sources([SourceState(declared=page, by_operator=True)])
    assert added.number == 4
    again.close()
    with pytest.raises(UnfitFileError, match="without sources and stories of operators"):
        import_into(tmp_path / "two", FILE, tmp_path / "export.json")


EXPORT: dict[str, Any] = {
    "schema": 1,
    "chats": [
        {
            "id": 1,
            "zone": "Europe/Kyiv",
            "schedules": [{"at": "08:00", "since": "2024-11-12T09:00:00Z"}],
            "next_due": "2024-11-12T10:00:00Z",
        }
    ],
    "outbox": [{"chat": 1, "key": "a", "state": "pending", "html": "x"}],
}


FOLLOWED = {"number": 1, "kind": "feed", "place": "https://gazette.example/feed.xml", "name": "The Gazette"}
TOPIC = {"name": "flood", "title": "The flood"}


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (("schema",), 2, "schema: expected 1, got 2."),
        (("chats", 0, "id"), "one", "chats.0.id: expected a valid integer"),
        (("chats", 0, "nickname"), "x", "chats.0.nickname: expected"),
        (("chats", 0, "zone"), "Europe/Atlantis", "chats.0.zone: expected the name of a time zone"),
        (("chats", 0, "zone"), None, "chats.0.zone: expected a time zone beside schedules"),
        (
            ("chats", 0, "schedules", 0, "since"),
            "2024-11-12T09:00:00",
            "chats.0.schedules.0.since: expected a moment with its offset",
        ),
        (("chats", 0, "next_due"), "2024-11-12T09:00:00", "chats.0.next_due: expected a moment with its offset"),
        (("chats", 0, "schedules", 0, "at"), "8 in the morning", "chats.0.schedules.0.at: expected"),
        (("outbox", 0, "state"), "flying", "outbox.0.state: expected 'pending', 'sending', 'paused', 'sent' or 'dead'"),
        (("outbox", 0, "state"), "dead", "outbox.0.settled: expected when it was sent or given up, got none."),
        (("outbox", 0, "html"), None, "outbox.0.html: expected the text of a message that is not sent yet, got none."),
        (("outbox",), EXPORT["outbox"] * 2, "outbox.1.key: expected a key that its chat has once, got 'a'."),
        (("chats",), EXPORT["chats"] * 2, "chats.1.id: expected a chat that is there once, got 1."),
        (("followed",), [FOLLOWED] * 2, "followed.1.number: expected a number from 1 that no other source has, got 1."),
        (("followed",), [{**FOLLOWED, "place": ""}], "followed.0.place: expected an address, or the path of a folder"),
        (("topics",), [TOPIC] * 2, "topics.1.name: expected a name that no other story has, got 'flood'."),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(
    tmp_path: Path, path: tuple[str | int, ...], value: object, expected: str
) -> None:
    plain = json.loads(json.dumps(EXPORT))
    *way, last = path
    place = plain
    for part in way:
        place = place[part]
    place[last] = value
    file = tmp_path / "export.json"
    file.write_text(json.dumps(plain))

    with pytest.raises(UnfitFileError) as refusal:
        import_into(tmp_path / "data", FILE, file)

    assert f"{file}: {expected}" in str(refusal.value)
    assert not (tmp_path / "data").exists()


def test_text_that_is_no_json_is_refused_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "export.json"
    file.write_text('{"schema": 1,\n "chats": oops')

    with pytest.raises(UnfitFileError, match=r"export\.json: line 2, column 11: expected JSON as"):
        import_into(tmp_path, FILE, file)


def test_a_store_in_use_takes_no_import(tmp_path: Path) -> None:
    asyncio.run(fill(tmp_path))
    before = rows(tmp_path / FILE)
    (tmp_path / "export.json").write_text(json.dumps(EXPORT))

    with pytest.raises(UnfitFileError, match=r"expected a store without chats, .* got one that is in use"):
        import_into(tmp_path, FILE, tmp_path / "export.json")

    assert rows(tmp_path / FILE) == before


def test_a_sound_store_is_said_to_be_and_left_alone(tmp_path: Path) -> None:
    assert repair(tmp_path, FILE) == (f"There is no database {tmp_path / FILE}: nothing to repair.",)
    asyncio.run(fill(tmp_path))
    before = rows(tmp_path / FILE)

    told = repair(tmp_path, FILE)

    assert told[0] == f"{tmp_path / FILE} is sound: 2 chats, 4 messages in the outbox."
    assert rows(tmp_path / FILE) == before
    assert {path.name for path in tmp_path.iterdir()} == {FILE, "lock"}


@pytest.mark.parametrize(
    ("statement", "said_of_it"),
    [
        ("UPDATE documents SET document = '{' WHERE home = 'chats' AND id = 42", "Chat 42: it cannot be read ("),
        (
            "UPDATE documents SET document = replace(document, 'Kyiv', 'Atlantis') WHERE home = 'chats' AND id = 42",
            "Chat 42: it cannot be read ('No time zone found with key Europe/Atlantis'). It is left out.",
        ),
        ("UPDATE documents SET document = '{}' WHERE home = 'outbox' AND id = 4", "Message 4: it cannot be read ("),
        (
            "DELETE FROM documents WHERE home = 'contents' AND id = 3",
            "Message 3: its text 3 is missing. It is left out.",
        ),
        ("DELETE FROM documents WHERE home = 'outbox' AND id = 3", "Text 3: no message says it. It is left out."),
        (
            "UPDATE documents SET document = replace(document, 'briefing 3', 'briefing 2') WHERE home = 'outbox'",
            "Message 3: chat 42 has another one under the same key, 'briefing 2'. It is left out.",
        ),
        ("UPDATE documents SET document = '{\"x\": 1}' WHERE home = 'digests'", "The story cannot be read ("),
        ("DELETE FROM documents WHERE home = 'meta'", "The note on the store's format is lost; it is taken to be 3."),
    ],
)
async def test_what_is_wrong_is_told_and_left_out_and_the_rest_is_kept(
    tmp_path: Path, statement: str, said_of_it: str
) -> None:
    await fill(tmp_path)
    whole = rows(tmp_path / FILE)
    spoil(tmp_path / FILE, statement)
    damaged = rows(tmp_path / FILE)

    told = repair(tmp_path, FILE)

    assert any(sentence.startswith(said_of_it) for sentence in told), told
    assert rows(tmp_path / f"{FILE}.damaged") == damaged
    assert len(set(rows(tmp_path / FILE)) & set(whole)) >= len(whole) - 3
    assert "sound" in repair(tmp_path, FILE)[0]
    store = opened(tmp_path)
    assert GROUP in {chat.id for chat in await store.subscribed()}
    store.close()


async def test_what_a_damaged_page_leaves_readable_is_saved(tmp_path: Path) -> None:
    store = opened(tmp_path)
    for number in range(1, 401):
        await subscribed(store, ChatId(number))
    store.close()
    path = tmp_path / FILE
    data = bytearray(path.read_bytes())
    middle = len(data) // 4096 // 2 * 4096
    data[middle : middle + 4096] = b"\xff" * 4096
    path.write_bytes(data)
    with pytest.raises(StoreBrokenError):
        opened(tmp_path)

    told = repair(tmp_path, FILE)

    assert told[0].startswith("SQLite finds the file damaged: ")
    assert (tmp_path / f"{FILE}.damaged").read_bytes()[100:] == bytes(data)[100:]  # but for SQLite's header
    again = opened(tmp_path)
    saved = {chat.id for chat in await again.subscribed()}
    again.close()
    assert 350 < len(saved) < 400


def test_a_file_that_is_no_database_is_set_aside_with_a_word(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("nothing of the kind" * 100)

    told = repair(tmp_path, FILE)

    assert "is no database of sitrep" in told[0]
    assert (tmp_path / f"{FILE}.damaged").read_text() == "nothing of the kind" * 100
    opened(tmp_path).close()


def test_repair_leaves_a_running_bot_and_a_later_version_alone(tmp_path: Path) -> None:
    store = opened(tmp_path)
    with pytest.raises(StoreBusyError):
        repair(tmp_path, FILE)
    store.close()
    spoil(tmp_path / FILE, "UPDATE documents SET document = '{\"format\": 99}' WHERE home = 'meta'")
    with pytest.raises(StoreVersionError):
        repair(tmp_path, FILE)


def sitrep(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        env={"SITREP_DATA": str(data), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_command_line_copies_while_a_bot_runs_and_restores_when_it_does_not(tmp_path: Path) -> None:
    data, backup = tmp_path / "data", tmp_path / "backup.db"
    asyncio.run(fill(data))
    (data / FILE).rename(data / "sandbox.db")
    running = open_store(data, "sandbox.db")

    copied = sitrep(data, "backup", str(backup))
    again = sitrep(data, "backup", str(backup))
    shown = sitrep(data, "export", "-")
    refused = sitrep(data, "restore", str(backup))
    running.close()
    restored = sitrep(data, "restore", str(backup))
    sound = sitrep(data, "repair")

    assert (copied.returncode, copied.stdout) == (
        0,
        f"{backup} is a copy of {data / 'sandbox.db'}, whole and checked.\n",
    )
    assert (again.returncode, again.stderr) == (
        1,
        f"✗ {backup}: expected a name that is free, got a file that exists. Give another name.\n",
    )
    assert [chat["id"] for chat in json.loads(shown.stdout)["chats"]] == [GROUP, CHAT]
    assert (refused.returncode, "got another running sitrep" in refused.stderr) == (1, True)
    assert restored.stdout.endswith(f"The store before is {data / 'sandbox.db.replaced'}.\n")
    assert (sound.returncode, "is sound: 2 chats" in sound.stdout) == (0, True)
