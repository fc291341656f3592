"""Processes that share a store read for each other: each article once, urgent ones first, none lost by a kill."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, date, datetime, timedelta

import httpx
import psycopg
import pytest

from bot.desk.newsdesk import Newsdesk
from bot.desk.processes import ReadingError
from bot.desk.readers import Reader, Readers
from bot.desk.reading_together import ReadersTogether, read_for_all, take_over
from bot.digest.model import Article
from bot.errors import OvertakenError, Problem
from bot.ports import Filed, Readout, Step, Unable, Unread, fingerprint
from bot.sandbox.clock import SandboxClock
from bot.stories import MAIN
from bot.surface.routes import surface
from bot.vitals import Vitals
from storage.postgres import assignments
from storage.postgres.addresses import Address
from storage.postgres.store import PostgresStore
from tests.story import article, shipped_trackers

DAY = date(2023, 7, 17)
NOON = datetime(2023, 7, 19, 12, 0, tzinfo=UTC)
VERSION = "1"
READER = Reader(trackers=shipped_trackers(), version=VERSION)
PATIENCE = 200  #: seconds of real time
ALL_SILENT = "UPDATE workers SET expires = clock_timestamp() - interval '1 second'"
COUNTS = "SELECT (SELECT count(*) FROM assignments), (SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s)"
PROBLEM = Problem(where="a", expected="an article that can be read", got="another", fix="None.")

Read = Callable[[Article, bool], Awaitable[Readout]]


def articles(count: int, name: str = "a") -> dict[str, Article]:
    """Articles by mark."""
    made = [article(f"Police said {n + 2} people were hurt.", day=DAY, name=f"{name}-{n}") for n in range(count)]
    return {fingerprint(one): one for one in made}


def counts(address: Address) -> tuple[int, int]:
    """How many assignments there are, and jobs for them."""
    with psycopg.connect(address.conninfo()) as connection:
        row = connection.execute(COUNTS, (assignments.ASSIGNMENT,)).fetchone()
    assert row is not None
    return row[0], row[1]


def run(address: Address, words: str) -> None:
    with psycopg.connect(address.conninfo()) as connection:
        connection.execute(words.encode())


@asynccontextmanager
async def serving(store: PostgresStore, read: Read, at_once: int = 2) -> AsyncIterator[None]:
    """A process reads for all while the block runs."""
    task = asyncio.create_task(store.read_for_all(VERSION, read, at_once))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task], timeout=PATIENCE)
        assert task.cancelled()


async def until(store: PostgresStore, marks: list[str]) -> dict[str, Readout | None]:
    """What became of articles once all were read."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found = dict(await store.readouts(VERSION, marks))
            if all(found.get(mark) is not None for mark in marks):
                return found
            await store.wait_for_readouts(timedelta(seconds=0.2))


def reading_into(taken: list[str]) -> Read:
    """A reader that notes what it read."""

    async def read(given: Article, is_urgent: bool) -> Readout:
        taken.append(str(given.id))
        return f"report of {given.id}"

    return read


@contextmanager
def process(words: str) -> Iterator[subprocess.Popen[str]]:
    """A process that runs a program and prints a line."""
    ours = subprocess.Popen([sys.executable, "-c", words], stdout=subprocess.PIPE, text=True)
    try:
        yield ours
    finally:
        ours.kill()
        ours.wait()


def line_of(ours: subprocess.Popen[str]) -> str:
    assert ours.stdout is not None
    return ours.stdout.readline()


async def test_processes_share_the_reading_and_each_article_is_read_once(stores: list[PostgresStore]) -> None:
    asking, *others = stores
    wanted = articles(20)
    taken: list[list[str]] = [[], []]
    have_begun = [asyncio.Event(), asyncio.Event()]

    def reading(ours: int) -> Read:
        async def read(given: Article, is_urgent: bool) -> Readout:
            taken[ours].append(str(given.id))
            have_begun[ours].set()
            await have_begun[1 - ours].wait()
            return f"report of {given.id}"

        return read

    async with serving(others[0], reading(0)), serving(others[1], reading(1)):
        await asking.have_read(VERSION, wanted, is_urgent=False, is_lasting=False)
        await asking.have_read(VERSION, wanted, is_urgent=False, is_lasting=False)
        found = await until(asking, [*wanted])

    assert found == {mark: f"report of {one.id}" for mark, one in wanted.items()}
    assert sorted(taken[0] + taken[1]) == sorted(str(one.id) for one in wanted.values())
    assert all(taken)


