"""PTB's requests on aiohttp: kept connections, and a clear word on whether a request that failed went out."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Any

import aiohttp
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.logs import redact

Seconds = float | None

CONNECT, READ, WRITE, POOL = 5.0, 20.0, 10.0, 1.0  #: seconds, unless PTB gives others
UPLOAD = 60.0  #: seconds to write a request that carries files
AS_JSON = {"Content-Type": "application/json"}
NOT_SENT = (
    aiohttp.ClientConnectorError,  # refused, unknown name, TLS, proxy
    aiohttp.ConnectionTimeoutError,  # no connection in time, or none free
    aiohttp.ClientHttpProxyError,
)


class NotSentError(NetworkError):
    """The request provably did not reach Telegram."""


class Encoded:
    """Parameters in the place of PTB's ``RequestData``, which takes a third of the time of a whole request to make."""

    __slots__ = ("json_payload",)
    contains_files = False

    def __init__(self, parameters: Mapping[str, object]) -> None:
        self.json_payload = json.dumps(parameters).encode()


class AiohttpRequest(BaseRequest):
    """One pool of ``connections``. ``by_proxy``: by the proxies that the environment names, if it names any.

    ``on_answer`` is called whenever a server answers at all.
    """

    def __init__(self, connections: int, *, by_proxy: bool, on_answer: Callable[[], None] = lambda: None) -> None:
        self._connections = connections
        self._by_proxy = by_proxy
        self._on_answer = on_answer
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> Seconds:
        """Seconds to wait for an answer, when PTB gives no other."""
        return READ

    async def initialize(self) -> None:
        """Opens the pool; connections are made when they are needed."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                trust_env=self._by_proxy,
            )

    async def shutdown(self) -> None:
        """Closes every connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(  # noqa: PLR0917  (PTB's own signature)
        self,
        url: str,
        method: str,
        request_data: RequestData | Encoded | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """The status and the body of the answer.

        Raises:
            NotSentError: the request provably did not reach Telegram.
            TimedOut, NetworkError: nobody knows whether it did.
        """
        if self._session is None:
            raise NotSentError("the connections to Telegram are closed")
        with_files = request_data is not None and request_data.contains_files
        timeout = _timeout(
            connect=_given(connect_timeout, CONNECT),
            read=_given(read_timeout, READ),
            write=_given(write_timeout, UPLOAD if with_files else WRITE),
            pool=_given(pool_timeout, POOL),
        )
        try:
            async with self._session.request(method, url, timeout=timeout, **_body(request_data)) as answer:
                status, body = answer.status, await answer.read()
        except NOT_SENT as error:
            raise NotSentError(_words(error)) from None
        except TimeoutError as error:
            raise TimedOut(_words(error)) from None
        except (aiohttp.ClientError, OSError, ssl.SSLError) as error:
            raise NetworkError(_words(error)) from None
        if status == HTTPStatus.BAD_GATEWAY:  # the proxy before Telegram's servers could not pass the request on
            raise NotSentError("Bad Gateway")
        self._on_answer()
        return status, body

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """As PTB's own, without a traceback in the log when a proxy answers in HTML."""
        try:
            found: dict[str, Any] = json.loads(payload.decode(errors="replace"))
        except ValueError:
            raise TelegramError("expected JSON from Telegram, got something else") from None
        return found


def _given(seconds: object, default: float) -> Seconds:
    return seconds if seconds is None or isinstance(seconds, (int, float)) else default


@lru_cache
def _timeout(*, connect: Seconds, read: Seconds, write: Seconds, pool: Seconds) -> aiohttp.ClientTimeout:
    """aiohttp has no limit for writing: it is part of the whole, in which reading may not pause for long."""
    if connect is None or read is None or write is None or pool is None:
        return aiohttp.ClientTimeout(total=None, connect=None, sock_connect=connect, sock_read=read)
    return aiohttp.ClientTimeout(
        total=pool + connect + write + read, connect=pool + connect, sock_connect=connect, sock_read=read
    )


def _body(data: RequestData | Encoded | None) -> dict[str, Any]:
    if data is None:
        return {}
    if isinstance(data, Encoded) or not data.contains_files:
        return {"data": data.json_payload, "headers": AS_JSON}
    form = aiohttp.FormData(quote_fields=False)  # else a blank in a name arrives as %20
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, media_type) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=media_type)
    return {"data": form}


def _words(error: BaseException) -> str:
    """What went wrong; aiohttp's words may hold the URL, and the URL holds the token."""
    return redact(f"{type(error).__name__}: {error}")
