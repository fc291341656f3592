"""Sources of figures: writes, for a folder of news articles, who each figure's number is attributed to.

    python -m benchmarks.attribution DATA SPLIT OUT.json

``DATA/SPLIT/text/*.txt`` are the articles, read as they are. The output maps an article's name to a list of
``content_start``, ``content_end`` (the number), ``source_start``, ``source_end``; offsets count code points. A number
without a source is absent.
"""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.digest.attribution import attributions, speaker_at
from bot.digest.entities import bodies
from bot.digest.language import load, parse
from bot.digest.model import Article, ArticleId, Basis, Published, Span

UNKNOWN = Published(moment=datetime(2000, 1, 1, tzinfo=UTC), basis=Basis.INFERRED)  #: dates play no part here
_WORDS = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty thirty forty fifty sixty seventy eighty ninety hundreds? thousands? millions? billions? "
    "trillions? dozens?"
)
_WORD = rf"(?:{'|'.join(_WORDS.split())})"
_NUMBER = re.compile(
    rf"(?<![\w.,/:#-])(?:[$€£]\s?)?(?:\d[\d,]*(?:\.\d+)?|\b{_WORD}\b)"
    rf"(?:(?:\s+|-)(?:{_WORD}\b|\d[\d,]*(?:\.\d+)?(?=\s+{_WORD}\b)))*(?:\s?%)?",
    re.IGNORECASE,
)


def numbers(text: str) -> list[Span]:
    """Every number in digits or words, with its currency and percent sign."""
    spans = []
    for match in _NUMBER.finditer(text):
        length = len(match.group().rstrip(",. -"))
        if length:
            spans.append(Span(start=match.start(), end=match.start() + length))
    return spans


def sources(name: str, text: str) -> list[dict[str, int]]:
    """The attributed numbers of one article."""
    parsed = parse(Article(id=ArticleId(name), text=text, published=UNKNOWN), load())
    found = attributions(parsed, *bodies(parsed))
    rows = []
    for number in numbers(text):
        attribution = speaker_at(found, number)
        if attribution is not None:
            source = attribution.speaker.span
            rows.append(
                {
                    "content_start": number.start,
                    "content_end": number.end,
                    "source_start": source.start,
                    "source_end": source.end,
                }
            )
    return rows


def main(arguments: list[str]) -> int:
    """Reads the split and writes the predictions; two if called wrongly."""
    if len(arguments) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    data, split, out = arguments
    predicted = {}
    for path in sorted((Path(data) / split / "text").glob("*.txt")):
        with path.open(encoding="utf-8", newline="") as file:
            predicted[path.stem] = sources(path.stem, file.read())
    Path(out).write_text(json.dumps(predicted), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
