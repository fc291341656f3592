"""The event loop is never held up: reading, rendering, writing and fetching happen elsewhere or in small steps."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from bot import app
from bot.settings import SEEDS
from tests.conftest import Stage, settings_for

LONGEST = 0.050  #: seconds of the loop's own work in one step; other programs' time does not count
STALLED = 2.0  #: seconds, with other programs' time: a step that waits for a disk or a process shows here


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[tuple[float, float, str]]:
    """Each step of the loop that worked long: its own seconds, the seconds gone by, and what it was."""
    found: list[tuple[float, float, str]] = []
    run = asyncio.events.Handle._run

    def measured(self: Any) -> None:
        own, wall = time.thread_time(), time.monotonic()
        run(self)
        own, wall = time.thread_time() - own, time.monotonic() - wall
        if own > LONGEST or wall > STALLED:
            found.append((own, wall, repr(self)))

    monkeypatch.setattr(asyncio.events.Handle, "_run", measured)
    return found


async def test_reading_articles_leaves_the_loop_free(stage: Stage, steps: list[tuple[float, float, str]]) -> None:
    parts = await asyncio.to_thread(app.open_parts, settings_for(stage.data / "fresh", SEEDS))
    steps.clear()

    await parts.read(lambda _: None)

    assert steps == []
    await asyncio.to_thread(parts.store.close)


async def test_answering_and_briefing_leave_the_loop_free(stage: Stage, steps: list[tuple[float, float, str]]) -> None:
    async with stage.bot() as bot:
        await stage.state.ask(stage.state.private, "/start")
        steps.clear()

        for command in (
            "summary",
            "troops",
            "casualties",
            "timeline",
            "sources",
            "help",
            "subscribe 08:00 Europe/Kyiv",
        ):
            await stage.state.ask(stage.state.private, f"/{command}")
        stage.clock.move_to(datetime(2024, 11, 13, 6, 0, tzinfo=UTC))
        await bot.drained()

        assert steps == []


async def test_a_step_that_is_too_long_is_noticed(steps: list[tuple[float, float, str]]) -> None:
    def work() -> None:
        until = time.thread_time() + 2 * LONGEST
        while time.thread_time() < until:
            pass

    asyncio.get_running_loop().call_soon(work)
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    assert [name for _, _, name in steps if "work" in name] != []
