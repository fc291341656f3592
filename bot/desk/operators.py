"""What those who run the bot may ask of it."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from bot.chats import Chat, kind_of
from bot.outbox import ChatId, State
from bot.ports import BriefingStore, ChatStore, Clock, IngestStore, OperatorStore, Sender, SourceStore
from bot.render.operators import Entry, Fault, Register, Status
from bot.stories import StoryTopic

A_NAP = timedelta(seconds=0.05)  #: how long the loop is asked to sleep, to see how much longer it does
SHOWN = 5  #: faults of each kind
A_PAGE = 20  #: chats


@dataclass(frozen=True, slots=True, kw_only=True)
class Operators:
    """The desk for operators; ``users`` are their numbers on Telegram, ``errors`` the last ones, the newest first.

    ``topics`` are the stories that are followed now.
    """

    users: frozenset[int]
    store: OperatorStore
    chats: ChatStore
    briefings: BriefingStore
    library: IngestStore
    sources: SourceStore
    sender: Sender
    clock: Clock
    topics: Callable[[], Sequence[StoryTopic]]
    errors: Callable[[], Sequence[Fault]]
    store_fault: Callable[[], str | None]

    @asynccontextmanager
    async def backup(self) -> AsyncIterator[Path]:
        """A consistent copy of the store, there while the block runs.

        Raises:
            OSError: there is no room for it.
        """
        folder = await asyncio.to_thread(tempfile.TemporaryDirectory, prefix="sitrep-")
        try:
            copy = Path(folder.name) / "backup.db"
            await self.store.backup(copy)
            yield copy
        finally:
            await asyncio.to_thread(folder.cleanup)

    async def status(self) -> Status:
        """How the bot is now."""
        now = self.clock.now()
        due = await self.briefings.next_due()
        depth = await self.store.depth()
        census = await self.store.census()
        filed = (await self.library.library()).filed
        stories = {topic.name: topic.title for topic in self.topics()}
        sources = await self.sources.sources()
        return Status(
            answered_in=await self._answered_in(),
            behind=max(now - due, timedelta(0))
            if due is not None and now - due >= timedelta(seconds=2)
            else timedelta(0),
            held_up=await _held_up(),
            queue={state.value: count for state, count in depth.by_state.items() if state is not State.SENT},
            oldest=None if depth.oldest is None else max(now - depth.oldest, timedelta(0)),
            chats=sum(census.kinds.values()),
            subscribed=census.subscribed,
            articles=len(filed),
            stories=[(title, sum(name in one.places for one in filed)) for name, title in stories.items()],
            homeless=sum(not one.places.keys() & stories.keys() for one in filed),
            sources=len(sources),
            troubled=[one.declared.name for one in sources if one.reason is not None and not one.paused],
            set_aside=sum(one.set_aside for one in sources),
            size=await asyncio.to_thread(lambda: self.store.size),
            store_fault=self.store_fault(),
            given_up=[Fault(at=lost.at, what=lost.reason) for lost in await self.store.lost(SHOWN)],
            errors=self.errors()[:SHOWN],
        )

    async def register(self, page: int) -> Register:
        """A page of all chats that something is kept of."""
        census = await self.store.census()
        count = sum(census.kinds.values())
        pages = max(1, -(-count // A_PAGE))
        page = max(0, min(page, pages - 1))
        return Register(
            kinds=census.kinds,
            subscribed=census.subscribed,
            shut_out=census.shut_out,
            banned=census.banned,
            entries=[
                Entry(
                    chat=standing.chat,
                    kind=kind_of(standing.chat),
                    is_subscribed=standing.is_subscribed,
                    is_shut_out=standing.is_shut_out,
                    is_banned=standing.is_banned,
                )
                for standing in await self.store.standings(page * A_PAGE, A_PAGE)
            ],
            page=page,
            pages=pages,
        )

    async def ban(self, chat: ChatId) -> bool:
        """Answers a chat no more and sends it nothing; False for an operator's own."""
        if chat in self.users:
            return False
        now = self.clock.now()
        await self.chats.change(chat, lambda kept: replace(kept, banned=kept.banned or now), drops_waiting=True)
        return True

    async def unban(self, chat: ChatId) -> bool:
        """Lets a chat be as it was; False when it was not banned."""
        if not await self.is_banned(chat):
            return False
        after = await self.chats.change(chat, lambda kept: replace(kept, banned=None))
        if after == Chat(id=chat):
            await self.chats.forget(chat)
        return True

    async def is_banned(self, chat: ChatId) -> bool:
        """Whether nothing is to be heard of or said to the chat."""
        return await self.chats.is_banned(chat)

    async def _answered_in(self) -> timedelta | None:
        began = asyncio.get_running_loop().time()
        is_there = await self.sender.is_reachable()
        return timedelta(seconds=asyncio.get_running_loop().time() - began) if is_there else None


async def _held_up() -> timedelta:
    began = asyncio.get_running_loop().time()
    await asyncio.sleep(A_NAP.total_seconds())
    return max(timedelta(seconds=asyncio.get_running_loop().time() - began) - A_NAP, timedelta(0))
