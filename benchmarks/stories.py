"""How well stories are told apart that nobody has declared: ``python -m benchmarks.stories DATA``.

DATA is a folder of ``TOPIC.jsonl``, one article a line: ``id``, ``published``, ``sentences``. Articles of several
topics are drawn by a fixed seed, shuffled and clustered. Printed are the clusters' B-cubed precision, recall and F1
against the topics; and, of the stories proposed, how many topics they are of and how well their words find, among
other articles of the same topics, those of the topic that most of the proposal's articles are of.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean

from bot.digest.clustering import clusters
from bot.digest.model import Article, ArticleId, Basis, Published
from bot.digest.proposing import Proposal, proposals
from bot.digest.topics import belongs

SEED = 7
EACH = (10, 30, 100)  #: articles of each topic in a mixture
UNEVEN = (100, 50, 25, 15, 10, 8)  #: the same, of one topic after the other
DRAWS = 4  #: mixtures of each kind

Topics = Mapping[str, Sequence[Article]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Precision and recall, from 0 to 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def __str__(self) -> str:
        return f"{self.precision:.2f} {self.recall:.2f} {self.f1:.2f}"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    stories = _read(parser.parse_args(arguments).data)
    names = sorted(stories)
    halves = [names[::2], names[1::2], names]
    print(
        "topics and articles of each | B-cubed P R F1 | proposed, topics of them | words, on other articles P R F1 | s"
    )
    for chosen in halves:
        for sizes in (*((each,) * len(chosen) for each in EACH), UNEVEN[: len(chosen)]):
            _mixtures(stories, chosen, sizes)
    return 0


def _mixtures(stories: Topics, chosen: Sequence[str], sizes: Sequence[int]) -> None:
    chance = random.Random(SEED)
    likeness: list[Score] = []
    found: list[Score] = []
    proposed, told_apart = 0, 0
    began = time.perf_counter()
    for _ in range(DRAWS):
        drawn = {
            name: chance.sample(stories[name], min(2 * size, len(stories[name])))
            for name, size in zip(chosen, sizes, strict=True)
        }
        mixture = [article for name, size in zip(chosen, sizes, strict=True) for article in drawn[name][:size]]
        others = {name: drawn[name][size:] for name, size in zip(chosen, sizes, strict=True)}
        chance.shuffle(mixture)
        likeness.append(b_cubed([_topic(article.id) for article in mixture], clusters(mixture)))
        offered = proposals(mixture)
        proposed += len(offered)
        told_apart += len({_main_topic(one) for one in offered})
        found += [recovered(one, others) for one in offered]
    drawn_of_each = "/".join(map(str, sorted(set(sizes), reverse=True)))
    seconds = (time.perf_counter() - began) / DRAWS
    print(
        f"{','.join(chosen)} x {drawn_of_each} | {_mean(likeness)} | {proposed / DRAWS:.1f} {told_apart / DRAWS:.1f} | "
        f"{_mean(found)} | {seconds:.1f}"
    )


def b_cubed(topics: Sequence[str], found: Sequence[Sequence[int]]) -> Score:
    """Of each article's cluster the part that is of its topic, and of its topic the part that is in its cluster."""
    sizes = Counter(topics)
    precision = recall = 0.0
    for members in found:
        for topic, count in Counter(topics[place] for place in members).items():
            precision += count * count / len(members)
            recall += count * count / sizes[topic]
    return Score(precision=precision / len(topics), recall=recall / len(topics))


def recovered(proposal: Proposal, others: Topics) -> Score:
    """How well a proposal's words find the articles of its topic among those it has not seen."""
    topic = _main_topic(proposal)
    taken = [
        _topic(article.id) for articles in others.values() for article in articles if belongs(proposal.words, article)
    ]
    right = taken.count(topic)
    return Score(
        precision=right / len(taken) if taken else 0.0, recall=right / len(others[topic]) if others[topic] else 1.0
    )


def _mean(scores: Sequence[Score]) -> Score:
    if not scores:
        return Score(precision=0.0, recall=0.0)
    return Score(precision=fmean(one.precision for one in scores), recall=fmean(one.recall for one in scores))


def _main_topic(proposal: Proposal) -> str:
    return Counter(map(_topic, proposal.articles)).most_common(1)[0][0]


def _topic(article: ArticleId) -> str:
    return article.partition("-")[0]


def _read(data: Path) -> Topics:
    return {
        path.stem: [_article(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
        for path in sorted(data.glob("*.jsonl"))
        if path.stem != "daily"
    }


def _article(row: dict[str, object]) -> Article:
    sentences = row["sentences"]
    if not isinstance(sentences, list):
        raise TypeError(f"expected a list of sentences, got {sentences!r}")
    moment = datetime.fromisoformat(str(row["published"])).replace(tzinfo=UTC)
    return Article(
        id=ArticleId(str(row["id"])),
        text="\n".join(map(str, sentences)),
        published=Published(moment=moment, basis=Basis.STATED),
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
