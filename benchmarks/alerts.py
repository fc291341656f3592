"""Alerts of a story that is told again, day by day: ``python -m benchmarks.alerts DATA CACHE TOPIC ...``.

DATA is a folder of ``TOPIC.jsonl`` and ``TOPIC.timelines.json``; CACHE has the articles' reports, which ``python -m
benchmarks.replay DATA CACHE TOPIC ...`` reads. Each article is merged in the order of publication, and the alerts that
it gives rise to are rendered and checked. Printed for each topic: the alerts by kind, those that failed the check, the
median and the most a day with articles, before any cap; and for each human timeline the share of its days on which,
or on the day after, an alert came. A timeline is cut to the days within two of a published article, as its scorer does.

``--sample N OUT`` draws so many alerts of all the topics together, by a fixed seed, and writes them with their sources.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from re import sub
from statistics import mean, median

from benchmarks.replay import MOST, TRACKERS, articles, reports
from bot.digest.alert import Alert
from bot.digest.alerts import alerts
from bot.digest.changes import changes
from bot.digest.merging import Merging
from bot.digest.model import Article, Report
from bot.render.alerts import alert_message

SEED = 20260
NEAR = range(-2, 3)  #: days about a published article to which a timeline is cut
DAY = timedelta(days=1)


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
    options = parser.parse_args(arguments)
    told: list[Told] = []
    for topic in options.topics:
        wanted = articles(options.data / f"{topic}.jsonl", options.most)
        began = time.process_time()
        found = list(replay(topic, reports(options.cache, wanted)))
        seconds = time.process_time() - began
        told += found
        _print(topic, wanted, found, seconds)
        references = json.loads((options.data / f"{topic}.timelines.json").read_text(encoding="utf-8"))
        _print_recall(wanted, found, {one["name"]: _days(one["entries"]) for one in references})
    if options.sample:
        _write_sample(told, int(options.sample[0]), Path(options.sample[1]))
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


def _print_recall(wanted: Sequence[Article], found: Sequence[Told], timelines: Mapping[str, set[date]]) -> None:
    published = {article.published.day for article in wanted}
    near = {day + shift * DAY for day in published for shift in NEAR}
    alerted = {one.day for one in found if one.html is not None}
    for name, dated in timelines.items():
        days = {day for day in dated & near if min(published) <= day <= max(published)}
        reached = {day for day in days if day in published or day + DAY in published}
        hit = {day for day in days if day in alerted or day + DAY in alerted}
        share = len(hit) / len(days) if days else 0.0
        print(f"  {name}: recall {share:.2f} ({len(hit)} of {len(days)}; {len(reached)} have an article in time)")


def _days(entries: Sequence[Mapping[str, str]]) -> set[date]:
    return {date.fromisoformat(entry["date"][:10]) for entry in entries}


def _write_sample(told: Sequence[Told], count: int, out: Path) -> None:
    """Messages and, below each, nothing else: they hold the sentences that they cite."""
    by_topic: dict[str, list[Told]] = defaultdict(list)
    for one in told:
        if one.html is not None:
            by_topic[one.topic].append(one)
    sound = [one for several in by_topic.values() for one in several]
    drawn = random.Random(SEED).sample(sound, min(count, len(sound)))
    with out.open("w", encoding="utf-8") as file:
        file.write(f"# {len(drawn)} alerts of {len(sound)}, drawn with seed {SEED}\n")
        for number, one in enumerate(drawn, 1):
            body = unescape(sub(r"<[^>]+>", "", (one.html or "").replace("<blockquote expandable>", "\n--- sources\n")))
            file.write(f"\n## {number}. {one.topic}, {one.day}, {one.alert.kind}\n\n{body}\n")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
