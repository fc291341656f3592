"""Values to plain JSON data and back: the only place that knows how they are stored, and in which format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from bot.digest.model import Digest, Report
from bot.ports import Chat

Data = dict[str, object]
T = TypeVar("T")

FORMAT = 1  #: raised whenever a stored document changes its shape

# A field this program does not know is another format, not a detail to drop. pydantic takes this rule for dataclasses
# only when they stand inside another type, so every value is coded as a tuple of one.
_STRICT = ConfigDict(extra="forbid")
_CHAT = TypeAdapter(tuple[Chat], config=_STRICT)
_REPORT = TypeAdapter(tuple[Report], config=_STRICT)
_DIGEST = TypeAdapter(tuple[Digest], config=_STRICT)


class FormatError(ValueError):
    """A stored document has another format than this program writes."""


def chat_data(chat: Chat) -> Data:
    """A chat as a document."""
    return _wrap(_CHAT, chat)


def read_chat(data: Mapping[str, object]) -> Chat:
    """The chat that a document holds.

    Raises:
        FormatError: it was written in another format, or is not a chat.
    """
    return _unwrap(_CHAT, data)


def report_data(report: Report) -> Data:
    """A report as a document."""
    return _wrap(_REPORT, report)


def read_report(data: Mapping[str, object]) -> Report:
    """The report that a document holds.

    Raises:
        FormatError: it was written in another format, or is not a report.
    """
    return _unwrap(_REPORT, data)


def digest_data(digest: Digest) -> Data:
    """A digest as a document."""
    return _wrap(_DIGEST, digest)


def read_digest(data: Mapping[str, object]) -> Digest:
    """The digest that a document holds.

    Raises:
        FormatError: it was written in another format, or is not a digest.
    """
    return _unwrap(_DIGEST, data)


def _wrap(adapter: TypeAdapter[tuple[T]], value: T) -> Data:
    (plain,) = adapter.dump_python((value,), mode="json")
    return {"format": FORMAT, "value": plain}


def _unwrap(adapter: TypeAdapter[tuple[T]], data: Mapping[str, object]) -> T:
    written = data.get("format")
    if written != FORMAT:
        raise FormatError(f"expected a document of format {FORMAT}, got {written!r}")
    try:
        (value,) = adapter.validate_python([data.get("value")])
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"][1:])
        raise FormatError(
            f"expected a document of format {FORMAT}, got one that fails at {where}: {first['msg']}"
        ) from error
    return value
