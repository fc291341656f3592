"""A run in the sandbox, where this machine plays Telegram."""

from __future__ import annotations

import asyncio
import socket
from datetime import datetime

from bot.app.clock import RealClock
from bot.app.ingestion import Opening
from bot.app.parts import Parts
from bot.app.work import running
from bot.asgi import LOOPBACK
from bot.desk.briefings import Briefings
from bot.doors import Doors
from bot.telegram.application import connect


async def serve_sandbox(port: int, parts: Parts, opening: Opening, doors: Doors) -> None:
    """Serves the chat page and a bot that talks to it until cancelled, on ``port`` or on another one that is free."""
    from bot.sandbox.clock import SandboxClock
    from bot.sandbox.limits import Mode
    from bot.sandbox.server import serving
    from bot.sandbox.state import SandboxState
    from bot.showroom import showroom

    clock, say = SandboxClock(RealClock().now), opening.say
    state = SandboxState(clock=clock, bot_name="Sitrep", bot_username="sitrep_bot", mode=Mode.STRICT)
    for chat in await parts.store.subscribed():  # a new sandbox knows nobody who has ever written to the bot
        state.acquainted.add(chat.id)
        await parts.store.let_in(chat.id)
    briefings: list[Briefings] = []

    async def next_briefing() -> datetime | None:
        return await briefings[0].next_moment() if briefings else None

    async with (
        parts.newsdesk(clock) as newsdesk,
        showroom(parts.store, newsdesk, clock) as desk,
        serving(state, _free_port(port), next_briefing, desk) as address,
        running(
            connect(state.token, address, vitals=doors.vitals),
            parts,
            clock,
            doors=doors,
            opening=opening,
            newsdesk=newsdesk,
        ) as planned,
    ):
        briefings.append(planned)
        actual = address.rpartition(":")[2]
        if port not in (0, int(actual)):
            say(f"! Port {port} is in use by another program; the chat page is served on port {actual} instead.")
        say(f"This machine plays Telegram. Open the chat page: {address}/")
        say("Ctrl-C stops.")
        await asyncio.Event().wait()


def _free_port(wanted: int) -> int:
    """``wanted`` if nobody listens there, else 0, which means any."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, wanted))
        except OSError:
            return 0
    return wanted
