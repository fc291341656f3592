"""One look at a feed or a page: from its state to new articles and its next state."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.digest.model import Article, Basis, Published
from bot.errors import Problem
from bot.ports import Clock, Declared, Findings, Found, Notice, Seen, SourceKind, SourceState, Unread, Validators
from bot.sources.confined import Confined, ConfinedError
from bot.sources.feed import Entry, Feed, read_feed
from bot.sources.fetching import ANY, FEEDS, WebClient
from bot.sources.language import aside, foreign
from bot.sources.links import article_id, site
from bot.sources.outcomes import Fetched, NotModified, Outcome, RetryAt
from bot.sources.page import Page, read_page
from bot.sources.pdf import Document, read_pdf
from bot.sources.state import after, failed

MOST_PAGES = 20  #: entries that one look at a feed reads; the others wait for the next look, which is then due at once
PDF = "application/pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What looking needs of the outside."""

    client: WebClient
    confined: Confined
    clock: Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """A page that could not be had now, and may be later."""

    problem: Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What became of one link: an article, or why there is none, with what a person should know."""

    article: Article | None = None
    remarks: tuple[Unread | Notice, ...] = ()


async def look(state: SourceState, tools: Tools) -> Findings:
    """Looks at a feed or a page once; whatever goes wrong is in the state's ``reason`` or in the remarks."""
    feed = state.declared.kind is SourceKind.FEED
    outcome = await tools.client.get(state.place, validators=state.validators, accept=FEEDS if feed else ANY)
    now = tools.clock.now()
    new = after(state, outcome, now)
    if not isinstance(outcome, Fetched):
        return Findings(state=new, remarks=_complaint(state, outcome))
    if feed:
        return await _look_at_feed(new, outcome, tools)
    read = await _read_fetched(outcome, None, tools)
    if read.article is None:
        problem = next((remark.problem for remark in read.remarks if isinstance(remark, Unread)), None)
        return Findings(state=new if problem is None else failed(state, problem, now), remarks=read.remarks)
    return _version(new, read.article, read.remarks)


async def read_link(url: str, tools: Tools, entry: Entry | None = None) -> Read | Later:
    """The article at ``url``, as for ``/add``; ``entry`` is what a feed says of it."""
    outcome = await tools.client.get(url)
    if isinstance(outcome, Fetched):
        return await _read_fetched(outcome, entry, tools)
    if isinstance(outcome, NotModified):
        return Read()  # nobody asked for changes only
    return Later(problem=outcome.problem) if isinstance(outcome, RetryAt) else Read(remarks=_unread(outcome.problem))


async def probe(declared: Declared, tools: Tools) -> Found | Problem:
    """What stands at the place of ``declared``, whatever kind it says: a feed, else a page with an English article."""
    outcome = await tools.client.get(declared.place, accept=FEEDS)
    if not isinstance(outcome, Fetched):
        return _nothing(declared.place) if isinstance(outcome, NotModified) else outcome.problem
    place = outcome.moved or declared.place
    now = tools.clock.now()
    with contextlib.suppress(ConfinedError):  # what breaks the feed's parser may be a page
        feed = await tools.confined.run(read_feed, outcome.body, outcome.charset, outcome.url, now)
        if isinstance(feed, Feed):
            found = replace(declared, kind=SourceKind.FEED, place=place)
            return Found(declared=found, title=feed.title, entries=len(feed.entries))
    read = await _read_fetched(outcome, None, tools)
    if read.article is not None:
        return Found(declared=replace(declared, kind=SourceKind.PAGE, place=place), title=read.article.title)
    problems = [remark.problem for remark in read.remarks if isinstance(remark, Unread)]
    got = (
        problems[0].got if problems else "; ".join(remark.text for remark in read.remarks if isinstance(remark, Notice))
    )
    return replace(_nothing(declared.place), got=got or "neither")


def publication(stated: Published | None, entry: Entry | None, received: datetime) -> tuple[Published, str | None]:
    """When an article appeared: by its page, else by its feed, else as inferred from the page, else when it was read.

    Beside it a remark for a person when only the last is left.
    """
    if stated is not None and stated.basis is Basis.STATED:
        return stated, None
    if entry is not None and entry.published is not None and entry.doubt is None:
        return Published(moment=entry.published, basis=Basis.FEED), None
    if stated is not None:
        return stated, None
    return Published(moment=received, basis=Basis.INFERRED), "no date stated: taken from the moment it was read"


def _version(state: SourceState, article: Article, remarks: tuple[Unread | Notice, ...]) -> Findings:
    """A page as it is now. One that says what it said is passed over; a date that could only be inferred stays what it
    was inferred to be at first, for else each look would make another version.
    """
    digest = hashlib.sha256(f"{article.title}\n{article.text}".encode("utf-8", "replace")).hexdigest()
    first = state.seen[0] if state.seen else None
    if first is not None and article.published.basis is Basis.INFERRED:
        stated, _, moment = first.stamp.partition(" ")
        if stated == digest:
            return Findings(state=state)
        article = replace(article, published=replace(article.published, moment=datetime.fromisoformat(moment)))
    stamp = f"{digest} {article.published.moment.isoformat()}"
    if first is not None and first.stamp == stamp:
        return Findings(state=state)
    return Findings(
        state=replace(state, seen=(Seen(link=article.id, stamp=stamp),)), articles=(article,), remarks=remarks
    )


