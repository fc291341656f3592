"""Everything people set and all that is on its way, as JSON that a person can read, and back.

``docs/reliability.md`` describes the file. A change that an older program would misread raises ``SCHEMA``.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final, Literal
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, TypeAdapter, ValidationError

from bot.chats import Chat
from bot.digest.watched import Watch
from bot.errors import Problem, UnfitFileError
from bot.outbox import ChatId, Key, State
from bot.ports import Declared, SourceKind, SourceState
from bot.stories import MAIN, StoryTopic
from storage.chats_table import CHATS
from storage.codec import (
    chat_text,
    content_text,
    read_chat,
    read_content,
    read_row,
    read_source,
    read_topic,
    read_words,
    row_text,
    source_text,
    topic_text,
    words_text,
)
from storage.database_file import DatabaseFile, copy_database
from storage.durable import Data, DurableDB
from storage.news_table import NewsTable
from storage.outbox_table import CONTENTS, ROWS
from storage.owner import take_lock
from storage.rows import Content, Row
from storage.sources_table import NUMBERS, SOURCES
from storage.story_tables import StoryTables
from storage.topics_table import DISMISSED, TOPICS
from storage.versions import bring_up_to_date

SCHEMA: Final = 1
MOST_SHOWN = 60  #: characters of a value that does not fit


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A row of the outbox with what it says; one that was sent says nothing any more."""

    chat: ChatId
    key: str
    state: State
    html: str | None = None
    keys: tuple[tuple[Key, ...], ...] = ()
    thread: int | None = None
    attempts: int = 0
    doubts: int = 0
    not_before: datetime | None = None
    queued: datetime | None = None
    settled: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An article of the story, for a person to read; an import reads the articles themselves anew."""

    number: int
    article: str
    published: datetime
    title: str | None = None
    publisher: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A source of articles that is followed. What is remembered of its last looks is left out: all of it is new to a
    store that has none of its articles.
    """

    number: int
    kind: SourceKind
    place: str
    name: str
    private: bool = False
    by_operator: bool = False
    paused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """The whole file."""

    schema: Literal[1]
    chats: tuple[Chat, ...]
    outbox: tuple[Message, ...]
    followed: tuple[Followed, ...] = ()
    topics: tuple[StoryTopic, ...] = ()
    dismissed: tuple[Watch, ...] = ()
    story: str | None = None
    sources: tuple[Told, ...] = ()


_STRICT = ConfigDict(extra="forbid")
_MESSAGE: TypeAdapter[tuple[Message]] = TypeAdapter(tuple[Message], config=_STRICT)
_ADAPTER: TypeAdapter[tuple[Exchange]] = TypeAdapter(tuple[Exchange], config=_STRICT)


