"""Kill -9 and SIGTERM at random moments of a broadcast."""

from __future__ import annotations

import random
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.sandbox import Sandbox, sandbox
from tests.chaos.harness import Account, account, bot, fill, run_to_the_end, texts_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What became of the broadcasts, and how many duplicates each end of a process made."""

    account: Account
    ends: int
    duplicates: Sequence[int]

    @property
    def most(self) -> int:
        """The most duplicates that one end made."""
        return max(self.duplicates, default=0)

    @property
    def mean(self) -> float:
        """Duplicates an end made, on average."""
        return sum(self.duplicates) / max(self.ends, 1)


def end_over_and_over(
    number: int,
    ends: int,
    arguments: Sequence[str],
    rate: float,
    *,
    how: signal.Signals = signal.SIGKILL,
    a_round: int = 1000,
    seed: int = 1,
) -> Ended:
    """Broadcasts ``number`` messages, and again when all are sent, while bots are ended ``ends`` times; then the rest.

    Each bot lives for a random time, such that a broadcast sees all the ends, or ``a_round``.
    """
    chance = random.Random(seed)
    whole = number / rate  #: seconds of a broadcast
    span = min(1.7 * whole / min(ends, a_round), 0.9 * whole, 4.0)  #: seconds a bot lives at most
    moments: list[float] = []
    with tempfile.TemporaryDirectory() as name, sandbox("--fast") as target:
        folder, chats = Path(name), target.crowd(number)
        texts: dict[int, list[str]] = {chat: [] for chat in chats}
        rounds = 0
        while len(moments) < ends:
            rounds += 1
            part = texts_for(chats, name=f"Round {rounds},")
            fill(folder, part)
            for chat, lines in part.items():
                texts[chat] = texts[chat] + lines
            until = min(ends, len(moments) + a_round)
            while len(moments) < until and _lives(folder, target, arguments, chance.uniform(0, span), how, moments):
                pass
            if len(moments) < ends:
                run_to_the_end(folder, target, *arguments)
        run_to_the_end(folder, target, *arguments)
        found = account(folder, texts, target)
    return Ended(account=found, ends=ends, duplicates=_by_end(found, moments))


def _lives(
    folder: Path, target: Sandbox, arguments: Sequence[str], seconds: float, how: signal.Signals, moments: list[float]
) -> bool:
    """Whether a bot was still at work when its time was over; then the moment of its end is noted."""
    with bot(folder, target, *arguments) as process:
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            moments.append(time.monotonic())
            process.send_signal(how)
            process.wait()
            return True
    return False


def _by_end(found: Account, moments: Sequence[float]) -> list[int]:
    """Duplicates by the last end before the second arrival."""
    counts: Counter[int] = Counter()
    for _, later in found.duplicate_moments:
        counts[sum(moment < later for moment in moments)] += 1
    return list(counts.values())
