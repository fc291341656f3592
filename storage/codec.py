"""Values to plain JSON data and back: the only place that knows how they are stored, and in which format."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from bot.chats import Chat
from bot.digest.model import Article, Digest, Report, Revision
from bot.digest.patching import Patch
from bot.digest.watched import Watch
from bot.outbox import Broadcast
from bot.ports import Filed, Findings, Looked, Readout, SourceState, Unable, Unread
from bot.stories import News, StoryName, StoryTopic
from storage.rows import Answer, Content, KeptPicture, Keys, LookAnswer, Piece, Row

T = TypeVar("T")

FORMAT = 3  #: of the whole store; raised whenever a stored document changes its shape

# A field this program does not know is another format, not a detail to drop. pydantic takes this rule for dataclasses
# only when they stand inside another type, so every value is coded as a tuple of one.
_STRICT = ConfigDict(extra="forbid")
_CHAT: TypeAdapter[tuple[Chat]] = TypeAdapter(tuple[Chat], config=_STRICT)
_ROW: TypeAdapter[tuple[Row]] = TypeAdapter(tuple[Row], config=_STRICT)
_CONTENT: TypeAdapter[tuple[Content]] = TypeAdapter(tuple[Content], config=_STRICT)
_BROADCAST: TypeAdapter[tuple[Broadcast]] = TypeAdapter(tuple[Broadcast], config=_STRICT)
_SOURCE: TypeAdapter[tuple[SourceState]] = TypeAdapter(tuple[SourceState], config=_STRICT)
_NEWS: TypeAdapter[tuple[News]] = TypeAdapter(tuple[News], config=_STRICT)
_TOPIC: TypeAdapter[tuple[StoryTopic]] = TypeAdapter(tuple[StoryTopic], config=_STRICT)
_WORDS: TypeAdapter[tuple[Watch]] = TypeAdapter(tuple[Watch], config=_STRICT)
_FILED: TypeAdapter[tuple[Filed]] = TypeAdapter(tuple[Filed], config=_STRICT)
_ARTICLE: TypeAdapter[tuple[Article]] = TypeAdapter(tuple[Article], config=_STRICT)
_REPORT: TypeAdapter[tuple[Report]] = TypeAdapter(tuple[Report], config=_STRICT)
_REVISIONS: TypeAdapter[tuple[tuple[Revision, ...]]] = TypeAdapter(tuple[tuple[Revision, ...]], config=_STRICT)
_DIGEST: TypeAdapter[tuple[Digest]] = TypeAdapter(tuple[Digest], config=_STRICT)
_PICTURE: TypeAdapter[tuple[KeptPicture]] = TypeAdapter(
    tuple[KeptPicture], config=ConfigDict(extra="forbid", ser_json_bytes="base64", val_json_bytes="base64")
)
_PATCH: TypeAdapter[tuple[Patch]] = TypeAdapter(tuple[Patch], config=_STRICT)
_PIECE: TypeAdapter[tuple[Piece]] = TypeAdapter(tuple[Piece], config=_STRICT)
_ANSWER: TypeAdapter[tuple[Answer]] = TypeAdapter(tuple[Answer], config=_STRICT)
_LOOKED: TypeAdapter[tuple[LookAnswer]] = TypeAdapter(tuple[LookAnswer], config=_STRICT)
_KEYS: TypeAdapter[tuple[Keys]] = TypeAdapter(tuple[Keys], config=_STRICT)
_PIECE_OF = '{"story":'  #: how the document of a piece begins


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


def source_text(state: SourceState) -> str:
    """A source as a document's JSON; what is not set is left out."""
    return _text(_SOURCE, state)


def read_source(text: str) -> SourceState:
    """The source that a document's JSON holds.

    Raises:
        FormatError: it is something else.
    """
    return _value(_SOURCE, text)


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


def picture_text(picture: KeptPicture) -> str:
    """A picture as a document's JSON."""
    return _text(_PICTURE, picture)


def read_picture(text: str) -> KeptPicture:
    """A picture.

    Raises:
        FormatError: the document is something else.
    """
    return _value(_PICTURE, text)


def filed_text(filed: Filed) -> str:
    """What the library knows of an article, as a document's JSON."""
    return _text(_FILED, filed)


def read_filed(text: str) -> Filed:
    """What the library knows of an article.

    Raises:
        FormatError: the document is something else.
    """
    return _value(_FILED, text)


