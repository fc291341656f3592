"""Alerts of a story that is told again, day by day: ``python -m benchmarks.alerts DATA CACHE TOPIC ...``.

DATA is a folder of ``TOPIC.jsonl`` and ``TOPIC.timelines.json``; CACHE has the articles' reports, which ``python -m
benchmarks.replay DATA CACHE TOPIC ...`` reads. Each article is merged in the order of publication, and the alerts that
it gives rise to are rendered and checked. Printed for each topic: the alerts by kind, those that failed the check, the
median and the most a day with articles, before any cap; and for each human timeline the share of its days on which,
or on the day after, an alert came. A timeline is cut to the days within two of a published article, as its scorer does.

``--sample N OUT`` draws so many alerts, as many of each topic, by ``--seed``, and writes them with their sources.

``--bot`` has the whole bot tell the stories instead: what is counted are the messages that came to two chats of the
sandbox, one with the highest cap and one with the usual; the day's articles come evenly over their day.

``--outbox WORD`` measures how long an article takes until its message is in the outbox: the whole bot knows the first
thousand articles of a topic, and the next sixty come one a second to a chat that watches for the word.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from re import sub
from statistics import mean, median, quantiles
from typing import Any

import structlog

from benchmarks.alerts_bot import Retold, retold, seconds_to_outbox
from benchmarks.alerts_bot import Told as Heard
from benchmarks.replay import MOST, TRACKERS, articles, kept, reports
from bot.digest.alert import Alert
from bot.digest.alerts import alerts
from bot.digest.changes import changes
from bot.digest.merging import Merging
from bot.digest.model import Article, ArticleId, Report
from bot.render.alerts import alert_message

SEED = 20265  #: of the last sample that was judged
NEAR = range(-2, 3)  #: days about a published article to which a timeline is cut
DAY = timedelta(days=1)
KNOWN, FRESH = 1000, 60  #: articles of a story before the time is measured, and of those whose time is


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An alert as a chat would get it; ``html`` is None when it failed the check."""

    topic: str
    day: date
    alert: Alert
    html: str | None


