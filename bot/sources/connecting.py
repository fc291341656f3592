"""Connections to public addresses only: what is looked up is checked, and what was checked is connected to."""

from __future__ import annotations

import socket
from ipaddress import ip_address

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.connector import AddrInfoType, TCPConnector
from aiohttp.resolver import ThreadedResolver

from bot.sources.addresses import is_public

AT_ONCE = 16  #: connections altogether
AT_ONCE_PER_HOST = 2
KEPT = 5.0  #: seconds that an idle connection is kept


class ForbiddenAddressError(Exception):
    """A name stands for an address that is not public; not an OSError, which aiohttp would take for a failure."""

    def __init__(self, host: str, address: str) -> None:
        self.host = host
        self.address = address
        super().__init__(f"{host} is at {address}")


class PublicOnly(AbstractResolver):
    """Looks names up by ``lookup`` and refuses a name when any of its addresses is not public."""

    def __init__(self, lookup: AbstractResolver) -> None:
        self._lookup = lookup

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of ``host``.

        Raises:
            ForbiddenAddressError: one of them is not public.
            OSError: there are none.
        """
        found = await self._lookup.resolve(host, port, family)
        for result in found:
            _check(host, result["host"])
        return found

    async def close(self) -> None:
        """Closes the lookup."""
        await self._lookup.close()


def public_connector(lookup: AbstractResolver | None = None) -> TCPConnector:
    """Connections to the public internet; each is checked when its name is looked up, and again as it is opened."""
    return TCPConnector(
        resolver=PublicOnly(lookup or ThreadedResolver()),
        socket_factory=_public_socket,
        use_dns_cache=False,
        limit=AT_ONCE,
        limit_per_host=AT_ONCE_PER_HOST,
        keepalive_timeout=KEPT,
    )


def open_connector(lookup: AbstractResolver | None = None) -> TCPConnector:
    """Connections to hosts that an operator allowed by name, wherever they are."""
    return TCPConnector(
        resolver=lookup or ThreadedResolver(),
        use_dns_cache=False,
        limit=AT_ONCE,
        limit_per_host=AT_ONCE_PER_HOST,
        keepalive_timeout=KEPT,
    )


def _public_socket(info: AddrInfoType) -> socket.socket:
    """A socket for an address that is about to be connected to, whoever found it."""
    family, kind, protocol, _, target = info
    _check(str(target[0]), str(target[0]))
    return socket.socket(family=family, type=kind, proto=protocol)


def _check(host: str, address: str) -> None:
    try:
        public = is_public(ip_address(address))
    except ValueError:
        public = False
    if not public:
        raise ForbiddenAddressError(host, address)
