"""Every fault, one after the other, and the table of what became of the messages: ``python -m tests.chaos``."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import structlog

from bot.settings import ROOT
from tests.chaos.clock import MOVES, OWED, briefings_by_chat
from tests.chaos.faults import ONE_IN_TEN, answers_too_late, chats_that_refuse, full_disk, one_in_ten, unreachable_for
from tests.chaos.harness import Account
from tests.chaos.kills import Ended, end_over_and_over

REPORT = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- chaos: begin -->", "<!-- chaos: end -->"
HEAD = (
    "| what happens | messages | arrived | twice | given up or held, with its reason | lost | seconds |\n"
    "|---|---|---|---|---|---|---|"
)

SHIPPED = ("--rate", "29")
PAID = ("--rate", "970", "--pays")


def killed(
    arguments: tuple[str, ...], rate: float, ends: int, how: signal.Signals, a_round: int = 1000
) -> Callable[[], tuple[str, bool]]:
    """A broadcast of 2,000, ended over and over; a new one after ``a_round`` ends."""

    def run() -> tuple[str, bool]:
        ended = end_over_and_over(2000, ends, arguments, rate, how=how, a_round=a_round)
        row, is_good = cells(ended.account)
        counts = f"of those twice at most {ended.most} an end, {ended.mean:.2f} on average"
        return row.replace(" |  | ", f" | {counts} | "), is_good and _is_bounded(ended, rate, how)

    return run


def _is_bounded(ended: Ended, rate: float, how: signal.Signals) -> bool:
    if how is signal.SIGTERM:
        return ended.account.duplicates == 0
    return ended.most <= 1 or rate > 100  # beyond the free rate several are on their way at any moment


def faulty(run: Callable[[], Account]) -> Callable[[], tuple[str, bool]]:
    """An account as a row."""
    return lambda: cells(run())


def moved_clock() -> tuple[str, bool]:
    """Briefings while the clock moves."""
    counts = asyncio.run(briefings_by_chat(300))
    owed, arrived = OWED * len(counts), sum(counts)
    is_good = set(counts) == {OWED}
    return f"{owed:,} | {arrived:,} | {max(arrived - owed, 0)} | | {max(owed - arrived, 0)}", is_good


def cells(found: Account) -> tuple[str, bool]:
    """The row, and whether every message is accounted for, in order, and none arrived more than twice."""
    reasons = {**found.given_up, **found.paused}
    rest = "; ".join(f"{count} {_short(reason)}" for reason, count in sorted(_joined(reasons).items()))
    row = f"{found.messages:,} | {found.arrived:,} | {found.duplicates} | {rest} | {found.lost}"
    return row, found.lost == 0 and found.disordered == 0 and found.most_arrivals <= 2


def _joined(reasons: Mapping[str, int]) -> dict[str, int]:
    joined: dict[str, int] = {}
    for reason, count in reasons.items():
        joined[_short(reason)] = joined.get(_short(reason), 0) + count
    return joined


def _short(reason: str) -> str:
    """A reason without what differs from one message to the next."""
    had = " (it had)" if reason.endswith(" (it had)") else ""
    words = reason.removesuffix(" (it had)").split(". Parsing")[0].split(": Response")[0].split(": Timeout")[0]
    return words.replace("|", "/") + had


SCENARIOS: Mapping[str, Callable[[], tuple[str, bool]]] = {
    "kill -9, 100 times, at 29/s": killed(SHIPPED, 29, 100, signal.SIGKILL),
    "kill -9, once in each of 10 broadcasts at 970/s": killed(PAID, 970, 10, signal.SIGKILL, 1),
    "SIGTERM, 20 times, at 100/s": killed(("--rate", "100"), 100, 20, signal.SIGTERM),
    **{name: faulty(lambda fault=fault: one_in_ten(fault)) for name, fault in ONE_IN_TEN.items()},  # type: ignore[misc]
    "an answer later than the bot waits, one in fifty": faulty(answers_too_late),
    "chats that block, are deactivated, migrate, close a topic; texts too long": faulty(chats_that_refuse),
    "a full disk for five seconds, and a kill after it": faulty(full_disk),
    "Telegram out of reach for an hour of the clock": faulty(lambda: unreachable_for(1)),
    f"the clock moved by {', '.join(f'{days:+d}' for days in MOVES)} days": moved_clock,
}


def main() -> None:
    """Prints the table; with ``--write`` puts it into docs/reliability.md. Ends with 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos")
    parser.add_argument("--write", action="store_true", help=f"put the table into {REPORT.name}")
    parser.add_argument("--only", default="", help="the scenarios whose names hold this")
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    lines, all_good = [HEAD], True
    print(HEAD, flush=True)
    for name, run in SCENARIOS.items():
        if given.only not in name:
            continue
        started = time.monotonic()
        row, is_good = run()
        all_good &= is_good
        lines.append(f"| {name} | {row} | {time.monotonic() - started:.0f} |" + ("" if is_good else " ← broken"))
        print(lines[-1], flush=True)
    if given.write:
        write("\n".join(lines))
    raise SystemExit(0 if all_good else 1)


def write(table: str) -> None:
    """Puts the table between its marks."""
    before, _, rest = REPORT.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    day = datetime.now(UTC).date()
    REPORT.write_text(f"{before}{BEGIN}\n`make chaos`, {day}:\n\n{table}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