def main(arguments: list[str]) -> int:
    """Replays the topics and prints what came of them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.alerts", description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("cache", type=Path)
    parser.add_argument("topics", nargs="+")
    parser.add_argument("--most", type=int, default=MOST)
    parser.add_argument("--sample", nargs=2, metavar=("N", "OUT"))
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--bot", action="store_true")
    parser.add_argument("--outbox", metavar="WORD")
    options = parser.parse_args(arguments)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    if options.outbox:
        for topic in options.topics:
            _print_seconds(topic, articles(options.data / f"{topic}.jsonl", KNOWN + FRESH), options)
        return 0
    if options.bot:
        for topic in options.topics:
            wanted = articles(options.data / f"{topic}.jsonl", options.most)
            references = json.loads((options.data / f"{topic}.timelines.json").read_text(encoding="utf-8"))
            _print_retold(topic, wanted, asyncio.run(retold(wanted, _read(wanted, options.cache))), references)
        return 0
    told: list[Told] = []
    for topic in options.topics:
        wanted = articles(options.data / f"{topic}.jsonl", options.most)
        began = time.process_time()
        found = list(replay(topic, reports(options.cache, wanted)))
        seconds = time.process_time() - began
        told += found
        _print(topic, wanted, found, seconds)
        references = json.loads((options.data / f"{topic}.timelines.json").read_text(encoding="utf-8"))
        alerted = {one.day for one in found if one.html is not None}
        _print_recall(wanted, alerted, {one["name"]: _days(one["entries"]) for one in references})
    if options.sample:
        _write_sample(told, int(options.sample[0]), Path(options.sample[1]), options.seed)
    return 0


def replay(topic: str, read: Iterator[Report]) -> Iterator[Told]:
    """The alerts of a story, article by article."""
    merging = Merging()
    last = merging.digest()
    known: set[str] = set()
    for report in read:
        merging.add(report)
        digest = merging.digest()
        for alert in alerts(last, digest, changes(last, digest), known):
            known.add(alert.keys[0])
            message = alert_message(digest, [alert], TRACKERS, report.article.published.moment)
            html = message.html if message is not None else None
            yield Told(topic=topic, day=report.article.published.day, alert=alert, html=html)
        last = digest


def _print(topic: str, wanted: Sequence[Article], found: Sequence[Told], seconds: float) -> None:
    sound = [one for one in found if one.html is not None]
    kinds = Counter(str(one.alert.kind) for one in sound)
    by_day = Counter(one.day for one in sound)
    a_day = [by_day[day] for day in sorted({article.published.day for article in wanted})]
    print(f"{topic}: {len(wanted)} articles on {len(a_day)} days, {len(sound)} alerts: {dict(kinds)}")
    print(f"  urgent {sum(one.alert.urgent for one in sound)}, failed the check {len(found) - len(sound)}")
    print(f"  a day with articles: median {median(a_day)}, mean {mean(a_day):.1f}, most {max(a_day)}; {a_day}")
    print(f"  {1000 * seconds / len(wanted):.0f} ms of CPU an article")


def _read(wanted: Sequence[Article], cache: Path) -> Mapping[ArticleId, Path]:
    """The reports that are kept; the bot reads the others itself."""
    places = {article.id: kept(cache, article) for article in wanted}
    return {name: path for name, path in places.items() if path.exists()}


def _print_retold(
    topic: str, wanted: Sequence[Article], found: Retold, references: Sequence[Mapping[str, Any]]
) -> None:
    days = sorted({article.published.day for article in wanted})
    print(f"{topic}: {len(wanted)} articles on {len(days)} days, told by the bot in {sum(found.seconds):.0f} s")
    for cap, told in found.by_cap.items():
        alerts = [alert for one in told for alert in one.alerts]
        points = Counter(line for alert in alerts for line in set(alert.split("\n")) if line.startswith("•"))
        by_day = Counter(one.day for one in told for _ in one.alerts)
        a_day = [by_day[day] for day in days]
        print(f"  cap {cap}: {len(told)} messages, {len(alerts)} alerts; failing the check {_unsound(told)}")
        print(f"    the same alert twice {len(alerts) - len({*alerts})}, a line again {points.total() - len(points)}")
        print(f"    a day with articles: median {median(a_day)}, mean {mean(a_day):.1f}, most {max(a_day)}")
        timelines = {one["name"]: _days(one["entries"]) for one in references}
        _print_recall(wanted, {one.day for one in told if one.alerts}, timelines)


def _unsound(told: Sequence[Heard]) -> int:
    for one in told:
        for problem in one.problems:
            print(f"    ! {one.day}: {problem}")
    return sum(bool(one.problems) for one in told)


def _print_seconds(topic: str, wanted: Sequence[Article], options: argparse.Namespace) -> None:
    known, fresh = wanted[:KNOWN], wanted[KNOWN : KNOWN + FRESH]
    before = os.getloadavg()[0]
    seconds = asyncio.run(seconds_to_outbox(known, fresh, _read(known, options.cache), options.outbox))
    print(
        f"{topic}: {len(known)} articles known, {len(fresh)} more at one a second, {len(seconds)} of them told; "
        f"load {before:.0f} before, {os.getloadavg()[0]:.0f} after"
    )
    for name, taken in zip(("recorded", "in the outbox"), zip(*seconds, strict=True), strict=True):
        cuts = quantiles(taken, n=20, method="inclusive")
        print(f"  {name}: p50 {median(taken):.2f} s, p95 {cuts[18]:.2f} s, most {max(taken):.2f} s")


def _print_recall(wanted: Sequence[Article], alerted: Collection[date], timelines: Mapping[str, set[date]]) -> None:
    published = {article.published.day for article in wanted}
    near = {day + shift * DAY for day in published for shift in NEAR}
    for name, dated in timelines.items():
        days = {day for day in dated & near if min(published) <= day <= max(published)}
        reached = {day for day in days if day in published or day + DAY in published}
        hit = {day for day in days if day in alerted or day + DAY in alerted}
        share = len(hit) / len(days) if days else 0.0
        print(f"  {name}: recall {share:.2f} ({len(hit)} of {len(days)}; {len(reached)} have an article in time)")


def _days(entries: Sequence[Mapping[str, str]]) -> set[date]:
    return {date.fromisoformat(entry["date"][:10]) for entry in entries}


def _write_sample(told: Sequence[Told], count: int, out: Path, seed: int) -> None:
    """Messages and, below each, nothing else: they hold the sentences that they cite."""
    by_topic: dict[str, list[Told]] = defaultdict(list)
    for one in told:
        if one.html is not None:
            by_topic[one.topic].append(one)
    draw = random.Random(seed)
    drawn = [
        one
        for sound in by_topic.values()
        for one in sorted(draw.sample(sound, min(count // len(by_topic), len(sound))), key=lambda one: one.day)
    ]
    with out.open("w", encoding="utf-8") as file:
        file.write(f"# {len(drawn)} alerts of {sum(map(len, by_topic.values()))}, drawn with seed {seed}\n")
        for number, one in enumerate(drawn, 1):
            body = unescape(sub(r"<[^>]+>", "", (one.html or "").replace("<blockquote expandable>", "\n--- sources\n")))
            file.write(f"\n## {number}. {one.topic}, {one.day}, {one.alert.kind}\n\n{body}\n")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
