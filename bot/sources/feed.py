"""RSS, Atom and JSON Feed: what a feed says of its articles, and how far that can be believed."""

from __future__ import annotations

import json
import re
from calendar import timegm
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import struct_time
from typing import Any

from bot.errors import Problem
from bot.sources.charset import decoded
from bot.sources.links import tidy
from bot.sources.markup import paragraphs
from bot.sources.moments import doubt, moment
from bot.sources.text import line, neutral

LARGEST = 8_000_000  #: bytes
MOST_ENTRIES = 500  #: of one feed, from its top; the rest is old
FULL_TEXT = 150  #: words from which an entry's content is taken for the article and not for its beginning
SAME = 3  #: entries from which one date for all is the feed's, not the articles'
_ENTITY = re.compile(r"<!\s*(?:ENTITY|ELEMENT|ATTLIST|NOTATION)\b|<!DOCTYPE[^>]*\[", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml\b[^>]*\?>")
_GOES_ON = re.compile(
    r"(?:\[?(?:…|\.\.\.)\]?|(?:read|continue|see|view|full|more)\s+(?:more|reading|full|article|story|the)\b[^.]{0,80})"
    r"\s*[»→>]*\s*$",
    re.IGNORECASE,
)  #: the end of a beginning


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One article of a feed; texts are plain.

    ``published`` is what the feed states, and ``doubt`` says why it is not to be believed. ``text`` is the article when
    the feed carries all of it, a paragraph a line; else the page at ``link`` is to be read. ``stamp`` changes when the
    feed says something else about the entry: then the page may have changed.
    """

    link: str
    stamp: str
    title: str | None = None
    byline: str | None = None
    published: datetime | None = None
    doubt: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed with its entries as they stand in it, each link once; ``remarks`` are for a person."""

    title: str | None
    entries: tuple[Entry, ...]
    remarks: tuple[str, ...] = ()


def read_feed(body: bytes, charset: str | None, url: str, now: datetime) -> Feed | Problem:
    """The feed in ``body``; to be run apart from the event loop, for a hostile feed may take long.

    XML that declares entities is refused, whatever they are.
    """
    if len(body) > LARGEST:
        return _problem(url, f"a feed of at most {LARGEST:,} bytes", f"{len(body):,}")
    text = neutral(decoded(body, charset).text).strip()
    if text.startswith("{"):
        found = _json_feed(text, url)
    elif _ENTITY.search(text):
        return _problem(url, "a feed without declarations of its own", "XML that declares entities")
    else:
        found = _xml_feed(text, url)
    if isinstance(found, Problem):
        return found
    entries = _doubted(_distinct(found.entries), now)
    doubts = sum(entry.doubt is not None for entry in entries)
    reasons = ", ".join(dict.fromkeys(entry.doubt for entry in entries if entry.doubt))
    remark = f"the dates of {doubts} of {len(entries)} entries are not believed: {reasons}"
    return replace(found, entries=entries, remarks=(remark,) if doubts else ())


def _xml_feed(text: str, url: str) -> Feed | Problem:
    import feedparser  # type: ignore[import-untyped]

    prepared = '<?xml version="1.0" encoding="utf-8"?>' + _DECLARATION.sub("", text)
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    try:
        parsed = feedparser.parse(prepared.encode("utf-8"), response_headers=headers)
        rows = [_xml_entry(raw, url) for raw in parsed.entries[:MOST_ENTRIES]]
        title = line(str(parsed.feed.get("title") or "")) or None
        version = parsed.version
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError, AssertionError) as error:
        return _problem(url, "an RSS or Atom feed", f"one that cannot be read ({type(error).__name__})")
    if not version and not rows:
        return _problem(url, "an RSS, Atom or JSON feed", "something else")
    return Feed(title=title, entries=tuple(row for row in rows if row is not None))


