"""The whole bot as one of several processes that share a database, to be killed and frozen.

It prints a line once it is at work, and stops in good order at SIGTERM. Leases are short, so that tests are.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
from datetime import timedelta
from pathlib import Path

from pydantic import SecretStr

from bot import app, logs
from bot.desk.leading import Leading
from bot.jobs import Role
from bot.settings import LIVE, Settings
from bot.telegram.application import connect
from bot.telegram.limits import Rates
from storage.postgres import assignments, workers

LEASE, BEAT = timedelta(seconds=3), timedelta(seconds=0.5)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.worker")
    parser.add_argument("folder", type=Path)
    parser.add_argument("database")
    parser.add_argument("address")
    parser.add_argument("token")
    parser.add_argument("--rate", type=float, required=True)
    parser.add_argument("--feed", default=None, help="the address of one that is followed; each process names itself")
    parser.add_argument("--only", action="append", choices=[*Role], default=None)
    return parser.parse_args()


async def serve(given: argparse.Namespace) -> None:
    """Works until SIGTERM."""
    feed = [{"kind": "feed", "url": given.feed, "name": "Gazette", "private": True}] if given.feed else []
    settings = Settings.model_construct(
        token=None,
        data=given.folder,
        articles=given.folder,
        store=SecretStr(given.database),
        trackers={},
        sources=feed,
        contact=f"process {os.getpid()}",
    )
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    parts = await asyncio.to_thread(app.open_parts, settings, LIVE)
    application = connect(given.token, given.address, Rates(total=given.rate), shared=parts.shared)
    roles = frozenset(map(Role, given.only or Role))
    async with app.running(application, parts, app.RealClock(), roles=roles):
        print("at work", flush=True)
        await stopping.wait()
    await asyncio.to_thread(parts.store.close)


def main() -> None:
    """Runs."""
    given = _arguments()
    logs.configure()
    workers.LEASE, workers.BEAT = LEASE, BEAT
    assignments.SILENCE, assignments.BEAT = LEASE, BEAT
    Leading.__init__.__kwdefaults__ = {"span": LEASE, "beat": BEAT}
    asyncio.run(serve(given))


if __name__ == "__main__":
    main()
