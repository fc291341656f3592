"""The sandbox as a web application, and a way to run it in the running event loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from http import HTTPStatus

import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from bot.sandbox.bot_api import BotApi
from bot.sandbox.deeds import NextBriefing
from bot.sandbox.newsdesk import NewsDesk
from bot.sandbox.page import page_routes
from bot.sandbox.state import SandboxState

LOOPBACK = "127.0.0.1"
HOSTS = (LOOPBACK.encode(), b"localhost")  #: names the page answers to; under another name a foreign site is asking
STOP_WITHIN = timedelta(seconds=2)  #: real time a stopping server gives open connections


class SandboxApp:
    """The Bot API under ``/bot<token>/``, files under ``/file/bot<token>/``, the chat page under ``/``.

    Args:
        next_briefing: when the bot will next send by itself, for the page's clock; None if nobody can tell.
        desk: what reads and publishes articles; None leaves the news desk and the tour away.
    """

    def __init__(
        self, state: SandboxState, next_briefing: NextBriefing | None = None, desk: NewsDesk | None = None
    ) -> None:
        self._bot_api = BotApi(state)
        self._page = Starlette(routes=page_routes(state, next_briefing, desk))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _is_ours(scope):
            await PlainTextResponse("Invalid host header", status_code=HTTPStatus.BAD_REQUEST)(scope, receive, send)
        elif BotApi.serves(scope["path"]):
            await self._bot_api(scope, receive, send)
        else:
            await self._page(scope, receive, send)


def _is_ours(scope: Scope) -> bool:
    host = next((value for name, value in scope["headers"] if name == b"host"), b"")
    return host.partition(b":")[0] in HOSTS


@asynccontextmanager
async def serving(
    state: SandboxState,
    port: int = 0,
    next_briefing: NextBriefing | None = None,
    desk: NewsDesk | None = None,
) -> AsyncIterator[str]:
    """Serves the sandbox on the loopback while the block runs; yields its address, without a slash at the end.

    Give a bot ``base_url=f"{address}/bot"`` and ``base_file_url=f"{address}/file/bot"``; the page is at the address.

    Args:
        port: 0 takes a free one.

    Raises:
        OSError: the port is taken.
    """
    config = uvicorn.Config(
        SandboxApp(state, next_briefing, desk),
        log_config=None,
        date_header=False,
        server_header=False,
        proxy_headers=False,
        log_level="critical",
        access_log=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=int(STOP_WITHIN.total_seconds()),
    )
    with _listening(port) as listening:
        server = _Server(config)
        state.open()
        running = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            await server.is_up.wait()
            yield f"http://{LOOPBACK}:{listening.getsockname()[1]}"
        finally:
            await state.close_webhook()
            state.close()
            server.is_to_stop.set()
            await running


def _listening(port: int) -> socket.socket:
    """A socket that says it speaks TCP: for others asyncio leaves Nagle's delay on, and each answer takes 40 ms."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((LOOPBACK, port))
        listening.listen()
    except OSError:
        listening.close()
        raise
    return listening


class _Server(uvicorn.Server):
    """Says when it is up, stops at once when told to, and leaves the signals to the program it runs in."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = asyncio.Event()
        self.is_to_stop = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_up.set()

    async def main_loop(self) -> None:
        await self.is_to_stop.wait()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
