"""Running a parser on strangers' data in a process of its own, which may be ended when it takes too long."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import signal
from collections.abc import Callable
from datetime import timedelta
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import ParamSpec, TypeVar, cast

from bot.children import end_with_parent

P = ParamSpec("P")
R = TypeVar("R")

LONGEST = timedelta(seconds=20)  #: that one document may take; a usual page takes 50 ms
STARTING = timedelta(seconds=60)  #: more for the first, which waits for the process and its libraries
MEMORY = 2_000_000_000  #: bytes of address space; the libraries alone map about a third


class ConfinedError(Exception):
    """The work was not done: it took too long or too much memory, or it failed; the message says which."""


class Confined:
    """One process, started when it is first needed, and again after it had to be ended.

    What it runs must be a module's function; arguments and result are pickled. One piece of work at a time.
    """

    def __init__(self, longest: timedelta = LONGEST) -> None:
        self._longest = longest
        self._process: BaseProcess | None = None
        self._line: Connection | None = None
        self._lock = asyncio.Lock()
        self._fresh = True

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """The function's result.

        Raises:
            ConfinedError: there is none.
        """
        async with self._lock:
            line = self._started()
            patience = self._longest + (STARTING if self._fresh else timedelta())
            try:
                answer = await asyncio.to_thread(_exchange, line, (function, args, kwargs), patience)
            except BaseException:  # also when the waiting is cancelled: the answer would meet the next question
                self.close()
                raise
        self._fresh = False
        match answer:
            case ("done", result):
                return cast(R, result)  # the process returns what the function did
            case (_, reason):
                raise ConfinedError(str(reason))

    def close(self) -> None:
        """Ends the process; the next ``run`` starts another."""
        if self._process is not None:  # first: whoever still waits at the line then sees its end
            self._process.kill()
            self._process.join()
            self._process.close()
        if self._line is not None:
            self._line.close()
        self._process = self._line = None
        self._fresh = True

    def _started(self) -> Connection:
        if self._line is None or self._process is None or not self._process.is_alive():
            self.close()
            context = multiprocessing.get_context("spawn")
            self._line, theirs = context.Pipe()
            self._process = context.Process(target=_serve, args=(theirs,), daemon=True, name="sitrep-parser")
            self._process.start()
            theirs.close()
        return self._line


def _exchange(line: Connection, work: object, patience: timedelta) -> tuple[str, object]:
    """Sends the work and waits for its answer.

    Raises:
        ConfinedError: none came; the process is then of no more use.
    """
    try:
        line.send(work)
        if not line.poll(patience.total_seconds()):
            raise ConfinedError(f"took more than {patience.total_seconds():g} s")
        answer: tuple[str, object] = line.recv()
    except (EOFError, OSError) as error:
        raise ConfinedError("took too much memory, or broke its process") from error
    return answer


def _serve(line: Connection) -> None:
    """The process's whole life: one piece of work after another."""
    end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _bound_memory()
    while True:
        try:
            function, args, kwargs = line.recv()
        except (EOFError, OSError):
            return
        try:
            answer = ("done", function(*args, **kwargs))
        except MemoryError:
            answer = ("failed", "took too much memory")
        except Exception as error:  # noqa: BLE001  (the edge of the loop: whoever asked is told)
            answer = ("failed", f"{type(error).__name__}: {error}"[:500])
        try:
            line.send(answer)
        except OSError:
            return


def _bound_memory() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # not on every system
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
