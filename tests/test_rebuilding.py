"""What is done to all stories at once one of the processes that share a store does, and the next one if it dies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial

import psycopg
import pytest

from bot.desk import rebuilding
from bot.desk.following import Stories
from bot.desk.newsdesk import Newsdesk
from bot.desk.processes import ReadingError
from bot.desk.readers import Reader, Readers
from bot.desk.rebuilding import rebuild_for_all, rebuilt, regrouped
from bot.digest.model import Article
from bot.digest.watched import Watch
from bot.errors import OvertakenError
from bot.ports import Step, Unable, Unread
from bot.sandbox.clock import SandboxClock
from bot.stories import MAIN, StoryName, StoryTopic
from storage.postgres import assignments
from storage.postgres.addresses import Address
from storage.postgres.rebuilds import MOST_DEATHS
from storage.postgres.store import PostgresStore
from tests.story import article, shipped_trackers
from tests.test_reading_together import ALL_SILENT, counts, line_of, process, run

DAY = date(2023, 7, 17)
NOON = datetime(2023, 7, 19, 12, 0, tzinfo=UTC)
PATIENCE = 200  #: seconds of real time
OLD, NEW = "1", "2"  #: versions of the reading code
CLOCK = SandboxClock(lambda: NOON)
TOLD = [article(f"Police said {n + 2} people were killed in Larne.", day=DAY, name=f"a-{n}") for n in range(3)]
FLOOD = StoryTopic(name=StoryName("flood"), title="The flood", words=Watch(any_of=("Larne",)), by_operator=True)

Work = Callable[[], Awaitable[Unable | None]]


class Counting(Readers):
    """Readers that note what they read, and begin when they may."""

    def __init__(self, store: PostgresStore) -> None:
        super().__init__(shipped_trackers(), store.packing)
        self.read_so_far: list[str] = []
        self.began = asyncio.Event()
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()

    async def read(self, article: Article, *, urgent: bool, lasting: bool = False) -> str | Unread:
        self.read_so_far.append(article.id)
        self.began.set()
        await self.may_go_on.wait()
        return await super().read(article, urgent=urgent, lasting=lasting)


@asynccontextmanager
async def desk_of(
    store: PostgresStore, version: str, readers: Readers | None = None, stories: Stories | None = None
) -> AsyncIterator[Newsdesk]:
    """A process's, which has others rebuild when it has readers of the test's."""
    desk = Newsdesk(
        store=store,
        reader=Reader(trackers=shipped_trackers(), version=version),
        clock=CLOCK,
        readers=readers,
        rebuilt=partial(rebuilt, store, version) if readers is not None else None,
        stories_of=stories.stories_of if stories is not None else lambda _: (MAIN,),
        hear=stories.open if stories is not None else None,
    )
    try:
        yield desk
    finally:
        await desk.close()


@asynccontextmanager
async def serving(work: Awaitable[None]) -> AsyncIterator[None]:
    task = asyncio.ensure_future(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task], timeout=PATIENCE)


async def filed_by_the_old_reader(store: PostgresStore) -> None:
    async with desk_of(store, OLD) as desk:
        await desk.add(TOLD)


async def reader_of(store: PostgresStore) -> str | None:
    await store._mirror.catch_up()
    return (await store.library()).reader


def stories_of(store: PostgresStore) -> Stories:
    return Stories(store=store, clock=CLOCK)


async def test_everything_is_read_again_once_though_several_processes_come_with_another_reader(
    stores: list[PostgresStore], address: Address
) -> None:
    await filed_by_the_old_reader(stores[0])
    for store in stores:
        await store._mirror.catch_up()
    readers = [Counting(store) for store in stores]
    async with AsyncExitStack() as stack:
        desks = [
            await stack.enter_async_context(desk_of(store, NEW, each))
            for store, each in zip(stores, readers, strict=True)
        ]
        for store, desk in zip(stores, desks, strict=True):
            work = rebuild_for_all(store, NEW, desk, stories_of(store), lambda _: None)
            await stack.enter_async_context(serving(work))
        async with asyncio.timeout(PATIENCE):
            added = await asyncio.gather(*(desk.add(TOLD) for desk in desks))

    assert [one.same for one in added] == [("a-0", "a-1", "a-2")] * 3
    assert sorted(name for each in readers for name in each.read_so_far) == ["a-0", "a-1", "a-2"]
    assert await reader_of(stores[1]) == NEW
    assert [one.article for one in (await stores[1].library()).filed] == ["a-0", "a-1", "a-2"]
    assert counts(address)[0] == 0


async def test_what_a_killed_process_was_rebuilding_another_rebuilds(
    stores: list[PostgresStore], address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assignments, "SILENCE", timedelta(seconds=2))
    monkeypatch.setattr(assignments, "BEAT", timedelta(seconds=0.5))
    asking, other, _ = stores
    await filed_by_the_old_reader(asking)
    words = f"""