async def test_an_urgent_article_is_read_before_all_that_wait(stores: list[PostgresStore]) -> None:
    asking, other, _ = stores
    many, one = articles(10), articles(1, "urgent")
    taken: list[str] = []
    await asking.have_read(VERSION, many, is_urgent=False, is_lasting=False)
    await asking.have_read(VERSION, one, is_urgent=True, is_lasting=False)

    async with serving(other, reading_into(taken), at_once=1):
        await until(asking, [*many, *one])

    assert taken[0] == "urgent-0"


async def test_an_article_that_somebody_waits_for_after_all_goes_before_the_others(stores: list[PostgresStore]) -> None:
    asking, other, _ = stores
    many = articles(10)
    last = [*many][-1]
    taken: list[str] = []
    await asking.have_read(VERSION, many, is_urgent=False, is_lasting=False)
    await asking.have_read(VERSION, {last: many[last]}, is_urgent=True, is_lasting=False)

    async with serving(other, reading_into(taken), at_once=1):
        await until(asking, [*many])

    assert taken == ["a-9", *(f"a-{number}" for number in range(9))]


async def test_an_article_and_its_job_are_recorded_both_or_not_at_all(
    stores: list[PostgresStore], address: Address
) -> None:
    run(address, "ALTER FUNCTION procrastinate_defer_jobs_v1 RENAME TO away")

    with pytest.raises(psycopg.errors.UndefinedFunction):
        await stores[0].have_read(VERSION, articles(3), is_urgent=False, is_lasting=True)

    assert counts(address) == (0, 0)


async def test_what_waits_to_be_read_is_not_queued_again_unless_it_is_urgent_now(
    stores: list[PostgresStore], address: Address
) -> None:
    wanted = articles(3)

    for store in stores:
        await store.have_read(VERSION, wanted, is_urgent=False, is_lasting=False)
    usual = counts(address)
    for store in stores:
        await store.have_read(VERSION, wanted, is_urgent=True, is_lasting=False)

    assert usual == (3, 3)
    assert counts(address) == (3, 6)


async def test_of_two_answers_the_first_counts(stores: list[PostgresStore], address: Address) -> None:
    asking, slow, quick = stores
    wanted = articles(1)
    began, goes_on, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def late(given: Article, is_urgent: bool) -> Readout:
        began.set()
        await goes_on.wait()
        ended.set()
        return "a later report"

    await asking.have_read(VERSION, wanted, is_urgent=False, is_lasting=False)
    async with serving(slow, late, at_once=1):
        await asyncio.wait_for(began.wait(), PATIENCE)
        run(address, "UPDATE procrastinate_jobs SET status = 'todo', worker_id = NULL WHERE task_name = 'assignment'")
        async with serving(quick, reading_into([]), at_once=1):
            await until(asking, [*wanted])
        goes_on.set()
        await asyncio.wait_for(ended.wait(), PATIENCE)
        await asking.have_read(VERSION, articles(1, "next"), is_urgent=False, is_lasting=False)
        await until(asking, [*articles(1, "next")])  # only then is the one before recorded for certain

    assert await asking.readouts(VERSION, [*wanted]) == dict.fromkeys(wanted, "report of a-0")


async def test_what_nobody_waits_for_any_more_is_forgotten_after_a_day_with_its_jobs(
    stores: list[PostgresStore], address: Address
) -> None:
    gone, *_ = stores
    old, lasting, young = articles(1, "old"), articles(1, "lasting"), articles(1, "young")
    await gone.have_read(VERSION, old, is_urgent=False, is_lasting=False)
    await gone.have_read(VERSION, lasting, is_urgent=False, is_lasting=True)
    run(address, "UPDATE assignments SET asked = asked - interval '25 hours', holder = -holder")
    await gone.have_read(VERSION, young, is_urgent=False, is_lasting=False)

    await gone._assignments._opened()
    await gone._assignments._tidy(0)

    found = await gone.readouts(VERSION, [*old, *lasting, *young])
    assert found == dict.fromkeys([*lasting, *young])
    assert counts(address) == (2, 2)


