"""No process that the bot starts outlives it, also when the bot is killed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.settings import ROOT

WITHIN = 30  #: seconds of real time
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
import multiprocessing, os
from concurrent.futures import ProcessPoolExecutor
from bot.desk.processes import _stand_back
async def begin():
    global pool
    pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), initializer=_stand_back)
    print(pool.submit(os.getpid).result(), flush=True)
"""
DRAWING = """
from bot.drawing.studio import Studio
studio = Studio()
async def begin():
    await studio.warm()
    print(studio._worker.pid, flush=True)
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
