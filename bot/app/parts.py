"""What every way of running shares, opened from the settings."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.app.clock import RealClock
from bot.app.declared import all_families, all_stories, all_trackers
from bot.app.stores import open_shared
from bot.desk.answers import Answers
from bot.desk.following import Stories
from bot.desk.ingest import ingest
from bot.desk.newsdesk import Added, Newsdesk, OnProgress
from bot.desk.readers import Reader
from bot.desk.reading_together import ReadersTogether
from bot.desk.rebuilding import rebuilt, regrouped
from bot.digest.model import Tracker
from bot.drawing.studio import Studio
from bot.ports import Clock, SharedStore, SourceKind
from bot.render.facts import LinkTo, no_link
from bot.settings import FILE, LIVE, ROOT, Settings, database_of
from bot.sources.declaring import Declarations, read_declarations
from bot.sources.families import Families
from bot.sources.folder import Folder
from bot.stories import MAIN, StoryTopic, only_one
from storage.tinydb_store import TinyStore, open_store

if TYPE_CHECKING:
    from storage.postgres.store import PostgresStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What every way of running shares: the store, the trackers, the articles, who draws, who runs the bot, the sources
    that the configuration declares, and under what address operators are reached by those who are asked for news.

    ``shared`` is the store once more when other processes may have it too.
    """

    store: TinyStore | PostgresStore
    trackers: tuple[Tracker, ...]
    folder: Folder
    operators: tuple[int, ...] = ()
    topics: tuple[StoryTopic, ...] = ()
    families: Families = field(default_factory=Families)
    _stories: list[Stories] = field(default_factory=list)  # one at most
    studio: Studio = field(default_factory=Studio)
    declared: Declarations = field(default_factory=Declarations)
    contact: str | None = None
    shared: SharedStore | None = None

    async def reader(self) -> Reader:
        """How articles are read."""
        return Reader(trackers=self.trackers, version=await asyncio.to_thread(self._version))

    @asynccontextmanager
    async def newsdesk(self, clock: Clock, *, together: bool = False) -> AsyncIterator[Newsdesk]:
        """The desk for articles, while the block runs; what operators make of the stories meanwhile holds for it.

        ``together``: if processes share the store, those that are at work with it read and rebuild, else this one does.
        """
        stories, reader = await self.stories(clock), await self.reader()
        shared = self.shared if together else None
        newsdesk = Newsdesk(
            store=self.store,
            reader=reader,
            clock=clock,
            stories_of=stories.stories_of,
            houses=self.families.house,
            readers=ReadersTogether(shared, reader.version) if shared is not None else None,
            rebuilt=partial(rebuilt, shared, reader.version) if shared is not None else None,
            hear=stories.open,
        )
        stories.regroup = partial(regrouped, shared) if shared is not None else newsdesk.regroup
        try:
            yield newsdesk
        finally:
            await newsdesk.close()

    def _version(self) -> str:
        """Another one whenever a reading, or what comes of the readings, would differ; blocking."""
        houses = hashlib.sha256(repr((sorted(self.families.members.items()), sorted(self.families.wires))).encode())
        return f"{_reader_version(self.trackers)}-{houses.hexdigest()[:8]}"

    def folders(self) -> frozenset[str]:
        """The names of the folders that the configuration declares beside the story's own."""
        paths = [Path(one.place) for one in self.declared.sources if one.kind is SourceKind.FOLDER]
        return frozenset(Folder(path=path, proposals=self.folder.proposals).name for path in paths)

    async def read(self, on_progress: OnProgress) -> Added:
        """Brings the library up to date with the folder."""
        async with self.newsdesk(RealClock()) as newsdesk:
            return await self.bring_up_to_date(newsdesk, on_progress)

    async def bring_up_to_date(self, newsdesk: Newsdesk, on_progress: OnProgress) -> Added:
        """Reads what is new in the folder, and has every article belong to the stories that are declared now."""
        added = await ingest(self.folder, newsdesk, on_progress, keeping=self.folders())
        if self.topics or any({*filed.places} != {MAIN} for filed in (await self.store.library()).filed):
            await newsdesk.regroup()
        return added

    async def stories(self, clock: Clock) -> Stories:
        """The desk for stories, one for all who ask, with what operators declared; from now on it goes by ``clock``."""
        if not self._stories:
            self._stories.append(Stories(store=self.store, clock=clock, declared=self.topics))
        (stories,) = self._stories
        stories.clock = clock
        await stories.open()
        return stories

    def answers(self, topics: Callable[[], tuple[StoryTopic, ...]] = only_one, link_to: LinkTo = no_link) -> Answers:
        """The desk for questions; ``topics`` are the stories followed now, ``link_to`` the links to facts."""
        return Answers(store=self.store, trackers=self.trackers, topics=topics, link_to=link_to)


def open_parts(settings: Settings, database: str | None = None, store: Path | None = None) -> Parts:
    """Opens what ``settings`` name; ``database`` and ``store`` are another database, and folder for it. Blocking.

    Raises:
        ConfigurationError: the trackers do not hold.
        StoreBusyError, StoreBrokenError, StoreVersionError, StoreFullError, StoreAwayError: the store does not open.
    """
    followed, topics = all_trackers(settings), all_stories(settings)
    file = database or database_of(settings)
    is_shared = settings.store is not None and file == LIVE and store is None
    shared = open_shared(settings) if is_shared else None
    return Parts(
        store=shared or open_store(store or settings.data, file),
        shared=shared,
        trackers=followed,
        folder=Folder(path=settings.articles, proposals=settings.data),
        operators=settings.operators,
        topics=topics,
        families=all_families(settings),
        declared=read_declarations(settings.sources, FILE, Path.cwd()),
        contact=settings.contact,
    )


def _reader_version(followed: tuple[Tracker, ...]) -> str:
    """A fingerprint of the code that reads and of the trackers it follows; blocking."""
    content = hashlib.sha256(repr(followed).encode())
    for file in sorted((ROOT / "bot" / "digest").rglob("*")):
        if file.is_file() and file.suffix != ".pyc":
            content.update(file.name.encode() + b"\0" + file.read_bytes())
    return content.hexdigest()[:16]
