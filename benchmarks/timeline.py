"""The days of a story that matter, most important first: ``python -m benchmarks.timeline DATA OUT.json``.

DATA is a folder of ``TOPIC.jsonl``, one article a line: ``id``, ``published``, ``sentences``. OUT gets ``{TOPIC:
[dates]}``. Beside it OUT.lines.json gets ``{TOPIC: [{date, line, article, named_by, remembered_by}]}``: the words of
one article for each of these days, how many articles name the day and how many of them look back on it. ``--as-scored``
repeats a topic's list under the name of each of its references, the only thing read from ``TOPIC.timelines.json``.
Progress goes to the error stream; ``--processes N`` (default 2) read at once.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path

from bot.digest.dates import time_expressions
from bot.digest.events import events
from bot.digest.language import load, parse
from bot.digest.model import Article, ArticleId, Basis, EventStatus, Published, Span
from bot.digest.salience import Salience, Witness, days_by_salience, single_day, witness

BATCH = 8  #: articles handed to a process at once
AHEAD = 4  #: batches read ahead of the answers for each process, so that memory does not grow with the story's text
LINE = 300  #: characters of a clause that are kept
FEW_WORDS = 5  #: content words below which a clause says too little to stand for a day
PROGRESS = 80  #: articles between two lines of progress
_CONTENT = re.compile(r"[^\W\d_]{4,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """An article's words for a day: those of the clause that carries it, and how well they stand for the day."""

    day: date
    words: str
    happened: bool
    spoken: bool
    sentence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What is kept of an article: its days, one telling for each, and its opening for the day it appeared."""

    article: str
    witness: Witness
    tellings: tuple[Telling, ...]
    opening: str


def main(arguments: list[str]) -> int:
    """Reads DATA, writes OUT and the lines beside it."""
    options = _parser().parse_args(arguments)
    data, out = Path(options.data), Path(options.out)
    dates: dict[str, list[str]] = {}
    lines: dict[str, list[dict[str, object]]] = {}
    with ProcessPoolExecutor(options.processes) as pool:
        for path in sorted(data.glob("*.jsonl")):
            if not _is_story(path):
                continue
            readings = list(_progress(path.stem, _read_all(pool, options.processes, _batches(path))))
            ranked = days_by_salience([reading.witness for reading in readings])
            dates[path.stem] = [day.isoformat() for day in ranked]
            lines[path.stem] = list(_lines(ranked, readings))
    if options.as_scored:
        dates = {name: dates[topic] for topic in dates for name in _references(data, topic)}
    out.write_text(json.dumps(dates, indent=1), encoding="utf-8")
    out.with_suffix(".lines.json").write_text(json.dumps(lines, indent=1, ensure_ascii=False), encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.timeline", description=__doc__)
    parser.add_argument("data")
    parser.add_argument("out")
    parser.add_argument("--as-scored", action="store_true")
    parser.add_argument("--processes", type=int, default=2)
    return parser


def _is_story(path: Path) -> bool:
    """Whether the file's lines are articles of one story; a folder may hold other lines."""
    with path.open(encoding="utf-8") as file:
        return "sentences" in json.loads(file.readline() or "{}")


def _references(data: Path, topic: str) -> list[str]:
    """The names, and nothing else, of a topic's reference timelines."""
    entries = json.loads((data / f"{topic}.timelines.json").read_text(encoding="utf-8"))
    return [entry["name"] for entry in entries]


def _batches(path: Path) -> Iterator[list[tuple[int, str]]]:
    """The file's lines with their numbers, which serve as origins."""
    with path.open(encoding="utf-8") as file:
        numbered = enumerate(file, 1)
        while batch := list(islice(numbered, BATCH)):
            yield batch


