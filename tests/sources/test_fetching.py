"""The web client against servers that misbehave: every outcome is a value, and no private address is asked."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import time
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from datetime import timedelta
from ipaddress import ip_address

import pytest
from aiohttp import ClientSession

from bot.errors import Problem
from bot.ports import Validators
from bot.sources.addresses import Allowed, WebAddress, is_public, web_address
from bot.sources.bodies import TooLargeError, read_body
from bot.sources.connecting import ForbiddenAddressError, PublicOnly, public_connector
from bot.sources.fetching import WebClient, user_agent
from bot.sources.outcomes import Fetched, NotModified, Outcome, Refused, RetryAt
from bot.sources.politeness import LONGEST_PAUSE, back_off, fresh_for, retry_after
from tests.sources.misbehaving import NOW, QUICK, FakeNames, Server, SetClock, client, redirect, response, zipped

PAGE = b"<p>The river rose.</p>"

HANGS = 60  #: seconds of real time after which a request is taken to wait for ever


def got(outcome: Outcome) -> str:
    """What a failure says it got; the kind before it."""
    assert isinstance(outcome, Refused | RetryAt), outcome
    return f"{type(outcome).__name__}: {outcome.problem.got}"


async def test_a_page_comes_with_what_its_headers_say(server: Server) -> None:
    server.answers["/a"] = response(
        PAGE, 'ETag: "v1"', "Last-Modified: Wed, 04 Jun 2025 08:00:00 GMT", "Cache-Control: max-age=600", "Age: 60",
        kind="text/html; charset=ISO-8859-2",
    )  # fmt: skip
    async with client() as web:
        outcome = await web.get(server.url("/a#part"))

    assert outcome == Fetched(
        url=server.url("/a"),
        body=PAGE,
        media_type="text/html",
        charset="ISO-8859-2",
        validators=Validators(etag='"v1"', last_modified="Wed, 04 Jun 2025 08:00:00 GMT"),
        fresh_for=timedelta(seconds=540),
    )
    assert server.requests[1].headers["user-agent"] == "sitrep-briefing-bot/1 (news reader; +desk@news.example)"
    assert server.requests[1].headers["host"] == f"news.example:{server.port}"
    assert "cookie" not in server.requests[1].headers


async def test_what_did_not_change_is_not_sent_again(server: Server) -> None:
    server.answers["/a"] = b'HTTP/1.1 304 Not Modified\r\nETag: "v2"\r\nConnection: close\r\n\r\n'
    validators = Validators(etag='"v1"', last_modified="Wed, 04 Jun 2025 08:00:00 GMT")
    async with client() as web:
        outcome = await web.get(server.url("/a"), validators=validators)

    assert outcome == NotModified(validators=Validators(etag='"v2"'))
    sent = server.requests[1].headers
    assert (sent["if-none-match"], sent["if-modified-since"]) == ('"v1"', "Wed, 04 Jun 2025 08:00:00 GMT")


async def test_a_304_that_nobody_asked_for_is_no_answer(server: Server) -> None:
    server.answers["/a"] = b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"
    async with client() as web:
        assert got(await web.get(server.url("/a"))) == "RetryAt: status 304"


@pytest.mark.parametrize(
    ("status", "expected"),
    [("301 Moved Permanently", True), ("308 Permanent Redirect", True), ("302 Found", False), ("307 X", False)],
)
async def test_a_redirect_is_followed_and_remembered_when_it_is_for_good(
    server: Server, status: str, expected: bool
) -> None:
    server.answers["/a"] = redirect("/b", status)
    server.answers["/b"] = response(PAGE)
    async with client() as web:
        outcome = await web.get(server.url("/a"))

    assert isinstance(outcome, Fetched)
    assert (outcome.url, outcome.moved) == (server.url("/b"), server.url("/b") if expected else None)


async def test_a_circle_of_redirects_ends(server: Server) -> None:
    server.answers["/a"] = redirect("/b")
    server.answers["/b"] = redirect("/a")
    async with client() as web:
        outcome = await web.get(server.url("/a"))

    assert got(outcome) == "Refused: more"
    assert len(server.paths()) == 6


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://2130706433/",
        "http://0x7f.0.0.1/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://localhost/",
        "http://user:word@8.8.8.8/",
        "http://8.8.8.8:22/",
        "file:///etc/passwd",
        "gopher://8.8.8.8/",
        "javascript:alert(1)",
        "//127.0.0.1/",
        "http://inside.example/",
        "http://mixed.example/",
        "http://mapped.example/",
    ],
)
async def test_no_redirect_leads_to_a_private_place(server: Server, target: str) -> None:
    names = FakeNames(
        names={
            "inside.example": [["10.1.2.3"]],
            "mixed.example": [["93.184.215.14", "127.0.0.1"]],
            "mapped.example": [["::ffff:127.0.0.1"]],
        }
    )
    server.answers["/a"] = redirect(target)
    async with client(names=names) as web:
        outcome = await web.get(server.url("/a"))

    assert isinstance(outcome, Refused)
    assert server.paths() == ["/a"]


async def test_a_name_that_changes_its_address_between_two_lookups_reaches_nothing(server: Server) -> None:
    names = FakeNames(names={"rebind.example": [["127.0.0.1"]]})
    async with WebClient(clock=SetClock(), limits=QUICK, lookup=names) as web:
        outcome = await web.get("http://rebind.example:8080/")

    assert got(outcome) == "Refused: 127.0.0.1, an address that is not on the public internet"
    assert (names.asked, server.requests) == (["rebind.example"], [])


async def test_the_socket_itself_refuses_a_private_address_whoever_looked_it_up(server: Server) -> None:
    connector = public_connector()
    connector._resolver = FakeNames(names={"x.example": [["127.0.0.1"]]})  # as if the check had been passed by

    async with ClientSession(connector=connector) as session:
        with pytest.raises(ForbiddenAddressError):
            await session.get(f"http://x.example:{server.port}/")

    assert server.requests == []


async def test_a_name_with_one_private_address_among_its_own_is_not_connected_to_at_all() -> None:
    lookup = FakeNames(names={"mixed.example": [["93.184.215.14", "127.0.0.1"]], "open.example": [["93.184.215.14"]]})
    names = PublicOnly(lookup)

    assert [found["host"] for found in await names.resolve("open.example", 80)] == ["93.184.215.14"]
    with pytest.raises(ForbiddenAddressError):
        await names.resolve("mixed.example", 80)


async def test_an_allowed_host_does_not_open_the_way_for_others(server: Server) -> None:
    names = FakeNames(names={"inside.example": [["127.0.0.1"]]})
    async with client(names=names) as web:
        assert isinstance(await web.get(server.url("/robots.txt")), Refused)  # a 404, and a connection that is kept
        outcome = await web.get(f"http://inside.example:{server.port}/")

    assert isinstance(outcome, Refused)


@pytest.mark.parametrize("size", [100_001, 50_000_000])
async def test_a_bomb_is_not_unpacked(server: Server, size: int) -> None:
    server.answers["/a"] = zipped(b"0" * size)
    async with client() as web:
        assert got(await web.get(server.url("/a"))) == "Refused: more"


async def test_a_bomb_takes_no_more_memory_than_its_limit() -> None:
    packed = gzip.compress(b"0" * 50_000_000, mtime=0)

    async def bomb() -> AsyncIterator[bytes]:
        yield packed

    chunks = bomb()
    tracemalloc.start()
    with pytest.raises(TooLargeError):
        await read_body(chunks, "gzip", 100_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 1_000_000


async def test_bombs_in_a_row_are_one_bomb(server: Server) -> None:
    server.answers["/a"] = response(gzip.compress(b"0" * 60_000, mtime=0) * 2, "Content-Encoding: gzip")
    async with client() as web:
        assert got(await web.get(server.url("/a"))) == "Refused: more"


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzip.compress(PAGE, mtime=0), "gzip"),
        (gzip.compress(PAGE[:5], mtime=0) + gzip.compress(PAGE[5:], mtime=0), "x-gzip"),
        (gzip.compress(PAGE, mtime=0) + b"rubbish", "gzip"),
        (zlib.compress(PAGE), "deflate"),
        (zlib.compress(PAGE)[2:-4], "deflate"),
        (PAGE, "identity"),
    ],
)
async def test_compressed_bodies_are_unpacked(server: Server, body: bytes, encoding: str) -> None:
    server.answers["/a"] = response(body, f"Content-Encoding: {encoding}")
    async with client() as web:
        outcome = await web.get(server.url("/a"))

    assert isinstance(outcome, Fetched)
    assert outcome.body == PAGE


@pytest.mark.parametrize(
    ("body", "encoding", "what"),
    [
        (b"plain", "gzip", "does not unpack"),
        (gzip.compress(PAGE, mtime=0)[:-9], "gzip", "cut short"),
        (PAGE, "br", "the content encoding 'br'"),
        (PAGE, "gzip, gzip", "the content encoding 'gzip, gzip'"),
    ],
)
async def test_a_body_that_is_not_what_it_says_is_tried_again(
    server: Server, body: bytes, encoding: str, what: str
) -> None:
    server.answers["/a"] = response(body, f"Content-Encoding: {encoding}")
    async with client() as web:
        outcome = await web.get(server.url("/a"))

    assert isinstance(outcome, RetryAt)
    assert what in outcome.problem.got


async def endless(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while True:
        writer.write(b"x" * 65_536)
        await writer.drain()


async def endless_headers(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(1_000_000):
        writer.write(b"X-%d: y\r\n" % number)
        await writer.drain()


async def dripping(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.05)


async def silent(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(5)


async def hung_up(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def cut(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nThe riv")
    await writer.drain()


async def huge_length(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\nThe riv")
    await writer.drain()


@pytest.mark.parametrize(
    ("behaviour", "kind", "words"),
    [
        (endless, Refused, "more"),
        (endless_headers, RetryAt, ""),
        (dripping, RetryAt, "a slower one"),
        (silent, RetryAt, "a slower one"),
        (hung_up, RetryAt, ""),
        (cut, RetryAt, "cut short"),
        (huge_length, Refused, "more"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", RetryAt, ""),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nx", RetryAt, ""),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nxxxxxx", RetryAt, ""),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\nxx", RetryAt, ""),
        (b"HTTP/1.1 999 \xff\xfe\r\nContent-Length: 0\r\n\r\n", RetryAt, ""),
        (b"HTTP/1.1 302 Found\r\nLocation: \xff\xfe://\r\nContent-Length: 0\r\n\r\n", Refused, ""),
        (b"", RetryAt, ""),
        (b"\0" * 100, RetryAt, ""),
    ],
)
async def test_whatever_a_server_does_comes_back_as_a_value_in_time(
    server: Server, behaviour: object, kind: type, words: str
) -> None:
    server.answers["/a"] = behaviour  # type: ignore[assignment]
    began = time.monotonic()
    async with client() as web:
        outcome = await web.get(server.url("/a"))

    assert isinstance(outcome, kind), outcome
    assert words in outcome.problem.got  # type: ignore[union-attr]
    assert time.monotonic() - began < HANGS


async def test_a_host_nobody_knows_is_tried_later() -> None:
    async with client() as web:
        outcome = await web.get("http://unknown.example/")

    assert isinstance(outcome, RetryAt)
    assert outcome.at == NOW + timedelta(minutes=1)
    assert outcome.problem.got == "no address for the name unknown.example"


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        (["Retry-After: 7200"], timedelta(hours=2)),
        (["Retry-After: Wed, 04 Jun 2025 12:30:00 GMT"], timedelta(minutes=30)),
        (["Retry-After: 99999999999999999999"], timedelta(days=1)),
        (["Retry-After: -5"], timedelta(minutes=1)),
        (["Retry-After: soon"], timedelta(minutes=1)),
        ([], timedelta(minutes=1)),
    ],
)
async def test_a_host_that_asks_for_time_gets_it(server: Server, headers: list[str], wait: timedelta) -> None:
    clock = SetClock()
    server.answers["/a"] = response(b"", *headers, status="429 Too Many Requests")
    server.answers["/b"] = response(PAGE)
    async with client(clock) as web:
        first = await web.get(server.url("/a"))
        second = await web.get(server.url("/b"))
        clock.moment = NOW + wait
        third = await web.get(server.url("/b"))

    assert isinstance(first, RetryAt)
    assert isinstance(second, RetryAt)
    assert (first.at, second.at) == (NOW + wait, NOW + wait)
    assert isinstance(third, Fetched)
    assert server.paths() == ["/a", "/b"]


async def test_one_bad_host_does_not_hold_up_another(server: Server) -> None:
    server.answers["/a"] = response(b"", status="503 Service Unavailable")
    server.answers["/b"] = response(PAGE)
    async with client() as web:
        await web.get(server.url("/a"))
        outcome = await web.get(server.url("/b", host="other.example"))

    assert isinstance(outcome, Fetched)


async def test_one_host_is_asked_one_thing_at_a_time_with_a_pause_between(server: Server) -> None:
    busy = 0
    most = 0
    moments = []

    async def counted(writer: asyncio.StreamWriter) -> None:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        moments.append(time.monotonic())
        await asyncio.sleep(0.02)
        busy -= 1
        writer.write(response(PAGE))

    for path in ("/a", "/b", "/c"):
        server.answers[path] = counted
    async with client(pause=timedelta(seconds=0.1)) as web:
        await asyncio.gather(*(web.get(server.url(path)) for path in ("/a", "/b", "/c")))

    assert most == 1
    assert [request.path for request in server.requests].count("/robots.txt") == 1
    assert min(b - a for a, b in itertools.pairwise(moments)) >= 0.1


@pytest.mark.parametrize("status", ["401 X", "403 X", "404 X", "410 Gone", "451 X"])
async def test_a_page_that_is_not_for_us_is_refused_without_blaming_the_host(server: Server, status: str) -> None:
    server.answers["/a"] = response(b"", status=status)
    server.answers["/b"] = response(PAGE)
    async with client() as web:
        assert got(await web.get(server.url("/a"))) == f"Refused: status {status[:3]}"
        assert isinstance(await web.get(server.url("/b")), Fetched)


async def test_robots_are_respected_also_behind_a_redirect_and_asked_for_once(server: Server) -> None:
    server.answers["/robots.txt"] = response(b"User-agent: *\nDisallow: /closed\n", kind="text/plain")
    server.answers["/open"] = redirect("/closed/a")
    server.answers["/closed/a"] = response(PAGE)
    async with client() as web:
        outcome = await web.get(server.url("/open"))
        await web.get(server.url("/closed/b"))

    assert got(outcome) == "Refused: a robots.txt that keeps sitrep-briefing-bot out"
    assert [request.path for request in server.requests] == ["/robots.txt", "/open"]


async def test_robots_that_cannot_be_had_now_leave_the_page_for_later(server: Server) -> None:
    server.answers["/robots.txt"] = response(b"", status="500 X")
    server.answers["/a"] = response(PAGE)
    async with client() as web:
        assert isinstance(await web.get(server.url("/a")), RetryAt)
    assert server.paths() == []


async def test_an_endless_robots_file_is_read_as_far_as_it_counts(server: Server) -> None:
    async def long_rules(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nUser-agent: *\nDisallow: /closed\n")
        await endless(writer)

    server.answers["/robots.txt"] = long_rules
    async with client() as web:
        assert "robots.txt" in got(await web.get(server.url("/closed")))


async def test_robots_that_redirect_to_a_private_place_are_as_good_as_none(server: Server) -> None:
    server.answers["/robots.txt"] = redirect("http://127.0.0.1:1/robots.txt")
    server.answers["/a"] = response(PAGE)
    async with client() as web:
        assert isinstance(await web.get(server.url("/a")), Fetched)


@pytest.mark.parametrize(
    "text",
    [
        "http://example.org/a",
        "HTTPS://Example.ORG",
        "https://example.org:8443/x?y=z",
        "http://8.8.8.8/",
        "http://[2606:4700::1111]/",
        "https://münchen.example/ä",
        "http://example。org/",
    ],
)
def test_public_addresses_pass(text: str) -> None:
    assert isinstance(web_address(text, Allowed()), WebAddress)


@pytest.mark.parametrize(
    "text",
    [
        "", "x", "/a", "ftp://example.org/", "http://", "http:///a", "http://example.org:0/", "http://example.org:99999/",
        "http://exa mple.org/", "http://example.org\\@127.0.0.1/", "http://example.org\n.evil.example/", "http://-a.org/",
        "http://example.org@127.0.0.1/", "http://127.0.0.1/", "http://127.0.0.1./", "http://127.1/", "http://0/",
        "http://0x7f000001/", "http://017700000001/", "http://2130706433/", "http://%31%32%37.0.0.1/",
        "http://１２７.0.0.1/", "http://①②⑦.⓪.⓪.①/", "http://[::]/", "http://[::1]/", "http://[::ffff:7f00:1]/",
        "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "http://[fe80::1%25eth0]/", "http://[fd00:ec2::254]/",
        "http://100.100.100.200/", "http://168.63.129.16/", "http://localhost/", "http://printer/",
        "http://example.org/" + "a" * 2100, "http://example.org/\u202egro.elpmaxe", "http://\ud800.org/",
    ],
)  # fmt: skip
def test_other_addresses_are_refused_with_a_reason(text: str) -> None:
    refused = web_address(text, Allowed())

    assert isinstance(refused, Problem)
    assert refused.expected
    assert refused.got.isprintable()


PUBLIC = "8.8.8.8 1.1.1.1 172.32.0.1 2606:4700::1111 64:ff9b::808:808 ::ffff:8.8.8.8"
CLOSED = (
    "0.0.0.0 10.0.0.1 100.64.0.1 127.8.9.10 169.254.169.254 172.16.0.1 192.168.1.1 192.0.2.1 198.18.0.1 224.0.0.1 "
    "240.0.0.1 255.255.255.255 :: ::1 ::ffff:127.0.0.1 ::ffff:0:127.0.0.1 ::127.0.0.1 64:ff9b::10.0.0.1 64:ff9b:1::1 "
    "2002:a00:1:: 2001::1 2001:db8::1 3fff::1 5f00::1 fc00::1 fe80::1 fec0::1 ff02::1"
)


@pytest.mark.parametrize("address", PUBLIC.split())
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", CLOSED.split())
def test_addresses_off_the_public_internet_are_known(address: str) -> None:
    assert not is_public(ip_address(address))


def test_the_pause_doubles_up_to_a_day_and_follows_a_wish() -> None:
    assert [back_off(failures) / timedelta(minutes=1) for failures in (1, 2, 3, 11, 12, 10**9)] == [
        1, 2, 4, 1024, 1440, 1440,
    ]  # fmt: skip
    assert back_off(1, timedelta(hours=3)) == timedelta(hours=3)
    assert back_off(1, timedelta(days=300)) == LONGEST_PAUSE


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Cache-Control": "public, max-age=300"}, 300),
        ({"Cache-Control": "MAX-AGE=300, no-cache"}, 0),
        ({"Cache-Control": "s-maxage=300"}, 0),
        ({"Cache-Control": "max-age=99999999999999999999"}, 86_400),
        ({"Cache-Control": "max-age=60", "Age": "100"}, 0),
        ({"Expires": "Wed, 04 Jun 2025 12:10:00 GMT"}, 600),
        ({"Expires": "Wed, 04 Jun 2025 12:10:00 GMT", "Date": "Wed, 04 Jun 2025 12:05:00 GMT"}, 300),
        ({"Expires": "0"}, 0),
        ({"Expires": "Wed, 99 Jun 2025"}, 0),
        ({}, 0),
    ],
)
def test_caching_headers_say_how_long_an_answer_holds(headers: dict[str, str], seconds: int) -> None:
    assert fresh_for(headers, NOW) == timedelta(seconds=seconds)


def test_a_wish_in_the_past_is_no_wait() -> None:
    assert retry_after("Wed, 04 Jun 2025 11:00:00 GMT", NOW) == timedelta()


def test_a_contact_cannot_smuggle_headers() -> None:
    assert user_agent("a@b.example\r\nX: y") == "sitrep-briefing-bot/1 (news reader; +a@b.exampleX: y)"
    assert user_agent(None) == "sitrep-briefing-bot/1 (news reader)"
