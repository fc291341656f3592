"""Telegram's updates as it posts them: only with the secret, only as large as an update is, and each once."""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  (the header's name)
LONGEST = 1 << 20  #: bytes of an update; Telegram's stay far below
REMEMBERED = 10_000  #: ids of updates that came in this process; Telegram repeats one that was not answered

Take = Callable[[Mapping[str, Any]], Awaitable[None]]


@dataclass(slots=True, kw_only=True)
class Webhook:
    """The door for updates at ``url``; ``take`` gets each one once.

    An update is answered once it was taken, so that Telegram repeats what was not.
    """

    url: str
    secret: str
    take: Take
    _came: dict[int, None] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """Where Telegram posts, without the host."""
        return urlsplit(self.url).path or "/"

    async def receive(self, request: Request) -> Response:
        """One post: 200 when it was taken or came before, 403 without the secret, 400 or 413 when it is no update."""
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), self.secret.encode()):
            return PlainTextResponse("expected Telegram's secret\n", status_code=HTTPStatus.FORBIDDEN)
        body = await _body(request)
        if body is None:
            return PlainTextResponse("expected an update, got more\n", status_code=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            update = json.loads(body)
            number = int(update["update_id"])
        except (ValueError, KeyError, TypeError):
            return PlainTextResponse("expected an update\n", status_code=HTTPStatus.BAD_REQUEST)
        if number in self._came:
            return Response()
        self._came[number] = None
        try:
            await self.take(update)
        except BaseException:
            del self._came[number]
            raise
        if len(self._came) > REMEMBERED:
            del self._came[next(iter(self._came))]
        return Response()


def secret_of(token: str) -> str:
    """The webhook's secret: the same for every process that has the bot's token, and of no use for anything else."""
    return hmac.new(token.encode(), b"sitrep webhook", sha256).hexdigest()


async def _body(request: Request) -> bytes | None:
    """The whole body, None when it is too long."""
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LONGEST:
                return None
    except ClientDisconnect:
        return b""
    return body
