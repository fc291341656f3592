"""What looking at sources together asks of the store: looks that wait, and what they found."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from bot.ports import Look, Looked, SourceState, Unable, WorkDepth
from storage.codec import FormatError, looked_text, read_looked, read_source, source_text
from storage.postgres.assignments import Assignments, settled
from storage.postgres.database import Connection
from storage.postgres.mirror import Mirror
from storage.postgres.workers import Worker
from storage.sources_table import SourcesTable

LOOK = "look"  #: the queue
MOST_DEATHS = 5  #: processes that may end while they look at one source; each restart is one


class Looks:
    """`bot.ports.LookStore`: an assignment for each source that is being looked at, by its number."""

    _assignments: Assignments
    _mirror: Mirror
    _sources: SourcesTable
    _worker: Worker

    async def have_looked(self, states: Sequence[SourceState]) -> None:
        """Records and queues looks at sources that are as whoever asks knows them."""
        holder = await self._worker.id()

        async def beside(connection: Connection) -> bool:
            kept = set(self._sources.all())
            requests = {str(state.number): source_text(state) for state in states if state in kept}
            await self._assignments.put(connection, holder, LOOK, requests)
            return True

        await self._mirror.change(lambda: None, beside)

    async def looks(self) -> tuple[Look, ...]:
        """What is not noted yet."""
        standing = await self._assignments.standing(LOOK)
        return tuple(Look(source=int(key), asked=asked, is_done=is_done) for key, asked, is_done in standing)

    async def found(self, look: Look) -> Looked | None:
        """What a look found."""
        answer = (await self._assignments.answers(LOOK, [str(look.source)])).get(str(look.source))
        try:
            return None if answer is None else await asyncio.to_thread(read_looked, answer)
        except FormatError as error:
            return Unable(reason=f"an answer of another version of the program: {error}")

    async def note_look(self, look: Look, change: Callable[[SourceState], SourceState]) -> SourceState | None:
        """Notes a look, once."""

        async def beside(connection: Connection) -> bool:
            return await settled(connection, LOOK, str(look.source), look.asked)

        return await self._mirror.change(lambda: self._sources.change(look.source, change), beside)

    async def forget_look(self, look: Look) -> None:
        """Forgets a look, unless its source is there after all."""

        async def beside(connection: Connection) -> bool:
            is_followed = any(state.number == look.source for state in self._sources.all())
            return not is_followed and await settled(connection, LOOK, str(look.source), look.asked)

        await self._mirror.change(lambda: None, beside)

    async def look_for_all(self, look: Callable[[SourceState], Awaitable[Looked]], at_once: int) -> None:
        """Looks until cancelled."""

        async def do(request: str, is_urgent: bool, attempts: int) -> str | None:
            if attempts >= MOST_DEATHS:
                return looked_text(Unable(reason=f"the end of {attempts} processes that had begun to look"))
            asked = read_source(request)
            if not any(one.number == asked.number and not one.paused for one in self._sources.all()):
                return None  # it is not to be looked at any more, or not now
            return await asyncio.to_thread(looked_text, await look(asked))

        await self._assignments.work({LOOK: do}, at_once)

    async def looking_depth(self) -> WorkDepth:
        """How many looks wait."""
        return await self._assignments.depth(LOOK)
