"""Articles are read in processes of their own, those that are waited for first; what fails holds up nothing else."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, field
from datetime import timedelta
from heapq import heappop, heappush
from typing import Protocol

from bot.children import ProcessDiedError
from bot.desk.processes import Process, ReadingError
from bot.digest.model import Article, Tracker
from bot.errors import Problem
from bot.ports import Packing, Unread

LONGEST = timedelta(seconds=60)  #: that one article may be read; a reader in a loop is ended
TRIES = 2  #: a process may be killed by something else than the article that it reads


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """How articles are read: the trackers followed, and ``version``, another one whenever the result would differ."""

    trackers: tuple[Tracker, ...]
    version: str


class ReadsArticles(Protocol):
    """Who reads articles for the news desk."""

    async def read(self, article: Article, *, urgent: bool, lasting: bool) -> str | Unread:
        """The article's report, packed, or why it has none; urgent ones come before all others.

        A ``lasting`` one is to be filed whatever becomes of this process.

        Raises:
            ReadingError: nothing can be read.
            StoreAwayError: who else is to read cannot be told.
        """
        ...

    async def close(self) -> None:
        """Reads no more."""
        ...

    async def rest(self) -> None:
        """Keeps nothing ready for what may come."""
        ...


@dataclass(order=True, slots=True)
class _Job:
    """An article to be read; the smallest comes first."""

    rank: tuple[bool, int]
    article: Article = field(compare=False)
    answer: asyncio.Future[str | Unread] = field(compare=False)


class Readers:
    """The reading processes: one for each processor that this one may use, from the first article on until they are
    closed.
    """

    def __init__(self, trackers: tuple[Tracker, ...], packing: Packing, longest: timedelta = LONGEST) -> None:
        self._trackers = trackers
        self._packing = packing
        self._longest = longest
        self._jobs: list[_Job] = []
        self._asked = 0
        self._at_work: dict[asyncio.Task[None], Process] = {}
        self.count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self._free: list[Process] = [Process(_prepare) for _ in range(self.count)]

    async def read(self, article: Article, *, urgent: bool, lasting: bool = False) -> str | Unread:
        """The article's report, packed, or why it has none; urgent ones come before all others.

        None is ``lasting``: who brought it brings it again.

        Raises:
            ReadingError: the language model is missing, or no process can be had.
        """
        self._asked += 1
        answer: asyncio.Future[str | Unread] = asyncio.get_running_loop().create_future()
        heappush(self._jobs, _Job((not urgent, self._asked), article, answer))
        if self._free:
            process = self._free.pop()
            task = asyncio.create_task(self._work(process))
            self._at_work[task] = process
            task.add_done_callback(self._ended)
        return await answer

    async def close(self) -> None:
        """Ends the processes; what they were reading is not read."""
        processes = [*self._free, *self._at_work.values()]
        for task in self._at_work:
            task.cancel()
        await asyncio.gather(*(process.close() for process in processes))

    async def rest(self) -> None:
        """Ends the processes that have nothing to do."""
        await asyncio.gather(*(process.close() for process in self._free))

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._free.append(self._at_work.pop(task))

    async def _work(self, process: Process) -> None:
        """Reads until there is nothing to read."""
        while self._jobs:
            job = heappop(self._jobs)
            if job.answer.done():  # nobody waits for it any more
                continue
            try:
                outcome = await self._outcome(process, job.article)
            except ReadingError as error:
                if not job.answer.done():
                    job.answer.set_exception(error)
            except BaseException:
                job.answer.cancel()
                raise
            else:
                if not job.answer.done():
                    job.answer.set_result(outcome)

    async def _outcome(self, process: Process, article: Article) -> str | Unread:
        reason = ""
        for _ in range(TRIES):
            try:
                return await process.call_within(self._longest, _read, article, self._trackers, self._packing)
            except ProcessDiedError as error:
                reason = str(error)
            except ReadingError:
                raise
            except Exception as error:  # noqa: BLE001  (the edge of the loop over articles: this one is named)
                return _unread(article, f"{type(error).__name__}: {error}")
        return _unread(article, reason)


def _unread(article: Article, got: str) -> Unread:
    return Unread(
        problem=Problem(
            where=str(article.id),
            expected="an article that can be read",
            got=got,
            fix="This is a fault of the program; the other articles are not affected.",
        )
    )


# The reader is imported where it runs: spaCy costs a second, and a start with nothing new must not pay it.


def _prepare() -> None:
    from bot.digest.language import NoModelError, load

    try:
        load()
    except NoModelError as error:
        raise ReadingError(str(error)) from error


def _read(article: Article, trackers: tuple[Tracker, ...], packing: Packing) -> str:
    from bot.digest.reading import read

    return packing.report(read(article, trackers))