def _xml_entry(raw: dict[str, Any], url: str) -> Entry | None:
    link = tidy_link(raw.get("link") or raw.get("id"), url)
    if link is None:
        return None
    contents = [str(part.get("value") or "") for part in raw.get("content") or ()] or [str(raw.get("summary") or "")]
    published = _struct(_given(raw, "published_parsed")) or _struct(_given(raw, "updated_parsed"))
    title = line(str(raw.get("title") or ""))
    return Entry(
        link=link,
        stamp=_stamp(_given(raw, "updated"), _given(raw, "published"), title),
        title=title or None,
        byline=line(str(raw.get("author") or "")) or None,
        published=published,
        text=_full_text(max(contents, key=len)),
    )


def _given(raw: dict[str, Any], key: str) -> object:
    """A value as it is in the feed; the library's own ``get`` takes one date for another when that is missing."""
    return dict.get(raw, key)


def _json_feed(text: str, url: str) -> Feed | Problem:
    """JSON Feed 1 and 1.1."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        return _problem(url, "a JSON feed", f"JSON that cannot be read ({type(error).__name__})")
    items = data.get("items") if isinstance(data, dict) else None
    if not isinstance(items, list) or "jsonfeed.org" not in str(data.get("version", "")):
        return _problem(url, "a JSON feed, with its version and items", "other JSON")
    rows = [_json_entry(item, url) for item in items[:MOST_ENTRIES] if isinstance(item, dict)]
    return Feed(title=_words(data, "title"), entries=tuple(row for row in rows if row is not None))


def _json_entry(item: dict[str, Any], url: str) -> Entry | None:
    link = tidy_link(item.get("url") or item.get("external_url") or item.get("id"), url)
    if link is None:
        return None
    authors = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    names = [name for author in authors or () if isinstance(author, dict) and (name := _words(author, "name"))]
    html, plain = item.get("content_html"), item.get("content_text")
    stated = next((words for key in ("date_published", "date_modified") if (words := _words(item, key))), "")
    return Entry(
        link=link,
        stamp=_stamp(item.get("date_modified"), item.get("date_published"), _words(item, "title")),
        title=_words(item, "title"),
        byline="; ".join(names) or None,
        published=moment(stated),
        text=_full_text(html)
        if isinstance(html, str)
        else _whole(neutral(plain).strip())
        if isinstance(plain, str)
        else None,
    )


def tidy_link(link: object, base: str) -> str | None:
    """A link of a feed as an absolute address; None when it is none."""
    return tidy(link, base) if isinstance(link, str) and link.strip() else None


def _distinct(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    first: dict[str, Entry] = {}
    for entry in entries:
        first.setdefault(entry.link, entry)
    return tuple(first.values())


def _doubted(entries: Sequence[Entry], now: datetime) -> tuple[Entry, ...]:
    """The entries with what speaks against their dates."""
    moments = [entry.published for entry in entries if entry.published is not None]
    one_for_all = len(moments) >= SAME and len(set(moments)) == 1
    same = "it is the same for every entry"
    return tuple(
        entry
        if entry.published is None
        else replace(entry, doubt=doubt(entry.published, now) or (same if one_for_all else None))
        for entry in entries
    )


def _full_text(html: str) -> str | None:
    return _whole(paragraphs(html))


def _whole(text: str) -> str | None:
    """``text`` when it is a whole article, not the beginning of one."""
    return text if len(text.split()) >= FULL_TEXT and not _GOES_ON.search(text[-200:]) else None


def _struct(parsed: object) -> datetime | None:
    """feedparser's moment, which is UTC."""
    if not isinstance(parsed, struct_time):
        return None
    try:
        return datetime.fromtimestamp(timegm(parsed), tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _stamp(*parts: object) -> str:
    return "|".join(line(part) if isinstance(part, str) else "" for part in parts)


def _words(data: Mapping[str, Any], key: str) -> str | None:
    value = data.get(key)
    return (line(value) or None) if isinstance(value, str) else None


def _problem(url: str, expected: str, got: str) -> Problem:
    return Problem(where=line(url), expected=expected, got=got, fix="Is this the address of a feed?")
