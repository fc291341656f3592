"""Values to plain JSON data and back: the only place that knows how they are stored, and in which format."""

from __future__ import annotations

from typing import TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from bot.chats import Chat
from bot.digest.model import Digest, Report
from bot.digest.watched import Watch
from bot.outbox import Broadcast
from bot.stories import News, StoryTopic
from storage.rows import Content, Row

T = TypeVar("T")

FORMAT = 2  #: of the whole store; raised whenever a stored document changes its shape

# A field this program does not know is another format, not a detail to drop. pydantic takes this rule for dataclasses
# only when they stand inside another type, so every value is coded as a tuple of one.
_STRICT = ConfigDict(extra="forbid")
_CHAT: TypeAdapter[tuple[Chat]] = TypeAdapter(tuple[Chat], config=_STRICT)
_ROW: TypeAdapter[tuple[Row]] = TypeAdapter(tuple[Row], config=_STRICT)
_CONTENT: TypeAdapter[tuple[Content]] = TypeAdapter(tuple[Content], config=_STRICT)
_BROADCAST: TypeAdapter[tuple[Broadcast]] = TypeAdapter(tuple[Broadcast], config=_STRICT)
_NEWS: TypeAdapter[tuple[News]] = TypeAdapter(tuple[News], config=_STRICT)
_TOPIC: TypeAdapter[tuple[StoryTopic]] = TypeAdapter(tuple[StoryTopic], config=_STRICT)
_WORDS: TypeAdapter[tuple[Watch]] = TypeAdapter(tuple[Watch], config=_STRICT)
_REPORT: TypeAdapter[tuple[Report]] = TypeAdapter(tuple[Report], config=_STRICT)
_DIGEST: TypeAdapter[tuple[Digest]] = TypeAdapter(tuple[Digest], config=_STRICT)


class FormatError(ValueError):
    """A stored document is not what this program writes there."""


def chat_text(chat: Chat) -> str:
    """A chat as a document's JSON; what is not set is left out."""
    return _text(_CHAT, chat)


def read_chat(text: str) -> Chat:
    """The chat that a document's JSON holds.

    Raises:
        FormatError: it is not a chat.
    """
    return _value(_CHAT, text)


def row_text(row: Row) -> str:
    """A row of the outbox as a document's JSON; what is not set is left out."""
    return _text(_ROW, row)


def read_row(text: str) -> Row:
    """The row of the outbox that a document's JSON holds.

    Raises:
        FormatError: it is not a row.
    """
    return _value(_ROW, text)


def content_text(content: Content) -> str:
    """What messages say, as a document's JSON."""
    return _text(_CONTENT, content)


def read_content(text: str) -> Content:
    """What messages say.

    Raises:
        FormatError: the document is something else.
    """
    return _value(_CONTENT, text)


def broadcast_text(broadcast: Broadcast) -> str:
    """A broadcast as a document's JSON."""
    return _text(_BROADCAST, broadcast)


def read_broadcast(text: str) -> Broadcast:
    """The broadcast that a document's JSON holds.

    Raises:
        FormatError: it is something else.
    """
    return _value(_BROADCAST, text)


def news_text(news: News) -> str:
    """What a step brought to a story, as a document's JSON."""
    return _text(_NEWS, news)


def read_news(text: str) -> News:
    """The news that a document's JSON holds.

    Raises:
        FormatError: it is something else.
    """
    return _value(_NEWS, text)


def topic_text(topic: StoryTopic) -> str:
    """A story as a document's JSON; what is not set is left out."""
    return _text(_TOPIC, topic)


def read_topic(text: str) -> StoryTopic:
    """The story that a document's JSON holds.

    Raises:
        FormatError: it is something else.
    """
    return _value(_TOPIC, text)


def words_text(words: Watch) -> str:
    """The words of a story as a document's JSON."""
    return _text(_WORDS, words)


def read_words(text: str) -> Watch:
    """The words that a document's JSON holds.

    Raises:
        FormatError: it is something else.
    """
    return _value(_WORDS, text)


def report_text(report: Report) -> str:
    """A report as a document's JSON."""
    return _text(_REPORT, report, whole=True)


def read_report(text: str) -> Report:
    """The report that a document's JSON holds.

    Raises:
        FormatError: it is not a report as this program writes them.
    """
    return _value(_REPORT, text)


def digest_text(digest: Digest) -> str:
    """A digest as a document's JSON."""
    return _text(_DIGEST, digest, whole=True)


def read_digest(text: str) -> Digest:
    """The digest that a document's JSON holds.

    Raises:
        FormatError: it is not a digest as this program writes them.
    """
    return _value(_DIGEST, text)


def _text(adapter: TypeAdapter[tuple[T]], value: T, *, whole: bool = False) -> str:
    """The document, without the tuple of one and, unless it is ``whole``, without what has its default."""
    return adapter.dump_json((value,), exclude_defaults=not whole).decode()[1:-1]


def _value(adapter: TypeAdapter[tuple[T]], text: str) -> T:
    try:
        (value,) = adapter.validate_json(f"[{text}]")
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"][1:]) or "the document"
        raise FormatError(
            f"expected a document of format {FORMAT}, got one that fails at {where}: {first['msg']}"
        ) from error
    return value
