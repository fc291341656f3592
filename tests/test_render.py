"""Messages as they are sent: within Telegram's limits, split between items, the same words every time."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.digest.model import Basis, Citation, Digest, Grain, Source, Span, When
from bot.render import calendar
from bot.render.answer import EMPTY_STORY, Example, answer, briefing, sample
from bot.render.calendar import INFERRED
from bot.render.html import Html, bold, link, text
from bot.render.layout import Item, entities, pack, units
from bot.render.message import CALLBACK_LIMIT, ENTITY_LIMIT, MESSAGE_LIMIT, Question, View
from bot.render.overview import NOTHING_NEW, SIGN
from tests import golden
from tests.story import article, digest_of, seed_digest, shipped_trackers


def story(*sentences: str) -> Digest:
    """A story of one article whose sentences stand one after the other, each a line of its own."""
    return Digest(
        sources=(
            Source(number=1, label="The Post", article=article("\n".join(sentences), day=date(2023, 5, 2)), origin=1),
        )
    )


def test_the_seeds_are_answered_word_for_word_as_agreed():
    agreed = {path.name: path.read_text(encoding="utf-8") for path in golden.FOLDER.glob("*.html")}

    assert dict(golden.messages()) == agreed


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=900), min_size=1, max_size=40))
@settings(max_examples=60, deadline=None)
def test_items_are_never_cut_and_never_lost(words):
    items = [Item(html=text(each)) for each in words]

    pages = pack(Digest(), bold("Title"), items)

    assert "\n\n".join(page.html for page in pages) == "\n\n".join([bold("Title"), *(item.html for item in items)])
    assert all(units(page.html) <= MESSAGE_LIMIT and entities(page.html) <= ENTITY_LIMIT for page in pages)


@given(st.lists(st.integers(min_value=1, max_value=700), min_size=1, max_size=30))
@settings(max_examples=40, deadline=None)
def test_every_page_carries_the_quotations_of_its_items(lengths):
    sentences = [f"{index}{'é' * length}." for index, length in enumerate(lengths)]
    digest = story(*sentences)
    starts = [sum(len(sentence) + 1 for sentence in sentences[:index]) for index in range(len(sentences))]
    spans = [Span(start=start, end=start + len(s)) for start, s in zip(starts, sentences, strict=True)]

    pages = pack(
        digest,
        Html(""),
        [Item(html=text(f"item {i}"), citations=(Citation(source=1, sentence=span),)) for i, span in enumerate(spans)],
    )

    for page in pages:
        for citation in page.citations:
            assert f"“{citation.sentence.of(digest.sources[0].article.text)}”" in page.html


def test_a_heading_is_not_left_at_the_foot_of_a_message():
    filling = [Item(html=text("x" * 1300)) for _ in range(3)]

    pages = pack(Digest(), Html(""), [*filling, Item(html=bold("Heading"), heading=True), Item(html=text("y" * 900))])

    assert [page.html.startswith("<b>Heading</b>") for page in pages] == [False, True]


def test_an_item_larger_than_a_message_is_refused():
    with pytest.raises(ValueError, match="does not fit into a message of 4096"):
        pack(Digest(), Html(""), [Item(html=text("x" * 5000))])


def test_units_count_as_telegram_counts():
    assert units(Html("<b>a&amp;b</b> 🟰")) == 6


def test_what_is_given_to_a_tag_is_escaped():
    assert bold("<i>&") == "<b>&lt;i&gt;&amp;</b>"
    assert link("a<b", 'https://example.org/?a="b"&c') == (
        '<a href="https://example.org/?a=&quot;b&quot;&amp;c">a&lt;b</a>'
    )


@pytest.mark.parametrize("command", ["summary", "troops", "timeline", "sources"])
def test_a_question_survives_its_button(command):
    question = Question(command=command, page=12, view=View.SOURCES)

    assert Question.read(question.data()) == question
    assert len(question.data().encode()) <= CALLBACK_LIMIT


def test_broken_callback_data_says_what_was_expected():
    with pytest.raises(ValueError, match="page or q:command:view:page:day:words, got 'q:summary'"):
        Question.read("q:summary")


def test_every_page_can_be_reached_by_its_buttons():
    seen: set[int] = set()
    page: int | None = 0
    while page is not None:
        seen.add(page)
        message = answer(seed_digest(), Question(command="timeline", page=page), shipped_trackers())[0]
        following = [Question.read(b.data) for row in message.buttons for b in row if b.label.endswith("›")]
        page = following[0].page if following else None

    assert seen == set(range(len(seen)))
    assert len(seen) > 2


def test_the_way_back_from_the_context_leads_to_the_page_it_came_from():
    page = answer(seed_digest(), Question(command="timeline", page=1), shipped_trackers())[0]
    context = next(Question.read(b.data) for row in page.buttons for b in row if "context" in b.label)

    shown = answer(seed_digest(), context, shipped_trackers())[0]

    back = next(Question.read(b.data) for row in shown.buttons for b in row if b.label == "↩ Back")
    assert back == Question(command="timeline", page=1)
    assert "<u>" in shown.html


def test_an_unknown_command_says_which_are_known():
    with pytest.raises(
        ValueError, match="expected one of summary, timeline, conflicts, sources, troops, casualties, got 'nothing'"
    ):
        answer(seed_digest(), Question(command="nothing"), shipped_trackers())


def test_an_empty_story_says_so():
    told = answer(Digest(), Question(command="troops"), shipped_trackers())[0].html
    assert told.startswith(f"{EMPTY_STORY}\nTo be told what they say once there are some: <code>/subscribe")
    assert briefing(Digest(), 0, shipped_trackers())[0].html.startswith(f"{EMPTY_STORY}\n\nThe next briefing")
    assert sample(Digest()) == Example()


def test_a_briefing_tells_only_what_new_articles_say():
    new = "".join(message.html for message in briefing(seed_digest(), 4, shipped_trackers()))

    assert "[5]" in new
    told = new[new.index("Timeline") :].split("<blockquote")[0]
    assert not re.search(r"\[[1-4]\]", told)


def test_a_briefing_is_two_messages_at_the_most():
    assert [len(briefing(seed_digest(), since, shipped_trackers())) <= 2 for since in range(6)] == [True] * 6


def test_a_briefing_without_news_says_so():
    shown = briefing(seed_digest(), seed_digest().revision, shipped_trackers())

    assert len(shown) == 1
    assert NOTHING_NEW in shown[0].html


def test_the_sign_of_an_inferred_date_is_explained_where_it_stands_and_only_there():
    stated = digest_of(article("Ten soldiers arrived in Larne on Monday.", day=date(2023, 5, 4), publisher="The Post"))

    assert SIGN in answer(seed_digest(), Question(command="sources"), shipped_trackers())[0].html
    assert SIGN not in answer(stated, Question(command="sources"), shipped_trackers())[0].html


@pytest.mark.parametrize("view", [View.ANSWER, View.SOURCES])
@pytest.mark.parametrize("command", ["summary", "troops", "timeline", "conflicts", "sources"])
def test_a_message_that_bears_the_sign_explains_it_once_on_whatever_page(command: str, view: View):
    pages = [
        message.html
        for page in range(6)
        for message in answer(seed_digest(), Question(command=command, page=page, view=view), shipped_trackers())
    ]

    assert [html.count(SIGN) for html in pages] == [INFERRED in html.replace(SIGN, "") for html in pages]
    assert any(SIGN in html for html in pages)


@pytest.mark.parametrize(
    ("first", "last", "grain", "words"),
    [
        (date(2024, 11, 11), date(2024, 11, 11), Grain.DAY, "Mon 11 Nov 2024"),
        (date(2024, 11, 4), date(2024, 11, 10), Grain.WEEK, "4 to 10 Nov 2024"),
        (date(2024, 11, 28), date(2024, 12, 4), Grain.WEEK, "28 Nov to 4 Dec 2024"),
        (date(2024, 12, 30), date(2025, 1, 5), Grain.WEEK, "30 Dec 2024 to 5 Jan 2025"),
        (date(2024, 6, 1), date(2024, 6, 30), Grain.MONTH, "Jun 2024"),
        (date(2022, 1, 1), date(2022, 12, 31), Grain.YEAR, "2022"),
        (date(1990, 1, 1), date(1999, 12, 31), Grain.DECADE, "1990s"),
        (None, date(2024, 11, 9), Grain.RANGE, "until 9 Nov 2024"),
        (date(2024, 11, 9), None, Grain.RANGE, "from 9 Nov 2024"),
    ],
)
def test_a_date_is_printed_as_vague_as_it_is(first, last, grain, words):
    assert calendar.words(When(first=first, last=last, grain=grain, reckoned=False)) == words


def test_only_a_date_counted_from_an_inferred_one_bears_the_sign():
    monday = When(first=date(2024, 11, 11), last=date(2024, 11, 11), grain=Grain.DAY, reckoned=True)
    printed = When(first=date(2024, 11, 11), last=date(2024, 11, 11), grain=Grain.DAY, reckoned=False)
    inferred = Source(
        number=1, label="a", article=article("A.", day=date(2024, 11, 12), basis=Basis.INFERRED), origin=1
    )
    stated = Source(number=1, label="a", article=article("A.", day=date(2024, 11, 12)), origin=1)

    shown = [calendar.dated(when, source) for when in (monday, printed) for source in (inferred, stated)]

    assert shown == ["≈ Mon 11 Nov 2024", "Mon 11 Nov 2024", "Mon 11 Nov 2024", "Mon 11 Nov 2024"]


def test_an_event_told_by_dozens_of_articles_is_told_by_all_of_them():
    papers = [
        article(
            f"The Norwegian parliament approved the fish treaty on Monday, {'a long day, ' * 12}paper {number} says.",
            day=date(2023, 7, 18),
            name=f"{number}",
            publisher=f"Paper {number}",
        )
        for number in range(40)
    ]
    digest = digest_of(*papers)

    pages = [answer(digest, Question(command="timeline", page=page), shipped_trackers())[0].html for page in range(30)]

    cited = {int(number) for html in pages for number in re.findall(r"\[(\d+)\] Paper", html)}
    assert cited == set(range(1, 41))
    assert all(units(Html(html)) <= MESSAGE_LIMIT and entities(Html(html)) <= ENTITY_LIMIT for html in pages)
