"""What is done while a block runs ends with it."""

from __future__ import annotations

import asyncio

import pytest

from bot.app import tasks
from bot.app.tasks import meanwhile


async def test_work_that_lost_its_cancellation_is_told_to_end_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "AGAIN", 0.05)
    heard: list[str] = []

    async def deaf_at_first() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            heard.append("lost")
        await asyncio.Event().wait()

    async with asyncio.timeout(30), meanwhile(deaf_at_first()) as task:
        await asyncio.sleep(0)

    assert heard == ["lost"]
    assert task.cancelled()
