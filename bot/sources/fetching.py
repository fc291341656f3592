"""Asking for web addresses: safely, politely, within bounds. Whatever a server does comes back as a value."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from aiohttp import (
    ClientConnectorDNSError,
    ClientConnectorError,
    ClientError,
    ClientPayloadError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
)
from aiohttp import DummyCookieJar as NoCookies
from aiohttp.abc import AbstractResolver
from multidict import CIMultiDictProxy

from bot.errors import Problem
from bot.ports import Clock, Validators
from bot.sources.addresses import Allowed, WebAddress, web_address
from bot.sources.bodies import ENCODINGS, BrokenBodyError, TooLargeError, read_body
from bot.sources.charset import decoded
from bot.sources.connecting import ForbiddenAddressError, open_connector, public_connector
from bot.sources.hosts import Hosts, OwnHosts, forget
from bot.sources.outcomes import Fetched, NotModified, Outcome, Refused, RetryAt
from bot.sources.politeness import LONGEST_PAUSE, back_off, fresh_for, retry_after
from bot.sources.robots import LARGEST as LARGEST_ROBOTS
from bot.sources.robots import PRODUCT, Robots, read_robots

ANY = "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.5"
FEEDS = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
ROBOTS_HOLD = timedelta(days=1)  #: the longest that a robots.txt is believed (RFC 9309)
_CHUNK = 65_536  #: bytes
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FOR_EVER = frozenset({301, 308})
_LATER = frozenset({408, 425, 429})  #: of 4xx; the others do not change by waiting
_LONGEST_VALIDATOR = 1000  #: characters of an ETag that are worth sending back


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one answer may cost. ``pause`` is left between two requests to one host."""

    total: timedelta = timedelta(seconds=30)
    connect: timedelta = timedelta(seconds=10)
    size: int = 8_000_000  #: bytes, as received and as decompressed
    redirects: int = 5
    pause: timedelta = timedelta(seconds=1)


