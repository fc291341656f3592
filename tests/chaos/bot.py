"""A bot process to be killed: the real store, delivery, limits and transport, and nothing else.

It prints a line once it delivers, and ends by itself when nothing waits any more, or at SIGTERM.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import resource
import signal
from datetime import UTC, datetime
from pathlib import Path

from bot import logs
from bot.desk.delivery import Delivery
from bot.outbox import State
from bot.telegram import transport
from bot.telegram.application import connect, limiter_of
from bot.telegram.limits import Rates
from bot.telegram.sender import TelegramSender
from storage.tinydb_store import TinyStore, open_store

FILE = "chaos.db"
LOOK = 0.05  #: seconds between two looks whether anything waits
ROOM = 64 * 1024  #: bytes that a file may still grow before the disk is "full"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.bot")
    parser.add_argument("folder", type=Path)
    parser.add_argument("address")
    parser.add_argument("token")
    parser.add_argument("--rate", type=float, default=29.0)
    parser.add_argument("--pays", action="store_true")
    parser.add_argument("--patience", type=float, help="seconds to wait for an answer")
    parser.add_argument("--full-disk", action="store_true", help="files cannot grow until SIGUSR1")
    return parser.parse_args()


def fill_the_disk(folder: Path) -> None:
    """No file of this process may grow by more than ``ROOM`` beyond the largest; SIGUSR1 ends that."""
    largest = max(file.stat().st_size for file in folder.iterdir())
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest + ROOM, hard))
    signal.signal(signal.SIGUSR1, lambda *_: resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard)))


async def until_nothing_waits(store: TinyStore) -> None:
    """Returns when every message is sent, dead, or of a chat that does not let the bot in."""
    while True:
        by_state = (await store.depth()).by_state
        if not by_state.get(State.PENDING) and not by_state.get(State.SENDING):
            return
        await asyncio.sleep(LOOK)


async def serve(given: argparse.Namespace) -> None:
    """Delivers until nothing waits or it is cancelled."""
    store = open_store(given.folder, FILE)
    application = connect(given.token, given.address, Rates(total=given.rate))
    await application.bot.initialize()
    delivery = Delivery(
        store=store,
        sender=TelegramSender(bot=application.bot, has_turn=True, pays=given.pays),
        turns=limiter_of(application),
        now=lambda: datetime.now(UTC),
    )
    task = asyncio.create_task(delivery.run())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    print("delivers", flush=True)
    done = asyncio.create_task(until_nothing_waits(store))
    await asyncio.wait([task, done], return_when=asyncio.FIRST_COMPLETED)
    done.cancel()
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    await application.bot.shutdown()
    store.close()


def main() -> None:
    """Runs."""
    given = _arguments()
    logs.configure()
    if given.patience is not None:
        transport.READ = given.patience
    if given.full_disk:
        fill_the_disk(given.folder)
    asyncio.run(serve(given))


if __name__ == "__main__":
    main()