async def test_what_a_stopped_process_had_begun_another_reads_at_once(
    stores: list[PostgresStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assignments, "SILENCE", timedelta(hours=1))
    asking, stopped, other = stores
    wanted, taken = articles(1), list[str]()
    began = asyncio.Event()

    async def never(given: Article, is_urgent: bool) -> Readout:
        began.set()
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    await asking.have_read(VERSION, wanted, is_urgent=False, is_lasting=False)
    async with serving(stopped, never):
        await asyncio.wait_for(began.wait(), PATIENCE)
    async with serving(other, reading_into(taken)):
        await until(asking, [*wanted])

    assert taken == ["a-0"]


async def test_what_a_killed_process_had_begun_another_reads_when_it_was_silent_for_long(
    stores: list[PostgresStore], address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assignments, "SILENCE", timedelta(seconds=2))
    monkeypatch.setattr(assignments, "BEAT", timedelta(seconds=0.5))
    asking, other, _ = stores
    wanted, taken = articles(1), list[str]()
    await asking.have_read(VERSION, wanted, is_urgent=False, is_lasting=False)
    words = f"""
import asyncio
from storage.postgres.addresses import Address
from storage.postgres.store import open_store

async def read(article, is_urgent):
    print(article.id, flush=True)
    await asyncio.Event().wait()

async def main():
    await open_store(Address(url={address.url!r})).read_for_all({VERSION!r}, read, 1)

asyncio.run(main())
"""
    with process(words) as killed:
        line = await asyncio.to_thread(line_of, killed)
        depth_before = await asking.reading_depth()
        killed.kill()
        await asyncio.sleep(assignments.SILENCE.total_seconds() + 0.5)
        depth_after = await asking.reading_depth()
        async with serving(other, reading_into(taken)):
            await until(asking, [*wanted])

    assert line == "a-0\n"
    assert depth_before.under_way == 1
    assert (depth_after.under_way, depth_after.stalled) == (1, 1)
    assert taken == ["a-0"]


async def test_what_waits_to_be_read_is_shown_to_prometheus(stores: list[PostgresStore]) -> None:
    asking, *_ = stores
    await asking.have_read(VERSION, articles(3), is_urgent=False, is_lasting=False)

    async def troubles() -> tuple[str, ...]:
        return ()

    routes = surface(Vitals(), troubles, asking.depth, lambda: NOON, reading=asking.reading_depth)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(routes), base_url="http://surface") as client:
        shown = (await client.get("/metrics")).text

    assert 'sitrep_articles_to_read{state="waiting"} 3.0' in shown
    assert 'sitrep_articles_to_read{state="stalled"} 0.0' in shown


async def test_an_article_that_ends_many_processes_is_named(stores: list[PostgresStore], address: Address) -> None:
    asking, other, _ = stores
    wanted, taken = articles(1), list[str]()
    await asking.have_read(VERSION, wanted, is_urgent=False, is_lasting=False)
    run(address, "UPDATE procrastinate_jobs SET attempts = 5")

    async with serving(other, reading_into(taken)):
        (found,) = (await until(asking, [*wanted])).values()

    assert taken == []
    assert isinstance(found, Unread)
    assert found.problem.got == "the end of 5 processes that had begun to read it"


async def test_what_a_step_records_is_forgotten_with_it_and_only_with_it(
    stores: list[PostgresStore], address: Address
) -> None:
    store, *_ = stores
    (mark, one), *_ = wanted = [*articles(2).items()]
    await store.have_read(VERSION, dict(wanted), is_urgent=False, is_lasting=True)
    filed = Filed(number=1, article=one.id, fingerprint=mark, places={MAIN: 1})

    with pytest.raises(OvertakenError):
        await store.record(Step(at=NOON, filed=(filed,), edition=17))
    before = await store.readouts(VERSION, [name for name, _ in wanted])
    await store.record(Step(at=NOON, filed=(filed,)))
    after = await store.readouts(VERSION, [name for name, _ in wanted])

    assert before == {name: None for name, _ in wanted}
    assert after == {wanted[1][0]: None}
    assert counts(address) == (1, 2)


async def test_only_what_is_lasting_and_nobody_waits_for_who_lives_is_left_behind(
    stores: list[PostgresStore], address: Address
) -> None:
    gone, living, _ = stores
    lasting, passing, ours = articles(2), articles(1, "passing"), articles(1, "ours")
    await gone.have_read(VERSION, lasting, is_urgent=False, is_lasting=True)
    await gone.have_read(VERSION, passing, is_urgent=False, is_lasting=False)
    before = await living.left_behind(10)
    run(address, ALL_SILENT)
    await living.have_read(VERSION, ours, is_urgent=False, is_lasting=True)

    after = await living.left_behind(10)

    assert before == {}
    assert after == lasting


