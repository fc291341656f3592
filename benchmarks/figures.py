"""Reads the figures of a folder of articles: ``python -m benchmarks.figures DATA OUT.json``.

DATA holds ``NAME.txt`` and ``dates.json`` {NAME: "YYYY-MM-DD"}; OUT gets {NAME: [figure, …]}, offsets in code points.
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.digest import language
from bot.digest.attribution import attributions
from bot.digest.completing import PRONOUNS
from bot.digest.dates import time_expressions
from bot.digest.entities import bodies
from bot.digest.figures import figures
from bot.digest.language import Parsed
from bot.digest.model import Article, ArticleId, Basis, Body, Figure, Mention, Published, Span, Tracker
from bot.digest.trackers import trackers

SHIPPED = Path(__file__).parent.parent / "bot" / "trackers.toml"
UNDATED = datetime(2000, 1, 1, tzinfo=UTC)  #: stands for an article without a date; figures hardly depend on it


def shipped() -> tuple[Tracker, ...]:
    """The trackers the bot comes with."""
    return trackers(tomllib.loads(SHIPPED.read_text(encoding="utf-8")), SHIPPED.name)


def read(
    name: str, text: str, published: datetime, declared: Sequence[Tracker]
) -> tuple[Parsed, tuple[Figure, ...], tuple[Body, ...], tuple[Mention, ...]]:
    """An article's parse, its figures, and the bodies that they speak of."""
    article = Article(id=ArticleId(name), text=text, published=Published(moment=published, basis=Basis.MANIFEST))
    parsed = language.parse(article, language.load())
    found, mentions = bodies(parsed)
    said = attributions(parsed, found, mentions)
    return parsed, figures(parsed, declared, found, mentions, said, time_expressions(parsed)), found, mentions


def row(figure: Figure, text: str, found: Sequence[Body] = ()) -> dict[str, object]:
    """A figure in the scorer's words; an owner named by a pronoun gets the name out of the bodies ``found``."""
    source = None if figure.speaker is None else figure.speaker.named or figure.speaker.span
    return {
        "start": figure.number.start,
        "end": figure.number.end,
        "low": figure.low,
        "high": figure.high,
        "comparator": figure.comparator.value,
        "unit": figure.unit_noun,
        "tracker": figure.tracker,
        "whose": _owner(figure, text, found),
        "place": _words(figure.place, text),
        "status": figure.status_name,
        "source": None if source is None else [source.start, source.end],
        "part_of": figure.part_of,
    }


def printed(figure: Figure, text: str, found: Sequence[Body]) -> dict[str, object]:
    """The row with owner and source as the text prints them, too: a reader may have noted "its", or the name."""
    spoken = None if figure.speaker is None else figure.speaker.span
    return row(figure, text, found) | {
        "whose as printed": _words(figure.whose, text),
        "source as printed": _words(spoken, text),
    }


def _owner(figure: Figure, text: str, found: Sequence[Body]) -> str | None:
    words = _words(figure.whose, text)
    if words is None or words.lower() not in PRONOUNS:
        return words
    return next((body.name for body in found if body.key == figure.whose_key), words)


def _words(span: Span | None, text: str) -> str | None:
    return None if span is None else span.of(text)


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 2:
        print("usage: python -m benchmarks.figures DATA OUT.json", file=sys.stderr)
        return 2
    data, out = Path(arguments[0]), Path(arguments[1])
    dates = json.loads((data / "dates.json").read_text(encoding="utf-8")) if (data / "dates.json").exists() else {}
    declared = shipped()
    result = {}
    for path in sorted(data.glob("*.txt")):
        text = path.read_bytes().decode("utf-8")
        day = dates.get(path.stem) or dates.get(path.name)
        published = datetime.fromisoformat(day).replace(tzinfo=UTC) if day else UNDATED
        _, read_figures, found, _ = read(path.stem, text, published, declared)
        result[path.stem] = [row(figure, text, found) for figure in read_figures]
    out.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
