"""What is done to all stories at once asks of the store: that it waits to be done, and by whom it is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import uuid4

from bot.ports import Unable
from storage.codec import read_readout, readout_text
from storage.postgres.assignments import Assignments, Do
from storage.postgres.database import Connection
from storage.postgres.mirror import Mirror
from storage.postgres.workers import Worker

REBUILD = "rebuild "  #: how the queues of rebuilding begin; one is of those that read alike
REGROUP = "regroup"  #: the queue of sorting articles into the stories that are declared now
EVERYTHING = "everything"  #: the key of rebuilding: it is asked for once
SOON = timedelta(seconds=0.5)  #: between two looks whether it is done
MOST_DEATHS = 5  #: processes that may end while they are at it; each restart is one
AT_ONCE = 2  #: a regrouping may have to wait for everything to be rebuilt


class Rebuilds:
    """`bot.ports.RebuildStore`: one assignment for all articles and a reader, and one for each change of the stories.

    Of each kind one is done at a time, whichever process does it: that is the lock.
    """

    _assignments: Assignments
    _mirror: Mirror
    _worker: Worker

    async def have_rebuilt(self, reader: str) -> Unable | None:
        """Records it, queues it, and waits."""
        queue = REBUILD + reader
        await self._failures(queue)  # of those who asked before, and are gone
        await self._assignments.ask(queue, {EVERYTHING: ""}, is_urgent=False, is_lasting=False, lock=queue)
        return await self._until_done(queue)

    async def until_regrouped(self) -> Unable | None:
        """Waits."""
        return await self._until_done(REGROUP)

    async def rebuild_for_all(
        self,
        reader: str,
        rebuild: Callable[[], Awaitable[Unable | None]],
        regroup: Callable[[], Awaitable[Unable | None]],
    ) -> None:
        """Rebuilds and regroups until cancelled."""

        async def do(work: Callable[[], Awaitable[Unable | None]], attempts: int) -> str | None:
            if attempts >= MOST_DEATHS:
                return readout_text(Unable(reason=f"the end of {attempts} processes that had begun with it"))
            await self._mirror.catch_up()  # what it was asked for after
            failed = await work()
            return None if failed is None else readout_text(failed)

        duties: dict[str, Do] = {
            REBUILD + reader: lambda _, __, attempts: do(rebuild, attempts),
            REGROUP: lambda _, __, attempts: do(regroup, attempts),
        }
        await self._assignments.work(duties, AT_ONCE)

    async def _regrouping(self) -> Callable[[Connection], Awaitable[bool]]:
        """Has articles sorted anew, as a part of the step that changes the stories."""
        holder = await self._worker.id()

        async def beside(connection: Connection) -> bool:
            await self._assignments.put(connection, holder, REGROUP, {uuid4().hex: ""}, lock=REGROUP)
            return True

        return beside

    async def _until_done(self, queue: str) -> Unable | None:
        """Returns once nothing of a queue waits, and this process knows what was recorded; or why it cannot be done."""
        while True:
            if failures := await self._failures(queue):
                return failures[0]
            if not await self._assignments.standing(queue):
                await self._mirror.catch_up()
                return None
            await asyncio.sleep(SOON.total_seconds())

    async def _failures(self, queue: str) -> list[Unable]:
        """Why what waited in a queue could not be done, each told to one who asks."""
        failed = {key: asked for key, asked, is_answered in await self._assignments.standing(queue) if is_answered}
        answers = await self._assignments.answers(queue, [*failed]) if failed else {}
        told = []
        for key, text in answers.items():
            if text is not None and await self._assignments.settle(queue, key, failed[key]):
                read = read_readout(text)
                told += [read] if isinstance(read, Unable) else []
        return told
