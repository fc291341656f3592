"""Everything the desk asks of sources, over one web client and one process for parsers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path, PurePath

from bot.digest.model import Article, ArticleId
from bot.errors import Problem
from bot.ports import (
    Brought,
    Clock,
    Declared,
    Findings,
    Found,
    Notice,
    SourceKind,
    SourceList,
    SourceState,
    Unread,
)
from bot.sources.addresses import Allowed
from bot.sources.confined import Confined
from bot.sources.declaring import declared_address, identity, listed
from bot.sources.documents import open_document
from bot.sources.fetching import Limits, WebClient
from bot.sources.folder import Folder
from bot.sources.hosts import Hosts
from bot.sources.links import tidy
from bot.sources.looking import Later, Tools, look, probe, read_link
from bot.sources.opml import read_opml, write_opml
from bot.sources.posts import MOST_LINKS, links_in, read_post
from bot.sources.state import PACE
from bot.sources.text import line
from bot.sources.watching import Watch
from bot.sources.watching import look as look_at_snapshot

MISSING = timedelta(minutes=1)  #: between two looks at a folder that cannot be listed


@dataclass(slots=True)
class _Watched:
    folder: Folder
    watch: Watch = field(default_factory=Watch)


class SourceLooker:
    """`bot.ports.Looker` on the network and the disk; one for the whole program, closed at its end.

    ``allowed`` hosts may be asked though they are not public. ``own`` is the folder of the story's articles, whose
    files' names are the articles' ids; those of another folder begin with its name. ``contact`` goes out with every
    request. ``hosts`` says whose turn it is to ask a host; without, no other process asks any.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        own: Folder,
        allowed: Allowed | None = None,
        contact: str | None = None,
        limits: Limits | None = None,
        hosts: Hosts | None = None,
    ) -> None:
        self._clock = clock
        self._allowed = allowed or Allowed()
        self._own = own
        self._confined = Confined()
        self._client = WebClient(clock=clock, contact=contact, allowed=self._allowed, limits=limits, hosts=hosts)
        self._tools = Tools(client=self._client, confined=self._confined, clock=clock)
        self._watched: dict[str, _Watched] = {}

    async def close(self) -> None:
        """Ends every connection and the parsers' process."""
        await self._client.close()
        await self._confined.close()

    async def look(self, state: SourceState) -> Findings:
        """Looks at a source once."""
        if state.declared.kind is SourceKind.FOLDER:
            return await self._look_at_folder(state)
        return await look(state, self._tools)

    def unread(self, state: SourceState) -> None:
        """Forgets what a folder held; of others nothing is remembered here."""
        self._watched.pop(state.place, None)

    async def find(self, address: str, name: str | None) -> Found | Problem:
        """What stands at an address: a feed when it can be read as one, else a page with an article."""
        declared = declared_address(SourceKind.FEED, address, name, self._allowed)
        if isinstance(declared, Problem):
            return declared
        found = await probe(declared, self._tools)
        if isinstance(found, Problem):
            return found
        called = name or found.title if found.declared.kind is SourceKind.FEED else name
        return replace(found, declared=replace(found.declared, name=line(called or "") or declared.name))

    async def read_link(self, address: str) -> Brought:
        """The article at an address."""
        declared = declared_address(SourceKind.PAGE, address, None, self._allowed)
        if isinstance(declared, Problem):
            return Brought(remarks=(Unread(problem=declared),))
        read = await read_link(declared.place, self._tools)
        if isinstance(read, Later):
            return Brought(later=read.problem)
        return Brought(articles=(read.article,) if read.article is not None else (), remarks=read.remarks)

    async def read_post(
        self, text: str, *, channel: str | None, sent: datetime, link: str | None, links: Sequence[str]
    ) -> Brought:
        """A post as an article; of one too short for it, the articles that its links lead to."""
        found = await asyncio.to_thread(read_post, text, channel=channel, sent=sent, link=link)
        match found:
            case Article():
                return Brought(articles=(found,))
            case Notice():
                return Brought(remarks=(found,))
            case Problem():
                behind = [address for given in links if (address := tidy(given)) is not None]
                addresses = list(dict.fromkeys([*links_in(text), *behind]))[:MOST_LINKS]
                if not addresses:
                    return Brought(remarks=(Unread(problem=found),))
                return _together([await self.read_link(address) for address in addresses])

    async def read_file(self, name: str, body: bytes, received: datetime) -> Brought:
        """The article in a file; its id begins with ``sent/``, for it lies in no folder."""
        plain = line(PurePath(name).name) or "file"
        opened = await open_document(plain, body, received, self._confined)
        return Brought(
            articles=tuple(
                replace(item, id=ArticleId(f"sent/{item.id}")) for item in opened.items if isinstance(item, Article)
            ),
            remarks=tuple(item for item in opened.items if not isinstance(item, Article)),
        )

    async def read_list(self, body: bytes, where: str) -> SourceList | Problem:
        """The feeds of an OPML file."""
        found = await asyncio.to_thread(read_opml, body, line(where))
        if isinstance(found, Problem):
            return found
        declared = [declared_address(SourceKind.FEED, feed.url, feed.name, self._allowed) for feed in found.feeds]
        return SourceList(
            sources=tuple(one for one in declared if isinstance(one, Declared)),
            problems=tuple(one for one in declared if isinstance(one, Problem)),
            passed_over=found.passed_over,
        )

    def write_list(self, sources: Sequence[Declared], title: str) -> bytes:
        """The feeds among the sources as an OPML file."""
        return write_opml(listed(sources), title)

    def identity(self, declared: Declared) -> str:
        """What is the same however the address is spelt."""
        return identity(declared)

    async def _look_at_folder(self, state: SourceState) -> Findings:
        """All articles of a folder once something in it changed and stands still; else an idle look."""
        now = self._clock.now()
        watched = self._watched.setdefault(state.place, _Watched(folder=self._folder(state.place)))
        folder = watched.folder
        try:
            seen = await asyncio.to_thread(folder.snapshot)
        except OSError as error:
            return _unlisted(state, Problem(
                where=state.place,
                expected="a folder that can be listed",
                got=error.strerror or type(error).__name__,
                fix="Check that it is there and readable.",
            ), now)  # fmt: skip
        looked = look_at_snapshot(watched.watch, seen)
        next_state = replace(
            state, last_try=now, last_success=now, reason=None, failures=0, next_try=now + PACE[SourceKind.FOLDER]
        )
        watched.watch = looked.watch
        if not looked.ready:
            return Findings(state=next_state, is_idle=state.reason is None)
        try:
            items = [item async for item in folder.articles()]
        except OSError as error:  # gone while it was read
            watched.watch = replace(looked.watch, read=None)
            return _unlisted(state, Problem(
                where=state.place, expected="a folder that can be read", got=str(error), fix="It is tried again.",
            ), now)  # fmt: skip
        return Findings(
            state=next_state,
            articles=tuple(self._named(item, folder) for item in items if isinstance(item, Article)),
            remarks=tuple(item for item in items if not isinstance(item, Article)),
            folder=folder.name,
        )

    def _folder(self, place: str) -> Folder:
        path = Path(place)
        if path.resolve() == self._own.path.resolve():
            return replace(self._own, confined=self._confined)
        return Folder(path=path, proposals=self._own.proposals, confined=self._confined)

    def _named(self, article: Article, folder: Folder) -> Article:
        if folder.name == self._own.name:
            return article
        return replace(article, id=ArticleId(f"{folder.name}/{article.id}"))


def _unlisted(state: SourceState, problem: Problem, now: datetime) -> Findings:
    """A folder that is not there may come back at any time, so it is looked for often and told of once."""
    return Findings(
        state=replace(
            state, last_try=now, reason=str(problem), failures=state.failures + 1, next_try=now + MISSING
        ),
        remarks=() if state.failures else (Unread(problem=problem),),
        is_idle=state.reason == str(problem),
    )  # fmt: skip


def _together(parts: Sequence[Brought]) -> Brought:
    return Brought(
        articles=tuple(article for part in parts for article in part.articles),
        remarks=tuple(remark for part in parts for remark in part.remarks),
        later=next((part.later for part in parts if part.later is not None), None),
    )
