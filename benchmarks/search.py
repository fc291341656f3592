"""First answers to questions: ``python -m benchmarks.search FOLDER [--half tuning|last] [--articles N] [--wrong]``.

FOLDER holds the stories of ``gold/questions.toml``, ``NAME.jsonl`` with ``id``, ``published`` and ``sentences`` a line.
Of each story ``--articles`` are read, evenly spread over the file, and each question goes the way of a plain message.
An answer is right when the first sentence that its first message cites is one of the gold's. Prints the share of right
first answers, and of questions with a right one among those shown first; and, with ``--long``, what the index, one more
article in it and a question cost in a story of so many articles, made of copies.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import statistics
import sys
import time
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

from bot.desk.answers import Answers
from bot.desk.indexing import Tables
from bot.desk.indexing import read as index_reading
from bot.desk.searching import Index
from bot.digest.merging import Merging, merge
from bot.digest.model import Article, ArticleId, Basis, Digest, Published, Report, Tracker
from bot.digest.patching import difference, patched
from bot.digest.reading import read
from bot.digest.trackers import trackers
from bot.ports import Packing
from bot.render.message import Message
from bot.settings import ROOT
from bot.stories import MAIN, StoryName
from storage.codec import JsonPacking

GOLD = Path(__file__).parent / "gold" / "questions.toml"
GROWTHS = 20  #: articles that come one by one
LIMIT = 0.05  #: seconds of one core that a question may cost, searching alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A store with one story in it."""

    whole: Digest
    stored: tuple[Report, ...]
    packing: Packing = field(default_factory=JsonPacking)

    async def digest(self, story: StoryName = MAIN) -> Digest:
        """The story's digest."""
        return self.whole

    async def packed_story(self, story: StoryName = MAIN) -> Mapping[int, str]:
        """The story's reports as they are stored."""
        return {number: self.packing.report(report) for number, report in enumerate(self.stored, 1)}

    async def reports(self, story: StoryName = MAIN, numbers: Collection[int] | None = None) -> Mapping[int, Report]:
        """The story's reports."""
        return dict(enumerate(self.stored, 1))


def main(arguments: list[str]) -> int:
    """Prints every figure."""
    options = _parser().parse_args(arguments)
    questions = tomllib.loads(GOLD.read_text(encoding="utf-8"))["question"]
    chosen = [question for question in questions if options.half in ("", question["half"])]
    right: list[int | None] = []
    everything: list[Report] = []
    for name in dict.fromkeys(question["story"] for question in chosen):
        rows = _rows(Path(options.folder) / f"{name}.jsonl", options.articles)
        with ProcessPoolExecutor() as pool:
            reports = tuple(report for report in pool.map(_read, rows.values()) if report is not None)
        everything += reports
        own = [question for question in chosen if question["story"] == name]
        right += asyncio.run(_ask(reports, own, rows, wrong=options.wrong))
    first, shown = sum(place == 0 for place in right), sum(place is not None for place in right)
    print(f"{len(right)} questions: right first {first} ({first / len(right):.0%}), shown {shown / len(right):.0%}")
    if options.long:
        _cost(everything, [question["ask"] for question in chosen], options.long)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search", description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--half", choices=("tuning", "last", ""), default="")
    parser.add_argument("--articles", type=int, default=30)
    parser.add_argument("--wrong", action="store_true", help="print the questions that are answered wrongly")
    parser.add_argument("--long", type=int, default=0)
    return parser