async def test_a_reader_tells_what_became_of_each_and_leaves_nothing_of_what_failed(
    stores: list[PostgresStore], address: Address
) -> None:
    asking, other, _ = stores
    good, bad, hopeless = (article("Two people were hurt.", day=DAY, name=name) for name in ("good", "bad", "hopeless"))
    readers = ReadersTogether(asking, VERSION)

    async def read(given: Article, is_urgent: bool) -> Readout:
        outcomes: dict[str, Readout] = {
            "good": "a report",
            "bad": Unread(problem=PROBLEM),
            "hopeless": Unable(reason="no model"),
        }
        return outcomes[given.id]

    async with serving(other, read):
        outcomes = await asyncio.gather(
            *(readers.read(one, urgent=True, lasting=True) for one in (good, bad, hopeless)), return_exceptions=True
        )

    assert outcomes[:2] == ["a report", Unread(problem=PROBLEM)]
    assert isinstance(outcomes[2], ReadingError)
    assert str(outcomes[2]) == "no model"
    assert [*(await asking.readouts(VERSION, [fingerprint(one) for one in (good, bad, hopeless)]))] == [
        fingerprint(good)
    ]
    await readers.close()


async def test_what_another_process_let_go_of_meanwhile_is_asked_for_again(stores: list[PostgresStore]) -> None:
    asking, other, _ = stores
    one = article("Two people were hurt.", day=DAY)
    readers, taken = ReadersTogether(asking, VERSION), list[str]()
    reading = asyncio.create_task(readers.read(one, urgent=True, lasting=True))
    async with asyncio.timeout(PATIENCE):
        while not await asking.readouts(VERSION, [fingerprint(one)]):  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    await other.drop_readings([fingerprint(one)])
    async with serving(other, reading_into(taken)):
        outcome = await asyncio.wait_for(reading, PATIENCE)

    assert outcome == "report of a"
    await readers.close()


async def test_an_article_handed_over_by_a_process_that_is_killed_is_filed_once_by_the_next(
    stores: list[PostgresStore], address: Address
) -> None:
    store, helper, _ = stores
    words = f"""
import asyncio
from datetime import UTC, date, datetime
from bot.desk.newsdesk import Newsdesk
from bot.desk.reading_together import ReadersTogether
from storage.postgres.addresses import Address
from storage.postgres.store import open_store
from tests.story import article
from tests.test_reading_together import DAY, NOON, READER, VERSION
from bot.sandbox.clock import SandboxClock

async def main():
    store = open_store(Address(url={address.url!r}))
    readers, clock = ReadersTogether(store, VERSION), SandboxClock(lambda: NOON)
    desk = Newsdesk(store=store, reader=READER, clock=clock, readers=readers)
    asyncio.create_task(desk.add([article("Police said 12 people were killed in Larne.", day=DAY)]))
    while not await store.left_behind(1) and (await store.reading_depth()).waiting == 0:
        await asyncio.sleep(0.05)
    print("handed over", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""
    with process(words) as killed:
        line = await asyncio.to_thread(line_of, killed)
    run(address, ALL_SILENT)
    clock = SandboxClock(lambda: NOON)
    desk = Newsdesk(store=store, reader=READER, clock=clock, readers=ReadersTogether(store, VERSION))
    serve = asyncio.create_task(read_for_all(helper, VERSION, Readers(READER.trackers, store.packing)))

    await asyncio.wait_for(take_over(store, store, desk), PATIENCE)
    await asyncio.wait_for(take_over(store, store, desk), PATIENCE)

    assert line == "handed over\n"
    assert [(filed.number, filed.article) for filed in (await store.library()).filed] == [(1, "a")]
    assert counts(address)[0] == 0
    serve.cancel()
    await asyncio.wait([serve])
    await desk.close()


async def test_two_who_bring_the_same_article_at_once_file_it_once(stores: list[PostgresStore]) -> None:
    *asking, helper = stores
    clock = SandboxClock(lambda: NOON)
    desks = [
        Newsdesk(store=store, reader=READER, clock=clock, readers=ReadersTogether(store, VERSION)) for store in asking
    ]
    serve = asyncio.create_task(read_for_all(helper, VERSION, Readers(READER.trackers, helper.packing)))
    one = article("Police said 12 people were killed in Larne.", day=DAY)

    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*(desk.add([one]) for desk in desks))

    assert [(filed.number, filed.article) for filed in (await asking[0].library()).filed] == [(1, "a")]
    serve.cancel()
    await asyncio.wait([serve])
    for desk in desks:
        await desk.close()
