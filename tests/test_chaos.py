"""A short form of `make chaos`: real bot processes, killed and stopped while they send."""

from __future__ import annotations

import asyncio
import signal

from tests.chaos.clock import OWED, briefings_by_chat
from tests.chaos.faults import chats_that_refuse
from tests.chaos.kills import end_over_and_over

RATE = 29.0  #: as shipped


def test_a_killed_bot_loses_nothing_and_repeats_at_most_one_message_a_kill() -> None:
    ended = end_over_and_over(60, 5, ("--rate", f"{RATE}"), RATE)

    account = ended.account
    assert (account.lost, account.given_up, account.disordered) == (0, {}, 0)
    assert account.arrived == account.messages
    assert account.duplicates <= ended.ends == 5  # one that two kills doubt arrives again after the second
    assert account.most_arrivals <= 2


def test_a_stopped_bot_loses_nothing_and_repeats_nothing() -> None:
    ended = end_over_and_over(150, 3, ("--rate", "100"), 100, how=signal.SIGTERM)

    account = ended.account
    assert (account.lost, account.given_up, account.duplicates) == (0, {}, 0)
    assert account.arrived == account.messages


def test_whoever_refuses_is_accounted_for_with_the_reason() -> None:
    account = chats_that_refuse()

    assert (account.messages, account.arrived, account.lost, account.duplicates) == (204, 154, 0, 0)
    assert account.given_up == {"refused: Message is too long": 10}
    assert account.paused == {"Forbidden: bot was blocked by the user": 20, "Forbidden: user is deactivated": 20}


async def test_a_clock_that_is_moved_both_ways_brings_each_briefing_once() -> None:
    counts = await briefings_by_chat(20)

    assert set(counts) == {OWED}
    await asyncio.sleep(0)
