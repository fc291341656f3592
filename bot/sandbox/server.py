"""The sandbox as a web application, and a way to run it in the running event loop."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from bot.asgi import LOOPBACK, served
from bot.sandbox.bot_api import BotApi
from bot.sandbox.deeds import NextBriefing
from bot.sandbox.newsdesk import NewsDesk
from bot.sandbox.page import page_routes
from bot.sandbox.state import SandboxState

HOSTS = (LOOPBACK.encode(), b"localhost")  #: names the page answers to; under another name a foreign site is asking


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
    async with served(SandboxApp(state, next_briefing, desk), LOOPBACK, port) as actual:
        state.open()
        try:
            yield f"http://{LOOPBACK}:{actual}"
        finally:
            await state.close_webhook()
            state.close()
