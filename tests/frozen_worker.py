"""A process that claims a message and begins another, to be stopped: ``python -m tests.frozen_worker ADDRESS``.

It says what it holds; at the next line on its standard input it goes on with both, and says what it was let do.
"""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import timedelta

from bot import logs
from bot.outbox import Delivered
from storage.postgres import workers
from storage.postgres.addresses import Address
from storage.postgres.store import open_store
from tests.homes import closed
from tests.stores import NOW

workers.LEASE, workers.BEAT = timedelta(seconds=1), timedelta(seconds=0.3)


async def main() -> None:
    logs.configure()
    store = open_store(Address(url=sys.argv[1]))
    claimed, begun = await store.claim(2, NOW)
    await store.begin([begun.id], NOW)
    print(json.dumps([claimed.id, begun.id]), flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    may_send = await store.begin([claimed.id], NOW)
    await store.settle(begun, Delivered(), NOW)
    print(json.dumps(sorted(may_send)), flush=True)
    await closed(store)


asyncio.run(main())
