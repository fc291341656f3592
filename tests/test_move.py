"""A whole store goes into another and back: row by row the same, on after a kill, and never over something else."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import StoreBusyError, UnfitFileError
from bot.outbox import ChatId, Delivered, Dies, PictureKey
from storage.exchange import exported
from storage.postgres.addresses import Address
from storage.postgres.moving import copy_into_file, move_into_database, move_into_file
from storage.postgres.store import open_store
from tests import postgres
from tests.homes import closed
from tests.stores import BLOCKED, CHAT, FILE, GROUP, NOW, begun, message, opened, subscribed

MOVER = """
import sys
from pathlib import Path
from storage.postgres import moving
from storage.postgres.addresses import Address
moving.A_BATCH = 5
address = Address(url=sys.argv[3])
moving.move_into_database(Path(sys.argv[1]), sys.argv[2], address, lambda words: print(words, flush=True))
"""


async def lived_in(folder: Path, chats: int = 40) -> None:
    """A store in which everything has happened once."""
    store = opened(folder)
    for number in range(1, chats + 1):
        chat = ChatId(number)
        await subscribed(store, chat, message(1, chat), message(2, chat))
    await subscribed(store, GROUP, message(1, GROUP, 7), thread=7)
    await store.shut_out(GROUP, BLOCKED)
    await store.draft("<b>Hello</b>", NOW)
    await store.record_zone_rules("2024b")
    await store.keep_picture(PictureKey("a chart"), b"\x89PNG", NOW)
    for bot in (77, 8):
        await store.keep_file_id(PictureKey("a chart"), bot, f"file of {bot}")
    first, second, *_ = await begun(store, most=4)
    await store.settle(first, Delivered(), NOW)
    await store.settle(second, Dies(reason="refused"), NOW)
    await closed(store)


def kill_in_the_middle(folder: Path, address: Address) -> None:
    """Begins a move and kills it when some of the messages are over there."""
    with subprocess.Popen([sys.executable, "-c", MOVER, folder, FILE, address.url], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        while b"outbox: " not in process.stdout.readline():
            assert process.poll() is None
        process.kill()


async def test_a_store_goes_into_a_database_and_back_and_is_the_same(
    postgres_server: postgres.Server, tmp_path: Path
) -> None:
    address = postgres_server.fresh()
    await lived_in(tmp_path)
    said: list[str] = []

    told = move_into_database(tmp_path, FILE, address, said.append)
    back = move_into_file(address, tmp_path / "back", FILE, said.append)

    assert told == f"{address} holds 41 chats, 81 messages and 0 other documents."
    assert back == f"{tmp_path / 'back' / FILE} holds 41 chats, 81 messages and 0 other documents."
    assert exported(tmp_path / "back" / FILE) == exported(tmp_path / FILE)


async def test_the_bot_goes_on_in_the_database_where_it_stopped(
    postgres_server: postgres.Server, tmp_path: Path
) -> None:
    address = postgres_server.fresh()
    await lived_in(tmp_path, chats=3)
    move_into_database(tmp_path, FILE, address, print)

    store = open_store(address)

    assert await store.recover(NOW) == 1  # of three that were begun
    assert [queued.message.key for queued in await store.claim(9, NOW)] == ["briefing 2", "briefing 2", "briefing 1"]
    assert await store.zone_rules() == "2024b"
    await subscribed(store, ChatId(99), message(1, ChatId(99)))
    assert [queued.message.chat for queued in await store.claim(9, NOW)] == [99]
    await closed(store)


async def test_a_move_that_was_killed_goes_on(postgres_server: postgres.Server, tmp_path: Path) -> None:
    address = postgres_server.fresh()
    await lived_in(tmp_path, chats=300)
    await asyncio.to_thread(kill_in_the_middle, tmp_path, address)
    with pytest.raises(UnfitFileError, match="a whole store, got one half of what"):
        open_store(address)

    move_into_database(tmp_path, FILE, address, print)

    copy_into_file(address, tmp_path / "copy.db")
    assert exported(tmp_path / "copy.db") == exported(tmp_path / FILE)


async def test_a_database_that_holds_something_else_is_left_as_it_is(
    postgres_server: postgres.Server, tmp_path: Path
) -> None:
    address = postgres_server.fresh()
    await lived_in(tmp_path, chats=3)
    store = open_store(address)
    await subscribed(store)
    kept = await store.chat(CHAT)
    await closed(store)

    with pytest.raises(UnfitFileError, match="a database without chats and messages, got one that is in use"):
        move_into_database(tmp_path, FILE, address, print)

    store = open_store(address)
    assert (await store.subscribed(), await store.chat(CHAT)) == ((kept,), kept)
    await closed(store)


async def test_nothing_is_moved_while_somebody_works_with_it(postgres_server: postgres.Server, tmp_path: Path) -> None:
    address = postgres_server.fresh()
    shared = open_store(address)
    await shared.claim(1, NOW)
    own = opened(tmp_path)

    with pytest.raises(UnfitFileError, match="a database that nobody works with, got 1 running sitrep"):
        await asyncio.to_thread(move_into_file, address, tmp_path / "new", FILE, print)
    with pytest.raises(StoreBusyError):
        await asyncio.to_thread(move_into_database, tmp_path, FILE, address, print)

    await closed(shared)
    await closed(own)


async def test_a_backup_of_the_shared_store_is_a_file_of_the_embedded_one(
    postgres_server: postgres.Server, tmp_path: Path
) -> None:
    store = open_store(postgres_server.fresh())
    await subscribed(store, CHAT, message(1))
    kept = await store.chat(CHAT)

    await store.backup(tmp_path / FILE)

    await closed(store)
    own = opened(tmp_path)
    assert await own.chat(CHAT) == kept
    assert [queued.message for queued in await own.claim(9, NOW)] == [message(1)]
    await closed(own)
