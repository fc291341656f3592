"""The days of a story that matter, most important first: ``python -m benchmarks.timeline DATA OUT.json``.

DATA is a folder of ``TOPIC.jsonl``, one article a line: ``id``, ``published``, ``sentences``. OUT gets ``{TOPIC:
[dates]}``; beside it OUT.lines.json gets ``{TOPIC: [{date, line, article, told_by}]}``, the words of one article for
each of these days. ``--as-scored`` repeats a topic's list under the name of each of its references, the only thing read
from ``TOPIC.timelines.json``. Progress goes to the error stream; ``--processes N`` (default 2) read at once.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path

from bot.digest.dates import time_expressions
from bot.digest.events import events
from bot.digest.language import load, parse
from bot.digest.model import Article, ArticleId, Basis, Event, Grain, Published, Span
from bot.digest.salience import Naming, Witness, days_by_salience

BATCH = 8  #: articles handed to a process at once
AHEAD = 4  #: batches read ahead of the answers for each process, so that memory does not grow with the story's text
LINE = 300  #: characters of a clause that are kept
PROGRESS = 80  #: articles between two lines of progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What is kept of an article: the days it names, and the words beside each naming."""

    article: str
    witness: Witness
    lines: tuple[str, ...]


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


def _batches(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8") as file:
        while batch := list(islice(file, BATCH)):
            yield batch


def _read_all(pool: ProcessPoolExecutor, processes: int, batches: Iterable[list[str]]) -> Iterator[Reading]:
    """The readings in the articles' order, a few batches ahead of the caller."""
    waiting: deque[Future[list[Reading]]] = deque()
    for batch in batches:
        waiting.append(pool.submit(_read_batch, batch))
        if len(waiting) > AHEAD * processes:
            yield from waiting.popleft().result()
    while waiting:
        yield from waiting.popleft().result()


def _read_batch(rows: list[str]) -> list[Reading]:
    return [read(row["id"], row["published"], row["sentences"]) for row in map(json.loads, rows)]


def read(name: str, published: str, sentences: list[str]) -> Reading:
    """Reads one article, each of its sentences a paragraph, as the data gives them."""
    moment = datetime.fromisoformat(published[:10]).replace(tzinfo=UTC)
    article = Article(
        id=ArticleId(name),
        text="\n\n".join(sentences),
        published=Published(moment=moment, basis=Basis.STATED),
    )
    parsed = parse(article, load())
    namings, lines = [], []
    for event in events(parsed, (), (), (), time_expressions(parsed)):
        day = _day(event)
        if day is not None:
            namings.append(Naming(day=day, sentence=event.sentence, status=event.status))
            lines.append(_cut(article.text, event.clause))
    return Reading(article=name, witness=Witness(published=moment.date(), namings=tuple(namings)), lines=tuple(lines))


def _day(event: Event) -> date | None:
    """The single calendar day of an event, None for a coarser or open date or none."""
    when = None if event.time is None else event.time.when
    return when.first if when is not None and when.grain is Grain.DAY and when.first == when.last else None


def _cut(text: str, clause: tuple[Span, ...]) -> str:
    """The words of a clause, its gaps and a long end cut."""
    words = " […] ".join(span.of(text) for span in clause)
    return words if len(words) <= LINE else words[:LINE].rsplit(" ", 1)[0] + " […]"


def _lines(ranked: Iterable[date], readings: Iterable[Reading]) -> Iterator[dict[str, object]]:
    """For each day the words of the article that names it earliest in its text, and how many name it."""
    told: dict[date, list[tuple[int, date, str, str]]] = {}
    for reading in readings:
        for naming, line in zip(reading.witness.namings, reading.lines, strict=True):
            told.setdefault(naming.day, []).append((naming.sentence, reading.witness.published, reading.article, line))
    for day in ranked:
        if day in told:
            _, _, article, line = min(told[day])
            articles = {name for _, _, name, _ in told[day]}
            yield {"date": day.isoformat(), "line": line, "article": article, "told_by": len(articles)}


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
