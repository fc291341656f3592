"""Posts that are forwarded to the bot."""

from __future__ import annotations

from bot.digest.model import Article, Basis, Published
from bot.errors import Problem
from bot.ports import Notice
from bot.sources.links import article_id
from bot.sources.posts import links_in, read_post
from tests.sources.misbehaving import NOW
from tests.sources.test_looking import GERMAN
from tests.sources.test_pages import PROSE

TEXT = "\n\n".join(PROSE)


def test_a_post_with_a_text_is_an_article_of_its_channel() -> None:
    post = read_post(f" \u202e{TEXT}\n", channel="River <b>Watch</b>", sent=NOW, link="https://t.example/river/5?x_=1")

    assert post == Article(
        id=article_id("https://t.example/river/5?x_=1"),
        text=TEXT,
        published=Published(moment=NOW, basis=Basis.STATED),
        publisher="River Watch",
        url="https://t.example/river/5?x_=1",
    )


def test_the_same_post_sent_twice_is_one_article() -> None:
    first, second = (read_post(TEXT, channel="River", sent=NOW) for _ in range(2))

    assert first == second
    assert isinstance(first, Article)


def test_a_post_that_only_points_somewhere_gives_its_links() -> None:
    text = "Read this https://a.example/x_(1)?utm_source=t, and HTTP://B.example/y. Again: https://a.example/x_(1)."

    assert isinstance(read_post(text, channel=None, sent=NOW), Problem)
    assert links_in(text) == ("https://a.example/x_(1)", "http://b.example/y")


def test_a_post_in_another_language_is_set_aside() -> None:
    assert read_post(GERMAN, channel="Fluss", sent=NOW) == Notice(
        where="Fluss", text="set aside: it looks like German, and I read English only", is_aside=True
    )
