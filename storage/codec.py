"""Values to plain JSON data and back: the only place that knows how they are stored, and in which format."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from bot.chats import Chat
from bot.digest.model import Digest, Report
from bot.outbox import Broadcast
from storage.rows import Content, Row

Data = dict[str, Any]
T = TypeVar("T")

FORMAT = 2  #: of the whole store; raised whenever a stored document changes its shape

# A field this program does not know is another format, not a detail to drop. pydantic takes this rule for dataclasses
# only when they stand inside another type, so every value is coded as a tuple of one.
_STRICT = ConfigDict(extra="forbid")
_CHAT: TypeAdapter[tuple[Chat]] = TypeAdapter(tuple[Chat], config=_STRICT)
_ROW: TypeAdapter[tuple[Row]] = TypeAdapter(tuple[Row], config=_STRICT)
_CONTENT: TypeAdapter[tuple[Content]] = TypeAdapter(tuple[Content], config=_STRICT)
_BROADCAST: TypeAdapter[tuple[Broadcast]] = TypeAdapter(tuple[Broadcast], config=_STRICT)
_REPORT: TypeAdapter[tuple[Report]] = TypeAdapter(tuple[Report], config=_STRICT)
_DIGEST: TypeAdapter[tuple[Digest]] = TypeAdapter(tuple[Digest], config=_STRICT)


class FormatError(ValueError):
    """A stored document is not what this program writes there."""


def chat_data(chat: Chat) -> Data:
    """A chat as a document; what is not set is left out."""
    return _plain(_CHAT, chat)


def read_chat(data: object) -> Chat:
    """The chat that a document holds.

    Raises:
        FormatError: it is not a chat.
    """
    return _value(_CHAT, data)


def row_data(row: Row) -> Data:
    """A row of the outbox as a document; what is not set is left out."""
    return _plain(_ROW, row)


def read_row(data: object) -> Row:
    """The row of the outbox that a document holds.

    Raises:
        FormatError: it is not a row.
    """
    return _value(_ROW, data)


def content_data(content: Content) -> Data:
    """What messages say, as a document."""
    return _plain(_CONTENT, content)


def read_content(data: object) -> Content:
    """What messages say.

    Raises:
        FormatError: the document is something else.
    """
    return _value(_CONTENT, data)


def broadcast_data(broadcast: Broadcast) -> Data:
    """A broadcast as a document."""
    return _plain(_BROADCAST, broadcast)


def read_broadcast(data: object) -> Broadcast:
    """The broadcast that a document holds.

    Raises:
        FormatError: it is something else.
    """
    return _value(_BROADCAST, data)


def report_text(report: Report) -> str:
    """A report as a document's JSON."""
    return _text(_REPORT, report)


def read_report(text: str) -> Report:
    """The report that a document's JSON holds.

    Raises:
        FormatError: it is not a report as this program writes them.
    """
    return _parsed(_REPORT, text)


def digest_text(digest: Digest) -> str:
    """A digest as a document's JSON."""
    return _text(_DIGEST, digest)


def read_digest(text: str) -> Digest:
    """The digest that a document's JSON holds.

    Raises:
        FormatError: it is not a digest as this program writes them.
    """
    return _parsed(_DIGEST, text)


def _plain(adapter: TypeAdapter[tuple[T]], value: T) -> Data:
    (plain,) = adapter.dump_python((value,), mode="json", exclude_defaults=True)
    return plain  # type: ignore[no-any-return]


def _value(adapter: TypeAdapter[tuple[T]], data: object) -> T:
    try:
        (value,) = adapter.validate_python((data,))
    except ValidationError as error:
        raise _format_error(error) from error
    return value


def _text(adapter: TypeAdapter[tuple[T]], value: T) -> str:
    return adapter.dump_json((value,)).decode()[1:-1]  # the document, without the tuple of one


def _parsed(adapter: TypeAdapter[tuple[T]], text: str) -> T:
    try:
        (value,) = adapter.validate_json(f"[{text}]")
    except ValidationError as error:
        raise _format_error(error) from error
    return value


def _format_error(error: ValidationError) -> FormatError:
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"][1:]) or "the document"
    return FormatError(f"expected a document of format {FORMAT}, got one that fails at {where}: {first['msg']}")