def article_of(text: str) -> Article:
    """The article that a report's document holds, whichever version wrote the rest of it.

    Raises:
        FormatError: there is none in it.
    """
    try:
        return _value(_ARTICLE, json.dumps(json.loads(text)["article"]))
    except (ValueError, LookupError, TypeError) as error:
        raise FormatError(f"expected a report with its article, got {error}") from error


def article_text(article: Article) -> str:
    """An article as a document's JSON; what is not set is left out."""
    return _text(_ARTICLE, article)


def read_article(text: str) -> Article:
    """The article that a document's JSON holds.

    Raises:
        FormatError: it is something else.
    """
    return _value(_ARTICLE, text)


def readout_text(readout: Readout) -> str:
    """What reading an article came to, as JSON."""
    match readout:
        case Unread():
            return _text(_ANSWER, Answer(unread=readout.problem))
        case Unable():
            return _text(_ANSWER, Answer(unable=readout.reason))
        case str():
            return _text(_ANSWER, Answer(report=readout))


def read_readout(text: str) -> Readout:
    """What reading an article came to.

    Raises:
        FormatError: the text is something else.
    """
    answer = _value(_ANSWER, text)
    if answer.unread is not None:
        return Unread(problem=answer.unread)
    if answer.report is not None:
        return answer.report
    return Unable(reason=answer.unable or "")


def looked_text(looked: Looked) -> str:
    """What a look at a source came to, as JSON."""
    match looked:
        case Unable():
            return _text(_LOOKED, LookAnswer(unable=looked.reason))
        case Findings():
            return _text(_LOOKED, LookAnswer(findings=looked))


def read_looked(text: str) -> Looked:
    """What a look at a source came to.

    Raises:
        FormatError: the text is something else.
    """
    answer = _value(_LOOKED, text)
    return answer.findings if answer.findings is not None else Unable(reason=answer.unable or "")


def revisions_of(text: str) -> tuple[Revision, ...]:
    """The revisions of an article that its report's document holds, whichever version wrote the rest of it.

    Raises:
        FormatError: they are something else.
    """
    try:
        found = json.loads(text).get("revisions", [])
    except (ValueError, AttributeError) as error:
        raise FormatError(f"expected a report, got {error}") from error
    return _value(_REVISIONS, json.dumps(found))


def report_text(report: Report) -> str:
    """A report as a document's JSON."""
    return _text(_REPORT, report, whole=True)


def read_report(text: str) -> Report:
    """The report that a document's JSON holds.

    Raises:
        FormatError: it is not a report as this program writes them.
    """
    return _value(_REPORT, text)


def read_digest(text: str) -> Digest:
    """The digest that a document's JSON holds.

    Raises:
        FormatError: it is not a digest as this program writes them.
    """
    return _value(_DIGEST, text)


def patch_text(patch: Patch) -> str:
    """What makes a digest of the one before, as JSON; what it leaves as it is is left out."""
    return _text(_PATCH, patch)


def piece_text(story: StoryName, patch: str) -> str:
    """The document of a piece, of a patch that is JSON already."""
    return f'{_PIECE_OF}{json.dumps(story)},"patch":{patch}}}'


def read_piece(text: str) -> Piece:
    """The piece that a document's JSON holds.

    Raises:
        FormatError: it is something else.
    """
    return _value(_PIECE, text)


def story_of_piece(text: str) -> StoryName:
    """Whose piece a document is; the piece itself is not decoded.

    Raises:
        FormatError: it is something else.
    """
    try:
        name, _ = json.JSONDecoder().raw_decode(text, len(_PIECE_OF))
    except ValueError as error:
        raise FormatError(f"expected a piece of a digest, got {error}") from error
    return StoryName(str(name))


def read_keys(text: str) -> Keys:
    """The keys that a document's JSON holds.

    Raises:
        FormatError: it is something else.
    """
    return _value(_KEYS, text)


@dataclass(frozen=True, slots=True)
class JsonPacking:
    """Reports and patches as this store keeps them, for other processes to do."""

    def report(self, report: Report) -> str:
        """A report as a document's JSON."""
        return report_text(report)

    def read_report(self, text: str) -> Report:
        """The report that a document's JSON holds.

        Raises:
            FormatError: it is not a report as this program writes them.
        """
        return read_report(text)

    def revisions(self, text: str) -> tuple[Revision, ...]:
        """The revisions in a report's document, whichever version wrote the rest of it.

        Raises:
            FormatError: they are something else.
        """
        return revisions_of(text)

    def patch(self, patch: Patch) -> str:
        """What makes a digest of the one before, as JSON."""
        return patch_text(patch)


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
