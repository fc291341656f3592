"""Processes that share a store look at sources for each other: each once, a host asked by one at a time, none lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import monotonic

import httpx
import psycopg
import pytest

from bot.desk.rounds import AFTER_FAULT, Rounds, Taken, look_for_all
from bot.digest.model import Article
from bot.errors import StoreFullError
from bot.ports import Declared, Findings, Looked, SourceKind, SourceState, Unable
from bot.sources.addresses import Allowed
from bot.sources.fetching import Limits, WebClient
from bot.sources.folder import Folder
from bot.sources.hosts import SharedHosts
from bot.sources.looker import SourceLooker
from bot.sources.outcomes import Fetched, RetryAt
from bot.surface.routes import surface
from bot.vitals import Vitals
from storage.postgres import assignments, looks
from storage.postgres.addresses import Address
from storage.postgres.store import PostgresStore
from tests.sources.conftest import server
from tests.sources.misbehaving import Server, SetClock, response
from tests.story import article
from tests.test_reading_together import ALL_SILENT, counts, line_of, process, run

__all__ = ["server"]  # the fixture

DAY = date(2023, 7, 17)
NOON = datetime(2023, 7, 19, 12, 0, tzinfo=UTC)
PATIENCE = 200  #: seconds of real time
PACE = timedelta(minutes=5)
LIMITS = Limits(total=timedelta(seconds=60), pause=timedelta(seconds=0.2))
LOOPBACK = "127.0.0.1"

See = Callable[[SourceState], Awaitable[Looked]]


@dataclass(slots=True)
class Desk:
    """A news desk that notes what is brought to it; it refuses as often as it is told to."""

    brought: list[str] = field(default_factory=list)
    refusals: int = 0

    async def add(self, articles: Sequence[Article]) -> Taken:
        if self.refusals:
            self.refusals -= 1
            raise StoreFullError("the disk is full")
        fresh = [one.id for one in articles if one.id not in self.brought]
        self.brought += fresh
        return Taken(new=frozenset(fresh))

    async def replace(self, folder: str, articles: Sequence[Article]) -> Taken:
        return await self.add(articles)


def feeds(count: int) -> list[SourceState]:
    names = [f"feed-{number}" for number in range(count)]
    return [
        SourceState(declared=Declared(kind=SourceKind.FEED, place=f"https://{name}.example/", name=name))
        for name in names
    ]


def found_at(state: SourceState) -> Findings:
    """What a look at a feed finds: one article, and that it is due again later."""
    after = replace(state, last_try=NOON, last_success=NOON, next_try=NOON + PACE)
    return Findings(state=after, articles=(article("Two people were hurt.", day=DAY, name=state.declared.name),))


def seeing_into(seen: list[str], lasting: float = 0.0) -> See:
    async def see(state: SourceState) -> Findings:
        seen.append(state.declared.name)
        await asyncio.sleep(lasting)
        return found_at(state)

    return see


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOON)


def rounds_of(store: PostgresStore, desk: Desk, clock: SetClock, folder: Path = Path("nowhere")) -> Rounds:
    own = Folder(path=folder, proposals=folder)
    return Rounds(store=store, looker=SourceLooker(clock=clock, own=own), desk=desk, clock=clock, together=store)


@asynccontextmanager
async def looking(store: PostgresStore, see: See, at_once: int = 2) -> AsyncIterator[None]:
    """A process looks for all while the block runs."""
    task = asyncio.create_task(store.look_for_all(see, at_once))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task], timeout=PATIENCE)


async def until(is_so: Callable[[], Awaitable[bool]], rounds: Rounds | None = None) -> None:
    """Goes the round until something is so."""
    async with asyncio.timeout(PATIENCE):
        while not await is_so():
            if rounds is not None:
                await rounds.go_on()
            await asyncio.sleep(0.05)


async def all_noted(store: PostgresStore) -> bool:
    states = await store.sources()
    return bool(states) and all(state.last_try is not None for state in states)


async def one_is_done(store: PostgresStore) -> bool:
    return any(look.is_done for look in await store.looks())


async def test_processes_share_the_looks_and_each_source_is_looked_at_once(
    stores: list[PostgresStore], clock: SetClock, address: Address
) -> None:
    leader, *others = stores
    await leader.add_sources(feeds(20))
    desk, seen = Desk(), [list[str](), list[str]()]
    have_begun = [asyncio.Event(), asyncio.Event()]
    rounds = rounds_of(leader, desk, clock)

    def seeing(ours: int) -> See:
        async def see(state: SourceState) -> Findings:
            seen[ours].append(state.declared.name)
            have_begun[ours].set()
            await have_begun[1 - ours].wait()
            return found_at(state)

        return see

    async with looking(others[0], seeing(0)), looking(others[1], seeing(1)):
        await until(lambda: all_noted(leader), rounds)
        await rounds.settled()

    names = sorted(one.declared.name for one in feeds(20))
    assert sorted(seen[0] + seen[1]) == names
    assert all(seen)
    assert sorted(desk.brought) == names
    assert [state.articles for state in await leader.sources()] == [1] * 20
    assert counts(address) == (0, 0)


async def test_what_is_due_again_is_looked_at_again_and_only_then(stores: list[PostgresStore], clock: SetClock) -> None:
    leader, other, _ = stores
    await leader.add_sources(feeds(1))
    seen = list[str]()
    rounds = rounds_of(leader, Desk(), clock)

    async with looking(other, seeing_into(seen)):
        await until(lambda: all_noted(leader), rounds)
        await rounds.go_on()
        before = await leader.looks()
        clock.moment = NOON + PACE
        await rounds.go_on()
        after = await leader.looks()

    assert before == ()
    assert [look.source for look in after] == [1]


async def test_a_look_and_its_job_are_recorded_both_or_not_at_all(
    stores: list[PostgresStore], address: Address
) -> None:
    states = await stores[0].add_sources(feeds(3))
    run(address, "ALTER FUNCTION procrastinate_defer_jobs_v1 RENAME TO away")

    with pytest.raises(psycopg.errors.UndefinedFunction):
        await stores[0].have_looked(states)

    assert counts(address) == (0, 0)


async def test_two_who_ask_for_the_same_look_get_one(stores: list[PostgresStore], address: Address) -> None:
    states = await stores[0].add_sources(feeds(3))

    await asyncio.gather(*(store.have_looked(states) for store in stores))

    assert counts(address) == (3, 3)


async def test_a_source_that_is_not_as_the_leader_knows_it_is_not_looked_at(
    stores: list[PostgresStore], address: Address
) -> None:
    new, old, _ = stores
    states = await old.add_sources(feeds(2))
    await new.change_source(1, lambda kept: replace(kept, next_try=NOON + PACE))

    await old.have_looked(states)

    assert [look.source for look in await old.looks()] == [2]
    assert counts(address) == (1, 1)


async def test_what_could_not_be_filed_is_filed_later_without_another_look(
    stores: list[PostgresStore], clock: SetClock
) -> None:
    leader, other, _ = stores
    await leader.add_sources(feeds(1))
    desk, seen = Desk(refusals=1), list[str]()
    rounds = rounds_of(leader, desk, clock)

    async with looking(other, seeing_into(seen)):
        await rounds.go_on()
        await until(lambda: one_is_done(leader))
        await rounds.go_on()
        await rounds.settled()
        refused = [state.last_try for state in await leader.sources()]
        clock.moment += AFTER_FAULT
        await until(lambda: all_noted(leader), rounds)

    assert refused == [None]
    assert seen == desk.brought == ["feed-0"]


async def test_what_was_found_for_a_leader_that_is_gone_the_next_one_files_without_another_look(
    stores: list[PostgresStore], clock: SetClock, address: Address
) -> None:
    gone, leader, other = stores
    await gone.add_sources(feeds(3))
    desk, seen = Desk(), list[str]()
    await rounds_of(gone, Desk(), clock).go_on()
    async with looking(other, seeing_into(seen)):
        await until(lambda: one_is_done(other))
        run(address, ALL_SILENT)
        await until(lambda: all_noted(leader), rounds_of(leader, desk, clock))

    assert sorted(seen) == sorted(desk.brought) == ["feed-0", "feed-1", "feed-2"]


async def test_a_look_is_noted_once(stores: list[PostgresStore]) -> None:
    one, other, _ = stores
    states = await one.add_sources(feeds(1))
    await one.have_looked(states)
    (look,) = await one.looks()

    def once_more(kept: SourceState) -> SourceState:
        return replace(kept, articles=kept.articles + 1)

    noted = await asyncio.gather(one.note_look(look, once_more), other.note_look(look, once_more))

    assert sorted(state is None for state in noted) == [False, True]
    await other.change_source(1, lambda kept: kept)
    assert [state.articles for state in await other.sources()] == [1]


async def test_who_was_stopped_while_it_looked_says_nothing_of_the_next_look(
    stores: list[PostgresStore],
) -> None:
    leader, stopped, other = stores
    (state,) = await leader.add_sources(feeds(1))
    began, goes_on = asyncio.Event(), asyncio.Event()
    ended = list[str]()

    async def stopping(given: SourceState) -> Findings:
        began.set()
        await goes_on.wait()
        ended.append("old")
        return replace(found_at(given), remarks=(), articles=())

    await leader.have_looked([state])
    async with looking(stopped, stopping, at_once=1):
        await asyncio.wait_for(began.wait(), PATIENCE)
        (look,) = await leader.looks()
        noted = await leader.note_look(look, lambda kept: replace(kept, articles=7))
        assert noted is not None
        await leader.have_looked([noted])
        goes_on.set()
        await until(lambda: nothing_under_way(leader))
    seen = list[str]()
    async with looking(other, seeing_into(seen)):
        await until(lambda: one_is_done(leader))
        (again,) = await leader.looks()
        found = await leader.found(again)

    assert ended[0] == "old"
    assert isinstance(found, Findings)
    assert found.state.articles == 7


async def nothing_under_way(store: PostgresStore) -> bool:
    depth = await store.looking_depth()
    return depth.under_way == 0


async def test_a_source_that_is_followed_no_more_is_forgotten_with_its_look(
    stores: list[PostgresStore], clock: SetClock, address: Address
) -> None:
    leader, *_ = stores
    await leader.add_sources(feeds(1))
    rounds = rounds_of(leader, Desk(), clock)
    await rounds.go_on()
    await leader.remove_source(1)

    await rounds.go_on()

    assert counts(address)[0] == 0


async def test_a_source_nobody_can_look_at_says_so_and_is_left_alone_for_longer_and_longer(
    stores: list[PostgresStore], clock: SetClock
) -> None:
    leader, other, _ = stores
    await leader.add_sources(feeds(1))
    rounds, tries = rounds_of(leader, Desk(), clock), list[datetime]()

    async def unable(_: SourceState) -> Looked:
        return Unable(reason="KeyError: 1")

    async with looking(other, unable):
        for number in range(3):
            await until(lambda number=number: failed_so_often(leader, number + 1), rounds)  # type: ignore[misc]
            (state,) = await leader.sources()
            assert state.next_try is not None
            tries.append(state.next_try)
            clock.moment = state.next_try

    (state,) = await leader.sources()
    assert [later - earlier for earlier, later in zip([NOON, *tries], tries, strict=False)] == [
        AFTER_FAULT,
        2 * AFTER_FAULT,
        4 * AFTER_FAULT,
    ]
    assert state.reason is not None
    assert "KeyError: 1" in state.reason


async def failed_so_often(store: PostgresStore, times: int) -> bool:
    return [state.failures for state in await store.sources()] == [times]


async def test_a_source_that_ends_many_processes_is_not_looked_at_by_more(
    stores: list[PostgresStore], address: Address
) -> None:
    leader, other, _ = stores
    seen = list[str]()
    await leader.have_looked(await leader.add_sources(feeds(1)))
    run(address, f"UPDATE procrastinate_jobs SET attempts = {looks.MOST_DEATHS}")

    async with looking(other, seeing_into(seen)):
        await until(lambda: one_is_done(leader))
    found = await leader.found((await leader.looks())[0])

    assert found == Unable(reason="the end of 5 processes that had begun to look")
    assert seen == []


async def test_a_fault_in_a_look_is_that_sources_alone(stores: list[PostgresStore], clock: SetClock) -> None:
    leader, other, _ = stores
    await leader.add_sources(feeds(3))
    rounds = rounds_of(leader, Desk(), clock)

    class Failing(SourceLooker):
        async def look(self, state: SourceState) -> Findings:
            if state.number == 2:
                raise KeyError(state.number)
            return found_at(state)

    looker = Failing(clock=clock, own=Folder(path=Path("nowhere"), proposals=Path("nowhere")))
    task = asyncio.create_task(look_for_all(other, looker))
    await until(lambda: all_noted(leader), rounds)
    task.cancel()
    await asyncio.wait([task])

    assert [state.failures for state in await leader.sources()] == [0, 1, 0]


async def test_when_a_source_is_due_again_goes_by_the_leaders_clock(
    stores: list[PostgresStore], clock: SetClock
) -> None:
    leader, other, _ = stores
    await leader.add_sources(feeds(1))
    behind = NOON - timedelta(minutes=10)

    async def see(state: SourceState) -> Findings:
        after = replace(state, last_try=behind, last_success=behind, next_try=behind + PACE)
        return replace(found_at(state), state=after)

    async with looking(other, see):
        await until(lambda: all_noted(leader), rounds_of(leader, Desk(), clock))

    (state,) = await leader.sources()
    assert (state.last_try, state.last_success, state.next_try) == (NOON, NOON, NOON + PACE)


async def test_an_answer_that_nobody_can_read_is_a_fault_and_the_source_is_asked_again(
    stores: list[PostgresStore], clock: SetClock, address: Address
) -> None:
    leader, other, _ = stores
    await leader.add_sources(feeds(1))
    rounds = rounds_of(leader, desk := Desk(), clock)
    async with looking(other, seeing_into([])):
        await rounds.go_on()
        await until(lambda: one_is_done(leader))
        run(address, """UPDATE assignments SET answer = '{"kind": "strange"}'""")
        await until(lambda: all_noted(leader), rounds)
        (faulty,) = await leader.sources()
        clock.moment += AFTER_FAULT
        await until(lambda: is_well(leader), rounds)

    assert "an answer of another version of the program" in (faulty.reason or "")
    assert desk.brought == ["feed-0"]


async def is_well(store: PostgresStore) -> bool:
    return all(state.last_success is not None for state in await store.sources())


async def test_a_source_that_was_paused_meanwhile_is_not_asked(stores: list[PostgresStore], address: Address) -> None:
    leader, other, _ = stores
    states = await leader.add_sources(feeds(2))
    await leader.have_looked(states)
    await leader.change_source(1, lambda kept: replace(kept, paused=True))
    await other.change_source(2, lambda kept: kept)
    seen = list[str]()

    async with looking(other, seeing_into(seen)):
        await until(lambda: one_is_done(leader))
        await until(lambda: nothing_waits(leader))

    assert seen == ["feed-1"]
    assert counts(address)[0] == 1


async def nothing_waits(store: PostgresStore) -> bool:
    depth = await store.looking_depth()
    return (depth.waiting, depth.under_way) == (0, 0)


async def test_a_folder_does_not_wait_until_all_that_others_found_is_filed(
    stores: list[PostgresStore], clock: SetClock, tmp_path: Path
) -> None:
    leader, other, _ = stores
    at_once = asyncio.Event()

    class Busy(Desk):
        async def add(self, articles: Sequence[Article]) -> Taken:
            if articles[0].id.startswith("feed"):
                await at_once.wait()
            return await Desk.add(self, articles)

    states = await leader.add_sources(feeds(20))
    await leader.have_looked(states)
    async with looking(other, seeing_into([]), at_once=8):
        await until(lambda: nothing_waits(leader))
    folder = Declared(kind=SourceKind.FOLDER, place=str(tmp_path), name="articles")
    (own,) = await leader.add_sources([SourceState(declared=folder)])
    (tmp_path / "river.txt").write_text("Two people were hurt.\n", encoding="utf-8")
    rounds = rounds_of(leader, desk := Busy(), clock, tmp_path)

    async def is_looked_at() -> bool:
        clock.moment += timedelta(seconds=5)
        return any(one.number == own.number and one.last_try is not None for one in await leader.sources())

    await until(is_looked_at, rounds)

    assert [name for name in desk.brought if name.startswith("feed")] == []
    at_once.set()
    await rounds.settled()


async def test_a_folder_is_looked_at_by_the_leader_on_whose_disk_it_is(
    stores: list[PostgresStore], clock: SetClock, tmp_path: Path
) -> None:
    leader, other, _ = stores
    folder = Declared(kind=SourceKind.FOLDER, place=str(tmp_path), name="articles")
    (tmp_path / "a.txt").write_text("Published 17 July 2023\n\nPolice said two people were hurt in Larne.")
    await leader.add_sources([SourceState(declared=folder)])
    desk, seen = Desk(), list[str]()
    rounds = rounds_of(leader, desk, clock, tmp_path)

    async def is_brought() -> bool:
        clock.moment += timedelta(seconds=5)
        return bool(desk.brought)

    async with looking(other, seeing_into(seen)):
        await until(is_brought, rounds)
        await rounds.settled()

    assert desk.brought == ["a.txt"]
    assert seen == []
    assert await leader.looks() == ()


async def test_what_a_killed_process_was_looking_at_another_looks_at_when_it_was_silent_for_long(
    stores: list[PostgresStore], clock: SetClock, address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assignments, "SILENCE", timedelta(seconds=2))
    monkeypatch.setattr(assignments, "BEAT", timedelta(seconds=0.5))
    leader, other, _ = stores
    await leader.add_sources(feeds(1))
    desk, seen = Desk(), list[str]()
    rounds = rounds_of(leader, desk, clock)
    words = f"""
