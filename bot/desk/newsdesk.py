"""The news desk: whoever has articles hands them over here, and their stories grow.

Articles are read in processes of their own, and stories grow in another one, so that the bot's own goes on answering
people. What comes back from there is small: the report as the store keeps it, and a patch of each digest it touches.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.children import ProcessDiedError
from bot.desk.drafting import TRIAL, Call, Draft, Item, tell
from bot.desk.keeping import Keeper
from bot.desk.processes import ReadingError
from bot.desk.readers import LONGEST, Reader, Readers, ReadsArticles
from bot.digest.model import Article, ArticleId, Report
from bot.digest.origins import Houses, publisher
from bot.digest.revisions import revised
from bot.errors import OvertakenError, SitrepError
from bot.ports import Clock, Filed, IngestStore, Library, Notice, Packing, Step, Unread, fingerprint
from bot.stories import MAIN, StoryName

log = structlog.get_logger(__name__)

FEW = 10  #: articles that somebody waits for; of more, many go into one step
A_STEP = 40  #: articles that a step takes at most
PATIENCE = timedelta(seconds=3)  #: that a step waits for more articles when many are being read
QUIET = timedelta(seconds=60)  #: without news, after which digests are put in one piece
IDLE = timedelta(minutes=15)  #: without news, after which the reading processes end; one begins again in a second
LONG_IDLE = timedelta(hours=6)  #: after which the keeper ends too, which then builds its stories anew
PIECES = 20  #: that a digest may be in when nothing else is to be done
MOST_PIECES = 2000  #: that a digest may be in at all
TO_FREEZE = 50  #: articles after which the garbage collector is spared what they brought

Remark = Unread | Notice
StoriesOf = Callable[[Article], Collection[StoryName]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How far the reading of new articles has come; ``article`` is the one just done, None at the beginning."""

    done: int
    total: int
    article: ArticleId | None


