"""Telegram's HTML: what comes out of it, and how the server complains."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.markup import Entity, EntityKind, FormattedText, parse_html, plain, utf16_length, with_detected
from bot.sandbox.refusals import Refusal


def entity(kind: EntityKind, offset: int, length: int, argument: str = "") -> Entity:
    return Entity(kind=kind, offset=offset, length=length, argument=argument)


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("plain &lt;b&gt; &amp; &quot;more&quot;", 'plain <b> & "more"', ()),
        ("&#65;&#x42; &nbsp; &copy;", "AB &nbsp; &copy;", ()),
        ("<b>bold</b>", "bold", (entity(EntityKind.BOLD, 0, 4),)),
        ("<STRONG>bold</Strong>", "bold", (entity(EntityKind.BOLD, 0, 4),)),
        ("😀 <i>it</i>", "😀 it", (entity(EntityKind.ITALIC, 3, 2),)),
        ("  \n <u>trimmed</u>  ", "trimmed", (entity(EntityKind.UNDERLINE, 0, 7),)),
        ("<s> </s>x", "x", ()),
        ("<b></b>empty", "empty", ()),
        ("<b><i>two</i></b>", "two", (entity(EntityKind.BOLD, 0, 3), entity(EntityKind.ITALIC, 0, 3))),
        ('<span class="tg-spoiler">no</span>', "no", (entity(EntityKind.SPOILER, 0, 2),)),
        (
            "<a href='https://a.org/?x=1&amp;y=2'>l</a>",
            "l",
            (entity(EntityKind.TEXT_LINK, 0, 1, "https://a.org/?x=1&y=2"),),
        ),
        ('<a href="example.org">l</a>', "l", (entity(EntityKind.TEXT_LINK, 0, 1, "http://example.org"),)),
        ('<a href="nonsense">l</a>', "l", ()),
        ('<a href="tg://user?id=7">l</a>', "l", (entity(EntityKind.TEXT_MENTION, 0, 1, "7"),)),
        ("<blockquote>q</blockquote>", "q", (entity(EntityKind.BLOCKQUOTE, 0, 1),)),
        ("<blockquote expandable>q</blockquote>", "q", (entity(EntityKind.EXPANDABLE_BLOCKQUOTE, 0, 1),)),
        (
            "<blockquote><code>q</code></blockquote>",
            "q",
            (entity(EntityKind.BLOCKQUOTE, 0, 1), entity(EntityKind.CODE, 0, 1)),
        ),
        ('<pre><code class="language-sh">ls</code></pre>', "ls", (entity(EntityKind.PRE, 0, 2, "sh"),)),
        (
            '<tg-time unix="1700000000" format="t">soon</tg-time>',
            "soon",
            (entity(EntityKind.DATE_TIME, 0, 4, "1700000000"),),
        ),
    ],
)
def test_html_becomes_text_and_entities_in_utf16_units(source: str, text: str, entities: tuple[Entity, ...]) -> None:
    assert parse_html(source) == FormattedText(text=text, entities=entities)


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("a <b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("é <p>x</p>", 'Unsupported start tag "p" at byte offset 3'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("1 <2", "Unclosed start tag at byte offset 2"),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<a href="x>l</a>', 'Unclosed start tag "a" at byte offset 0'),
        ("<a href=a/b>l</a>", "Unexpected end of name token at byte offset 8"),
        ("<b =x>l</b>", 'Empty attribute name in the tag "b" at byte offset 0'),
        ("<code><b>x</b></code>", '"code" inside "bold", Telegram drops one of them'),
        ("<b>a <code>x</code></b>", '"code" inside "bold", Telegram drops one of them'),
        (
            "<blockquote>a<blockquote>b</blockquote></blockquote>",
            '"blockquote" inside "blockquote", Telegram drops one of them',
        ),
        ("<b>x</b> " * 101, "101 entities, Telegram keeps only the first 100"),
    ],
)
def test_html_telegram_would_not_take_is_refused_in_its_words(source: str, complaint: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_html(source)

    assert refused.value.description == f"Bad Request: can't parse entities: {complaint}"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/start now", [(EntityKind.BOT_COMMAND, 0, 6)]),
        ("😀 /a@echo_bot, hi", [(EntityKind.BOT_COMMAND, 3, 11)]),
        ("say and/or http://a.org/x.", [(EntityKind.URL, 11, 14)]),
        ("@echo_bot #news a@b.c", [(EntityKind.MENTION, 0, 9), (EntityKind.HASHTAG, 10, 5)]),
    ],
)
def test_commands_mentions_and_links_are_found_in_plain_text(
    text: str, found: list[tuple[EntityKind, int, int]]
) -> None:
    entities = with_detected(plain(text)).entities

    assert [(entity.kind, entity.offset, entity.length) for entity in entities] == found


def test_nothing_is_found_inside_code() -> None:
    formatted = parse_html("<code>/start 08:00</code> /help")

    assert [entity.kind for entity in with_detected(formatted).entities] == [EntityKind.CODE, EntityKind.BOT_COMMAND]


@given(st.text(alphabet="<>/b ia=\"'&;😀é\nqclokuter", max_size=60))
def test_any_text_is_parsed_or_refused_and_entities_stay_inside(source: str) -> None:
    try:
        formatted = parse_html(source)
    except Refusal:
        return
    for found in with_detected(formatted).entities:
        assert 0 <= found.offset < found.end <= utf16_length(formatted.text)
