"""What is forgotten is gone: from the store, from its file and the log beside it; and no log line tells of people."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.chats import Chat, Choices, Quiet
from bot.outbox import ChatId, Delivered, Dies, Outgoing
from bot.ports import Planned
from tests.stores import EIGHT, FILE, KICKED, NOW, begun, choosing, opened, subscribed


def on_disk(folder: Path) -> bytes:
    """Everything in the files of a store."""
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.name.startswith(FILE))


def word(chat: ChatId, number: int) -> str:
    """A text that only this message of this chat has."""
    return f"Secret{chat}x{number} " + "lorem " * (chat % 97)


async def test_what_is_forgotten_is_neither_in_the_file_nor_in_its_log(tmp_path: Path) -> None:
    dice = random.Random(5)
    store = opened(tmp_path)
    chats = [ChatId(7_000_000_000 + 7919 * number) for number in range(300)]
    for chat in chats:
        kept = await store.change(chat, choosing())
        messages = [Outgoing(key=f"k{number}", chat=chat, html=word(chat, number)) for number in range(3)]
        await store.brief([Planned(before=kept, after=kept, messages=tuple(messages))], NOW)
        if dice.random() < 0.3:
            quiet = Choices(quiet=Quiet(begins=EIGHT.at, ends=(NOW + timedelta(hours=3)).time()))
            await store.change(chat, lambda kept, quiet=quiet: replace(kept, choices=quiet))  # type: ignore[misc]
        if dice.random() < 0.2:
            await store.shut_out(chat, KICKED)
    for queued in await begun(store, most=200):
        state = Delivered() if dice.random() < 0.5 else Dies(reason="refused")
        await store.settle(queued, state, NOW)
    gone, kept_ones = chats[::3], [chat for number, chat in enumerate(chats) if number % 3]
    assert str(gone[0]).encode() in on_disk(tmp_path)

    for chat in gone:
        await store.forget(chat)

    content = on_disk(tmp_path)
    for chat in gone:
        assert str(chat).encode() not in content
        assert chat.to_bytes(6, "big") not in content
        assert f"Secret{chat}x".encode() not in content
        assert await store.chat(chat) is None
    assert all(chat.to_bytes(6, "big") in content for chat in kept_ones)
    store.close()


async def test_what_is_forgotten_while_another_process_reads_goes_with_the_next_tidying(tmp_path: Path) -> None:
    import sqlite3

    store = opened(tmp_path)
    chat = ChatId(7_000_000_123)
    await subscribed(store, chat, Outgoing(key="k", chat=chat, html=word(chat, 1)))
    reader = sqlite3.connect(tmp_path / FILE, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM documents").fetchone()

    await store.forget(chat)
    assert b"Secret" in on_disk(tmp_path)
    reader.close()
    await store.prune(NOW, NOW)

    assert b"Secret" not in on_disk(tmp_path)
    assert chat.to_bytes(6, "big") not in on_disk(tmp_path)
    assert await store.chat(chat) is None
    store.close()


async def test_a_banned_chat_stays_banned_and_nothing_else_of_it_is_kept(tmp_path: Path) -> None:
    store = opened(tmp_path)
    chat = ChatId(42)
    await subscribed(store, chat)
    await store.change(chat, lambda kept: replace(kept, banned=NOW))

    await store.forget(chat)

    assert await store.chat(chat) == Chat(id=chat, banned=NOW)
    assert await store.is_banned(chat)
    store.close()
