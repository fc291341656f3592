"""Answers to questions about a story."""

from __future__ import annotations

from collections.abc import Sequence

from bot.digest.model import Digest, Tracker
from bot.render.html import Html, join, text
from bot.render.message import Message, Question

STORY_COMMANDS = {
    "summary": "The story in a few cited lines",
    "timeline": "What happened when",
    "sources": "The articles, their dates and how they are known",
}  #: command -> what the menu says of it; each tracker adds its own


def answer(digest: Digest, question: Question, trackers: Sequence[Tracker]) -> tuple[Message, ...]:
    """The messages to send for a question; another page or view of it is one message that replaces the shown one.

    Raises:
        ValueError: no such command.
    """
    del question, trackers
    texts = {source.number: source.article.text for source in digest.sources}
    lines = [
        text(
            " […] ".join(piece.of(texts[line.citation.source]) for piece in line.pieces) + f" [{line.citation.source}]"
        )
        for line in digest.summary
    ]
    return (Message(html=join(lines, "\n\n") or Html("No articles yet.")),)


def briefing(digest: Digest, since: int, trackers: Sequence[Tracker]) -> tuple[Message, ...]:
    """What is new after revision ``since`` (0: the whole story), as messages."""
    del since
    return answer(digest, Question(command="summary"), trackers)


def sample(digest: Digest) -> Html:
    """One cited line with its quotation, to show how an answer looks; empty for an empty story."""
    return answer(digest, Question(command="summary"), ())[0].html if digest.summary else Html("")
