"""From articles to the stored story: what is known is not read again, and what fails holds up nothing else."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.desk.ingest import ingest
from bot.desk.newsdesk import Added, Newsdesk, Reading
from bot.desk.processes import ReadingError
from bot.desk.readers import Reader
from bot.digest.model import Article, ArticleId, Basis, Published
from bot.errors import Problem
from bot.ports import Notice, Unread
from storage.tinydb_store import TinyStore, open_store
from tests.stores import Standstill

PUBLISHED = Published(moment=datetime(2025, 3, 4, tzinfo=UTC), basis=Basis.MANIFEST)
NOTICE = Notice(where="somewhere", text="something")
UNREAD = Unread(problem=Problem(where="w", expected="e", got="g", fix="f"))
READER = Reader(trackers=(), version="1")


def article(name: str, text: str = "The river rose on Monday. The mayor said 300 people left their homes.") -> Article:
    return Article(id=ArticleId(name), text=text, published=PUBLISHED, publisher=name.upper())


@dataclass
class Shelf:
    """Articles that a test puts up and takes away."""

    items: list[Article | Unread | Notice]
    name: str = "shelf"
    seen: list[Reading] = field(default_factory=list)

    async def articles(self) -> AsyncIterator[Article | Unread | Notice]:
        for item in self.items:
            yield item

    async def ingested(self, store: TinyStore, reader: Reader = READER) -> Added:
        self.seen.clear()
        newsdesk = Newsdesk(store=store, reader=reader, clock=Standstill())
        try:
            return await ingest(self, newsdesk, self.seen.append)
        finally:
            await newsdesk.close()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[TinyStore]:
    found = open_store(tmp_path, "sitrep.db")
    yield found
    found.close()


async def names(store: TinyStore) -> list[str]:
    return [source.article.id for source in (await store.digest()).sources]


async def test_only_what_is_new_or_changed_is_read_and_numbers_stay(store: TinyStore) -> None:
    shelf = Shelf([article("b"), NOTICE, article("c"), UNREAD])
    first = await shelf.ingested(store)
    assert (await names(store), first.read, first.remarks) == (["b", "c"], 2, (NOTICE, UNREAD))
    assert sorted((step.done, step.total) for step in shelf.seen) == [(0, 2), (1, 2), (2, 2)]
    digest = await store.digest()

    again = await shelf.ingested(store)
    assert (await store.digest(), again.read, shelf.seen) == (digest, 0, [])

    shelf.items = [article("a"), article("b", "The river fell on Friday."), article("c")]
    third = await shelf.ingested(store)
    assert (await names(store), third.read) == (["b", "c", "a"], 2)
    assert (await store.digest()).sources[0].article.text == "The river fell on Friday."

    shelf.items = [article("a"), article("c")]
    fourth = await shelf.ingested(store)
    assert (await names(store), fourth.read, fourth.withdrawn) == (["c", "a"], 0, ("b",))


async def test_another_reader_reads_everything_anew(store: TinyStore) -> None:
    shelf = Shelf([article("a")])
    await shelf.ingested(store)

    done = await shelf.ingested(store, replace(READER, version="2"))

    assert (done.read, done.same) == (1, ("a",))
    assert (await shelf.ingested(store, replace(READER, version="2"))).read == 0


async def test_what_another_folder_held_leaves_with_it(store: TinyStore) -> None:
    shelf = Shelf([article("a"), article("b")])
    await shelf.ingested(store)

    shelf.name, shelf.items = "other", [article("b"), article("c")]
    done = await shelf.ingested(store)

    assert (await names(store), done.read) == (["b", "c"], 1)


async def test_nothing_to_read_is_an_empty_story(store: TinyStore) -> None:
    done = await Shelf([]).ingested(store)

    assert (await names(store), done) == ([], Added())


async def test_an_article_that_cannot_be_read_is_named_and_the_others_are_read(store: TinyStore) -> None:
    broken = replace(article("broken"), text=7)  # type: ignore[arg-type]  # what a fault of the reader looks like

    done = await Shelf([article("a"), broken, article("c")]).ingested(store)

    assert await names(store) == ["a", "c"]
    (unread,) = done.remarks
    assert isinstance(unread, Unread)
    assert unread.problem.where == "broken"
    assert unread.problem.got.startswith("TypeError")


async def test_killed_reading_processes_are_said_and_the_story_stays(
    store: TinyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf([article("a")])
    await shelf.ingested(store)
    before = await store.digest()
    shelf.items.append(article("b"))
    monkeypatch.setattr("bot.desk.readers._prepare", abort)

    with pytest.raises(ReadingError, match="got one that was killed"):
        await shelf.ingested(store)

    assert await store.digest() == before


def abort() -> None:
    os._exit(1)
