"""What the whole-bot tests share: the story of the seeds, read once, and a bot at work against the sandbox."""

from __future__ import annotations

import asyncio
import io
import logging
import os
import shutil
import socket
import tomllib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hypothesis
import pytest
import structlog
from playwright.async_api import expect

from bot import app, logs
from bot.asgi import LOOPBACK
from bot.desk import waiting
from bot.desk.briefings import Briefings
from bot.doors import Doors
from bot.outbox import State
from bot.ports import Store
from bot.render.answer import STORY_COMMANDS
from bot.sandbox.clock import SandboxClock
from bot.sandbox.server import serving
from bot.sandbox.state import SandboxState
from bot.settings import ROOT, SANDBOX, SEEDS, Settings
from bot.telegram.application import App, connect
from storage.postgres.addresses import Address
from storage.postgres.store import PostgresStore, open_store
from tests import postgres
from tests.homes import closed

TICK = timedelta(seconds=0.1)
ROUNDS = 0.4  #: seconds of real time in which a few ticks pass
START = datetime(2024, 11, 12, 9, 0, tzinfo=UTC)  #: a Tuesday; winter time everywhere in the north

# Other programs share the machine, so no example has a deadline; a gate that chose its examples anew each time would
# one day fail for a change that is not to blame.
hypothesis.settings.register_profile("usual", deadline=None)
hypothesis.settings.register_profile("gate", deadline=None, derandomize=True)
hypothesis.settings.load_profile("gate" if os.environ.get("CI") else "usual")
expect.set_options(timeout=60_000)  # milliseconds

for name in [name for name in os.environ if name.startswith("SITREP_")]:
    del os.environ[name]  # a developer's own token has no business in a test


@pytest.fixture(autouse=True)
def plain_logs() -> None:
    """Logs as pytest shows them; structlog's own default prints every local variable of a traceback, a whole digest."""
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer(key_order=["event"])],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


@pytest.fixture(autouse=True)
def wordless(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test waits for the answer itself, which on a busy machine may take longer than a person waits in silence."""
    if request.node.get_closest_marker("waiting") is None:
        monkeypatch.setattr(waiting, "WORDLESS", 3600.0)


def free_port() -> int:
    """A port of the loopback that nobody listens at."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def settings_for(data: Path, articles: Path = SEEDS) -> Settings:
    """Settings as the program would have them, from no file and no variable."""
    return Settings.model_construct(token=None, data=data, articles=articles, port=0, trackers={})


def story_commands() -> list[str]:
    """The commands about the story that a bot without settings of its own has."""
    shipped = tomllib.loads((ROOT / "bot" / app.TRACKERS).read_text(encoding="utf-8"))
    summary, *others = STORY_COMMANDS
    return [summary, *shipped, *others]


@pytest.fixture(scope="session")
def seeds_story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the stored story of the seeds."""
    folder = tmp_path_factory.mktemp("story")

    async def read() -> None:
        parts = app.open_parts(settings_for(folder), SANDBOX)
        added = await parts.read(lambda _: None)
        parts.store.close()
        assert (added.remarks, len(added.new)) == ((), 5)

    asyncio.run(read())
    return folder


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """A PostgreSQL server of this test run's own."""
    with postgres.serving() as server:
        yield server


@pytest.fixture
def address(postgres_server: postgres.Server) -> Address:
    """An empty database of the server's."""
    return postgres_server.fresh()


@pytest.fixture
async def stores(address: Address) -> AsyncIterator[list[PostgresStore]]:
    """Three processes' stores on one database."""
    found = [open_store(address) for _ in range(3)]
    yield found
    for store in found:
        await closed(store)


@dataclass(frozen=True, slots=True, kw_only=True)
class AtWork:
    """A running bot, with what a test may look into."""

    briefings: Briefings
    store: Store

    async def drained(self) -> None:
        """Waits until all who are owed a briefing or news, and let the bot in, have it."""
        await self.briefings.plan()
        async with asyncio.timeout(90):
            while await self.store.pending_news() is not None:  # noqa: ASYNC110  (nor for "everybody has been told")
                await asyncio.sleep(0.02)
            while await self.waiting():  # noqa: ASYNC110  (a store has no event for "nothing waits")
                await asyncio.sleep(0.02)

    async def waiting(self) -> int:
        """How many messages are to be sent or being sent, to chats that let the bot in."""
        depth = await self.store.depth()
        return depth.by_state[State.PENDING] + depth.by_state[State.SENDING]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A sandbox that stays while bots come and go."""

    state: SandboxState
    clock: SandboxClock
    address: str
    data: Path
    articles: Path = SEEDS

    @asynccontextmanager
    async def bot(
        self,
        change: Callable[[App], None] = lambda _: None,
        operators: tuple[int, ...] = (),
        doors: Doors | None = None,
    ) -> AsyncIterator[AtWork]:
        """A bot from its start to its stop; ``change`` may add to the application first."""
        doors = doors or Doors()
        settings = settings_for(self.data, self.articles).model_copy(update={"operators": operators})
        parts = await asyncio.to_thread(app.open_parts, settings, SANDBOX)
        try:
            application = connect(self.state.token, self.address, vitals=doors.vitals)
            change(application)
            async with app.running(application, parts, self.clock, TICK, doors=doors) as briefings:
                yield AtWork(briefings=briefings, store=parts.store)
        finally:
            await asyncio.to_thread(parts.store.close)


@pytest.fixture
async def stage(seeds_story: Path, tmp_path: Path) -> AsyncIterator[Stage]:
    """A sandbox whose clock says ``START``, and the seeds already read."""
    shutil.copy(seeds_story / SANDBOX, tmp_path / SANDBOX)
    clock = SandboxClock(lambda: datetime.now(UTC))
    clock.move_to(START)
    state = SandboxState(clock=clock)
    async with serving(state) as address:
        yield Stage(state=state, clock=clock, address=address, data=tmp_path)


@pytest.fixture
async def bot(stage: Stage) -> AsyncIterator[Stage]:
    """The stage with a bot at work on it."""
    async with stage.bot():
        yield stage


@pytest.fixture
def spoken() -> Iterator[io.StringIO]:
    """All that is logged, in every detail, as the program writes it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logs.configure(verbose=True)
    stream = io.StringIO()
    added = root.handlers[0]
    assert isinstance(added, logging.StreamHandler)
    added.setStream(stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