import asyncio
from storage.postgres.addresses import Address
from storage.postgres.store import open_store

async def look(state):
    print(state.declared.name, flush=True)
    await asyncio.Event().wait()

async def main():
    await open_store(Address(url={address.url!r})).look_for_all(look, 1)

asyncio.run(main())
"""
    await rounds.go_on()
    with process(words) as killed:
        line = await asyncio.to_thread(line_of, killed)
    async with looking(other, seeing_into(seen)):
        await until(lambda: all_noted(leader), rounds)

    assert line == "feed-0\n"
    assert {*seen} == {"feed-0"}
    assert desk.brought == ["feed-0"]


async def test_what_waits_to_be_looked_at_is_shown_to_prometheus(stores: list[PostgresStore]) -> None:
    leader, *_ = stores
    await leader.have_looked(await leader.add_sources(feeds(3)))

    async def troubles() -> tuple[str, ...]:
        return ()

    routes = surface(
        Vitals(), troubles, leader.depth, lambda: NOON, reading=leader.reading_depth, looking=leader.looking_depth
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(routes), base_url="http://surface") as client:
        shown = (await client.get("/metrics")).text

    assert 'sitrep_sources_to_look_at{state="waiting"} 3.0' in shown
    assert 'sitrep_articles_to_read{state="waiting"} 0.0' in shown


def client_of(store: PostgresStore, clock: SetClock) -> WebClient:
    """A process's, which may ask the loopback."""
    hosts = SharedHosts(store=store, clock=clock, pause=LIMITS.pause, longest=LIMITS.total)
    return WebClient(clock=clock, allowed=Allowed(hosts=frozenset({LOOPBACK})), limits=LIMITS, hosts=hosts)


