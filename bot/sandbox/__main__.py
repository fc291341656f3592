"""The sandbox in a process of its own, for tests that kill the bot and for benchmarks: ``python -m bot.sandbox``.

It prints one line of JSON when it listens, with its address and the bot's token, and runs until SIGTERM or Ctrl-C.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import signal
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.sandbox.clock import SandboxClock
from bot.sandbox.control import Control
from bot.sandbox.limits import Mode
from bot.sandbox.server import serving
from bot.sandbox.state import TOKEN, SandboxState

RARE_COLLECTIONS = 50_000  #: allocations between two looks for garbage; kept messages make each look dearer


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description="Plays Telegram on this computer.")
    parser.add_argument("--port", type=int, default=0, help="of the loopback; 0, the default, takes a free one")
    parser.add_argument("--fast", action="store_true", help="no flood limits; Telegram's own if left out")
    parser.add_argument("--per-second", type=int, help="with --fast: the one limit of all chats together")
    parser.add_argument("--chats", type=int, default=0, help="private chats that have started the bot")
    parser.add_argument("--report", type=Path, help="a file that gets, at the end, all that arrived, as JSON")
    parser.add_argument("--token", default=TOKEN, help="what the bot must show")
    return parser.parse_args()


async def _run(chosen: argparse.Namespace) -> None:
    """Serves until told to stop, then writes the report."""
    state = SandboxState(
        clock=SandboxClock(lambda: datetime.now(UTC)),  # noqa: TID251  a program of its own, at its own edge
        token=chosen.token,
        mode=Mode.FAST if chosen.fast else Mode.STRICT,
        per_second=chosen.per_second,
    )
    state.add_crowd(chosen.chats)
    gc.freeze()
    gc.set_threshold(RARE_COLLECTIONS)
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with serving(state, chosen.port) as address:
        sys.stdout.write(json.dumps({"address": address, "token": state.token}) + "\n")
        sys.stdout.flush()
        await stopping.wait()
    if chosen.report:
        report = json.dumps(Control(state).sent({"texts": "1"}))
        await asyncio.to_thread(chosen.report.write_text, report, encoding="utf-8")


def _runner() -> Callable[[Coroutine[Any, Any, None]], None]:
    """uvloop's, which is faster, where it is installed."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run
    return uvloop.run


def main() -> None:
    """Ends with 0 when told to stop, with 1 when the port is taken or an argument makes no sense."""
    try:
        _runner()(_run(_arguments()))
    except (OSError, ValueError) as error:
        sys.exit(f"{error}")


if __name__ == "__main__":
    main()