class WebClient:
    """Asks for web addresses; one for the whole program, closed at its end.

    ``contact`` is an address (mail or web) under which the operator is reached; it is sent with every request. Only
    hosts on the public internet are asked, and those that ``allowed`` names. ``lookup`` resolves names; the system's
    own resolver when it is None. ``hosts`` says whose turn it is; without, no other process asks any.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        contact: str | None = None,
        allowed: Allowed | None = None,
        limits: Limits | None = None,
        lookup: AbstractResolver | None = None,
        hosts: Hosts | None = None,
    ) -> None:
        self._clock = clock
        self._agent = user_agent(contact)
        self._allowed = allowed or Allowed()
        self._limits = limits or Limits()
        self._lookup = lookup
        self._sessions: dict[bool, ClientSession] = {}
        self._hosts = hosts or OwnHosts(clock=clock, pause=self._limits.pause)
        self._asking_rules: dict[str, asyncio.Lock] = {}  # by host
        self._robots: dict[str, tuple[Robots, datetime]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Ends every connection."""
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()

    async def get(self, url: str, *, validators: Validators | None = None, accept: str = ANY) -> Outcome:
        """What ``url`` answers, after at most ``limits.redirects`` redirects, each of them checked like the first.

        A host that failed, or asked for time, is not asked before that time is over.

        Raises:
            StoreAwayError: whose turn it is to ask the host cannot be known.
        """
        asked = _Asked(validators=validators or Validators(), accept=accept, limit=self._limits.size)
        return await self._follow(url, web_address(url, self._allowed), asked)

    async def _follow(self, url: str, first: WebAddress | Problem, asked: _Asked) -> Outcome:
        """The answer at the end of the redirects that begin at ``first``; ``url`` is what was asked for."""
        current = first
        permanent: list[bool] = []
        for _ in range(self._limits.redirects + 1):
            if isinstance(current, Problem):
                return Refused(problem=_at(url, current))
            hindrance = None if asked.robots else await self._hindrance(current)
            if hindrance is not None:
                return hindrance
            step = await self._step(current, asked)
            if not isinstance(step, _Redirect):
                for_good = bool(permanent) and all(permanent)
                return replace(step, moved=step.url) if for_good and isinstance(step, Fetched) else step
            permanent.append(step.permanent)
            current = web_address(step.target, self._allowed, base=str(current.url))
        return Refused(problem=_problem(url, f"at most {self._limits.redirects} redirects", "more", _ASK_PUBLISHER))

    async def _hindrance(self, address: WebAddress) -> Outcome | None:
        """Why ``address`` must not be asked now by its robots.txt; None when it may be."""
        asking = self._asking_rules.setdefault(address.host, asyncio.Lock())
        forget(self._asking_rules)
        async with asking:
            rules = await self._rules(address)
        if not isinstance(rules, Robots):
            return rules
        if rules.allow(str(address.url)):
            return None
        return Refused(
            problem=_problem(
                str(address.url),
                "a page that programs may read",
                f"a robots.txt that keeps {PRODUCT} out",
                "Ask the publisher, or take another source.",
            )
        )

    async def _rules(self, address: WebAddress) -> Robots | RetryAt | Refused:
        """The rules of the address's origin, asked for at most once a day."""
        now = self._clock.now()
        kept = self._robots.get(address.origin)
        if kept is not None and now < kept[1]:
            return kept[0]
        target = web_address("/robots.txt", self._allowed, base=address.origin)
        asked = _Asked(accept="text/plain, */*;q=0.5", limit=LARGEST_ROBOTS, robots=True)
        outcome = await self._follow(f"{address.origin}/robots.txt", target, asked)
        match outcome:
            case RetryAt():
                return outcome
            case Refused(private=True):
                return outcome
            case Fetched(body=body, charset=charset, fresh_for=fresh):
                rules = await asyncio.to_thread(read_robots, decoded(body, charset).text)
                hold = min(max(fresh, timedelta(hours=1)), ROBOTS_HOLD)
            case _:  # there is none, or none that can be read: nothing is forbidden
                rules, hold = read_robots(""), ROBOTS_HOLD
        self._robots[address.origin] = (rules, now + hold)
        forget(self._robots)
        return rules

    async def _step(self, address: WebAddress, asked: _Asked) -> Outcome | _Redirect:
        """One request and its answer; one at a time for each host, and none while it is to be left alone."""
        async with self._hosts.turn(address.host) as turn:
            if turn.not_before is not None:
                return RetryAt(at=turn.not_before, problem=_resting(address, turn.failures))
            now = self._clock.now()
            answer = await self._ask(address, asked)
            if isinstance(answer, _Failed):
                turn.failures += 1
                turn.not_before = now + back_off(turn.failures, answer.asked)
                return RetryAt(at=turn.not_before, problem=answer.problem)
            turn.failures = 0
            return answer

    async def _ask(self, address: WebAddress, asked: _Asked) -> Outcome | _Redirect | _Failed:
        url = str(address.url)
        headers = {"User-Agent": self._agent, "Accept": asked.accept, "Accept-Encoding": ENCODINGS}
        if asked.validators.etag:
            headers["If-None-Match"] = asked.validators.etag
        if asked.validators.last_modified:
            headers["If-Modified-Since"] = asked.validators.last_modified
        try:
            async with (
                asyncio.timeout(self._limits.total.total_seconds()),
                self._session(address.host).get(address.url, headers=headers, allow_redirects=False) as response,
            ):
                return await self._answer(url, response, asked)
        except ForbiddenAddressError as error:
            got = f"{error.address}, an address that is not on the public internet"
            fix = "Allow the host by name if it is yours."
            return Refused(problem=_problem(url, "a host on the public internet", got, fix), private=True)
        except TimeoutError:
            return _failed(url, f"an answer within {self._limits.total.total_seconds():g} s", "a slower one")
        except ClientConnectorDNSError:  # before ClientConnectorError, which it inherits from
            return _failed(url, "a host that can be found", f"no address for the name {address.host}")
        except ClientConnectorError as error:
            return _failed(url, "a server that answers", f"no connection ({_reason(error)})")
        except ClientPayloadError:
            return _failed(url, "a whole answer", "one that was cut short")
        except (ClientError, OSError, ValueError, UnicodeError) as error:
            return _failed(url, "an HTTP answer", _reason(error))

    async def _answer(self, url: str, response: ClientResponse, asked: _Asked) -> Outcome | _Redirect | _Failed:
        status, headers = response.status, response.headers
        now = self._clock.now()
        given = Validators(etag=_short(headers.get("ETag")), last_modified=_short(headers.get("Last-Modified")))
        if status in _REDIRECTS and "Location" in headers:
            return _Redirect(target=headers["Location"], permanent=status in _FOR_EVER)
        if status == 304 and asked.validators != Validators():
            kept = given if given != Validators() else asked.validators
            return NotModified(validators=kept, fresh_for=fresh_for(headers, now))
        if status in _LATER or status >= 500:
            wish = retry_after(headers.get("Retry-After"), now)
            return _failed(url, "a page", f"status {status}{_words(wish)}", wish)
        if 400 <= status < 500:
            return Refused(problem=_problem(url, "a page", f"status {status}", _ASK_PUBLISHER))
        if status not in {200, 203}:
            return _failed(url, "a page", f"status {status}")
        try:
            body = await self._body(response, headers, asked.limit)
        except TooLargeError as error:
            if not asked.robots:
                fix = "Is this an article or a feed?"
                return Refused(problem=_problem(url, f"at most {asked.limit:,} bytes", "more", fix))
            body = error.beginning
        except BrokenBodyError as error:
            return _failed(url, f"a body in {ENCODINGS} or none", str(error))
        return Fetched(
            url=url,
            body=body,
            media_type=response.content_type,
            charset=response.charset,
            validators=given,
            fresh_for=fresh_for(headers, now),
        )

    async def _body(self, response: ClientResponse, headers: CIMultiDictProxy[str], limit: int) -> bytes:
        if (response.content_length or 0) > limit:
            raise TooLargeError(b"")
        return await read_body(
            response.content.iter_chunked(_CHUNK), ", ".join(headers.getall("Content-Encoding", [])), limit
        )

    def _session(self, host: str) -> ClientSession:
        """Allowed hosts have a session of their own, so that no other can borrow their way in."""
        own = self._allowed.has(host)
        if own not in self._sessions:
            self._sessions[own] = ClientSession(
                connector=open_connector(self._lookup) if own else public_connector(self._lookup),
                cookie_jar=NoCookies(),
                auto_decompress=False,
                trust_env=False,
                timeout=ClientTimeout(total=None, sock_connect=self._limits.connect.total_seconds()),
            )
        return self._sessions[own]