def _read_all(pool: ProcessPoolExecutor, processes: int, batches: Iterable[list[tuple[int, str]]]) -> Iterator[Reading]:
    """The readings in the articles' order, a few batches ahead of the caller."""
    waiting: deque[Future[list[Reading]]] = deque()
    for batch in batches:
        waiting.append(pool.submit(_read_batch, batch))
        if len(waiting) > AHEAD * processes:
            yield from waiting.popleft().result()
    while waiting:
        yield from waiting.popleft().result()


def _read_batch(lines: list[tuple[int, str]]) -> list[Reading]:
    rows = [(number, json.loads(line)) for number, line in lines]
    return [read(number, row["id"], row["published"], row["sentences"]) for number, row in rows]


def read(number: int, name: str, published: str, sentences: Sequence[str]) -> Reading:
    """Reads one article, each of its sentences a paragraph, as the data gives them."""
    moment = datetime.fromisoformat(published[:10]).replace(tzinfo=UTC)
    text = "\n\n".join(sentences)
    article = Article(id=ArticleId(name), text=text, published=Published(moment=moment, basis=Basis.STATED))
    parsed = parse(article, load())
    found = events(parsed, (), (), (), time_expressions(parsed))
    tellings: dict[date, Telling] = {}
    for event in found:
        day = None if event.time is None else single_day(event.time.when)
        if day is not None:
            telling = Telling(
                day=day,
                words=_cut(text, event.clause),
                happened=event.status is EventStatus.HAPPENED,
                spoken=event.family == "say",
                sentence=event.sentence,
            )
            tellings[day] = min(telling, tellings.get(day, telling), key=_standing)
    return Reading(
        article=name,
        witness=witness(number, moment.date(), found),
        tellings=tuple(tellings.values()),
        opening=_cut(text, [sentence.span for sentence in parsed.sentences[:1]]),
    )


def _standing(telling: Telling) -> tuple[bool, bool, int]:
    """Least for the words that stand best for their day: a happening, no statement, early in its article."""
    return (not telling.happened, telling.spoken, telling.sentence)


def _cut(text: str, clause: Sequence[Span]) -> str:
    """The words of a clause, its gaps and a long end cut."""
    words = " […] ".join(span.of(text) for span in clause)
    return words if len(words) <= LINE else words[:LINE].rsplit(" ", 1)[0] + " […]"


def _lines(ranked: Mapping[date, Salience], readings: Iterable[Reading]) -> Iterator[dict[str, object]]:
    """For each day the words that tell best what the others tell of it, else the opening of an article of that day."""
    told: dict[date, list[tuple[str, Telling]]] = {}
    openings: dict[date, tuple[str, str]] = {}
    for reading in readings:
        openings.setdefault(reading.witness.published, (reading.article, reading.opening))
        for telling in reading.tellings:
            told.setdefault(telling.day, []).append((reading.article, telling))
    for day, salience in ranked.items():
        article, line = _best(told[day]) if day in told else openings[day]
        yield {
            "date": day.isoformat(),
            "line": line,
            "article": article,
            "named_by": salience.named_by,
            "remembered_by": salience.remembered_by,
        }


def _best(told: Sequence[tuple[str, Telling]]) -> tuple[str, str]:
    """The article and words that share most with a day's other tellings; plans, statements and scraps come last."""
    words = [set(_CONTENT.findall(telling.words.lower())) for _, telling in told]
    sharing = Counter(word for own in words for word in own)
    worth = []
    for (article, telling), own in zip(told, words, strict=True):
        shared = sum(sharing[word] - 1 for word in own) / max(1, len(own))
        scrap = len(own) < FEW_WORDS
        worth.append((not telling.happened, telling.spoken, scrap, -shared, telling.sentence, article, telling.words))
    return min(worth)[-2:]


def _progress(topic: str, readings: Iterable[Reading]) -> Iterator[Reading]:
    """Says on the error stream how many articles of the topic are read."""
    count = 0
    for count, reading in enumerate(readings, 1):
        if count % PROGRESS == 0:
            print(f"{topic}: {count} articles", file=sys.stderr)
        yield reading
    print(f"{topic}: {count} articles, done", file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
