"""Running a parser on strangers' data in a process of its own, which may be ended when it takes too long."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Generic, ParamSpec, TypeVar

from bot.children import Child, ProcessDiedError, TookTooLongError

P = ParamSpec("P")
R = TypeVar("R")

LONGEST = timedelta(seconds=20)  #: that one document may take; a usual page takes 50 ms
STARTING = timedelta(seconds=60)  #: more for the first, which waits for the process and its libraries
MEMORY = 2_000_000_000  #: bytes of address space; the libraries alone map about a third


class ConfinedError(Exception):
    """The work was not done: it took too long or too much memory, or it failed; the message says which."""


@dataclass(frozen=True, slots=True)
class _Done(Generic[R]):
    result: R


class Confined:
    """One process, started when it is first needed, and again after it had to be ended.

    What it runs must be a module's function; arguments and result are pickled. One piece of work at a time.
    """

    def __init__(self, longest: timedelta = LONGEST) -> None:
        self._longest = longest
        self._child = Child(_bound_memory, starting=STARTING)
        self._turn = asyncio.Lock()

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """The function's result.

        Raises:
            ConfinedError: there is none.
        """
        async with self._turn:
            patience = self._longest
            if not self._child.is_there:
                await self._child.close()  # one that died while nobody asked
                patience += STARTING
            try:
                answer = await self._child.call_within(patience, _outcome, partial(function, *args, **kwargs))
            except TookTooLongError:
                raise ConfinedError(f"took more than {patience.total_seconds():g} s") from None
            except (ProcessDiedError, MemoryError) as error:
                raise ConfinedError("took too much memory, or broke its process") from error
            except asyncio.CancelledError:  # the next document must not wait for one that nobody wants
                await self._child.close()
                raise
        if isinstance(answer, _Done):
            return answer.result
        raise ConfinedError(answer)

    async def close(self) -> None:
        """Ends the process; the next ``run`` starts another."""
        await self._child.close()


def _outcome(work: Callable[[], R]) -> _Done[R] | str:
    """What the work gave, or why it gave nothing: an error of a stranger's making is not carried to the bot."""
    try:
        return _Done(work())
    except MemoryError:
        return "took too much memory"
    except Exception as error:  # noqa: BLE001  (the edge of the process: whoever asked is told)
        return f"{type(error).__name__}: {error}"[:500]


def _bound_memory() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # not on every system
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
