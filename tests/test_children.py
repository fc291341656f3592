"""Processes that the bot starts: one that dies or hangs is replaced, and none outlives the bot."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.children import Child, NotBegunError, ProcessDiedError, TookTooLongError
from bot.settings import ROOT

WITHIN = 90  #: seconds of real time
STARTS = """
import asyncio, sys
{make}
async def main():
    await begin()
    print("begun", flush=True)
    await asyncio.sleep(600)
if __name__ == "__main__":
    asyncio.run(main())
"""
READING = """
import os
from bot.desk.processes import Process
process = Process(dict)
async def begin():
    print(await process.call(os.getpid), flush=True)
"""
DRAWING = """
from bot.drawing.studio import Studio
studio = Studio()
async def begin():
    await studio.warm()
    print(studio._child.pid, flush=True)
"""
PARSING = """
import os
from bot.sources.confined import Confined
confined = Confined()
async def begin():
    print(await confined.run(os.getpid), flush=True)
"""


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.skipif(os.name != "posix", reason="kills as POSIX does")
@pytest.mark.parametrize("make", [READING, DRAWING, PARSING], ids=["reading", "drawing", "parsing"])
def test_a_killed_bot_leaves_no_process_behind(make: str, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(STARTS.format(make=make), encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, program], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    ) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        assert process.stdout.readline() == "begun\n"
        process.kill()
        process.wait()
        end = time.monotonic() + WITHIN
        while is_alive(child) and time.monotonic() < end:
            time.sleep(0.05)
        assert not is_alive(child)
        assert process.stdout.read() == ""


A_MOMENT = timedelta(milliseconds=50)
kept: list[str] = []  #: in the process


def nothing() -> None:
    """What a process without preparation does."""


def keep(word: str) -> list[str]:
    kept.append(word)
    return kept


def run_out() -> None:
    raise TimeoutError("of its own")


@asynccontextmanager
async def process(prepare: Callable[[], None] = nothing, starting: timedelta | None = None) -> AsyncIterator[Child]:
    child = Child(prepare, starting=starting)
    try:
        yield child
    finally:
        await child.close()
        assert multiprocessing.active_children() == []


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(WITHIN):
        while not is_so():  # noqa: ASYNC110  (nobody is told of it)
            await asyncio.sleep(0.01)


async def test_what_was_kept_in_a_process_is_there_at_the_next_call() -> None:
    async with process() as child:
        before = child.is_there
        first = await child.call(keep, "a")
        second = await child.call(keep, "b")

        assert (before, first, second, child.is_there) == (False, ["a"], ["a", "b"], True)


async def test_a_call_that_takes_too_long_ends_the_process_and_the_next_has_a_new_one() -> None:
    async with process() as child:
        await child.call(keep, "a")
        with pytest.raises(TookTooLongError, match=r"it took longer than 0:00:00\.05"):
            await child.call_within(A_MOMENT, time.sleep, 600)

        assert (child.is_there, child.pid, multiprocessing.active_children()) == (False, None, [])
        assert await child.call(keep, "b") == ["b"]


async def test_the_end_of_a_process_with_nothing_to_do_is_seen_and_said_once() -> None:
    async with process() as child:
        await child.call(keep, "a")
        (worker,) = multiprocessing.active_children()
        worker.kill()
        await until(lambda: not child.is_there)

        with pytest.raises(ProcessDiedError):
            await child.call(keep, "b")
        assert await child.call(keep, "c") == ["c"]


async def test_a_process_that_is_closed_in_the_middle_of_a_call_says_so() -> None:
    async with process() as child:
        await child.begin()
        call = asyncio.create_task(child.call(time.sleep, 600))
        await asyncio.sleep(A_MOMENT.total_seconds())
        await child.close()

        with pytest.raises(ProcessDiedError):
            await call


async def test_calls_that_wait_for_a_process_that_is_closed_are_told_so_and_not_cancelled() -> None:
    async with process() as child:
        await child.begin()
        calls = [asyncio.create_task(child.call(time.sleep, 600)) for _ in range(4)]
        await asyncio.sleep(A_MOMENT.total_seconds())
        await child.close()

        ends = await asyncio.gather(*calls, return_exceptions=True)
        assert [type(end) for end in ends] == [ProcessDiedError] * 4


async def test_a_process_that_is_closed_as_it_begins_says_so_and_the_next_begins() -> None:
    async with process(partial(time.sleep, 600)) as child:
        call = asyncio.create_task(child.call(keep, "a"))
        await until(lambda: child.pid is not None)
        await child.close()

        with pytest.raises(NotBegunError):
            await call
        again = asyncio.create_task(child.begin())
        await until(lambda: child.pid is not None)
        again.cancel()
        with pytest.raises(asyncio.CancelledError):
            await again


@pytest.mark.parametrize("prepare", [partial(os._exit, 1), partial(time.sleep, 600)], ids=["dies", "hangs"])
async def test_a_process_that_does_not_begin_is_ended(prepare: Callable[[], None]) -> None:
    async with process(prepare, timedelta(seconds=5)) as child:
        with pytest.raises(NotBegunError):
            await child.call(keep, "a")

        assert (child.is_there, child.pid) == (False, None)


async def test_errors_of_what_is_called_are_passed_on_and_the_process_stays() -> None:
    async with process() as child:
        await child.call(keep, "a")
        with pytest.raises(ValueError, match="invalid literal"):
            await child.call(int, "x")
        with pytest.raises(TimeoutError, match="of its own"):
            await child.call_within(timedelta(minutes=5), run_out)

        assert await child.call(keep, "b") == ["a", "b"]