async def _look_at_feed(state: SourceState, fetched: Fetched, tools: Tools) -> Findings:
    now = tools.clock.now()
    try:
        feed = await tools.confined.run(read_feed, fetched.body, fetched.charset, fetched.url, now)
    except ConfinedError as error:
        feed = Problem(where=fetched.url, expected="a feed that can be read", got=f"one that {error}", fix="Remove it.")
    if isinstance(feed, Problem):
        return Findings(state=failed(state, feed, now), remarks=_unread(feed))
    handled = {seen.link: seen.stamp for seen in state.seen}
    fresh = [entry for entry in feed.entries if handled.get(entry.link) != entry.stamp]
    doubtful = any(entry.doubt is not None for entry in fresh)  # else it was told before
    remarks: list[Unread | Notice] = [Notice(where=fetched.url, text=text) for text in feed.remarks if doubtful]
    articles: list[Article] = []
    tried = 0
    for entry in reversed(fresh):  # feeds list the newest first; the oldest unread comes first
        if tried == MOST_PAGES:
            break
        read = await _read_entry(entry, feed, state.declared, tools, now)
        if isinstance(read, Later):
            continue
        tried += 1
        remarks += read.remarks
        articles += _only(read.article)
        handled[entry.link] = entry.stamp
    listed = tuple(Seen(link=one.link, stamp=handled[one.link]) for one in feed.entries if one.link in handled)
    waiting = any(handled.get(entry.link) != entry.stamp for entry in fresh)
    state = replace(state, seen=listed, next_try=now if tried == MOST_PAGES and waiting else state.next_try)
    if waiting:  # an unchanged feed is not sent again, and the pages that wait are known from it alone
        state = replace(state, validators=Validators())
    return Findings(state=state, articles=tuple(articles), remarks=tuple(remarks))


async def _read_entry(entry: Entry, feed: Feed, declared: Declared, tools: Tools, now: datetime) -> Read | Later:
    """An entry's article: from the feed when it carries all of it, else from its page."""
    if entry.text is None:
        return await read_link(entry.link, tools, entry)
    published, remark = publication(None, entry, now)
    article = Article(
        id=article_id(entry.link),
        text=entry.text,
        published=published,
        title=entry.title,
        publisher=feed.title or declared.name,
        byline=entry.byline,
        url=entry.link,
    )
    return _checked(article, [remark] if remark else [])


async def _read_fetched(fetched: Fetched, entry: Entry | None, tools: Tools) -> Read:
    """The article of a page or a PDF file that was fetched."""
    received = tools.clock.now()
    try:
        if fetched.media_type == PDF:
            found: Page | Document | Problem = await tools.confined.run(read_pdf, fetched.body, fetched.url)
        else:
            found = await tools.confined.run(
                read_page, fetched.body, fetched.charset, fetched.url, fetched.url, received
            )
    except ConfinedError as error:
        problem = Problem(
            where=fetched.url,
            expected="a page that can be read",
            got=f"one that {error}",
            fix="Save its text in a file and add that.",
        )
        return Read(remarks=_unread(problem))
    match found:
        case Problem():
            return Read(remarks=_unread(found))
        case Document(text=text, title=title, author=byline):
            page = Page(url=fetched.url, text=text, title=title, byline=byline, publisher=site(fetched.url))
        case Page():
            page = found
    published, remark = publication(page.published, entry, received)
    url = page.url or fetched.url
    article = Article(
        id=article_id(url),
        text=page.text,
        published=published,
        title=page.title or (entry.title if entry else None),
        publisher=page.publisher,
        byline=page.byline or (entry.byline if entry else None),
        url=url,
    )
    return _checked(article, [*page.remarks, *([remark] if remark else [])])


def _checked(article: Article, remarks: Sequence[str]) -> Read:
    """The article, unless it is in another language."""
    where = article.url or article.id
    language = foreign(article.text)
    if language is not None:
        return Read(remarks=(aside(where, language),))
    return Read(article=article, remarks=tuple(Notice(where=where, text=remark) for remark in remarks))


def _complaint(state: SourceState, outcome: Outcome) -> tuple[Unread, ...]:
    """A failure is told when it begins; what goes on failing stands in the state."""
    if isinstance(outcome, Fetched | NotModified) or state.failures:
        return ()
    return _unread(outcome.problem)


def _nothing(url: str) -> Problem:
    return Problem(
        where=url,
        expected="an RSS, Atom or JSON feed, or a page with an article",
        got="neither",
        fix="Is this the address of the feed itself?",
    )


def _unread(problem: Problem) -> tuple[Unread, ...]:
    return (Unread(problem=problem),)


def _only(article: Article | None) -> tuple[Article, ...]:
    return () if article is None else (article,)