import asyncio
from storage.postgres.addresses import Address
from storage.postgres.store import open_store

async def rebuild():
    print("begun", flush=True)
    await asyncio.Event().wait()

async def main():
    await open_store(Address(url={address.url!r})).rebuild_for_all({NEW!r}, rebuild, rebuild)

asyncio.run(main())
"""
    waiting = asyncio.create_task(rebuilt(asking, NEW))
    with process(words) as killed:
        line = await asyncio.to_thread(line_of, killed)
    readers = Counting(other)
    async with (
        desk_of(other, NEW, readers) as desk,
        serving(rebuild_for_all(other, NEW, desk, stories_of(other), lambda _: None)),
    ):
        await asyncio.wait_for(waiting, PATIENCE)

    assert line == "begun\n"
    assert {*readers.read_so_far} == {"a-0", "a-1", "a-2"}
    assert await reader_of(asking) == NEW


async def test_a_process_that_was_stopped_while_it_rebuilt_overwrites_nothing(stores: list[PostgresStore]) -> None:
    stopped_store, other, _ = stores
    await filed_by_the_old_reader(other)
    held, free = Counting(stopped_store), Counting(other)
    held.may_go_on.clear()
    await stopped_store._mirror.catch_up()
    async with desk_of(stopped_store, NEW, held) as stopped, desk_of(other, NEW, free) as desk:
        under_way = asyncio.create_task(stopped.rebuild())
        await asyncio.wait_for(held.began.wait(), PATIENCE)
        first = await asyncio.wait_for(desk.rebuild(), PATIENCE)
        added = await asyncio.wait_for(desk.add([article("Nobody was hurt.", day=DAY, name="later")]), PATIENCE)
        held.may_go_on.set()
        second = await asyncio.wait_for(under_way, PATIENCE)

    assert (first.read, second.read) == (3, 0)
    assert added.new == ("later",)
    assert len((await other.digest()).sources) == 4
    assert await reader_of(other) == NEW


async def test_who_waits_for_a_rebuilding_that_cannot_be_is_told_and_it_is_tried_again_when_asked(
    stores: list[PostgresStore], address: Address
) -> None:
    asking, other, _ = stores
    outcomes: list[Unable | None] = [Unable(reason="no model"), None]

    async def rebuild() -> Unable | None:
        return outcomes.pop(0)

    async with serving(other.rebuild_for_all(NEW, rebuild, rebuild)):
        with pytest.raises(ReadingError, match="no model"):
            await asyncio.wait_for(rebuilt(asking, NEW), PATIENCE)
        await asyncio.wait_for(rebuilt(asking, NEW), PATIENCE)

    assert outcomes == []
    assert counts(address)[0] == 0


async def test_of_rebuildings_by_one_reader_one_is_done_at_a_time(stores: list[PostgresStore]) -> None:
    *_, asking = stores
    at_once, most = 0, 0

    async def regroup() -> Unable | None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.1)
        at_once -= 1
        return None

    for number in range(6):
        await asking.keep_topic(StoryTopic(name=StoryName(f"s{number}"), title="S", words=FLOOD.words))
    async with AsyncExitStack() as stack:
        for store in stores:
            await stack.enter_async_context(serving(store.rebuild_for_all(NEW, regroup, regroup)))
        await asyncio.wait_for(asking.until_regrouped(), PATIENCE)

    assert most == 1


async def test_articles_belong_to_a_story_though_the_process_that_took_it_is_killed_at_once(
    stores: list[PostgresStore], address: Address
) -> None:
    gone, other, asking = stores
    await filed_by_the_old_reader(other)
    await gone.keep_topic(FLOOD)
    run(address, ALL_SILENT)
    stories = stories_of(other)
    async with (
        desk_of(other, OLD, stories=stories) as desk,
        serving(rebuild_for_all(other, OLD, desk, stories, lambda _: None)),
    ):
        await asyncio.wait_for(asking.until_regrouped(), PATIENCE)

    assert len((await asking.digest(FLOOD.name)).sources) == 3
    assert counts(address) == (0, 0)


async def test_a_story_and_the_job_of_sorting_articles_are_recorded_both_or_not_at_all(
    stores: list[PostgresStore], address: Address
) -> None:
    store, *_ = stores
    run(address, "ALTER FUNCTION procrastinate_defer_jobs_v1 RENAME TO away")

    with pytest.raises(psycopg.errors.UndefinedFunction):
        await store.keep_topic(FLOOD)

    assert await store.topics() == ()
    assert counts(address) == (0, 0)


async def test_nobody_waits_long_for_articles_to_be_sorted(
    stores: list[PostgresStore], address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "LONGEST", timedelta(seconds=0.5))
    store, *_ = stores
    await store.keep_topic(FLOOD)

    await asyncio.wait_for(regrouped(store), PATIENCE)

    assert counts(address) == (1, 1)


async def test_a_step_that_was_made_before_the_stories_changed_is_made_again(stores: list[PostgresStore]) -> None:
    leader, web, ingest = stores
    stories, others = stories_of(leader), stories_of(ingest)
    async with (
        desk_of(leader, OLD, stories=stories) as desk,
        desk_of(ingest, OLD, stories=others) as sorting,
        serving(rebuild_for_all(ingest, OLD, sorting, others, lambda _: None)),
    ):
        await desk.add(TOLD[:1])
        before = leader.edition
        await web.keep_topic(FLOOD)
        await asyncio.wait_for(web.until_regrouped(), PATIENCE)
        with pytest.raises(OvertakenError):
            await leader.record(Step(at=NOON, edition=before))
        await desk.add(TOLD[1:])

    assert [sorted(one.places) for one in (await leader.library()).filed] == [["flood", "main"]] * 3


async def test_a_job_whose_end_could_not_be_recorded_holds_up_no_other(
    stores: list[PostgresStore], address: Address
) -> None:
    asking, other, _ = stores
    done = 0

    async def regroup() -> Unable | None:
        nonlocal done
        if not done:
            run(address, "ALTER FUNCTION procrastinate_finish_job_v1 RENAME TO away")
        done += 1
        return None

    async with serving(other.rebuild_for_all(OLD, regroup, regroup)):
        await asking.keep_topic(FLOOD)
        await asyncio.wait_for(asking.until_regrouped(), PATIENCE)
        await asyncio.sleep(0.5)
        run(address, "ALTER FUNCTION away RENAME TO procrastinate_finish_job_v1")
        await asking.drop_topic(FLOOD.name)
        await asyncio.wait_for(asking.until_regrouped(), PATIENCE)

    assert done == 2


async def test_why_it_failed_for_somebody_who_is_gone_is_not_told_to_the_next(stores: list[PostgresStore]) -> None:
    gone, other, asking = stores
    tried = asyncio.Event()

    async def failing() -> Unable | None:
        tried.set()
        return Unable(reason="no model")

    async def well() -> Unable | None:
        return None

    async with serving(other.rebuild_for_all(NEW, failing, failing)):
        waiting = asyncio.create_task(gone.have_rebuilt(NEW))
        await asyncio.sleep(0)
        await asyncio.wait_for(tried.wait(), PATIENCE)
        waiting.cancel()
        await asyncio.wait([waiting])
    async with serving(other.rebuild_for_all(NEW, well, well)):
        assert await asyncio.wait_for(asking.have_rebuilt(NEW), PATIENCE) is None


async def test_a_rebuilding_that_ends_many_processes_is_not_begun_by_more(
    stores: list[PostgresStore], address: Address
) -> None:
    asking, other, _ = stores
    begun = list[str]()

    async def rebuild() -> Unable | None:
        begun.append("it")
        return None

    waiting = asyncio.create_task(asking.have_rebuilt(NEW))
    async with asyncio.timeout(PATIENCE):
        while counts(address) != (1, 1):  # noqa: ASYNC110  (it is the database that changes)
            await asyncio.sleep(0.05)
    run(address, f"UPDATE procrastinate_jobs SET attempts = {MOST_DEATHS}")
    async with serving(other.rebuild_for_all(NEW, rebuild, rebuild)):
        failed = await asyncio.wait_for(waiting, PATIENCE)

    assert begun == []
    assert failed == Unable(reason="the end of 5 processes that had begun with it")
