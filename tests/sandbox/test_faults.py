"""What goes wrong on request, and the exception it becomes in python-telegram-bot."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from telegram import Bot
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import HTTPXRequest

from bot.sandbox.faults import Fault
from bot.sandbox.state import SandboxState


def arrived(state: SandboxState) -> list[str]:
    return [message.text for message in state.messages(state.group) if message.by_bot]


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        (Fault(status=500), NetworkError, "Internal Server Error"),
        (Fault(status=502), NetworkError, "Bad Gateway"),
        (Fault(status=504), NetworkError, "Gateway Timeout"),
        (Fault(status=429, retry_after=7), RetryAfter, "Retry in 7 seconds"),
        (Fault(status=403, description="Forbidden: user is deactivated"), Forbidden, "user is deactivated"),
        (Fault(cuts=True), NetworkError, "RemoteProtocolError"),
    ],
    ids=lambda value: "" if not isinstance(value, Fault) else f"{value.status or 'cut'}",
)
@pytest.mark.filterwarnings("ignore:Deprecated since version v22.2")
async def test_a_failing_server_becomes_the_librarys_error_once(
    bot: Bot, state: SandboxState, fault: Fault, error: type[TelegramError], words: str
) -> None:
    state.faults.add(fault)

    with pytest.raises(error, match=words) as failed:
        await bot.send_message(state.group.id, "lost")
    await bot.send_message(state.group.id, "sent")

    assert not isinstance(failed.value, BadRequest)
    assert arrived(state) == ["sent"]


async def test_a_request_may_take_effect_before_it_fails(bot: Bot, state: SandboxState) -> None:
    state.faults.add(Fault(cuts=True, is_done_first=True))

    with pytest.raises(NetworkError):
        await bot.send_message(state.group.id, "sent, but who knows")

    assert arrived(state) == ["sent, but who knows"]


async def test_a_slow_server_times_out_and_may_deliver_all_the_same(state: SandboxState, address: str) -> None:
    state.faults.add(Fault(method="sendMessage", delay=timedelta(seconds=0.4), is_done_first=True, status=500))
    impatient = HTTPXRequest(read_timeout=0.2)
    async with Bot(state.token, base_url=f"{address}/bot", request=impatient) as bot:
        with pytest.raises(TimedOut):
            await bot.send_message(state.group.id, "late")

        await state.wait_until(lambda: arrived(state) == ["late"])


async def test_a_delay_alone_only_makes_it_slow(bot: Bot, state: SandboxState) -> None:
    state.faults.add(Fault(delay=timedelta(seconds=0.2)))

    started = time.monotonic()
    await bot.send_message(state.group.id, "slow")

    assert time.monotonic() - started >= 0.2


async def test_a_fault_waits_for_its_method_and_chat_and_counts_down(bot: Bot, state: SandboxState) -> None:
    state.faults.add(Fault(method="sendMessage", chat_id=state.channel.id, status=500, times=2))

    await bot.get_chat(state.channel.id)
    await bot.send_message(state.group.id, "elsewhere")
    for _ in range(2):
        with pytest.raises(NetworkError):
            await bot.send_message(state.channel.id, "x")
    await bot.send_message(state.channel.id, "third")

    assert arrived(state) == ["elsewhere"]


async def test_polling_fails_only_when_named(bot: Bot, state: SandboxState) -> None:
    state.faults.add(Fault(status=502))
    assert await bot.get_updates() == ()
    state.faults.clear()

    state.faults.add(Fault(method="getUpdates", status=502))
    with pytest.raises(NetworkError, match="Bad Gateway"):
        await bot.get_updates()
