"""Which addresses may be asked at all: http and https, by name, on the public internet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urljoin, urlsplit

from yarl import URL

from bot.errors import Problem

SCHEMES = {"http": 80, "https": 443}  #: with their ports
PORTS = frozenset({80, 443, 8000, 8008, 8080, 8443, 8888})  #: where web servers listen; others speak other languages
LONGEST_URL = 2048  #: characters
_UNFIT = re.compile(r"[\x00-\x20\x7f-\xa0\\<>\"`{}|^\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_NUMERIC_LABEL = re.compile(r"(?:0[xX][0-9a-fA-F]*|[0-9]+)")
_HOST = re.compile(
    r"(?=.{1,253}\.?\Z)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.?"
)
_V6_WEB = IPv6Network("2000::/3")  #: all that is handed out for the public internet
_V6_CLOSED = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "3fff::/20")))  #: RFC 6890: protocols, examples
_V4_IN_V6 = (
    (IPv6Network("::ffff:0:0/96"), 0),
    (IPv6Network("::ffff:0:0:0/96"), 0),
    (IPv6Network("64:ff9b::/96"), 0),
    (IPv6Network("2002::/16"), 80),
)  #: prefixes that carry an IPv4 address, and how many bits follow it
_V4_CLOSED = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "168.63.129.16/32",  # a cloud's metadata on a public address
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "192.175.48.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",
        ),
    )
)  #: IANA's registry of special-purpose addresses, multicast and the reserved rest


@dataclass(frozen=True, slots=True, kw_only=True)
class WebAddress:
    """An address that may be asked: ``url`` as it is sent, without fragment; ``host`` in lower case ASCII."""

    url: URL
    host: str
    port: int

    @property
    def origin(self) -> str:
        """Scheme, host and port: what a robots.txt speaks for."""
        return str(self.url.origin())


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """Hosts an operator lets the bot ask although they are not public, or listen on an odd port."""

    hosts: frozenset[str] = frozenset()

    def has(self, host: str) -> bool:
        """Whether ``host``, a name or an address as in a URL, was allowed."""
        return host.lower().rstrip(".").strip("[]") in self.hosts


def web_address(text: str, allowed: Allowed, *, base: str | None = None) -> WebAddress | Problem:
    """``text`` as an address to ask, relative to ``base``; what is wrong with it when it may not be asked.

    A host written as an IP address must be public. What a name stands for is seen only when it is looked up.
    """
    text = text.strip()
    if not text or len(text) > LONGEST_URL or _UNFIT.search(text):
        return _problem(text, f"a web address of at most {LONGEST_URL:,} plain characters")
    try:
        joined = urljoin(base, text) if base else text
        parts = urlsplit(joined)
        port = parts.port
        url = URL(joined).with_fragment(None)
        host = (url.raw_host or "").lower()
    except ValueError:
        return _problem(text, "a web address like https://example.org/news")
    if parts.scheme not in SCHEMES or not host:
        return _problem(text, "a web address that begins with http:// or https://")
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        return _problem(text, "a web address without a user name before the host")
    port = port if port is not None else SCHEMES[parts.scheme]
    wrong = _wrong_host(host, port, allowed)
    return _problem(text, wrong) if wrong else WebAddress(url=url, host=host, port=port)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether ``address`` belongs to the public internet.

    An IPv6 address that carries an IPv4 one (mapped, translated, NAT64, 6to4) is what that one is.
    """
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _V4_CLOSED)
    for network, after in _V4_IN_V6:
        if address in network:
            return is_public(IPv4Address(int(address) >> after & 0xFFFFFFFF))
    return address in _V6_WEB and not any(address in network for network in _V6_CLOSED)


def numeric(host: str) -> IPv4Address | IPv6Address | None:
    """The address that ``host`` is the ordinary spelling of; None for a name."""
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        return None


def _wrong_host(host: str, port: int, allowed: Allowed) -> str | None:
    """What should have been in the place of the host or the port."""
    if allowed.has(host):
        return None
    if port not in PORTS:
        return f"a port where web pages are served ({', '.join(map(str, sorted(PORTS)))})"
    address = numeric(host)
    if address is not None:
        if isinstance(address, IPv6Address) and address.scope_id is not None:
            return "an address without a zone"
        return None if is_public(address) else "an address on the public internet"
    if _NUMERIC_LABEL.fullmatch(host.rstrip(".").rpartition(".")[2]):
        return "an IP address in its ordinary spelling"
    if not _HOST.fullmatch(host) or "." not in host.rstrip("."):
        return "the full name of a host on the public internet"
    return None


def _problem(text: str, expected: str) -> Problem:
    shown = _UNFIT.sub("?", text[:200])
    return Problem(
        where="web address",
        expected=expected,
        got=shown or "nothing",
        fix="Correct the address; a host in your own network must be allowed by name.",
    )
