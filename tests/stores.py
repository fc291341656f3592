"""What the tests of the store share: chats, schedules, messages, and a store of its own for each test."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from bot.digest.model import Article, ArticleId, Basis, Published
from bot.outbox import ChatId, Key, Outgoing, Queued
from bot.ports import Briefed, Mark, Schedule, Store, Story
from storage.tinydb_store import TinyStore, open_store

NOW = datetime(2024, 11, 12, 9, 0, tzinfo=UTC)
SOON = NOW + timedelta(hours=1)
TOMORROW = SOON + timedelta(days=1)
EIGHT = Schedule(at=time(8), zone="Europe/Kyiv")
NINE = Schedule(at=time(9), zone="Europe/Kyiv")
MARK = Mark(schedule=EIGHT, day=date(2024, 11, 12), story="seeds", revision=5)
CHAT = ChatId(42)
GROUP = ChatId(-4001)
SUPERGROUP = ChatId(-1004001)
FILE = "sitrep.db"


def message(number: int, chat: ChatId = CHAT, thread: int | None = None) -> Outgoing:
    """A message like a briefing's."""
    keys = ((Key(label="More", data="q"),),)
    return Outgoing(key=f"briefing {number}", chat=chat, html=f"<b>№ {number}</b>", keys=keys, thread=thread)


def opened(folder: Path) -> TinyStore:
    """The store in ``folder``."""
    return open_store(folder, FILE)


async def subscribed(store: Store, chat: ChatId = CHAT, *messages: Outgoing, thread: int | None = None) -> None:
    """Subscribes a chat, and queues messages for it with a mark."""
    await store.subscribe(chat, EIGHT, since=NOW, next_due=SOON, thread=thread)
    if messages:
        await store.brief([briefed(chat, *messages)], NOW)


def briefed(chat: ChatId, *messages: Outgoing, day: date = MARK.day) -> Briefed:
    """A briefing that is owed."""
    return Briefed(chat=chat, mark=replace(MARK, day=day), next_due=TOMORROW, messages=messages)


async def begun(store: Store, now: datetime = NOW, most: int = 100) -> tuple[Queued, ...]:
    """Claims what may be sent and begins to send it."""
    claimed = await store.claim(most, now)
    rows = await store.begin([queued.id for queued in claimed], now)
    return tuple(queued for queued in claimed if queued.id in rows)


def said(found: Iterable[Queued]) -> list[Outgoing]:
    """The messages alone."""
    return [queued.message for queued in found]


def story(words: str = "The river rose on Monday. Officials said 300 people left their homes.") -> Story:
    """A story of one article."""
    from bot.digest.merging import merge
    from bot.digest.reading import read  # costs a second, which a process that is to be killed need not pay

    published = Published(moment=NOW, basis=Basis.MANIFEST)
    reports = (read(Article(id=ArticleId("a.txt"), text=words, published=published, publisher="Wire"), ()),)
    return Story(name="flood", reader="1", reports=reports, digest=merge(reports))
