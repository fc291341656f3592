"""The news desk of the chat page: articles that people bring are read before their eyes and published to the bot."""

from __future__ import annotations

import base64
import binascii
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.digest.model import Article, ArticleId, PassageKind, Report, Source
from bot.errors import Problem
from bot.render import calendar
from bot.render.marking import Marked, marked
from bot.render.sources import BASES
from bot.sandbox.deeds import Body, Deed
from bot.sandbox.writing import NotAllowedError

EXAMPLE = Path(__file__).parent / "example.md"
LARGEST = 32_000_000  #: bytes of one file, before the desk's own limits for its kind
KEPT = 20  #: opened articles that wait to be published; of more, the oldest are to be opened again
SHOWN = 200  #: articles already read that are listed, the newest


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file as it was dropped."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """Words that somebody pasted."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address of an article."""

    url: str


Dropped = File | Pasted | Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An article that was brought, and what a person should know of how it was opened."""

    article: Article
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What publishing brought: the article's number in the story, None when it was there already, and the alerts.

    ``listeners`` counts the chats that have alerts switched on.
    """

    number: int | None
    alerts: int
    listeners: int


class NewsDesk(Protocol):
    """What the page asks of the bot it plays Telegram for."""

    async def open(self, dropped: Dropped) -> Opened | Problem:
        """The article in what was brought, or why there is none."""
        ...

    async def read(self, article: Article) -> Report | Problem:
        """What the bot reads in it; in a process of its own."""
        ...

    async def publish(self, article: Article) -> Release | Problem:
        """Gives the article to the bot as if a source had brought it."""
        ...

    async def articles(self) -> Sequence[Source]:
        """What the bot has read, in order of arrival."""
        ...

    async def report(self, article: ArticleId) -> Report | None:
        """What was read in one of these; None when it is gone."""
        ...

    async def listeners(self) -> int:
        """How many chats have alerts switched on."""
        ...

    async def reset(self) -> None:
        """Makes the bot forget every chat and every article that was published here."""
        ...


class DeskDeeds:
    """What the page does at the news desk; each takes the request's JSON object and returns the answer's."""

    def __init__(self, desk: NewsDesk) -> None:
        self._desk = desk
        self._opened: OrderedDict[str, Article] = OrderedDict()

    def by_name(self) -> dict[str, Deed]:
        """Every deed by the last part of its address."""
        return {
            "desk_open": self.open,
            "desk_publish": self.publish,
            "desk_articles": self.articles,
            "desk_article": self.article,
        }

    async def open(self, body: Body) -> dict[str, object]:
        """``name`` and ``content`` in Base64 of a file, ``text``, ``link``, or ``example``: the article, marked.

        Where there is none the answer has a ``problem``.
        """
        opened = await self._desk.open(_dropped(body))
        if isinstance(opened, Problem):
            return {"problem": str(opened)}
        report = await self._desk.read(opened.article)
        if isinstance(report, Problem):
            return {"problem": str(report)}
        key = str(opened.article.id)
        self._opened[key] = opened.article
        self._opened.move_to_end(key)
        while len(self._opened) > KEPT:
            self._opened.popitem(last=False)
        return shown(report) | {"key": key, "remarks": list(opened.remarks)}

    async def publish(self, body: Body) -> dict[str, object]:
        """``key`` of an article that was opened: what publishing it brought."""
        article = self._opened.get(str(body["key"]))
        if article is None:
            raise NotAllowedError("the article was opened too long ago; open it again")
        release = await self._desk.publish(article)
        if isinstance(release, Problem):
            return {"problem": str(release)}
        return {"number": release.number, "alerts": release.alerts, "listeners": release.listeners}

    async def articles(self, _body: Body) -> dict[str, object]:
        """The articles that the bot has read, the newest first, how many there are, and how many chats hear alerts."""
        shelf = await self._desk.articles()
        newest = [
            {
                "id": one.article.id,
                "number": one.number,
                "label": one.label,
                "title": one.article.title,
                "date": calendar.published(one),
            }
            for one in reversed(shelf[-SHOWN:])
        ]
        return {"total": len(shelf), "articles": newest, "listeners": await self._desk.listeners()}

    async def article(self, body: Body) -> dict[str, object]:
        """``id`` of one of them: the article, marked."""
        report = await self._desk.report(ArticleId(str(body["id"])))
        if report is None:
            raise NotAllowedError("the bot does not have this article any more")
        return shown(report)

    async def reset(self) -> None:
        """Forgets what was opened and published."""
        self._opened.clear()
        await self._desk.reset()


def shown(report: Report) -> dict[str, object]:
    """A read article as the page needs it."""
    article = report.article
    return {
        "label": report.label,
        "title": article.title,
        "publisher": article.publisher,
        "byline": article.byline,
        "url": article.url,
        "date": calendar.published(_alone(report)),
        "date_known": BASES[article.published.basis],
        **_marks(marked(report)),
    }


def _alone(report: Report) -> Source:
    return Source(number=1, label=report.label, article=report.article, origin=1)


def _marks(read: Marked) -> dict[str, object]:
    return {
        "segments": [
            {
                "text": segment.text,
                "unread": segment.passage if segment.passage is not PassageKind.PROSE else None,
                "meanings": list(segment.meanings),
            }
            for segment in read.segments
        ],
        "meanings": [
            {"kind": meaning.kind, "words": meaning.words, "facts": [[ask, words] for ask, words in meaning.facts]}
            for meaning in read.meanings
        ],
    }


def _dropped(body: Body) -> Dropped:
    """What was brought.

    Raises:
        ValueError: it is too large, or nothing was brought.
    """
    if body.get("example"):
        return File(name=EXAMPLE.name, content=EXAMPLE.read_bytes())
    if "link" in body:
        return Link(url=str(body["link"]).strip())
    if "text" in body:
        return Pasted(text=str(body["text"]))
    try:
        content = base64.b64decode(str(body["content"]), validate=True)
    except binascii.Error as error:
        raise ValueError("expected a file in Base64") from error
    if len(content) > LARGEST:
        raise ValueError(f"expected a file of at most {LARGEST:,} bytes, got {len(content):,}")
    return File(name=Path(str(body["name"])).name, content=content)