OnProgress = Callable[[Reading], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What came of handing over articles, by their ids; ``read`` counts those read, also again by another reader."""

    new: tuple[ArticleId, ...] = ()
    changed: tuple[ArticleId, ...] = ()
    same: tuple[ArticleId, ...] = ()
    withdrawn: tuple[ArticleId, ...] = ()
    read: int = 0
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Again:
    """What came of reading again what another reader read."""

    read: int = 0
    remarks: tuple[Remark, ...] = ()


class Newsdesk:
    """Takes articles, one step at a time; every caller returns once what it brought is recorded.

    ``stories_of`` says which stories an article belongs to; it may take some milliseconds, and is called in a thread.
    ``has_news`` is set whenever a step brought news; whoever tells of it clears it.
    ``houses`` says whose text an article is; it is sent to another process.
    ``readers`` read the articles; without, processes of its own do, each article no ``longest`` than that.
    ``rebuilt`` returns once everything that another reader read was read again, by whichever process, and raises
    ReadingError when it cannot be; without, this desk does so itself. ``hear`` is awaited before what is stored is
    taken up, so that ``stories_of`` goes by what was changed with it.
    """

    def __init__(
        self,
        *,
        store: IngestStore,
        reader: Reader,
        clock: Clock,
        stories_of: StoriesOf = lambda _: (MAIN,),
        houses: Houses = publisher,
        longest: timedelta = LONGEST,
        readers: ReadsArticles | None = None,
        rebuilt: Callable[[], Awaitable[None]] | None = None,
        hear: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.has_news = asyncio.Event()
        self._store = store
        self._version = reader.version
        self._clock = clock
        self._stories_of = stories_of
        self._readers = readers or Readers(reader.trackers, store.packing, longest)
        self._houses = houses
        self._keeper = Keeper(store, houses)
        self._rebuilt = rebuilt
        self._hear = hear
        self._library: dict[ArticleId, Filed] | None = None
        self._is_new_reader = False
        self._number = 0
        self._arrivals: dict[StoryName, int] = {}
        self._edition = 0  # the store's that all of the above is of
        self._opening = asyncio.Lock()
        self._turn = asyncio.Lock()
        self._ready: list[Item] = []
        self._more = asyncio.Event()
        self._being_read = 0  # articles that nobody waits for; while there are any, steps are long
        self._steps: asyncio.Task[None] | None = None
        self._resting: asyncio.Task[None] | None = None
        self._hopeless: dict[str, Unread] = {}  # by fingerprint
        self._under_way: dict[str, asyncio.Task[str | Unread]] = {}
        self._unfrozen = 0

    async def add(self, articles: Sequence[Article], *, on_progress: OnProgress = lambda _: None) -> Added:
        """Takes articles that stay, whatever becomes of where they are from; one with a known id is a new version.

        Raises:
            ReadingError: nothing can be read; what was not recorded before is not.
            StoreFullError, StoreBrokenError: the same, of the store.
        """
        return await self._take(articles, None, on_progress)

    async def replace(
        self, source: str, articles: Sequence[Article], *, on_progress: OnProgress = lambda _: None
    ) -> Added:
        """Takes all articles that there are in a folder now: what it held before and does not any more leaves.

        Raises:
            ReadingError: nothing can be read; what was not recorded before is not.
            StoreFullError, StoreBrokenError: the same, of the store.
        """
        return await self._take(articles, source, on_progress)

    async def try_out(self, articles: Sequence[Article]) -> Added:
        """Takes all articles that are on trial now. Those that left may come again and bring the same alerts.

        Raises:
            ReadingError: nothing can be read; what was not recorded before is not.
            StoreFullError, StoreBrokenError: the same, of the store.
        """
        added = await self._take(articles, TRIAL, lambda _: None)
        if added.withdrawn:
            async with self._turn:
                await self._keeper.close()  # it alone knows what they were alerted for
        return added

    async def preview(self, article: Article) -> Report | Unread:
        """What would be read in an article, or why it cannot be; nothing is recorded.

        Raises:
            ReadingError: nothing can be read.
        """
        outcome = await self._readers.read(article, urgent=True, lasting=False)
        if isinstance(outcome, Unread):
            return outcome
        return await asyncio.to_thread(self._store.packing.read_report, outcome)

    async def folders(self) -> frozenset[str]:
        """The sources whose articles leave with them."""
        found = (await self._store.library()).filed
        return frozenset(filed.source for filed in found if filed.source is not None)

    async def regroup(self) -> None:
        """Has every article belong to the stories that it belongs to now, after these were declared otherwise.

        Raises:
            ReadingError: the process that keeps the stories cannot be had.
        """
        await self._opened(lambda _: None)
        articles = [*(await self._store.articles()).values()]
        call = Call(told=frozenset(), is_urgent=False, source=None)
        items = [
            Item(call=call, article=article)
            for article, names in zip(articles, await self._grouped(articles), strict=True)
            if (filed := self._filed.get(article.id)) is not None and {*filed.places} != names
        ]
        await self._done(items)

    async def rebuild(self, on_progress: OnProgress = lambda _: None) -> Added:
        """Has every article read by today's reader and every story built anew, unless that was done already.

        It is done beside whatever this desk is at, which finds out as it does of another process's work.

        Raises:
            ReadingError: nothing can be read, or the process that builds the stories cannot be had.
            ProcessDiedError: that process died.
            StoreFullError, StoreBrokenError, StoreAwayError: it could not be recorded.
        """
        keeper = Keeper(self._store, self._houses)
        try:
            while True:
                edition, found = self._store.edition, await self._store.library()
                if not self._needs_rebuilding(found):
                    return Added()
                library = {filed.article: filed for filed in found.filed}
                with suppress(OvertakenError):
                    again = await self._read_again(library, keeper, edition, on_progress)
                    return Added(read=again.read, remarks=again.remarks)
        finally:
            await keeper.close()

    async def close(self) -> None:
        """Ends the processes; what is not recorded is not, and whoever waits for it is told."""
        tasks = [task for task in (self._steps, self._resting) if task is not None]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        for item in self._ready:
            item.done.cancel()
        await self._readers.close()
        with suppress(SitrepError, ProcessDiedError):  # it only saves the next start some time
            await self._keeper.gather(PIECES, self._edition)
        await self._keeper.close()

    @property
    def _filed(self) -> dict[ArticleId, Filed]:
        if self._library is None:
            raise RuntimeError("expected a library that was opened")
        return self._library

    async def _take(self, articles: Sequence[Article], source: str | None, on_progress: OnProgress) -> Added:
        again = await self._opened(on_progress)
        given = {article.id: article for article in articles}
        marks = await asyncio.to_thread(lambda: {name: fingerprint(article) for name, article in given.items()})
        known = {name: filed for name in given if (filed := self._filed.get(name)) is not None}
        fresh = [name for name in given if name not in known or known[name].fingerprint != marks[name]]
        same = [name for name in given if name not in {*fresh}]
        stories = {story for filed in self._filed.values() for story in filed.places}
        call = Call(told=frozenset(stories), is_urgent=len(fresh) <= FEW, source=source)
        read, unread = await self._read(call, [given[name] for name in fresh], on_progress)
        moved = [given[name] for name in same if source not in (None, known[name].source)]
        gone = [name for name, filed in self._filed.items() if source == filed.source is not None and name not in given]
        items = [
            *(Item(call=call, article=article) for article in moved),
            *(Item(call=call, gone=name) for name in gone),
        ]
        await self._done(items)
        await asyncio.gather(*(item.done for item in read))
        there = {item.article.id for item in read if item.article is not None}
        return Added(
            new=tuple(name for name in fresh if name in there and name not in known),
            changed=tuple(name for name in fresh if name in there and name in known),
            same=tuple(same),
            withdrawn=tuple(gone),
            read=len(there) + again.read,
            remarks=(*again.remarks, *unread),
        )

    async def _read(
        self, call: Call, articles: Sequence[Article], on_progress: OnProgress
    ) -> tuple[list[Item], list[Unread]]:
        """Reads articles and hands them in, in their order, each as soon as all before it are read."""
        items: list[Item] = []
        failed: list[Unread] = []
        outcomes = self._outcomes(articles, on_progress, urgent=call.is_urgent, lasting=call.source is None)
        async with aclosing(outcomes):
            async for article, outcome in outcomes:
                if isinstance(outcome, Unread):
                    failed.append(outcome)
                else:
                    items.append(Item(call=call, article=article, report=outcome))
                    self._hand_in(items[-1:])
        self._more.set()
        return items, failed

    async def _outcomes(
        self, articles: Sequence[Article], on_progress: OnProgress, *, urgent: bool, lasting: bool = False
    ) -> AsyncGenerator[tuple[Article, str | Unread], None]:
        """Every article with its report, packed, or why it has none, in their order."""
        if not articles:
            return
        count = 0

        async def one(article: Article) -> str | Unread:
            nonlocal count
            mark = fingerprint(article)
            outcome = self._hopeless.get(mark) or await self._shared(article, mark, urgent=urgent, lasting=lasting)
            if isinstance(outcome, Unread):
                self._hopeless[mark] = outcome
            count += 1
            on_progress(Reading(done=count, total=len(articles), article=article.id))
            return outcome

        on_progress(Reading(done=0, total=len(articles), article=None))
        tasks = [asyncio.create_task(one(article)) for article in articles]
        left = 0 if urgent else len(tasks)
        self._being_read += left
        try:
            for article, task in zip(articles, tasks, strict=True):
                outcome = await task
                if not urgent:
                    self._being_read -= 1
                    left -= 1
                yield article, outcome
        finally:
            self._being_read -= left
            for task in tasks:
                task.cancel()

    async def _shared(self, article: Article, mark: str, *, urgent: bool, lasting: bool) -> str | Unread:
        """What reading an article comes to, which is done once for all who bring it at the same time."""
        if mark not in self._under_way:
            reading = self._readers.read(article, urgent=urgent, lasting=lasting)
            task = self._under_way[mark] = asyncio.create_task(reading)
            task.add_done_callback(lambda _: self._under_way.pop(mark))
        return await asyncio.shield(self._under_way[mark])

    async def _done(self, items: Sequence[Item]) -> None:
        """Hands in, and waits until it is recorded."""
        if items:
            self._hand_in(items)
            await asyncio.gather(*(item.done for item in items))

    def _hand_in(self, items: Sequence[Item]) -> None:
        self._ready += items
        self._more.set()
        if self._steps is None or self._steps.done():
            self._steps = asyncio.create_task(self._work())

    async def _work(self) -> None:
        """Takes steps until nothing is left to do."""
        while self._ready:
            await self._enough()
            batch = sorted(self._ready, key=lambda item: not item.call.is_urgent)[:A_STEP]
            taken = {id(item) for item in batch}
            self._ready = [item for item in self._ready if id(item) not in taken]
            try:
                async with self._turn:
                    await self._step_anew(batch)
            except Exception as error:  # noqa: BLE001  (the edge of the loop over steps: whoever waits for it is told)
                tell(batch, error)
            except BaseException:
                for item in batch:
                    item.done.cancel()
                raise
            else:
                tell(batch, None)

    async def _enough(self) -> None:
        """Returns once a step is worth its price: at once when somebody waits for it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE.total_seconds()):
                while (
                    self._being_read
                    and len(self._ready) < A_STEP
                    and not any(item.call.is_urgent for item in self._ready)
                ):
                    self._more.clear()
                    await self._more.wait()

    async def _step_anew(self, batch: Sequence[Item]) -> None:
        """A step from what is stored now, and again while another process is faster."""
        while True:
            await self._opened(lambda _: None)
            try:
                await self._step(batch)
            except OvertakenError:
                continue
            return

    async def _step(self, batch: Sequence[Item]) -> None:
        """Records a batch; when the process that keeps the stories dies, it begins anew, and so does the step."""
        edition = self._edition
        draft = await self._draft(batch)
        if not (draft.filed or draft.withdrawn):
            return
        filed = self._filed.values()
        try:
            try:
                growths = [await self._keeper.growth(story, draft, filed) for story in draft.touched]
            except ProcessDiedError as error:
                log.warning("the process that keeps the stories died and begins anew", reason=str(error))
                growths = [await self._keeper.growth(story, draft, filed) for story in draft.touched]
            step = Step(
                at=self._clock.now(),
                filed=tuple(draft.filed.values()),
                reports=draft.reports,
                withdrawn=tuple(draft.withdrawn.values()),
                stories=tuple(growths),
                reader=self._version if self._is_new_reader else None,
                edition=edition,
            )
            if await self._store.record(step):
                self.has_news.set()
        except ProcessDiedError as error:
            raise ReadingError(
                f"keeping the stories: expected a process that lives, got one that died again ({error}). "
                "Is there enough memory?"
            ) from error
        except BaseException:
            self._keeper.forget(draft.touched)  # they may be ahead of what is recorded
            raise
        self._is_new_reader = False
        for name in draft.withdrawn:
            del self._filed[name]
        self._filed.update(draft.filed)
        await self._after(draft)

    async def _draft(self, batch: Sequence[Item]) -> Draft:
        """What a batch comes to, against what is filed."""
        draft = Draft()
        articles = [item.article for item in batch if item.article is not None]
        names = iter(await self._grouped(articles))
        marks = iter(await asyncio.to_thread(lambda: [*map(fingerprint, articles)]))
        for item in batch:
            if item.article is not None:
                await self._file(draft, item, item.article, next(marks), next(names))
            elif item.gone is not None:
                self._withdraw(draft, item.gone, item.call.source)
        return draft

    async def _file(self, draft: Draft, item: Item, article: Article, mark: str, stories: set[StoryName]) -> None:
        filed = None if article.id in draft.withdrawn else self._filed.get(article.id)
        before = draft.filed.get(article.id, filed)
        source = item.call.source or (None if before is None else before.source)
        report = item.report
        if before is not None and before.fingerprint == mark:  # of two who bring the same, one comes second
            report = None
        elif report is None:  # it came in another version meanwhile, which knows where it belongs
            return
        places = {story: self._place(before, story) for story in sorted(stories)}
        old = {} if before is None else before.places
        number = before.number if before is not None else self._next_number()
        if report is not None and before is not None:
            earlier = draft.reports.get(number) or await self._packed(number)
            report = await asyncio.to_thread(_revised, self._store.packing, earlier, report, self._clock.now())
        if report is not None:
            draft.reports[number] = report
        for story, arrival in places.items():
            if report is not None or story not in old:
                draft.arrive(story, arrival, draft.reports.get(number) or await self._packed(number), item.call)
        for story in old.keys() - places.keys():
            draft.leave(story, old[story])
        after = Filed(number=number, article=article.id, fingerprint=mark, source=source, places=places)
        if after != before:
            draft.filed[article.id] = after

    def _withdraw(self, draft: Draft, name: ArticleId, source: str | None) -> None:
        filed = draft.filed.pop(name, None) or self._filed.get(name)
        if filed is None or filed.source != source:
            return
        draft.reports.pop(filed.number, None)
        for story, arrival in filed.places.items():
            draft.leave(story, arrival)
        if name in self._filed:
            draft.withdrawn[name] = filed.number

    def _next_number(self) -> int:
        self._number += 1
        return self._number

    def _place(self, filed: Filed | None, story: StoryName) -> int:
        """The number of arrival in a story that an article has, or gets."""
        if filed is not None and story in filed.places:
            return filed.places[story]
        self._arrivals[story] = self._arrivals.get(story, 0) + 1
        return self._arrivals[story]

    async def _packed(self, number: int) -> str:
        return (await self._store.packed_reports((number,)))[number]

    async def _grouped(self, articles: Sequence[Article]) -> list[set[StoryName]]:
        """The stories that each article belongs to."""
        return await asyncio.to_thread(lambda: [{*self._stories_of(article)} for article in articles])

    async def _opened(self, on_progress: OnProgress) -> _Again:
        """Takes up what is stored, once and whenever another process changed it; what another reader read is read
        again, and replaced at once.
        """
        async with self._opening:
            while self._library is None or self._edition != self._store.edition:
                try:
                    if self._rebuilt is not None and self._needs_rebuilding(await self._store.library()):
                        await self._rebuilt()
                    else:
                        return await self._taken_up(on_progress)
                except OvertakenError:
                    continue
            return _Again()

    async def _taken_up(self, on_progress: OnProgress) -> _Again:
        self._edition = self._store.edition
        if self._hear is not None:
            await self._hear()
        self._keeper.forget()
        self._arrivals.clear()
        found = await self._store.library()
        self._is_new_reader = found.reader != self._version
        self._number = max((filed.number for filed in found.filed), default=0)
        for filed in found.filed:
            for story, arrival in filed.places.items():
                self._arrivals[story] = max(arrival, self._arrivals.get(story, 0))
        library = {filed.article: filed for filed in found.filed}
        again = _Again()
        if self._needs_rebuilding(found):
            again = await self._read_again(library, self._keeper, self._edition, on_progress)
            self._is_new_reader = False
        self._library = library
        return again

    def _needs_rebuilding(self, found: Library) -> bool:
        """Whether another version of the reading code made the reports."""
        return bool(found.filed) and found.reader != self._version

    async def _read_again(
        self, library: dict[ArticleId, Filed], keeper: Keeper, edition: int, on_progress: OnProgress
    ) -> _Again:
        """Has every article read by today's reader; one that cannot be read any more leaves."""
        articles = dict(sorted((await self._store.articles()).items()))
        packed = await self._store.packed_reports(articles)
        names = {article.id: number for number, article in articles.items()}
        texts: dict[int, str] = {}
        remarks: list[Remark] = []
        async with aclosing(self._outcomes([*articles.values()], on_progress, urgent=False)) as outcomes:
            async for article, outcome in outcomes:
                if isinstance(outcome, Unread):
                    remarks.append(outcome)
                else:
                    number = names[article.id]
                    texts[number] = await asyncio.to_thread(_kept_on, self._store.packing, packed[number], outcome)
        growths = [
            await keeper.built(story, library.values(), texts)
            for story in sorted({story for filed in library.values() for story in filed.places})
        ]
        gone = {name: filed.number for name, filed in library.items() if filed.number not in texts}
        step = Step(
            at=self._clock.now(),
            reports=texts,
            withdrawn=tuple(gone.values()),
            stories=tuple(growths),
            reader=self._version,
            edition=edition,
        )
        await self._store.record(step)
        for name in gone:
            del library[name]
        return _Again(read=len(texts), remarks=tuple(remarks))

    async def _after(self, draft: Draft) -> None:
        """What is due after a step: nothing that anybody waits for."""
        self._unfrozen += len(draft.reports)
        if self._unfrozen >= TO_FREEZE:
            self._unfrozen = 0
            gc.collect()
            gc.freeze()  # digests stay, so no collection need go through them again and hold up the loop
        await self._keeper.gather(MOST_PIECES, self._edition)
        if self._resting is not None:
            self._resting.cancel()
        self._resting = asyncio.create_task(self._rest())

    async def _rest(self) -> None:
        """Tidies up when no news comes for a while, and later lets the processes go."""
        await asyncio.sleep(QUIET.total_seconds())
        async with self._turn:
            await self._keeper.gather(PIECES, self._edition)
        await asyncio.sleep(IDLE.total_seconds())
        async with self._turn:
            await self._readers.rest()
        await asyncio.sleep((LONG_IDLE - IDLE).total_seconds())
        async with self._turn:
            await self._keeper.close()


def _revised(packing: Packing, earlier: str, later: str, at: datetime) -> str:
    """The report of an article's later version, packed, with what became of the words of the earlier one; blocks."""
    report = packing.read_report(later)
    revisions = revised(packing.read_report(earlier), report, at)
    return packing.report(replace(report, revisions=revisions)) if revisions else later


def _kept_on(packing: Packing, earlier: str, later: str) -> str:
    """The report that another reader made of the same version of an article, with the revisions so far; blocks."""
    revisions = packing.revisions(earlier)
    return packing.report(replace(packing.read_report(later), revisions=revisions)) if revisions else later
