"""The news desk: articles come one by one and many at once, processes die, and nothing is lost or told twice."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot import jobs
from bot.chats import Alerts, Choices
from bot.desk import alerts, readers
from bot.desk.leading import Lead
from bot.desk.newsdesk import Newsdesk, StoriesOf
from bot.desk.readers import Reader
from bot.digest.merging import merge
from bot.digest.model import Article, Change, Digest, Revision
from bot.digest.reading import read
from bot.outbox import ChatId
from bot.ports import Unread
from bot.stories import MAIN, StoryName
from storage.tinydb_store import TinyStore
from tests.misreading import misread
from tests.stores import NOW, Standstill, opened
from tests.story import article, shipped_trackers

DAY = date(2023, 7, 17)
FLOOD = StoryName("flood")
READER = Reader(trackers=shipped_trackers(), version="1")


def told(name: str, dead: int, publisher: str | None = None) -> Article:
    text = f"Police said {dead} people were killed in Larne on Monday. Mayor Ivan Kovalenko called for calm in {name}."
    return article(text, day=DAY, name=name, publisher=publisher or f"The {name.title()}")


def built(*articles: Article) -> Digest:
    """The digest of these articles, from scratch."""
    return merge([read(each, shipped_trackers()) for each in articles])


def without_revisions(digest: Digest) -> Digest:
    return replace(digest, sources=tuple(replace(source, revisions=()) for source in digest.sources))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[TinyStore]:
    found = opened(tmp_path)
    yield found
    found.close()


@asynccontextmanager
async def at_work(
    store: TinyStore,
    stories_of: StoriesOf = lambda _: (MAIN,),
    longest: timedelta = readers.LONGEST,
    reader: Reader = READER,
) -> AsyncIterator[Newsdesk]:
    newsdesk = Newsdesk(store=store, reader=reader, clock=Standstill(), stories_of=stories_of, longest=longest)
    try:
        yield newsdesk
    finally:
        await newsdesk.close()


async def test_a_story_that_grows_over_starts_is_the_one_built_from_scratch(store: TinyStore) -> None:
    one, two, three, four = told("one", 12), told("two", 14), told("three", 19), told("four", 19)
    async with at_work(store) as newsdesk:
        first = await newsdesk.add([one, two])
        second = await newsdesk.add([three, two])

    async with at_work(store) as newsdesk:
        await newsdesk.add([four])

    assert (first.new, second.new, second.same) == (("one", "two"), ("three",), ("two",))
    assert await store.digest() == built(one, two, three, four)
    assert [report.article for report in (await store.reports()).values()] == [one, two, three, four]


async def test_what_a_story_begins_with_is_no_news_and_what_comes_later_is_told_once(store: TinyStore) -> None:
    async with at_work(store) as newsdesk:
        await newsdesk.add([told("one", 12), told("two", 12)])
        begun = await store.recent_news(MAIN, 9)
        await newsdesk.add([told("three", 19)])

    async with at_work(store) as newsdesk:
        await newsdesk.add([told("four", 19)])

    later, earlier = await store.recent_news(MAIN, 9)
    known = (await store.library()).known[MAIN]
    assert (begun, earlier.articles, later.articles) == ((), (3,), (4,))
    assert earlier.alerts
    assert {alert.keys[0] for alert in earlier.alerts} <= known
    assert not {alert.keys[0] for alert in later.alerts} & {alert.keys[0] for alert in earlier.alerts}


async def test_a_new_version_keeps_its_number_and_what_is_withdrawn_leaves(store: TinyStore) -> None:
    one, two, three = told("one", 12), told("two", 14), told("three", 19)
    async with at_work(store) as newsdesk:
        await newsdesk.replace("shelf", [one, two, three])
        changed = await newsdesk.replace("shelf", [one, told("two", 15), three])
        (news,) = await store.recent_news(MAIN, 9)
        gone = await newsdesk.replace("shelf", [told("two", 15), three])

    assert (changed.changed, changed.same, news.articles) == (("two",), ("one", "three"), (2,))
    assert (gone.withdrawn, gone.read) == (("one",), 0)
    assert without_revisions(await store.digest()) == built(told("two", 15), three)


async def test_what_a_new_version_changed_is_kept_also_when_another_reader_reads_it_again(store: TinyStore) -> None:
    first = Revision(
        number=1,
        at=NOW,
        sentences=1,
        changes=(
            Change(
                before="Police said 14 people were killed in Larne on Monday.",
                after="Police said 15 people were killed in Larne on Monday.",
            ),
        ),
    )
    second = Revision(number=2, at=NOW, sentences=0, title="A toll")
    async with at_work(store) as newsdesk:
        await newsdesk.add([replace(told("two", 14), title="A toll")])
        await newsdesk.add([replace(told("two", 15), title="A toll")])
        await newsdesk.add([replace(told("two", 15), title="A toll", byline="By Ann Lee")])
        before = await store.digest()
        await newsdesk.add([replace(told("two", 15), title="A higher toll")])

    async with at_work(store, reader=Reader(trackers=shipped_trackers(), version="2")) as newsdesk:
        await newsdesk.add([told("one", 12)])

    assert before.sources[0].revisions == (first,)
    assert [source.revisions for source in (await store.digest()).sources] == [(first, second), ()]


async def test_only_the_last_versions_are_kept_and_all_are_counted(store: TinyStore) -> None:
    async with at_work(store) as newsdesk:
        for dead in range(10, 16):
            await newsdesk.add([told("two", dead)])

    (source,) = (await store.digest()).sources
    assert [revision.number for revision in source.revisions] == [3, 4, 5]


async def test_articles_that_were_added_stay_when_a_folder_is_replaced(store: TinyStore) -> None:
    async with at_work(store) as newsdesk:
        await newsdesk.replace("shelf", [told("one", 12)])
        await newsdesk.add([told("two", 14)])
        done = await newsdesk.replace("shelf", [])

    assert done.withdrawn == ("one",)
    assert await store.digest() == built(told("two", 14))


async def test_calls_at_once_share_steps_and_each_returns_when_its_own_is_recorded(store: TinyStore) -> None:
    articles = [told(name, 10 + number) for number, name in enumerate(("one", "two", "three", "four", "five", "six"))]

    async with at_work(store) as newsdesk:
        await newsdesk.add(articles[:1])

        async def add(each: Article) -> bool:
            await newsdesk.add([each])
            return each in [source.article for source in (await store.digest()).sources]

        there = await asyncio.gather(*map(add, articles[1:]), add(articles[1]))

    assert all(there)
    digest = await store.digest()
    assert sorted(source.article.id for source in digest.sources) == sorted(each.id for each in articles)
    assert digest == built(*(source.article for source in digest.sources))


async def test_a_killed_process_begins_anew_and_nothing_is_lost(store: TinyStore) -> None:
    one, two, three = told("one", 12), told("two", 14), told("three", 19)
    async with at_work(store) as newsdesk:
        await newsdesk.add([one, two])
        assert newsdesk._keeper.process.pid is not None
        os.kill(newsdesk._keeper.process.pid, signal.SIGKILL)

        await newsdesk.add([three])

    assert await store.digest() == built(one, two, three)


async def test_an_article_that_ends_its_reader_is_named_and_the_others_are_read(
    store: TinyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "_read", misread)
    articles = [told("one", 12), told("crash", 13), told("two", 14), told("loop", 15), told("three", 16)]

    async with at_work(store, longest=timedelta(seconds=10)) as newsdesk:
        done = await newsdesk.add(articles)
        again = await newsdesk.add([told("crash", 13)])

    unread = [remark.problem for remark in done.remarks if isinstance(remark, Unread)]
    assert [(problem.where, problem.got) for problem in unread] == [
        ("crash", "the process was killed, or crashed"),
        ("loop", "it took longer than 0:00:10"),
    ]
    assert again.remarks == done.remarks[:1]
    assert await store.digest() == built(told("one", 12), told("two", 14), told("three", 16))


async def test_an_article_belongs_to_the_stories_that_say_so_and_is_kept_once(store: TinyStore) -> None:
    dry, wet = told("dry", 12), told("wet", 14)
    declared: dict[str, set[StoryName]] = {"dry": {MAIN}, "wet": {MAIN, FLOOD}}

    def stories_of(article: Article) -> Collection[StoryName]:
        return declared[article.id]

    async with at_work(store, stories_of) as newsdesk:
        await newsdesk.add([dry, wet])
        before = (await store.digest(MAIN), await store.digest(FLOOD))
        declared["dry"], declared["wet"] = {FLOOD}, {FLOOD}
        await newsdesk.regroup()

    assert before == (built(dry, wet), built(wet))
    assert (await store.digest(MAIN), await store.digest(FLOOD)) == (Digest(), built(wet, dry))
    assert len((await store.library()).filed) == 2


async def test_news_is_told_as_soon_as_it_is_recorded_and_waits_for_no_tick(store: TinyStore) -> None:
    await store.change(ChatId(42), lambda chat: replace(chat, choices=Choices(alerts=Alerts(on=True))))
    desk = alerts.Alerts(store=store, answers=store, clock=Standstill(), trackers=shipped_trackers())

    async with at_work(store) as newsdesk:
        telling = asyncio.create_task(jobs.tell_news(desk, newsdesk.has_news, every=timedelta(hours=1), chores=Lead()))
        await newsdesk.add([told("one", 12), told("two", 12)])
        await newsdesk.add([told("three", 19)])
        async with asyncio.timeout(60):
            while not (queued := await store.claim(9, NOW)):
                await store.wait_for_work(timedelta(seconds=1))
        telling.cancel()
        await asyncio.wait([telling])

    assert [(one.message.chat, "19" in one.message.html) for one in queued] == [(42, True)]


async def test_what_brings_no_news_wakes_nobody(store: TinyStore) -> None:
    async with at_work(store) as newsdesk:
        await newsdesk.add([told("one", 12)])
        begun = newsdesk.has_news.is_set()
        await newsdesk.add([told("two", 19)])

        assert (begun, newsdesk.has_news.is_set()) == (False, True)
