"""The store's first format, JSON files of chats and of a story, as today's documents: pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from bot.chats import Chat
from bot.outbox import ChatId, State
from storage.codec import (
    FormatError,
    chat_text,
    content_text,
    read_chat,
    read_content,
    read_digest,
    read_report,
    report_text,
    row_text,
)
from storage.rows import Content, Row

Documents = dict[str, Mapping[int, str | None]]  #: as JSON, by table and id

FORMAT = 1
LONG_AGO = "1970-01-01T00:00:00Z"  #: since when a chat was shut out, of one that did not say


def documents_of_chats(text: str) -> Documents:
    """Chats, and what waited for them, from the file of chats. What was given up is not taken along.

    Raises:
        FormatError: the text is damaged, or of another format.
    """
    chats: dict[int, str | None] = {}
    rows: dict[int, str | None] = {}
    contents: dict[Content, int] = {}
    for value in _values(_tables(text).get("chats", {})):
        waiting = value.pop("outbox", [])
        value.pop("failures", None)
        chat = read_chat(json.dumps(_chat(value)))
        chats[chat.id] = chat_text(chat)
        for message in waiting:
            content = read_content(json.dumps({"html": message["html"], "keys": message.get("keys", ())}))
            row = _row(chat, message, contents.setdefault(content, len(contents) + 1), value.get("since"))
            rows[len(rows) + 1] = row_text(row)
    kept = {number: content_text(content) for content, number in contents.items()}
    return {"chats": chats, "outbox": rows, "contents": kept}


def documents_of_story(text: str) -> dict[str, dict[int, str]]:
    """The story, from its file, as the second format keeps it.

    None when the file is damaged or holds none, for the articles can build it again.
    """
    try:
        tables = _tables(text)
        (head,) = tables["story"].values()
        (digest,) = _values({"1": head["digest"]})
        reports = [report_text(read_report(json.dumps(report))) for report in _values(tables["reports"])]
        kept = json.dumps(digest)
        read_digest(kept)
        name = json.dumps({"name": head["name"], "reader": head["reader"]})
    except (FormatError, KeyError, ValueError, TypeError, AttributeError):
        return {}
    return {"story": {1: name}, "digest": {1: kept}, "reports": dict(enumerate(reports, 1))}


def _chat(value: Mapping[str, Any]) -> dict[str, Any]:
    """A chat in today's shape: its one schedule, which had the zone, becomes the first of several."""
    schedule, mark = value.get("schedule"), value.get("mark")
    since = value.get("since") or LONG_AGO
    chat = {name: value[name] for name in ("id", "zone", "thread", "next_due") if value.get(name) is not None}
    if schedule is not None:
        is_covered = mark is not None and mark["schedule"] == schedule
        done = {"done": mark["day"]} if mark is not None and is_covered else {}
        chat |= {"zone": schedule["zone"], "schedules": [{"at": schedule["at"], "since": since, **done}]}
    if mark is not None:
        chat["told"] = {"story": mark["story"], "revision": mark["revision"]}
    if value.get("paused") is not None:
        chat["shut_out"] = {"reason": value["paused"], "since": since}
    return chat


def _row(chat: Chat, message: Mapping[str, Any], content: int, queued: str | None) -> Row:
    return Row(
        chat=ChatId(chat.id),
        key=message["key"],
        state=State.PENDING if chat.shut_out is None else State.PAUSED,
        content=content,
        thread=message.get("thread"),
        attempts=message.get("attempts", 0),
        queued=None if queued is None else datetime.fromisoformat(queued),
    )


def _tables(text: str) -> dict[str, dict[str, Any]]:
    try:
        tables = json.loads(text)
    except json.JSONDecodeError as error:
        raise FormatError(f"expected JSON, got {error.msg} at line {error.lineno}, column {error.colno}") from error
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        raise FormatError("expected an object of tables, got something else")
    return tables


def _values(table: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for document in table.values():
        written = document.get("format") if isinstance(document, dict) else None
        if written != FORMAT:
            raise FormatError(f"expected a document of format {FORMAT}, got {written!r}")
        yield dict(document["value"])
