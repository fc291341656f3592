"""Stories read once and kept, for benchmarks that replay them: ``python -m benchmarks.replay DATA CACHE TOPIC ...``.

DATA is a folder of ``TOPIC.jsonl``, one article a line: ``id``, ``published``, ``sentences``. CACHE gets the articles'
reports, a file each. A story of more than ``--most`` articles (default 400) is thinned evenly over its days. Reading
stops after ``--seconds`` (default 170) and says how many articles are left; the next call goes on.
"""

from __future__ import annotations

import argparse
import json
import pickle
import sys
import time
import tomllib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.digest.model import Article, ArticleId, Basis, Published, Report
from bot.digest.reading import read
from bot.digest.trackers import trackers

MOST = 400  #: articles of a story, when no other number is given
TRACKERS = trackers(tomllib.loads((Path("bot") / "trackers.toml").read_text(encoding="utf-8")), "bot/trackers.toml")


def main(arguments: list[str]) -> int:
    """Reads what is not in CACHE yet; 1 when time was too short for all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.replay", description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("cache", type=Path)
    parser.add_argument("topics", nargs="+")
    parser.add_argument("--most", type=int, default=MOST)
    parser.add_argument("--seconds", type=int, default=170)
    options = parser.parse_args(arguments)
    wanted = [each for topic in options.topics for each in articles(options.data / f"{topic}.jsonl", options.most)]
    unread = [each for each in wanted if not kept(options.cache, each).exists()]
    options.cache.mkdir(parents=True, exist_ok=True)
    for count, each in enumerate(unread):
        if time.process_time() > options.seconds:
            print(f"{len(unread) - count} articles left", file=sys.stderr)
            return 1
        kept(options.cache, each).write_bytes(pickle.dumps(read(each, TRACKERS)))
    return 0


def articles(path: Path, most: int) -> list[Article]:
    """At most so many articles of a story, by day of publication, thinned evenly."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    rows.sort(key=lambda row: row["published"][:10])
    thinned = [rows[index * len(rows) // most] for index in range(most)] if len(rows) > most else rows
    return [_article(row["id"], row["published"], row["sentences"]) for row in thinned]


def reports(cache: Path, wanted: Sequence[Article]) -> Iterator[Report]:
    """The kept reports of these articles.

    Raises:
        FileNotFoundError: one has not been read.
    """
    for each in wanted:
        yield pickle.loads(kept(cache, each).read_bytes())


def _article(name: str, published: str, sentences: Sequence[str]) -> Article:
    """Each sentence is a paragraph, as the data gives them."""
    moment = datetime.fromisoformat(published[:10]).replace(tzinfo=UTC)
    text = "\n\n".join(sentences)
    return Article(id=ArticleId(name), text=text, published=Published(moment=moment, basis=Basis.STATED))


def kept(cache: Path, article: Article) -> Path:
    """Where an article's report is kept."""
    return cache / f"{article.id}.pickle"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
