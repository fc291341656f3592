"""One served sandbox for all tests here, as new for each of them, with a bot connected that does not poll by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from telegram import Bot

from bot.sandbox.commands import CommandMenus
from bot.sandbox.server import serving
from bot.sandbox.state import SandboxState
from bot.sandbox.updates import UpdateQueue
from tests.sandbox_fixtures import connected_bot, new_state


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A sandbox, where it is served, and the bot connected to it."""

    state: SandboxState
    address: str
    bot: Bot


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Runs this folder's tests in the event loop its server lives in."""
    for item in items:
        if "tests/sandbox" in item.path.as_posix() and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="package"), append=False)


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def served() -> AsyncIterator[Served]:
    state = new_state()
    async with serving(state) as address, connected_bot(state, address) as bot:
        yield Served(state=state, address=address, bot=bot)


@pytest.fixture
def state(served: Served) -> SandboxState:
    """The served sandbox, as a newcomer finds it."""
    served.state.start_over()
    served.state.acquainted.clear()
    served.state.updates.drop_all()
    served.state.clock.follow_real_time()
    served.state.updates = UpdateQueue(served.state.clock.now)
    served.state.menus = CommandMenus()
    served.state.limits = None
    return served.state


@pytest.fixture
def address(served: Served, state: SandboxState) -> str:
    return served.address


@pytest.fixture
def bot(served: Served, state: SandboxState) -> Bot:
    return served.bot
