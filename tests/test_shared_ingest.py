"""Two real workers share a folder and a feed; one of them is killed in the middle, and every article is filed once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psycopg
import pytest

from benchmarks.sandbox import sandbox
from bot.sources.links import article_id
from storage.postgres.addresses import Address
from storage.postgres.store import open_store
from tests import postgres
from tests.chaos.workers import Crew, Spot
from tests.homes import closed
from tests.sources.conftest import server
from tests.sources.misbehaving import Server, response
from tests.sources.test_feeds import item, rss
from tests.sources.test_pages import html

__all__ = ["server"]  # the fixture

ARTICLES = 30
PATIENCE = 120  #: seconds of real time
AT_WORK = "SELECT count(DISTINCT worker_id) FROM procrastinate_jobs WHERE status = 'doing' AND task_name = 'assignment'"
NOTED = "SELECT count(*) FROM documents WHERE home = 'sources' AND document LIKE '%seen%'"
LOOPBACK = "127.0.0.1"
ENTRIES = 6
LEFT = "SELECT count(*) FROM assignments"


def fill(folder: Path) -> set[str]:
    """Puts articles into a folder, and returns their names."""
    for number in range(ARTICLES):
        text = f"Published 17 July 2023\n\nPolice said {number + 2} people were hurt in Larne. Nobody was killed."
        (folder / f"{number:02}.txt").write_text(text, encoding="utf-8")
    return {path.name for path in folder.glob("*.txt")}


async def filed(address: Address, count: int) -> list[tuple[int, str]]:
    """Numbers and names of all articles, once there are so many."""
    async with asyncio.timeout(PATIENCE):
        while True:
            store = await asyncio.to_thread(open_store, address)
            found = [(one.number, str(one.article)) for one in (await store.library()).filed]
            await closed(store)
            if len(found) >= count:
                return found
            await asyncio.sleep(0.5)


@pytest.mark.parametrize("killed", [0, 1], ids=["the leader", "its helper"])
async def test_a_worker_that_is_killed_while_two_read_loses_nothing_and_nothing_is_filed_twice(
    postgres_server: postgres.Server, tmp_path: Path, killed: int
) -> None:
    address = postgres_server.fresh()
    with sandbox("--fast") as target, psycopg.connect(address.conninfo(), autocommit=True) as connection:
        here = Spot(database=address.url, telegram=target.address)
        workers = [Crew(folder=tmp_path, token=target.token, spots=[here]) for _ in range(2)]
        try:
            for worker in workers:  # the first to come leads
                worker.start()
                await asyncio.to_thread(worker.wait)
            names = fill(tmp_path)
            async with asyncio.timeout(PATIENCE):
                while connection.execute(AT_WORK).fetchone() != (2,):  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
            workers[killed].end()
            found = await filed(address, ARTICLES)
            left = connection.execute(LEFT).fetchone()
        finally:
            for worker in workers:
                worker.end()
    store = open_store(address)
    digest = await store.digest()
    await closed(store)

    assert [number for number, _ in found] == list(range(1, ARTICLES + 1))
    assert {name for _, name in found} == names
    assert [str(source.article.id) for source in digest.sources] == [name for _, name in found]
    assert left == (0,)


@pytest.mark.parametrize("killed", ["who looks", "who leads"])
async def test_a_worker_that_is_killed_in_the_middle_of_a_look_loses_nothing_and_nothing_is_filed_twice(
    postgres_server: postgres.Server, tmp_path: Path, server: Server, killed: str
) -> None:
    address, goes_on = postgres_server.fresh(), asyncio.Event()
    links = [f"/{number}" for number in range(ENTRIES)]
    feed = response(rss(*(item(server.url(link, LOOPBACK)) for link in links)), kind="application/rss+xml")

    async def held(writer: asyncio.StreamWriter) -> None:
        await goes_on.wait()
        writer.write(feed)

    server.answers = {link: response(html(title=f"River rises {link}").encode()) for link in links} | {"/feed": held}
    with sandbox("--fast") as target, psycopg.connect(address.conninfo(), autocommit=True) as connection:
        here = Spot(database=address.url, telegram=target.address)
        workers = [
            Crew(folder=tmp_path, token=target.token, spots=[here], feed=server.url("/feed", LOOPBACK))
            for _ in range(2)
        ]
        try:
            for worker in workers:  # the first to come leads
                worker.start()
                await asyncio.to_thread(worker.wait)
            async with asyncio.timeout(PATIENCE):
                while not server.paths():  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
            looker = next(one for one in workers if named(one) in server.requests[-1].headers["user-agent"])
            ended = looker if killed == "who looks" else workers[0]
            ended.end()
            goes_on.set()
            found = await filed(address, ENTRIES)
            async with asyncio.timeout(PATIENCE):
                while connection.execute(NOTED).fetchone() != (1,):  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
            left = connection.execute(LEFT).fetchone()
        finally:
            for worker in workers:
                worker.end()

    assert [number for number, _ in found] == list(range(1, ENTRIES + 1))
    assert {name for _, name in found} == {article_id(server.url(link, LOOPBACK)) for link in links}
    assert server.paths().count("/feed") > (ended is looker)  # the look of who was killed is another's
    assert left == (0,)


def named(worker: Crew) -> str:
    """How a worker's process names itself to servers."""
    return f"process {worker.processes[0].pid})"
