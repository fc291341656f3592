"""Kills a process that writes to a store, at random moments, and looks whether the store kept its word.

``python -m tests.kills.store --kills 500`` prints what it found.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import SitrepError
from bot.outbox import ChatId
from storage.exchange import exported
from storage.news_table import NEWS
from storage.repair import examine
from storage.tinydb_store import TinyStore
from tests.kills.load import FAR, WORKERS
from tests.stores import FILE, opened

LONGEST = 0.15  #: seconds from the first acknowledged write to the kill
PATIENCE = 120.0  #: seconds for a process to begin


@dataclass(slots=True)
class Tally:
    """What many kills came to."""

    kills: int = 0
    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    torn: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.acknowledged} acknowledged writes: {len(self.lost)} lost, "
            f"{len(self.unreadable)} stores unreadable, {len(self.torn)} steps half done"
        )


def kill_once(folder: Path, seed: int, tally: Tally) -> None:
    """Starts a writer on an empty folder, kills it at a random moment, and adds to ``tally`` what is left."""
    told = _killed(folder, seed)
    tally.kills += 1
    tally.acknowledged += len(told)
    try:
        store = opened(folder)
        asyncio.run(_look(folder, told, tally, {chat.id for chat in asyncio.run(store.subscribed())}))
        asyncio.run(_look_at_story(store, max((n for _, what, n in told if what == "filed"), default=0), tally))
        store.close()
    except SitrepError as error:
        tally.unreadable.append(f"seed {seed}: {error}")
        return
    if faults := examine(folder / FILE).faults:
        tally.unreadable.append(f"seed {seed}: {faults}")


def _killed(folder: Path, seed: int) -> list[tuple[int, str, int]]:
    """What a writer had acknowledged, every line of it, when it was killed."""
    moment = random.Random(seed).uniform(0, LONGEST)
    writer = subprocess.Popen(
        [sys.executable, "-m", "tests.kills.load", str(folder), str(seed)], stdout=subprocess.PIPE, text=True
    )
    if writer.stdout is None:
        raise TypeError("expected a pipe")
    lines = [writer.stdout.readline()]
    reader = threading.Thread(target=lines.extend, args=(writer.stdout,))
    reader.start()
    time.sleep(moment)
    writer.send_signal(signal.SIGKILL)
    writer.wait(PATIENCE)
    reader.join(PATIENCE)
    return [tuple(json.loads(line)) for line in lines if line.endswith("\n")]


async def _look(folder: Path, told: list[tuple[int, str, int]], tally: Tally, there: set[ChatId]) -> None:
    """Holds what is on disk against what was acknowledged."""
    found = json.loads(exported(folder / FILE))
    chats = {chat["id"]: chat for chat in found["chats"]}
    rows: dict[int, dict[str, str]] = {}
    for row in found["outbox"]:
        rows.setdefault(row["chat"] % FAR, {})[row["key"]] = row["state"]
    latest: Counter[tuple[int, str]] = Counter()
    for worker, what, number in told:
        latest[worker, what] = max(latest[worker, what], number)
    for worker in range(1, WORKERS + 1):
        mine = [chat for chat in chats if chat % FAR == worker]
        if not any(teller == worker for teller, _, _ in told):
            continue
        if len(mine) != 1 or mine[0] not in there:
            tally.lost.append(f"chat {worker}: found as {mine}")
            continue
        revision = chats[mine[0]].get("told", {}).get("revision", 0)
        if revision < latest[worker, "brief"]:
            tally.lost.append(f"chat {worker}: mark {revision}, acknowledged {latest[worker, 'brief']}")
        if mine[0] // FAR < latest[worker, "moved"]:
            tally.lost.append(f"chat {worker}: moved {mine[0] // FAR} times, acknowledged {latest[worker, 'moved']}")
        _look_at_rows(worker, revision, latest[worker, "sent"], rows.get(worker, {}), tally)


async def _look_at_story(store: TinyStore, acknowledged: int, tally: Tally) -> None:
    """What a step brings is all there, or nothing of it: the article, its report, the digest and the news."""
    there = len((await store.library()).filed)
    digest, reports = await store.digest(), await store.reports()
    news = store._database.storage.texts(NEWS)
    if there < acknowledged:
        tally.lost.append(f"story: {there} articles, acknowledged {acknowledged}")
    if not there == len(digest.sources) == len(reports) == len(news):
        tally.torn.append(
            f"story: {there} articles, {len(digest.sources)} sources, {len(reports)} reports, {len(news)} times news"
        )


def _look_at_rows(worker: int, revision: int, sent: int, rows: dict[str, str], tally: Tally) -> None:
    """A briefing's mark and messages are one step; what was sent is sent, and only then forgotten."""
    numbers = {int(key.split()[0]) for key in rows}
    if numbers and max(numbers) > revision:
        tally.torn.append(f"chat {worker}: messages of {max(numbers)}, mark {revision}")
    for number in range(1, revision + 1):
        for part in (1, 2):
            state, was_sent = rows.get(f"{number} {part}"), number * 2 + part <= sent
            if was_sent and state not in (None, "sent"):
                tally.lost.append(f"chat {worker}: message {number} {part} is {state}, acknowledged as sent")
            if not was_sent and state is None and number * 2 + part > sent + 2:
                tally.torn.append(f"chat {worker}: message {number} {part} of mark {revision} is missing")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    tally = Tally()
    for seed in range(given.seed, given.seed + given.kills):
        folder = Path(tempfile.mkdtemp(prefix="kills-"))
        try:
            kill_once(folder, seed, tally)
        finally:
            shutil.rmtree(folder)
        if tally.kills % 50 == 0:
            print(tally, flush=True)
    print(tally)
    for fault in (*tally.lost, *tally.unreadable, *tally.torn):
        print(f"  {fault}")
    sys.exit(1 if tally.lost or tally.unreadable or tally.torn else 0)


if __name__ == "__main__":
    main()
