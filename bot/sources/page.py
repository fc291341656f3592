"""An article's page: title, author, date, publisher and the text without the furniture around it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.digest.model import Basis, Published
from bot.errors import Problem
from bot.sources.charset import decoded
from bot.sources.links import site, tidy
from bot.sources.manifest import dated
from bot.sources.markup import Head, read_head
from bot.sources.moments import doubt, moment
from bot.sources.text import line, neutral

SHORTEST = 100  #: characters; less is a notice about cookies, not an article
LONGEST = 300_000  #: characters; more is a book
LARGEST = 8_000_000  #: bytes of HTML


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An article as its page gives it.

    ``text`` is verbatim but for unseen characters; a paragraph a line. ``published`` is stated in the page or inferred
    from it, and ``reason`` says from what; None when only the moment of reading would be left. ``url`` is the address
    that the page gives for itself, when it is on the same site. ``remarks`` are for a person.
    """

    url: str | None
    text: str
    title: str | None = None
    byline: str | None = None
    publisher: str | None = None
    published: Published | None = None
    reason: str | None = None
    remarks: tuple[str, ...] = ()


def read_page(body: bytes, charset: str | None, url: str | None, where: str, received: datetime) -> Page | Problem:
    """The article of an HTML page; to be run apart from the event loop, for a hostile page may take long.

    ``charset`` is the one that the server claims, ``url`` where the page was, both None for a file; ``where`` names it
    in a problem. No stated date after ``received`` is believed.
    """
    if len(body) > LARGEST:
        return _problem(where, f"at most {LARGEST:,} bytes of HTML", f"{len(body):,}")
    read = decoded(body, charset)
    html = neutral(read.text)
    extracted = _extracted(html, url)
    text = neutral(str(extracted.get("text") or "")).strip()
    if len(text) < SHORTEST:
        return _problem(where, f"an article of at least {SHORTEST} characters", f"{len(text)} in the page")
    if len(text) > LONGEST:
        return _problem(where, f"an article of at most {LONGEST:,} characters", f"{len(text):,}")
    head = read_head(html)
    own = _own_address(head, url)
    published, reason, remarks = _published(head, extracted, own, text, received)
    if read.declared is not None:
        remarks = [*remarks, f"expected {line(read.declared)}, got other bytes: read as {read.encoding}"]
    return Page(
        url=own,
        text="\n\n".join(text.splitlines()),
        title=line(str(extracted.get("title") or "")) or None,
        byline=line(str(extracted.get("author") or "")) or None,
        publisher=line(str(extracted.get("sitename") or "")) or (site(own) if own else None),
        published=published,
        reason=reason,
        remarks=tuple(remarks),
    )


def _extracted(html: str, url: str | None) -> dict[str, Any]:
    """What the library makes of the page; nothing when it makes nothing of it."""
    from trafilatura import bare_extraction  # a third of a second, and only where pages are read

    try:
        found = bare_extraction(html, url=url, with_metadata=True, include_comments=False, include_tables=False)
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError, AssertionError):
        return {}  # a page too broken for it; the caller finds no text and says so
    if found is None or isinstance(found, dict):
        return found or {}
    return {name: getattr(found, name) for name in ("text", "title", "author", "sitename", "date")}


def _own_address(head: Head, url: str | None) -> str | None:
    """The address to know the page by: its own word counts only for its own site, or for a file."""
    given = tidy(head.canonical, url) if head.canonical else None
    if url is None:
        return given
    return given if given and site(given) == site(url) else tidy(url) or url


def _published(
    head: Head, extracted: dict[str, Any], url: str | None, text: str, received: datetime
) -> tuple[Published | None, str | None, list[str]]:
    """When, from what, and which stated dates were not believed."""
    remarks: list[str] = []
    for words in head.published:
        stated = moment(words)
        wrong = doubt(stated, received) if stated is not None else None
        if stated is not None and wrong is None:
            return Published(moment=stated, basis=Basis.STATED), "the page's own data", remarks
        if wrong is not None and not remarks:
            remarks.append(f"the date stated in the page, {line(words)}, is not believed: {wrong}")
    printed, reason = dated(url or "", text, received)
    if printed.basis is Basis.STATED and doubt(printed.moment, received) is None:
        return printed, "the date printed in it", remarks
    found = moment(str(extracted.get("date") or ""))
    if found is not None and doubt(found, received) is None:
        return Published(moment=found, basis=Basis.INFERRED), "a date in the page", remarks
    if printed.day != received.date() and doubt(printed.moment, received) is None:
        return printed, "the page's address" if "name" in reason else reason, remarks
    return None, None, remarks


def _problem(url: str, expected: str, got: str) -> Problem:
    return Problem(where=line(url), expected=expected, got=got, fix="Is this the page of one article?")
