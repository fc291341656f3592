"""Looking at feeds and pages over the loopback: from a declared source to articles and its next state."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.digest.model import Article, Basis, Published
from bot.ports import Declared, Findings, Notice, SourceKind, SourceState, Unread, Validators
from bot.sources.confined import Confined
from bot.sources.looking import MOST_PAGES, Later, Read, Tools, look, read_link
from bot.sources.state import PACE
from tests.sources.misbehaving import NOW, Server, SetClock, client, response
from tests.sources.test_feeds import WHOLE, item, rss
from tests.sources.test_files import pdf
from tests.sources.test_pages import PROSE, html

GERMAN = "Der Fluss stieg am Dienstag um zwei Meter, sagte der Bürgermeister, und viele mussten ihre Häuser verlassen."


@pytest.fixture
async def tools() -> AsyncIterator[Tools]:
    clock = SetClock()
    confined = Confined()
    async with client(clock) as web:
        yield Tools(client=web, confined=confined, clock=clock)
    await confined.close()


def feed_at(server: Server, path: str = "/feed") -> SourceState:
    return SourceState(declared=Declared(kind=SourceKind.FEED, place=server.url(path), name="Gazette", private=True))


def seen(findings: Findings) -> list[str]:
    return [article.url.rpartition("/")[2] for article in findings.articles if article.url]


async def test_a_feed_gives_its_articles_once_the_oldest_first(server: Server, tools: Tools) -> None:
    server.answers["/feed"] = response(rss(item("/b"), item("/a")), 'ETag: "1"', kind="application/rss+xml")
    server.answers["/a"] = response(html('<meta property="article:published_time" content="2025-06-03">').encode())
    server.answers["/b"] = response(html().encode())

    first = await look(feed_at(server), tools)
    second = await look(first.state, tools)

    assert seen(first) == ["a", "b"]
    assert [article.published for article in first.articles] == [
        Published(moment=datetime(2025, 6, 3, tzinfo=UTC), basis=Basis.STATED),
        Published(moment=datetime(2025, 6, 4, 6, tzinfo=UTC), basis=Basis.FEED),
    ]
    assert (first.remarks, second.articles, second.remarks) == ((), (), ())
    assert (first.state.last_success, first.state.next_try) == (NOW, NOW + PACE[SourceKind.FEED])
    assert server.paths() == ["/feed", "/a", "/b", "/feed"]
    assert server.requests[-1].headers["if-none-match"] == '"1"'


async def test_a_feed_with_whole_articles_needs_no_pages(server: Server, tools: Tools) -> None:
    body = rss(item("/a", more=f"<description><![CDATA[{WHOLE}]]></description>"))
    server.answers["/feed"] = response(body)

    findings = await look(feed_at(server), tools)

    (article,) = findings.articles
    assert (article.title, article.publisher, article.published.basis) == ("River rises", "The Gazette", Basis.FEED)
    assert server.paths() == ["/feed"]


async def test_an_entry_that_changed_is_read_again_under_the_same_id(server: Server, tools: Tools) -> None:
    server.answers["/feed"] = response(rss(item("/a")))
    server.answers["/a"] = response(html().encode())
    first = await look(feed_at(server), tools)
    server.answers["/feed"] = response(rss(item("/a", title="River falls")))
    server.answers["/a"] = response(html(prose=(*PROSE, "Update: the dam broke.")).encode())

    second = await look(first.state, tools)

    assert [article.id for article in second.articles] == [article.id for article in first.articles]
    assert "the dam broke" in second.articles[0].text


async def test_one_bad_page_does_not_stop_the_others_and_is_not_asked_for_again(server: Server, tools: Tools) -> None:
    server.answers["/feed"] = response(rss(item("/c"), item("/gone"), item("/empty"), item("/german"), item("/a")))
    server.answers["/a"] = server.answers["/c"] = response(html().encode())
    server.answers["/empty"] = response(b"<p>Accept cookies?</p>")
    server.answers["/german"] = response(html(prose=(GERMAN, GERMAN, GERMAN), title="Der Fluss steigt").encode())

    first = await look(feed_at(server), tools)
    asked = len(server.paths())
    second = await look(first.state, tools)

    assert seen(first) == ["a", "c"]
    said = [remark.problem.got if isinstance(remark, Unread) else remark.text for remark in first.remarks]
    assert said == [
        "the dates of 5 of 5 entries are not believed: it is the same for every entry",
        "no date stated: taken from the moment it was read",
        "set aside: it looks like German, and I read English only",
        "0 in the page",
        "status 404",
        "no date stated: taken from the moment it was read",
    ]
    assert second.articles == ()
    assert len(server.paths()) == asked + 1


async def test_a_page_that_cannot_be_had_now_is_had_later(server: Server, tools: Tools) -> None:
    server.answers["/feed"] = response(rss(item("/b"), item("http://other.example:1/x"), item("/a")), 'ETag: "1"')
    server.answers["/a"] = server.answers["/b"] = response(html().encode())

    first = await look(feed_at(server), tools)
    assert isinstance(tools.clock, SetClock)
    tools.clock.moment = NOW + timedelta(hours=1)
    link = server.url("/x", host="other.example")
    server.answers["/feed"] = response(rss(item("/b"), item(link), item("/a")), 'ETag: "1"')
    server.answers["/x"] = response(html().encode())
    second = await look(first.state, tools)

    assert (seen(first), first.state.validators) == (["a", "b"], Validators())
    assert seen(second) == ["x"]
    assert second.state.validators == Validators(etag='"1"')


async def test_a_long_feed_is_read_in_parts_without_a_pause(server: Server, tools: Tools) -> None:
    count = MOST_PAGES + 5
    whole = f"<description><![CDATA[{WHOLE}]]></description>"
    dates = [f"Tue, 03 Jun 2025 08:{number:02}:00 GMT" for number in range(count)]
    server.answers["/feed"] = response(rss(*(item(f"/{number}", dates[number], whole) for number in range(count))))

    first = await look(feed_at(server), tools)
    second = await look(first.state, tools)

    assert (len(first.articles), first.state.next_try) == (MOST_PAGES, NOW)
    assert (len(second.articles), second.state.next_try) == (5, NOW + PACE[SourceKind.FEED])


async def test_dates_of_a_feed_that_lies_are_not_used(server: Server, tools: Tools) -> None:
    server.answers["/feed"] = response(rss(item("/a", "Fri, 06 Jun 2031 08:00:00 GMT")))
    server.answers["/a"] = response(html().encode())

    findings = await look(feed_at(server), tools)

    assert findings.articles[0].published == Published(moment=NOW, basis=Basis.INFERRED)
    assert [remark.text for remark in findings.remarks if isinstance(remark, Notice)] == [
        "the dates of 1 of 1 entries are not believed: it lies in the future",
        "no date stated: taken from the moment it was read",
    ]


async def test_a_failure_is_told_once_and_stands_in_the_state(server: Server, tools: Tools) -> None:
    first = await look(feed_at(server), tools)
    second = await look(first.state, tools)

    assert [type(remark) for remark in first.remarks] == [Unread]
    assert second.remarks == ()
    assert first.state.reason is not None
    assert "status 404" in first.state.reason


@pytest.mark.parametrize(
    "body", [b"<html>Not found</html>", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><rss/>']
)
async def test_what_is_no_feed_any_more_is_a_failure(server: Server, tools: Tools, body: bytes) -> None:
    server.answers["/feed"] = response(body, 'ETag: "1"')

    findings = await look(replace(feed_at(server), validators=Validators(etag='"0"')), tools)

    assert findings.state.failures == 1
    assert findings.state.validators == Validators()
    assert findings.state.next_try == NOW + timedelta(hours=6)


async def test_a_page_is_a_source_whose_every_version_has_one_id(server: Server, tools: Tools) -> None:
    state = SourceState(declared=Declared(kind=SourceKind.PAGE, place=server.url("/live"), name="Live", private=True))
    server.answers["/live"] = response(html().encode())
    first = await look(state, tools)
    server.answers["/live"] = response(html(prose=(*PROSE, "Update: the dam broke.")).encode())
    second = await look(first.state, tools)
    server.answers["/live"] = response(b"<p>Gone</p>")
    third = await look(second.state, tools)

    (before,), (after) = first.articles, second.articles[0]
    assert before.id == after.id
    assert (third.articles, third.state.failures) == ((), 1)


async def test_a_link_gives_its_article(server: Server, tools: Tools) -> None:
    server.answers["/a"] = response(html().encode(), kind="text/html; charset=utf-8")
    server.answers["/b"] = response(pdf("\n".join(PROSE).replace("“", '"').replace("”", '"')), kind="application/pdf")

    page, document = await read_link(server.url("/a?fbclid=1"), tools), await read_link(server.url("/b"), tools)

    assert isinstance(page, Read)
    assert isinstance(document, Read)
    assert isinstance(page.article, Article)
    assert isinstance(document.article, Article)
    assert (page.article.url, page.article.title) == (server.url("/a"), "River rises")
    assert "people left their homes" in document.article.text


async def test_a_link_that_must_not_be_asked_says_why(server: Server, tools: Tools) -> None:
    inside, unknown = await read_link("http://192.168.0.1/", tools), await read_link("https://unknown.example/", tools)

    assert isinstance(inside, Read)
    (remark,) = inside.remarks
    assert isinstance(remark, Unread)
    assert remark.problem.expected == "an address on the public internet"
    assert isinstance(unknown, Later)
