"""How long a command takes from the update to the bot's request: ``python -m benchmarks.commands``.

A thousand commands about the seeds, answered from the stored digest, one after the other, through python-telegram-bot
and its request encoding to a wire that answers at once; the yardstick is a bot on the same wire that echoes a word.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from telegram import Update
from telegram.ext import Application, ApplicationBuilder, CommandHandler, ContextTypes, Defaults, ExtBot
from telegram.request import BaseRequest, RequestData

from bot import app
from bot.logs import Recent
from bot.outbox import ChatId
from bot.settings import LIVE, SEEDS, Settings
from bot.telegram.limiter import Limiter
from bot.telegram.limits import Rates
from bot.telegram.sender import TelegramSender
from handlers import HANDLERS

COMMANDS = 1000
LIMIT = timedelta(milliseconds=20)  #: the 99th percentile allowed
TOKEN = "1:" + "x" * 35
ME = {"id": 1, "is_bot": True, "first_name": "B", "username": "b_bot"}
CHAT: dict[str, Any] = {"id": 7, "type": "private", "first_name": "P"}


class Wire(BaseRequest):
    """Takes every request and answers it as Telegram would, without a network."""

    def __init__(self) -> None:
        self.sent = 0

    @property
    def read_timeout(self) -> float | None:
        """There is nothing to wait for."""
        return None

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        """The answer to getMe or sendMessage; the request is encoded, as for a network."""
        if request_data is not None:
            assert request_data.json_payload
        if url.endswith("/getMe"):
            return 200, json.dumps({"ok": True, "result": ME}).encode()
        self.sent += 1
        return 200, json.dumps({"ok": True, "result": {"message_id": 1, "date": 0, "chat": CHAT, "text": "x"}}).encode()


def update(number: int, command: str) -> dict[str, Any]:
    """A command as Telegram delivers it."""
    entity = {"type": "bot_command", "offset": 0, "length": len(command)}
    person = {"id": 7, "is_bot": False, "first_name": "P"}
    message = {"message_id": number, "date": 0, "chat": CHAT, "from": person, "text": command, "entities": [entity]}
    return {"update_id": number, "message": message}


async def seconds_each(register: Callable[[Any], None], commands: list[str]) -> list[float]:
    """How long each of ``COMMANDS`` took; ``commands`` are taken in turn."""
    wire = Wire()
    limiter = Limiter(Rates(total=1e6, chat=0.0, burst=1_000_000))  # nothing waits: the bot is measured, not the limits
    bot = ExtBot(
        TOKEN, request=wire, get_updates_request=Wire(), defaults=Defaults(parse_mode="HTML"), rate_limiter=limiter
    )
    application: Application[Any, Any, Any, Any, Any, Any] = ApplicationBuilder().bot(bot).build()
    register(application)
    await application.initialize()
    taken = []
    for number in range(COMMANDS):
        command = commands[number % len(commands)]
        start = time.perf_counter()
        await application.process_update(Update.de_json(update(number + 1, command), bot))
        taken.append(time.perf_counter() - start)
    await application.shutdown()
    assert wire.sent >= COMMANDS, f"expected an answer to each of {COMMANDS} commands, got {wire.sent}"
    return taken


def show(name: str, taken: list[float]) -> float:
    """Prints one line and returns the 99th percentile in seconds."""
    cuts = statistics.quantiles(taken, n=100)
    print(f"{name:<28} p50 {cuts[49] * 1e3:7.2f} ms   p99 {cuts[98] * 1e3:7.2f} ms   worst {max(taken) * 1e3:7.2f} ms")
    return cuts[98]


async def seconds_of_sitrep(folder: Path, store: str | None = None) -> list[float]:
    """How long each command took the bot; ``store`` is the address of a database, None for the embedded one."""
    address = None if store is None else SecretStr(store)
    settings = Settings.model_construct(token=None, data=folder, articles=SEEDS, port=0, store=address, trackers={})
    parts = await asyncio.to_thread(app.open_parts, settings, LIVE)
    await parts.read(lambda _: None)
    await parts.store.change(ChatId(CHAT["id"]), lambda chat: replace(chat, zone="Europe/Kyiv"))
    clock = app.RealClock()
    stories = await parts.stories(clock)
    commands = [f"/{command}" for command in parts.answers().commands()]
    async with (
        parts.newsdesk(clock) as newsdesk,
        app.source_desks(parts, newsdesk, clock, stories) as (_, sources),
    ):

        def sitrep(application: Any) -> None:
            sender = TelegramSender(bot=application.bot, pictures=parts.store)
            desk = app.front_desk(parts, sender, clock, Recent(), newsdesk=newsdesk, sources=sources, stories=stories)
            for module in HANDLERS:
                module.register(application, desk)

        taken = await seconds_each(sitrep, commands)
    await asyncio.to_thread(parts.store.close)
    return taken


async def measure(folder: Path) -> bool:
    """Runs both bots; whether the limit holds."""

    async def echo(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        if update.effective_message is not None:
            await update.effective_message.reply_text("echo")

    slowest = show("sitrep", await seconds_of_sitrep(folder))
    show(
        "yardstick: an echo bot",
        await seconds_each(lambda bot: bot.add_handler(CommandHandler("echo", echo)), ["/echo"]),
    )
    print(
        f"limit of p99: {LIMIT.total_seconds() * 1e3:.0f} ms: {'kept' if slowest < LIMIT.total_seconds() else 'BROKEN'}"
    )
    return slowest < LIMIT.total_seconds()


def main() -> None:
    """Exits with 1 when the limit is broken."""
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(0 if asyncio.run(measure(Path(folder))) else 1)


if __name__ == "__main__":
    main()