def exported(path: Path) -> str:
    """What a database holds, whether its bot is running or not. Blocking.

    Raises:
        OSError: there is no database, or no room for a copy.
        StoreBrokenError: it is damaged.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        copy_database(path, copy)
        database = DurableDB(DatabaseFile(copy))
        try:
            bring_up_to_date(database, copy)
            found = _exchange(database)
        finally:
            database.close()
    (plain,) = _ADAPTER.dump_python((found,), mode="json", exclude_defaults=True)
    return json.dumps(plain, ensure_ascii=False, indent=2) + "\n"


def import_into(folder: Path, database: str, file: Path) -> str:
    """Fills an empty store with what ``file`` holds, in one step, and tells in a sentence what that was. Blocking.

    Raises:
        StoreBusyError: the bot is running.
        UnfitFileError: the file holds something else, or the store is not empty; nothing changed.
        OSError: the file cannot be read.
    """
    found = parse(file.read_text(encoding="utf-8", errors="replace"), str(file))
    with take_lock(folder):
        path = folder / database
        target = DurableDB(DatabaseFile(path))
        try:
            bring_up_to_date(target, path)
            if target.storage.texts(CHATS) or target.storage.texts(ROWS) or _is_led(target):
                raise UnfitFileError([_not_empty(path)])
            _fill(target, found)
        finally:
            target.close()
    counts = f"{len(found.chats)} chats, {len(found.outbox)} messages"
    return f"{counts}, {len(found.followed)} sources and {len(found.topics)} stories; the articles are read anew."


def parse(text: str, where: str) -> Exchange:
    """What an exported file says.

    Raises:
        UnfitFileError: it does not fit; every problem is told with its place.
    """
    try:
        plain = json.loads(text)
    except json.JSONDecodeError as error:
        place = f"{where}: line {error.lineno}, column {error.colno}"
        raise UnfitFileError([_problem(place, "JSON as `sitrep export` writes it", error.msg)]) from error
    try:
        (found,) = _ADAPTER.validate_python((plain,))
    except ValidationError as error:
        raise UnfitFileError(
            [
                _problem(
                    f"{where}: {'.'.join(str(part) for part in fault['loc'][1:]) or 'the whole file'}",
                    fault["msg"].removeprefix("Input should be "),
                    _shown(fault["input"]),
                )
                for fault in error.errors(include_url=False)
            ]
        ) from error
    if problems := [
        *_chat_problems(found.chats, where),
        *_message_problems(found.outbox, where),
        *_source_problems(found.followed, where),
        *_topic_problems(found.topics, where),
    ]:
        raise UnfitFileError(problems)
    return found


def _exchange(database: DurableDB) -> Exchange:
    contents = {key: read_content(text) for key, text in database.storage.texts(CONTENTS).items()}
    stories = StoryTables(database, NewsTable(database))
    folders = sorted({filed.source for filed in stories.library().filed if filed.source is not None})
    return Exchange(
        schema=SCHEMA,
        chats=tuple(read_chat(text) for text in database.storage.texts(CHATS).values()),
        outbox=tuple(_message(read_row(text), contents) for text in database.storage.texts(ROWS).values()),
        followed=tuple(_followed(read_source(text)) for _, text in sorted(database.storage.texts(SOURCES).items())),
        topics=tuple(read_topic(text) for _, text in sorted(database.storage.texts(TOPICS).items())),
        dismissed=tuple(read_words(text) for _, text in sorted(database.storage.texts(DISMISSED).items())),
        story=" ".join(folders) or None,
        sources=tuple(
            Told(
                number=source.number,
                article=source.article.id,
                title=source.article.title,
                publisher=source.article.publisher,
                published=source.article.published.moment,
            )
            for source in stories.digest(MAIN).sources
        ),
    )


def _followed(state: SourceState) -> Followed:
    declared = state.declared
    return Followed(
        number=state.number,
        kind=declared.kind,
        place=declared.place,
        name=declared.name,
        private=declared.private,
        by_operator=state.by_operator,
        paused=state.paused,
    )


def _state(followed: Followed) -> SourceState:
    declared = Declared(kind=followed.kind, place=followed.place, name=followed.name, private=followed.private)
    return SourceState(
        declared=declared, number=followed.number, by_operator=followed.by_operator, paused=followed.paused
    )


def _is_led(database: DurableDB) -> bool:
    """Whether operators added sources to a store, or declared stories in it."""
    sources = map(read_source, database.storage.texts(SOURCES).values())
    return bool(database.storage.texts(TOPICS)) or any(state.by_operator for state in sources)


def _message(row: Row, contents: dict[int, Content]) -> Message:
    says = {} if row.content is None else json.loads(content_text(contents[row.content]))
    (message,) = _MESSAGE.validate_python(({**json.loads(row_text(replace(row, content=None))), **says},))
    return message


def _fill(database: DurableDB, found: Exchange) -> None:
    numbers: dict[Content, int] = {}
    rows: dict[int, Data | None] = {}
    for place, message in enumerate(found.outbox, 1):
        (plain,) = _MESSAGE.dump_python((message,), mode="json", exclude_defaults=True)
        if message.html is not None:
            content = Content(html=message.html, keys=message.keys)
            plain["content"] = numbers.setdefault(content, len(numbers) + 1)
        rows[place] = {name: value for name, value in plain.items() if name not in ("html", "keys")}
    with database.storage.step() as step:
        database.storage.change_texts(CHATS, {chat.id: chat_text(chat) for chat in found.chats})
        database.storage.change_texts(CONTENTS, {number: content_text(found) for found, number in numbers.items()})
        database.storage.change(ROWS, rows)
        for name in (SOURCES, NUMBERS, DISMISSED):
            database.storage.change_texts(name, dict.fromkeys(database.storage.texts(name)))
        database.storage.change_texts(SOURCES, {one.number: source_text(_state(one)) for one in found.followed})
        database.storage.change_texts(TOPICS, dict(enumerate(map(topic_text, found.topics), 1)))
        database.storage.change_texts(DISMISSED, dict(enumerate(map(words_text, found.dismissed), 1)))
        if found.followed:
            database.storage.change(NUMBERS, {1: {"last": max(one.number for one in found.followed)}})
    database.storage.file.write(step.after)


def _chat_problems(chats: Sequence[Chat], where: str) -> Iterator[Problem]:
    seen: set[ChatId] = set()
    for number, chat in enumerate(chats):
        place = f"{where}: chats.{number}"
        if chat.id in seen:
            yield _problem(f"{place}.id", "a chat that is there once", str(chat.id))
        seen.add(chat.id)
        if chat.zone is not None and not _is_zone(chat.zone):
            yield _problem(f"{place}.zone", "the name of a time zone, like Europe/Kyiv", _shown(chat.zone))
        yield from _moment_problems(place, next_due=chat.next_due)
        for found, schedule in enumerate(chat.schedules):
            yield from _moment_problems(f"{place}.schedules.{found}", since=schedule.since)
        if chat.schedules and chat.zone is None:
            yield _problem(f"{place}.zone", "a time zone beside schedules", "schedules alone")


def _message_problems(messages: Sequence[Message], where: str) -> Iterator[Problem]:
    seen: set[tuple[ChatId, str]] = set()
    for number, message in enumerate(messages):
        place = f"{where}: outbox.{number}"
        if (message.chat, message.key) in seen:
            yield _problem(f"{place}.key", "a key that its chat has once", _shown(message.key))
        seen.add((message.chat, message.key))
        yield from _moment_problems(
            place, not_before=message.not_before, queued=message.queued, settled=message.settled
        )
        if message.html is None and message.state is not State.SENT:
            yield _problem(f"{place}.html", "the text of a message that is not sent yet", "none")
        if message.settled is None and message.state in (State.SENT, State.DEAD):
            yield _problem(f"{place}.settled", "when it was sent or given up", "none")


def _source_problems(sources: Sequence[Followed], where: str) -> Iterator[Problem]:
    seen: set[int] = set()
    for number, source in enumerate(sources):
        place = f"{where}: followed.{number}"
        if source.number < 1 or source.number in seen:
            yield _problem(f"{place}.number", "a number from 1 that no other source has", str(source.number))
        seen.add(source.number)
        if not source.place:
            yield _problem(f"{place}.place", "an address, or the path of a folder", "none")


def _topic_problems(topics: Sequence[StoryTopic], where: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, topic in enumerate(topics):
        if topic.name in seen:
            yield _problem(f"{where}: topics.{number}.name", "a name that no other story has", _shown(topic.name))
        seen.add(topic.name)


def _moment_problems(place: str, **moments: datetime | None) -> Iterator[Problem]:
    for name, moment in moments.items():
        if moment is not None and moment.tzinfo is None:
            yield _problem(f"{place}.{name}", "a moment with its offset, like 2024-11-12T09:00:00Z", str(moment))


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _not_empty(path: Path) -> Problem:
    return Problem(
        where=str(path),
        expected="a store without chats, and without sources and stories of operators",
        got="one that is in use",
        fix="Move it away first, or import into another folder with SITREP_DATA.",
    )


def _problem(where: str, expected: str, got: str) -> Problem:
    return Problem(where=where, expected=expected, got=got, fix="Mend this place.")


def _shown(value: object) -> str:
    words = repr(value)
    return words if len(words) <= MOST_SHOWN else words[: MOST_SHOWN - 1] + "…"
