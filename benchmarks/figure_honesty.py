"""Scores figures of news nobody here wrote: ``python -m benchmarks.figure_honesty STORIES_FOLDER [--errors]``.

STORIES_FOLDER holds the ``TOPIC.jsonl`` of the development stories; ``gold/figures.json`` says what 83 of their
articles state, in offsets alone. ``--errors`` lists the errors of the development part; those of a held-out part
stay unseen.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figure_gold import FIELDS, Score, compare
from benchmarks.figures import printed, read, shipped

GOLD = Path(__file__).parent / "gold" / "figures.json"
PARTS = ("development", "held out")
_BY_OFFSETS = ("whose", "place", "source")
_HASH_DIGITS = 16


def score(folder: Path) -> dict[str, Score]:
    """The score of each part.

    Raises:
        ValueError: an article is missing or its text is not the one that was annotated.
    """
    gold = json.loads(GOLD.read_text(encoding="utf-8"))["articles"]
    texts = dict(_texts(folder, gold))
    totals = {part: Score() for part in PARTS if any(entry["part"] == part for entry in gold.values())}
    declared = shipped()
    for name, entry in gold.items():
        if name not in texts:
            raise ValueError(f"{folder}: expected an article {name!r}, got none")
        text, published = texts[name]
        found = hashlib.sha256(text.encode("utf-8")).hexdigest()[:_HASH_DIGITS]
        if found != entry["sha256"]:
            raise ValueError(f"{folder}: {name}: expected a text of sha256 {entry['sha256']}, got {found}")
        _, figures, named, _ = read(name, text, published, declared)
        expected = [_worded(figure, text) for figure in entry["figures"]]
        compare(name, text, expected, [printed(figure, text, named) for figure in figures], totals[entry["part"]])
    return totals


def _texts(folder: Path, wanted: Mapping[str, object]) -> Iterator[tuple[str, tuple[str, datetime]]]:
    """The text and day of each wanted article."""
    for topic in sorted({name.rpartition("-")[0] for name in wanted}):
        for line in (folder / f"{topic}.jsonl").read_text(encoding="utf-8").splitlines():
            article = json.loads(line)
            if article["id"] in wanted:
                published = datetime.fromisoformat(article["published"]).replace(tzinfo=UTC)
                yield article["id"], ("\n".join(article["sentences"]), published)


def _worded(figure: Mapping[str, object], text: str) -> dict[str, object]:
    """A row with the words that its offsets stand for, and a quote for messages."""
    start, end = figure["start"], figure["end"]
    assert isinstance(start, int)
    assert isinstance(end, int)
    worded = dict(figure) | {"quote": text[max(0, start - 12) : end + 24].replace("\n", " ")}
    for key in _BY_OFFSETS:
        span = figure[key]
        if isinstance(span, list):
            readings = [text[start:end] for start, end in (span if isinstance(span[0], list) else [span])]
            worded[key] = readings if len(readings) > 1 else readings[0]
    return worded


def main(arguments: Sequence[str]) -> int:
    if not arguments:
        print("usage: python -m benchmarks.figure_honesty STORIES_FOLDER [--errors]", file=sys.stderr)
        return 2
    for part, result in score(Path(arguments[0])).items():
        if "--errors" in arguments and part == PARTS[0]:
            print("\n".join(result.errors))
        print(f"{part}: expected {result.expected}, given {result.given}")
        print(f"  number, unit, tracker: F1 {result.f1:.3f}")
        print(f"  and {', '.join(FIELDS)}: F1 {result.whole_f1:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
