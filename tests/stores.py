"""What the tests of the store share: chats, schedules, messages, and a store of its own for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from bot.chats import Chat, Schedule, ShutOut, Told
from bot.digest.alert import Alert
from bot.digest.model import Article, ArticleId, Basis, Digest, Published, Report
from bot.digest.patching import difference
from bot.outbox import ChatId, Key, Outgoing, Queued
from bot.ports import Filed, Growth, Planned, Step, Store, fingerprint
from bot.stories import MAIN, StoryName
from storage.codec import patch_text, report_text
from storage.tinydb_store import TinyStore, open_store

NOW = datetime(2024, 11, 12, 9, 0, tzinfo=UTC)
SOON = NOW + timedelta(hours=1)
TOMORROW = SOON + timedelta(days=1)
EIGHT = Schedule(at=time(8), since=NOW)
NINE = Schedule(at=time(9), since=NOW)
TODAY = date(2024, 11, 12)
TOLD = Told(story="seeds", revision=5)
KICKED = ShutOut(reason="kicked", since=NOW)
BLOCKED = ShutOut(reason="blocked", since=NOW)
CHAT = ChatId(42)
GROUP = ChatId(-4001)
SUPERGROUP = ChatId(-1004001)
FILE = "sitrep.db"


class Standstill:
    """A clock that says ``NOW``."""

    def now(self) -> datetime:
        """The moment at which everything happens."""
        return NOW


def message(number: int, chat: ChatId = CHAT, thread: int | None = None) -> Outgoing:
    """A message like a briefing's."""
    keys = ((Key(label="More", data="q"),),)
    return Outgoing(key=f"briefing {number}", chat=chat, html=f"<b>№ {number}</b>", keys=keys, thread=thread)


def opened(folder: Path) -> TinyStore:
    """The store in ``folder``."""
    return open_store(folder, FILE)


def choosing(
    schedule: Schedule = EIGHT, next_due: datetime = SOON, thread: int | None = None
) -> Callable[[Chat], Chat]:
    """The change that a subscription makes."""
    return lambda chat: replace(
        chat, zone="Europe/Kyiv", schedules=(schedule,), next_due=next_due, thread=thread, shut_out=None
    )


async def subscribed(store: Store, chat: ChatId = CHAT, *messages: Outgoing, thread: int | None = None) -> None:
    """Subscribes a chat, and queues messages for it with a mark."""
    await store.change(chat, choosing(thread=thread))
    if messages:
        await brief(store, chat, *messages)


def covering(chat: Chat, *messages: Outgoing, day: date = TODAY) -> Planned:
    """A briefing that ``chat`` is owed."""
    schedules = tuple(replace(schedule, done=day) for schedule in chat.schedules)
    after = replace(chat, schedules=schedules, told=TOLD, next_due=TOMORROW)
    return Planned(before=chat, after=after, messages=messages)


async def brief(store: Store, chat: ChatId, *messages: Outgoing, day: date = TODAY, now: datetime = NOW) -> int:
    """Queues a briefing for the chat as it is kept."""
    return await store.brief([covering(await store.chat(chat) or Chat(id=chat), *messages, day=day)], now)


async def begun(store: Store, now: datetime = NOW, most: int = 100) -> tuple[Queued, ...]:
    """Claims what may be sent and begins to send it."""
    claimed = await store.claim(most, now)
    rows = await store.begin([queued.id for queued in claimed], now)
    return tuple(queued for queued in claimed if queued.id in rows)


def said(found: Iterable[Queued]) -> list[Outgoing]:
    """The messages alone."""
    return [queued.message for queued in found]


TEXT = "The river rose on Monday. Officials said 300 people left their homes."


def report_of(words: str = TEXT, name: str = "a.txt") -> Report:
    """What is read in an article."""
    from bot.digest.reading import read  # costs a second, which a process that is to be killed need not pay

    published = Published(moment=NOW, basis=Basis.MANIFEST)
    return read(Article(id=ArticleId(name), text=words, published=published, publisher="Wire"), ())


def step_of(
    reports: Mapping[int, Report],
    before: Digest | None = None,
    *,
    story: StoryName = MAIN,
    merged: Sequence[Report] | None = None,
    alerts: tuple[Alert, ...] = (),
    reader: str | None = None,
) -> Step:
    """The step that brings these reports, by number, to a story; it is of ``merged`` then, or of these alone."""
    from bot.digest.merging import merge

    digest = merge(merged or [*reports.values()])
    growth = Growth(
        story=story,
        digest=digest,
        patch=patch_text(difference(before or Digest(), digest)),
        is_whole=before is None,
        articles=tuple(reports),
        keys=tuple(alert.keys[0] for alert in alerts),
        alerts=alerts,
    )
    return Step(
        at=NOW,
        filed=tuple(filed(number, report.article, story) for number, report in reports.items()),
        reports={number: report_text(report) for number, report in reports.items()},
        stories=(growth,),
        reader=reader,
    )


def filed(number: int, article: Article, story: StoryName = MAIN) -> Filed:
    """An article of the folder "flood", as the library knows it."""
    return Filed(
        number=number, article=article.id, fingerprint=fingerprint(article), source="flood", places={story: number}
    )


def first_step(words: str = TEXT) -> Step:
    """The step that brings one article to an empty library."""
    return step_of({1: report_of(words)}, reader="1")
