"""Three real processes on a real database in a short form; ``python -m tests.chaos.workers`` is the long one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests import postgres
from tests.chaos.workers import ordeal


@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="somebody else's server is not to be killed")
async def test_killed_and_frozen_processes_lose_nothing_and_a_crash_of_the_server_neither(tmp_path: Path) -> None:
    with postgres.serving() as server:
        found = await ordeal(tmp_path, server, messages=120, kills=2)

    assert found.is_good, found
