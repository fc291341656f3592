"""Two real workers read one folder; one of them is killed in the middle, and every article is filed once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psycopg
import pytest

from benchmarks.sandbox import sandbox
from storage.postgres.addresses import Address
from storage.postgres.store import open_store
from tests import postgres
from tests.chaos.workers import Crew, Spot
from tests.homes import closed

ARTICLES = 30
PATIENCE = 120  #: seconds of real time
AT_WORK = "SELECT count(DISTINCT worker_id) FROM procrastinate_jobs WHERE status = 'doing' AND task_name = 'assignment'"
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
