"""What operators read of what strangers wrote: it fits into a message, and nothing in it is taken for markup."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.digest.model import Article, ArticleId, Basis, Published
from bot.errors import Problem
from bot.render import feeds
from bot.render.feeds import Account, SourceLine, SourcePage
from bot.render.layout import entities, units
from bot.render.message import ENTITY_LIMIT, MESSAGE_LIMIT, Message
from bot.sandbox.markup import parse_html
from bot.sources.confined import Confined
from bot.sources.documents import LARGEST, open_document
from bot.sources.posts import links_in, read_post
from tests.sources.misbehaving import NOW
from tests.sources.test_nasty import hold, markup, pieces

LONG = "\U0001f30a<b>&" * 400
some = settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
words = st.one_of(markup.map(lambda text: text.encode("utf-8", "replace").decode()), st.just(LONG))


def fits(message: Message) -> None:
    """As Telegram would take it: its markup parses, and it is not too long."""
    parse_html(message.html)
    assert units(message.html) <= MESSAGE_LIMIT
    assert entities(message.html) <= ENTITY_LIMIT
    assert not re.search(r"<(?!/?(?:b|i|code)>)", message.html)


@some
@given(words)
@example(LONG)
def test_a_page_of_sources_fits_whatever_strangers_call_themselves(text: str) -> None:
    line = SourceLine(
        number=10_000, name=text, kind="folder", place=text, by_operator=True, paused=True, articles=10**9,
        last_article=NOW, set_aside=10**6, last_try=NOW - timedelta(days=3000), next_try=NOW, reason=text,
        remarks=(text, text),
    )  # fmt: skip
    fits(feeds.source_page(SourcePage(lines=[line] * feeds.A_PAGE, total=10**6, page=3, pages=9, now=NOW)))
    for message in (feeds.confirm_removal(line, 1), feeds.source_stays(line), feeds.source_added(line, text, 10**6)):
        fits(message)


@some
@given(words)
@example(LONG)
def test_what_was_read_fits_whatever_strangers_wrote(text: str) -> None:
    article = Article(
        id=ArticleId("a"), text="x", published=Published(moment=datetime(2025, 6, 4, tzinfo=UTC), basis=Basis.INFERRED),
        title=text, publisher=text, byline=text,
    )  # fmt: skip
    account = Account(article=article, figures=10**6, events=10**6, stories=(text,) * 9, repeats=text)
    problem = Problem(where=text, expected=text, got=text, fix=text)
    fits(feeds.accounts([account] * 9, [text] * 9, [problem] * 9))
    fits(feeds.list_read([text] * 2000, 2000, [problem] * 2000, 2000))
    fits(feeds.file_too_large(text, 10**12, 10**7))


@some
@given(pieces, st.one_of(st.none(), markup), st.one_of(st.none(), markup))
def test_random_posts_never_break(text: str, channel: str | None, link: str | None) -> None:
    hold(read_post(text, channel=channel, sent=NOW, link=link))
    hold(links_in(text))


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=30), st.sampled_from([".txt", ".md", ".exe", ""]), st.one_of(st.binary(max_size=300), pieces))
async def test_random_files_of_any_name_never_break(name: str, ending: str, content: bytes | str) -> None:
    body = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")

    opened = await open_document(name + ending, body, NOW, Confined())

    assert opened.items
    assert ending in LARGEST or not any(isinstance(item, Article) for item in opened.items)
