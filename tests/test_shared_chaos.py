"""Three real processes on a real database in a short form; ``python -m tests.chaos.workers`` is the long one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import postgres
from tests.chaos.networks import why_not
from tests.chaos.workers import Deeds, ordeal

WITHIN = 300  #: seconds


@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="somebody else's server is not to be killed")
async def test_killed_and_frozen_processes_lose_nothing_and_a_crash_of_the_server_neither(tmp_path: Path) -> None:
    with postgres.serving() as server:
        found = await ordeal(tmp_path, server, Deeds(kills=2), messages=120)

    assert found.is_good, found


def test_machines_whose_cable_to_the_database_is_pulled_lose_nothing_and_send_nothing_twice() -> None:
    if reason := why_not():
        pytest.skip(reason)
    command = [sys.executable, "-m", "tests.chaos.workers", "--messages", "120", "--kills", "1", "--cuts", "2"]

    done = subprocess.run(command, capture_output=True, text=True, timeout=WITHIN, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
