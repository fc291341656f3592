"""Updates carried to the bot, and what the bot answers to them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import Conflict

from bot.sandbox.state import SandboxState
from bot.sandbox.webhook import SECRET_HEADER


@dataclass(slots=True, kw_only=True)
class Receiver:
    """A bot's own server; what it answers can be changed."""

    url: str = ""
    updates: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    answer: Callable[[], web.Response] = web.Response
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def receive(self, request: web.Request) -> web.Response:
        self.updates.append(await request.json())
        self.secrets.append(request.headers.get(SECRET_HEADER, ""))
        async with self.arrived:
            self.arrived.notify_all()
        return self.answer()

    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.updates]

    async def wait_for(self, number: int) -> None:
        async with asyncio.timeout(30), self.arrived:
            await self.arrived.wait_for(lambda: len(self.updates) >= number)


@asynccontextmanager
async def listening(bot: Bot) -> AsyncIterator[Receiver]:
    """A receiver; at the end there is no webhook left."""
    receiver = Receiver()
    application = web.Application()
    application.router.add_post("/hook", receiver.receive)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield receiver
    finally:
        await bot.delete_webhook()
        await runner.cleanup()


async def test_a_webhook_gets_what_waits_and_what_comes_with_its_secret(bot: Bot, state: SandboxState) -> None:
    state.say(state.private, "before")
    async with listening(bot) as receiver:
        await bot.set_webhook(receiver.url, secret_token="s-1", max_connections=3)
        state.say(state.private, "after")
        await receiver.wait_for(2)
        await asyncio.sleep(0.1)  # until the last answer is read
        info = await bot.get_webhook_info()
    waiting = await bot.get_updates()

    assert receiver.texts() == ["before", "after"]
    assert receiver.secrets == ["s-1", "s-1"]
    assert (info.url, info.max_connections) == (receiver.url, 3)
    assert waiting == ()


async def test_a_failed_update_is_carried_again_and_holds_back_its_chat_alone(bot: Bot, state: SandboxState) -> None:
    async with listening(bot) as receiver:
        failures = iter([500])
        receiver.answer = lambda: web.Response(status=next(failures, 200))
        await bot.set_webhook(receiver.url)
        state.say(state.private, "one")
        state.say(state.private, "two")
        state.say(state.forum, "/elsewhere")
        await receiver.wait_for(4)
        info = await bot.get_webhook_info()

    assert receiver.texts() == ["one", "/elsewhere", "one", "two"]
    assert info.last_error_message == "Wrong response from the webhook: 500 Internal Server Error"


async def test_the_bot_may_answer_with_a_request(bot: Bot, state: SandboxState) -> None:
    async with listening(bot) as receiver:
        request = {"method": "sendMessage", "chat_id": state.private.id, "text": "at once"}
        receiver.answer = lambda: web.json_response(request)
        await bot.set_webhook(receiver.url)
        state.say(state.private, "hello")

        (answer,) = await state.wait_for_messages(state.private)

    assert answer.text == "at once"


async def test_a_webhook_ends_polling(bot: Bot, state: SandboxState) -> None:
    polling = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0.1)
    async with listening(bot) as receiver:
        await bot.set_webhook(receiver.url)

        with pytest.raises(Conflict, match="terminated by setWebhook request"):
            await polling
        with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
            await bot.get_updates()
    state.say(state.private, "polled again")
    assert len(await bot.get_updates()) == 1


async def test_what_was_not_carried_waits_for_the_next_poller(bot: Bot, state: SandboxState) -> None:
    async with listening(bot) as receiver:
        receiver.answer = lambda: web.Response(status=503)
        await bot.set_webhook(receiver.url)
        state.say(state.private, "not lost")
        await receiver.wait_for(1)

    (update,) = await bot.get_updates()
    assert update.message
    assert update.message.text == "not lost"


async def test_waiting_updates_can_be_dropped_with_a_new_webhook(bot: Bot, state: SandboxState) -> None:
    state.say(state.private, "old")
    async with listening(bot) as receiver:
        await bot.set_webhook(receiver.url, drop_pending_updates=True)
        state.say(state.private, "new")
        await receiver.wait_for(1)

    assert receiver.texts() == ["new"]
