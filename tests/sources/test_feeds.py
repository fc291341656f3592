"""Feeds and lists of feeds: what they say, what is believed, and what is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bot.errors import Problem
from bot.sources.feed import Entry, Feed, read_feed
from bot.sources.opml import FeedList, Listed, read_opml, write_opml
from tests.sources.misbehaving import NOW

URL = "https://gazette.example/feed.xml"
WHOLE = " ".join(
    f"<p>Sentence number {number} of the article tells of the river in seven words.</p>" for number in range(20)
)


def rss(*items: str, head: str = "") -> bytes:
    rows = "".join(f"<item>{item}</item>" for item in items)
    return (
        f'<?xml version="1.0" encoding="utf-8"?>{head}<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/'
        f'content/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>The &lt;b&gt;Gazette&lt;/b&gt;</title>'
        f"{rows}</channel></rss>"
    ).encode()


def item(link: str, date: str = "Wed, 04 Jun 2025 08:00:00 +0200", more: str = "", title: str = "River rises") -> str:
    return f"<title>{title}</title><link>{link}</link><pubDate>{date}</pubDate>{more}"


def feed_of(body: bytes, charset: str | None = None) -> Feed:
    feed = read_feed(body, charset, URL, NOW)
    assert isinstance(feed, Feed), feed
    return feed


def test_an_rss_feed_gives_its_entries() -> None:
    body = rss(item("/a?utm_source=rss", more="<dc:creator>Ann Lee</dc:creator><description>Short.</description>"))

    assert feed_of(body) == Feed(
        title="The Gazette",
        entries=(
            Entry(
                link="https://gazette.example/a",
                stamp="|Wed, 04 Jun 2025 08:00:00 +0200|River rises",
                title="River rises",
                byline="Ann Lee",
                published=datetime(2025, 6, 4, 6, tzinfo=UTC),
            ),
        ),
    )


def test_an_atom_feed_gives_its_entries() -> None:
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>G</title><entry><title type="html">R &lt;i&gt;x&lt;/i&gt;'
        '</title><link href="https://gazette.example/a"/><author><name>Ann Lee</name></author>'
        "<published>2025-06-04T08:00:00+02:00</published><updated>2025-06-04T10:00:00Z</updated>"
        f'<content type="html">{WHOLE.replace("<", "&lt;")}</content></entry></feed>'
    ).encode()

    (entry,) = feed_of(body).entries

    assert (entry.title, entry.byline, entry.published) == ("R x", "Ann Lee", datetime(2025, 6, 4, 6, tzinfo=UTC))
    assert entry.text is not None
    assert entry.text.startswith(
        "Sentence number 0 of the article tells of the river in seven words.\n\nSentence number 1"
    )


def test_a_json_feed_gives_its_entries() -> None:
    body = json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "G",
            "items": [
                {"id": "1", "url": "/a", "title": "<b>R</b>", "date_published": "2025-06-04T08:00:00+02:00",
                 "authors": [{"name": "Ann Lee"}, {"name": 5}, "x"], "content_html": WHOLE},
                {"id": "https://gazette.example/b", "content_text": "Short."},
                {"id": 7}, "x", None, {"url": "javascript:alert(1)"}, {"url": ["x"]},
            ],
        }
    ).encode()  # fmt: skip

    first, second = feed_of(body).entries

    assert (first.link, first.title, first.byline) == ("https://gazette.example/a", "R", "Ann Lee")
    assert first.text is not None
    assert second == Entry(link="https://gazette.example/b", stamp="||")


def test_a_changed_entry_has_another_stamp() -> None:
    stamps = {
        feed_of(rss(body)).entries[0].stamp
        for body in (item("/a"), item("/a", title="River falls"), item("/a", "Thu, 05 Jun 2025 08:00:00 GMT"))
    }

    assert len(stamps) == 3


@pytest.mark.parametrize(
    ("more", "whole"),
    [
        (f"<content:encoded><![CDATA[{WHOLE}]]></content:encoded>", True),
        (f"<description><![CDATA[{WHOLE}]]></description>", True),
        (f"<description><![CDATA[{WHOLE} <a href='/a'>Read more »</a>]]></description>", False),
        (f"<description><![CDATA[{WHOLE} The mayor […]]]></description>", False),
        ("<description>The river rose.</description>", False),
        ("", False),
    ],
)
def test_text_is_taken_from_the_feed_only_when_it_is_whole(more: str, whole: bool) -> None:
    (entry,) = feed_of(rss(item("/a", more=more))).entries

    assert (entry.text is not None) is whole


@pytest.mark.parametrize(
    ("dates", "doubts"),
    [
        (["Wed, 04 Jun 2025 08:00:00 GMT", "Fri, 06 Jun 2031 08:00:00 GMT"], [None, "it lies in the future"]),
        (["Thu, 05 Jun 2025 08:00:00 GMT"], [None]),
        (["Thu, 01 Jan 1970 00:00:00 GMT"], ["it is before 1990"]),
        (["Wed, 04 Jun 2025 08:00:00 GMT"] * 3, ["it is the same for every entry"] * 3),
        (["Wed, 04 Jun 2025 08:00:00 GMT"] * 2, [None, None]),
        (["yesterday", "", "99999999999"], [None, None, "it lies in the future"]),
    ],
)
def test_dates_that_lie_are_marked(dates: list[str], doubts: list[str | None]) -> None:
    feed = feed_of(rss(*(item(f"/{number}", date) for number, date in enumerate(dates))))

    assert [entry.doubt for entry in feed.entries] == doubts
    assert bool(feed.remarks) is any(doubts)


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!doctype x [<!entity % e SYSTEM "http://127.0.0.1/"> %e;]>',
        "<!DOCTYPE x [ ]>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_that_declares_entities_is_refused(head: str, encoding: str) -> None:
    body = rss(item("/a", title="&b; &e;"), head=head).decode().replace("utf-8", encoding).encode(encoding)
    outline = f'<?xml version="1.0"?>{head}<opml><body><outline xmlUrl="http://a.example/"/></body></opml>'.encode(
        encoding
    )

    assert isinstance(read_feed(body, None, URL, NOW), Problem)
    assert isinstance(read_opml(outline, "list.opml"), Problem)


def test_a_document_type_without_declarations_is_harmless() -> None:
    head = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/rss-0.91.dtd">'

    assert len(feed_of(rss(item("/a"), head=head)).entries) == 1


@pytest.mark.parametrize(
    "body",
    [b"", b"<html><body>Not found</body></html>", b"{}", b"[1]", b'{"items": 5}', b"{" * 5000, b"\0" * 100, b"text"],
)
def test_what_is_no_feed_is_named(body: bytes) -> None:
    problem = read_feed(body, None, URL, NOW)

    assert isinstance(problem, Problem)
    assert problem.where == URL


def test_a_feed_in_another_encoding_than_it_says_is_read() -> None:
    body = rss(item("/a", title="Café – “x”"))

    assert feed_of(body, "iso-8859-1").entries[0].title == "Café – “x”"
    assert feed_of(body.decode().encode("cp1252")).entries[0].title == "Café – “x”"


def test_broken_xml_gives_what_can_be_read_of_it() -> None:
    body = rss(item("/a"), item("/b", title="A & B <b>")).replace(b"</channel></rss>", b"")

    assert [entry.link for entry in feed_of(body).entries] == ["https://gazette.example/a", "https://gazette.example/b"]


def test_a_list_of_feeds_comes_back_as_it_was_written() -> None:
    feeds = (
        Listed(
            url="https://gazette.example/feed?a=1&b=%22", name='The "Gazette" & Co <3', page="https://gazette.example/"
        ),
        Listed(url="https://other.example/rss", name="Ünï 한국"),
    )

    assert read_opml(write_opml(feeds, "Sitrep"), "x") == FeedList(feeds=feeds)


def test_a_list_is_read_through_its_folders_and_without_what_is_no_feed() -> None:
    body = b"""<opml version="1.0"><body><outline text="News"><outline text="A &lt;b&gt;x&lt;/b&gt;" xmlurl="HTTP://a.example"/>
      <outline title="Twice" xmlUrl="http://a.example/"/><outline xmlUrl="javascript:alert(1)"/></outline>
      <outline xmlUrl="https://b.example/f"/></body></opml>"""

    assert read_opml(body, "x") == FeedList(
        feeds=(
            Listed(url="http://a.example/", name="A x"),
            Listed(url="https://b.example/f", name="https://b.example/f"),
        ),
        passed_over=1,
    )


@pytest.mark.parametrize("body", [b"", b"<opml>", b"<rss/>", b"\xff\xfe", b"<opml><body>" + b"<outline>" * 50_000])
def test_what_is_no_list_is_named(body: bytes) -> None:
    problem = read_opml(body, "list.opml")

    assert isinstance(problem, Problem)
    assert problem.where == "list.opml"
