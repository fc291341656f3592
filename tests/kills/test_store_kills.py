"""Kills of the store in a short form; ``python -m tests.kills.store`` is the long one."""

from __future__ import annotations

from pathlib import Path

from tests.kills.store import Tally, kill_once

KILLS = 12


def test_kills_at_random_moments_lose_nothing_acknowledged_and_leave_no_step_half_done(tmp_path: Path) -> None:
    tally = Tally()

    for seed in range(KILLS):
        kill_once(tmp_path / str(seed), seed, tally)

    assert (tally.lost, tally.unreadable, tally.torn) == ([], [], [])
    assert tally.kills == KILLS
    assert tally.acknowledged > KILLS
