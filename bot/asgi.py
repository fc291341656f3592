"""An ASGI application served inside the running event loop, for as long as a block runs."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta

import uvicorn
from starlette.types import ASGIApp

LOOPBACK = "127.0.0.1"
KEPT_OPEN = timedelta(seconds=75)  #: a connection without requests; who would use it just as it ends loses his request
STOP_WITHIN = timedelta(seconds=2)  #: real time a stopping server gives open connections


@asynccontextmanager
async def served(application: ASGIApp, host: str = LOOPBACK, port: int = 0) -> AsyncIterator[int]:
    """Serves ``application`` while the block runs and yields the port; 0 takes a free one.

    Raises:
        OSError: the address cannot be had: the port is taken, or the host is not this machine's.
    """
    config = uvicorn.Config(
        application,
        log_config=None,
        date_header=False,
        server_header=False,
        proxy_headers=False,
        log_level="critical",
        access_log=False,
        lifespan="off",
        ws="none",
        timeout_keep_alive=int(KEPT_OPEN.total_seconds()),
        timeout_graceful_shutdown=int(STOP_WITHIN.total_seconds()),
    )
    with _listening(host, port) as listening:
        server = _Server(config)
        running = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            await server.is_up.wait()
            yield listening.getsockname()[1]
        finally:
            server.is_to_stop.set()
            await running


def _listening(host: str, port: int) -> socket.socket:
    """A socket that says it speaks TCP: for others asyncio leaves Nagle's delay on, and each answer takes 40 ms."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
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
