"""What operators do with sources, and what they bring by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import PurePath
from typing import Protocol

from bot.desk.rounds import ArticleDesk, Taken, resumed
from bot.digest.model import Article
from bot.errors import Problem
from bot.ports import Brought, Clock, Declared, Looker, SourceKind, SourceState, SourceStore, Unread
from bot.render import feeds as render
from bot.render.feeds import Account, SourceLine, SourcePage
from bot.render.message import Message

LISTS = frozenset({".opml", ".xml"})  #: endings of files that are lists of feeds
ARTICLES = frozenset({".txt", ".md", ".html", ".htm", ".pdf"})  #: endings of files that are articles
EXPORT = "sitrep-feeds.opml"
TITLE = "Feeds that Sitrep follows"


class Telling(ArticleDesk, Protocol):
    """A news desk that can also say what it read."""

    async def accounts(self, articles: Sequence[Article], taken: Taken) -> tuple[Account, ...]:
        """What was read in each of these articles that could be read, now that they were taken."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The desk for sources; every answer is a message to whoever asked."""

    store: SourceStore
    looker: Looker
    desk: Telling
    clock: Clock
    _under_way: set[asyncio.Task[object]] = field(default_factory=set, compare=False, repr=False)

    async def close(self) -> None:
        """Breaks off what somebody waits for."""
        tasks = set(self._under_way)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def page(self, number: int) -> Message:
        """Where the sources stand, a page from 0."""
        states = await self.store.sources()
        pages = max(1, -(-len(states) // render.A_PAGE))
        page = max(0, min(number, pages - 1))
        shown = states[page * render.A_PAGE : (page + 1) * render.A_PAGE]
        return render.source_page(
            SourcePage(lines=[line(one) for one in shown], total=len(states), page=page, pages=pages, now=self._now())
        )

    async def add(self, address: str, name: str | None) -> Message:
        """Follows what stands at an address from now on, and tells what that is."""
        with self._working():
            found = await self.looker.find(address, name)
        if isinstance(found, Problem):
            return render.not_found(found)
        known = await self._known(found.declared)
        if known is not None:
            return render.source_known(line(known))
        (added,) = await self.store.add_sources([SourceState(declared=found.declared, by_operator=True)])
        return render.source_added(line(added), found.title, found.entries)

    async def pause(self, number: int) -> Message:
        """Does not look at a source until it is resumed."""
        return await self._changed(number, lambda kept: replace(kept, paused=True), render.source_paused)

    async def resume(self, number: int) -> Message:
        """Looks at a source again, now."""
        return await self._changed(number, resumed, render.source_resumed)

    async def ask_to_remove(self, number: int, page: int) -> Message:
        """The question before a removal, or why there can be none."""
        kept = await self._find(number)
        if kept is None:
            return render.no_such_source(str(number))
        return render.confirm_removal(line(kept), page) if kept.by_operator else render.source_stays(line(kept))

    async def remove(self, number: int) -> Message:
        """Follows a source no more; one of the configuration stays."""
        kept = await self._find(number)
        if kept is not None and not kept.by_operator:
            return render.source_stays(line(kept))
        removed = await self.store.remove_source(number)
        return render.no_such_source(str(number)) if removed is None else render.source_removed(line(removed))

    async def exported(self) -> tuple[bytes, int]:
        """The feeds as an OPML file, and how many they are."""
        feeds = [one.declared for one in await self.store.sources() if one.declared.kind is SourceKind.FEED]
        return self.looker.write_list(feeds, TITLE), len(feeds)

    async def read_list(self, name: str, body: bytes) -> Message:
        """Follows every feed of an OPML file that holds and is not followed yet."""
        found = await self.looker.read_list(body, name)
        if isinstance(found, Problem):
            return render.not_found(found)
        known = {self.looker.identity(one.declared) for one in await self.store.sources()}
        fresh = {self.looker.identity(one): one for one in found.sources}
        new = [SourceState(declared=one, by_operator=True) for key, one in fresh.items() if key not in known]
        added = await self.store.add_sources(new)
        return render.list_read(
            [one.declared.name for one in added],
            known=len(fresh) - len(added),
            refused=found.problems,
            passed_over=found.passed_over,
        )

    async def bring_link(self, address: str) -> Message:
        """Reads the article at an address."""
        return await self._taken(self.looker.read_link(address))

    async def bring_file(self, name: str, body: bytes, received: datetime) -> Message:
        """Reads the article in a file, or follows the feeds of a list."""
        if PurePath(name).suffix.lower() in LISTS:
            return await self.read_list(name, body)
        return await self._taken(self.looker.read_file(name, body, received))

    async def bring_post(
        self, text: str, *, channel: str | None, sent: datetime, link: str | None, links: Sequence[str]
    ) -> Message:
        """Reads a forwarded post, or the articles it points to."""
        return await self._taken(self.looker.read_post(text, channel=channel, sent=sent, link=link, links=links))

    async def _taken(self, bringing: Awaitable[Brought]) -> Message:
        """Hands the articles to the news desk and tells what was read in them."""
        with self._working():
            brought = await bringing
        if brought.later is not None and not brought.articles:
            return render.cannot_read_now(brought.later)
        taken = await self.desk.add(brought.articles) if brought.articles else Taken()
        remarks = (*brought.remarks, *taken.remarks)
        problems = [remark.problem for remark in remarks if isinstance(remark, Unread)]
        return render.accounts(
            await self.desk.accounts(brought.articles, taken),
            [str(remark) for remark in remarks if not isinstance(remark, Unread)],
            [*problems, *([brought.later] if brought.later is not None else [])],
        )

    @contextmanager
    def _working(self) -> Iterator[None]:
        """What `close` breaks off; what is handed over to the news desk is not."""
        task = asyncio.current_task()
        if task is not None:
            self._under_way.add(task)
        try:
            yield
        finally:
            if task is not None:
                self._under_way.discard(task)

    async def _changed(
        self,
        number: int,
        change: Callable[[SourceState], SourceState],
        tell: Callable[[SourceLine], Message],
    ) -> Message:
        after = await self.store.change_source(number, change)
        return render.no_such_source(str(number)) if after is None else tell(line(after))

    async def _find(self, number: int) -> SourceState | None:
        return next((one for one in await self.store.sources() if one.number == number), None)

    async def _known(self, declared: Declared) -> SourceState | None:
        identity = self.looker.identity(declared)
        known = await self.store.sources()
        return next((one for one in known if self.looker.identity(one.declared) == identity), None)

    def _now(self) -> datetime:
        return self.clock.now()


def is_readable(name: str) -> bool:
    """Whether the ending of a file says that it is an article or a list of feeds."""
    return PurePath(name).suffix.lower() in LISTS | ARTICLES


def line(state: SourceState) -> SourceLine:
    """A source as operators read of it."""
    return SourceLine(
        number=state.number,
        name=state.declared.name,
        kind=state.declared.kind,
        place=state.place,
        by_operator=state.by_operator,
        paused=state.paused,
        articles=state.articles,
        last_article=state.last_article,
        set_aside=state.set_aside,
        last_try=state.last_try,
        next_try=state.next_try,
        reason=state.reason,
        remarks=state.remarks,
    )
