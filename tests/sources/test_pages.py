"""Pages: what is read from them, from what the date is known, and what of them is never believed."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest

from bot.digest.model import Basis, Published
from bot.errors import Problem
from bot.sources.charset import decoded
from bot.sources.confined import Confined, ConfinedError
from bot.sources.links import article_id, site, tidy
from bot.sources.markup import paragraphs
from bot.sources.moments import moment
from bot.sources.page import Page, read_page
from bot.sources.text import LONGEST_LINE, line, neutral
from tests.sources.misbehaving import NOW

URL = "https://www.gazette.example/news/river?utm_source=letter"
PROSE = (
    "The river rose by two metres on Tuesday, the mayor said, and “about 300” people left their homes in Brell.",
    "Officials said on Wednesday that the dam held, but that at least 40 houses were damaged in the old town.",
    '"We have seen worse," said Tom Hale, the mayor, who has lived beside the river for more than sixty years.',
)


def html(head: str = "", prose: tuple[str, ...] = PROSE, title: str = "River rises") -> str:
    paragraph = "".join(f"<p>{words}</p>" for words in prose)
    return (
        f"<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>{title}</title>{head}</head><body>"
        f'<nav><a href="/">Home</a> <a href="/sport">Sport</a></nav><article><h1>{title}</h1>{paragraph}</article>'
        "<aside>Read more: ten best rivers</aside><footer>© Gazette. Accept cookies?</footer></body></html>"
    )


def page_of(text: str | bytes, charset: str | None = None, url: str | None = URL) -> Page:
    body = text.encode() if isinstance(text, str) else text
    page = read_page(body, charset, url, "here", NOW)
    assert isinstance(page, Page), page
    return page


def test_an_article_is_read_without_the_furniture_around_it() -> None:
    head = (
        '<meta property="og:site_name" content="The Brell Gazette"><meta name="author" content="Ann Lee">'
        '<meta property="article:published_time" content="2025-06-03T08:15:00+02:00">'
        '<link rel="canonical" href="/news/river#top">'
    )

    assert page_of(html(head)) == Page(
        url="https://www.gazette.example/news/river",
        text="\n\n".join(["River rises", *PROSE]),
        title="River rises",
        byline="Ann Lee",
        publisher="The Brell Gazette",
        published=Published(moment=datetime(2025, 6, 3, 6, 15, tzinfo=UTC), basis=Basis.STATED),
        reason="the page's own data",
    )


@pytest.mark.parametrize(
    ("head", "prose", "url", "day", "basis"),
    [
        ('<meta itemprop="datePublished" content="2025-06-03">', (), URL, 3, Basis.STATED),
        ('<script type="application/ld+json">{"@graph":[{"@type":"WebPage","datePublished":"2024-01-01"},'
         '{"@type":["NewsArticle"],"datePublished":"2025-06-03T01:00:00Z"}]}</script>', (), URL, 3, Basis.STATED),
        ('<meta name="date" content="Tue, 03 Jun 2025 10:00:00 GMT">', (), URL, 3, Basis.STATED),
        ("", ("Published 3 June 2025",), URL, 3, Basis.STATED),
        ("", (), "https://gazette.example/2025/06/03/river", 3, Basis.INFERRED),
        ('<meta property="article:published_time" content="2031-01-01">'
         '<meta name="date" content="2025-06-03">', (), URL, 3, Basis.STATED),
    ],
)  # fmt: skip
def test_the_date_is_stated_or_inferred_and_said_to_be(
    head: str, prose: tuple[str, ...], url: str, day: int, basis: Basis
) -> None:
    published = page_of(html(head, (*prose, *PROSE)), url=url).published

    assert published is not None
    assert (published.day.isoformat(), published.basis) == (f"2025-06-{day:02}", basis)


@pytest.mark.parametrize(
    ("stated", "why"),
    [("2031-01-01", "it lies in the future"), ("1970-01-01T00:00:00Z", "it is before 1990"), ("0001-01-01", "before")],
)
def test_a_date_that_cannot_be_is_not_believed(stated: str, why: str) -> None:
    page = page_of(html(f'<meta property="article:published_time" content="{stated}">'))

    assert page.published is None
    assert why in page.remarks[0]


def test_a_page_cannot_pass_for_one_of_another_site() -> None:
    assert page_of(html('<link rel="canonical" href="https://other.example/x">')).url == (
        "https://www.gazette.example/news/river"
    )


@pytest.mark.parametrize("text", ["", "<html></html>", "<p>Accept cookies?</p>", "\0" * 500, "<" * 5000])
def test_a_page_without_an_article_is_named(text: str) -> None:
    problem = read_page(text.encode(), None, URL, "here", NOW)

    assert isinstance(problem, Problem)
    assert problem.where == "here"


@pytest.mark.parametrize(
    ("body", "declared", "encoding"),
    [
        ("Café – “x”".encode(), "iso-8859-1", "utf-8"),
        ("Café – “x”".encode("cp1252"), "utf-8", "windows-1252"),
        ("Café – “x”".encode("cp1252"), None, "windows-1252"),
        ("Café – “x”".encode("cp1252"), "iso-8859-1", "windows-1252"),
        ("Café – “x”".encode("utf-16"), None, "utf-16-le"),
        ("\ufeffCafé – “x”".encode(), "cp1250", "utf-8"),
        ('<meta charset="windows-1251">Река'.encode("cp1251"), None, "cp1251"),
        ("Река".encode("koi8-r"), "koi8-r", "koi8-r"),
        (b"plain +ADw-script+AD4-", "utf-7", "utf-8"),
        (b"plain", "no-such-name", "utf-8"),
        (b"plain", "hex", "utf-8"),
        (b"plain", "idna", "utf-8"),
        (b"\x81\xff\xff", "shift_jis", "windows-1252"),
    ],
)
def test_a_wrong_or_missing_charset_does_not_spoil_the_text(body: bytes, declared: str | None, encoding: str) -> None:
    read = decoded(body, declared)

    assert read.encoding == encoding
    assert "Ã" not in read.text
    assert "<script" not in read.text


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("River <b>rises</b>", "River rises"),
        ("River &lt;b&gt;rises&lt;/b&gt;", "River rises"),
        ("River &amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt; rises", "River rises"),
        ("<script>alert(1)</script>River<!-- x --> rises", "River rises"),
        ("5 < 6 & 7 > 3", "5 < 6 & 7 > 3"),
        ("River\u202e sesir\u202c \u2066x\u2069\u200b", "River sesir x"),
        ("River\0\x07\x1b[31m\n\nrises", "River[31m rises"),
        ("A&nbsp;B &eacute; \u2028C", "A B é C"),
        ("x <img src=x onerror=alert(1)", "x"),
        ("\ud800", "\ufffd"),
        ("a" * 400, "a" * (LONGEST_LINE - 1) + "…"),
        ("\U000e0041\U000e0042 \ufeffx", "x"),
    ],
)
def test_titles_are_one_plain_line(given: str, expected: str) -> None:
    assert line(given) == expected


def test_words_are_left_alone() -> None:
    text = "Ünïcode, “quotes”, 한국, עברית, العربية, 👩‍👩‍👧 and\ttabs\r\n\nstay."

    assert neutral(text) == text


def test_a_fragment_gives_its_paragraphs() -> None:
    fragment = (
        "<p>A <b>b</b>\nc<br>d</p><script>x()</script><figure>f<figcaption>g</figcaption></figure><div>h</div>&amp; i"
    )

    assert paragraphs(fragment) == "A b c\n\nd\n\nh\n\n& i"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://www.example.org/a?utm_source=x&b=1", "https://example.org:443/a?b=1#top"),
        ("https://m.example.org/a/", "https://example.org/a"),
        ("https://EXAMPLE.org/%7Ea", "https://example.org/~a"),
        ("https://example.org/a?b=1&a=2&fbclid=3", "https://example.org/a?a=2&b=1"),
        ("https://münchen.example/", "https://xn--mnchen-3ya.example/"),
    ],
)
def test_spellings_of_one_address_are_one_article(one: str, other: str) -> None:
    assert article_id(one) == article_id(other) or site(one) != site(other)
    assert article_id(tidy(one) or "") == article_id(tidy(other) or "")


def test_other_addresses_are_other_articles() -> None:
    assert len({article_id(f"https://example.org/{path}") for path in ("a", "A", "b", "a?id=1", "a?id=2", "")}) == 6


@pytest.mark.parametrize("words", ["", "x", "9999-99-99", "2025-13-01", "1e9", "0" * 500, "99999-01-01", "\ud800"])
def test_what_is_no_moment_is_none(words: str) -> None:
    assert moment(words) is None


def forever(seconds: float) -> None:
    time.sleep(seconds)


def greedy() -> int:
    return len(b"x" * 8_000_000_000)


async def test_a_parser_that_takes_too_long_is_ended_and_the_next_one_runs() -> None:
    confined = Confined(longest=timedelta(seconds=20))
    try:
        assert await confined.run(len, "abc") == 3
        with pytest.raises(ConfinedError, match="took more than"):
            await confined.run(forever, 600)
        with pytest.raises(ConfinedError, match="invalid literal"):
            await confined.run(int, "x")
        with pytest.raises(ConfinedError, match="too much memory"):
            await confined.run(greedy)
        assert await confined.run(len, "abcd") == 4
    finally:
        await confined.close()


async def test_an_answer_that_nobody_waits_for_does_not_reach_the_next_question() -> None:
    confined = Confined()
    try:
        await confined.run(len, "")
        waiting = asyncio.create_task(confined.run(forever, 0.3))
        await asyncio.sleep(0.1)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

        assert await confined.run(len, "abc") == 3
    finally:
        await confined.close()
