"""A web server on the loopback that does what servers do: well, wrongly, slowly, without end."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from aiohttp.abc import AbstractResolver, ResolveResult

from bot.sources.addresses import Allowed
from bot.sources.fetching import Limits, WebClient

NOW = datetime(2025, 6, 4, 12, 0, tzinfo=UTC)
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
QUICK = Limits(total=timedelta(seconds=1), connect=timedelta(seconds=1), size=100_000, pause=timedelta())


@dataclass(slots=True)
class SetClock:
    """A clock that stands until it is set."""

    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came in; header names in lower case."""

    path: str
    headers: dict[str, str]


@dataclass(slots=True)
class Server:
    """Answers each path by bytes, or by a function that writes what it likes; anything else is a 404."""

    answers: dict[str, bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    port: int = 0

    def url(self, path: str = "/", host: str = "news.example") -> str:
        return f"http://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        """Those asked for, robots.txt left out."""
        return [request.path for request in self.requests if request.path != "/robots.txt"]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *rows = head.strip().split("\r\n")
            path = first.split(" ")[1]
            headers = {name.lower(): value.strip() for name, _, value in (row.partition(":") for row in rows)}
            self.requests.append(Request(path=path, headers=headers))
            answer = self.answers.get(path.partition("?")[0], response(b"", status="404 Not Found"))
            if isinstance(answer, bytes):
                writer.write(answer)
            else:
                await answer(writer)
            await writer.drain()
        writer.close()


@dataclass(slots=True)
class FakeNames(AbstractResolver):
    """Names as a test wants them; each lookup of a name gives the next of its answers, the last one for ever."""

    names: dict[str, list[list[str]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        if host not in self.names:
            raise OSError(None, "DNS lookup failed")
        answers = self.names[host]
        addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=0,
            )
            for address in addresses
        ]

    async def close(self) -> None:
        """Nothing is open."""


def response(body: bytes = b"", *headers: str, status: str = "200 OK", kind: str = "text/html") -> bytes:
    """An answer with its length and type."""
    rows = [
        f"HTTP/1.1 {status}",
        f"Content-Length: {len(body)}",
        f"Content-Type: {kind}",
        "Connection: close",
        *headers,
    ]
    return "\r\n".join(rows).encode("latin-1") + b"\r\n\r\n" + body


def redirect(target: str, status: str = "302 Found") -> bytes:
    return response(b"", f"Location: {target}", status=status)


def zipped(body: bytes) -> bytes:
    return response(gzip.compress(body), "Content-Encoding: gzip")


@contextlib.asynccontextmanager
async def serving() -> AsyncIterator[Server]:
    """A server on a free port of the loopback."""
    server = Server()
    running = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = running.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        running.close()


def client(clock: SetClock | None = None, names: FakeNames | None = None, **limits: object) -> WebClient:
    """A client that knows news.example and other.example, both allowed and on the loopback."""
    lookup = names or FakeNames()
    for name in ("news.example", "other.example"):
        lookup.names.setdefault(name, [["127.0.0.1"]])
    return WebClient(
        clock=clock or SetClock(),
        contact="desk@news.example",
        allowed=Allowed(hosts=frozenset({"news.example", "other.example"})),
        limits=Limits(**{name: limits.get(name, getattr(QUICK, name)) for name in Limits.__slots__}),  # type: ignore[arg-type]
        lookup=lookup,
    )
