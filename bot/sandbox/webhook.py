"""Webhooks: updates carried to the bot, which may answer with a request of its own."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

import aiohttp

from bot.sandbox.params import Params
from bot.sandbox.refusals import Refusal, bad_request, conflict
from bot.sandbox.updates import Update, UpdateQueue

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  a header's name
SECRET_LIMIT = 256  #: characters (Bot API)
DEFAULT_CONNECTIONS = 40  #: (Bot API)
MOST_CONNECTIONS = 100  #: (Bot API)
PATIENCE = timedelta(seconds=60)  #: real time the bot has for an answer
FIRST_PAUSE = timedelta(seconds=0.5)  #: real time before an update that failed is carried again; doubled each time
LONGEST_PAUSE = timedelta(seconds=30)
_SECRET = re.compile(r"[A-Za-z0-9_-]+")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

Call = Callable[[str, Params], Awaitable[object]]  #: a method of the Bot API by its name


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSettings:
    """Where updates go, and how many at once."""

    url: str
    secret: str
    connections: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookError:
    """Why the last update could not be carried."""

    date: datetime
    message: str


class Webhook:
    """Carries every update that waits, in order within a chat, until the bot answers with a success.

    Args:
        now: the sandbox's clock, for the date of the last error.
        call: makes the request that the bot put into an answer.
    """

    def __init__(
        self, settings: WebhookSettings, updates: UpdateQueue, now: Callable[[], datetime], call: Call
    ) -> None:
        self.settings = settings
        self.last_error: WebhookError | None = None
        self._updates = updates
        self._now = now
        self._call = call
        self._connections = asyncio.Semaphore(settings.connections)
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE.total_seconds()))
        self._lines: dict[str, deque[Update]] = {}
        self._carriers: set[asyncio.Task[None]] = set()
        for update in updates.waiting():
            self._take(update)
        updates.on_push = self._take

    async def close(self) -> None:
        """Carries nothing more; what is not acknowledged waits for the next poller or webhook."""
        self._updates.on_push = None
        for carrier in self._carriers:
            carrier.cancel()
        await asyncio.gather(*self._carriers, return_exceptions=True)
        await self._session.close()

    def _take(self, update: Update) -> None:
        key = _line(update)
        if key in self._lines:
            self._lines[key].append(update)
            return
        self._lines[key] = deque([update])
        carrier = asyncio.create_task(self._carry_line(key))
        self._carriers.add(carrier)
        carrier.add_done_callback(self._carriers.discard)

    async def _carry_line(self, key: str) -> None:
        line = self._lines[key]
        while line:
            await self._carry(line.popleft())
        del self._lines[key]

    async def _carry(self, update: Update) -> None:
        pause = FIRST_PAUSE
        while update in self._updates:
            try:
                async with self._connections:
                    answer = await self._post(update)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                self.last_error = WebhookError(date=self._now(), message=str(error) or type(error).__name__)
                await asyncio.sleep(pause.total_seconds())
                pause = min(2 * pause, LONGEST_PAUSE)
                continue
            self._updates.acknowledge(update)
            await self._obey(answer)

    async def _post(self, update: Update) -> object:
        headers = {SECRET_HEADER: self.settings.secret} if self.settings.secret else {}
        async with self._session.post(self.settings.url, json=update.to_json(), headers=headers) as answer:
            if not answer.ok:
                raise aiohttp.ClientError(
                    f"Wrong response from the webhook: {answer.status} {HTTPStatus(answer.status).phrase}"
                )
            return await answer.json() if answer.content_type == "application/json" else None

    async def _obey(self, answer: object) -> None:
        """Makes the request in an answer; nobody hears how it ends."""
        if isinstance(answer, Mapping) and isinstance(method := answer.get("method"), str):
            with suppress(Refusal):
                await self._call(method, Params(answer))


def _line(update: Update) -> str:
    """Updates of one line are carried one after the other: those of one chat, or else of one person."""
    content = update.content
    within = content.get("message", content)
    for holder in (within, content):
        for name in ("chat", "from"):
            if isinstance(holder, Mapping) and isinstance(named := holder.get(name), Mapping):
                return str(named["id"])
    return ""


def read_settings(params: Params) -> WebhookSettings:
    """The settings in a setWebhook request with an address.

    The sandbox carries updates to this computer only, there over plain HTTP and to any port, as a local Bot API server.

    Raises:
        Refusal: 400, the address, the secret or the number of connections is not what Telegram takes.
    """
    url = params.text("url")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if parts.hostname not in _LOOPBACK:
        raise bad_request(f"bad webhook: the sandbox reaches this computer only, not {parts.hostname}")
    secret = params.text("secret_token")
    if len(secret) > SECRET_LIMIT:
        raise bad_request("secret token is too long")
    if secret and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    asked = params.integer("max_connections") or DEFAULT_CONNECTIONS
    return WebhookSettings(url=url, secret=secret, connections=min(max(asked, 1), MOST_CONNECTIONS))


def polling_refused() -> Refusal:
    """409: getUpdates is of no use while a webhook is set."""
    return conflict(
        "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    )
