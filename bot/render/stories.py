"""What is said of the stories: which there are, to people; what declares them and which are proposed, to operators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.digest.watched import Watch
from bot.render.html import Html, bold, code, italic, join, said, text
from bot.render.message import Button, Message
from bot.render.words import number, phrase, say, say_many
from bot.stories import StoryTopic

PREFIX = "y:"  #: before what an operator's button about a proposal asks, and the proposal's key
CONFIRM, DISMISS = "c", "d"
STORY_OVER = phrase("The story that this was about is no longer followed.")
NOT_PROPOSED = phrase("This is no longer proposed.")
LONGEST_ECHO = 40  #: characters of somebody's own words in an answer
LONGEST_TITLE = 90  #: characters of an article's title in a proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a story has: articles, when the latest was published, and when its last news came, if any did."""

    topic: StoryTopic
    articles: int
    latest: datetime | None = None
    news: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A story that is proposed.

    ``articles`` look like one story, ``titles`` are those of the newest; the ``words`` would take ``taken`` articles:
    ``missed`` of the ``articles`` are not among them, and ``strangers`` of them are no such articles.
    """

    key: str
    words: Watch
    titles: tuple[str, ...]
    articles: int
    taken: int
    missed: int
    strangers: int


def standing_words(standing: Standing) -> str:
    """ "12 articles, the latest of 3 June 2025; last news on 4 June 2025" """
    articles = _count(standing.articles)
    if standing.latest is None:
        return articles
    if standing.news is None:
        return say("{articles}, the latest of {day:d MMMM y}", articles=articles, day=standing.latest)
    return say(
        "{articles}, the latest of {day:d MMMM y}; last news on {news:d MMMM y}",
        articles=articles,
        day=standing.latest,
        news=standing.news,
    )


def story_gone(title: str, *, are_several: bool) -> Message:
    """A chat's story is not followed any more; ``title`` is the one that it follows instead."""
    lines = [
        said("The story that this chat followed has ended here. From now on it follows: {story}", story=bold(title))
    ]
    if are_several:
        lines.append(said("Another one: /story"))
    return Message(html=join(lines, "\n"))


def only_story() -> Message:
    """The answer to /story where there is nothing to choose."""
    return Message(
        html=said("I follow one story, so there is none to choose. {command} tells it.", command=text("/summary"))
    )


def no_such_story(got: str, topics: Sequence[StoryTopic]) -> Message:
    """Somebody named a story that there is not."""
    known = [join([code(f"/story {topic.name}"), text(f" – {topic.title}")]) for topic in topics]
    wrong = said("There is no story {name}. There are:", name=code(got[:LONGEST_ECHO]))
    return Message(html=join([wrong, *known], "\n"))


def register(standings: Sequence[Standing], offers: Sequence[Offer]) -> tuple[Message, ...]:
    """The stories with their words, and below them each proposal with its buttons."""
    lines = [bold(say("Stories")), *map(_declared, standings)]
    lines.append(said("Another: {example}", example=code('/stories add flood "The Brell flood" flood "river Brell"')))
    lines.append(said("One less: {example}", example=code("/stories remove flood")))
    if not offers:
        lines.append(said("Other articles do not look like a story of their own."))
    return (Message(html=join(lines, "\n")), *map(proposed, offers))


def _declared(standing: Standing) -> Html:
    topic = standing.topic
    words = say("every article") if topic.words is None else topic.words.text
    fields = {
        "name": code(topic.name),
        "story": text(topic.title),
        "articles": text(standing_words(standing)),
        "words": code(words),
    }
    if topic.by_operator:
        return said("{name} – {story} (an operator's): {articles}. Words: {words}", **fields)
    return said("{name} – {story}: {articles}. Words: {words}", **fields)


def proposed(offer: Offer) -> Message:
    """Articles that look like one story, what its words would take, and the buttons to confirm or dismiss it."""
    looks = say_many("{number} article looks like a story", "{number} articles look like one story", offer.articles)
    lines = [
        bold(looks),
        *(text(f"• {_cut(title)}") for title in offer.titles),
        said("Words: {words}", words=code(offer.words.text)),
        italic(_taken(offer)),
    ]
    buttons = (
        Button(label=say("✓ Confirm"), data=f"{PREFIX}{CONFIRM}{offer.key}"),
        Button(label=say("✗ Dismiss"), data=f"{PREFIX}{DISMISS}{offer.key}"),
    )
    return Message(html=join(lines, "\n"), buttons=(buttons,))


def _taken(offer: Offer) -> str:
    """What the words of a proposal take, and what they should and do not."""
    taken = _count(offer.taken)
    if offer.missed == offer.strangers == 0:
        return say("These words take {articles}.", articles=taken)
    return say(
        "These words take {articles}; of those above they miss {missed}, and they take {others} others.",
        articles=taken,
        missed=number(offer.missed),
        others=number(offer.strangers),
    )


def added(topic: StoryTopic, taken: int, titles: Sequence[str]) -> Message:
    """A story is followed now, and what it has."""
    lines = [
        said("Followed now: {story}, {articles}.", story=bold(topic.title), articles=text(_count(taken))),
        *(text(f"• {_cut(title)}") for title in titles),
        said("Words: {words}", words=code("" if topic.words is None else topic.words.text)),
        said("A chat chooses it with {command}.", command=code(f"/story {topic.name}")),
    ]
    return Message(html=join(lines, "\n"))


def removed(topic: StoryTopic) -> Message:
    """A story is not followed any more."""
    return Message(html=said("No longer followed: {story}. Its articles stay.", story=bold(topic.title)))


def not_an_operators(name: str) -> Message:
    """Only operators' own stories can be removed."""
    told = phrase("No operator declared a story {name}; those of the configuration are removed there.")
    return Message(html=said(told, name=code(name[:LONGEST_ECHO])))


def dismissed() -> Message:
    """A proposal will not come again."""
    return Message(html=said("Dismissed: it is not proposed again."))


def read_press(data: str) -> tuple[str, str]:
    """What a proposal's button asks, and the proposal's key.

    Raises:
        ValueError: the data is none.
    """
    what, key = data.removeprefix(PREFIX)[:1], data.removeprefix(PREFIX)[1:]
    if not data.startswith(PREFIX) or what not in (CONFIRM, DISMISS) or not key:
        raise ValueError(f"expected {PREFIX} and a proposal, got {data!r}")
    return what, key


def _count(articles: int) -> str:
    return say_many("{number} article", "{number} articles", articles)


def _cut(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…"
