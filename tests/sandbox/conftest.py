"""One sandbox a test, with a bot connected that does not poll by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from telegram import Bot

from bot.sandbox.server import serving
from bot.sandbox.state import SandboxState
from tests.sandbox_fixtures import connected_bot, new_state


@pytest.fixture
def state() -> SandboxState:
    return new_state()


@pytest.fixture
async def address(state: SandboxState) -> AsyncIterator[str]:
    async with serving(state) as url:
        yield url


@pytest.fixture
async def bot(state: SandboxState, address: str) -> AsyncIterator[Bot]:
    async with connected_bot(state, address) as connected:
        yield connected
