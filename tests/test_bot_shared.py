"""The main promises of the whole bot on both stores, and those of several processes that share one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Protocol

import aiohttp
import pytest
from pydantic import SecretStr

from bot import app
from bot.asgi import LOOPBACK
from bot.desk import leading
from bot.desk.briefings import Briefings
from bot.desk.newsdesk import Newsdesk
from bot.desk.readers import Reader
from bot.doors import Doors
from bot.jobs import ALL, Role
from bot.sandbox.clock import SandboxClock
from bot.sandbox.server import serving
from bot.sandbox.state import SandboxState
from bot.settings import LIVE
from bot.surface.webhook import SECRET_HEADER, secret_of
from bot.telegram.application import connect
from storage.postgres.addresses import Address
from storage.postgres.store import open_store
from tests import postgres
from tests.arriving import arrive
from tests.conftest import ROUNDS, TICK, free_port, settings_for
from tests.homes import OpenStore, closed
from tests.story import article, shipped_trackers

MONDAY, TUESDAY = date(2023, 7, 17), date(2023, 7, 18)
NOON = datetime(2023, 7, 19, 12, 0, tzinfo=UTC)
POLICE_12 = article("Police said 12 people were killed in Larne.", day=MONDAY, name="police-12", publisher="The Post")
POLICE_19 = article("Police said 19 people were killed in Larne.", day=TUESDAY, name="police-19", publisher="The Echo")
PATIENCE = 90  #: seconds of real time

Running = AbstractAsyncContextManager[tuple[OpenStore, Briefings]]


class Start(Protocol):
    def __call__(self, roles: frozenset[Role] = ALL, doors: Doors | None = None) -> Running: ...


@pytest.fixture
async def state() -> AsyncIterator[tuple[SandboxState, str]]:
    clock = SandboxClock(lambda: datetime.now(UTC))
    clock.move_to(NOON)
    found = SandboxState(clock=clock)
    async with serving(found) as address:
        yield found, address


@asynccontextmanager
async def running(
    state: SandboxState,
    server: str,
    folder: Path,
    database: Address | None,
    roles: frozenset[Role] = ALL,
    doors: Doors | None = None,
) -> AsyncIterator[tuple[OpenStore, Briefings]]:
    """A bot on a database, or on a file in the folder."""
    settings = settings_for(folder)
    if database is not None:
        settings = settings.model_copy(update={"store": SecretStr(database.url)})
    parts = await asyncio.to_thread(app.open_parts, settings, LIVE)
    try:
        application = connect(state.token, server, shared=parts.shared)
        clock = state.clock
        async with app.running(application, parts, clock, TICK, doors=doors, roles=roles) as briefings:
            yield parts.store, briefings
    finally:
        await asyncio.to_thread(parts.store.close)


@pytest.fixture
def shared(
    state: tuple[SandboxState, str], tmp_path: Path, postgres_server: postgres.Server, monkeypatch: pytest.MonkeyPatch
) -> Start:
    """Starts bots that all share one database."""
    monkeypatch.setattr(leading, "BEAT", timedelta(seconds=0.2))
    monkeypatch.setattr(leading.Leading.__init__, "__kwdefaults__", {"span": leading.SPAN, "beat": leading.BEAT})
    return partial(running, *state, tmp_path, postgres_server.fresh())


@pytest.fixture(params=["embedded", "shared"])
def start(request: pytest.FixtureRequest, state: tuple[SandboxState, str], tmp_path: Path) -> Start:
    """Starts a bot on either store."""
    if request.param == "shared":
        found: Start = request.getfixturevalue("shared")
        return found
    return partial(running, *state, tmp_path, None)


async def test_a_question_is_answered_from_what_arrived(state: tuple[SandboxState, str], start: Start) -> None:
    sandbox, _ = state
    async with start() as (store, _):
        await arrive(store, sandbox.clock, POLICE_12)

        answer = (await sandbox.ask(sandbox.private, "/casualties"))[-1]

    assert "Police said 12 people were killed in Larne." in answer.text


async def test_a_subscriber_is_briefed_once_also_over_a_restart(state: tuple[SandboxState, str], start: Start) -> None:
    sandbox, _ = state
    async with start() as (store, _):
        await arrive(store, sandbox.clock, POLICE_12)
        said = (await sandbox.ask(sandbox.private, "/subscribe 15:00 Europe/London"))[-1]
        sandbox.clock.move_to(NOON + timedelta(hours=3))
        (briefing, *_) = await sandbox.wait_for_messages(sandbox.private, after=said)
        await asyncio.sleep(ROUNDS)
        count = len(sandbox.messages(sandbox.private))
    async with start() as (_, briefings):
        await briefings.plan()
        await asyncio.sleep(ROUNDS)

    assert "The next one comes on Wednesday, 19 July at 15:00" in said.text
    assert "12 people" in briefing.text
    assert len(sandbox.messages(sandbox.private)) == count


async def test_an_alert_comes_to_who_wants_them(state: tuple[SandboxState, str], start: Start) -> None:
    sandbox, _ = state
    async with start() as (store, _):
        await arrive(store, sandbox.clock, POLICE_12)
        shown = (await sandbox.ask(sandbox.private, "/alerts on"))[-1]
        await arrive(store, sandbox.clock, POLICE_19)

        (alert, *_) = await sandbox.wait_for_messages(sandbox.private, after=shown, within=timedelta(seconds=PATIENCE))

    assert alert.text.startswith("📈 Figure moved: 12 → 19")


async def test_of_several_processes_one_asks_for_updates_and_another_when_it_is_gone(
    state: tuple[SandboxState, str], shared: Start
) -> None:
    sandbox, _ = state
    async with shared() as (store, _), AsyncExitStack() as first:
        await first.enter_async_context(shared())
        await arrive(store, sandbox.clock, POLICE_12)
        for _ in range(3):
            await sandbox.ask(sandbox.private, "/casualties")
        await first.aclose()
        await asyncio.sleep(ROUNDS)
        await sandbox.ask(sandbox.private, "/casualties", within=timedelta(seconds=PATIENCE))
        await asyncio.sleep(ROUNDS)

        answers = [message for message in sandbox.messages(sandbox.private) if message.by_bot]

    assert len(answers) == 4


async def test_processes_of_one_part_each_are_a_bot_together(state: tuple[SandboxState, str], shared: Start) -> None:
    sandbox, _ = state
    async with (
        shared(roles=frozenset({Role.DELIVER})) as (store, _),
        shared(roles=frozenset({Role.INGEST})),
        shared(roles=frozenset({Role.WEB})),
    ):
        await arrive(store, sandbox.clock, POLICE_12)
        said = (await sandbox.ask(sandbox.private, "/subscribe 15:00 Europe/London"))[-1]
        sandbox.clock.move_to(NOON + timedelta(hours=3))
        (briefing, *_) = await sandbox.wait_for_messages(sandbox.private, after=said)

    assert "12 people" in briefing.text


async def test_an_update_that_comes_to_two_replicas_is_answered_once(
    state: tuple[SandboxState, str], shared: Start
) -> None:
    sandbox, _ = state
    ports = (free_port(), free_port())
    doors = [Doors(listen=(LOOPBACK, port), is_asked=True, webhook=f"http://{LOOPBACK}:{port}/hook") for port in ports]
    update = {
        "update_id": 900_000_001,
        "message": {
            "message_id": 1,
            "date": int(NOON.timestamp()),
            "chat": {"id": sandbox.private.id, "type": "private", "first_name": "Mara"},
            "from": {"id": sandbox.private.id, "is_bot": False, "first_name": "Mara"},
            "text": "/help",
            "entities": [{"type": "bot_command", "offset": 0, "length": 5}],
        },
    }
    headers = {SECRET_HEADER: secret_of(sandbox.token), "Content-Type": "application/json"}

    sandbox.acquainted.add(sandbox.private.id)
    async with shared(doors=doors[0]), shared(doors=doors[1]), aiohttp.ClientSession() as session:
        for port in (*ports, *ports):
            url = f"http://{LOOPBACK}:{port}/hook"
            async with session.post(url, data=json.dumps(update), headers=headers) as answer:
                assert answer.status == 200
        await sandbox.wait_until(lambda: any(message.by_bot for message in sandbox.messages(sandbox.private)))
        await asyncio.sleep(ROUNDS)

    assert len([message for message in sandbox.messages(sandbox.private) if message.by_bot]) == 1


async def test_articles_that_two_processes_bring_at_once_are_all_filed_under_numbers_of_their_own(
    postgres_server: postgres.Server,
) -> None:
    address = postgres_server.fresh()
    stores = [open_store(address) for _ in range(2)]
    reader = Reader(trackers=shipped_trackers(), version="1")
    clock = SandboxClock(lambda: NOON)
    desks = [Newsdesk(store=store, reader=reader, clock=clock) for store in stores]
    shares = [
        [
            article(f"Police said {number} people were hurt in Larne.", day=MONDAY, name=f"{name}-{number}")
            for number in range(2, 8)
        ]
        for name in ("one", "other")
    ]

    for number in range(6):
        await asyncio.gather(*(desk.add(share[number : number + 1]) for desk, share in zip(desks, shares, strict=True)))
    async with asyncio.timeout(PATIENCE):
        while len({len((await store.digest()).sources) for store in stores}) > 1:  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    library = await stores[0].library()
    assert [filed.number for filed in library.filed] == list(range(1, 13))
    assert {filed.article for filed in library.filed} == {one.id for share in shares for one in share}
    assert {source.article.id for source in (await stores[1].digest()).sources} == {
        one.id for share in shares for one in share
    }
    for desk, store in zip(desks, stores, strict=True):
        await desk.close()
        await closed(store)