def _rows(path: Path, count: int) -> dict[str, dict[str, Any]]:
    """So many of a story's articles, evenly over all of them, by their ids."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    step = len(rows) / count
    return {row["id"]: row for row in (rows[int(number * step)] for number in range(count))}


def _shipped() -> tuple[Tracker, ...]:
    path = ROOT / "bot" / "trackers.toml"
    return trackers(tomllib.loads(path.read_text(encoding="utf-8")), path.name)


def _read(row: dict[str, Any]) -> Report | None:
    """The article's report; None for one that cannot be read, which the bot leaves out too."""
    moment = datetime.fromisoformat(row["published"][:10]).replace(tzinfo=UTC)
    published = Published(moment=moment, basis=Basis.STATED)
    text = "\n\n".join(row["sentences"])
    article = Article(id=ArticleId(row["id"]), text=text, published=published, publisher=row["id"])
    try:
        return read(article, _shipped())
    except Exception as error:  # noqa: BLE001  (the edge of the loop over articles: this one is named)
        print(f"! {article.id} could not be read: {type(error).__name__}: {error}")
        return None


async def _ask(
    reports: tuple[Report, ...], questions: Sequence[dict[str, Any]], rows: dict[str, dict[str, Any]], *, wrong: bool
) -> list[int | None]:
    """For each question the place of the first right sentence among those of the first message, from 0."""
    digest = merge(reports)
    answers = Answers(store=Shelf(whole=digest, stored=reports), trackers=_shipped())
    today = max(source.article.published.day for source in digest.sources)
    places = []
    for question in questions:
        message = (await answers.talk(question["ask"], today))[0]
        found = list(_cited(message))
        wanted = [rows[article]["sentences"][number] for article, numbers in question["right"] for number in numbers]
        place = next((at for at, words in enumerate(found) if any(_same(words, right) for right in wanted)), None)
        places.append(place)
        if wrong and place != 0:
            print(f"{question['story']}: {question['ask']} ({'not shown' if place is None else f'place {place + 1}'})")
    return places


def _cited(message: Message) -> Iterator[str]:
    """The statements of a message, in order."""
    body = re.sub(r"<blockquote expandable>.*?</blockquote>", "", message.html, flags=re.DOTALL)
    for line in body.split("\n"):
        bare = unescape(re.sub(r"<[^>]+>", "", line))
        if bare.startswith("• "):
            yield bare.removeprefix("• ")


def _same(shown: str, sentence: str) -> bool:
    """Whether the shown words, maybe after a speaker and with cuts, are of this sentence or hold it."""
    flat = " ".join(sentence.split())
    pieces = [" ".join(piece.split()) for piece in shown.split("[…]") if piece.strip()]
    spoken = [piece.partition(": ")[2] or piece for piece in pieces]
    return all(piece in flat or flat in piece or own in flat for piece, own in zip(pieces, spoken, strict=True))


def _cost(reports: Sequence[Report], questions: Sequence[str], count: int) -> None:
    """What the index and a question cost in a long story."""
    many = tuple(
        replace(report, article=replace(report.article, id=ArticleId(f"{report.article.id}-{number}")))
        for number in range(count)
        for report in (reports[number % len(reports)],)
    )
    merging, tables, digest = Merging(), Tables(), Digest()
    costs: list[float] = []
    for place, report in enumerate(many, 1):
        merging.add(report)
        if place >= count - GROWTHS:
            digest = patched(digest, difference(digest, merging.digest()))
            start = time.process_time()
            new = range(len(tables.digest.sources) + 1, place + 1)
            tables = tables.grown(digest, [index_reading(number, many[number - 1]) for number in new])
            index = Index(tables)
            costs.append(time.process_time() - start)
    built, *grown = costs
    seconds = []
    for question in questions:
        start = time.process_time()
        index.search(question)
        seconds.append(time.process_time() - start)
    sentences = sum(len(report.sentences) for report in many)
    usual, worst = statistics.median(seconds) * 1e3, max(seconds) * 1e3
    met = "met" if worst <= LIMIT * 1e3 else "MISSED"
    print(f"{count} articles, {sentences} sentences: index {built:.1f} s, one more article", end=" ")
    print(f"{statistics.mean(grown) * 1e3:.0f} ms, worst {max(grown) * 1e3:.0f} ms")
    print(f"a question {usual:.0f} ms, worst {worst:.0f} ms (goal: at most {LIMIT * 1e3:.0f}; {met})")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