async def test_a_host_is_asked_by_one_process_at_a_time_and_left_a_pause(
    stores: list[PostgresStore], server: Server, clock: SetClock
) -> None:
    begun, ended = list[float](), list[float]()

    async def slow(writer: asyncio.StreamWriter) -> None:
        begun.append(monotonic())
        await asyncio.sleep(0.05)
        ended.append(monotonic())
        writer.write(response(b"Two people were hurt."))

    server.answers = {f"/{number}": slow for number in range(9)}
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(client_of(store, clock)) for store in stores]
        outcomes = await asyncio.gather(
            *(clients[number % 3].get(server.url(f"/{number}", LOOPBACK)) for number in range(9))
        )

    assert all(isinstance(outcome, Fetched) for outcome in outcomes)
    gaps = [after - before for before, after in zip(ended, begun[1:], strict=False)]
    assert len(gaps) == 8
    assert min(gaps) >= LIMITS.pause.total_seconds() * 0.9  # of two clocks, the server's and this one


async def test_the_pause_that_a_host_asked_for_holds_for_all_processes(
    stores: list[PostgresStore], server: Server, clock: SetClock
) -> None:
    server.answers = {"/a": response(b"", "Retry-After: 3600", status="503 Busy"), "/b": response(b"There.")}
    async with client_of(stores[0], clock) as one, client_of(stores[1], clock) as other:
        first = await one.get(server.url("/a", LOOPBACK))
        second = await other.get(server.url("/b", LOOPBACK))

    assert isinstance(first, RetryAt)
    assert isinstance(second, RetryAt)
    assert first.at == NOON + timedelta(hours=1)
    assert NOON < second.at <= first.at
    assert "left alone after 1 failure" in str(second.problem)
    assert server.paths() == ["/a"]


