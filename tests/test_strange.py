"""Titles, names and quotations full of marks that mean something elsewhere, unharmed wherever the bot puts them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from html import unescape
from urllib.parse import unquote

import jsonschema
import pytest
from icalendar import Calendar
from markdown_it import MarkdownIt

from bot.digest.model import Digest
from bot.render.answer import STORY_COMMANDS, answer, content, sample, sound
from bot.render.export.document import as_json, exported, schema
from bot.render.export.events import as_calendar
from bot.render.export.pages import as_html, as_markdown
from bot.render.facts import PAYLOAD, citation_text, fact_key, payload_of
from bot.render.inline import DESCRIPTION_LIMIT, TITLE_LIMIT, offered
from bot.render.message import COPY_LIMIT, MESSAGE_LIMIT, Message, Question, View
from bot.sandbox.markup import parse_html, utf16_length
from tests.story import article, digest_of, shipped_trackers
from tests.test_export import words_of

NOW = datetime(2023, 5, 6, 9, 0, tzinfo=UTC)
TRACKERS = shipped_trackers()
TITLES = (
    'Quote "and" <script>alert(1)</script> & &amp; <b>bold',
    "\u202bשלום\u202c and \u200fright\u200e to left",
    "🧨🇺🇦👩‍👩‍👧‍👦 emoji and 𝔐𝔞𝔱𝔥",
    "*star* _under_ [link](http://x.example) `code` # no heading | pipe \\ end; comma, colon: \\n",
    "Long " + "wörter " * 120,
)
BODY = (
    "Around 1,200 soldiers of the Alpha & Sons Guard reached the town of Larne on 4 May 2023, the ministry of defense "
    "of Norway said.\n\n"
    "“We <b>held</b> it & kept \u200fit\u200e, 🧨 5 > 3,” the ministry of defense of Norway said on 5 May 2023.\n\n"
    "The parliament of Norway signed the treaty {on_defence} *in full* in Oslo on 3 May 2023.\n\n"
    "About 900 soldiers of Norway; half of them, or \\n so, left Larne on 5 May 2023, the ministry of defense of "
    "Norway said."
)


@cache
def story() -> Digest:
    """A story of articles under every title, each of a publisher with a strange name."""
    articles = [
        replace(
            article(
                f"{BODY}\n\nThe mayor {number} of Larne left the town on {number + 1} May 2023.", day=date(2023, 5, 5)
            ),
            id=f"a{number}",  # type: ignore[arg-type]
            title=title,
            publisher=title[:80],
            url=f'https://news.example/{number}?a=1&b="x"<y>',
        )
        for number, title in enumerate(TITLES)
    ]
    return digest_of(*articles)


def told() -> Iterator[Message]:
    """Every answer, and every sentence in its context."""
    for command in (*STORY_COMMANDS, *(tracker.command for tracker in TRACKERS)):
        for view in (View.ANSWER, View.SOURCES):
            for page in range(4):
                yield from answer(story(), Question(command=command, view=view, page=page), TRACKERS)


def hrefs(page: str) -> set[str]:
    """The addresses that a page's links lead to, as a browser asks for them."""
    return {unquote(unescape(found)) for found in re.findall(r'href="([^"]*)"', page)}


def flat(words: str) -> str:
    return " ".join(words.split())


def test_the_story_has_lines_figures_and_events_to_try() -> None:
    assert len(story().summary) >= 2
    assert len(story().claims) >= 2
    assert len(story().timeline) >= 2


def test_telegram_takes_every_message_and_shows_the_words_as_they_are() -> None:
    shown = [parse_html(message.html).text for message in told()]

    assert all(utf16_length(text) <= MESSAGE_LIMIT for text in shown)
    whole = flat("\n".join(shown))
    for title in TITLES[:4]:
        assert flat(title[:80]) in whole
    for words in ("Alpha & Sons Guard", "{on_defence} *in full*", "5 > 3"):
        assert words in whole
    assert not re.search(r"&(?:lt|gt|amp|quot);(?! <b>bold)", whole.replace("& &amp; <b>bold", ""))


def test_the_line_of_the_greeting_can_be_looked_up() -> None:
    found = sample(story())

    assert parse_html(found.html).text
    assert found.key in {fact_key(story(), line.citation) for line in story().summary}


def test_inline_offers_are_plain_words_within_their_limits() -> None:
    links: list[str] = []

    def link_to(payload: str) -> str:
        links.append(payload)
        return f"https://t.me/x?start={payload}"

    for command in ("summary", "timeline", "troops"):
        _, items = content(story(), command, TRACKERS)
        for item in sound(story(), [one for one in items if not one.heading], TRACKERS):
            made = offered(story(), item, link_to)
            message = parse_html(made.message.html).text
            assert 0 < len(made.title) <= TITLE_LIMIT
            assert len(made.description) <= DESCRIPTION_LIMIT
            assert flat(made.title.rstrip("…"))[:40] in flat(message)

    assert links
    assert all(re.fullmatch(rf"{PAYLOAD}[A-Za-z0-9_-]{{1,62}}", payload) for payload in links)


def test_a_copied_citation_is_whole_characters_within_its_limit() -> None:
    for line in story().summary:
        copied = citation_text(story(), line.citation, lambda payload: f"https://t.me/x?start={payload}")

        assert utf16_length(copied) <= COPY_LIMIT
        assert copied.encode("utf-16", "strict")
        assert payload_of(story(), line.citation) in copied


@pytest.mark.parametrize("title", TITLES)
def test_exports_keep_every_title_and_quotation(title: str) -> None:
    texts = [source.article.text for source in story().sources]
    quotes = [line.citation.sentence.of(texts[line.citation.source - 1]) for line in story().summary]

    document = json.loads(as_json(exported(story(), TRACKERS, title, NOW)))
    page = as_html(story(), TRACKERS, title, NOW)
    rendered = MarkdownIt("commonmark").render(as_markdown(story(), TRACKERS, title, NOW))
    calendar = Calendar.from_ical(as_calendar(story(), title, NOW))

    jsonschema.validate(document, schema())
    assert document["title"] == title
    assert [one["title"] for one in document["sources"]] == [*TITLES]
    assert [one["cited"]["quote"] for one in document["summary"]] == quotes
    assert "<script" not in page
    assert words_of(page).startswith(flat(title))
    assert words_of(rendered) == words_of(page)
    assert all(flat(quote) in words_of(page) for quote in quotes)
    assert hrefs(rendered) == hrefs(page) != set()
    assert str(calendar["x-wr-calname"]) == title
    described = " ".join(flat(str(event["description"])) for event in calendar.events)
    assert all(flat(one[:80]) in described for one in TITLES[:4] if f"[{TITLES.index(one) + 1}]" in described)
