"""What is said of the stories: which there are, to people; what declares them and which are proposed, to operators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.digest.watched import Watch
from bot.render.html import bold, code, italic, join, text
from bot.render.message import Button, Message
from bot.stories import StoryTopic

PREFIX = "y:"  #: before what an operator's button about a proposal asks, and the proposal's key
CONFIRM, DISMISS = "c", "d"
STORY_OVER = "The story that this was about is no longer followed."
NOT_PROPOSED = "This is no longer proposed."
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
    words = _count(standing.articles)
    if standing.latest is not None:
        words += f", the latest of {_day(standing.latest)}"
    if standing.news is not None:
        words += f"; last news on {_day(standing.news)}"
    return words


def story_gone(title: str, *, are_several: bool) -> Message:
    """A chat's story is not followed any more; ``title`` is the one that it follows instead."""
    lines = [join([text("The story that this chat followed has ended here. From now on it follows: "), bold(title)])]
    if are_several:
        lines.append(text("Another one: /story"))
    return Message(html=join(lines, "\n"))


def no_such_story(got: str, topics: Sequence[StoryTopic]) -> Message:
    """Somebody named a story that there is not."""
    known = [join([code(f"/story {topic.name}"), text(f" – {topic.title}")]) for topic in topics]
    return Message(html=join([join([text("There is no story "), code(got[:40]), text(". There are:")]), *known], "\n"))


def register(standings: Sequence[Standing], offers: Sequence[Offer]) -> tuple[Message, ...]:
    """The stories with their words, and below them each proposal with its buttons."""
    lines = [bold("Stories")]
    for standing in standings:
        topic = standing.topic
        words = "every article" if topic.words is None else topic.words.text
        by = " (an operator's)" if topic.by_operator else ""
        told = f" – {topic.title}{by}: {standing_words(standing)}. Words: "
        lines.append(join([code(topic.name), text(told), code(words)]))
    lines.append(join([text("Another: "), code('/stories add flood "The Brell flood" flood "river Brell" -football')]))
    lines.append(join([text("One less: "), code("/stories remove flood")]))
    if not offers:
        lines.append(text("Other articles do not look like a story of their own."))
    return (Message(html=join(lines, "\n")), *map(proposed, offers))


def proposed(offer: Offer) -> Message:
    """Articles that look like one story, what its words would take, and the buttons to confirm or dismiss it."""
    taken = f"These words take {_count(offer.taken)}"
    taken += f", {offer.strangers} of them others" if offer.strangers else ""
    taken += f", and miss {offer.missed}." if offer.missed else "."
    lines = [
        bold(f"{_count(offer.articles)} look like one story"),
        *(text(f"• {_cut(title)}") for title in offer.titles),
        join([text("Words: "), code(offer.words.text)]),
        italic(taken),
    ]
    buttons = (
        Button(label="✓ Confirm", data=f"{PREFIX}{CONFIRM}{offer.key}"),
        Button(label="✗ Dismiss", data=f"{PREFIX}{DISMISS}{offer.key}"),
    )
    return Message(html=join(lines, "\n"), buttons=(buttons,))


def added(topic: StoryTopic, taken: int, titles: Sequence[str]) -> Message:
    """A story is followed now, and what it has."""
    lines = [
        join([text("Followed now: "), bold(topic.title), text(f", {_count(taken)}.")]),
        *(text(f"• {_cut(title)}") for title in titles),
        join([text("Words: "), code("" if topic.words is None else topic.words.text)]),
        join([text("A chat chooses it with "), code(f"/story {topic.name}"), text(".")]),
    ]
    return Message(html=join(lines, "\n"))


def removed(topic: StoryTopic) -> Message:
    """A story is not followed any more."""
    return Message(html=join([text("No longer followed: "), bold(topic.title), text(". Its articles stay.")]))


def not_an_operators(name: str) -> Message:
    """Only operators' own stories can be removed."""
    told = "; those of the configuration are removed there."
    return Message(html=join([text("No operator declared a story "), code(name[:40]), text(told)]))


def dismissed() -> Message:
    """A proposal will not come again."""
    return Message(html=text("Dismissed: it is not proposed again."))


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
    return f"{articles} article{'' if articles == 1 else 's'}"


def _cut(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…"


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"
