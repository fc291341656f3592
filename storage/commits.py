"""Group commit: steps of an event loop become lasting in a thread, all that wait at once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from queue import SimpleQueue

from bot.metrics import COMMIT_SECONDS
from storage.database_file import Place
from storage.durable import Durable, Step

Batch = dict[Place, str | None]


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A step that is not lasting yet, and who waits for it: each by a future of its own, which may be cancelled."""

    step: Step
    waiters: list[asyncio.Future[BaseException | None]] = field(default_factory=list)

    async def lasting(self) -> BaseException | None:
        """Returns once the step is lasting, or what kept it from that."""
        waiter: asyncio.Future[BaseException | None] = asyncio.get_running_loop().create_future()
        self.waiters.append(waiter)
        return await waiter


class Commits:
    """Makes the steps of one `Durable` lasting, in order, off the event loop that takes them.

    When a commit fails, its steps and those taken since are taken back, and everybody who waits for them is told.
    """

    def __init__(self, durable: Durable) -> None:
        self._durable = durable
        self._under_way: list[_Waiting] = []
        self._waiting: list[_Waiting] = []
        self._jobs: SimpleQueue[tuple[asyncio.AbstractEventLoop, Batch] | None] = SimpleQueue()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="store", daemon=True)
        self._thread.start()

    @asynccontextmanager
    async def step(self) -> AsyncIterator[None]:
        """Joins the changes inside, where nobody may wait for anything, and returns once they are lasting.

        Who is cancelled while it waits does not take the step back.

        Raises:
            StoreFullError, StoreBrokenError: it could not be made lasting; nothing changed.
        """
        with self._durable.step() as step:
            yield
        if error := await self._lasting(step):
            raise type(error)(*error.args) from error  # one of its own for everybody who waits

    def hand_in(self, step: Step) -> None:
        """Makes a step lasting without waiting for it."""
        self._enter(step)

    async def seen(self) -> bool:
        """Waits until all that can be read now is lasting; False when some of it was taken back instead."""
        last = self._last()
        return last is None or await last.lasting() is None

    def close(self) -> None:
        """Makes lasting what still waits, and ends the thread. Blocking.

        Raises:
            StoreFullError: the last steps could not be made lasting; whoever waited for them was not answered.
        """
        self._jobs.put(None)
        self._thread.join()
        left = [*self._under_way, *self._waiting]  # the loop may have handed over more meanwhile; twice does no harm
        self._waiting = []
        if left and self._failure is None:
            self._durable.file.write(_merged(left))

    @property
    def failure(self) -> BaseException | None:
        """What kept the last batch from being lasting; None when it is."""
        return self._failure

    async def _lasting(self, step: Step) -> BaseException | None:
        if not step.after:  # it changed nothing, but may answer by what others changed
            last = self._last()
            return None if last is None else await last.lasting()
        return await self._enter(step).lasting()

    def _enter(self, step: Step) -> _Waiting:
        waiting = _Waiting(step)
        self._waiting.append(waiting)
        if not self._under_way and len(self._waiting) == 1:
            # At the end of this turn of the loop: others may join, and the interpreter's lock is free soon after.
            asyncio.get_running_loop().call_soon(self._hand_over)
        return waiting

    def _last(self) -> _Waiting | None:
        return next(reversed(self._waiting or self._under_way), None)

    def _hand_over(self) -> None:
        if self._under_way or not self._waiting:
            return
        self._under_way, self._waiting = self._waiting, []
        self._jobs.put((asyncio.get_running_loop(), _merged(self._under_way)))

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            loop, batch = job
            try:
                with COMMIT_SECONDS.time():
                    self._durable.file.write(batch)
                self._failure = None
            except BaseException as error:  # noqa: BLE001  (the edge of the thread: those who wait are told)
                self._failure = error
            try:
                loop.call_soon_threadsafe(self._done, self._failure)
            except RuntimeError:  # the loop has ended, and nobody waits any more
                continue

    def _done(self, error: BaseException | None) -> None:
        done, self._under_way = self._under_way, []
        if error is not None:
            done, self._waiting = done + self._waiting, []
            for waiting in reversed(done):
                self._durable.take_back(waiting.step)
        for waiter in (waiter for waiting in done for waiter in waiting.waiters):
            if not waiter.done():
                waiter.set_result(error)
        if self._waiting:
            self._hand_over()


def _merged(steps: Sequence[_Waiting]) -> Batch:
    merged: Batch = {}
    for waiting in steps:
        merged.update(waiting.step.after)
    return merged