async def test_failures_of_a_host_are_counted_over_all_processes_and_forgotten_with_a_success(
    stores: list[PostgresStore], server: Server, clock: SetClock, address: Address
) -> None:
    server.answers = {"/a": response(b"", status="503 Busy"), "/b": response(b"There.")}
    pauses = list[timedelta]()
    async with client_of(stores[0], clock) as one, client_of(stores[1], clock) as other:
        for client in (one, other):  # both know the robots.txt then
            await client.get(server.url("/b", LOOPBACK))
        for client, path in ((one, "/a"), (other, "/a"), (one, "/b"), (other, "/a")):
            outcome = await client.get(server.url(path, LOOPBACK))
            if isinstance(outcome, RetryAt):
                pauses.append(outcome.at - NOON)
            run(address, "UPDATE hosts SET rests_until = clock_timestamp()")

    assert pauses == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=1)]


async def test_a_turn_at_a_host_ends_with_the_process_that_had_it(
    stores: list[PostgresStore], address: Address
) -> None:
    gone, other, third = stores
    span, pause = timedelta(minutes=1), timedelta()
    first = await gone.take_host("gazette.example", span)
    meanwhile = await other.take_host("gazette.example", span)
    run(address, "UPDATE hosts SET holder = -holder")  # a process that lives no more
    second = await other.take_host("gazette.example", span)
    assert first.token is not None
    assert second.token is not None
    await gone.leave_host("gazette.example", first.token, pause, 5, timedelta(hours=1))
    held = await third.take_host("gazette.example", span)
    await other.leave_host("gazette.example", second.token, pause, 0, None)
    third_turn = await third.take_host("gazette.example", span)

    assert (meanwhile.token, meanwhile.rests, meanwhile.wait) == (None, None, None)
    assert (held.token, held.rests, held.wait) == (None, None, None)
    assert third_turn.token == second.token + 1
    assert third_turn.failures == 0


async def test_hosts_that_were_not_asked_for_days_are_forgotten(stores: list[PostgresStore], address: Address) -> None:
    store, *_ = stores
    for host in ("old.example", "new.example"):
        turn = await store.take_host(host, timedelta(minutes=1))
        assert turn.token is not None
        await store.leave_host(host, turn.token, timedelta(), 1, timedelta(minutes=1))
    run(address, "UPDATE hosts SET free_at = free_at - interval '3 days', until = until - interval '3 days'"
                 " WHERE name = 'old.example'")  # fmt: skip

    assert await store.prune_hosts() == 1
    assert (await store.take_host("old.example", timedelta(minutes=1))).failures == 0
    assert (await store.take_host("new.example", timedelta(minutes=1))).failures == 1
