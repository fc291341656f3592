"""How well repeats are recognised, and what taking articles in costs: ``python -m benchmarks.ingest DATA``.

DATA is a folder of ``TOPIC.jsonl``, one article a line: ``id``, ``published``, ``sentences``. Articles are drawn by a
fixed seed; some are altered as other papers and later versions alter them, and looked for among the originals.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.digest.model import Article, ArticleId, Basis, Published
from bot.sources.duplicates import Duplicates
from bot.sources.families import shipped_families
from bot.sources.folder import Folder
from bot.sources.language import foreign

SEED = 7
ORIGINALS = 1500
ALTERED = 300
SHORTEST = 150  #: words of an article that is drawn
FILES = 1000
OTHER_WORDS = "said new the of city about".split()

Sentences = list[str]
Alter = Callable[[Sentences], Sentences]


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    data: Path = parser.parse_args(arguments).data
    chance = random.Random(SEED)
    articles = [
        json.loads(line)["sentences"]
        for path in sorted(data.glob("*.jsonl"))
        if path.stem != "daily"
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    chance.shuffle(articles)
    long = [sentences for sentences in articles if len(" ".join(sentences).split()) >= SHORTEST]
    _repeats(long, chance)
    _languages(articles)
    asyncio.run(_folder(articles[:FILES]))
    return 0


def _repeats(articles: list[Sentences], chance: random.Random) -> None:
    originals, spare = articles[:ORIGINALS], articles[ORIGINALS:]
    seen = Duplicates(families=shipped_families())
    began = time.perf_counter()
    found = [seen.add(_article(str(number), sentences)) for number, sentences in enumerate(originals)]
    each = (time.perf_counter() - began) / len(originals)
    repeats = sum(repeat is not None for repeat in found)
    print(f"{len(originals)} articles: {repeats} repeat another; {each * 1000:.1f} ms each")
    for name, alter in _alterations(spare[0], chance).items():
        hits = 0
        for number, sentences in enumerate(originals[:ALTERED]):
            repeat = seen.find(_article("altered", alter(sentences)))
            hits += repeat is not None and repeat.of == str(number)
        print(f"{name:24} {hits / ALTERED:.2f} found")


def _alterations(other: Sentences, chance: random.Random) -> dict[str, Alter]:
    def cut(share: float) -> Alter:
        return lambda sentences: sentences[: max(3, int(len(sentences) * share))]

    def reworded(share: float) -> Alter:
        return lambda sentences: [
            " ".join(chance.choice(OTHER_WORDS) if chance.random() < share else word for word in sentence.split())
            for sentence in sentences
        ]

    return {
        "another head and foot": lambda sentences: [
            "VALLEY (Wire) — Our paper today.",
            *sentences,
            "Read our terms. All rights reserved.",
        ],
        "cut to 70 %": cut(0.7),
        "cut to 50 %": cut(0.5),
        "cut to 30 %": cut(0.3),
        "5 % of words changed": reworded(0.05),
        "10 % of words changed": reworded(0.10),
        "15 % of words changed": reworded(0.15),
        "half rewritten": lambda sentences: sentences[: len(sentences) // 2] + other[: len(sentences) // 2],
    }


def _languages(articles: list[Sentences]) -> None:
    began = time.perf_counter()
    aside = [name for sentences in articles if (name := foreign("\n".join(sentences))) is not None]
    each = (time.perf_counter() - began) / len(articles)
    print(
        f"{len(articles)} articles: {len(aside)} not English ({', '.join(sorted(set(aside)))});"
        f" {each * 1000:.2f} ms each"
    )


async def _folder(articles: list[Sentences]) -> None:
    with tempfile.TemporaryDirectory() as place:
        for number, sentences in enumerate(articles):
            text = "Published 3 June 2010\n\n" + "\n\n".join(sentences)
            (Path(place) / f"{number:04}.txt").write_text(text, encoding="utf-8")
        folder = Folder(path=Path(place), proposals=Path(place) / "proposals")
        for name in ("first", "second"):
            began = time.perf_counter()
            count = len([item async for item in folder.articles()])
            print(f"a folder of {count} files, {name} time: {time.perf_counter() - began:.3f} s")
        began = time.perf_counter()
        folder.snapshot()
        print(f"a look whether it changed: {(time.perf_counter() - began) * 1000:.1f} ms")


def _article(name: str, sentences: Sentences) -> Article:
    published = Published(moment=datetime(2010, 6, 3, tzinfo=UTC), basis=Basis.STATED)
    return Article(id=ArticleId(name), text="\n".join(sentences), published=published, publisher=f"paper {name}")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