def user_agent(contact: str | None) -> str:
    """How the bot names itself: what it is, and how to reach whoever runs it."""
    known = "".join(letter for letter in contact or "" if letter.isascii() and letter.isprintable()).strip()
    return f"{PRODUCT}/1 (news reader{'; +' + known if known else ''})"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What a request is after; of a ``robots`` file the beginning does, and no rules stand before it."""

    accept: str
    limit: int
    validators: Validators = field(default_factory=Validators)
    robots: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Redirect:
    target: str
    permanent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failed:
    """The host did not do its part; ``asked`` is the wait it asked for."""

    problem: Problem
    asked: timedelta | None = None


_LATER_BY_ITSELF = "A source is tried again by itself."
_ASK_PUBLISHER = "Check the address; the publisher may have moved or closed it."


def _failed(url: str, expected: str, got: str, asked: timedelta | None = None) -> _Failed:
    return _Failed(problem=_problem(url, expected, got, _LATER_BY_ITSELF), asked=asked)


def _problem(url: str, expected: str, got: str, fix: str) -> Problem:
    return Problem(where=url, expected=expected, got=got, fix=fix)


def _at(url: str, problem: Problem) -> Problem:
    """A problem of a redirect's target names where it began."""
    shown = "".join(letter for letter in url[:200] if letter.isprintable())
    return Problem(where=shown, expected=problem.expected, got=problem.got, fix=problem.fix)


def _resting(address: WebAddress, failures: int) -> Problem:
    got = f"a host that is left alone after {failures} failure{'s' if failures != 1 else ''}"
    return _problem(str(address.url), "a host that may be asked now", got, _LATER_BY_ITSELF)


def _reason(error: Exception) -> str:
    """The fault in a few plain words; a server may have written part of them."""
    words = "".join(letter for letter in str(error) if letter.isprintable())
    return f"{type(error).__name__}: {words[:200]}" if words else type(error).__name__


def _short(value: str | None) -> str | None:
    return value if value and len(value) <= _LONGEST_VALIDATOR and value.isascii() and value.isprintable() else None


def _words(asked: timedelta | None) -> str:
    if asked is None:
        return ""
    return f" and a wish to be left alone for {min(asked, LONGEST_PAUSE)}"
