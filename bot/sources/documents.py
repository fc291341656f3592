"""One file (text, Markdown, HTML or PDF) as an article, whoever brought it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import PurePath

from bot.digest.model import Article, ArticleId, Basis, Published
from bot.errors import Problem
from bot.ports import Notice, Unread
from bot.sources import pdf
from bot.sources.confined import Confined, ConfinedError
from bot.sources.front_matter import read_front_matter
from bot.sources.language import ENGLISH, aside, foreign, name_of
from bot.sources.manifest import Entry, dated
from bot.sources.page import LARGEST as LARGEST_PAGE
from bot.sources.page import Page, read_page
from bot.sources.text import neutral

LARGEST = {
    ".txt": 2_000_000,
    ".md": 2_000_000,
    ".html": LARGEST_PAGE,
    ".htm": LARGEST_PAGE,
    ".pdf": pdf.LARGEST,
}  #: bytes of a file by its ending; far beyond any article


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What became of a file: its article or why there is none, after what a person should know.

    ``dated`` is set when nobody but the file itself gave the date: the date, and what it is from.
    """

    items: tuple[Article | Unread | Notice, ...]
    dated: tuple[Published, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Content:
    """What a file holds: its text, what it says of itself, and what a person should know.

    ``reason`` tells what an inferred ``entry.published`` is from.
    """

    text: str
    entry: Entry
    reason: str | None = None
    notices: tuple[Notice, ...] = ()


async def open_document(
    name: str,
    body: bytes,
    modified: datetime,
    confined: Confined,
    *,
    where: str | None = None,
    entry: Entry | None = None,
) -> Opened:
    """The article in a file of this name, whose ending says what it is.

    ``modified`` is when it was written, or came in; ``where`` names it to a person; ``entry`` is what is known of it
    already, and wins over what the file says.
    """
    where = where or name
    content = await _content(PurePath(name).suffix.lower(), where, body, modified, confined)
    if isinstance(content, Unread):
        return Opened(items=(content,))
    known = _over(entry or Entry(), content.entry)
    language = await asyncio.to_thread(_other_language, content.text, known.language)
    if language is not None:
        return Opened(items=(*content.notices, aside(where, language)))
    published, reason = known.published, content.reason
    if published is None:
        published, reason = dated(name, content.text, modified)
    own = known.published is None or (published is content.entry.published and reason is not None)
    article = Article(
        id=ArticleId(name),
        text=content.text,
        published=published,
        title=known.title,
        publisher=known.publisher,
        byline=known.byline,
        language=known.language or ENGLISH,
        url=known.url,
    )
    return Opened(items=(*content.notices, article), dated=(published, reason or "") if own else None)


def too_large(name: str, size: int, where: str) -> Unread | None:
    """What to say of a file that need not be opened; None for one of a fitting size."""
    largest = LARGEST[PurePath(name).suffix.lower()]
    return _unread(where, f"at most {largest:,} bytes", f"{size:,}", "Is this an article?") if size > largest else None


def noticed(problem: Problem) -> Notice:
    """A problem that did not keep an article from being read."""
    return Notice(where=problem.where, text=f"expected {problem.expected}, got {problem.got}. {problem.fix}")


async def _content(ending: str, where: str, body: bytes, modified: datetime, confined: Confined) -> _Content | Unread:
    match ending:
        case ".html" | ".htm":
            return await _page(where, body, modified, confined)
        case ".pdf":
            return await _document(where, body, confined)
        case ".txt" | ".md":
            return await asyncio.to_thread(_text, where, body, ending)
        case _:
            return _unread(
                where, f"a file that ends in {', '.join(LARGEST)}", ending or "no ending", "Save it as text."
            )


def _text(where: str, body: bytes, ending: str) -> _Content | Unread:
    text, notices = _decoded(where, body)
    if text is None:
        return _unread(where, "text in UTF-8 or Windows-1252", "something else", "Save it as UTF-8.")
    text = neutral(text)
    entry = Entry()
    if ending == ".md":
        matter = read_front_matter(text, where)
        text, entry = text[matter.begin :], matter.entry
        notices = [*notices, *map(noticed, matter.problems)]
    if not text.strip():
        return _unread(where, "an article", "an empty file", "Fill it or take it away.")
    return _Content(text=text, entry=entry, notices=tuple(notices))


async def _page(where: str, body: bytes, modified: datetime, confined: Confined) -> _Content | Unread:
    try:
        page = await confined.run(read_page, body, None, None, where, modified)
    except ConfinedError as error:
        return _unread(where, "an HTML page that can be read", f"one that {error}", "Save its text as .txt.")
    if not isinstance(page, Page):
        return Unread(problem=page)
    inferred = page.published is not None and page.published.basis is Basis.INFERRED
    return _Content(
        text=page.text,
        entry=Entry(
            published=page.published, title=page.title, publisher=page.publisher, byline=page.byline, url=page.url
        ),
        reason=page.reason if inferred else None,
        notices=tuple(Notice(where=where, text=remark) for remark in page.remarks),
    )


async def _document(where: str, body: bytes, confined: Confined) -> _Content | Unread:
    try:
        document = await confined.run(pdf.read_pdf, body, where)
    except ConfinedError as error:
        return _unread(where, "a PDF file that can be read", f"one that {error}", "Save its text as .txt.")
    if not isinstance(document, pdf.Document):
        return Unread(problem=document)
    return _Content(text=document.text, entry=Entry(title=document.title, byline=document.author))


def _over(entry: Entry, other: Entry) -> Entry:
    """``entry``, and where it is silent, ``other``."""
    silent = {one.name: getattr(other, one.name) for one in fields(Entry) if getattr(entry, one.name) is None}
    return replace(entry, **silent)


def _other_language(text: str, stated: str | None) -> str | None:
    """The language of a text that is not English, by what is stated of it, else by its words."""
    if stated is None:
        return foreign(text)
    return None if stated.lower().startswith(ENGLISH) else name_of(stated)


def _decoded(where: str, received: bytes) -> tuple[str | None, list[Notice]]:
    """The text as received, line ends untouched; None when it is no text at all."""
    if b"\0" in received:
        return None, []
    try:
        return received.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        pass
    try:
        text = received.decode("cp1252")
    except UnicodeDecodeError:
        return None, []
    return text, [Notice(where=where, text="expected UTF-8, got other bytes: read as Windows-1252")]


def _unread(where: str, expected: str, got: str, fix: str) -> Unread:
    return Unread(problem=Problem(where=where, expected=expected, got=got, fix=fix))
