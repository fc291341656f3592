"""Telegram's limits: never passed in any window, replies before broadcasts, and nobody waits who may go."""

from __future__ import annotations

import asyncio
import itertools
import math
from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import RetryAfter

from bot.telegram.limiter import HAS_TURN, Limiter
from bot.telegram.limits import CATCH_UP, GROUP_WINDOW, Lane, Limits, Rates

CHATS: list[int | str] = [1, 2, 3, -4, -5, "@channel"]
INSTANT = 1e-6  #: seconds; sums of floats
RATES = st.builds(Rates, total=st.sampled_from([2.0, 29.0, 1000.0]), group=st.sampled_from([3, 20]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Somebody wants to send; ``id`` tells tickets apart."""

    at: float
    chat: int | str
    lane: Lane
    id: int


@st.composite
def asks(draw: st.DrawFn) -> list[Ask]:
    """A crowd of messages, most at once, some later."""
    chosen = draw(
        st.lists(
            st.tuples(st.sampled_from([0.0, 0.0, 0.5, 1.3, 70.0]), st.sampled_from(CHATS), st.sampled_from(list(Lane))),
            min_size=1,
            max_size=80,
        )
    )
    return [
        Ask(at=at, chat=chat, lane=lane, id=n) for n, (at, chat, lane) in enumerate(sorted(chosen, key=lambda c: c[0]))
    ]


def play(limits: Limits[Ask], crowd: list[Ask], lateness: list[float] | None = None) -> list[tuple[float, Ask]]:
    """Who passed when, woken at the moments the limits name and as much later as ``lateness`` says, over and over."""
    passed: list[tuple[float, Ask]] = []
    left, now, late = list(crowd), 0.0, list(lateness or [0.0])
    while left or limits.next_moment(now) is not None:
        moments = [left[0].at] if left else []
        if (at := limits.next_moment(now)) is not None:
            moments.append(at)
        late.append(late.pop(0))
        now = max(now, min(moments)) + late[0]
        while left and left[0].at <= now:
            ask = left.pop(0)
            limits.ask(ask, ask.chat, ask.lane)
        while (ticket := limits.next(now)) is not None:
            passed.append((now, ticket))
        assert len(passed) <= len(crowd)
    return passed


def most_within(moments: list[float], window: float) -> int:
    """The most moments in any half-open window."""
    return max(sum(first <= at < first + window - INSTANT for at in moments) for first in moments)


@given(rates=RATES, crowd=asks(), lateness=st.lists(st.sampled_from([0.0, 0.0, 0.001, 0.015, 0.3]), min_size=1))
def test_no_limit_is_passed_in_any_window(rates: Rates, crowd: list[Ask], lateness: list[float]) -> None:
    passed = play(Limits(rates), crowd, lateness)

    assert {ask for _, ask in passed} == set(crowd)
    everything = [at for at, _ in passed]
    for window in (0.1, 1.0, 5.0):
        assert most_within(everything, window) <= math.floor(rates.total * (window + CATCH_UP) + INSTANT) + 1
    for chat in {ask.chat for ask in crowd}:
        here = [at for at, ask in passed if ask.chat == chat]
        assert most_within(here, rates.chat) <= rates.burst
        assert most_within(here, 10.0) <= 10 + rates.burst
        if isinstance(chat, str) or chat < 0:
            assert most_within(here, GROUP_WINDOW) <= rates.group


@given(crowd=asks())
def test_broadcasts_to_a_chat_are_a_second_apart(crowd: list[Ask]) -> None:
    passed = play(Limits(Rates()), [ask for ask in crowd if ask.lane is Lane.BROADCAST])

    for chat in {ask.chat for _, ask in passed}:
        here = [at for at, ask in passed if ask.chat == chat]
        assert all(later - at >= 1.0 - INSTANT for at, later in itertools.pairwise(here))


def may_go(ask: Ask, passed: list[tuple[float, Ask]], rates: Rates, now: float) -> bool:
    """Whether the chat takes the message now, reckoned anew from all that passed."""
    here = [at for at, other in passed if other.chat == ask.chat]
    paid_until = -math.inf
    for at in here:
        paid_until = max(paid_until, at) + rates.chat
    ahead = (rates.burst - 1) * rates.chat if ask.lane is Lane.REPLY else 0.0
    is_group = isinstance(ask.chat, str) or ask.chat < 0
    is_full = is_group and sum(at > now - GROUP_WINDOW + INSTANT for at in here) >= rates.group
    return paid_until - ahead <= now and not is_full


@given(rates=RATES, crowd=asks())
def test_replies_go_first_and_nobody_waits_who_may_go(rates: Rates, crowd: list[Ask]) -> None:
    limits: Limits[Ask] = Limits(rates)
    waiting: set[Ask] = set()
    passed: list[tuple[float, Ask]] = []
    free_at = -math.inf
    left, now = list(crowd), 0.0
    while left or waiting:
        moments = [left[0].at] if left else []
        at = limits.next_moment(now)
        now = max(now, min([*moments, *([] if at is None else [at])]))
        while left and left[0].at <= now:
            waiting.add(left[0])
            limits.ask(left[0], left[0].chat, left[0].lane)
            left.pop(0)
        ready = {ask for ask in waiting if now >= free_at and may_go(ask, passed, rates, now)}

        ticket = limits.next(now)

        if ticket is None:
            assert not ready
            continue
        assert ticket in ready
        assert ticket.lane is Lane.REPLY or all(ask.lane is Lane.BROADCAST for ask in ready)
        waiting.remove(ticket)
        passed.append((now, ticket))
        free_at = max(free_at, now - CATCH_UP) + 1 / rates.total


@given(rates=RATES, crowd=asks())
def test_order_is_kept_within_a_chat_and_a_lane(rates: Rates, crowd: list[Ask]) -> None:
    passed = play(Limits(rates), crowd)

    for lane in Lane:
        for chat in CHATS:
            line = [ask.id for _, ask in passed if (ask.chat, ask.lane) == (chat, lane)]
            assert line == sorted(line)


@given(st.integers(min_value=1, max_value=300), st.sampled_from([29.0, 1000.0]))
def test_different_chats_take_the_whole_rate(number: int, total: float) -> None:
    crowd = [Ask(at=0.0, chat=1 + n, lane=Lane.BROADCAST, id=n) for n in range(number)]

    passed = play(Limits(Rates(total=total)), crowd)

    assert passed[-1][0] <= (number - 1) / total + INSTANT


def test_a_slow_chat_holds_up_nobody() -> None:
    crowd = [Ask(at=0.0, chat=1, lane=Lane.BROADCAST, id=n) for n in range(10)]
    crowd += [Ask(at=0.0, chat=2 + n, lane=Lane.BROADCAST, id=10 + n) for n in range(20)]

    passed = play(Limits(Rates()), crowd)

    assert max(at for at, ask in passed if ask.chat != 1) < 21 / 29
    assert passed[-1][0] == pytest.approx(9.0)


def test_a_reply_may_come_at_once_after_a_broadcast_to_the_chat() -> None:
    limits: Limits[str] = Limits(Rates())
    limits.ask("briefing", 1, Lane.BROADCAST)
    assert limits.next(0.0) == "briefing"

    limits.ask("answer", 1, Lane.REPLY)

    assert limits.next_moment(0.0) == pytest.approx(1 / 29 - CATCH_UP)


def test_a_refusal_pauses_its_chat_and_no_other() -> None:
    limits: Limits[str] = Limits(Rates())
    limits.refused(1, 30.0, now=0.0)
    limits.ask("to the refused", 1, Lane.REPLY)
    limits.ask("to another", 2, Lane.BROADCAST)

    assert (limits.next(0.0), limits.next_moment(0.1)) == ("to another", 30.0)


def test_refusals_of_two_chats_within_a_moment_pause_everybody() -> None:
    limits: Limits[str] = Limits(Rates())
    limits.refused(1, 30.0, now=0.0)
    limits.refused(2, 5.0, now=0.5)
    limits.ask("to a third", 3, Lane.REPLY)

    assert limits.next_moment(1.0) == 30.0


def test_refusals_of_two_chats_long_after_each_other_concern_only_them() -> None:
    limits: Limits[str] = Limits(Rates())
    limits.refused(1, 30.0, now=0.0)
    limits.refused(2, 5.0, now=20.0)
    limits.ask("to a third", 3, Lane.REPLY)

    assert limits.next_moment(21.0) == 21.0


def test_who_gave_up_takes_no_slot() -> None:
    limits: Limits[str] = Limits(Rates())
    for ticket, chat in [("a", 1), ("b", 2), ("c", 3)]:
        limits.ask(ticket, chat, Lane.REPLY)

    limits.withdraw("a")

    assert limits.next(0.0) == "b"


def test_accounts_of_silent_chats_are_forgotten() -> None:
    limits: Limits[int] = Limits(Rates(total=1000))
    for number in range(20_000):
        limits.ask(number, number if number % 2 else -number - 1, Lane.BROADCAST)
    now = 0.0
    while (at := limits.next_moment(now)) is not None:
        now = at
        limits.next(now)

    for number in range(20_000):
        now += 1.0
        limits.ask(number, 1, Lane.BROADCAST)
        limits.next(now)

    assert len(limits._chats) < 70


# The limiter in an event loop, as PTB calls it.

SOON_ENOUGH = 30  #: seconds; a turn would be 100 away


async def send(limiter: Limiter, chat: int, endpoint: str = "sendMessage", *, error: Exception | None = None) -> float:
    """The moment at which a request went out."""

    async def request() -> bool:
        if error is not None:
            raise error
        return True

    data = {"chat_id": chat} if chat else {}
    await limiter.process_request(request, (), {}, endpoint, data, None)
    return asyncio.get_running_loop().time()


async def test_replies_pass_a_waiting_broadcast() -> None:
    limiter = Limiter(Rates(total=20))
    turns: list[int] = []

    async def broadcast(chat: int) -> None:
        await limiter.turn(chat)
        turns.append(chat)

    waiting = [asyncio.create_task(broadcast(chat)) for chat in range(100, 120)]
    await asyncio.sleep(0)
    had_theirs = len(turns)

    await send(limiter, 1)

    assert had_theirs <= len(turns) <= had_theirs + 3
    for task in waiting:
        task.cancel()


@pytest.mark.parametrize(
    "endpoint", ["getMe", "answerCallbackQuery", "getChatMember", "sendChatAction", "setMyCommands"]
)
async def test_what_is_no_message_never_waits(endpoint: str) -> None:
    limiter = Limiter(Rates(total=0.01))
    await send(limiter, 1)

    async with asyncio.timeout(SOON_ENOUGH):
        await send(limiter, 2, endpoint)


async def test_a_message_that_has_its_turn_does_not_wait_again() -> None:
    limiter = Limiter(Rates(total=0.01))
    await limiter.turn(1)

    async with asyncio.timeout(SOON_ENOUGH):
        await limiter.process_request(_yes, (), {}, "sendMessage", {"chat_id": 1}, HAS_TURN)


async def _yes() -> bool:
    return True


async def test_a_429_holds_the_chat_back_and_is_told_to_the_caller() -> None:
    limiter = Limiter(Rates())
    with pytest.raises(RetryAfter):
        await send(limiter, 1, error=RetryAfter(timedelta(seconds=2)))
    refused = asyncio.get_running_loop().time()

    again = asyncio.create_task(send(limiter, 1))
    other = await send(limiter, 2)

    assert other < await again
    assert again.result() - refused >= 1.9


async def test_a_caller_that_gives_up_leaves_its_turn_to_the_next() -> None:
    limiter = Limiter(Rates(total=1 / 3))
    await limiter.turn(1)
    first, second = (asyncio.create_task(limiter.turn(chat)) for chat in (2, 3))
    await asyncio.sleep(0)

    first.cancel()

    async with asyncio.timeout(5.5):
        await second


async def test_delivery_is_asked_for_more_only_while_too_few_wait() -> None:
    limiter = Limiter(Rates(total=40))
    assert await limiter.wanted() == 2
    turns = [asyncio.create_task(limiter.turn(chat)) for chat in range(1, 5)]
    await asyncio.sleep(0)

    started = asyncio.get_running_loop().time()
    wanted = await limiter.wanted()

    assert wanted == 1
    assert asyncio.get_running_loop().time() - started > 0.02
    for task in turns:
        task.cancel()
