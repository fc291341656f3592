"""What reading and growing cost: ``python -m benchmarks.digest [FOLDER] [--articles N] [--story N] [--seconds S]``.

FOLDER holds articles, ``*.txt`` or ``*.jsonl`` with ``id``, ``published`` and ``sentences`` a line; without one the
seeds serve. Absolute times say more of the machine than of the program, so each is set against a yardstick of the same
run: reading against spaCy's own pipeline on the same text, two processes against one, one more article for a long
story against one for a short story. No part takes much longer than ``--seconds``. A long story is made of the folder's
articles, repeated under other ids and with other people in them.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import pickle
import pstats
import statistics
import sys
import time
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.digest import language, reading
from bot.digest.clean import passages
from bot.digest.merging import Merging, merge
from bot.digest.model import (
    Article,
    ArticleId,
    Basis,
    BodyKind,
    Digest,
    Event,
    Figure,
    PassageKind,
    Published,
    Report,
    Speaker,
    Tracker,
)
from bot.digest.trackers import trackers
from bot.settings import ROOT, SEEDS

SHORT = 100  #: articles of the story that a long one is compared with
MORE = 20  #: articles added to each
COSTS = 12  #: lines of the profile
GOALS = {"reading": 1.3, "pool": 1.7, "growth": 2.0}  #: at most, at least, at most
SPOKEN = datetime(2024, 11, 12, tzinfo=UTC)  #: when a text without a date is taken to have appeared


def main(arguments: list[str]) -> int:
    """Prints every figure, each with its goal."""
    options = _parser().parse_args(arguments)
    articles = list(_spread(list(_articles(Path(options.folder))), options.articles))
    words = sum(len(article.text.split()) for article in articles)
    load = os.getloadavg()[0]
    print(f"{len(articles)} articles, {words / len(articles):.0f} words each; {os.cpu_count()} cores, load {load:.1f}")
    reports, seconds = _reading(articles, options.seconds)
    _profile(articles[: max(1, len(articles) // 4)], options.seconds)
    _pool(articles, options.seconds)
    _growth(reports, seconds, options.story)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.digest", description=__doc__)
    parser.add_argument("folder", nargs="?", default=str(SEEDS))
    parser.add_argument("--articles", type=int, default=100)
    parser.add_argument("--story", type=int, default=3000)
    parser.add_argument("--seconds", type=float, default=60.0)
    return parser


def _shipped() -> tuple[Tracker, ...]:
    path = ROOT / "bot" / "trackers.toml"
    return trackers(tomllib.loads(path.read_text(encoding="utf-8")), path.name)


def _articles(folder: Path) -> Iterator[Article]:
    for path in sorted(folder.glob("*.txt")):
        yield _article(path.stem, SPOKEN, path.read_bytes().decode())
    for path in sorted(folder.glob("*.jsonl")):
        with path.open(encoding="utf-8") as file:
            for row in map(json.loads, file):
                if "sentences" in row:
                    moment = datetime.fromisoformat(row["published"][:10]).replace(tzinfo=UTC)
                    yield _article(row["id"], moment, "\n\n".join(row["sentences"]))


def _article(name: str, moment: datetime, text: str) -> Article:
    return Article(id=ArticleId(name), text=text, published=Published(moment=moment, basis=Basis.STATED))


def _spread(articles: Sequence[Article], count: int) -> Iterator[Article]:
    """So many of the articles, evenly over all of them.

    Raises:
        SystemExit: there is none.
    """
    if not articles:
        raise SystemExit("expected a folder with *.txt or *.jsonl articles, got none")
    step = max(1, len(articles) // count)
    yield from articles[::step][:count]


def _reading(articles: Sequence[Article], limit: float) -> tuple[list[Report], float]:
    """The reports, and the seconds that one took; each article is read right after spaCy parsed the same text."""
    followed, model = _shipped(), language.load()
    reading.read(articles[0], followed)
    begin, theirs, ours, words = time.perf_counter(), 0.0, 0.0, 0
    reports = []
    for article in articles:
        prose = [
            passage.span.of(article.text).translate(language.PLAIN)
            for passage in passages(article)
            if passage.kind is PassageKind.PROSE
        ]
        with model.select_pipes(disable=[language.SENTENCES]):
            start = time.perf_counter()
            for _ in model.pipe(prose):
                pass
            theirs += time.perf_counter() - start
        start = time.perf_counter()
        reports.append(reading.read(article, followed))
        ours += time.perf_counter() - start
        words += sum(len(text.split()) for text in prose)
        if time.perf_counter() - begin > limit:
            break
    print(f"reading: {len(reports) / ours:.1f} articles/s, {words / ours:,.0f} words/s in one process")
    _say("reading / spaCy's pipeline", ours / theirs, "reading", at_most=True)
    return reports, ours / len(reports)


def _profile(articles: Sequence[Article], limit: float) -> None:
    """What each reader costs beside the language model, and the functions of this project that cost most."""
    followed = _shipped()
    profile = cProfile.Profile()
    begin = time.perf_counter()
    for article in articles:
        profile.runcall(reading.read, article, followed)
        if time.perf_counter() - begin > limit / 2:
            break
    table: dict[Any, Any] = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    root = next(key for key in table if key[2] == "read" and key[0].endswith("reading.py"))
    whole = table[root][3]
    stages = sorted(((row[4][root][3], key) for key, row in table.items() if root in row[4]), reverse=True)
    print("profile, share of reading (the profiler makes our own code look dearer than it is):")
    for seconds, (file, _, name) in stages[:8]:
        print(f"  {seconds / whole:6.1%}  {Path(file).stem}.{name}")
    own = sorted(((row[2], key) for key, row in table.items() if "/bot/digest/" in key[0]), reverse=True)
    print("profile, functions of this project by their own time:")
    for seconds, (file, line, name) in own[:COSTS]:
        print(f"  {seconds / whole:6.1%}  {Path(file).stem}:{line} {name}")


def _pool(articles: Sequence[Article], limit: float) -> None:
    """Two processes against one, over the same articles."""
    taken = []
    chosen = list(articles)
    for workers in (1, 2):
        with ProcessPoolExecutor(workers) as pool:
            list(pool.map(_read_one, [articles[0]] * 4 * workers))
            start = time.perf_counter()
            for done, _ in enumerate(pool.map(_read_one, chosen), 1):
                if workers == 1 and time.perf_counter() - start > limit / 2:
                    chosen = chosen[:done]
                    pool.shutdown(cancel_futures=True)
                    break
            taken.append((time.perf_counter() - start) / len(chosen))
    _say("two processes / one", taken[0] / taken[1], "pool", at_most=False)


def _read_one(article: Article) -> int:
    return len(reading.read(article, _shipped()).sentences)


def _growth(reports: Sequence[Report], seconds: float, story: int) -> None:
    """One more article for a story of ``SHORT`` and of ``story`` articles, reading it included."""
    before = _resident()
    many = [_another(reports[number % len(reports)], number // len(reports)) for number in range(story + MORE)]
    held = _resident()
    costs = []
    for size in (SHORT, story):
        start = time.perf_counter()
        merging = Merging()
        for report in many[:size]:
            merging.add(report)
        digest = merging.digest()
        built = time.perf_counter() - start
        adding = [_add(merging, report) for report in many[size : size + MORE]]
        costs.append(statistics.mean(adding))
        print(
            f"a story of {size}: built in {built:.1f} s; one more article {statistics.mean(adding) * 1e3:.0f} ms "
            f"(median {statistics.median(adding) * 1e3:.0f}, worst {max(adding) * 1e3:.0f}), {_size(digest)}"
        )
        if size == SHORT:
            assert merging.digest() == merge(many[: size + MORE]), "a grown digest differs from one built from scratch"
    print(f"reading one article: {seconds * 1e3:.0f} ms; adding alone, long / short: {costs[1] / costs[0]:.1f}")
    _say("reading and adding, long / short story", (seconds + costs[1]) / (seconds + costs[0]), "growth", at_most=True)
    merged = _resident()
    print(
        f"memory: {story} reports {held - before:.0f} MB, the merged story {merged - held:.0f} MB on top, "
        f"{(merged - before) / story * 1e3:.0f} KB an article"
    )


def _add(merging: Merging, report: Report) -> float:
    start = time.perf_counter()
    merging.add(report)
    merging.digest()
    return time.perf_counter() - start


def _size(digest: Digest) -> str:
    return (
        f"{len(digest.names)} names, {len(digest.claims)} claims, {len(digest.findings)} findings, "
        f"{len(digest.timeline)} events"
    )


def _another(report: Report, turn: int) -> Report:
    """A copy that shares no memory, of another article with other people; ``turn`` 0 is the article itself."""
    people = {body.key for body in report.bodies if body.kind is BodyKind.PERSON}

    def key(name: str) -> str:
        return f"{name}{'abcdefghij'[turn % 10] * (1 + turn // 10)}" if turn and name in people else name

    def speaker(known: Speaker | None) -> Speaker | None:
        return None if known is None else replace(known, parties=tuple(map(key, known.parties)))

    def figure(known: Figure) -> Figure:
        return replace(known, speaker=speaker(known.speaker))

    def event(known: Event) -> Event:
        actor = None if known.actor_key is None else key(known.actor_key)
        return replace(known, actor_key=actor, participants=tuple(map(key, known.participants)))

    other = replace(
        report,
        article=replace(report.article, id=ArticleId(f"{report.article.id}-{turn}")),
        bodies=tuple(replace(body, key=key(body.key)) for body in report.bodies),
        figures=tuple(map(figure, report.figures)),
        events=tuple(map(event, report.events)),
    )
    copy: Report = pickle.loads(pickle.dumps(other))
    return copy


def _resident() -> float:
    """The process's memory in MB, where the system tells; else 0."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    line = next(line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1e3


def _say(what: str, ratio: float, goal: str, *, at_most: bool) -> None:
    met = ratio <= GOALS[goal] if at_most else ratio >= GOALS[goal]
    bound = f"at {'most' if at_most else 'least'} {GOALS[goal]}"
    print(f"{what}: {ratio:.2f} (goal: {bound}; {'met' if met else 'MISSED'})")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
